"""The model plays what it is given: numbers come from its `Inputs`, and from no file."""

import ast
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import regionsim.model
from regionsim.evidence.inputs import load_inputs
from regionsim.model import RegionModel
from regionsim.model.processes.climate import read_links
from tests.model.worlds import small

INPUTS = load_inputs()
MODEL = Path(regionsim.model.__file__).parent
READERS = {"load_evidence", "load_posterior", "read_measures", "read_posterior", "read_inputs", "seeds_dir", "LEVERS"}
OPPOSITE = {"+": "-", "-": "+"}
FLIPPED = replace(
    INPUTS,
    mechanisms={
        id: replace(claim, fields={**claim.fields, "sign": OPPOSITE.get(claim.fields["sign"], claim.fields["sign"])})
        for id, claim in INPUTS.mechanisms.items()
    },
)


def test_flipped_signs_of_mechanisms_change_the_links_and_the_digest() -> None:
    links, flipped = read_links("link", INPUTS), read_links("link", FLIPPED)
    assert [link.sign for link in flipped] == [-link.sign for link in links]
    assert FLIPPED.digest != INPUTS.digest
    assert {file for file, digest in FLIPPED.tables.items() if digest != INPUTS.tables[file]} == {
        "claims/mechanisms.csv"
    }


def test_a_model_plays_the_inputs_it_is_given() -> None:
    scenario = small(end="2025-09-15")
    usual, flipped = (RegionModel(scenario, 3, inputs=inputs) for inputs in (INPUTS, FLIPPED))
    assert np.array_equal(flipped.climate.weight, -usual.climate.weight)
    name = "border.capacity_slack"
    parameter = INPUTS.parameters[name]
    fixed = replace(INPUTS, parameters={**INPUTS.parameters, name: replace(parameter, value=parameter.high, draw=None)})
    assert (RegionModel(scenario, 3, inputs=fixed).p[name] == parameter.high).all()


def test_a_start_within_the_record_is_read_off_the_inputs() -> None:
    scenario = small("history_2023", end="2023-09-01")
    without = replace(
        INPUTS,
        series={
            id: replace(series, records=tuple(dict(row, value_persons=0.0) for row in series.records))
            if id == "refugees_annual/por_holders"
            else series
            for id, series in INPUTS.series.items()
        },
    )
    usual, empty = (RegionModel(scenario, 2, inputs=each).p["people.por_initial"] for each in (INPUTS, without))
    assert (empty < usual).all()


@pytest.mark.parametrize("path", sorted(MODEL.rglob("*.py")), ids=lambda path: str(path.relative_to(MODEL)))
def test_the_model_reads_no_part_of_the_evidence_base_itself(path: Path) -> None:
    taken = {
        alias.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert not taken & READERS, "take it from Inputs"
