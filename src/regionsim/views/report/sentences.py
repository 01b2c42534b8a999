"""The sentences of a brief outside its tables: computed once, laid out by the page, the Word file and the slides.

Core objects: `Words` (a sentence in parts, each with its look), `plain`, and one function for each passage.
"""

from __future__ import annotations

from typing import NamedTuple

from regionsim.evidence.identified import narrowed_words
from regionsim.evidence.measures import unscored_key
from regionsim.indicators import INDICATORS
from regionsim.runs.numerals import in_percent
from regionsim.studies.briefing.changes import sources_of
from regionsim.studies.briefing.data import Brief, BriefArm, BriefSource, Chart
from regionsim.studies.causes import CausePart, Column
from regionsim.views.report.front import bearing_words, rest_words, rests
from regionsim.views.report.schematic import title_of as place_title
from regionsim.views.report.texts import CIVILIANS, LIMITS, amount, answers, civil_words, day_words, percent

ELSEWHERE = "the appendix of the HTML report"  # for files without one


class Part(NamedTuple):
    """A stretch of text. look: "strong", "code", "name" (a title, which keeps its own direction), or empty."""

    text: str
    look: str = ""


type Words = tuple[Part, ...]


def said(*parts: str | Part) -> Words:
    """A sentence of parts; a plain string has no look."""
    return tuple(Part(part) if isinstance(part, str) else part for part in parts if part)


def name(text: str) -> Part:
    """A title of the user's."""
    return Part(text, "name")


def plain(words: Words) -> str:
    """A sentence without its looks."""
    return "".join(part.text for part in words)


def opening(brief: Brief) -> list[tuple[str, Words]]:
    """What stands below the title: kinds "lead" (the question), "note" (time, worlds, baseline) and "banner"."""
    lines: list[tuple[str, Words]] = [("lead", said(arm.question)) for arm in brief.arms if arm.question]
    together: dict[tuple[str, ...], list[BriefArm]] = {}
    for arm in brief.arms:
        together.setdefault((*map(day_words, arm.horizon), f"{arm.worlds:,}"), []).append(arm)
    for (first, last, worlds), arms in together.items():
        titles = [part for arm in arms for part in ("; ", name(arm.title))][1:]
        paired = ", each paired with the same world (equal draws, equal chance) of the baseline "
        base = (paired, name(brief.base.title)) if brief.base else ()
        each = " each" if len(arms) > 1 else ""
        deals = [part for arm in arms if arm.deals for part in (" ", *_deals(arm, brief))]
        lines.append(
            (
                "note",
                said(
                    *titles,
                    f": {first} to {last}, {worlds} worlds{each}",
                    *base,
                    f". Data end on {day_words(brief.record_ends)}.",
                    *deals,
                ),
            )
        )
    if brief.base and brief.base.deals:
        lines.append(("note", said("The baseline ", name(brief.base.title), f": {brief.base.deals}")))
    return [*lines, *(("banner", said(note)) for note in brief.notes)]


def _deals(arm: BriefArm, brief: Brief) -> tuple[str | Part, ...]:
    return (name(arm.title), f": {arm.deals}") if len(brief.arms) > 1 else (arm.deals,)


def front_remark(brief: Brief) -> str:
    """What the first picture shows, after the title of its indicator."""
    if brief.front is None:
        return ""
    of = "the baseline's worlds" if len(brief.arms) > 1 and brief.base else "worlds"
    entry = INDICATORS.get(brief.front.id.partition("[")[0])
    over = " over the 52 weeks before" if entry and entry.flow else ""
    return f"{brief.front.unit}{over}; line: median, band: 90% of {of}"


def rest_items(arm: BriefArm) -> list[Words]:
    """What the answer rests on: each assumption with its grade."""
    items, told = [], 0.0
    for each in rests(arm):
        size = each.size
        narrowed = size.identified.removeprefix("narrowed ")
        part = in_percent(float(narrowed), 0) if narrowed != size.identified else ""
        mark = f"; data remove {part}% of the variance of its range" if part else ""
        items.append(said(Part(size.title, "strong"), f": {rest_words(each, told)}. Grade: {size.role}{mark}."))
        told = told or each.rho
    return items


