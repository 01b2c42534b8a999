"""Calibration: parts fitted to series of their own, then the whole by history matching in waves and weights.

Core objects: `CalibrationSpec` (what is asked), `calibrate` (a `Calibration`: joint rows of the parameters that the
record narrows, and what is said of each), and `ParameterFit`. What it does not narrow stays at its prior and is called
an assumption.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from regionsim.errors import InputError
from regionsim.evidence import RECORD_ENDS, Evidence, load_evidence
from regionsim.evidence.holdout import Span, pieces, without
from regionsim.history.fitting import (
    LIKELIHOOD,
    Array,
    Fitted,
    chance,
    counted_twice,
    fit,
    prior_of,
    resampled,
    simulation_based,
    softmax,
    uneven,
)
from regionsim.history.submodels import FITS
from regionsim.history.wholefit import (
    IMPLAUSIBLE,
    RULED,
    Emulator,
    Watched,
    emulate,
    first_day,
    fitted_to,
    free_parameters,
    implausibility,
    log_likelihood,
    record_to,
    watch,
)

FIRST_UNTIL = date(2018, 1, 1)
NARROWED = 0.1
"""A parameter is narrowed where two standard errors under its contraction still exceed this."""
_LIKELY, _SIMULATED = 200_000, 60_000  # draws of a fit with a likelihood, and of one without
_CANDIDATES = 200_000
_BOOTSTRAPS, _RESAMPLED = 40, 20_000  # emulators, and candidates weighed by each
_CHECKS = 100  # fits on simulated data
_FALSE_ALARM = 0.01
"""The rate at which all checks of calibration together fail though every fit is right."""
EVENLY: Array = np.linspace(0.0005, 0.9995, 1000)

type Step = Callable[[str], None]
type Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class CalibrationSpec:
    """What is asked: nothing observed after `until` is used; `worlds` in each wave; `rows` of the posterior; a seed.

    effort: share of the usual draws and checks, below 1 for a trial. without: first and last days of spans of which no
    record is used (a figure of a year goes where one day of it lies in them). Raises InputError for a value out of
    range.
    """

    until: date = RECORD_ENDS
    worlds: int = 2000
    rows: int = 1000
    waves: int = 2
    seed: int = 20250818
    effort: float = 1.0
    without: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        faults = []
        if not FIRST_UNTIL <= self.until <= RECORD_ENDS:
            faults.append(f"--until: {self.until} is out of range (allowed: {FIRST_UNTIL} to {RECORD_ENDS})")
        if not 40 <= self.worlds <= 100_000:
            faults.append(f"--worlds: {self.worlds} is out of range (allowed: 40 to 100,000)")
        if not 10 <= self.rows <= 5000:
            faults.append(f"--rows: {self.rows} is out of range (allowed: 10 to 5,000)")
        if not 1 <= self.waves <= 5:
            faults.append(f"--waves: {self.waves} is out of range (allowed: 1 to 5)")
        if not 0.0 < self.effort <= 1.0:
            faults.append(f"--effort: {self.effort:g} is out of range (allowed: above 0 to 1)")
        if not 0 <= self.seed < 2**63:
            faults.append(f"--seed: {self.seed} is out of range (allowed: 0 to 2**63 - 1)")
        faults = faults or self._of_spans()
        if faults:
            raise InputError(faults)

    def _of_spans(self) -> list[str]:
        """Faults of the days left out."""
        faults = [f"--without: {first}..{last} is no span of days of the record (allowed: first to last day, to "
                  f"{RECORD_ENDS})" for first, last in self.without if not first <= last <= RECORD_ENDS]  # fmt: skip
        if not faults and not pieces(self.without, first_day(self.until), self.until):
            faults.append("--without: leaves no day of the thirty months to which the whole is fitted")
        return faults

    def some(self, usual: int) -> int:
        """A number of draws or checks under this effort."""
        return max(round(usual * self.effort), 20)


@dataclass(frozen=True)
class ParameterFit:
    """What is said of one parameter: mean and standard deviation declared, of the prior that was used and of the
    posterior, the contraction with its standard error, where it was fitted, to what, and how many records that is.
    """

    name: str
    declared: tuple[float, float]
    used: tuple[float, float]
    posterior: tuple[float, float]
    contraction: float
    error: float
    fits: tuple[str, ...]
    series: tuple[str, ...]
    n: int
    widened: bool
    bound: bool = False

    @property
    def narrowed(self) -> bool:
        """Whether the record says anything of it that can be used."""
        return not self.bound and self.contraction - 2.0 * self.error > NARROWED


@dataclass(frozen=True)
class Calibration:
    """`rows` of the narrowed parameters by name, (N,), joint; a `ParameterFit` for each parameter fitted; ranks
    (checks,) by fit and parameter; figures and waves of the whole, to be written; what the last weights are `worth`, in
    equal ones.
    """

    task: CalibrationSpec
    rows: dict[str, Array]
    lines: tuple[ParameterFit, ...]
    ranks: dict[str, Array]
    figures: tuple[dict[str, object], ...]
    waves: tuple[dict[str, object], ...]
    worth: float
    left_out: tuple[str, ...]

    @property
    def checks(self) -> dict[str, float]:
        """P value of even ranks, by fit and parameter."""
        return {name: uneven(ranks) for name, ranks in self.ranks.items()}

    @property
    def sound(self) -> bool:
        """Whether no check fails, at one in a hundred for all together."""
        p = self.checks
        return not p or min(p.values()) >= _FALSE_ALARM / len(p)


@dataclass(frozen=True)
class Pool:
    """Candidate sets of parameters, (N,) by name; `sets` says which fit a parameter comes from."""

    values: dict[str, Array]
    used: dict[str, tuple[float, float]]


def calibrate(task: CalibrationSpec, step: Step | None = None) -> Calibration:
    """Fit what can be fitted to the record up to a day. `step` is told what is being done."""
    say = step or (lambda _: None)
    evidence = without(load_evidence(), task.without)
    every, left_out = _parts(evidence, task, say)
    found = [one for one in every if not one.fit.bound]
    free = free_parameters(evidence, record_to(evidence, task.until, task.seed)[0])
    say("the whole, wave 1")
    given = _rows_of(found, task.worlds, chance(task.seed, "worlds", 1))
    seen = watch(evidence, task.until, given, 0, task.worlds, task.seed)
    emulator = emulate(seen.model, seen.parameters, free)
    pool = _pool(evidence, found, emulator.names, task.some(_CANDIDATES), chance(task.seed, "pool"))
    if not pool.values:
        raise InputError("--until, --without: what is left of the record speaks of no parameter")
    kept = _reached(seen, emulator, pool)
    say("checks on simulated data")
    ranks = _checked(evidence, every, task) | _whole_checked(seen, free, pool, kept, task)
    last, inside, waves = _waves(evidence, task, say, (seen, emulator), pool, kept, free)
    weights = _weights(*last, pool, kept, inside)
    drawn = resampled(weights, task.rows, chance(task.seed, "rows"))
    worth = float(1.0 / np.sum(weights**2))
    say("how sure the emulator is")
    spread = _emulator_error(*last, pool, kept, inside, task)
    lines = _lines(evidence, found, pool, weights, worth, *last, kept, spread)
    lines += tuple(line for one in every if one.fit.bound for line in _bounds(evidence, one))
    rows = {line.name: pool.values[line.name][drawn] for line in lines if line.narrowed}
    figures = _figures(*last, pool, kept, weights)
    return Calibration(task, rows, lines, ranks, figures, waves, worth, left_out)


def _waves(
    evidence: Evidence, task: CalibrationSpec, say: Step, last: tuple[Watched, Emulator], pool: Pool, kept: Mask,
    free: tuple[str, ...],
) -> tuple[tuple[Watched, Emulator], Mask, tuple[dict[str, object], ...]]:  # fmt: skip
    """Waves after the first: play sets that are plausible so far, and see which still are. What the last wave saw,
    which sets are plausible in every wave, (N,), and a word on each.
    """
    inside = _plausible(*last, pool, kept)
    waves = [_wave(1, last[1], inside)]
    names = tuple(name for name in pool.values if name in free)
    for wave in range(2, task.waves + 1):
        sets = np.flatnonzero(inside)
        if not sets.size:
            break
        say(f"the whole, wave {wave}")
        chosen = chance(task.seed, "worlds", wave).choice(sets, task.worlds)
        again = {name: values[chosen] for name, values in pool.values.items()}
        seen = watch(evidence, task.until, again, (wave - 1) * task.worlds, task.worlds, task.seed)
        last = seen, emulate(seen.model, seen.parameters, names)
        inside = inside & _plausible(*last, pool, kept)
        waves.append(_wave(wave, last[1], inside))
    return last, inside, tuple(waves)


# -- the parts --------------------------------------------------------------------------------------------------------


def _parts(evidence: Evidence, task: CalibrationSpec, say: Step) -> tuple[list[Fitted], tuple[str, ...]]:
    """The fits of parts, and the titles of those for which the record holds too little by then."""
    found, left_out = [], []
    for one in FITS:
        say(one.title)
        seen = one.read(evidence, task.until)
        if seen is None:
            left_out.append(one.title)
        else:
            usual = _LIKELY if one.log_likelihood else _SIMULATED
            found.append(fit(evidence, one, seen, task.some(usual), task.seed))
    return found, tuple(left_out)


def _rows_of(found: list[Fitted], n: int, rng: np.random.Generator) -> dict[str, Array]:
    """Rows (n,) of the parameters of the parts, drawn from their posteriors; joint within a part."""
    values: dict[str, Array] = {}
    for one in found:
        rows = resampled(one.weights, n, rng)
        values |= {name: one.prior[name][rows] for name in one.fit.parameters}
    return values


def _pool(evidence: Evidence, found: list[Fitted], names: tuple[str, ...], n: int, rng: np.random.Generator) -> Pool:
    """Candidates: the parts' posteriors, and the priors of what else moves a figure of the whole."""
    values = _rows_of(found, n, rng)
    used = {name: _moments(one.prior[name]) for one in found for name in one.fit.parameters}
    for name in names:
        if name not in values:
            values[name] = prior_of(evidence.parameters[name], rng.random(n))
            used[name] = _moments(values[name])
    return Pool(values, used)


