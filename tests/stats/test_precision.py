"""Monte-Carlo errors: known answers, and intervals that hold what they say as often as they say.

Coverage is counted over 2,000 samples of a fixed seed. With a true coverage of 95% the count is binomial with standard
deviation 0.49 percentage points; the bound of 93.3% lies 3.5 of them below, so another seed would raise a false alarm
in about 2 of 10,000 tests.
"""

import numpy as np
import pytest
from scipy import stats

from regionsim.stats.intervals import quantile_interval, share_interval
from regionsim.stats.precision import (
    advice,
    mean_error,
    median_error,
    median_ranks,
    more_to_halve,
    share_error,
)

SAMPLES, LEAST_COVERAGE = 2000, 0.933


@pytest.mark.parametrize("n", [2, 3, 5, 6, 7, 10, 30, 500])
def test_the_error_of_a_mean_is_that_of_students_t(n):
    values = np.random.default_rng(n).normal(3.0, 2.0, n)
    wanted = stats.t.ppf(0.975, n - 1) * values.std(ddof=1) / np.sqrt(n)
    assert mean_error(values) == pytest.approx(wanted, rel=1e-3)


def test_errors_of_known_values():
    assert median_error([1, 2, 3, 4, 5, 6]) == 2.5
    assert median_ranks(100) == (39, 60)  # 96.5%, each tail under 2.5%
    assert share_error(0.5, 96) == pytest.approx(0.104, abs=0.001)
    assert share_error(0.0, 100) == pytest.approx(0.0181, abs=0.0001)
    assert mean_error([4.0, 4.0, 4.0]) == 0.0
    assert more_to_halve(50) == 150


def test_what_too_few_worlds_leave_open_is_unknown_not_nought():
    assert np.isnan(mean_error([1.0]))
    assert np.isnan(mean_error([]))
    assert np.isnan(median_error([1.0] * 5))
    assert np.isnan(share_error(0.0, 0))
    assert "unknown" in advice(1)
    assert "unknown" in advice(0)
    assert advice(50) == "150 worlds more (200 in all) would halve the error."


def test_absent_values_do_not_count():
    values = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])
    gaps = np.concatenate([values, [np.nan] * 5])
    assert mean_error(gaps) == mean_error(values)
    assert median_error(gaps) == median_error(values)


@pytest.mark.parametrize("n", [2, 6, 40])
def test_the_interval_of_a_mean_holds_it_as_often_as_it_says(n):
    rng = np.random.default_rng(11)
    samples = rng.normal(1.0, 3.0, (SAMPLES, n))
    held = [abs(sample.mean() - 1.0) <= mean_error(sample) for sample in samples]
    assert np.mean(held) >= LEAST_COVERAGE


@pytest.mark.parametrize("n", [6, 25, 200])
def test_the_interval_of_a_median_holds_it_as_often_as_it_says_where_values_are_skewed(n):
    rng = np.random.default_rng(12)
    samples = np.sort(rng.exponential(1.0, (SAMPLES, n)), axis=1)
    low, high = median_ranks(n)
    held = (samples[:, low] <= np.log(2.0)) & (samples[:, high] >= np.log(2.0))
    assert held.mean() >= LEAST_COVERAGE


@pytest.mark.parametrize("share", [0.02, 0.3, 0.5])
def test_the_interval_of_a_share_holds_it_as_often_as_it_says(share):
    counts = np.random.default_rng(14).binomial(40, share, SAMPLES)
    ends = {count: share_interval(count, 40) for count in range(41)}
    held = [ends[count].low <= share <= ends[count].high for count in counts.tolist()]
    assert np.mean(held) >= LEAST_COVERAGE


def test_every_error_of_a_median_or_a_share_is_half_of_the_one_interval_there_is():
    values = np.random.default_rng(15).normal(size=57)
    low, high = quantile_interval(values, 0.5)
    assert median_error(values) == (high - low) / 2.0
    assert [np.sort(values)[rank] for rank in median_ranks(57)] == [low, high]
    low, high = share_interval(12, 57)
    assert share_error(12 / 57, 57) == pytest.approx((high - low) / 2.0, rel=1e-9)


def test_four_times_the_worlds_halve_the_error():
    rng = np.random.default_rng(13)
    for error in (mean_error, median_error):
        few = np.mean([error(rng.normal(size=100)) for _ in range(300)])
        many = np.mean([error(rng.normal(size=100 + more_to_halve(100))) for _ in range(300)])
        assert few / many == pytest.approx(2.0, rel=0.1)
