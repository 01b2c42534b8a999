"""What two sets of worlds say of the difference between them: paired world by world, or of two independent sets.

Core objects: `Difference` (at one date), `paired` and `unpaired` (arrays of worlds by weeks in), `holm`. Nothing here
reads files.

A difference is *clear* from the first week on from which, to the last week compared, the 95% interval of the mean
difference leaves zero out on the side it ends on. As the last week must be among them, a difference that does not exist
is called clear in at most about 5% of cases, however many weeks are looked at. Among k indicators some 0.05 k are to be
expected by chance: `holm` says which rows hold with at most 5% for all rows together. Where a few worlds in a thousand
carry the mean, its interval is too narrow, and nothing in the worlds at hand says so (docs/comparing.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from regionsim.ensemble.intervals import LEVEL, mean_interval

type Array = Any  # numpy
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
OTHERS = 20  # worlds of the other arm that each world is set against where worlds are not paired


@dataclass(frozen=True)
class Difference:
    """Arm minus baseline by week; worlds as rows.

    values: (n, weeks), a row per pair. mean, low, high (weeks,): the mean difference and its 95% interval. p: the
    chance of a mean as far from zero at each week if there were no difference. ratio: variance of unpaired over paired
    differences (weeks,), NaN where worlds are not paired or never differ.
    """

    values: Array
    mean: Array
    low: Array
    high: Array
    p: Array
    ratio: Array
    worlds: int

    @property
    def identical(self) -> Array:
        """Whether every difference is exactly zero, by week."""
        return (self.values == 0.0).all(axis=0)

    def quantiles(self) -> Array:
        """The 5, 25, 50, 75 and 95% quantiles of differences over worlds, (5, weeks)."""
        return np.quantile(self.values, QUANTILES, axis=0)

    @property
    def clear_from(self) -> int | None:
        """The first week from which on the interval leaves zero out to the end, on the side it ends on."""
        side = np.sign(self.low) * (np.sign(self.low) == np.sign(self.high))
        if side.size == 0 or side[-1] == 0:
            return None
        other = np.flatnonzero(side != side[-1])
        return int(other[-1]) + 1 if other.size else 0


def paired(base: Array, arm: Array) -> Difference:
    """Of worlds with the same draws and chance: row k of one with row k of the other, both (W, weeks)."""
    a, b = np.asarray(base, dtype=np.float64), np.asarray(arm, dtype=np.float64)
    values = b - a
    low, high = mean_interval(values, LEVEL)
    mean, n = values.mean(axis=0), len(values)
    spread = _variance(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt(spread / n)
        ratio = np.where(spread > 0.0, (_variance(a) + _variance(b)) / spread, np.nan)
    return Difference(values, mean, low, high, _p(mean, error, np.full(mean.shape, n - 1.0)), ratio, n)


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
    freedom = np.where(error > 0.0, freedom, np.inf)
    reach = _student(freedom) * error
    n = min(len(a), len(b))
    shifts = range(1, min(OTHERS, n - 1) + 1) if n > 1 else (0,)
    values = np.concatenate([np.roll(b[:n], shift, axis=0) - a[:n] for shift in shifts])
    known = min(len(a), len(b)) >= 2
    low, high = (mean - reach, mean + reach) if known else (mean - np.inf, mean + np.inf)
    return Difference(values, mean, low, high, _p(mean, error, freedom), np.full(mean.shape, np.nan), n)


def _variance(values: Array) -> Array:
    return values.var(axis=0, ddof=1) if len(values) > 1 else np.full(values.shape[1:], np.nan)


def _student(freedom: Array) -> Array:
    from scipy.special import ndtri, stdtrit

    share = 0.5 + LEVEL / 2.0
    finite = np.isfinite(freedom)
    return np.where(finite, stdtrit(np.where(finite, freedom, 1.0), share), ndtri(share))


def _p(mean: Array, error: Array, freedom: Array) -> Array:
    """Two-sided, after Student: 1 where nothing differs, 0 where all differ by the same."""
    from scipy.special import ndtr, stdtr

    with np.errstate(invalid="ignore", divide="ignore"):
        t = np.abs(mean / error)
    finite = np.isfinite(freedom) & (freedom > 0)
    p = 2.0 * np.where(finite, stdtr(np.where(finite, freedom, 1.0), -t), ndtr(-t))
    return np.where(np.isnan(t), np.where((mean == 0.0) | np.isnan(error), 1.0, 0.0), p)


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
