"""Hindcasts of the real model: small, from two origins."""

import copy
import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from regionsim.errors import InputError
from regionsim.evidence.holdout import days_of
from regionsim.evidence.measures import Window
from regionsim.history.declared import read_declared
from regionsim.history.external_data import read_supplied
from regionsim.history.frozen import as_written, freeze, read_frozen
from regionsim.history.hindcast import HindcastSpec, forecasts
from regionsim.history.judge import judge
from regionsim.history.origins import ARMS, event_share

RECORD = read_supplied()
ASK = HindcastSpec(date(2016, 6, 1), date(2017, 2, 28), 6, ("A", "C", "D"), draws=12)


@pytest.fixture(scope="module")
def made():
    return list(forecasts(ASK, RECORD.records, RECORD.events))


def of(made, arm, series, origin=date(2016, 6, 1)):
    found = next(one for one in made if one.arm == arm and one.origin == origin)
    return next(one for one in found.series if one.measure.id == series)


def test_each_origin_and_arm_has_the_series_it_is_scored_on(made):
    assert [(one.origin.month, one.arm) for one in made] == [(month, arm) for month in (6, 12) for arm in "ACD"]
    names = {one.arm: {each.measure.id for each in one.series} for one in made}
    assert "closures" in names["A"]
    assert "closures" not in names["C"]
    assert "attacks_ucdp" not in names["D"]
    assert all(one.shares.shape == (12, 2, 53) for one in made)
    assert all(each.draws.shape == (12, 12) and np.isfinite(each.draws).all() for one in made for each in one.series)


def test_the_onset_of_an_order_raises_returns_in_arm_c_and_what_is_not_told_in_a_does_not(made):
    told, untold = of(made, "C", "returns_registered").draws, of(made, "A", "returns_registered").draws

    assert np.median(told[:, 2:6]) > 5.0 * np.median(untold[:, 2:6])


def test_draws_over_months_are_those_kept_and_a_window_of_two_months_is_their_flow(made):
    one = of(made, "A", "attacks_ucdp")
    months = [Window(date(2016, 6, 1), date(2016, 7, 1), 0.0), Window(date(2016, 7, 1), date(2016, 8, 1), 0.0)]
    both = one.over([Window(date(2016, 6, 1), date(2016, 8, 1), 0.0)])

    assert both.mean() == pytest.approx(one.draws[:, :2].sum(axis=1).mean(), rel=0.4)
    assert one.over(months).shape == (12, 2)


def test_closures_told_have_a_length_in_each_world_that_the_arm_with_the_path_does_not_need(made):
    spells = [spell for one in made if one.arm == "C" for spell in one.spells]

    assert {spell.id for spell in spells} >= {"closure_torkham_2016_06_12", "closure_all_2017_02_16"}
    assert all(np.isfinite(spell.draws).all() for spell in spells)
    # a closure of all gates is a rupture, which ends with a week; the length of any other is drawn
    whole = {spell.id for spell in spells if spell.crossing == "all"}
    assert whole == {"closure_all_2017_02_16"}
    assert [spell.id for spell in spells if spell.id not in whole and len(set(spell.draws)) != 12] == []
    assert all(len(set(spell.draws)) > 3 and (spell.draws % 7 == 0).all() for spell in spells if spell.id in whole)
    assert not [spell for one in made if one.arm != "C" for spell in one.spells]


def test_the_same_question_has_the_same_answer_whatever_came_after_the_origin(made):
    later = date(2016, 12, 1)
    ask = HindcastSpec(later, date(2017, 2, 28), 6, ("A",), draws=12)

    def spoilt(row):
        names = [name for name in ("events", "value", "value_musd", "value_persons") if row.get(name) is not None]
        return {**row, **dict.fromkeys(names, 999.0)} if days_of(row)[1] >= later else row

    records = {id: [spoilt(row) for row in rows] for id, rows in RECORD.records.items()}
    changed = {id for id, rows in records.items() if rows != list(RECORD.records[id])}
    assert {
        "trade/pk_exports_to_af_sbp_month",
        "refugee_returns/returns",
        "attacks_monthly/ucdp_lethal_events",
    } <= changed
    events = [one for one in RECORD.events if one.on < later]
    (again,) = forecasts(ask, records, events)
    (plain,) = forecasts(ask, RECORD.records, RECORD.events)

    assert len(plain.series) > 10
    for one, two in zip(again.series, plain.series, strict=True):
        assert np.array_equal(one.draws, two.draws), one.measure.id
        for name, values in one.baselines.items():
            assert np.array_equal(values, two.baselines[name], equal_nan=True), name


