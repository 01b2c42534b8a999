"""Words for differences from a baseline and for harm to civilians, shared by tables, pages and commands.

Core objects: `effect` (of one row), `harm_sentences` (of all rows on civilians).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from regionsim.evidence.measures import scored_mark
from regionsim.indicators import INDICATORS
from regionsim.studies.times import TimeSpan

if TYPE_CHECKING:
    from regionsim.studies.compare import ComparisonRow

UNCLEAR, WEAK = "no clear difference", " (weak evidence)"
FEWEST = 6
"""With fewer pairs of worlds, no share can differ clearly."""


def effect(row: ComparisonRow) -> str:
    """The verdict on a row: identical, no clear difference, better or worse, higher or lower; and how clear."""
    if row.identical:
        return "identical"
    if not row.side:
        return UNCLEAR
    pair = {"up": ("worse", "better"), "down": ("better", "worse")}.get(row.direction, ("lower", "higher"))
    word = pair[row.side > 0]
    return word if row.clear_of_all else f"{word}{WEAK}"


def is_worse(row: ComparisonRow) -> bool:
    """Whether a row is clearly worse, by itself or in all rows together."""
    return effect(row).startswith("worse")


def when_words(row: ComparisonRow) -> str:
    """A row's date in words."""
    if row.date not in list(TimeSpan):
        return f"on {row.date}"
    entry = INDICATORS.get(row.indicator.partition("[")[0])
    if row.date == TimeSpan.TOTAL and not (entry and entry.flow):
        return "on average over time"
    return TimeSpan(row.date).words


def harm_sentences(rows: Sequence[ComparisonRow], say: Callable[[ComparisonRow], str]) -> list[str]:
    """Harm to civilians, at the end and before. `say`: a difference in brief, without the name."""
    if not rows:
        return ["Not recorded."]
    if max(row.worlds for row in rows) < FEWEST:
        return [f"Too few worlds to judge harm: {rows[0].worlds} pairs, at least {FEWEST} are needed."]
    worse = [row for row in rows if is_worse(row)]
    end = max(row.date for row in rows if row.date not in list(TimeSpan))
    sentences = []
    if worse:
        sentences.append(f"Worse: {_listed(worse, say)}.")
    else:
        sentences.append(f"No clear harm to civilians by {end}, nor in the peak and the total before it.")
    better = [row for row in rows if effect(row).startswith("better")]
    moved = [row for row in rows if effect(row).startswith(("higher", "lower"))]
    sentences += [f"Better: {_listed(better, say)}."] if better else []
    sentences += [f"Changed, neither better nor worse by itself: {_listed(moved, say)}."] if moved else []
    return sentences


def _listed(rows: Sequence[ComparisonRow], say: Callable[[ComparisonRow], str]) -> str:
    """Each indicator once, with every time at which it differs, the clearest first."""
    parts = []
    for name in dict.fromkeys(row.indicator for row in rows):
        mine = [row for row in rows if row.indicator == name]
        clear = [row for row in mine if row.clear_of_all] or mine
        weak = "" if mine[0].clear_of_all or clear is not mine else WEAK
        times = ", ".join(f"{say(row)} {when_words(row)}" for row in clear)
        parts.append(f"{mine[0].title}{scored_mark(name)} {times}{weak}")
    return "; ".join(parts)
