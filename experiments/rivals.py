"""Writes docs/rivals.md: rival structures scored apart on the same forecasts, and decisions that flip between them.

Core objects: `Results` (`results` plays them, in two processes) and `page`, which only reads them. About ten minutes on
two idle cores:  ./dev python experiments/rivals.py
"""

import os
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from regionsim.history import decision_reversals as flips
from regionsim.history.decision_reversals import DecisionVerdict, Played, Side, judged, played, side, split
from regionsim.history.external_data import Supplied, read_supplied
from regionsim.history.hindcast import WINDOW, HindcastSpec
from regionsim.history.scores import ScoreInterval
from regionsim.history.structural_alternatives import (
    CONTROL,
    Alternative,
    AlternativeRow,
    Scored,
    ScoreGap,
    apart,
    compared,
    gaps,
    rivals,
    scored,
    weights,
)
from regionsim.indicators import INDICATORS
from regionsim.runs.worker import follow_parent

sys.path.insert(0, str(Path(__file__).resolve().parent))
from tabular import table  # a neighbour, not a package

PAGE = Path(__file__).resolve().parents[1] / "docs" / "rivals.md"
ASK = HindcastSpec(date(2014, 1, 1), date.fromordinal(WINDOW[0].toordinal() - 1), every=6, arms=("A", "C"), draws=200)
WORLDS = 600
WITHOUT = f"parameters.structure.{CONTROL}=0"
PROCESSES = 2

type Reading = tuple[str, float]
type Weighed = dict[tuple[str, str], dict[float, ScoreInterval]]  # rival, arm -> reading -> weight


@dataclass(frozen=True)
class Results:
    """Scores by rival and reading; plays by scenario and by whether ruptures and war exist; and what they were of."""

    ask: HindcastSpec
    worlds: int
    scores: dict[Reading, list[Scored]]
    plays: dict[tuple[str, bool], Played]


@cache
def _record() -> Supplied:
    return read_supplied()


def _scored(ask: HindcastSpec) -> list[Scored]:
    found = scored(ask, _record().records, _record().events)
    sys.stderr.write(f"{' '.join(ask.sets)}: {len(found)} scores\n")
    return found


def _played(name: str, whole: bool, worlds: int) -> Played:
    found = played(name, worlds, () if whole else (WITHOUT,))
    sys.stderr.write(f"{name}{'' if whole else ' ' + WITHOUT}: {worlds} worlds\n")
    return found


def results(ask: HindcastSpec = ASK, worlds: int = WORLDS, decisions: Sequence[str] = flips.DECISIONS) -> Results:
    """Everything that is played."""
    readings = [(rival, reading) for rival in rivals() for reading in rival.readings]
    plays = [(name, whole) for name in ("status_quo", *decisions) for whole in (True, False)]
    # processes that do not share this one's threads
    processes = min(PROCESSES, os.cpu_count() or 1)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=follow_parent) as pool:
        scores = [pool.submit(_scored, replace(ask, sets=rival.sets(reading))) for rival, reading in readings]
        ends = [pool.submit(_played, *each, worlds) for each in plays]
        return Results(
            ask, worlds,
            {(rival.name, reading): one.result() for (rival, reading), one in zip(readings, scores, strict=True)},
            {each: one.result() for each, one in zip(plays, ends, strict=True)},
        )  # fmt: skip


# -- the page ----------------------------------------------------------------------------------------------------------


def page(found: Results) -> str:
    """The whole page."""
    known = rivals()
    rows = [
        row
        for rival in known
        for row in compared(
            rival, {one: found.scores[rival.name, one] for one in rival.readings}, found.ask.every, found.ask.seed
        )
    ]
    weighed = _weighed(known, found)
    decided = verdicts(known, found)
    parts = [
        _HEAD.format(worlds=found.worlds, first=found.ask.first, last=found.ask.last, every=found.ask.every,
                     origins=len(found.ask.origins), arms=" and ".join(found.ask.arms), draws=found.ask.draws,
                     end=flips.END),
        "## What to take from it\n\n" + "\n".join(f"- {one}" for one in _taken(rows, weighed, decided)) + "\n",
        "## The structures\n",
        table(("structure", "question, and its variants", "usual"),
              [(f"`{one.name}`", one.title, f"{one.readings[0]:g}") for one in known]) + "\n",
        "## Scores by variant\n", _SCORES, _score_table(rows), _unscored(rows),
        "## Weights\n", _WEIGHTS, _weight_table(weighed),
        "## Decisions\n", _DECISIONS.format(share=f"{flips.DECIDED:.0%}"), _matrix(found, decided),
        *_hung(decided), "### By structure\n", _by_structure(known, decided), _TAIL,
    ]  # fmt: skip
    return "\n".join(parts)


