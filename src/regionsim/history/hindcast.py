"""Hindcasts: forecasts of a year from many past origins, by the model and by simple baselines.

Core objects: `HindcastSpec`, `forecasts` (simulates; one `Forecast` for each origin, arm and series), `Forecast` (draws
by month, of the model and of baselines). No outcome is read while forecasts are made: `scoring` compares them with the
observations afterwards. Each origin is a batch of worlds of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from regionsim.errors import InputError, argument
from regionsim.evidence import load_evidence
from regionsim.evidence.known_levels import known_rates
from regionsim.evidence.measures import Measure, Records, Window, add_months, read_measures
from regionsim.evidence.records import Parameter
from regionsim.history import assimilation
from regionsim.history.all_shut import past_odds
from regionsim.history.baselines import BASELINES, Info, past_totals
from regionsim.history.declared import TOTAL, Declaration, read_declared
from regionsim.history.measurement import MONTHS, Array, Rate, monthly_history, prorate, rate_at, report
from regionsim.history.origins import ARMS, InformationArm, event_share, forecast_from, onset_months, scored_on
from regionsim.history.vintage import as_known, carried_growth, known_state, known_stocks, unknown_flows
from regionsim.history.weekly import Weeks, play
from regionsim.scenario import Scenario, load
from regionsim.schema.dates import FIRST_START
from regionsim.schema.quantities import LogNormal
from regionsim.schema.shocks import BorderClosure, Ceasefire, Shock

if TYPE_CHECKING:
    from regionsim.evidence.inputs import Inputs
    from regionsim.model.information_set import InformationSet
    from regionsim.model.worlds import Worlds

WINDOW = (date(2023, 1, 1), date(2025, 6, 30))
"""The days held out: choices are tuned on earlier days, and every use of these days is logged in docs/looks.md."""
SEEN_ONCE = (date(2025, 7, 1), date(2026, 1, 31))
"""Days whose outcomes scored forecasts frozen before they were opened, once; hindsight since."""
ONE_ORIGIN = 0
"""`HindcastSpec.every` of a hindcast from its first day alone."""
STARTS = {"plain": (), "returns": ("returns",), "assimilated": assimilation.PARTS}
"""What a start may be weighted by."""
_PER_DRAW = 20
"""Worlds that an assimilated start plays for each draw, up to `assimilation.WORLDS`."""
_LAST = date(2100, 12, 31)
_GOODS, _PEOPLE = ("exports", "imports", "transit"), ("returns_registered", "returns_other", "returns")
_EVENTS_OF = {
    **dict.fromkeys(_GOODS, ("border_closure", "takeover")),
    **dict.fromkeys(_PEOPLE, ("expulsion_order", "border_closure", "takeover")),
    "attacks": ("ceasefire", "airstrike", "takeover"), "closures": ("takeover",),
}  # fmt: skip
"""Flow -> kinds of events whose past effects baselines may use, the nearest first."""


@dataclass(frozen=True)
class HindcastSpec:
    """Settings of a hindcast: outcomes from `first` to `last` (days), months between origins (`ONE_ORIGIN`: the first
    origin alone), arms, draws, a seed.

    measures: ids of the series, all where none is named. sets: parameters and draws, as `--set` names them. start:
    `plain`, or weighted by what was reported in the months before each origin (`assimilation`): by `returns` alone, or
    `assimilated` by attacks too.
    """

    first: date
    last: date
    every: int = 3
    arms: tuple[str, ...] = tuple(ARMS)
    draws: int = 200
    seed: int = 20250818
    measures: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    start: str = "plain"

    def __post_init__(self) -> None:
        faults = [
            f"{argument('arms')}: {arm!r} is no arm (allowed: {', '.join(ARMS)})"
            for arm in self.arms
            if arm not in ARMS
        ]
        if self.first < FIRST_START:
            faults.append(
                f"{argument('first')}: {self.first} is before the first state of the record "
                f"(allowed: from {FIRST_START})"
            )
        if self.last <= self.first:
            faults.append(f"{argument('last')}: {self.last} is not after {argument('first')}")
        elif self.last > _LAST:
            faults.append(f"{argument('last')}: {self.last} is out of range (allowed: to {_LAST})")
        if not ONE_ORIGIN <= self.every <= MONTHS:
            faults.append(
                f"{argument('every')}: {self.every} is out of range (allowed: monthly, one, or 1 to {MONTHS} months)"
            )
        if self.start not in STARTS:
            faults.append(f"{argument('start')}: {self.start!r} is no start (allowed: {', '.join(STARTS)})")
        if not 10 <= self.draws <= 100_000:
            faults.append(f"{argument('draws')}: {self.draws} is out of range (allowed: 10 to 100,000)")
        if not 0 <= self.seed < 2**63:
            faults.append(f"{argument('seed')}: {self.seed} is out of range (allowed: 0 to 2**63 - 1)")
        allowed = read_measures()
        faults += [
            f"{argument('measures')}: {id!r} is no series (allowed: {', '.join(allowed)})"
            for id in self.measures
            if id not in allowed
        ]
        of_draws = ("draws=prior", "draws=posterior")
        faults += [
            f"{argument('sets')}: {text!r} does nothing to a hindcast (allowed: parameters.NAME=VALUE, {of_draws[1]})"
            for text in self.sets
            if not text.startswith("parameters.") and text not in of_draws
        ]
        if not faults and not self.origins:
            faults.append(
                f"{argument('first')}, {argument('last')}: {self.first} to {self.last} hold no month from its first "
                "day to its last"
            )
        if faults:
            raise InputError(faults)

    @property
    def origins(self) -> list[date]:
        """First days of every `every`-th month from `first` on, as long as a month of outcomes is left."""
        origin = self.first if self.first.day == 1 else add_months(self.first, 1)
        days = []
        while add_months(origin, 1).toordinal() - 1 <= self.last.toordinal():
            days.append(origin)
            if self.every == ONE_ORIGIN:
                break
            origin = add_months(origin, self.every)
        return days

    @property
    def opens_window(self) -> bool:
        """Whether outcomes of the days held out are used."""
        return self.last >= WINDOW[0] and self.first <= WINDOW[1]


@dataclass(frozen=True)
class Spell:
    """A closure or truce whose onset the arm reveals: its days in each world, and draws from the days of past ones."""

    id: str
    crossing: str
    on: date
    draws: Array
    past: Array


@dataclass(frozen=True)
class Forecast:
    """Draws of a series by calendar month from an origin, (M, 12): the model's, and those of baselines by name.

    totals: draws of baselines that forecast the total of the first 1, 2, ... months at once, (M, 12), by name. flow:
    the model's, by week, (M, weeks); with the rate at which it is reported it gives draws of windows other than months,
    with random numbers from `seed`.
    """

    measure: Measure
    arm: str
    origin: date
    draws: Array
    baselines: dict[str, Array]
    flow: Array = field(repr=False)
    rate: Rate = field(repr=False)
    seed: int = 0
    totals: dict[str, Array] = field(default_factory=dict, repr=False)

    def over(self, windows: Sequence[Window]) -> Array:
        """The model's draws over windows, (M, N)."""
        rng = np.random.default_rng(self.seed)
        flow = prorate(self.flow, self.origin, windows)
        return report(flow, self.rate, windows, self.origin, rng, counts=self.measure.counts)

    def baseline_over(self, name: str, windows: Sequence[Window]) -> Array:
        """A baseline's draws over windows, (M, N): its months, prorated by days."""
        return prorate(self.baselines[name], self.origin, windows, days=None)


