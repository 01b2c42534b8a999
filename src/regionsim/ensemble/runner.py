"""Plays the batches that are missing, in this process or in a pool, and notes each as it is finished.

Core object: `play_missing`. An interruption (Ctrl-C, SIGTERM), a full disk or a dead process leaves every finished
batch noted in the manifest; the same command goes on from there.
"""

from __future__ import annotations

import errno
import multiprocessing
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from types import FrameType
from typing import Any

from regionsim.ensemble.cluster import play_on_cluster
from regionsim.ensemble.worker import Outcome, Stopped, Task, play_in_worker, play_task, start_worker
from regionsim.errors import RegionsimError, RunInterrupted

type Progress = Callable[[int, int], None]  # world-weeks done, of all
_LOOK_EVERY = 0.2  # seconds between looks at the pool

_NO_SPACE = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}


def play_missing(
    tasks: Sequence[Task],
    workers: int,
    note: Callable[[Outcome], None],
    beside: Callable[[], None],
    progress: Progress | None = None,
    dask: str | None = None,
) -> None:
    """Play all tasks; `note` is called in this process with each outcome, at once. dask: address of a scheduler.

    beside: called once too: by a process of the pool, so it must pickle, or else in this process.

    Raises RunInterrupted (Ctrl-C, SIGTERM, full disk, dead process) or RegionsimError (a batch failed as a whole).
    """
    finished = 0

    def counted(outcome: Outcome) -> None:
        nonlocal finished
        note(outcome)
        finished += 1

    def kept() -> str:
        return f"{finished} of {len(tasks)} batches were finished and are kept; the same command goes on from there"

    play = _in_pool if workers > 1 else _in_process
    progress = progress or (lambda _done, _total: None)
    try:
        with _sigterm_interrupts():
            if dask is not None:
                play_on_cluster(dask, tasks, counted, beside, progress)
            else:
                play(tasks, workers, counted, beside, progress)
    except KeyboardInterrupt:
        raise RunInterrupted(f"interrupted: {kept()}") from None
    except BrokenProcessPool:
        raise RunInterrupted(
            f"a worker process died, perhaps for want of memory (fewer --workers?): {kept()}"
        ) from None
    except OSError as fault:
        what = "the disk is full" if fault.errno in _NO_SPACE else f"a result cannot be written ({fault})"
        raise RunInterrupted(f"{tasks[0].folder}: {what}: {kept()}") from fault
    except MemoryError as fault:
        raise RunInterrupted(f"out of memory: {kept()}") from fault
    except RegionsimError:
        raise
    except Exception as fault:
        raise RegionsimError(f"a batch failed with {type(fault).__name__}: {fault}; {kept()}") from fault


def _in_process(
    tasks: Sequence[Task],
    _workers: int,
    note: Callable[[Outcome], None],
    beside: Callable[[], None],
    progress: Progress,
) -> None:
    total, done = _world_weeks(tasks), 0
    progress(done, total)
    beside()
    for task in tasks:

        def on_week(_week: int, count: int = len(task.worlds)) -> None:
            nonlocal done
            done += count
            progress(done, total)

        note(play_task(task, on_week))


def _in_pool(
    tasks: Sequence[Task], workers: int, note: Callable[[Outcome], None], beside: Callable[[], None], progress: Progress
) -> None:
    """Spawned, not forked: a forked pool can hang after numba has run threads.

    An interruption is asked for and obeyed between looks at the pool: raised within, it could leave one of the pool's
    locks taken for ever.
    """
    context = multiprocessing.get_context("spawn")
    counter, stop = context.Value("q", 0), context.Event()
    total = _world_weeks(tasks)
    progress(0, total)
    with (
        _interruption_asked() as asked,
        ProcessPoolExecutor(workers, context, initializer=start_worker, initargs=(counter, stop)) as pool,
    ):
        left: set[Future[Outcome]] = set()
        try:
            with _main_left_alone():
                first = pool.submit(beside)
                for task in tasks:
                    left.add(pool.submit(play_in_worker, task))
            while left or not first.done():
                looked_at: set[Future[Any]] = {*left} or {first}
                for future in wait(looked_at, _LOOK_EVERY, FIRST_COMPLETED).done & left:
                    left.discard(future)
                    note(future.result())
                progress(counter.value, total)
                if asked.is_set():
                    raise KeyboardInterrupt
            first.result()
        except BaseException:
            stop.set()
            _keep_finished(left, note)
            raise
    if asked.is_set():
        raise KeyboardInterrupt


def _keep_finished(left: set[Future[Outcome]], note: Callable[[Outcome], None]) -> None:
    """Once the pool is told to stop: call off what has not begun, and note the batches that were finished meanwhile."""
    begun = [future for future in left if not future.cancel()]
    for future in wait(begun).done:
        if future.exception() is None:
            note(future.result())


def _world_weeks(tasks: Sequence[Task]) -> int:
    return sum(len(task.worlds) * task.scenario.weeks for task in tasks)


@contextmanager
def _main_left_alone() -> Iterator[None]:
    """Start processes without importing the user's script again: they need nothing of it, and it may have no guard."""
    main = sys.modules["__main__"]
    names: dict[str, Any] = vars(main)
    held: dict[str, Any] = {name: names.pop(name) for name in ("__file__", "__spec__") if name in names}
    names["__spec__"] = None
    try:
        yield
    finally:
        del names["__spec__"]
        names.update(held)


@contextmanager
def _interruption_asked() -> Iterator[threading.Event]:
    """An event that Ctrl-C or SIGTERM sets, once; a second one interrupts at once."""
    asked = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()

    with _handled(ask, signal.SIGINT, signal.SIGTERM):
        yield asked


@contextmanager
def _sigterm_interrupts() -> Iterator[None]:
    """Let SIGTERM end a run as Ctrl-C does."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    with _handled(interrupt, signal.SIGTERM):
        yield


@contextmanager
def _handled(how: Callable[[int, FrameType | None], None], *numbers: signal.Signals) -> Iterator[None]:
    """Let signals be handled so meanwhile. Only the main thread may set this; elsewhere nothing changes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, how) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)


__all__ = ["Progress", "Stopped", "play_missing"]
