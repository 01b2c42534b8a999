"""Every sampler against scipy's quantile and distribution functions, in shape, in order and at the edges."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from regionsim.model import inverse, samplers
from regionsim.model.random import Streams

U = np.unique(np.concatenate([(np.arange(999) + 0.5) / 999, 10.0 ** -np.arange(1, 16), 1 - 10.0 ** -np.arange(1, 15)]))
TIE = 1e-12  # how far a cumulative probability may be from u

POISSON = [(m,) for m in (1e-9, 0.01, 0.5, 1, 3.7, 12, 29.99, 30.01, 47, 100, 333.3, 2000, 5e4, 1e6)]
NEGATIVE_BINOMIAL = [(0.01, 0.1), (1, 1), (5, 0.3), (12, 4), (50, 2), (89.9, 0.7), (90.1, 0.7), (90.1, 1e9), (300, 12),
                     (300, 0.05), (2000, 5), (2000, 300), (1e5, 2), (1e6, 1e4)]  # fmt: skip
BINOMIAL = [(1, 0.3), (5, 0.95), (40, 0.02), (40, 0.98), (60, 0.49), (60, 0.51), (500, 0.05), (500, 0.95), (1000, 1e-5),
            (33, 0.89), (33, 0.91), (8e4, 0.01), (8e4, 0.7), (1e6, 0.999), (1e6, 0.5)]  # fmt: skip
DISCRETE = (
    [("poisson", p, samplers.poisson_inv, stats.poisson(*p)) for p in POISSON]
    + [("negative binomial", p, samplers.negative_binomial_inv, stats.nbinom(p[1], p[1] / (p[0] + p[1])))
       for p in NEGATIVE_BINOMIAL]
    + [("binomial", p, samplers.binomial_inv, stats.binom(*p)) for p in BINOMIAL]
)  # fmt: skip
CONTINUOUS = (  # no gamma of shape 1e6: scipy's own error shows there, about 1e-11 in the lower tail
    [("normal", (), samplers.normal_inv, stats.norm())]
    + [("truncated normal", (b,), samplers.truncated_normal_inv, stats.truncnorm(-b, b)) for b in (0.1, 1.0, 2.6, 9.0)]
    + [("exponential", (m,), samplers.exponential_inv, stats.expon(scale=m)) for m in (1e-3, 7.0)]
    + [("lognormal", (m, s), samplers.lognormal_inv, stats.lognorm(s, scale=math.exp(m)))
       for m, s in ((2.2, 0.9), (-3, 2))]
    + [("gamma", (a,), samplers.gamma_inv, stats.gamma(a)) for a in (0.05, 0.3, 0.5, 1, 1.7, 9, 60, 1e3)]
    + [("beta", p, samplers.beta_inv, stats.beta(*p))
       for p in ((0.5, 0.5), (1, 1), (2, 5), (30, 4), (0.2, 3), (4, 0.3), (300, 700))]
)  # fmt: skip


def _name(case: object) -> str:
    return str(case) if isinstance(case, str | tuple) else ""


@pytest.mark.parametrize(("name", "parameters", "inverse_of", "law"), DISCRETE, ids=_name)
def test_counts_are_the_quantiles(name: str, parameters: tuple[float, ...], inverse_of: Callable, law: object) -> None:
    """cdf(k) >= u > cdf(k - 1) up to a tie of 1e-12; equal to scipy's answer except for ties and the far tail."""
    k = inverse_of(U, *parameters)
    assert k.dtype == np.int64
    upper = U > 0.5
    reached = np.where(upper, (1 - U) - law.sf(k), law.cdf(k) - U)
    before = np.where(upper, (1 - U) - law.sf(k - 1), law.cdf(k - 1) - U)
    assert reached.min() >= -TIE
    assert before.max() <= TIE
    plain = (np.abs(reached) > TIE) & (np.abs(before) > TIE) & (U > 1e-6) & (U < 1 - 1e-6)
    assert np.array_equal(k[plain], law.ppf(U[plain]))