@dataclass(frozen=True)
class Forecasts:
    """Everything forecast from one origin in one arm.

    shares: returns at Torkham and at Chaman by week, (M, 2, weeks). spells and truces: closures and truces whose onset
    the arm reveals; a truce that still holds at the end of a world counts up to then. all_shut: days of each week on
    which goods pass at no gate, (M, weeks), empty where closures are given. past_odds: probability that they pass at
    none for more than so many days, within the first 1, 2, ... months, (12,), as closures on record had it.
    """

    origin: date
    arm: str
    series: tuple[Forecast, ...]
    spells: tuple[Spell, ...]
    shares: Array = field(repr=False)
    truces: tuple[Spell, ...] = ()
    all_shut: Array = field(default_factory=lambda: np.empty((0, 0)), repr=False)
    past_odds: Mapping[float, Array] = field(default_factory=dict, repr=False)


def forecasts(
    spec: HindcastSpec, records: Records, events: Sequence[Shock], on_origin: Callable[[int], None] | None = None,
    given: Mapping[str, Array] | None = None, declared: Declaration | None = None, inputs: Inputs | None = None,
) -> Iterator[Forecasts]:  # fmt: skip
    """The forecasts of every origin and arm in turn; calls `on_origin(done)` after each.

    records: rows by series; only those published by an origin are read. events: those of the record.
    given: parameters, (draws,) each, that replace those drawn. declared: names the events to give odds of, by default
    those of this installation. inputs: what the model itself reads, by default that of this installation.
    """
    parameters = _declared(spec)
    over = sorted({event.over for event in (declared or read_declared()).events if event.kind == "all_shut"})
    measures = [measure for id, measure in read_measures().items() if not spec.measures or id in spec.measures]
    done = 0
    for origin in spec.origins:
        known = as_known(records, origin)
        state = known_state(known, origin, parameters, events)
        unknown = unknown_flows(state)
        rates, of_start = known_rates(known, parameters), _of_start(spec, origin, known, events) | dict(given or {})
        histories = {measure.id: _histories(measure, known, origin) for measure in measures}
        for id in spec.arms:
            arm = ARMS[id]
            scenario, information, worlds = _start(spec, origin, id, known, events, state, parameters, of_start, inputs)
            played = play(scenario, information, worlds, inputs)
            series = [
                _forecast(each, arm, origin, histories[each.id], played, events, _chance(spec, origin, id, each.id),
                          rates.get(each.id))
                for each in measures
                if scored_on(arm, each.latent) and each.latent not in unknown
            ]  # fmt: skip
            spells = _spells(scenario.history, played, events, origin, _chance(spec, origin, id)) if id == "C" else []
            chance = _chance(spec, origin, id, "truces")
            truces = _truces(scenario.history, information, played, events, origin, chance) if id == "C" else []
            free = scored_on(arm, "closures")
            odds = {days: past_odds(records, origin, days) for days in over} if free else {}
            shut = played.all_shut if free else np.empty((0, 0))
            done += 1
            if on_origin is not None:
                on_origin(done)
            yield Forecasts(origin, id, tuple(series), tuple(spells), played.crossed, tuple(truces), shut, odds)