def test_parameters_set_or_given_are_played_in_place_of_those_drawn(made):
    ask = HindcastSpec(date(2016, 6, 1), date(2016, 8, 31), 6, ("C",), draws=12, measures=("returns_registered",))
    name = "people.campaign_multiplier"
    record = RECORD.records, RECORD.events

    (high,) = forecasts(replace(ask, sets=(f"parameters.{name}=200",)), *record)
    (same,) = forecasts(ask, *record, given={name: np.full(12, 200.0)})
    (low,) = forecasts(ask, *record, given={name: np.full(12, 10.0)})

    assert np.array_equal(high.series[0].draws, same.series[0].draws)
    assert np.median(high.series[0].draws[:, 2:6]) > 3.0 * np.median(low.series[0].draws[:, 2:6])


def test_only_parameters_and_draws_can_be_set():
    with pytest.raises(InputError, match="does nothing to a hindcast"):
        replace(ASK, sets=("levers.fencing.intensity=1",))


def test_frozen_draws_have_their_hash_beside_them_and_are_not_written_twice(made, tmp_path):
    import hashlib

    digest = freeze(tmp_path / "draws.json", made[:1], ASK, read_declared())

    assert hashlib.sha256((tmp_path / "draws.json").read_bytes()).hexdigest() == digest
    assert (tmp_path / "draws.json.sha256").read_text() == f"{digest}  draws.json\n"
    data = json.loads((tmp_path / "draws.json").read_text())
    first = data["forecasts"][0]["series"][0]
    assert np.shape(first["model"]) == (12, 12)
    assert set(first["baselines"]) >= {"last value", "climatology"}
    assert {each["series"] for each in data["declared"]["baselines"]} >= {"attacks_ucdp", "returns_all"}
    with pytest.raises(InputError, match="exists"):
        freeze(tmp_path / "draws.json", made[:1], ASK, read_declared())


def test_frozen_forecasts_are_scored_whole_as_they_were_when_frozen(made, tmp_path):
    """Windows, totals, events, closures and shares, from the file alone: equal to the digits of the file."""
    digest = freeze(tmp_path / "draws.json", made, ASK, read_declared())

    kept = read_frozen(tmp_path / "draws.json")
    again = read_frozen(tmp_path / "draws.json")

    assert (kept.spec, kept.sha256, kept.notes) == (ASK, digest, ())
    for one, two in zip(made, kept.made, strict=True):
        window = [Window(date(2017, 1, 3), date(2017, 2, 20), 0.0)]
        assert [each.measure.id for each in one.series] == [each.measure.id for each in two.series]
        for ours, theirs in zip(one.series, two.series, strict=True):
            if ours.origin == date(2016, 12, 1):
                assert np.array_equal(ours.over(window), theirs.over(window))
            for name, totals in theirs.totals.items():
                assert totals == pytest.approx(ours.totals[name], rel=1e-5, nan_ok=True)
    fresh = judge(made, ASK, RECORD.records, RECORD.named)
    tables = judge(kept.made, kept.spec, RECORD.records, RECORD.named, kept.declaration)
    assert tables == judge(again.made, again.spec, RECORD.records, RECORD.named, again.declaration)
    assert tables == judge([as_written(one) for one in made], ASK, RECORD.records, RECORD.named)
    for name, rows in tables.items():
        assert [set(row) for row in rows] == [set(row) for row in fresh[name]], name
    for name in ("totals", "events", "spells", "windows"):
        assert tables[name], name
    for one, two in zip(fresh["totals"], tables["totals"], strict=True):
        assert one["crps"] == pytest.approx(two["crps"], rel=1e-4)


