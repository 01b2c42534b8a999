"""Results of a hindcast in words: is the model better than, as good as or worse than a simple forecast?

Core objects: `skill_words` (the text), `skill_rows` (the cells of each arm).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from regionsim.console import chosen_columns, fitted
from regionsim.evidence.measures import read_measures
from regionsim.history.origins import ARMS
from regionsim.views.hindcast import gained, held, not_scored, standing

type Rows = Sequence[Mapping[str, Any]]

BETTER, EQUAL, WORSE = "better", "as good", "worse"
HEAD = ["forecast of", "model is", "error smaller by (95%)", "90% interval held", "outcomes", "simple forecast"]
CHOICES = ((0, 1, 2, 3, 4, 5), (0, 1, 2, 3, 4), (0, 1, 2, 3), (0, 1, 2), (0, 1))
_SIMPLE = {
    "last value": "the last value",
    "last year": "the last twelve months",
    "climatology": "all past months",
    "seasonal": "the same month a year before",
    "drift": "the last year, changed as years have changed",
    "autoregression": "a trend with the last month",
    "event dummies": "the last twelve months, with effects of events",
    "all events": "the last twelve months, with effects of all events",
    "pulse curves": "what followed past orders",
}
_KEY = (
    "Better, worse: the 95% interval of the skill excludes zero; as good: it includes zero. The skill is the share by "
    "which the error (CRPS) is smaller than that of the simple forecast declared beforehand, given the same events, on "
    "the same outcomes, over all months ahead."
)


def skill_words(result: Mapping[str, Rows], first: date, last: date, width: int | None = None) -> str:
    """A table per arm, the count of verdicts, and what they can show; first and last day of the outcomes."""
    blocks, counts = [], Counter[str]()
    for arm, cells in skill_rows(result["scores"]).items():
        counts.update(row[1] for row in cells)
        table, _ = chosen_columns([HEAD, *cells], CHOICES, right=(2, 3, 4), width=width)
        blocks.append(f"Arm {arm}, {_given(arm)}\n{table}")
    said = ", ".join(f"{count} {word}" for word, count in counts.most_common())
    closing = [f"Of {sum(counts.values())} forecasts: {said}." if counts else "No forecast could be compared.", _KEY]
    closing += not_scored(result)
    closing += [*standing(first, last).replace("\n", " ").split("\n")]
    lines = [fitted(line, width) if width else line for line in closing]
    return "\n\n".join([*blocks, "\n".join(lines)])


def skill_rows(scores: Rows) -> dict[str, list[list[str]]]:
    """The cells of each arm: the scores over all months ahead."""
    titles = {id: measure.title for id, measure in read_measures().items()}
    whole: dict[tuple[str, str], Mapping[str, Any]] = {}
    for row in scores:
        key = row["arm"], row["series"]
        if key not in whole or _months(row) >= _months(whole[key]):
            whole[key] = row
    rows: dict[str, list[list[str]]] = {}
    for (arm, series), row in whole.items():
        cells = [titles.get(series, series), _verdict(row), gained(row), held(row), str(row["outcomes"])]
        rows.setdefault(arm, []).append([*cells, _SIMPLE.get(row["declared"], row["declared"] or "-")])
    return rows


def _verdict(row: Mapping[str, Any]) -> str:
    if row["skill_low"] is None:
        return row["note"] or "not compared"
    return BETTER if row["skill_low"] > 0.0 else WORSE if row["skill_high"] < 0.0 else EQUAL


def _months(row: Mapping[str, Any]) -> int:
    """How many months ahead a row covers."""
    low, _, high = str(row["months"]).partition("-")
    return int(high or low) - int(low)


def _given(arm: str) -> str:
    """What an arm is given, in words: it has what those before it have."""
    known = ARMS.get(arm)
    if known is None:
        return "given what its name says"
    before = [each.title for id, each in ARMS.items() if id < arm]
    return f"given {' '.join([*before, known.title])}"
