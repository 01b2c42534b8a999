"""Kills at random moments, and too little of everything, by the real command."""

import sys
from pathlib import Path

import pytest

from .kills import attack
from .limits import LIMITS, NotHere, hold

QUICK = ("streams_that_are_closed_or_full", "files_that_may_not_be_large")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc and sets limits of Linux")


def test_a_killed_run_goes_on() -> None:
    assert "run" in attack(2)


def _hold(name: str, folder: Path) -> None:
    try:
        hold(name, folder)
    except NotHere as why:
        pytest.skip(str(why))


@pytest.mark.parametrize("name", QUICK)
def test_too_little(name: str, tmp_path: Path) -> None:
    _hold(name, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in LIMITS if name not in QUICK])
def test_too_little_of_anything(name: str, tmp_path: Path) -> None:
    _hold(name, tmp_path)
