"""From what happens in the model to what a source would report of it.

Core objects: `monthly_history` (a series as a forecaster on a past day knew it), `prorate` (weeks to months and other
windows by days), `rate_at` (how much of the flow a source reports, with what is uncertain about it) and `report` (draws
of the reported series). Rates drift: PIPS counted from 0.69 to 1.47 attacks for one of PICSS within ten years.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from regionsim.evidence.measures import Measure, Records, Window, add_months, longer_of, month_of, windows_of
from regionsim.evidence.records import Cell

type Array = npt.NDArray[np.float64]

DAYS_A_YEAR = 365.25
DAYS_A_MONTH = DAYS_A_YEAR / 12.0
_ENOUGH = 0.4  # of a month's days, for a window inside it to stand for it


def known_before(measure: Measure, records: Records, origin: date) -> list[Window]:
    """Windows that had ended by the day before the origin."""
    return windows_of(measure, records, date.fromordinal(origin.toordinal() - 1))


def monthly_history(measure: Measure, records: Records, origin: date) -> Array:
    """The series by month up to the month before the origin, oldest first, NaN where unknown, (T,).

    A month's own figure counts first, then a window within it that holds enough of its days, then the shortest window
    over it, years included: its share by days. Nothing that ended on or after the origin is used.
    """
    day_before = date.fromordinal(origin.toordinal() - 1)
    windows = known_before(measure, records, origin)
    years = longer_of(measure, records, day_before) if measure.longer else []
    spans = [*windows, *years]
    if not spans:
        return np.empty(0)
    first = month_of(min(one.begin for one in spans))[0]
    months = (origin.year - first.year) * 12 + origin.month - first.month
    values = np.full(max(months, 0), np.nan)
    for k in range(values.size):
        begin = add_months(first, k)
        found = [value for group in (windows, years) if (value := _of_month(group, begin)) is not None]
        values[k] = found[0] if found else np.nan
    return values


def _of_month(windows: Sequence[Window], begin: date) -> float | None:
    """What windows say of the month that begins on a day; None where nothing."""
    end = add_months(begin, 1)
    days = (end - begin).days
    best: tuple[int, float] | None = None
    for one in windows:
        length = (one.end - one.begin).days
        over = one.begin <= begin and one.end >= end
        inside = one.begin >= begin and one.end <= end and length >= _ENOUGH * days
        if (over or inside) and (best is None or abs(length - days) < best[0]):
            best = abs(length - days), one.value * days / length
    return None if best is None else best[1]


def prorate(flow: npt.ArrayLike, start: date, windows: Sequence[Window], days: int | None = 7) -> Array:
    """A flow by steps of `days` from the start, (W, steps), over windows by the days they share, (W, N).

    days: None for calendar months from the start. Windows must lie within the steps.
    """
    values = np.asarray(flow, dtype=np.float64)
    steps = values.shape[1]
    if days is None:
        edges = np.array([add_months(start, k).toordinal() for k in range(steps + 1)], dtype=np.float64)
    else:
        edges = start.toordinal() + float(days) * np.arange(steps + 1)
    shares = np.zeros((steps, len(windows)))
    for n, one in enumerate(windows):
        begin, end = one.begin.toordinal(), one.end.toordinal()
        if begin < edges[0] or end > edges[-1]:
            raise ValueError(f"the window {one.begin} to {one.end} is not within the steps played")
        common = np.minimum(edges[1:], end) - np.maximum(edges[:-1], begin)
        shares[:, n] = np.maximum(common, 0.0) / np.diff(edges)
    return np.asarray(values @ shares)


def rate_at(
    measure: Measure, history: Array, level: Array, parameters: Mapping[str, Array], rng: np.random.Generator
) -> Array:
    """Log of the rate at which the source reports the flow at the origin, (W,).

    level: the flow of the model at the origin by month, (W,). An anchored series has the rate that its own last months
    give, with the error of their mean; any other, or one with no recent month, has the rate of its parameter.
    """
    recent = history[-12:]
    known = recent[np.isfinite(recent)]
    worlds = level.size
    if measure.anchored and measure.counts and known.size:
        known = known[-max(round(float(parameters["measurement.level_months"][0])), 1) :]
        mean = max(float(known.mean()), 0.5 / known.size)
        error = np.sqrt(parameters["measurement.level_dispersion"] / (mean * known.size))
        return np.asarray(np.log(mean / level) + error * rng.standard_normal(worlds))
    if measure.anchored and known.size and known.mean() > 0.0:
        error = parameters[measure.drift] / math.sqrt(known.size)
        return np.asarray(np.log(known.mean() / level) + error * rng.standard_normal(worlds))
    return np.asarray(np.log(parameters[measure.rate])) if measure.rate else np.zeros(worlds)


@dataclass(frozen=True)
class Rate:
    """How a source reports a flow in each world, (W,): log of its rate at the origin, drift of that in a year, and its
    noise from month to month, both as standard deviations.
    """

    log: Array
    drift: Array
    noise: Array


def report(
    flow: Array, rate: Rate, windows: Sequence[Window], origin: date, rng: np.random.Generator, *, counts: bool
) -> Array:
    """What a source reports of a flow over windows, (W, N): the flow times a rate that walks away and scatters.

    The walk is one path; the noise of a window is that of its months together. Counts are thinned event by event where
    the rate is below 1, and added to by chance where it is above.
    """
    years, months = ages_of(windows, origin), np.array([(one.end - one.begin).days / DAYS_A_MONTH for one in windows])
    order = np.argsort(years, kind="stable")
    gaps = np.diff(years[order], prepend=0.0)
    steps = rng.standard_normal((rate.log.size, years.size)) * np.sqrt(np.maximum(gaps, 0.0))
    walk = np.empty_like(steps)
    walk[:, order] = np.cumsum(steps, axis=1) * rate.drift[:, np.newaxis]
    scatter = rng.standard_normal(steps.shape) * rate.noise[:, np.newaxis] / np.sqrt(months)
    times = np.exp(rate.log[:, np.newaxis] + walk + scatter)
    if not counts:
        return np.asarray(flow * times)
    whole = np.floor(flow + rng.random(flow.shape)).astype(np.int64)  # shares of a week's events, rounded by chance
    kept = rng.binomial(whole, np.minimum(times, 1.0))
    more = rng.poisson(whole * np.maximum(times - 1.0, 0.0))
    return np.asarray(kept + more, dtype=np.float64)


def ages_of(windows: Sequence[Window], origin: date) -> Array:
    """Years from the origin to the middle of each window, (N,)."""
    middles = [(one.begin.toordinal() + one.end.toordinal()) / 2.0 - origin.toordinal() for one in windows]
    return np.asarray(np.maximum(middles, 0.0)) / DAYS_A_YEAR


def merged(records: Records, more: Records) -> dict[str, Sequence[Mapping[str, Cell]]]:
    """Records of two collections by series: those of `more` after the others."""
    return {id: (*records.get(id, ()), *more.get(id, ())) for id in records.keys() | more.keys()}
