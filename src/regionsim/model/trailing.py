"""Trailing 52-week sums: weekly flows to yearly rates, with a stored year before the first week.

Core object: `Trailing`. Annualised indicators are sums over the last 52 weeks; in the first year the weeks before the
start come from the prehistory that the caller supplies.
"""

from collections.abc import Mapping

import numpy as np

from regionsim.model import maths
from regionsim.model.samplers import Array

YEAR = 52


class Trailing:
    """The last 52 weeks of named flows: `prehistory` maps a flow to (W, 52) or (W, K, 52), oldest week first."""

    def __init__(self, prehistory: Mapping[str, Array]) -> None:
        self._ring = {name: np.array(values, dtype=np.float64) for name, values in prehistory.items()}
        self._next = 0
        self.total = {name: maths.row_sum(ring) for name, ring in self._ring.items()}
        """Sum of the last 52 weeks of each flow, (W,) or (W, K)."""

    def replace(self, week: int, flows: Mapping[str, Array]) -> None:
        """Set these flows of a week before the start, -52 to -1."""
        for name, flow in flows.items():
            self._ring[name][..., YEAR + week] = flow
            self.total[name] = maths.row_sum(self._ring[name])

    def push(self, flows: Mapping[str, Array]) -> None:
        """Add this week's flows and drop the week that is a year old.

        The sums are recomputed: adding and subtracting would accumulate rounding errors.
        """
        for name, ring in self._ring.items():
            ring[..., self._next] = flows[name]
            self.total[name] = maths.row_sum(ring)
        self._next = (self._next + 1) % YEAR
