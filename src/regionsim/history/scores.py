"""Scores of forecasts, given as draws, against observations.

Core objects: `crps`, `log_score`, `interval_score`, `energy_score`, `censored_log_score`, `share_error` (in each,
smaller is better), `pit` and `uniformity`, `coverage`, `skill` and `effective_n`. Draws are (M, N): M draws of N
forecasts. CRPS, interval and energy score come from `scoringrules` (S154), a dependency of the extra `analysis`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from regionsim.errors import InputError, install_line
from regionsim.stats.intervals import share_interval

type Array = npt.NDArray[np.float64]

TOO_FEW = 10
"""No skill is claimed with fewer forecasts than this."""
_WIDE = 2.0  # width of the kernel for outcomes beyond all draws, in log points
_NARROW = 0.02  # least width of a kernel, for draws that are all equal
_RESAMPLES = 2000


@dataclass(frozen=True)
class ScoreInterval:
    """An estimate from `n` observations, and its confidence interval."""

    value: float
    low: float
    high: float
    n: int


def _rules() -> Any:
    try:
        import scoringrules
    except ImportError:
        raise InputError(f"scores need scoringrules: {install_line('analysis')}") from None
    return scoringrules


def _checked(draws: npt.ArrayLike, observed: npt.ArrayLike) -> tuple[Array, Array]:
    x, y = np.asarray(draws, dtype=np.float64), np.asarray(observed, dtype=np.float64)
    if x.ndim != 2 or y.shape != x.shape[1:] or not len(x):
        raise ValueError(f"draws must be (M, N) and observed (N,), not {x.shape} and {y.shape}")
    return x, y


def crps(draws: npt.ArrayLike, observed: npt.ArrayLike, *, log: bool = False, fair: bool = True) -> Array:
    """Continuous ranked probability score of each forecast, (N,).

    log: of log(1 + x), for counts over orders of magnitude. fair: unbiased in the number of draws, so that a forecast
    with few draws is not penalised; it may then fall below zero.
    """
    x, y = _checked(draws, observed)
    if log:
        x, y = np.log1p(x), np.log1p(y)
    estimator = "fair" if fair and len(x) > 1 else "nrg"
    return np.asarray(_rules().crps_ensemble(y, x.T, estimator=estimator, backend="numpy"), dtype=np.float64)


def interval_score(draws: npt.ArrayLike, observed: npt.ArrayLike, level: float) -> Array:
    """Interval score of the central interval that holds `level` of the draws, (N,): width plus a penalty for a miss."""
    x, y = _checked(draws, observed)
    low, high = np.quantile(x, [(1.0 - level) / 2.0, (1.0 + level) / 2.0], axis=0)
    values = _rules().interval_score(y, low, high, 1.0 - level, backend="numpy")
    return np.asarray(values, dtype=np.float64).reshape(y.shape)  # scoringrules returns a scalar for one forecast


def energy_score(draws: npt.ArrayLike, observed: npt.ArrayLike) -> float:
    """Energy score of a joint path: draws (M, D) against one observed path (D,)."""
    x, y = _checked(draws, observed)
    return float(_rules().es_ensemble(y, x, backend="numpy"))


# -- scores of smoothed draws ------------------------------------------------------------------------------------------


def log_score(draws: npt.ArrayLike, observed: npt.ArrayLike) -> Array:
    """Negative log probability of observed counts, (N,), under draws smoothed on the scale of log(1 + x).

    Each draw is a normal kernel with the width of Silverman's rule, cut at half integers. One more kernel of weight
    1 / (M + 1), two log points wide about the median, covers outcomes beyond all draws, so that no score is infinite.
    The probabilities of 0, 1, 2, ... add up to 1.
    """
    x, y = _checked(draws, observed)
    mass = _below(x, y + 0.5) - np.where(y > 0.0, _below(x, y - 0.5), 0.0)
    return np.asarray(-np.log(np.maximum(mass, 1e-300)))


def censored_log_score(draws: npt.ArrayLike, observed: npt.ArrayLike, censored: npt.ArrayLike) -> Array:
    """Log score of lengths in whole days, (N,); a length still running when last observed (censored) is scored by the
    probability of lasting as long or longer. Draws are smoothed as in `log_score`.
    """
    x, y = _checked(draws, observed)
    running = np.asarray(censored, dtype=np.bool_)
    beyond = 1.0 - np.where(y > 0.0, _below(x, y - 0.5), 0.0)
    return np.where(running, -np.log(np.maximum(beyond, 1e-300)), log_score(x, y))


def _below(x: Array, at: Array) -> Array:
    """Probability of less than `at` (N,) under the smoothed draws."""
    from scipy.special import ndtr

    z = np.log1p(np.maximum(x, 0.0))
    edge = np.log1p(np.maximum(at, 0.0))
    spread = np.minimum(z.std(axis=0), np.subtract(*np.quantile(z, [0.75, 0.25], axis=0)) / 1.34)
    spread = np.where(spread > 0.0, spread, z.std(axis=0))
    width = np.maximum(0.9 * spread * len(z) ** -0.2, _NARROW)
    kernels = ndtr((edge - z) / width).sum(axis=0)
    wide = ndtr((edge - np.median(z, axis=0)) / _WIDE)
    return np.asarray((kernels + wide) / (len(z) + 1.0))


def share_error(draws: npt.ArrayLike, observed: npt.ArrayLike) -> float:
    """Mean over draws of the summed absolute differences of shares: draws (M, K) against (K,), given the total.

    It is the relative difference that Flee reports (S142): 0 is perfect, 1 means half of all in the wrong place.
    """
    x, y = _checked(draws, observed)
    totals = x.sum(axis=1, keepdims=True)
    shares = np.divide(x, totals, out=np.full_like(x, 1.0 / x.shape[1]), where=totals > 0.0)
    return float(np.abs(shares - y / y.sum()).sum(axis=1).mean())


# -- calibration -------------------------------------------------------------------------------------------------------


def pit(draws: npt.ArrayLike, observed: npt.ArrayLike, rng: np.random.Generator) -> Array:
    """Probability integral transform: rank of each observation among its draws, 0..1, (N,); ties are broken at random.

    Uniform if observations and draws have the same distribution.
    """
    x, y = _checked(draws, observed)
    below, equal = (x < y).sum(axis=0), (x == y).sum(axis=0)
    return np.asarray((below + rng.random(y.size) * (equal + 1.0)) / (len(x) + 1.0))


def uniformity(places: npt.ArrayLike, groups: npt.ArrayLike | None = None, most: float = math.inf) -> float:
    """P value of uniform `places` (Kolmogorov-Smirnov test).

    Places are independent, or with `groups` have the effective sample size of `effective_n_of_groups`, at most `most`.
    """
    from scipy.stats import kstest, kstwo

    values = np.asarray(places, dtype=np.float64)
    if not values.size:
        return math.nan
    test = kstest(values, "uniform")
    if groups is None:
        return float(test.pvalue)
    return float(kstwo.sf(test.statistic, max(round(effective_n_of_groups(values, groups, most)), 1)))


def coverage(
    draws: npt.ArrayLike, observed: npt.ArrayLike, level: float, groups: npt.ArrayLike | None = None,
    most: float = math.inf,
) -> ScoreInterval:  # fmt: skip
    """Share of observations within the central interval of their draws, with its exact binomial 95% interval.

    groups: labels (N,) in the order of time, such as origins, where forecasts depend within groups and on neighbours;
    the interval then uses the effective sample size (`effective_n_of_groups`), at most `most`, such as the number of
    outcomes.
    """
    x, y = _checked(draws, observed)
    if not y.size:
        return ScoreInterval(math.nan, math.nan, math.nan, 0)
    low, high = np.quantile(x, [(1.0 - level) / 2.0, (1.0 + level) / 2.0], axis=0)
    inside = ((low <= y) & (y <= high)).astype(np.float64)
    share = float(inside.mean())
    n = float(y.size) if groups is None else effective_n_of_groups(inside, groups, most)
    return ScoreInterval(share, *share_interval(share * n, n), y.size)


def effective_n_of_groups(values: npt.ArrayLike, groups: npt.ArrayLike, most: float) -> float:
    """Effective sample size of grouped values (N,), from 1 to `most`, by the variance and autocorrelation of the means
    of groups in the order of time.

    Fewer than three groups, or values without spread, do not show how alike the values of a group are: each group then
    counts as one value.
    """
    x, labels = np.asarray(values, dtype=np.float64), np.asarray(groups)
    top = min(float(x.size), most)
    means = np.array([x[labels == label].mean() for label in np.unique(labels)])
    if means.size < 3 or x.std() == 0.0:
        return min(float(means.size), top)
    if means.std() == 0.0:
        return top
    return min(max(float(x.var()) * effective_n(means) / float(means.var(ddof=1)), 1.0), top)


# -- one forecast against another --------------------------------------------------------------------------------------


_WIDEST_LOG = 100.0  # half of an interval of the log ratio; one this wide says nothing


def skill(ours: npt.ArrayLike, theirs: npt.ArrayLike, block: int, rng: np.random.Generator) -> ScoreInterval:
    """1 - mean score of ours / mean score of theirs, over pairs in the order of time, with a 95% interval.

    The standard error of the log ratio comes from a circular block bootstrap, as neighbouring pairs are alike; the
    interval is Student's (`reach`). Bounds are NaN below `TOO_FEW` pairs, where one block holds all pairs, where a
    mean is not above 0, as may happen with fair CRPS, and where theirs are zero but for few pairs, so that a ratio has
    no bound.
    """
    a, b = np.asarray(ours, dtype=np.float64), np.asarray(theirs, dtype=np.float64)
    if a.shape != b.shape or a.ndim != 1:
        raise ValueError("scores must be pairs, (N,) each")
    n = a.size
    if not n or b.mean() == 0.0:
        return ScoreInterval(math.nan, math.nan, math.nan, n)
    value = 1.0 - float(a.mean() / b.mean())
    if n < TOO_FEW or n <= block:
        return ScoreInterval(value, math.nan, math.nan, n)
    rows = blocks(n, block, rng)
    ratios = a[rows].mean(axis=1) / np.maximum(b[rows].mean(axis=1), 1e-300)
    if value >= 1.0 or ratios.min() <= 0.0:
        return ScoreInterval(value, math.nan, math.nan, n)
    margin = reach(np.log(ratios), n, block)
    if margin > _WIDEST_LOG:
        return ScoreInterval(value, math.nan, math.nan, n)
    return ScoreInterval(value, 1.0 - (1.0 - value) * math.exp(margin), 1.0 - (1.0 - value) * math.exp(-margin), n)


def blocks(n: int, block: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Rows of n values resampled by a circular block bootstrap, (resamples, n)."""
    length = min(max(block, 1), n)
    first = rng.integers(0, n, size=(_RESAMPLES, math.ceil(n / length)))
    return np.asarray(((first[:, :, np.newaxis] + np.arange(length)) % n).reshape(_RESAMPLES, -1)[:, :n])


