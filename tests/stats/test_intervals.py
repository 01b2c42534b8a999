import numpy as np
import pytest
from scipy.stats import binom, norm

from regionsim.stats.intervals import (
    mean_interval,
    quantile_interval,
    share_difference,
    share_interval,
    unpaired_share_difference,
)


def within_band(hits, n, rate, least=False):
    """Whether hits of n agree with a rate: inside the central 99.9% of the binomial (or not below it)."""
    low, high = binom.ppf(0.0005, n, rate), binom.ppf(0.9995, n, rate)
    return low <= hits and (least or hits <= high)


def test_an_interval_of_a_mean_covers_at_its_level():
    n = 4000
    values = np.random.default_rng(1).normal(3.0, 2.0, (12, n))
    for level in (0.5, 0.95):
        low, high = mean_interval(values, level)
        assert within_band(int(((low <= 3.0) & (high >= 3.0)).sum()), n, level)


def test_an_interval_of_a_mean_leaves_absent_values_out_and_knows_nothing_of_one_value():
    low, high = mean_interval([1.0, np.nan, 3.0, 2.0])
    assert (low, high) == mean_interval([1.0, 3.0, 2.0])
    assert mean_interval([1.0]) == (-np.inf, np.inf)
    assert mean_interval([2.0, 2.0, 2.0]) == (2.0, 2.0)


@pytest.mark.parametrize(("count", "n"), [(0, 10), (3, 10), (10, 10), (0, 0)])
def test_an_interval_of_a_share_is_what_scipy_says(count, n):
    from scipy.stats import binomtest

    found = share_interval(count, n)
    if n:
        exact = binomtest(count, n).proportion_ci(0.95, "exact")
        np.testing.assert_allclose(found, (exact.low, exact.high), atol=1e-9)
    else:
        assert found == (0.0, 1.0)
    with pytest.raises(ValueError, match="no share"):
        share_interval(n + 1, n)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_an_interval_of_a_quantile_covers_at_least_at_its_level(share):
    generator, n = np.random.default_rng(2), 3000
    truth = norm.ppf(share)
    hits = 0
    for _ in range(n):
        low, high = quantile_interval(generator.normal(size=30), share)
        hits += low <= truth <= high
    assert within_band(hits, n, 0.95, least=True)


def test_few_values_bound_an_outer_quantile_on_one_side_only():
    low, high = quantile_interval(np.arange(10.0), 0.95)
    assert high == np.inf
    assert low <= 9.0
    assert quantile_interval([], 0.5) == (-np.inf, np.inf)
    with pytest.raises(ValueError, match="no share"):
        quantile_interval([1.0], 1.0)


def test_an_interval_of_a_difference_of_shares_is_near_its_level():
    """Pairs whose sides agree more often than chance: the interval of the paired difference covers the true one."""
    chances = {"both": 0.15, "first": 0.20, "second": 0.05, "neither": 0.60}
    drawn = np.random.default_rng(3).multinomial(60, list(chances.values()), 3000)
    paired = [share_difference(int(both), int(first), int(second), 60) for both, first, second, _ in drawn]
    assert within_band(sum(low <= 0.15 <= high for low, high in paired), 3000, 0.945, least=True)
    apart = [unpaired_share_difference(int(row[0] + row[1]), 60, int(row[0] + row[2]), 60) for row in drawn]
    wider = [b.high - b.low > a.high - a.low for a, b in zip(paired, apart, strict=True)]
    assert np.mean(wider) > 0.9  # pairing tells more where the sides agree

    draws = np.random.default_rng(4).binomial((60, 90), (0.35, 0.2), (3000, 2))
    apart = [unpaired_share_difference(int(a), 60, int(b), 90) for a, b in draws]
    assert within_band(sum(low <= 0.15 <= high for low, high in apart), 3000, 0.94, least=True)


def test_a_difference_of_shares_holds_at_the_edges_and_turns_with_its_sides():
    assert share_difference(0, 0, 0, 0) == (-1.0, 1.0)
    low, high = share_difference(0, 0, 0, 20)
    assert -low == pytest.approx(high)
    assert 0.0 < high < 0.2
    low, high = share_difference(3, 9, 1, 40)
    assert (-high, -low) == pytest.approx(share_difference(3, 1, 9, 40))
    assert low < 0.2 < high
    assert -1.0 <= share_difference(0, 5, 0, 5).low < share_difference(0, 5, 0, 5).high <= 1.0
    with pytest.raises(ValueError, match="no parts"):
        share_difference(3, 3, 0, 5)
    with pytest.raises(ValueError, match="no shares"):
        unpaired_share_difference(6, 5, 0, 5)