def _moments(values: Array, weights: Array | None = None) -> tuple[float, float]:
    mean = float(np.average(values, weights=weights))
    return mean, float(np.sqrt(np.average((values - mean) ** 2, weights=weights)))


# -- the whole --------------------------------------------------------------------------------------------------------


def _reached(seen: Watched, emulator: Emulator, pool: Pool) -> Mask:
    """Figures that some set of parameters comes near, (K,) of bool: the others are set aside, and named."""
    apart = implausibility(emulator.mean(pool.values), emulator, seen.observed, seen.error)
    return np.asarray(np.quantile(apart, 0.01, axis=0) <= IMPLAUSIBLE)


def _plausible(seen: Watched, emulator: Emulator, pool: Pool, kept: Mask) -> Mask:
    apart = implausibility(emulator.mean(pool.values), emulator, seen.observed, seen.error)
    return np.asarray((apart[:, kept] <= IMPLAUSIBLE).all(axis=1))


def _of(emulator: Emulator, kept: Mask) -> Emulator:
    """The emulator of the figures kept."""
    k = np.flatnonzero(kept)
    return Emulator(
        emulator.names, emulator.samples, emulator.weights[:, k], emulator.covariance[np.ix_(k, k)],
        emulator.explained[k],
    )  # fmt: skip


