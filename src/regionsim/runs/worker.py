"""Plays and stores one batch, with the same code in this process and in a process of the pool.

Core objects: `BatchTask`, `SharedTask` (batches of several runs, played side by side), `BatchOutcome`, `play_task`; for
the pool `start_worker`, `play_in_worker`; and for any pool `follow_parent`. A task is idempotent: it writes its own
files and returns only their digests.
"""

from __future__ import annotations

import gc
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
    from regionsim.model.play import BatchResult
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
class SharedTask:
    """Batches that are played side by side: one, or one of each of several runs with the same engine and clock."""

    parts: tuple[BatchTask, ...]

    @property
    def worlds(self) -> int:
        """Number of worlds."""
        return sum(len(part.worlds) for part in self.parts)

    @property
    def world_weeks(self) -> int:
        """World-weeks to be played."""
        return sum(len(part.worlds) * part.scenario.weeks for part in self.parts)


@dataclass(frozen=True)
class BatchOutcome:
    """A finished batch, its folder and its columns."""

    folder: Path
    batch: Batch
    columns: Columns


_MANY = 100
"""Worlds of a batch whose model takes enough memory to be freed at once."""


class Stopped(Exception):
    """The batch was told to stop."""


def play_task(task: SharedTask, on_worlds: Callable[[int], None]) -> tuple[BatchOutcome, ...]:
    """Play batches and write their parts; `on_worlds(n)` after each week of n worlds.

    An exception from `on_worlds` ends the batches before anything is written.
    """
    first = task.parts[0]
    if first.observed:
        os.environ[OBSERVED_VARIABLE] = first.observed
    first.engine.load()
    began = time.perf_counter()
    given = [(part.scenario, part.worlds, part.rows) for part in task.parts]
    results = first.engine.results(given, record_all=first.record_all, on_worlds=on_worlds)
    if task.worlds >= _MANY:
        gc.collect()  # agents refer to their model, which Python would keep through several batches
    each = (time.perf_counter() - began) / task.worlds
    pairs = zip(task.parts, results, strict=True)
    return tuple(_stored(part, result, each, task.worlds) for part, result in pairs)


def _stored(part: BatchTask, result: BatchResult, seconds: float, together: int) -> BatchOutcome:
    """Write the parts of a batch. seconds: what playing took for each of the worlds that were played together."""
    began = time.perf_counter()
    batch = Batch(first=part.worlds.start, last=part.worlds.stop, record_all=part.record_all)
    batch.failed = {int(world): str(why) for world, why in result.failed.items()}
    columns = write_batch(part.folder, batch, result, part.stamp)
    batch.status = "failed" if batch.failed else "done"
    batch.seconds = round(seconds * len(part.worlds) + time.perf_counter() - began, 3)
    batch.beside = together - len(part.worlds)
    outcome = BatchOutcome(part.folder, batch, columns)
    sidecar.leave(outcome)
    return outcome


_shared: dict[str, Any] = {}  # of a process of the pool: world-weeks played of each task, and the order to stop


def start_worker(played: Any, stop: Any) -> None:
    """Set up a process of the pool of runs.

    played (tasks,): world-weeks played, by task; stop: its value is set to 1 to stop all processes.
    """
    follow_parent()
    os.environ.setdefault("NUMBA_NUM_THREADS", "1")  # the processes already share the processors
    _shared.update(played=played, stop=stop)


def follow_parent() -> None:
    """Set up a process of any pool: only the parent handles Ctrl-C, and no process outlives its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process when its parent is gone, even by kill -9."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def play_in_worker(task: SharedTask, place: int) -> tuple[BatchOutcome, ...]:
    """Play batches in a process of the pool; place: its index in `played`. Raises Stopped when told to stop."""
    played, stop = _shared["played"], _shared["stop"]

    def on_worlds(worlds: int) -> None:
        if stop.value:
            raise Stopped
        played[place] += worlds

    task.parts[0].engine.load(for_good=True)
    return play_task(task, on_worlds)
