"""Targets in words and tables: shares of worlds that reach them, with intervals, and the change from the baseline.

Core objects: `target_table` (cells for a terminal), `target_lines` (without a baseline), `share_words`, `change_words`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from regionsim.evidence.measures import scored_mark
from regionsim.runs.numerals import in_percent, short, with_unit

if TYPE_CHECKING:
    from regionsim.studies.targets import TargetRow

HEAD = ["target", "reached in", "baseline", "change, points", "median of the indicator, and what is asked"]
CHOICES = ((0, 1, 2, 3, 4), (0, 1, 2, 3), (0, 5, 6, 3), (0, 5, 6), (0, 5))
"""Columns of a table beside a baseline, for ever narrower terminals."""
CHOICES_ALONE = ((0, 1, 2), (0, 1), (0, 3))
"""The same without a baseline."""
NO_BASELINE = "not compared"


def target_table(rows: Sequence[TargetRow]) -> list[list[str]]:
    """A heading and a row of cells for each target, beside the baseline; the last two are shares without counts."""
    lines = [
        [row.name, share_words(row), _base_words(row), change_words(row), _asked(row), _brief(share_words(row)),
         _brief(_base_words(row))]
        for row in rows
    ]  # fmt: skip
    return [[*HEAD, HEAD[1], HEAD[2]], *lines]


def target_lines(rows: Sequence[TargetRow]) -> list[list[str]]:
    """The same for a run by itself."""
    lines = [[row.name, share_words(row), _asked(row), _brief(share_words(row))] for row in rows]
    return [[HEAD[0], HEAD[1], HEAD[4], HEAD[1]], *lines]


def _brief(share: str) -> str:
    """A share without its counts."""
    return share.partition(": ")[2] or share


def share_words(row: TargetRow) -> str:
    """Such as "12 of 200: 6% [3, 10]": the share of worlds in percent, with its 95% interval."""
    return _of(row.count, row.worlds, row.low, row.high)


def _base_words(row: TargetRow) -> str:
    if row.base_count is None or row.base_worlds is None or row.base_low is None or row.base_high is None:
        return NO_BASELINE
    return _of(row.base_count, row.base_worlds, row.base_low, row.base_high)


def _of(count: int, worlds: int, low: float, high: float) -> str:
    return f"{count:,} of {worlds:,}: {in_percent(count / worlds)}% [{whole(low)}, {whole(high)}]"


def change_words(row: TargetRow) -> str:
    """Such as "+5 [+2, +9]": percentage points, with the 95% interval."""
    if row.change is None or row.change_low is None or row.change_high is None:
        return ""
    return f"{points(row.change, 1)} [{points(row.change_low)}, {points(row.change_high)}]"


def _asked(row: TargetRow) -> str:
    base = "" if row.base_median is None else f" (baseline {short(row.base_median)})"
    unit = row.unit.partition(",")[0]
    return f"{row.title}{scored_mark(row.indicator)} {with_unit(row.median, unit)}{base}; {row.asked}, {row.date}"


def whole(share: float) -> str:
    """A share in whole percent; 0 and 100 only if exact."""
    text = in_percent(share, 0)
    return {"0": "<1", "100": ">99"}.get(text, text) if 0.0 < share < 1.0 else text


def points(change: float, places: int = 0) -> str:
    """A difference of shares in percentage points, with its sign; one digit after the point below one."""
    text = in_percent(change, places if abs(change) >= 0.0095 else 1)
    return f"+{text}" if change > 0.0 and text != "0" else text