@pytest.mark.parametrize(("name", "parameters", "inverse_of", "law"), CONTINUOUS, ids=_name)
def test_real_numbers_are_the_quantiles(
    name: str, parameters: tuple[float, ...], inverse_of: Callable, law: object
) -> None:
    """The cumulative probability at x is u, to 1e-12 and the rounding of x; and x is scipy's answer."""
    x = inverse_of(U, *parameters)
    assert np.all(np.diff(x) >= 0)
    rounding = law.cdf(x * (1 + 4e-16)) - law.cdf(x * (1 - 4e-16))
    assert np.all(np.where(U > 0.5, np.abs(law.sf(x) - (1 - U)), np.abs(law.cdf(x) - U)) <= TIE + np.abs(rounding))
    body = (U > 1e-6) & (U < 1 - 1e-6)
    np.testing.assert_allclose(x[body], law.ppf(U[body]), rtol=1e-11, atol=1e-300)


# The expansion that avoids the search


@pytest.mark.parametrize("mean", [30.0, 45.0, 100.0, 400.0, 3000.0, 20000.0])
@pytest.mark.parametrize(
    "spread", [0.0, -0.01, -0.3, -0.5, -0.7, -0.9, -0.97, 0.01, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0, 1000.0]
)
def test_the_bound_of_the_expansion_is_at_least_ten_times_its_error(mean: float, spread: float) -> None:
    if spread == 0:
        law = stats.poisson(mean)
    elif spread < 0:
        tries = math.ceil(mean / -spread)
        mean = tries * -spread
        law = stats.binom(tries, -spread)
    else:
        law = stats.nbinom(mean / spread, 1 / (1 + spread))
    sd = math.sqrt(mean * (1 + spread))
    k = np.unique(np.floor(mean + sd * np.linspace(-8, 8, 161)))
    k = k[(k >= 0) & (law.cdf(k) > 1e-15) & (law.sf(k) > 1e-15)]
    z = np.where(law.cdf(k) < 0.5, stats.norm.ppf(law.cdf(k)), stats.norm.isf(law.sf(k)))
    for i in range(k.size):
        x, bound = inverse._expansion(float(z[i]), mean, spread)
        assert 10 * abs(x - (k[i] + 0.5)) < bound or bound > mean


@pytest.mark.parametrize(
    ("kind", "a", "b", "mean", "spread"),
    [(0, 31.0, 0.0, 31.0, 0.0), (0, 4e3, 0.0, 4e3, 0.0), (1, 95.0, 20.0, 95.0, 4.75), (1, 900.0, 2e3, 900.0, 0.45),
     (2, 70.0, 0.5, 35.0, -0.5), (2, 9e4, 0.02, 1800.0, -0.02)],
)  # fmt: skip
def test_the_short_cut_and_the_exact_search_agree(kind: int, a: float, b: float, mean: float, spread: float) -> None:
    top = a if kind == 2 else 2.0**62
    for u in Streams(8, np.arange(3000)).uniform("short cut").tolist():
        short = inverse._count(kind, u, a, b, mean, spread, top)
        assert short == inverse._search(kind, u, a, b, float(math.floor(mean)), top)


# Order

uniforms = st.floats(1e-12, 1 - 1e-12)
means = st.floats(1e-6, 1e5)
sizes = st.floats(1e-2, 1e6)
MONOTONE: dict[str, tuple[Callable, tuple[st.SearchStrategy, ...], int]] = {
    "exponential": (samplers.exponential_inv, (means,), 0),
    "lognormal": (samplers.lognormal_inv, (st.floats(-5, 5), st.floats(0, 3)), 0),
    "gamma": (samplers.gamma_inv, (st.floats(1e-2, 1e4),), 0),
    "poisson": (samplers.poisson_inv, (means,), 0),
    "negative binomial": (samplers.negative_binomial_inv, (means, sizes), 0),
    "binomial in n": (samplers.binomial_inv, (st.integers(0, 10**6), st.floats(0, 1)), 0),
    "binomial in p": (samplers.binomial_inv, (st.integers(0, 10**6), st.floats(0, 1)), 1),
}


@pytest.mark.parametrize("name", MONOTONE)
def test_samplers_never_fall_when_u_or_the_parameter_rises(name: str) -> None:
    """Exactly in u for counts; up to rounding elsewhere."""
    sampler, strategies, which = MONOTONE[name]

    @settings(max_examples=150, derandomize=True, deadline=None, database=None)
    @given(st.tuples(uniforms, uniforms).map(sorted), st.tuples(*strategies), strategies[which])
    def check(us: list[float], parameters: tuple[float, ...], other: float) -> None:
        low, high = sampler(np.array(us), *parameters)
        slack = 0.0 if "n" in name and low.dtype == np.int64 else 1e-12 * abs(float(high))
        assert low <= high + slack
        both = list(parameters)
        both[which] = np.array(sorted([parameters[which], other]))
        low, high = sampler(us[0], *both)
        assert low <= high + 1e-12 * abs(float(high))

    check()


