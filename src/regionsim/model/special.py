"""The regularised incomplete gamma and beta functions and the densities behind them, compiled, for exact inversions.

Core objects: `gamma_pq`, `beta_pq` (both return the lower and the upper part, each accurate where it is small),
`poisson_mass`, `binomial_mass`. Sources: Loader, "Fast and accurate computation of binomial probabilities" (2000) for
the masses by saddle point; Press et al., Numerical Recipes, sections 6.2 and 6.4, for the series and Lentz's fractions.
"""

import math

from regionsim.model._jit import njit

_TINY = 1e-300
_TERMS = 100_000  # enough for arguments to 1e8; the loops end by precision long before


@njit
def stirling_error(n: float) -> float:
    """log(gamma(n + 1)) minus Stirling's formula for it; n > 0."""
    if n < 16.0:
        return math.lgamma(n + 1.0) - (n + 0.5) * math.log(n) + n - 0.9189385332046727
    s = 1.0 / (n * n)
    return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 * s) * s) * s) * s) / n


@njit
def deviance(x: float, mean: float) -> float:
    """The deviance x log(x / mean) + mean - x without cancellation; x >= 0, mean > 0."""
    if abs(x - mean) < 0.1 * (x + mean):
        v = (x - mean) / (x + mean)
        total = (x - mean) * v
        term = 2.0 * x * v
        for j in range(1, 1000):
            term *= v * v
            following = total + term / (2 * j + 1)
            if following == total:
                break
            total = following
        return total
    if x == 0.0:
        return mean
    return x * math.log(x / mean) + mean - x


@njit
def poisson_mass(x: float, mean: float) -> float:
    """mean**x exp(-mean) / gamma(x + 1) for real x >= 0, mean > 0."""
    if x < _TINY:
        return math.exp(-mean)
    return math.exp(-stirling_error(x) - deviance(x, mean)) / math.sqrt(2.0 * math.pi * x)


@njit
def binomial_mass(x: float, n: float, p: float, q: float) -> float:
    """gamma(n + 1) / (gamma(x + 1) gamma(n - x + 1)) p**x q**(n - x), q = 1 - p given apart; real 0 <= x <= n."""
    y = n - x
    if x <= 0.0:
        return math.exp(n * math.log(q)) if p > 0.5 else math.exp(n * math.log1p(-p))
    if y <= 0.0:
        return math.exp(n * math.log(p)) if q > 0.5 else math.exp(n * math.log1p(-q))
    exponent = stirling_error(n) - stirling_error(x) - stirling_error(y) - deviance(x, n * p) - deviance(y, n * q)
    return math.exp(exponent) * math.sqrt(n / (2.0 * math.pi * x * y))


@njit
def gamma_pq(a: float, x: float) -> tuple[float, float]:
    """(P, Q) of the incomplete gamma function, P + Q = 1; a > 0, x >= 0."""
    if x <= 0.0:
        return 0.0, 1.0
    front = poisson_mass(a, x)
    if x < a + 1.0:
        term = 1.0
        total = 1.0
        ap = a
        for _ in range(_TERMS):
            ap += 1.0
            term *= x / ap
            total += term
            if term < total * 1e-17:
                break
        p = min(front * total, 1.0)
        return p, 1.0 - p
    b = x + 1.0 - a
    c = 1.0 / _TINY
    d = 1.0 / b
    h = d
    for i in range(1, _TERMS):
        an = -i * (i - a)
        b += 2.0
        d = an * d + b
        if abs(d) < _TINY:
            d = _TINY
        c = b + an / c
        if abs(c) < _TINY:
            c = _TINY
        d = 1.0 / d
        step = d * c
        h *= step
        if abs(step - 1.0) < 1e-15:
            break
    q = min(front * a * h, 1.0)
    return 1.0 - q, q


@njit
def beta_pq(a: float, b: float, x: float, y: float) -> tuple[float, float]:
    """(I_x(a, b), 1 - I_x(a, b)), y = 1 - x given apart for precision; a, b > 0."""
    if x <= 0.0:
        return 0.0, 1.0
    if y <= 0.0:
        return 1.0, 0.0
    front = binomial_mass(a, a + b, x, y) * a * b / (a + b)
    if x * (a + b + 2.0) < a + 1.0:
        p = min(front * _beta_fraction(a, b, x) / a, 1.0)
        return p, 1.0 - p
    q = min(front * _beta_fraction(b, a, y) / b, 1.0)
    return 1.0 - q, q


@njit
def _beta_fraction(a: float, b: float, x: float) -> float:
    """Lentz's continued fraction of the incomplete beta function."""
    c = 1.0
    d = 1.0 - (a + b) * x / (a + 1.0)
    if abs(d) < _TINY:
        d = _TINY
    d = 1.0 / d
    h = d
    for m in range(1, _TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m))
        d = 1.0 + even * d
        if abs(d) < _TINY:
            d = _TINY
        c = 1.0 + even / c
        if abs(c) < _TINY:
            c = _TINY
        d = 1.0 / d
        h *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0))
        d = 1.0 + odd * d
        if abs(d) < _TINY:
            d = _TINY
        c = 1.0 + odd / c
        if abs(c) < _TINY:
            c = _TINY
        d = 1.0 / d
        step = d * c
        h *= step
        if abs(step - 1.0) < 1e-15:
            break
    return h
