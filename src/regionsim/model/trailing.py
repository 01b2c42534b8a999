"""Trailing 52-week sums: weekly flows to yearly rates, with a stored year before the first week.

Core object: `Trailing`. Annualised indicators are sums over the last 52 weeks; in the first year the weeks before the
start come from the prehistory that the caller supplies.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from regionsim.model import maths
from regionsim.model._jit import F64_IN2, F64_OUT2, array_out, float64, int64, kernel, void
from regionsim.model.samplers import Array

YEAR = 52


@kernel(void(F64_IN2, int64, array_out(float64, 3), F64_OUT2))
def _push(values: Array, place: int, ring: Array, total: Array) -> None:
    """Put a week's values (W, F) in their place in the ring (W, F, 52), and add up the ring from first to last."""
    for w in range(values.shape[0]):
        for f in range(values.shape[1]):
            ring[w, f, place] = values[w, f]
            added = 0.0
            for k in range(ring.shape[2]):
                added += ring[w, f, k]
            total[w, f] = added


class Trailing:
    """The last 52 weeks of named flows: `prehistory` maps a flow to (W, 52) or (W, K, 52), oldest week first."""

    def __init__(self, prehistory: Mapping[str, Array]) -> None:
        parts = [values if values.ndim == 3 else values[:, np.newaxis] for values in prehistory.values()]
        self._ring = np.ascontiguousarray(np.concatenate(parts, axis=1), dtype=np.float64)
        self._sum = maths.row_sum(self._ring)
        ends = np.cumsum([part.shape[1] for part in parts]).tolist()  # exact: whole numbers
        self._columns: dict[str, int | slice] = {
            name: slice(end - part.shape[1], end) if values.ndim == 3 else end - 1
            for (name, values), part, end in zip(prehistory.items(), parts, ends, strict=True)
        }
        self._next = 0
        self.show()

    def show(self) -> None:
        """Let `total` show the sums as they stand, and as they will."""
        self.total = {name: self._sum[:, where] for name, where in self._columns.items()}
        """Sum of the last 52 weeks of each flow, (W,) or (W, K)."""

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self.show()

    def replace(self, week: int, flows: Mapping[str, Array]) -> None:
        """Set these flows of a week before the start, -52 to -1."""
        for name, flow in flows.items():
            where = self._columns[name]
            self._ring[:, where, YEAR + week] = flow
            self._sum[:, where] = maths.row_sum(self._ring[:, where])

    def push(self, flows: Mapping[str, Array]) -> None:
        """Add this week's flows and drop the week that is a year old.

        The sums are recomputed: adding and subtracting would accumulate rounding errors.
        """
        values = [flows[name] for name in self._columns]
        columns = [flow if flow.ndim == 2 else flow[:, np.newaxis] for flow in values]
        _push(np.concatenate(columns, axis=1), self._next, self._ring, self._sum)
        self._next = (self._next + 1) % YEAR
