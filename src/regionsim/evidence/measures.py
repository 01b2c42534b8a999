"""Reads `seeds/measures.csv`: which observed series reports what of the model, from when to when, and how.

Core objects: `Measure`, `Window` (a value and its days), `read_measures`, `windows_of`, `disjoint`, `scored_by`.
Several sources report one flow of the model, each for its own days; which source continues another is data, not code.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

from regionsim.evidence.base import Evidence, load_evidence, record_ends
from regionsim.evidence.cells import month_number
from regionsim.evidence.publication import Known
from regionsim.evidence.records import Cell, EvidenceError
from regionsim.evidence.tables import Faults, read_table
from regionsim.paths import seeds_dir

type Record = Mapping[str, Cell]
type Records = Mapping[str, Sequence[Record]]
"""Rows by the id of their series."""

_COLUMNS = (
    "id", "title", "unit", "latent", "counts", "step", "series", "column", "where", "without", "longer", "gaps", "from",
    "until", "basis", "rate", "drift", "half_life", "noise", "season", "anchor", "note",
)  # fmt: skip
_GOODS = ("trade_bilateral", "trade_volume")
LATENT: Mapping[str, tuple[str, ...]] = {
    "attacks": ("attacks",),
    "closures": ("closure_days",),  # how many begin; the length of given closures is scored apart (arm C)
    "returns_registered": ("returns",),
    "returns_other": ("returns",),
    "returns": ("returns",),
    "exports": _GOODS,
    "imports": _GOODS,
    "transit": ("trade_transit", "trade_volume"),
}
"""Flow of the model that sources report -> the indicators computed from it."""
_UNSCORED = "\N{DAGGER}"
_UNSCORED_KEY = f"{_UNSCORED} never checked against data: no hindcast scores it."
_DAY = timedelta(days=1)
_PART = re.compile(r"(FY)?(\d{4})(?:-\d\d)? ([A-Z][a-z]{2})-([A-Z][a-z]{2})(?: \(\d+m\))?")


class Window(NamedTuple):
    """A value of a flow from the day `begin` to the day before `end`."""

    begin: date
    end: date
    value: float


@dataclass(frozen=True)
class Measure:
    """A reported series: the flow of the model it reports (`latent`), the rows it is read from, its reporting rate.

    series: ids of observed series in order of preference. longer: a yearly series that replaces months in histories.
    zero_gaps: whether a month without a row is a month without an event. first, last: days for which the source is
    used. rate, drift, half_life, noise: parameters, empty if the model counts on the source's basis or has none; a rate
    without a half-life does not return to its mean. season: the
    parameter for the share of the flow's season that the source shows; empty means all of it. anchored: whether the
    rate comes from the series' own last year where that is known.
    """

    id: str
    title: str
    unit: str
    latent: str
    counts: bool
    step: str
    series: tuple[str, ...]
    column: str
    where: Mapping[str, tuple[str, ...]]
    without: Mapping[str, tuple[str, ...]]
    longer: str
    zero_gaps: bool
    first: date
    last: date
    basis: str
    rate: str
    drift: str
    half_life: str
    noise: str
    season: str
    anchored: bool
    note: str


def read_measures() -> dict[str, Measure]:
    """The measures of this installation by id. Raises EvidenceError if a reference does not resolve."""
    return _shipped()


@cache
def _shipped() -> dict[str, Measure]:
    return measures_of(seeds_dir(), load_evidence())


def measures_of(folder: Path, evidence: Evidence) -> dict[str, Measure]:
    """The measures of a folder laid out like `seeds/` by id. Raises EvidenceError if a reference does not resolve."""
    faults = Faults(folder)
    measures: dict[str, Measure] = {}
    for row in read_table(folder / "measures.csv", _COLUMNS, faults):
        c = row.cells
        series = tuple(c["series"].split("|"))
        for id in (*series, *filter(None, [c["longer"]])):
            if id not in evidence.series:
                faults.unknown(row.place, c["id"], "series", id, evidence.series)
        for name in filter(None, (c["rate"], c["drift"], c["half_life"], c["noise"], c["season"])):
            if name not in evidence.parameters:
                faults.unknown(row.place, c["id"], "parameter", name, evidence.parameters)
        if c["latent"] not in LATENT:
            faults.unknown(row.place, c["id"], "flow", c["latent"], LATENT)
        measures[c["id"]] = Measure(
            c["id"], c["title"], c["unit"], c["latent"], c["counts"] == "1", c["step"], series, c["column"],
            _conditions(c["where"]), _conditions(c["without"]), c["longer"], c["gaps"] == "zero",
            date.fromisoformat(c["from"]), date.fromisoformat(c["until"] or "9000-12-31"), c["basis"], c["rate"],
            c["drift"], c["half_life"], c["noise"], c["season"], c["anchor"] == "1", c["note"],
        )  # fmt: skip
    if faults.found:
        raise EvidenceError(faults.lines())
    return measures


def scored_by(indicator: str) -> tuple[str, ...]:
    """Ids of the measures that score an indicator; empty for one place (`attacks[punjab]`), which no measure covers."""
    return tuple(measure.id for measure in read_measures().values() if indicator in LATENT[measure.latent])


def scored_mark(indicator: str) -> str:
    """A dagger for an indicator that no series scores, else an empty text."""
    return "" if scored_by(indicator) else _UNSCORED


def unscored_key(indicators: Iterable[str]) -> list[str]:
    """The line that explains the daggers of a table of indicators; empty if all are scored."""
    return [] if all(map(scored_by, indicators)) else [_UNSCORED_KEY]


def _conditions(text: str) -> dict[str, tuple[str, ...]]:
    """`a=x|y&b=z` as {a: (x, y), b: (z,)}."""
    pairs = (part.partition("=") for part in text.split("&") if part)
    return {name: tuple(values.split("|")) for name, _, values in pairs}


# -- windows -----------------------------------------------------------------------------------------------------------


def windows_of(measure: Measure, records: Records, last: date) -> list[Window]:
    """The windows of a measure up to the day `last`, by first day; no two have the same days.

    Of two rows with the same days and place, the first counts; rows of several places on the same days are added up.
    Months without a row are zero if the measure says so (`zero_gaps`), from its first day to `last`.
    """
    by_days: dict[tuple[date, date], dict[str, float]] = {}
    for series in measure.series:
        seen: dict[tuple[date, date], dict[str, float]] = {}
        for row in records.get(series, ()):
            if _meets(row, measure):
                span, place, value = _span(row, measure), _place(row), _value(row, measure)
                if span is not None and value is not None:
                    of_span = seen.setdefault(span, {})
                    if measure.zero_gaps and measure.column:
                        of_span["all"] = of_span.get("all", 0.0) + value
                    else:
                        of_span.setdefault(place, value)
        by_days = seen | by_days
    totals = {
        span: by_place["all"] if "all" in by_place else sum(by_place.values()) for span, by_place in by_days.items()
    }
    if measure.zero_gaps:
        totals = _filled(measure, totals, last, records)
    windows = [Window(begin, end, value) for (begin, end), value in totals.items()]
    last = min(last, measure.last)
    return sorted(window for window in windows if window.begin >= measure.first and window.end - _DAY <= last)


def disjoint(windows: Iterable[Window]) -> list[Window]:
    """Windows of which no two share a day: those that cover the most days together, then the most windows.

    A source prints months, parts of months and totals of several; a day that counted in two of them would count twice.
    """
    ordered = sorted(windows, key=lambda window: (window.end, window.begin))
    ends = [window.end for window in ordered]
    best, counted = [(0, 0)], []  # days and windows among the first n; whether the n-th is one of them
    for n, window in enumerate(ordered):
        days, count = best[bisect_right(ends, window.begin, 0, n)]
        with_it = days + (window.end - window.begin).days, count + 1
        counted.append(with_it > best[n])
        best.append(max(with_it, best[n]))
    chosen, n = [], len(ordered)
    while n:
        if counted[n - 1]:
            chosen.append(ordered[n - 1])
            n = bisect_right(ends, ordered[n - 1].begin, 0, n - 1)
        else:
            n -= 1
    return chosen[::-1]


def longer_of(measure: Measure, records: Records, last: date) -> list[Window]:
    """Calendar or fiscal years of the measure's `longer` series that end by the day `last`."""
    years: dict[tuple[date, date], float] = {}
    for row in records.get(measure.longer, ()):
        year, value = row.get("year"), row.get("value_persons", row.get("value_musd", row.get("value")))
        if isinstance(year, int) and isinstance(value, float | int):
            month = 7 if row.get("period_type") == "FY" else 1
            begin = date(year - (month == 7), month, 1)
            years.setdefault((begin, date(begin.year + 1, month, 1)), float(value))
    return sorted(Window(begin, end, value) for (begin, end), value in years.items() if end - _DAY <= last)


