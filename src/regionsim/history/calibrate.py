"""Calibration: parts fitted to series of their own, then the whole model by history matching in waves and weights.

Core objects: `CalibrationSpec`, `calibrate` (a `Calibration`: joint rows of the parameters that the record narrows, and
a summary of each), and `ParameterFit`. A parameter that the record does not narrow stays at its prior and is called an
assumption.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from regionsim.errors import InputError, argument
from regionsim.evidence import Evidence, load_evidence, record_ends
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
from regionsim.schema.dates import DECLARED

FIRST_UNTIL = date(2018, 1, 1)
NARROWED = 0.1
"""A parameter is narrowed if its contraction less two standard errors exceeds this."""
_LIKELY, _SIMULATED = 200_000, 60_000  # draws of a fit with a likelihood, and of one without
_CANDIDATES = 200_000
_BOOTSTRAPS, _RESAMPLED = 40, 20_000  # emulators, and candidates weighted by each
_CHECKS = 100  # fits on simulated data
_FALSE_ALARM = 0.01
"""Chance that any of all checks of calibration fails though every fit is right."""
EVENLY: Array = np.linspace(0.0005, 0.9995, 1000)

type Step = Callable[[str], None]
type Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class CalibrationSpec:
    """Settings of a calibration: last day of the data, `worlds` in each wave, `rows` of the posterior, a seed.

    until: nothing observed after this day is used. effort: share of the usual draws and checks, below 1 for a trial.
    without: first and last days of spans of which no record is used (a yearly figure is left out if any of its days
    lies in them). Raises InputError for a value out of range.
    """

    until: date = DECLARED
    worlds: int = 2000
    rows: int = 1000
    waves: int = 2
    seed: int = 20250818
    effort: float = 1.0
    without: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        faults = []
        if not FIRST_UNTIL <= self.until <= record_ends():
            faults.append(
                f"{argument('until')}: {self.until} is out of range (allowed: {FIRST_UNTIL} to {record_ends()})"
            )
        if not 40 <= self.worlds <= 100_000:
            faults.append(f"{argument('worlds')}: {self.worlds} is out of range (allowed: 40 to 100,000)")
        if not 10 <= self.rows <= 5000:
            faults.append(f"{argument('rows')}: {self.rows} is out of range (allowed: 10 to 5,000)")
        if not 1 <= self.waves <= 5:
            faults.append(f"{argument('waves')}: {self.waves} is out of range (allowed: 1 to 5)")
        if not 0.0 < self.effort <= 1.0:
            faults.append(f"{argument('effort')}: {self.effort:g} is out of range (allowed: above 0 to 1)")
        if not 0 <= self.seed < 2**63:
            faults.append(f"{argument('seed')}: {self.seed} is out of range (allowed: 0 to 2**63 - 1)")
        faults = faults or self._span_faults()
        if faults:
            raise InputError(faults)

    def _span_faults(self) -> list[str]:
        """Faults of the spans left out."""
        ends = record_ends()
        faults = [
            f"{argument('without')}: {first}..{last} is no span of days of the record "
            f"(allowed: first to last day, to {ends})"
            for first, last in self.without
            if not first <= last <= ends
        ]
        if not faults and not pieces(self.without, first_day(self.until), self.until):
            faults.append(
                f"{argument('without')}: leaves no day of the thirty months to which the whole model is fitted"
            )
        return faults

    def scaled(self, usual: int) -> int:
        """A usual number of draws or checks, scaled by the effort."""
        return max(round(usual * self.effort), 20)


@dataclass(frozen=True)
class ParameterFit:
    """Summary of one parameter: mean and standard deviation as declared, of the prior that was used and of the
    posterior; the contraction with its standard error; the fits and series that inform it; and the number of records.
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
        """Whether the record narrows it."""
        return not self.bound and self.contraction - 2.0 * self.error > NARROWED


@dataclass(frozen=True)
class Calibration:
    """Joint `rows` of the narrowed parameters by name, (N,); a `ParameterFit` for each parameter fitted; ranks
    (checks,) by fit and parameter; figures and waves of the whole model, for the manifest; `n_eff`, the effective
    sample size of the last weights.
    """

    spec: CalibrationSpec
    rows: dict[str, Array]
    lines: tuple[ParameterFit, ...]
    ranks: dict[str, Array]
    figures: tuple[dict[str, object], ...]
    waves: tuple[dict[str, object], ...]
    n_eff: float
    left_out: tuple[str, ...]

    @property
    def checks(self) -> dict[str, float]:
        """P value of uniform ranks, by fit and parameter."""
        return {name: uneven(ranks) for name, ranks in self.ranks.items()}

    @property
    def sound(self) -> bool:
        """Whether no check fails, at the 1% level for all together."""
        p = self.checks
        return not p or min(p.values()) >= _FALSE_ALARM / len(p)


