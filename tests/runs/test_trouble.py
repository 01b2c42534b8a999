import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from regionsim.errors import InputError, RegionsimError, RunInterrupted, WorldsFailed
from regionsim.runs import content_digest, list_runs, open_run
from regionsim.runs.lock import FolderLock, FolderLocked
from tests.conftest import ROOT

PATIENCE = 300.0  # seconds; a machine under load included

PROGRAM = """
import sys
sys.path.insert(0, {root!r})
from tests.toys.toy import TOY, by, toy_scenario
from regionsim.runs import play, run_folder, run
run_folder.batch_ranges = lambda first, last, *_: by(first, last, 5)
run(toy_scenario(30, {question!r}), out={out!r}, engine=TOY, workers={workers})
"""


def start(out, question, workers=1):
    """The toy in a process of its own, 30 worlds by batches of 5."""
    text = PROGRAM.format(root=str(ROOT), out=str(out), question=question, workers=workers)
    return subprocess.Popen([sys.executable, "-c", text], stderr=subprocess.PIPE, text=True)


def wait_for_part(out, process):
    """Until one batch is in the manifest."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        if any(one.batches for one in list_runs(out)):
            return
        time.sleep(0.02)
    pytest.fail(f"no batch was finished: {process.stderr.read() if process.poll() is not None else ''}")


def statuses(found):
    return [batch.status for batch in found.manifest.batches]


@pytest.mark.parametrize("workers", [pytest.param(1, marks=pytest.mark.slow), 2])
def test_after_kill_9_the_same_command_finishes_and_equals_an_undisturbed_run(play, tmp_path, workers):
    wait = f"wait {tmp_path / 'go'}"
    process = start(tmp_path / "runs", wait, workers)
    wait_for_part(tmp_path / "runs", process)
    process.kill()
    process.communicate()
    (half,) = list_runs(tmp_path / "runs")
    assert not half.complete
    kept = {
        path: path.stat().st_mtime_ns for batch in half.batches for path in half.path.rglob(f"{batch.stem}*.parquet")
    }
    (half.path / "trajectories" / ".part-000025-000029.parquet.1.tmp").write_bytes(b"half a file")
    (tmp_path / "go").touch()
    whole = play(30, batch=5, question=wait)
    assert whole.path == half.path
    assert whole.complete
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    assert not list(whole.path.rglob("*.tmp"))
    assert content_digest(whole) == content_digest(play(30, out=tmp_path / "undisturbed"))


@pytest.mark.skipif(os.name != "posix", reason="looks at processes as POSIX shows them")
def test_no_process_of_the_pool_outlives_a_killed_parent(tmp_path):
    process = start(tmp_path / "runs", "slow 0.2", workers=2)
    children = []
    end = time.monotonic() + PATIENCE
    while len(children) < 3 and time.monotonic() < end:  # two workers, and the tracker of resources
        time.sleep(0.05)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    process.kill()
    process.communicate()
    end = time.monotonic() + 60
    while any(_runs(pid) for pid in children):
        assert time.monotonic() < end, "a process is left behind"
        time.sleep(0.05)


def _runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize(
    ("workers", "number"),
    [
        (1, signal.SIGINT),
        (2, signal.SIGTERM),
        pytest.param(1, signal.SIGTERM, marks=pytest.mark.slow),
        pytest.param(2, signal.SIGINT, marks=pytest.mark.slow),
    ],
)
def test_an_interruption_keeps_what_is_finished_and_says_how_to_go_on(play, tmp_path, number, workers):
    wait = f"wait {tmp_path / 'go'}"
    process = start(tmp_path / "runs", wait, workers)
    try:
        wait_for_part(tmp_path / "runs", process)
        process.send_signal(number)
        _, words = process.communicate(timeout=60)
    finally:
        process.kill()
    assert "RunInterrupted: interrupted" in words
    assert "the same call goes on from there" in words
    (half,) = list_runs(tmp_path / "runs")
    assert len(half.batches) == 1
    (tmp_path / "go").touch()
    assert play(30, batch=5, question=wait).complete


@pytest.mark.parametrize(
    ("order", "kind", "words"),
    [
        ("interrupt int", RunInterrupted, "interrupted: 1 of 4 batches are finished and kept"),
        ("interrupt term", RunInterrupted, "the same call goes on from there"),
        ("full", RunInterrupted, "the disk is full; needed: .*: 1 of 4 batches"),
        ("crash", RegionsimError, "a batch failed with ZeroDivisionError: an actor divided by nothing"),
    ],
)
def test_trouble_in_a_batch_keeps_the_batches_before_it(play, tmp_path, order, kind, words):
    with pytest.raises(kind, match=words):
        play(20, batch=5, question=order)
    (half,) = list_runs(tmp_path / "runs")
    assert statuses(half) == ["done", "missing", "missing", "missing"]
    assert half.numbers.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("order", ["crash", "full", "kill"])
def test_trouble_in_a_process_of_the_pool_is_told_in_one_line(play, order):
    with pytest.raises(RegionsimError) as caught:
        play(20, batch=5, question=order, workers=2)
    assert "\n" not in str(caught.value)
    assert "kept" in str(caught.value)


@pytest.mark.parametrize("kind", ["trajectories", "places", "events"])
@pytest.mark.parametrize("harm", ["remove", "cut", "flip", "other"])
def test_a_missing_or_damaged_part_is_played_again(play, kind, harm):
    whole = play(20, batch=5)
    digest = content_digest(whole)
    path = whole.path / kind / "part-000005-000009.parquet"
    data = path.read_bytes()
    if harm == "remove":
        path.unlink()
    elif harm == "cut":
        path.write_bytes(data[: len(data) // 2])
    elif harm == "flip":
        middle = len(data) // 3
        path.write_bytes(data[:middle] + bytes([data[middle] ^ 0xFF]) + data[middle + 1 :])
    else:
        path.write_bytes((whole.path / kind / "part-000000-000004.parquet").read_bytes())
    again = play(20, batch=5)
    assert path.read_bytes() == data
    assert content_digest(again) == digest


def test_a_part_of_other_bytes_is_refused_and_played_again_though_its_values_are_the_same(play):
    whole = play(10)
    path = whole.path / "trajectories" / "part-000000-000009.parquet"
    written = path.read_bytes()
    pq.write_table(pq.read_table(path), path, compression="gzip")
    with pytest.raises(InputError, match="does not hold what was written"):
        open_run(whole.path).values("attacks")
    play(10)
    assert path.read_bytes() == written


def test_a_second_writer_is_told_who_writes(play):
    folder = play(5).path
    with FolderLock(folder), pytest.raises(FolderLocked, match=rf"written by process {os.getpid()} on .*wait until"):
        play(10)
    assert play(10).complete


def test_a_finished_run_can_be_opened_while_its_folder_is_locked(play):
    with FolderLock(play(5).path):
        assert play(5).complete


def test_failed_worlds_are_recorded_and_left_out_and_the_others_kept(play, tmp_path):
    with pytest.raises(WorldsFailed, match=r"2 of 20 worlds failed .*world 3: attacks is not finite") as caught:
        play(20, batch=5, question="fail 3 11")
    found = caught.value.run
    assert statuses(found) == ["failed", "done", "failed", "done"]
    assert found.failed.keys() == {3, 11}
    assert found.numbers.tolist() == [k for k in range(20) if k not in (3, 11)]
    clean = play(20, out=tmp_path / "clean")
    np.testing.assert_array_equal(found.values("attacks"), clean.values("attacks")[found.numbers])
    assert not found.summary().isna().any(axis=None)
    assert set(found.worlds["world"]) == set(found.numbers)
    assert not set(found.events()["world"]) & {3, 11}
    with pytest.raises(WorldsFailed):
        play(20, question="fail 3 11")
    assert play(3, question="fail 3 11").failed == {}


def test_a_folder_that_cannot_be_written_is_one_clear_line(play, tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(InputError) as caught:
        play(5, out=tmp_path / "taken")
    assert caught.value.exit_code == 2
    assert str(caught.value).startswith(f"out {tmp_path / 'taken'}: cannot be written (")
    assert "\n" not in str(caught.value)


def test_a_disk_that_fills_while_a_part_is_written_leaves_no_half_file(play, tmp_path, monkeypatch):
    import regionsim.runs.files as files

    def full(path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "_force", lambda path: full(path) if "part-" in path.name else None)
    with pytest.raises(RunInterrupted, match=r"the disk is full; needed: .*: 0 of 1 batches"):
        play(5)
    (found,) = list_runs(tmp_path / "runs")
    assert not list(found.path.rglob("*.parquet.*"))
    assert not list((found.path / "trajectories").iterdir())
    monkeypatch.undo()
    assert play(5).complete


def test_a_damaged_manifest_is_one_clear_line_and_fresh_helps(play):
    found = play(5)
    (found.path / "manifest.json").write_text('{"format": 1, "name": ')
    with pytest.raises(InputError, match=r"manifest\.json is damaged .*fresh=True"):
        play(5)
    assert play(5, fresh=True).complete


def test_a_folder_without_a_manifest_is_no_run(tmp_path):
    with pytest.raises(InputError, match="is not a run folder"):
        open_run(tmp_path)
    assert list_runs(tmp_path) == []


def test_a_script_without_a_guard_may_use_processes(tmp_path):
    script = tmp_path / "study.py"
    script.write_text(PROGRAM.format(root=str(ROOT), out=str(tmp_path / "runs"), question="", workers=2))
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
