"""The tables of a brief as cells of text: computed once, laid out by the page, the Word file and the slides.

Core objects: `Table`, `Cell`, `first_tables` (of the first page), and one function for each table of the body.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from math import isfinite

from regionsim.evidence.measures import scored_mark, unscored_key
from regionsim.studies.briefing.data import Assumption, Brief, BriefArm, Change, Flows
from regionsim.studies.compare import ComparisonRow
from regionsim.studies.targets import TargetRow
from regionsim.views.harm import effect
from regionsim.views.report.charts import titles_of
from regionsim.views.report.front import BEARS, BurdenCell, burdens, sides, totals
from regionsim.views.report.schematic import title_of as place_title
from regionsim.views.report.texts import (
    GRADES,
    ROLES,
    amount,
    change,
    day_words,
    long_month,
    month_words,
    percent,
    plain_number,
    span,
    year_columns,
)
from regionsim.views.targets import points

__all__ = [
    "MOST_ASSUMED", "Cell", "Table", "assumed_table", "changed_table", "effects_table", "first_tables", "map_table",
    "years_table",
]  # fmt: skip

MOST_ASSUMED = 8  # assumptions of the printed table
_MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Cell:
    """A cell: its text, a dagger after it where an indicator was never checked, and a smaller remark.

    tone: "worse", "better" or "quiet", or empty. rows: how many rows it spans.
    """

    text: str
    more: str = ""
    mark: str = ""
    tone: str = ""
    rows: int = 1

    @property
    def plain(self) -> str:
        """The whole cell as one line."""
        return f"{self.text}{self.mark} {self.more}".rstrip()


@dataclass(frozen=True)
class Table:
    """A table: the first cell of a row names it; None stands where a cell above spans the row.

    numbers: columns with numbers. label: for those who hear the page. kind: classes of the page's table.
    """

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell | None, ...], ...]
    numbers: frozenset[int]
    label: str
    kind: str


def named_cell(title: str, indicator: str, more: str = "", rows: int = 1) -> Cell:
    """The cell that names an indicator."""
    return Cell(title, more, scored_mark(indicator), rows=rows)


def first_tables(brief: Brief, appendix: str = "the appendix") -> tuple[list[Table], list[Table]]:
    """The tables of the first page: of targets, and of who bears it; either may be empty.

    appendix: where the rest is.
    """
    if len(brief.arms) == 1:
        arm = brief.arms[0]
        return ([_targets(brief, arm)] if arm.targets else []), ([_burdens(brief, arm)] if _borne(brief) else [])
    return ([_targets_side_by_side(brief)] if sides(brief) else []), (
        [_burdens_side_by_side(brief, appendix)] if _borne(brief) else []
    )


def _borne(brief: Brief) -> bool:
    return bool(brief.base and burdens(brief.arms[0]))


def _targets(brief: Brief, arm: BriefArm) -> Table:
    against = ", and the change against the baseline in percentage points" if brief.base else ""
    rows = []
    for row in arm.targets:
        cells = [Cell(row.name), Cell(_counted(row.count, row.worlds, row.share), _ends(row))]
        if brief.base:
            lacking = row.base_share is None or row.base_count is None or row.base_worlds is None
            cells.append(Cell("not compared" if lacking else _counted(row.base_count, row.base_worlds, row.base_share)))  # type: ignore[arg-type]
            cells.append(Cell("-") if row.change is None else Cell(_points(row.change, 1), f"({_change_ends(row)})"))
        rows.append(tuple(cells))
    heads = ("Target", "Scenario", *(("Baseline", "Change") if brief.base else ()))
    caption = f"Targets: worlds that reach each, with the 95% interval of the share{against}"
    return _table(caption, heads, rows, f"Targets of {arm.title}", "rows targets")


def _counted(count: int, worlds: int, share: float) -> str:
    return f"{count:,} of {worlds:,}: {percent(share)}"


def _ends(row: TargetRow) -> str:
    return f"({percent(row.low, 0)} to {percent(row.high, 0)})"


def _points(value: float | None, places: int = 0) -> str:
    return "-" if value is None else points(value, places).replace("-", _MINUS)


def _change_ends(row: TargetRow) -> str:
    return f"{_points(row.change_low)} to {_points(row.change_high)}"


def _targets_side_by_side(brief: Brief) -> Table:
    rows = []
    for row, each in sides(brief):
        cells = [Cell(row.name)]
        if brief.base:
            cells.append(Cell("not compared" if row.base_share is None else percent(row.base_share)))
        for cell in each:
            if cell is None:
                cells.append(Cell("not asked"))
                continue
            more = "" if cell.change is None else f"({_points(cell.change, 1)}, {_change_ends(cell)})"
            cells.append(Cell(percent(cell.share), more))
        rows.append(tuple(cells))
    caption = (
        "Targets: share of worlds that reach each, and in brackets the change against the baseline in percentage "
        "points, with its 95% interval"
    )
    return _table(caption, ("Target", *titles_of(brief)), rows, "Targets of the scenarios", "rows targets")


def _burdens(brief: Brief, arm: BriefArm) -> Table:
    rows = [
        (
            named_cell(row.title, row.indicator, _borne_by(row.unit, row.who)),
            *(_toned(cell, cell.more) for cell in row.cells),
        )
        for row in burdens(arm)
    ]  # fmt: skip
    caption = (
        "Median differences from the baseline (95% interval; where it holds zero, shares of pairs of worlds); in "
        "brackets when the worst comes, as the median over worlds, and the baseline's median. The end is "
        f"{long_month(brief.dates[-1])}.{_key()}"
    )
    heads = ("What civilians bear, and who", "At worst", "In total", "At the end")
    return _table(caption, heads, rows, f"Who bears it, {arm.title}", "rows burdens", numbers=())


def _burdens_side_by_side(brief: Brief, appendix: str) -> Table:
    rows = [
        (
            named_cell(row.title, row.indicator, _borne_by(_only_points(row.total_unit), row.who)),
            Cell(cells[0].more[1:-1].removeprefix("baseline ")),
            *(_toned(cell) for cell in cells),
        )
        for row, cells in totals(brief)
    ]  # fmt: skip
    caption = (
        "Median differences from the baseline over all years, with the 95% interval; where it holds zero, shares of "
        f"pairs of worlds. The worst point and the end are in {appendix}.{_key()}"
    )
    heads = ("What civilians bear, and who", "Baseline, median", *(arm.title for arm in brief.arms))
    return _table(caption, heads, rows, "Who bears it, in every scenario", "rows burdens", numbers=())


def _key() -> str:
    """What the daggers of the table mean."""
    return "".join(f" {line}" for line in unscored_key(BEARS))


def _only_points(unit: str) -> str:
    """The unit of a difference where it is not the baseline's own."""
    return unit if unit == "percentage points" else ""


