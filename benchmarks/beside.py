"""The present package beside the base commit: weeks, kernels, `why`, starts, curves of cost, paired differences.

Core objects: `Beside` (how much is measured) and one function for each part, which adds its table. Contenders take
turns; a turn's ratio compares what was measured within seconds of each other.
"""

import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from measuring import millions
from report import Report
from versions import BASE, Pair, Version, Versions, quartiles

GOALS = {1: 2.5, 32: 2.5, 1000: 3.0}
"""Times as fast as the base, by worlds in a batch."""
BEFORE = 30  # weeks before the kernels' inputs are taken
HEAD = (f"{BASE}", "now", "times as fast", "quartiles")
SIX = "trade_push"
LEVERS_FROM = "2025-08-18"
CHANGE = "levers.trade_facilitation={intensity: 0.8, from: 2025-09-01}"
TWELVE = (
    "trade_volume", "trade_bilateral", "trade_transit", "attacks", "fatalities", "closure_days", "perishable_loss",
    "refugees_in_pakistan", "returns", "trust_pakistan", "trust_afghanistan", "poverty_rate_border",
)  # fmt: skip


@dataclass(frozen=True)
class Beside:
    """How much is measured. A block of weeks is a turn."""

    passes: dict[int, int]  # worlds in a batch -> whole plays of each version
    block: int
    end: str | None
    kernel_turns: int
    starts: int
    cold: int
    why: tuple[tuple[int, str | None, int], ...]  # worlds, end, turns
    curve_weeks: int
    curve_turns: int
    curves: dict[str, tuple[int, ...]]
    differences: int  # worlds


FULL = Beside(
    passes={1: 3, 32: 3, 100: 2, 1000: 1}, block=52, end=None, kernel_turns=21, starts=9, cold=3,
    why=((50, None, 1), (50, "2026-08-17", 3)), curve_weeks=26, curve_turns=3,
    curves={
        "worlds": (1, 10, 50, 100, 200, 500, 1000), "households": (500, 1000, 2000, 4000, 8000, 16000),
        "traders": (250, 500, 1000, 2000, 4000), "levers": (0, 1, 2, 4, 8, 16),
    },
    differences=400,
)  # fmt: skip
QUICK = Beside(
    passes={1: 1, 32: 1}, block=4, end="2025-12-01", kernel_turns=3, starts=2, cold=0, why=((2, "2025-10-01", 1),),
    curve_weeks=4, curve_turns=1,
    curves={"worlds": (1, 50, 100), "households": (500, 2000), "traders": (250, 1000), "levers": (0, 4)},
    differences=20,
)  # fmt: skip


def weeks(versions: Versions, plan: Beside, report: Report) -> None:
    """Whole plays of the status quo in one batch, block by block."""
    rows, sets = [], [f"end={plan.end}"] if plan.end else []
    for worlds, passes in plan.passes.items():
        spent: dict[str, list[float]] = {version.name: [] for version in versions}
        whole: dict[str, list[float]] = {version.name: [] for version in versions}
        for _ in range(passes):
            opened = {
                v.name: v.ask("open", name="weeks", worlds=worlds, scenario="status_quo", sets=sets) for v in versions
            }
            total = {name: float(answer["seconds"]) for name, answer in opened.items()}
            count = min(int(answer["weeks"]) for answer in opened.values())
            for k, first in enumerate(range(0, count, plan.block)):
                block = min(plan.block, count - first)
                for version in tuple(versions)[:: 1 if k % 2 else -1]:
                    took = float(version.ask("step", name="weeks", weeks=block)["seconds"])
                    total[version.name] += took
                    if block == plan.block:
                        spent[version.name].append(took / block)
            for version in versions:
                whole[version.name].append(total[version.name])
                version.ask("close", name="weeks")
        pair = Pair(tuple(spent[versions.base.name]), tuple(spent[versions.now.name]))
        runs = [statistics.median(whole[version.name]) for version in versions]
        goal = f"{GOALS[worlds]:.1f}" if worlds in GOALS else ""
        rows.append((f"{worlds:,}", *pair.cells(1e3), goal, *(f"{seconds:.3g}" for seconds in runs)))
        report.figures[f"weeks of {worlds}"] = pair.json() | {"whole": whole}
    head = ("worlds", f"{BASE}, ms a week", "now, ms a week", *HEAD[2:], "goal", f"{BASE}, whole, s", "now, whole, s")
    note = f"Ratios over blocks of {plan.block} weeks. Whole: ten years of the status quo, set-up included."
    report.add("weeks", "A week, now and before", head, rows, note)


