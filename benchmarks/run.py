"""Speed of regionsim in one run, beside an earlier commit, other ways of doing the same, and what the machine allows.

Run: ./dev python benchmarks/run.py [--quick] [--only NAME ...] [--json FILE]. A full run writes its tables into
docs/performance.md and draws docs/img/cost_curves.png (not with --quick or --no-docs). Before speeds are compared the
core rules are checked to agree in distribution between their implementations; if they do not, the exit code is 1.
"""

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import beside
import core_speed
import late_arms
import limits
import pool
import profile_weeks
from core_frames import frames_python
from inputs import Arguments, KernelHouseholds, KernelTraders, calls
from measuring import Contender, Rate, millions, race
from mesa_households import MesaHouseholds
from numpy_households import NumpyHouseholds
from report import Report
from versions import Versions
from whole_runs import Played, play_worlds

import studies

ROOT = Path(__file__).resolve().parents[1]
PAGE, PICTURE = ROOT / "docs" / "performance.md", ROOT / "docs" / "img" / "cost_curves.png"
WEEKS_BEFORE = 30  # played before the kernels' inputs are taken


@dataclass(frozen=True)
class Plan:
    """How much is measured. `end`: where runs end, or None for the scenario's own end."""

    runs: dict[int, int]  # worlds in a batch -> repeats
    end: str | None
    dask_end: str
    beside: beside.Beside
    repeats: int
    agree: tuple[int, int | None, int]  # worlds, households, weeks
    core: dict[str, tuple[int, ...]]  # manner -> worlds
    core_weeks: int
    pool: tuple[int, ...]
    dask: int
    memory: tuple[int, ...]
    profile: int
    late: tuple[int, ...]  # years in which changes begin


FULL = Plan(
    runs={1: 5, 100: 3, 1000: 1}, end=None, dask_end="2026-08-16", beside=beside.FULL, repeats=31,
    agree=(200, 1500, 26),
    core={
        "Mesa, shuffle_do": (1, 10, 100), "Mesa, do": (1, 10, 100), "mesa-frames": (1, 10, 100),
        "NumPy": (1, 10, 100), "worlds": (1, 10, 100, 1000),
    },
    core_weeks=52, pool=(200, 1000), dask=200, memory=(1_000, 10_000, 100_000), profile=1000,
    late=(2028, 2031),
)  # fmt: skip
QUICK = Plan(
    runs={1: 1, 100: 1, 1000: 1}, end="2025-12-01", dask_end="2025-10-01", beside=beside.QUICK, repeats=5,
    agree=(60, 300, 12),
    core={
        "Mesa, shuffle_do": (1,), "Mesa, do": (1,), "mesa-frames": (1,), "NumPy": (1, 10), "worlds": (1, 10, 100, 1000),
    },
    core_weeks=8, pool=(100,), dask=50, memory=(1_000,), profile=100, late=(2026,),
)  # fmt: skip


def main() -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description="Speed of regionsim, measured side by side in one run.")
    parser.add_argument("--quick", action="store_true", help="a minute or two: short runs, few repeats")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="measure these parts only")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also put the figures into this file")
    parser.add_argument("--no-docs", action="store_true", help="leave the page and the picture as they are")
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="keep the base commit and kernels here for the next part"
    )
    options = parser.parse_args()
    plan, report = QUICK if options.quick else FULL, Report()
    load_before = load()
    results: list[object] = [ALONE[name](plan, report) for name in options.only if name in ALONE]
    if beside_base := [name for name in options.only if name in BESIDE]:
        with Versions(options.keep) as versions:
            for name in beside_base:
                BESIDE[name](versions, plan.beside, report)
    report.add(
        "machine", "Machine", ("", ""), [*machine().items(), ("load before", load_before), ("load after", load())]
    )
    if options.json:
        before = json.loads(options.json.read_text(encoding="utf-8")) if options.json.exists() else {}
        options.json.write_text(json.dumps(before | report.figures, indent=2) + "\n", encoding="utf-8")
    if not options.quick and not options.no_docs:
        report.write(PAGE)
        if "curves" in options.only:
            beside.draw(report, PICTURE)
    return 1 if False in results else 0


def machine() -> dict[str, Any]:
    """Where this was measured."""
    return {"Python": platform.python_version(), "cores": os.cpu_count(), "system": platform.platform()}


