"""Rival structures scored apart: on scores made by hand, on a small hindcast, and the page written of them."""

import importlib.util
import math
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from regionsim.evidence import load_evidence
from regionsim.evidence.measures import add_months
from regionsim.history import decision_reversals as flips
from regionsim.history.external_data import read_supplied
from regionsim.history.hindcast import HindcastSpec
from regionsim.history.structural_alternatives import (
    CONTROL,
    Alternative,
    Scored,
    apart,
    compared,
    gap,
    gaps,
    rivals,
    scored,
    weights,
)

TWO = Alternative("one", "either (1) or (0)", (1.0, 0.0))
FIRST, EVERY = date(2014, 1, 1), 6


def forecasts_of(rng, worse=0.0, origins=18, series="attacks", noise=0.1):
    """Scores of a year of months from each origin: those of outcomes, which all share, and what a reading adds."""
    outcome = np.random.default_rng(1).normal(1.0, 0.3, origins * EVERY + 12)
    return [
        Scored(
            series, "A", add_months(FIRST, k), add_months(FIRST, k + m), add_months(FIRST, k + m + 1), crps, crps + 2.0
        )
        for k in range(0, origins * EVERY, EVERY)
        for m in range(12)
        for crps in [float(outcome[k + m] + worse + noise * rng.normal())]
    ]  # fmt: skip


def test_every_structure_that_draws_take_in_turn_is_a_rival_and_the_control_is_one_too():
    found = {one.name: one for one in rivals()}
    drawn = {
        id.removeprefix("structure.")
        for id, one in load_evidence().parameters.items()
        if id.startswith("structure.") and getattr(one.draw, "distribution", "") == "choice"
    }

    assert set(found) == drawn | {CONTROL}
    assert found["strikes"].readings == (1.0, 0.0, 2.0)  # the usual one first
    assert found[CONTROL].readings == (1.0, 0.0)
    assert found["strikes"].sets(2.0) == ("parameters.structure.strikes=2",)


def test_a_reading_that_is_worse_is_found_by_both_scores_and_held_for_all_rows():
    rng = np.random.default_rng(2)
    usual = forecasts_of(rng)
    found = {1.0: usual, 0.0: forecasts_of(rng, worse=0.2)}

    (row,) = compared(TWO, found, EVERY)

    assert (row.n, row.outcomes, row.identical) == (18 * 12, 18 * 6 + 6, False)
    assert row.gap.low < 0.2 < row.gap.high
    assert row.gap.low > 0.1
    assert row.log_gap.value == pytest.approx(row.gap.value)
    assert [one for _, one in apart([row])] == [row.gap, row.log_gap]
    (better,) = compared(TWO, {1.0: found[0.0], 0.0: usual}, EVERY)
    assert better.gap.high < -0.1


def test_equal_readings_are_called_apart_no_more_often_than_said():
    """Differences of a year every six months overlap by half; 95% intervals, with slack for their simulation."""
    rng = np.random.default_rng(3)
    out = 0
    for _ in range(1000):
        shock = rng.normal(size=19)
        one = gap(shock[1:] + shock[:-1], np.zeros(18), 4, rng)
        out += not one.low <= 0.0 <= one.high

    assert 0.01 < out / 1000 < 0.08


def test_of_many_equal_readings_hardly_ever_is_any_called_apart():
    rng = np.random.default_rng(4)
    called = 0
    for _ in range(60):
        rows = [compared(TWO, {1.0: forecasts_of(rng), 0.0: forecasts_of(rng)}, EVERY)[0] for _ in range(5)]
        called += bool(apart(rows))

    assert called <= 8  # of 60 at 5%: beyond this once in a hundred times


def test_the_same_forecasts_are_no_test_and_weigh_the_same():
    usual = forecasts_of(np.random.default_rng(5))
    found = {1.0: usual, 0.0: list(usual)}

    rows = compared(TWO, found, EVERY)

    assert [row.identical for row in rows] == [True]
    assert gaps(rows) == apart(rows) == []
    assert {(one.value, one.low, one.high) for one in weights(found, EVERY, np.random.default_rng(0)).values()} == {
        (0.5, 0.5, 0.5)
    }


