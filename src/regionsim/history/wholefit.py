"""The fit of the whole model: the record is simulated, and figures of each world are compared with those observed.

Core objects: `Watched` (figures of worlds, observations and their errors), `watch` (simulates), `Emulator` (figures
from parameters), `implausibility` and `log_likelihood`. Every world is a draw of the parameters, so that one simulation
gives as many pairs of parameters and figures as it has worlds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from regionsim.evidence import Evidence, load_evidence, record_ends
from regionsim.evidence.holdout import pieces
from regionsim.evidence.measures import Measure, Window, add_months, month_of, read_measures, windows_of
from regionsim.history.fitting import Array
from regionsim.history.measurement import prorate
from regionsim.history.submodels import clash_episodes
from regionsim.history.vintage import known_state
from regionsim.history.weekly import Weeks, play
from regionsim.model.information_set import InformationSet
from regionsim.scenario import Scenario, load
from regionsim.schema.dates import FIRST_START

MONTHS = 30
"""Months that are simulated, up to the last day of the data."""
IMPLAUSIBLE = 3.0
"""A figure rules out parameters beyond this many standard deviations (Pukelsheim's rule; SCIENCE 2.2, S149)."""
_HIDDEN = frozenset({"expulsion_order"})  # the strength of orders is fitted, and so not given
_YEARLY = ("exports_year", "imports_year", "transit_year")
_RETURNS = ("returns_all", "returns_undocumented")
RULED = 4.5
"""A parameter enters if its correlation with a figure exceeds this many standard errors, which none does by chance."""
_SHORTEST, _LONGEST = 28, 95  # fewest and most days of a window of returns


@dataclass(frozen=True)
class Figure:
    """One figure: the log of a flow summed over windows; `per`: the flow, over `per_windows`, it is divided by."""

    name: str
    flow: str
    windows: tuple[Window, ...]
    observed: float
    sources: tuple[str, ...]
    error: str
    per: str = ""
    per_windows: tuple[Window, ...] = ()


@dataclass(frozen=True)
class Watched:
    """Figures of each world (W, K), observations (K,), and their error with the model's discrepancy (K,)."""

    names: tuple[str, ...]
    sources: tuple[tuple[str, ...], ...]
    model: Array
    observed: Array
    error: Array
    parameters: dict[str, Array]


# -- what was observed ------------------------------------------------------------------------------------------------


def first_day(until: date) -> date:
    """First day of the simulation: thirty months before the month after `until`, not before the first state."""
    after = month_of(until + timedelta(days=1))[0]
    return max(add_months(after, -MONTHS), FIRST_START)


def figures(evidence: Evidence, until: date) -> list[Figure]:
    """The observations between the first day and `until`, as figures."""
    records = {id: series.records for id, series in evidence.series.items()}
    start, measures = first_day(until), read_measures()

    def windows(name: str) -> tuple[Window, ...]:
        return tuple(window for window in windows_of(measures[name], records, until) if window.begin >= start)

    result = [_of_window(measures[name], window, f"{window.end.year}") for name in _YEARLY for window in windows(name)]
    for name in _RETURNS:
        result += [_of_window(measures[name], each, f"{each.begin:%Y-%m}") for each in non_overlapping(windows(name))]
    result += _attacks(measures["attacks_picss"], windows("attacks_picss"))
    result += _deaths(measures["attacks_picss"], windows("attacks_picss"), evidence)
    clashes = float(clash_episodes(evidence, start, until))
    spans = pieces(evidence.left_out, start, until)
    days = tuple(Window(first, last + timedelta(days=1), clashes) for first, last in spans)
    result.append(Figure("clashes", "clashes", days, float(np.log1p(clashes)), ("cross_border_incidents",), ""))
    return result


def _of_window(measure: Measure, window: Window, label: str) -> Figure:
    name = f"{measure.id} {label}"
    return Figure(name, measure.latent, (window,), float(np.log1p(window.value)), measure.series, measure.drift)


def non_overlapping(windows: Sequence[Window], longest: int = _LONGEST) -> list[Window]:
    """Non-overlapping windows of a month to a quarter, or to `longest` days, chosen from the earliest on."""
    chosen: list[Window] = []
    for window in sorted(windows, key=lambda each: (each.begin, each.end)):
        days = (window.end - window.begin).days
        if _SHORTEST <= days <= longest and (not chosen or window.begin >= chosen[-1].end):
            chosen.append(window)
    return chosen


def _attacks(measure: Measure, months: tuple[Window, ...]) -> list[Figure]:
    """Attacks in the last twelve known months, and in those before."""
    if len(months) < 2:
        return []
    parts = {"attacks, last year": months[-12:], "attacks, before": months[:-12]}
    return [
        Figure(name, "attacks", part, float(np.log1p(sum(month.value for month in part))), measure.series, "")
        for name, part in parts.items()
        if part
    ]


def _deaths(measure: Measure, months: tuple[Window, ...], evidence: Evidence) -> list[Figure]:
    """Deaths per attack over the months for which both are known."""
    rows = evidence.series[measure.series[0]].records
    deaths = {date(int(r["year"] or 0), int(r["month"] or 0), 1): r["deaths"] for r in rows}
    both = tuple(month for month in months if deaths.get(month.begin) is not None)
    if not both:
        return []
    toll = sum(float(deaths[month.begin] or 0.0) for month in both)
    value = float(np.log1p(toll) - np.log1p(sum(month.value for month in both)))
    return [Figure("deaths per attack", "deaths", both, value, measure.series, "", "attacks", both)]


# -- what the model gives ---------------------------------------------------------------------------------------------


def record_to(evidence: Evidence, until: date, seed: int) -> tuple[Scenario, InformationSet]:
    """The record up to a day as a scenario: the state as known at its start, and events with the strength of orders
    hidden.

    Observations after the day enter only through interpolation between dated stocks. Events of days left out are played
    all the same: they drive what is fitted after them.
    """
    start, end = first_day(until), until + timedelta(days=7)  # the week that holds the last day is played
    records = {id: series.records for id, series in evidence.series.items()}
    before = tuple(event.shock for event in evidence.timeline.values())
    state = known_state(records, start, evidence.parameters, before, evidence.left_out)
    record = load("history_2023", sets=("timeline=none",))
    dated = load_evidence().timeline if evidence.left_out else evidence.timeline
    events = tuple(event.shock for event in dated.values() if start <= event.shock.on <= until)
    scenario = record.model_copy(
        update={"name": "calibration", "start": start, "end": end, "seed": seed, "targets": (), "expect": (),
                "history": events, "parameters": {**record.parameters, **state}, "draws": "prior"}
    )  # fmt: skip
    return scenario, InformationSet(end + timedelta(days=7), min(until, record_ends()), _HIDDEN)


def watch(evidence: Evidence, until: date, given: Mapping[str, Array], first: int, worlds: int, seed: int) -> Watched:
    """Figures of simulated worlds from number `first` on, with the parameters `given` (W,) instead of drawn ones."""
    from regionsim.model.worlds import plain_worlds

    scenario, information = record_to(evidence, until, seed)
    plain = plain_worlds(scenario, range(first, first + worlds))
    free = {name: values for name, values in given.items() if name in free_parameters(evidence, scenario)}
    played = play(scenario, information, replace(plain, parameters=plain.parameters | free))
    targets = figures(evidence, until)
    model = np.stack([_of_worlds(target, played, scenario.start) for target in targets], axis=1)
    discrepancy = evidence.parameters["measurement.discrepancy"].value
    errors = [evidence.parameters[target.error].value if target.error else 0.0 for target in targets]
    error = np.sqrt(np.square(errors) + discrepancy**2)
    observed = np.array([target.observed for target in targets])
    names, sources = tuple(target.name for target in targets), tuple(target.sources for target in targets)
    return Watched(names, sources, model, observed, error, played.parameters)


def _of_worlds(figure: Figure, played: Weeks, start: date) -> Array:
    """A figure in each world, (W,)."""
    value = np.log1p(prorate(played.flows[figure.flow], start, figure.windows).sum(axis=1))
    if figure.per:
        value = value - np.log1p(prorate(played.flows[figure.per], start, figure.per_windows).sum(axis=1))
    return np.asarray(value)


def free_parameters(evidence: Evidence, scenario: Scenario) -> tuple[str, ...]:
    """Parameters that the whole model may fit: drawn, not part of the initial state, no choice, no reporting rate."""
    from regionsim.model.initial_state import initial_state

    state = initial_state(scenario.start) if scenario.start <= record_ends() else {}
    excluded = ("structure.", "measurement.", "levers.", "climate.")
    return tuple(
        name for name, parameter in evidence.parameters.items()
        if parameter.draw is not None and parameter.draw.distribution != "choice" and name not in state
        and name not in scenario.parameters and not name.startswith(excluded)
    )  # fmt: skip


# -- figures from parameters ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Emulator:
    """Mean figures (K,), linear and quadratic in the ranks of parameters; `covariance` (K, K): that of the residuals,
    due to chance and all other parameters.
    """

    names: tuple[str, ...]
    samples: tuple[Array, ...]
    weights: Array
    covariance: Array
    explained: Array

    def mean(self, values: Mapping[str, Array]) -> Array:
        """Mean figures at parameters (N,), (N, K)."""
        return np.asarray(_terms([_rank(s, values[n]) for n, s in zip(self.names, self.samples, strict=True)],
                                 len(next(iter(values.values())))) @ self.weights)  # fmt: skip


def _rank(sample: Array, values: Array) -> Array:
    """Ranks of values in a sorted sample, -1 to 1."""
    return np.asarray(np.interp(values, sample, np.linspace(-1.0, 1.0, sample.size)))


def _terms(ranks: Sequence[Array], n: int) -> Array:
    columns = [np.ones(n)]
    for rank in ranks:
        columns += [rank, rank**2 - 1.0 / 3.0]
    return np.stack(columns, axis=1)


def emulate(model: Array, parameters: Mapping[str, Array], names: Sequence[str]) -> Emulator:
    """Fit an emulator to worlds, (W, K) and (W,), with those of the named parameters that move a figure."""
    least = RULED / np.sqrt(len(model))
    return fitted_to(model, parameters, [name for name in names if _moves(model, parameters[name]) > least])


def fitted_to(model: Array, parameters: Mapping[str, Array], chosen: Sequence[str]) -> Emulator:
    """Fit an emulator to worlds with all parameters in `chosen`."""
    worlds = len(model)
    samples = tuple(np.sort(parameters[name]) for name in chosen)
    terms = _terms([_rank(s, parameters[n]) for n, s in zip(chosen, samples, strict=True)], worlds)
    weights = np.linalg.lstsq(terms, model, rcond=None)[0]
    residuals = model - terms @ weights
    covariance = residuals.T @ residuals / max(worlds - terms.shape[1], 1)
    explained = 1.0 - np.diag(covariance) / np.maximum(model.var(axis=0), 1e-12)
    return Emulator(tuple(chosen), samples, weights, np.atleast_2d(covariance), explained)


def _moves(model: Array, values: Array) -> float:
    """The largest absolute correlation of a parameter's ranks with a figure."""
    if np.ptp(values) == 0.0:
        return 0.0
    rank = _rank(np.sort(values), values)
    rank = (rank - rank.mean()) / rank.std()
    spread = np.maximum(model.std(axis=0), 1e-12)
    return float(np.max(np.abs(rank @ (model - model.mean(axis=0)) / (len(rank) * spread))))


def implausibility(mean: Array, emulator: Emulator, observed: Array, error: Array) -> Array:
    """|observed - mean| over the root of the summed observation, discrepancy and emulator variance, (N, K)."""
    return np.asarray(np.abs(observed - mean) / np.sqrt(error**2 + np.diag(emulator.covariance)))


def log_likelihood(mean: Array, emulator: Emulator, observed: Array, error: Array) -> Array:
    """Normal log likelihood of the observed figures at mean figures (N, K), up to a constant, (N,)."""
    covariance = emulator.covariance + np.diag(error**2)
    residuals = (observed - mean) @ np.linalg.inv(np.linalg.cholesky(covariance)).T
    return np.asarray(-0.5 * np.sum(residuals**2, axis=1))
