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
