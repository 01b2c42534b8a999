"""Describes one entry of the evidence base as lines of (label, text) to print.

Core object: `lines`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from regionsim.evidence.posterior import describe_narrowing
from regionsim.evidence.records import Claim, Document, Parameter, Series
from regionsim.evidence.timeline import Event
from regionsim.yamlfile.faults import figure

if TYPE_CHECKING:
    from regionsim.evidence.base import Evidence, Thing

type Lines = list[tuple[str, str]]

_SHOWN_RECORDS = 5
_NAMED = 12  # entries named before the rest are counted


def lines(evidence: Evidence, thing: Thing) -> Lines:
    """The lines that describe a parameter, claim, document, series or event, without empty ones."""
    if isinstance(thing, Parameter):
        rows = _parameter(evidence, thing)
    elif isinstance(thing, Claim):
        rows = _claim(evidence, thing)
    elif isinstance(thing, Document):
        rows = _document(evidence, thing)
    elif isinstance(thing, Event):
        rows = _event(evidence, thing)
    else:
        rows = _series(evidence, thing)
    return [(label, text) for label, text in rows if text not in ("", "-")]


def _parameter(evidence: Evidence, parameter: Parameter) -> Lines:
    return [
        ("parameter", parameter.id),
        ("title", parameter.title),
        ("value", f"{figure(parameter.value)} {parameter.unit}"),
        ("range", f"{figure(parameter.low)} to {figure(parameter.high)} {parameter.unit}"),
        ("drawn from", _drawn(parameter)),
        ("posterior", describe_narrowing(parameter.id) if parameter.draw is not None else ""),
        ("role", parameter.role),
        *_sources(evidence, parameter.sources),
        ("note", parameter.note),
        ("written in", parameter.place),
    ]


def _event(evidence: Evidence, event: Event) -> Lines:
    fields = event.shock.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"id", "kind", "on"})
    played = ", ".join(f"{key} {_plain(value)}" for key, value in fields.items())
    return [
        ("event", event.id),
        ("title", event.title),
        ("kind", event.shock.kind),
        ("on", str(event.shock.on)),
        ("played as", played),
        *_sources(evidence, (event.source,)),
        ("row", event.row),
        ("note", event.note),
        ("written in", event.place),
    ]


def _plain(value: object) -> str:
    return " and ".join(value) if isinstance(value, list) else str(value)


def _drawn(parameter: Parameter) -> str:
    if parameter.draw is None:
        return "not varied"
    fields = parameter.draw.model_dump(exclude_none=True)
    name = fields.pop("distribution")
    return f"{name} ({', '.join(f'{key} {_shown(value)}' for key, value in fields.items())})"


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(figure(number) for number in value)
    return figure(value) if isinstance(value, float) else str(value)


def _claim(evidence: Evidence, claim: Claim) -> Lines:
    shown_already = {claim.id, claim.title, claim.text}
    rest = [
        (column.replace("_", " "), cell)
        for column, cell in claim.fields.items()
        if cell not in shown_already and column not in ("id", "sources", "source")
    ]
    named_by = [citing.id for citing in evidence.claims.values() if claim.id in citing.links]
    return [
        (claim.kind, claim.id),
        ("title", claim.title),
        ("text", claim.text),
        *rest,
        *_sources(evidence, claim.sources),
        ("named by", _some(named_by)),
        ("behind parameters", _some(_citing(evidence, claim.id))),
        ("written in", claim.place),
    ]


def _document(evidence: Evidence, document: Document) -> Lines:
    return [
        ("document", document.id),
        ("title", document.title),
        ("kind", document.kind),
        ("author", document.author),
        ("date", document.date),
        ("url", document.url),
        ("file", document.file),
        ("licence", document.licence),
        ("caveats", document.caveats),
        ("claims from it", _some([claim.id for claim in evidence.claims.values() if document.id in claim.sources])),
        ("series from it", _some([series.id for series in evidence.series.values() if document.id in series.sources])),
        ("behind parameters", _some(_citing(evidence, document.id))),
    ]


def _series(evidence: Evidence, series: Series) -> Lines:
    shown = [
        (
            "record",
            "; ".join(
                f"{key} {value}"
                for key, value in record.items()
                if value not in ("", None) and key not in ("series", "indicator", "source_url", "licence", "unit")
            ),
        )
        for record in series.records[-_SHOWN_RECORDS:]
    ]
    left = len(series.records) - len(shown)
    return [
        ("series", series.id),
        ("title", series.title),
        ("unit", series.unit),
        ("file", series.file),
        ("records", f"{len(series.records)}" + (f", the last {len(shown)} are shown" if left else "")),
        *shown,
        *_sources(evidence, series.sources),
        ("behind parameters", _some(_citing(evidence, series.id))),
    ]


def _sources(evidence: Evidence, ids: Iterable[str]) -> Lines:
    return [("source", f"{id}: {evidence.title(id)}") for id in ids]


def _citing(evidence: Evidence, id: str) -> list[str]:
    return [parameter.id for parameter in evidence.parameters.values() if id in parameter.sources]


def _some(ids: list[str]) -> str:
    rest = len(ids) - _NAMED
    return ", ".join(ids[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")
