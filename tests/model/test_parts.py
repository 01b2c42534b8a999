"""Small parts of the model: choices, policy, shocks, trailing sums, severity."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regionsim.levers import KNOBS, LEVERS
from regionsim.model.choose import choose
from regionsim.model.play import result
from regionsim.model.policy import SETTINGS, Policy, intensities
from regionsim.model.processes.severity import death_toll, mean_severity
from regionsim.model.random import Streams
from regionsim.model.region import RegionModel
from regionsim.model.shocks import Shocks
from regionsim.model.trailing import Trailing
from regionsim.model.variables import SOFT
from regionsim.scenario.schema import LeverSetting
from regionsim.schema.shocks import AidCut, Airstrike, AttackCampaign
from tests.model.worlds import events, small

START = date(2025, 8, 18)


def test_choices_follow_the_logit() -> None:
    u = (np.arange(100_000) + 0.5) / 100_000
    act = choose(u, {"a": 1.0, "b": np.zeros(u.size), "c": -np.inf}, np.full(u.size, 2.0))

    assert act.is_("a").mean() == pytest.approx(np.exp(2) / (np.exp(2) + 1), abs=1e-4)
    assert not act.is_("c").any()


@given(u=st.floats(0, 1, exclude_min=True, exclude_max=True), low=st.floats(-3, 3), more=st.floats(0, 3))
def test_a_better_first_action_is_never_given_up(u: float, low: float, more: float) -> None:
    at, rationality = np.array([u]), np.ones(1)
    before = choose(at, {"a": low, "b": 0.5}, rationality).is_("a")
    after = choose(at, {"a": low + more, "b": 0.5}, rationality).is_("a")

    assert after or not before


def test_a_lever_ramps_from_its_date_and_ends() -> None:
    setting = LeverSetting.model_validate(
        {"from": "2025-09-01", "intensity": 0.8, "ramp": "4 weeks", "until": "2025-10-13"}
    )
    table = intensities(setting.numbers(START), 12)

    assert table[:, 0].tolist() == pytest.approx([0, 0, 0.2, 0.4, 0.6, 0.8, 0.8, 0.8, 0, 0, 0, 0])


def test_knobs_are_exactly_neutral_without_a_lever() -> None:
    policy = Policy({}, {}, START, 3, 2, LEVERS)
    policy.set_week(1)

    assert all((policy[name] == knob.neutral).all() for name, knob in KNOBS.items())


@pytest.mark.parametrize("name", sorted(name for name, lever in LEVERS.items() if not lever.parts))
def test_a_lever_turns_its_own_knobs_and_no_other(name: str) -> None:
    lever = LEVERS[name]
    size = np.array([0.25, 0.5])
    sizes = {effect.parameter: size for effect in lever.effects} | {lever.push_parameter: size}
    setting = LeverSetting.model_validate({"from": "2025-08-18", "intensity": 0.5})
    policy = Policy({name: setting}, sizes, START, 3, 2, LEVERS)
    policy.set_week(0)
    turned = {effect.knob: effect.how for effect in lever.effects}

    for knob, spec in KNOBS.items():
        if knob not in turned:
            assert (policy[knob] == spec.neutral).all()
            continue
        change = {"cut": spec.neutral * (1 - size / 2), "lift": spec.neutral * (1 + size / 2)}
        assert np.allclose(policy[knob], change.get(turned[knob], spec.neutral + size / 2))
    pushed = dict(lever.pushes)
    for v, variable in enumerate(SOFT):
        assert np.allclose(policy.pushes[0][:, v], pushed.get(variable, 0) * size / 2)
        assert np.allclose(policy.pushes[1][:, v], 0 if lever.effects else pushed.get(variable, 0) * size / 2)


def test_worlds_that_differ_in_the_settings_of_a_lever_have_the_knobs_they_have_alone() -> None:
    sizes = {
        p: np.full(3, 0.3)
        for lever in LEVERS.values()
        for p in [lever.push_parameter, *(e.parameter for e in lever.effects)]
    }
    fields = [
        {"from": "2025-09-03", "intensity": 0.0, "ramp": "0 days"},
        {"from": "2025-08-18", "intensity": 0.35, "ramp": "5 weeks", "until": "2025-10-10"},
        {"from": "2025-09-30", "intensity": 1.0, "ramp": "10 days"},
    ]
    settings = [LeverSetting.model_validate(each) for each in fields]
    own = [setting.numbers(START) for setting in settings]
    for name in ("trade_facilitation", "sat_package"):
        columns = {f"levers.{name}.{key}": np.array([numbers[key] for numbers in own]) for key in SETTINGS}
        together = Policy({name: settings[1]}, sizes | columns, START, 12, 3, LEVERS)
        alone = [
            Policy({name: setting}, {p: size[:1] for p, size in sizes.items()}, START, 12, 1, LEVERS)
            for setting in settings
        ]
        seen = set()
        for week in range(12):
            together.set_week(week)
            for w, policy in enumerate(alone):
                policy.set_week(week)
                assert all(together[knob][w] == policy[knob][0] for knob in KNOBS)
                assert all((a[w] == b[0]).all() for a, b in zip(together.pushes, policy.pushes, strict=True))
            seen.add(tuple(together["project_pace"]))
        assert len(seen) > 5


def test_a_package_pulls_its_parts_as_hard_as_it_is_pulled() -> None:
    sizes = {
        p: np.array([0.25])
        for lever in LEVERS.values()
        for p in [lever.push_parameter, *(e.parameter for e in lever.effects)]
    }
    setting = LeverSetting.model_validate({"from": "2025-08-18", "intensity": 0.5})
    package = Policy({"sat_package": setting}, sizes, START, 3, 1, LEVERS)
    parts = Policy(dict.fromkeys(LEVERS["sat_package"].parts, setting), sizes, START, 3, 1, LEVERS)
    package.set_week(0)
    parts.set_week(0)

    assert all((package[knob] == parts[knob]).all() for knob in KNOBS)
    assert (package.pushes[0] == parts.pushes[0]).all()
    assert package.pushes[0].any()


def test_shocks_hold_for_their_days_and_leave_no_trace() -> None:
    campaign = AttackCampaign.model_validate(
        {"kind": "attack_campaign", "group": "ttp", "on": "2025-08-25", "for": "10 days", "multiplier": 3.0}
    )
    cut = AidCut.model_validate({"kind": "aid_cut", "on": "2025-08-25", "for": "7 days", "share": 0.4})
    strike = Airstrike.model_validate({"kind": "airstrike", "on": "2025-09-01", "deaths": 12})
    shocks = Shocks([campaign, cut, strike], START)
    seen = []
    for week in range(5):
        shocks.set_week(week)
        seen.append((shocks.campaign[0, 0], shocks.aid_cut, int(shocks.strike_deaths), bool(shocks.strike)))

    assert seen[0] == seen[4] == (1.0, 0.0, 0, False)
    assert seen[1] == (3.0, pytest.approx(0.4), 0, False)
    assert seen[2] == (pytest.approx(1 + 2 * 3 / 7), 0.0, 12, True)
    assert seen[3] == (1.0, 0.0, 0, False)


@given(flows=st.lists(st.floats(0, 1e6), min_size=1, max_size=120))
def test_a_trailing_sum_is_that_of_the_last_52_weeks(flows: list[float]) -> None:
    before = np.arange(52.0)
    year = Trailing({"x": before[np.newaxis]})
    for flow in flows:
        year.push({"x": np.array([flow])})
    last = [*before, *flows][-52:]

    assert year.total["x"][0] == pytest.approx(sum(last), rel=1e-12)


def test_deaths_have_the_mean_and_the_tail_they_should() -> None:
    severity = np.array([[[1.4, 2.5, 300.0]]])
    streams = Streams(3, np.arange(1))
    total, worst = 0, 0
    weeks, attacks = 400, 500
    for week in range(weeks):
        streams.week = week
        dead, largest = death_toll(streams, "d", np.full((1, 1), attacks), np.full((1, 1), 0.4), severity)
        assert 0 < largest[0, 0] <= dead[0, 0]
        total, worst = total + int(dead[0, 0]), max(worst, int(largest[0, 0]))
    n = weeks * attacks
    mean = 0.4 * float(mean_severity(severity)[0, 0])

    # sd of one attack's deaths is below 7 with the tail cut at 300: five standard errors
    assert total / n == pytest.approx(mean, abs=5 * 7 / np.sqrt(n))
    assert 150 < worst <= 300


def test_no_attack_kills_nobody_twice() -> None:
    streams = Streams(3, np.arange(4))
    severity = np.broadcast_to(np.array([1.4, 2.5, 160.0]), (4, 2, 3)).copy()
    quiet = death_toll(streams, "d", np.zeros((4, 2), dtype=np.int64), np.ones((4, 2)), severity)

    assert all((each == 0).all() for each in quiet)


def test_weighing_one_action_leaves_the_others_as_they_were() -> None:
    model = RegionModel(small(end="2029-08-18"), worlds=40)
    talks = RegionModel(
        small("status_quo", "levers.institutional_dialogue={from: 2025-08-18}", end="2029-08-18"), worlds=40
    )
    for each in (model, talks):
        each.run()
    orders = [
        {(row[0], row[1]) for row in events(result(each), range(40)) if row[3] == "expulsion_order"}
        for each in (model, talks)
    ]

    assert len(orders[0]) > 30
    assert len(orders[0] & orders[1]) >= 0.9 * len(orders[0])


def test_usual_acts_are_what_the_first_year_brings() -> None:
    # parameters fixed, 300 worlds: the mean of two years, which are those before violence has grown much
    model = RegionModel(small("status_quo", "draws=fixed", end="2027-08-18"), worlds=300)
    model.run()
    log = model.log.sorted()
    years = 300 * 2
    rates = {kind: (log.kind == kind).sum() / years for kind in ("major_attack", "strike", "talks", "clash")}
    p = {name: float(values[0]) for name, values in model.p.items()}

    # Poisson errors are under 0.1 a year for each; violence grows by a tenth over the two years
    assert rates["major_attack"] == pytest.approx(p["violence.major_attacks_usual"], abs=0.5)
    assert rates["strike"] == pytest.approx(p["politics.strikes_usual"], abs=0.3)
    assert rates["talks"] == pytest.approx(p["politics.talks_usual"], abs=0.5)
    assert rates["clash"] == pytest.approx(p["border.clashes_per_year"], abs=0.7)
    memory = model.relations.memory - model.relations.set_point[:, :]
    assert np.abs(memory.mean(axis=1)).max() < 0.1
