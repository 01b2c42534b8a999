"""What single knobs do to the process that reads them."""

import numpy as np

from regionsim.model.processes import relations, violence
from regionsim.model.region import RegionModel
from regionsim.schema.categories import TTP
from tests.model.worlds import small

WORLDS = 30


def turned(knob: str, value: float) -> RegionModel:
    """A model in its first week with one knob turned in all worlds."""
    w = RegionModel(small(), WORLDS)
    w.week = w.streams.week = 0
    w.policy._knobs = dict(w.policy._knobs) | {knob: np.full(WORLDS, value)}
    return w


def test_confidence_moves_both_sides_and_that_of_afghanistan_only_its_own() -> None:
    memory = {}
    for knob in ("confidence", "confidence_afghanistan"):
        for value in (0.0, 0.5):
            w = turned(knob, value)
            relations.react(w)
            memory[knob, value] = w.relations.memory
    both = memory["confidence", 0.5] - memory["confidence", 0.0]
    one = memory["confidence_afghanistan", 0.5] - memory["confidence_afghanistan", 0.0]

    assert (both < 0.0).all()
    assert np.allclose(both[0], both[1])
    assert (one[0] == 0.0).all()
    assert np.allclose(one[1], both[1])


def test_more_movement_across_the_border_than_usual_means_more_attacks_by_the_ttp_as_less_means_fewer() -> None:
    less, usual, more = (violence.tempo(turned("infiltration", value))[:, TTP] for value in (0.8, 1.0, 1.2))

    assert (less < usual).all()
    assert (usual < more).all()
    assert np.allclose(more - usual, usual - less)
