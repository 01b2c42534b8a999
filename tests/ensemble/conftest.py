"""The toy engine, a toy scenario, and small batches."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # so that processes of the pool find the toy too

from regionsim.ensemble import Engine, produce, run
from regionsim.scenario import Scenario

TOY = Engine(worlds="toy:rows", play="toy:play")


def toy_scenario(worlds=20, question="", name="toy", **more):
    values = {"title": "A toy", "start": "2025-08-18", "end": "2025-11-01", "seed": 0} | more
    return Scenario.model_validate({"name": name, "worlds": worlds, "question": question} | values)


@pytest.fixture
def play(tmp_path, monkeypatch):
    """Run the toy into tmp_path/runs: play(worlds, batch=5, **arguments of run)."""

    def played(worlds=20, batch=None, question="", out=tmp_path / "runs", **arguments):
        cut = produce.cut
        if batch is not None:
            monkeypatch.setattr(produce, "cut", lambda first, last, per_world, workers: by(first, last, batch))
        try:
            arguments = {"figures": False, "engine": TOY} | arguments
            return run(toy_scenario(worlds, question), out=out, **arguments)
        finally:
            monkeypatch.setattr(produce, "cut", cut)

    return played


def by(first, last, size):
    return [range(start, min(start + size, last)) for start in range(first, last, size)]
