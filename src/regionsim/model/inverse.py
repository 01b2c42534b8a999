"""Quantile functions of one element, compiled, for samplers and for kernels that draw inside their own loop.

Core objects: `normal`, `truncated_normal`, `exponential`, `lognormal`, `gamma`, `beta`, `poisson`,
`negative_binomial`, `binomial`, `categorical`. Counts are the smallest k whose cumulative probability reaches u: by a
sum from 0 when the mean is small, else by a search on the exact incomplete functions from a guess. Bad parameters give
NaN, or 0 for counts.
"""

import math

import numpy as np
import numpy.typing as npt

from regionsim.model._jit import njit
from regionsim.model.special import beta_pq, gamma_pq, poisson_mass

_SUM_TO = 30.0  # the largest mean that is summed from 0
# numbers of NumPy, as Python's own would have what follows compiled once for each of them
_POISSON, _NEGATIVE_BINOMIAL, _BINOMIAL = np.int64(0), np.int64(1), np.int64(2)
_LARGEST = 1e12  # means and numbers of trials are capped at this
_ROUGH = 1e8  # from this mean on a relative error of 1e-8 is accepted, to keep searches short
_TOP = 2.0**62


@njit
def normal(u: float) -> float:
    """The standard normal quantile to about 1e-15: Wichura, algorithm AS 241, Applied Statistics 37 (1988)."""
    q = u - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        num = (((((((2.5090809287301226727e3 * r + 3.3430575583588128105e4) * r + 6.7265770927008700853e4) * r
            + 4.5921953931549871457e4) * r + 1.3731693765509461125e4) * r + 1.9715909503065514427e3) * r
            + 1.3314166789178437745e2) * r + 3.3871328727963666080e0)  # fmt: skip
        den = (((((((5.2264952788528545610e3 * r + 2.8729085735721942674e4) * r + 3.9307895800092710610e4) * r
            + 2.1213794301586595867e4) * r + 5.3941960214247511077e3) * r + 6.8718700749205790830e2) * r
            + 4.2313330701600911252e1) * r + 1.0)  # fmt: skip
        return q * num / den
    r = u if q < 0.0 else 1.0 - u
    if not r > 0.0:
        return math.nan if not (u == 0.0 or u == 1.0) else math.copysign(math.inf, q)
    r = math.sqrt(-math.log(r))
    if r <= 5.0:
        r -= 1.6
        num = (((((((7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r + 2.41780725177450611770e-1) * r
            + 1.27045825245236838258e0) * r + 3.64784832476320460504e0) * r + 5.76949722146069140550e0) * r
            + 4.63033784615654529590e0) * r + 1.42343711074968357734e0)  # fmt: skip
        den = (((((((1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r + 1.51986665636164571966e-2) * r
            + 1.48103976427480074590e-1) * r + 6.89767334985100004550e-1) * r + 1.67638483018380384940e0) * r
            + 2.05319162663775882187e0) * r + 1.0)  # fmt: skip
    else:
        r -= 5.0
        num = (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 1.24266094738807843860e-3) * r
            + 2.65321895265761230930e-2) * r + 2.96560571828504891230e-1) * r + 1.78482653991729133580e0) * r
            + 5.46378491116411436990e0) * r + 6.65790464350110377720e0)  # fmt: skip
        den = (((((((2.04426310338993978564e-15 * r + 1.42151175831644588870e-7) * r + 1.84631831751005468180e-5) * r
            + 7.86869131145613259100e-4) * r + 1.48753612908506148525e-2) * r + 1.36929880922735805310e-1) * r
            + 5.99832206555887937690e-1) * r + 1.0)  # fmt: skip
    return math.copysign(num / den, q)


@njit
def truncated_normal(u: float, bound: float) -> float:
    """The quantile of a standard normal that is known to lie within -bound..bound."""
    if not bound >= 0.0:
        return math.nan
    below = 0.5 * math.erfc(bound * math.sqrt(0.5))
    return min(max(normal(below + (1.0 - 2.0 * below) * u), -bound), bound)


@njit
def exponential(u: float, mean: float) -> float:
    """-mean log(1 - u)."""
    if not mean >= 0.0:
        return math.nan
    return -mean * math.log1p(-u)


@njit
def lognormal(u: float, mu: float, sigma: float) -> float:
    """exp(mu + sigma z)."""
    if not sigma >= 0.0:
        return math.nan
    return math.exp(mu + sigma * normal(u))


