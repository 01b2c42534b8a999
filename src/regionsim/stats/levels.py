"""The level of a flow on a day, from what was reported of months, windows and years: Gaussian, in logs.

Core objects: `Report` (one figure, as shares of the months it covers), `Rate` (how a source's rate of reporting moves),
`level_at_end`, `rates_at_end` and `rate_kernel`. The log level is a random walk of which nothing is known beforehand; a
month departs from it by noise that all reports of the month share, so that a window and the months within it are no
independent evidence; each source reports at a rate of its own, which returns to its mean.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

type Array = npt.NDArray[np.float64]

UNKNOWN = 100.0
"""Variance of what nothing is known about, log points squared."""


class Report(NamedTuple):
    """A figure: share of each month in it, (T,), adding up to 1; its log over what a level of 1 gives; the standard
    deviation of its own error in log points; its source.
    """

    shares: Array
    log: float
    error: float
    source: str = ""


class Rate(NamedTuple):
    """Mean log of a source's rate and its standard deviation; drift in a year; half-life in months, 0 for none."""

    mean: float
    sd: float
    drift: float
    half_life: float


def level_at_end(
    reports: Sequence[Report], walk: float, noise: float, rates: Mapping[str, Rate]
) -> tuple[float, float]:
    """Log level at the end of the last month, and its standard deviation.

    walk: standard deviation of a year's change of the level. noise: that of a month about it. rates: of sources that
    do not report at a rate of 1.
    """
    shares, among, known = _moments(reports, walk, noise, rates)
    months = np.arange(shares.shape[1]) + 0.5
    to_end = shares @ (UNKNOWN + walk**2 / 12.0 * months)
    weights = np.linalg.solve(among, to_end)
    variance = UNKNOWN + walk**2 / 12.0 * shares.shape[1] - float(weights @ to_end)
    return float(weights @ known), math.sqrt(max(variance, 0.0))


def rates_at_end(
    reports: Sequence[Report], walk: float, noise: float, rates: Mapping[str, Rate]
) -> dict[str, tuple[float, float]]:
    """Log of each source's rate at the end of the last month, and its standard deviation, by source: what its reports
    say beside those of the others, and its declared mean where they say nothing.
    """
    shares, among, known = _moments(reports, walk, noise, rates)
    ages = (shares.shape[1] - np.arange(shares.shape[1]) - 0.5) / 12.0
    found = {}
    for name, rate in rates.items():
        own = np.array([report.source == name for report in reports])
        to_end = own * (shares @ (rate.sd**2 + rate_kernel(ages, rate.drift, rate.half_life)))
        weights = np.linalg.solve(among, to_end)
        variance = rate.sd**2 + float(rate_kernel(0.0, rate.drift, rate.half_life)) - float(weights @ to_end)
        found[name] = rate.mean + float(weights @ known), math.sqrt(max(variance, 0.0))
    return found


def _moments(
    reports: Sequence[Report], walk: float, noise: float, rates: Mapping[str, Rate]
) -> tuple[Array, Array, Array]:
    """Shares of the months in each report (N, T), covariance of the reports (N, N), and their logs less mean rates."""
    shares = np.stack([report.shares for report in reports])
    months = np.arange(shares.shape[1]) + 0.5
    level = UNKNOWN + walk**2 / 12.0 * np.minimum.outer(months, months)
    known = np.array([report.log for report in reports])
    errors = np.array([report.error for report in reports])
    among = shares @ (level + noise**2 * np.eye(months.size)) @ shares.T + np.diag(errors**2)
    for name, rate in rates.items():
        own = np.array([report.source == name for report in reports])
        moving = rate.sd**2 + rate_kernel(np.subtract.outer(months, months) / 12.0, rate.drift, rate.half_life)
        among += np.outer(own, own) * (shares @ moving @ shares.T)
        known = known - own * rate.mean
    return shares, among, known


def rate_kernel(apart: npt.ArrayLike, drift: float, half_life: float) -> Array:
    """Covariance of a rate with itself some years apart: an Ornstein-Uhlenbeck process, or a random walk if it has no
    half-life (months). Both move by `drift` in a year where nothing pulls.
    """
    years = np.abs(np.asarray(apart, dtype=np.float64))
    if half_life <= 0.0:
        return np.asarray(UNKNOWN - 0.5 * drift**2 * years)
    pull = pull_of(half_life)
    return np.asarray(drift**2 / (2.0 * pull) * np.exp(-pull * years))


def pull_of[T: (float, Array)](half_life: T) -> T:
    """The pull of a half-life in months, a year."""
    return 12.0 * math.log(2.0) / half_life
