"""RegionModel is a mesa model: it ends by itself, and mesa's own tools accept it."""

import copy
import pickle

import mesa
import numpy as np
import pytest

import regionsim as rs
from regionsim.errors import InputError
from regionsim.indicators import INDICATORS
from regionsim.scenario import load

WEEKS = 3
SCENARIO = load("status_quo", sets=["end=2025-09-08"])


def model(worlds=2, **how):
    return rs.RegionModel(SCENARIO, worlds, **how)


def test_a_loop_while_it_runs_and_run_model_end_after_the_last_week():
    looped, run_at_once = model(), model()
    steps = 0
    while looped.running:
        looped.step()
        steps += 1
    run_at_once.run_model()
    assert steps == looped.steps == run_at_once.steps == run_at_once.time == SCENARIO.weeks == WEEKS
    assert not run_at_once.running
    np.testing.assert_array_equal(looped.recorder.columns()["attacks"], run_at_once.recorder.columns()["attacks"])


@pytest.mark.parametrize("more", [lambda m: m.step(), lambda m: m.run_for(1), lambda m: m.run_until(WEEKS + 1)])
def test_a_refused_step_moves_no_clock(more):
    finished = model().run()
    with pytest.raises(IndexError, match="ends after 3 weeks"):
        more(finished)
    assert (finished.steps, finished.time, finished.week, finished.running) == (WEEKS, WEEKS, WEEKS - 1, False)


def test_running_for_a_time_and_until_one_play_as_many_weeks():
    partial = model()
    partial.run_for(1)
    partial.run_until(2)
    assert (partial.steps, partial.week, partial.running) == (2, 1, True)


@pytest.mark.parametrize("limit", [2, 1000])
def test_batch_run_ends_by_itself_and_gives_every_indicator(limit):
    rows = mesa.batch_run(
        rs.RegionModel, {"scenario": [SCENARIO], "worlds": [1, 2]}, rng=[None, 5], number_processes=1,
        max_steps=limit, display_progress=False, data_collection_period=1,
    )  # fmt: skip
    steps = min(limit, WEEKS)
    assert len(rows) == 2 * 2 * steps
    assert [row["Step"] for row in rows[:steps]] == list(range(1, steps + 1))
    last = rows[2 * steps - 1]
    assert set(INDICATORS) <= set(last)
    by_hand = model(2)
    by_hand.run_for(steps)
    want = by_hand.recorder.columns()["refugees_in_pakistan"][:, steps - 1].astype(float).mean()
    assert last["refugees_in_pakistan"] == want


def test_rng_is_the_seed_and_a_wrong_one_is_refused():
    def attacks(played):
        return played.run().recorder.columns()["attacks"]

    seeded = rs.RegionModel(SCENARIO.model_copy(update={"seed": 5}), 2)
    np.testing.assert_array_equal(attacks(model(rng=5)), attacks(seeded))
    np.testing.assert_array_equal(attacks(model(rng=np.int64(5))), attacks(model(rng=5)))
    np.testing.assert_array_equal(attacks(model(rng=[1, 2])), attacks(model(rng=np.random.SeedSequence([1, 2]))))
    assert not np.array_equal(attacks(model(rng=6)), attacks(model(rng=5)))
    for wrong in (-1, 1.5, "x", True, object()):
        with pytest.raises(InputError, match="rng: "):
            model(rng=wrong)
    with pytest.raises(InputError, match="allowed only with a number of worlds"):
        rs.RegionModel(SCENARIO, seeded.worlds, rng=1)
    with pytest.raises(InputError, match=r"write \[scenario\]"):
        rs.RegionModel(("title", "x"), 2)


@pytest.mark.parametrize("worlds", [np.int64(2), np.array(2), np.array([0, 1]), [np.int32(0), 1], 2.0, range(2)])
def test_worlds_may_be_numpys(worlds):
    np.testing.assert_array_equal(model(worlds).worlds.number, [0, 1])


