"""Scores against closed forms, and against scoringrules where the score is ours."""

import numpy as np
import pytest
import scoringrules as sr
from scipy import stats

from regionsim.history import scores
from regionsim.stats.intervals import share_interval


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def test_the_crps_of_many_normal_draws_is_that_of_the_normal(rng):
    draws, observed = rng.normal(1.0, 2.0, (1500, 3)), np.array([1.0, 4.0, -3.0])

    assert scores.crps(draws, observed) == pytest.approx(sr.crps_normal(observed, 1.0, 2.0), abs=0.1)


def test_the_crps_of_draws_that_are_all_alike_is_the_absolute_error():
    draws = np.full((5, 2), 3.0)

    assert scores.crps(draws, [5.0, 3.0]) == pytest.approx([2.0, 0.0])
    assert scores.crps(draws, [5.0, 3.0], log=True) == pytest.approx([np.log(6 / 4), 0.0])
    assert scores.crps(draws[:1], [5.0, 3.0]) == pytest.approx([2.0, 0.0])  # one draw has no spread


def test_the_fair_crps_does_not_depend_on_the_number_of_draws_on_average(rng):
    observed = rng.normal(size=8_000)
    few, many = rng.normal(size=(4, 8_000)), rng.normal(size=(40, 8_000))

    assert scores.crps(few, observed).mean() == pytest.approx(scores.crps(many, observed).mean(), abs=0.02)
    assert scores.crps(few, observed, fair=False).mean() > 1.1 * scores.crps(many, observed, fair=False).mean()


def test_the_interval_score_is_the_width_and_a_fine_for_a_miss():
    draws = np.linspace(0.0, 1.0, 101)[:, np.newaxis] * np.ones(3)

    found = scores.interval_score(draws, [0.5, 1.0, 0.0], 0.9)

    assert found == pytest.approx([0.9, 0.9 + 2 / 0.1 * 0.05, 0.9 + 2 / 0.1 * 0.05])


def test_the_energy_score_of_one_dimension_is_the_crps(rng):
    draws = rng.normal(size=(50, 1))

    assert scores.energy_score(draws, [0.7]) == pytest.approx(scores.crps(draws, [0.7], fair=False)[0])


def test_the_energy_score_prefers_the_path_with_the_right_dependence(rng):
    common = rng.normal(size=(150, 1)) * np.ones((150, 6))
    apart = rng.normal(size=(150, 6))
    paths = rng.normal(size=(100, 1)) * np.ones((100, 6))

    right = np.mean([scores.energy_score(common, path) for path in paths])

    assert right < np.mean([scores.energy_score(apart, path) for path in paths])


# -- smoothed draws ----------------------------------------------------------------------------------------------------


def test_the_chances_of_all_counts_add_up_to_one(rng):
    draws = rng.poisson(3.0, (60, 1))
    counts = np.arange(0, 100_000)

    chance = np.exp(-scores.log_score(np.repeat(draws, counts.size, axis=1), counts))

    assert chance.sum() == pytest.approx(1.0, abs=1e-3)  # the wide kernel reaches beyond


def test_the_log_score_of_many_counts_is_near_that_of_their_distribution(rng):
    draws = np.repeat(rng.poisson(40.0, (3000, 1)), 3, axis=1)
    observed = np.array([30, 40, 52])

    assert scores.log_score(draws, observed) == pytest.approx(-stats.poisson.logpmf(observed, 40.0), abs=0.15)


def test_the_log_score_is_finite_for_what_no_draw_foresaw():
    found = scores.log_score(np.full((10, 1), 2.0), [1000.0])

    assert 5.0 < found[0] < 60.0


def test_a_length_still_running_is_scored_by_the_chance_to_last_as_long(rng):
    draws = np.repeat(rng.lognormal(2.2, 1.0, (4000, 1)), 3, axis=1)
    observed = np.array([0, 9, 60])
    truth = stats.lognorm(1.0, scale=np.exp(2.2)).sf(observed - 0.5)

    found = scores.censored_log_score(draws, observed, [True, True, True])

    assert found == pytest.approx(-np.log(truth), abs=0.1)
    ended = scores.censored_log_score(draws, observed, [False, True, False])
    assert ended == pytest.approx(
        [scores.log_score(draws, observed)[0], found[1], scores.log_score(draws, observed)[2]]
    )


