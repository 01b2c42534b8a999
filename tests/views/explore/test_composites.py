"""Composite indices of estimates: the model's own rule, of parts that are estimated."""

from types import SimpleNamespace

import numpy as np
import pytest

from regionsim.indicators.composite_weights import PARTS
from regionsim.model import measures
from regionsim.model.worlds import plain_worlds
from regionsim.views.explore import held_out
from regionsim.views.explore.composites import COOPERATION, PARTS_OF, Rule
from regionsim.views.explore.library import Library

INDICES = (*PARTS_OF, COOPERATION)


def test_every_index_is_computed() -> None:
    assert set(INDICES) == {name for name in measures.MEASURES if name.endswith("_index")}
    assert tuple(PARTS_OF) == ("security_index", "connectivity_index", "humanitarian_index", "diplomacy_index")
    assert {f"{part}_index" for part in PARTS} == set(PARTS_OF)


def test_a_part_is_placed_between_its_goalposts_as_in_the_model(library: Library) -> None:
    parameters = plain_worlds(library.start.scenario, range(library.worlds)).parameters
    model = SimpleNamespace(p=parameters, goalposts={})
    for parts in PARTS_OF.values():
        for part in parts:
            ends = [float(parameters[f"index.{part.posts}_{end}"][0]) for end in ("worst", "best")]
            values = np.linspace(min(ends) - abs(ends[0] - ends[1]), max(ends) + abs(ends[0] - ends[1]), library.worlds)
            there = measures._placed(model, part.posts, values, log=part.log)  # type: ignore[arg-type]
            here = library.rule._placed(part, values[:, None])[:, 0]
            np.testing.assert_allclose(here, there, rtol=1e-12, err_msg=part.posts)


@pytest.mark.parametrize("index", INDICES)
def test_an_index_of_recorded_parts_is_the_recorded_index(library: Library, index: str) -> None:
    base = library.play_base(lambda: False)
    values = {channel.id: base[k].astype(np.float64) for k, channel in enumerate(library.channels)}
    made = library.rule.index(index, values.__getitem__)
    np.testing.assert_allclose(made, values[index], rtol=2e-5)
    as_it_is = library.rule.estimate(index, values.__getitem__, values.__getitem__)
    assert as_it_is.tobytes() == values[index].tobytes()


def test_the_weights_of_the_cooperation_index_count() -> None:
    parameters = {
        f"index.{part}_{end}": np.array([float(end == "best")]) for part in _posts() for end in ("worst", "best")
    }
    even = Rule(parameters | {f"index.weight_{part}": np.array([0.5]) for part in PARTS})
    uneven = Rule(
        parameters | {f"index.weight_{part}": np.array([1e-9 if part == PARTS[0] else 0.5]) for part in PARTS}
    )
    values = {part.channel: np.array([[0.5]]) for parts in PARTS_OF.values() for part in parts}
    values |= dict.fromkeys(("attacks", "fatalities", "ttp_strength"), np.array([[0.9]]))
    assert even.weights[0].tolist() == [0.25] * 4
    assert uneven.weights[0, 0] > 0.9
    assert uneven.index(COOPERATION, values.__getitem__) > even.index(COOPERATION, values.__getitem__)


def test_an_estimated_index_follows_from_estimated_parts(library: Library) -> None:
    library.learn("trade_facilitation")
    question = library.question("trade_facilitation", 0.5)
    estimate = held_out.estimated(library, question)
    assert estimate is not None
    values = {channel.id: estimate[k] for k, channel in enumerate(library.channels)}
    base = library.base()
    assert base is not None
    changed = values["trade_volume"] != base[[c.id for c in library.channels].index("trade_volume")]
    assert changed.any()
    made = library.rule.index("connectivity_index", values.__getitem__)
    np.testing.assert_allclose(values["connectivity_index"][changed], made[changed], rtol=1e-12)


def _posts() -> set[str]:
    return {part.posts for parts in PARTS_OF.values() for part in parts}