def test_counts_never_fall_along_fine_grids_across_every_change_of_method() -> None:
    u = Streams(1, np.arange(200)).uniform("grid")
    for centre in (30.0, 90.0, 1e8):
        grid = centre * (1 + np.linspace(-1e-3, 1e-3, 401))
        assert np.all(np.diff(samplers.poisson_inv(u[:, None], grid)) >= 0)
        assert np.all(np.diff(samplers.negative_binomial_inv(u[:, None], grid, 1e3)) >= 0)
    grid = np.linspace(0.85, 0.95, 401)
    assert np.all(np.diff(samplers.binomial_inv(u[:, None], 33, grid)) >= 0)
    steps = np.sort(np.concatenate([np.linspace(1e-4, 1 - 1e-4, 4001), [np.nextafter(0.5, 0), 0.5]]))
    for mean in (3.0, 40.0, 5000.0):
        assert np.all(np.diff(samplers.poisson_inv(steps, mean)) >= 0)


# Samples


def test_samples_follow_their_laws() -> None:
    """Chi-square of 20,000 counts, Kolmogorov-Smirnov of reals; all together a false alarm once in 1,000 seeds."""
    streams = Streams(21, np.arange(20_000))
    p_values = []
    for name, parameters, sampler, law in DISCRETE:
        k = sampler(streams.uniform(f"{name} {parameters}"), *parameters)
        edges = np.unique(law.ppf(np.linspace(0.02, 0.98, 25)))
        observed = np.bincount(np.searchsorted(edges, k), minlength=edges.size + 1)
        expected = np.diff(np.concatenate([[0.0], law.cdf(edges), [1.0]])) * k.size
        if edges.size > 1 and expected[-1] > 5:
            p_values.append(stats.chisquare(observed, expected).pvalue)
    for name, parameters, sampler, law in CONTINUOUS:
        p_values.append(stats.kstest(sampler(streams.uniform(f"{name} {parameters}"), *parameters), law.cdf).pvalue)
    assert len(p_values) > 40
    assert min(p_values) > 1e-3 / len(p_values)


def test_methods_of_streams_have_the_stated_moments() -> None:
    streams = Streams(3, np.arange(40_000))
    draws = {
        "normal": (streams.normal("n", 4.0, 2.0), 4.0, 2.0),
        "exponential": (streams.exponential("e", 3.0), 3.0, 3.0),
        "lognormal": (streams.lognormal("l", 1.0, 0.4), math.exp(1.08), math.exp(1.08) * math.sqrt(math.expm1(0.16))),
        "gamma": (streams.gamma("g", 4.0, 2.5), 10.0, 5.0),
        "beta": (streams.beta("b", 2.0, 2.0), 0.5, math.sqrt(1 / 20)),
        "poisson": (streams.poisson("p", 9.0), 9.0, 3.0),
        "negative binomial": (streams.negative_binomial("nb", 8.0, 4.0), 8.0, math.sqrt(24)),
        "binomial": (streams.binomial("bi", 50, 0.2), 10.0, math.sqrt(8)),
        "bernoulli": (streams.bernoulli("be", 0.3), 0.3, math.sqrt(0.21)),
    }
    for name, (x, mean, sd) in draws.items():
        assert abs(x.mean() - mean) < 4 * sd / 200, name
        assert abs(x.std() / sd - 1) < 0.03, name


def test_categories_come_in_proportion_to_their_weights() -> None:
    streams = Streams(3, np.arange(30_000))
    counts = np.bincount(streams.categorical("c", [1.0, 0.0, 3.0, -2.0, np.nan, 6.0, 0.0]), minlength=7)
    assert counts[[1, 3, 4, 6]].sum() == 0
    assert stats.chisquare(counts[[0, 2, 5]], np.array([0.1, 0.3, 0.6]) * 30_000).pvalue > 1e-3
    assert streams.categorical("c", np.zeros((30_000, 3))).max() == 0


