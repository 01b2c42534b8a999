"""What two sets of worlds say of the difference between them: paired world by world, or of two independent sets.

Core objects: `Difference` (at one date), `paired` and `unpaired` (arrays of worlds by weeks in), `holm`. Nothing here
reads files.

What is said of a difference rests on shares of pairs: it has a *side* where one arm is higher in more pairs than chance
gives (sign test of 5% over pairs that differ; Mann and Whitney's test where worlds are not paired). So a few worlds
with enormous values decide nothing. A difference is *clear* from the first week on from which, to the last week
compared, it has the side it ends on. As the last week must be among them, a difference that does not exist is called
clear in at most about 5% of cases, however many weeks are looked at. Among k indicators some 0.05 k are to be expected
by chance: `holm` says which rows hold with at most 5% for all rows together.
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
MOST = 1000  # worlds of either arm that the interval of an unpaired median looks at
OTHERS = 20  # worlds of the other arm that each world is set against where worlds are not paired


@dataclass(frozen=True)
class Difference:
    """Arm minus baseline by week; worlds as rows.

    values: (n, weeks), a row per pair. mean, low, high (weeks,): the mean difference and its 95% interval. p: the
    chance of shares of higher and lower pairs as far apart at each week if there were no difference. side (weeks,): 1
    where the arm is higher in clearly more pairs, -1 where lower, else 0. ratio: variance of unpaired over paired
    differences (weeks,), NaN where worlds are not paired or never differ. apart: both arms, (W, weeks) and (V, weeks),
    where worlds are not paired.
    """

    values: Array
    mean: Array
    low: Array
    high: Array
    p: Array
    side: Array
    ratio: Array
    worlds: int
    apart: tuple[Array, Array] | None = None

    @property
    def identical(self) -> Array:
        """Whether every difference is exactly zero, by week."""
        return (self.values == 0.0).all(axis=0)

    def quantiles(self) -> Array:
        """The 5, 25, 50, 75 and 95% quantiles of differences over worlds, (5, weeks)."""
        return np.quantile(self.values, QUANTILES, axis=0)

    def median_interval(self, week: int) -> tuple[float, float]:
        """The 95% interval of the median difference; ends are infinite where too few worlds bound it."""
        if self.apart is None:
            return quantile_interval(self.values[:, week], 0.5)
        return _shift_interval(*(one[:, week] for one in self.apart))

    def middle(self, week: int) -> Middle:
        """The average difference that may be shown, see `ensemble.middles`."""
        if self.apart is None:
            return middle(self.values[:, week])
        return Middle("median", float(np.median(self.values[:, week])), *self.median_interval(week))

    @property
    def clear_from(self) -> int | None:
        """The first week from which on the difference has one side, the one it ends on."""
        side = self.side
        if side.size == 0 or side[-1] == 0:
            return None
        other = np.flatnonzero(side != side[-1])
        return int(other[-1]) + 1 if other.size else 0


def paired(base: Array, arm: Array) -> Difference:
    """Of worlds with the same draws and chance: row k of one with row k of the other, both (W, weeks)."""
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
    """Of worlds that have nothing in common, (W, weeks) and (V, weeks): the interval of the mean is Welch's.

    `values` are the differences of each world with up to 20 of the other arm, none with its own number.
    """
    a, b = np.asarray(base, dtype=np.float64), np.asarray(arm, dtype=np.float64)
    mean = b.mean(axis=0) - a.mean(axis=0)
    parts = [_variance(one) / len(one) for one in (a, b)]
    error = np.sqrt(parts[0] + parts[1])
    with np.errstate(invalid="ignore", divide="ignore"):
        freedom = error**4 / (parts[0] ** 2 / (len(a) - 1.0) + parts[1] ** 2 / (len(b) - 1.0))
    reach = _student(np.where(error > 0.0, freedom, np.inf)) * error
    n = min(len(a), len(b))
    shifts = range(1, min(OTHERS, n - 1) + 1) if n > 1 else (0,)
    values = np.concatenate([np.roll(b[:n], shift, axis=0) - a[:n] for shift in shifts])
    low, high = (mean - reach, mean + reach) if n >= 2 else (mean - np.inf, mean + np.inf)
    above, p = _ranks_p(a, b)
    return Difference(values, mean, low, high, p, _side(above, p), np.full(mean.shape, np.nan), n, (a, b))


def _side(which: Array, p: Array) -> Array:
    return np.where(p <= 1.0 - LEVEL, np.sign(which), 0)


def _sign_p(higher: Array, lower: Array) -> Array:
    """Two-sided p of so many pairs higher and lower (sign test): pairs that are equal say nothing."""
    from scipy.special import bdtr

    differing = higher + lower
    return np.where(differing > 0, np.minimum(1.0, 2.0 * bdtr(np.minimum(higher, lower), differing, 0.5)), 1.0)


def _ranks_p(a: Array, b: Array) -> tuple[Array, Array]:
    """By how much values of `b` rank above those of `a` by week, and its two-sided p (Mann and Whitney, with ties)."""
    from scipy.special import ndtr
    from scipy.stats import rankdata

    n, m = len(a), len(b)
    ranks = rankdata(np.concatenate([a, b]), axis=0)
    above = ranks[n:].sum(axis=0) - m * (n + m + 1.0) / 2.0
    # the variance of the ranks as they are is that of the formula less its correction for ties
    spread = np.sqrt(n * m / (n + m) * _variance(ranks))
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.maximum(np.abs(above) - 0.5, 0.0) / spread
    return above, np.where(spread > 0.0, 2.0 * ndtr(-z), 1.0)


def _shift_interval(a: Array, b: Array) -> tuple[float, float]:
    """The 95% interval of the median of all differences of values of `b` (m,) and `a` (n,) (Hodges and Lehmann)."""
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
    """Two-sided p, after Student, of means given in half-widths of their intervals."""
    from scipy.special import stdtr

    return 2.0 * stdtr(freedom, -np.abs(mean) * _student(np.asarray(freedom)))


def holm(p: Array, rate: float = 1.0 - LEVEL) -> Array:
    """Which of these tests hold, with a chance of at most `rate` that any false one is among them (Holm 1979)."""
    order = np.argsort(p, kind="stable")
    held = np.zeros(len(p), dtype=bool)
    for rank, i in enumerate(order):
        if p[i] > rate / (len(p) - rank):
            break
        held[i] = True
    return held
