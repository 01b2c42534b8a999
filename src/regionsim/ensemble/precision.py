"""How far a finite number of worlds pins a figure down: the Monte-Carlo error, and how many worlds more would halve it.

Core objects: `mean_error`, `median_error` and `share_error` (each half the width of a 95% interval), `more_to_halve`,
and `advice`, the sentence beneath a table. Every table that summarises worlds takes its error from here.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from regionsim.ensemble.intervals import mean_interval

NORMAL = 1.959964  # standard errors on either side that hold 95% of a normal distribution
LEAST = 6  # worlds of which two ranks bracket the median with 95%


def mean_error(values: npt.ArrayLike) -> float:
    """Half the width of the 95% interval of the mean of `values` (n,), by Student's t.

    NaN counts as absent; NaN for fewer than two.
    """
    low, high = mean_interval(np.ravel(values))
    return float(high - low) / 2.0 if np.isfinite(high) else float("nan")


def median_error(values: npt.ArrayLike) -> float:
    """Half the width of the 95% interval of the median of `values` (n,), from order statistics.

    The ranks n/2 -+ 0.98 sqrt(n) bracket the median whatever the distribution (the binomial count of values below it,
    by its normal approximation, rounded outwards). NaN counts as absent; NaN for fewer than 6.
    """
    found = np.sort(_there(values))
    low, high = median_ranks(found.size)
    return float("nan") if low < 0 else float(found[high] - found[low]) / 2.0


def median_ranks(n: int) -> tuple[int, int]:
    """The places, from 0, of the values among n sorted ones that bracket the median with 95%; (-1, -1) if none do."""
    if n < LEAST:
        return -1, -1
    reach = NORMAL / 2.0 * math.sqrt(n)
    return max(0, math.floor(n / 2 - reach)), min(n - 1, math.ceil(n / 2 + reach))


def share_error(share: float, n: int) -> float:
    """Half the width of the 95% interval of a share of n worlds (Wilson's: holds at 0 and 1 too); NaN for none."""
    if n < 1 or not 0.0 <= share <= 1.0:
        return float("nan")
    square = NORMAL * NORMAL
    return NORMAL / (n + square) * math.sqrt(n * share * (1.0 - share) + square / 4.0)


def more_to_halve(n: int) -> int:
    """Worlds to add to n so that the error halves: it falls with the square root of their number."""
    return 3 * n


def advice(n: int, what: str = "worlds") -> str:
    """One sentence for n worlds (or replicates, by `what`): how many more halve the error, or that it is unknown."""
    if n < 2:
        return f"The Monte-Carlo error is unknown: one of the {what} says nothing of how far others lie from it."
    return f"{more_to_halve(n):,} {what} more ({n + more_to_halve(n):,} in all) would halve the error."


def _there(values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    found = np.asarray(values, dtype=np.float64).ravel()
    return found[~np.isnan(found)]
