"""Where the time of a run goes, by function of the week: the next bottleneck.

Core objects: `profile`, which plays the status quo and adds up the time of every call of the schedule, and `measure`.
Alone: ./dev python benchmarks/profile_weeks.py [WORLDS].
"""

import sys
from collections import defaultdict
from time import perf_counter

from report import Report

from regionsim.model import fused
from regionsim.model.region import RegionModel, _resolve
from regionsim.model.schedule import WEEK
from regionsim.scenario import load

SHOWN = 12


def profile(worlds: int, end: str | None = None) -> dict[str, float]:
    """Seconds by "module:function", and under "set-up" what comes before the first week."""
    study = load("status_quo", sets=[f"end={end}"] if end else [])
    RegionModel(study, 1)  # what is read and imported once
    begin = perf_counter()
    model = RegionModel(study, worlds)
    spent: dict[str, float] = defaultdict(float)
    spent["set-up"] = perf_counter() - begin
    calls = [(call, _resolve(call)) for phase in WEEK for call in phase.calls]
    while model.week + 1 < model.weeks:
        model.week += 1
        model.streams.week = model.week
        for name, call in calls:
            begin = perf_counter()
            fused.play(call, model)
            spent[name] += perf_counter() - begin
    return dict(spent)


def measure(worlds: int, end: str | None, report: Report) -> None:
    """Adds the table of the functions that take longest, with their share for one world beside it."""
    spent, alone = profile(worlds, end), profile(1, end)
    whole, whole_alone = sum(spent.values()), sum(alone.values())
    ranked = sorted(spent, key=lambda name: -spent[name])
    rows = [
        (f"`{name}`" if ":" in name else name, f"{spent[name] / whole:.1%}", f"{alone[name] / whole_alone:.1%}")
        for name in ranked[:SHOWN]
    ]
    rest = [sum(found[name] for name in ranked[SHOWN:]) for found in (spent, alone)]
    rows.append((f"{len(ranked) - SHOWN} others", f"{rest[0] / whole:.1%}", f"{rest[1] / whole_alone:.1%}"))
    note = (
        f"{whole:.1f} s for {worlds:,} worlds, {whole_alone:.2f} s for one. "
        f"The next bottleneck is `{ranked[0]}`, then `{ranked[1]}`."
    )
    head = ("function of the week", f"share of the time of {worlds:,} worlds", "of one world")
    report.add("profile", "Where the time goes", head, rows, note)
    report.figures["profile"] = {"worlds": worlds, "seconds": spent, "one world": alone}


if __name__ == "__main__":
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else 200, None, Report())
