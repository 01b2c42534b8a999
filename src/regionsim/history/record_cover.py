"""How far the record goes: the latest day of each series, gaps in it, and what a start today rests on.

Core objects: `covers` (one `Cover` for each series that a measure or a state reads), `rests_on` (one `Resting` for each
parameter that a start sets) and `under_way`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from regionsim.evidence.holdout import days_of
from regionsim.evidence.measures import add_months, read_measures
from regionsim.evidence.observed import TABLES
from regionsim.model.under_way import opened_on
from regionsim.schema.shocks import BorderClosure, ExpulsionOrder, StatusChange

if TYPE_CHECKING:
    from regionsim.evidence.base import Evidence
    from regionsim.evidence.records import Cell

_DAY = timedelta(days=1)
_LISTS = ("border_closures", "cross_border_incidents")


@dataclass(frozen=True)
class Cover:
    """A series: rows, first and last day, what reads it, and months without a row between its last 24 and the end.

    behind: days from its last day to the end of the record.
    """

    series: str
    title: str
    rows: int
    first: date
    last: date
    behind: int
    used_by: str
    gaps: tuple[str, ...]


@dataclass(frozen=True)
class Resting:
    """A parameter that a start sets: its value and unit, the series, and how it was obtained."""

    parameter: str
    title: str
    value: float
    unit: str
    series: str
    how: str


def covers(evidence: Evidence) -> list[Cover]:
    """One entry for each series with dated rows that a measure or a state reads, and for the lists of events."""
    used = _uses()
    found = []
    for id, full in evidence.series.items():
        spans = [days_of(row) for row in full.records if _dated(id, row)]
        if spans and (id in used or id in _LISTS):
            first, last = min(begin for begin, _ in spans), max(end for _, end in spans)
            gaps = () if id in _LISTS else tuple(_gaps(spans, evidence.record_ends))
            behind = max((evidence.record_ends - last).days, 0)
            found.append(
                Cover(
                    id, full.title, len(full.records), first, last, behind, ", ".join(used.get(id, ("events",))), gaps
                )
            )
    return sorted(found, key=lambda cover: (-cover.last.toordinal(), cover.series))


def _uses() -> dict[str, tuple[str, ...]]:
    """Series -> the measures that read it, or `state` where only the state at a start does."""
    from regionsim.history.vintage import STATE_SERIES

    used: dict[str, tuple[str, ...]] = dict.fromkeys(STATE_SERIES, ("state",))
    for measure in read_measures().values():
        for id in (*measure.series, *filter(None, (measure.longer,))):
            before = tuple(name for name in used.get(id, ()) if name != "state")
            used[id] = tuple(dict.fromkeys((*before, measure.id)))
    return used


def _dated(id: str, row: Mapping[str, Cell]) -> bool:
    """Whether the row has a figure, or is an event, of known days in the calendar, fiscal or monthly year."""
    figures = TABLES[id.partition("/")[0]].figures
    known = id in _LISTS or any(row[column] is not None for column in figures)
    return known and row.get("period_type", "CY") in ("CY", "FY", "MON")


def _gaps(spans: Sequence[tuple[date, date]], ends: date) -> list[str]:
    """Months without a row, among the last 24 to the end of the record, of a series that reports months or windows."""
    short = [(first, last) for first, last in spans if (last - first).days < 100]
    if not short:
        return []
    after = add_months(ends.replace(day=1), 1) if (ends + _DAY).day == 1 else ends.replace(day=1)
    missing = []
    for k in range(24, 0, -1):
        begin, end = add_months(after, -k), add_months(after, 1 - k) - _DAY
        if not any(first <= end and last >= begin for first, last in short) and begin > min(short)[0]:
            missing.append(f"{begin:%Y-%m}")
    return missing


def rests_on(evidence: Evidence, start: date) -> list[Resting]:
    """What the state at a start rests on; nothing for the briefs' present, whose state is declared."""
    from regionsim.model.initial_state import provenance

    return [
        Resting(
            name, evidence.parameters[name].title, value.value, evidence.parameters[name].unit, value.source, value.how
        )
        for name, value in provenance(start).items()
    ]


def _in_force(evidence: Evidence, shock: BorderClosure, start: date) -> bool:
    if not shock.until_agreed:
        return shock.days > (start - shock.on).days
    opened = opened_on(shock, [event.shock for event in evidence.timeline.values()])
    return opened is None or opened >= start


def under_way(evidence: Evidence, start: date, removed: Collection[str] = ()) -> list[str]:
    """Lines on the events of the record that reach into a start: closures, orders, and the last word on documents.

    removed: ids of events that a scenario strikes.
    """
    lines, documents = [], {}
    for id, event in evidence.timeline.items():
        shock = event.shock
        if shock.on >= start or id in removed:
            continue
        since = (start - shock.on).days
        if isinstance(shock, StatusChange):
            documents[shock.status] = f"{event.title} (since {shock.on})"
        elif isinstance(shock, BorderClosure) and _in_force(evidence, shock, start):
            lines.append(f"{event.title}: day {since:,} ({id})")
        elif isinstance(shock, ExpulsionOrder) and shock.days >= since:
            lines.append(f"{event.title}: since {shock.on} ({id})")
    return [*lines, *documents.values()]