def _taken(rows: Sequence[AlternativeRow], weighed: Weighed, decided: Sequence[DecisionVerdict]) -> list[str]:
    """What a reader should take from it, in sentences."""
    tested, held = gaps(rows), apart(rows)
    out = sum(one.low > 0.0 or one.high < 0.0 for _, one in tested)
    names = ", ".join(sorted({f"{row.rival}={row.reading:g} on {row.series} in arm {row.arm}" for row, _ in held}))
    said = [
        f"{len(tested)} differences of scores can be judged; {out} of their 95% intervals exclude zero, where about "
        f"{0.05 * len(tested):.0f} would by chance. Clear for all jointly: {names or 'none'}."
    ]
    silent = sorted({row.rival for row in rows} - {row.rival for row in rows if not row.identical})
    if silent:
        said.append(
            f"Forecasts are bit-identical under every variant of {', '.join(silent)}: these hindcasts cannot test them "
            "at all."
        )
    far = max((abs(one.value - 1.0 / len(of)), *key) for key, of in weighed.items() for one in of.values())
    off = [(rival, arm) for (rival, arm), of in weighed.items()
           if any(not one.low <= 1.0 / len(of) <= one.high for one in of.values())]  # fmt: skip
    beyond = f"outside: {', '.join(f'{rival} ({arm})' for rival, arm in off)}" if off else "none outside"
    said.append(
        f"Weights by log score stay within {far[0]:.2f} of equal (the farthest: {far[1]}, arm {far[2]}). Equal weights "
        f"lie in the intervals of {len(weighed) - len(off)} of {len(weighed)} sets of weights ({beyond})."
    )
    cells = len({(one.decision, one.outcome) for one in decided})
    for kind, words in (("flips", "whose sign flips"), ("weakens", "that are clear under one variant but not another")):
        where = [(one.rival, one.decision, one.outcome) for one in decided if one.kind == kind]
        names = "; ".join(f"{outcome} under {of}, by {rival}" for rival, of, outcome in dict.fromkeys(where))
        effects = len({one[1:] for one in where})
        said.append(f"Effects of decisions {words}: {effects} of {cells}{': ' if names else ''}{names}.")
    control = Counter(one.kind for one in decided if one.rival == CONTROL)
    said.append(f"Without long ruptures and war, {control['flips']} effects flip and {control['weakens']} weaken.")
    return said


def _score_table(rows: Sequence[AlternativeRow]) -> str:
    """Readings whose forecasts differ, on series with enough outcomes."""
    held = apart(rows)
    lines = [
        (f"`{row.rival}`={row.reading:g}", row.series, row.arm, f"{row.n} / {row.outcomes}", f"{row.usual:.4g}",
         f"{row.crps:.4g}", _gap(row, row.gap, held), _gap(row, row.log_gap, held))
        for row in rows
        if row.gap is not None and not row.identical
    ]  # fmt: skip
    head = ("variant", "series", "arm", "n / outcomes", "CRPS, usual", "CRPS", "difference", "difference of log scores")
    return table(head, lines) + "\n"


def _gap(row: AlternativeRow, one: ScoreGap | None, held: Sequence[tuple[AlternativeRow, ScoreGap]]) -> str:
    if one is None:
        return ""
    text = f"{one.value:+.3g} [{one.low:+.3g}, {one.high:+.3g}]"
    return f"**{text}**" if (row, one) in held else text


