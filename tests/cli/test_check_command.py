"""`regionsim check` on the command line: a shipped scenario over a short horizon, files for machines, bad input."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.conftest import Command

SHORT = ("torkham_closure", "--set", "end=2026-08-01", "--workers", 1)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("check") / "runs"


def test_a_shipped_scenario_is_judged_against_its_baseline(regionsim: Command, runs: Path, empty: Path) -> None:
    said = regionsim("check", *SHORT, "--set", "worlds=6", "--out", runs, "--junit", "c.xml", "--markdown", "c.md")

    assert said.code == 0
    assert said.out.startswith("torkham_closure: Torkham closed for four weeks (6 worlds x 50 weeks)\n")
    assert "the crossing is shut (about " in said.out  # six worlds cannot show 90%
    assert "more would decide" in said.out
    assert "Chance of a false alarm: at most 5%" in said.out
    assert {path.name.split("-")[0] for path in runs.iterdir()} == {"torkham_closure", "status_quo"}
    suite = ElementTree.parse(empty / "c.xml").find("testsuite")
    assert suite is not None
    assert suite.get("failures") == "0"
    assert "## Torkham closed for four weeks" in (empty / "c.md").read_text("utf-8")


def test_the_same_command_plays_nothing_again_and_has_the_same_for_scripts(regionsim: Command, runs: Path) -> None:
    words = ("check", *SHORT, "--set", "worlds=6", "--out", runs, "--json")
    regionsim(*words)
    before = {path: path.stat().st_mtime_ns for path in runs.rglob("*.parquet")}
    said = regionsim(*words)

    assert before
    assert {path: path.stat().st_mtime_ns for path in runs.rglob("*.parquet")} == before
    told = json.loads(said.out)
    assert said.err == ""
    assert told["exit_code"] == said.code == 0
    shut = told["expectations"][0]
    assert (shut["name"], shut["verdict"], shut["n"], shut["of"]) == ("the crossing is shut", "undecided", 6, "pairs")
    assert shut["more_worlds"] > 0
    assert len(told["runs"]["torkham_closure"]) == 2


def test_an_expectation_that_is_not_met_ends_with_1(regionsim: Command, tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(
        "format: 1\ntitle: A study\nextends: torkham_closure\nend: 2026-08-01\nworlds: 6\nexpect:\n  - null\n"
        '  - {name: trade is a billion times itself, that: "trade_volume@2026-06 > 1000", in: ">= 90% of worlds"}\n',
        encoding="utf-8",
    )

    said = regionsim("check", file, "--out", tmp_path / "runs", "--workers", 1, "--quiet")

    assert said.code == 1
    words = "0.0% [0.0%, 39.3%] of 6 worlds, required >= 90%"
    assert said.out == f"wrong: not met: trade is a billion times itself: {words}\n"


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("nowhere",), "nowhere: no shipped scenario and no file has this name"),
        (("trade_push", "--worlds", 0), "--worlds: 0 is out of range"),
        (("trade_push", "--alpha", 1), "--alpha: 1 is out of range"),
        (("trade_push", "--zone", -0.1), "--zone: -0.1 is out of range"),
        (("trade_push", "--junit", "no/where.xml"), "--junit no/where.xml: cannot be written"),
        (
            ("trade_push", "--set", "end=2025-12-01"),
            "nothing to judge: no expectation within the horizon of trade_push",
        ),
        (("trade_push", "--workers", 0), "--workers: 0 is out of range"),
        ((".",), ".: the folder holds no scenario (*.yaml)"),
    ],
)
def test_bad_input_is_one_clear_line(regionsim: Command, empty: Path, words: tuple[object, ...], fault: str) -> None:
    said = regionsim("check", *words)

    assert said.code == 2
    assert said.out == ""
    assert said.err.startswith(fault)
    assert said.err.count("\n") == 1
    assert list(empty.iterdir()) == []


@pytest.mark.parametrize("option", ["--junit", "--markdown"])
def test_a_scenario_is_never_overwritten_by_what_is_written_of_it(regionsim: Command, empty: Path, option: str) -> None:
    (empty / "mine.yaml").write_text("extends: status_quo\ntitle: Mine\n", encoding="utf-8")
    said = regionsim("check", "mine.yaml", option, "mine.yaml")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"{option} mine.yaml: is a YAML file")
    said = regionsim("report", "mine.yaml", "--out", "mine.yaml")
    assert said.code == 2
    assert (empty / "mine.yaml").read_text(encoding="utf-8").endswith("Mine\n")
