"""Rival structures (`structure.*`) scored one by one, on forecasts that differ in nothing else.

Core objects: `rivals` (each structure with its readings), `scored` (the scores of one reading), `compared` (readings
against the usual one, by series and arm), `apart` (which of these differences hold for all rows together) and `weights`
(of readings, by log score). Every reading has the same seed, origins and draws, so that scores are paired.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from regionsim.evidence import load_evidence
from regionsim.evidence.measures import Records
from regionsim.history import scores
from regionsim.history.hindcast import HindcastSpec, forecasts
from regionsim.history.measurement import MONTHS, Array
from regionsim.history.scores import ScoreInterval
from regionsim.history.scoring import score
from regionsim.schema.quantities import Choice
from regionsim.schema.shocks import Shock
from regionsim.stats.differences import holm
from regionsim.stats.intervals import LEVEL

CONTROL = "rupture_and_war"
"""The structure that no draw varies: its reading 0 is the model without long ruptures and war."""
_PREFIX = "structure."


@dataclass(frozen=True)
class Alternative:
    """A structure and its readings, the usual one (that of `draws: fixed`) first."""

    name: str
    title: str
    readings: tuple[float, ...]

    @property
    def parameter(self) -> str:
        """The id of its parameter."""
        return _PREFIX + self.name

    def sets(self, reading: float) -> tuple[str, ...]:
        """The settings that fix a reading, as `--set` takes them."""
        return (f"parameters.{self.parameter}={reading:g}",)


def rivals() -> tuple[Alternative, ...]:
    """Every structure whose reading is drawn, and the control."""
    alternatives = []
    for id, parameter in load_evidence().parameters.items():
        name = id.removeprefix(_PREFIX)
        if id == name or not (isinstance(parameter.draw, Choice) or name == CONTROL):
            continue
        values = parameter.draw.values if isinstance(parameter.draw, Choice) else (0.0, 1.0)
        usual_first = sorted(map(float, values), key=lambda reading: reading != parameter.value)
        alternatives.append(Alternative(name, parameter.title, tuple(usual_first)))
    return tuple(alternatives)


class Scored(NamedTuple):
    """Scores of one forecast of one observed window, from `begin` to `end`; `log` is NaN for other than counts."""

    series: str
    arm: str
    origin: date
    begin: date
    end: date
    crps: float
    log: float


def scored(spec: HindcastSpec, records: Records, events: Sequence[Shock]) -> list[Scored]:
    """The scores of a hindcast, with the parameters that `spec.sets` fixes."""
    return [
        Scored(each.series, each.arm, each.origin, each.window.begin, each.window.end, each.crps, each.log)
        for made in forecasts(spec, records, events)
        for forecast in made.series
        for each in score(forecast, records, spec.last, spec.first)
    ]


# -- readings against the usual one ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ScoreGap:
    """A mean difference of scores with its 95% interval and its two-sided p value."""

    value: float
    low: float
    high: float
    p: float


def gap(ours: Array, theirs: Array, block: int, rng: np.random.Generator) -> ScoreGap:
    """Ours minus theirs over pairs in the order of time, (N,): below zero where ours are better.

    The standard error comes from a circular block bootstrap; the interval is Student's, with the number of blocks less
    one as degrees of freedom, since quantiles of a bootstrap of so few blocks are too narrow.
    """
    from scipy.special import stdtr

    change = ours - theirs
    value = float(change.mean())
    resampled = change[scores.blocks(change.size, block, rng)].mean(axis=1)
    error = float(resampled.std())
    if error == 0.0:
        return ScoreGap(value, value, value, 1.0 if value == 0.0 else 0.0)
    far = scores.reach(resampled, change.size, block)
    chance = 2.0 * float(stdtr(scores.freedom(change.size, block), -abs(value / error)))
    return ScoreGap(value, value - far, value + far, chance)


@dataclass(frozen=True)
class AlternativeRow:
    """A reading of a rival against the usual one, on one series in one arm.

    usual, crps: mean CRPS over origins of the usual reading and of this one. gap, log_gap: None where there are too few
    outcomes, or no log score. identical: whether the forecasts of both readings are the same.
    """

    rival: str
    reading: float
    series: str
    arm: str
    n: int
    outcomes: int
    usual: float
    crps: float
    gap: ScoreGap | None
    log_gap: ScoreGap | None
    identical: bool


def compared(
    rival: Alternative, by_reading: Mapping[float, Sequence[Scored]], every: int, seed: int = 0
) -> list[AlternativeRow]:
    """Rows of every reading but the usual one. by_reading: scores of the same forecasts in the same order.

    Raises ValueError where the forecasts are not the same.
    """
    usual = by_reading[rival.readings[0]]
    rows = []
    for reading in rival.readings[1:]:
        pairs = list(zip(usual, by_reading[reading], strict=True))
        if any(a[:5] != b[:5] for a, b in pairs):
            raise ValueError(f"{rival.name}: the readings are not scored on the same forecasts")
        for series, arm in sorted({(row.series, row.arm) for row in usual}):
            of_both = [pair for pair in pairs if pair[0][:2] == (series, arm)]
            rows.append(_row(rival.name, reading, of_both, _block(every), np.random.default_rng(seed)))
    return rows


def _block(every: int) -> int:
    """Origins in a block: two forecast lengths, as blocks of one miss half of what overlapping forecasts share."""
    return 2 * math.ceil(MONTHS / every)


def _row(rival: str, reading: float, pairs: Sequence[tuple[Scored, Scored]], block: int,
         rng: np.random.Generator) -> AlternativeRow:  # fmt: skip
    usual, ours = [a for a, _ in pairs], [b for _, b in pairs]
    outcomes = len({(row.begin, row.end) for row in usual})
    theirs_crps, our_crps = _by_origin(usual, "crps"), _by_origin(ours, "crps")
    theirs_log, our_log = _by_origin(usual, "log"), _by_origin(ours, "log")
    enough = min(outcomes, our_crps.size) >= scores.TOO_FEW
    identical = all(a.crps == b.crps and (a.log == b.log or math.isnan(a.log)) for a, b in pairs)
    counts = bool(np.isfinite(our_log).all())
    return AlternativeRow(
        rival, reading, usual[0].series, usual[0].arm, len(pairs), outcomes,
        float(theirs_crps.mean()), float(our_crps.mean()),
        gap(our_crps, theirs_crps, block, rng) if enough else None,
        gap(our_log, theirs_log, block, rng) if enough and counts else None, identical,
    )  # fmt: skip


def _by_origin(rows: Iterable[Scored], score: str) -> Array:
    """Mean score of the forecasts from each origin, in the order of time, (origins,)."""
    values: dict[date, list[float]] = {}
    for row in rows:
        values.setdefault(row.origin, []).append(getattr(row, score))
    return np.array([np.mean(values[origin]) for origin in sorted(values)])


def gaps(rows: Iterable[AlternativeRow]) -> list[tuple[AlternativeRow, ScoreGap]]:
    """The differences that can be tested: those of forecasts that differ, with enough outcomes."""
    return [(row, each) for row in rows if not row.identical for each in (row.gap, row.log_gap) if each is not None]


def apart(rows: Iterable[AlternativeRow]) -> list[tuple[AlternativeRow, ScoreGap]]:
    """The differences that hold with a chance of at most 5% that any of them is false, all rows together (Holm)."""
    judged = gaps(rows)
    held = holm(np.array([gap.p for _, gap in judged]))
    return [pair for pair, holds in zip(judged, held, strict=True) if holds]


# -- weights -----------------------------------------------------------------------------------------------------------


def weights(
    by_reading: Mapping[float, Sequence[Scored]], every: int, rng: np.random.Generator
) -> dict[float, ScoreInterval]:
    """Weight of each reading by the log score of its forecasts of counts, with its 95% interval; `n` outcomes.

    Pseudo-BMA with a bootstrap (Yao et al. 2018): weights are proportional to the probability that each reading gave to
    all outcomes, averaged over resampled blocks of origins. An outcome counts once, by the mean of its forecasts, and
    only if its series has ten. Outcomes are treated as independent, which they are not, so weights differ too much
    rather than too little. Without outcomes the weights are equal, with intervals 0 to 1. by_reading: scores of the
    same forecasts of one arm.
    """
    finite = [row for row in next(iter(by_reading.values())) if math.isfinite(row.log)]
    times = Counter((row.series, row.begin, row.end) for row in finite)
    outcomes = Counter(series for series, _, _ in times)
    counted = {series for series, n in outcomes.items() if n >= scores.TOO_FEW}
    origins = sorted({row.origin for row in finite if row.series in counted})
    if not origins:
        return dict.fromkeys(by_reading, ScoreInterval(1.0 / len(by_reading), 0.0, 1.0, 0))
    totals = np.zeros((len(by_reading), len(origins)))
    for k, of_reading in enumerate(by_reading.values()):
        for row in of_reading:
            if row.series in counted:
                totals[k, origins.index(row.origin)] += row.log / times[row.series, row.begin, row.end]
    rows = scores.blocks(len(origins), _block(every), rng)
    drawn = -totals[:, rows].sum(axis=2)
    chance = np.exp(drawn - drawn.max(axis=0))
    shares = chance / chance.sum(axis=0)
    low, high = np.quantile(shares, [(1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0], axis=1)
    n = sum(outcomes[series] for series in counted)
    return {
        reading: ScoreInterval(float(shares[k].mean()), float(low[k]), float(high[k]), n)
        for k, reading in enumerate(by_reading)
    }
