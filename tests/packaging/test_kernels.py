"""Compiled kernels are kept for a user who may not write into the installation, and compiling is announced once."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

RUN = ["run", "status_quo", "--worlds", "1", "--workers", "1", "--no-figures", "--set", "end=2025-09-08"]


def installed(folder: Path) -> Path:
    """A copy of the package into which no kernel can be written, even by root: a file stands where they would go."""
    package = folder / "src" / "regionsim"
    shutil.copytree(ROOT / "src" / "regionsim", package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("seeds", "scenarios"):
        (folder / name).symlink_to(ROOT / name)
    for place in {path.parent for path in (package / "model").rglob("*.py")}:
        (place / "__pycache__").write_text("")
    return package.parent


@pytest.mark.slow
def test_kernels_of_an_installation_that_cannot_be_written_are_kept_by_its_user(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")}
    env |= {"PYTHONPATH": str(installed(tmp_path / "site")), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    env |= {"HOME": str(tmp_path / "home"), "PYTHONDONTWRITEBYTECODE": "1"}

    def told(out: str) -> str:
        words = [sys.executable, "-P", "-m", "regionsim", *RUN, "--out", str(tmp_path / out)]
        return subprocess.run(words, env=env, capture_output=True, text=True, check=True, cwd=tmp_path).stderr

    assert "compiling kernels, once per machine" in told("first")
    assert any((tmp_path / "cache").rglob("*.nbi"))
    assert "compiling" not in told("second")