def load() -> str:
    """Runnable programs over the last minute, where the system says."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def compare_core(plan: Plan, report: Report) -> bool:
    """The core rules in three manners: amid expulsions for agreement, in the status quo for speed."""
    with tempfile.TemporaryDirectory(prefix="regionsim-frames-") as folder:
        frames = frames_python(Path(folder))
        agreed = core_speed.check(calls(1, WEEKS_BEFORE, "forced_repatriation")[0], plan.agree, report, frames)
        core_speed.race_worlds(calls(1, WEEKS_BEFORE)[0], plan.core, plan.core_weeks, report, frames)
    return agreed


def compare_kernels(plan: Plan, report: Report) -> None:
    """The kernels beside Mesa and NumPy, and beside the limits of the core, in turns."""
    taken = {worlds: calls(worlds, WEEKS_BEFORE) for worlds in (1, 100, 1000)}
    rates = race(household_contenders(taken) | trader_contenders(taken) | limits.contenders(), plan.repeats)
    medians = {name: rate.median for name, rate in rates.items()}
    rows = [(name, *figures(rate), *times_mesa(rate, rates)) for name, rate in rates.items() if "households" in name]
    head = ("million household-weeks a second, one thread", "median", "quartiles", "times do", "times shuffle_do")
    report.add("households", "Households", head, rows)
    traders = [(name, *figures(rate)) for name, rate in rates.items() if name.startswith("traders")]
    report.add("traders", "Traders", ("million trader-weeks a second, one thread", "median", "quartiles"), traders)
    report.figures["rates"] = {name: rate.json() for name, rate in rates.items()}
    report.figures["ceilings"] = ceilings(medians, taken[100], report)


def ceilings(medians: dict[str, float], taken: tuple[Arguments, Arguments], report: Report) -> dict[str, Any]:
    """The limits of this core, what they allow, and which one binds."""
    rows = [
        (name, f"{rate / 1e9:.2f}", "GB/s" if "triad" in name else "billion a second")
        for name, rate in medians.items()
        if name.startswith(("triad", "Philox", "exp"))
    ]
    report.add("limits", "Limits of the same core", ("", "median", ""), rows)
    review = float(taken[1]["habits"][:, 2].mean())
    # a household: one float32 a week and one in four weeks; a trader: one float32, one float64 when reconsidering
    bound = {
        "households": limits.ceilings(medians, limits.HOUSEHOLD_BYTES, 1.25, 0.0),
        "traders": limits.ceilings(medians, limits.TRADER_BYTES, 1.0, review),
    }
    rows = []
    for name, found in bound.items():
        reached = medians[f"{name}, kernel, 100 worlds"]
        rows += [(f"{name}: {one.limit}", millions(one.rate), f"{reached / one.rate:.0%}") for one in found]
    note = "The lowest limit binds; the rest is branches, gathers and sums in order."
    report.add("ceilings", "Ceilings", ("million updates a second", "at most", "reached"), rows, note)
    return {name: [asdict(one) for one in found] for name, found in bound.items()}


def household_contenders(taken: Mapping[int, tuple[Arguments, Arguments]]) -> dict[str, Contender]:
    """One week of the same households three ways; small batches play several weeks so that the clock is fine enough."""
    return {
        "households, Mesa objects, do": MesaHouseholds(taken[1][0], 4),
        "households, Mesa objects, shuffle_do": MesaHouseholds(taken[1][0], 4, "shuffle_do"),
        "households, NumPy, 1 world": NumpyHouseholds(taken[1][0], 20),
        "households, NumPy, 100 worlds": NumpyHouseholds(taken[100][0], 2),
        "households, kernel, 1 world": KernelHouseholds(taken[1][0], 500),
        "households, kernel, 100 worlds": KernelHouseholds(taken[100][0], 10),
        "households, kernel, 1000 worlds": KernelHouseholds(taken[1000][0], 2),
    }


def trader_contenders(taken: Mapping[int, tuple[Arguments, Arguments]]) -> dict[str, Contender]:
    """Weeks of the trader kernel, over batch sizes."""
    weeks = {1: 500, 100: 10, 1000: 2}
    return {f"traders, kernel, {n} world{'s' * (n > 1)}": KernelTraders(taken[n][1], w) for n, w in weeks.items()}


def times_mesa(rate: Rate, rates: Mapping[str, Rate]) -> list[str]:
    """How many times as fast as Mesa objects, by the order in which they act."""
    return [f"{rate.times(rates[f'households, Mesa objects, {order}']):,.1f}" for order in ("do", "shuffle_do")]


def figures(rate: Rate) -> tuple[str, str]:
    """Median and quartiles in millions."""
    return millions(rate.median), "-".join(millions(one) for one in rate.quartiles)


def measure_runs(plan: Plan, report: Report) -> None:
    """Whole runs of status_quo."""
    played = [play_worlds(worlds, repeats, plan.end) for worlds, repeats in plan.runs.items()]
    title = f"Whole runs: status_quo, {played[0].weeks} weeks, played in one process and one batch"
    head = (
        "worlds",
        "seconds",
        "worlds a second",
        "world-weeks a second",
        "processor, s",
        "peak memory, MB",
        "repeats",
    )
    report.add("runs", title, head, [_played_row(one) for one in played])
    report.figures["runs"] = [asdict(one) for one in played]


def _played_row(one: Played) -> tuple[str, ...]:
    wall, processor = statistics.median(one.wall), statistics.median(one.processor)
    peak = "unknown" if one.peak_mb is None else f"{one.peak_mb:,.0f}"
    rate = one.worlds / wall
    return (
        f"{one.worlds:,}",
        f"{wall:.2f}",
        f"{rate:.3g}",
        f"{rate * one.weeks:,.0f}",
        f"{processor:.2f}",
        peak,
        str(len(one.wall)),
    )


ALONE: dict[str, Callable[[Plan, Report], bool | None]] = {
    "core": compare_core,
    "kernels": compare_kernels,
    "runs": measure_runs,
    "pool": lambda plan, report: pool.measure_pool(plan.pool, plan.end, report),
    "dask": lambda plan, report: pool.measure_dask(plan.dask, plan.dask_end, report),
    "memory": lambda plan, report: studies.measure(plan.memory, report),
    "late": lambda plan, report: late_arms.measure(
        plan.late, 32, 3 if plan.end is None else 1, "2026-06-01" if plan.end else None, report
    ),
    "profile": lambda plan, report: profile_weeks.measure(plan.profile, plan.end, report),
}
BESIDE: dict[str, Callable[[Versions, beside.Beside, Report], None]] = {
    "weeks": beside.weeks,
    "both kernels": beside.kernels,
    "why": beside.why,
    "starts": beside.starts,
    "curves": beside.curves,
    "differences": beside.differences,
}
PARTS = [*BESIDE, *ALONE]


if __name__ == "__main__":
    sys.exit(main())
