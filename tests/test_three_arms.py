"""Security first, economy first, both: arithmetic of interactions and budgets, and a page that says what was played."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from regionsim.errors import RegionsimError
from regionsim.evidence import load_evidence
from regionsim.model.play import play
from regionsim.model.worlds import plain_worlds
from regionsim.scenario import load

EXPERIMENTS = Path(__file__).resolve().parents[1] / "experiments"


def module(name: str) -> ModuleType:
    """A script of experiments/; it stays importable, as the processes that it starts import it again."""
    if str(EXPERIMENTS) not in sys.path:
        sys.path.insert(0, str(EXPERIMENTS))
    return importlib.import_module(name)


@pytest.fixture(scope="module")
def arms() -> ModuleType:
    return module("three_arms")


def test_effects_that_add_up_do_not_interact_and_those_that_multiply_do(arms):
    rng = np.random.default_rng(1)
    none = rng.normal(10.0, 3.0, (50, 2))
    s, e = rng.normal(2.0, 0.5, (50, 2)), rng.normal(1.0, 0.5, (50, 2))

    added = arms.interaction(none, none + s, none + e, none + s + e)
    multiplied = arms.interaction(none, none * 1.2, none * 1.5, none * 1.8)

    np.testing.assert_allclose(added.values, 0.0, atol=1e-12)
    np.testing.assert_allclose(multiplied.values, 0.1 * none)
    assert (multiplied.side == 1).all()


@pytest.mark.parametrize(("security", "economy"), [(3.0, 1.0), (1.0, 3.0), (-1.0, 0.5), (2.0, 2.0)])
@pytest.mark.parametrize("joint", [-2.0, 0.0, 1.4, 1.6, 1.9, 2.1, 8.0])
def test_a_mix_pays_exactly_where_one_is_better_than_either_arm(arms, security, economy, joint):
    x = np.linspace(0.0, 1.0, 1001)
    mixes = x * security + (1.0 - x) * economy + x * (1.0 - x) * joint

    assert arms.mix_pays(security, economy, joint) == (mixes.max() > max(security, economy) + 1e-12)


def test_a_budget_is_what_levers_cost_over_the_years_with_a_ramp_counted_by_half(arms):
    settings = arms.arms()["security"]
    assert set(settings) == {"joint_border_management", "counter_iskp", "cut_ttp_ties", "security_guarantees"}
    # ramps of 24, 24, 24 and 12 months
    assert arms.budget("security", arms.equal_prices()) == pytest.approx(4.0 + 4.0 + 4.0 + 4.5, abs=0.01)
    prices = arms.equal_prices() | {"cut_ttp_ties": 10.0}
    assert arms.budget("security", prices) == pytest.approx(4.0 + 4.0 + 40.0 + 4.5, abs=0.03)


@pytest.mark.parametrize("counted", ["equal_prices", "assumed_prices"])
def test_points_on_a_budget_cost_as_much_as_the_cheaper_arm(arms, counted):
    prices = getattr(arms, counted)()
    security, economy = arms.budget("security", prices), arms.budget("economy", prices)

    points = arms.on_budget(arms.DOSES, prices)

    spent = [point.security * security + point.economy * economy for point in points]
    np.testing.assert_allclose(spent, min(security, economy))
    assert all(0.0 <= dose <= 1.0 for point in points for dose in point)
    assert (points[0].security, points[-1].economy) == (0.0, 0.0)


def test_what_the_joint_scenario_adds_moves_nothing_or_must_be_played(arms, monkeypatch):
    assert arms.added().keys() == {"policy_alignment"}

    monkeypatch.setattr(arms, "idle_levers", lambda *_: {})
    with pytest.raises(RegionsimError, match="policy_alignment: moves outcomes, so it must be played"):
        arms.added()


def test_an_arm_is_called_better_only_where_the_interval_of_the_difference_says_so(arms):
    numbers, rng = module("three_arms_numbers"), np.random.default_rng(2)
    points = {
        point: {name: rng.normal(size=200) for name in arms.COLUMNS}
        for point in (arms.NONE, *arms.on_budget((1.0, 0.0), arms.equal_prices()))
    }
    security, economy = arms.on_budget((1.0, 0.0), arms.equal_prices())
    points[security]["attacks"] -= 2.0  # fewer is better
    points[economy]["trade_bilateral"] += 2.0
    results = arms.Results(200, 0, points, {}, {}, {})

    sides = dict(zip(arms.COLUMNS, numbers.better_arms(results, arms.equal_prices()), strict=True))

    assert (sides["attacks"], sides["trade_bilateral"]) == (1, -1)
    assert sorted(sides.values()).count(0) >= 4  # each of the other six is told apart by chance in 5% of cases


def test_every_lever_of_the_arms_has_a_cost_with_a_range_and_draws_stay_in_it(arms):
    drawn, assumed = arms.drawn_prices(200), arms.assumed_prices()

    assert drawn.keys() == assumed.keys() == {name for arm in arms.arms().values() for name in arm}
    for name, values in drawn.items():
        low, high = load_evidence().levers[name].cost.range
        assert low <= values.min() < assumed[name] < values.max() <= high
        assert np.median(values) == pytest.approx((low * high) ** 0.5, rel=0.3)  # evenly on a log scale


def test_a_lever_without_a_cost_is_refused(arms, monkeypatch):
    unpriced = {"security": arms.arms()["security"], "economy": load("trade_push").levers}
    monkeypatch.setattr(arms, "arms", lambda: unpriced)

    with pytest.raises(RegionsimError, match=r"transit_agreement: its cost is unknown, but must be in USD mn a year"):
        arms.assumed_prices()


def test_between_doses_a_surface_is_linear_along_each(arms):
    s, e = np.meshgrid(arms.DOSES, arms.DOSES, indexing="ij")
    bilinear = 3.0 * s - 2.0 * e + 5.0 * s * e
    x, y = np.array([0.0, 0.1, 0.6, 1.0]), np.array([1.0, 0.9, 0.3, 0.0])

    np.testing.assert_allclose(arms.between(bilinear, x, y), 3.0 * x - 2.0 * y + 5.0 * x * y)
    np.testing.assert_array_equal(arms.between(s**2, s, e), s**2)


# -- a small run -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small(arms):
    tried = [one for one in arms.variants() if one.name in ("as it is", "without projects", "without movement")]
    return arms.results(24, 40, tried)


@pytest.mark.slow
def test_corners_are_what_a_run_with_these_levers_alone_gives(arms, small):
    for point, pulled in ((arms.NONE, ()), (arms.SECURITY, ("security",)), (arms.ECONOMY, ("economy",))):
        levers = [
            f"levers.{name}={{from: 2025-08-18, intensity: 1.0, ramp: {setting.ramp_days:g} days}}"
            for arm in pulled
            for name, setting in arms.arms()[arm].items()
        ]
        ask = load("status_quo", sets=(*arms.SMALL, *levers))
        alone = play(ask, plain_worlds(ask, range(24))).columns["trade_bilateral"][:, -1]
        np.testing.assert_array_equal(small.points[point]["trade_bilateral"], alone)


@pytest.mark.slow
def test_what_the_page_claims_is_in_what_was_played(arms, small):
    numbers, page = module("three_arms_numbers"), module("three_arms_page")
    k = arms.COLUMNS.index("investment_minerals")
    rests = {one.name: rest for one, rest in numbers.rests_on(small).items()}

    text = page.page(small)

    # a pace times a gate: without works and mines there is no investment, and so no interaction
    assert numbers.joint(small).mean[k] > 0.0
    assert numbers.verdicts(numbers.joint(small))[k] == numbers.STRENGTHEN
    assert rests["without projects"].counts[k]
    assert not rests["without projects"].of.values[:, k].any()
    assert "**strengthen each other** in mineral investment in Afghanistan" in text
    assert "**Mineral investment in Afghanistan**: strengthen each other. The interaction is less with" in text
    # nobody moves, so nobody is deported, and the interaction is exactly nil
    moved = rests["without movement"].of.values[:, arms.COLUMNS.index("deportations")]
    assert not moved.any()
    assert f"in the same {small.worlds} worlds" in text
    assert "{" not in text.replace("{from", "")
    for points in (arms.on_budget(arms.DOSES, prices) for prices in (arms.equal_prices(), arms.assumed_prices())):
        assert all(point in small.points for point in points)


@pytest.mark.slow
def test_the_picture_can_be_drawn(small, tmp_path):
    module("three_arms_page").picture(small, tmp_path / "arms.png")

    assert (tmp_path / "arms.png").stat().st_size > 20_000
