"""Totals over months and probabilities of events, on forecasts made by hand."""

import math
from dataclasses import fields, replace
from datetime import date

import numpy as np
import pytest

from regionsim.evidence.measures import add_months, read_measures
from regionsim.history.declared import Declaration, DeclaredBaseline, ForecastEvent
from regionsim.history.hindcast import Forecast, Forecasts, HindcastSpec
from regionsim.history.measurement import Rate
from regionsim.history.totals import (
    event_rows,
    event_table,
    score_events,
    score_totals,
    spans_of,
    totals_of,
    window_rows,
)

RETURNS = read_measures()["returns_all"]
RNG = np.random.default_rng(5)
DRAWS = 60
MANY = ForecastEvent("many", "More than 500", "total", "returns_all", 500.0, "made up")
SHUT = ForecastEvent("shut", "Shut for more than 30 days", "all_shut", "closures", 30.0, "made up")
DECLARED = Declaration(
    {"returns_all": DeclaredBaseline("returns_all", "climatology", "past totals", "made up")}, (SHUT, MANY)
)


def forecast(origin, a_month=100.0, baseline=80.0):
    flow = np.full((DRAWS, 54), a_month * 12 / 365.25 * 7.0) * RNG.lognormal(0.0, 0.3, (DRAWS, 1))
    months = np.full((DRAWS, 12), baseline)
    totals = {"past totals": np.cumsum(months, axis=1)}
    rate = Rate(*np.zeros((len(fields(Rate)), DRAWS)))
    return Forecast(RETURNS, "A", origin, months, {"climatology": months}, flow, rate, 3, totals)


def records(first, *values):
    rows = [{"period": f"{add_months(first, k):%Y-%m}", "crossing": "all", "status": "all", "value_persons": value}
            for k, value in enumerate(values) if value is not None]  # fmt: skip
    return {"refugee_returns/returns": rows}


def spec(first, last, every=1):
    return HindcastSpec(first, last, every, ("A",), draws=DRAWS)


JULY = date(2025, 7, 1)
HALF_YEAR = spec(JULY, date(2026, 1, 31))


def test_totals_are_of_months_that_are_over_and_from_the_first_origin_of_all_that_are_left():
    assert spans_of(JULY, HALF_YEAR) == [3, 6, 7]
    assert spans_of(date(2025, 8, 1), HALF_YEAR) == [3, 6]
    assert spans_of(date(2025, 12, 1), HALF_YEAR) == []
    assert spans_of(JULY, spec(JULY, date(2027, 1, 31))) == [3, 6, 12]


def test_a_total_is_of_the_windows_reported_by_the_model_and_by_the_baseline_alike():
    rows = records(JULY, 100.0, 110.0, None, 90.0, 105.0, 95.0, 100.0)

    three, _, seven = totals_of(forecast(JULY), rows, HALF_YEAR)

    assert (three.window.value, seven.window.value) == (210.0, 600.0)
    assert seven.held == pytest.approx((215 - 30) / 215)
    assert np.median(seven.draws) == pytest.approx(600.0, rel=0.15)
    assert seven.baselines["climatology"][0] == pytest.approx(480.0)
    assert seven.baselines["past totals"][0] == pytest.approx(560.0 * seven.held)
    assert seven.draws.std() > 0.2 * 600.0  # a world with many in one month has many in all


def test_windows_that_hold_less_than_half_of_the_days_are_no_total():
    assert [total.months for total in totals_of(forecast(JULY), records(JULY, 100.0), HALF_YEAR)] == []


def test_scores_of_totals_stand_beside_those_of_the_declared_baseline():
    (first, *_), declared = score_totals(forecast(JULY), records(JULY, *[100.0] * 7), HALF_YEAR), {
        "returns_all": "past totals"
    }  # fmt: skip
    (row, *_) = window_rows([first], declared, "total")

    assert (row["kind"], row["begin"], row["last"], row["observed"]) == ("total", "2025-07-01", "2025-09-30", 300.0)
    assert row["q5"] < row["q50"] < row["q95"]
    assert row["crps"] < row["crps_declared"] == pytest.approx(math.log1p(300.0) - math.log1p(240.0))
    assert 0.0 < row["place"] < 1.0


def many(count, value=100.0):
    first = date(2014, 1, 1)
    measure = replace(RETURNS, first=first)
    origins = [add_months(first, 6 * k) for k in range(count)]
    series = [replace(forecast(origin), measure=measure) for origin in origins]
    shut = np.zeros((DRAWS, 54))
    shut[:20, 10:20] = 7.0
    odds = {30.0: np.linspace(0.01, 0.12, 12)}
    made = [
        Forecasts(o, "A", (each,), (), np.empty(0), (), shut, odds) for o, each in zip(origins, series, strict=True)
    ]
    ask = spec(first, add_months(first, 12 + 6 * count), 6)
    listed = {"border_closures": [
        {"start_date": "2016-02-01", "end_date": "", "days": 40.0, "crossing": "all", "partial": 0}
    ]}  # fmt: skip
    return made, ask, records(first, *[value] * (12 + 6 * count)) | listed


def test_events_are_scored_by_brier_and_log_score_beside_the_declared_baseline():
    made, ask, rows = many(6)

    shut, returns = event_table(score_events(made, rows, ask, DECLARED))

    p = (20 + 0.5) / (DRAWS + 1.0)
    assert (shut["event"], shut["n"], shut["happened"]) == ("shut", 6, 2)  # the year from July 2015, and 2016
    assert shut["p"] == pytest.approx(p)
    assert shut["brier"] == pytest.approx((2 * (1 - p) ** 2 + 4 * p**2) / 6)
    assert shut["log"] == pytest.approx(-(2 * math.log(p) + 4 * math.log(1 - p)) / 6)
    assert (shut["declared"], shut["p_declared"]) == ("past rate", pytest.approx(0.12))
    assert shut["brier_declared"] == pytest.approx((2 * 0.88**2 + 4 * 0.12**2) / 6)
    assert (returns["event"], returns["happened"]) == ("many", 6)
    assert returns["p"] > 0.95
    assert returns["declared"] == "past totals"
    assert returns["p_declared"] > 0.95  # 960 in every draw
    assert shut["outcomes"] == 3  # years that begin every half year, without a common day: 2014, 2015, 2016
    assert shut["note"] == returns["note"] == "too few to score"


def test_an_event_whose_outcome_is_not_known_is_not_scored_and_none_is_where_closures_are_given():
    made, ask, rows = many(2)
    begun = {"start_date": "2014-02-01", "end_date": "", "days": None, "crossing": "all", "partial": 0}
    unknown = rows | {"border_closures": [begun]}
    given = [replace(each, all_shut=np.empty((0, 0))) for each in made]

    assert {each.event.id for each in score_events(made, unknown, ask, DECLARED)} == {"many"}
    assert {each.event.id for each in score_events(given, rows, ask, DECLARED)} == {"many"}
    assert {row["event"] for row in event_rows(score_events(made, rows, ask, DECLARED))} == {"shut", "many"}
