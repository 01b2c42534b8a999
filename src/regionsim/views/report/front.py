"""Texts of the first page: the answer, who bears it, what it rests on, what could turn it, and its caveats.

Core objects: `answer`, `answer_more`, `change_sentence`, `burdens`, `bearing_words`, `rests`, `turn_words`, `caveats`,
`reach_words`.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from regionsim.evidence.measures import scored_mark
from regionsim.indicators import INDICATORS
from regionsim.runs.numerals import short
from regionsim.studies.briefing.assumed import LEVER
from regionsim.studies.briefing.data import Assumption, Brief, BriefArm, Chart
from regionsim.studies.compare import ComparisonRow
from regionsim.studies.targets import TargetRow
from regionsim.studies.times import TimeSpan
from regionsim.views.harm import FEWEST, WEAK, effect
from regionsim.views.report.charts import titles_of
from regionsim.views.report.texts import amount, day_words, long_month, month_words, percent, row_words
from regionsim.views.targets import points

SHOWN = 3  # assumptions on the first page
BEARS = {
    "fatalities": "Pakistan",
    "strike_deaths": "both sides",
    "deportations": "Afghans in Pakistan",
    "livelihood_afghanistan": "Afghanistan",
    "poverty_rate_border": "Pakistan",
    "closure_days": "both sides",
    "perishable_loss": "both sides",
}
"""Who bears what the indicators of harm count, in the order of the first page."""


class BurdenCell(NamedTuple):
    """A difference, its verdict, and a remark: when the worst comes, or how much the baseline has."""

    text: str
    word: str
    more: str = ""


class Burden(NamedTuple):
    """A row of the first page's table of harm: differences at worst, in total and at the end, each with its verdict.

    unit: at one time; total_unit: over all years. level, total: the baseline's median at the end and over all years.
    """

    title: str
    indicator: str
    unit: str
    total_unit: str
    who: str
    cells: tuple[BurdenCell, ...]
    level: str
    total: str


def answer(arm: BriefArm) -> str:
    """The answer in one sentence with counts of worlds; about the first row where the scenario has no target."""
    if not arm.targets:
        first = arm.rows[0] if arm.rows else None
        return f"No target is set. {first.title}: {row_words(first)}" if first else "No target is set."
    row = arm.targets[0]
    word = verdict(row)
    word = f"First target: {word[0].lower()}{word[1:]}" if len(arm.targets) > 1 else word
    return f"{word}: in {long_month(row.date)}, {row.name} in {_counted(row.count, row.worlds)}{_against(row)}."


def verdict(row: TargetRow) -> str:
    """Whether a target is reached, in a word or two: by the 95% interval of its share."""
    if row.count in (0, row.worlds):
        return "Yes, in every world" if row.count else "No, in no world"
    if row.low > 0.5:
        return "Yes, in most worlds"
    return "No, not in most worlds" if row.high < 0.5 else "Undecided, in about half of the worlds"


def _counted(count: int, worlds: int) -> str:
    return f"{count:,} of {worlds:,} worlds ({percent(count / worlds)})"


def _against(row: TargetRow) -> str:
    if row.base_count is None or row.base_worlds is None:
        return ""
    return f", against {_counted(row.base_count, row.base_worlds)} in the baseline"


def answer_more(arm: BriefArm) -> str:
    """The interval of the share, its change, and the median beside what is asked."""
    if not arm.targets:
        return ""
    row = arm.targets[0]
    base = "" if row.base_median is None else f" ({amount(row.base_median, '', short=True)} in the baseline)"
    if row.unit == "share":
        base = "" if row.base_median is None else f" ({amount(row.base_median, 'share')} in the baseline)"
    text = f"95% interval {percent(row.low, 0)} to {percent(row.high, 0)} of worlds{change_sentence(row)}. "
    median = amount(row.median, row.unit, short=True)
    asked = f"target: {row.asked} in {long_month(row.date)}"
    return f"{text}{row.title}{scored_mark(row.indicator)}: median {median}{base}; {asked}.{_other_targets(arm)}"


def _other_targets(arm: BriefArm) -> str:
    """Which of the other targets is reached clearly more or less often than in the baseline; empty if not compared."""
    others = [row for row in arm.targets[1:] if row.change is not None]
    moved = [
        f"{row.name} ({_points(row.change or 0.0, 1)} points)"
        for row in others
        if row.change_low is not None and row.change_high is not None and not row.change_low <= 0.0 <= row.change_high
    ]
    if not others:
        return ""
    if not moved:
        return " On no other target is there a clear difference from the baseline."
    return f" Other targets that differ clearly: {'; '.join(moved)}."


def change_sentence(row: TargetRow) -> str:
    """The change of the share, as a clause; empty where it is not compared."""
    if row.change is None or row.change_low is None or row.change_high is None:
        return ""
    ends = [_points(row.change, 1), _points(row.change_low), _points(row.change_high)]
    return f"; {ends[0]} percentage points against the baseline ({ends[1]} to {ends[2]})"


def _points(value: float, places: int = 0) -> str:
    return points(value, places).replace("-", _MINUS)


def burdens(arm: BriefArm) -> list[Burden]:
    """Harm to civilians on both sides, in rows."""
    found = []
    for indicator, who in BEARS.items():
        rows = [row for row in arm.civilians if row.indicator == indicator]
        if not rows:
            continue
        end = max(row.date for row in rows if row.date not in list(TimeSpan))
        at = {row.date: row for row in rows}
        worst = at.get(TimeSpan.PEAK) or at.get(TimeSpan.LOW)
        chosen = [row for row in (worst, at.get(TimeSpan.TOTAL), at[end]) if row is not None]
        total = at.get(TimeSpan.TOTAL, at[end])
        level, summed = _baseline(at[end]), _baseline(total)
        day = arm.worst.get(indicator, "")
        more: dict[str, str] = {
            end: f"(baseline {level})",
            TimeSpan.TOTAL: f"(baseline {summed}{_how_summed(total)})",
            **dict.fromkeys((TimeSpan.PEAK, TimeSpan.LOW), f"(about {month_words(day)})" if day else ""),
        }
        cells = tuple(_cell(row)._replace(more=more.get(row.date, "")) for row in chosen)
        found.append(Burden(at[end].title, indicator, _unit(at[end]), _unit(total), who, cells, level, summed))
    return found


def _baseline(row: ComparisonRow) -> str:
    """The baseline's median, without its unit."""
    return amount(row.baseline_median, "share" if row.unit == "share" else "", short=True)


