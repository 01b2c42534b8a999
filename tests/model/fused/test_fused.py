"""What is fused, what is not, and what the programs need of a model."""

import copy
import pickle
from typing import Any

import numpy as np
import pytest

from regionsim.model import fused
from regionsim.model.play import play
from regionsim.model.region import RegionModel
from regionsim.model.worlds import plain_worlds
from regionsim.scenario import Scenario
from tests.model.fused.toy import Toy, same, traced
from tests.model.worlds import assert_same, small

DEAL = "deals=[{id: calm, from: start + 9 weeks, while: 'attacks < 3000', levers: {route_security: 0.7}}]"
SCENARIOS = {
    "status_quo": small(end="2025-12-15"),
    "lever": small("status_quo", "levers={trade_facilitation: {from: start + 8 weeks}}", end="2025-12-20"),
    "deal": small("status_quo", DEAL, end="2026-01-01"),
    "rupture": small("reopening_2026", end="2026-07-15"),
    "record": small("history_2023", end="2023-07-01"),
}
EXPECTED = {"regionsim.model.region:set_calendar"}
"""Rules that branch on each week's scenario: they are played as written."""


@pytest.mark.parametrize("worlds", [1, 3, 129])
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_gives_the_same_bits_fused_and_as_written(name: str, worlds: int) -> None:
    scenario = SCENARIOS[name]
    rows = plain_worlds(scenario, range(worlds))
    mine = play(scenario, rows, record_all=True)
    with fused.as_written():
        plain = play(scenario, rows, record_all=True)
    assert_same(mine, plain, range(worlds))


def played(scenario: Scenario, weeks: int) -> RegionModel:
    model = RegionModel(scenario, 2)
    with np.errstate(all="ignore"):
        model.run_for(weeks)
    return model


def test_all_rules_of_a_quiet_week_are_replayed() -> None:
    model = played(SCENARIOS["status_quo"], 12)
    calls = {f"{call.__module__}:{call.__name__}" for call in model._week}
    assert sum(rule.count("+") for rule in calls) > 15  # most are replayed together
    assert set(fused.counts()) >= calls
    assert {rule for rule in calls if not fused.counts()[rule]} == EXPECTED
    bound = [one for one in model.bindings.values() if not isinstance(one, int)]
    assert len(bound) >= len(calls - EXPECTED)


def test_weeks_with_shocks_are_played_as_written_and_say_why() -> None:
    before = {rule: len(why) for rule, why in fused.refusals().items()}  # of other tests in this process
    played(SCENARIOS["record"], 25)
    for rule, every in fused.refusals().items():
        why = every[before.get(rule, 0) :]
        assert rule in EXPECTED or all(": a " in one or "new key" in one for one in why), (rule, why)


def test_copies_of_a_model_go_on_with_the_same_bits() -> None:
    model = played(SCENARIOS["status_quo"], 6)
    assert model.bindings
    others = [copy.deepcopy(model), pickle.loads(pickle.dumps(model))]
    assert all(not other.bindings for other in others)
    assert all(one is own for other in others for one, own in zip(other._week, model._week, strict=True))
    for each in (model, *others):
        with np.errstate(all="ignore"):
            each.run_for(5)
    want = model.recorder.columns()
    for other in others:
        for name, values in other.recorder.columns().items():
            assert same(values, want[name]), name


def test_models_that_keep_reasons_are_played_as_written() -> None:
    def rule(w: Any) -> None:
        w.out = w.x + 1.0

    toy = Toy(2)
    toy.decisions = object()  # type: ignore[assignment]
    for _ in range(fused.WARM + 2):
        fused.play(rule, toy)
    assert not toy.bindings
    assert same(toy.out, toy.x + 1.0)


def doubled(w: Any) -> None:
    w.out = 2.0 * w.x * w.level


def test_arrays_and_numbers_of_another_kind_are_not_misread() -> None:
    toy = Toy(5)
    assert traced(doubled, toy) == 1
    for x in (np.arange(5.0)[::-1], np.arange(10.0)[::2], np.arange(5.0, dtype=np.float32), np.arange(5),
              np.ones((5, 1)), np.float64(3.0), 3.0):  # fmt: skip
        toy.x = x
        fused.play(doubled, toy)
        want = 2.0 * x * toy.level
        assert type(toy.out) is type(want)
        assert same(np.asarray(toy.out), np.asarray(want))
    toy.x, toy.level = np.arange(5.0), 4
    fused.play(doubled, toy)
    assert same(toy.out, 8.0 * toy.x)


