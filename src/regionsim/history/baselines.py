"""Simple forecasts that a model has to beat: each is given the history of the series and what the model is given.

Core objects: `BASELINES`, name -> function (history, horizon, rng, info) -> draws (n, horizon), and `Info`. History is
(T,), one value a month, oldest first, NaN where unknown. Those of the VIEWS competition are as published (S63): the
last value as the mean of a Poisson, and draws from the pool of the last twelve months. A baseline without data returns
NaN. `past_totals` forecasts totals of several months.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

type Array = npt.NDArray[np.float64]
type Baseline = Callable[[Array, int, np.random.Generator, "Info"], Array]

YEAR = 12
_FEWEST = 12  # pairs of months that an autoregression is fitted to
_HIGHEST = 5.0  # a path may reach this multiple of the highest known value
_STEPS = 25  # most iterations of the fit


@dataclass(frozen=True)
class Info:
    """What a forecast is given besides the history.

    draws: how many. counts: whether values are whole numbers. events: share of each month, of the history and then of
    the horizon, with an event of each kind that the arm reveals, (K, T + horizon), the kind nearest to the series
    first. onsets: months, with the same numbering, in which a pulse began.
    """

    draws: int = 200
    counts: bool = True
    events: Array = field(default_factory=lambda: np.zeros((0, 0)))
    onsets: tuple[int, ...] = ()


def _finite(history: Array) -> Array:
    return history[np.isfinite(history)]


def _all_nan(horizon: int, info: Info) -> Array:
    return np.full((info.draws, horizon), np.nan)


def _last_year(history: Array) -> Array:
    """Known values of the last twelve months; the last twelve known values where there are none."""
    recent = _finite(history[-YEAR:])
    return recent if recent.size else _finite(history)[-YEAR:]


def _from_logs(paths: Array, history: Array, info: Info) -> Array:
    """Draws from paths of log(1 + x), capped at `_HIGHEST` times the highest known value."""
    values = np.expm1(np.clip(paths, 0.0, np.log1p(_HIGHEST * max(float(_finite(history).max()), 1.0))))
    return np.asarray(np.rint(values) if info.counts else values)


def last_value(history: Array, horizon: int, rng: np.random.Generator, info: Info) -> Array:
    """The last known value as the mean of a Poisson in every month (S63), also for flows of money or people."""
    finite = _finite(history)
    if not finite.size:
        return _all_nan(horizon, info)
    return rng.poisson(finite[-1], (info.draws, horizon)).astype(np.float64)


def last_year(history: Array, horizon: int, rng: np.random.Generator, info: Info) -> Array:
    """Draws from the pool of the series' own last twelve months (S63, there called conflictology)."""
    pool = _last_year(history)
    return rng.choice(pool, (info.draws, horizon)) if pool.size else _all_nan(horizon, info)


def climatology(history: Array, horizon: int, rng: np.random.Generator, info: Info) -> Array:
    """Draws from all known months."""
    pool = _finite(history)
    return rng.choice(pool, (info.draws, horizon)) if pool.size else _all_nan(horizon, info)


def seasonal(history: Array, horizon: int, rng: np.random.Generator, info: Info) -> Array:
    """The value of the same month a year before, plus yearly changes drawn from the history, in logs.

    Where that month is unknown, the mean level of the last year stands in.
    """
    pool = _last_year(history)
    if not pool.size:
        return _all_nan(horizon, info)
    logs = np.log1p(history)
    steps = _finite(logs[YEAR:] - logs[:-YEAR]) if history.size > YEAR else np.zeros(0)
    months = np.arange(horizon) % YEAR - YEAR
    base = np.array([logs[k] if -k <= logs.size else np.nan for k in months])
    base = np.where(np.isfinite(base), base, np.log1p(pool).mean())
    noise = rng.choice(steps, (info.draws, horizon)) if steps.size else np.zeros((info.draws, horizon))
    return _from_logs(base + noise, history, info)


def drift(history: Array, horizon: int, rng: np.random.Generator, info: Info) -> Array:
    """A random walk in logs from the last value, with steps drawn from the history, their mean included."""
    logs = np.log1p(history)
    if not _finite(logs).size:
        return _all_nan(horizon, info)
    steps = _finite(np.diff(logs))
    walk = rng.choice(steps, (info.draws, horizon)) if steps.size else np.zeros((info.draws, horizon))
    return _from_logs(_finite(logs)[-1] + np.cumsum(walk, axis=1), history, info)


# -- autoregression ----------------------------------------------------------------------------------------------------


