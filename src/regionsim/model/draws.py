"""Parameter draws: the spread that evidence gives a parameter, inverted at a uniform.

Core object: `draw_values`. A draw is any object with `distribution` and the fields its kind needs (evidence's `Draw`):
uniform and loguniform (low, high); triangular (low, mode, high); normal (mean, sd); lognormal (median, sigma); beta
(a, b; on 0..1, or on low..high where the draw gives both); choice (values, equally likely). All are truncated to the
allowed range by inverting inside the part of the distribution that lies in it, so a value never falls when u rises.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from regionsim.model import maths, samplers
from regionsim.model.samplers import Array
from regionsim.model.special import beta_pq

type Family = tuple[Callable[[float], float], Callable[[Array], Array]]  # cumulative probability, quantiles


def draw_values(draw: Any, u: npt.ArrayLike, low: float = -math.inf, high: float = math.inf) -> Array:
    """The values of a draw at uniforms u, of the same shape, within low .. high, the parameter's allowed range.

    Raises ValueError for an unknown distribution, a missing or invalid field, or one outside the range.
    """
    place = np.asarray(u, dtype=np.float64)
    if draw.distribution == "choice":
        values = [float(value) for value in draw.values or () if low <= value <= high]
        if not values:
            raise ValueError(f"choice: no value within {low:g} .. {high:g}")
        return np.asarray(np.array(values)[np.minimum((place * len(values)).astype(np.int64), len(values) - 1)])
    if draw.distribution not in _FAMILIES:
        raise ValueError(f"distribution {draw.distribution!r}: must be one of {', '.join((*_FAMILIES, 'choice'))}")
    family, names = _FAMILIES[draw.distribution]
    given = [getattr(draw, name, None) for name in names]
    fields = [float(field) for field in given if field is not None and math.isfinite(field)]
    if len(fields) < len(names):
        raise ValueError(f"{draw.distribution}: needs numbers for {', '.join(names)}")
    cumulative, quantiles = family(draw, *fields)
    start = cumulative(low) if low > -math.inf else 0.0
    end = cumulative(high) if high < math.inf else 1.0
    if not end > start:
        raise ValueError(f"{draw.distribution}: no part of it lies within {low:g} .. {high:g}")
    return np.asarray(np.clip(quantiles(start + place * (end - start)), low, high))


def _uniform(_draw: Any, low: float, high: float) -> Family:
    _require(low < high, "uniform: low must be below high")
    return lambda x: _share((x - low) / (high - low)), lambda u: low + u * (high - low)


def _loguniform(_draw: Any, low: float, high: float) -> Family:
    _require(0.0 < low < high, "loguniform: needs 0 < low < high")
    span = math.log(high / low)

    def cumulative(x: float) -> float:
        return _share(math.log(x / low) / span) if x > 0.0 else 0.0

    return cumulative, lambda u: low * maths.exp(u * span)


def _triangular(_draw: Any, low: float, mode: float, high: float) -> Family:
    _require(low <= mode <= high and low < high, "triangular: needs low <= mode <= high, low < high")
    width, rise, fall = high - low, mode - low, high - mode

    def cumulative(x: float) -> float:
        if x <= low or x >= high:
            return 0.0 if x <= low else 1.0
        return (x - low) ** 2 / (width * rise) if x < mode else 1.0 - (high - x) ** 2 / (width * fall)

    def quantiles(u: Array) -> Array:
        return np.where(u * width < rise, low + np.sqrt(u * width * rise), high - np.sqrt((1.0 - u) * width * fall))

    return cumulative, quantiles


def _normal(_draw: Any, mean: float, sd: float) -> Family:
    _require(sd > 0.0, "normal: sd must be above 0")
    return lambda x: _normal_share((x - mean) / sd), lambda u: mean + sd * samplers.normal_inv(u)


def _lognormal(_draw: Any, median: float, sigma: float) -> Family:
    _require(median > 0.0 and sigma > 0.0, "lognormal: median and sigma must be above 0")
    mu = math.log(median)

    def cumulative(x: float) -> float:
        return _normal_share((math.log(x) - mu) / sigma) if x > 0.0 else 0.0

    return cumulative, lambda u: samplers.lognormal_inv(u, mu, sigma)


def _beta(draw: Any, a: float, b: float) -> Family:
    low, high = getattr(draw, "low", None), getattr(draw, "high", None)
    start, end = (0.0, 1.0) if low is None or high is None else (float(low), float(high))
    _require(a > 0.0 and b > 0.0 and start < end, "beta: a and b must be above 0, low below high")

    def cumulative(x: float) -> float:
        share = _share((x - start) / (end - start))
        return beta_pq(a, b, share, 1.0 - share)[0]

    return cumulative, lambda u: start + (end - start) * samplers.beta_inv(u, a, b)


_FAMILIES: dict[str, tuple[Callable[..., Family], tuple[str, ...]]] = {
    "uniform": (_uniform, ("low", "high")),
    "loguniform": (_loguniform, ("low", "high")),
    "triangular": (_triangular, ("low", "mode", "high")),
    "normal": (_normal, ("mean", "sd")),
    "lognormal": (_lognormal, ("median", "sigma")),
    "beta": (_beta, ("a", "b")),
}


def _share(x: float) -> float:
    return min(max(x, 0.0), 1.0)


def _normal_share(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def _require(holds: bool, message: str) -> None:
    if not holds:
        raise ValueError(message)