def played_from(
    spec: HindcastSpec, origin: date, arm: str, records: Records, events: Sequence[Shock], inputs: Inputs | None = None
) -> Weeks:
    """A year simulated from an origin, as for forecasts."""
    parameters = _declared(spec)
    state = known_state(records, origin, parameters, events)
    return play(*_start(spec, origin, arm, records, events, state, parameters, {}, inputs), inputs)


def _start(
    spec: HindcastSpec, origin: date, arm: str, records: Records, events: Sequence[Shock],
    state: Mapping[str, float | LogNormal], parameters: Mapping[str, Parameter], given: Mapping[str, Array],
    inputs: Inputs | None = None,
) -> tuple[Scenario, InformationSet, Worlds]:  # fmt: skip
    """The scenario of a year, its information, and its worlds; what was known at the origin goes before `given`."""
    from regionsim.model.worlds import plain_worlds

    values = {**state} | {"size.households": parameters["measurement.households"].value}
    scenario, information = forecast_from(origin, ARMS[arm], events, values, spec.draws, spec.seed, spec.sets)
    plain = plain_worlds(scenario, range(spec.draws), known_stocks(records, origin), inputs)
    drawn = replace(plain, parameters=plain.parameters | dict(given))
    moved = carried_growth(records, origin, drawn, parameters)
    return scenario, information, replace(drawn, parameters=drawn.parameters | moved)


