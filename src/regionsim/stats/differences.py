"""Differences between two sets of worlds, paired world by world or independent.

Core objects: `Difference` (by week), `paired` and `unpaired` (they take arrays of worlds by weeks), `holm`. Nothing
here reads files.

Statements about a difference rest on shares of pairs: it has a *side* where one arm is higher in more pairs than chance
gives (sign test at 5% over pairs that differ; Mann-Whitney test where worlds are not paired). So a few worlds with
enormous values decide nothing. A difference is *clear* from the first week after which it keeps, to the last week
compared, the side it ends on. As the last week must be among them, a difference that does not exist is called clear in
at most about 5% of cases, however many weeks are compared. Among k indicators about 0.05 k are clear by chance: `holm`
says which rows hold with at most 5% for all rows together.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from regionsim.stats.averages import Middle, middle
from regionsim.stats.intervals import LEVEL, mean_interval, quantile_interval

type Array = Any  # numpy
NORMAL = 1.959964  # standard errors on either side that hold 95% of a normal distribution
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
MOST = 1000  # worlds of each arm that the interval of an unpaired median uses
OTHERS = 20  # worlds of the other arm that each world is compared with where worlds are not paired


@dataclass(frozen=True)
class Difference:
    """Arm minus baseline by week; worlds as rows.

    values: (n, weeks), a row per pair. mean, low, high (weeks,): the mean difference and its 95% interval. p (weeks,):
    two-sided p value of the shares of higher and lower pairs under no difference. side (weeks,): 1 where the arm is
    higher in clearly more pairs, -1 where lower, else 0. ratio: variance of unpaired over paired differences (weeks,),
    NaN where worlds are not paired or never differ. arms: both arms, (W, weeks) and (V, weeks), where worlds are not
    paired.
    """

    values: Array
    mean: Array
    low: Array
    high: Array
    p: Array
    side: Array
    ratio: Array
    worlds: int
    arms: tuple[Array, Array] | None = None

    @property
    def identical(self) -> Array:
        """Whether every difference is exactly zero, by week."""
        return (self.values == 0.0).all(axis=0)

    def quantiles(self) -> Array:
        """The 5, 25, 50, 75 and 95% quantiles of differences over worlds, (5, weeks)."""
        return np.quantile(self.values, QUANTILES, axis=0)

    def median_interval(self, week: int) -> tuple[float, float]:
        """The 95% interval of the median difference; ends are infinite where too few worlds bound it."""
        if self.arms is None:
            return quantile_interval(self.values[:, week], 0.5)
        return _shift_interval(*(arm[:, week] for arm in self.arms))

    def middle(self, week: int) -> Middle:
        """The average difference to show, see `averages`."""
        if self.arms is None:
            return middle(self.values[:, week])
        return Middle("median", float(np.median(self.values[:, week])), *self.median_interval(week))

    @property
    def clear_from(self) -> int | None:
        """The first week from which the difference keeps the side it ends on; None where it ends on none."""
        side = self.side
        if side.size == 0 or side[-1] == 0:
            return None
        elsewhere = np.flatnonzero(side != side[-1])
        return int(elsewhere[-1]) + 1 if elsewhere.size else 0


def paired(base: Array, arm: Array) -> Difference:
    """Difference of worlds with the same draws and chance: row k of one with row k of the other, both (W, weeks)."""
    a, b = np.asarray(base, dtype=np.float64), np.asarray(arm, dtype=np.float64)
    values = b - a
    low, high = mean_interval(values, LEVEL)
    spread = _variance(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(spread > 0.0, (_variance(a) + _variance(b)) / spread, np.nan)
    higher, lower = (values > 0.0).sum(axis=0), (values < 0.0).sum(axis=0)
    p = _sign_p(higher, lower)
    return Difference(values, values.mean(axis=0), low, high, p, _side(higher - lower, p), ratio, len(values))


def unpaired(base: Array, arm: Array) -> Difference:
    """Difference of independent worlds, (W, weeks) and (V, weeks), with Welch's interval of the mean.

    `values` are the differences of each world from up to 20 of the other arm, none with its own number.
    """
    a, b = np.asarray(base, dtype=np.float64), np.asarray(arm, dtype=np.float64)
    mean = b.mean(axis=0) - a.mean(axis=0)
    parts = [_variance(worlds) / len(worlds) for worlds in (a, b)]
    error = np.sqrt(parts[0] + parts[1])
    with np.errstate(invalid="ignore", divide="ignore"):
        freedom = error**4 / (parts[0] ** 2 / (len(a) - 1.0) + parts[1] ** 2 / (len(b) - 1.0))
    half_width = _student(np.where(error > 0.0, freedom, np.inf)) * error
    n = min(len(a), len(b))
    shifts = range(1, min(OTHERS, n - 1) + 1) if n > 1 else (0,)
    values = np.concatenate([np.roll(b[:n], shift, axis=0) - a[:n] for shift in shifts])
    low, high = (mean - half_width, mean + half_width) if n >= 2 else (mean - np.inf, mean + np.inf)
    above, p = _ranks_p(a, b)
    return Difference(values, mean, low, high, p, _side(above, p), np.full(mean.shape, np.nan), n, (a, b))


def _side(excess: Array, p: Array) -> Array:
    return np.where(p <= 1.0 - LEVEL, np.sign(excess), 0)


def _sign_p(higher: Array, lower: Array) -> Array:
    """Two-sided p of the sign test from counts of pairs higher and lower; equal pairs are left out."""
    from scipy.special import bdtr

    differing = higher + lower
    return np.where(differing > 0, np.minimum(1.0, 2.0 * bdtr(np.minimum(higher, lower), differing, 0.5)), 1.0)


def _ranks_p(a: Array, b: Array) -> tuple[Array, Array]:
    """By how much values of `b` rank above those of `a` by week, and its two-sided p (Mann-Whitney, with ties)."""
    from scipy.special import ndtr
    from scipy.stats import rankdata

    n, m = len(a), len(b)
    ranks = rankdata(np.concatenate([a, b]), axis=0)
    excess = ranks[n:].sum(axis=0) - m * (n + m + 1.0) / 2.0
    # the variance of the ranks themselves is that of the formula less its correction for ties
    spread = np.sqrt(n * m / (n + m) * _variance(ranks))
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.maximum(np.abs(excess) - 0.5, 0.0) / spread
    return excess, np.where(spread > 0.0, 2.0 * ndtr(-z), 1.0)


def _shift_interval(a: Array, b: Array) -> tuple[float, float]:
    """The 95% interval of the median of all differences of values of `b` (m,) and `a` (n,) (Hodges-Lehmann)."""
    n, m = min(len(a), MOST), min(len(b), MOST)
    gaps = np.sort((b[:m, np.newaxis] - a[np.newaxis, :n]).ravel())
    place = math.floor(n * m / 2.0 - NORMAL * math.sqrt(n * m * (n + m + 1.0) / 12.0))
    return (float(gaps[place]), float(gaps[-1 - place])) if place >= 0 else (-math.inf, math.inf)


def _variance(values: Array) -> Array:
    return values.var(axis=0, ddof=1) if len(values) > 1 else np.full(values.shape[1:], np.nan)


def _student(freedom: Array) -> Array:
    from scipy.special import ndtri, stdtrit

    share = 0.5 + LEVEL / 2.0
    finite = np.isfinite(freedom)
    return np.where(finite, stdtrit(np.where(finite, freedom, 1.0), share), ndtri(share))


def beyond_interval(mean: Array, freedom: float) -> Array:
    """Two-sided p by Student's t of means given in half-widths of their intervals."""
    from scipy.special import stdtr

    return 2.0 * stdtr(freedom, -np.abs(mean) * _student(np.asarray(freedom)))


def holm(p: Array, rate: float = 1.0 - LEVEL) -> Array:
    """Which tests hold, with a chance of at most `rate` that any of them is false (Holm 1979)."""
    order = np.argsort(p, kind="stable")
    held = np.zeros(len(p), dtype=bool)
    for rank, i in enumerate(order):
        if p[i] > rate / (len(p) - rank):
            break
        held[i] = True
    return held
