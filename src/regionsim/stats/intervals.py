"""Confidence intervals from a finite number of worlds: of a mean, a share or a quantile.

Core objects: `mean_interval` (Student's t), `share_interval` (Clopper and Pearson), `share_difference` (Newcombe, of
paired shares) and `unpaired_share_difference`, `quantile_interval` (order statistics). Values are
independent worlds, or differences of paired worlds. Coverage is at least the level (share, quantile) or approaches it
with more worlds (mean, difference of shares). Nothing here draws.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

LEVEL = 0.95
"""Default confidence level of an interval."""


class Interval(NamedTuple):
    """A low and a high end."""

    low: float
    high: float


def mean_interval(
    values: npt.ArrayLike, level: float = LEVEL
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Low and high ends of the mean over the first axis of `values`, (W,) or (W, ...), by Student's t.

    NaN counts as absent. With fewer than two values the ends are infinite. Equal values give an interval of zero width.
    """
    array = np.asarray(values, dtype=np.float64)
    present = ~np.isnan(array)
    n = np.asarray(present.sum(axis=0), dtype=np.float64)
    filled = np.where(present, array, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = filled.sum(axis=0) / n
        spread = np.sqrt((np.where(present, array - mean, 0.0) ** 2).sum(axis=0) / (n - 1.0))
        half_width = _student(level, n - 1.0) * spread / np.sqrt(n)
    bounded = n >= 2.0
    return np.where(bounded, mean - half_width, -np.inf), np.where(bounded, mean + half_width, np.inf)


def share_interval(count: float, n: float, level: float = LEVEL) -> Interval:
    """Interval of a share, `count` of `n`, after Clopper and Pearson: coverage is at least `level`.

    `count` and `n` need not be whole: they may be effective sample sizes. 0 to 1 where n is 0. Raises ValueError unless
    0 <= count <= n.
    """
    if not 0 <= count <= n:
        raise ValueError(f"{count} of {n} is no share")
    from scipy.special import betaincinv

    tail = (1.0 - level) / 2.0
    low = float(betaincinv(count, n - count + 1, tail)) if count else 0.0
    high = float(betaincinv(count + 1, n - count, 1.0 - tail)) if count < n else 1.0
    return Interval(low, high)


def share_difference(both: int, first: int, second: int, n: int, level: float = LEVEL) -> Interval:
    """Interval of the difference between two shares of the same n pairs, after Newcombe (1998, method 10).

    both: pairs in which both sides hold; first, second: those in which only one does. The difference is that of the
    first side's share less the second's. -1 to 1 where n is 0. Raises ValueError for counts that n cannot hold.
    """
    neither = n - both - first - second
    if min(both, first, second, neither) < 0:
        raise ValueError(f"{both}, {first} and {second} are no parts of {n} pairs")
    if not n:
        return Interval(-1.0, 1.0)
    a, b = both + first, both + second
    edge = math.sqrt(float(a) * (n - a) * b * (n - b))
    excess = float(both * neither - first * second)
    excess = max(excess - n / 2.0, 0.0) if excess > 0 else excess  # the continuity correction of the method
    return _of_shares(a / n, n, b / n, n, excess / edge if edge else 0.0, level)


def unpaired_share_difference(a: int, n: int, b: int, m: int, level: float = LEVEL) -> Interval:
    """The same for a of n worlds and b of m others, after Newcombe (1998, method 10 for independent shares)."""
    if not (0 <= a <= n and 0 <= b <= m):
        raise ValueError(f"{a} of {n} and {b} of {m} are no shares")
    return _of_shares(a / n, n, b / m, m, 0.0, level) if n and m else Interval(-1.0, 1.0)


def _of_shares(a: float, n: int, b: float, m: int, alike: float, level: float) -> Interval:
    """From the score intervals of both shares. alike: the correlation of the sides, -1 to 1."""
    a_low, a_high = _score(a, n, level)
    b_low, b_high = _score(b, m, level)

    def joint(x: float, y: float) -> float:
        return math.sqrt(max(x * x - 2.0 * alike * x * y + y * y, 0.0))

    return Interval(a - b - joint(a - a_low, b_high - b), a - b + joint(b - b_low, a_high - a))


def _score(share: float, n: int, level: float) -> Interval:
    """Wilson's interval of a share of n."""
    from scipy.special import ndtri

    z = float(ndtri(0.5 + level / 2.0))
    middle, half = share + z * z / (2.0 * n), z * math.sqrt(share * (1.0 - share) / n + (z / (2.0 * n)) ** 2)
    return Interval(max((middle - half) / (1.0 + z * z / n), 0.0), min((middle + half) / (1.0 + z * z / n), 1.0))


def quantile_interval(values: npt.ArrayLike, share: float, level: float = LEVEL) -> Interval:
    """Interval of the quantile at `share` (0 .. 1) of `values` (n,), from order statistics, for any distribution.

    An end is infinite where too few values lie on its side to bound it. NaN counts as absent. Raises ValueError for a
    share outside 0 .. 1.
    """
    if not 0.0 < share < 1.0:
        raise ValueError(f"{share} is no share of values (allowed: between 0 and 1)")
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    ordered = ordered[~np.isnan(ordered)]
    low, high = quantile_ranks(ordered.size, share, level)
    return Interval(
        float(ordered[low]) if low >= 0 else -math.inf,
        float(ordered[high]) if high < ordered.size else math.inf,
    )


@lru_cache(maxsize=1024)
def quantile_ranks(n: int, share: float, level: float = LEVEL) -> tuple[int, int]:
    """Ranks, from 0, among n sorted values of the ends of a quantile's interval; -1 and n where too few values lie on
    that side.
    """
    if n == 0:
        return -1, 0
    below = _binomial(n, share)  # chance that at most k values lie below the quantile, k = 0 .. n
    tail = (1.0 - level) / 2.0
    low = int(np.searchsorted(below, tail, side="right"))  # the largest rank with P(fewer than it below) <= tail
    high = int(np.searchsorted(below, 1.0 - tail, side="left")) + 1  # the smallest with P(at least it below) <= tail
    return low - 1, high - 1


def _binomial(n: int, share: float) -> npt.NDArray[np.float64]:
    """P(X <= k) of a binomial count, k = 0 .. n."""
    from scipy.special import bdtr

    return np.asarray(bdtr(np.arange(n + 1), n, share), dtype=np.float64)


def _student(level: float, freedom: Any) -> Any:
    """Half-width of the interval in standard errors, by degrees of freedom."""
    from scipy.special import stdtrit

    return stdtrit(np.maximum(freedom, 1.0), 0.5 + level / 2.0)
