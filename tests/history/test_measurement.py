"""One flow of the model, as several sources would report it."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from regionsim.evidence.measures import Window, add_months, read_measures
from regionsim.history.measurement import Rate, ages_of, monthly_history, prorate, rate_at, report

START = date(2020, 1, 1)
PICSS = replace(read_measures()["attacks_picss"], first=date(2015, 1, 1))
RETURNS = read_measures()["returns_registered"]


def month(year, number, events):
    return {"year": year, "month": number, "area": "Pakistan (all)", "group": "all", "events": float(events)}


def window(period, value, status="registered(PoR)", crossing="all"):
    return {"period": period, "status": status, "crossing": crossing, "value_persons": value}


def test_weeks_are_laid_over_months_by_days_and_nothing_is_lost():
    weekly = np.random.default_rng(0).poisson(30.0, (5, 53)).astype(float)
    months = [Window(date(2020, m, 1), date(2020 + m // 12, m % 12 + 1, 1), 0.0) for m in range(1, 13)]
    year = [Window(START, date(2021, 1, 1), 0.0)]

    by_month = prorate(weekly, START, months)

    assert by_month.sum(axis=1) == pytest.approx(prorate(weekly, START, year)[:, 0])
    assert by_month[:, 0] == pytest.approx(weekly[:, :4].sum(axis=1) + weekly[:, 4] * 3 / 7)
    assert prorate(np.ones((1, 12)), START, months, days=None) == pytest.approx(1.0)
    with pytest.raises(ValueError, match="not within"):
        prorate(weekly[:, :40], START, year)


def test_a_history_holds_what_was_known_on_the_day_and_gaps_stay_gaps():
    records = {PICSS.series[0]: [month(2020, 1, 10), month(2020, 2, 20), month(2020, 4, 40), month(2020, 5, 50)]}

    found = monthly_history(PICSS, records, date(2020, 5, 1))

    assert found[:2].tolist() == [10.0, 20.0]
    assert np.isnan(found[2])
    assert found[3] == 40.0
    assert found.size == 4


def test_a_year_stands_in_for_months_only_once_it_is_over_and_a_months_own_figure_counts_first():
    records = {
        RETURNS.series[0]: [window("2020-03", 310.0), window("2020-04..2020-05", 610.0)],
        RETURNS.longer: [{"year": 2020, "value_persons": 36600.0}],
    }

    before = monthly_history(RETURNS, records, date(2020, 12, 1))
    after = monthly_history(RETURNS, records, date(2021, 1, 1))

    assert before.tolist()[:3] == [310.0, 300.0, 310.0]
    assert np.isnan(before[3:]).all()
    assert after[:5] == pytest.approx([3100.0, 2900.0, 310.0, 300.0, 310.0])


def test_an_anchored_rate_is_that_of_the_last_months_with_the_error_of_their_mean():
    parameters = {"measurement.level_months": np.full(4000, 6.0), "measurement.level_dispersion": np.full(4000, 2.5)}
    history = np.array([900.0] * 6 + [20.0] * 6)

    found, mean = rate_at(PICSS, history, np.full((4000, 12), 40.0), parameters, np.random.default_rng(0))

    assert found.mean() == pytest.approx(np.log(0.5), abs=0.01)
    assert found.std() == pytest.approx(np.sqrt(2.5 / 120), rel=0.05)
    assert not mean.any()  # PICSS counts as the model does


def test_the_rate_of_goods_is_that_of_the_last_months_and_of_their_season():
    """Two thirds of what the model has, of a season that doubles in spring; the walk counts late months for more."""
    bank = replace(read_measures()["imports_bank"], half_life="")
    level = np.full((4000, 12), 30.0)
    level[:, 3:6] = 60.0
    history = np.append(np.full(4, np.nan), level[0] * 2.0 / 3.0)
    history[[5, 6, 12]] = np.nan
    parameters = {bank.drift: np.full(4000, 0.5), bank.noise: np.full(4000, 0.3), bank.rate: np.full(4000, 0.9)}

    even, _ = rate_at(bank, history, level, parameters, np.random.default_rng(0))
    history[4:8] /= 3.0
    early, _ = rate_at(bank, history, level, parameters, np.random.default_rng(0))
    history[4:8] *= 3.0
    history[14:] /= 3.0
    late, _ = rate_at(bank, history, level, parameters, np.random.default_rng(0))

    assert np.exp(even.mean()) == pytest.approx(2.0 / 3.0, rel=0.02)
    assert 0.0 < even.mean() - early.mean() < 0.3 * (even.mean() - late.mean())
    assert even.std() < 0.3


def test_without_a_recent_month_the_rate_is_the_parameters():
    ucdp = read_measures()["attacks_ucdp"]
    parameters = {ucdp.rate: np.array([0.3, 0.6])}

    found, mean = rate_at(ucdp, np.full(20, np.nan), np.ones((2, 12)), parameters, np.random.default_rng(0))

    assert np.exp(found) == pytest.approx([0.3, 0.6])
    assert np.exp(mean) == pytest.approx([0.3, 0.6])


def test_a_rate_with_a_half_life_is_the_last_months_now_and_the_mean_of_all_later():
    bank = read_measures()["imports_bank"]
    history = np.array([10.0] * 9 + [40.0] * 3)
    parameters = {bank.drift: np.full(4000, 1.0), bank.noise: np.full(4000, 0.2), bank.half_life: np.full(4000, 3.0),
                  bank.rate: np.full(4000, 0.9)}  # fmt: skip

    now, mean = rate_at(bank, history, np.full((4000, 12), 20.0), parameters, np.random.default_rng(0))

    assert np.log(1.4) < now.mean() < np.log(2.0)
    assert np.log(0.5) < mean.mean() < np.log(1.0)
    assert np.corrcoef(now, mean)[0, 1] > 0.2  # both rest on the same months
    assert 0.2 < now.std() < mean.std() < 0.35


def test_what_a_rate_is_off_its_mean_halves_with_its_half_life():
    windows = [months(4)[3], months(10)[9]]  # middles 3.5 and 9.5 months ahead
    flow = np.full((20_000, 2), 100.0)

    found = np.log(reported(flow, windows, rate=2.0, half_life=6.0, counts=False) / 100.0)
    moving = np.log(reported(flow, windows, drift=0.5, half_life=6.0, counts=False) / 100.0)

    ages = 12.0 * ages_of(windows, START)
    assert found[0] == pytest.approx(np.log(2.0) * 0.5 ** (ages / 6.0), rel=1e-3)
    pull = 12.0 * np.log(2.0) / 6.0
    assert moving.std(axis=0) == pytest.approx(np.sqrt(0.25 / (2 * pull) * (1 - 0.5 ** (ages / 3.0))), rel=0.03)
    assert np.corrcoef(moving.T)[0, 1] == pytest.approx(
        0.5 ** ((ages[1] - ages[0]) / 6.0) * moving[:, 0].std() / moving[:, 1].std(), abs=0.03
    )


def months(count):
    return [Window(add_months(START, k), add_months(START, k + 1), 0.0) for k in range(count)]


def reported(flow, windows, rate=1.0, drift=0.0, noise=0.0, counts=True, mean=1.0, half_life=0.0):
    worlds = len(flow)
    how = Rate(*(np.full(worlds, each) for each in (np.log(rate), drift, noise, np.log(mean), half_life)))
    return report(flow, how, windows, START, np.random.default_rng(2), counts=counts)


def test_reports_at_rate_one_without_drift_or_noise_are_the_flow_itself():
    flow = np.random.default_rng(0).poisson(9.0, (50, 4)).astype(float)

    assert np.array_equal(reported(flow, months(4)), flow)


def test_counts_are_thinned_or_added_to_by_the_rate():
    flow = np.full((8000, 1), 20.0)
    half, double = reported(flow, months(1), rate=0.5), reported(flow, months(1), rate=2.0)

    assert (half.mean(), half.var()) == (pytest.approx(10.0, rel=0.02), pytest.approx(5.0, rel=0.1))
    assert double.mean() == pytest.approx(40.0, rel=0.02)


def test_a_rate_drifts_with_the_root_of_time_and_along_one_path():
    windows = [months(13)[12], months(4)[3]]  # in no order
    years = ages_of(windows, START)

    found = np.log(reported(np.full((20_000, 2), 100.0), windows, drift=0.3, counts=False) / 100.0)

    assert found.std(axis=0) == pytest.approx(0.3 * np.sqrt(years), rel=0.03)
    assert np.corrcoef(found.T)[0, 1] == pytest.approx(np.sqrt(years[1] / years[0]), abs=0.03)


def test_noise_is_that_of_each_month_and_averages_out_over_longer_windows():
    year = [Window(START, date(2021, 1, 1), 0.0)]
    by_month = np.log(reported(np.full((20_000, 2), 100.0), months(2), noise=0.3, counts=False) / 100.0)
    by_year = np.log(reported(np.full((20_000, 1), 100.0), year, noise=0.3, counts=False) / 100.0)

    assert by_month.std() == pytest.approx(0.3, rel=0.03)
    assert np.corrcoef(by_month.T)[0, 1] == pytest.approx(0.0, abs=0.03)
    assert by_year.std() == pytest.approx(0.3 / np.sqrt(12), rel=0.03)


def test_ages_are_years_from_the_origin_to_the_middle():
    assert ages_of([Window(date(2020, 7, 1), date(2021, 7, 1), 0.0)], START) == pytest.approx([1.0], abs=0.01)
