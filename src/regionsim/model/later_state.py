"""The state at a start after the briefs' present, from what the record knew on the day before.

Core object: `later_state`. Declared values of mid-2025 are carried on by what was counted since: stocks of Afghans less
those who returned, returns and deportations by their windows, days of closures. Returns have the error with which they
are counted, and what is added from the last count to the start has one of its own size; stocks keep the spread of their
declared draws. Levels of trade and violence are filtered (`initial_state.known`); a flow of goods of which no report is
young enough for that is at the level of the last fiscal year with open gates. A closure under way is played on top
(`under_way`).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from regionsim.evidence.holdout import days_of
from regionsim.evidence.inputs import Inputs
from regionsim.evidence.known_levels import error_of_count
from regionsim.evidence.records import Cell
from regionsim.model import record_state
from regionsim.model.record_state import YEAR, Lookup, RecordedValue, between
from regionsim.schema.dates import DECLARED
from regionsim.schema.shocks import BorderClosure

SHUT = 30
"""Days for which all gates are shut in a fiscal year that does not count as one with open gates."""
CAMPAIGN_OF_2025 = date(2025, 4, 1)
"""Since this day UNHCR counts the returns of 2025."""
PACE_DAYS = 90
"""A count of deportations gives their pace if it covers at least these days."""
_RETURNS = "refugee_returns/returns"
_DERIVED = ("refugee_returns/returns_derived", "refugee_returns/returns_derived_late")
_OF_YEAR = "refugees_annual/returns_all"
_DEPORTATIONS = "refugee_returns/deportations"
_DAY, _QUARTER = timedelta(days=1), timedelta(days=92)
type Point = tuple[float, date]


def later_state(evidence: Inputs, start: date, lookup: Lookup) -> dict[str, RecordedValue]:
    """Parameters that the start sets. evidence: rows published by the start, and events before it."""
    return _trade(evidence, start, lookup) | _people(evidence, start) | record_state.documents(evidence, start)


# -- trade ------------------------------------------------------------------------------------------------------------


def _trade(evidence: Inputs, start: date, lookup: Lookup) -> dict[str, RecordedValue]:
    """Goods of the last fiscal year over by the start in which the gates were open."""
    year = start.year - (start.month < 7)
    while _days_shut(evidence, date(year - 1, 7, 1), date(year, 6, 30)) > SHUT:
        year -= 1
    return record_state.trade(evidence, date(year, 6, 30), lookup)


def _days_shut(evidence: Inputs, first: date, last: date) -> int:
    """Days from first to last on which a closure of all gates was in force."""
    days: set[int] = set()
    for event in evidence.timeline.values():
        shock = event.shock
        if isinstance(shock, BorderClosure) and shock.crossing == "all":
            begun = shock.on.toordinal()
            days.update(range(max(begun, first.toordinal()), min(begun + round(shock.days) - 1, last.toordinal()) + 1))
    return len(days)


# -- people -----------------------------------------------------------------------------------------------------------


def _people(evidence: Inputs, start: date) -> dict[str, RecordedValue]:
    """Stocks of each status less those who returned since `DECLARED`; returns of the last year and the last two."""
    points = returned_since(evidence)

    def returned(day: date) -> float:
        return _at(points, day)

    gone = returned(start) - returned(DECLARED)
    of_por = _share_of_por(evidence, points) * gone
    declared = {name: evidence.parameters[f"people.{name}_initial"].value for name in ("por", "acc", "undocumented")}
    others = declared["acc"] + declared["undocumented"]
    state = {}
    for name, stock in declared.items():
        less = of_por if name == "por" else (gone - of_por) * stock / others
        low = evidence.parameters[f"people.{name}_initial"].low
        state[f"people.{name}_initial"] = RecordedValue(max(stock - less, low), _RETURNS, "declared less returns since")
    last, before = returned(start) - returned(start - YEAR), returned(start - YEAR) - returned(start - 2 * YEAR)
    source, count = f"{_RETURNS}, {_OF_YEAR}", error_of_count(evidence.parameters)
    guessed = max(returned(start) - points[-1][0], 0.0)  # an error of its own size
    for name, total in (("history.returns", last), ("people.returned_initial", last + before)):
        error = math.hypot(count, guessed / max(total, 1.0))
        state[name] = RecordedValue(total, source, f"interpolated, counted to {points[-1][1]}", error)
    sent = [(days_of(row), float(row["value_persons"] or 0.0)) for row in evidence.series[_DEPORTATIONS].records]
    paces = [(last, 365.0 * n / ((last - first).days + 1)) for (first, last), n in sent
             if first >= CAMPAIGN_OF_2025 and (last - first).days + 1 >= PACE_DAYS]  # fmt: skip
    if paces:
        day, pace = max(paces)
        state["history.deportations"] = RecordedValue(pace, _DEPORTATIONS, f"pace of the count to {day}")
    return state


def returned_since(evidence: Inputs) -> list[Point]:
    """Persons of all statuses who have returned, by day, from the last two years before April 2025 on.

    Counts since April 2025, and since September 2023 before it, each on its own basis; then windows that go on where
    the points end, a gap of up to a quarter at the pace of the window after it.
    """
    totals = evidence.series["refugee_returns/cumulative_returns"].records
    earlier = [(float(row["value_persons"] or 0.0), days_of(row)[1]) for row in totals]
    points = sorted([point for point in earlier if point[1] < date(2025, 1, 1)], key=lambda point: point[1])
    rows = [row for row in evidence.series[_RETURNS].records if _all(row)]
    base = points[-1][0] + _years_rest(evidence, points[-1][1])
    points.append((base, CAMPAIGN_OF_2025 - _DAY))
    windows = [(*days_of(row), float(row["value_persons"] or 0.0)) for row in rows]
    windows += [(*days_of(row), float(row["value_persons"] or 0.0))
                for series in _DERIVED for row in evidence.series[series].records if _all(row)]  # fmt: skip
    since = [(base + n, last) for first, last, n in windows if first == CAMPAIGN_OF_2025]
    points += sorted(since, key=lambda point: point[1])
    points = _of_2025(evidence, points)
    for first, last, n in sorted(windows):
        gap = (first - points[-1][1]).days - 1
        if 0 <= gap <= 92 and last > points[-1][1]:
            pace = n / ((last - first).days + 1)
            points.append((points[-1][0] + pace * gap + n, last))
    return points


def _all(row: Mapping[str, Cell]) -> bool:
    return row["crossing"] == "all" and row["status"] == "all"


def _years_rest(evidence: Inputs, day: date) -> float:
    """Returns from the day after the last count of the campaign of 2023 to March 2025: a derived quarter, and before
    it at the pace of that quarter.
    """
    quarter = [row for row in evidence.series[_DERIVED[1]].records if row["period"] == "2025-01..2025-03"]
    if not quarter:
        return 0.0
    pace = float(quarter[0]["value_persons"] or 0.0) / float(quarter[0]["days"] or 90.0)
    return pace * (CAMPAIGN_OF_2025 - _DAY - day).days


def _of_2025(evidence: Inputs, points: list[Point]) -> list[Point]:
    """The points with the end of 2025, where the count of the whole year is known."""
    year = [float(row["value_persons"] or 0.0) for row in evidence.series[_OF_YEAR].records if row["year"] == 2025]
    quarter = [row for row in evidence.series[_DERIVED[1]].records if row["period"] == "2025-01..2025-03"]
    base = next(n for n, day in points if day == CAMPAIGN_OF_2025 - _DAY)
    end = date(2025, 12, 31)
    if not year or not quarter or points[-1][1] >= end:
        return points
    total = base + year[0] - float(quarter[0]["value_persons"] or 0.0)
    return [*points, (max(total, points[-1][0]), end)]


def _at(points: Sequence[Point], day: date) -> float:
    """Persons returned by the end of the day before: after the last count as many as in as many days before it, for a
    quarter. The last count may be of a week of a push, whose pace says little of two months.
    """
    last, when = points[-1]
    if day - _DAY <= when:
        return between(points, day - _DAY)
    return last + last - between(points, when - min(day - _DAY - when, _QUARTER))


def _share_of_por(evidence: Inputs, points: Sequence[Point]) -> float:
    """Share of holders of registration cards among all who returned, over the windows since `DECLARED` that count them;
    their share of the declared stock where there is none.
    """
    counted = [row for row in evidence.series[_RETURNS].records
               if row["status"] == "registered(PoR)" and row["crossing"] == "all"]  # fmt: skip
    spans = [(*days_of(row), float(row["value_persons"] or 0.0)) for row in counted]
    late = [(first, last, n) for first, last, n in spans if first > DECLARED and last <= points[-1][1]]
    everyone = sum(_at(points, last + _DAY) - _at(points, first) for first, last, _ in late)
    if everyone > 0.0:
        return min(_sum(n for *_, n in late) / everyone, 1.0)
    stocks = [evidence.parameters[f"people.{name}_initial"].value for name in ("por", "acc", "undocumented")]
    return stocks[0] / _sum(stocks)


def _sum(values: Iterable[float]) -> float:
    return float(sum(values))
