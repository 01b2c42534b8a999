"""How often `compare` is wrong, and how often it sees what is there, counted on worlds of the toy.

Every count must lie in the central 99.9% of its binomial distribution under the stated rate: a right program fails each
such test in one case of a thousand, and as seeds are fixed it gives the same verdict each time.
"""

import numpy as np
import pytest
from scipy.stats import binom, nct, t

from regionsim.analysis.differences import beyond_interval, holm, paired, unpaired

N, W, WEEKS = 600, 30, 11  # comparisons, worlds of each, weeks
BAND = (0.0005, 0.9995)


def band(n, rate):
    return tuple(binom.ppf(BAND, n, rate))


@pytest.fixture(scope="module")
def by_seed():
    """Attacks of the toy, (N, W, weeks), under two seeds: arms that differ in nothing else."""
    from toy import play, rows, toy_scenario

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
        assert wrong == sum(one.p[week] < 0.05 for one in found)
    called = sum(one.clear_from is not None for one in found)
    assert low <= called <= high, (called, low, high)  # however many weeks are looked at


def test_of_twelve_rows_together_none_is_held_wrongly_in_95_of_100(by_seed):
    p = np.array([paired(a, b).p[-1] for a, b in zip(*by_seed, strict=True)]).reshape(-1, 12)
    wrong = sum(holm(row).any() for row in p)
    low, high = band(len(p), 0.05)
    assert low <= wrong <= high, (wrong, low, high)


@pytest.mark.parametrize(("how", "freedom"), [(paired, W - 1), (unpaired, 2 * W - 2)])
@pytest.mark.parametrize("effect", [15.0, 30.0])
def test_a_known_difference_is_seen_as_often_as_theory_says(by_seed, how, freedom, effect):
    seen = sum(how(a, b + effect).clear_from is not None for a, b in zip(*by_seed, strict=True))
    shift = effect / np.sqrt(2 * 900.0 / W)  # attacks are Poisson(900), so differences have variance 1800
    edge = t.ppf(0.975, freedom)
    power = nct.sf(edge, freedom, shift) + nct.cdf(-edge, freedom, shift)
    low, high = band(N, power)
    assert low <= seen <= high, (seen, low, high, power)


def test_p_of_a_mean_in_half_widths_of_its_interval_is_that_of_the_pairs():
    found = paired(np.zeros((30, 1)), np.random.default_rng(2).normal(0.3, 1.0, (30, 1)))
    half = (found.high - found.low) / 2.0

    assert beyond_interval(found.mean / half, 29.0) == pytest.approx(found.p)


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
