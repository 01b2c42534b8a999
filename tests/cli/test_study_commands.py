"""`show`, `validate`, `schema`, `new`: a study from its first file to a valid one."""

import json
from pathlib import Path

import jsonschema

from tests.conftest import Command


def test_a_new_study_is_valid_shown_whole_and_never_overwritten(regionsim: Command, empty: Path) -> None:
    said = regionsim("new", "my_study", "--from", "trade_push")

    assert said.code == 0, said.err
    written = (empty / "my_study.yaml").read_bytes()
    assert regionsim("validate", "my_study.yaml").out == "my_study.yaml: valid\n"
    shown = regionsim("show", "my_study.yaml").out
    assert "trade_facilitation" in shown
    assert "my_study.yaml:" in shown
    assert "regionsim run 'my other study.yaml'" in regionsim("new", "my other study").out
    again = regionsim("new", "my_study", "--from", "status_quo")
    assert again.code == 2
    assert (empty / "my_study.yaml").read_bytes() == written


def test_what_set_changes_is_shown_with_its_origin(regionsim: Command) -> None:
    shown = regionsim("show", "trade_push", "--set", "worlds=7", "--seed", "0").out

    assert "worlds: 7" in shown
    assert "--set" in shown
    resolved = json.loads(regionsim("show", "trade_push", "--set", "worlds=7", "--seed", "0", "--json").out)
    assert (resolved["worlds"], resolved["seed"]) == (7, 0)


def test_valid_and_faulty_files_are_told_apart_and_every_fault_is_listed(regionsim: Command, empty: Path) -> None:
    (empty / "a.yaml").write_text("extends: status_quo\nwrlds: 3\nseed: -1\n", encoding="utf-8")
    said = regionsim("validate", "status_quo", "a.yaml")

    assert said.code == 2
    assert said.out == "status_quo: valid\n"
    assert len(said.err.splitlines()) == 2
    assert "a.yaml:2:1: wrlds:" in said.err
    assert "worlds" in said.err
    assert json.loads(regionsim("validate", "status_quo", "a.yaml", "--json").out)["valid"] == ["status_quo"]


def test_the_schema_is_a_json_schema_that_refuses_an_unknown_lever(regionsim: Command) -> None:
    schema = json.loads(regionsim("schema").out)

    jsonschema.Draft7Validator.check_schema(schema)
    faulty = {"extends": "status_quo", "levers": {"trade_fascination": {"from": "2026-01-01", "intensity": 1}}}
    assert list(jsonschema.Draft7Validator(schema).iter_errors(faulty))
    assert not list(jsonschema.Draft7Validator(schema).iter_errors({"extends": "status_quo", "worlds": 3}))
