"""Starts within the record, and the record played: the state of the day, events as they were, none by chance."""

from collections import Counter
from datetime import date

import numpy as np
import pytest

from regionsim.errors import InputError
from regionsim.evidence import RECORD_ENDS, load_evidence
from regionsim.model.initial import initial_state
from regionsim.model.play import result
from regionsim.model.region import RegionModel
from regionsim.model.worlds import plain_worlds
from regionsim.scenario import Scenario, load
from regionsim.scenario.dates import FIRST_START

WORLDS = 12
OWN = {"closure", "strike", "expulsion_order", "truce", "rupture"}


@pytest.fixture(scope="module")
def history() -> Scenario:
    return load("history_2023", sets=["parameters.size.households=400", "parameters.size.traders=100"])


@pytest.fixture(scope="module")
def played(history: Scenario) -> RegionModel:
    return RegionModel(history, WORLDS).run()


def test_the_state_is_that_of_the_series() -> None:
    state = initial_state(date(2023, 1, 2))

    assert state["trade.transit_initial"] == pytest.approx(6.701)
    assert state["violence.attacks_initial"] == pytest.approx(380, rel=0.01)
    assert state["people.acc_initial"] == 880_000
    assert state["border.closure_days_initial_chaman"] == 3 + 8 + 9
    assert state["people.tail_initial"] == 1.0


def test_the_last_state_meets_the_parameters_and_there_is_none_after() -> None:
    parameters = load_evidence().parameters
    last = initial_state(RECORD_ENDS)

    assert last.keys() <= parameters.keys()
    for name, value in last.items():
        assert value == pytest.approx(parameters[name].value, rel=0.11), name
    assert initial_state(date(2025, 7, 1)) == {}


@pytest.mark.parametrize("year", range(2022, 2026))
@pytest.mark.parametrize("month", [1, 4, 7, 10])
def test_every_quarter_has_a_state_in_range_or_is_refused(year: int, month: int) -> None:
    start = date(year, month, 1)
    if start < FIRST_START:
        with pytest.raises(InputError, match="before the first state of the record"):
            initial_state(start)
        return
    parameters = load_evidence().parameters
    for name, value in initial_state(start).items():
        assert parameters[name].low <= value <= parameters[name].high, name


def test_the_start_moves_drawn_values_and_a_scenario_overrides_it(history: Scenario) -> None:
    now = plain_worlds(history.model_copy(update={"start": date(2025, 8, 18)}), range(5)).parameters
    then = plain_worlds(history, range(5)).parameters
    fixed = history.model_copy(update={"parameters": {"trade.export_initial": 2.0}})
    ratio = initial_state(history.start)["people.acc_initial"] / load_evidence().parameters["people.acc_initial"].value

    assert np.allclose(then["people.acc_initial"], now["people.acc_initial"] * ratio)
    assert np.allclose(then["trade.export_initial"], 0.951)
    assert (plain_worlds(fixed, range(5)).parameters["trade.export_initial"] == 2.0).all()
    assert (then["trade.habit"] == now["trade.habit"]).all()


def test_the_record_is_played_and_nothing_of_its_kinds_by_chance(history: Scenario, played: RegionModel) -> None:
    events = result(played).events
    causes = {(kind, cause) for kind, cause in zip(events.kind, events.cause, strict=True) if kind in OWN}
    counts = Counter(
        (int(world), place)
        for world, kind, place in zip(events.world, events.kind, events.place, strict=True)
        if kind == "closure"
    )

    assert causes == {("closure", "scenario"), ("strike", "scenario"), ("expulsion_order", "scenario")}
    listed = sum(getattr(shock, "crossing", None) == "torkham" for shock in history.history)
    assert {counts[world, "torkham"] for world in range(WORLDS)} == {listed}


def test_closures_by_chance_come_back_after_the_record(history: Scenario) -> None:
    longer = history.model_copy(update={"start": date(2025, 4, 7), "end": date(2026, 6, 30)})
    events = result(RegionModel(longer, WORLDS).run()).events
    own = (events.kind == "closure") & (events.cause != "scenario")

    assert own.any()
    assert (events.week[own] >= 12).all()  # the week of 30 June 2025


def test_without_a_timeline_events_happen_by_themselves(history: Scenario) -> None:
    free = history.model_copy(update={"timeline": "none", "history": (), "end": date(2024, 1, 1)})
    events = result(RegionModel(free, WORLDS).run()).events

    assert ((events.kind == "closure") & (events.cause != "scenario")).any()


def test_rules_of_october_2023_cut_transit(history: Scenario, played: RegionModel) -> None:
    kept = tuple(shock for shock in history.history if shock.kind != "transit_rules")
    without = RegionModel(history.model_copy(update={"history": kept}), WORLDS).run()
    rules, none = (result(model).columns["trade_transit"] for model in (played, without))

    assert np.array_equal(rules[:, :39], none[:, :39])  # to the week before
    assert (rules[:, -1] < none[:, -1]).all()
