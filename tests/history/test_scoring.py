"""Tables of scores, on forecasts made by hand."""

from dataclasses import fields, replace
from datetime import date

import numpy as np
import pytest

from regionsim.errors import InputError
from regionsim.evidence.measures import Window, add_months, read_measures
from regionsim.history import scoring
from regionsim.history.hindcast import Forecast, Forecasts, HindcastSpec, Spell
from regionsim.history.measurement import Rate

UCDP = read_measures()["attacks_ucdp"]
RNG = np.random.default_rng(0)
FIRST = date(2014, 1, 1)


def records(values):
    rows = [
        {"year": add_months(FIRST, k).year, "month": add_months(FIRST, k).month, "group": "x", "events": float(value)}
        for k, value in enumerate(values)
    ]
    return {UCDP.series[0]: rows}


def made(origin, level, baseline, arm="A", draws=80):
    """A forecast of Poisson months at a level, beside a baseline at another."""
    flow = RNG.poisson(level / 4.345, (draws, 53)).astype(float)
    months = RNG.poisson(level, (draws, 12)).astype(float)
    pool, named = (RNG.poisson(baseline, (draws, 12)).astype(float) for _ in range(2))
    others = {"last year": pool, "event dummies": 1.05 * named, "drift": np.full((draws, 12), np.nan)}
    return Forecast(UCDP, arm, origin, months, others, flow, Rate(*np.zeros((len(fields(Rate)), draws))), seed=3)


def every_quarter(level=20.0, baseline=20.0, count=16, observed=20.0):
    outcomes = records(RNG.poisson(observed, 96))
    found = []
    for k in range(count):
        found += scoring.score(made(add_months(FIRST, 3 * k), level, baseline), outcomes, date(2021, 12, 31))
    return found


def row(found, months="1-12"):
    return next(one for one in scoring.table(found, 3) if one["months"] == months)


def test_a_forecast_as_good_as_the_truth_beats_a_poor_baseline_and_holds_what_it_says():
    found = row(every_quarter(baseline=60.0))

    assert found["n"] == 16 * 12
    assert found["outcomes"] == 57  # months from the first origin to the end of the last forecast
    assert 1.0 <= found["effective"] <= 57.0
    assert found["best"] == "last year"  # a baseline without draws is no baseline
    assert found["skill_best_low"] > 0.5
    assert found["skill"] > 0.5
    assert found["declared"] == "event dummies"
    assert found["coverage_low"] < found["coverage"] < found["coverage_high"]
    assert 0.8 < found["coverage"] < 0.97
    assert found["note"] == ""


def test_a_baseline_that_wins_is_reported_as_winning():
    found = row(every_quarter(level=60.0))

    assert found["skill"] < -1.0
    assert found["skill_high"] < 0.0
    assert found["pit"] < 0.01


def test_with_fewer_than_ten_outcomes_or_origins_no_skill_is_claimed():
    few_outcomes = row(every_quarter(count=2), months="1-3")
    few_origins = row(every_quarter(count=6))

    assert few_outcomes["outcomes"] == 6
    assert few_outcomes["coverage"] is None
    for found in (few_outcomes, few_origins):
        assert found["note"] == scoring.TOO_FEW
        assert found["skill"] is found["skill_low"] is found["skill_best"] is None


def test_skill_is_against_the_declared_baseline_and_the_best_stands_beside_it():
    scored = every_quarter()
    (whole,) = scoring.table(scored, 3, horizons=[(1, 12)], declared={"attacks_ucdp": "event dummies"})
    (other,) = scoring.table(scored, 3, horizons=[(1, 12)], declared={"attacks_ucdp": "last year"})
    (none,) = scoring.table(scored, 3, horizons=[(1, 12)], declared={"attacks_ucdp": "drift"})

    assert whole["best"] == "last year"
    crps, means = whole["crps_compared"], whole["baselines"]
    assert whole["skill"] == pytest.approx(1.0 - crps / means["event dummies"])
    assert whole["skill_best"] == pytest.approx(1.0 - crps / means["last year"])
    assert whole["skill"] > whole["skill_best"]
    assert other["skill"] == pytest.approx(other["skill_best"])
    assert none["skill"] is None  # a baseline that cannot forecast gives nothing to compare with
    assert none["note"] == scoring.NOT_DECLARED
    assert none["skill_best"] is not None


