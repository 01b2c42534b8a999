"""A map of a file against a model: what is wrong, at which line, under which path."""

from typing import Annotated

import pytest
from pydantic import BaseModel, ConfigDict, Field

from regionsim.yamlfile.faults import MAX_FAULTS
from regionsim.yamlfile.locate import read
from regionsim.yamlfile.shape import validated


class Gate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    hours: Annotated[float, Field(gt=0)]
    closed: bool = Field(default=False, alias="shut")


class Border(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    gates: dict[str, Gate] = {}
    spans: tuple[Gate, ...] = ()


GOOD = "name: north\ngates:\n  torkham: {hours: 24, shut: true}\nspans:\n  - {hours: 3}\n"
FAULTS = {
    "missing": ("name: north\n", "", "file:1:1: at.name: the key is missing (needed: name)"),
    "unknown": ("name:", "nme: x\nname:", "file:1:1: at.nme: unknown key (allowed: name, gates, spans; did you mean"),
    "unknown inside": (
        "hours: 24",
        "hours: 24, shutt: 1",
        "file:3:24: at.gates.torkham.shutt: unknown key (allowed: ho",
    ),
    "unknown in a list": ("hours: 3", "hours: 3, x: 1", "file:5:16: at.spans.0.x: unknown key (allowed: hours, shut)"),
    "missing inside": ("hours: 24, ", "", "file:3:12: at.gates.torkham.hours: the key is missing (needed: hours)"),
    "no map": ("{hours: 3}", "3", "file:5:5: at.spans.0: 3 must be a map of hours, shut"),
    "out of range": ("hours: 24", "hours: -1", "at.gates.torkham.hours: -1 is out of range (allowed: more than 0)"),
}


def test_a_map_that_fits_is_its_model():
    root, _ = read(GOOD.encode(), "file")
    border, faults = validated(root, Border)

    assert faults == []
    assert border.gates["torkham"].closed


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_names_place_path_and_what_is_allowed(kind):
    old, new, message = FAULTS[kind]
    assert old in GOOD
    root, _ = read(GOOD.replace(old, new, 1).encode(), "file")
    border, faults = validated(root, Border, name="at")

    assert border is None
    assert message in str(faults[0])


def test_missing_keys_are_no_fault_of_a_part():
    root, _ = read(b"spans: [3]\n", "file")
    _, faults = validated(root, Border, complete=False)

    assert [str(fault) for fault in faults] == ["file:1:9: spans.0: 3 must be a map of hours, shut"]


def test_no_more_faults_are_worded_than_are_listed():
    root, _ = read("".join(f"k{number}: 1\n" for number in range(1000)).encode(), "file")

    assert len(validated(root, Border)[1]) == MAX_FAULTS + 1
