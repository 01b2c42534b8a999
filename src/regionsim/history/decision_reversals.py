"""Decisions under rival structures: where the sign of their effect depends on which structure is true.

Core objects: `DECISIONS`, `played` (the last week of a scenario, by world), `split` (worlds by the reading they drew),
`judged` (`DecisionVerdict`s on pairs of readings). Worlds of a scenario and of its baseline are pairs, with equal
parameters and equal chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from regionsim.history.measurement import Array
from regionsim.history.structural_alternatives import CONTROL, Alternative
from regionsim.model.play import play
from regionsim.model.worlds import plain_worlds
from regionsim.scenario import load
from regionsim.stats.differences import holm
from regionsim.stats.intervals import quantile_interval

DECISIONS = (
    "trade_push", "economy_first", "security_first", "security_and_economy", "geoeconomics", "border_region_uplift",
    "smart_border", "blunt_border", "humane_return", "forced_repatriation", "ceasefire", "strikes_and_blame",
    "cpec_minerals_gate_open", "sat_recommendations", "fes_recommendations",
)  # fmt: skip
"""Shipped scenarios that are decisions, all with the status quo as their baseline."""
OUTCOMES = ("trade_volume", "attacks", "returns", "trust_pakistan", "trust_afghanistan", "closure_days")
END = "2030-08-18"
"""Five years from the start."""
DECIDED = 0.8
"""A decision counts as decided if at least this share of worlds moves one way."""


@dataclass(frozen=True)
class Played:
    """Outcomes in the last week by name, and parameters, (W,) each; NaN in worlds that failed."""

    outcomes: dict[str, Array]
    parameters: dict[str, Array]


def played(name: str, worlds: int, sets: Sequence[str] = (), *, end: str = END) -> Played:
    """Play a shipped scenario in `worlds` worlds up to a day."""
    scenario = load(name, sets=(f"end={end}", *sets))
    result = play(scenario, plain_worlds(scenario, range(worlds)))
    last = {outcome: np.asarray(result.columns[outcome][:, -1], dtype=np.float64) for outcome in OUTCOMES}
    return Played(last, result.worlds.parameters)


type Split = dict[str, dict[float, Array]]
"""Rival -> reading -> differences from the baseline, one value for each world with that reading."""


def split(rivals: Sequence[Alternative], change: Array, parameters: Mapping[str, Array], control: Array) -> Split:
    """Differences (W,) by the readings that worlds drew; those of the control come from a simulation of its own."""
    by_rival: Split = {}
    for rival in rivals:
        if rival.name == CONTROL:
            by_rival[CONTROL] = {1.0: change, 0.0: control}
        else:
            drawn = parameters[rival.parameter]
            by_rival[rival.name] = {reading: change[drawn == reading] for reading in rival.readings}
        by_rival[rival.name] = {reading: x[np.isfinite(x)] for reading, x in by_rival[rival.name].items()}
    return by_rival


@dataclass(frozen=True)
class Side:
    """Direction in which n worlds move: shares up and down (the rest do not move), the median, its 95% interval."""

    n: int
    up: float
    down: float
    median: float
    low: float
    high: float

    @property
    def decided(self) -> int:
        """1 or -1 where `DECIDED` of the worlds move that way, else 0."""
        return int(self.up >= DECIDED) - int(self.down >= DECIDED)

    @property
    def leans(self) -> int:
        """1 or -1 where the interval of the median lies above or below zero, else 0."""
        return int(self.low > 0.0) - int(self.high < 0.0)


def side(values: Array) -> Side:
    """The direction of differences, (n,)."""
    low, high = quantile_interval(values, 0.5)
    up, down = float((values > 0.0).mean()), float((values < 0.0).mean())
    return Side(values.size, up, down, float(np.median(values)), low, high)


@dataclass(frozen=True)
class DecisionVerdict:
    """Two readings of a rival on one outcome of one decision.

    p: p value of their difference. apart: whether they differ, tested for all verdicts together.
    """

    decision: str
    outcome: str
    rival: str
    readings: tuple[float, float]
    sides: tuple[Side, Side]
    p: float
    apart: bool = False

    @property
    def kind(self) -> str:
        """flips: the readings move most worlds, or the median, opposite ways. weakens: one decides, the other does not.

        Empty for neither, and where the readings do not differ.
        """
        a, b = self.sides
        if not self.apart:
            return ""
        if a.decided * b.decided < 0 or a.leans * b.leans < 0:
            return "flips"
        return "weakens" if (a.decided == 0) != (b.decided == 0) else ""


def judged(splits: Mapping[tuple[str, str], Split]) -> list[DecisionVerdict]:
    """A verdict on each pair of readings. splits: by decision and outcome.

    The test compares the directions in which worlds move: up, down or not at all (Mann-Whitney, with ties), with a
    chance of at most 5% that any verdict is false (Holm). The two simulations of the control share worlds, which the
    test ignores: it errs toward no difference.
    """
    verdicts = []
    for (decision, outcome), by_rival in splits.items():
        for rival, by_reading in by_rival.items():
            sides = {reading: side(values) for reading, values in by_reading.items()}
            for a, b in combinations(by_reading, 2):
                p = _p(np.sign(by_reading[a]), np.sign(by_reading[b]))
                verdicts.append(DecisionVerdict(decision, outcome, rival, (a, b), (sides[a], sides[b]), p))
    held = holm(np.array([verdict.p for verdict in verdicts]))
    return [replace(verdict, apart=bool(holds)) for verdict, holds in zip(verdicts, held, strict=True)]


def _p(a: Array, b: Array) -> float:
    from scipy.stats import mannwhitneyu

    if np.unique(np.concatenate([a, b])).size < 2:  # all move alike
        return 1.0
    return float(mannwhitneyu(a, b, method="asymptotic").pvalue)
