"""Baselines on series whose law is known."""

import numpy as np
import pytest

from regionsim.history.baselines import BASELINES, Info, frozen_shares, past_totals

RNG = np.random.default_rng
MONTHS = np.arange(96)


def told(**more):
    return Info(draws=1500, **more)


def mean(name, history, horizon=12, **more):
    return BASELINES[name](np.asarray(history, dtype=float), horizon, RNG(1), told(**more)).mean(axis=0)


@pytest.mark.parametrize("name", BASELINES)
def test_every_baseline_gives_draws_of_its_size_that_are_finite_and_not_negative(name):
    history = RNG(0).poisson(20.0, 60).astype(float)
    history[[3, 17, 40, 59]] = np.nan

    draws = BASELINES[name](history, 12, RNG(1), Info(draws=70, events=np.ones((2, 72)), onsets=(20, 62)))

    assert draws.shape == (70, 12)
    assert (draws >= 0.0).all()
    assert (draws == np.rint(draws)).all()


@pytest.mark.parametrize("name", BASELINES)
def test_the_same_generator_gives_the_same_draws_and_history_is_left_alone(name):
    history = RNG(0).poisson(20.0, 60).astype(float)
    before = history.copy()

    one, two = (BASELINES[name](history, 6, RNG(5), Info(draws=20)) for _ in range(2))

    assert np.array_equal(one, two)
    assert np.array_equal(history, before)


@pytest.mark.parametrize("name", BASELINES)
def test_a_history_of_which_nothing_is_known_gives_nothing(name):
    assert np.isnan(BASELINES[name](np.full(30, np.nan), 3, RNG(0), Info(draws=4))).all()


def test_the_last_value_known_is_the_mean_and_the_variance():
    draws = BASELINES["last value"](np.array([5.0, 30.0, np.nan]), 4, RNG(1), told())

    assert draws.mean() == pytest.approx(30.0, rel=0.02)
    assert draws.var() == pytest.approx(30.0, rel=0.1)


def test_last_year_forgets_and_climatology_does_not():
    history = np.repeat([10.0, 30.0], [48, 12])

    assert mean("last year", history) == pytest.approx(30.0)
    assert mean("climatology", history) == pytest.approx(14.0, rel=0.1)


def test_seasonal_repeats_the_season_and_drift_the_growth():
    season = 100.0 + 80.0 * np.sin(2 * np.pi * MONTHS / 12)
    assert mean("seasonal", season, counts=False) == pytest.approx(season[:12], rel=1e-6)

    growing = 100.0 * 1.05 ** MONTHS[:40]
    assert mean("drift", growing, counts=False) == pytest.approx(growing[-1] * 1.05 ** np.arange(1, 13), rel=0.01)


def test_an_autoregression_returns_to_the_mean_and_has_the_spread_of_the_series():
    rng, path = RNG(3), [20.0]
    for _ in range(239):
        level = np.exp(np.log(20.0) * 0.5 + 0.5 * np.log1p(path[-1]))
        path.append(float(rng.negative_binomial(8, 8 / (8 + level))))
    history = np.array([*path, 60.0])

    draws = BASELINES["autoregression"](history, 12, RNG(1), told())

    assert draws[:, 0].mean() > draws[:, 11].mean() > 0.8 * history[:-1].mean()
    assert draws[:, 11].mean() < 1.4 * history[:-1].mean()
    assert draws[:, 11].std() == pytest.approx(history[:-1].std(), rel=0.35)


def test_an_autoregression_follows_a_trend():
    rising = RNG(0).poisson(np.exp(2.0 + 0.02 * MONTHS)).astype(float)

    assert mean("autoregression", rising)[11] > 1.1 * rising[-12:].mean()


def test_event_dummies_have_learned_what_an_event_does_and_use_it_only_where_one_is_told():
    events = np.zeros((1, 108))
    events[0, [20, 40, 60, 80, 98]] = 1.0
    history = np.where(events[0, :96] > 0, 40.0, 100.0)

    found = mean("event dummies", history, events=events, counts=False)

    assert found[0] == pytest.approx(100.0)
    assert 40.0 < found[2] < 60.0
    assert mean("event dummies", np.full(96, 100.0), events=events)[2] == pytest.approx(100.0)  # no effect seen


