"""Which assumptions matter here: effect sizes of the levers used, and parameters that correlate with an outcome.

Core objects: `assumptions`, `chance_bound`, `beyond`, `longest_closures`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from regionsim.evidence import load_evidence
from regionsim.evidence.cells import still_going
from regionsim.evidence.records import pulled
from regionsim.indicators import INDICATORS, Indicator
from regionsim.levers import LEVERS
from regionsim.runs import Run
from regionsim.studies.arms import Outcome
from regionsim.studies.briefing.changes import size
from regionsim.studies.briefing.data import Assumption, Beyond

if TYPE_CHECKING:
    from regionsim.scenario import Scenario
    from regionsim.studies.compare import Comparison

type Array = Any  # numpy

RATE = 0.05  # chance that any unrelated parameter is listed for an outcome
LEAST = 20  # worlds: with fewer, no rank correlation is computed
LEAST_LISTED = 3  # assumptions listed, with some that chance could give if need be
LEVER = "effect size of the lever"
MOST = 3  # parameters listed per outcome


def assumptions(
    comparison: Comparison, arm: int | None, outcomes: Sequence[Outcome], day: str | None = None
) -> tuple[tuple[Assumption, ...], float, int]:
    """The assumptions of an arm (None: the baseline), the chance bound, and the number of parameters tested.

    Those that correlate with the first outcome come first, the strongest first, then the sizes of the levers used. If
    these are fewer than three, the strongest correlations with it are added, though chance can give them.

    A parameter is listed if its rank correlation over worlds with an outcome at the end (for an arm: with the
    difference from the baseline) exceeds the bound: 5% family-wise chance level per outcome. day: for the first
    outcome, a day to take instead of the end, if the comparison reaches it.
    """
    run = comparison.baseline if arm is None else comparison.arms[arm]
    reasons: dict[str, list[str]] = {}
    first: dict[str, float] = {}
    for id, why in _levers(run.scenario):
        reasons.setdefault(id, []).append(why)
    names, table, numbers = _varied(run, comparison.baseline)
    bound = chance_bound(len(table), len(names))
    dates = [str(each) for each in comparison.dates]
    end = len(dates) - 1
    week = dates.index(day) if day in dates else end
    for outcome in outcomes:
        values, worlds = _outcome(comparison, arm, outcome, week if outcome == outcomes[0] else end)
        shared = np.isin(numbers, worlds)
        for name, rho in _strongest(table[shared], values[np.isin(worlds, numbers)], names, bound):
            of = "its difference from the baseline" if arm is not None else "it"
            reason = f"correlates with {outcome.title}: rank correlation over worlds with {of} {rho:+.2f}"
            reasons.setdefault(name, []).append(reason)
            if outcome == outcomes[0]:
                first[name] = rho
    clear = set(first)
    if outcomes and len(reasons) < LEAST_LISTED:
        values, worlds = _outcome(comparison, arm, outcomes[0], week)
        shared = np.isin(numbers, worlds)
        for name, rho in _strongest(table[shared], values[np.isin(worlds, numbers)], names, 0.0):
            if name not in reasons and len(reasons) < LEAST_LISTED:
                reasons[name] = [
                    f"the strongest correlation with {outcomes[0].title}, though chance can give {rho:+.2f}"
                ]
                first[name] = rho
    ordered = sorted(reasons, key=lambda name: (name not in clear, -abs(first.get(name, 0.0))))
    ordered.sort(key=lambda name: name in first and name not in clear)  # those within chance come last
    against = " against the baseline" if arm is not None else ""
    of = f"{outcomes[0].title} is{against} in {date.fromisoformat(dates[week]):%B %Y}" if outcomes else ""
    sizes = ((size(id), tuple(reasons[id]), first.get(id, 0.0), id in clear or id not in first) for id in ordered)
    listed = tuple(Assumption(found, why, rho, sure, of) for found, why, rho, sure in sizes if found is not None)
    return listed, bound, len(names)


def _levers(scenario: Scenario) -> list[tuple[str, str]]:
    """Parameters that set the effect of the levers used at full intensity, each with the reason for listing it."""
    used = [name for name, setting in scenario.levers.items() if setting.intensity > 0]
    used += [name for deal in scenario.deals for name in deal.levers]
    parts = pulled((name for name in used if name in LEVERS), LEVERS)
    return [(size, f"{LEVER}: {LEVERS[name].title}") for name in parts for size in LEVERS[name].sizes]


def _varied(run: Run, base: Run) -> tuple[list[str], Array, Array]:
    """Names of the parameters that differ between worlds, their values (W, names), and the worlds' numbers.

    Without the sizes of levers that neither run uses: any correlation with them is chance.
    """
    frame = run.worlds
    used = {id for each in (run, base) for id, _ in _levers(each.scenario)}
    idle = {id for lever in LEVERS.values() for id in lever.sizes} - used
    names = [name for name in frame.columns if "." in name and name not in idle and frame[name].nunique() > 1]
    return names, frame[names].to_numpy(np.float64), frame["world"].to_numpy(np.int64)


def _outcome(comparison: Comparison, arm: int | None, outcome: Outcome, week: int) -> tuple[Array, Array]:
    """An outcome in a week, or its difference from the baseline, (W,), and the worlds' numbers."""
    base = comparison.baseline
    if arm is None:
        return base.values(outcome.indicator, outcome.place)[:, week].astype(np.float64), base.numbers
    run = comparison.arms[arm]
    numbers, first, second = np.intersect1d(base.numbers, run.numbers, return_indices=True)
    if not comparison.pairing:
        return run.values(outcome.indicator, outcome.place)[:, week].astype(np.float64), run.numbers
    a, b = (each.values(outcome.indicator, outcome.place)[:, week].astype(np.float64) for each in (base, run))
    return b[second] - a[first], numbers