@dataclass(frozen=True)
class Pool:
    """Candidate sets of parameters, (N,) by name; `used`: mean and standard deviation of their priors."""

    values: dict[str, Array]
    used: dict[str, tuple[float, float]]


def calibrate(spec: CalibrationSpec, step: Step | None = None) -> Calibration:
    """Fit the parameters to the record up to a day. `step` is called with a few words on each step."""
    say = step or (lambda _: None)
    evidence = without(load_evidence(), spec.without)
    parts, left_out = _parts(evidence, spec, say)
    usable = [part for part in parts if not part.fit.bound]
    free = free_parameters(evidence, record_to(evidence, spec.until, spec.seed)[0])
    say("whole model, wave 1")
    given = _rows_of(usable, spec.worlds, chance(spec.seed, "worlds", 1))
    seen = watch(evidence, spec.until, given, 0, spec.worlds, spec.seed)
    emulator = emulate(seen.model, seen.parameters, free)
    pool = _pool(evidence, usable, emulator.names, spec.scaled(_CANDIDATES), chance(spec.seed, "pool"))
    if not pool.values:
        raise InputError(f"{argument('until')}, {argument('without')}: the rest of the record informs no parameter")
    reached = _reached(seen, emulator, pool)
    say("checks on simulated data")
    ranks = _part_ranks(evidence, parts, spec) | _whole_ranks(seen, free, pool, reached, spec)
    last, inside, waves = _waves(evidence, spec, say, (seen, emulator), pool, reached, free)
    weights = _weights(*last, pool, reached, inside)
    drawn = resampled(weights, spec.rows, chance(spec.seed, "rows"))
    n_eff = float(1.0 / np.sum(weights**2))
    say("error of the emulator")
    spread = _emulator_error(*last, pool, reached, inside, spec)
    lines = _lines(evidence, usable, pool, weights, n_eff, *last, reached, spread)
    lines += tuple(line for part in parts if part.fit.bound for line in _bounds(evidence, part))
    rows = {line.name: pool.values[line.name][drawn] for line in lines if line.narrowed}
    figures = _figures(*last, pool, reached, weights)
    return Calibration(spec, rows, lines, ranks, figures, waves, n_eff, left_out)


def _waves(
    evidence: Evidence, spec: CalibrationSpec, say: Step, last: tuple[Watched, Emulator], pool: Pool, reached: Mask,
    free: tuple[str, ...],
) -> tuple[tuple[Watched, Emulator], Mask, tuple[dict[str, object], ...]]:  # fmt: skip
    """Waves after the first: play sets that are plausible so far, and see which still are. Returns the figures and
    emulator of the last wave, which sets are plausible in every wave, (N,), and a row for each wave.
    """
    inside = _plausible(*last, pool, reached)
    waves = [_wave(1, last[1], inside)]
    names = tuple(name for name in pool.values if name in free)
    for wave in range(2, spec.waves + 1):
        sets = np.flatnonzero(inside)
        if not sets.size:
            break
        say(f"whole model, wave {wave}")
        chosen = chance(spec.seed, "worlds", wave).choice(sets, spec.worlds)
        again = {name: values[chosen] for name, values in pool.values.items()}
        seen = watch(evidence, spec.until, again, (wave - 1) * spec.worlds, spec.worlds, spec.seed)
        last = seen, emulate(seen.model, seen.parameters, names)
        inside = inside & _plausible(*last, pool, reached)
        waves.append(_wave(wave, last[1], inside))
    return last, inside, tuple(waves)


# -- the parts --------------------------------------------------------------------------------------------------------


def _parts(evidence: Evidence, spec: CalibrationSpec, say: Step) -> tuple[list[Fitted], tuple[str, ...]]:
    """The fits of parts, and the titles of those with too few records by then."""
    parts, left_out = [], []
    for part in FITS:
        say(part.title)
        seen = part.read(evidence, spec.until)
        if seen is None:
            left_out.append(part.title)
        else:
            usual = _LIKELY if part.log_likelihood else _SIMULATED
            parts.append(fit(evidence, part, seen, spec.scaled(usual), spec.seed))
    return parts, tuple(left_out)


def _rows_of(parts: list[Fitted], n: int, rng: np.random.Generator) -> dict[str, Array]:
    """Rows (n,) of the parameters of the parts, drawn from their posteriors; joint within a part."""
    values: dict[str, Array] = {}
    for part in parts:
        rows = resampled(part.weights, n, rng)
        values |= {name: part.prior[name][rows] for name in part.fit.parameters}
    return values


