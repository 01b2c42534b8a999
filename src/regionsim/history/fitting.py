"""Fits of a few parameters to a series of their own: prior draws, weighted by how well they explain the observations.

Core objects: `Fit` (what is fitted to what), `priors`, `fit` (a `Fitted`: draws and their weights), `resampled` and
`simulation_based` (ranks of true values in posteriors of simulated data: uniform if a fit is right). A prior that was
itself read off the series is widened first, so that the series does not count twice.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from regionsim.evidence import Evidence, Parameter
from regionsim.model.draws import draw_values

type Array = npt.NDArray[np.float64]
type Values = Mapping[str, Array]
type Design = tuple[float, ...]

NEAREST = 0.02
"""Share of simulated draws that a fit without a likelihood keeps."""
LIKELIHOOD = "likelihood of the truth"
WIDENED = 0.99
"""The central range with this share of a declared distribution is widened by its own length on either side."""


@dataclass(frozen=True)
class FittedSeries:
    """What a fit reads of a series: summaries (k,), the design they were taken under, and the number of records."""

    figures: Array
    design: Design
    n: int


@dataclass(frozen=True)
class Fit:
    """`parameters` fitted to `series`; `nuisance` are drawn from their priors too and not reported.

    read: the record up to a day -> `FittedSeries`, or None where it holds too little. simulate: values (N,) by name, a
    design, chance -> summaries (N, k). log_likelihood: values, figures, design -> (N,); None where only simulation is
    possible.
    """

    id: str
    title: str
    parameters: tuple[str, ...]
    series: tuple[str, ...]
    read: Callable[[Evidence, date], FittedSeries | None]
    simulate: Callable[[Values, Design, np.random.Generator], Array]
    log_likelihood: Callable[[Values, Array, Design], Array] | None = None
    nuisance: tuple[str, ...] = ()
    note: str = ""
    bound: bool = False
    """Whether the series is known to overstate the parameters; the fit is then shown and not used."""


@dataclass(frozen=True)
class Fitted:
    """Draws from the prior, (N,) by parameter, their weights (N,), which add up to 1, and the data."""

    fit: Fit
    prior: dict[str, Array]
    weights: Array
    seen: FittedSeries

    @property
    def n_eff(self) -> float:
        """Effective sample size of the weighted draws."""
        return float(1.0 / np.sum(self.weights**2))


def chance(seed: int, *purpose: object) -> np.random.Generator:
    """A generator of its own for each seed and purpose."""
    return np.random.default_rng([seed, *(zlib.crc32(str(part).encode()) for part in purpose)])


def counted_twice(parameter: Parameter, series: tuple[str, ...]) -> bool:
    """Whether the declared distribution was read off one of these series."""
    return parameter.role == "calibrated" and any(source in series for source in parameter.sources)


def priors(evidence: Evidence, fit: Fit, n: int, rng: np.random.Generator) -> dict[str, Array]:
    """Draws (n,) of each parameter of a fit, and of its nuisance parameters."""
    draws = {}
    for name in (*fit.parameters, *fit.nuisance):
        parameter = evidence.parameters[name]
        wide = name in fit.parameters and counted_twice(parameter, fit.series)
        draws[name] = prior_of(parameter, rng.random(n), wide=wide)
    return draws


def prior_of(parameter: Parameter, u: Array, *, wide: bool = False) -> Array:
    """Quantiles u of the declared distribution; where `wide`, of a uniform distribution over three times its length."""
    if not wide:
        return draw_values(parameter.draw, u, parameter.low, parameter.high)
    outer = (1.0 - WIDENED) / 2.0
    low, high = draw_values(parameter.draw, np.array([outer, 1.0 - outer]), parameter.low, parameter.high)
    left, right = max(parameter.low, 2.0 * low - high), min(parameter.high, 2.0 * high - low)
    left = max(left, low / 10.0) if low > 0.0 else left  # a positive range stays positive
    return np.asarray(left + (right - left) * u)


def weigh(fit: Fit, prior: Values, figures: Array, design: Design, simulated: Array | None) -> Array:
    """Weights (N,) of prior draws given figures: by likelihood, or by the distance of what each draw simulates."""
    if fit.log_likelihood is not None:
        return softmax(fit.log_likelihood(prior, figures, design))
    if simulated is None:
        raise ValueError(f"{fit.id}: a fit without a likelihood needs simulated figures")
    scale = np.maximum(np.std(simulated, axis=0), 1e-12)
    distances = np.sqrt(np.sum(((simulated - figures) / scale) ** 2, axis=1))
    reach = np.quantile(distances, NEAREST)
    near = np.maximum(1.0 - (distances / max(float(reach), 1e-12)) ** 2, 0.0)  # Epanechnikov's kernel
    return np.asarray(near / near.sum())


def softmax(log: Array) -> Array:
    """Weights that add up to 1."""
    weights = np.exp(log - np.max(log))
    return np.asarray(weights / weights.sum())


def fit(evidence: Evidence, part: Fit, seen: FittedSeries, n: int, seed: int) -> Fitted:
    """The posterior of one fit, as n weighted draws from its prior."""
    rng = chance(seed, "fit", part.id)
    prior = priors(evidence, part, n, rng)
    simulated = None if part.log_likelihood else part.simulate(prior, seen.design, rng)
    return Fitted(part, prior, weigh(part, prior, seen.figures, seen.design, simulated), seen)


def resampled(weights: Array, n: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Rows (n,) drawn by systematic resampling: each row occurs n times its weight, rounded up or down."""
    places = (np.arange(n) + rng.random()) / n
    rows = np.searchsorted(np.cumsum(weights), places).clip(max=weights.size - 1)
    return np.asarray(rng.permutation(rows), dtype=np.int64)


def simulation_based(evidence: Evidence, part: Fit, design: Design, fits: int, n: int, seed: int) -> dict[str, Array]:
    """Ranks (fits,), 0 to 1, of true values drawn from the prior in the posteriors of data simulated from them. Where
    there is a likelihood, its ranks as well: a fit that ignores the data has uniform ranks of parameters too.
    """
    rng = chance(seed, "sbc", part.id)
    prior = priors(evidence, part, n, rng)
    simulated = None if part.log_likelihood else part.simulate(prior, design, rng)
    truths = priors(evidence, part, fits, rng)
    data = part.simulate(truths, design, rng)
    ranks: dict[str, Array] = {name: np.zeros(fits) for name in part.parameters}
    for k in range(fits):
        if part.log_likelihood is None:
            weights = weigh(part, prior, data[k], design, simulated)
        else:
            log = part.log_likelihood(prior, data[k], design)
            own = part.log_likelihood({name: values[k : k + 1] for name, values in truths.items()}, data[k], design)
            weights = softmax(log)
            ranks.setdefault(LIKELIHOOD, np.zeros(fits))[k] = float(np.sum(weights[log < own[0]]))
        for name in part.parameters:
            ranks[name][k] = float(np.sum(weights[prior[name] < truths[name][k]]))
    return ranks


def uneven(ranks: Array) -> float:
    """P value of uniform ranks: twice the smaller of two. The Kolmogorov-Smirnov test detects posteriors that lie to
    one side, the chi-square test of ten bins those that are too narrow or too wide.
    """
    from scipy.stats import chisquare, kstest

    places = np.clip(ranks, 0.0, 1.0)
    counts = np.histogram(places, bins=10, range=(0.0, 1.0))[0]
    return float(min(1.0, 2.0 * min(kstest(places, "uniform").pvalue, chisquare(counts).pvalue)))