def reads(measure: Measure, row: Record, last: date) -> bool:
    """Whether a row of the measure's series is a window, or part of one, up to the day `last`."""
    span = _span(row, measure) if _meets(row, measure) and _value(row, measure) is not None else None
    return span is not None and span[0] >= measure.first and span[1] - _DAY <= min(last, measure.last)


def parts_of(measure: Measure, row: Record) -> tuple[bool, float | None, tuple[date, date] | None]:
    """Of a row of the measure's series: whether it is of the place, status and basis that the measure reports; its
    value, None if it has none; its first day and the day after its last, None if its cells do not say.
    """
    return _meets(row, measure), _value(row, measure), _span(row, measure)


def _meets(row: Record, measure: Measure) -> bool:
    def cell(name: str) -> str:
        value = row.get(name)
        return "0" if value is None and name == "partial" else "" if value is None else f"{value}"

    included = all(cell(name) in values for name, values in measure.where.items())
    if measure.basis and "period_type" in row and row["period_type"] != measure.basis:
        return False
    return included and not any(cell(name) in values for name, values in measure.without.items())


def _place(row: Record) -> str:
    """What distinguishes rows of the same days: the crossing; for closures, which are counted, the day."""
    if "start_date" in row:
        return str(row["start_date"])
    return str(row.get("crossing", "all")).lower() or "all"