def printed(*periods):
    return {"refugee_returns/returns": [
        {"period": period, "crossing": "all", "status": "all", "value_persons": float(value)}
        for period, value in periods
    ]}  # fmt: skip


def test_days_that_stand_in_several_windows_count_once():
    """August, its last four days, April to August and the year: one outcome of August, not four."""
    returns = read_measures()["returns_all"]
    rows = printed(
        ("2024-08", 3100), ("2024-08-28..2024-08-31", 900), ("2024-04..2024-08", 9000), ("2024-07", 2000),
        ("2024-09-01..2024-11-01", 6100), ("2024-11", 3000), ("2024-11-02..2024-11-08", 700),
        ("2024-11-09..2024-11-30", 2200),
    )  # fmt: skip
    forecast = replace(made(date(2024, 7, 1), 20.0, 20.0), measure=returns)

    found = scoring.score(forecast, rows, date(2024, 12, 31), date(2024, 7, 1))

    days = [(one.window.begin, one.window.end) for one in found]
    assert days == [
        (date(2024, 7, 1), date(2024, 8, 1)), (date(2024, 8, 1), date(2024, 9, 1)),
        (date(2024, 9, 1), date(2024, 11, 2)), (date(2024, 11, 2), date(2024, 11, 9)),
        (date(2024, 11, 9), date(2024, 12, 1)),
    ]  # fmt: skip
    assert scoring.table(found, 1)[-1]["outcomes"] == 5


def test_outcomes_of_origins_that_see_different_windows_share_no_day():
    found = every_quarter(count=2)
    longer = [replace(one, window=Window(date(2014, 1, 1), date(2014, 3, 1), 40.0)) for one in found[:1]]

    assert scoring.outcomes_of(found) == 15
    assert scoring.outcomes_of([*longer, *found[:3]]) == 3  # January and February count once


def test_months_ahead_are_counted_to_the_end_of_the_outcome():
    found = scoring.score(made(date(2015, 1, 1), 20.0, 20.0), records([20.0] * 48), date(2015, 6, 30))

    assert [one.horizon for one in found] == [1, 2, 3, 4, 5, 6]
    assert found[0].window == Window(date(2015, 1, 1), date(2015, 2, 1), 20.0)


def test_outcomes_after_the_last_day_are_not_read():
    spoilt = records([20.0] * 18 + [9999.0] * 30)

    found = scoring.score(made(date(2015, 1, 1), 20.0, 20.0), spoilt, date(2015, 6, 30))

    assert max(one.window.value for one in found) == 20.0


def test_paths_of_a_year_are_scored_whole_or_not_at_all():
    forecasts = [made(date(2015, 1, 1), 20.0, 60.0), made(date(2016, 1, 1), 20.0, 60.0)]

    (found,) = scoring.path_table(forecasts, records([20.0] * 40), date(2016, 8, 31))

    assert found["n"] == 1
    assert found["energy"] < found["baselines"]["last year"]
    assert found["note"] == scoring.TOO_FEW


# -- closures and shares ----------------------------------------------------------------------------------------------


def collected(origin, spells=(), shares=None):
    return Forecasts(origin, "C", (), tuple(spells), np.ones((40, 2, 53)) if shares is None else shares)


def test_a_closure_counts_once_from_the_nearest_origin_and_one_still_shut_is_censored():
    near = Spell("a", "torkham", date(2020, 6, 1), np.full(40, 9.0), np.full(40, 90.0))
    far = Spell("a", "torkham", date(2020, 6, 1), np.full(40, 400.0), np.full(40, 90.0))
    running = Spell("b", "chaman", date(2020, 12, 20), RNG.lognormal(2.2, 1.0, 40), np.full(40, 90.0))
    unknown = Spell("c", "chaman", date(2020, 6, 1), np.full(40, 9.0), np.full(40, 90.0))
    forecasts = [collected(date(2020, 1, 1), [far]), collected(date(2020, 4, 1), [near, running, unknown])]

    ours, theirs = scoring.spell_table(forecasts, {"a": 9.0, "b": 200.0}, date(2020, 12, 31))

    assert (ours["n"], ours["censored"]) == (2, 1)
    assert ours["crps"] == pytest.approx(0.0)
    assert ours["log"] < theirs["log"]


