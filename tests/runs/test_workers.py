"""What workers are given, and what they share: tasks, the notes of finished batches, locks made of bytes."""

import gc
import pickle
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from regionsim.runs import lock, sidecar
from regionsim.runs.engine import Engine
from regionsim.runs.lock import FolderLock, FolderLocked
from regionsim.runs.manifest import Batch
from regionsim.runs.parts import Columns
from regionsim.runs.run_folder import RunFolder
from regionsim.runs.settings import PlaySettings
from regionsim.runs.worker import BatchOutcome
from regionsim.scenario import load
from tests.toys.toy import TOY


@pytest.mark.parametrize("name", ["trade_push", "history_2014"])
def test_a_task_is_small_and_pickles_no_model(name, tmp_path):
    work = RunFolder(load(name), PlaySettings(out=tmp_path, engine=TOY))
    data = pickle.dumps(work.task(Batch(first=0, last=250)))
    assert len(data) < 40_000
    assert b"regionsim.model" not in data


@pytest.mark.parametrize("for_good", [True, False])
def test_only_a_process_that_plays_keeps_its_imports_from_the_collector(for_good, monkeypatch):
    monkeypatch.delitem(sys.modules, "wave", raising=False)
    monkeypatch.setattr(gc, "freeze", lambda: frozen.append(gc.isenabled()))
    frozen = []
    for _ in range(2):  # the second time it is there
        Engine(worlds="json:loads", play="wave:open").load(for_good=for_good)
        assert gc.isenabled()
    assert frozen == ([False] if for_good else [])
    with pytest.raises(ModuleNotFoundError):
        Engine(worlds="json:loads", play="nowhere:play").load(for_good=True)
    assert gc.isenabled()


PARENT = """
import os, sys, time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from regionsim.runs.worker import follow_parent
if __name__ == "__main__":
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=follow_parent) as pool:
        print(pool.submit(os.getpid).result(), flush=True)
        time.sleep(60)
"""


def test_a_process_of_a_pool_ends_with_its_parent(tmp_path):
    (tmp_path / "parent.py").write_text(PARENT, encoding="utf-8")
    with subprocess.Popen([sys.executable, "parent.py"], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as parent:
        assert int(parent.stdout.readline())
        parent.kill()
        parent.communicate(timeout=30)  # returns when nobody holds the pipe any more, the child neither


def test_the_note_of_a_batch_can_be_left_while_that_of_another_is_dropped(tmp_path, monkeypatch):
    """The starter enters the first batch into its manifest just when a worker is about to write of the second one."""
    first, second = (BatchOutcome(tmp_path, Batch(first=a, last=a + 5), Columns((), {})) for a in (0, 5))
    sidecar.leave(first)
    written = sidecar.write_record

    def slow(path, said):
        sidecar.drop(tmp_path, first.batch)
        written(path, said)

    monkeypatch.setattr(sidecar, "write_record", slow)
    sidecar.leave(second)
    assert sidecar.read(tmp_path, second.batch) is not None
    sidecar.tidy(tmp_path)
    assert sidecar.read(tmp_path, second.batch) is not None
    sidecar.drop(tmp_path, second.batch)
    sidecar.tidy(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def locks_of_bytes(monkeypatch):
    """Locks as they are made on Windows, of bytes that one open file has at a time; Linux has such locks too."""
    fcntl = pytest.importorskip("fcntl")
    if not hasattr(fcntl, "F_OFD_SETLK"):
        pytest.skip("no locks of bytes by open file")

    def take(handle, shared):
        def bytes_of(place, count):
            fcntl.fcntl(handle, fcntl.F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, place, count, 0))

        lock._lock_bytes(bytes_of, shared)

    monkeypatch.setattr(lock, "_lock", take)


def test_locks_of_bytes_are_shared_by_shards_and_by_no_one_else(tmp_path: Path, locks_of_bytes, monkeypatch):
    monkeypatch.setattr(lock, "SHARERS", 3)
    with FolderLock(tmp_path, shared=True), FolderLock(tmp_path, shared=True):
        with pytest.raises(FolderLocked, match="is being written by process"):
            FolderLock(tmp_path).__enter__()
        with FolderLock(tmp_path, shared=True), pytest.raises(FolderLocked):  # more than there are bytes
            FolderLock(tmp_path, shared=True).__enter__()
        with FolderLock(tmp_path, "other"):
            pass
    with FolderLock(tmp_path):
        for shared in (True, False):
            with pytest.raises(FolderLocked):
                FolderLock(tmp_path, shared=shared).__enter__()
    with FolderLock(tmp_path):
        pass


def test_a_lock_holds_though_its_words_cannot_be_written(tmp_path, monkeypatch):
    def full(_handle, _text):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(lock.os, "write", full)
    with FolderLock(tmp_path), pytest.raises(FolderLocked, match="another process"):
        FolderLock(tmp_path).__enter__()
