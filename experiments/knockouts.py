"""Writes docs/knockouts.md: every weight, belief, learning rate and bloc set to zero in turn, and what that changes.

Core objects: `Knockout`, `results` (plays them, in two processes) and `page`, which only reads them. About 15 minutes
on two idle cores:  ./dev python experiments/knockouts.py
"""

import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from regionsim.evidence import load_evidence
from regionsim.indicators import INDICATORS
from regionsim.model.measures import MEASURES
from regionsim.model.region import RegionModel
from regionsim.model.worlds import Worlds, plain_worlds
from regionsim.scenario import Scenario, load

sys.path.insert(0, str(Path(__file__).resolve().parent))
from tabular import table  # a neighbour, not a package

PAGE = Path(__file__).resolve().parents[1] / "docs" / "knockouts.md"
SCENARIOS = ("status_quo", "trade_push", "security_first", "ceasefire", "forced_repatriation")
DEAL = 'deals=[{id: trade_for_calm, levers: {trade_facilitation: 1.0}, while: "attacks_ttp < 450", from: 2025-12-01}]'
WORLDS, END = 100, "2030-08-18"
MOVES = 0.03  # of an indicator's mean: less is not counted as a change
PROCESSES = 2
AT_REST = {"decisions.lie_low_tempo": 1.0, "decisions.surge_tempo": 1.0, "decisions.truce_accept": 0.95}
"""Where a parameter does nothing, if that is not 0."""
_URGES = (
    "hostility_weight", "threat_weight", "trade_interest", "military_weight", "talks_after_closure",
    "accusations_chill", "incidents_interrupt", "strike_after_major_attack",
)  # fmt: skip
PARTS = (
    "decisions.", "politics.bloc_", "structure.learning", "structure.linkage", *(f"politics.{name}" for name in _URGES)
)  # fmt: skip

type Means = dict[str, np.ndarray]  # indicator -> (worlds,)


@dataclass(frozen=True)
class Knockout:
    """What one parameter at zero changes. moved: scenario, indicator, change as a share of its mean, standard error."""

    parameter: str
    moved: tuple[tuple[str, str, float, float], ...]

    @property
    def largest(self) -> tuple[str, str, float, float]:
        """The largest change that is clear of chance, or the largest of all."""
        clear = [change for change in self.moved if abs(change[2]) > 3.0 * change[3]]
        return max(clear or self.moved, key=lambda change: abs(change[2]))

    @property
    def counts(self) -> bool:
        """Whether it moves an indicator by `MOVES`, clear of chance."""
        return abs(self.largest[2]) >= MOVES and abs(self.largest[2]) > 3.0 * self.largest[3]


def parameters() -> list[str]:
    """Every parameter of choices that is set to zero in turn."""
    return [id for id, entry in load_evidence().parameters.items() if id.startswith(PARTS) and entry.draw is not None]


def zero(parameter: str) -> float:
    """The value at which a parameter does nothing, or as near to it as its range allows."""
    low, high = load_evidence().parameters[parameter].low, load_evidence().parameters[parameter].high
    return float(np.clip(AT_REST.get(parameter, 0.0), low, high))


@cache
def _scenario(name: str) -> Scenario:
    sets = ["parameters.size.households=400", "parameters.size.traders=120", f"end={END}"]
    return load("status_quo", sets=(*sets, DEAL)) if name == "deal" else load(name, sets=tuple(sets))


@cache
def _table(name: str) -> Worlds:
    return plain_worlds(_scenario(name), range(WORLDS))


def played(name: str, changes: Mapping[str, float]) -> Means:
    """Every indicator at the end, with these parameters at these values in all worlds."""
    worlds = _table(name)
    values = {id: np.full(WORLDS, value) for id, value in changes.items()}
    with np.errstate(all="ignore"):
        w = RegionModel(_scenario(name), replace(worlds, parameters=worlds.parameters | values)).run()
    return {id: np.asarray(read(w), dtype=np.float64) for id, read in MEASURES.items() if id in INDICATORS}


def change(before: Means, after: Means, name: str) -> list[tuple[str, str, float, float]]:
    """Change of each indicator's mean as a share of it, with its standard error over pairs."""
    changes = []
    for id, values in before.items():
        mean = abs(float(values.mean())) or 1.0
        apart = (after[id] - values) / mean
        changes.append((name, id, float(apart.mean()), float(apart.std(ddof=1)) / WORLDS**0.5))
    return changes


def _one(task: tuple[str, str]) -> tuple[str, str, Means]:
    parameter, name = task
    return parameter, name, played(name, {parameter: zero(parameter)} if parameter else {})


def results(names: Sequence[str] = (*SCENARIOS, "deal")) -> list[Knockout]:
    """All knockouts, in the order of `parameters`."""
    ids = parameters()
    tasks = [(parameter, name) for name in names for parameter in ("", *ids)]
    runs: dict[tuple[str, str], Means] = {}
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        for parameter, name, means in pool.map(_one, tasks, chunksize=4):
            runs[parameter, name] = means
    return [
        Knockout(id, tuple(row for name in names for row in change(runs["", name], runs[id, name], name))) for id in ids
    ]


def page(knockouts: Sequence[Knockout]) -> str:
    """The page."""
    known = load_evidence().parameters
    lines = []
    for knockout in sorted(knockouts, key=lambda knockout: (not knockout.counts, -abs(knockout.largest[2]))):
        name, indicator, size, error = knockout.largest
        lines.append(
            (
                f"`{knockout.parameter}`", known[knockout.parameter].title, f"{zero(knockout.parameter):g}",
                f"{INDICATORS[indicator].title} in {name}", f"{100 * size:+.1f}% ±{200 * error:.1f}",
                "yes" if knockout.counts else "no",
            )
        )  # fmt: skip
    kept = sum(knockout.counts for knockout in knockouts)
    head = ("parameter", "what it is", "set to", "largest change", "size", "counts")
    return f"""# Knockouts

Every weight, belief, rate and bloc of the actors' choices is set to zero in turn, in {WORLDS} worlds over five years,
in {len(SCENARIOS)} scenarios and in one deal (trade is eased while TTP attacks stay under 450 a year). The table gives
the largest change of an indicator's mean in the last year, in percent of that mean, with two standard errors over pairs
of worlds. A change counts if it is at least {100 * MOVES:.0f}% and clear of chance by three standard errors.

{kept} of {len(knockouts)} count. With {len(INDICATORS)} indicators in {len(SCENARIOS) + 1} scenarios, about one change
in 400 clears three standard errors by chance alone.

{table(head, lines)}
"""


if __name__ == "__main__":
    PAGE.write_text(page(results()), encoding="utf-8")
