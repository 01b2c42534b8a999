"""Small inputs and places that once broke a command, each by the real command."""

from pathlib import Path

import pytest

from .small_inputs import SMALL_INPUTS


@pytest.mark.slow
@pytest.mark.parametrize("name", SMALL_INPUTS)
def test_small_input(name: str, tmp_path: Path) -> None:
    SMALL_INPUTS[name](tmp_path)
