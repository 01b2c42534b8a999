"""Texts of the page: numbers with units, the answer in sentences, its limits.

Core objects: `answers` (sentences for a decision maker), `amount`, `change`, `civil_words`, `LIMITS`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from regionsim.evidence.measures import scored_mark
from regionsim.runs.numerals import in_percent, rounded
from regionsim.runs.numerals import short as shortened
from regionsim.schema import dates
from regionsim.studies.briefing.data import Brief, BriefArm
from regionsim.studies.compare import ComparisonRow
from regionsim.studies.verdicts import Verdict
from regionsim.views.harm import UNCLEAR, WEAK, effect, harm_sentences, is_worse, when_words

__all__ = [
    "CIVILIANS", "GRADES", "LIMITS", "ROLES", "amount", "answers", "between", "change", "civil_words", "day_words",
    "effect", "is_worse", "month_words", "percent", "plain_number", "row_words", "span", "when_words", "year_columns",
]  # fmt: skip

LIMITS = (
    "This is not a forecast. Worlds are simulations of a model under stated assumptions; shares of worlds are not "
    "probabilities of events.",
    "Most sizes of effects are assumptions: no effect of these levers has been measured on this border. Intervals of "
    "medians and means cover only the sampling of worlds; the bands over worlds also cover the parameters' ranges; "
    "neither covers what the model leaves out.",
    "Differences are between worlds that share draws and chance; they show how the model, not the real world, responds "
    "to the overrides.",
    "Trust, sanctuary, influence and similar figures are not measured by any series; they are assumptions.",
    "The briefs behind the questions are Pakistani, German-Afghan or press views. Their statements are claims, and who "
    "closed a gate or killed whom is reported by the sources.",
    "Read every figure together with harm to civilians on both sides and the rule of no forced return to danger; no "
    "lever is recommended here, and none is ranked on security alone.",
    "Nothing here is about persons or places below a province or a crossing, and nothing is for targeting anyone.",
)
GRADES = {
    "measured": "measured effect",
    "documented": "claimed by a source; its size is assumed",
    "assumption": "implied only; its size is assumed",
}
ROLES = {
    "observed": "read from a series",
    "brief": "stated in a brief",
    "calibrated": "fitted to a series",
    "literature": "from the literature",
    "assumption": "no source gives it; varied over a wide range",
}
CIVILIANS = "Side effects on civilians"
MOST_YEARS = 6
CLEARLY = 4  # clear differences with a sentence; the rest is listed


def amount(value: float, unit: str, *, short: bool = False) -> str:
    """A number with its unit; shares as percentages."""
    if not math.isfinite(value):
        return "unknown"
    if unit == "share":
        return f"{100.0 * value:.1f}%"
    number = (shortened(value) if short or abs(value) >= 999_500 else rounded(value)).replace("-", "\N{MINUS SIGN}")
    return number if _bare(unit) else f"{number} {unit}"


def change(value: float, unit: str) -> str:
    """A difference with its sign and unit; differences of shares in percentage points."""
    if not math.isfinite(value):
        return "unknown"
    if unit == "share":
        return f"{_sign(value)}{_points(abs(100.0 * value))} points"
    size = shortened(abs(value))
    number = f"{_sign(value) if size != '0' else ''}{size}"
    return number if _bare(unit) else f"{number} {unit}"


def span(low: float, high: float, unit: str) -> str:
    """The ends of an interval of differences; without the unit, except points of a share."""
    share = "share" if unit == "share" else ""
    return f"{change(low, share).removesuffix(' points')} to {change(high, share)}"


def between(low: float, high: float, unit: str) -> str:
    """The ends of an interval of values, without the unit."""
    share = "share" if unit == "share" else ""
    return f"{amount(low, share, short=True)} to {amount(high, share, short=True)}"


def _points(size: float) -> str:
    """Percentage points: one decimal, more if small."""
    return f"{size:.1f}" if size >= 1.0 else rounded(size, 2)


def _sign(value: float) -> str:
    return "+" if value > 0.0 else "\N{MINUS SIGN}" if value < 0.0 else ""


def _bare(unit: str) -> bool:
    """Whether a unit is a scale, which is not printed after a number."""
    return not unit or unit.startswith(("0", "index"))


def plain_number(value: float) -> str:
    """A number of the map: whole, or with one decimal if small."""
    return f"{value:.1f}" if abs(value) < 9.95 else f"{value:,.0f}"


def percent(share: float, places: int = 1) -> str:
    """A share in percent, of a count of worlds with one decimal unless it is whole; 0% and 100% only if exact.

    places: 0 for the ends of an interval.
    """
    text = in_percent(share, places)
    least = "1" if places == 0 else "0.1"
    if share not in (0.0, 1.0) and text in ("0", "100"):
        return f"under {least}%" if text == "0" else f"over {'99' if places == 0 else '99.9'}%"
    return f"{text}%"


def day_words(day: str) -> str:
    """A date such as 18 August 2026."""
    return dates.day_words(date.fromisoformat(day))


def long_month(day: str) -> str:
    """A date such as August 2026."""
    return f"{date.fromisoformat(day):%B %Y}"


def month_words(day: str) -> str:
    """A date such as Aug 2026."""
    return f"{date.fromisoformat(day):%b %Y}"


def year_columns(brief: Brief) -> list[int]:
    """The years of the printed table, by number: at most six, the first and the last among them."""
    count = len(brief.years)
    if count <= MOST_YEARS:
        return list(range(count))
    return sorted({round(i * (count - 1) / (MOST_YEARS - 1)) for i in range(MOST_YEARS)})


def row_words(row: ComparisonRow) -> str:
    """A difference in one or two sentences, with its uncertainty: the median and shares, then an average."""
    if row.identical:
        return f"the same in every pair of worlds: median {amount(row.scenario_median, row.unit)}."
    share = "share" if row.unit == "share" else ""
    start = f"median {amount(row.scenario_median, row.unit)} ({amount(row.baseline_median, share)} in the baseline)"
    wide = f"90% of paired worlds {span(row.p05, row.p95, row.unit)}"
    text = f"{start}: median difference {_with_interval(row.p50, row.median_low, row.median_high, row.unit)}; {wide}."
    text += _pairs(row)
    if row.average_kind != "median":
        average = _with_interval(row.average, row.average_low, row.average_high, row.unit)
        text += f" {row.average_kind.capitalize()} difference {average}."
    return text + (f" Clear from {day_words(row.clear_from)} on." if row.clear_from else "")


def _with_interval(value: float, low: float, high: float, unit: str) -> str:
    """A difference and its 95% interval, if there are enough worlds for one."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return f"{change(value, 'share' if unit == 'share' else '')} (too few worlds for an interval)"
    return f"{change(value, 'share' if unit == 'share' else '')} (95% interval {span(low, high, unit)})"


