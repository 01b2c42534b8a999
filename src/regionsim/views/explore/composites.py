"""Composite indices of an estimate: computed from their estimated parts by the model's own rule.

Core objects: `Part`, `PARTS_OF` and `Rule`. An index is a curved function of its parts: the effects of levers on it do
not add up on any scale, while those on its parts do. One test compares the rule with `model.measures`, and one the
page's script with this.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from regionsim.indicators.composite_weights import PARTS, weights

type Array = npt.NDArray[np.float64]

_LEAST = 1e-9  # of a logarithm
COOPERATION = "cooperation_index"


@dataclass(frozen=True)
class Part:
    """A part of an index: its channel, the name of its goalposts, and whether they lie on a log scale."""

    channel: str
    posts: str
    log: bool = False


PARTS_OF: dict[str, tuple[Part, ...]] = {
    "security_index": (
        Part("attacks", "attacks", log=True),
        Part("fatalities", "fatalities", log=True),
        Part("ttp_strength", "ttp_strength", log=True),
    ),
    "connectivity_index": (
        Part("trade_volume", "trade_volume", log=True),
        Part("closure_days", "closure_days"),
        Part("trade_transit", "trade_transit", log=True),
    ),
    "humanitarian_index": (
        Part("deportations", "deportations"),
        Part("strike_deaths", "strike_deaths"),
        Part("livelihood_afghanistan", "livelihood_afghanistan"),
        Part("poverty_rate_border", "poverty_rate_border"),
    ),
    "diplomacy_index": (
        Part("trust_pakistan", "trust"),
        Part("trust_afghanistan", "trust"),
        Part("escalation", "escalation"),
    ),
}
"""The parts of each index but the cooperation index, whose parts are these indices."""


class Rule:
    """How the indices of some worlds follow from their parts. parameters: of these worlds, (W,) each.

    posts: name -> (2, W), the worst and the best; weights: (W, 4) of the parts of the cooperation index.
    """

    def __init__(self, parameters: Mapping[str, Any]) -> None:
        from regionsim.model.measures import BENT  # loads the model

        self.bent = BENT
        names = sorted({part.posts for parts in PARTS_OF.values() for part in parts})
        ends = ("worst", "best")
        self.posts = {
            name: np.array([np.asarray(parameters[f"index.{name}_{end}"], dtype=np.float64) for end in ends])
            for name in names
        }
        self.weights = weights(parameters)

    def applies(self, id: str) -> bool:
        """Whether a channel is an index that this computes."""
        return id in PARTS_OF or id == COOPERATION

    def sources(self, id: str) -> tuple[str, ...]:
        """The channels from which an index is computed."""
        if id == COOPERATION:
            return tuple(dict.fromkeys(name for each in PARTS_OF for name in self.sources(each)))
        return tuple(part.channel for part in PARTS_OF[id])

    def index(self, id: str, values: Callable[[str], Array]) -> Array:
        """An index, (worlds, points) as its parts are. values: of a part, for the first worlds of these."""
        if id == COOPERATION:
            logs = [np.log(self.index(f"{part}_index", values)) for part in PARTS]
            return np.asarray(np.exp(sum(self.weights[: len(log), k, None] * log for k, log in enumerate(logs))))
        product: Any = 1.0
        for part in PARTS_OF[id]:
            product = product * self._placed(part, values(part.channel))
        return np.asarray(np.exp(np.log(product) / len(PARTS_OF[id])))

    def estimate(self, id: str, base: Callable[[str], Array], values: Callable[[str], Array]) -> Array:
        """An index of estimated parts; where no part differs from the base, that of the base as it is."""
        same = np.logical_and.reduce([values(part) == base(part) for part in self.sources(id)])
        return np.where(same, base(id), self.index(id, values))

    def _placed(self, part: Part, value: Array) -> Array:
        """Score of 1 to 100 between the goalposts, as `model.measures` gives it."""
        worst, best = self.posts[part.posts][:, : len(value), None]
        value = np.asarray(value, dtype=np.float64)
        if part.log:
            worst, best, value = (np.log(np.maximum(each, _LEAST)) for each in (worst, best, value))
        at = (value - worst) / (best - worst)
        bent = self.bent
        low = bent / (1.0 + np.maximum(bent - at, 0.0) / bent)
        high = 1.0 - bent / (1.0 + np.maximum(bent - (1.0 - at), 0.0) / bent)
        way = np.where(at < bent, low, np.where(at > 1.0 - bent, high, at))
        return np.asarray(np.maximum(100.0 * way, 1.0))