def _borne_by(unit: str, who: str) -> str:
    return "; ".join(filter(None, (unit, who)))


def _toned(cell: BurdenCell, more: str = "") -> Cell:
    """The cell of a difference, coloured by its verdict."""
    return Cell(cell.text, more, tone=_tone(cell.word))


def _tone(word: str) -> str:
    """The tone of a verdict, for its colour."""
    return next((tone for tone in ("worse", "better") if word.startswith(tone)), "quiet")


def effects_table(brief: Brief) -> Table | None:
    """The scenarios side by side at the last date; None where there is one, or no baseline."""
    if brief.base is None or len(brief.arms) < 2:
        return None
    rows = [
        (named_cell(row.title, row.indicator, row.unit), *(_effect_cell(arm.rows[at]) for arm in brief.arms))
        for at, row in enumerate(brief.arms[0].rows)
    ]
    caption = (
        f"Median differences from {brief.base.title} on {day_words(brief.dates[-1])}, with the 95% interval of the "
        "median"
    )
    heads = ("Indicator", *(arm.title for arm in brief.arms))
    return _table(caption, heads, rows, "The scenarios side by side", "rows", numbers=())


def _effect_cell(row: ComparisonRow) -> Cell:
    if row.identical:
        return Cell("identical", tone="quiet")
    unit = "share" if row.unit == "share" else ""
    ends = row.median_low, row.median_high
    interval = f" ({span(*ends, unit)})" if all(map(isfinite, ends)) else ""
    word = effect(row)
    tone = _tone(word)
    return Cell(f"{change(row.p50, unit)}{interval}; {word}", tone="" if tone == "quiet" else tone)


def years_table(brief: Brief) -> Table:
    """Medians at the end of each year, at most six of them, the baseline's in brackets."""
    columns = year_columns(brief)
    several = len(brief.arms) > 1
    rows: list[tuple[Cell | None, ...]] = []
    for chart in brief.charts:
        unit = "share" if chart.unit == "share" else ""
        for arm, number in zip(brief.arms, count(1 if brief.base else 0)):
            first = named_cell(chart.title, chart.id, chart.unit, rows=len(brief.arms))
            cells = [
                Cell(
                    amount(chart.yearly[number][at][1], unit, short=True),
                    f"({amount(chart.yearly[0][at][1], unit, short=True)})" if brief.base else "",
                )
                for at in columns
            ]
            title = (Cell(arm.title),) if several else ()
            rows.append((first if arm is brief.arms[0] else None, *title, *cells))
    baseline = "; in brackets the baseline" if brief.base else ""
    caption = f"Medians over worlds at the end of each year{baseline}. Sums are over the 52 weeks before"
    heads = ("Indicator", *(("Scenario",) if several else ()), *(month_words(brief.years[at]) for at in columns))
    numbers = range(2 if several else 1, len(heads))
    return _table(caption, heads, rows, "Medians by year", "years", numbers=numbers)