@pytest.mark.parametrize("worlds", [True, 1.5, "2", [0.5], [-1], -1, [], None])
def test_wrong_worlds_are_refused(worlds):
    with pytest.raises(InputError, match="world"):
        model(worlds)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_a_copy_goes_on_by_itself_to_the_same_end(copied):
    original = model(record_all=True)
    original.step()
    copy_ = copied(original)
    assert copy_.torkham.model is copy_
    original.run()
    assert (copy_.steps, copy_.running) == (1, True)
    copy_.run_model()
    mine, theirs = original.recorder.columns(), copy_.recorder.columns()
    assert list(mine) == list(theirs)
    for name, values in mine.items():
        np.testing.assert_array_equal(values, theirs[name])
    for name, by in original.recorder.places().items():
        for place, values in by.items():
            np.testing.assert_array_equal(values, copy_.recorder.places()[name][place])


# Mesa's own tools


def test_the_models_own_collector_is_a_frame_of_every_measure_by_week():
    played = model().run()
    frame = played.datacollector.get_model_vars_dataframe()

    assert len(frame) == WEEKS
    assert set(INDICATORS) <= set(frame.columns)
    values = played.recorder.columns()["attacks"].astype(float)
    np.testing.assert_allclose(frame["attacks"].to_numpy(), values.mean(axis=0))


def test_a_collector_of_the_users_reads_the_model_and_its_agents_each_week():
    collector = mesa.DataCollector(
        model_reporters={"attacks": lambda m: m.recorder.columns()["attacks"][:, m.week].mean(), "week": "week"},
        agenttype_reporters={type(model().torkham): {"shut": lambda gate: int(gate.closed.sum())}},
    )
    played = model()
    while played.running:
        played.step()
        collector.collect(played)
    frame = collector.get_model_vars_dataframe()

    assert frame["week"].tolist() == list(range(WEEKS))
    np.testing.assert_array_equal(frame["attacks"], played.recorder.columns()["attacks"].mean(axis=0))
    gates = collector.get_agenttype_vars_dataframe(type(played.torkham))
    assert len(gates) == WEEKS * 5
    last = gates.xs(float(WEEKS), level="Step")["shut"]
    assert last[played.torkham.unique_id] == played.torkham.closed.sum()


def test_sets_of_agents_are_selected_read_grouped_and_mapped():
    played = model(3)
    played.step()
    gates = played.agents_by_type[type(played.torkham)]

    assert played.torkham in gates
    assert set(played.agents.select(agent_type=type(played.ttp))) == {
        agent for agent in played.agents if isinstance(agent, type(played.ttp))
    }
    closed = gates.get("closed")
    assert [each.shape for each in closed] == [(3,)] * 5
    shut = gates.select(lambda gate: gate.closed.any())
    assert set(shut) == {gate for gate in gates if gate.closed.any()}
    assert gates.map(lambda gate: int(gate.closed.sum())) == [int(each.sum()) for each in closed]
    assert sum(len(group) for _, group in played.agents.groupby(type)) == len(played.agents)
    assert [gate.unique_id for gate in gates.sort("unique_id", ascending=True)] == sorted(gates.get("unique_id"))


def test_looking_at_agents_in_any_order_changes_no_number():
    looked, plain = model(), model().run()
    while looked.running:
        looked.agents.shuffle().do(lambda agent: None)
        looked.step()
    np.testing.assert_array_equal(looked.recorder.columns()["attacks"], plain.recorder.columns()["attacks"])


def test_batch_run_makes_a_frame_of_parameters_and_measures():
    import pandas as pd

    scenarios = [SCENARIO, load("trade_push", sets=["end=2025-09-08"])]
    rows = mesa.batch_run(
        rs.RegionModel, {"scenario": scenarios, "worlds": [2]}, rng=[1, 2], number_processes=1,
        data_collection_period=-1, display_progress=False,
    )  # fmt: skip
    frame = pd.DataFrame(rows)
    assert frame["Step"].tolist() == 4 * [WEEKS]
    assert frame["scenario"].map(lambda scenario: scenario.name).value_counts().to_dict() == {
        "status_quo": 2, "trade_push": 2,
    }  # fmt: skip
    assert frame["attacks"].nunique() >= 2