def bearing_items(brief: Brief) -> list[Words]:
    """Who bears it, in a sentence for each scenario; or why nothing can be said."""
    if brief.base is None:
        return [NO_BASELINE]
    items = []
    for arm in brief.arms:
        several = len(brief.arms) > 1
        words = bearing_words(arm) or civil_words(arm.civilians)
        items.append(said(name(arm.title), f": {words}") if several else said(words))
    return items


NOTHING_RESTS = "No lever is used, and no parameter correlates with an outcome."
NO_BASELINE = said("There is no baseline to compare with; name one with ", Part("--baseline", "code"), ".")


def again(brief: Brief) -> Words:
    """How to make the first page again."""
    return said("To make this page again: ", Part(brief.command, "code"))


def effect_items(brief: Brief, arm: BriefArm) -> list[Words]:
    """The effects in sentences, each after its label; harm to civilians stands on the first page."""
    return [
        said(Part(f"{label}:", "strong"), f" {words}") for label, words in answers(brief, arm) if label != CIVILIANS
    ]


def effect_notes(brief: Brief) -> list[str]:
    """How to read the effects."""
    verdicts = (
        "Differences are medians over pairs of worlds on the last date. A verdict is based on the shares of pairs that "
        "are better and worse; unless marked “weak evidence”, it holds for all rows of its table together at the 5% "
        "level. "
        if brief.base
        else ""
    )
    first = f"{verdicts}Four times as many worlds halve the intervals of medians; the spread over worlds stays."
    return [first, *unscored_key([row.indicator for row in brief.arms[0].rows])]


def picture_name(chart: Chart) -> Words:
    """The name of an indicator's picture."""
    return said(Part(chart.title, "strong"), f" {chart.unit}")


def cause_name(column: Column, total: CausePart) -> Words:
    """The name of a picture of causes."""
    average = f", {total.average}" if total.average != "mean" else ""
    return said(Part(column.title, "strong"), f" {column.unit}{average}")


def picture_note(brief: Brief) -> str:
    """How to read the small pictures."""
    band = (
        "and the band that holds 90% of worlds"
        if len(brief.arms) == 1
        else "and the band that holds 90% of the baseline's worlds"
    )
    joint = " " if len(brief.arms) == 1 else ", "
    return (
        f"Each picture: the median of every run over time{joint}{band}; dashed horizontal: lowest and highest year "
        "observed; dotted: targets; numbers: see the key below."
    )


def changed_words(brief: Brief, appendix: str = "the appendix") -> Words:
    """What stands above the table of changes. appendix: where the rest is, as in all of these."""
    if brief.base is None:
        return ()
    asked = (" (“", name(brief.base.question), "”)") if brief.base.question else ()
    return said(
        "Everything not in this table is as in the baseline, ", name(brief.base.title), *asked,
        f". What each lever needs, its claimed side effects and its sources are in {appendix}.",
    )  # fmt: skip


NOTHING_CHANGED = "Nothing that changes results."


def cause_words(arm: BriefArm, appendix: str = "the appendix") -> Words:
    """How the causes were found; or why there are none, and the command that plays what they need."""
    if arm.causes:
        day = f" on {day_words(arm.causes.columns[0][0].date)}" if arm.causes.columns else ""
        return said(
            f"What each override adds to the difference{day}, over {arm.causes.worlds:,} worlds: {arm.causes.how}. "
            "Parts are means over the middle 80% of worlds by the total (“trimmed mean”; over all worlds where there "
            "are fewer than 10) and add up to it. Whiskers are 95% intervals. Shown are the strongest in groups: "
            f"levers, deals, events, the rest; every part and every indicator is in {appendix}."
        )
    if arm.lacking["why"]:
        why = f"Not played: {arm.lacking['why_not']}. This command, or this report with --full, plays them: "
        return said(why, Part(arm.lacking["why"], "code"))
    return said(f"Not attributed: {arm.lacking['why_not'] or 'there is nothing to attribute'}.")


