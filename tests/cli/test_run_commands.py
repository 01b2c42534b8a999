"""`run`, `list runs`, `export`, `replay`: a run from the first command to its story, on the real model."""

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Command

SHORT = ("--set", "end=2025-11-10", "--no-figures", "--workers", "1")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder that the tests of this file share, so that a run is played once."""
    return tmp_path_factory.mktemp("runs")


@pytest.fixture
def here(place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(place)
    return place


def played(regionsim: Command, *words: str) -> dict[str, object]:
    said = regionsim("run", "status_quo", "--worlds", "3", *SHORT, *words, "--json")
    assert said.code == 0, said.err
    (found,) = json.loads(said.out)
    return dict(found)


def test_a_dry_run_says_what_it_would_take_and_writes_nothing(regionsim: Command, empty: Path) -> None:
    said = regionsim("run", "status_quo", "trade_push", "--worlds", "3", *SHORT, "--dry-run")

    assert said.code == 0, said.err
    for words in ("3 worlds x 12 weeks", "3 to play", "time about", "memory about", "disk about"):
        assert said.out.count(words) == 2
    plans = json.loads(regionsim("run", "status_quo", "--worlds", "3", *SHORT, "--dry-run", "--json").out)
    assert (plans[0]["worlds"], plans[0]["to_play"], plans[0]["weeks"]) == (3, 3, 12)
    assert list(empty.iterdir()) == []


def test_nothing_is_played_where_one_of_several_scenarios_is_faulty(regionsim: Command, empty: Path) -> None:
    (empty / "bad.yaml").write_text("extends: status_quo\nworlds: none\n", encoding="utf-8")
    said = regionsim("run", "status_quo", "bad.yaml", *SHORT)

    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("bad.yaml:2:9: worlds:")
    assert [path.name for path in empty.iterdir()] == ["bad.yaml"]


def test_a_run_prints_its_table_and_the_second_time_plays_nothing(regionsim: Command, empty: Path) -> None:
    first = regionsim("run", "status_quo", "--worlds", "3", *SHORT)
    second = regionsim("run", "status_quo", "--worlds", "3", *SHORT)

    assert first.code == 0, first.err
    assert "playing 3 worlds x 12 weeks" in first.err
    assert "all 3 worlds are finished" in second.err
    assert second.out == first.out
    assert re.search(r"^Two-way trade\s+USD\sbn/yr\s+[\d.]+\s+[\d.]+\s\[", first.out, re.MULTILINE), first.out
    assert re.search(r"^run folder +runs.status_quo-[0-9a-f]{8}$", first.out, re.MULTILINE)


def test_more_worlds_extend_the_run_in_the_same_folder(regionsim: Command, here: Path) -> None:
    few = played(regionsim)
    said = regionsim("run", "status_quo", "--worlds", "5", *SHORT, "--quiet")

    assert said.out.strip() == few["path"]
    assert said.err == ""
    assert played(regionsim) == few


def test_a_setting_that_decides_numbers_gets_a_folder_of_its_own(regionsim: Command, here: Path) -> None:
    assert played(regionsim)["path"] != played(regionsim, "--seed", "0")["path"]


def test_recorded_variables_stand_beside_the_indicators(regionsim: Command, here: Path) -> None:
    from regionsim.runs import open_run

    run = open_run(str(played(regionsim, "--record", "all", "--out", "recorded")["path"]))

    assert run.variables
    assert not set(run.variables) & set(run.indicators)


def test_runs_are_listed_exported_and_told_by_name(regionsim: Command, here: Path) -> None:
    name = Path(str(played(regionsim, "--out", "told")["path"])).name
    listed = regionsim("list", "runs", "--out", "told")
    assert re.fullmatch(rf"{name} +3 worlds +12 weeks +complete +Status quo\n", listed.out)

    exported = regionsim("export", "status_quo", "--to", "csv", "--out", "told")
    assert exported.code == 0, exported.err
    assert list(Path(exported.out.strip()).glob("*.csv"))

    story = regionsim("replay", name, "--world", "2", "--out", "told")
    assert story.code == 0, story.err
    assert "equals the stored one in every value, bit for bit" in story.err
    assert re.match(r"2025-\d\d-\d\d  \S", story.out)
    assert regionsim("replay", f"told/{name}", "--world", "2", "--json").code == 0
    later = regionsim("replay", name, "--world", "2", "--from", "2050", "--out", "told")
    assert later.code == 2
    assert later.err.startswith("--from 2050-01-01: is outside the run (2025-08-18 to ")
    missing = regionsim("replay", name, "--world", "3", "--out", "told")
    assert (missing.code, missing.out) == (2, "")
    assert "allowed: 0 to 2" in missing.err


def test_a_run_named_by_its_scenario_alone_must_be_the_only_one(regionsim: Command, here: Path) -> None:
    for seed in ("1", "2"):
        played(regionsim, "--seed", seed, "--out", "several")
    said = regionsim("export", "status_quo", "--to", "csv", "--out", "several")

    assert said.code == 2
    assert said.err.count("status_quo-") == 2


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="sends Ctrl-C as POSIX does")
def test_ctrl_c_ends_with_3_keeps_the_folder_sound_and_the_same_command_goes_on(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "regionsim", "run", "status_quo", "--worlds", "400", "--no-figures"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "playing 400 worlds" in process.stderr.readline()
        manifest = _waited_for(tmp_path)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)

    assert (process.returncode, out) == (3, "")
    assert "the same command goes on" in err
    assert "Traceback" not in err
    assert json.loads(manifest.read_text("utf-8"))["worlds"] == 400
    again = [*command[:-3], "--worlds", "2", "--no-figures", "--quiet"]
    done = subprocess.run(again, cwd=tmp_path, capture_output=True, text=True, timeout=600, check=True)
    assert (tmp_path / done.stdout.strip() / "manifest.json") == manifest


def _waited_for(folder: Path) -> Path:
    """The manifest of the run, once it is written and weeks are being played."""
    for _ in range(1200):
        found = list(folder.glob("runs/*/manifest.json"))
        if found:
            time.sleep(1.0)
            return found[0]
        time.sleep(0.1)
    raise AssertionError("no run folder appeared")