def test_a_frozen_file_that_was_changed_or_holds_months_only_is_refused(made, tmp_path):
    path = tmp_path / "draws.json"
    freeze(path, made[:1], ASK, read_declared())

    path.write_text(path.read_text().replace('"seed":', '"seed": ', 1))
    with pytest.raises(InputError, match="changed later"):
        read_frozen(path)
    path.with_name("draws.json.sha256").unlink()  # a file that came without its hash
    assert read_frozen(path).spec == ASK
    whole = json.loads(path.read_text())
    for spoil in (
        lambda data: data["forecasts"][0]["series"][0]["model"].pop(),
        lambda data: data["forecasts"][0]["series"][0]["flow"][3].pop(),
        lambda data: data["forecasts"][0]["series"][1].pop("rate"),
        lambda data: data["asked"].update(every="often"),
        lambda data: data["forecasts"].append(7),
        lambda data: data.update(declared=[]),
    ):
        data = copy.deepcopy(whole)
        spoil(data)
        path.write_text(json.dumps(data))
        with pytest.raises(InputError, match="frozen: "):
            read_frozen(path)
    (tmp_path / "old.json").write_text('{"version": "0.1.0", "asked": {}, "forecasts": []}')
    with pytest.raises(InputError, match="months only"):
        read_frozen(tmp_path / "old.json")


RUPTURE = "closure_all_2025_10_12"


@pytest.fixture(scope="module")
def autumn():
    """The seven months in which all gates shut, from the start before, and from a start in the midst of it."""
    ask = HindcastSpec(date(2025, 10, 1), date(2026, 1, 31), 2, ("C",), draws=12, measures=("exports_customs",))
    return ask, list(forecasts(ask, RECORD.records, RECORD.events))


def test_a_closure_left_open_is_scored_by_how_long_it_was_seen_to_last(autumn):
    ask, made = autumn
    tables = judge(made, ask, RECORD.records, RECORD.named)

    (spell,) = (each for each in made[0].spells if each.id == RUPTURE)
    assert not [each for each in made[1].spells if each.id == RUPTURE]  # in force at that origin, not given
    assert {row["forecast"]: (row["n"], row["censored"]) for row in tables["spells"]} == {
        "model": (1, 1), "past lengths": (1, 1),
    }  # fmt: skip
    assert np.median(spell.draws) > np.median(spell.past)
    ended = {shock.days for shock in RECORD.events if shock.kind == "border_closure" and not shock.until_agreed}
    assert set(spell.past) <= ended


def test_an_open_closure_is_no_past_length_after_the_record_and_is_in_force_there():
    later = date(2026, 2, 1)
    shut = next(shock for shock in RECORD.events if shock.id == RUPTURE)
    assert shut.until_agreed
    assert 100.0 < shut.days < 120.0  # for which it is known to have lasted
    told = shut.model_copy(update={"id": "another", "on": date(2026, 3, 1), "days": 5.0, "until_agreed": None})
    ask = HindcastSpec(later, date(2026, 12, 31), 0, ("C", "D"), draws=20, measures=("exports_customs",))

    (spells, _) = (one.spells for one in forecasts(ask, RECORD.records, [*RECORD.events, told]))

    (spell,) = spells
    assert shut.days not in set(spell.past)
    for arm in ("A", "D"):
        share = event_share(ARMS[arm], "border_closure", RECORD.events, date(2026, 1, 1), 3, later, "cargo")
        assert share.tolist() == [1.0, 1.0, pytest.approx(3 / 31)]  # a month from the origin on


def test_the_start_is_part_of_what_is_frozen(tmp_path):
    ask = HindcastSpec(date(2017, 1, 1), date(2017, 6, 30), 0, ("A",), 12, measures=("attacks_ucdp",), start="returns")
    made = [as_written(one) for one in forecasts(replace(ask, start="plain"), RECORD.records, RECORD.events)]
    freeze(tmp_path / "frozen.json", made, ask, read_declared())

    assert read_frozen(tmp_path / "frozen.json").spec == ask
    with pytest.raises(InputError, match="is no start"):
        replace(ask, start="best")
