"""Rival structures (`structure.*`) scored apart, on forecasts that differ in nothing else.

Core objects: `rivals` (each structure with its readings), `scored` (the scores of one reading), `compared` (readings
against the usual one, by series and arm), `apart` (which of these differences hold for all rows together) and `weights`
(of readings, by log score). The same seed, origins and draws go into each reading, so that scores are pairs.
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
    """A structure and its readings, the usual one (of `draws: fixed`) first."""

    name: str
    title: str
    readings: tuple[float, ...]

    @property
    def parameter(self) -> str:
        """Its name among the parameters."""
        return _PREFIX + self.name

    def sets(self, reading: float) -> tuple[str, ...]:
        """What fixes a reading, as `--set` names it."""
        return (f"parameters.{self.parameter}={reading:g}",)


def rivals() -> tuple[Alternative, ...]:
    """Every structure of which draws take readings in turn, and the control."""
    found = []
    for id, known in load_evidence().parameters.items():
        name = id.removeprefix(_PREFIX)
        if id == name or not (isinstance(known.draw, Choice) or name == CONTROL):
            continue
        readings = [float(one) for one in known.draw.values] if isinstance(known.draw, Choice) else [0.0, 1.0]
        found.append(Alternative(name, known.title, tuple(sorted(readings, key=lambda one: one != known.value))))
    return tuple(found)


class Scored(NamedTuple):
    """One forecast of one observed window, from `begin` to `end`; `log` is NaN for what is no count."""

    series: str
    arm: str
    origin: date
    begin: date
    end: date
    crps: float
    log: float


def scored(ask: HindcastSpec, records: Records, events: Sequence[Shock]) -> list[Scored]:
    """The scores of what is asked, with the parameters that `ask.sets` fixes."""
    return [
        Scored(one.series, one.arm, one.origin, one.window.begin, one.window.end, one.crps, one.log)
        for made in forecasts(ask, records, events)
        for forecast in made.series
        for one in score(forecast, records, ask.last)
    ]


# -- readings against the usual one ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ScoreGap:
    """A mean difference of scores with its 95% interval; `p` the chance of one as far from zero if there were none."""

    value: float
    low: float
    high: float
    p: float


def gap(ours: Array, theirs: Array, block: int, rng: np.random.Generator) -> ScoreGap:
    """Ours minus theirs over pairs in the order of time, (N,): below zero where ours are better.

    The standard error is that of a circular block bootstrap; the interval is Student's, with the number of blocks less
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

    usual, crps: mean CRPS of origins, of the usual reading and of this one. gap, log_gap: None where there is too
    little to score, or no log score. identical: the forecasts of both readings are the same.
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
    rival: Alternative, found: Mapping[float, Sequence[Scored]], every: int, seed: int = 0
) -> list[AlternativeRow]:
    """Rows of every reading but the usual one. found: scores by reading, of the same forecasts in the same order.

    Raises ValueError where the forecasts are not the same.
    """
    usual = found[rival.readings[0]]
    rows = []
    for reading in rival.readings[1:]:
        pairs = list(zip(usual, found[reading], strict=True))
        if any(one[:5] != other[:5] for one, other in pairs):
            raise ValueError(f"{rival.name}: the readings are not scored on the same forecasts")
        for series, arm in sorted({(one.series, one.arm) for one in usual}):
            of_both = [pair for pair in pairs if pair[0][:2] == (series, arm)]
            rows.append(_row(rival.name, reading, of_both, _block(every), np.random.default_rng(seed)))
    return rows


def _block(every: int) -> int:
    """Origins in a block: twice a forecast's length, as blocks of one miss half of what overlapping forecasts share."""
    return 2 * math.ceil(MONTHS / every)


