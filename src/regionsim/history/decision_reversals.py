"""Decisions judged reading by reading: where the sign of what they do hangs on which rival structure is true.

Core objects: `DECISIONS`, `played` (the last week of a scenario in so many worlds), `split` (worlds by the reading they
drew), `judged` (`DecisionVerdict`s on pairs of readings). Worlds of a scenario and of its baseline are pairs: equal
parameters, equal chance.
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
"""Shipped scenarios that are something to decide, all with the status quo as their baseline."""
OUTCOMES = ("trade_volume", "attacks", "returns", "trust_pakistan", "trust_afghanistan", "closure_days")
END = "2030-08-18"
"""Five years from the start."""
DECIDED = 0.8
"""Share of worlds that move one way from which a decision counts as decided."""


@dataclass(frozen=True)
class Played:
    """Outcomes in the last week by name, and parameters, (W,) each; NaN in worlds that failed."""

    outcomes: dict[str, Array]
    parameters: dict[str, Array]


def played(name: str, worlds: int, sets: Sequence[str] = (), *, end: str = END) -> Played:
    """A shipped scenario in so many worlds, up to a day."""
    scenario = load(name, sets=(f"end={end}", *sets))
    result = play(scenario, plain_worlds(scenario, range(worlds)))
    last = {one: np.asarray(result.columns[one][:, -1], dtype=np.float64) for one in OUTCOMES}
    return Played(last, result.worlds.parameters)


type Split = dict[str, dict[float, Array]]
"""Rival -> reading -> differences from the baseline, one for each world with that reading."""


def split(rivals: Sequence[Alternative], change: Array, parameters: Mapping[str, Array], control: Array) -> Split:
    """Differences (W,) by the readings that worlds drew; those of the control come from a play of its own, (W,)."""
    found: Split = {}
    for rival in rivals:
        if rival.name == CONTROL:
            found[CONTROL] = {1.0: change, 0.0: control}
        else:
            drawn = parameters[rival.parameter]
            found[rival.name] = {reading: change[drawn == reading] for reading in rival.readings}
        found[rival.name] = {reading: values[np.isfinite(values)] for reading, values in found[rival.name].items()}
    return found


@dataclass(frozen=True)
class Side:
    """Which way worlds move: shares up and down (the rest do not move), the median with its 95% interval; n worlds."""

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
        """1 or -1 where the interval of the median leaves zero out on that side, else 0."""
        return int(self.low > 0.0) - int(self.high < 0.0)


def side(values: Array) -> Side:
    """Which way these differences, (n,), go."""
    low, high = quantile_interval(values, 0.5)
    up, down = float((values > 0.0).mean()), float((values < 0.0).mean())
    return Side(values.size, up, down, float(np.median(values)), low, high)


@dataclass(frozen=True)
class DecisionVerdict:
    """Two readings of a rival on one outcome of one decision.

    p: chance of shares as far apart if readings did not matter. apart: whether that holds for all verdicts together.
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

        Empty for neither, and wherever the readings are not apart.
        """
        one, other = self.sides
        if not self.apart:
            return ""
        if one.decided * other.decided < 0 or one.leans * other.leans < 0:
            return "flips"
        return "weakens" if (one.decided == 0) != (other.decided == 0) else ""


def judged(splits: Mapping[tuple[str, str], Split]) -> list[DecisionVerdict]:
    """A verdict on each pair of readings. splits: by decision and outcome.

    Whether readings are apart is asked of the ways in which worlds move, up, down or not at all (Mann and Whitney, with
    ties), and with a chance of at most 5% that any of all these is false (Holm). The two plays of the control have
    worlds in common, which that test does not use: it errs toward not apart.
    """
    found = []
    for (decision, outcome), of_rivals in splits.items():
        for rival, by in of_rivals.items():
            sides = {reading: side(values) for reading, values in by.items()}
            for a, b in combinations(by, 2):
                p = _p(np.sign(by[a]), np.sign(by[b]))
                found.append(DecisionVerdict(decision, outcome, rival, (a, b), (sides[a], sides[b]), p))
    held = holm(np.array([one.p for one in found]))
    return [replace(one, apart=bool(each)) for one, each in zip(found, held, strict=True)]


def _p(one: Array, other: Array) -> float:
    from scipy.stats import mannwhitneyu

    if np.unique(np.concatenate([one, other])).size < 2:  # all move alike
        return 1.0
    return float(mannwhitneyu(one, other, method="asymptotic").pvalue)
