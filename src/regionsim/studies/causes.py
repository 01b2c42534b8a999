"""Parts of a difference, from the values of sets of overrides: what each causes, and which pairs interact.

Core objects: `CausePart`, `find_parts`. Intervals are over worlds, which are paired, and over sampled orders where not
all sets were played. This module reads no files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from regionsim.stats.averages import TRIMMED, mostly_equal
from regionsim.stats.intervals import mean_interval
from regionsim.studies import shapley as sums

type Array = Any  # numpy
type Set = frozenset[str]

_FLOATING = 1e-9  # of the largest value: rounding error allowed in sums of float64


class Column(NamedTuple):
    """An indicator at a date."""

    indicator: str
    title: str
    unit: str
    date: str


@dataclass(frozen=True)
class CausePart:
    """What one override causes in one indicator at one date or span; also the total, and the joint effect of a pair.

    kind: total, part, or interaction, whose override is "A x B". mean: over worlds, in the indicator's unit; low, high:
    its 95% interval. from_worlds, from_orders: half widths due to the finite number of worlds and of sampled orders;
    the interval combines both. share: of the total, None where the total's own interval contains zero. zero: whether
    the part is exactly zero in every world. average: "trimmed mean": total and parts are means over the same worlds,
    the middle 80% by their total, because a few worlds can dominate a plain mean; "mean" with fewer than 10 worlds.
    few: whether few worlds carry this part: its mean lies outside the band that holds 90% of them, or many are equal.
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
    average: str = "mean"
    few: bool = False


def find_parts(
    value: Mapping[Set, Array], titles: Mapping[str, str], orders: Sequence[Sequence[str]], columns: Sequence[Column]
) -> list[CausePart]:
    """Total, parts and interactions of every column, from values (worlds, columns) of sets of overrides.

    titles: override -> its name. orders: empty where all sets are given; else the sampled orders, each followed by its
    reverse. Parts add up to the total in every world: raises AssertionError otherwise.
    """
    names = tuple(titles)
    total = value[frozenset(names)] - value[frozenset()]
    if orders:
        added = sums.marginals(value, orders)
        joint = {
            pair: sums.second_difference(value, frozenset(), *pair)
            for pair in combinations(names, 2)
            if {frozenset(pair), *(frozenset({name}) for name in pair)} <= value.keys()
        }
    else:
        added = {name: part[np.newaxis] for name, part in sums.shapley(value, names).items()}
        joint = sums.interactions(value, names)
    _require_sum([part.mean(axis=0) for part in added.values()], total, value[frozenset(names)])
    left_out = _left_out(total)
    rows = list(_rows("total", "total", "all together", total[np.newaxis], total, left_out, columns))
    for name, part in added.items():
        rows += _rows("part", name, titles[name], part, total, left_out, columns)
    for (a, b), part in joint.items():
        pair = (f"{a} x {b}", f"{titles[a]} with {titles[b]}")
        rows += _rows("interaction", *pair, part[np.newaxis], total, left_out, columns)
    return rows


def _left_out(total: Array) -> Array:
    """Worlds left out of each column, (worlds, columns): a tenth at either end of the total."""
    excluded = np.zeros(total.shape, dtype=bool)
    cut = int(TRIMMED * len(total))
    if cut:
        order = np.argsort(total, axis=0, kind="stable")
        for ends in (order[:cut], order[-cut:]):
            np.put_along_axis(excluded, ends, True, axis=0)
    return excluded


def _rows(
    kind: str, name: str, title: str, part: Array, total: Array, left_out: Array, columns: Sequence[Column]
) -> Iterator[CausePart]:
    """One row per column of a part (orders, worlds, columns)."""
    zero = (part == 0.0).all(axis=(0, 1))
    part, total = np.where(left_out, np.nan, part), np.where(left_out, np.nan, total)
    by_world = part.mean(axis=0)  # a world that is left out is left out of every order
    mean, total_mean, total_half = np.nanmean(by_world, axis=0), np.nanmean(total, axis=0), _half(total)
    worlds = _half(by_world)
    orders = np.zeros_like(mean)
    if len(part) > 1:  # an order and its reverse count as one draw
        orders = _half(np.nanmean(part, axis=1).reshape(-1, 2, part.shape[2]).mean(axis=1))
    half = np.hypot(worlds, orders)
    low, high = np.nanquantile(by_world, (0.05, 0.95), axis=0)
    slack = _FLOATING * np.abs(by_world).max(axis=0, initial=0.0, where=~left_out)
    few = (
        (mean < low - slack)
        | (mean > high + slack)
        | [mostly_equal(column[~np.isnan(column)]) for column in by_world.T]
    )
    for i, column in enumerate(columns):
        share = float(mean[i] / total_mean[i]) if kind == "part" and abs(total_mean[i]) > total_half[i] else None
        yield CausePart(
            *column, kind, name, title, float(mean[i]), float(mean[i] - half[i]), float(mean[i] + half[i]),
            float(worlds[i]), float(orders[i]), share, bool(zero[i]),
            "trimmed mean" if left_out[:, i].any() else "mean", bool(few[i]),
        )  # fmt: skip


def _half(values: Array) -> Array:
    """Half the width of the 95% interval of the mean over the first axis."""
    low, high = mean_interval(values)
    return (high - low) / 2.0


def _require_sum(parts: Sequence[Array], total: Array, value: Array) -> None:
    """Raise AssertionError where parts (worlds, columns) do not sum to the total in every world: a bug."""
    gap = np.abs(sum(parts) - total)
    scale = np.maximum(np.abs(value), np.abs(total)).max(axis=0, initial=1.0)
    if not (gap <= _FLOATING * scale).all():
        raise AssertionError(f"parts miss the total by {float(gap.max()):g}")
