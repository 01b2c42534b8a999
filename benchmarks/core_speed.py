"""The core rules in three manners: first whether they are the same rules, then what a world costs in each.

Core objects: `check` and `race_worlds`. A world's cost is processor time of this thread, set-up of the world included.
"""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

from agreement import FALSE_ALARM, agree, compare_samples
from core_frames import FramesCore
from core_mesa import MesaCore
from core_numpy import NumpyCore
from core_rules import QUANTITIES, Arguments, Core
from core_worlds import WorldsCore
from inputs import alike
from report import Report

ENOUGH, MOST = 2.0, 7  # seconds of repeats, and their number

MANNERS: dict[str, Callable[[Arguments, int, int], Core]] = {
    "Mesa, shuffle_do": MesaCore,
    "Mesa, do": lambda given, worlds, weeks: MesaCore(given, worlds, weeks, "do"),
    "NumPy": NumpyCore,
    "worlds": WorldsCore,
}


def manners(frames: Path | None) -> dict[str, Callable[[Arguments, int, int], Core]]:
    """All manners; mesa-frames where there is a Python that has it."""
    if frames is None:
        return MANNERS
    return {"mesa-frames": lambda given, worlds, weeks: FramesCore(frames, given, worlds, weeks)} | MANNERS


def check(live: Arguments, size: tuple[int, int | None, int], report: Report, frames: Path | None = None) -> bool:
    """Whether all manners agree in distribution, with odds raised so that every kind of move happens.

    size: worlds, households and weeks. frames: a Python that has mesa-frames.
    """
    worlds, slots, weeks = size
    given = alike(live, 1, slots, busier=5.0)
    others: dict[str, Core] = {
        "Mesa": MesaCore(given, worlds, weeks, seed=1000),
        "NumPy": NumpyCore(given, worlds, weeks, seed=2000),
    }
    if frames is not None:
        others["mesa-frames"] = FramesCore(frames, given, worlds, weeks, seed=3000)
    reference = WorldsCore(given, worlds, weeks).totals()
    found = compare_samples(reference, {name: other.totals() for name, other in others.items()}, QUANTITIES)
    agreed = agree(found)
    rows = [
        (f"{one.quantity}, {one.other}", f"{one.kernel_mean:,.4g}", f"{one.other_mean:,.4g}", f"{one.p:.3f}")
        for one in found
    ]
    note = (
        f"{'All agree' if agreed else 'THEY DO NOT AGREE'}: {worlds} worlds of {given['cell'].shape[1]} households, "
        f"{weeks} weeks, two tests per row.\nThe p-values are adjusted for the number of tests (Holm); "
        f"below {FALSE_ALARM} is an alarm, a false one in {FALSE_ALARM:.1%} of runs."
    )
    head = ("means over worlds", "worlds axis", "other", "adjusted p")
    report.add("agreement", "The same rules?", head, rows, note)
    report.figures["agreement"] = {
        "agreed": agreed, "worlds": worlds, "weeks": weeks, "alarm": FALSE_ALARM,
        "comparisons": [asdict(one) for one in found],
    }  # fmt: skip
    return agreed


def race_worlds(
    live: Arguments, sizes: Mapping[str, tuple[int, ...]], weeks: int, report: Report, frames: Path | None = None
) -> None:
    """Milliseconds a world of each manner in batches of so many worlds; `sizes` says which each manner plays."""
    given = alike(live, 1)
    known = manners(frames)
    cost = {
        name: {worlds: _cost(known[name](given, worlds, weeks), worlds) for worlds in chosen}
        for name, chosen in sizes.items()
        if name in known
    }
    others = [name for name in known if name != "worlds"]
    rows = []
    for worlds in sizes["worlds"]:
        ours, found = cost["worlds"][worlds], [cost[name].get(worlds) for name in others]
        times = [f"{cost[name].get(worlds, cost[name][max(cost[name])]) / ours:,.0f}" for name in others]
        spent = [f"{each * 1e3:,.3g}" if each is not None else "-" for each in (*found, ours)]
        rows.append((f"{worlds:,}", *spent, *times))
    head = ("worlds", *(f"{name}, ms" for name in (*others, "worlds")), *(f"times {name}" for name in others))
    note = (
        f"A world of {weeks} weeks and {given['cell'].shape[1]:,} households, set-up included. Mesa by "
        "`mesa.batch_run` in one process. Where a design was not timed with so many worlds its largest batch counts: "
        "all but the worlds axis play one world after another."
    )
    report.add("core", "What a world of the core rules costs", head, rows, note)
    report.figures["core"] = {"weeks": weeks, "seconds a world": cost}


def _cost(core: Core, worlds: int) -> float:
    """Median seconds a world over repeats."""
    spent: list[float] = []
    while not spent or (sum(spent) < ENOUGH and len(spent) < MOST):
        start = time.thread_time()
        core.totals()
        spent.append(getattr(core, "seconds", time.thread_time() - start))  # mesa-frames plays in a process of its own
    return statistics.median(spent) / worlds
