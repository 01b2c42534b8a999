"""Simulations given only a part of the record: ends and strength are then the model's own."""

from datetime import date

import numpy as np

from regionsim.history.weekly import play
from regionsim.model.information_set import InformationSet
from regionsim.model.region import RegionModel
from regionsim.scenario import load
from regionsim.schema.categories import CROSSINGS, UNDOCUMENTED
from regionsim.schema.shocks import BorderClosure, Ceasefire, ExpulsionOrder

START = date(2025, 8, 18)
CLOSURE = BorderClosure.model_validate(
    {"kind": "border_closure", "id": "one", "crossing": "torkham", "on": START, "for": "10 days", "by": "pakistan"}
)
TRUCE = Ceasefire.model_validate({"kind": "ceasefire", "group": "ttp", "on": START, "for": "8 weeks"})
ORDER = ExpulsionOrder.model_validate(
    {"kind": "expulsion_order", "on": START, "for": "8 weeks", "statuses": ["undocumented"], "multiplier": 200}
)


def model(shock, hidden=frozenset(), running=None, weeks=12):
    scenario = load("status_quo", sets=("end=2026-08-18",)).model_copy(update={"history": (shock,)})
    information = InformationSet(date(2026, 8, 1), START, frozenset(hidden), running or {})
    played = RegionModel(scenario, 60, told=information)
    for _ in range(weeks):
        played.step()
    return played


def test_a_closure_with_a_given_end_ends_then_and_one_with_a_hidden_end_as_the_models_own_do():
    given = model(CLOSURE, weeks=1).gates.until[:, 0, 0, 0]
    hidden = model(CLOSURE, {"border_closure"}, weeks=1).gates.until[:, 0, 0, 0]

    assert (given == 10.0).all()
    assert len(set(hidden)) == 60
    assert 5.0 < np.median(hidden) < 18.0


def test_a_closure_that_has_lasted_long_is_likely_to_last():
    fresh = model(CLOSURE, {"border_closure"}, weeks=1).gates.until[:, 0, 0, 0]
    old = model(CLOSURE, {"border_closure"}, {"one": 60.0}, weeks=1).gates.until[:, 0, 0, 0]

    assert np.median(old) > 1.5 * np.median(fresh)
    assert (old >= 0.0).all()


def test_a_truce_with_a_given_end_holds_until_then_and_one_with_a_hidden_end_ends_by_hazard():
    assert model(TRUCE, weeks=6).groups.truce.all()
    assert 0.3 < model(TRUCE, {"ceasefire"}, weeks=6).groups.truce.mean() < 0.97


def test_a_campaign_of_hidden_strength_has_the_models():
    given, hidden = model(ORDER, weeks=1), model(ORDER, {"expulsion_order"}, weeks=1)

    assert (given.people.until == 56.0).all()
    assert (hidden.people.until == 7.0 * hidden.p["people.campaign_weeks"]).all()
    # the strength is drawn where it is hidden: no constant share of the one that is given
    strength = hidden.people.pulse[:, UNDOCUMENTED] / given.people.pulse[:, UNDOCUMENTED]
    assert len({round(float(share), 6) for share in strength}) > 10


def test_an_information_set_that_hides_nothing_changes_nothing():
    scenario = load("history_2023", sets=("end=2023-06-30",))
    last = InformationSet(date(2025, 6, 30), date(2025, 6, 30))
    plain, informed = RegionModel(scenario, 5).run(), RegionModel(scenario, 5, told=last).run()

    for name, values in plain.recorder.columns().items():
        assert np.array_equal(values, informed.recorder.columns()[name]), name


def test_until_the_day_its_own_events_may_happen_none_of_the_kinds_of_the_record_do():
    quiet = model(CLOSURE, weeks=40)

    assert not quiet.groups.truce.any()
    assert (quiet.gates.until[:, 1:] < 0.0).all()


EVERYWHERE = CLOSURE.model_copy(update={"crossing": "all"})


def test_a_told_closure_of_all_gates_is_one_rupture_that_ends_when_both_sides_agree():
    played = model(EVERYWHERE, {"border_closure"}, weeks=1)
    began = played.border.rupture.copy()
    shut = []
    for _ in range(39):
        played.step()
        # until they agree, no gate lets goods pass in any world, whatever the closures drawn for it
        assert (played.gates.closed_share[played.border.rupture, :, 0] == 1.0).all()
        shut.append(played.border.rupture.copy())
    weeks = np.sum(shut, axis=0)

    assert began.all()
    # ordinary closures have a median of nine days; five standard deviations of a share of 60 are 0.32
    assert np.mean(weeks > 4) > 0.5
    assert np.mean(weeks < 39) > 0.0


def test_a_told_rupture_that_has_lasted_is_past_its_first_week_and_costs_have_mounted():
    fresh = model(EVERYWHERE, {"border_closure"}, weeks=1)
    old = model(EVERYWHERE, {"border_closure"}, {"one": 70.0}, weeks=1)

    assert (fresh.gates.closed_share == 1.0).all()
    assert (old.border.rupture_weeks == 10.0).all()
    assert (old.gates.closed_share[:, :, :2] == 1.0).all()
    assert (old.gates.closed_share[:, :, 2] == 0.0).any()


def test_without_ruptures_a_told_closure_of_all_gates_has_one_length_for_all():
    scenario = load("status_quo", sets=("end=2026-08-18", "parameters.structure.rupture_and_war=0"))
    told = InformationSet(date(2026, 8, 1), START, frozenset({"border_closure"}))
    played = RegionModel(scenario.model_copy(update={"history": (EVERYWHERE,)}), 60, told=told)
    played.step()
    until = played.gates.until[:, :, 0, 0]

    assert not played.border.rupture.any()
    assert (until == until[:, :1]).all()
    assert len(set(until[:, 0])) == 60


def test_a_closure_of_all_gates_with_a_given_end_is_no_rupture():
    played = model(EVERYWHERE, weeks=1)

    assert not played.border.rupture.any()
    assert (played.gates.until[:, :, 0, 0] == 10.0).all()


def test_the_length_of_a_told_rupture_is_counted_to_the_day_goods_pass_again():
    scenario = load("status_quo", sets=("end=2026-08-18",)).model_copy(update={"history": (EVERYWHERE,)})
    weeks = play(scenario, InformationSet(date(2026, 8, 1), START, frozenset({"border_closure"})), 40)
    days = weeks.lengths["torkham@0"]

    assert set(weeks.lengths) == {f"{gate}@0" for gate in CROSSINGS}
    assert (days >= 7.0).all()
    assert (days <= 7.0 * 53).all()
    # two sides must agree: longer than ordinary closures, with a median of nine days
    assert np.median(days) > 28.0
    assert (weeks.lengths["angoor_adda@0"] >= days).mean() > 0.6


def test_each_of_two_told_ruptures_has_the_length_to_its_own_opening():
    second = EVERYWHERE.model_copy(update={"on": date(2026, 5, 18)})
    scenario = load("status_quo", sets=("end=2027-08-18",)).model_copy(update={"history": (EVERYWHERE, second)})
    weeks = play(scenario, InformationSet(date(2027, 8, 1), START, frozenset({"border_closure"})), 40)
    later = weeks.lengths["torkham@39"]

    over = weeks.lengths["torkham@0"] < 39 * 7.0  # where the first is over, the second begins anew
    assert over.sum() > 10
    assert (later[over] >= 7.0).all()
