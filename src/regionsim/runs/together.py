"""Runs that are played together: whose batches share the fixed cost of a week, and what that takes.

Core objects: `shared` (batches put side by side) and `planned_together`. Runs keep their own folders, batches and bits;
only the work is shared, between runs with the same engine, record, start, end and seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from regionsim.runs.planning import (
    BATCH_BYTES,
    MOST_WORLDS,
    Plan,
    batch_ranges,
    bytes_per_world,
    pool_size,
    seconds_of_all,
    warnings_of,
)
from regionsim.runs.worker import BatchTask, SharedTask

if TYPE_CHECKING:
    from regionsim.runs.settings import PlaySettings


def shared(tasks: Sequence[BatchTask], workers: int | None) -> list[SharedTask]:
    """The tasks, those of several runs side by side where they can be; as many together as a batch of one run has."""
    if len({task.folder for task in tasks}) < 2:
        return [SharedTask((task,)) for task in tasks]
    groups: dict[Any, list[BatchTask]] = {}
    for task in tasks:
        scenario = task.scenario
        clock = scenario.start, scenario.end, scenario.seed, scenario.timeline != "none"
        apart = () if task.engine.together else (id(task),)
        groups.setdefault((task.engine, task.record_all, task.observed, *clock, *apart), []).append(task)
    return [SharedTask(parts) for group in groups.values() for parts in _packed(group, workers)]


def _packed(tasks: Sequence[BatchTask], workers: int | None) -> list[tuple[BatchTask, ...]]:
    """Tasks of one clock in groups of about equal numbers of worlds."""
    scenario, record_all = tasks[0].scenario, tasks[0].record_all
    per_world, total = bytes_per_world(scenario.weeks, record_all), sum(len(task.worlds) for task in tasks)
    most = max(MOST_WORLDS, BATCH_BYTES // per_world)
    size = max(map(len, batch_ranges(0, total, per_world, workers, scenario.weeks)))
    packs: list[list[BatchTask]] = [[]]
    worlds = 0
    for task in tasks:
        if packs[-1] and (worlds >= size or worlds + len(task.worlds) > most):
            packs.append([])
            worlds = 0
        packs[-1].append(task)
        worlds += len(task.worlds)
    return [tuple(pack) for pack in packs]


def sizes_together(plans: Sequence[Plan], settings: PlaySettings) -> dict[int, list[int]]:
    """Weeks -> numbers of worlds of the batches in which runs of these plans are played."""
    sizes: dict[int, list[int]] = {}
    for plan in plans:
        sizes.setdefault(plan.weeks, []).extend(map(len, plan.batches))
    if len(plans) < 2 or not settings.engine.together:
        return sizes
    return {
        weeks: list(
            map(len, batch_ranges(0, sum(some), bytes_per_world(weeks, settings.record_all), settings.workers, weeks))
        )
        for weeks, some in sizes.items()
    }


def seconds_together(plans: Sequence[Plan], settings: PlaySettings) -> tuple[int, float]:
    """Processes that play the runs of these plans, and the seconds they are estimated to take."""
    sizes = sizes_together(plans, settings)
    processes = pool_size(sum(map(len, sizes.values())), settings.workers)
    return processes, seconds_of_all(sizes, processes, settings.folder)


def planned_together(name: str, plans: Sequence[Plan], settings: PlaySettings) -> Plan:
    """The plans of runs that are played together, as one."""
    batches = tuple(batch for plan in plans for batch in plan.batches)
    processes, seconds = seconds_together(plans, settings)
    return replace(
        max(plans, key=lambda plan: plan.weeks),
        name=name,
        worlds=sum(plan.worlds for plan in plans),
        finished=sum(plan.finished for plan in plans),
        batches=batches,
        workers=processes,
        memory=max(plan.memory for plan in plans),
        disk=sum(plan.disk for plan in plans),
        seconds=seconds,
        warnings=warnings_of(plans),
    )
