"""Shared set-up: property tests that give the same verdict each time, and the command line called in this process."""

import signal
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import settings

# Where the tests are started in the background or by nohup, these are ignored, children too; some tests send them.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("house")

ROOT = Path(__file__).resolve().parents[1]


class Said(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


type Command = Callable[..., Said]


@pytest.fixture
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture
def regionsim(capsys: pytest.CaptureFixture[str]) -> Command:
    """Call a command in this process: `regionsim("list", "levers")` gives its exit code, stdout and stderr."""

    def call(*words: object) -> Said:
        from regionsim.cli import main

        capsys.readouterr()
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return call


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder
