"""Measurement model: from flows of the model to what a source reports of them.

Core objects: `monthly_history` (a series as a forecaster on a past day knew it), `prorate` (weeks to months and other
windows by days), `rate_at` (the share of a flow that a source reports, and its uncertainty) and `report` (draws of the
reported series). Rates drift and return to a mean (an Ornstein-Uhlenbeck process): PIPS counted 0.69 to 1.47 attacks
for each one of PICSS within ten years.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from regionsim.evidence.measures import Measure, Records, Window, add_months, longer_of, month_of, windows_of
from regionsim.stats.levels import UNKNOWN, pull_of, rate_kernel

type Array = npt.NDArray[np.float64]

MONTHS = 12
"""Months in a year, and in the forecast from each origin."""
DAYS_A_YEAR = 365.25
DAYS_A_MONTH = DAYS_A_YEAR / MONTHS
_ENOUGH = 0.4  # a window inside a month stands for it from this share of its days


def known_before(measure: Measure, records: Records, origin: date) -> list[Window]:
    """Windows that had ended by the day before the origin."""
    return windows_of(measure, records, date.fromordinal(origin.toordinal() - 1))


def monthly_history(measure: Measure, records: Records, origin: date) -> Array:
    """The series by month up to the month before the origin, oldest first, NaN where unknown, (T,).

    A month's own figure counts first, then a window within it that holds enough of its days, then the share by days of
    the shortest window over it, years included. Nothing that ended on or after the origin is used.
    """
    day_before = date.fromordinal(origin.toordinal() - 1)
    windows = known_before(measure, records, origin)
    years = longer_of(measure, records, day_before) if measure.longer else []
    spans = [*windows, *years]
    if not spans:
        return np.empty(0)
    first = month_of(min(window.begin for window in spans))[0]
    months = (origin.year - first.year) * 12 + origin.month - first.month
    values = np.full(max(months, 0), np.nan)
    for k in range(values.size):
        begin = add_months(first, k)
        candidates = [value for group in (windows, years) if (value := _of_month(group, begin)) is not None]
        values[k] = candidates[0] if candidates else np.nan
    return values


def _of_month(windows: Sequence[Window], begin: date) -> float | None:
    """The month's figure from the window nearest to it in length; None where there is none."""
    end = add_months(begin, 1)
    days = (end - begin).days
    best: tuple[int, float] | None = None
    for window in windows:
        length = (window.end - window.begin).days
        over = window.begin <= begin and window.end >= end
        inside = window.begin >= begin and window.end <= end and length >= _ENOUGH * days
        if (over or inside) and (best is None or abs(length - days) < best[0]):
            best = abs(length - days), window.value * days / length
    return None if best is None else best[1]


def prorate(flow: npt.ArrayLike, start: date, windows: Sequence[Window], days: int | None = 7) -> Array:
    """A flow by steps of `days` from the start, (W, steps), prorated by days to windows, (W, N).

    days: None for calendar months from the start. Raises ValueError for a window that is not within the steps.
    """
    values = np.asarray(flow, dtype=np.float64)
    steps = values.shape[1]
    if days is None:
        edges = np.array([add_months(start, k).toordinal() for k in range(steps + 1)], dtype=np.float64)
    else:
        edges = start.toordinal() + float(days) * np.arange(steps + 1)
    shares = np.zeros((steps, len(windows)))
    for n, window in enumerate(windows):
        begin, end = window.begin.toordinal(), window.end.toordinal()
        if begin < edges[0] or end > edges[-1]:
            raise ValueError(f"the window {window.begin} to {window.end} is not within the steps played")
        common = np.minimum(edges[1:], end) - np.maximum(edges[:-1], begin)
        shares[:, n] = np.maximum(common, 0.0) / np.diff(edges)
    return np.asarray(values @ shares)


def rate_at(
    measure: Measure,
    history: Array,
    level: Array,
    parameters: Mapping[str, Array],
    rng: np.random.Generator,
    known: tuple[float, float] | None = None,
) -> tuple[Array, Array]:
    """Log of the rate at which the source reports the flow at the origin, and the mean to which it returns, (W,) each.

    level: the flow of the model in each of the twelve months before the origin, (W, 12). The rate of an anchored series
    comes from its own last months: for counts their mean, for other flows the best estimate of a rate that moves,
    observed with noise; so does the mean of the latter. Any other series, or one with no recent month, has the rate of
    its parameter, or what is `known` of it from earlier months: its log and the standard deviation.
    """
    declared = np.log(parameters[measure.rate]) if measure.rate else np.zeros(len(level))
    months = np.flatnonzero(np.isfinite(history[-MONTHS:])) - min(history.size, MONTHS)
    if not measure.counts:
        months = months[history[months] > 0.0]
    if not measure.anchored or not months.size:
        now = declared if known is None else known[0] + known[1] * rng.standard_normal(len(level))
        return now, declared
    if measure.counts:
        months = months[-max(round(float(parameters["measurement.level_months"][0])), 1) :]
        mean = max(float(history[months].mean()), 0.5 / months.size)
        error: Array | float = np.sqrt(parameters["measurement.level_dispersion"] / (mean * months.size))
        log = np.log(mean / level[:, months].mean(axis=1))
        return np.asarray(log + error * rng.standard_normal(len(level))), declared
    drift, noise, half_life = (
        float(np.mean(parameters[name])) if name else 0.0
        for name in (measure.drift, measure.noise or measure.drift, measure.half_life)
    )
    weights, spread = _now_and_mean(-(months + 0.5) / MONTHS, drift, noise, half_life)
    both = np.log(history[months] / level[:, months]) @ weights
    both = both + rng.standard_normal((len(level), 2)) @ spread.T
    return np.asarray(both[:, 0]), np.asarray(both[:, 1])


def _now_and_mean(ages: Array, drift: float, noise: float, half_life: float) -> tuple[Array, Array]:
    """Weights (N, 2) of logs observed `ages` years ago for the present rate and for the mean to which it returns, and
    a root of the covariance of their errors, (2, 2).

    Nothing is known of the mean beforehand: the faster the rate moves, the less earlier values count for the present. A
    rate without a half-life returns to no mean; its second column means nothing.
    """
    among = UNKNOWN + rate_kernel(np.subtract.outer(ages, ages), drift, half_life) + noise**2 * np.eye(ages.size)
    to_both = UNKNOWN + np.stack([rate_kernel(ages, drift, half_life), np.zeros(ages.size)], axis=1)
    weights = np.linalg.solve(among, to_both)
    before = np.array([[UNKNOWN + float(rate_kernel(0.0, drift, half_life)), UNKNOWN], [UNKNOWN, UNKNOWN]])
    values, vectors = np.linalg.eigh(before - to_both.T @ weights)
    return np.asarray(weights), np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))


@dataclass(frozen=True)
class Rate:
    """How a source reports a flow in each world, (W,): log of its rate at the origin, standard deviations of the rate's
    drift in a year and of its noise from month to month, the mean log to which it returns, and the half-life of what is
    off it in months, 0 where nothing returns.
    """

    log: Array
    drift: Array
    noise: Array
    mean: Array
    half_life: Array


def report(
    flow: Array, rate: Rate, windows: Sequence[Window], origin: date, rng: np.random.Generator, *, counts: bool
) -> Array:
    """What a source reports of a flow over windows, (W, N): the flow times a rate with drift and noise.

    The drift is one path over the windows; the noise of a window is that of its months together. Counts are
    thinned event by event where the rate is below 1, and random events are added where it is above.
    """
    years = ages_of(windows, origin)
    months = np.array([(window.end - window.begin).days / DAYS_A_MONTH for window in windows])
    order = np.argsort(years, kind="stable")
    gaps = np.diff(years[order], prepend=0.0)
    steps = rng.standard_normal((rate.log.size, years.size))
    path = np.empty_like(steps)
    path[:, order] = _path(rate, np.maximum(gaps, 0.0), steps)
    scatter = rng.standard_normal(steps.shape) * rate.noise[:, np.newaxis] / np.sqrt(months)
    times = np.exp(path + scatter)
    if not counts:
        return np.asarray(flow * times)
    events = np.floor(flow + rng.random(flow.shape)).astype(np.int64)  # shares of a week's events, rounded by chance
    thinned = rng.binomial(events, np.minimum(times, 1.0))
    added = rng.poisson(events * np.maximum(times - 1.0, 0.0))
    return np.asarray(thinned + added, dtype=np.float64)


def _path(rate: Rate, gaps: Array, steps: Array) -> Array:
    """Log of the rate after each of the gaps in years, one after the other, (W, N), from standard normal steps."""
    returns = rate.half_life > 0.0
    pull = np.where(returns, pull_of(np.where(returns, rate.half_life, 1.0)), 0.0)
    now, path = rate.log, np.empty_like(steps)
    for n, gap in enumerate(gaps):
        left = np.exp(-pull * gap)
        moved = np.where(returns, (1.0 - left**2) / np.where(returns, 2.0 * pull, 1.0), gap)
        off = np.where(returns, (now - rate.mean) * left + rate.mean, now)
        now = path[:, n] = off + rate.drift * np.sqrt(moved) * steps[:, n]
    return path


def ages_of(windows: Sequence[Window], origin: date) -> Array:
    """Years from the origin to the middle of each window, (N,)."""
    middles = [(window.begin.toordinal() + window.end.toordinal()) / 2.0 - origin.toordinal() for window in windows]
    return np.asarray(np.maximum(middles, 0.0)) / DAYS_A_YEAR
