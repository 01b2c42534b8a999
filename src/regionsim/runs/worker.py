"""Plays and stores one batch, with the same code in this process and in a process of the pool.

Core objects: `BatchTask`, `BatchOutcome`, `play_task`; and for the pool `start_worker`, `play_in_worker`. A task is
idempotent: it writes its own files and returns only their digests.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import parent_process
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regionsim.paths import OBSERVED_VARIABLE
from regionsim.runs import sidecar
from regionsim.runs.engine import Engine
from regionsim.runs.manifest import Batch
from regionsim.runs.parts import Columns, write_batch

if TYPE_CHECKING:
    from regionsim.runs.table import Rows
    from regionsim.scenario import Scenario


@dataclass(frozen=True)
class BatchTask:
    """Worlds to play and where to store them."""

    folder: Path
    scenario: Scenario
    worlds: range
    record_all: bool
    stamp: dict[str, str]
    engine: Engine
    rows: Rows | None = None
    """Points and replicates of the worlds, if they belong to a study."""
    observed: str = field(default_factory=lambda: os.environ.get(OBSERVED_VARIABLE, ""))
    """The folder of newer rows that the run reads, which a process of a cluster must reach too."""


@dataclass(frozen=True)
class BatchOutcome:
    """A finished batch, its folder and its columns."""

    folder: Path
    batch: Batch
    columns: Columns


class Stopped(Exception):
    """The batch was told to stop."""


def play_task(task: BatchTask, on_week: Callable[[int], None]) -> BatchOutcome:
    """Play a batch and write its parts. An exception from `on_week` ends the batch before anything is written."""
    if task.observed:
        os.environ[OBSERVED_VARIABLE] = task.observed
    task.engine.load()
    began = time.perf_counter()
    result = task.engine.result(task.scenario, task.worlds, task.rows, record_all=task.record_all, on_week=on_week)
    batch = Batch(first=task.worlds.start, last=task.worlds.stop, record_all=task.record_all)
    batch.failed = {int(world): str(why) for world, why in result.failed.items()}
    columns = write_batch(task.folder, batch, result, task.stamp)
    batch.status = "failed" if batch.failed else "done"
    batch.seconds = round(time.perf_counter() - began, 3)
    outcome = BatchOutcome(task.folder, batch, columns)
    sidecar.leave(outcome)
    return outcome


_shared: dict[str, Any] = {}  # of a process of the pool: world-weeks played of each task, and the order to stop


def start_worker(played: Any, stop: Any) -> None:
    """Set up a process of the pool: only the parent handles Ctrl-C, and no process outlives its parent.

    played (tasks,): world-weeks played, by task; stop: its value is set to 1 to stop all processes.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.setdefault("NUMBA_NUM_THREADS", "1")  # the processes already share the processors
    _shared.update(played=played, stop=stop)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process when its parent is gone, even by kill -9."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def play_in_worker(task: BatchTask, place: int) -> BatchOutcome:
    """Play a batch in a process of the pool; place: its index in `played`. Raises Stopped when told to stop."""
    played, stop = _shared["played"], _shared["stop"]

    def on_week(_week: int) -> None:
        if stop.value:
            raise Stopped
        played[place] += len(task.worlds)

    return play_task(task, on_week)