def _how_summed(row: ComparisonRow) -> str:
    """What a total is, after its number: a sum with its unit, or the mean of a level."""
    entry = INDICATORS.get(row.indicator.partition("[")[0])
    if entry is None or not entry.flow:
        return " on average"
    unit = _unit(row)
    return f" {unit} in all" if unit else " in all"


def bearing_words(arm: BriefArm) -> str:
    """Who is worse off, at any of the three times; empty where nothing is recorded."""
    rows = burdens(arm)
    if not rows:
        return ""
    if max(row.worlds for row in arm.civilians) < FEWEST:
        return f"Too few worlds to judge harm ({arm.worlds})."
    worse = [
        f"{row.title}{scored_mark(row.indicator)} ({row.who}; {', '.join(times)})"
        for row in rows
        if (times := _worse(row))
    ]
    return (
        f"Worse: {'; '.join(worse)}."
        if worse
        else "No clear harm is added to the baseline's: not at the worst point, in total or at the end."
    )


def _worse(row: Burden) -> list[str]:
    """When a row is worse; with a remark where the evidence for all of these is weak."""
    names = TIMES if len(row.cells) == len(TIMES) else (TIMES[0], TIMES[-1])
    words = [
        (f"{name}, {cell.more[1:-1]}" if name == TIMES[0] and cell.more else name, cell.word)
        for name, cell in zip(names, row.cells, strict=False)
        if cell.word.startswith("worse")
    ]
    weak = ["weak evidence"] if words and all(word.endswith(WEAK) for _, word in words) else []
    return [name for name, _ in words] + weak


TIMES = ("at worst", "in total", "at the end")
"""The columns of the first page's table of harm."""


def _unit(row: ComparisonRow) -> str:
    return "percentage points" if row.unit == "share" else row.unit.partition(",")[0]