def _of_start(spec: HindcastSpec, origin: date, known: Records, events: Sequence[Shock]) -> dict[str, Array]:
    """Parameters of an assimilated start, (draws,) each; none for a plain one."""
    from regionsim.model.random import draw_uniform

    if not STARTS[spec.start]:
        return {}
    worlds = min(assimilation.WORLDS, _PER_DRAW * spec.draws)
    made = assimilation.assimilate(origin, known, events, worlds, spec.seed, spec.sets, parts=STARTS[spec.start])
    return made.drawn(draw_uniform(spec.seed, np.arange(spec.draws), "start.row"))


def _declared(spec: HindcastSpec) -> dict[str, Parameter]:
    """The parameters of the evidence, with the values set by `--set`."""
    parameters = load_evidence().parameters
    given = load("status_quo", sets=spec.sets).parameters
    return parameters | {name: replace(parameters[name], value=float(value)) for name, value in given.items()
                    if isinstance(value, float | int)}  # fmt: skip


def _histories(measure: Measure, records: Records, origin: date) -> tuple[Array, Array]:
    """The history by month that baselines use, with yearly figures for missing months, and that of monthly figures."""
    return monthly_history(measure, records, origin), monthly_history(replace(measure, longer=""), records, origin)


def _chance(spec: HindcastSpec, *purpose: object) -> np.random.Generator:
    """Random numbers for draws outside the model; they depend on seed and purpose (origin, arm, series) alone."""
    text = " ".join(str(word) for word in (spec.seed, *purpose))
    return np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big"))


def _forecast(
    measure: Measure, arm: InformationArm, origin: date, histories: tuple[Array, Array], played: Weeks,
    events: Sequence[Shock], rng: np.random.Generator, known: tuple[float, float] | None,
) -> Forecast:  # fmt: skip
    """The model's draws and the baselines' of one series. known: log of its rate from earlier months, and its error."""
    history, own = histories
    flow, level = _as_shown(measure, played, origin)
    worlds = len(flow)
    drift, noise, half_life = (
        played.parameters[name] if name else np.zeros(worlds)
        for name in (measure.drift, measure.noise, measure.half_life)
    )
    log, mean = rate_at(measure, own, level, played.parameters, rng, known)
    rate = Rate(log, drift, noise, mean, half_life)
    seed = int(rng.integers(2**62))
    made = Forecast(measure, arm.id, origin, np.empty(0), {}, flow, rate, seed)
    baselines = _baselines(measure, arm, origin, history, events, worlds, seed)
    totals = {TOTAL: baselines.pop(TOTAL)} if TOTAL in baselines else {}
    return Forecast(measure, arm.id, origin, made.over(months_from(origin)), baselines, flow, rate, seed, totals)


def _as_shown(measure: Measure, played: Weeks, origin: date) -> tuple[Array, Array]:
    """A flow by week, (W, weeks), and its level in each month of the year before the origin, (W, 12), with the part of
    its season that the source shows.
    """
    flow = played.flows[measure.latent]
    level = np.repeat(np.maximum(played.levels.get(measure.latent, np.ones(len(flow))), 1e-9)[:, np.newaxis], MONTHS, 1)
    season = played.seasons.get(measure.latent)
    if season is None:
        return flow, level
    shown = (played.parameters[measure.season] if measure.season else np.ones(len(flow)))[:, np.newaxis]
    months = months_from(origin)
    days = np.array([(month.end - month.begin).days for month in months])
    return flow * season ** (shown - 1.0), level * (prorate(season, origin, months) * 7.0 / days) ** shown


