"""Targets in scenario files: what is read, what is refused and where, how they merge and move with the end."""

import pytest

from regionsim.errors import InputError
from regionsim.evidence import load_evidence
from regionsim.scenario import ending, load
from regionsim.scenario.vocabulary import shipped_scenarios

TEXT = """\
format: 1
title: A target
extends: status_quo
end: 2030-08-18
targets:
  - null
  - name: trade grows
    that: "trade_volume@end >= 10"
    sources: [Q06]
"""


@pytest.fixture
def written(tmp_path):
    def write(text: str, name: str = "aim"):
        path = tmp_path / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_target_is_read_and_loads_again_the_same(written):
    scenario = load(written(TEXT))
    (target,) = scenario.targets

    assert (target.name, target.that, target.sources) == ("trade grows", "trade_volume@2030-08-18 >= 10", ("Q06",))
    assert load(scenario.resolved()).targets == scenario.targets


def test_targets_decide_no_numbers(written):
    with_target, without = load(written(TEXT)), load(written(TEXT.split("targets:")[0] + "targets: [null]\n", "none"))

    assert without.targets == ()
    assert with_target.numbers_key() == without.numbers_key()


def test_the_end_in_a_target_is_the_end_of_the_scenario_that_is_played(written):
    written(TEXT)
    child = load(written("format: 1\ntitle: c\nextends: aim\nend: 2027-02-01\n", "child"))

    assert [target.that for target in child.targets] == ["trade_volume@2027-02-01 >= 10"]
    assert load("status_quo", sets=["end=2028-01-01"]).targets[0].that == "trade_volume@2028-01-01 >= 10"
    fixed = TEXT.replace("@end", "@2029")
    assert ending(load(written(fixed)), load("ceasefire").end).targets == ()


def test_a_faulty_end_is_the_only_fault_of_a_target_that_is_dated_by_it(written):
    with pytest.raises(InputError) as refused:
        load(written(TEXT.replace("2030-08-18", "2030-02-31")))
    assert [fault for fault in refused.value.faults if "targets" in fault] == []


FAULTS = {
    "unknown indicator": ("trade_volume", "trade_volum", "8:11", "unknown indicator 'trade_volum'"),
    "the baseline": (">= 10", "> baseline", "8:11", "its change against the baseline is always reported"),
    "a lever": (">= 10", "rises with trade_facilitation", "8:11", "a target is a value to reach"),
    "a variable": ("trade_volume", "relations", "8:11", "relations is recorded with record_all=True only"),
    "too late": ("@end", "@2031", "8:11", "@2031 is outside the horizon"),
    "no date": ("@end", "", "8:11", "is not INDICATOR@DATE"),
    "unknown source": ("Q06", "Q0666", "9:15", "unknown source 'Q0666'"),
    "no name": ("  - name: trade grows\n    that:", "  - that:", "7:5", "the key is missing"),
    "a share": ("    sources: [Q06]", "    in: median", "9:5", "unknown key"),
    "a name twice": (
        "    sources: [Q06]",
        "  - {name: trade grows, that: attacks@end < 9}",
        "9:12",
        "names two targets",
    ),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_faulty_target_is_refused_at_its_place(written, kind):
    old, new, place, message = FAULTS[kind]
    assert old in TEXT
    with pytest.raises(InputError) as refused:
        load(written(TEXT.replace(old, new, 1)))
    assert any(f"aim.yaml:{place}: targets" in fault and message in fault for fault in refused.value.faults), (
        refused.value.faults
    )


@pytest.mark.parametrize("name", [name for name in shipped_scenarios() if not name.startswith("history_")])
def test_every_target_of_a_shipped_scenario_has_a_source_that_can_be_looked_up(name):
    scenario = load(name)

    assert scenario.targets
    for target in scenario.targets:
        assert target.sources
        assert all(load_evidence().find(source) is not None for source in target.sources)
