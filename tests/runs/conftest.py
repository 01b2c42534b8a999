"""Runs of the toy model in small batches."""

import gc

import pytest

from regionsim.runs import run, run_folder
from tests.toys.toy import TOY, by, toy_scenario


@pytest.fixture(autouse=True)
def _nothing_left_of_earlier_pools():
    """Semaphores of a pool may stand in cycles; collected while another pool registers its own, they re-enter
    multiprocessing's resource tracker, which Python 3.12 cannot do and reports.
    """
    gc.collect()


@pytest.fixture
def play(tmp_path, monkeypatch):
    """Run the toy into tmp_path/runs: play(worlds, batch=5, **arguments of run)."""

    def played(worlds=20, batch=None, question="", out=tmp_path / "runs", **arguments):
        with monkeypatch.context() as patch:
            if batch is not None:
                patch.setattr(run_folder, "batch_ranges", lambda first, last, *_: by(first, last, batch))
            arguments = {"engine": TOY, "workers": 1} | arguments
            return run(toy_scenario(worlds, question), out=out, **arguments)

    return played