def months_from(origin: date) -> list[Window]:
    """The twelve months from an origin, as windows without values."""
    return [Window(add_months(origin, k), add_months(origin, k + 1), 0.0) for k in range(MONTHS)]


def _baselines(
    measure: Measure, arm: InformationArm, origin: date, history: Array, events: Sequence[Shock], draws: int, seed: int
) -> dict[str, Array]:
    """Every baseline's draws by month, (M, 12), and totals of months; a yearly series is forecast by year, each month a
    twelfth of it.
    """
    if measure.step == "year":
        years = history[history.size % MONTHS :].reshape(-1, MONTHS).sum(axis=1) if history.size else history
        info = Info(draws, measure.counts)
        names = [name for name in BASELINES if name not in ("pulse curves", "event dummies", "all events", "seasonal")]
        made = {name: BASELINES[name](years, 1, np.random.default_rng(seed), info) for name in names}
        return {name: np.repeat(values / MONTHS, MONTHS, axis=1) for name, values in made.items()}
    first, months = add_months(origin, -history.size), history.size + MONTHS
    kinds, held_up = _EVENTS_OF[measure.latent], "cargo" if measure.latent in _GOODS else "pedestrians"
    shares = np.stack([event_share(arm, kind, events, first, months, origin, held_up) for kind in kinds])
    orders = "expulsion_order" in kinds
    onsets = onset_months(arm, "expulsion_order", events, first, origin) if orders else ()
    info = Info(draws, measure.counts, shares, onsets)
    usual = {name: BASELINES[name] for name in BASELINES if name != "pulse curves" or orders} | {TOTAL: past_totals}
    return {name: baseline(history, MONTHS, np.random.default_rng(seed), info) for name, baseline in usual.items()}


def _spells(
    history: Sequence[Shock], played: Weeks, events: Sequence[Shock], origin: date, rng: np.random.Generator
) -> list[Spell]:
    """Closures known to begin after the origin: days in the model, and draws from past ones known to have ended.

    One left open at the end of the record has days for which it is known to have lasted, but no end.
    """
    from regionsim.schema.dates import first_week

    past = [
        float(shock.days)
        for shock in events
        if isinstance(shock, BorderClosure) and not shock.until_agreed and (origin - shock.on).days >= shock.days > 0.0
    ]
    spells = []
    for shock in history:
        if shock.kind != "border_closure" or shock.on == origin or "cargo" not in getattr(shock, "flows", ()):
            continue
        crossing = str(getattr(shock, "crossing", ""))
        places = ["torkham"] if crossing == "all" else [crossing]
        key = f"{places[0]}@{first_week(origin, shock.on)}"
        if key in played.lengths:
            days = played.lengths[key]
            pool = rng.choice(past, days.size) if past else np.full(days.size, np.nan)
            spells.append(Spell(shock.id or "", crossing, shock.on, days, pool))
    return spells


def _truces(
    history: Sequence[Shock], information: InformationSet, played: Weeks, events: Sequence[Shock], origin: date,
    rng: np.random.Generator,
) -> list[Spell]:  # fmt: skip
    """Truces known to begin: days to their end in the model, and draws from past ones known to have ended."""
    from regionsim.schema.dates import first_week

    truces = [shock for shock in events if isinstance(shock, Ceasefire)]
    past = [shock.days for shock in truces if (origin - shock.on).days >= shock.days]
    worlds, weeks = played.truce_ends.shape
    spells = []
    for shock in history:
        if isinstance(shock, Ceasefire) and shock.id not in information.running:
            week = first_week(origin, shock.on)
            after = played.truce_ends[:, week + 1 :]
            held = np.where(after.any(axis=1), np.argmax(after, axis=1) + 1, weeks - week)
            pool = rng.choice(past, worlds) if past else np.full(worlds, np.nan)
            spells.append(Spell(shock.id or "", "", shock.on, 7.0 * held, pool))
    return spells