def test_with_too_few_outcomes_or_origins_nothing_is_judged():
    rng = np.random.default_rng(6)
    few_origins = {one: forecasts_of(rng, worse=1.0 - one, origins=5) for one in TWO.readings}
    few_outcomes = {one: [each for each in forecasts_of(rng, worse=1.0 - one) if each.begin < date(2014, 9, 1)]
                    for one in TWO.readings}  # fmt: skip

    for found in (few_origins, few_outcomes):
        (row,) = compared(TWO, found, EVERY)
        assert row.gap is row.log_gap is None
    assert {one.value for one in weights(few_outcomes, EVERY, rng).values()} == {0.5}


def test_readings_scored_on_other_forecasts_are_refused():
    rng = np.random.default_rng(7)

    with pytest.raises(ValueError, match="not scored on the same forecasts"):
        compared(TWO, {1.0: forecasts_of(rng), 0.0: forecasts_of(rng, series="closures")}, EVERY)


def test_weights_go_to_the_reading_that_gave_what_happened_more_chance():
    rng = np.random.default_rng(8)
    equal = weights({k: forecasts_of(rng, noise=0.01) for k in (0.0, 1.0, 2.0)}, EVERY, rng)
    unequal = weights({k: forecasts_of(rng, worse=0.1 * k, noise=0.01) for k in (0.0, 1.0, 2.0)}, EVERY, rng)

    assert sum(one.value for one in equal.values()) == pytest.approx(1.0)
    assert all(one.low < 1 / 3 < one.high for one in equal.values())
    assert unequal[0.0].low > 0.9
    assert unequal[0.0].n == 18 * 6 + 6


def test_an_outcome_forecast_twice_weighs_no_more_than_one_forecast_once():
    rng = np.random.default_rng(9)
    found = {k: forecasts_of(rng, worse=0.005 * k, noise=0.0) for k in (0.0, 1.0)}
    once = {k: [one for one in of if one.begin < add_months(one.origin, EVERY)] for k, of in found.items()}

    odds = [math.log(of[0.0].value / of[1.0].value) for of in (weights(each, EVERY, rng) for each in (found, once))]

    assert odds == pytest.approx([0.005 * (18 * 6 + 6), 0.005 * 18 * 6], rel=0.02)


# -- played ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small():
    record = read_supplied()
    ask = HindcastSpec(date(2017, 1, 1), date(2017, 6, 30), EVERY, ("C",), draws=10)
    reciprocity = next(one for one in rivals() if one.name == "reciprocity")
    return ask, {
        reading: scored(replace(ask, sets=reciprocity.sets(reading)), record.records, record.events)
        for reading in reciprocity.readings
    }


def test_readings_are_scored_on_the_same_forecasts_and_by_nothing_after_the_last_day(small):
    found = small[1]
    usual, other = found[1.0], found[0.0]

    assert [one[:5] for one in usual] == [one[:5] for one in other]
    assert {one.series for one, two in zip(usual, other, strict=True) if one.crps != two.crps} >= {"exports_bank"}
    assert max(one.end for one in usual) == date(2017, 7, 1)


def test_the_page_is_written_of_what_was_played(small):
    ask, found = small
    path = Path(__file__).resolve().parents[2] / "experiments" / "rivals.py"
    spec = importlib.util.spec_from_file_location("rivals_page", path)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    plays = {
        (name, whole): flips.played(name, 12, () if whole else (made.WITHOUT,), end="2025-12-01")
        for name in ("status_quo", "trade_push")
        for whole in (True, False)
    }
    scores = {(rival.name, reading): found[1.0 if reading else 0.0] for rival in rivals() for reading in rival.readings}

    text = made.page(made.Results(ask, 12, scores, plays))

    assert "chosen knowing what happened" in text
    assert "Too few to score" in text
    assert "1 origins" in text
    assert "| `trade_push` |" in text