def _pool(evidence: Evidence, parts: list[Fitted], names: tuple[str, ...], n: int, rng: np.random.Generator) -> Pool:
    """Candidates: the parts' posteriors, and the priors of other parameters that move a figure of the whole model."""
    values = _rows_of(parts, n, rng)
    used = {name: _moments(part.prior[name]) for part in parts for name in part.fit.parameters}
    for name in names:
        if name not in values:
            values[name] = prior_of(evidence.parameters[name], rng.random(n))
            used[name] = _moments(values[name])
    return Pool(values, used)


def _moments(values: Array, weights: Array | None = None) -> tuple[float, float]:
    mean = float(np.average(values, weights=weights))
    return mean, float(np.sqrt(np.average((values - mean) ** 2, weights=weights)))


# -- the whole model --------------------------------------------------------------------------------------------------


def _reached(seen: Watched, emulator: Emulator, pool: Pool) -> Mask:
    """Figures that some set of parameters comes near, (K,) of bool: the others are set aside and listed."""
    distances = implausibility(emulator.mean(pool.values), emulator, seen.observed, seen.error)
    return np.asarray(np.quantile(distances, 0.01, axis=0) <= IMPLAUSIBLE)


def _plausible(seen: Watched, emulator: Emulator, pool: Pool, reached: Mask) -> Mask:
    distances = implausibility(emulator.mean(pool.values), emulator, seen.observed, seen.error)
    return np.asarray((distances[:, reached] <= IMPLAUSIBLE).all(axis=1))


def _restricted(emulator: Emulator, reached: Mask) -> Emulator:
    """The emulator of the figures reached."""
    k = np.flatnonzero(reached)
    return Emulator(
        emulator.names, emulator.samples, emulator.weights[:, k], emulator.covariance[np.ix_(k, k)],
        emulator.explained[k],
    )  # fmt: skip


def _weights(seen: Watched, emulator: Emulator, pool: Pool, reached: Mask, inside: Mask) -> Array:
    """Weights (N,) of the candidates; where none is plausible, likelihood alone decides."""
    reduced, k = _restricted(emulator, reached), reached
    log = log_likelihood(reduced.mean(pool.values), reduced, seen.observed[k], seen.error[k])
    return softmax(np.where(inside, log, -np.inf) if inside.any() else log)


def _wave(number: int, emulator: Emulator, inside: Mask) -> dict[str, object]:
    return {"wave": number, "moved_by": len(emulator.names), "plausible": float(inside.mean())}


def _figures(
    seen: Watched, emulator: Emulator, pool: Pool, reached: Mask, weights: Array
) -> tuple[dict[str, object], ...]:
    """Each figure: observed, quantiles of the last wave, share explained, implausibility after the fit."""
    mean = emulator.mean(pool.values)
    distances = implausibility(np.average(mean, axis=0, weights=weights)[None], emulator, seen.observed, seen.error)[0]
    quantiles = np.quantile(seen.model, [0.05, 0.5, 0.95], axis=0)
    return tuple(
        {"figure": name, "observed": float(seen.observed[k]), "low": float(quantiles[0, k]),
         "median": float(quantiles[1, k]), "high": float(quantiles[2, k]), "explained": float(emulator.explained[k]),
         "implausibility": float(distances[k]), "kept": bool(reached[k])}
        for k, name in enumerate(seen.names)
    )  # fmt: skip


# -- summaries of parameters ------------------------------------------------------------------------------------------


def _lines(
    evidence: Evidence, parts: list[Fitted], pool: Pool, weights: Array, n_eff: float, seen: Watched,
    emulator: Emulator, reached: Mask, spread: dict[str, float],
) -> tuple[ParameterFit, ...]:  # fmt: skip
    part_of = {name: part for part in parts for name in part.fit.parameters}
    lines = []
    for name, values in pool.values.items():
        parameter, part = evidence.parameters[name], part_of.get(name)
        used, after = pool.used[name], _moments(values, weights)
        contraction = _contraction(used, after)
        n = min(n_eff, part.n_eff) if part else n_eff
        declared = _moments(prior_of(parameter, EVENLY))
        moved, figures = _moved(name, emulator, seen, reached)
        fits = ((part.fit.id,) if part else ()) + (("whole",) if moved else ())
        series = tuple(dict.fromkeys((*(part.fit.series if part else ()), *moved)))
        records = part.seen.n if part else figures
        wide = part is not None and counted_twice(parameter, part.fit.series)
        error = float(np.hypot(_sampling_error(contraction, n), spread[name]))
        lines.append(ParameterFit(name, declared, used, after, contraction, error, fits, series, records, wide))
    return tuple(sorted(lines, key=lambda line: -line.contraction))


def _contraction(used: tuple[float, float], after: tuple[float, float]) -> float:
    """1 less the ratio of the posterior's to the prior's variance, from (mean, standard deviation) of both."""
    return 1.0 - (after[1] / max(used[1], 1e-300)) ** 2


def _sampling_error(contraction: float, n_eff: float) -> float:
    """Standard error of a contraction that is due to sampling, by the effective sample size."""
    return (1.0 - contraction) * float(np.sqrt(2.0 / max(n_eff, 1.0)))


