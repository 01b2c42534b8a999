"""How often `compare` is wrong, and how often it sees what is there, counted on worlds of the toy.

Every count must lie in the central 99.9% of its binomial distribution under the stated rate: a right program fails each
such test in one case of a thousand, and as seeds are fixed it gives the same verdict each time.
"""

import numpy as np
import pytest
from scipy.stats import binom, mannwhitneyu, norm, ttest_1samp

from regionsim.stats.differences import beyond_interval, holm, paired, unpaired

N, W, WEEKS = 600, 30, 11  # comparisons, worlds of each, weeks
BAND = (0.0005, 0.9995)


def band(n, rate):
    return tuple(binom.ppf(BAND, n, rate))


@pytest.fixture(scope="module")
def by_seed():
    """Attacks of the toy, (N, W, weeks), under two seeds: arms that differ in nothing else."""
    from tests.toys.toy import play, rows, toy_scenario

    found = []
    for seed in (0, 1):
        scenario = toy_scenario(N * W, seed=seed)
        values = play(scenario, rows(scenario, range(N * W))).columns["attacks"]
        found.append(values.reshape(N, W, -1))
    return found


@pytest.mark.parametrize("how", [paired, unpaired])
def test_arms_that_differ_only_in_seed_are_told_apart_at_the_stated_rate(by_seed, how):
    found = [how(a, b) for a, b in zip(*by_seed, strict=True)]
    low, high = band(N, 0.05)
    for week in (0, 5, WEEKS - 1):
        wrong = sum(not one.low[week] <= 0.0 <= one.high[week] for one in found)
        assert low <= wrong <= high, (wrong, low, high)
        sided = sum(one.side[week] != 0 for one in found)
        assert low <= sided <= high, (sided, low, high)
        assert sided == sum(one.p[week] <= 0.05 for one in found)
    called = sum(one.clear_from is not None for one in found)
    assert low <= called <= high, (called, low, high)  # however many weeks are looked at


def test_of_twelve_rows_together_none_is_held_wrongly_in_95_of_100(by_seed):
    p = np.array([paired(a, b).p[-1] for a, b in zip(*by_seed, strict=True)]).reshape(-1, 12)
    wrong = sum(holm(row).any() for row in p)
    low, high = band(len(p), 0.05)
    assert low <= wrong <= high, (wrong, low, high)


def sign_power(share):
    """How often a two-sided sign test of 5% finds a side among W pairs of which this share is higher."""
    counts = np.arange(W + 1)
    p = 2.0 * binom.cdf(np.minimum(counts, W - counts), W, 0.5)
    return binom.pmf(counts, W, share)[p <= 0.05].sum()


def rank_power(shift):
    """The same of ranks, from the test's efficiency of 3/pi beside that of means."""
    return norm.sf(norm.ppf(0.975) - shift * np.sqrt(3.0 / np.pi))


@pytest.mark.parametrize("how", [paired, unpaired])
@pytest.mark.parametrize("effect", [15.0, 30.0])
def test_a_known_difference_is_seen_as_often_as_theory_says(by_seed, how, effect):
    seen = sum(how(a, b + effect).clear_from is not None for a, b in zip(*by_seed, strict=True))
    each = effect / np.sqrt(2 * 900.0)  # attacks are Poisson(900), so differences have variance 1800
    power = sign_power(norm.cdf(each)) if how is paired else rank_power(each * np.sqrt(W))
    low, high = band(N, power)
    assert low <= seen <= high, (seen, low, high, power)


def test_p_of_a_mean_in_half_widths_of_its_interval_is_students():
    values = np.random.default_rng(2).normal(0.3, 1.0, (30, 1))
    found = paired(np.zeros((30, 1)), values)
    half = (found.high - found.low) / 2.0

    assert beyond_interval(found.mean / half, 29.0) == pytest.approx(ttest_1samp(values, 0.0).pvalue)


def test_ranks_of_worlds_that_are_not_paired_say_what_mann_and_whitney_say():
    chance = np.random.default_rng(3)
    a, b = chance.integers(0, 9, (25, 4)).astype(float), chance.integers(1, 10, (40, 4)).astype(float)

    assert unpaired(a, b).p == pytest.approx(mannwhitneyu(b, a, axis=0, method="asymptotic").pvalue)


def test_a_few_worlds_with_enormous_values_decide_nothing():
    values = np.full((100, 1), -1.0)
    values[:3] = 1e6
    found = paired(np.zeros((100, 1)), values)

    assert found.mean[0] > 0
    assert found.side[0] == -1
    assert found.median_interval(0) == (-1.0, -1.0)
    assert (found.middle(0).kind, found.middle(0).value) == ("median", -1.0)


def test_the_median_of_what_is_not_paired_lies_in_its_interval_as_often_as_stated():
    chance = np.random.default_rng(5)
    missed = 0
    for _ in range(N):
        found = unpaired(chance.exponential(size=(40, 1)), chance.exponential(size=(30, 1)) + 1.0)
        low, high = found.median_interval(0)
        missed += not low <= 1.0 <= high
    low, high = band(N, 0.05)
    assert low <= missed <= high, (missed, low, high)


def test_clear_from_is_the_first_week_of_the_last_unbroken_stretch():
    chance = np.random.default_rng(0).normal(size=(200, 8)) * 0.01
    base = np.zeros((200, 8))
    found = paired(base, chance + np.array([1, -1, 1, 0, 1, 1, 1, 1.0]))
    assert found.clear_from == 4
    assert paired(base, chance + np.array([1, 1, 1, 1, 1, 1, 1, 0.0])).clear_from is None
    assert paired(base, chance + np.array([-1, 1, 1, 1, 1, 1, 1, 1.0])).clear_from == 1
    assert paired(base, base).clear_from is None
    assert paired(base, base + 1.0).clear_from == 0


def test_what_is_identical_is_said_so_and_has_no_ratio():
    base = np.random.default_rng(1).normal(size=(10, 3))
    found = paired(base, base)
    assert found.identical.all()
    assert np.isnan(found.ratio).all()
    assert (found.p == 1.0).all()
    base[3, 1] += 1e-12
    assert paired(base, base + np.array([0.0, 1e-9, 0.0])).identical.tolist() == [True, False, True]


def test_pairing_takes_out_what_two_arms_share():
    chance = np.random.default_rng(2)
    shared, own = chance.normal(size=(4000, 1)) * 3.0, chance.normal(size=(2, 4000, 1))
    found = paired(shared + own[0], shared + own[1] + 1.0)
    assert float(found.ratio[0]) == pytest.approx((10.0 + 10.0) / 2.0, rel=0.1)


def test_one_world_says_nothing():
    found = paired([[1.0, 2.0]], [[2.0, 3.0]])
    assert found.clear_from is None
    assert np.isinf(found.low).all()
    assert unpaired([[1.0, 2.0]], [[2.0, 3.0]]).clear_from is None


def test_holm_stops_at_the_first_that_does_not_hold():
    assert holm(np.array([0.2, 0.001, 0.03, 0.016])).tolist() == [False, True, False, True]
    assert holm(np.array([0.2, 0.001, 0.026, 0.02])).tolist() == [False, True, False, False]
