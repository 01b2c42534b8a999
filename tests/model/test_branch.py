"""A play that goes on under another scenario is that of the other scenario, bit for bit."""

import pytest

from regionsim.errors import InputError
from regionsim.model.play import play, play_together, result
from regionsim.model.region import RegionModel
from regionsim.model.worlds import plain_worlds
from regionsim.scenario import Scenario, load
from regionsim.scenario.vocabulary import shipped_scenarios
from tests.model.worlds import assert_same, small

WORLDS = range(2)
ENDS = {"2014": "2014-05-05", "2021": "2021-10-04", "2023": "2023-05-01", "2025": "2025-11-24", "2026": "2026-06-01"}
DEAL = "{id: calm, from: %s, while: 'attacks < 60', levers: {route_security: 0.7}, review: 28 days}"
CAMPAIGN = "{kind: attack_campaign, group: ttp, on: %s, for: 60 days, multiplier: 2.0}"


def model(scenario: Scenario) -> RegionModel:
    return RegionModel(scenario, plain_worlds(scenario, WORLDS), record_all=True)


@pytest.mark.parametrize("year", ENDS)
def test_the_shipped_scenarios_of_a_start_branch_off_from_one_of_them(year: str) -> None:
    names = [name for name in shipped_scenarios() if str(load(name).start).startswith(year)]
    scenarios = [small(name, end=ENDS[year]) for name in names]
    base = small("status_quo" if year == "2025" else names[0], end=ENDS[year])
    scenarios = [each for each in scenarios if (each.parameters, each.draws) == (base.parameters, base.draws)]
    straight = play_together([(each, plain_worlds(each, WORLDS)) for each in scenarios], record_all=True)
    trunk, before = model(base), len(scenarios)
    for week in (0, 1, 8):
        branches = {}
        for other, expected in zip(scenarios, straight, strict=True):
            try:
                branched = trunk.branch(other, week)
            except InputError:
                continue
            branches[other.name] = branched
            assert_same(expected, result(branched.run()), WORLDS)
        assert base.name in branches
        assert len(branches) <= before  # what has begun in a later week had begun in it
        assert year != "2025" or len(branches) > 5
        before = len(branches)
    assert_same(straight[[each.name for each in scenarios].index(base.name)], result(trunk.run()), WORLDS)


@pytest.mark.parametrize("week", [1, 6, 11])
@pytest.mark.parametrize(
    "late",
    [
        "levers.trade_facilitation={intensity: 1, from: %s, ramp: 30 days}",
        "levers.sat_package={intensity: 0.5, from: %s}",
        f"deals=[{DEAL}]",
        f"shocks=[{CAMPAIGN}, {{kind: border_closure, crossing: all, by: pakistan, on: %s, for: 20 days}}]",
        "shocks=[{kind: duty_change, on: %s, direction: both, goods: [bulk], multiple: 2.0}]",
    ],
)
def test_what_begins_later_can_be_branched_to_and_what_has_begun_cannot(late: str, week: int) -> None:
    begun = "shocks=[{kind: transit_rules, on: 2025-08-25, burden: 0.5}]", f"deals=[{DEAL % '2025-08-25'}]"
    lever = "levers.trade_facilitation={intensity: 0.4, from: 2025-09-01}"
    ours = tuple(each for each in (*begun, lever) if each.partition("=")[0] != late.partition("=")[0])
    text = late.replace("%s", "2025-11-03")
    base, other = (small("status_quo", *ours, *more, end="2026-01-05") for more in ((), (text,)))
    trunk = model(base)
    branched = trunk.branch(other, week)

    assert_same(play(other, plain_worlds(other, WORLDS), record_all=True), result(branched.run()), WORLDS)
    assert_same(play(base, plain_worlds(base, WORLDS), record_all=True), result(trunk.run()), WORLDS)
    with pytest.raises(InputError, match="before week 12"):
        model(base).branch(other, 12)


@pytest.mark.parametrize("other", ["seed=5", "end=2026-01-05", "start=2025-08-25", "parameters.trade.value_of_time=1"])
def test_other_worlds_or_another_clock_cannot_be_branched_to(other: str) -> None:
    with pytest.raises(InputError):
        model(small(end="2025-12-01")).branch(small("status_quo", other, end="2025-12-01"), 0)


def test_a_week_that_has_passed_or_does_not_come_cannot_be_branched_from() -> None:
    scenario = small(end="2025-10-06")
    trunk = model(scenario)
    assert trunk.branch(scenario, 3).week == trunk.week == 2
    for week in (2, scenario.weeks + 1):
        with pytest.raises(IndexError):
            trunk.branch(scenario, week)
