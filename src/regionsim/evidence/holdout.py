"""The evidence base without some days: what a fit may read of the record when an episode is held out.

Core objects: `without` (removes rows and events that overlap the days and notes this in `Evidence.left_out`),
`overlaps` and `pieces` (the remaining days, for rates). A yearly figure is removed if any day of its year is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from regionsim.evidence.base import Evidence
from regionsim.evidence.measures import Record, month_of, span_of
from regionsim.evidence.timeline import Event

type Span = tuple[date, date]
"""First and last day."""

_DAY = timedelta(days=1)
_YEAR = re.compile(r"\b(?:FY)?((?:19|20)\d\d)")


def without(evidence: Evidence, spans: Sequence[Span]) -> Evidence:
    """The evidence without rows of series and dated events that overlap these days; parameters stay as declared."""
    if not spans:
        return evidence
    series = {
        id: replace(full, records=tuple(row for row in full.records if not overlaps(spans, *days_of(row))))
        if id != "coverage"
        else full  # which days a list covers is no observation
        for id, full in evidence.series.items()
    }
    timeline = {id: event for id, event in evidence.timeline.items() if not overlaps(spans, *_days_of_event(event))}
    return replace(evidence, series=series, timeline=timeline, left_out=(*evidence.left_out, *spans))


def overlaps(spans: Sequence[Span], first: date, last: date) -> bool:
    """Whether the days from first to last share one with the spans."""
    return any(begin <= last and end >= first for begin, end in spans)


def pieces(spans: Sequence[Span], first: date, last: date) -> list[Span]:
    """The days from first to last outside the spans, in order."""
    left, begin = [], first
    for start, end in sorted(spans):
        if start > last:
            break
        if start > begin:
            left.append((begin, start - _DAY))
        begin = max(begin, end + _DAY)
    return [*left, (begin, last)] if begin <= last else left


def days_of(row: Record) -> Span:
    """First and last day that a row of an observed table covers; wide for calendars other than CY and FY.

    Raises KeyError for a row without a date.
    """
    if "list" in row:
        return date.fromisoformat(str(row["first"])), date.fromisoformat(str(row["last"] or row["first"]))
    if "start_date" in row:
        first = date.fromisoformat(str(row["start_date"]))
        return first, date.fromisoformat(str(row["end_date"])) if row["end_date"] else first
    if "date" in row or "month" in row:
        text = str(row["date"]) if "date" in row else f"{row['year']}-{int(str(row['month'])):02d}"
        if len(text) == len("2017-03-01"):
            return date.fromisoformat(text), date.fromisoformat(text)
        first, after = month_of(date.fromisoformat(f"{text}-01"))
        return first, after - _DAY
    span = span_of(row) if "period" in row else None
    return (span[0], span[1] - _DAY) if span is not None else _year(row)


def _year(row: Record) -> Span:
    text, calendar = str(row["year"]), row.get("period_type", "CY")
    if text.isdigit() and calendar == "CY":
        return date(int(text), 1, 1), date(int(text), 12, 31)
    if text.isdigit() and calendar == "FY":
        return date(int(text) - 1, 7, 1), date(int(text), 6, 30)
    first = int(_YEAR.findall(text)[0])  # other calendars: years that begin up to a year earlier or end one later
    return date(first - 1, 1, 1), date(first + 1, 12, 31)


def _days_of_event(event: Event) -> Span:
    on, days = event.shock.on, float(getattr(event.shock, "days", 0.0))
    return on, on + timedelta(days=days)