def _row(rival: str, reading: float, pairs: Sequence[tuple[Scored, Scored]], block: int,
         rng: np.random.Generator) -> AlternativeRow:  # fmt: skip
    usual, ours = [one for one, _ in pairs], [other for _, other in pairs]
    outcomes = len({(one.begin, one.end) for one in usual})
    theirs_crps, our_crps = _by_origin(usual, "crps"), _by_origin(ours, "crps")
    theirs_log, our_log = _by_origin(usual, "log"), _by_origin(ours, "log")
    enough = min(outcomes, our_crps.size) >= scores.TOO_FEW
    identical = all(one.crps == other.crps and (one.log == other.log or math.isnan(one.log)) for one, other in pairs)
    counts = bool(np.isfinite(our_log).all())
    return AlternativeRow(
        rival, reading, usual[0].series, usual[0].arm, len(pairs), outcomes,
        float(theirs_crps.mean()), float(our_crps.mean()),
        gap(our_crps, theirs_crps, block, rng) if enough else None,
        gap(our_log, theirs_log, block, rng) if enough and counts else None, identical,
    )  # fmt: skip


def _by_origin(found: Iterable[Scored], score: str) -> Array:
    """Mean score of the forecasts from each origin, in the order of time, (origins,)."""
    by: dict[date, list[float]] = {}
    for one in found:
        by.setdefault(one.origin, []).append(getattr(one, score))
    return np.array([np.mean(by[origin]) for origin in sorted(by)])


def gaps(rows: Iterable[AlternativeRow]) -> list[tuple[AlternativeRow, ScoreGap]]:
    """The differences that can be judged: those of forecasts that differ, with enough outcomes."""
    return [(row, one) for row in rows if not row.identical for one in (row.gap, row.log_gap) if one is not None]


def apart(rows: Iterable[AlternativeRow]) -> list[tuple[AlternativeRow, ScoreGap]]:
    """The differences that hold with a chance of at most 5% that any of them is false, all rows together (Holm)."""
    judged = gaps(rows)
    held = holm(np.array([one.p for _, one in judged]))
    return [pair for pair, one in zip(judged, held, strict=True) if one]


# -- weights -----------------------------------------------------------------------------------------------------------


def weights(
    found: Mapping[float, Sequence[Scored]], every: int, rng: np.random.Generator
) -> dict[float, ScoreInterval]:
    """Weight of each reading by the log score of its forecasts of counts, with its 95% interval; `n` outcomes.

    Pseudo-BMA with a bootstrap (Yao and others 2018): weights are as the chance that each reading gave to all outcomes,
    averaged over resampled blocks of origins. An outcome counts once, by the mean of its forecasts, and only where its
    series has ten; outcomes count as independent, which they are not, so that weights lie too far apart rather than too
    near. Without any the weights are equal, and nothing is known of them. found: scores by reading, of the same
    forecasts of one arm.
    """
    known = [one for one in next(iter(found.values())) if math.isfinite(one.log)]
    times = Counter((one.series, one.begin, one.end) for one in known)
    outcomes = Counter(series for series, _, _ in times)
    counted = {series for series, n in outcomes.items() if n >= scores.TOO_FEW}
    origins = sorted({one.origin for one in known if one.series in counted})
    if not origins:
        return dict.fromkeys(found, ScoreInterval(1.0 / len(found), 0.0, 1.0, 0))
    totals = np.zeros((len(found), len(origins)))
    for k, of_reading in enumerate(found.values()):
        for one in of_reading:
            if one.series in counted:
                totals[k, origins.index(one.origin)] += one.log / times[one.series, one.begin, one.end]
    rows = scores.blocks(len(origins), _block(every), rng)
    drawn = -totals[:, rows].sum(axis=2)
    chance = np.exp(drawn - drawn.max(axis=0))
    shares = chance / chance.sum(axis=0)
    low, high = np.quantile(shares, [(1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0], axis=1)
    n = sum(outcomes[series] for series in counted)
    return {
        reading: ScoreInterval(float(shares[k].mean()), float(low[k]), float(high[k]), n)
        for k, reading in enumerate(found)
    }