def reach(resampled: npt.ArrayLike, n: int, block: int) -> float:
    """Half the width of Student's 95% interval from bootstrap estimates of n values; quantiles of so few blocks would
    be too narrow.
    """
    from scipy.special import stdtrit

    return float(stdtrit(freedom(n, block), 0.975)) * float(np.std(np.asarray(resampled, dtype=np.float64)))


def freedom(n: int, block: int) -> int:
    """Degrees of freedom of n values in blocks: the number of blocks less one, at least 1."""
    return max(math.ceil(n / max(block, 1)) - 1, 1)


def effective_n(values: npt.ArrayLike) -> float:
    """Effective sample size of n dependent values, by their autocorrelation, from 1 to n.

    n / (1 + 2 * sum of (1 - k / n) r_k) over the first lags, up to the first that is not positive.
    """
    x = np.asarray(values, dtype=np.float64)
    n = x.size
    if n < 3 or x.std() == 0.0:
        return float(n)
    centred = x - x.mean()
    total = 0.0
    for lag in range(1, n):
        r = float((centred[lag:] * centred[:-lag]).sum() / (centred**2).sum())
        if r <= 0.0:
            break
        total += (1.0 - lag / n) * r
    return min(max(n / (1.0 + 2.0 * total), 1.0), float(n))