def _unscored(rows: Sequence[AlternativeRow]) -> str:
    """What the table leaves out, and why."""
    few = sorted({(row.series, row.arm, row.outcomes) for row in rows if row.gap is None})
    same: dict[str, list[str]] = {}
    for row in rows:
        of_reading = same.setdefault(f"`{row.rival}`={row.reading:g}", [])
        if row.gap is not None and row.identical:
            of_reading.append(f"{row.series} ({row.arm})")
    scored_on = len({(row.series, row.arm) for row in rows if row.gap is not None})
    listed = [(name, "all" if len(of) == scored_on else ", ".join(of)) for name, of in same.items() if of]
    counted = ", ".join(f"{series} in {arm} ({outcomes})" for series, arm, outcomes in few)
    return (
        f"Too few to score, with fewer than ten outcomes or origins (outcomes): {counted or 'none'}.\n\n"
        "Left out, because the forecasts are bit-identical to those of the usual variant:\n\n"
        f"{table(('variant', 'series (arm)'), listed)}\n"
    )


def _weighed(known: Sequence[Alternative], found: Results) -> Weighed:
    return {
        (rival.name, arm): weights(
            {one: [each for each in found.scores[rival.name, one] if each.arm == arm] for one in rival.readings},
            found.ask.every,
            np.random.default_rng(found.ask.seed),
        )
        for rival in known
        for arm in found.ask.arms
    }


def _weight_table(weighed: Weighed) -> str:
    arms = sorted({arm for _, arm in weighed})
    lines = []
    for rival in dict.fromkeys(name for name, _ in weighed):
        for reading in sorted(weighed[rival, arms[0]]):
            of = [weighed[rival, arm][reading] for arm in arms]
            cells = [f"{one.value:.2f} [{one.low:.2f}, {one.high:.2f}]" for one in of]
            lines.append((f"`{rival}`={reading:g}", f"{1.0 / len(weighed[rival, arms[0]]):.2f}", *cells))
    n = {arm: one.n for (_, arm), of in weighed.items() for one in of.values()}
    return table(("variant", "equal", *(f"arm {arm} ({n[arm]} outcomes)" for arm in arms)), lines) + "\n"


# -- decisions ---------------------------------------------------------------------------------------------------------


def verdicts(known: Sequence[Alternative], found: Results) -> list[DecisionVerdict]:
    """All pairs of readings on all outcomes of all decisions played."""
    splits = {}
    for decision in _decisions(found):
        for outcome in flips.OUTCOMES:
            change, control = (_change(found, decision, outcome, whole) for whole in (True, False))
            splits[decision, outcome] = split(known, change, found.plays[decision, True].parameters, control)
    return judged(splits)


def _decisions(found: Results) -> list[str]:
    return [name for name, whole in found.plays if whole and name != "status_quo"]


def _change(found: Results, decision: str, outcome: str, whole: bool) -> flips.Array:
    """What a decision does to an outcome in each world, (W,)."""
    return found.plays[decision, whole].outcomes[outcome] - found.plays["status_quo", whole].outcomes[outcome]


def _matrix(found: Results, decided: Sequence[DecisionVerdict]) -> str:
    """Decisions by outcomes: which way how many worlds move, all readings together, and where that hangs on one."""
    kinds: dict[tuple[str, str], set[str]] = {}
    for one in decided:
        kinds.setdefault((one.decision, one.outcome), set()).add(one.kind)
    lines = []
    for decision in _decisions(found):
        cells = []
        for outcome in flips.OUTCOMES:
            change = _change(found, decision, outcome, True)
            mark = next((f", {kind}" for kind in ("flips", "weakens") if kind in kinds[decision, outcome]), "")
            cells.append(_way(side(change[np.isfinite(change)])) + mark)
        lines.append((f"`{decision}`", *cells))
    return table(("decision", *(INDICATORS[one].title for one in flips.OUTCOMES)), lines) + "\n"


def _way(one: Side) -> str:
    share, way = max((one.up, "up"), (one.down, "down"))
    text = f"{share:.0%} {way}"
    return f"**{text}**" if one.decided else text


def _hung(decided: Sequence[DecisionVerdict]) -> list[str]:
    """The tables of what flips and of what weakens."""
    parts = []
    for kind, title in (("flips", "### Flips\n"), ("weakens", "### Weakens\n")):
        lines = []
        for one in decided:
            if one.kind == kind:
                cells = [
                    f"{reading:g}: {_way(each)} of {each.n}, {each.median:+.3g} [{each.low:+.3g}, {each.high:+.3g}]"
                    for reading, each in zip(one.readings, one.sides, strict=True)
                ]
                lines.append((f"`{one.decision}`", one.outcome, f"`{one.rival}`", *cells))
        head = ("decision", "outcome", "structure", "one variant: worlds, median", "the other")
        parts += [title, table(head, lines) + "\n" if lines else "None.\n"]
    return parts


