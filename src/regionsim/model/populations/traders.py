"""Traders: who ships what by which route, with habit and a memory of how reliable the route has been.

Core objects: `Traders` (arrays (W, N)) and `ship`, one fused pass a week: remember, perhaps reconsider the route, ship.
A trader reconsiders now and then, by a logit over the routes with habit (SCIENCE 1d), so trade lost to a route comes
back slowly. While the own gate is shut some ship another way for that week and keep their route: short closures divert
goods for days, long ones spoil a memory. A gate shut for months ends thin relations: the trader buys and sells
elsewhere until the relation is made anew, long after the gate has opened.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from regionsim.model import maths
from regionsim.model._jit import (
    F32_IN2,
    array_in,
    array_out,
    float32,
    float64,
    int64,
    kernel,
    njit,
    uint8,
    uint64,
    void,
)
from regionsim.model.maths import exp32
from regionsim.model.philox import FIRST, draw_uniforms32, single_uniform64, uniform64x2
from regionsim.model.random import Streams
from regionsim.model.samplers import Array, Counts, normal_inv
from regionsim.schema.categories import CROSSINGS, GOODS, ROUTES, TRADE_KINDS

type Bytes = npt.NDArray[np.uint8]
type Floats = npt.NDArray[np.float32]
type Float = np.float32

_STUCK = 1 << 28  # slots of those who ship another way lie beyond the others
_TIES = 1 << 29  # and those of relations that end or begin anew beyond these
_GATES = len(CROSSINGS)
MOSTLY = 0.5  # a week counts as shut if the gate is shut for at least this share of it
PATIENCE = 4  # weeks shut for which as many wait as in the first; then more go another way each week


@dataclass
class Traders:
    """Arrays (W, N): kind, goods, route; `memory` of the own route's openness 0..1, `quick` how fast it forms relative
    to others, `weight` the share of its kind and goods that the trader ships; `thin` how easily the relation ends,
    0..1, `idle` weeks on end for which the own gate has been shut, `left` 0 or 1 + the crossing given up.
    `stirred` (W,): 1 in worlds in which any trader is idle or has left.
    """

    kind: Bytes
    goods: Bytes
    route: Bytes
    memory: Floats
    quick: Floats
    weight: Floats
    thin: Floats
    idle: Floats
    left: Bytes
    stirred: Bytes

    @property
    def size(self) -> int:
        """Traders in each world."""
        return int(self.kind.shape[1])


def create(
    streams: Streams,
    n: int,
    shares: Array,
    mix: npt.NDArray[np.float64],
    reliability: Array,
    spread: tuple[Array, Array],
) -> Traders:
    """N traders a world: kinds by fixed thirds of the slots, goods by `mix` (K, G), routes by `shares` (W, K, R).

    reliability: (W, R), what is remembered of each route at the start. spread: (W,) each, sigma of the lognormal sizes
    and half-width of how quickly memories form. Sizes are scaled so that the traders of a kind and good ship all of it;
    routes are dealt along the cumulated sizes, so that each world starts with the shares asked for, as near as whole
    traders allow.
    """
    worlds = streams.replicates.size
    slot = np.arange(n)
    kind_of = (slot * len(TRADE_KINDS) // n).astype(np.uint8)
    goods_of = _deal(kind_of, mix)
    weight = maths.exp(spread[0][:, np.newaxis] * normal_inv(streams.uniforms("traders.size", n)))
    thin = 1.0 / (1.0 + weight)  # one half for a trader of the median size
    route = np.zeros((worlds, n), dtype=np.uint8)
    offset = streams.uniforms("traders.route", len(TRADE_KINDS) * len(GOODS))
    edges = np.cumsum(shares, axis=-1)
    for k in range(len(TRADE_KINDS)):
        for g in range(len(GOODS)):
            members = (kind_of == k) & (goods_of == g)
            if members.any():
                own = np.ascontiguousarray(weight[:, members])
                own = own / maths.row_sum(own)[:, np.newaxis]
                weight[:, members] = own
                place = (np.cumsum(own, axis=-1) - 0.5 * own + offset[:, k * len(GOODS) + g, np.newaxis]) % 1.0
                taken = np.zeros(place.shape, dtype=np.uint8)
                for r in range(len(ROUTES) - 1):
                    taken += (place > edges[:, k, r, np.newaxis]).astype(np.uint8)
                route[:, members] = taken
    memory = np.take_along_axis(reliability, route.astype(np.int64), axis=1).astype(np.float32)
    quick = 1.0 + spread[1][:, np.newaxis] * (2.0 * streams.uniforms("traders.quick", n) - 1.0)
    kind = np.broadcast_to(kind_of, (worlds, n)).copy()
    goods = np.broadcast_to(goods_of, (worlds, n)).copy()
    f32 = np.float32
    return Traders(
        kind, goods, route, memory, quick.astype(f32), weight.astype(f32), thin.astype(f32),
        np.zeros((worlds, n), dtype=f32), np.zeros((worlds, n), dtype=np.uint8), np.zeros(worlds, dtype=np.uint8),
    )  # fmt: skip


def _deal(kind_of: Bytes, mix: npt.NDArray[np.float64]) -> Bytes:
    """Goods of each slot: the traders of a kind in proportion to `mix` (K, G), at least one for each good shipped."""
    goods = np.zeros(kind_of.size, dtype=np.uint8)
    for k in range(len(TRADE_KINDS)):
        slots = np.flatnonzero(kind_of == k)
        edges = np.cumsum(mix[k] / mix[k].sum(axis=-1), axis=-1)
        place = (np.arange(slots.size) + 0.5) / slots.size
        goods[slots] = np.minimum(np.searchsorted(edges, place), len(GOODS) - 1)
    return goods


@njit
def _appeals(utility: Floats, rely: Float, public: Floats, dread: Floats, appeal: Floats, detour: Floats) -> None:
    """Weights (K, G, R) in a choice for good and in one for this week, written: alike for all traders of a kind and
    good, except for the memory of their own route.
    """
    for k in range(utility.shape[0]):
        for g in range(utility.shape[1]):
            for r in range(utility.shape[2]):
                value = utility[k, g, r] + rely * public[r]
                appeal[k, g, r] = exp32(value)
                detour[k, g, r] = exp32(value - dread[g, r])


@njit
def _remember(route: Bytes, openness: Floats, learn: Float, quick: Floats, memory: Floats, passes: Floats) -> None:
    """All remember how far their own route was open this week, which is written to `passes`."""
    for i in range(route.size):
        passes[i] = openness[0]
    for r in range(1, openness.size):
        share = openness[r]
        for i in range(route.size):
            passes[i] = share if route[i] == r else passes[i]
    for i in range(route.size):
        memory[i] += learn * quick[i] * (passes[i] - memory[i])


@njit
def _ties(
    key: np.uint64, replicate: int, week: int, acting: Counts, habits: Floats, openness: Floats, public: Floats,
    thin: Floats, route: Bytes, memory: Floats, idle: Floats, left: Bytes,
) -> bool:  # fmt: skip
    """Relations of those who act end after a long wait at a shut gate, and are made anew at an open one. Whether any
    trader waits or has left is returned.
    """
    grace, ends, begins = habits[5], habits[6], habits[7]
    stirred = False
    for n in range(acting.size):
        i = acting[n]
        own = route[i]
        if own < _GATES and openness[own] <= MOSTLY:
            idle[i] += np.float32(1.0)
        elif idle[i] > 0.0:
            idle[i] = 0.0
        if left[i] > 0:
            home = np.uint8(left[i] - 1)
            if single_uniform64(key, replicate, week, _TIES + i) < begins * openness[home]:
                left[i], route[i], memory[i] = 0, home, public[home]
        elif idle[i] > grace and single_uniform64(key, replicate, week, _TIES + i) < ends * thin[i]:
            left[i], idle[i] = own + 1, 0.0
        stirred = stirred or left[i] > 0 or idle[i] > 0.0
    return stirred


@njit
def _who_act(
    chance: Floats, review: Float, passes: Floats, stir: bool, idle: Floats, rests: Float, left: Bytes, busy: Bytes,
    acting: Counts,
) -> int:  # fmt: skip
    """How many do more than ship, and which: written to `acting`. Most do not."""
    slots = passes.size
    for i in range(slots):
        busy[i] = np.uint8(chance[i] < review) | np.uint8(passes[i] < np.float32(1.0))
    if stir:
        for i in range(slots):
            busy[i] |= np.uint8(idle[i] > rests) | np.uint8(left[i] > 0)
    acts = 0
    for i in range(slots):
        acting[acts] = i
        acts += busy[i]
    return acts


@njit
def _leave(
    key: np.uint64, replicate: int, week: int, acting: Counts, route: Bytes, idle: Floats, openness: Floats,
    stuck: Float, waits: Float, u: Array, v: Array, who: Counts,
) -> int:  # fmt: skip
    """How many at a route that is not wholly open ship another way this week, and which: written to `who`."""
    unit, stand = np.float32(1.0), 0
    for n in range(acting.size):
        who[stand] = acting[n]
        stand += int(openness[route[acting[n]]] < unit)
    _uniforms(key, replicate, week, who[:stand], u, v)
    count = 0
    for n in range(stand):
        i = who[n]
        longer = unit - exp32(waits * (idle[i] - PATIENCE))
        who[count] = i
        count += int(v[n] < (longer if idle[i] > PATIENCE + 1 else stuck) * (unit - openness[route[i]]))
    return count


@njit
def _uniforms(key: np.uint64, replicate: int, week: int, who: Counts, u: Array, v: Array) -> None:
    """The two uniforms of each of these traders, written."""
    for n in range(who.size):
        u[n], v[n] = uniform64x2(key, replicate, week, who[n])


@njit
def _choosers(
    who: Counts, kind: Bytes, goods: Bytes, route: Bytes, left: Bytes, n_goods: int, row: Counts, own: Counts,
    first: Counts,
) -> None:  # fmt: skip
    """Of those who choose: the row of their kind and good, the own route, and the first that is not barred; written."""
    for n in range(who.size):
        i = who[n]
        row[n], own[n] = np.int64(kind[i]) * n_goods + goods[i], route[i]
        first[n] = _GATES if left[i] > 0 else 0  # a lost relation bars all crossings


@njit
def _pick(
    weights: Floats, row: Counts, first: Counts, own: Counts, loyalty: Floats, u: Array, total: Floats, reached: Floats,
    chosen: Counts,
) -> None:  # fmt: skip
    """The first route, from `first` on, whose cumulative weight reaches u of the total, for each trader of `row`,
    written to `chosen`. weights (K * G, R): those of a trader lie in its `row`; the own route weighs `loyalty`. Without
    a branch on chance, which the processor could not foresee.
    """
    count, routes, zero = row.size, weights.shape[1], np.float32(0.0)
    for n in range(count):
        total[n], chosen[n] = zero, first[n]
    for r in range(routes):
        for n in range(count):
            reached[r, n] = weights[row[n], r]
        for n in range(count):
            faithful, other = loyalty[n], reached[r, n]
            weight = faithful if own[n] == r else other
            total[n] += weight if r >= first[n] else zero
            reached[r, n] = total[n]
    for r in range(routes - 1):
        for n in range(count):
            chosen[n] += int(u[n] * total[n] > reached[r, n]) & int(r >= first[n])


@kernel(
    void(
        uint64, array_in(int64), int64,
        array_in(uint8, 2), array_in(uint8, 2), array_out(uint8, 2), array_out(float32, 2), F32_IN2,
        F32_IN2, F32_IN2, array_out(float32, 2), array_out(uint8, 2), array_out(uint8),
        array_in(float32, 4), F32_IN2, F32_IN2, array_in(float32, 3),
        array_in(float32, 3), F32_IN2, array_out(float64, 4),
    )
)  # fmt: skip
def ship(
    key: np.uint64, replicates: npt.NDArray[np.int64], week: int,
    kind: Bytes, goods: Bytes, route: Bytes, memory: Floats, quick: Floats, weight: Floats, thin: Floats,
    idle: Floats, left: Bytes, stirred: Bytes,
    utility: Floats, public: Floats, openness: Floats, dread: Floats, size: Floats, habits: Floats,
    shipped: Array,
) -> None:  # fmt: skip
    """One week of every trader.

    utility (W, K, G, R): of each route. public (W, R): reliability as reported by others. openness (W, R): share of
    this week each route is open. dread (W, G, R): utility a route loses this week for being shut. size (W, K, G): USD
    mn demanded this week. habits (W, 9): habit strength, weight of reliability, weekly chance to reconsider, chance to
    ship another way when stuck, speed of memory, weeks shut after which relations end, weekly chance that the thinnest
    do, weekly chance that one is made anew at an open gate, log of the share of the stuck that waits. shipped (W, K, G,
    R): USD mn, written. One uniform each says who reconsiders; only they, the stuck and those without their relation
    draw further.
    """
    n_goods, routes, slots = utility.shape[2], utility.shape[3], kind.shape[1]
    appeal, detour = np.empty(utility.shape[1:], dtype=np.float32), np.empty(utility.shape[1:], dtype=np.float32)
    appeals, detours = appeal.reshape(-1, routes), detour.reshape(-1, routes)
    chance, passes = np.empty((slots + 3) >> 2 << 2, dtype=np.float32), np.empty(slots, dtype=np.float32)
    busy, way = np.empty(slots, dtype=np.uint8), np.empty(slots, dtype=np.uint8)
    # those who act, and who choose; one by one, as rows of one array would not be known to be contiguous
    acting, who = np.empty(slots, dtype=np.int64), np.empty(slots, dtype=np.int64)
    row, own = np.empty(slots, dtype=np.int64), np.empty(slots, dtype=np.int64)
    first, chosen = np.empty(slots, dtype=np.int64), np.empty(slots, dtype=np.int64)
    loyalty, total = np.empty(slots, dtype=np.float32), np.empty(slots, dtype=np.float32)
    u, v = np.empty(slots), np.empty(slots)
    reached = np.empty((routes, slots), dtype=np.float32)
    for w in range(kind.shape[0]):
        habit, rely, review, stuck = habits[w, 0], habits[w, 1], habits[w, 2], habits[w, 3]
        rests, waits = min(habits[w, 5], np.float32(0.0)), habits[w, 8]
        _appeals(utility[w], rely, public[w], dread[w], appeal, detour)
        draw_uniforms32(key, replicates[w], week, FIRST, slots, chance)
        _remember(route[w], openness[w], habits[w, 4], quick[w], memory[w], passes)
        stir = stirred[w] > 0  # where no gate is shut for most of the week and nobody waits, no relation ends or begins
        for r in range(_GATES):
            stir = stir or openness[w, r] <= MOSTLY
        acts = _who_act(chance, review, passes, stir, idle[w], rests, left[w], busy, acting)
        stirred[w] = stir and _ties(
            key, replicates[w], week, acting[:acts], habits[w], openness[w], public[w], thin[w], route[w], memory[w],
            idle[w], left[w],
        )  # fmt: skip
        # routes for good
        count = 0
        for n in range(acts):
            i = acting[n]
            who[count] = i
            count += int(chance[i] < review or (left[w, i] > 0 and route[w, i] < _GATES))
        _choosers(who[:count], kind[w], goods[w], route[w], left[w], n_goods, row, own, first)
        known = utility[w].reshape(-1, routes)
        for n in range(count):
            loyalty[n] = known[row[n], own[n]] + rely * memory[w, who[n]] + habit
        for n in range(count):
            loyalty[n] = exp32(loyalty[n])
        _uniforms(key, replicates[w], week, who[:count], u, v)
        _pick(appeals, row[:count], first, own, loyalty, u, total, reached, chosen)
        for n in range(count):
            i = who[n]
            if chosen[n] != own[n]:
                memory[w, i] = public[w, chosen[n]]
            route[w, i] = chosen[n]
        # ways of this week
        for i in range(slots):
            way[i] = route[w, i]
        count = _leave(key, replicates[w], week, acting[:acts], route[w], idle[w], openness[w], stuck, waits, u, v, who)
        _choosers(who[:count], kind[w], goods[w], route[w], left[w], n_goods, row, own, first)
        for n in range(count):
            loyalty[n], u[n] = detours[row[n], own[n]], single_uniform64(key, replicates[w], week, _STUCK + who[n])
        _pick(detours, row[:count], first, own, loyalty, u, total, reached, chosen)
        for n in range(count):
            way[who[n]] = chosen[n]
        shipped[w, :, :, :] = 0.0
        for i in range(slots):
            k, g = kind[w, i], goods[w, i]
            shipped[w, k, g, way[i]] += np.float64(weight[w, i]) * np.float64(size[w, k, g])
