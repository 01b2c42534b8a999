"""Whatever goes wrong, a user gets one clear line and an exit code; a traceback only on request."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import regionsim.evidence
from tests.conftest import Command

SCRIPT = Path(sys.executable).with_name("regionsim")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["rum", "trade_push"], 'Did you mean "run"?'),
        (["run", "trade_push", "--world", "3"], "--worlds"),
        (["run", "trade_push", "--worlds", "many"], "--worlds"),
        (["run"], "SCENARIOS"),
        (["run", "trade_pusch"], "trade_push"),
        (["run", "nowhere/trade_push.yaml"], "did you mean the shipped scenario trade_push?"),
        (["run", "trade_push", "--record", "some"], "all"),
        (["run", "trade_push", "--set", "worlds"], "--set"),
        (["run", "trade_push", "--worlds", "0"], "--worlds"),
        (["run", "trade_push", "--seed", "-1"], "--seed"),
        (["list", "lever"], "did you mean levers?"),
        (["list", "levers", "--unsourced"], "list parameters"),
        (["explain", "trade_volum"], "trade_volume"),
        (["explain", "\x1b[31m"], "\\x1b[31m"),
        (["show", "status_qou"], "status_quo"),
        (["export", "trade_push", "--to", "pdf"], "csv"),
        (["replay", "nowhere", "--world", "0"], "nowhere"),
        (["new", "trade_push", "--from", "status_quo"], "trade_push"),
    ],
)
def test_a_wrong_word_is_refused_with_a_hint(words: list[str], hint: str, regionsim: Command, empty: Path) -> None:
    said = regionsim(*words)

    assert said.code == 2, said
    assert said.out == ""
    assert hint in said.err
    assert said.err.count("\n") == 1
    assert said.err.replace("\n", "").isprintable()
    assert list(empty.iterdir()) == []


def test_a_fault_of_ours_ends_with_4_and_no_traceback(regionsim: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("the seeds\nare gone")

    monkeypatch.setattr(regionsim_evidence(), "load_evidence", broken)
    said = regionsim("list", "parameters")

    assert (said.code, said.out) == (4, "")
    assert "RuntimeError: the seeds are gone" in said.err
    assert "Traceback" not in said.err
    assert "--debug" in said.err
    assert "Traceback" in regionsim("list", "parameters", "--debug").err


def regionsim_evidence() -> object:
    return regionsim.evidence


def test_an_interruption_ends_with_3_and_says_how_to_go_on(regionsim: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(regionsim_evidence(), "load_evidence", interrupted)
    said = regionsim("list", "parameters")

    assert said.code == 3
    assert "the same command goes on" in said.err


def test_a_reader_who_has_seen_enough_is_no_fault() -> None:
    with subprocess.Popen([SCRIPT, "list", "claims"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read()
        code = process.wait(timeout=60)

    assert (code, err) == (0, b"")


@pytest.mark.parametrize("words", [["--help"], ["list", "claims"], ["explain", "AC-PAK"], ["run", "trade_puésh"]])
def test_a_terminal_without_utf8_or_colour_is_served(words: list[str]) -> None:
    plain = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C", "NO_COLOR": "1", "TERM": "dumb"}
    done = subprocess.run([SCRIPT, *words], env=os.environ | plain, capture_output=True, timeout=60, check=False)

    assert done.returncode == (2 if words[0] == "run" else 0)
    assert b"\x1b" not in done.stdout + done.stderr
    assert (done.stdout + done.stderr).decode("ascii")
    assert b"Traceback" not in done.stderr