def autoregression(history: Array, horizon: int, rng: np.random.Generator, info: Info) -> Array:
    """Negative-binomial autoregression with a trend: log mean = a + b log(1 + last month) + c t.

    Fitted by Poisson quasi-likelihood with the dispersion by moments; paths are simulated with coefficients drawn from
    their normal approximation. With fewer than a year of pairs it is the pool of the last twelve months.
    """
    logs = np.log1p(history)
    pairs = np.flatnonzero(np.isfinite(history[1:]) & np.isfinite(history[:-1])) + 1
    if pairs.size < _FEWEST:
        return last_year(history, horizon, rng, info)
    scale = float(history.size)
    design = np.stack([np.ones(pairs.size), logs[pairs - 1], (pairs - history.size) / scale], axis=1)
    fit = _quasi_poisson(design, history[pairs])
    if fit is None:
        return last_year(history, horizon, rng, info)
    centre, spread, size = fit
    drawn = rng.multivariate_normal(centre, spread, info.draws, method="eigh")
    drawn[:, 1] = np.clip(drawn[:, 1], -1.0, 1.0)
    last = np.full(info.draws, _finite(logs)[-1])
    top = _HIGHEST * max(float(_finite(history).max()), 1.0)
    paths = np.empty((info.draws, horizon))
    for step in range(horizon):
        mean = np.exp(np.clip(drawn[:, 0] + drawn[:, 1] * last + drawn[:, 2] * step / scale, -20.0, np.log(top)))
        paths[:, step] = rng.poisson(mean * rng.gamma(size, 1.0 / size, info.draws))
        last = np.log1p(np.minimum(paths[:, step], top))
    return paths


def _quasi_poisson(design: Array, y: Array) -> tuple[Array, Array, float] | None:
    """Coefficients, their covariance and the negative-binomial size; None where the fit fails."""
    beta = np.array([np.log(y.mean() + 0.1), *np.zeros(design.shape[1] - 1)])
    ridge = 1e-6 * np.eye(design.shape[1])
    for _ in range(_STEPS):
        mean = np.exp(np.clip(design @ beta, -20.0, 20.0))
        information = design.T @ (design * mean[:, np.newaxis]) + ridge
        change = np.linalg.solve(information, design.T @ (y - mean))
        beta = beta + np.clip(change, -2.0, 2.0)
        if np.abs(change).max() < 1e-8:
            break
    mean = np.exp(np.clip(design @ beta, -20.0, 20.0))
    freedom = max(y.size - design.shape[1], 1)
    over = float((((y - mean) ** 2 - y) / mean**2).sum() / freedom)
    dispersion = max(float(((y - mean) ** 2 / mean).sum()) / freedom, 1.0)
    covariance = dispersion * np.linalg.inv(design.T @ (design * mean[:, np.newaxis]) + ridge)
    if not (np.isfinite(beta).all() and np.isfinite(covariance).all()):
        return None
    return beta, covariance, 1.0 / min(max(over, 1e-6), 1e3)


# -- known events ------------------------------------------------------------------------------------------------------


def event_dummies(history: Array, horizon: int, rng: np.random.Generator, info: Info) -> Array:
    """The pool of the last twelve months; months with an event are multiplied by the past effect of such months. Only
    the kind of event nearest to the series counts.
    """
    return _with_effects(history, horizon, rng, info, info.events[:1])


def all_events(history: Array, horizon: int, rng: np.random.Generator, info: Info) -> Array:
    """As `event_dummies`, with the effects of every kind of event given; NaN where only one kind is given."""
    if len(info.events) == 1:
        return _all_nan(horizon, info)
    return _with_effects(history, horizon, rng, info, info.events)


def _with_effects(history: Array, horizon: int, rng: np.random.Generator, info: Info, events: Array) -> Array:
    draws = last_year(history, horizon, rng, info)
    n = history.size
    effect = sum((_effect(history, share[:n]) * share[n:] for share in events), np.zeros(horizon))
    if not effect.any():
        return draws
    values = np.expm1(np.maximum(np.log1p(draws) + effect, 0.0))
    return np.asarray(np.rint(values) if info.counts else values)


def _effect(history: Array, share: Array) -> float:
    """The effect on log(1 + x) of a whole month of the event: regression on the share of the month with it, against the
    level of months without it within a year. It is shrunk toward zero by the weight of one month, so that a single past
    event does not count in full.
    """
    logs, observed = np.log1p(history), np.isfinite(history)
    gaps = []
    for k in np.flatnonzero(observed & (share > 0.0)):
        quiet = observed & (share == 0.0) & (np.abs(np.arange(history.size) - k) <= YEAR)
        if quiet.any():
            gaps.append((share[k], logs[k] - logs[quiet].mean()))
    weight, gap = np.array(gaps).reshape(-1, 2).T
    return float((weight * gap).sum() / ((weight**2).sum() + 1.0))


