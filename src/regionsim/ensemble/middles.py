"""Which average of worlds may be shown: the mean where its interval can be trusted, else a trimmed mean or the median.

Core objects: `Middle`, `middle`, `mean_is_trusted`. A mean that few worlds carry lies outside the band that holds 90%
of them, and its interval is too narrow; the rule keeps both from being printed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from regionsim.ensemble.intervals import LEVEL, mean_interval, quantile_interval

type Kind = Literal["mean", "trimmed mean", "median"]

TRIMMED = 0.1
"""The share of values left out on either side of a trimmed mean."""
SKEWED = 50.0
"""Times the square of the skewness: how many values the interval of a mean needs.

Twice what Cochran (1977) asks for, as few values show less skewness than there is.
"""


@dataclass(frozen=True)
class Middle:
    """An average of values, in their unit, and its 95% interval; ends are infinite where too few values bound them."""

    kind: Kind
    value: float
    low: float
    high: float


def middle(values: npt.ArrayLike) -> Middle:
    """The average of `values` (n,), n at least 1, that may be shown: it never lies outside the middle 90% of them."""
    found = np.asarray(values, dtype=np.float64)
    if mean_is_trusted(found):
        low, high = mean_interval(found)
        return Middle("mean", float(found.mean()), float(low), float(high))
    cut = int(TRIMMED * found.size)
    if cut:
        return _trimmed(np.sort(found), cut)
    return Middle("median", float(np.median(found)), *quantile_interval(found, 0.5))


def mean_is_trusted(values: npt.ArrayLike) -> bool:
    """Whether few worlds carry the mean of `values` (n,): it lies in their middle 90%, and they are not too skewed."""
    found = np.asarray(values, dtype=np.float64)
    mean, spread = found.mean(), found.std()
    if spread <= 1e-12 * abs(mean):
        return True
    low, high = np.quantile(found, (0.05, 0.95))
    skewness = float((((found - mean) / spread) ** 3).mean())
    return bool(low <= mean <= high) and found.size >= SKEWED * skewness**2


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