def _weights(seen: Watched, emulator: Emulator, pool: Pool, kept: Mask, inside: Mask) -> Array:
    """Weights (N,) of the candidates; where none is plausible, the nearest count."""
    one, k = _of(emulator, kept), kept
    log = log_likelihood(one.mean(pool.values), one, seen.observed[k], seen.error[k])
    return softmax(np.where(inside, log, -np.inf) if inside.any() else log)


def _wave(number: int, emulator: Emulator, inside: Mask) -> dict[str, object]:
    return {"wave": number, "moved_by": len(emulator.names), "plausible": float(inside.mean())}


def _figures(
    seen: Watched, emulator: Emulator, pool: Pool, kept: Mask, weights: Array
) -> tuple[dict[str, object], ...]:
    """Each figure: observed, worlds of the last wave, what parameters explain, and implausibility after the fit."""
    mean = emulator.mean(pool.values)
    apart = implausibility(np.average(mean, axis=0, weights=weights)[None], emulator, seen.observed, seen.error)[0]
    quantiles = np.quantile(seen.model, [0.05, 0.5, 0.95], axis=0)
    return tuple(
        {"figure": name, "observed": float(seen.observed[k]), "low": float(quantiles[0, k]),
         "median": float(quantiles[1, k]), "high": float(quantiles[2, k]), "explained": float(emulator.explained[k]),
         "implausibility": float(apart[k]), "kept": bool(kept[k])}
        for k, name in enumerate(seen.names)
    )  # fmt: skip


