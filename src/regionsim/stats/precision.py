"""Sampling error of a figure from a finite number of worlds, and how many more worlds would halve it.

Core objects: `mean_error`, `median_error` and `share_error` (each half the width of a 95% interval of `intervals`),
`more_to_halve`, and `advice`, the sentence beneath a table. Every table that summarises worlds takes its error from
here.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from regionsim.stats.intervals import mean_interval, quantile_interval, quantile_ranks, share_interval

LEAST = 6  # the fewest worlds of which two ranks bracket the median with 95%


def mean_error(values: npt.ArrayLike) -> float:
    """Half the width of the 95% interval of the mean of `values` (n,), by Student's t.

    NaN counts as absent; NaN for fewer than two.
    """
    low, high = mean_interval(np.ravel(values))
    return float(high - low) / 2.0 if np.isfinite(high) else float("nan")


def median_error(values: npt.ArrayLike) -> float:
    """Half the width of the 95% interval of the median of `values` (n,), from order statistics (`quantile_interval`).

    NaN counts as absent; NaN for fewer than 6.
    """
    low, high = quantile_interval(np.ravel(values), 0.5)
    return (high - low) / 2.0 if math.isfinite(high - low) else float("nan")


def median_ranks(n: int) -> tuple[int, int]:
    """Ranks, from 0, of the two among n sorted values that bracket the median with 95%; (-1, -1) if none do."""
    return quantile_ranks(n, 0.5) if n >= LEAST else (-1, -1)


def share_error(share: float, n: int) -> float:
    """Half the width of the 95% interval of a share of n worlds (`share_interval`); NaN for none."""
    if n < 1 or not 0.0 <= share <= 1.0:
        return float("nan")
    low, high = share_interval(share * n, n)
    return (high - low) / 2.0


def more_to_halve(n: int) -> int:
    """Worlds to add to n to halve the error, which falls with the square root of their number."""
    return 3 * n


def advice(n: int, what: str = "worlds") -> str:
    """One sentence for n worlds (or replicates, by `what`): how many more halve the error, or that it is unknown."""
    if n < 2:
        return f"The sampling error is unknown: one of the {what} does not show how far others lie from it."
    return f"{more_to_halve(n):,} {what} more ({n + more_to_halve(n):,} in all) would halve the error."
