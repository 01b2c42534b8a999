"""Episodes of the record left out of the fit, and predicted: what a fit that never saw one makes of it.

Core objects: `study` (fits without an episode, plays it, and says what came of it: a `EpisodeStudy`), `EpisodeOutcome`
(an observed figure beside the forecasts of it) and `Reading` (one forecast of it). Each outcome is forecast by draws of
the fit, by draws of the prior with the same chance, and by simple forecasts told of the same events. All in arm C (when
closures, orders and truces began, not how they ended nor how strong they were), and by the fit in arm A (the calendar)
too.
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
from regionsim.history.scoring import lengths_of
from regionsim.history.wholefit import apart
from regionsim.schema.shocks import Ceasefire

FIT, PRIOR, UNTOLD, BASELINE = "fit without it", "prior", "fit without it, arm A", "baseline"
LONGEST = 186  # days of a window, half a year
LEVEL = 0.9
LENGTHS = "days of closures and truces"
"""What lengths are gathered under, as a series is by its id."""


@dataclass(frozen=True)
class Reading:
    """A forecast of one outcome: median and 90% interval, CRPS, and the place of what was observed among the draws."""

    median: float
    low: float
    high: float
    crps: float
    place: float


@dataclass(frozen=True)
class EpisodeOutcome:
    """What was observed in a window, and what was forecast of it, by forecast; `baseline` names the simple one."""

    series: str
    label: str
    window: Window
    by: Mapping[str, Reading]
    baseline: str

    def held(self, name: str) -> bool:
        """Whether the 90% interval of a forecast holds what was observed."""
        return self.by[name].low <= self.window.value <= self.by[name].high


@dataclass(frozen=True)
class EpisodeFan:
    """Quantiles 5, 50 and 95% of a series by month from the origin, (3, months): by the fit and by the prior."""

    series: str
    origin: date
    fit: Array
    prior: Array


@dataclass(frozen=True)
class EpisodeStudy:
    """An episode, the fit without it, what was predicted of it, and its months."""

    episode: Episode
    fit: Calibration
    outcomes: tuple[EpisodeOutcome, ...]
    fans: tuple[EpisodeFan, ...]


@dataclass(frozen=True)
class _Four:
    """Forecasts from one origin: by the fit and the prior in arm C, by the fit in arm A."""

    fit: Forecasts
    prior: Forecasts
    untold: Forecasts


def study(
    episode: Episode, task: CalibrationSpec, draws: int = 200, say: Callable[[str], None] | None = None
) -> EpisodeStudy:
    """Fit without an episode and predict it, in so many draws. task: how the fit is done; its days left out are set."""
    fit = calibrate(replace(task, without=(episode.span,), rows=draws), say)
    record, known = read_supplied(), read_measures()
    outcomes: list[EpisodeOutcome] = []
    fans = []
    for origin, names in _origins(episode, known).items():
        played = _played(episode, origin, names, fit.rows, draws, task.seed, record)
        for one, prior, untold in zip(played.fit.series, played.prior.series, played.untold.series, strict=True):
            windows = windows_within(episode, one.measure, origin, record.records)
            if windows:
                outcomes += _of_series(one, prior, untold, windows)
            if one.measure.step == "month":
                fans.append(_fan(episode, one, prior))
        if origin == episode.origin:
            outcomes += _of_spells(episode, played, record)
    return EpisodeStudy(episode, fit, tuple(outcomes), tuple(fans))


def _origins(episode: Episode, known: Mapping[str, Measure]) -> dict[date, tuple[str, ...]]:
    """The days forecasts are made on, and the series of each."""
    yearly = tuple(name for name in episode.measures if known[name].step == "year")
    monthly = tuple(name for name in episode.measures if name not in yearly)
    if episode.origin == episode.origin_of_year or not yearly:
        return {episode.origin: monthly + yearly}
    return {episode.origin: monthly, episode.origin_of_year: yearly}


def windows_within(episode: Episode, measure: Measure, origin: date, records: Records) -> list[Window]:
    """Observed windows that are predicted from an origin: none that a fit without the episode uses, none twice."""
    end = add_months(origin, MONTHS)
    found = [
        one
        for one in windows_of(measure, records, episode.last)
        if origin <= one.begin and one.end <= end and overlaps([episode.span], one.begin, one.end - timedelta(days=1))
    ]
    return found if measure.step == "year" else apart(found, LONGEST)


def _played(
    episode: Episode, origin: date, names: tuple[str, ...], rows: Mapping[str, Array], draws: int, seed: int,
    record: Supplied,
) -> _Four:  # fmt: skip
    """Play an origin by the rows of a fit and by the prior, with the same chance."""
    last = min(episode.last, add_months(origin, MONTHS) - timedelta(days=1))
    ask = HindcastSpec(origin, last, MONTHS, ("A", "C"), draws, seed, names)
    untold, fit = forecasts(ask, record.records, record.events, given=rows)
    (prior,) = forecasts(replace(ask, arms=("C",)), record.records, record.events)
    return _Four(fit, prior, untold)


def _of_series(one: Forecast, prior: Forecast, untold: Forecast, windows: Sequence[Window]) -> list[EpisodeOutcome]:
    """Outcomes of a series: baselines are all tried, and the one that turned out best over them is shown."""
    counts, observed = one.measure.counts, np.array([each.value for each in windows])
    others = {name: one.baseline_over(name, windows) for name in one.baselines}
    others = {name: values for name, values in others.items() if np.isfinite(values).all()}
    means = {name: float(scores.crps(values, observed, log=counts).mean()) for name, values in others.items()}
    best = min(means, key=means.__getitem__, default="")
    made = {FIT: one.over(windows), PRIOR: prior.over(windows), UNTOLD: untold.over(windows)}
    made |= {BASELINE: others[best]} if best else {}
    read = {name: _read(values, observed, counts=counts) for name, values in made.items()}
    return [
        EpisodeOutcome(one.measure.id, _label(each), each, {name: found[k] for name, found in read.items()}, best)
        for k, each in enumerate(windows)
    ]


def _read(draws: Array, observed: Array, *, counts: bool) -> list[Reading]:
    """A reading of each outcome; CRPS of counts is of log(1 + x)."""
    low, median, high = np.quantile(draws, [(1.0 - LEVEL) / 2.0, 0.5, (1.0 + LEVEL) / 2.0], axis=0)
    crps = scores.crps(draws, observed, log=counts)
    places = scores.pit(draws, observed, np.random.default_rng(0))
    columns = zip(median, low, high, crps, places, strict=True)
    return [Reading(*(float(value) for value in column)) for column in columns]


def _label(window: Window) -> str:
    """The days of a window, short where it is a month or a fiscal year."""
    begin, end = window.begin, window.end
    if begin.day == 1 and end == add_months(begin, 1):
        return f"{begin:%Y-%m}"
    if end == add_months(begin, MONTHS):
        return f"FY{begin.year}-{end:%y}"
    return f"{begin} to {end - timedelta(days=1)}"


def _of_spells(episode: Episode, played: _Four, record: Supplied) -> list[EpisodeOutcome]:
    """Outcomes of the lengths asked for, beside lengths of those known to have ended before."""
    lengths = lengths_of(record.records["border_closures"], record.named)
    lengths |= {shock.id or "": shock.days for shock in record.events if isinstance(shock, Ceasefire)}
    others = {one.id: one for one in (*played.prior.spells, *played.prior.truces)}
    told = (*played.fit.spells, *played.fit.truces)
    return [_of_spell(one, others[one.id], lengths[one.id]) for one in told if one.id in episode.spells]


def _of_spell(one: Spell, prior: Spell, days: float) -> EpisodeOutcome:
    made = {FIT: one.draws, PRIOR: prior.draws, BASELINE: one.past}
    read = {name: _read(draws[:, None], np.array([days]), counts=True)[0] for name, draws in made.items()}
    window = Window(one.on, one.on + timedelta(days=round(days)), days)
    return EpisodeOutcome(LENGTHS, one.id, window, read, "past lengths")


def _fan(episode: Episode, one: Forecast, prior: Forecast) -> EpisodeFan:
    months = (episode.last.year - one.origin.year) * 12 + episode.last.month - one.origin.month + 1
    bands = [np.quantile(each.draws[:, :months], [0.05, 0.5, 0.95], axis=0) for each in (one, prior)]
    return EpisodeFan(one.measure.id, one.origin, *bands)
