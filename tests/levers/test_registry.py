"""The lever registry: everything it names exists."""

import re

import pytest

from regionsim.evidence import load_evidence
from regionsim.levers import KNOBS, LEVERS


def test_there_are_at_least_twenty_levers() -> None:
    assert len(LEVERS) >= 20


@pytest.mark.parametrize("name", sorted(LEVERS))
def test_a_lever_names_claims_targets_knobs_and_sizes_that_exist(name: str) -> None:
    evidence, lever = load_evidence(), LEVERS[name]

    assert lever.evidence
    assert lever.effects
    assert lever.targets
    for claim in lever.evidence:
        assert evidence.find(claim) is not None, claim
    for target in lever.targets:
        assert target in evidence.variables, target
    for effect in lever.effects:
        assert effect.knob in KNOBS
        assert effect.parameter in evidence.parameters
    for text in (lever.title, lever.who, lever.needs, lever.side_effects):
        assert text.strip()


def test_every_size_belongs_to_a_lever_and_every_knob_is_turned() -> None:
    effects = [effect for lever in LEVERS.values() for effect in lever.effects]
    sizes = {name for name in load_evidence().parameters if name.startswith("levers.")}

    assert {effect.parameter for effect in effects} == sizes
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