def kernels(versions: Versions, plan: Beside, report: Report) -> None:
    """Households and traders a second by their kernels."""
    rows = []
    for kind in ("households", "traders"):
        for worlds, per in ((1, 400), (100, 8), (1000, 2)):
            pair = versions.turns(
                plan.kernel_turns + 1,
                lambda v, kind=kind, worlds=worlds, per=per: (
                    1.0 / float(v.ask("kernel", kind=kind, worlds=worlds, weeks=per, before=BEFORE)["rate"])
                ),
            )
            pair = Pair(pair.base[1:], pair.now[1:])  # the first takes the inputs from a play
            rates = [millions(1.0 / statistics.median(each)) for each in (pair.base, pair.now)]
            rows.append((f"{kind}, {worlds:,} world{'s' * (worlds > 1)}", *rates, *pair.cells()[2:]))
            report.figures[f"kernel of {kind}, {worlds}"] = pair.json()
    head = ("million agent-weeks a second, one thread", *HEAD)
    report.add("kernels beside", "The kernels, now and before", head, rows)


def why(versions: Versions, plan: Beside, report: Report) -> None:
    """`why` of six changes as a command, in one process."""
    rows = []
    for worlds, end, turns in plan.why:

        def measure(version: Version, worlds: int = worlds, end: str | None = end) -> float:
            with tempfile.TemporaryDirectory(prefix="regionsim-why-") as out:
                words = ["-m", "regionsim", "why", SIX, "--worlds", str(worlds), "--workers", "1", "--out", out]
                return version.spend(*words, "--no-figures", "--quiet", *(["--set", f"end={end}"] if end else []))

        if not rows:
            _warm(versions)
        pair = versions.turns(turns, measure)
        name = f"`why {SIX} --worlds {worlds}`" + (f", to {end}" if end else "")
        rows.append((name, *pair.cells(digits=4), str(turns)))
        report.figures[f"why, {worlds}, {end}"] = pair.json()
    note = "64 arms of six changes; start, tables and files included. Goal: 6 times."
    report.add("why", "What caused a difference", ("processor seconds", *HEAD, "turns"), rows, note)


def starts(versions: Versions, plan: Beside, report: Report) -> None:
    """Processes from their start to their end."""
    rows = []
    if plan.cold:

        def compile_cold(version: Version) -> float:
            with tempfile.TemporaryDirectory(prefix="regionsim-cold-") as folder:
                return version.spend("-c", "import regionsim.model.play", NUMBA_CACHE_DIR=folder)

        rows.append(_start("kernels compiled, on a fresh machine", versions.turns(plan.cold, compile_cold), report))
    _warm(versions)

    def run(version: Version) -> float:
        with tempfile.TemporaryDirectory(prefix="regionsim-start-") as out:
            words = ["run", "status_quo", "--worlds", "20", "--workers", "1", "--no-figures", "--out", out]
            return version.spend("-m", "regionsim", *words)

    for name, measure in (
        ("`import regionsim`", lambda version: version.spend("-c", "import regionsim")),
        ("`regionsim --help`", lambda version: version.spend("-m", "regionsim", "--help")),
        (
            "the model imported, kernels in the cache",
            lambda version: version.spend("-c", "import regionsim.model.play"),
        ),
        ("`run status_quo --worlds 20` until its table", run),
    ):
        rows.append(_start(name, versions.turns(plan.starts, measure), report))
    report.add("starts", "Starts", ("processor seconds", *HEAD), rows)


def _start(name: str, pair: Pair, report: Report) -> tuple[str, ...]:
    report.figures[f"start: {name}"] = pair.json()
    return (name, *pair.cells())


def _warm(versions: Versions) -> None:
    """Fill both caches of kernels and of Python's own."""
    for version in versions:
        for words in (("-c", "import regionsim.model.play"), ("-m", "regionsim", "--help")):
            version.spend(*words)


def curves(versions: Versions, plan: Beside, report: Report) -> None:
    """Seconds of some weeks by numbers of worlds, households, traders and levers, and by week."""
    drawn: dict[str, dict[str, list[float]]] = {}
    for unit, sizes in plan.curves.items():
        seconds: dict[str, list[float]] = {version.name: [] for version in versions}
        for size in sizes:
            worlds, sets = _sized(unit, size)
            for version in versions:
                version.ask("open", name="curve", worlds=worlds, scenario="status_quo", sets=sets)
                version.ask("step", name="curve", weeks=4)
            pair = versions.turns(
                plan.curve_turns,
                lambda version: float(version.ask("step", name="curve", weeks=plan.curve_weeks)["seconds"]),
            )
            for version, values in zip(versions, (pair.base, pair.now), strict=True):
                version.ask("close", name="curve")
                seconds[version.name].append(1e3 * min(values) / plan.curve_weeks)
        drawn[unit] = {"sizes": list(map(float, sizes))} | seconds
    drawn["week of a run"] = _by_week(versions, plan)
    rows = [
        (
            f"one more {unit.removesuffix('s')}",
            *(f"{_each(found['sizes'], found[version.name]):.3g}" for version in versions),
        )
        for unit, found in drawn.items()
    ]
    report.figures["curves"] = drawn
    note = (
        "Microseconds a week: the slope of a straight line through the sizes of the figure, least squares. Households "
        "and traders: one more in each of 200 worlds; levers: at intensity 0.5 in 32 worlds. Week of a run: how "
        "much more a week costs than the one before it, in 100 worlds."
    )
    report.add("curves", "Cost of one more", ("", BASE, "now"), rows, note)


