"""Which uncertain parameters move no indicator: each at both ends of its distribution, in the same draws and chance.

Core objects: `ARMS`, `Ends` (the worlds of one arm: 30 draws, and for every parameter and end a copy of each), `moved`
(how far an end moves each indicator) and `main`, which writes one row per parameter. Each world is a copy of a drawn
world with one parameter at an end, so that hundreds of ends are played in one batch. A parameter is *inert* if at
neither end, in no arm, the mean of any indicator moves by 3% of its level, as far as chance allows to see it. What is
inert in `ARMS` is tried again in scenarios that pull other levers (`FURTHER`), and what acts on works that take many
years over a whole horizon (`LONG`); the size of a lever is tried where the lever is pulled alone. About twenty minutes
on one core:  ./dev python experiments/inert.py out.csv
"""

import csv
import sys
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from regionsim.errors import RegionsimError
from regionsim.indicators import INDICATORS
from regionsim.levers import LEVERS
from regionsim.model.play import play
from regionsim.model.region import SHARED
from regionsim.model.worlds import in_settings, uncertain, values_at
from regionsim.scenario import Scenario, load

type Array = Any  # numpy

ARMS = ("status_quo", "trade_push", "security_first", "forced_repatriation")
FURTHER = ("sat_recommendations", "fes_recommendations", "afghan_collapse", "cpec_minerals_gate_open")
LONG = {"cpec_minerals_gate_open, whole": "cpec_minerals_gate_open", "status_quo, whole": "status_quo"}
SLOW = ("projects.", "drivers.", "economy.")
"""Groups of parameters whose effects may take longer than three years."""
WORKS = ("project_pace", "project_security")
"""Endings of sizes that act on works, of which three years show too few: not judged."""
ALONE = "levers"
"""The arm in which each lever is pulled alone, at full intensity from the start."""
END = "end=2028-08-18"
DRAWS = 30
ENDS = (0.01, 0.99)
"""Quantiles taken for the ends of a distribution."""
LEAST = 0.03
"""Share of an indicator's level below which a move counts as none."""
CLEAR = 3.0
"""Standard errors below which a move counts as chance; beyond it one move by chance in 180 is taken for real."""
BATCH = 3000


@dataclass(frozen=True)
class Copy:
    """30 worlds that share their draws with all others: overrides are (draws,) by name; end -1 is none."""

    parameter: str
    end: int
    overrides: dict[str, Array]


def scenario_of(arm: str) -> Scenario:
    """The scenario of an arm, three years long but for `LONG`; `ALONE` pulls all levers, at 0 but where set."""
    if arm in LONG:
        return load(LONG[arm])
    if arm != ALONE:
        return load(arm, sets=(END,))
    pulls = [f"levers.{name}={{from: 2025-08-18, intensity: 0}}" for name in singles()]
    return load("status_quo", sets=(END, *pulls))


def singles() -> tuple[str, ...]:
    """Levers that are neither packages nor second names of others."""
    return tuple(name for name, lever in LEVERS.items() if not lever.parts and not lever.same_as)


def copies(arm: str, scenario: Scenario, only: Collection[str] | None) -> Iterator[Copy]:
    """The unchanged draws first, then every parameter, or those of `only`, at each end."""
    names = [name for name in uncertain(scenario) if name not in SHARED and (only is None or name in only)]
    if arm != ALONE:
        yield Copy("", -1, {})
        for name in names:
            if not name.startswith("levers."):
                yield from ends(scenario, name, {})
        return
    for lever in singles():
        pulled = {f"levers.{lever}.intensity": np.ones(DRAWS)}
        yield Copy(f"levers.{lever}", -1, pulled)
        for size in LEVERS[lever].sizes:
            if size in names and not size.endswith(WORKS):
                yield from ends(scenario, size, pulled)


def ends(scenario: Scenario, name: str, pulled: dict[str, Array]) -> Iterator[Copy]:
    """A parameter at each end."""
    for end, u in enumerate(ENDS):
        yield Copy(name, end, pulled | values_at(scenario, {name: np.full(DRAWS, u)}))


def played(arm: str, only: Collection[str] | None = None) -> list[tuple[Copy, Array]]:
    """Each copy with its indicators in the last week, (indicators, draws)."""
    scenario = scenario_of(arm)
    still = {f"levers.{lever}.intensity": 0.0 for lever in singles()} if arm == ALONE else {}
    todo = list(copies(arm, scenario, only))
    results = []
    for first in range(0, len(todo), BATCH // DRAWS):
        batch = todo[first : first + BATCH // DRAWS]
        result = play(scenario, in_settings(scenario, DRAWS, [copy.overrides for copy in batch], still))
        if result.failed:
            raise RegionsimError(f"{arm}: worlds failed: {sorted(set(result.failed.values()))}")
        last = np.stack([result.columns[name][:, -1] for name in INDICATORS]).astype(np.float64)
        results += [(copy, last[:, k * DRAWS : (k + 1) * DRAWS]) for k, copy in enumerate(batch)]
        sys.stderr.write(f"{arm}: {first + len(batch)} of {len(todo)}\n")
    return results


def moved(base: Array, end: Array) -> Array:
    """How far an end moves each indicator: the mean change as a share of the mean level, 0 where it may be chance."""
    change = end - base
    mean = change.mean(axis=1)
    error = change.std(axis=1, ddof=1) / np.sqrt(change.shape[1])
    level = np.abs(base).mean(axis=1)
    share = np.abs(mean) / np.where(level > 0.0, level, 1.0)
    return np.where(np.abs(mean) > CLEAR * error, share, 0.0)


def largest(plays: Iterable[tuple[Copy, Array]], arm: str) -> dict[str, tuple[float, str, str]]:
    """The largest move of each parameter in one arm, and the indicator that it moves."""
    names, base = list(INDICATORS), None
    best: dict[str, tuple[float, str, str]] = {}
    for copy, last in plays:
        if copy.end < 0:
            base = last
            continue
        moves = moved(base, last)
        k = int(moves.argmax())
        best[copy.parameter] = max(best.get(copy.parameter, (-1.0, "", "")), (float(moves[k]), names[k], arm))
    return best


def judged() -> list[tuple[str, float, str, str]]:
    """Parameter, its largest move, and the indicator and the arm of that; the least moving first."""
    best: dict[str, tuple[float, str, str]] = {}
    for arm in (*ARMS, ALONE, *FURTHER, *LONG):
        inert = {name for name, row in best.items() if row[0] < LEAST and not name.startswith("levers.")}
        only = {name for name in inert if name.startswith(SLOW)} if arm in LONG else inert
        for name, row in largest(played(arm, None if arm in (*ARMS, ALONE) else only), arm).items():
            best[name] = max(best.get(name, row), row)
    return sorted(((name, *row) for name, row in best.items()), key=lambda row: row[1])


def main() -> None:
    """Write the table."""
    rows = judged()
    with Path(sys.argv[1]).open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("parameter", "moves", "indicator", "arm", "inert"))
        table.writerows((*row[:1], f"{row[1]:.4f}", *row[2:], "yes" if row[1] < LEAST else "no") for row in rows)


if __name__ == "__main__":
    main()
