"""Studies of the toy model."""

import pytest


@pytest.fixture
def by_five(monkeypatch):
    """Batches of five worlds."""
    from regionsim.runs import produce
    from tests.toys.toy import by

    monkeypatch.setattr(produce, "cut", lambda first, last, *_: by(first, last, 5))