@njit
def gamma(u: float, shape: float) -> float:
    """Gamma with scale 1: Halley steps on the exact function inside a shrinking bracket; shape 0 gives 0.

    Above a shape of 1e8 the guess itself has a relative error of 1e-8.
    """
    if not (shape >= 0.0 and u > 0.0 and u < 1.0) or shape == math.inf:
        return math.nan
    if shape == 0.0:
        return 0.0
    low, high = 0.0, math.inf
    x = _gamma_guess(u, shape)
    if shape > _ROUGH:
        return x
    for _ in range(100):
        if x < 1e-290:
            return x
        p, q = gamma_pq(shape, x)
        gap = p - u if u < 0.5 else (1.0 - u) - q
        if gap > 0.0:
            high = x
        else:
            low = x
        newton = gap * x / (poisson_mass(shape, x) * shape)
        # the log-density has slope (shape - 1) / x - 1; a step this small leaves a cubic error below rounding
        step = newton / max(0.5, 1.0 - 0.5 * newton * ((shape - 1.0) / x - 1.0))
        if abs(step) <= 1e-6 * x / math.sqrt(1.0 + shape):
            return x - step
        x -= step
        if not (x > low and x < high):
            x = 0.5 * (low + high) if high < math.inf else 2.0 * low
    return x


@njit
def _gamma_guess(u: float, shape: float) -> float:
    """Wilson and Hilferty's approximation; the power law of the left tail where that fails."""
    if shape > 0.5:
        third = 1.0 / (9.0 * shape)
        x = 1.0 - third + normal(u) * math.sqrt(third)
        if x > 0.3:
            return shape * x * x * x
    # P(a, x) is about x**a / gamma(a + 1)
    x = math.exp((math.log(u) + math.lgamma(shape + 1.0)) / shape)
    if x < 0.5 * (shape + 1.0):
        return x
    return max(shape, 0.5) - math.log1p(-u)


@njit
def beta(u: float, a: float, b: float) -> float:
    """Beta on 0..1: Newton steps on the exact function inside a shrinking bracket, every fourth step a bisection.

    With a or b above 1e8 the spread is negligible, and the mean is returned.
    """
    if not (a > 0.0 and b > 0.0 and u >= 0.0 and u <= 1.0 and a < math.inf and b < math.inf):
        return math.nan
    if u == 0.0 or u == 1.0:  # ends of a design, never drawn
        return u
    if max(a, b) > _ROUGH:
        return a / (a + b)
    low, high = 0.0, 1.0
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    x = math.exp((math.log(u * a) - front) / a)  # the power law of the left tail
    if x < 1e-290:
        return x
    if x > 0.1 * a / (a + b):
        x = a / (a + b)
    for turn in range(200):
        p, q = beta_pq(a, b, x, 1.0 - x)
        gap = p - u if u < 0.5 else (1.0 - u) - q
        if gap > 0.0:
            high = x
        else:
            low = x
        step = gap * math.exp(-front - (a - 1.0) * math.log(x) - (b - 1.0) * math.log1p(-x))
        if abs(step) <= 1e-9 * min(x, 1.0 - x) or high - low <= 4e-16 * x:
            return min(max(x - step, low), high)
        x -= step
        if turn % 4 == 3 or not (x > low and x < high):
            x = 0.5 * (low + high)
    return x


@njit
def poisson(u: float, mean: float) -> int:
    """The Poisson count at u."""
    if not (mean > 0.0 and u > 0.0 and u < 1.0):
        return 0
    mean = min(mean, _LARGEST)
    if mean < _SUM_TO:
        return _sum_from_zero(u, math.exp(-mean), 0.0, mean, math.inf)
    return _count(_POISSON, u, mean, 0.0, mean, 0.0, _TOP)


@njit
def negative_binomial(u: float, mean: float, size: float) -> int:
    """The negative binomial count at u: variance mean + mean**2 / size."""
    if not (mean > 0.0 and size > 0.0 and u > 0.0 and u < 1.0):
        return 0
    mean = min(mean, _LARGEST)
    if size > 1e15:
        return poisson(u, mean)
    if mean < 3.0 * _SUM_TO:
        odds = mean / (mean + size)
        return _sum_from_zero(u, math.exp(-size * math.log1p(mean / size)), odds, (size - 1.0) * odds, math.inf)
    return _count(_NEGATIVE_BINOMIAL, u, mean, size, mean, mean / size, _TOP)


@njit
def binomial(u: float, n: float, p: float) -> int:
    """The successes among floor(n) trials at u; p is clipped to 0..1."""
    if not (n >= 1.0 and p > 0.0 and u > 0.0 and u < 1.0):
        return 0
    trials = float(math.floor(min(n, _LARGEST)))
    if p >= 1.0:
        return int(trials)
    if trials * p < _SUM_TO and p < 0.9:
        odds = p / (1.0 - p)
        return _sum_from_zero(u, math.exp(trials * math.log1p(-p)), -odds, (trials + 1.0) * odds, trials)
    return _count(_BINOMIAL, u, trials, p, trials * p, -p, trials)


@njit
def categorical(u: float, weights: npt.NDArray[np.float64]) -> int:
    """The first index whose running share of the weights passes u; weights not above 0 are never drawn."""
    total = 0.0
    for k in range(weights.size):
        if weights[k] > 0.0:
            total += weights[k]
    last = 0
    running = 0.0
    for k in range(weights.size):
        if weights[k] > 0.0:
            running += weights[k]
            last = k
            if u * total < running:
                return k
    return last


