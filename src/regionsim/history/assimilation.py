"""A start that fits what was reported up to it: worlds played through the months before, weighted by their match.

Core objects: `assimilate` and `Assimilated` (joint rows of parameters of a start, and their weights). One pass: from 24
months before the day, with the events of those months, from the start as known then. A world's weight is the likelihood
of what had been published by the day, tempered until enough worlds carry it: of the levels of attacks filtered from all
reports (`evidence.known_levels`), given its tempo, and of the returns counted, given its flows and how sources report
them. Only what the record moves is kept: the tempo of attacks by group, the odds of return and the course of campaigns.
Demand for goods does not wander in the model, so its filtered level is all that the record says of it; and closures are
told, so how long ruptures last is not moved.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from regionsim.evidence import load_evidence
from regionsim.evidence.known_levels import Level, known_levels, log_spread
from regionsim.evidence.measures import Measure, Records, Window, add_months, read_measures
from regionsim.evidence.records import Parameter
from regionsim.history.measurement import DAYS_A_YEAR, Array, ages_of, known_before, prorate
from regionsim.history.origins import ARMS, forecast_from
from regionsim.history.vintage import as_known, carried_growth, known_state, known_stocks
from regionsim.history.weekly import Weeks, follow
from regionsim.schema.categories import GROUPS
from regionsim.schema.shocks import Shock
from regionsim.schema.units import WEEKS_PER_YEAR

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

BACK = 24
"""Months before the day from which worlds are played."""
WORLDS = 2000
EFFECTIVE = 0.05
"""Effective number of worlds that carry the weight, as a share of all, to which it is tempered: each part by itself to
the root of it, so that none takes it all.
"""
HOUSEHOLDS = 2000.0
PARTS = ("attacks", "returns")
"""What worlds may be weighted by."""
ROWS = 1000
"""Rows of equal weight in a file of a start."""
ARM = "D"
"""The information of the pass: when gates were open and orders given, but not how many left after them."""
COURSE = ("people.return_odds", "people.undocumented_factor", "people.campaign_multiplier", "people.tail_share",
          "people.campaign_half_life_low", "people.campaign_half_life_high", "people.tail_half_life")  # fmt: skip
"""Parameters of the odds of return and of campaigns: the state of a campaign at a start follows from them."""
_RETURNS = ("returns_all", "returns_registered", "returns_undocumented")
_HALF = 0.5  # added to counts, so that none has no logarithm


@dataclass(frozen=True)
class Assimilated:
    """Joint rows of parameters of a start, (N,) by name, and their weights (N,), which add up to 1.

    powers: to which the likelihood of each part was raised. matched: counts of returns, by measure.
    """

    day: date
    rows: Mapping[str, Array]
    weights: Array
    powers: Mapping[str, float]
    matched: Mapping[str, int]

    @property
    def effective(self) -> float:
        """Effective number of worlds: one over the sum of squared weights."""
        return float(1.0 / np.square(self.weights).sum())

    def drawn(self, u: Array) -> dict[str, Array]:
        """The parameters of the rows at quantiles u (W,), 0-1, of the weights."""
        at = np.minimum(np.searchsorted(np.cumsum(self.weights), u, side="right"), self.weights.size - 1)
        return {name: values[at] for name, values in self.rows.items()}

    def table(self, rows: int = ROWS) -> str:
        """The file of the start (`evidence.starts`): rows of equal weight, each world as often as its weight says."""
        chosen = self.drawn((np.arange(rows) + 0.5) / rows)
        names = sorted(chosen)
        lines = [
            ",".join(f"{value:.6g}" for value in values) for values in zip(*(chosen[n] for n in names), strict=True)
        ]
        return "\n".join([",".join(names), *lines]) + "\n"


def assimilate(
    day: date, records: Records, events: Sequence[Shock], worlds: int = WORLDS, seed: int = 0,
    sets: Sequence[str] = (), effective: float = EFFECTIVE, parts: Sequence[str] = PARTS,
) -> Assimilated:  # fmt: skip
    """Play worlds through the months before a day, the first of a month, and weight them by what was reported of them.

    parts: of `PARTS`; only their parameters are kept.
    """
    from regionsim.model.region import RegionModel
    from regionsim.model.worlds import plain_worlds

    parameters = load_evidence().parameters
    before = add_months(day, -BACK)
    told = [shock for shock in events if shock.on < day]
    known = as_known(records, before)
    state = known_state(known, before, parameters, told)
    values = {**state, "size.households": HOUSEHOLDS}
    scenario, information = forecast_from(before, ARMS[ARM], told, values, worlds, seed, sets, months=BACK)
    plain = plain_worlds(scenario, range(worlds), known_stocks(known, before))
    moved = carried_growth(known, before, plain, parameters)
    model = RegionModel(scenario, replace(plain, parameters=plain.parameters | moved), told=information)
    weeks = follow(model)
    now = as_known(records, day)
    rows = _tempo(model)
    counts = _returns(now, before, day)
    logs = {"attacks": _of_attacks(rows, known_levels(now, told, parameters), parameters), "returns": np.zeros(worlds)}
    for id, windows in counts.items():
        logs["returns"] += _likelihood(read_measures()[id], windows, weeks, before, day, parameters)
    each = worlds * effective ** (1.0 / len(parts))
    powers = {part: tempered(logs[part], each) for part in parts}
    weights = _weights(np.sum([power * logs[part] for part, power in powers.items()], axis=0))
    course = {name: model.p[name] for name in COURSE if name in model.worlds.varied}
    kept = (rows if "attacks" in parts else {}) | (course if "returns" in parts else {})
    return Assimilated(day, kept, weights, powers, {id: len(windows) for id, windows in counts.items()})


def _returns(records: Records, before: date, day: date) -> dict[str, list[Window]]:
    """Counts of returns that are matched, by measure: those of all, where there are any, else by status."""
    measures = read_measures()
    counts = {id: _apart(known_before(measures[id], records, day), before) for id in _RETURNS}
    kept = _RETURNS[:1] if counts[_RETURNS[0]] else _RETURNS[1:]
    return {id: counts[id] for id in kept}


def _apart(windows: Iterable[Window], before: date) -> list[Window]:
    """Windows from the day `before` on of which no two share a day: the shorter counts."""
    kept: list[Window] = []
    for window in sorted(windows, key=lambda one: (one.end - one.begin, one.begin)):
        if window.begin >= before and all(window.end <= one.begin or window.begin >= one.end for one in kept):
            kept.append(window)
    return sorted(kept)


# -- likelihood --------------------------------------------------------------------------------------------------------


def _of_attacks(rows: Mapping[str, Array], levels: Mapping[str, Level], parameters: Mapping[str, Parameter]) -> Array:
    """Log likelihood of the filtered level of attacks and weight of Baloch groups in each world, (W,)."""
    attacks, baloch = "violence.attacks_initial", "violence.share_baloch"
    share = rows[baloch]
    others = sum(parameters[f"violence.share_{group}"].value for group in GROUPS if group != "baloch")
    found = {attacks: rows[attacks], baloch: others * share / np.maximum(1.0 - share, 1e-9)}
    logs = np.zeros(share.size)
    for name, level in levels.items():
        if name in found:
            logs -= 0.5 * np.square(np.log(np.maximum(found[name], 1e-9) / level.value) / level.error)
    return logs


def _likelihood(
    measure: Measure, windows: Sequence[Window], weeks: Weeks, before: date, day: date,
    parameters: Mapping[str, Parameter],
) -> Array:  # fmt: skip
    """Log likelihood of the figures of a measure in each world, (W,), up to a constant: normal in logs.

    The rate drifts, backwards from the day, and the model is off in any figure (`measurement.discrepancy`).
    """
    flow = weeks.flows[measure.latent]
    if not windows:
        return np.zeros(len(flow))

    def value(name: str) -> float:
        return parameters[name].value if name else 0.0

    figures = np.array([window.value for window in windows]) + _HALF
    gaps = np.log(figures) - np.log(prorate(flow, before, windows) + _HALF)
    ages = (day.toordinal() - before.toordinal()) / DAYS_A_YEAR - ages_of(windows, before)
    moving = value(measure.drift) ** 2 * np.minimum.outer(ages, ages)
    scatter = np.diag(np.full(ages.size, value("measurement.discrepancy") ** 2))
    gaps = gaps - (math.log(value(measure.rate)) if measure.rate else 0.0)
    spread = log_spread(parameters[measure.rate]) if measure.rate else 0.0
    solved = np.linalg.solve(moving + scatter + spread**2, gaps.T)
    return np.asarray(-0.5 * np.sum(gaps.T * solved, axis=0))


def tempered(logs: Array, least: float) -> float:
    """The largest power, at most 1, of likelihoods (logs, (N,)) whose weights have this effective number."""
    if _effective(logs) >= least:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _effective(middle * logs) >= least else (low, middle)
    return low


def _weights(logs: Array) -> Array:
    weights = np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum())


def _effective(logs: Array) -> float:
    return float(1.0 / np.square(_weights(logs)).sum())


# -- what is kept ------------------------------------------------------------------------------------------------------


def _tempo(w: RegionModel) -> dict[str, Array]:
    """Attacks at the end of what was played, in each world, (W,): tempo by group, and deaths in proportion."""
    from regionsim.model.processes.violence import tempo

    by_group = w.violence.attacks_initial * (w.groups.fighters / w.groups.fighters_initial) * tempo(w)
    attacks = by_group.sum(axis=1)
    rows = {"violence.attacks_initial": WEEKS_PER_YEAR * attacks}
    rows |= {f"violence.share_{group}": by_group[:, g] / attacks for g, group in enumerate(GROUPS)}
    per_attack = w.p["history.fatalities"] / w.p["violence.attacks_initial"]
    rows["history.fatalities"] = WEEKS_PER_YEAR * attacks * per_attack
    known = w.inputs.parameters
    return {name: np.clip(values, known[name].low, known[name].high) for name, values in rows.items()}
