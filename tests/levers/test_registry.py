"""The lever registry: everything it names exists."""

import re
import subprocess
import sys

import pytest

from regionsim.evidence import load_evidence
from regionsim.levers import KNOBS, LEVERS
from regionsim.model.causal_map import idle_levers
from regionsim.model.named import MAPPED, SOFT


def test_there_are_at_least_twenty_levers() -> None:
    assert len(LEVERS) >= 20


@pytest.mark.parametrize("name", sorted(LEVERS))
def test_a_lever_names_claims_targets_knobs_and_sizes_that_exist(name: str) -> None:
    evidence, lever = load_evidence(), LEVERS[name]

    assert lever.evidence
    assert lever.effects or lever.pushes or lever.parts
    for claim in lever.evidence:
        assert evidence.find(claim) is not None, claim
    for target in lever.targets:
        assert target in evidence.variables, target
    for effect in lever.effects:
        assert effect.knob in KNOBS
        assert effect.parameter in evidence.parameters
    for variable, sign in lever.pushes:
        assert variable in SOFT | MAPPED
        assert sign in (1, -1)
        assert lever.push_parameter in evidence.parameters
    for part in lever.parts:
        assert not LEVERS[part].parts
    for text in (lever.title, lever.who, lever.needs, lever.side_effects):
        assert text.strip()


def test_every_lever_of_the_briefs_can_be_pulled() -> None:
    pulled = {claim for lever in LEVERS.values() for claim in lever.evidence}

    assert set(load_evidence().kind("lever")) <= pulled


def test_every_lever_of_the_briefs_keeps_its_id_and_second_names_have_no_size_of_their_own() -> None:
    sizes = {name for name in load_evidence().parameters if name.startswith("levers.")}
    second = {name: lever for name, lever in LEVERS.items() if lever.same_as}

    assert len([lever for lever in LEVERS.values() if not lever.parts]) == 92
    assert len(second) == 18
    for name, lever in second.items():
        first = LEVERS[lever.same_as]
        assert (lever.effects, lever.pushes, lever.sizes) == (first.effects, first.pushes, first.sizes)
        assert not first.same_as
        assert not [size for size in sizes if size.startswith(f"levers.{name}_")], name


def test_levers_that_do_the_same_are_one_lever() -> None:
    """Two levers that turn the same knobs and push the same variables differ in size, or are names of one."""
    parameters = load_evidence().parameters
    seen: dict[object, str] = {}
    for name, lever in LEVERS.items():
        if lever.parts or lever.same_as:
            continue
        turns = tuple((effect.knob, effect.how) for effect in lever.effects)
        sizes = [(parameters[size].value, str(parameters[size].draw)) for size in lever.sizes]
        does = (turns, lever.pushes, str(sizes))
        assert does not in seen, f"{name} does the same as {seen[does]}"
        seen[does] = name


def test_levers_that_move_nothing_measured_are_told_by_what_they_push() -> None:
    idle = idle_levers(LEVERS, load_evidence().kind("mechanism"))

    assert {"policy_alignment", "regional_ownership", "proxy_support", "hedging"} <= idle.keys()
    assert not idle.keys() & {"delegations", "route_security", "recognition", "cpec_extension", "border_uplift"}
    assert {name for name in idle if LEVERS[name].effects} == {"bilateral_handling"}, "cuts a rate that is 0 by itself"


def test_packages_pull_a_lever_for_each_recommendation() -> None:
    for name, letters in (("sat_package", "LS"), ("fes_package", "LF")):
        claims = {claim for part in LEVERS[name].parts for claim in LEVERS[part].evidence}
        assert {claim for claim in load_evidence().kind("lever") if claim.startswith(letters)} <= claims


def test_every_size_belongs_to_a_lever_and_every_knob_is_turned() -> None:
    effects = [effect for lever in LEVERS.values() for effect in lever.effects]
    sizes = {name for name in load_evidence().parameters if name.startswith("levers.")}

    pushes = {lever.push_parameter for lever in LEVERS.values() if lever.pushes}
    assert {effect.parameter for effect in effects} | pushes == sizes
    assert {effect.knob for effect in effects} == set(KNOBS)


def test_a_cut_can_never_turn_a_knob_negative() -> None:
    parameters = load_evidence().parameters
    for lever in LEVERS.values():
        for effect in lever.effects:
            if effect.how == "cut":
                assert parameters[effect.parameter].high < 1


def test_every_knob_is_read_by_the_model(root) -> None:  # type: ignore[no-untyped-def]
    source = "".join(path.read_text() for path in (root / "src/regionsim/model").rglob("*.py"))
    read = set(re.findall(r'policy\[\s*"(\w+)"', source))

    assert set(KNOBS) == read


def test_levers_that_act_by_force_threat_or_compulsion_are_marked() -> None:
    marked = {name for name, lever in LEVERS.items() if lever.coercive}
    assert marked >= {
        *("attack_campaign", "border_fence", "border_refusal", "border_tightening", "counter_iskp"),
        *("cross_border_strikes", "crossing_closures", "documentation_regime", "forced_repatriation"),
        *("foreign_pressure", "interdiction", "militant_training", "operations_at_home", "proxy_support"),
        *("pursuit_threats", "truce_refusal", "ttp_finance_inquiry"),
    }
    assert not marked & {"humane_return", "joint_border_management", "public_accusations", "sat_package"}
    packages = [lever for lever in LEVERS.values() if lever.parts]
    assert all(lever.coercive == any(LEVERS[part].coercive for part in lever.parts) for lever in packages)


def test_a_cost_says_of_what_it_is_and_where_from_or_how_wide_it_is_assumed() -> None:
    costs = [lever.cost for lever in LEVERS.values() if lever.cost.level != "unknown"]
    assert costs
    assert all(cost.note and (cost.sources or cost.range) for cost in costs)


def test_levers_without_a_number_come_last() -> None:
    numbers = [lever.number or 10**6 for lever in LEVERS.values()]
    assert numbers == sorted(numbers)


def test_an_import_reads_no_file() -> None:
    code = "import regionsim.levers; from regionsim.evidence import base; print(base._shipped.cache_info().misses)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"