# -- what is said of each parameter -----------------------------------------------------------------------------------


def _lines(
    evidence: Evidence, found: list[Fitted], pool: Pool, weights: Array, worth: float, seen: Watched,
    emulator: Emulator, kept: Mask, spread: dict[str, float],
) -> tuple[ParameterFit, ...]:  # fmt: skip
    part = {name: one for one in found for name in one.fit.parameters}
    lines = []
    for name, values in pool.values.items():
        known, one = evidence.parameters[name], part.get(name)
        used, after = pool.used[name], _moments(values, weights)
        contraction = _contraction(used, after)
        equal = min(worth, one.worth) if one else worth
        declared = _moments(prior_of(known, EVENLY))
        moved, figures = _moved(name, emulator, seen, kept)
        fits = ((one.fit.id,) if one else ()) + (("whole",) if moved else ())
        series = tuple(dict.fromkeys((*(one.fit.series if one else ()), *moved)))
        n = one.seen.n if one else figures
        wide = one is not None and counted_twice(known, one.fit.series)
        error = float(np.hypot(_chance_of(contraction, equal), spread[name]))
        lines.append(ParameterFit(name, declared, used, after, contraction, error, fits, series, n, wide))
    return tuple(sorted(lines, key=lambda line: -line.contraction))


def _contraction(used: tuple[float, float], after: tuple[float, float]) -> float:
    """By how much of the prior's variance the posterior's is less, from (mean, standard deviation) of both."""
    return 1.0 - (after[1] / max(used[1], 1e-300)) ** 2


def _chance_of(contraction: float, equal: float) -> float:
    """The standard error of a contraction by the chance of sets that are worth so many equal ones."""
    return (1.0 - contraction) * float(np.sqrt(2.0 / max(equal, 1.0)))


def _bounds(evidence: Evidence, one: Fitted) -> list[ParameterFit]:
    """Lines of a fit that is shown and not used."""
    lines = []
    for name in one.fit.parameters:
        known, used = evidence.parameters[name], _moments(one.prior[name])
        after = _moments(one.prior[name], one.weights)
        contraction = _contraction(used, after)
        error = _chance_of(contraction, one.worth)
        declared = _moments(prior_of(known, EVENLY))
        wide = counted_twice(known, one.fit.series)
        lines.append(
            ParameterFit(
                name, declared, used, after, contraction, error, (one.fit.id,), one.fit.series, one.seen.n, wide,
                bound=True,
            )
        )  # fmt: skip
    return lines