def test_all_events_have_the_effects_of_every_kind_and_event_dummies_those_of_the_first():
    events = np.zeros((2, 108))
    events[0, [20, 40, 60, 80, 98]] = 1.0
    events[1, [10, 30, 50, 70, 100]] = 1.0
    history = np.where(events[0, :96] > 0, 40.0, np.where(events[1, :96] > 0, 250.0, 100.0))

    one, every = (mean(name, history, events=events, counts=False) for name in ("event dummies", "all events"))

    assert one[[0, 4]] == pytest.approx(one[0])
    assert one[2] == pytest.approx(every[2])
    assert 180.0 < every[4] / every[0] * 100.0 < 250.0
    assert np.isnan(mean("all events", history, events=events[:1])).all()  # nothing more than the first kind


def test_pulse_curves_repeat_the_pulse_of_the_past_and_do_without_one_where_none_was_seen():
    history = np.full(96, 100.0)
    history[30:36] = [3000.0, 2000.0, 1000.0, 500.0, 200.0, 100.0]

    found = mean("pulse curves", history, onsets=(30, 98), counts=False)

    assert found[:2] == pytest.approx(100.0)
    assert found[2:8] == pytest.approx([3000.0, 2000.0, 1000.0, 500.0, 200.0, 100.0])
    assert mean("pulse curves", np.full(96, 100.0), onsets=(98,)) == pytest.approx(100.0)


def test_frozen_shares_are_those_of_the_last_year():
    history = np.array([[1.0, 9.0]] * 30 + [[3.0, 1.0]] * 12)

    draws = frozen_shares(history, 5, 40, RNG(0))

    assert draws.shape == (40, 5, 2)
    assert draws == pytest.approx(np.broadcast_to([0.75, 0.25], (40, 5, 2)))
    assert frozen_shares(np.full((4, 3), np.nan), 2, 3, RNG(0)) == pytest.approx(1 / 3)


def test_totals_change_as_totals_changed_before_and_not_as_the_sum_of_independent_months():
    """Years that double or halve: the next year's total is 1,200 to 4,800, though the months of the last are alike."""
    years = np.repeat([100.0, 200.0, 100.0, 200.0], 12)
    draws = past_totals(years, 12, RNG(1), told(counts=False))
    summed = BASELINES["last year"](years, 12, RNG(1), told(counts=False)).sum(axis=1)

    assert draws.shape == (1500, 12)
    assert np.quantile(draws[:, 11], [0.05, 0.95]) == pytest.approx([1201, 4797], rel=0.2)
    assert summed.std() == 0.0
    assert set(np.rint(draws[:, 0] / 100.0)) == {1.0, 2.0, 4.0}
    assert np.all(np.diff(draws.mean(axis=0)) > 0.0)


def test_totals_take_given_events_as_they_were_before_and_need_two_totals_of_known_months():
    history = np.full(48, 100.0)
    history[[10, 30]] = 50.0
    events = np.zeros((1, 60))
    events[0, [10, 30]], events[0, 48:] = 1.0, 1.0

    shut = past_totals(history, 12, RNG(1), told(counts=False, events=events))
    free = past_totals(history, 12, RNG(1), told(counts=False, events=np.where(np.arange(60) < 48, events, 0.0)))
    gaps = np.where(np.arange(48) % 3 == 0, history, np.nan)

    assert np.median(shut[:, 5] / free[:, 5]) == pytest.approx(np.exp(2 * np.log(51 / 101) / 3), rel=0.02)
    assert np.isnan(past_totals(history[:20], 12, RNG(1), told())).all(axis=0).tolist() == [False] * 10 + [True] * 2
    assert np.isnan(past_totals(gaps, 12, RNG(1), told())[:, 11]).all()  # a third of the months is too few
    assert np.isnan(past_totals(np.empty(0), 12, RNG(1), told())).all()
