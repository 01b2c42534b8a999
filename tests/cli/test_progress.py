import os
from pathlib import Path

import pytest

from regionsim.cli import progress


def test_kernels_are_current_where_they_are_newer_than_every_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(progress, "_MODEL", tmp_path)
    (tmp_path / "__pycache__").mkdir()
    source, kernel = tmp_path / "rule.py", tmp_path / "__pycache__" / "rule.live-1.py312.nbi"
    source.touch()
    os.utime(source, (1000, 1000))
    assert not progress._kernels_are_current()
    kernel.touch()
    assert progress._kernels_are_current()
    os.utime(kernel, (999, 999))
    assert not progress._kernels_are_current()


def test_only_a_pool_with_current_kernels_loads_them_for_itself(monkeypatch: pytest.MonkeyPatch):
    loaded = []
    monkeypatch.setattr(
        progress, "announce_compiling", lambda **_: loaded.append(1) or progress.contextlib.nullcontext()
    )
    for processes, current in ((1, True), (2, False), (2, True)):
        monkeypatch.setattr(progress, "_kernels_are_current", lambda current=current: current)
        progress.load_kernels(processes)
    assert len(loaded) == 2
