"""The stories of two worlds: a typical and an extreme one, each chosen by a stated rule.

Core objects: `TYPICAL` and `EXTREME` (the rules in words), `choose`, `stories`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from regionsim.runs import MODEL, Engine, Run
from regionsim.runs.story import replay
from regionsim.studies.arms import Outcome
from regionsim.studies.briefing.data import WorldStory

type Array = Any  # numpy

TYPICAL = (
    "the world whose headline figures at the end lie nearest to the medians: its ranks among all worlds are, on "
    "average over the headline indicators, nearest to the middle"
)
EXTREME = (
    "the world that ends worst: its ranks among all worlds are, on average over the headline indicators that have a "
    "better and a worse side, furthest to the worse side"
)


def choose(values: Array, directions: Sequence[str]) -> tuple[int, int]:
    """Rows of the typical and the extreme world in `values` (W, indicators); the lowest row of several that tie.

    Without an indicator that has a direction, the extreme world is the one furthest from the middle.
    """
    from scipy.stats import rankdata

    ranks = (rankdata(values, axis=0) - 0.5) / len(values)
    away = np.abs(ranks - 0.5).mean(axis=1)
    sign = np.array([{"up": -1.0, "down": 1.0}.get(direction, 0.0) for direction in directions])
    badness = ((ranks - 0.5) * sign).mean(axis=1) if sign.any() else away
    return int(np.argmin(np.round(away, 12))), int(np.argmax(np.round(badness, 12)))


def stories(
    run: Run, base: Run | None, outcomes: Sequence[Outcome], *, engine: Engine = MODEL
) -> tuple[WorldStory, ...]:
    """The stories of both worlds; none where the run has no world. Plays each world again, alone."""
    if not run.numbers.size or not outcomes:
        return ()
    columns = [run.values(outcome.indicator, outcome.place)[:, -1] for outcome in outcomes]
    values = np.stack(columns, axis=1).astype(np.float64)
    typical, extreme = choose(values, [outcome.direction for outcome in outcomes])
    chosen = []
    for kind, rule, row in (("typical", TYPICAL, typical), ("extreme", EXTREME, extreme)):
        world = int(run.numbers[row])
        matches = np.flatnonzero(base.numbers == world) if base is not None else np.empty(0, int)
        figures = []
        for i, outcome in enumerate(outcomes):
            twin = None
            if base is not None and matches.size:
                twin = float(base.values(outcome.indicator, outcome.place)[matches[0], -1])
            figures.append((outcome.title, outcome.unit, float(values[row, i]), float(np.median(values[:, i])), twin))
        chosen.append(WorldStory(kind, rule, world, tuple(figures), replay(run, world, engine=engine)))
    return tuple(chosen)
