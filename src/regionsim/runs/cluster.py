"""Batches on a Dask cluster: each is a task that writes its own parts and returns only their digests.

Core objects: `play_on_cluster`, and `each_on_cluster` for other work. The workers must see the run folder under the
same path and have this version of regionsim. Tasks are idempotent: if a worker is lost, another plays its task.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from regionsim.errors import InputError, RunInterrupted, argument, install_line

if TYPE_CHECKING:
    from regionsim.runs.worker import BatchOutcome, SharedTask

PATIENCE = 30  # seconds to wait for the scheduler


def play_on_cluster(
    address: str,
    tasks: Sequence[SharedTask],
    note: Callable[[BatchOutcome], None],
    beside: Callable[[], None],
    progress: Callable[[int, int], None],
) -> None:
    """Play all tasks on the cluster whose scheduler is at `address`, such as tcp://10.0.0.5:8786.

    beside: called once, after the tasks are submitted.

    Raises InputError if no scheduler answers or the extra is not installed, RunInterrupted if workers keep dying at the
    same batch.
    """
    try:
        from distributed import Client, as_completed
        from distributed.scheduler import KilledWorker
    except ImportError:
        raise InputError(f"{argument('dask')}: needs the extra `cluster` ({install_line('cluster')})") from None
    weeks = [task.world_weeks for task in tasks]
    done, total = 0, sum(weeks)
    progress(done, total)
    with _connected(Client, address) as client:
        sent = [
            replace(task, parts=tuple(replace(part, folder=part.folder.absolute()) for part in task.parts))
            for task in tasks
        ]
        futures = client.map(_play, sent, pure=False)
        size = dict(zip([future.key for future in futures], weeks, strict=True))
        try:
            beside()
            for future in as_completed(futures, loop=client.loop):  # type: ignore[no-untyped-call, unused-ignore]
                for outcome in future.result():
                    note(outcome)
                done += size[future.key]
                progress(done, total)
        except KilledWorker as fault:
            raise RunInterrupted(f"workers died repeatedly at the same batch: {fault}") from None
        finally:
            client.cancel(futures)


def each_on_cluster(address: str, function: Callable[[Any], Any], items: Sequence[Any]) -> Iterator[Any]:
    """What an importable function gives for each item, on the cluster at `address`, in the order of finishing.

    Raises InputError if no scheduler answers or the extra is not installed, RunInterrupted if workers keep dying.
    """
    check_cluster(address)
    from distributed import Client, as_completed
    from distributed.scheduler import KilledWorker

    with _connected(Client, address) as client:
        futures = client.map(function, list(items), pure=False)
        try:
            for future in as_completed(futures, loop=client.loop):  # type: ignore[no-untyped-call, unused-ignore]
                yield future.result()
        except KilledWorker as fault:
            raise RunInterrupted(f"workers died repeatedly at the same task: {fault}") from None
        finally:
            client.cancel(futures)


def check_cluster(address: str) -> None:
    """Raises InputError if the extra is not installed or no scheduler answers, as `play_on_cluster` would."""
    try:
        from distributed import Client
    except ImportError:
        raise InputError(f"{argument('dask')}: needs the extra `cluster` ({install_line('cluster')})") from None
    _connected(Client, address).close()


def _connected(client: Any, address: str) -> Any:
    try:
        return client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as fault:
        reason = " ".join(str(fault).split()) or type(fault).__name__
        raise InputError(f"{argument('dask')} {address}: no scheduler answers ({reason})") from None


def _play(task: SharedTask) -> tuple[BatchOutcome, ...]:
    from regionsim.runs.worker import play_task

    return play_task(task, lambda _worlds: None)