def test_a_closure_still_in_force_when_last_observed_is_scored_by_the_chance_to_last_as_long():
    long = Spell("a", "all", date(2020, 6, 1), RNG.lognormal(4.5, 0.3, 200), np.full(200, 9.0))

    ours, theirs = scoring.spell_table([collected(date(2020, 4, 1), [long])], {}, date(2020, 12, 31), {"a": 80.0})

    assert (ours["n"], ours["censored"], ours["crps"]) == (1, 1, None)
    assert ours["log"] == pytest.approx(-np.log((long.draws > 79.5).mean()), abs=0.15)
    assert theirs["log"] > 2.0


def test_closures_and_shares_of_one_origin_prove_no_more_than_one_outcome():
    spells = [Spell(str(k), "torkham", date(2020, 6, 1 + k), np.full(40, 9.0), np.full(40, 9.0)) for k in range(8)]
    lengths = {str(k): 1.0 + 5.0 * k for k in range(8)}
    ours, _ = scoring.spell_table([collected(date(2020, 4, 1), spells)], lengths, date(2020, 12, 31))
    by_crossing = [
        {"period": f"2020-{month:02}", "status": "all", "crossing": crossing, "value_persons": 100.0 + 37 * month % 90}
        for month in range(1, 9)
        for crossing in ("Torkham", "Chaman")
    ]
    early = [row | {"period": "2019-05"} for row in by_crossing[:2]]
    (shares,) = scoring.share_table(
        [collected(date(2020, 1, 1))], {"refugee_returns/returns": early + by_crossing}, date(2020, 12, 31), 30
    )

    assert (ours["n"], ours["effective"]) == (8, 1.0)
    assert (shares["n"], shares["outcomes"], shares["effective"]) == (8, 8, 1.0)


def test_shares_of_crossings_are_scored_with_the_total_given_against_shares_held():
    def printed(period, torkham, chaman):
        base = {"period": period, "status": "undocumented"}
        return [base | {"crossing": c, "value_persons": v} for c, v in (("Torkham", torkham), ("Chaman", chaman))]

    rows = {"refugee_returns/returns": printed("2019-01", 90, 10) + printed("2020-03", 50, 50)}

    (found,) = scoring.share_table([collected(date(2020, 1, 1))], rows, date(2020, 12, 31), 30)

    assert found["error"] == pytest.approx(0.0)
    assert found["frozen shares"] == pytest.approx(0.8)
    assert (found["n"], found["outcomes"], found["note"]) == (1, 1, scoring.TOO_FEW)


def test_lengths_are_of_events_whose_row_has_days():
    rows = [{"start_date": "2020-01-01", "crossing": "X", "days": 5.0}, {"start_date": "2021-01-01", "crossing": "X",
            "days": None}, {"start_date": "2022-01-01", "crossing": "X", "days": "111+"}]  # fmt: skip

    assert scoring.running_of(rows, {"a": "2020-01-01 X", "b": "2021-01-01 X", "d": "2022-01-01 X"}) == {"d": 111.0}
    assert scoring.lengths_of(rows, {"a": "2020-01-01 X", "b": "2021-01-01 X", "c": "elsewhere"}) == {"a": 5.0}


def test_every_fault_of_what_is_asked_is_told():
    with pytest.raises(InputError) as caught:
        HindcastSpec(date(2000, 1, 1), date(1999, 1, 1), 13, ("X",), 3, measures=("attacks",))

    for word in ("first", "last", "every", "arms", "draws", "measures"):
        assert word in str(caught.value)


def test_origins_are_first_days_of_months_with_at_least_a_month_of_outcomes_left():
    assert HindcastSpec(date(2016, 1, 15), date(2016, 8, 30), 3).origins == [date(2016, 2, 1), date(2016, 5, 1)]
    assert not HindcastSpec(date(2016, 1, 1), date(2022, 12, 31)).opens_window
    assert HindcastSpec(date(2016, 1, 1), date(2023, 1, 1)).opens_window
    assert not HindcastSpec(date(2025, 7, 1), date(2026, 6, 30)).opens_window
    assert HindcastSpec(date(2026, 2, 1), date(2027, 1, 31), 0).origins == [date(2026, 2, 1)]
    assert len(HindcastSpec(date(2026, 2, 1), date(2027, 1, 31), 1).origins) == 12
