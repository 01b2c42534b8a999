"""The average of worlds to show: a trimmed mean, or the median where many worlds are equal or there are few.

Core objects: `Middle`, `middle`. A plain mean is never shown: a few worlds in a thousand may carry it, and a sample
without them looks regular and has another mean. Over 72 differences of shipped scenarios no rule on skewness, kurtosis
or equal values tells from 200 worlds whether the interval of their mean can be trusted (docs/comparing.md).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from regionsim.stats.intervals import LEVEL, quantile_interval

type Kind = Literal["trimmed mean", "median"]

TRIMMED = 0.1
"""Share of values that a trimmed mean leaves out on either side."""
EQUAL = 0.4
"""Where this share of values is equal, the interval of a trimmed mean covers it too seldom."""


@dataclass(frozen=True)
class Middle:
    """An average of values, in their unit, and its 95% interval; ends are infinite where too few values bound them."""

    kind: Kind
    value: float
    low: float
    high: float


def middle(values: npt.ArrayLike) -> Middle:
    """The average of `values` (n,), n at least 1, to show: it never lies outside the central 90% of them."""
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    cut = int(TRIMMED * ordered.size)
    if cut and not mostly_equal(ordered):
        return _trimmed(ordered, cut)
    return Middle("median", float(np.median(ordered)), *quantile_interval(ordered, 0.5))


def mostly_equal(values: npt.ArrayLike) -> bool:
    """Whether a share `EQUAL` or more of `values` (n,), but not all, equals their median."""
    array = np.asarray(values, dtype=np.float64)
    return EQUAL <= float((array == np.median(array)).mean()) < 1.0


def _trimmed(ordered: npt.NDArray[np.float64], cut: int) -> Middle:
    """Mean without `cut` values on either side; interval by the winsorised spread (Tukey and McLaughlin 1963)."""
    from scipy.special import stdtrit

    n = ordered.size
    central = ordered[cut : n - cut]
    winsorised = np.clip(ordered, central[0], central[-1])
    error = float(winsorised.std(ddof=1)) * math.sqrt(n) / central.size
    half_width = float(stdtrit(central.size - 1, 0.5 + LEVEL / 2.0)) * error
    value = float(central.mean())
    return Middle("trimmed mean", value, value - half_width, value + half_width)
