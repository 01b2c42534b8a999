"""Decisions that flip between readings, on differences made by hand."""

import numpy as np
import pytest

from regionsim.history.decision_reversals import DECISIONS, OUTCOMES, judged, side, split
from regionsim.history.structural_alternatives import CONTROL, Alternative
from regionsim.scenario import load

N = 200


def moves(rng, up, n=N):
    """Differences of n worlds of which a share goes up and the others down."""
    return np.where(np.arange(n) < up * n, 1.0, -1.0) * rng.uniform(0.5, 1.5, n)


def kinds(*by_reading):
    """The verdicts on readings whose worlds move as given."""
    splits = {("decision", "attacks"): {"strikes": dict(enumerate(by_reading))}}
    return {one.readings: one.kind for one in judged(splits)}


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def test_readings_that_move_most_worlds_opposite_ways_flip(rng):
    assert kinds(moves(rng, 0.95), moves(rng, 0.05)) == {(0, 1): "flips"}


def test_medians_clearly_on_either_side_of_zero_flip_too(rng):
    assert kinds(moves(rng, 0.7), moves(rng, 0.3)) == {(0, 1): "flips"}


def test_a_reading_that_decides_beside_one_that_does_not_weakens(rng):
    assert kinds(moves(rng, 0.98), moves(rng, 0.55)) == {(0, 1): "weakens"}
    assert kinds(moves(rng, 0.02), np.zeros(N)) == {(0, 1): "weakens"}


def test_each_pair_of_three_readings_is_judged_by_itself(rng):
    found = kinds(moves(rng, 0.95), moves(rng, 0.05), moves(rng, 0.97))

    assert found == {(0, 1): "flips", (0, 2): "", (1, 2): "flips"}


def test_shares_on_either_side_of_the_line_by_chance_are_no_verdict(rng):
    assert kinds(moves(rng, 0.83), moves(rng, 0.77)) == {(0, 1): ""}
    assert kinds(np.zeros(N), np.zeros(N)) == {(0, 1): ""}


def test_readings_that_do_not_matter_are_hardly_ever_called_apart():
    rng = np.random.default_rng(6)
    called = 0
    for _ in range(60):
        splits = {
            ("decision", str(k)): {"strikes": {0.0: rng.normal(0.84, 1.0, N), 1.0: rng.normal(0.84, 1.0, N)}}
            for k in range(20)
        }
        called += any(one.apart for one in judged(splits))

    assert called <= 8  # of 60 at 5%: beyond this once in a hundred times


def test_worlds_are_split_by_what_they_drew_and_those_that_failed_are_left_out():
    change, control = np.array([1.0, -2.0, np.nan, 4.0]), np.array([1.0, np.nan, 3.0, 5.0])
    known = Alternative("gates", "", (1.0, 0.0)), Alternative(CONTROL, "", (1.0, 0.0))

    found = split(known, change, {"structure.gates": np.array([1.0, 0.0, 1.0, 0.0])}, control)

    assert {name: {k: list(v) for k, v in of.items()} for name, of in found.items()} == {
        "gates": {1.0: [1.0], 0.0: [-2.0, 4.0]},
        CONTROL: {1.0: [1.0, -2.0, 4.0], 0.0: [1.0, 3.0, 5.0]},
    }


def test_a_side_counts_worlds_that_do_not_move_for_neither_way():
    found = side(np.array([1.0] * 79 + [0.0] * 21))

    assert (found.n, found.up, found.down, found.decided, found.leans) == (100, 0.79, 0.0, 0, 1)
    assert side(np.full(10, -1.0)).decided == -1


def test_decisions_are_shipped_scenarios_set_against_the_status_quo():
    for name in DECISIONS:
        scenario = load(name)
        assert scenario.baseline == "status_quo"
        assert scenario.levers


def test_the_outcomes_are_indicators():
    from regionsim.indicators import INDICATORS

    assert set(OUTCOMES) <= set(INDICATORS)
