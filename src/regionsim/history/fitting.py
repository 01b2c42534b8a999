"""Fits of a few parameters to a series of their own: prior draws, weighted by how well they explain what was observed.

Core objects: `Fit` (what is fitted to what), `priors`, `fit` (a `Fitted`: draws and their weights), `resampled` and
`simulation_based` (ranks of known truths among their own posteriors: even if a fit is right). A prior that was itself
read off the series is widened first, so that the series does not count twice.
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
"""The central share of a declared distribution that is widened by its own length on either side."""


@dataclass(frozen=True)
class FittedSeries:
    """What a fit reads of a series: summaries (k,), the design they were taken under, and how many records they are."""

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
    """Whether the series is known to overstate the parameters, so that the fit is shown and not used."""


@dataclass(frozen=True)
class Fitted:
    """Draws from the prior, (N,) by parameter, their weights (N,), which add up to 1, and what was seen."""

    fit: Fit
    prior: dict[str, Array]
    weights: Array
    seen: FittedSeries

    @property
    def worth(self) -> float:
        """How many equally weighted draws these are worth."""
        return float(1.0 / np.sum(self.weights**2))


def chance(seed: int, *purpose: object) -> np.random.Generator:
    """A generator of its own for each seed and purpose."""
    return np.random.default_rng([seed, *(zlib.crc32(str(one).encode()) for one in purpose)])


def counted_twice(known: Parameter, series: tuple[str, ...]) -> bool:
    """Whether the declared distribution was read off one of these series already."""
    return known.role == "calibrated" and any(source in series for source in known.sources)


def priors(evidence: Evidence, fit: Fit, n: int, rng: np.random.Generator) -> dict[str, Array]:
    """Draws (n,) of each parameter of a fit, and of its nuisance parameters."""
    found = {}
    for name in (*fit.parameters, *fit.nuisance):
        known = evidence.parameters[name]
        wide = name in fit.parameters and counted_twice(known, fit.series)
        found[name] = prior_of(known, rng.random(n), wide=wide)
    return found


def prior_of(known: Parameter, u: Array, *, wide: bool = False) -> Array:
    """Values at shares u of the declared distribution or, where it is to be widened, evenly over thrice its length."""
    if not wide:
        return draw_values(known.draw, u, known.low, known.high)
    outer = (1.0 - WIDENED) / 2.0
    low, high = draw_values(known.draw, np.array([outer, 1.0 - outer]), known.low, known.high)
    left, right = max(known.low, 2.0 * low - high), min(known.high, 2.0 * high - low)
    left = max(left, low / 10.0) if low > 0.0 else left  # what must be above zero stays so
    return np.asarray(left + (right - left) * u)


def weigh(fit: Fit, prior: Values, figures: Array, design: Design, simulated: Array | None) -> Array:
    """Weights (N,) of prior draws given figures: by likelihood, or by nearness of what each draw simulates."""
    if fit.log_likelihood is not None:
        return softmax(fit.log_likelihood(prior, figures, design))
    if simulated is None:
        raise ValueError(f"{fit.id}: without a likelihood it needs what each draw simulates")
    scale = np.maximum(np.std(simulated, axis=0), 1e-12)
    apart = np.sqrt(np.sum(((simulated - figures) / scale) ** 2, axis=1))
    reach = np.quantile(apart, NEAREST)
    near = np.maximum(1.0 - (apart / max(float(reach), 1e-12)) ** 2, 0.0)  # Epanechnikov's kernel
    return np.asarray(near / near.sum())


def softmax(log: Array) -> Array:
    """Weights that add up to 1."""
    top = np.exp(log - np.max(log))
    return np.asarray(top / top.sum())


def fit(evidence: Evidence, one: Fit, seen: FittedSeries, n: int, seed: int) -> Fitted:
    """The posterior of one fit, as n weighted draws from its prior."""
    rng = chance(seed, "fit", one.id)
    prior = priors(evidence, one, n, rng)
    simulated = None if one.log_likelihood else one.simulate(prior, seen.design, rng)
    return Fitted(one, prior, weigh(one, prior, seen.figures, seen.design, simulated), seen)


def resampled(weights: Array, n: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Rows (n,) drawn by weight, systematically: each comes as often as its weight says, to a whole number."""
    places = (np.arange(n) + rng.random()) / n
    rows = np.searchsorted(np.cumsum(weights), places).clip(max=weights.size - 1)
    return np.asarray(rng.permutation(rows), dtype=np.int64)


def simulation_based(evidence: Evidence, one: Fit, design: Design, fits: int, n: int, seed: int) -> dict[str, Array]:
    """Ranks (fits,), 0 to 1, of truths drawn from the prior in the posteriors of data simulated from them; and those of
    the likelihood of the truth, where there is one: ranks of parameters are even too if the data are not looked at.
    """
    rng = chance(seed, "sbc", one.id)
    prior = priors(evidence, one, n, rng)
    simulated = None if one.log_likelihood else one.simulate(prior, design, rng)
    truths = priors(evidence, one, fits, rng)
    data = one.simulate(truths, design, rng)
    ranks: dict[str, Array] = {name: np.zeros(fits) for name in one.parameters}
    for k in range(fits):
        if one.log_likelihood is None:
            weights = weigh(one, prior, data[k], design, simulated)
        else:
            log = one.log_likelihood(prior, data[k], design)
            own = one.log_likelihood({name: values[k : k + 1] for name, values in truths.items()}, data[k], design)
            weights = softmax(log)
            ranks.setdefault(LIKELIHOOD, np.zeros(fits))[k] = float(np.sum(weights[log < own[0]]))
        for name in one.parameters:
            ranks[name][k] = float(np.sum(weights[prior[name] < truths[name][k]]))
    return ranks


def uneven(ranks: Array) -> float:
    """P value that ranks are even: the smaller of two, doubled. Kolmogorov and Smirnov's test sees posteriors that lie
    to one side, the chi-square of ten bins those that are too narrow or too wide.
    """
    from scipy.stats import chisquare, kstest

    places = np.clip(ranks, 0.0, 1.0)
    counts = np.histogram(places, bins=10, range=(0.0, 1.0))[0]
    return float(min(1.0, 2.0 * min(kstest(places, "uniform").pvalue, chisquare(counts).pvalue)))
