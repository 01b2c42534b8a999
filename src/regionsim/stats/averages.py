"""Which average of worlds may be shown: a trimmed mean, or the median where many worlds are equal or there are few.

Core objects: `Middle`, `middle`. A plain mean is not among them. A few worlds in a thousand may carry it; a sample that
holds none of them looks even and says another mean. Over 72 differences of shipped scenarios no rule on skewness,
kurtosis or equal values tells from 200 worlds whether the interval of their mean can be trusted (docs/comparing.md).
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
"""The share of values left out on either side of a trimmed mean."""
EQUAL = 0.4
"""Where this share of values is equal, the interval of a trimmed mean holds it too seldom."""


@dataclass(frozen=True)
class Middle:
    """An average of values, in their unit, and its 95% interval; ends are infinite where too few values bound them."""

    kind: Kind
    value: float
    low: float
    high: float


def middle(values: npt.ArrayLike) -> Middle:
    """The average of `values` (n,), n at least 1, that may be shown: it never lies outside the middle 90% of them."""
    found = np.sort(np.asarray(values, dtype=np.float64))
    cut = int(TRIMMED * found.size)
    if cut and not mostly_equal(found):
        return _trimmed(found, cut)
    return Middle("median", float(np.median(found)), *quantile_interval(found, 0.5))


def mostly_equal(values: npt.ArrayLike) -> bool:
    """Whether as many as `EQUAL` of `values` (n,) are the same as their median, but not all of them."""
    found = np.asarray(values, dtype=np.float64)
    return EQUAL <= float((found == np.median(found)).mean()) < 1.0


def _trimmed(ordered: npt.NDArray[np.float64], cut: int) -> Middle:
    """Without `cut` values on either side; interval by the winsorised spread (Tukey and McLaughlin 1963)."""
    from scipy.special import stdtrit

    n = ordered.size
    kept = ordered[cut : n - cut]
    drawn_in = np.clip(ordered, kept[0], kept[-1])
    error = float(drawn_in.std(ddof=1)) * math.sqrt(n) / kept.size
    reach = float(stdtrit(kept.size - 1, 0.5 + LEVEL / 2.0)) * error
    value = float(kept.mean())
    return Middle("trimmed mean", value, value - reach, value + reach)
