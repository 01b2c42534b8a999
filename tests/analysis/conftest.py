"""Studies of the toy model."""

import sys
from pathlib import Path

import pytest

TOY_FOLDER = str(Path(__file__).resolve().parents[1] / "ensemble")
if TOY_FOLDER not in sys.path:
    sys.path.insert(0, TOY_FOLDER)  # so that processes of the pool find the toy too
HERE = str(Path(__file__).resolve().parent)
if HERE not in sys.path:
    sys.path.insert(0, HERE)  # the toy with levers


@pytest.fixture
def by_five(monkeypatch):
    """Batches of five worlds."""
    from toy import by

    from regionsim.runs import produce

    monkeypatch.setattr(produce, "cut", lambda first, last, *_: by(first, last, 5))
