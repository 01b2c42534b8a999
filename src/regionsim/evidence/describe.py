"""What is known of one entry of the evidence base, as lines of (label, text) to print.

Core object: `lines`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from regionsim.evidence.posterior import said_of
from regionsim.evidence.records import Claim, Document, Parameter, Series
from regionsim.evidence.timeline import Event
from regionsim.yamlfile.faults import figure

if TYPE_CHECKING:
    from regionsim.evidence.base import Evidence, Thing

type Lines = list[tuple[str, str]]

_SHOWN_RECORDS = 5
_NAMED = 12  # entries named before the rest is counted


def lines(evidence: Evidence, thing: Thing) -> Lines:
    """The lines of a parameter, claim, document, series or event; empty texts are left out."""
    if isinstance(thing, Parameter):
        found = _parameter(evidence, thing)
    elif isinstance(thing, Claim):
        found = _claim(evidence, thing)
    elif isinstance(thing, Document):
        found = _document(evidence, thing)
    elif isinstance(thing, Event):
        found = _event(evidence, thing)
    else:
        found = _series(evidence, thing)
    return [(label, text) for label, text in found if text not in ("", "-")]


def _parameter(evidence: Evidence, one: Parameter) -> Lines:
    return [
        ("parameter", one.id),
        ("title", one.title),
        ("value", f"{figure(one.value)} {one.unit}"),
        ("range", f"{figure(one.low)} to {figure(one.high)} {one.unit}"),
        ("drawn from", _drawn(one)),
        ("posterior", said_of(one.id) if one.draw is not None else ""),
        ("role", one.role),
        *_sources(evidence, one.sources),
        ("note", one.note),
        ("written in", one.place),
    ]


def _event(evidence: Evidence, one: Event) -> Lines:
    fields = one.shock.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"id", "kind", "on"})
    played = ", ".join(f"{key} {_plain(value)}" for key, value in fields.items())
    return [
        ("event", one.id),
        ("title", one.title),
        ("kind", one.shock.kind),
        ("on", str(one.shock.on)),
        ("played as", played),
        *_sources(evidence, (one.source,)),
        ("row", one.row),
        ("note", one.note),
        ("written in", one.place),
    ]


def _plain(value: object) -> str:
    return " and ".join(value) if isinstance(value, list) else str(value)


def _drawn(one: Parameter) -> str:
    if one.draw is None:
        return "not varied"
    fields = one.draw.model_dump(exclude_none=True)
    name = fields.pop("distribution")
    return f"{name} ({', '.join(f'{key} {_shown(value)}' for key, value in fields.items())})"


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(figure(one) for one in value)
    return figure(value) if isinstance(value, float) else str(value)


def _claim(evidence: Evidence, one: Claim) -> Lines:
    told = {one.id, one.title, one.text}
    rest = [
        (column.replace("_", " "), cell)
        for column, cell in one.fields.items()
        if cell not in told and column not in ("id", "sources", "source")
    ]
    named_by = [other.id for other in evidence.claims.values() if one.id in other.links]
    return [
        (one.kind, one.id),
        ("title", one.title),
        ("text", one.text),
        *rest,
        *_sources(evidence, one.sources),
        ("named by", _some(named_by)),
        ("behind parameters", _some(_citing(evidence, one.id))),
        ("written in", one.place),
    ]


def _document(evidence: Evidence, one: Document) -> Lines:
    return [
        ("document", one.id),
        ("title", one.title),
        ("kind", one.kind),
        ("author", one.author),
        ("date", one.date),
        ("url", one.url),
        ("file", one.file),
        ("licence", one.licence),
        ("caveats", one.caveats),
        ("claims from it", _some([claim.id for claim in evidence.claims.values() if one.id in claim.sources])),
        ("series from it", _some([series.id for series in evidence.series.values() if one.id in series.sources])),
        ("behind parameters", _some(_citing(evidence, one.id))),
    ]


def _series(evidence: Evidence, one: Series) -> Lines:
    shown = [
        (
            "record",
            "; ".join(
                f"{key} {value}"
                for key, value in record.items()
                if value not in ("", None) and key not in ("series", "indicator", "source_url", "licence", "unit")
            ),
        )
        for record in one.records[-_SHOWN_RECORDS:]
    ]
    left = len(one.records) - len(shown)
    return [
        ("series", one.id),
        ("title", one.title),
        ("unit", one.unit),
        ("file", one.file),
        ("records", f"{len(one.records)}" + (f", the last {len(shown)} are shown" if left else "")),
        *shown,
        *_sources(evidence, one.sources),
        ("behind parameters", _some(_citing(evidence, one.id))),
    ]


def _sources(evidence: Evidence, ids: Iterable[str]) -> Lines:
    return [("source", f"{id}: {evidence.title(id)}") for id in ids]


def _citing(evidence: Evidence, id: str) -> list[str]:
    return [one.id for one in evidence.parameters.values() if id in one.sources]


def _some(ids: list[str]) -> str:
    rest = len(ids) - _NAMED
    return ", ".join(ids[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")
