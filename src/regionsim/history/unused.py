"""Rows in the days of a hindcast that no score uses, with the reason.

Core objects: `unused` and `UnusedRows`. A row is used if it is one of the windows that a series is scored on, or part
of one, if its length is scored, or if it is part of the state from which forecasts start.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from regionsim.evidence.cells import still_going
from regionsim.evidence.holdout import days_of
from regionsim.evidence.measures import (
    Measure,
    Record,
    Records,
    Window,
    add_months,
    parts_of,
    read_measures,
)
from regionsim.evidence.observed import TABLES
from regionsim.evidence.timeline import row_name
from regionsim.history.hindcast import HindcastSpec
from regionsim.history.measurement import MONTHS
from regionsim.history.scoring import outcomes_between
from regionsim.history.vintage import STATE_SERIES

_PLACE, _FIGURE, _DAYS, _SOURCE, _ORIGIN, _OVERLAP = _ORDER = (
    "no score reads this place, status or basis", "it has no figure", "its days cannot be read",
    "its source is not used for these days", "no forecast holds all of its days",
    "its days count already in other rows",
)  # fmt: skip
"""Reasons, from the first thing that keeps a row out to the last."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_LENGTH = "its length is not known, so only its beginning counts"
_NAMELESS = "no event of the timeline names it, so its length is not scored"


@dataclass(frozen=True)
class UnusedRows:
    """So many of the rows of a series in the days of the hindcast are not used, for one reason; the first of them."""

    series: str
    reason: str
    n: int
    of: int
    first: str

    def line(self) -> str:
        """For people."""
        rows = "1 row" if self.n == 1 else f"{self.n:,} rows"
        return f"{rows} of {self.of:,} of {self.series}: {self.reason} ({self.first})"

    def plain(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


def unused(
    records: Records, named: Mapping[str, str], spec: HindcastSpec, among: Records | None = None
) -> list[UnusedRows]:
    """The rows of the scored series in the days of a hindcast that no score uses; among: of these rows alone.

    named: the row of each event of the timeline. A row whose days cannot be read is one of those days if a year it
    names is, or if it names none.
    """
    measures = [measure for id, measure in read_measures().items() if not spec.measures or id in spec.measures]
    counted = {measure.id: _counted(measure, records, spec) for measure in measures}
    result = []
    for series in sorted({id for measure in measures for id in (*measure.series, measure.longer) if id}):
        rows = [row for row in (records if among is None else among).get(series, ()) if _within(row, spec)]
        reasons: dict[str, list[Record]] = {}
        for row in rows:
            reason = _reason(series, row, measures, counted, named)
            if reason:
                reasons.setdefault(reason, []).append(row)
        result += [UnusedRows(series, why, len(of), len(rows), _name(series, of[0])) for why, of in reasons.items()]
    return result


def _counted(measure: Measure, records: Records, spec: HindcastSpec) -> set[tuple[date, date]]:
    """Days of the windows that some forecast is scored on."""
    windows = outcomes_between(measure, records, spec.first, spec.last)
    return {(window.begin, window.end) for window in windows if _forecast(window, spec)}


def _forecast(window: Window, spec: HindcastSpec) -> bool:
    return any(origin <= window.begin and window.end <= add_months(origin, MONTHS) for origin in spec.origins)


def _within(row: Record, spec: HindcastSpec) -> bool:
    try:
        first, last = days_of(row)
    except (KeyError, IndexError, ValueError):
        years = _YEAR.findall(f"{row.get('year', '')} {row.get('period', '')}")
        return not years or any(spec.first.year <= int(year) <= spec.last.year for year in years)
    return first <= spec.last and last >= spec.first


def _reason(
    series: str, row: Record, measures: Sequence[Measure], counted: Mapping[str, set[tuple[date, date]]],
    named: Mapping[str, str],
) -> str:  # fmt: skip
    """Why a row is not used; empty if it is."""
    if any(series == measure.longer for measure in measures) or series in STATE_SERIES:
        return ""  # history of baselines, or the start
    reasons = [_of_measure(row, measure, counted[measure.id]) for measure in measures if series in measure.series]
    worst = max(reasons, key=lambda reason: _ORDER.index(reason) if reason else len(_ORDER), default=_PLACE)
    if worst or series != "border_closures":
        return worst
    if still_going(row["days"]) is None and not isinstance(row["days"], float | int):
        return _LENGTH
    return "" if row_name(series, row) in named.values() else _NAMELESS


def _of_measure(row: Record, measure: Measure, counted: set[tuple[date, date]]) -> str:
    taken, value, span = parts_of(measure, row)
    if not taken:
        return _PLACE
    if value is None:
        return _FIGURE
    if span is None:
        return _DAYS
    if not (measure.first <= span[0] and span[1] - timedelta(days=1) <= measure.last):
        return _SOURCE
    if span in counted:
        return ""
    return _OVERLAP if any(begin < span[1] and span[0] < end for begin, end in counted) else _ORIGIN


def _name(series: str, row: Record) -> str:
    """The cells that say which row it is."""
    key = TABLES[series.partition("/")[0]].key
    return " ".join(str(row[column]) for column in key if column != "series" and row.get(column) not in (None, ""))
