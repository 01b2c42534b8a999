"""Which assumptions matter here: the sizes of the levers pulled, and parameters that go with an outcome over worlds.

Core objects: `assumptions`, `chance_bound`, `beyond`, `longest_closures`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from regionsim.evidence import load_evidence
from regionsim.indicators import INDICATORS
from regionsim.levers import LEVERS
from regionsim.runs import Run
from regionsim.studies.arms import Outcome
from regionsim.studies.briefing.changes import size
from regionsim.studies.briefing.data import Assumption, Beyond

if TYPE_CHECKING:
    from regionsim.scenario import Scenario
    from regionsim.studies.compare import Comparison

type Array = Any  # numpy

RATE = 0.05  # chance that any of the parameters is named for an outcome it has nothing to do with
LEAST = 20  # worlds below which no rank correlation is looked at
_ROUNDED = 1e-6  # what stored values are rounded by is no step beyond the record
MOST = 3  # parameters named of each outcome


def assumptions(found: Comparison, arm: int | None) -> tuple[tuple[Assumption, ...], float, int]:
    """Those of an arm (of the baseline itself for None); the bound of chance, and how many parameters were looked at.

    A parameter is named where its rank correlation over worlds with an outcome at the end, for an arm with the
    difference from the baseline, is larger than the bound, which chance passes for any of the parameters in at most 5%
    of cases per outcome.
    """
    run = found.baseline if arm is None else found.arms[arm]
    reasons: dict[str, list[str]] = {}
    for id, why in _levers(run.scenario):
        reasons.setdefault(id, []).append(why)
    names, table, numbers = _varied(run)
    bound = chance_bound(len(table), len(names))
    for one in found.outcomes:
        values, there = _outcome(found, arm, one)
        kept = np.isin(numbers, there)
        for name, rho in _strongest(table[kept], values[np.isin(there, numbers)], names, bound):
            of = "its difference from the baseline" if arm is not None else "it"
            words = f"goes with {one.title}: rank correlation over worlds with {of} {rho:+.2f}"
            reasons.setdefault(name, []).append(words)
    made = ((size(id), why) for id, why in reasons.items())
    return tuple(Assumption(one, tuple(why)) for one, why in made if one is not None), bound, len(names)


def _levers(scenario: Scenario) -> list[tuple[str, str]]:
    """Parameters that hold what the levers pulled do at full intensity, each with why it is named."""
    found = []
    for name, setting in scenario.levers.items():
        known = LEVERS.get(name)
        if known is None or setting.intensity <= 0:
            continue
        why = f"how far the lever reaches: {known.title}"
        found += [(effect.parameter, why) for effect in known.effects]
        if known.pushes:
            found.append((known.push_parameter, why))
    return found


def _varied(run: Run) -> tuple[list[str], Array, Array]:
    """Names of the parameters that differ between worlds, their values (W, names), and the worlds' numbers."""
    frame = run.worlds
    names = [name for name in frame.columns if "." in name and frame[name].nunique() > 1]
    return names, frame[names].to_numpy(np.float64), frame["world"].to_numpy(np.int64)


def _outcome(found: Comparison, arm: int | None, one: Outcome) -> tuple[Array, Array]:
    """An outcome at the end, or its difference from the baseline, (W,), and the worlds' numbers."""
    week = found.weeks - 1
    base = found.baseline
    if arm is None:
        return base.values(one.indicator, one.place)[:, week].astype(np.float64), base.numbers
    run = found.arms[arm]
    numbers, first, second = np.intersect1d(base.numbers, run.numbers, return_indices=True)
    if not found.pairing:
        return run.values(one.indicator, one.place)[:, week].astype(np.float64), run.numbers
    a, b = (each.values(one.indicator, one.place)[:, week].astype(np.float64) for each in (base, run))
    return b[second] - a[first], numbers


def _strongest(table: Array, values: Array, names: Sequence[str], bound: float) -> list[tuple[str, float]]:
    """The parameters whose rank correlation with the values passes the bound, the largest first."""
    from scipy.stats import rankdata

    if len(values) < LEAST or not names or np.ptp(values) == 0.0:
        return []
    x, y = rankdata(table, axis=0), rankdata(values)
    x, y = x - x.mean(axis=0), y - y.mean()
    rho = (x * y[:, np.newaxis]).sum(axis=0) / np.sqrt((x**2).sum(axis=0) * (y**2).sum())
    order = np.argsort(-np.abs(rho))[:MOST]
    return [(names[i], float(rho[i])) for i in order if abs(rho[i]) > bound]


def chance_bound(worlds: int, tests: int) -> float:
    """The rank correlation that chance passes for any of so many parameters in at most 5% of cases; 1 for few worlds.

    From Student's t with worlds - 2 degrees of freedom, the rate shared out evenly (Bonferroni).
    """
    from scipy.special import stdtrit

    if worlds < LEAST or tests < 1:
        return 1.0
    t = float(stdtrit(worlds - 2, 1.0 - RATE / (2.0 * tests)))
    return t / float(np.sqrt(worlds - 2 + t * t))


def beyond(run: Run, base: Run | None) -> tuple[Beyond, ...]:
    """Indicators that leave, in some world at some time, the yearly figures ever observed."""
    found = []
    for name in run.indicators:
        known = INDICATORS.get(name)
        if known is None or known.seen is None or not run.numbers.size:
            continue
        low, high = known.seen
        above, below = _shares(run, name, low, high)
        others = _shares(base, name, low, high) if base is not None and name in base.indicators else (None, None)
        if above > 0.0 or below > 0.0:
            found.append(Beyond(known.title, known.unit, low, high, above, below, *others))
    return tuple(found)


def _shares(run: Run, name: str, low: float, high: float) -> tuple[float, float]:
    """Shares of worlds that go, at some time, above and below."""
    values = run.values(name).astype(np.float64)
    low, high = low * (1.0 - _ROUNDED), high * (1.0 + _ROUNDED)
    return float((values > high).any(axis=1).mean()), float((values < low).any(axis=1).mean())


def longest_closures(scenario: Scenario) -> tuple[tuple[str, float, float], ...]:
    """Closures that a scenario sets and that last longer than any observed full one: gate, days, longest observed."""
    series = load_evidence().series.get("border_closures")
    days = [row["days"] for row in series.records if not row["partial"]] if series is not None else []
    seen = [one for one in days if isinstance(one, float)]
    if not seen:
        return ()
    longest = max(seen)
    return tuple(
        (str(shock.crossing), float(shock.days), longest)
        for shock in scenario.shocks
        if shock.kind == "border_closure" and shock.days > longest
    )