# Edges and shapes


def test_senseless_parameters_give_zero_counts_or_nan() -> None:
    for bad in (np.nan, -1.0, -np.inf):
        assert samplers.poisson_inv(0.5, bad) == 0
        assert samplers.negative_binomial_inv(0.5, bad, 2.0) == 0
        assert samplers.negative_binomial_inv(0.5, 2.0, bad) == 0
        assert samplers.binomial_inv(0.5, bad, 0.5) == 0
        assert samplers.binomial_inv(0.5, 9, bad) == 0
        assert np.isnan(samplers.exponential_inv(0.5, bad))
        assert np.isnan(samplers.lognormal_inv(0.5, 0.0, bad))
        assert np.isnan(samplers.gamma_inv(0.5, bad))
        assert np.isnan(samplers.beta_inv(0.5, bad, 1.0))
        assert np.isnan(samplers.beta_inv(bad, 2.0, 1.0))
    assert list(samplers.beta_inv(np.array([0.0, 1.0]), 1.5, 13.0)) == [0.0, 1.0]
    assert samplers.poisson_inv(np.nan, 3.0) == 0
    assert np.isnan(samplers.normal_inv(np.nan))


def test_limits_are_as_documented() -> None:
    assert np.all(samplers.poisson_inv(U, 0.0) == 0)
    assert np.all(samplers.negative_binomial_inv(U, 0.0, 1.0) == 0)
    assert np.all(samplers.gamma_inv(U, 0.0) == 0)
    assert np.all(samplers.exponential_inv(U, 0.0) == 0)
    assert np.all(samplers.binomial_inv(U, 17, 0.0) == 0)
    assert np.all(samplers.binomial_inv(U, 17.9, 1.0) == 17)
    assert np.all(samplers.binomial_inv(U, 17, 1.5) == 17)
    assert np.all(samplers.binomial_inv(U, 0, 0.5) == 0)
    assert np.array_equal(samplers.negative_binomial_inv(U, 12.0, np.inf), samplers.poisson_inv(U, 12.0))
    assert np.array_equal(samplers.negative_binomial_inv(U, 120.0, 1e14), samplers.poisson_inv(U, 120.0))
    assert np.array_equal(samplers.poisson_inv(U, np.inf), samplers.poisson_inv(U, 1e12))


def test_huge_arguments_end_soon_and_stay_near_the_law() -> None:
    u = U[20:-20:10]
    np.testing.assert_allclose(samplers.poisson_inv(u, 1e10), stats.norm.ppf(u, 1e10, 1e5), rtol=1e-9)
    np.testing.assert_allclose(samplers.negative_binomial_inv(u, 1e9, 2.0), stats.gamma.ppf(u, 2.0) * 5e8, rtol=1e-6)
    np.testing.assert_allclose(samplers.binomial_inv(u, 1e11, 0.25), stats.norm.ppf(u, 2.5e10, 1.37e5), rtol=1e-6)
    np.testing.assert_allclose(samplers.gamma_inv(u, 1e10), stats.norm.ppf(u, 1e10, 1e5), rtol=1e-9)
    assert np.all(samplers.negative_binomial_inv(U, 1e300, 1e-12) >= 0)


def test_arguments_broadcast_like_numpy_whatever_their_layout() -> None:
    u, mean = U[:12].reshape(3, 4), np.arange(4.0)
    table = samplers.poisson_inv(u, mean)
    assert table.shape == (3, 4)
    assert table[2, 3] == samplers.poisson_inv(u[2, 3], 3.0)
    assert np.array_equal(samplers.poisson_inv(u.T, mean[:, None]), table.T)
    assert np.array_equal(samplers.poisson_inv(u[:, ::2], mean[::2]), table[:, ::2])
    assert samplers.poisson_inv(0.5, [1, 2, 3]).shape == (3,)
    assert samplers.poisson_inv([0.5], 2).shape == (1,)
    assert samplers.poisson_inv(0.5, 2).shape == ()
    assert samplers.poisson_inv(np.empty(0), 2.0).shape == (0,)
    frozen = mean.copy()
    frozen.setflags(write=False)
    assert np.array_equal(samplers.poisson_inv(u, frozen), table)
    with pytest.raises(ValueError, match="broadcast"):
        samplers.poisson_inv(U[:3], U[:4])