@njit
def _sum_from_zero(u: float, start: float, a: float, b: float, top: float) -> int:
    """The smallest k with cdf(k) >= u, by mass(k + 1) = mass(k) (a + b / (k + 1)) from mass(0) = start."""
    mass = start
    total = start
    k = 0
    while total < u and k < top:
        k += 1
        mass *= a + b / k
        following = total + mass
        if following == total and mass < start + 1e-20:  # rounding keeps the sum below u: the far tail
            break
        total = following
    return k


@njit
def _reached(kind: np.int64, k: float, u: float, a: float, b: float) -> bool:
    """Whether cdf(k) >= u, by the tail that is computed precisely."""
    if k < 0.0:
        return False
    if kind == _POISSON:
        above, below = gamma_pq(k + 1.0, a)
    elif kind == _NEGATIVE_BINOMIAL:
        below, above = beta_pq(b, k + 1.0, b / (a + b), a / (a + b))
    else:
        if k >= a:
            return True
        above, below = beta_pq(k + 1.0, a - k, b, 1.0 - b)
    return below >= u if u < 0.5 else above <= 1.0 - u


@njit
def _expansion(z: float, mean: float, spread: float) -> tuple[float, float]:
    """A real x such that the count is ceil(x - 1/2), and a bound of its error: Cornish and Fisher to the third order.

    The three families have cumulants in one form, with spread 0 (Poisson), -p (binomial) or mean / size: the variance
    is mean (1 + spread). It is lowered by 1/12 because a sum over integers stands for an integral (midpoint rule).
    The bound is at least ten times the errors seen over a grid of parameters (tests/model/test_samplers.py).
    """
    variance = mean * (1.0 + spread)
    sd = math.sqrt(variance - 1.0 / 12.0)
    ratio = variance / (sd * sd)
    g1 = ratio * (1.0 + 2.0 * spread) / sd
    g2 = ratio * (1.0 + 6.0 * spread * (1.0 + spread)) / (sd * sd)
    g3 = ratio * (1.0 + 2.0 * spread) * (1.0 + 12.0 * spread * (1.0 + spread)) / (sd * sd * sd)
    z2 = z * z
    first = g1 * (z2 - 1.0) / 6.0
    second = z * (g2 * (z2 - 3.0) / 24.0 - g1 * g1 * (2.0 * z2 - 5.0) / 36.0)
    third = (
        g3 * ((z2 - 6.0) * z2 + 3.0) / 120.0
        - g1 * g2 * ((z2 - 5.0) * z2 + 2.0) / 24.0
        + g1 * g1 * g1 * ((12.0 * z2 - 53.0) * z2 + 17.0) / 324.0
    )
    order = max(g1 * g1, abs(g2), 1.0 / variance)
    error = 0.1 * sd * order * order * (1.0 + abs(z) * z2 * z2) / (1.0 + min(max(spread, 0.0), 10.0))
    return mean + sd * (z + first + second + third), error + 1e-12 * mean


@njit
def _count(kind: np.int64, u: float, a: float, b: float, mean: float, spread: float, top: float) -> int:
    """The smallest k with cdf(k) >= u: by the expansion where its error leaves no doubt, else by search."""
    if mean * (1.0 + spread) < 1.0:  # a binomial with p near 1
        return _search(kind, u, a, b, float(math.floor(mean)), top)
    x, error = _expansion(normal(u), mean, spread)
    guess = min(max(float(math.ceil(x - 0.5)), 0.0), top)
    if guess - (x - 0.5) > error and (x - 0.5) - (guess - 1.0) > error:
        return int(guess)
    if mean > _ROUGH:
        return int(guess if error < 1e-6 * mean else min(gamma(u, b) * spread, top))  # skewed: near a gamma
    if not error < mean:
        guess = float(math.floor(mean))
    return _search(kind, u, a, b, guess, top)


@njit
def _search(kind: np.int64, u: float, a: float, b: float, guess: float, top: float) -> int:
    """The smallest k with cdf(k) >= u, on the exact functions: strides from the guess that double, then bisection."""
    stride = 1.0
    if _reached(kind, guess, u, a, b):
        high = guess
        low = guess - 1.0
        while low >= 0.0 and _reached(kind, low, u, a, b):
            high = low
            stride *= 2.0
            low = max(low - stride, -1.0)
    else:
        low = guess
        high = guess + 1.0
        while high < top and not _reached(kind, high, u, a, b):
            low = high
            stride *= 2.0
            high = min(high + stride, top)
    while high - low > 1.5:
        middle = float(math.floor(0.5 * (low + high)))
        if _reached(kind, middle, u, a, b):
            high = middle
        else:
            low = middle
    return int(high)
