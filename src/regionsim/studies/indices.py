"""Sensitivity indices: Morris and Sobol designs on the unit cube, indices with intervals, share of chance.

Core objects: `Method` (`MORRIS`, `SOBOL`), `design`, `indices`, `chance`, `effect_chance`. Sampling and indices are
SALib's. Works on arrays only, independent of the model. Morris (1991) Technometrics 33:161; Campolongo et al. (2007)
Environmental Modelling & Software 22:1509; Saltelli et al. (2010) Computer Physics Communications 181:259.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt

from regionsim.errors import InputError, argument, install_line

type Array = npt.NDArray[np.float64]

LEVELS = 4  # of each input in a Morris design
ROUNDING = 1e-11  # relative; stored values that differ, differ by more
RESAMPLES = 500  # of a bootstrap
Z = 1.959964  # half width of a 95% interval in standard deviations


@dataclass(frozen=True)
class Method:
    """A design and its indices. `first` ranks the inputs; `least` is the smallest number of samples."""

    name: str
    indices: tuple[str, ...]
    first: str
    samples: int
    least: int
    sampled: str
    """Name of the samples."""


MORRIS = Method("morris", ("mu_star", "mu", "sigma"), "mu_star", 10, 2, "trajectories")
SOBOL = Method("sobol", ("ST", "S1"), "ST", 256, 8, "base points")
METHODS = {method.name: method for method in (MORRIS, SOBOL)}


def require_salib() -> None:
    """Raise InputError where SALib is not installed."""
    try:
        import_module("SALib")
    except ImportError:
        raise InputError(f"sensitivity: needs SALib, which is not installed: {install_line('analysis')}") from None


def check_samples(method: Method, samples: int) -> None:
    """Raise InputError for a number of samples that the method cannot use."""
    if samples < method.least:
        raise InputError(
            f"{argument('samples')}: {samples} is out of range (allowed: {method.least} or more {method.sampled})"
        )
    if method is SOBOL and samples & (samples - 1):
        raise InputError(f"{argument('samples')}: {samples} is not a power of two (allowed: 64, 128, 256 ...)")


def count(method: Method, samples: int, inputs: int) -> int:
    """The number of points of a design."""
    return samples * (inputs + (1 if method is MORRIS else 2))


def design(method: Method, samples: int, inputs: int, seed: int) -> Array:
    """The points of a design on the unit cube, (points, inputs), as SALib gives them.

    SALib reads seed 0 as no seed, so it gets a generator.
    """
    rng = np.random.default_rng(seed)
    if method is MORRIS:
        points = _salib("sample.morris").sample(_problem(inputs), samples, num_levels=LEVELS, seed=rng)
    else:
        points = _salib("sample.sobol").sample(_problem(inputs), samples, calc_second_order=False, seed=rng)
    return np.asarray(points, dtype=np.float64)


def shares(method: Method, points: Array) -> Array:
    """Points on the unit cube as shares of each input's distribution.

    A Morris level stands for a quarter of the distribution and is placed at its middle, so that no point lies at the
    end of a long tail.
    """
    return (points * (LEVELS - 1) + 0.5) / LEVELS if method is MORRIS else points


def complete_samples(method: Method, inputs: int, y: Array) -> npt.NDArray[np.bool_]:
    """Which samples (trajectories, or base points with their neighbours) have all their points, (samples,)."""
    return np.isfinite(y).reshape(-1, count(method, 1, inputs)).all(axis=1)


def is_constant(method: Method, inputs: int, y: Array) -> bool:
    """Whether an output (points,) does not vary; for a Sobol design, over its base points."""
    samples = y.reshape(-1, count(method, 1, inputs))
    compared = samples if method is MORRIS else samples[:, [0, -1]]
    return bool(compared.size == 0 or np.ptp(compared) <= ROUNDING * np.abs(compared).max())


def indices(method: Method, points: Array, y: Array, seed: int) -> dict[str, tuple[Array, Array]]:
    """The indices of a complete output y (points,) that varies: name -> (value, half width), (inputs,) each.

    Half widths are of 95% intervals, by bootstrap over samples. `mu_star`, `mu` and `sigma` are in the output's unit:
    mean size, mean and standard deviation of the change as an input goes from the lowest quarter of its distribution
    to the highest. `S1` and `ST` are shares of the output's variance.
    """
    rng, problem = np.random.default_rng([seed, 1]), _problem(points.shape[1])
    if method is MORRIS:
        # SALib gives a half width of mu_star only
        analysis = _salib("analyze.morris").analyze(problem, points, y, RESAMPLES, num_levels=LEVELS, seed=rng)
        halves = _morris_halves(effects(points, y), rng)
        halves["mu_star"] = np.asarray(analysis["mu_star_conf"], dtype=np.float64)
    else:
        analyze = _salib("analyze.sobol").analyze
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # a resample may be constant where the output hardly varies
            analysis = analyze(problem, y, calc_second_order=False, num_resamples=RESAMPLES, seed=rng)
        halves = {name: np.asarray(analysis[f"{name}_conf"], dtype=np.float64) for name in method.indices}
    return {name: (np.asarray(analysis[name], dtype=np.float64), halves[name]) for name in method.indices}


def effects(points: Array, y: Array) -> Array:
    """The elementary effects of a Morris design: change of y by change of the one input that moves.

    y (points,) gives (trajectories, inputs); y (points, replicates) gives (trajectories, inputs, replicates).
    """
    size = points.shape[1]
    steps = np.diff(points.reshape(-1, size + 1, size), axis=1)
    moved = np.abs(steps).argmax(axis=2)[:, :, None]
    by = np.take_along_axis(steps, moved, axis=2)
    result = np.empty((*moved.shape[:2], y.size // len(points)))
    np.put_along_axis(result, moved, np.diff(y.reshape(len(moved), size + 1, -1), axis=1) / by, axis=1)
    return result[:, :, 0] if y.ndim == 1 else result


def effect_chance(points: Array, values: Array) -> tuple[Array, float]:
    """Share of chance in the squared elementary effects of means (points, replicates): per input, and overall.

    Over trajectories that have all their worlds; NaN with one replicate or no such trajectory. Worlds of one replicate
    share chance, so a step along a trajectory has less of it than two distant points.
    """
    size, replicates = points.shape[1], values.shape[1]
    complete = np.repeat(np.isfinite(values.reshape(-1, size + 1, replicates)).all(axis=(1, 2)), size + 1)
    if replicates < 2 or not complete.any():
        return np.full(size, np.nan), float("nan")
    changes = effects(points[complete], values[complete])
    noise = changes.var(axis=2, ddof=1).mean(axis=0) / replicates
    square = (changes.mean(axis=2) ** 2).mean(axis=0)
    each = np.divide(noise, square, out=np.where(noise > 0, 1.0, 0.0), where=square > 0)
    total = float(square.sum())
    return np.minimum(each, 1.0), min(float(noise.sum()) / total, 1.0) if total > 0 else 0.0


def _morris_halves(changes: Array, rng: np.random.Generator) -> dict[str, Array]:
    means, spreads = [], []
    for _ in range(RESAMPLES):
        again = changes[rng.integers(len(changes), size=len(changes))]
        means.append(again.mean(axis=0))
        spreads.append(again.std(axis=0, ddof=1))
    return {"mu": Z * np.std(means, axis=0, ddof=1), "sigma": Z * np.std(spreads, axis=0, ddof=1)}


@dataclass(frozen=True)
class Chance:
    """Share of chance in an output's variance. NaN with one replicate per point.

    single: in one world's output; mean: in means over a point's replicates, from which indices are computed (share of
    their variance; in a screening, of the squared effects). Chance that all points share changes no index and is left
    out.
    """

    single: float
    mean: float


def means(values: Array) -> Array:
    """The mean of each point over its replicates, (points, replicates) to (points,); NaN where a point has no world.

    Where worlds are missing, each replicate's mean effect over points with all worlds is subtracted first, so that
    points stay comparable.
    """
    finished = np.isfinite(values)
    full = values[finished.all(axis=1)]
    if len(full) and not finished.all():
        values = values - (full.mean(axis=0) - full.mean())
    number = finished.sum(axis=1)
    total = np.where(finished, values, 0.0).sum(axis=1)
    return np.where(number > 0, total / np.maximum(number, 1), np.nan)


def chance(values: Array) -> Chance:
    """The share of chance in an output (points, replicates), over points that have all their worlds.

    By analysis of variance: points, replicates (shared by all points), and the residual.
    """
    complete = values[np.isfinite(values).all(axis=1)]
    points, replicates = complete.shape
    if points < 2 or replicates < 2:
        return Chance(np.nan, np.nan)
    if np.ptp(complete) == 0.0:
        return Chance(0.0, 0.0)
    middles = complete.mean(axis=1)
    rest = complete - middles[:, None] - complete.mean(axis=0) + complete.mean()
    left = float((rest**2).sum()) / ((points - 1) * (replicates - 1)) / replicates
    observed = float(middles.var(ddof=1))
    within = float(complete.var(axis=1, ddof=1).mean())
    between = max(observed - left, 0.0)
    return Chance(within / (within + between), min(left / observed, 1.0) if observed > 0 else 0.0)


def ranks(values: Array) -> npt.NDArray[np.int64]:
    """Ranks from 1, the largest value first; equal values in their given order."""
    result = np.empty(values.size, dtype=np.int64)
    result[np.argsort(-values, kind="stable")] = np.arange(1, values.size + 1)
    return result


def _problem(inputs: int) -> dict[str, Any]:
    return {"num_vars": inputs, "names": [f"x{i}" for i in range(inputs)], "bounds": [[0.0, 1.0]] * inputs}


def _salib(name: str) -> Any:
    return import_module(f"SALib.{name}")
