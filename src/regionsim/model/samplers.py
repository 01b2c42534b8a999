"""Samplers by inversion: a uniform u in (0, 1) and parameters -> a number, elementwise on arrays that broadcast.

Core objects: `normal_inv`, `truncated_normal_inv`, `exponential_inv`, `lognormal_inv`, `gamma_inv`, `poisson_inv`,
`negative_binomial_inv`, `binomial_inv`, `categorical_inv`; the same for one element, for use inside kernels, in
`inverse.py`. Every one is the quantile function of its distribution, so it never falls when u rises or its mean rises
(up to rounding), and two arms that share u differ by their parameters only. Nothing is rejected and nothing depends on
other elements.

Parameters that make no sense (NaN, infinite or negative means, p outside 0..1) give NaN for real numbers and 0 for
counts; p is clipped to 0..1. A mean of 0 gives 0.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from regionsim.model import inverse
from regionsim.model._jit import F64_IN, F64_IN2, F64_OUT, I64_OUT, kernel, void

type Array = npt.NDArray[np.float64]
type Counts = npt.NDArray[np.int64]


def normal_inv(u: npt.ArrayLike) -> Array:
    """The standard normal quantile."""
    return _real(_normal, u)


def truncated_normal_inv(u: npt.ArrayLike, bound: npt.ArrayLike) -> Array:
    """The quantile of a standard normal that is known to lie within -bound..bound."""
    return _real(_truncated_normal, u, bound)


def exponential_inv(u: npt.ArrayLike, mean: npt.ArrayLike) -> Array:
    """-mean log(1 - u)."""
    return _real(_exponential, u, mean)


def lognormal_inv(u: npt.ArrayLike, mu: npt.ArrayLike, sigma: npt.ArrayLike) -> Array:
    """exp(mu + sigma z): the median is exp(mu)."""
    return _real(_lognormal, u, mu, sigma)


def lognormal_where(where: npt.NDArray[np.bool_], u: Array, mu: Array, sigma: Array) -> Array:
    """`lognormal_inv` where the mask says and 0 elsewhere; mu and sigma broadcast to the mask, u has its shape."""
    out = np.zeros(where.shape)
    if where.any():
        mu, sigma = np.broadcast_to(mu, where.shape), np.broadcast_to(sigma, where.shape)
        out[where] = lognormal_inv(u[where], mu[where], sigma[where])
    return out


def gamma_inv(u: npt.ArrayLike, shape: npt.ArrayLike) -> Array:
    """Gamma with scale 1 (multiply by the scale)."""
    return _real(_gamma, u, shape)


def beta_inv(u: npt.ArrayLike, a: npt.ArrayLike, b: npt.ArrayLike) -> Array:
    """Beta on 0..1."""
    return _real(_beta, u, a, b)


def poisson_inv(u: npt.ArrayLike, mean: npt.ArrayLike) -> Counts:
    """Poisson counts."""
    return _count(_poisson, u, mean)


def negative_binomial_inv(u: npt.ArrayLike, mean: npt.ArrayLike, size: npt.ArrayLike) -> Counts:
    """Negative binomial counts with variance mean + mean**2 / size; size = infinity is Poisson."""
    return _count(_negative_binomial, u, mean, size)


def binomial_inv(u: npt.ArrayLike, n: npt.ArrayLike, p: npt.ArrayLike) -> Counts:
    """Successes among n trials (n is rounded down)."""
    return _count(_binomial, u, n, p)


def categorical_inv(u: npt.ArrayLike, weights: npt.ArrayLike) -> Counts:
    """The index (W,) drawn by u (W,) among weights (W, K) or (K,), which need not sum to one.

    Weights that are negative or NaN count as 0; if none is positive the index is 0.
    """
    table = np.atleast_2d(np.asarray(weights, dtype=np.float64))
    flat = np.atleast_1d(np.asarray(u, dtype=np.float64))
    table = np.ascontiguousarray(np.broadcast_to(table, (flat.size, table.shape[-1])))
    out = np.empty(flat.size, dtype=np.int64)
    _categorical(np.ascontiguousarray(flat), table, out)
    return out


def _real(run: Callable[..., None], *arguments: npt.ArrayLike) -> Array:
    """Run a kernel over broadcast arguments into float64."""
    shape, arrays = flatten(arguments)
    out = np.empty(shape, dtype=np.float64)
    run(*arrays, out.reshape(-1))
    return out


def _count(run: Callable[..., None], *arguments: npt.ArrayLike) -> Counts:
    """Run a kernel over broadcast arguments into int64."""
    shape, arrays = flatten(arguments)
    out = np.empty(shape, dtype=np.int64)
    run(*arrays, out.reshape(-1))
    return out


def flatten(arguments: tuple[npt.ArrayLike, ...]) -> tuple[tuple[int, ...], list[Array]]:
    """The shape arguments broadcast to, and each as a flat float64 array of that size or of one element."""
    arrays = [np.asarray(argument, dtype=np.float64) for argument in arguments]
    shape = arrays[0].shape
    if any(array.shape != shape and (array.size != 1 or arrays[0].size == 1) for array in arrays[1:]):
        shape = np.broadcast_shapes(*(array.shape for array in arrays))
    full = [array if array.size == 1 or array.shape == shape else np.broadcast_to(array, shape) for array in arrays]
    return shape, [np.ascontiguousarray(array).reshape(-1) for array in full]


# Kernels: an argument of one element is broadcast by a stride of zero.


@kernel(void(F64_IN, F64_OUT))
def _normal(u: Array, out: Array) -> None:
    for i in range(out.size):
        out[i] = inverse.normal(u[i])


@kernel(void(F64_IN, F64_IN, F64_OUT))
def _truncated_normal(u: Array, bound: Array, out: Array) -> None:
    su, sb = int(u.size > 1), int(bound.size > 1)
    for i in range(out.size):
        out[i] = inverse.truncated_normal(u[i * su], bound[i * sb])


@kernel(void(F64_IN, F64_IN, F64_OUT))
def _exponential(u: Array, mean: Array, out: Array) -> None:
    su, sm = int(u.size > 1), int(mean.size > 1)
    for i in range(out.size):
        out[i] = inverse.exponential(u[i * su], mean[i * sm])


@kernel(void(F64_IN, F64_IN, F64_IN, F64_OUT))
def _lognormal(u: Array, mu: Array, sigma: Array, out: Array) -> None:
    su, sm, ss = int(u.size > 1), int(mu.size > 1), int(sigma.size > 1)
    for i in range(out.size):
        out[i] = inverse.lognormal(u[i * su], mu[i * sm], sigma[i * ss])


@kernel(void(F64_IN, F64_IN, F64_OUT))
def _gamma(u: Array, shape: Array, out: Array) -> None:
    su, ss = int(u.size > 1), int(shape.size > 1)
    for i in range(out.size):
        out[i] = inverse.gamma(u[i * su], shape[i * ss])


@kernel(void(F64_IN, F64_IN, F64_IN, F64_OUT))
def _beta(u: Array, a: Array, b: Array, out: Array) -> None:
    su, sa, sb = int(u.size > 1), int(a.size > 1), int(b.size > 1)
    for i in range(out.size):
        out[i] = inverse.beta(u[i * su], a[i * sa], b[i * sb])


@kernel(void(F64_IN, F64_IN, I64_OUT))
def _poisson(u: Array, mean: Array, out: Counts) -> None:
    su, sm = int(u.size > 1), int(mean.size > 1)
    for i in range(out.size):
        out[i] = inverse.poisson(u[i * su], mean[i * sm])


@kernel(void(F64_IN, F64_IN, F64_IN, I64_OUT))
def _negative_binomial(u: Array, mean: Array, size: Array, out: Counts) -> None:
    su, sm, ss = int(u.size > 1), int(mean.size > 1), int(size.size > 1)
    for i in range(out.size):
        out[i] = inverse.negative_binomial(u[i * su], mean[i * sm], size[i * ss])


@kernel(void(F64_IN, F64_IN, F64_IN, I64_OUT))
def _binomial(u: Array, n: Array, p: Array, out: Counts) -> None:
    su, sn, sp = int(u.size > 1), int(n.size > 1), int(p.size > 1)
    for i in range(out.size):
        out[i] = inverse.binomial(u[i * su], n[i * sn], p[i * sp])


@kernel(void(F64_IN, F64_IN2, I64_OUT))
def _categorical(u: Array, weights: Array, out: Counts) -> None:
    for i in range(out.size):
        out[i] = inverse.categorical(u[i], weights[i])
