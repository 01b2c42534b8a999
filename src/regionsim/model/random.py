"""Random numbers by name: every one is a pure function of (seed, replicate, purpose, week, slot), with no hidden state.

Core object: `Streams`, which a model holds for its W worlds; each method takes a purpose such as "army.action" and
returns one number per world, shape (W,). Two arms that ask for the same purpose in the same week get the same chance,
whatever else they have drawn; a purpose asked twice in a week with the same slot gives the same number twice.
Kernels draw for themselves with `purpose_key`, `uniform64` and `uniform32x4`.
"""

import numpy as np
import numpy.typing as npt

from regionsim.model import philox, samplers
from regionsim.model.philox import REPLICATES, SEEDS, purpose_key, uniform32x4, uniform64
from regionsim.model.samplers import Array, Counts

__all__ = ["REPLICATES", "SEEDS", "Streams", "draw_uniform", "purpose_key", "uniform32x4", "uniform64"]


class Streams:
    """The chance of W worlds.

    seed: 0 .. 2**63 - 1. replicates: (W,) integers, 0 .. 2**62 - 1. `week` is set by the clock; -1 serves draws made
    before the first week. Parameters of distributions are numbers or arrays (W,). Raises ValueError for a seed or a
    replicate out of range.
    """

    def __init__(self, seed: int, replicates: npt.ArrayLike) -> None:
        self.seed = int(seed)
        self.replicates = _integers(replicates, "replicates")
        self.week = 0
        purpose_key(self.seed, "")  # refuses a bad seed now rather than at the first draw

    def key(self, purpose: str) -> np.uint64:
        """The key to hand to a kernel that draws for itself."""
        return purpose_key(self.seed, purpose)

    def uniform(self, purpose: str, slot: int = 0) -> Array:
        """Uniforms in the open interval (0, 1), (W,)."""
        out = np.empty(self.replicates.size, dtype=np.float64)
        philox.fill_uniform(purpose_key(self.seed, purpose), self.replicates, self.week, slot, out)
        return out

    def uniforms(self, purpose: str, n_slots: int) -> Array:
        """Slots 0 .. n_slots - 1 at once, (W, n_slots): column s equals `uniform(purpose, s)`."""
        out = np.empty((self.replicates.size, n_slots), dtype=np.float64)
        philox.fill_uniforms(purpose_key(self.seed, purpose), self.replicates, self.week, out)
        return out

    def uniforms32(self, purpose: str, n_slots: int) -> npt.NDArray[np.float32]:
        """Float32 uniforms, (W, n_slots), as `uniform32x4` gives them to kernels; not the float64 ones rounded."""
        out = np.empty((self.replicates.size, n_slots), dtype=np.float32)
        philox.fill_uniforms32(purpose_key(self.seed, purpose), self.replicates, self.week, out)
        return out

    def bernoulli(self, purpose: str, p: npt.ArrayLike, slot: int = 0) -> npt.NDArray[np.bool_]:
        """True with probability p; never for NaN."""
        return np.asarray(self.uniform(purpose, slot) < np.asarray(p))

    def normal(self, purpose: str, mean: npt.ArrayLike = 0.0, sd: npt.ArrayLike = 1.0, slot: int = 0) -> Array:
        """Normal draws."""
        z = samplers.normal_inv(self.uniform(purpose, slot))
        return np.asarray(np.asarray(mean) + np.asarray(sd) * z)

    def exponential(self, purpose: str, mean: npt.ArrayLike, slot: int = 0) -> Array:
        """Exponential draws of a given mean."""
        return samplers.exponential_inv(self.uniform(purpose, slot), mean)

    def lognormal(self, purpose: str, mu: npt.ArrayLike, sigma: npt.ArrayLike, slot: int = 0) -> Array:
        """Draws of exp(mu + sigma z); the median is exp(mu)."""
        return samplers.lognormal_inv(self.uniform(purpose, slot), mu, sigma)

    def gamma(self, purpose: str, shape: npt.ArrayLike, scale: npt.ArrayLike = 1.0, slot: int = 0) -> Array:
        """Gamma draws of mean shape * scale."""
        return np.asarray(samplers.gamma_inv(self.uniform(purpose, slot), shape) * np.asarray(scale))

    def beta(self, purpose: str, a: npt.ArrayLike, b: npt.ArrayLike, slot: int = 0) -> Array:
        """Beta draws on 0..1."""
        return samplers.beta_inv(self.uniform(purpose, slot), a, b)

    def poisson(self, purpose: str, mean: npt.ArrayLike, slot: int = 0) -> Counts:
        """Poisson counts."""
        return samplers.poisson_inv(self.uniform(purpose, slot), mean)

    def negative_binomial(self, purpose: str, mean: npt.ArrayLike, size: npt.ArrayLike, slot: int = 0) -> Counts:
        """Counts with variance mean + mean**2 / size; size = infinity is Poisson."""
        return samplers.negative_binomial_inv(self.uniform(purpose, slot), mean, size)

    def binomial(self, purpose: str, n: npt.ArrayLike, p: npt.ArrayLike, slot: int = 0) -> Counts:
        """Successes among n trials."""
        return samplers.binomial_inv(self.uniform(purpose, slot), n, p)

    def categorical(self, purpose: str, weights: npt.ArrayLike, slot: int = 0) -> Counts:
        """An index (W,) by weights (W, K) or (K,), which need not sum to one."""
        return samplers.categorical_inv(self.uniform(purpose, slot), weights)


def draw_uniform(seed: int, draw: npt.ArrayLike, name: str) -> Array:
    """The uniform (W,) behind parameter `name` in each draw: keyed by (seed, draw), never by replicate or week."""
    draws = _integers(draw, "draw")
    out = np.empty(draws.size, dtype=np.float64)
    philox.fill_uniform(purpose_key(seed, f"parameter:{name}"), draws, 0, 0, out)
    return out


def _integers(numbers: npt.ArrayLike, what: str) -> npt.NDArray[np.int64]:
    """A private int64 copy (W,) of replicate or draw numbers, ValueError if out of range."""
    given = np.atleast_1d(np.asarray(numbers))
    if given.dtype.kind not in "iu" or given.ndim != 1 or np.any(given < 0) or np.any(given >= REPLICATES):
        raise ValueError(f"{what}: must be whole numbers in 0 .. 2**62 - 1")
    return np.array(given, dtype=np.int64)
