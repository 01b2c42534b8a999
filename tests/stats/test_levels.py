"""The level of a flow from months, windows and years: no month counts twice, and errors are as large as they are."""

import numpy as np
import pytest

from regionsim.stats.levels import Rate, Report, level_at_end, rate_kernel, rates_at_end


def over(months, first, last, value, error=0.0, source=""):
    """A report of the months first..last of as many, whose mean month is `value`."""
    shares = np.zeros(months)
    shares[first:last] = 1.0 / (last - first)
    return Report(shares, np.log(value), error, source)


def test_without_a_walk_the_level_is_the_mean_of_logs_with_its_error():
    reports = [over(4, k, k + 1, value) for k, value in enumerate([10.0, 20.0, 40.0, 20.0])]

    level, error = level_at_end(reports, 0.0, 0.3, {})

    assert np.exp(level) == pytest.approx(20.0, rel=1e-3)
    assert error == pytest.approx(0.3 / 2.0, rel=1e-3)


def test_with_a_walk_late_months_count_for_more_and_the_error_grows_with_their_age():
    early, late = (np.zeros(12) + 10.0 for _ in range(2))
    early[:3], late[9:] = 20.0, 20.0
    found = [level_at_end([over(12, k, k + 1, v) for k, v in enumerate(values)], 0.5, 0.2, {})[0]
             for values in (early, late)]  # fmt: skip
    fresh = level_at_end([over(24, 23, 24, 10.0)], 0.5, 0.2, {})[1]
    old = level_at_end([over(24, 5, 6, 10.0)], 0.5, 0.2, {})[1]

    assert found[0] < np.log(11.0) < np.log(15.0) < found[1]
    assert fresh == pytest.approx(np.hypot(0.2, 0.5 * np.sqrt(0.5 / 12.0)), rel=0.01)
    assert old == pytest.approx(np.hypot(0.2, 0.5 * np.sqrt(18.5 / 12.0)), rel=0.01)


def test_a_year_and_all_of_its_months_say_no_more_than_the_months():
    months = [over(12, k, k + 1, 10.0) for k in range(12)]

    alone, both = (level_at_end(reports, 0.3, 0.2, {})[1] for reports in (months, [*months, over(12, 0, 12, 10.0)]))

    assert both == pytest.approx(alone, rel=1e-6)


def test_nested_parts_of_a_year_give_the_months_that_one_has_and_the_other_has_not():
    eight, ten = over(10, 0, 8, 10.0), over(10, 0, 10, 20.0)  # 2 of 10 months far above the rest

    level, _ = level_at_end([eight, ten], 5.0, 0.01, {})

    assert level > np.log(40.0)


def test_errors_cover_the_level_as_often_as_they_say():
    rng = np.random.default_rng(0)
    walk, noise, months = 0.3, 0.2, 36
    hits = []
    for _ in range(400):
        path = np.cumsum(walk / np.sqrt(12.0) * rng.standard_normal(months + 1))
        logs = (path[:-1] + path[1:]) / 2.0 + noise * rng.standard_normal(months)
        known = np.flatnonzero(rng.random(months) < 0.3)
        reports = [over(months, k, k + 1, np.exp(logs[k])) for k in known]
        reports += [over(months, 0, 12, np.exp(logs[:12].mean()))]
        level, error = level_at_end(reports, walk, noise, {})
        hits.append(abs(level - path[-1]) < 1.645 * error)

    assert np.mean(hits) == pytest.approx(0.9, abs=0.035)


def test_a_source_with_a_rate_of_its_own_is_read_through_it_and_surely_only_beside_another():
    rates = {"other": Rate(np.log(0.5), 0.2, 0.1, 12.0)}
    alone = level_at_end([over(6, k, k + 1, 5.0, source="other") for k in range(6)], 0.1, 0.1, rates)
    beside = level_at_end([over(6, k, k + 1, 5.0, source="other") for k in range(6)] + [over(6, 5, 6, 12.0)], 0.1, 0.1,
                          rates)  # fmt: skip

    assert np.exp(alone[0]) == pytest.approx(10.0, rel=5e-3)
    assert alone[1] > 0.2 > beside[1]
    assert 10.0 < np.exp(beside[0]) < 12.0


def test_a_rate_that_is_pulled_back_forgets_and_one_that_is_not_wanders():
    assert rate_kernel([0.0, 1.0], 0.3, 12.0)[1] == pytest.approx(0.5 * rate_kernel(0.0, 0.3, 12.0))
    walk = rate_kernel([0.0, 2.0], 0.3, 0.0)
    assert 2.0 * (walk[0] - walk[1]) == pytest.approx(0.3**2 * 2.0)
    short = rate_kernel([0.0, 0.01], 0.3, 60.0)
    assert 2.0 * (short[0] - short[1]) == pytest.approx(0.3**2 * 0.01, rel=0.01)


def test_a_rate_is_what_reports_of_both_sources_on_the_same_months_say_and_fades_to_its_mean():
    rates = {"other": Rate(np.log(0.5), 0.2, 0.3, 12.0)}

    def found(first, last):
        own = [over(36, k, k + 1, 10.0, 0.05) for k in range(36)]
        other = [over(36, k, k + 1, 8.0, 0.05, "other") for k in range(first, last)]
        return rates_at_end([*own, *other], 0.1, 0.1, rates)["other"]

    late, early, none = found(24, 36), found(0, 12), rates_at_end([over(36, 0, 1, 10.0)], 0.1, 0.1, rates)["other"]
    assert np.exp(late[0]) == pytest.approx(0.8, rel=0.05)
    assert none[0] == pytest.approx(np.log(0.5))
    assert np.log(0.52) < early[0] < np.log(0.75)
    assert late[1] < early[1] < none[1]
