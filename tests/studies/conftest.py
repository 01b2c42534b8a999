"""Studies of the toy model."""

import pytest


@pytest.fixture
def by_five(monkeypatch):
    """Batches of five worlds."""
    from regionsim.runs import run_folder
    from tests.toys.toy import by

    monkeypatch.setattr(run_folder, "batch_ranges", lambda first, last, *_: by(first, last, 5))
