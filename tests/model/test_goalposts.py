"""Scores of the composite indices: the way between goalposts, and beyond them still an order."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from regionsim.evidence import load_evidence
from regionsim.indicators import INDICATORS
from regionsim.model.measures import _placed
from regionsim.model.play import play
from regionsim.model.worlds import plain_worlds
from regionsim.scenario import load

INDICES = ("security", "connectivity", "humanitarian", "diplomacy", "cooperation")


def _scores(values: list[float], worst: float, best: float, *, log: bool = False) -> list[float]:
    posts = {"index.x_worst": np.full(len(values), worst), "index.x_best": np.full(len(values), best)}
    model: Any = SimpleNamespace(p=posts, goalposts={})
    return list(_placed(model, "x", np.array(values), log=log))


def test_a_score_is_the_way_between_goalposts_and_bent_in_the_last_tenth() -> None:
    assert _scores([0.0, 1.0, 2.5, 5.0, 9.0, 10.0], 0.0, 10.0) == pytest.approx([5.0, 10.0, 25.0, 50.0, 90.0, 95.0])
    assert _scores([2000.0, 200.0, 20.0], 2000.0, 20.0, log=True) == pytest.approx([5.0, 50.0, 95.0])


def test_beyond_goalposts_scores_still_differ_and_reach_no_end() -> None:
    beyond = _scores([7000.0, 5000.0, 3000.0, 2000.0, 20.0, 10.0, 5.0], 2000.0, 20.0, log=True)

    assert beyond == sorted(beyond)
    assert len(set(beyond)) == len(beyond)
    assert beyond[0] > 1.0
    assert beyond[-1] < 100.0
    assert _scores([0.0], 0.1, 6.0, log=True) == [1.0]  # nothing at all of what must be positive


def test_goalposts_of_violence_are_the_extremes_of_the_record() -> None:
    known = load_evidence().parameters
    for name in ("attacks", "fatalities"):
        posts = known[f"index.{name}_best"].value, known[f"index.{name}_worst"].value
        assert posts == INDICATORS[name].seen


@pytest.mark.slow
def test_no_index_piles_up_at_its_floor_or_ceiling() -> None:
    scenario = load("status_quo", sets=("end=2035-08-18",))
    columns = play(scenario, plain_worlds(scenario, range(300))).columns
    for name in INDICES:
        for year in (5, 10):
            scores = np.asarray(columns[f"{name}_index"])[:, min(52 * year, 521) - 1]
            ends = ((scores <= 1.01) | (scores >= 99.0)).mean()
            assert ends < 0.05, (name, year, ends)