def _strongest(table: Array, values: Array, names: Sequence[str], bound: float) -> list[tuple[str, float]]:
    """The parameters whose rank correlation with the values exceeds the bound, the largest first."""
    from scipy.stats import rankdata

    if len(values) < LEAST or not names or np.ptp(values) == 0.0:
        return []
    x, y = rankdata(table, axis=0), rankdata(values)
    x, y = x - x.mean(axis=0), y - y.mean()
    rho = (x * y[:, np.newaxis]).sum(axis=0) / np.sqrt((x**2).sum(axis=0) * (y**2).sum())
    order = np.argsort(-np.abs(rho))[:MOST]
    return [(names[i], float(rho[i])) for i in order if abs(rho[i]) > bound]


def chance_bound(worlds: int, tests: int) -> float:
    """The rank correlation at the 5% family-wise chance level for so many parameters; 1 for few worlds.

    From Student's t with worlds - 2 degrees of freedom, with the rate divided evenly (Bonferroni).
    """
    from scipy.special import stdtrit

    if worlds < LEAST or tests < 1:
        return 1.0
    t = float(stdtrit(worlds - 2, 1.0 - RATE / (2.0 * tests)))
    return t / float(np.sqrt(worlds - 2 + t * t))


def beyond(run: Run, base: Run | None) -> tuple[Beyond, ...]:
    """Indicators that leave the range of observed yearly figures in some world at some time. base: of its worlds, those
    that the run holds too.
    """
    result = []
    for name in run.indicators:
        indicator = INDICATORS.get(name)
        if indicator is None or indicator.seen is None or not run.numbers.size:
            continue
        above, below = _shares(indicator, run.values(name))
        beside: tuple[float, float] | tuple[None, None] = (None, None)
        if base is not None and name in base.indicators:
            beside = _shares(indicator, base.values(name)[np.isin(base.numbers, run.numbers)])
        if above > 0.0 or below > 0.0:
            result.append(Beyond(indicator.title, indicator.unit, *indicator.seen, above, below, *beside))
    return tuple(result)


def _shares(indicator: Indicator, values: Array) -> tuple[float, float]:
    """Shares of worlds that go above and below the range at some time."""
    above, below = indicator.unseen(values)
    return float(above.mean()), float(below.mean())


def longest_closures(scenario: Scenario) -> tuple[tuple[str, float, float], ...]:
    """The scenario's closures that last longer than any observed full closure: gate, days, longest observed."""
    series = load_evidence().series.get("border_closures")
    days = [row["days"] for row in series.records if not row["partial"]] if series is not None else []
    full = [value for value in (still_going(cell) or cell for cell in days) if isinstance(value, float)]
    if not full:
        return ()
    longest = max(full)
    return tuple(
        (gate, float(shock.days), longest)
        for shock in scenario.shocks
        if shock.kind == "border_closure" and shock.days > longest
        for gate in ((shock.crossing,) if isinstance(shock.crossing, str) else shock.crossing)
    )