def changed_table(arm: BriefArm) -> Table | None:
    """The overrides of a scenario; None where nothing differs."""
    if not arm.changes:
        return None
    rows = [
        (Cell(each.title), Cell(each.was), Cell(each.now), Cell(each.who or "-"), Cell(evidence_words(each)))
        for each in arm.changes
    ]
    heads = ("What", "Baseline", "Scenario", "Who can do it", "Evidence for the effect")
    caption = f"Overrides of {arm.title} against the baseline"
    return _table(caption, heads, rows, f"Changes of {arm.title}", "changed", numbers=())


def evidence_words(each: Change) -> str:
    """What stands behind the effect of an override."""
    if each.grade:
        return graded(each.grade, GRADES if each.kind == "lever" else ROLES)
    return "an event set by the scenario" if each.kind == "shock" else "-"


def graded(word: str, meanings: dict[str, str]) -> str:
    """A grade with its meaning."""
    return f"{word} ({meanings[word]})" if word in meanings else word


def map_table(brief: Brief) -> Table:
    """The figures of the maps."""
    stand = flows_of(brief)
    rows = []
    for at, gate in enumerate(stand[0][1].gates):
        cells = [Cell(_gate_words(flows, at)) for _, flows in stand]
        rows.append((Cell(f"{place_title(gate.id)}: days shut a year, trucks waiting"), *cells))
    for id, words in _TRADE:
        cells = [Cell(amount(flows.trade[id], "") if id in flows.trade else "not recorded") for _, flows in stand]
        rows.append((Cell(f"{words}, USD bn/yr"), *cells))
    heads = ("Crossing or trade", *(title for title, _ in stand))
    return _table("Figures of the map", heads, rows, "Figures of the map", "")


_TRADE = (
    ("trade_bilateral", "Two-way trade"),
    ("trade_transit", "Transit through Pakistan"),
    ("trade_informal", "Informal trade"),
    ("trade_diverted", "Diverted to Iranian and northern routes; negative if Pakistani routes won some back"),
)


def flows_of(brief: Brief) -> list[tuple[str, Flows]]:
    """The runs that have a map, the baseline first, each with its title."""
    base = [(brief.base.title, brief.base.flows)] if brief.base else []
    return [*base, *((arm.title, arm.flows) for arm in brief.arms)]


def _gate_words(flows: Flows, at: int) -> str:
    gate = flows.gates[at]
    if gate.closure_days is None or gate.closure_high is None:
        text = "not recorded"
    else:
        text = f"{plain_number(gate.closure_days)} (95% of worlds at most {plain_number(gate.closure_high)})"
    return text if gate.trucks is None else f"{text}, {plain_number(gate.trucks)}"


def assumed_table(arm: BriefArm, appendix: str = "the appendix") -> Table | None:
    """The strongest assumptions of a scenario; None where there is none."""
    if not arm.assumptions:
        return None
    shown = arm.assumptions[:MOST_ASSUMED]
    rows = [
        (Cell(each.size.title), Cell(_range(each)), Cell(_evidence(each)), Cell(_reasons(each.reasons)))
        for each in shown
    ]  # fmt: skip
    caption = f"{len(shown)} of {len(arm.assumptions)}; all are in {appendix}, with their sources"
    heads = ("Parameter", "Value and range", "Evidence", "Why listed")
    return _table(caption, heads, rows, f"Strongest assumptions of {arm.title}", "strongest", numbers=())


def _range(each: Assumption) -> str:
    unit = f" {each.size.unit}" if each.size.unit else ""
    return f"{each.size.value:g}{unit}; {each.size.drawn or 'not varied'}"


def _evidence(each: Assumption) -> str:
    mark = each.size.identified
    return graded(each.size.role, ROLES) + (f"; {mark}" if mark and mark != each.size.role else "")


def _reasons(reasons: Sequence[str]) -> str:
    return reasons[0] + (f"; and {len(reasons) - 1} more" if len(reasons) > 1 else "")


def _table(
    caption: str, heads: Sequence[str], rows: Sequence[tuple[Cell | None, ...]], label: str, kind: str,
    numbers: Sequence[int] | None = None,
) -> Table:  # fmt: skip
    """A table; every column but the first holds numbers unless `numbers` says which do."""
    held = range(1, len(heads)) if numbers is None else numbers
    return Table(caption, tuple(heads), tuple(rows), frozenset(held), label, kind)
