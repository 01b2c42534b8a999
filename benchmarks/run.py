"""Speed of regionsim in one run: whole runs, start times, the two kernels beside other ways and beside limits.

Run: ./dev python benchmarks/run.py [--quick] [--json FILE]. Medians of repeats; compile time apart; contenders take
turns. The household rule is checked to agree in distribution between its three implementations before speeds are
compared; if they do not agree, the exit code is 1. What the figures mean: docs/performance.md.
"""

import argparse
import json
import os
import platform
import statistics
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import agreement
import limits
from inputs import Arguments, KernelHouseholds, KernelTraders, alike, calls
from measuring import Contender, Rate, millions, race, table
from mesa_households import MesaHouseholds
from numpy_households import NumpyHouseholds
from whole_runs import Played, play_worlds, starts

WEEKS_BEFORE = 30  # played before the kernels' inputs are taken


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    worlds: dict[int, int]  # worlds in a batch -> repeats
    end: str | None
    cold: bool
    repeats: int
    agree_copies: int
    agree_slots: int | None


FULL = Plan({1: 5, 100: 3, 1000: 1}, None, True, 31, 200, None)
QUICK = Plan({1: 1, 100: 1, 1000: 1}, "2025-12-01", False, 5, 60, 600)


def main() -> int:
    """Measure, print, perhaps write JSON."""
    parser = argparse.ArgumentParser(description="Speed of regionsim, measured side by side in one run.")
    parser.add_argument("--quick", action="store_true", help="about half a minute: short runs, few repeats")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    options = parser.parse_args()
    plan = QUICK if options.quick else FULL
    report: dict[str, Any] = {"machine": machine()}
    print(", ".join(f"{name} {value}" for name, value in report["machine"].items()), end="\n\n", flush=True)
    agreed = check_agreement(plan, report)
    compare_kernels(plan, report)
    measure_starts(plan, report)
    measure_runs(plan, report)
    report["machine"]["load after"] = load()
    print(f"load after: {load()}")
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0 if agreed else 1


def machine() -> dict[str, Any]:
    """Where this was measured, and what else was going on there."""
    return {"Python": platform.python_version(), "cores": os.cpu_count(), "load": load(), "system": platform.platform()}


def load() -> str:
    """Runnable programs over the last minute, where the system says."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def check_agreement(plan: Plan, report: dict[str, Any]) -> bool:
    """Kernel, Mesa and NumPy on worlds alike, amid expulsions, with odds raised so that every kind of move happens."""
    live, _ = calls(1, WEEKS_BEFORE, "forced_repatriation")
    given, weeks = alike(live, plan.agree_copies, plan.agree_slots, busier=5.0), 6
    others = {"Mesa": MesaHouseholds(given, weeks, seed=100), "NumPy": NumpyHouseholds(given, weeks)}
    found = agreement.compare(KernelHouseholds(given, weeks), others)
    agreed, least = agreement.agree(found), agreement.threshold(len(found))
    rows = [
        (f"{one.quantity}, {one.other}", f"{one.kernel_mean:,.0f}", f"{one.other_mean:,.0f}", f"{one.p:.4f}")
        for one in found
    ]
    worlds, slots = given["cell"].shape
    note = (
        f"{'All agree' if agreed else 'THEY DO NOT AGREE'}: {worlds} worlds of {slots} households, {weeks} weeks; "
        f"two tests a row,\nan alarm below p = {least:.1e}: a false one comes in {agreement.FALSE_ALARM:.1%} of runs."
    )
    print(table("Same rule? Persons moved in a world, means", ("", "kernel", "other", "p"), rows, note), flush=True)
    report["agreement"] = {
        "agreed": agreed, "worlds": worlds, "households": slots, "weeks": weeks, "threshold": least,
        "comparisons": [asdict(one) for one in found],
    }  # fmt: skip
    return agreed


def compare_kernels(plan: Plan, report: dict[str, Any]) -> None:
    """The kernels beside Mesa and NumPy, and beside the limits of the core, in turns."""
    taken = {worlds: calls(worlds, WEEKS_BEFORE) for worlds in (1, 100, 1000)}
    contenders = household_contenders(taken) | trader_contenders(taken) | limits.contenders()
    rates = race(contenders, plan.repeats)
    medians = {name: rate.median for name, rate in rates.items()}
    rows = [(name, *figures(rate), *times_mesa(rate, rates)) for name, rate in rates.items() if "households" in name]
    head = ("million household-weeks a second, one thread", "median", "quartiles", "times do", "times shuffle_do")
    print(table("Households", head, rows))
    traders = [(name, *figures(rate)) for name, rate in rates.items() if name.startswith("traders")]
    print(table("Traders", ("million trader-weeks a second, one thread", "median", "quartiles"), traders))
    report["rates"] = {name: rate.json() for name, rate in rates.items()}
    report["ceilings"] = ceilings(medians, taken[100])


def ceilings(medians: dict[str, float], taken: tuple[Arguments, Arguments]) -> dict[str, Any]:
    """Print the limits of this core, what they allow, and which one binds."""
    rows = [
        (name, f"{rate / 1e9:.2f}", "GB/s" if "triad" in name else "billion a second")
        for name, rate in medians.items()
        if name.startswith(("triad", "Philox"))
    ]
    print(table("Limits of the same core", ("", "median", ""), rows))
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
    note = "The lowest limit binds; what is left is branches, gathers and sums in order."
    print(table("Ceilings", ("million updates a second", "at most", "reached"), rows, note), flush=True)
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


def measure_starts(plan: Plan, report: dict[str, Any]) -> None:
    """Start times."""
    report["starts"] = starts(plan.cold)
    rows = [(name, f"{seconds:.2f}") for name, seconds in report["starts"].items()]
    print(table("Starts, seconds of a whole process", ("", "s"), rows), flush=True)


def measure_runs(plan: Plan, report: dict[str, Any]) -> None:
    """Whole runs of status_quo."""
    played = [play_worlds(worlds, repeats, plan.end) for worlds, repeats in plan.worlds.items()]
    title = f"Whole runs: status_quo, {played[0].weeks} weeks, played in one process and one batch"
    head = ("worlds", "worlds/s", "world-weeks/s", "wall s", "processor s", "peak MB", "repeats")
    print(table(title, head, [_played_row(one) for one in played]), flush=True)
    report["runs"] = [asdict(one) for one in played]


def _played_row(one: Played) -> tuple[str, ...]:
    wall, processor = statistics.median(one.wall), statistics.median(one.processor)
    peak = "unknown" if one.peak_mb is None else f"{one.peak_mb:,.0f}"
    rate = one.worlds / wall
    return (
        f"{one.worlds:,}",
        f"{rate:.3g}",
        f"{rate * one.weeks:,.0f}",
        f"{wall:.2f}",
        f"{processor:.2f}",
        peak,
        str(len(one.wall)),
    )


if __name__ == "__main__":
    sys.exit(main())
