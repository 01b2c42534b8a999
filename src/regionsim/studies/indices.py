"""Sensitivity of numbers to inputs: Morris and Sobol designs on the unit cube, indices with intervals, share of chance.

Core objects: `Method` (`MORRIS`, `SOBOL`), `design`, `indices`, `chance`, `effect_chance`. Sampling and indices are
SALib's. Works on arrays alone and knows no model. Morris (1991) Technometrics 33:161; Campolongo et al. (2007)
Environmental Modelling & Software 22:1509; Saltelli et al. (2010) Computer Physics Communications 181:259.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt

from regionsim.errors import InputError

type Array = npt.NDArray[np.float64]

LEVELS = 4  # of each input in a Morris design
ROUNDING = 1e-11  # relative; stored values differ by more where they differ
RESAMPLES = 500  # of a bootstrap
Z = 1.959964  # standard deviations on either side that hold 95%


@dataclass(frozen=True)
class Method:
    """A design and its indices. `first` ranks the inputs; `least` is the smallest number of samples."""

    name: str
    indices: tuple[str, ...]
    first: str
    samples: int
    least: int
    sampled: str
    """What one sample is, in words."""


MORRIS = Method("morris", ("mu_star", "mu", "sigma"), "mu_star", 10, 2, "trajectories")
SOBOL = Method("sobol", ("ST", "S1"), "ST", 256, 8, "base points")
METHODS = {one.name: one for one in (MORRIS, SOBOL)}


def require_salib() -> None:
    """Raises InputError where SALib is not installed."""
    try:
        import_module("SALib")
    except ImportError:
        raise InputError("sensitivity: needs SALib, which is not installed: pip install regionsim[analysis]") from None


def check_samples(method: Method, samples: int) -> None:
    """Raises InputError for a number of samples that the method cannot use."""
    if samples < method.least:
        raise InputError(f"--samples: {samples} is out of range (allowed: {method.least} or more {method.sampled})")
    if method is SOBOL and samples & (samples - 1):
        raise InputError(f"--samples: {samples} is no power of two (allowed: 64, 128, 256 ...)")


def count(method: Method, samples: int, inputs: int) -> int:
    """The number of points of a design."""
    return samples * (inputs + (1 if method is MORRIS else 2))


def design(method: Method, samples: int, inputs: int, seed: int) -> Array:
    """The points of a design on the unit cube, (points, inputs), as SALib gives them.

    Any seed from 0 is one: SALib takes 0 for none, so it is given a generator.
    """
    rng = np.random.default_rng(seed)
    if method is MORRIS:
        points = _salib("sample.morris").sample(_problem(inputs), samples, num_levels=LEVELS, seed=rng)
    else:
        points = _salib("sample.sobol").sample(_problem(inputs), samples, calc_second_order=False, seed=rng)
    return np.asarray(points, dtype=np.float64)


def shares(method: Method, points: Array) -> Array:
    """The shares of each input's distribution that points on the unit cube stand for.

    A Morris level stands for its quarter of the distribution and is put at that quarter's middle, so that no point
    lies at the end of a long tail.
    """
    return (points * (LEVELS - 1) + 0.5) / LEVELS if method is MORRIS else points


def whole(method: Method, inputs: int, y: Array) -> npt.NDArray[np.bool_]:
    """Which samples (trajectories, or base points with their neighbours) have all their points, (samples,)."""
    return np.isfinite(y).reshape(-1, count(method, 1, inputs)).all(axis=1)


def is_constant(method: Method, inputs: int, y: Array) -> bool:
    """Whether an output (points,) does not vary; of a Sobol design, over its base points."""
    there = y.reshape(-1, count(method, 1, inputs))
    seen = there if method is MORRIS else there[:, [0, -1]]
    return bool(seen.size == 0 or np.ptp(seen) <= ROUNDING * np.abs(seen).max())


def indices(method: Method, points: Array, y: Array, seed: int) -> dict[str, tuple[Array, Array]]:
    """The indices of an output y (points,) that is all there and varies: name -> (value, half width), (inputs,) each.

    Half widths are of 95% intervals, by bootstrap over samples. `mu_star`, `mu` and `sigma` are in the output's unit:
    mean size, mean and standard deviation of the change that goes with an input's way from the lowest quarter of its
    distribution to the highest. `S1` and `ST` are shares of the output's variance.
    """
    rng, problem = np.random.default_rng([seed, 1]), _problem(points.shape[1])
    if method is MORRIS:
        # SALib's words for half widths know mu_star alone
        found = _salib("analyze.morris").analyze(problem, points, y, RESAMPLES, num_levels=LEVELS, seed=rng)
        halves = _morris_halves(effects(points, y), rng)
        halves["mu_star"] = np.asarray(found["mu_star_conf"], dtype=np.float64)
    else:
        analyze = _salib("analyze.sobol").analyze
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # a resample may be constant where the output hardly varies
            found = analyze(problem, y, calc_second_order=False, num_resamples=RESAMPLES, seed=rng)
        halves = {name: np.asarray(found[f"{name}_conf"], dtype=np.float64) for name in method.indices}
    return {name: (np.asarray(found[name], dtype=np.float64), halves[name]) for name in method.indices}


def effects(points: Array, y: Array) -> Array:
    """The elementary effects of a Morris design: change of y by change of the one input that moves.

    y (points,) gives (trajectories, inputs); y (points, replicates) gives (trajectories, inputs, replicates).
    """
    size = points.shape[1]
    steps = np.diff(points.reshape(-1, size + 1, size), axis=1)
    moved = np.abs(steps).argmax(axis=2)[:, :, None]
    by = np.take_along_axis(steps, moved, axis=2)
    found = np.empty((*moved.shape[:2], y.size // len(points)))
    np.put_along_axis(found, moved, np.diff(y.reshape(len(moved), size + 1, -1), axis=1) / by, axis=1)
    return found[:, :, 0] if y.ndim == 1 else found


def effect_chance(points: Array, values: Array) -> tuple[Array, float]:
    """How much of the squared elementary effects of means (points, replicates) is chance: of each input, and of all.

    Over trajectories that have all their worlds; NaN where one replicate, or no such trajectory, cannot tell. Worlds
    of one replicate share chance, so a step along a trajectory meets less of it than two points far apart.
    """
    size, replicates = points.shape[1], values.shape[1]
    kept = np.repeat(np.isfinite(values.reshape(-1, size + 1, replicates)).all(axis=(1, 2)), size + 1)
    if replicates < 2 or not kept.any():
        return np.full(size, np.nan), float("nan")
    found = effects(points[kept], values[kept])
    noise = found.var(axis=2, ddof=1).mean(axis=0) / replicates
    square = (found.mean(axis=2) ** 2).mean(axis=0)
    each = np.divide(noise, square, out=np.where(noise > 0, 1.0, 0.0), where=square > 0)
    total = float(square.sum())
    return np.minimum(each, 1.0), min(float(noise.sum()) / total, 1.0) if total > 0 else 0.0


def _morris_halves(found: Array, rng: np.random.Generator) -> dict[str, Array]:
    means, spreads = [], []
    for _ in range(RESAMPLES):
        again = found[rng.integers(len(found), size=len(found))]
        means.append(again.mean(axis=0))
        spreads.append(again.std(axis=0, ddof=1))
    return {"mu": Z * np.std(means, axis=0, ddof=1), "sigma": Z * np.std(spreads, axis=0, ddof=1)}


@dataclass(frozen=True)
class Chance:
    """How much of an output's variance is chance. NaN where one replicate per point cannot tell.

    single: of one world's output; mean: of means over a point's replicates, which indices are made of: of their
    variance, or in a screening of the squared effects. It leaves out what all points share, which moves no index.
    """

    single: float
    mean: float


def means(values: Array) -> Array:
    """The mean of each point over its replicates, (points, replicates) to (points,); NaN where a point has no world.

    Where worlds are missing, what a replicate does to all points that have every world is taken out first, so that
    points stay comparable.
    """
    there = np.isfinite(values)
    full = values[there.all(axis=1)]
    if len(full) and not there.all():
        values = values - (full.mean(axis=0) - full.mean())
    number = there.sum(axis=1)
    total = np.where(there, values, 0.0).sum(axis=1)
    return np.where(number > 0, total / np.maximum(number, 1), np.nan)


def chance(values: Array) -> Chance:
    """The share of chance in an output (points, replicates), over points that have all their worlds.

    By analysis of variance: points, replicates (shared by all points), and what is left of both.
    """
    kept = values[np.isfinite(values).all(axis=1)]
    points, replicates = kept.shape
    if points < 2 or replicates < 2:
        return Chance(np.nan, np.nan)
    if np.ptp(kept) == 0.0:
        return Chance(0.0, 0.0)
    middles = kept.mean(axis=1)
    rest = kept - middles[:, None] - kept.mean(axis=0) + kept.mean()
    left = float((rest**2).sum()) / ((points - 1) * (replicates - 1)) / replicates
    seen = float(middles.var(ddof=1))
    within = float(kept.var(axis=1, ddof=1).mean())
    between = max(seen - left, 0.0)
    return Chance(within / (within + between), min(left / seen, 1.0) if seen > 0 else 0.0)


def ranks(values: Array) -> npt.NDArray[np.int64]:
    """Ranks from 1, the largest value first; equal values in the order they stand in."""
    found = np.empty(values.size, dtype=np.int64)
    found[np.argsort(-values, kind="stable")] = np.arange(1, values.size + 1)
    return found


def _problem(inputs: int) -> dict[str, Any]:
    return {"num_vars": inputs, "names": [f"x{i}" for i in range(inputs)], "bounds": [[0.0, 1.0]] * inputs}


def _salib(name: str) -> Any:
    return import_module(f"SALib.{name}")
