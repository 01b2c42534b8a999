"""The guarantees of the worlds axis and of named random numbers, on the whole model."""

import functools
import gc
import weakref
from dataclasses import replace

import numpy as np
import pytest

from regionsim.errors import InputError
from regionsim.evidence import load_evidence
from regionsim.indicators import INDICATORS
from regionsim.levers import LEVERS
from regionsim.model.arms import SHARED
from regionsim.model.causal_map import idle_levers
from regionsim.model.play import BatchResult
from regionsim.model.region import RegionModel
from regionsim.model.worlds import plain_worlds
from tests.model.worlds import assert_same, events, everything, outcome, small

IDLE = idle_levers(LEVERS, load_evidence().kind("mechanism"))


def test_world_17_of_many_equals_itself_alone() -> None:
    scenario = small()

    assert_same(outcome(scenario, range(1000)), outcome(scenario, [17]), [17])


@pytest.mark.parametrize("size", [1, 7, 64])
def test_batches_of_any_size_agree(size: int) -> None:
    scenario = small(end="2025-11-01")
    batch = outcome(scenario, range(64))

    for first in range(0, 64, size):
        numbers = list(range(first, min(first + size, 64)))
        assert_same(batch, outcome(scenario, numbers), numbers)


def test_worlds_may_stand_in_any_order() -> None:
    scenario = small(end="2025-11-01")

    assert_same(outcome(scenario, [3, 1, 2]), outcome(scenario, [1, 2, 3]), [1])


def test_three_worlds_are_the_first_three_of_forty() -> None:
    scenario = small("trade_push")

    assert_same(outcome(scenario, range(40)), outcome(scenario, range(3)), [0, 1, 2])


def test_seed_0_is_a_seed_like_any_other() -> None:
    seed_0, seed_1 = outcome(small(seed=0), range(4)), outcome(small(seed=1), range(4))

    assert_same(seed_0, outcome(small(seed=0), range(4)), range(4))
    assert (seed_0.columns["attacks"] != seed_1.columns["attacks"]).any()


def test_replicates_of_one_draw_share_parameters_and_not_chance() -> None:
    scenario = small()
    table = plain_worlds(scenario, [0, 1])
    first = {name: values[[0, 0]] for name, values in table.parameters.items()}
    same_draw = replace(table, draw=np.array([0, 0]), parameters=first)
    model = RegionModel(scenario, same_draw)
    model.run()

    attacks = model.recorder.columns()["attacks"]
    assert (attacks[0] != attacks[1]).any()


def test_levers_at_intensity_0_change_no_bit() -> None:
    pulls = [f"levers.{lever}={{from: 2025-09-01, intensity: 0}}" for lever in LEVERS]
    pulled = small("status_quo", *pulls, end="2025-12-01")

    assert pulled.levers.keys() == LEVERS.keys()
    assert_same(outcome(small(end="2025-12-01"), range(3)), outcome(pulled, range(3)), range(3))


@functools.cache
def without_levers(end: str, worlds: int) -> BatchResult:
    return outcome(small(end=end), range(worlds), record_all=True)


@pytest.mark.parametrize("lever", sorted(LEVERS))
def test_a_lever_at_full_intensity_changes_something_and_nothing_before_its_date(lever: str) -> None:
    pulled = small("status_quo", f"levers.{lever}={{from: 2025-12-01}}", end="2026-08-18")
    before, after = without_levers("2026-08-18", 6), outcome(pulled, range(6), record_all=True)
    week = 15  # begins on the date

    assert_same(before, after, range(6), weeks=week)
    changed = everything(after)
    if lever in IDLE:
        assert all(before.columns[name].tobytes() == after.columns[name].tobytes() for name in INDICATORS)
        return
    assert any((values[:, week:] != changed[name][:, week:]).any() for name, values in everything(before).items())


def test_a_lever_that_starts_in_2030_leaves_every_earlier_week_as_it_was() -> None:
    base = small(end="2030-06-01")
    late = small("status_quo", "levers.trade_facilitation={from: 2030-01-07}", end="2030-06-01")
    week = (late.levers["trade_facilitation"].from_ - late.start).days // 7
    without, with_lever = outcome(base, range(3)), outcome(late, range(3))

    assert_same(without, with_lever, range(3), weeks=week)
    assert (without.columns["trade_volume"][:, -1] != with_lever.columns["trade_volume"][:, -1]).any()


@pytest.mark.parametrize("poison", [np.nan, np.inf, -np.inf, 1e300])
def test_a_poisoned_world_changes_no_neighbour(poison: float) -> None:
    scenario = small(end="2025-12-01")
    table = plain_worlds(scenario, range(5))
    bad = {name: values.copy() for name, values in table.parameters.items()}
    for name, values in bad.items():
        if name not in SHARED:
            values[2] = poison
    from regionsim.model.play import play

    spoilt = play(scenario, replace(table, parameters=bad))

    assert_same(outcome(scenario, range(5)), spoilt, [0, 1, 3, 4])


def test_a_world_that_fails_is_named_and_its_numbers_are_none() -> None:
    scenario = small(end="2025-12-01")
    table = plain_worlds(scenario, range(3))
    table.parameters["trade.export_initial"][1] = np.nan
    from regionsim.model.play import play

    result = play(scenario, table)

    assert set(result.failed) == {1}
    assert all(np.isnan(values[1]).all() for values in everything(result).values())
    assert all(np.isfinite(values[[0, 2]]).all() for values in everything(result).values())


def test_recording_more_changes_nothing() -> None:
    scenario = small()

    assert_same(outcome(scenario, range(3)), outcome(scenario, range(3), record_all=True), range(3))


def test_a_model_plays_as_many_weeks_as_the_scenario_has() -> None:
    scenario = small(end="2025-10-01")
    model = RegionModel(scenario, worlds=2)
    for _ in range(scenario.weeks):
        model.step()

    assert model.week + 1 == scenario.weeks == 7
    with pytest.raises(IndexError, match="ends after 7 weeks"):
        model.step()


def test_actors_are_mesa_agents_with_a_value_for_each_world() -> None:
    model = RegionModel(small(), worlds=3)
    model.step()
    kinds = {type(agent).__name__ for agent in model.agents}

    assert {"PakistanArmy", "PakistanGovernment", "TalibanGovernment", "ArmedGroup", "Crossing"} <= kinds
    assert model.torkham.closed.shape == model.ttp.fighters.shape == model.chaman.queue.shape == (3,)
    assert model.world(1)["ttp_strength"] == model.ttp.fighters[1]
    with pytest.raises(KeyError, match="world 9"):
        model.world(9)


def test_finished_models_are_freed() -> None:
    model = RegionModel(small(end="2025-09-15"), worlds=2)
    model.run()
    gone = weakref.ref(model)
    del model
    gc.collect()

    assert gone() is None


def test_agents_must_be_as_many_in_every_world() -> None:
    scenario = small("status_quo", "parameters.size.traders={distribution: uniform, low: 90, high: 100}")

    with pytest.raises(InputError, match=r"size\.traders"):
        RegionModel(scenario, worlds=3)


def test_events_say_when_where_who_and_why() -> None:
    result = outcome(small("torkham_closure", end="2026-12-01"), range(2))
    closure = [row for row in events(result, [0, 1]) if row[6] == "scenario"]

    assert {(row[3], row[4]) for row in closure} == {("closure", "torkham")}
    assert [row[0] for row in closure] == [0, 1]
    order = [(row[0], row[1], row[2]) for row in events(result, [0, 1])]
    assert order == sorted(order)
