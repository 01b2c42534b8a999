"""Parts of a difference, from the values of sets of overrides: what each causes, and which pairs work on each other.

Core objects: `Part`, `find_parts`. Intervals are over worlds, which are paired, and over sampled orders where not all
sets were played. Nothing here reads files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from regionsim.analysis import shapley as sums
from regionsim.analysis.intervals import mean_interval

type Array = Any  # numpy
type Set = frozenset[str]

_FLOATING = 1e-9  # of the largest value: what sums of float64 may be off


class Column(NamedTuple):
    """An indicator at a date."""

    indicator: str
    title: str
    unit: str
    date: str


@dataclass(frozen=True)
class Part:
    """What one override causes of one indicator at one date; also the total, and what a pair causes jointly.

    kind: total, part, or interaction, whose override is "A x B". mean: in the indicator's unit, over worlds; low, high:
    its 95% interval. from_worlds, from_orders: halves of the widths that the finite number of worlds and of sampled
    orders leave open; the interval takes both. share: of the total, None where the total's own interval holds zero.
    zero: whether it is exactly zero in every world.
    """

    indicator: str
    title: str
    unit: str
    date: str
    kind: str
    override: str
    words: str
    mean: float
    low: float
    high: float
    from_worlds: float
    from_orders: float
    share: float | None
    zero: bool


def find_parts(
    value: Mapping[Set, Array], words: Mapping[str, str], orders: Sequence[Sequence[str]], columns: Sequence[Column]
) -> list[Part]:
    """Total, parts and interactions of every column, from values (worlds, columns) of sets of overrides.

    words: override -> what it is called. orders: empty where all sets are there; else the sampled ones, an order's
    reverse behind it. Parts add up to the total, world by world: raises AssertionError if they did not.
    """
    names = tuple(words)
    total = value[frozenset(names)] - value[frozenset()]
    if orders:
        added = sums.marginals(value, orders)
        joint = {
            pair: sums.second_difference(value, frozenset(), *pair)
            for pair in combinations(names, 2)
            if {frozenset(pair), *(frozenset({one}) for one in pair)} <= value.keys()
        }
    else:
        added = {name: part[np.newaxis] for name, part in sums.shapley(value, names).items()}
        joint = sums.interactions(value, names)
    _require_sum([part.mean(axis=0) for part in added.values()], total, value[frozenset(names)])
    found = list(_rows("total", "total", "all together", total[np.newaxis], total, columns))
    for name, part in added.items():
        found += _rows("part", name, words[name], part, total, columns)
    for (a, b), part in joint.items():
        found += _rows("interaction", f"{a} x {b}", f"{words[a]} with {words[b]}", part[np.newaxis], total, columns)
    return found


def _rows(kind: str, name: str, words: str, part: Array, total: Array, columns: Sequence[Column]) -> Iterator[Part]:
    """A row per column of one part, (orders, worlds, columns)."""
    mean, whole, open_ = part.mean(axis=(0, 1)), total.mean(axis=0), _half(total)
    worlds = _half(part.mean(axis=0))
    orders = np.zeros_like(mean)
    if len(part) > 1:  # an order and its reverse are one draw
        orders = _half(part.mean(axis=1).reshape(-1, 2, part.shape[2]).mean(axis=1))
    half = np.hypot(worlds, orders)
    for i, column in enumerate(columns):
        share = float(mean[i] / whole[i]) if kind == "part" and abs(whole[i]) > open_[i] else None
        zero = bool((part[:, :, i] == 0.0).all())
        yield Part(
            *column, kind, name, words, float(mean[i]), float(mean[i] - half[i]), float(mean[i] + half[i]),
            float(worlds[i]), float(orders[i]), share, zero,
        )  # fmt: skip


def _half(values: Array) -> Array:
    """Half the width of the 95% interval of the mean over the first axis."""
    low, high = mean_interval(values)
    return (high - low) / 2.0


def _require_sum(parts: Sequence[Array], total: Array, value: Array) -> None:
    """Parts (worlds, columns) sum to the total in every world, or there is a fault of ours."""
    gap = np.abs(sum(parts) - total)
    scale = np.maximum(np.abs(value), np.abs(total)).max(axis=0, initial=1.0)
    if not (gap <= _FLOATING * scale).all():
        raise AssertionError(f"parts miss the total by {float(gap.max()):g}")