def _by_structure(known: Sequence[Alternative], decided: Sequence[DecisionVerdict]) -> str:
    """What each structure does to decisions, and the pair of readings that moves the most worlds."""
    lines = []
    for rival in known:
        of = [one for one in decided if one.rival == rival.name]
        kinds = Counter(one.kind for one in of)
        far = max(of, key=lambda one: abs(one.sides[0].up - one.sides[1].up))
        shares = " and ".join(
            f"{each.up:.0%} up under {reading:g}" for reading, each in zip(far.readings, far.sides, strict=True)
        )
        worlds = sorted({each.n for one in of for each in one.sides})
        lines.append((f"`{rival.name}`", f"{worlds[0]} to {worlds[-1]}", len(of), sum(one.apart for one in of),
                      kinds["flips"], kinds["weakens"], f"{far.outcome} under `{far.decision}`: {shares}"))  # fmt: skip
    head = ("structure", "worlds per variant", "pairs judged", "apart", "flips", "weakens", "farthest apart")
    return table(head, lines) + "\n"


_HEAD = """<!-- Made by experiments/rivals.py from hindcasts and simulations; do not edit. -->
# Rival structures

Which variants of the model's structure does the record prefer, and which decisions depend on the choice? Where sources
disagree on how something works, the model contains each variant (`structure.*`), and every draw uses one. For scores,
each variant is fixed in turn and everything else left unchanged, so that forecasts differ in that variant alone. The
control, `rupture_and_war`=0, is the model without long ruptures and war; no draw uses it. Made by `./dev python
experiments/rivals.py`.

**The structures were chosen knowing what happened**, and that ruptures can be long is itself hindsight. Scores cannot
show that the list is the right one, only whether the record prefers one entry to another.

Scores: outcomes from {first} to {last}, {origins} origins every {every} months, arms {arms} of the
[hindcast](hindcast.md), {draws} draws; later outcomes were not read. Decisions: {worlds} worlds of each shipped
scenario and of the status quo, with equal parameters and random numbers, after five years ({end}).
"""
_SCORES = """Each variant against the usual one, on the same forecasts with the same draws and random numbers; a
difference below zero means better than the usual. CRPS is of log(1 + x) for counts, else in the unit of the series;
the mean is that of origins' means. Intervals (95%) are Student's, with the standard error of a block bootstrap over
origins, blocks twice as long as a forecast. Bold: clear with a chance of at most 5% that any in the table is false
(Holm). n is forecasts / outcomes.
"""
_WEIGHTS = """Weights come from the log score of forecasts of counts, with ten outcomes or more in a series, averaged
over resampled blocks of origins (pseudo-BMA with a bootstrap), with 95% intervals. Outcomes count as independent,
which spreads the weights more than the record justifies. No variant was fitted to what it is scored on.
"""
_DECISIONS = """Share of worlds in which an outcome is higher (up) or lower (down) than in the status quo, with
variants as drawn; the rest go the other way or do not move. **Bold** if at least {share} go one way. Worlds are then
split by the variant they drew; the control is a separate simulation. *Flips*: two variants of one structure move
{share} of their worlds in opposite directions, or have medians with 95% intervals on opposite sides of zero.
*Weakens*: one variant moves {share} of its worlds one way, the other does not. Both are reported only if the variants
differ, with a chance of at most 5% that any on this page is false (Mann and Whitney on up, down, unmoved; Holm). No
series measures trust.
"""
_TAIL = """## What this cannot show

- A variant that scores as well as another is not thereby right; one period of history with few outcomes shows little.
- A hindcast uses no lever: it tests what a lever does only through past events that happened to be similar.
- Structures are split one at a time: two variants that matter only together are averaged over.
- What does not flip between these variants may flip between others that nobody wrote down.
- Effects are judged after five years only, and on these outcomes only.
"""


def main() -> None:
    """Play and write."""
    PAGE.write_text(page(results()), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