def test_the_error_of_shares_is_zero_for_the_right_ones_and_one_for_half_misplaced():
    assert scores.share_error([[30.0, 70.0]], [3.0, 7.0]) == pytest.approx(0.0)
    assert scores.share_error([[1.0, 0.0]], [1.0, 1.0]) == pytest.approx(1.0)
    assert scores.share_error([[0.0, 0.0]], [1.0, 1.0]) == pytest.approx(0.0)  # no total: equal shares


# -- calibration -------------------------------------------------------------------------------------------------------


def test_places_are_uniform_where_observation_and_draws_are_alike_even_for_small_counts(rng):
    draws, observed = rng.poisson(0.7, (19, 4000)), rng.poisson(0.7, 4000)

    places = scores.pit(draws, observed, rng)

    assert scores.uniformity(places) > 0.01
    assert np.histogram(places, 10, (0, 1))[0] == pytest.approx(400, abs=90)


def test_places_are_not_uniform_where_the_draws_are_too_narrow(rng):
    places = scores.pit(rng.normal(0, 0.4, (50, 300)), rng.normal(size=300), rng)

    assert scores.uniformity(places) < 1e-4


def test_coverage_has_the_exact_binomial_interval():
    draws = np.linspace(0, 1, 101)[:, np.newaxis] * np.ones(20)

    found = scores.coverage(draws, [0.5] * 18 + [2.0] * 2, 0.9)

    assert (found.value, found.n) == (0.9, 20)
    assert found.low == pytest.approx(stats.beta.ppf(0.025, 18, 3))
    assert found.high == pytest.approx(stats.beta.ppf(0.975, 19, 2))


def test_uneven_places_of_few_outcomes_are_no_proof():
    places = np.repeat(np.linspace(0.55, 0.95, 6), 12)
    groups = np.repeat(np.arange(6), 12)

    assert scores.uniformity(places) < 1e-6
    assert 0.1 < scores.uniformity(places, groups, 6) < 0.5


def test_overlapping_forecasts_are_worth_fewer_and_their_interval_holds_the_truth_more_often():
    """200 records of 108 months that depend on each other, 32 origins of 12 forecasts: true coverage 90%. An interval
    of independent forecasts holds it in about half of the records, that of groups worth at most the 105 outcomes in
    95%. Bounds at three standard errors.
    """
    alone = grouped = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        level = np.zeros(108)
        for k in range(1, 108):
            level[k] = 0.9 * level[k - 1] + np.sqrt(1.0 - 0.81) * rng.standard_normal()
        groups = np.repeat(np.arange(0, 96, 3), 12)
        observed = 0.8 * level[(np.arange(0, 96, 3)[:, np.newaxis] + np.arange(12)).ravel()]
        observed = observed + 0.6 * rng.standard_normal(observed.size)
        draws = rng.standard_normal((200, observed.size))
        one, two = scores.coverage(draws, observed, 0.9), scores.coverage(draws, observed, 0.9, groups, 105)
        alone += one.low <= 0.9 <= one.high
        grouped += two.low <= 0.9 <= two.high

    assert alone / 200 < 0.64
    assert grouped / 200 > 0.90


# -- comparisons -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("origins", [1, 2])
def test_one_or_two_origins_prove_nothing_however_many_outcomes_they_are_of(origins):
    """Twelve months forecast from one origin miss together: the chance of even places is no smaller than that of as
    many places as there are origins."""
    places, groups = np.full(12 * origins, 0.01), np.repeat(np.arange(origins), 12)

    assert scores.effective_n_of_groups(places, groups, 100.0) == origins
    assert scores.effective_n_of_groups(np.random.default_rng(3).random(places.size), groups, 100.0) == origins
    assert scores.uniformity(places, groups, 100.0) >= 0.01**origins
    found = scores.coverage(np.zeros((50, places.size)), np.ones(places.size), 0.9, groups, 100.0)
    assert found.high > 0.8  # none of one or two held


