"""Writes docs/ablation.md: each family of mechanisms switched off in turn, and what is no longer reproduced.

Core objects: `Outcome` (which patterns and signs hold) and `main`. About ten minutes on two cores:
  ./dev python tests/patterns/ablation.py
"""

import sys
import warnings
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pattern_plays
from families import FAMILIES
from pattern_register import FINDINGS, SLOW

from regionsim.runs.worker import follow_parent

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "ablation.md"
sys.path.insert(0, str(ROOT / "experiments"))
from signs import Plays, by_claim, judged, signs  # noqa: E402  # pages next door, not a package
from tabular import table  # noqa: E402

WORLDS = 12  # worlds in which a sign is judged
# scenarios whose signs are judged: those of trade, of militancy and truces, of the border, of collapse
SCENARIOS = ("SC02", "SC03", "SC04", "SC05", "SC07", "SC08a", "SC14", "SC17")
PATTERN_WORLDS = 100  # the fewest in which a tail area can be under the line
NOTHING = "nothing here"
KEPT = {
    "truces": "H6 asks what a truce does while it holds and after, and P4 tests it; the mediation levers act through "
    "truces that Kabul brokers.",
    "outsiders": "H8 asks what a shock of Indian engagement does, and one of the scenarios withheld for verification "
    "is that shock; the levers on mediators act through this family.",
}
"""Why a family that no pattern or sign needs is kept all the same."""
NAMED = 8  # signs named in a cell before the rest is counted


@dataclass(frozen=True)
class Outcome:
    """What holds with one family off: names of patterns, and the verdict on each sign."""

    patterns: frozenset[str]
    signs: dict[str, str]

    @property
    def held(self) -> int:
        """Signs that hold."""
        return sum(verdict == "holds" for verdict in self.signs.values())


def patterns(sets: tuple[str, ...]) -> frozenset[str]:
    """The patterns that hold with these overrides; one that cannot be computed, as nothing happens, does not."""
    with pattern_plays.changed(sets, PATTERN_WORLDS), warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        found = frozenset(name for name in FINDINGS.keys() - SLOW if _holds(name))
    pattern_plays.kept.cache_clear()  # nineteen families' plays would not fit into memory
    return found


def _holds(name: str) -> bool:
    try:
        return FINDINGS[name]().holds
    except (ValueError, IndexError, ZeroDivisionError, FloatingPointError, RuntimeWarning):
        return False


def verdicts(sets: tuple[str, ...], worlds: int, others: bool = False) -> dict[str, str]:
    """The verdict on every outcome sign with these overrides: of `SCENARIOS`, or of the other ones."""
    names, plays = by_claim(), Plays(worlds, sets)
    outcomes = [sign for sign in signs() if sign["basis"][0] in "ODC"]
    looked_at = [sign for sign in outcomes if (sign["scenario"] not in SCENARIOS) is others]
    rows = [judged(plays, sign, names[sign["scenario"]]) for sign in looked_at]
    return {row.id: row.verdict for row in rows}


def outcome(family: str, worlds: int = WORLDS) -> Outcome:
    """What holds with a family off; with none off for the empty name."""
    sets = FAMILIES[family].sets if family else ()
    with np.errstate(all="ignore"):
        return Outcome(patterns(sets), verdicts(sets, worlds))


def line(family: str, whole: Outcome, without: Outcome) -> tuple[str, ...]:
    """A row of the table."""
    broken = [id for id, was in whole.signs.items() if was == "holds" and without.signs[id] != "holds"]
    lost, gained = (sorted(a - b) for a, b in ((whole.patterns, without.patterns), (without.patterns, whole.patterns)))
    needed = "patterns and signs" if lost and broken else "patterns" if lost else "signs" if broken else NOTHING
    more = f" and {len(broken) - NAMED} more" if len(broken) > NAMED else ""
    return (
        f"`{family}`: {FAMILIES[family].title}",
        needed,
        ", ".join(lost) or "-",
        ", ".join(gained) or "-",
        f"{without.held}",
        ", ".join(broken[:NAMED]) + more or "-",
    )


HEAD = """<!-- Made by tests/patterns/ablation.py from simulations; do not edit. -->
# What each part of the model is needed for

Which results depend on which family of mechanisms? Each family is switched off in turn, by parameter values at which
it has no effect (`tests/patterns/families.py`). The [patterns](patterns.md) and the [signs of the briefs](signs.md)
are then tested again: {patterns} patterns in {pattern_worlds} worlds, {signs} signs of {scenarios} scenarios in
{worlds}. With everything on, {held} patterns and {signs_held} signs hold. A pattern that holds only without a family
is listed too: there the family disagrees with the record. With so few worlds, signs near 80% of the pairs and tail
areas near their limit cross it by chance; a change of one or two means nothing.
"""


def main() -> None:
    """Play on two cores and write."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=follow_parent) as pool:
        found = dict(zip(("", *FAMILIES), pool.map(outcome, ("", *FAMILIES)), strict=True))
    whole = found.pop("")
    head = ("without", "needed for", "patterns lost", "patterns gained", "signs that hold", "signs lost")
    text = HEAD.format(
        patterns=len(FINDINGS.keys() - SLOW),
        signs=len(whole.signs),
        scenarios=len(SCENARIOS),
        worlds=WORLDS,
        pattern_worlds=PATTERN_WORLDS,
        held=len(whole.patterns),
        signs_held=whole.held,
    )
    lines = [line(family, whole, without) for family, without in found.items()]
    idle = tuple(family for family, row in zip(found, lines, strict=True) if row[1] == NOTHING)
    PAGE.write_text(text + "\n" + table(head, lines) + "\n" + second_look(idle), encoding="utf-8", newline="\n")


def _others(family: str) -> dict[str, str]:
    with np.errstate(all="ignore"):
        return verdicts(FAMILIES[family].sets if family else (), WORLDS, others=True)


def second_look(idle: tuple[str, ...]) -> str:
    """What families that nothing above needs are needed for in the other scenarios."""
    if not idle:
        return "\nEvery family is needed for some pattern or sign.\n"
    with ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=follow_parent) as pool:
        whole, *without = pool.map(_others, ("", *idle))
    held = [id for id, verdict in whole.items() if verdict == "holds"]
    text = "\nFamilies that nothing above needs, tested again on the signs of the other scenarios"
    text += f" ({len(whole)}, of which {len(held)} hold with everything on):\n\n"
    for family, found in zip(idle, without, strict=True):
        broken = [id for id in held if found[id] != "holds"]
        what = (
            f"lost: {', '.join(broken)}" if broken else f"nothing is lost. {KEPT.get(family, 'Could become a stub.')}"
        )
        text += f"- `{family}`: {what}\n"
    return text


if __name__ == "__main__":
    main()
