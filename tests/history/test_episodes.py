"""Episodes left out and predicted: what is predicted is not fitted, lengths of truces, and a small study end to end."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest

from regionsim.evidence import load_evidence, record_ends
from regionsim.evidence.episodes import Episode, read_episodes
from regionsim.evidence.holdout import overlaps, without
from regionsim.evidence.measures import read_measures
from regionsim.history import episodes
from regionsim.history.calibrate import CalibrationSpec
from regionsim.history.external_data import read_supplied
from regionsim.history.hindcast import HindcastSpec, Spell, forecasts
from regionsim.history.wholefit import figures

RECORD, DRAWS = read_supplied(), 12
EACH = pytest.mark.parametrize("episode", read_episodes().values(), ids=lambda one: one.id)


@EACH
def test_an_episode_lies_in_the_record_and_holds_its_events(episode: Episode) -> None:
    timeline = load_evidence().timeline

    assert episode.first <= episode.last <= record_ends()
    assert all(episode.first <= timeline[id].shock.on <= episode.last for id in (*episode.events, *episode.spells))
    assert episode.origin_of_year <= episode.origin <= episode.first


@EACH
def test_what_is_predicted_is_observed_within_the_days_left_out_once_and_not_fitted(episode: Episode) -> None:
    measures, found = read_measures(), 0
    fitted = figures(without(load_evidence(), [episode.span]), record_ends())
    for name in episode.measures:
        measure = measures[name]
        origin = episode.origin_of_year if measure.step == "year" else episode.origin
        windows = episodes.windows_within(episode, measure, origin, RECORD.records)
        found += len(windows)
        assert all(a.end <= b.begin for a, b in pairwise(windows))
        for one in windows:
            last = one.end - timedelta(days=1)
            assert origin <= one.begin
            assert last <= episode.last
            assert overlaps([episode.span], one.begin, last)
            assert not [each for each in fitted if name in each.name and one in each.windows]
    assert found + len(episode.spells) > 0


def test_a_truce_told_to_begin_ends_by_the_hazard_that_is_given() -> None:
    ask = HindcastSpec(date(2022, 6, 1), date(2022, 12, 31), 12, ("C", "D"), DRAWS, measures=("attacks_picss",))
    held = {}
    for hazard in (0.0, 1.0):
        given = {"security.truce_end_hazard": np.full(DRAWS, hazard)}
        with_onsets, with_paths = forecasts(ask, RECORD.records, RECORD.events, given=given)
        (held[hazard],) = with_onsets.truces
        assert not with_paths.truces

    assert held[1.0].id == "truce_2022_06_01"
    assert (held[1.0].draws == 7.0).all()
    assert (held[0.0].draws >= 364.0).all()
    assert set(held[0.0].past) == {31.0, 30.0, 12.0}


@pytest.fixture(scope="module")
def made() -> episodes.EpisodeStudy:
    one = read_episodes()["rules_2023"]
    one = replace(one, measures=(*one.measures, "exports_bank"), spells=("closure_torkham_2024_01_12",))
    return episodes.study(one, CalibrationSpec(worlds=40, waves=1, effort=0.01), DRAWS)


def test_a_study_fits_without_the_episode_and_reads_each_outcome_by_each_forecast(made: episodes.EpisodeStudy) -> None:
    assert made.fit.spec.without == (made.episode.span,)
    assert {values.size for values in made.fit.rows.values()} == {DRAWS}
    labels = {(one.series, one.label) for one in made.outcomes}
    assert {("transit_year", "FY2023-24"), ("returns_all", "2024-04"), ("returns_undocumented", "2023-09"),
            (episodes.LENGTHS, "closure_torkham_2024_01_12")} <= labels  # fmt: skip
    for one in made.outcomes:
        wanted = {episodes.FIT, episodes.PRIOR, episodes.BASELINE, episodes.UNTOLD}
        wanted -= {episodes.UNTOLD} if one.series == episodes.LENGTHS else set()  # untold, none begins
        wanted -= {episodes.BASELINE} if one.series == "returns_all" else set()  # the series begins with the episode
        assert one.by.keys() == wanted
        for name, read in one.by.items():
            assert read.low <= read.median <= read.high
            assert 0.0 <= read.place <= 1.0
            assert one.held(name) == (read.low <= one.window.value <= read.high)
    assert any(one.by[episodes.FIT] != one.by[episodes.PRIOR] for one in made.outcomes)
    assert {fan.series for fan in made.fans} == {"returns_all", "returns_undocumented", "exports_bank"}
    assert all(fan.fit.shape == fan.prior.shape == (3, 10) for fan in made.fans)
    assert all((np.diff(fan.fit, axis=0) >= 0.0).all() for fan in made.fans)


def test_the_simple_forecast_shown_is_the_best_of_those_tried_over_the_series(made: episodes.EpisodeStudy) -> None:
    names = tuple(name for name in made.episode.measures if name != "transit_year")  # the same chance
    ask = HindcastSpec(made.episode.origin, made.episode.last, 12, ("C",), DRAWS, measures=names)
    (again,) = forecasts(ask, RECORD.records, RECORD.events)
    one = next(each for each in again.series if each.measure.id == "exports_bank")
    shown = [each for each in made.outcomes if each.series == "exports_bank"]
    windows = [each.window for each in shown]
    means = {}
    for name in one.baselines:
        values = one.baseline_over(name, windows)
        if np.isfinite(values).all():
            observed = np.array([each.value for each in windows])
            means[name] = float(episodes.scores.crps(values, observed).mean())

    assert {each.baseline for each in shown} == {min(means, key=means.__getitem__)}
    assert np.mean([each.by[episodes.BASELINE].crps for each in shown]) == pytest.approx(min(means.values()))


def test_a_closure_that_had_not_ended_counts_as_far_as_it_was_seen() -> None:
    spell = Spell(
        "x", "all", date(2025, 10, 12), np.array([20.0, 90.0, 200.0, 300.0]), np.array([2.0, 9.0, 10.0, 40.0])
    )
    seen, ended = (episodes._of_spell(spell, spell, *days) for days in ((None, 111.0), (111.0, 111.0)))

    assert seen.window.value == ended.window.value == 111.0
    assert seen.by[episodes.FIT].high == 111.0
    assert seen.held(episodes.FIT)
    assert not seen.held(episodes.BASELINE)
    assert seen.by[episodes.FIT].crps < ended.by[episodes.FIT].crps
    assert seen.by[episodes.BASELINE] == ended.by[episodes.BASELINE]