def _cell(row: ComparisonRow) -> BurdenCell:
    """A difference with its interval, and whether it is better or worse.

    Where the interval of the median, as shown, does not leave zero out, it tells the shares of pairs, on which the
    verdict rests.
    """
    word = effect(row)
    if row.identical or not row.side:
        return BurdenCell("the same" if row.identical else "no clear change", "")
    times = 100.0 if row.unit == "share" else 1.0
    low, high = (_signed(times * value) for value in (row.median_low, row.median_high))
    if row.p50 == 0.0 or row.median_low <= 0.0 <= row.median_high or "0" in (low, high):
        side = word.partition(" ")[0]
        moved, other = (row.higher, row.lower) if row.side > 0 else (row.lower, row.higher)
        opposite = _OPPOSITE[side]
        return BurdenCell(f"{side} in {percent(moved)}, {opposite} in {percent(other)}", word)
    text = _signed(times * row.p50)
    if math.isfinite(row.median_low) and math.isfinite(row.median_high):
        text += f" ({low} to {high})"
    return BurdenCell(f"{text} {word.partition(' (')[0]}", word)


_OPPOSITE = {"better": "worse", "worse": "better", "higher": "lower", "lower": "higher"}


def _signed(value: float) -> str:
    """A difference with its sign and two digits."""
    text = short(abs(value), 2)
    return text if text == "0" else f"{'+' if value > 0.0 else _MINUS}{text}"


_MINUS = "\N{MINUS SIGN}"


def rests(arm: BriefArm) -> list[Assumption]:
    """The assumptions that the answer rests on most."""
    return list(arm.assumptions[:SHOWN])


def rest_words(assumption: Assumption, before: float = 0.0) -> str:
    """An assumption's value and range, and why it is listed; `before`: the correlation that was told in full, or 0."""
    size = assumption.size
    unit = "" if size.unit in ("share", "") or size.unit.startswith(("scale", "index", "0")) else f" {size.unit}"
    unit = " in log odds" if size.unit == "logit" else unit
    value = f"{short(size.value).replace('-', _MINUS)}{unit} ({_range_words(size.drawn)})"
    if not assumption.rho:
        reason = assumption.reasons[0]
        why = "sizes the effect of a lever used" if reason.startswith(LEVER) else reason.partition(": rank")[0]
        return f"{value}; {why}"
    of = f"{assumption.rho:+.2f}".replace("-", _MINUS)
    within = "" if assumption.clear else ", which chance can give"
    if before:
        way = "likewise" if before * assumption.rho > 0.0 else "the opposite way"
        return f"{value}; {way} ({of}{within})"
    side = "higher" if assumption.rho > 0.0 else "lower"
    return f"{value}; the higher it is, the {side} {assumption.of} (rank correlation over worlds {of}{within})"


def _range_words(drawn: str) -> str:
    """The distribution of a parameter in plain words; as it is where it has no two ends."""
    found = re.fullmatch(r"(?:uniform|loguniform|triangular) \(low ([^,]+),(?: mode ([^,]+),)? high ([^,]+)\)", drawn)
    if found is None:
        return drawn or "not varied"
    low, mode, high = (text and text.replace("-", _MINUS) for text in found.groups())
    return f"between {low} and {high}" + (f", most likely {mode}" if mode else "")


def turn_words(arm: BriefArm) -> str:
    """What could turn the answer, as found by discovery."""
    turn = arm.turn
    if turn is None:
        return "No target is set, so nothing can turn."
    what = "reach the first target" if turn.reached else "fail the first target"
    all_worlds = f"{turn.cases:,} of {turn.worlds:,} worlds"
    if not turn.limits:
        they = f"They are {all_worlds}" if turn.cases else f"There is none among {turn.worlds:,} worlds"
        return f"Nothing was found that sets the worlds that {what} apart. {they}; {turn.why_not}."
    where, share = " and ".join(turn.limits), turn.cases / turn.worlds
    return (
        f"Where {where}, {turn.k:,} of {turn.n:,} worlds {what} ({percent(turn.k / turn.n)}); of all worlds it is "
        f"{all_worlds} ({percent(share)}). In worlds that were not used to find this rule, {percent(turn.held)} of "
        f"those within it {what}."
    )


def sides(brief: Brief) -> list[tuple[TargetRow, list[TargetRow | None]]]:
    """The targets of several scenarios: each with its row of every scenario, None where a scenario has it not."""
    every = {(row.name, row.that): row for arm in reversed(brief.arms) for row in reversed(arm.targets)}
    return [
        (row, [next((each for each in arm.targets if (each.name, each.that) == key), None) for arm in brief.arms])
        for key, row in reversed(every.items())
    ]


