"""Shapley values: what each of several causes adds to an outcome, averaged over all orders of adding them.

Core objects: `subsets` and `shapley` (exact, from all 2^n sets of causes), `orders`, `prefixes` and `marginals`
(sampled orders), `interactions` (the Shapley interaction of pairs). Values are arrays, worlds first, and everything is
linear in them, so parts add up world by world. Differences are taken before sums: a cause that changes no value has a
part of exactly zero.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

type Array = Any  # numpy, (worlds, ...)
type Set = frozenset[str]


def subsets(players: Sequence[str]) -> list[Set]:
    """All 2^n sets of players, by size, the empty one first."""
    return [frozenset(some) for n in range(len(players) + 1) for some in combinations(players, n)]


def shapley(value: Mapping[Set, Array], players: Sequence[str]) -> dict[str, Array]:
    """Each player's part, from the values of all sets; they sum to the value of all minus that of none."""
    n = len(players)
    weights = [math.factorial(k) * math.factorial(n - k - 1) / math.factorial(n) for k in range(n)]
    return {player: _weighted(value, [p for p in players if p != player], (player,), weights) for player in players}


def interactions(value: Mapping[Set, Array], players: Sequence[str]) -> dict[tuple[str, str], Array]:
    """What each pair adds jointly beyond the sum of its separate effects, averaged over all sets of the others.

    The Shapley interaction index of Grabisch and Roubens: positive where one strengthens the other, zero where the two
    simply add up.
    """
    n = len(players)
    weights = [math.factorial(k) * math.factorial(n - k - 2) / math.factorial(n - 1) for k in range(n - 1)]
    return {
        pair: _weighted(value, [p for p in players if p not in pair], pair, weights)
        for pair in combinations(players, 2)
    }


def _weighted(value: Mapping[Set, Array], others: Sequence[str], added: tuple[str, ...], weights: list[float]) -> Array:
    """The weighted sum, over all sets of the others, of the effect of adding one or two players."""
    change = _first if len(added) == 1 else second_difference
    return sum(weights[len(some)] * change(value, some, *added) for some in subsets(others))


def _first(value: Mapping[Set, Array], base: Set, a: str) -> Array:
    return value[base | {a}] - value[base]


def second_difference(value: Mapping[Set, Array], base: Set, a: str, b: str) -> Array:
    """What a and b add jointly to `base` beyond the sum of their separate effects."""
    return (value[base | {a, b}] - value[base | {b}]) - (value[base | {a}] - value[base])


def orders(players: Sequence[str], pairs: int, seed: int) -> list[tuple[str, ...]]:
    """`pairs` random orders by `seed`, each followed by its reverse, so that early players also come late."""
    generator = np.random.default_rng(seed)
    sampled: list[tuple[str, ...]] = []
    for _ in range(pairs):
        order = tuple(players[i] for i in generator.permutation(len(players)))
        sampled += [order, order[::-1]]
    return sampled


def prefixes(orders: Iterable[Sequence[str]]) -> list[Set]:
    """The sets that these orders pass through, each once, the empty one first."""
    sets = [frozenset(order[:k]) for order in orders for k in range(len(order) + 1)]
    return sorted(dict.fromkeys(sets), key=len)


def marginals(value: Mapping[Set, Array], orders: Sequence[Sequence[str]]) -> dict[str, Array]:
    """What each player adds in each order, (orders, worlds, ...); they sum to the total in every order."""
    parts: dict[str, list[Array]] = {player: [] for player in orders[0]}
    for order in orders:
        for k, player in enumerate(order):
            parts[player].append(_first(value, frozenset(order[:k]), player))
    return {player: np.stack(rows) for player, rows in parts.items()}
