"""The statistics, computed in the same way on the model and on what was observed, and how the two are compared.

Core objects: `Finding`, one pattern's figure with its distribution over worlds and its tail area; `tail` and `ALPHA`.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

type Array = npt.NDArray[np.float64]

ALPHA = 0.02
"""False-alarm rate of one comparison: were the observed figure drawn from the model, a test would fail this often."""

MONTE_CARLO = "none but the sampling error of so many worlds"
"""False alarms of a rule about the model alone: nothing observed enters that could have come out otherwise."""


@dataclass(frozen=True)
class Finding:
    """One figure of one pattern.

    `observed` is one number, the ends of a range, or empty where only the model speaks; `model` the figure in each
    world, NaN where a world does not show it; `p` the tail area, or NaN where the rule is not one; `rule` says in words
    when it holds; `alarm` the rate at which the rule would fail though the model were right; `of` what `model` counts.
    """

    pattern: str
    statistic: str
    observed: tuple[float, ...]
    model: Array
    p: float
    holds: bool
    rule: str
    horizon: str
    alarm: str = f"{ALPHA:g}"
    percent: bool = False
    of: str = "worlds"

    @property
    def interval(self) -> tuple[float, float, float]:
        """Quantiles 5, 50 and 95 percent over worlds."""
        low, middle, high = np.nanquantile(self.model, [0.05, 0.5, 0.95])
        return float(low), float(middle), float(high)

    def __str__(self) -> str:
        low, middle, high = self.interval
        seen = " to ".join(f"{each:.3g}" for each in self.observed) or "-"
        return (
            f"{self.pattern} {self.statistic}: observed {seen}, model {middle:.3g} ({low:.3g} to {high:.3g}) in "
            f"{np.isfinite(self.model).sum()} {self.of}, p = {self.p:.3g}; {self.rule}"
        )


def tail(model: Array, observed: float) -> float:
    """Two-sided posterior-predictive p: twice the smaller share of worlds at or beyond the observed figure.

    NaN where no world shows anything, which is no pattern held.
    """
    known = model[np.isfinite(model)]
    if not known.size:
        return float("nan")
    below, above = (known <= observed).sum() + 1, (known >= observed).sum() + 1
    return float(min(1.0, 2.0 * min(below, above) / (known.size + 1)))


def inside(
    pattern: str, statistic: str, observed: float, model: Array, horizon: str, *, percent: bool = False
) -> Finding:
    """Holds where the observed figure is not in the outer `ALPHA` of the worlds."""
    p = tail(model, observed)
    rule = f"p is at least {ALPHA:g}"
    return Finding(pattern, statistic, (observed,), model, p, p >= ALPHA, rule, horizon, percent=percent)


def stays(pattern: str, statistic: str, change: Array, within: float, horizon: str) -> Finding:
    """Holds where the 98 percent interval of the mean paired change (log points) lies within plus or minus `within`."""
    known = change[np.isfinite(change)]
    mean, error = float(known.mean()), float(known.std(ddof=1)) / np.sqrt(known.size)
    holds = abs(mean) + 2.326 * error <= within
    rule = f"mean {mean:+.3f}, standard error {error:.3f}: within {within:g} either way with 98 percent confidence"
    alarm = "under 0.02 for a true effect of half the margin"
    return Finding(pattern, statistic, (), change, float("nan"), holds, rule, horizon, alarm)


def local_dispersion(counts: Array) -> Array:
    """Half the squared step from one period to the next over the mean, (..., T) to (...): 1 for Poisson counts.

    A slowly drifting rate does not raise it, unlike the variance over the whole span.
    """
    steps = np.diff(counts, axis=-1)
    middle = 0.5 * (counts[..., 1:] + counts[..., :-1])
    return np.asarray((0.5 * steps**2).sum(axis=-1) / np.maximum(middle.sum(axis=-1), 1e-9))


def persistence(counts: Array) -> Array:
    """Lag-one autocorrelation of log counts about their straight line, (..., T) to (...).

    Biased downwards in short series; so it is on the model, at the same length.
    """
    y = np.log(np.maximum(counts, 0.5))
    t = np.arange(y.shape[-1]) - (y.shape[-1] - 1) / 2.0
    slope = (y * t).sum(axis=-1) / (t @ t)
    left = y - y.mean(axis=-1)[..., np.newaxis] - slope[..., np.newaxis] * t
    return np.asarray((left[..., 1:] * left[..., :-1]).sum(axis=-1) / (left**2).sum(axis=-1))


def blocks(weekly: Array, size: int, count: int | None = None) -> Array:
    """Sums over blocks of `size` weeks, (..., weeks) to (..., blocks); a rest that fills no block is left out."""
    number = weekly.shape[-1] // size if count is None else count
    cut = weekly[..., : number * size]
    return np.asarray(cut.reshape(*cut.shape[:-1], number, size).sum(axis=-1))


def correlation(x: Array, y: Array) -> Array:
    """Correlation along the last axis; NaN where one of the two does not vary."""
    x, y = x - x.mean(axis=-1, keepdims=True), y - y.mean(axis=-1, keepdims=True)
    size = np.sqrt((x**2).sum(axis=-1) * (y**2).sum(axis=-1))
    return np.asarray(np.where(size > 0.0, (x * y).sum(axis=-1) / np.where(size > 0.0, size, 1.0), np.nan))