def _bounds(evidence: Evidence, part: Fitted) -> list[ParameterFit]:
    """Rows of a fit that is shown and not used."""
    lines = []
    for name in part.fit.parameters:
        parameter, used = evidence.parameters[name], _moments(part.prior[name])
        after = _moments(part.prior[name], part.weights)
        contraction = _contraction(used, after)
        error = _sampling_error(contraction, part.n_eff)
        declared = _moments(prior_of(parameter, EVENLY))
        wide = counted_twice(parameter, part.fit.series)
        lines.append(
            ParameterFit(
                name, declared, used, after, contraction, error, (part.fit.id,), part.fit.series, part.seen.n, wide,
                bound=True,
            )
        )  # fmt: skip
    return lines


def _moved(name: str, emulator: Emulator, seen: Watched, reached: Mask) -> tuple[tuple[str, ...], int]:
    """Series of the figures of the whole model that a parameter moves beyond chance (by its slope and the error of the
    slope), and the number of these figures.
    """
    if name not in emulator.names:
        return (), 0
    slope = np.abs(emulator.weights[1 + 2 * emulator.names.index(name)])
    error = np.sqrt(3.0 * np.diag(emulator.covariance) / len(seen.model))  # ranks from -1 to 1 have variance 1/3
    moved = np.flatnonzero((slope > RULED * error) & reached)
    return tuple(source for k in moved for source in seen.sources[k]), moved.size


def _emulator_error(
    seen: Watched, emulator: Emulator, pool: Pool, reached: Mask, inside: Mask, spec: CalibrationSpec
) -> dict[str, float]:
    """Standard deviation of each parameter's contraction over emulators fitted to resampled worlds of the last wave."""
    rng, worlds = chance(spec.seed, "emulator"), len(seen.model)
    sample = rng.choice(np.flatnonzero(inside) if inside.any() else len(inside), spec.scaled(_RESAMPLED))
    subset = Pool({name: values[sample] for name, values in pool.values.items()}, pool.used)
    draws = []
    for _ in range(_BOOTSTRAPS):
        rows = rng.integers(0, worlds, worlds)
        parameters = {name: seen.parameters[name][rows] for name in emulator.names}
        refitted = fitted_to(seen.model[rows], parameters, emulator.names)
        weights = _weights(seen, refitted, subset, reached, np.ones(sample.size, dtype=np.bool_))
        draws.append([_contraction(subset.used[name], _moments(each, weights)) for name, each in subset.values.items()])
    return dict(zip(subset.values, np.std(draws, axis=0, ddof=1).tolist(), strict=True))


# -- simulation-based checks ------------------------------------------------------------------------------------------


def _part_ranks(evidence: Evidence, parts: list[Fitted], spec: CalibrationSpec) -> dict[str, Array]:
    """Ranks of the true values in posteriors of simulated data, for each part."""
    ranks: dict[str, Array] = {}
    for part in parts:
        n = spec.scaled(20_000)
        part_ranks = simulation_based(evidence, part.fit, part.seen.design, spec.scaled(_CHECKS), n, spec.seed)
        ranks |= {f"{part.fit.id}: {name}": values for name, values in part_ranks.items()}
    return ranks


def _whole_ranks(
    seen: Watched, free: tuple[str, ...], pool: Pool, reached: Mask, spec: CalibrationSpec
) -> dict[str, Array]:
    """The same for the whole model: worlds of the first wave held out from the emulator stand for the truth."""
    fits = min(spec.scaled(_CHECKS), spec.worlds // 4)
    k, early = reached, slice(0, spec.worlds - fits)
    names = [name for name in pool.values if name in free]
    emulator = _restricted(emulate(seen.model[early], {n: seen.parameters[n][early] for n in names}, names), reached)
    subset = {name: values[: spec.scaled(20_000)] for name, values in pool.values.items()}
    mean, rng = emulator.mean(subset), chance(spec.seed, "sbc", "whole")
    ranks: dict[str, Array] = {name: np.zeros(fits) for name in (*emulator.names, LIKELIHOOD)}
    for j in range(fits):
        world = spec.worlds - fits + j
        observed = seen.model[world, k] + seen.error[k] * rng.standard_normal(int(k.sum()))
        truth = {name: seen.parameters[name][world : world + 1] for name in pool.values}
        log, own = (log_likelihood(each, emulator, observed, seen.error[k]) for each in (mean, emulator.mean(truth)))
        weights = softmax(log)
        for name in emulator.names:
            ranks[name][j] = float(np.sum(weights[subset[name] < truth[name]]))
        ranks[LIKELIHOOD][j] = float(np.sum(weights[log < own]))
    return {f"whole: {name}": values for name, values in ranks.items()}
