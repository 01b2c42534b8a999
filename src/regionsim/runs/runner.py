"""Plays the batches that are missing, in this process or in a pool, and notes each as it is finished.

Core object: `play_missing`. An interruption (Ctrl-C, SIGTERM), a full disk or a dead process leaves every finished
batch noted in the manifest; the same command goes on from there.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import Any

from regionsim.errors import RegionsimError, RunInterrupted, scarce
from regionsim.runs.cluster import play_on_cluster
from regionsim.runs.planning import BASE_BYTES, bytes_per_world, disk_of
from regionsim.runs.settings import Progress
from regionsim.runs.worker import BatchOutcome, BatchTask, Stopped, play_in_worker, play_task, start_worker

_LOOK_EVERY = 0.2  # seconds between looks at the pool
_ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGXCPU") if hasattr(signal, name))


def play_missing(
    tasks: Sequence[BatchTask],
    workers: int,
    note: Callable[[BatchOutcome], None],
    beside: Callable[[], None],
    progress: Progress | None = None,
    dask: str | None = None,
) -> None:
    """Play all tasks; `note` is called in this process with each outcome, at once. dask: address of a scheduler.

    beside: called once too: by a process of the pool, so it must pickle, or else in this process.

    Raises RunInterrupted (Ctrl-C, SIGTERM, SIGHUP, full disk, dead process) or RegionsimError (a batch failed as a
    whole).
    """
    finished = 0

    def counted(outcome: BatchOutcome) -> None:
        nonlocal finished
        note(outcome)
        finished += 1

    def kept() -> str:
        return f"{finished} of {len(tasks)} batches were finished and are kept; the same command goes on from there"

    play = _in_pool if workers > 1 else _in_process
    progress = progress or (lambda _done, _total: None)
    try:
        with _ending_interrupts():
            if dask is not None:
                play_on_cluster(dask, tasks, counted, beside, progress)
            else:
                play(tasks, workers, counted, beside, progress)
    except KeyboardInterrupt:
        raise RunInterrupted(f"interrupted: {kept()}") from None
    except BrokenProcessPool:
        why = f"a worker process died, perhaps for want of memory (fewer --workers?); {_needs(tasks, workers)}"
        raise RunInterrupted(f"{why}: {kept()}") from None
    except RegionsimError:
        raise
    except Exception as fault:
        what = scarce(fault)
        if what is None and isinstance(fault, OSError):
            what = f"a result cannot be written ({fault})"
        if what is not None:
            raise RunInterrupted(f"{tasks[0].folder}: {what}; {_needs(tasks, workers)}: {kept()}") from fault
        raise RegionsimError(f"a batch failed with {type(fault).__name__}: {fault}; {kept()}") from fault


def _needs(tasks: Sequence[BatchTask], workers: int) -> str:
    """What the batches take, in words: disk for all of them, and memory at a time."""
    runs: dict[tuple[Any, ...], list[int]] = {}
    for task in tasks:
        runs.setdefault((task.folder, task.scenario.weeks, task.record_all), []).append(len(task.worlds))
    disk = sum(disk_of(batches, weeks, record_all) for (_, weeks, record_all), batches in runs.items()) / 1e6
    most = max(bytes_per_world(task.scenario.weeks, task.record_all) * len(task.worlds) for task in tasks)
    memory = workers * (BASE_BYTES + most) / 1e9
    return f"needed: about {disk:.1f} MB of disk, {memory:.1f} GB of memory"


def _in_process(
    tasks: Sequence[BatchTask],
    _workers: int,
    note: Callable[[BatchOutcome], None],
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
    tasks: Sequence[BatchTask],
    workers: int,
    note: Callable[[BatchOutcome], None],
    beside: Callable[[], None],
    progress: Progress,
) -> None:
    """Spawned, not forked: a forked pool can hang after numba has run threads."""
    context = multiprocessing.get_context("spawn")
    with _interruption_asked() as asked:
        _play_in_pool(context, asked, (tasks, workers, note, beside, progress))
    if asked.is_set():
        raise KeyboardInterrupt


def _play_in_pool(context: Any, asked: EndRequest, work: tuple[Any, ...]) -> None:
    tasks, workers, note, beside, progress = work
    with _starting():
        _start_tracker()
        # without locks: a process that is killed in the middle of a week would leave them taken for ever
        played, stop = context.RawArray("q", len(tasks)), context.RawValue("b", 0)
    total = _world_weeks(tasks)
    progress(0, total)
    with ProcessPoolExecutor(workers, context, initializer=start_worker, initargs=(played, stop)) as pool:
        asked.at_second = partial(_end_processes, pool)
        left: set[Future[BatchOutcome]] = set()
        try:
            with _starting():
                first = pool.submit(beside)
                for place, task in enumerate(tasks):
                    left.add(pool.submit(play_in_worker, task, place))
            while left or not first.done():
                looked_at: set[Future[Any]] = {*left} or {first}
                for future in wait(looked_at, _LOOK_EVERY, FIRST_COMPLETED).done & left:
                    left.discard(future)
                    note(future.result())
                progress(sum(played), total)
                if asked.is_set():
                    raise KeyboardInterrupt
            first.result()
        except BaseException as fault:
            stop.value = 1
            _keep_finished(left, note)
            if asked.is_set() and isinstance(fault, BrokenProcessPool):  # the signal went to the whole group
                raise KeyboardInterrupt from None
            raise


def _end_processes(pool: ProcessPoolExecutor) -> None:
    """Do not wait for the week that each process is in, or for its kernels."""
    for process in list((getattr(pool, "_processes", None) or {}).values()):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            process.kill()


def _keep_finished(left: set[Future[BatchOutcome]], note: Callable[[BatchOutcome], None]) -> None:
    """Once the pool is told to stop: call off what has not begun, and note the batches that were finished meanwhile."""
    begun = [future for future in left if not future.cancel()]
    for future in wait(begun).done:
        if future.exception() is None:
            note(future.result())


def _world_weeks(tasks: Sequence[BatchTask]) -> int:
    return sum(len(task.worlds) * task.scenario.weeks for task in tasks)


def _start_tracker() -> None:
    """Start the process in which Python keeps track of a pool's semaphores, so that it is deaf from the start.

    Left to itself it starts with the pool's first lock, dies of a SIGHUP to the whole group, and prints a traceback for
    each lock when it is started again. It also lets Ctrl-C through to what is started just after it.
    """
    if os.name == "posix":
        from multiprocessing import resource_tracker

        resource_tracker.ensure_running()


@contextmanager
def _starting() -> Iterator[None]:
    """Start processes that need nothing of this one's surroundings and are not reached by what is meant for it.

    The user's script is not imported again, as it may have no guard; a `types.py` in the working folder is not taken
    for Python's own; and Ctrl-C, which goes to all processes of a terminal, is heeded by the parent alone.
    """
    main = sys.modules["__main__"]
    names: dict[str, Any] = vars(main)
    held: dict[str, Any] = {name: names.pop(name) for name in ("__file__", "__spec__") if name in names}
    names["__spec__"] = None
    safe = os.environ.get(_SAFE_PATH)
    os.environ[_SAFE_PATH] = "1"
    try:
        with _held_back():
            yield
    finally:
        if safe is None:
            os.environ.pop(_SAFE_PATH, None)
        else:
            os.environ[_SAFE_PATH] = safe
        del names["__spec__"]
        names.update(held)


_SAFE_PATH = "PYTHONSAFEPATH"


@contextmanager
def _held_back() -> Iterator[None]:
    """Hold signals back meanwhile: this process gets them afterwards, and those started here inherit that they do not.

    Not SIGTERM, by which a pool ends processes of its own.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    kept = {one for one in _ENDING if one is not signal.SIGTERM}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, kept)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class EndRequest:
    """Whether an end was asked for by a signal, and what a second one does."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self.at_second: Callable[[], None] = lambda: None

    def is_set(self) -> bool:
        """Whether it was asked for."""
        return self._event.is_set()

    def ask(self, _number: int, _frame: FrameType | None) -> None:
        """A signal has come."""
        if self._event.is_set():
            self.at_second()
        self._event.set()


@contextmanager
def _interruption_asked() -> Iterator[EndRequest]:
    """Set by Ctrl-C, SIGTERM or SIGHUP, and obeyed between looks at the pool; a second one ends the processes at once.

    Raised at any line, an interruption could leave one of the pool's locks taken for ever.
    """
    asked = EndRequest()
    with _handled(asked.ask, *_ENDING):
        yield asked


@contextmanager
def _ending_interrupts() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end a run as Ctrl-C does."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    with _handled(interrupt, *(one for one in _ENDING if one is not signal.SIGINT)):
        yield


@contextmanager
def _handled(how: Callable[[int, FrameType | None], None], *numbers: signal.Signals) -> Iterator[None]:
    """Let signals be handled so meanwhile, but those that are ignored, as by nohup.

    Only the main thread may set this; elsewhere nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in numbers}
    taken = {number: handler for number, handler in before.items() if handler not in (signal.SIG_IGN, None)}
    for number in taken:
        signal.signal(number, how)
    try:
        yield
    finally:
        for number, handler in taken.items():
            signal.signal(number, handler)


__all__ = ["Progress", "Stopped", "play_missing"]
