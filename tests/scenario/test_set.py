"""`--set PATH=VALUE` on top of a scenario."""

from pathlib import Path

import pytest

from regionsim.errors import InputError
from regionsim.scenario import Scenario, load
from regionsim.schema.shocks import BorderClosure

from .names import NAMES, VALID


@pytest.fixture
def base(tmp_path: Path) -> Path:
    (tmp_path / "base.yaml").write_text(VALID, encoding="utf-8")
    return tmp_path / "base.yaml"


def changed(base: Path, *sets: str) -> Scenario:
    return load(base, sets=sets, vocabulary=NAMES)


def closure(scenario: Scenario, index: int = 0) -> BorderClosure:
    found = scenario.shocks[index]
    assert isinstance(found, BorderClosure)
    return found


def test_values_are_set_by_path(base: Path) -> None:
    assert changed(base, "worlds=50").worlds == 50
    assert changed(base, 'title="50"').title == "50"
    assert changed(base, "levers.trade_facilitation.intensity=0.1").levers["trade_facilitation"].intensity == 0.1
    assert changed(base, "levers.route_security.from=2026-03-01").levers["route_security"].intensity == 1.0
    assert changed(base, "draws=fixed", "end=2030-08-18").weeks == 261


def test_parameter_names_hold_dots(base: Path) -> None:
    assert changed(base, "parameters.trade.potential=12").parameters["trade.potential"] == 12.0
    assert changed(base, "parameters.trade.potential=12 USD bn/yr").parameters["trade.potential"] == 12.0
    added = changed(base, "parameters.security.ttp_growth={distribution: uniform, low: 0, high: 0.3}")
    assert not isinstance(added.parameters["security.ttp_growth"], float)
    inner = changed(base, "parameters.security.ttp_strength_initial.high=8000")
    assert inner.resolved()["parameters"]["security.ttp_strength_initial"]["high"] == 8000.0


def test_items_of_lists_are_found_by_number_or_id(base: Path) -> None:
    assert closure(changed(base, "shocks.0.for=12 weeks")).days == 84
    assert closure(changed(base, "shocks.autumn.for=12 weeks")).days == 84
    assert [shock.kind for shock in changed(base, "shocks.autumn=null").shocks] == ["visit"]
    assert closure(
        changed(base, "shocks.1={kind: border_closure, crossing: all, on: 2026-01-01, for: 1 day, by: both}"), 1
    )


def test_null_removes_and_a_list_is_replaced(base: Path) -> None:
    assert changed(base, "expect=[]").expect == ()
    assert changed(base, "shocks=null").shocks == ()
    assert changed(base, "evidence=[SC03]").evidence == ("SC03",)


def test_later_sets_win_and_worlds_and_seed_win_over_all(base: Path) -> None:
    assert changed(base, "worlds=5", "worlds=6").worlds == 6
    scenario = load(base, sets=["worlds=5"], worlds=7, seed=0, vocabulary=NAMES)
    assert (scenario.worlds, scenario.seed) == (7, 0)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("worlds", r"sets: 'worlds' is not PATH=VALUE"),
        ("=5", r"sets: '=5' is not PATH=VALUE"),
        ("levers..x=5", r"sets: 'levers\.\.x=5' is not PATH=VALUE"),
        ("worlds=", r"sets: worlds: has no value \(null removes\)"),
        ("worlds=many", r"sets: worlds: 'many' must be a whole number"),
        ("world=5", r"sets: world: there is no such key \(allowed: format, .*did you mean worlds\?"),
        ("trade.potential=5", r"sets: trade\.potential: .*\(did you mean parameters\.trade\.potential\?\)"),
        ("extends=status_quo", r"sets: extends: there is no such key"),
        ("worlds.count=5", r"sets: worlds\.count: 'count' is not part of a map or list there"),
        (
            "levers.trade_facilitaton.intensity=1",
            r"sets: levers\.trade_facilitaton: unknown lever .*trade_facilitation",
        ),
        ("levers.trade_facilitation.intensity=2", r"sets: levers\.trade_facilitation\.intensity: 2 is out of range"),
        ("levers.trade_facilitation.force=1", r"sets: levers\.trade_facilitation\.force: unknown key \(allowed: from"),
        ("levers.route_security=null", r"sets: levers\.route_security: null removes a value, and none is set there"),
        ("shocks.9.for=1 day", r"sets: shocks\.9\.for: the list has no item '9' \(allowed: 0, 1, autumn"),
        ("shocks.spring.for=1 day", r"sets: shocks\.spring\.for: the list has no item 'spring'"),
        ("shocks.-1.for=1 day", r"sets: shocks\.-1\.for: the list has no item '-1'"),
        (
            "parameters.trade.potentials=1",
            r"sets: parameters\.trade\.potentials: unknown parameter .*trade\.potential",
        ),
        ("parameters.trade.potential=99", r"sets: parameters\.trade\.potential: 99 is out of range"),
        ("title=[a", r"sets: title: not valid YAML"),
        ("title=*a", r"sets: title: alias \*a is not allowed"),
        ("title=!!str a", r"sets: title: tag .* is not allowed"),
        ("levers={a: 1, a: 2}", r"sets: levers\.a: the key is given twice"),
        ("title=a\0b", r"sets: title: character U\+0000 is not allowed"),
        ("start=2030-01-01", r"sets|base\.yaml.*: end: 2027-08-18 is not after the start"),
    ],
)
def test_a_faulty_set_is_told_as_such(text: str, fault: str, base: Path) -> None:
    with pytest.raises(InputError, match=fault) as caught:
        changed(base, text)
    assert all(": " in line and line.isprintable() for line in caught.value.faults)


def test_faults_of_sets_come_with_those_of_the_file(base: Path) -> None:
    base.write_text(VALID.replace("seed: 7", "seed: none"), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        changed(base, "worlds=0", "draws=often")
    assert [line.rpartition("base.yaml:9:7")[1] or line.split(":")[0] for line in caught.value.faults] == [
        "base.yaml:9:7",
        "sets",
        "sets",
    ]


@pytest.mark.parametrize(("worlds", "seed"), [(0, None), (1_000_001, None), (None, -1), (None, 2**63)])
def test_worlds_and_seed_are_checked_too(worlds: int | None, seed: int | None, base: Path) -> None:
    with pytest.raises(InputError, match=r"^(worlds|seed): [-0-9]* is out of range"):
        load(base, worlds=worlds, seed=seed, vocabulary=NAMES)
