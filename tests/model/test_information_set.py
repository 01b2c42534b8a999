"""Simulations given only a part of the record: ends and strength are then the model's own."""

from datetime import date

import numpy as np

from regionsim.model.information_set import InformationSet
from regionsim.model.region import RegionModel
from regionsim.scenario import load
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

    assert len({float(day) for day in given.people.until}) == 1
    assert len({float(day) for day in hidden.people.until}) > 10


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