def _moved(name: str, emulator: Emulator, seen: Watched, kept: Mask) -> tuple[tuple[str, ...], int]:
    """Series of the figures of the whole that a parameter moves beyond chance (by its slope and that one's error), and
    how many figures these are.
    """
    if name not in emulator.names:
        return (), 0
    slope = np.abs(emulator.weights[1 + 2 * emulator.names.index(name)])
    error = np.sqrt(3.0 * np.diag(emulator.covariance) / len(seen.model))  # ranks from -1 to 1 have variance 1/3
    moved = np.flatnonzero((slope > RULED * error) & kept)
    return tuple(source for k in moved for source in seen.sources[k]), moved.size


def _emulator_error(
    seen: Watched, emulator: Emulator, pool: Pool, kept: Mask, inside: Mask, task: CalibrationSpec
) -> dict[str, float]:
    """Standard deviation of each parameter's contraction over emulators fitted to resampled worlds of the last wave."""
    rng, worlds = chance(task.seed, "emulator"), len(seen.model)
    some = rng.choice(np.flatnonzero(inside) if inside.any() else len(inside), task.some(_RESAMPLED))
    fewer = Pool({name: each[some] for name, each in pool.values.items()}, pool.used)
    found = []
    for _ in range(_BOOTSTRAPS):
        rows = rng.integers(0, worlds, worlds)
        parameters = {name: seen.parameters[name][rows] for name in emulator.names}
        again = fitted_to(seen.model[rows], parameters, emulator.names)
        weights = _weights(seen, again, fewer, kept, np.ones(some.size, dtype=np.bool_))
        found.append([_contraction(fewer.used[name], _moments(each, weights)) for name, each in fewer.values.items()])
    return dict(zip(fewer.values, np.std(found, axis=0, ddof=1).tolist(), strict=True))


# -- are the fits even? -----------------------------------------------------------------------------------------------


def _checked(evidence: Evidence, found: list[Fitted], task: CalibrationSpec) -> dict[str, Array]:
    """Ranks of truths in posteriors of simulated data, for each part."""
    ranks: dict[str, Array] = {}
    for one in found:
        n = task.some(20_000)
        made = simulation_based(evidence, one.fit, one.seen.design, task.some(_CHECKS), n, task.seed)
        ranks |= {f"{one.fit.id}: {name}": values for name, values in made.items()}
    return ranks


def _whole_checked(
    seen: Watched, free: tuple[str, ...], pool: Pool, kept: Mask, task: CalibrationSpec
) -> dict[str, Array]:
    """The same for the whole: worlds of the first wave that the emulator is not fitted on stand for the truth."""
    fits = min(task.some(_CHECKS), task.worlds // 4)
    k, early = kept, slice(0, task.worlds - fits)
    names = [name for name in pool.values if name in free]
    emulator = _of(emulate(seen.model[early], {n: seen.parameters[n][early] for n in names}, names), kept)
    some = {name: values[: task.some(20_000)] for name, values in pool.values.items()}
    mean, rng = emulator.mean(some), chance(task.seed, "sbc", "whole")
    ranks: dict[str, Array] = {name: np.zeros(fits) for name in (*emulator.names, LIKELIHOOD)}
    for j in range(fits):
        world = task.worlds - fits + j
        observed = seen.model[world, k] + seen.error[k] * rng.standard_normal(int(k.sum()))
        truth = {name: seen.parameters[name][world : world + 1] for name in pool.values}
        log, own = (log_likelihood(each, emulator, observed, seen.error[k]) for each in (mean, emulator.mean(truth)))
        weights = softmax(log)
        for name in emulator.names:
            ranks[name][j] = float(np.sum(weights[some[name] < truth[name]]))
        ranks[LIKELIHOOD][j] = float(np.sum(weights[log < own]))
    return {f"whole: {name}": values for name, values in ranks.items()}