def _sized(unit: str, size: int) -> tuple[int, list[str]]:
    """Worlds, and what is set, for a size."""
    if unit == "worlds":
        return size, []
    if unit == "levers":
        from regionsim.scenario.vocabulary import vocabulary

        names = sorted(vocabulary().levers)[:size]
        return 32, [f"levers.{name}={{intensity: 0.5, from: {LEVERS_FROM}}}" for name in names]
    return 200, [f"parameters.size.{unit}={size}"]


def _by_week(versions: Versions, plan: Beside) -> dict[str, list[float]]:
    """Milliseconds of a week over ten years, by half-years."""
    sets = [f"end={plan.end}"] if plan.end else []
    left = min(int(v.ask("open", name="by", worlds=100, scenario="status_quo", sets=sets)["weeks"]) for v in versions)
    found: dict[str, list[float]] = {"sizes": []} | {version.name: [] for version in versions}
    for first in range(0, left - plan.curve_weeks + 1, plan.curve_weeks):
        found["sizes"].append(first + plan.curve_weeks / 2)
        for version in versions:
            took = float(version.ask("step", name="by", weeks=plan.curve_weeks)["seconds"])
            found[version.name].append(1e3 * took / plan.curve_weeks)
    for version in versions:
        version.ask("close", name="by")
    return found


def _each(sizes: Sequence[float], milliseconds: Sequence[float]) -> float:
    """Microseconds of one more."""
    return float(1e3 * np.polyfit(sizes, milliseconds, 1)[0]) if len(sizes) > 1 else float("nan")


def differences(versions: Versions, plan: Beside, report: Report) -> None:
    """Variance of paired differences over that of unpaired ones, of twelve indicators, now and before."""
    end = plan.end or "2027-08-16"
    question = {"scenario": "status_quo", "change": CHANGE, "worlds": plan.differences, "end": end}
    found = {v.name: v.ask("differences", **question, indicators=list(TWELVE)) for v in versions}
    rows = []
    for name in TWELVE:
        (before, before_apart), (after, after_apart) = (found[version.name][name] for version in versions)
        ratio = f"{after / before:.2f}" if before > 0.0 else "-"
        rows.append(
            (
                name,
                f"{before:.3g}",
                f"{after:.3g}",
                ratio,
                _share(before, before_apart),
                _share(after, after_apart),
            )
        )
    ratios = [float(row[3]) for row in rows if row[3] != "-"]
    low, middle, high = quartiles(ratios)
    note = (
        f"`{CHANGE}` in the status quo, {plan.differences} worlds, at {end}. Ratio over the indicators: median "
        f"{middle:.2f}, quartiles {low:.2f}-{high:.2f}. Share: of the variance of a difference between worlds whose "
        "chance has nothing in common."
    )
    head = ("variance of the difference", BASE, "now", "ratio", f"share, {BASE}", "share, now")
    report.add("differences", "Paired differences", head, rows, note)
    report.figures["differences"] = found


def _share(paired: float, apart: float) -> str:
    return f"{paired / apart:.2g}" if apart > 0.0 else "-"


def draw(report: Report, path: Path) -> None:
    """The curves: milliseconds of a week by size, both versions."""
    from matplotlib.ticker import MaxNLocator

    from regionsim.views import style

    found = report.figures["curves"]
    figure = style.new_figure(8.6, 6.4)
    for k, (unit, curve) in enumerate(found.items()):
        ax = figure.add_axes((0.08 + 0.32 * (k % 3), 0.58 - 0.46 * (k // 3), 0.25, 0.31))
        for name, colour in zip(
            [key for key in curve if key != "sizes"], (style.MUTED, style.COLOURS["trade"]), strict=True
        ):
            ax.plot(curve["sizes"], curve[name], color=colour, marker="o", markersize=3, linewidth=1.4, label=name)
        for side in ("top", "right"):
            ax.spines[side].set_visible(False)
        ax.grid(visible=True, color=style.GRID, linewidth=0.8)
        ax.set_axisbelow(True)
        ax.set_ylim(0.0, 1.1 * max(max(curve[name]) for name in curve if name != "sizes"))
        ax.tick_params(colors=style.MUTED, labelsize=7)
        ax.xaxis.set_major_locator(MaxNLocator(5))
        ax.xaxis.set_major_formatter("{x:,.0f}")
        ax.set_title(f"by {unit}", fontsize=9, color=style.INK, loc="left")
        ax.set_ylabel("ms a week", fontsize=7, color=style.MUTED)
        if not k:
            ax.legend(frameon=False, fontsize=7)
    figure.text(0.08, 0.95, "What more costs, now and before", color=style.INK, fontsize=12, fontweight="bold")
    style.save(
        figure, path, {"Title": "Cost of more worlds, agents, levers and weeks", "Software": "benchmarks/run.py"}
    )