def map_words(brief: Brief) -> str:
    """What the maps show."""
    return (
        f"Medians over worlds on {day_words(brief.dates[-1])}, over the year before. The area of a circle shows the "
        "days its crossing is shut to goods; the width of the blue corridors through Pakistan shows two-way and "
        "transit trade together, which the model records as a sum over gates. Dashed: routes through Iran and northern "
        "routes; dotted: a potential link."
    )


def assumed_words() -> str:
    """What stands above the table of assumptions."""
    return (
        "Parameters that correlate with an outcome over worlds beyond chance, the strongest first, and the effect "
        f"sizes of the levers used. A correlated parameter need not cause the outcome. {narrowed_words()}"
    )


NOTHING_ASSUMED = "No lever is used, and no parameter is correlated with an outcome beyond chance."


def beyond_items(brief: Brief, arm: BriefArm) -> list[Words]:
    """Where the scenario goes beyond what was observed."""
    day = brief.record_ends
    if arm.horizon[0] > day:
        first = (
            f"The whole horizon lies after the last day of data used ({day}): nothing here can be checked against data "
            "known to the model."
        )
    else:
        first = (
            f"The horizon begins within the data used, which end on {day}; later figures, and effects of the changes, "
            "are counterfactual."
        )
    items = [said(first)]
    for figure in arm.beyond:
        base = ""
        if figure.base_above is not None and figure.base_below is not None:
            base = f" (in the baseline {percent(figure.base_above)} and {percent(figure.base_below)})"
        low, high = amount(figure.low, "", short=True), amount(figure.high, figure.unit, short=True)
        above, below = percent(figure.above), percent(figure.below)
        range_words = (
            f": observed years range from {low} to {high}; at some time {above} of worlds are above, {below} below"
        )
        items.append(said(name(figure.title), f"{range_words}{base}."))
    if not arm.beyond:
        items.append(said("No indicator with an observed range leaves it in any world."))
    for gate, days, seen in arm.longest:
        text = f"A closure of {place_title(gate)} is set to {days:.0f} days; the longest full closure observed lasted "
        items.append(said(f"{text}{seen:.0f}."))
    return [*items, *_levers(arm)]


def _levers(arm: BriefArm) -> list[Words]:
    levers = [each for each in arm.changes if each.kind == "lever"]
    if not levers:
        return []
    measured = sum(each.grade == "measured" for each in levers)
    effects = f"{measured} of them with a measured effect" if measured else "No effect of any of them has been measured"
    are = "s are" if len(levers) != 1 else " is"
    return [
        said(
            f"{len(levers)} lever{are} set differently from the baseline. {effects}; no such combination of levers has "
            "been observed."
        )
    ]


def limit_items(brief: Brief) -> list[Words]:
    """The limits, and the sampling error."""
    items = [said(limit) for limit in LIMITS]
    large = [(title, error) for title, error in brief.error.items() if error > 0]
    if large:
        title, error = large[0]
        where = "baseline" if brief.base else "scenario"
        end = f" at the end has a sampling error of ±{amount(error, '', short=True)} (95%)."
        items.append(said(f"Number of worlds: in the {where} the median of ", name(title), end))
    return items


def cited(brief: Brief) -> list[BriefSource]:
    """Every source that the brief names, in order, each once."""
    found: dict[str, BriefSource] = {}
    for arm in brief.arms:
        each = [source for row in arm.targets for source in sources_of(row.sources)]
        each += [*arm.claims, *(source for change in arm.changes for source in change.sources)]
        each += [source for assumption in arm.assumptions for source in assumption.size.sources]
        found |= {source.id: source for source in each}
    found |= {source.id: source for chart in brief.charts for source in chart.sources}
    return list(found.values())


def source_words(source: BriefSource) -> str:
    """A source in a line: its id, title, place and address."""
    parts = [source.id, source.title, source.where, source.url]
    return ". ".join(part.rstrip(".") for part in parts if part)
