"""Times at which an indicator is reported: a date, its peak, its total. What `--at` accepts.

Core objects: `TimeSpan`, `At`, `read_at`, `weeks_of`, `over`, `unit_of`. Peaks and totals are taken world by world,
over all weeks compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np

from regionsim.doors import texts
from regionsim.errors import InputError, argument
from regionsim.indicators import INDICATORS
from regionsim.schema.dates import Period, parse_period, weeks_between

type Array = Any  # numpy

YEAR = 52  # weeks in a trailing yearly sum


class TimeSpan(StrEnum):
    """A word for a date or for the whole horizon."""

    END = "end"
    FIRST_YEAR = "first_year"
    PEAK = "peak"
    LOW = "low"
    TOTAL = "total"

    @property
    def is_date(self) -> bool:
        """Whether it is one week."""
        return self in (TimeSpan.END, TimeSpan.FIRST_YEAR)

    @property
    def words(self) -> str:
        """The span as a phrase."""
        return {
            "end": "at the end", "first_year": "after the first year", "peak": "at the peak",
            "low": "at the lowest point", "total": "in total",
        }[self.value]  # fmt: skip


type At = Period | TimeSpan


def read_at(values: Sequence[str]) -> list[At]:
    """Parse values of --at: years, months, days, or a span. Raises InputError with all faults."""
    times: list[At] = []
    faults = []
    for word in texts(values, argument("at")):
        try:
            times.append(TimeSpan(word) if word in list(TimeSpan) else parse_period(word))
        except ValueError as fault:
            faults.append(f"{argument('at')}: {fault}; or {', '.join(TimeSpan)}")
    if faults:
        raise InputError(faults)
    return times


def weeks_of(times: Sequence[At], start: date, end: date) -> list[int]:
    """The weeks of these dates and the last week before `end`, in order. Raises InputError for dates outside."""
    last = weeks_between(start, end) - 1
    weeks, wrong = {last}, []
    for time in times:
        if isinstance(time, TimeSpan):
            if time is TimeSpan.FIRST_YEAR:
                weeks.add(min(YEAR - 1, last))
            continue
        week = time.week(start, end)
        if week is None:
            wrong.append(f"{argument('at')}: {time.text} is outside the horizon (allowed: {start} to {end})")
        else:
            weeks.add(week)
    if wrong:
        raise InputError(wrong)
    return sorted(weeks)


def spans_of(times: Sequence[At]) -> list[TimeSpan]:
    """The spans that are not a single week, each once, in order."""
    return list(dict.fromkeys(time for time in times if isinstance(time, TimeSpan) and not time.is_date))


def over(values: Array, span: TimeSpan, indicator: str) -> Array:
    """An indicator's values (W, weeks) aggregated over the span, (W,).

    Peak and low: the largest and smallest week. Total: for a yearly sum, the flow over all weeks; for a level, its mean
    over the weeks. Raises ValueError for a span that is one week.
    """
    values = np.asarray(values, dtype=np.float64)
    if span is TimeSpan.PEAK:
        return values.max(axis=1)
    if span is TimeSpan.LOW:
        return values.min(axis=1)
    if span is not TimeSpan.TOTAL:
        raise ValueError(f"{span} is one week")
    entry = INDICATORS.get(indicator)
    return _flowed(values) if entry is not None and entry.flow else values.mean(axis=1)


def _flowed(sums: Array) -> Array:
    """The sum of a flow over all weeks, from its sums (W, weeks) over the trailing 52.

    Full years are added from the last week back. The trailing sum of the remaining first weeks includes flow before the
    start, which is subtracted at the rate of the first week's sum.
    """
    weeks = sums.shape[1]
    total = sums[:, weeks - 1 : YEAR - 2 : -YEAR].sum(axis=1) if weeks >= YEAR else np.zeros(len(sums))
    left = weeks % YEAR
    if left:
        total = total + sums[:, left - 1] - (1.0 - left / YEAR) * sums[:, 0]
    return total


def unit_of(unit: str, span: TimeSpan | None, indicator: str) -> str:
    """The unit of an indicator over a span: a total of yearly sums is no longer per year."""
    entry = INDICATORS.get(indicator)
    if span is not TimeSpan.TOTAL or entry is None or not entry.flow:
        return unit
    return unit.removesuffix("/yr").removesuffix("per year").strip()
