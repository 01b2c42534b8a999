"""Quantiles over worlds, computed for one indicator and as many dates at a time as memory allows.

Core objects: `Bands` (mean and quantiles by date), `bands`, `row_quantiles`. Memory is bounded for any number of
worlds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from regionsim.stats.precision import median_ranks

if TYPE_CHECKING:
    from regionsim.runs.results import Run

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
NAMES = ("p05", "p25", "p50", "p75", "p95")
SLAB_BYTES = 128 * 1024**2  # of float32 values held at a time

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Bands:
    """Mean (weeks,) and quantiles (5, weeks) of one indicator over worlds; NaN where no world has a value.

    `error` (weeks,): half the width of the median's 95% interval; NaN for fewer than 6 values.
    """

    mean: Array
    quantiles: Array
    error: Array

    def __getitem__(self, name: str) -> Array:
        """A quantile by its name, "p05" to "p95", or "mean" or "error"."""
        if name in ("mean", "error"):
            return self.mean if name == "mean" else self.error
        return np.asarray(self.quantiles[NAMES.index(name)])


def bands(run: Run, column: str, place: str | None = None) -> Bands:
    """Mean, quantiles and the median's error of a column over the run's worlds, without failed ones."""
    weeks, worlds = run.weeks, run.numbers.size
    mean, quantiles = np.full(weeks, np.nan), np.full((len(QUANTILES), weeks), np.nan)
    error = np.full(weeks, np.nan)
    dates = max(1, SLAB_BYTES // (4 * max(1, worlds)))
    for first in range(0, weeks, dates):
        span = slice(first, min(first + dates, weeks))
        slab = np.empty((span.stop - span.start, worlds), dtype=np.float32)
        filled = 0
        for values in run.pieces(column, place):
            slab[:, filled : filled + len(values)] = values[:, span].T
            filled += len(values)
        quantiles[:, span], mean[span] = row_quantiles(slab, QUANTILES)
        error[span] = _median_errors(slab)
    return Bands(mean, quantiles, error)


def _median_errors(rows: npt.NDArray[np.float32]) -> Array:
    """The median's error of each row of `rows` (R, n), which are sorted, NaN last."""
    ranks = np.array([median_ranks(n) for n in (~np.isnan(rows)).sum(axis=1).tolist()], dtype=np.int64)
    ends = np.take_along_axis(rows, np.maximum(ranks, 0), axis=1).astype(np.float64) if rows.size else ranks + np.nan
    return np.where(ranks[:, 0] < 0, np.nan, (ends[:, 1] - ends[:, 0]) / 2.0)


def row_quantiles(rows: npt.NDArray[np.float32], levels: Sequence[float]) -> tuple[Array, Array]:
    """Quantiles (levels, R) and mean (R,) of each row of `rows` (R, n), which is sorted in place.

    Quantiles are interpolated linearly, as by NumPy's default; NaN counts as absent.
    """
    counts = (~np.isnan(rows)).sum(axis=1)
    some = counts > 0
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.nansum(rows, axis=1, dtype=np.float64) / counts
    rows.sort(axis=1)  # NaN goes last
    out = np.full((len(levels), len(rows)), np.nan)
    for i, level in enumerate(levels):
        position = level * (counts[some] - 1)
        low = np.floor(position).astype(np.int64)
        high = np.minimum(low + 1, counts[some] - 1)
        a = np.take_along_axis(rows[some], low[:, None], axis=1)[:, 0].astype(np.float64)
        b = np.take_along_axis(rows[some], high[:, None], axis=1)[:, 0].astype(np.float64)
        out[i, some] = a + (b - a) * (position - low)
    return out, np.where(some, mean, np.nan)


def shares_at_least(run: Run, column: str, steps: Sequence[float]) -> Array:
    """Share of worlds whose value is at or above each step, (steps, weeks); NaN if there is no world."""
    counts = np.zeros((len(steps), run.weeks))
    for values in run.pieces(column):
        for i, step in enumerate(steps):
            counts[i] += (values >= step).sum(axis=0)
    return counts / run.numbers.size if run.numbers.size else np.full_like(counts, np.nan)
