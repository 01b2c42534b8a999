"""Kills at random moments, and too little of everything, by the real command."""

import sys
from pathlib import Path

import pytest

from .kills import attack
from .limits import LIMITS, NotHere, hold

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc and sets limits of Linux"),
]


def test_a_killed_run_goes_on() -> None:
    assert "run" in attack(2)


@pytest.mark.parametrize("name", LIMITS)
def test_too_little_of_anything(name: str, tmp_path: Path) -> None:
    try:
        hold(name, tmp_path)
    except NotHere as why:
        pytest.skip(str(why))
