"""Scenarios played side by side in one batch: each world is what it is in a batch of its own scenario, bit for bit."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regionsim.evidence.inputs import load_inputs
from regionsim.model.arms import batches, merged
from regionsim.model.play import play, play_together
from regionsim.model.worlds import in_settings, plain_worlds
from regionsim.scenario import Scenario, load
from regionsim.scenario.vocabulary import shipped_scenarios
from tests.model.worlds import assert_same, small

CAMPAIGN = "{kind: attack_campaign, group: ttp, on: 2025-09-01, for: 60 days, multiplier: %s}"
CUT = "{kind: aid_cut, on: 2025-09-08, for: 50 days, share: %s}"
LEVERS = "{route_security: 0.7, geoeconomic_turn: 0.4}"
TALKS = "{id: calm, from: 2025-09-01, while: 'attacks < %s', levers: " + LEVERS + ", review: 28 days}"
EASE = "{id: ease, from: 2025-10-06, while: 'trust_pakistan > 0', levers: {trade_facilitation: 0.3}}"


def assert_played_alike(scenarios: Sequence[Scenario], numbers: Sequence[int]) -> None:
    """Every scenario has the same worlds when all are played together as when each is played by itself."""
    parts = [(scenario, plain_worlds(scenario, numbers)) for scenario in scenarios]
    for (scenario, worlds), together in zip(parts, play_together(parts, record_all=True), strict=True):
        assert_same(play(scenario, worlds, record_all=True), together, numbers)
        assert together.worlds is worlds


def family(year: str) -> list[str]:
    return [name for name in shipped_scenarios() if str(load(name).start).startswith(year)]


@pytest.mark.parametrize("year", ["2025", "2026"])
def test_every_shipped_scenario_of_a_start_is_the_same_in_one_batch(year: str) -> None:
    names = family(year)
    scenarios = [small(name, end=f"{int(year) + 1}-02-23") for name in names]
    assert len(batches([(each, plain_worlds(each, [0])) for each in scenarios], load_inputs())) == 1
    assert len(names) > 3

    assert_played_alike(scenarios, [3, 1])


@pytest.mark.slow
def test_every_shipped_scenario_is_the_same_in_one_batch_over_years() -> None:
    assert_played_alike([small(name, end="2029-03-05") for name in family("2025")], range(4))


def test_arms_may_differ_in_anything_but_what_shapes_the_arrays() -> None:
    def arm(*sets: str) -> Scenario:
        return small("status_quo", *sets, end="2026-03-02")

    shocks = f"shocks=[{CAMPAIGN % 2.0}, {CUT % 0.2}]"

    def pull(lever: str, intensity: float, begin: str = "2025-08-25") -> str:
        return f"levers.{lever}={{intensity: {intensity}, from: {begin}}}"

    # levers and deals that turn the same knobs and shocks of one kind, in different orders
    arms = [
        arm(pull("geoeconomic_turn", 0.5), pull("trade_facilitation", 1.0), shocks),
        arm(pull("trade_facilitation", 0.7), pull("geoeconomic_turn", 1.0, "2025-11-03")),
        arm(f"shocks=[{CUT % 0.4}, {CAMPAIGN % 3.0}, {CUT % 0.2}]", "parameters.trade.value_of_time=1.0"),
        arm(f"deals=[{TALKS % 60}, {EASE}]", pull("geoeconomic_turn", 0.2)),
        arm(f"deals=[{EASE}, {TALKS % 20}]", shocks, "draws=fixed"),
        arm(),
    ]
    assert len(batches([(each, plain_worlds(each, [0])) for each in arms], load_inputs())) == 1

    assert_played_alike(arms, range(3))


def test_levers_that_differ_between_worlds_share_a_batch_with_those_that_do_not() -> None:
    scenario, plain = small("trade_push", end="2025-12-01"), small("status_quo", end="2025-12-01")
    path = "levers.trade_facilitation.intensity"
    swept = in_settings(scenario, 2, [{path: 0.2}, {path: 0.9}], {path: 0.0})
    parts = [(plain, plain_worlds(plain, range(3))), (scenario, swept)]
    together = play_together(parts)

    assert_same(play(plain, parts[0][1]), together[0], range(3))
    assert_same(play(scenario, swept), together[1], range(4))


@pytest.mark.parametrize("other", ["seed=5", "end=2026-01-05", "start=2025-08-25", "parameters.size.households=300"])
def test_arms_of_another_clock_or_size_are_played_apart(other: str) -> None:
    base, apart = small(end="2025-12-01"), small("status_quo", other, end="2025-12-01")
    parts = [(each, plain_worlds(each, range(2))) for each in (base, apart, base)]
    assert batches(parts, load_inputs()) == [[0, 2], [1]]
    counted: list[int] = []

    results = play_together(parts, on_worlds=counted.append)
    assert sum(counted) == 2 * (2 * base.weeks + apart.weeks)
    assert_same(results[1], play(*parts[1]), range(2))


def test_a_world_that_fails_is_named_in_its_own_arm() -> None:
    scenario = small(end="2025-12-01")
    worlds = plain_worlds(scenario, range(4, 7))
    worlds.parameters["trade.export_initial"][1] = np.nan
    before, failed = play_together([(scenario, plain_worlds(scenario, range(2))), (scenario, worlds)])

    assert not before.failed
    assert list(failed.failed) == [5]
    assert_same(failed, play(scenario, worlds), range(4, 7))


@given(sequences=st.lists(st.lists(st.sampled_from("abcd"), max_size=5), min_size=1, max_size=5))
def test_a_merged_list_keeps_the_order_of_each(sequences: list[list[str]]) -> None:
    out = merged(sequences)

    for arm, sequence in enumerate(sequences):
        assert [item for item, has in out if has[arm]] == sequence
    assert all(any(has) and len(has) == len(sequences) for _, has in out)
