"""Weights of the composite index, and how far a ranking of scenarios depends on them.

Core objects: `PARTS`, `weights`, `Reversal`, `rank_reversal`. Weights are drawn from the flat Dirichlet distribution,
under which all combinations are equally likely (OECD/JRC step 6, S157): negative logarithms of uniforms, scaled to sum
to one. Equal uniforms give equal weights.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

PARTS: Final = ("security", "connectivity", "humanitarian", "diplomacy")
"""The sub-indices of `cooperation_index`, in the order of their weights."""

type Array = Any  # numpy


def weights(parameters: Mapping[str, Array]) -> Array:
    """Weights of the parts from the drawn parameters `index.weight_<part>`, (N, parts), each row summing to one."""
    uniform = np.stack([np.asarray(parameters[f"index.weight_{part}"], dtype=np.float64) for part in PARTS], axis=-1)
    drawn = -np.log(np.clip(uniform, 1e-12, 1.0 - 1e-12))
    return drawn / drawn.sum(axis=-1, keepdims=True)


@dataclass(frozen=True)
class Reversal:
    """Ranking of S scenarios by the mean over worlds of their composite, best first, and how weights change it."""

    order: tuple[str, ...]
    pairs: Array
    """(S, S) in the order given: share of the weights that reverse the rank of two scenarios under equal weights."""
    any_pair: float
    """Share of the weights that reverse at least one pair."""
    first: Array
    """(S,): share of the weights that rank a scenario first."""


def rank_reversal(parts: Mapping[str, Array], drawn: Array) -> Reversal:
    """How often drawn weights rank scenarios differently from equal weights.

    `parts`: the recorded sub-indices (W, parts) in 1..100, by scenario; `drawn`: the weights (N, parts). Raises
    ValueError for fewer than two scenarios, or parts and weights that do not match.
    """
    if len(parts) < 2 or any(np.shape(each)[-1] != np.shape(drawn)[-1] for each in parts.values()):
        raise ValueError("rank_reversal needs at least two scenarios, and a weight for each of their parts")
    equal = np.full((1, np.shape(drawn)[-1]), 1.0 / np.shape(drawn)[-1])
    plain = np.array([_mean(each, equal)[0] for each in parts.values()])
    scores = np.stack([_mean(each, drawn) for each in parts.values()])
    above = np.sign(scores[:, np.newaxis] - scores[np.newaxis])
    turned = above * np.sign(plain[:, np.newaxis] - plain[np.newaxis])[..., np.newaxis] < 0.0
    best = np.bincount(scores.argmax(axis=0), minlength=len(parts)) / scores.shape[1]
    order = [list(parts)[s] for s in np.argsort(-plain, kind="stable")]
    return Reversal(tuple(order), turned.mean(axis=-1), float(turned.any(axis=(0, 1)).mean()), best)


def _mean(parts: Array, drawn: Array) -> Array:
    """Mean over worlds of the weighted geometric mean, (N,)."""
    return np.exp(np.log(np.maximum(parts, 1.0)) @ np.asarray(drawn).T).mean(axis=0)


def correlations(parts: Array) -> Array:
    """Rank correlations over worlds of the parts (W, parts), (parts, parts): which parts are redundant."""
    ranks = np.argsort(np.argsort(np.asarray(parts), axis=0), axis=0).astype(np.float64)
    return np.corrcoef(ranks.T)
