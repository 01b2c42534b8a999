"""Arms that part late are played once until they do, and have the bits of arms that are played by themselves."""

import json

import pytest

from regionsim.evidence.inputs import load_inputs
from regionsim.model import play as playing
from regionsim.model.arms import Arms
from regionsim.model.parting import spread, stages
from regionsim.model.play import play, play_together
from regionsim.model.worlds import plain_worlds
from regionsim.scenario import Scenario
from tests.model.worlds import assert_same, small

END = "2026-08-17"
LEVER = "levers.trade_facilitation={intensity: 1, from: 2025-12-15, ramp: 30 days}"
SHUT = "{kind: border_closure, crossing: all, by: pakistan, on: 2026-04-06, for: 20 days}"
DUTIES = "{kind: duty_change, on: 2026-05-04, direction: both, goods: [bulk], multiple: 2.0}"
DEAL = "deals=[{id: calm, from: %s, while: 'attacks < 500', levers: {route_security: 0.7}, review: 28 days}]"


def arm(*sets: str) -> Scenario:
    return small("status_quo", *sets, end=END)


def late_arms() -> list[Scenario]:
    return [
        arm(DEAL % "2025-09-01"),
        arm(DEAL % "2025-09-01", LEVER),
        arm(DEAL % "2025-09-01", LEVER, f"shocks=[{SHUT}]"),
        arm(DEAL % "2025-09-01", f"shocks=[{DUTIES}]"),
        arm(DEAL % "2026-01-05"),
        arm(DEAL % "2025-09-01", "levers.humanitarian_aid={intensity: 0.5, from: 2025-08-18}"),
        arm(DEAL % "2025-09-01", LEVER),
    ]


def planned(arms: list[Scenario], worlds: int = 1) -> list[tuple[int, int, list[int]]]:
    tables = tuple(plain_worlds(each, range(worlds)) for each in arms)
    return list(stages(Arms(tuple(arms), tables), load_inputs()))


@pytest.mark.parametrize("worlds", [1, 2, 5])
def test_arms_that_part_late_are_those_played_by_themselves(worlds: int) -> None:
    arms = late_arms()
    played: list[int] = []
    parts = [(each, plain_worlds(each, range(worlds))) for each in arms]
    together = play_together(parts, record_all=True, on_worlds=played.append)
    for (scenario, table), found in zip(parts, together, strict=True):
        assert_same(play(scenario, table, record_all=True), found, range(worlds))
    assert played == [worlds * len(arms)] * arms[0].weeks


def test_each_arm_is_played_from_the_week_in_which_it_differs() -> None:
    assert planned(late_arms()) == [
        (0, 17, [0, 0, 0, 0, 4, 5, 0]),
        (17, 33, [0, 1, 1, 0, 4, 5, 1]),
        (33, 52, [0, 1, 2, 3, 4, 5, 1]),
        (52, 52, [0, 1, 2, 3, 4, 5, 6]),  # the last is the second once more
    ]


def test_arms_that_differ_in_draws_or_at_once_are_played_throughout() -> None:
    other = arm("parameters.trade.value_of_time=0.9")
    at_once = arm("levers.sat_package={intensity: 0.5, from: 2025-08-18}")
    assert planned([arm(), other, at_once]) == [(0, 52, [0, 1, 2])]
    assert planned([arm()]) == [(0, 52, [0])]


def test_worlds_go_on_from_the_world_they_are_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    arms = late_arms()[:2]
    froms: list[tuple[int, list[int]]] = []

    def watched(w, some, of, *, record_all):
        froms.append((w.n_worlds, of.tolist()))
        return spread(w, some, of, record_all=record_all)

    monkeypatch.setattr(playing, "spread", watched)
    play_together([(each, plain_worlds(each, range(3))) for each in arms])
    assert froms == [(3, [0, 1, 2, 0, 1, 2])]


@pytest.mark.slow
def test_shipped_scenarios_with_a_late_shock_are_those_played_by_themselves() -> None:
    names = ["status_quo", "trade_push", "smart_border", "strikes_and_blame", "forced_repatriation", "ceasefire"]
    plain = [small(name, end=END) for name in names]
    late = [with_late(each) for each in names]
    parts = [(each, plain_worlds(each, range(2))) for each in (*plain, *late)]
    together = play_together(parts, record_all=True)
    for (scenario, table), found in zip(parts, together, strict=True):
        assert_same(play(scenario, table, record_all=True), found, range(2))
    ways = planned([each for each in (*plain, *late) if each.parameters == plain[0].parameters])
    assert len(ways) > 1
    assert len(set(ways[0][2])) < len(set(ways[-1][2]))


def with_late(name: str) -> Scenario:
    """A shipped scenario with late shocks after its own."""
    own = [shock.model_dump(mode="json", by_alias=True, exclude_none=True) for shock in small(name, end=END).shocks]
    return small(name, f"shocks=[{', '.join([*map(json.dumps, own), SHUT, DUTIES])}]", end=END)