def test_a_read_only_array_is_read_and_never_written() -> None:
    def rule(w: Any) -> None:
        w.x[...] = w.x + 1.0

    toy = Toy(4)
    traced(rule, toy)
    toy.x = np.broadcast_to(1.0, 4)
    with pytest.raises(ValueError, match="read-only"):
        fused.play(rule, toy)


def by_level(w: Any) -> None:
    w.out = w.x + 1.0 if w.level > 2.0 else w.x - 1.0


def test_where_python_branches_each_course_has_its_program() -> None:
    toy = Toy(3)
    traced(by_level, toy)
    for level in (3.0, 0.0, 2.5, 1.0):
        toy.level = level
        fused.play(by_level, toy)
        assert same(toy.out, toy.x + (1.0 if level > 2.0 else -1.0))
    assert fused.counts()[f"{__name__}:by_level"] == 2


def notes(w: Any) -> None:
    w.event(w.x > 0.0, "first", day=w.x)
    w.out = w.x + 1.0
    w.p["k"] = w.out * w.level


def takes(w: Any) -> None:
    w.x[...] = w.p["k"] - w.out
    w.event(w.x > 0.0, "second", day=w.x)
    w.out = (w.out, w.x) if w.level > 2.0 else w.out * w.x


def test_rules_together_give_what_one_after_the_other_gives() -> None:
    mine, plain = Toy(5), Toy(5)
    mine.level = plain.level = 1.5
    both = fused.together(notes, takes)
    assert fused.together(notes, takes) is both is copy.deepcopy(both) is pickle.loads(pickle.dumps(both))
    assert fused.together(notes) is notes
    traced(both, mine)
    for _ in range(fused.WARM + 1):
        notes(plain)
        takes(plain)
    for name in ("x", "out"):
        assert same(getattr(mine, name), getattr(plain, name))
    assert same(mine.p["k"], plain.p["k"])
    assert mine.events == plain.events
    assert [kind for kind, *_ in mine.events[-2:]] == ["first", "second"]
    counts = fused.counts()
    assert counts["regionsim.model.fused:notes+takes"] == 1
    assert f"{__name__}:notes" in counts  # known, as they were played while warming up, but without a program
    assert counts[f"{__name__}:notes"] == counts[f"{__name__}:takes"] == 0


def reads(w: Any) -> None:
    w.b = w.x * 2.0


def differs(w: Any) -> None:
    w.out = w.b + 1.0 if w.week == 1 else w.b + float(w.weeks[w.week])


def test_rules_together_are_traced_ever_more_rarely_where_each_week_differs() -> None:
    toy = Toy(2)
    toy.weeks = [str(week) for week in range(100)]  # type: ignore[attr-defined]  # a guard of each week's own
    both, tries = fused.together(reads, differs), []
    for week in range(80):
        toy.week = week
        fused.play(both, toy)
        assert same(toy.out, 2.0 * toy.x + (1.0 if week == 1 else week))
        known = fused._rules[both]
        tries.append(len(known.programs) + len(known.refused))
    weeks = [1 + tries.index(n) for n in range(1, tries[-1] + 1)]
    assert weeks == [4, 11, 67]  # the first, 8th and 64th without a program
    assert len(fused._rules[reads].programs) == 1  # it goes on by itself


def by_state(w: Any) -> None:
    w.out = w.x + 1.0 if w.m.any() else w.x


def keeps_a_view(w: Any) -> None:
    w.out = w.a[:, 0]


def changes_what_is_read_by_another_name(w: Any) -> None:
    w.a[:, 0] = w.x
    w.out = w.view * 2.0


def calls_what_is_not_known(w: Any) -> None:
    w.out = np.sort(w.a, axis=1)


@pytest.mark.parametrize(
    "rule", [by_state, keeps_a_view, changes_what_is_read_by_another_name, calls_what_is_not_known]
)
def test_what_cannot_be_replayed_is_played_as_written(rule: Any) -> None:
    mine, plain = Toy(4), Toy(4)
    for toy in (mine, plain):
        toy.view = toy.a[:, 1:]  # type: ignore[attr-defined]
    assert traced(rule, mine) == 0
    rule(plain)
    assert same(mine.out, plain.out)
    assert fused.refusals()[f"{__name__}:{rule.__name__}"]
    assert (mine.out.base is mine.a) == (plain.out.base is plain.a)


def adds_two(w: Any) -> None:
    w.out = w.held["x"] + w.x


def test_one_array_in_two_places_is_read_in_both() -> None:
    one, other = Toy(3), Toy(3)
    one.held, other.held = {"x": one.x}, {"x": 10.0 * other.x}  # type: ignore[attr-defined]
    assert traced(adds_two, one) == 1
    for _ in range(2):
        fused.play(adds_two, other)
        assert same(other.out, 10.0 * other.x + other.x)
    assert len(other.bindings) == 1
