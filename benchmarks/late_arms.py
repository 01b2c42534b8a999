"""What is saved where scenarios that are played side by side differ only from some week on.

Core object: `measure`: the status quo and changes of it that begin in a later year, played once until they part and,
beside that, all from the start.
"""

import statistics
import time
from unittest import mock

from measuring import Rate
from report import Report

from regionsim.model import parting
from regionsim.model.play import play_together
from regionsim.model.worlds import plain_worlds
from regionsim.scenario import Scenario, load

LEVERS = ("trade_facilitation", "humanitarian_aid", "route_security", "border_uplift")


def arms(year: int, end: str | None) -> list[Scenario]:
    """The status quo, and it with each lever from the start of a year on."""
    sets = [f"end={end}"] if end else []
    more = [f"levers.{name}={{intensity: 1, from: {year}-01-07}}" for name in LEVERS]
    return [load("status_quo", sets=sets), *(load("status_quo", sets=[*sets, each]) for each in more)]


def spent(scenarios: list[Scenario], worlds: int) -> float:
    """Processor seconds of playing all side by side."""
    parts = [(each, plain_worlds(each, range(worlds))) for each in scenarios]
    began = time.thread_time()
    play_together(parts)
    return time.thread_time() - began


def measure(years: tuple[int, ...], worlds: int, turns: int, end: str | None, report: Report) -> None:
    """Adds the table: seconds from the start and parting late, in turns."""
    rows = []
    spent([load("status_quo", sets=["end=2025-10-06"])], 2)  # what is loaded once
    for year in years:
        scenarios, found = arms(year, end), []
        for _ in range(turns):
            with mock.patch.object(parting, "LEAST", scenarios[0].weeks + 1):
                throughout = spent(scenarios, worlds)
            found.append((throughout, spent(scenarios, worlds)))
        before, after = (statistics.median(each) for each in zip(*found, strict=True))
        low, high = Rate(tuple(a / b for a, b in found)).quartiles
        rows.append((f"{year}", f"{before:.2f}", f"{after:.2f}", f"{before / after:.2f}", f"{low:.2f}-{high:.2f}"))
    head = ("changes begin in", "all from the start, s", "once until they part, s", "times as fast", "quartiles")
    note = f"Processor seconds: {len(LEVERS) + 1} scenarios of {worlds} worlds, {scenarios[0].weeks} weeks."
    report.add("late arms", "Scenarios that part late", head, rows, note)
    report.figures["late arms"] = rows
