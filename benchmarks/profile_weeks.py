"""Where the time of a run goes, by function of the week:  ./dev python benchmarks/profile_weeks.py

Core object: `profile`, which plays the status quo and adds up the time of every call of the schedule. Figures go by
hand into docs/performance.md.
"""

import resource
import sys
from collections import defaultdict
from time import perf_counter

from regionsim.model.region import RegionModel, _resolve
from regionsim.model.schedule import WEEK
from regionsim.scenario import load

WORLDS = 200


def profile(worlds: int = WORLDS) -> dict[str, float]:
    """Seconds by "module:function", and under "set-up" what comes before the first week."""
    begin = perf_counter()
    model = RegionModel(load("status_quo"), worlds)
    spent: dict[str, float] = defaultdict(float)
    spent["set-up"] = perf_counter() - begin
    calls = [(call, _resolve(call)) for phase in WEEK for call in phase.calls]
    while model.week + 1 < model.weeks:
        model.week += 1
        model.streams.week = model.week
        for name, call in calls:
            begin = perf_counter()
            call(model)
            spent[name] += perf_counter() - begin
    return dict(spent)


def main() -> None:
    """Print the functions by their time, the longest first."""
    worlds = int(sys.argv[1]) if len(sys.argv) > 1 else WORLDS
    spent = profile(worlds)
    whole = sum(spent.values())
    sys.stdout.write(f"{worlds} worlds, ten years: {whole:.1f} s\n")
    for name, seconds in sorted(spent.items(), key=lambda row: -row[1]):
        sys.stdout.write(f"{seconds:7.2f} s {100 * seconds / whole:5.1f}%  {name}\n")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"peak memory {peak:.0f} MB\n")


if __name__ == "__main__":
    main()