def pulse_curves(history: Array, horizon: int, rng: np.random.Generator, info: Info) -> Array:
    """Quiet months and, after each known onset, the multiples of the quiet level that followed past onsets.

    Each draw takes one past episode; with none observed, nothing is added. The quiet level is the median of the twelve
    months before an onset; for the forecast, that of the last twelve months outside pulses.
    """
    if not _finite(history).size:
        return _all_nan(horizon, info)
    past = [k for k in info.onsets if k < history.size]
    curves = [curve for k in past if (curve := _pulse(history, k)) is not None]
    outside = np.ones(history.size, dtype=np.bool_)
    for k in past:
        outside[k : k + YEAR] = False
    quiet = _last_year(np.where(outside, history, np.nan)) if np.isfinite(history[outside]).any() else _finite(history)
    draws = rng.choice(quiet, (info.draws, horizon))
    if not curves:
        return draws
    taken = rng.integers(0, len(curves), info.draws)
    level = np.median(quiet)
    for k in info.onsets:
        first = k - history.size
        for month in range(max(first, 0), min(first + YEAR, horizon)):
            more = np.array([curve[month - first] for curve in curves])[taken]
            draws[:, month] = draws[:, month] + level * np.maximum(more - 1.0, 0.0)
    return np.asarray(np.rint(draws) if info.counts else draws)


def _pulse(history: Array, onset: int) -> Array | None:
    """Multiples of the quiet level in the year from an onset, interpolated between known months; None if too few."""
    before, after = _finite(history[max(onset - YEAR, 0) : onset]), history[onset : onset + YEAR]
    observed = np.flatnonzero(np.isfinite(after))
    if not before.size or observed.size < 2 or np.median(before) <= 0.0:
        return None
    curve = np.interp(np.arange(YEAR), observed, after[observed] / np.median(before))
    curve[observed[-1] + 1 :] = 1.0  # not observed: taken as quiet
    return np.asarray(curve)


# -- totals of several months ------------------------------------------------------------------------------------------


def past_totals(history: Array, horizon: int, rng: np.random.Generator, info: Info) -> Array:
    """Totals of the first 1, 2, ... months, (n, horizon): the last total of as many months, times a change from one
    such total to the next drawn from the history, times the past effect of events of the nearest kind.

    Months drawn one by one would make totals too sure, as a good year has many good months. A draw has the same rank
    among the changes for every number of months. Totals count a missing month as the mean of the others, if half are
    known. NaN for numbers of months of which the history holds fewer than two totals.
    """
    totals, places = np.full((info.draws, horizon), np.nan), rng.random(info.draws)
    effect = _effect(history, info.events[0, : history.size]) if len(info.events) and history.size else 0.0
    shares = info.events[0, history.size :] if len(info.events) else np.zeros(horizon)
    for months in range(1, horizon + 1):
        past = _trailing(history, months)
        changes = np.sort(_finite(np.log1p(past[months:]) - np.log1p(past[:-months])))
        if not changes.size or not np.isfinite(past[-1]):
            continue
        drawn = changes[np.minimum((places * changes.size).astype(np.int64), changes.size - 1)]
        times = float(np.exp(effect * shares[:months]).mean())
        totals[:, months - 1] = times * _from_logs(np.log1p(past[-1]) + drawn, past, info)
    return np.asarray(np.rint(totals) if info.counts else totals)


def _trailing(history: Array, months: int) -> Array:
    """The total of the `months` months up to each, (T,), NaN where fewer than half are known."""
    if history.size < months:
        return np.full(max(history.size, 1), np.nan)
    known = np.isfinite(history).astype(np.float64)
    sums, count = (np.convolve(values, np.ones(months))[: history.size] for values in (np.nan_to_num(history), known))
    whole = (count >= months / 2.0) & (np.arange(history.size) >= months - 1)
    return np.where(whole, sums * months / np.maximum(count, 1.0), np.nan)


def frozen_shares(history: npt.ArrayLike, horizon: int, draws: int, rng: np.random.Generator) -> Array:
    """Constant shares of the last twelve known months of a history (T, K): draws (n, horizon, K), adding up to 1.

    Each draw has the shares of a pool resampled from those months.
    """
    values = np.asarray(history, dtype=np.float64)
    recent = values[np.isfinite(values).all(axis=1)][-YEAR:]
    if not recent.size or recent.sum() <= 0.0:
        return np.full((draws, horizon, values.shape[1]), 1.0 / values.shape[1])
    pool = recent[rng.integers(0, len(recent), (draws, len(recent)))].sum(axis=1)
    pool = np.where(pool.sum(axis=1, keepdims=True) > 0.0, pool, recent.sum(axis=0))
    shares = pool / pool.sum(axis=1, keepdims=True)
    return np.repeat(shares[:, np.newaxis, :], horizon, axis=1)


BASELINES: dict[str, Baseline] = {
    "last value": last_value,
    "last year": last_year,
    "climatology": climatology,
    "seasonal": seasonal,
    "drift": drift,
    "autoregression": autoregression,
    "event dummies": event_dummies,
    "all events": all_events,
    "pulse curves": pulse_curves,
}
