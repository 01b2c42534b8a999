"""Plays missing batches, in this process or in a pool, and records each as it finishes.

Core object: `play_missing`. After an interruption (Ctrl-C, SIGTERM), a full disk or a dead process, every finished
batch is in the manifest; the same command continues from there.
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

from regionsim.errors import RegionsimError, RunInterrupted, argument, same_again, scarce
from regionsim.runs.cluster import play_on_cluster
from regionsim.runs.planning import BASE_BYTES, bytes_per_world, disk_of
from regionsim.runs.settings import Progress
from regionsim.runs.worker import BatchOutcome, SharedTask, Stopped, play_in_worker, play_task, start_worker

_LOOK_EVERY = 0.2  # seconds between looks at the pool
_ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGXCPU") if hasattr(signal, name))


def play_missing(
    tasks: Sequence[SharedTask],
    workers: int,
    note: Callable[[BatchOutcome], None],
    beside: Callable[[], None],
    progress: Progress | None = None,
    dask: str | None = None,
) -> None:
    """Play all tasks; `note` is called in this process with each outcome, at once. dask: address of a scheduler.

    beside: called once, in a process of the pool (so it must pickle) or in this process.

    Raises RunInterrupted (Ctrl-C, SIGTERM, SIGHUP, full disk, dead process) or RegionsimError (a whole batch failed).
    """
    finished = 0

    def counted(outcome: BatchOutcome) -> None:
        nonlocal finished
        note(outcome)
        finished += 1

    def progress_note() -> str:
        count = sum(len(task.parts) for task in tasks)
        return f"{finished} of {count} batches are finished and kept; {same_again()} goes on from there"

    play = _in_pool if workers > 1 else _in_process
    progress = progress or (lambda _done, _total: None)
    try:
        with _ending_interrupts():
            if dask is not None:
                play_on_cluster(dask, tasks, counted, beside, progress)
            else:
                play(tasks, workers, counted, beside, progress)
    except KeyboardInterrupt:
        raise RunInterrupted(f"interrupted: {progress_note()}") from None
    except BrokenProcessPool:
        remedy = f"fewer {argument('workers')}?"
        why = f"a worker process died, perhaps from lack of memory ({remedy}); {_needs(tasks, workers)}"
        raise RunInterrupted(f"{why}: {progress_note()}") from None
    except RegionsimError:
        raise
    except Exception as fault:
        what = scarce(fault)
        if what is None and isinstance(fault, OSError):
            what = f"a result cannot be written ({fault})"
        if what is not None:
            folder, needed = tasks[0].parts[0].folder, _needs(tasks, workers)
            raise RunInterrupted(f"{folder}: {what}; {needed}: {progress_note()}") from fault
        raise RegionsimError(f"a batch failed with {type(fault).__name__}: {fault}; {progress_note()}") from fault


def _needs(tasks: Sequence[SharedTask], workers: int) -> str:
    """What the batches need, in words: disk for all of them, and memory at one time."""
    runs: dict[tuple[Any, ...], list[int]] = {}
    for part in (part for task in tasks for part in task.parts):
        runs.setdefault((part.folder, part.scenario.weeks, part.record_all), []).append(len(part.worlds))
    disk = sum(disk_of(batches, weeks, record_all) for (_, weeks, record_all), batches in runs.items()) / 1e6
    firsts = [(task.worlds, task.parts[0]) for task in tasks]
    most = max(bytes_per_world(part.scenario.weeks, part.record_all) * worlds for worlds, part in firsts)
    memory = workers * (BASE_BYTES + most) / 1e9
    return f"needed: about {disk:.1f} MB of disk, {memory:.1f} GB of memory"


def _in_process(
    tasks: Sequence[SharedTask],
    _workers: int,
    note: Callable[[BatchOutcome], None],
    beside: Callable[[], None],
    progress: Progress,
) -> None:
    total, done = _world_weeks(tasks), 0
    progress(done, total)
    beside()
    for task in tasks:

        def on_worlds(worlds: int) -> None:
            nonlocal done
            done += worlds
            progress(done, total)

        for outcome in play_task(task, on_worlds):
            note(outcome)


def _in_pool(
    tasks: Sequence[SharedTask],
    workers: int,
    note: Callable[[BatchOutcome], None],
    beside: Callable[[], None],
    progress: Progress,
) -> None:
    """Play in a pool of spawned processes: a forked pool can hang after numba has run threads."""
    context = multiprocessing.get_context("spawn")
    with _end_requested() as request:
        _play_in_pool(context, request, (tasks, workers, note, beside, progress))
    if request.is_set():
        raise KeyboardInterrupt


def _play_in_pool(context: Any, request: EndRequest, work: tuple[Any, ...]) -> None:
    tasks, workers, note, beside, progress = work
    with _starting():
        _start_tracker()
        # without locks: a process killed in the middle of a week would hold them for ever
        played, stop = context.RawArray("q", len(tasks)), context.RawValue("b", 0)
    total = _world_weeks(tasks)
    progress(0, total)
    with ProcessPoolExecutor(workers, context, initializer=start_worker, initargs=(played, stop)) as pool:
        request.at_second = partial(_end_processes, pool)
        left: set[Future[tuple[BatchOutcome, ...]]] = set()
        try:
            with _starting():
                first = pool.submit(beside)
                for place, task in enumerate(tasks):
                    left.add(pool.submit(play_in_worker, task, place))
            while left or not first.done():
                looked_at: set[Future[Any]] = {*left} or {first}
                for future in wait(looked_at, _LOOK_EVERY, FIRST_COMPLETED).done & left:
                    left.discard(future)
                    for outcome in future.result():
                        note(outcome)
                progress(sum(played), total)
                if request.is_set():
                    raise KeyboardInterrupt
            first.result()
        except BaseException as fault:
            stop.value = 1
            _keep_finished(left, note)
            if request.is_set() and isinstance(fault, BrokenProcessPool):  # the signal went to the whole group
                raise KeyboardInterrupt from None
            raise


def _end_processes(pool: ProcessPoolExecutor) -> None:
    """Kill the processes of a pool, without waiting for their week or kernels to end."""
    for process in list((getattr(pool, "_processes", None) or {}).values()):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            process.kill()


def _keep_finished(left: set[Future[tuple[BatchOutcome, ...]]], note: Callable[[BatchOutcome], None]) -> None:
    """After the order to stop: cancel what has not begun, and note batches that finished meanwhile."""
    begun = [future for future in left if not future.cancel()]
    for future in wait(begun).done:
        if future.exception() is None:
            for outcome in future.result():
                note(outcome)


def _world_weeks(tasks: Sequence[SharedTask]) -> int:
    return sum(task.world_weeks for task in tasks)


def _start_tracker() -> None:
    """Start the process in which Python tracks a pool's semaphores, with signals blocked.

    Otherwise it starts with the pool's first lock, dies of a SIGHUP to the whole group, and prints a traceback for each
    lock when it is restarted. It also lets Ctrl-C through to processes started just after it.
    """
    if os.name == "posix":
        from multiprocessing import resource_tracker

        resource_tracker.ensure_running()


@contextmanager
def _starting() -> Iterator[None]:
    """Start processes that do not depend on this process's environment and do not receive its signals.

    The user's script is not imported again, as it may lack a main guard; a `types.py` in the working folder does not
    shadow Python's own; and only the parent handles Ctrl-C, which goes to all processes of a terminal.
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
    """Block signals inside the block: this process gets them afterwards; processes started here inherit the block.

    SIGTERM is not blocked: a pool uses it to end its own processes.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    blocked = {number for number in _ENDING if number is not signal.SIGTERM}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, blocked)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class EndRequest:
    """Whether a signal has requested an end, and what a second signal does."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self.at_second: Callable[[], None] = lambda: None

    def is_set(self) -> bool:
        """Whether an end was requested."""
        return self._event.is_set()

    def ask(self, _number: int, _frame: FrameType | None) -> None:
        """Handle a signal."""
        if self._event.is_set():
            self.at_second()
        self._event.set()


@contextmanager
def _end_requested() -> Iterator[EndRequest]:
    """A request set by Ctrl-C, SIGTERM or SIGHUP and handled between polls of the pool; a second signal kills at once.

    An interruption raised at any line could leave one of the pool's locks held for ever.
    """
    request = EndRequest()
    with _handled(request.ask, *_ENDING):
        yield request


@contextmanager
def _ending_interrupts() -> Iterator[None]:
    """Make SIGTERM and SIGHUP end a run as Ctrl-C does."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    with _handled(interrupt, *(number for number in _ENDING if number is not signal.SIGINT)):
        yield


@contextmanager
def _handled(how: Callable[[int, FrameType | None], None], *numbers: signal.Signals) -> Iterator[None]:
    """Handle signals with `how` inside the block, except those that are ignored, for example by nohup.

    Only the main thread may set handlers; in other threads nothing changes.
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
