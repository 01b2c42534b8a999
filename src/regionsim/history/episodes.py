"""Episodes of the record left out of the fit and then predicted from it.

Core objects: `study` (fits without an episode and forecasts it: an `EpisodeStudy`), `EpisodeOutcome` (an observed
figure and its forecasts) and `Reading` (one forecast of it). Each outcome is forecast in arm C (when closures, orders
and truces began, not how they ended nor how strong they were): by draws of the fit, by draws of the prior with the same
chance, and by simple forecasts given the same events. The fit also forecasts in arm A (the calendar).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from regionsim.evidence.episodes import Episode
from regionsim.evidence.holdout import overlaps
from regionsim.evidence.measures import Measure, Records, Window, add_months, read_measures, windows_of
from regionsim.history import scores
from regionsim.history.calibrate import Calibration, CalibrationSpec, calibrate
from regionsim.history.external_data import Supplied, read_supplied
from regionsim.history.hindcast import Forecast, Forecasts, HindcastSpec, Spell, forecasts
from regionsim.history.measurement import MONTHS, Array
from regionsim.history.scoring import lengths_of, running_of
from regionsim.history.wholefit import non_overlapping
from regionsim.schema.shocks import Ceasefire

FIT, PRIOR, UNTOLD, BASELINE = "fit without it", "prior", "fit without it, arm A", "baseline"
LONGEST = 186  # most days of a window, half a year
LEVEL = 0.9
LENGTHS = "days of closures and truces"
"""Stands for the id of a series in outcomes that are lengths."""


@dataclass(frozen=True)
class Reading:
    """A forecast of one outcome: median and 90% interval, CRPS, and the rank (0..1) of the observation among draws."""

    median: float
    low: float
    high: float
    crps: float
    place: float


@dataclass(frozen=True)
class EpisodeOutcome:
    """The observation in a window, and a `Reading` by name of the forecast; `baseline` names the simple forecast."""

    series: str
    label: str
    window: Window
    by: Mapping[str, Reading]
    baseline: str

    def held(self, name: str) -> bool:
        """Whether the 90% interval of a forecast holds the observation."""
        return self.by[name].low <= self.window.value <= self.by[name].high


@dataclass(frozen=True)
class EpisodeFan:
    """The 5, 50 and 95% quantiles of a series by month from the origin, (3, months), of the fit and of the prior."""

    series: str
    origin: date
    fit: Array
    prior: Array


@dataclass(frozen=True)
class EpisodeStudy:
    """An episode, the fit without it, its predicted outcomes, and fans by month."""

    episode: Episode
    fit: Calibration
    outcomes: tuple[EpisodeOutcome, ...]
    fans: tuple[EpisodeFan, ...]


@dataclass(frozen=True)
class _Four:
    """Forecasts from one origin: by the fit and the prior in arm C, by the fit in arm A."""

    fit: Forecasts
    prior: Forecasts
    arm_a: Forecasts


def study(
    episode: Episode, spec: CalibrationSpec, draws: int = 200, say: Callable[[str], None] | None = None
) -> EpisodeStudy:
    """Fit without an episode and predict it with `draws` draws. spec: settings of the fit; `without` is replaced."""
    fit = calibrate(replace(spec, without=(episode.span,), rows=draws), say)
    record, measures = read_supplied(), read_measures()
    outcomes: list[EpisodeOutcome] = []
    fans = []
    for origin, names in _origins(episode, measures).items():
        played = _played(episode, origin, names, fit.rows, draws, spec.seed, record)
        for forecast, prior, arm_a in zip(played.fit.series, played.prior.series, played.arm_a.series, strict=True):
            windows = windows_within(episode, forecast.measure, origin, record.records)
            if windows:
                outcomes += _of_series(forecast, prior, arm_a, windows)
            if forecast.measure.step == "month":
                fans.append(_fan(episode, forecast, prior))
        if origin == episode.origin:
            outcomes += _of_spells(episode, played, record)
    return EpisodeStudy(episode, fit, tuple(outcomes), tuple(fans))


def _origins(episode: Episode, measures: Mapping[str, Measure]) -> dict[date, tuple[str, ...]]:
    """The forecast origins, and the series of each."""
    yearly = tuple(name for name in episode.measures if measures[name].step == "year")
    monthly = tuple(name for name in episode.measures if name not in yearly)
    if episode.origin == episode.origin_of_year or not yearly:
        return {episode.origin: monthly + yearly}
    return {episode.origin: monthly, episode.origin_of_year: yearly}


def windows_within(episode: Episode, measure: Measure, origin: date, records: Records) -> list[Window]:
    """Observed windows that are predicted from an origin, without overlaps and without any that the fit uses."""
    end, day = add_months(origin, MONTHS), timedelta(days=1)
    windows = [
        window
        for window in windows_of(measure, records, episode.last)
        if origin <= window.begin and window.end <= end and overlaps([episode.span], window.begin, window.end - day)
    ]
    return windows if measure.step == "year" else non_overlapping(windows, LONGEST)


def _played(
    episode: Episode, origin: date, names: tuple[str, ...], rows: Mapping[str, Array], draws: int, seed: int,
    record: Supplied,
) -> _Four:  # fmt: skip
    """Forecasts from an origin by the rows of a fit and by the prior, with the same chance."""
    last = min(episode.last, add_months(origin, MONTHS) - timedelta(days=1))
    spec = HindcastSpec(origin, last, MONTHS, ("A", "C"), draws, seed, names)
    arm_a, fit = forecasts(spec, record.records, record.events, given=rows)
    (prior,) = forecasts(replace(spec, arms=("C",)), record.records, record.events)
    return _Four(fit, prior, arm_a)


def _of_series(forecast: Forecast, prior: Forecast, arm_a: Forecast, windows: Sequence[Window]) -> list[EpisodeOutcome]:
    """Outcomes of a series; of all baselines the one with the best score over these outcomes is shown."""
    counts, observed = forecast.measure.counts, np.array([window.value for window in windows])
    baselines = {name: forecast.baseline_over(name, windows) for name in forecast.baselines}
    baselines = {name: values for name, values in baselines.items() if np.isfinite(values).all()}
    means = {name: float(scores.crps(values, observed, log=counts).mean()) for name, values in baselines.items()}
    best = min(means, key=means.__getitem__, default="")
    draws = {FIT: forecast.over(windows), PRIOR: prior.over(windows), UNTOLD: arm_a.over(windows)}
    draws |= {BASELINE: baselines[best]} if best else {}
    readings = {name: _read(values, observed, counts=counts) for name, values in draws.items()}
    series = forecast.measure.id
    return [
        EpisodeOutcome(series, _label(window), window, {name: row[k] for name, row in readings.items()}, best)
        for k, window in enumerate(windows)
    ]


def _read(draws: Array, observed: Array, *, counts: bool) -> list[Reading]:
    """A reading of each outcome; CRPS of counts is of log(1 + x)."""
    low, median, high = np.quantile(draws, [(1.0 - LEVEL) / 2.0, 0.5, (1.0 + LEVEL) / 2.0], axis=0)
    crps = scores.crps(draws, observed, log=counts)
    places = scores.pit(draws, observed, np.random.default_rng(0))
    columns = zip(median, low, high, crps, places, strict=True)
    return [Reading(*(float(value) for value in column)) for column in columns]


def _label(window: Window) -> str:
    """The days of a window, abbreviated where it is a month or a fiscal year."""
    begin, end = window.begin, window.end
    if begin.day == 1 and end == add_months(begin, 1):
        return f"{begin:%Y-%m}"
    if end == add_months(begin, MONTHS):
        return f"FY{begin.year}-{end:%y}"
    return f"{begin} to {end - timedelta(days=1)}"


def _of_spells(episode: Episode, played: _Four, record: Supplied) -> list[EpisodeOutcome]:
    """Outcomes of the episode's spells: forecasts of their lengths, and past lengths as the baseline."""
    lengths = lengths_of(record.records["border_closures"], record.named)
    lengths |= {shock.id or "": shock.days for shock in record.events if isinstance(shock, Ceasefire)}
    seen = running_of(record.records["border_closures"], record.named)
    priors = {spell.id: spell for spell in (*played.prior.spells, *played.prior.truces)}
    spells = (*played.fit.spells, *played.fit.truces)
    return [
        _of_spell(spell, priors[spell.id], lengths.get(spell.id), seen.get(spell.id))
        for spell in spells
        if spell.id in episode.spells
    ]


def _of_spell(spell: Spell, prior: Spell, length: float | None, seen: float | None) -> EpisodeOutcome:
    """The days of a spell; of one that had not ended when last observed, those up to then, in forecasts too."""
    draws = {FIT: spell.draws, PRIOR: prior.draws, BASELINE: spell.past}
    days = length if length is not None else seen
    if days is None:
        raise KeyError(spell.id)
    if length is None:
        draws = {name: np.minimum(values, days) for name, values in draws.items()}
    readings = {name: _read(values[:, None], np.array([days]), counts=True)[0] for name, values in draws.items()}
    window = Window(spell.on, spell.on + timedelta(days=round(days)), days)
    return EpisodeOutcome(LENGTHS, spell.id, window, readings, "past lengths")


def _fan(episode: Episode, forecast: Forecast, prior: Forecast) -> EpisodeFan:
    months = (episode.last.year - forecast.origin.year) * 12 + episode.last.month - forecast.origin.month + 1
    bands = [np.quantile(each.draws[:, :months], [0.05, 0.5, 0.95], axis=0) for each in (forecast, prior)]
    return EpisodeFan(forecast.measure.id, forecast.origin, *bands)
