"""When an indicator is looked at: on a date, at its peak, in total. What `--at` accepts.

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
from regionsim.errors import InputError
from regionsim.indicators import INDICATORS
from regionsim.schema.dates import Period, parse_period, weeks_between

type Array = Any  # numpy

YEAR = 52  # weeks that a yearly sum goes back


class TimeSpan(StrEnum):
    """A word that stands for a date, or for the whole horizon."""

    END = "end"
    FIRST_YEAR = "first_year"
    PEAK = "peak"
    LOW = "low"
    TOTAL = "total"

    @property
    def is_date(self) -> bool:
        """Whether it stands for one week."""
        return self in (TimeSpan.END, TimeSpan.FIRST_YEAR)

    @property
    def words(self) -> str:
        """How it is told."""
        return {
            "end": "at the end", "first_year": "after the first year", "peak": "at the peak",
            "low": "at the lowest point", "total": "in total",
        }[self.value]  # fmt: skip


type At = Period | TimeSpan


def read_at(words: Sequence[str]) -> list[At]:
    """Words of --at: years, months, days, or a span. Raises InputError with all faults."""
    found: list[At] = []
    faults = []
    for word in texts(words, "--at"):
        try:
            found.append(TimeSpan(word) if word in list(TimeSpan) else parse_period(word))
        except ValueError as fault:
            faults.append(f"--at: {fault}; or {', '.join(TimeSpan)}")
    if faults:
        raise InputError(faults)
    return found


def weeks_of(asked: Sequence[At], start: date, end: date) -> list[int]:
    """The weeks of these dates and the last week before `end`, in order. Raises InputError for dates outside."""
    last = weeks_between(start, end) - 1
    weeks, wrong = {last}, []
    for one in asked:
        if isinstance(one, TimeSpan):
            if one is TimeSpan.FIRST_YEAR:
                weeks.add(min(YEAR - 1, last))
            continue
        week = one.week(start, end)
        if week is None:
            wrong.append(f"--at: {one.text} is outside the horizon (allowed: {start} to {end})")
        else:
            weeks.add(week)
    if wrong:
        raise InputError(wrong)
    return sorted(weeks)


def spans_of(asked: Sequence[At]) -> list[TimeSpan]:
    """The spans among these that are no single week, each once, in order."""
    return list(dict.fromkeys(one for one in asked if isinstance(one, TimeSpan) and not one.is_date))


def over(values: Array, span: TimeSpan, indicator: str) -> Array:
    """What values (W, weeks) of an indicator come to over the span, (W,).

    Peak and low: the largest and smallest week. Total: of a yearly sum, what flowed in all the weeks; of a level, its
    mean over the weeks. Raises ValueError for a span that stands for one week.
    """
    found = np.asarray(values, dtype=np.float64)
    if span is TimeSpan.PEAK:
        return found.max(axis=1)
    if span is TimeSpan.LOW:
        return found.min(axis=1)
    if span is not TimeSpan.TOTAL:
        raise ValueError(f"{span} is one week")
    known = INDICATORS.get(indicator)
    return _flowed(found) if known is not None and known.flow else found.mean(axis=1)


def _flowed(sums: Array) -> Array:
    """The sum of a flow over all weeks, from its sums (W, weeks) over the trailing 52.

    Whole years are added from the last week back. Of the weeks before them the trailing sum holds what flowed before
    the start too: that is taken off at the pace of the first week's sum.
    """
    weeks = sums.shape[1]
    total = sums[:, weeks - 1 : YEAR - 2 : -YEAR].sum(axis=1) if weeks >= YEAR else np.zeros(len(sums))
    left = weeks % YEAR
    if left:
        total = total + sums[:, left - 1] - (1.0 - left / YEAR) * sums[:, 0]
    return total


def unit_of(unit: str, span: TimeSpan | None, indicator: str) -> str:
    """The unit of an indicator over a span: a total of yearly sums is no longer per year."""
    known = INDICATORS.get(indicator)
    if span is not TimeSpan.TOTAL or known is None or not known.flow:
        return unit
    return unit.removesuffix("/yr").removesuffix("per year").strip()
