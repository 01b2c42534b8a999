"""Traders: who ships what by which route, with habit and a memory of how reliable the route has been.

Core objects: `Traders` (arrays (W, N)) and `ship`, one fused pass a week: remember, perhaps reconsider the route, ship.
A trader reconsiders now and then, by a logit over the routes with habit (SCIENCE 1d), so trade lost to a route comes
back slowly. While the own gate is shut some ship another way for that week and keep their route: short closures divert
goods for days, long ones spoil a memory.
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
    int32,
    int64,
    kernel,
    njit,
    uint8,
    uint64,
    void,
)
from regionsim.model.maths import exp32
from regionsim.model.philox import uniform32x4, uniform64
from regionsim.model.random import Streams
from regionsim.model.samplers import Array, normal_inv
from regionsim.scenario.shocks import CROSSINGS

type Bytes = npt.NDArray[np.uint8]
type Floats = npt.NDArray[np.float32]

GOODS = ("perishable", "bulk", "manufactured", "fuel")
KINDS = ("export", "import", "transit")
ROUTES = (*CROSSINGS, "informal", "iran", "north")
INFORMAL, IRAN, NORTH = 5, 6, 7
CHUNK = 256  # traders whose chance is drawn in one go
_TENURE_HALF = np.float32(26.0)  # weeks on a route at which habit has half its strength
_STUCK = 1 << 28  # slots of those who ship another way lie beyond the others
_SETTLED = 100_000  # weeks on the route at the start: full habit


@dataclass
class Traders:
    """Arrays (W, N): kind, goods, route; `memory` of the own route's openness 0..1, `quick` how fast it forms relative
    to others, `since` the week the route was taken, `weight` the share of its kind and goods that the trader ships.
    """

    kind: Bytes
    goods: Bytes
    route: Bytes
    memory: Floats
    quick: Floats
    since: npt.NDArray[np.int32]
    weight: Floats
    scratch: Floats

    @property
    def size(self) -> int:
        """Traders in each world."""
        return int(self.kind.shape[1])


def found(streams: Streams, n: int, shares: Array, mix: npt.NDArray[np.float64], reliability: Array) -> Traders:
    """N traders a world: kinds by fixed thirds of the slots, goods by `mix` (K, G), routes by `shares` (W, K, R).

    reliability: (W, R), what is remembered of each route at the start. Sizes are lognormal (sigma 0.5) and scaled so
    that the traders of a kind and good ship all of it.
    """
    worlds = streams.replicates.size
    slot = np.arange(n)
    kind_of = (slot * len(KINDS) // n).astype(np.uint8)
    goods_of = _deal(kind_of, mix)
    kind = np.broadcast_to(kind_of, (worlds, n)).copy()
    goods = np.broadcast_to(goods_of, (worlds, n)).copy()
    u = streams.uniforms("traders.route", n)
    reached = np.zeros((worlds, n))
    route = np.zeros((worlds, n), dtype=np.uint8)
    for r in range(len(ROUTES) - 1):
        reached = reached + shares[:, :, r][:, kind_of]
        route += (u > reached).astype(np.uint8)
    weight = maths.exp(0.5 * normal_inv(streams.uniforms("traders.size", n)))
    for k in range(len(KINDS)):
        for g in range(len(GOODS)):
            members = (kind_of == k) & (goods_of == g)
            if members.any():
                own = np.ascontiguousarray(weight[:, members])
                weight[:, members] = own / maths.row_sum(own)[:, np.newaxis]
    memory = np.take_along_axis(reliability, route.astype(np.int64), axis=1).astype(np.float32)
    quick = (0.5 + streams.uniforms("traders.quick", n)).astype(np.float32)
    since = np.full((worlds, n), -_SETTLED, dtype=np.int32)
    weight32, scratch = weight.astype(np.float32), np.empty(CHUNK, dtype=np.float32)
    return Traders(kind, goods, route, memory, quick, since, weight32, scratch)


def _deal(kind_of: Bytes, mix: npt.NDArray[np.float64]) -> Bytes:
    """Goods of each slot: the traders of a kind in proportion to `mix` (K, G), at least one for each good shipped."""
    goods = np.zeros(kind_of.size, dtype=np.uint8)
    for k in range(len(KINDS)):
        slots = np.flatnonzero(kind_of == k)
        edges = np.cumsum(mix[k] / mix[k].sum(axis=-1), axis=-1)
        place = (np.arange(slots.size) + 0.5) / slots.size
        goods[slots] = np.minimum(np.searchsorted(edges, place), len(GOODS) - 1)
    return goods


@njit
def _pick(odds: Floats, u: float) -> int:
    """The first route whose cumulative weight reaches u of the total."""
    last = odds.size - 1
    reach = u * odds[last]
    chosen = 0
    while chosen < last and reach > odds[chosen]:
        chosen += 1
    return chosen


@kernel(
    void(
        uint64, array_in(int64), int64,
        array_in(uint8, 2), array_in(uint8, 2), array_out(uint8, 2), array_out(float32, 2), F32_IN2,
        array_out(int32, 2), F32_IN2, array_in(float32, 4), F32_IN2, F32_IN2, array_in(float32, 3),
        array_in(float32, 3), F32_IN2, array_out(float32), array_out(float64, 4), array_out(int64),
    )
)  # fmt: skip
def ship(
    key: np.uint64, replicates: npt.NDArray[np.int64], week: int,
    kind: Bytes, goods: Bytes, route: Bytes, memory: Floats, quick: Floats, since: npt.NDArray[np.int32],
    weight: Floats, utility: Floats, public: Floats, openness: Floats, dread: Floats, size: Floats, habits: Floats,
    scratch: Floats, shipped: Array, switched: npt.NDArray[np.int64],
) -> None:  # fmt: skip
    """One week of every trader.

    utility (W, K, G, R): of each route. public (W, R): reliability as others speak of it. openness (W, R): share of
    this week each route is open. dread (W, G, R): utility a route loses this week for being shut. size (W, K, G): USD
    mn wanted this week. habits (W, 5): habit strength, weight of reliability, weekly chance to reconsider, chance to
    ship another way when stuck, speed of memory. shipped (W, K, G, R): USD mn, written. switched (W,): traders who
    changed route, written. One uniform each says who reconsiders; only they and the stuck draw further.
    """
    one = np.float32(1.0)
    odds = np.empty(utility.shape[3], dtype=np.float32)
    for w in range(kind.shape[0]):
        habit, rely, review, stuck, learn = habits[w, 0], habits[w, 1], habits[w, 2], habits[w, 3], habits[w, 4]
        shipped[w, :, :, :] = 0.0
        changes = 0
        for base in range(0, kind.shape[1], CHUNK):
            count = min(CHUNK, kind.shape[1] - base)
            for b in range((count + 3) >> 2):
                u0, u1, u2, u3 = uniform32x4(key, replicates[w], week, (base >> 2) + b)
                scratch[4 * b], scratch[4 * b + 1], scratch[4 * b + 2], scratch[4 * b + 3] = u0, u1, u2, u3
            for j in range(count):
                i = base + j
                k, g, own = kind[w, i], goods[w, i], route[w, i]
                memory[w, i] += learn * quick[w, i] * (openness[w, own] - memory[w, i])
                if scratch[j] < review:
                    total = np.float32(0.0)
                    for r in range(odds.size):
                        value = utility[w, k, g, r] + rely * (memory[w, i] if r == own else public[w, r])
                        if r == own:
                            tenure = np.float32(week - since[w, i])
                            value += habit * tenure / (tenure + _TENURE_HALF)
                        total += exp32(value)
                        odds[r] = total
                    chosen = np.uint8(_pick(odds, uniform64(key, replicates[w], week, 2 * i)))
                    if chosen != own:
                        route[w, i] = chosen
                        memory[w, i] = public[w, chosen]
                        since[w, i] = week
                        own = chosen
                        changes += 1
                way = own
                shut = one - openness[w, own]
                if shut > 0.0 and uniform64(key, replicates[w], week, 2 * i + 1) < stuck * shut:
                    total = np.float32(0.0)
                    for r in range(odds.size):
                        total += exp32(utility[w, k, g, r] + rely * public[w, r] - dread[w, g, r])
                        odds[r] = total
                    way = np.uint8(_pick(odds, uniform64(key, replicates[w], week, _STUCK + i)))
                shipped[w, k, g, way] += np.float64(weight[w, i]) * np.float64(size[w, k, g])
        switched[w] = changes
