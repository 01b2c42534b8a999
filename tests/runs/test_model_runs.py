"""The model itself in run folders: short horizons, few worlds."""

import pytest

from regionsim.indicators import INDICATORS
from regionsim.runs import content_digest, run

SHORT = ("end=2025-12-01",)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    out = tmp_path_factory.mktemp("whole")
    return run("torkham_closure", worlds=6, sets=SHORT, out=out, workers=1)


def test_every_indicator_is_recorded_and_summed_up(whole):
    assert set(whole.indicators) == set(INDICATORS)
    assert set(whole.places) == {name for name, known in INDICATORS.items() if known.dimension}
    assert not whole.summary().isna().any(axis=None)


def test_a_run_made_in_two_steps_with_everything_recorded_equals_one_made_at_once(whole, tmp_path):
    run("torkham_closure", worlds=2, sets=SHORT, out=tmp_path, workers=1)
    steps = run("torkham_closure", worlds=6, sets=SHORT, out=tmp_path, workers=1, record_all=True)
    assert len(steps.batches) == 2
    assert steps.variables
    assert content_digest(steps) == content_digest(whole)


def test_two_processes_agree_with_one(tmp_path):
    # a pool's batches hold 25 worlds at least
    one = run("torkham_closure", worlds=50, sets=SHORT, out=tmp_path / "one", workers=1)
    two = run("torkham_closure", worlds=50, sets=SHORT, out=tmp_path / "two", workers=2)
    assert len(one.batches) == 1
    assert len(two.batches) == 2
    assert content_digest(two) == content_digest(one)


def test_a_world_played_again_alone_is_the_stored_one(whole):
    story = whole.replay(5)
    assert story.same, story.note
    assert any(line.kind == "year" for line in story)
    assert all(line.text for line in story)