def totals(brief: Brief) -> list[tuple[Burden, list[BurdenCell]]]:
    """Harm in several scenarios: each indicator with the difference in total of every scenario."""
    tables = [{row.indicator: row for row in burdens(arm)} for arm in brief.arms]
    return [
        (row, [table[name].cells[1] if name in table else BurdenCell("not recorded", "") for table in tables])
        for name, row in tables[0].items()
    ]


def all_caveats(brief: Brief) -> list[str]:
    """Three caveats: what a share of worlds is, how far effects are measured, and what no record shows."""
    first = (
        f"Not a forecast. Data end on {day_words(brief.record_ends)}; all later figures are simulated, and a share of "
        "worlds is no probability."
    )
    if len(brief.arms) == 1:
        return [first, _effects(brief.arms[0]), _unseen(brief.arms[0])]
    unseen = [f"{arm.title}: {_unseen(arm)}" for arm in brief.arms]
    effects = list(dict.fromkeys(_effects(arm) for arm in brief.arms))
    alike = effects if len(effects) == 1 else [f"{arm.title}: {_effects(arm)}" for arm in brief.arms]
    return [first, " ".join(alike), " ".join(unseen)]


def _effects(arm: BriefArm) -> str:
    levers = [each for each in arm.changes if each.kind in ("lever", "deal")]
    measured = sum(each.grade == "measured" for each in levers)
    if not levers:
        return "The scenario sets the events: nothing here says how likely they are. Their effects are the model's."
    if len(levers) == 1:
        has = "has an effect that was measured" if measured else "has no effect that was measured on this border"
        return f"The scenario's one {levers[0].kind} {has}; sizes are assumptions within ranges."
    none = (
        "No effect of them has been measured on this border"
        if not measured
        else f"{measured} of them have a measured effect"
    )
    return f"The scenario differs in {len(levers)} levers and deals. {none}; sizes are assumptions within ranges."


def _unseen(arm: BriefArm) -> str:
    """Whether the answer's indicator was ever checked, and how far worlds go beyond what was observed."""
    name = arm.targets[0].indicator if arm.targets else (arm.rows[0].indicator if arm.rows else "")
    entry = INDICATORS.get(name.partition("[")[0])
    never = f"{entry.title} has never been checked against data. " if entry and scored_mark(name) else ""
    most = sorted(arm.beyond, key=lambda figure: -max(figure.above, figure.below))
    mine = [figure for figure in most if entry and figure.title == entry.title] or most
    if not mine:
        return f"{never}No indicator leaves the range of observed years, but this combination was never observed."
    figure = mine[0]
    ways = (
        (figure.above, "rises at some time above the highest year on record"),
        (figure.below, "falls at some time below the lowest year on record"),
    )
    words = [f"{way} in {percent(share)} of worlds" for share, way in ways if share > 0.0]
    return f"{never}{figure.title} {', and '.join(words)}."


def reach_words(brief: Brief, chart: Chart, at: int) -> str:
    """In how many worlds the first target's number is met at a date of the charts; empty without one."""
    if not chart.reached:
        return ""
    worlds = [*([brief.base.worlds] if brief.base else []), *(arm.worlds for arm in brief.arms)]
    parts = [
        f"{title} in {counts[at]:,} of {count:,} worlds"
        for title, counts, count in zip(titles_of(brief), chart.reached, worlds, strict=True)
    ]
    return f"{day_words(brief.dates[at])}: {chart.title} is {chart.asked}: {'; '.join(parts)}."


def moment_words(arm: BriefArm) -> str:
    """The key to the numbers of a chart, in brief."""
    shown = [moment for moment in arm.moments if moment.at is not None]
    parts = [
        f"{moment.number}: {month_words(moment.date)}, {_cut('; '.join(moment.texts))}" for moment in shown[:_KEYS]
    ]
    more = ["..."] if shown[_KEYS:] else []
    return f"Set by the scenario: {'; '.join([*parts, *more])}" if parts else ""


def _cut(text: str) -> str:
    """A text cut at a word."""
    return text if len(text) <= _LETTERS else f"{text[:_LETTERS].rpartition(' ')[0].rstrip(' ,;:')}..."


_KEYS, _LETTERS = 4, 90
