"""The JSON Schema for editors: accepts what loads, marks what it can say is wrong."""

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from regionsim.paths import scenarios_dir
from regionsim.scenario.jsonschema import json_schema
from regionsim.scenario.vocabulary import vocabulary
from regionsim.yamlfile.locate import plain, read

from .faulty import faulty_files
from .names import NAMES, VALID

SCHEMA = json_schema(NAMES)
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
HEAD = "format: 1\ntitle: x\nstart: 2025-08-18\nend: 2027-08-18\n"
CHILD = "title: x\nextends: status_quo\n"


def data(text: str) -> Any:
    node, faults = read(text.encode(), "x.yaml")
    assert node is not None
    assert faults == []
    return plain(node)


def marks(text: str) -> list[str]:
    return [error.json_path for error in VALIDATOR.iter_errors(data(text))]


def test_it_is_a_sound_schema() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", sorted(scenarios_dir().glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_scenario_is_accepted(path: Path) -> None:
    shipped = jsonschema.Draft7Validator(json_schema(vocabulary()))

    assert list(shipped.iter_errors(data(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    "text",
    [
        VALID,
        HEAD,
        CHILD,
        CHILD + "levers: {trade_facilitation: {intensity: 0.4}, route_security: null}\nshocks: null\n",
        CHILD + "parameters: {trade.potential: {low: 2}}\nevidence: [null, SC02]\nexpect: [null]\n",
        HEAD + "parameters: {trade.potential: 10 USD  bn/yr, trade.habit: 1}\n",
        HEAD + "parameters: {trade.potential: {distribution: choice, values: [1, 2]}}\n",
        HEAD + "shocks: [{kind: airstrike, on: 2026-01-01, deaths: 3}, {kind: visit, on: 2026-01-01, id: a}]\n",
        HEAD + "shocks: [{kind: visit, on: start + 1 year, every: 6 months, times: 3}]\n",
        HEAD
        + "shocks: [{kind: border_closure, crossing: [torkham, chaman], on: 2026-01-01, for: 6 weeks, every: 1 year, "
        + "until: 2027-08-01, by: both}]\n",
        HEAD + 'expect: [{name: x, that: "closure_days[torkham]@2026-09 in 1..5", in: p05}]\n',
    ],
)
def test_valid_scenarios_are_accepted(text: str) -> None:
    assert marks(text) == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (HEAD + "titel: x\n", "$"),
        ("title: x\nformat: 1\n", "$"),
        (HEAD + "worlds: 0\n", "$.worlds"),
        (HEAD + "worlds: many\n", "$.worlds"),
        (HEAD + "seed: -1\n", "$.seed"),
        (HEAD + "draws: posteriors\n", "$.draws"),
        (HEAD + "timeline: past\n", "$.timeline"),
        (HEAD.replace("format: 1", "format: 2"), "$.format"),
        (HEAD.replace("2025-08-18", "18.8.2025"), "$.start"),
        (HEAD + "evidence: [SC99]\n", "$.evidence[0]"),
        (HEAD + "levers: {trade_facilitaton: {from: 2026-01-01}}\n", "$.levers"),
        (HEAD + "levers: {trade_facilitation: {intensity: 1}}\n", "$.levers.trade_facilitation"),
        (
            HEAD + "levers: {trade_facilitation: {from: 2026-01-01, intensity: 2}}\n",
            "$.levers.trade_facilitation.intensity",
        ),
        (HEAD + "levers: {trade_facilitation: {from: 2026-01-01, ramp: 4}}\n", "$.levers.trade_facilitation.ramp"),
        (HEAD + "parameters: {trade.potentials: 1}\n", "$.parameters"),
        (HEAD + "parameters: {trade.potential: 1000}\n", "$.parameters['trade.potential']"),
        (HEAD + "parameters: {trade.potential: 10 EUR}\n", "$.parameters['trade.potential']"),
        (HEAD + "parameters: {trade.potential: {distribution: gauss}}\n", "$.parameters['trade.potential']"),
        (HEAD + "shocks: [{kind: border_closure, on: 2026-01-01}]\n", "$.shocks[0]"),
        (HEAD + "shocks: [{kind: visit, on: 2026-01-01, days: 3}]\n", "$.shocks[0]"),
        (HEAD + 'expect: [{name: x, that: "trade@2026 > 1", in: median}]\n', "$.expect[0]"),
        (HEAD + 'expect: [{name: x, that: "attacks@2026 > 1", in: mostly}]\n', "$.expect[0]"),
    ],
)
def test_invalid_scenarios_are_marked_at_their_place(text: str, place: str) -> None:
    found = marks(text)

    assert found
    assert all(one.startswith(place) for one in found)


def test_it_marks_two_thirds_of_what_the_loader_refuses() -> None:
    """What needs several keys, other files or YAML itself is beyond a schema; the shape of values is not."""
    told = {True: 0, False: 0}
    for case in faulty_files():
        node, faults = read(case.files[case.main], case.main)
        if node is not None and not faults:
            told[not VALIDATOR.is_valid(plain(node))] += 1

    assert told[True] > 2 * told[False]


def test_an_editor_is_told_what_names_mean() -> None:
    levers = SCHEMA["properties"]["levers"]["properties"]

    assert set(levers) == set(NAMES.levers)
    assert levers["route_security"]["description"] == NAMES.levers["route_security"]
    assert "[1 to 50 USD bn/yr]" in SCHEMA["properties"]["parameters"]["properties"]["trade.potential"]["description"]