def _pairs(row: ComparisonRow) -> str:
    if row.share_low is None or row.share_high is None:
        return ""
    share, word = (row.higher, "Higher") if row.better is None else (row.better, "Better")
    interval = f"95% interval {percent(row.share_low, 0)} to {percent(row.share_high, 0)}"
    text = f" {word} in {percent(share)} of pairs ({interval})"
    opposite, name = (row.lower, "lower") if row.worse is None else (row.worse, "worse")
    return text + (f", {name} in {percent(opposite)}, the same in {percent(row.tied)}." if row.tied > 0.0 else ".")


def answers(brief: Brief, arm: BriefArm) -> list[tuple[str, str]]:
    """The answer as pairs of a label and a sentence: the first indicator, clear differences, the rest."""
    if not arm.rows:
        return [*_alone(brief), *_expected(arm), *_beyond(arm)]
    first = arm.rows[0]  # the first indicator comes first, clear or not
    clear = [row for row in arm.rows if row.clear_of_all or (row is first and not row.identical)]
    sentences = [(f"{_name(row)}, {effect(row)}", row_words(row)) for row in clear[:CLEARLY]]
    if clear[CLEARLY:]:
        sentences.append(("Also clearly different", "; ".join(_brief_row(row) for row in clear[CLEARLY:]) + "."))
    weak = [row for row in arm.rows if effect(row).endswith(WEAK) and row is not first]
    if weak:
        sentences.append(("Weak evidence of a difference", "; ".join(_brief_row(row) for row in weak) + "."))
    unclear = [row for row in arm.rows if effect(row) == UNCLEAR and row is not first]
    if unclear:
        sentences.append(("No clear difference", "; ".join(_brief_row(row) for row in unclear) + "."))
    same = [_name(row) for row in arm.rows if row.identical]
    if same:
        sentences.append(("Identical to the baseline", "; ".join(same) + "."))
    return [*sentences, (CIVILIANS, civil_words(arm.civilians)), *_expected(arm), *_beyond(arm)]


def _name(row: ComparisonRow) -> str:
    """The title of an indicator, with a dagger if no series scores it."""
    return f"{row.title}{scored_mark(row.indicator)}"


def _brief_row(row: ComparisonRow) -> str:
    return f"{_name(row)} {_median_words(row)}"


def _median_words(row: ComparisonRow) -> str:
    """The median difference of a row with its interval, in brief; if zero, the shares of pairs higher and lower."""
    if row.p50 == 0.0:
        return f"higher in {percent(row.higher)} of pairs, lower in {percent(row.lower)}"
    if not (math.isfinite(row.median_low) and math.isfinite(row.median_high)):
        return change(row.p50, row.unit)
    return f"{change(row.p50, row.unit)} ({span(row.median_low, row.median_high, row.unit)})"


def _alone(brief: Brief) -> list[tuple[str, str]]:
    """The answer for a scenario without a baseline."""
    sentences = []
    for chart in brief.charts[:CLEARLY]:
        at = {name: amount(values[-1], chart.unit) for name, values in chart.fans[0].quantiles.items()}
        start = amount(chart.fans[0].quantiles["p50"][0], chart.unit)
        text = f"median {start} at the start, {at['p50']} at the end (90% of worlds {at['p05']} to {at['p95']})."
        sentences.append((chart.title, text))
    return sentences


def civil_words(rows: Sequence[ComparisonRow]) -> str:
    """Harm to civilians, in a sentence or two, whatever the headline result."""
    return " ".join(harm_sentences(rows, _median_words))


def _expected(arm: BriefArm) -> list[tuple[str, str]]:
    """The count of each verdict."""
    if not arm.judged:
        return []
    counts = {verdict: sum(judged.verdict is verdict for judged in arm.judged) for verdict in Verdict}
    counted = ", ".join(f"{n} {verdict.value}" for verdict, n in counts.items() if n)
    of = f"of {len(arm.judged)} that could be judged" if arm.unjudged else f"of {len(arm.judged)}"
    return [("What it was expected to show", f"{counted}, {of}.")]


def _beyond(arm: BriefArm) -> list[tuple[str, str]]:
    """How many worlds lie outside the observed range."""
    parts = []
    for words, shares in (
        ("exceed every year observed in", [(figure.title, figure.above) for figure in arm.beyond]),
        ("fall below every year observed in", [(figure.title, figure.below) for figure in arm.beyond]),
    ):
        some = [f"{title} ({percent(share)} of worlds)" for title, share in shares if share > 0.0]
        parts += [f"{words} {'; '.join(some)}"] if some else []
    return [("Beyond the record", f"Some worlds {', and some '.join(parts)}.")] if parts else []
