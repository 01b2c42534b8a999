"""The statistics and the observed figures do what the patterns take them to do."""

import numpy as np
import pattern_observed as seen
import pytest
from families import FAMILIES
from pattern_border import closures, median_length
from pattern_figures import ALPHA, blocks, inside, local_dispersion, persistence, stays, tail
from pattern_plays import CLOSED_FROM, RULES_FROM, SINGLE_FROM, TRUCE_FROM, changed, played

CHANCE = np.random.default_rng(7)


def test_a_drifting_poisson_rate_has_a_local_dispersion_of_one_and_a_wide_count_more() -> None:
    rate = np.linspace(20.0, 120.0, 60)
    poisson = CHANCE.poisson(rate, (4000, 60))
    wide = CHANCE.poisson(CHANCE.gamma(5.0, 50.0 / 5.0, (4000, 60)))

    assert local_dispersion(poisson).mean() == pytest.approx(1.0, abs=0.05)
    assert local_dispersion(wide).mean() == pytest.approx(1.0 + 50.0 / 5.0, rel=0.05)


def test_persistence_tells_a_slow_rate_from_none_and_is_biased_downwards() -> None:
    noise = CHANCE.normal(0.0, 0.1, (4000, 30))
    slow = np.zeros_like(noise)
    for t in range(1, 30):
        slow[:, t] = 0.8 * slow[:, t - 1] + noise[:, t]

    assert persistence(np.exp(4.0 + noise)).mean() == pytest.approx(-2.0 / 30.0, abs=0.03)
    assert 0.3 < persistence(np.exp(4.0 + slow)).mean() < 0.8


def test_a_figure_drawn_from_the_model_is_refused_about_as_often_as_stated() -> None:
    model, own = CHANCE.normal(size=(2000, 200)), CHANCE.normal(size=2000)
    refused = np.mean([tail(worlds, figure) < ALPHA for worlds, figure in zip(model, own, strict=True)])

    assert 0.004 <= refused <= ALPHA + 0.005


def test_a_figure_beyond_every_world_is_refused_and_one_in_the_middle_is_not() -> None:
    model = CHANCE.normal(size=200)

    assert not inside("P", "s", 6.0, model, "h").holds
    assert inside("P", "s", 0.0, model, "h").holds


def test_a_figure_that_no_world_shows_holds_no_pattern() -> None:
    found = inside("P", "s", 6.0, np.full(200, np.nan), "h")

    assert not found.holds
    assert np.isnan(found.p)


@pytest.mark.slow
def test_what_is_played_with_other_overrides_neither_keeps_nor_leaves_closures_of_other_plays() -> None:
    before = closures()
    with changed((*FAMILIES["closures"].sets, "parameters.decisions.close_after_strike=0.0001"), 3):
        off = closures()
        length = median_length()
    with changed((), 3):
        few = closures()

    assert off == ((), (), ())
    assert not length.holds
    assert few == before[:3]
    assert closures() == before


def test_a_mean_that_may_be_beyond_the_margin_does_not_count_as_staying() -> None:
    noise = CHANCE.normal(size=200)
    noise -= noise.mean()

    assert stays("P", "s", 0.05 * noise, 0.05, "h").holds
    assert not stays("P", "s", 0.05 * noise + 0.06, 0.05, "h").holds
    assert not stays("P", "s", 3.0 * noise, 0.05, "h").holds


def test_blocks_are_whole_and_in_order() -> None:
    assert blocks(np.arange(10.0), 4).tolist() == [6.0, 22.0]


def test_observed_figures_are_those_that_the_documentation_quotes() -> None:
    years = {row["year"]: row["value"] for row in seen.rows("attacks_annual/picss_militant_attacks")}
    assert seen.recent_months()[:24].sum() == years[2023] + years[2024]
    assert seen.yearly_attacks()[[0, 6, 10]].tolist() == [1206, 146, 521]
    assert seen.transit_change(2024) == pytest.approx(-0.64, abs=0.005)
    assert seen.transit_change(2025) == pytest.approx(-0.60, abs=0.005)
    assert seen.containers_change() == pytest.approx(-0.51, abs=0.005)
    assert seen.cost_of_a_single_gate() == pytest.approx(0.033, abs=0.0005)
    assert seen.stopped_in_2020() == pytest.approx((0.766, 0.794), abs=0.001)
    assert seen.half_life_in_2023() == pytest.approx(11.6, abs=0.1)


@pytest.mark.slow
def test_shocks_and_rules_begin_in_the_weeks_in_which_they_are_looked_for() -> None:
    usual, before = played("status_quo"), played("before_rules")
    arms = (("all_closed", usual, CLOSED_FROM), ("torkham_closed", usual, SINGLE_FROM), ("rules", before, RULES_FROM))
    for arm, without, week in arms:
        differs = (played(arm).delivered != without.delivered[:, :, : played(arm).weeks]).any(axis=(0, 1))
        assert differs.argmax() == week
    differs = (played("truce").attacks != usual.attacks[:, :, : played("truce").weeks]).any(axis=(0, 1))
    assert differs.argmax() == TRUCE_FROM
