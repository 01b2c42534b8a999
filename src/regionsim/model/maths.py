"""Elementary functions for the model, through one compiled helper, and sums in a fixed order.

Core objects: `exp`, `log`, `log1p`, `expm1`, `tanh`, `cos`, `logistic`, `power` on float64 arrays, `clip`, `row_sum`,
and `exp32`, a float32 polynomial for kernels. NumPy's own exp, log and power take a different path on each kind of
processor; these call the C library one element at a time, so a world gets the same bits alone or among 10,000. (The C
library itself may differ by one unit in the last place between processors with and without fused multiply-add.)
"""

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from regionsim.model._jit import F64_IN, F64_IN2, F64_OUT, kernel, njit, void
from regionsim.model.samplers import Array, flatten


def exp(x: npt.ArrayLike) -> Array:
    """e**x."""
    return _apply(_exp, x)


def log(x: npt.ArrayLike) -> Array:
    """Natural logarithm; -inf at 0, NaN below."""
    return _apply(_log, x)


def log1p(x: npt.ArrayLike) -> Array:
    """log(1 + x)."""
    return _apply(_log1p, x)


def expm1(x: npt.ArrayLike) -> Array:
    """e**x - 1."""
    return _apply(_expm1, x)


def tanh(x: npt.ArrayLike) -> Array:
    """Hyperbolic tangent."""
    return _apply(_tanh, x)


def cos(x: npt.ArrayLike) -> Array:
    """Cosine, x in radians."""
    return _apply(_cos, x)


def logistic(x: npt.ArrayLike) -> Array:
    """1 / (1 + e**-x), without overflow."""
    return _apply(_logistic, x)


def sqrt(x: npt.ArrayLike) -> Array:
    """The square root: NumPy's, which IEEE 754 makes exact everywhere."""
    return np.asarray(np.sqrt(np.asarray(x, dtype=np.float64)))


def power(x: npt.ArrayLike, y: npt.ArrayLike) -> Array:
    """x**y; NaN for a negative x and a fractional y."""
    shape, (base, exponent) = flatten((x, y))
    out = np.empty(shape, dtype=np.float64)
    _power(base, exponent, out.reshape(-1))
    return out


def clip(x: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike) -> Array:
    """Hold x between low and high; for arrays of few worlds in half the time of NumPy's own."""
    return np.asarray(np.minimum(np.maximum(x, low), high))


def some(mask: npt.NDArray[np.bool_]) -> bool:
    """Whether a mask is true anywhere: to skip what changes nothing where it is false, and only that."""
    return bool(mask.any())


def row_sum(x: npt.ArrayLike) -> Array:
    """The sum over the last axis, from first to last, e.g. (W, N) -> (W,); a world's sum never depends on W."""
    values = np.ascontiguousarray(x, dtype=np.float64)
    out = np.empty(values.shape[:-1])
    if values.ndim == 2:
        _row_sum(values, out)
    else:
        _row_sum(values.reshape(out.size, values.shape[-1]), out.reshape(-1))
    return out


def _apply(run: Callable[[Array, Array], None], x: npt.ArrayLike) -> Array:
    values = np.asarray(x, dtype=np.float64, order="C")
    out = np.empty(values.shape)
    if values.ndim == 1:
        run(values, out)
    else:
        run(values.reshape(-1), out.reshape(-1))
    return out


@kernel(void(F64_IN, F64_OUT))
def _exp(x: Array, out: Array) -> None:
    for i in range(out.size):
        out[i] = math.exp(x[i])


@kernel(void(F64_IN, F64_OUT))
def _log(x: Array, out: Array) -> None:
    for i in range(out.size):
        out[i] = math.log(x[i])


@kernel(void(F64_IN, F64_OUT))
def _log1p(x: Array, out: Array) -> None:
    for i in range(out.size):
        out[i] = math.log1p(x[i])


@kernel(void(F64_IN, F64_OUT))
def _expm1(x: Array, out: Array) -> None:
    for i in range(out.size):
        out[i] = math.expm1(x[i])


@kernel(void(F64_IN, F64_OUT))
def _tanh(x: Array, out: Array) -> None:
    for i in range(out.size):
        out[i] = math.tanh(x[i])


@kernel(void(F64_IN, F64_OUT))
def _cos(x: Array, out: Array) -> None:
    for i in range(out.size):
        out[i] = math.cos(x[i])


@kernel(void(F64_IN, F64_OUT))
def _logistic(x: Array, out: Array) -> None:
    for i in range(out.size):
        e = math.exp(-abs(x[i]))
        out[i] = (1.0 if x[i] >= 0.0 else e) / (1.0 + e)


@kernel(void(F64_IN, F64_IN, F64_OUT))
def _power(x: Array, y: Array, out: Array) -> None:
    sx, sy = int(x.size > 1), int(y.size > 1)
    for i in range(out.size):
        out[i] = math.pow(x[i * sx], y[i * sy])


@kernel(void(F64_IN2, F64_OUT))
def _row_sum(x: Array, out: Array) -> None:
    for w in range(out.size):
        total = 0.0
        for j in range(x.shape[1]):
            total += x[w, j]
        out[w] = total


@njit
def exp32(x: np.float32) -> np.float32:
    """e**x in float32 for kernels, branch-free so that the compiler can vectorise it; within 2 units in the last place.

    Cody and Waite's reduction and the degree-6 polynomial of Cephes' expf. Below -87.33 the result is 0 (no
    subnormals), above 88.72 infinity, NaN stays NaN. A float64 is rounded to float32 first, as the sum that finds the
    power of two works in float32 alone.
    """
    x = np.float32(x)
    clamped = _EXP_LOW if x < _EXP_LOW else x
    clamped = _EXP_HIGH if clamped > _EXP_HIGH else clamped
    shifted = clamped * _LOG2E + _ROUND  # the low bits of the sum hold the rounded power of two
    n = shifted - _ROUND
    r = (clamped - n * _LN2_HIGH) - n * _LN2_LOW
    y = ((((_E6 * r + _E5) * r + _E4) * r + _E3) * r + _E2) * r + _E1
    y = y * r * r + r + _UNIT
    # two half steps, as 2**128 is no float32
    half = np.int32(n) >> _SHIFT1
    rest = np.int32(n) - half
    y = y * np.int32((half + _BIAS) << _MANTISSA).view(np.float32)
    y = y * np.int32((rest + _BIAS) << _MANTISSA).view(np.float32)
    y = _ZERO if x < _EXP_LOW else y
    return _INFINITE if x > _EXP_HIGH else y


_EXP_LOW, _EXP_HIGH = np.float32(-87.33654), np.float32(88.72283)
_LOG2E, _ROUND = np.float32(1.44269504088896341), np.float32(12582912.0)
_LN2_HIGH, _LN2_LOW = np.float32(0.693359375), np.float32(-2.12194440e-4)
_E6, _E5, _E4 = np.float32(1.9875691500e-4), np.float32(1.3981999507e-3), np.float32(8.3334519073e-3)
_E3, _E2, _E1 = np.float32(4.1665795894e-2), np.float32(1.6666665459e-1), np.float32(5.0000001201e-1)
_UNIT, _ZERO, _INFINITE = np.float32(1.0), np.float32(0.0), np.float32(np.inf)
_SHIFT1, _MANTISSA, _BIAS = np.int32(1), np.int32(23), np.int32(127)
