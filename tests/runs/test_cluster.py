"""A real Dask cluster on loopback: a scheduler and two worker processes, every wait with a hard end."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from regionsim.errors import InputError, RegionsimError
from regionsim.runs import content_digest, list_runs, run
from tests.conftest import ROOT
from tests.toys.toy import TOY, toy_scenario


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def cluster(tmp_path):
    """The scheduler's address, and its two workers."""
    pytest.importorskip("distributed")
    address = f"tcp://127.0.0.1:{free_port()}"
    paths = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    world = os.environ | {"PYTHONPATH": paths, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "3"}

    def started(*words):
        command = [sys.executable, "-W", "ignore", "-m", "distributed.cli." + words[0], *words[1:]]
        with (tmp_path / f"{words[0]}.log").open("a") as log:
            return subprocess.Popen(command, env=world, stdout=log, stderr=log, cwd=tmp_path)

    host, port = "127.0.0.1", address.rsplit(":", 1)[1]
    processes = [started("dask_scheduler", "--host", host, "--port", port, "--no-dashboard")]
    worker = ("dask_worker", address, "--host", host, "--nthreads", "1", "--no-nanny", "--no-dashboard")
    processes += [started(*worker) for _ in range(2)]
    try:
        end = time.monotonic() + 300
        log = tmp_path / "dask_worker.log"
        while log.read_text().count("Registered to") < 2:
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.1)
        yield address, processes[1:]
    finally:
        for process in processes:
            process.kill()
            process.wait(timeout=30)


def by_five(monkeypatch):
    from regionsim.runs import run_folder
    from tests.toys.toy import by

    monkeypatch.setattr(run_folder, "batch_ranges", lambda first, last, *_: by(first, last, 5))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_cluster_gives_the_same_content_even_when_a_worker_is_killed_in_mid_batch(cluster, tmp_path, monkeypatch):
    address, workers = cluster
    by_five(monkeypatch)
    plain = run(toy_scenario(30), out=tmp_path / "plain", engine=TOY, workers=1)
    quick = run(toy_scenario(30), out=tmp_path / "quick", engine=TOY, dask=address)
    assert content_digest(quick) == content_digest(plain)

    began = []

    def kill(done, total):
        if done and not began:
            began.append(done)
            time.sleep(0.1)  # each worker is in the middle of its next batch
            workers[0].send_signal(signal.SIGKILL)

    slow = toy_scenario(30, "slow 0.03")
    hurt = run(slow, out=tmp_path / "hurt", engine=TOY, dask=address, progress=kill)
    assert began
    assert workers[0].wait(timeout=30) == -signal.SIGKILL
    assert hurt.complete
    assert content_digest(hurt) == content_digest(plain)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_fault_of_a_batch_on_a_cluster_is_told_and_what_is_finished_kept(cluster, tmp_path, monkeypatch):
    by_five(monkeypatch)
    with pytest.raises(RegionsimError, match="ZeroDivisionError: an actor divided by nothing"):
        run(toy_scenario(20, "crash"), out=tmp_path / "runs", engine=TOY, dask=cluster[0])
    assert len(list_runs(tmp_path / "runs")) == 1


@pytest.mark.filterwarnings("ignore")
def test_where_no_scheduler_answers_one_line_says_so(tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("regionsim.runs.cluster.PATIENCE", 1)
    with pytest.raises(InputError, match="no scheduler answers"):
        run(toy_scenario(5), out=tmp_path, engine=TOY, dask=f"tcp://127.0.0.1:{free_port()}")


def test_without_the_extra_one_line_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match="extra `cluster`"):
        run(toy_scenario(5), out=tmp_path, engine=TOY, dask="tcp://127.0.0.1:1")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_cluster_learns_the_levers_of_the_live_page(cluster, tmp_path, monkeypatch):
    from regionsim.scenario import load
    from regionsim.views.explore.build import build
    from regionsim.views.explore.explorer import library_of
    from regionsim.views.explore.library import Library

    few = ("parameters.size.households=400", "parameters.size.traders=120", "end=2026-03-02")
    monkeypatch.setattr(Library, "levers", ("trade_facilitation", "humanitarian_aid"))
    scenario = load("status_quo", sets=few)
    there, here = (library_of(scenario, 3, tmp_path / name) for name in ("there", "here"))
    build(there, dask=cluster[0], shard=(1, 1), out=tmp_path / "there")
    for lever in there.levers:
        assert there.effects(lever).tobytes() == here.learn(lever).tobytes()