def _value(row: Record, measure: Measure) -> float | None:
    """The row's value; 1 if rows are counted events."""
    value = row.get(measure.column) if measure.column else 1.0
    return float(value) if isinstance(value, float | int) else None


def _span(row: Record, measure: Measure) -> tuple[date, date] | None:
    """First day, and the day after the last, of a month, a year, a window written A..B, or an event's month."""
    if "start_date" in row:
        return month_of(date.fromisoformat(str(row["start_date"])))
    if "month" in row:
        return month_of(date(int(str(row["year"])), int(str(row["month"])), 1))
    if measure.step == "year":
        year, month = int(str(row["year"])), 7 if measure.basis == "FY" else 1
        return date(year - (month == 7), month, 1), date(year + (month == 1), month, 1)
    return span_of(row)


def span_of(row: Record) -> tuple[date, date] | None:
    """First day, and the day after the last, of a period written as a month, as A..B of months or days, or as months of
    a calendar or fiscal year such as `FY2024-25 Jul-Feb (8m)`; None for any other.
    """
    if part := _PART.fullmatch(str(row["period"])):
        months = [month_number(name) or 0 for name in part.groups()[2:]]
        begin, end = (date(int(part[2]) + (part[1] is not None and m < 7), m, 1) if m else None for m in months)
        return (begin, add_months(end, 1)) if begin and end and begin <= end else None
    first, _, last = str(row["period"]).partition("..")
    return (_day(first), _after(last or first)) if first[:4].isdecimal() and first[4:5] == "-" else None


def month_of(day: date) -> tuple[date, date]:
    """The first day of the month, and of the next month."""
    first = day.replace(day=1)
    return first, add_months(first, 1)


def add_months(day: date, months: int) -> date:
    """The first day of the month that lies `months` later."""
    k = day.year * 12 + day.month - 1 + months
    return date(k // 12, k % 12 + 1, 1)


def _day(text: str) -> date:
    return date.fromisoformat(text if len(text) == 10 else f"{text}-01")


def _after(text: str) -> date:
    """The day after a written day or month."""
    return _day(text) + _DAY if len(text) == 10 else month_of(_day(text))[1]


def covered_to(series: Sequence[str], records: Records) -> date | None:
    """The last day of which the lists of events are complete (rows of `coverage`), as far as it was published; None
    where nothing says so. A row without a last day goes to the end of the record.
    """
    rows = [row for row in records.get("coverage", ()) if row["list"] in series]
    days = [date.fromisoformat(str(row["last"])) if row["last"] else record_ends() for row in rows]
    if not days or not isinstance(records, Known):
        return max(days, default=None)
    return min(max(days), *(records.published_to(id) for id in series))


def _filled(
    measure: Measure, totals: Mapping[tuple[date, date], float], last: date, records: Records
) -> dict[tuple[date, date], float]:
    """Totals with months without a row as zero, as far as the list is complete or, if later, the last row's month."""
    filled, month = dict(totals), measure.first
    covered = max([covered_to(measure.series, records) or measure.first, *(end - _DAY for _, end in totals)])
    while month_of(month)[1] - _DAY <= min(last, measure.last, covered):
        filled.setdefault(month_of(month), 0.0)
        month = month_of(month)[1]
    return filled
