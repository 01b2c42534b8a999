"""Builds a library: learns every lever, then measures the error of estimates. Finished levers are kept.

Core object: `build`. Levers are learned a few at a time, in this process, in several or on a Dask cluster; shard i of n
learns every n-th lever, and who comes without a shard learns the rest and measures.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from regionsim.errors import RunInterrupted, same_again
from regionsim.runs.cluster import each_on_cluster
from regionsim.runs.planning import pool_size
from regionsim.runs.worker import follow_parent
from regionsim.views.explore import held_out
from regionsim.views.explore.library import Library
from regionsim.views.explore.question import Start

_TOGETHER = 3  # levers simulated side by side

type Progress = Callable[[int, int], None]


def build(
    library: Library, *, out: Path, workers: int | None = None, dask: str | None = None,
    shard: tuple[int, int] | None = None, progress: Progress = lambda _done, _total: None,
) -> None:  # fmt: skip
    """Learn what is missing and measure. progress: called with hundredths of groups done, and of all.

    dask: address of a scheduler whose workers see the folder `out`.

    Raises RunInterrupted after Ctrl-C: the same command goes on from there.
    """
    mine = library.levers if shard is None else library.levers[shard[0] - 1 :: shard[1]]
    missing = [lever for lever in mine if library.effects(lever) is None]
    groups = [missing[k : k + _TOGETHER] for k in range(0, len(missing), _TOGETHER)]
    measuring = shard is None and library.held_out() is None
    total = 100 * (len(groups) + (held_out.COMBINATIONS // 9 + 1 if measuring else 0))
    try:
        library.play_base(lambda: False)
        if dask is None:
            _learn(library, groups, pool_size(len(groups), workers), out, lambda done: progress(int(100 * done), total))
        else:
            tasks = [(library.start, out.absolute(), library.worlds, group) for group in groups]
            for done, _ in enumerate(each_on_cluster(dask, _learn_task, tasks), 1):
                progress(100 * done, total)
        if measuring:
            rest = total - 100 * len(groups)
            library.keep_held_out(
                held_out.measure(library, progress=lambda s: progress(int(total - rest * (1 - s)), total))
            )
    except KeyboardInterrupt:
        known = len(library.known())
        raise RunInterrupted(
            f"interrupted: {known} of {len(library.levers)} levers are learned and kept; {same_again()} goes on"
        ) from None


def _learn(
    library: Library, groups: list[list[str]], workers: int, out: Path, progress: Callable[[float], None]
) -> None:
    if workers < 2:
        for place, group in enumerate(groups):
            library.learn_all(group, lambda share, place=place: progress(place + share), lambda: False)  # type: ignore[misc]
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, initializer=follow_parent) as pool:
        tasks = [pool.submit(_learn_there, library.start, out, library.worlds, group) for group in groups]
        try:
            for done, task in enumerate(as_completed(tasks), 1):
                task.result()
                progress(done)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _learn_task(task: tuple[Start, Path, int, list[str]]) -> None:
    _learn_there(*task)


def _learn_there(start: Start, out: Path, worlds: int, levers: list[str]) -> None:
    Library(start, out, worlds).learn_all(levers, lambda _share: None, lambda: False)
