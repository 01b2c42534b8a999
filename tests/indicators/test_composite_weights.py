"""Weights of the composite and what hangs on them."""

import numpy as np
import pytest

from regionsim.indicators.composite_weights import PARTS, correlations, rank_reversal, weights
from regionsim.model.measures import MEASURES
from regionsim.model.region import RegionModel
from regionsim.model.worlds import plain_worlds
from tests.model.worlds import small

FLAT = {f"index.weight_{part}": np.random.default_rng(k).random(4000) for k, part in enumerate(PARTS)}


def test_weights_sum_to_one_and_are_flat_over_the_simplex() -> None:
    drawn = weights(FLAT)

    assert drawn.sum(axis=-1) == pytest.approx(np.ones(4000))
    # Dirichlet(1, 1, 1, 1): mean 1/4, variance 3/80
    assert drawn.mean(axis=0) == pytest.approx(np.full(4, 0.25), abs=0.02)
    assert drawn.var(axis=0) == pytest.approx(np.full(4, 3 / 80), abs=0.005)


def test_the_model_weighs_by_the_draw_and_equally_where_draws_are_fixed() -> None:
    made = small(end="2025-12-01")
    w = RegionModel(made, plain_worlds(made, range(30)))
    parts = np.stack([MEASURES[f"{part}_index"](w) for part in PARTS], axis=-1)
    whole = np.exp((np.log(parts) * weights(w.p)).sum(axis=-1))
    assert MEASURES["cooperation_index"](w) == pytest.approx(whole)
    assert len(set(w.p["index.weight_security"])) > 1

    middle = {f"index.weight_{part}": np.full(3, 0.5) for part in PARTS}
    assert weights(middle) == pytest.approx(np.full((3, 4), 0.25))


def test_deaths_by_strikes_lower_the_humanitarian_index() -> None:
    made = small(end="2025-12-01")
    w = RegionModel(made, plain_worlds(made, range(20)))
    w.trailing.total["strike_deaths"] = np.zeros(20)
    before = MEASURES["humanitarian_index"](w)
    w.trailing.total["strike_deaths"] = np.full(20, 50.0)

    assert (MEASURES["humanitarian_index"](w) < before).all()


def test_a_scenario_better_in_all_is_never_overtaken_and_a_trade_off_is() -> None:
    low, high = np.full((5, 4), 20.0), np.full((5, 4), 60.0)
    found = rank_reversal({"low": low, "high": high}, weights(FLAT))
    assert found.order == ("high", "low")
    assert found.any_pair == 0.0
    assert found.first.tolist() == [0.0, 1.0]

    safe, open_ = np.array([[80.0, 20.0, 50.0, 50.0]]), np.array([[21.0, 80.0, 50.0, 50.0]])
    found = rank_reversal({"safe": safe, "open": open_}, weights(FLAT))
    assert 0.4 < found.any_pair < 0.6
    assert found.pairs[0, 1] == found.pairs[1, 0] == found.any_pair
    with pytest.raises(ValueError, match="two scenarios"):
        rank_reversal({"safe": safe}, weights(FLAT))


def test_correlations_are_of_ranks() -> None:
    x = np.arange(1.0, 21.0)
    assert correlations(np.stack([x, np.exp(x), -x, x], axis=-1))[0] == pytest.approx([1.0, 1.0, -1.0, 1.0])