def test_forecasts_that_all_hold_are_worth_their_origins():
    groups = np.repeat(np.arange(5), 12)
    inside = np.zeros(groups.size)

    found = scores.coverage(np.linspace(-1.0, 1.0, 50)[:, np.newaxis] + inside, inside, 0.9, groups, 60.0)

    assert (found.value, found.high) == (1.0, 1.0)
    assert found.low == pytest.approx(share_interval(5, 5).low)


def test_skill_has_no_bound_where_the_other_forecast_is_all_but_never_wrong():
    ours, theirs = np.full(40, 0.1), np.zeros(40)
    theirs[3] = 5.0
    found = scores.skill(ours, theirs, 6, np.random.default_rng(1))
    assert found.value == pytest.approx(1.0 - 0.1 / 0.125)
    assert np.isnan([found.low, found.high]).all()


def test_the_interval_of_skill_holds_the_true_skill_as_often_as_it_says():
    held = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        theirs = rng.gamma(4.0, 1.0, 60)
        ours = 0.8 * rng.gamma(4.0, 1.0, 60)
        found = scores.skill(ours, theirs, 1, rng)
        held += found.low <= 0.2 <= found.high

    assert 0.88 <= held / 200 <= 0.99


@pytest.mark.parametrize(("origins", "every"), [(17, 1), (29, 1), (36, 3)])
@pytest.mark.parametrize("memory", [0.7, 0.9])
def test_the_interval_of_skill_holds_over_overlapping_forecasts_of_a_record_that_remembers(origins, every, memory):
    """A year forecast from each origin by a level that fades and by the last value, in blocks of half a year. Skill
    over 900 records is the truth; 95% of 300 should hold it, at least 90% are asked (quantiles held it in 57 to 94%).
    """
    rng = np.random.default_rng(3)

    def record():
        level = np.zeros(origins * every + 12)
        for k in range(1, level.size):
            level[k] = memory * level[k - 1] + np.sqrt(1.0 - memory**2) * rng.standard_normal()
        seen = 0.8 * level + 0.6 * rng.standard_normal(level.size)
        starts = np.arange(origins) * every
        last = np.where(starts > 0, seen[starts - 1], 0.0)[:, np.newaxis]
        ahead = seen[starts[:, np.newaxis] + np.arange(12)]
        fading = np.abs(ahead - 0.5 * last * memory ** np.arange(12)).mean(axis=1)
        return fading, np.abs(ahead - last).mean(axis=1)

    records = [record() for _ in range(900)]
    true = 1.0 - np.mean([a.mean() for a, _ in records]) / np.mean([b.mean() for _, b in records])
    found = [scores.skill(a, b, 6 // every, rng) for a, b in records[:300]]

    assert np.mean([one.low <= true <= one.high for one in found]) >= 0.90
    assert all(one.high < 1.0 for one in found)


def test_one_block_that_holds_all_pairs_has_no_interval():
    found = scores.skill(np.arange(12.0), np.arange(12.0) + 1.0, 12, np.random.default_rng(0))

    assert np.isnan(found.low)
    assert np.isnan(found.high)


def test_blocks_widen_the_interval_of_scores_that_are_alike_in_neighbours():
    rng = np.random.default_rng(1)
    slow = np.repeat(rng.gamma(4.0, 1.0, 12), 12)

    def width(block: int) -> float:
        found = scores.skill(slow, np.full(144, 4.0), block, np.random.default_rng(2))
        return found.high - found.low

    assert width(12) > 2.0 * width(1)


def test_fewer_than_ten_pairs_have_no_interval():
    found = scores.skill(np.ones(9), np.full(9, 2.0), 3, np.random.default_rng(0))

    assert found.value == 0.5
    assert np.isnan(found.low)
    assert np.isnan(found.high)


def test_the_effective_number_of_independent_values_is_theirs_and_of_an_autoregression_as_theory_says():
    rng = np.random.default_rng(3)
    noise = rng.normal(size=4000)
    path = np.zeros(4000)
    for t in range(1, 4000):
        path[t] = 0.6 * path[t - 1] + noise[t]

    assert scores.effective_n(noise) > 3300
    assert scores.effective_n(path) == pytest.approx(4000 * (1 - 0.6) / (1 + 0.6), rel=0.25)
    assert scores.effective_n([1.0, 1.0, 1.0, 1.0]) == 4
    assert scores.effective_n(np.arange(24.0)) < 5
