"""Households: Afghans in Pakistan and would-be movers in Afghanistan, each standing for many persons.

Core objects: `Households` (arrays (W, N)) and `live`, one fused pass a week: competing risks of returning, being
deported or moving on; re-migration and arrival; births. Slots are fixed: a household that leaves keeps its slot and may
come back, so draws are indexed by slot and never used for two households (SCIENCE 1e).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from regionsim.model import maths
from regionsim.model._jit import F32_IN2, array_in, array_out, float32, int32, int64, kernel, njit, uint8, uint64, void
from regionsim.model.philox import draw_uniforms32, single_uniform64
from regionsim.model.random import Streams
from regionsim.model.samplers import Array, normal_inv
from regionsim.schema.categories import (
    ARRIVAL,
    BIRTH,
    DEPORTATION,
    ONWARD,
    PROVINCES,
    REMIGRATION,
    RETURN,
    STATUSES,
    UNDOCUMENTED,
)

type Bytes = npt.NDArray[np.uint8]
type Floats = npt.NDArray[np.float32]
type Persons = npt.NDArray[np.int64]

# a household's cell: status and province while in Pakistan, or one of these
WOULD_BE, RETURNED, ELSEWHERE = range(len(STATUSES) * len(PROVINCES), len(STATUSES) * len(PROVINCES) + 3)
CHUNK = 256  # households whose random numbers are drawn at once
# Share of the slots dealt to each status: the same in every world, or a world would depend on its neighbours.
_SLOTS = (0.4, 0.25, 0.25, 0.1)
_BIRTHS = 1 << 28  # blocks of random bits for births lie beyond those for moves


@dataclass
class Households:
    """Arrays (W, N): status, province, `cell` (where it is, below), `proneness` (how readily it moves, mean 1) and
    `persons` it stands for. `stock` (W, S, P): persons in Pakistan by status and province. `left` (W, S, P): persons
    who returned or were deported this week. `movers` (W, 2): persons in Afghanistan, would-be movers and returned.
    `scratch` serves the weekly pass.
    """

    status: Bytes
    province: Bytes
    cell: Bytes
    proneness: Floats
    persons: npt.NDArray[np.int32]
    stock: Persons
    left: Persons
    movers: Persons
    scratch: Floats

    @property
    def size(self) -> int:
        """Households in each world, would-be movers included."""
        return int(self.cell.shape[1])


def settle(
    streams: Streams, n: int, persons: Array, provinces: Array, would_be: Array, returned: Array, spread: Array
) -> Households:
    """N households in Pakistan and N // 2 in Afghanistan in each world, a quarter of these returned.

    persons: (W, S) by status. provinces: (W, S, P) shares. would_be: (W,), persons who might come. returned: (W,),
    persons who have come home from Pakistan; they gave up their papers. spread: (W,), sigma of the lognormal proneness.
    Slots are dealt in the same proportions in every world; persons are whole, and the slots of a status add up to its
    persons.
    """
    worlds, statuses = persons.shape
    outside = n // 2
    total, home = n + outside, n + outside - outside // 4
    status_of = np.empty(total, dtype=np.uint8)
    counts = np.maximum(np.floor(n * np.array(_SLOTS)).astype(np.int64), 1)
    counts[0] += n - counts.sum(axis=-1)
    status_of[:n] = np.repeat(np.arange(statuses, dtype=np.uint8), counts)
    status_of[n:] = UNDOCUMENTED
    status = np.broadcast_to(status_of, (worlds, total)).copy()
    size = np.zeros((worlds, total), dtype=np.int32)
    first = 0
    for s in range(statuses):
        _share_out(size[:, first : first + counts[s]], persons[:, s])
        first += int(counts[s])
    _share_out(size[:, n:home], would_be)
    _share_out(size[:, home:], returned)
    u = streams.uniforms("households.province", total)
    province = np.zeros((worlds, total), dtype=np.uint8)
    reached = np.zeros((worlds, total))
    n_provinces = provinces.shape[2]
    for place in range(n_provinces - 1):
        reached = reached + provinces[:, :, place][:, status_of]
        province += (u > reached).astype(np.uint8)
    z = normal_inv(streams.uniforms("households.proneness", total))
    sigma = spread[:, np.newaxis]
    proneness = maths.exp(sigma * z - 0.5 * sigma * sigma).astype(np.float32)
    cell = status * np.uint8(n_provinces) + province
    cell[:, n:home], cell[:, home:] = WOULD_BE, RETURNED
    stock = np.zeros((worlds, statuses, n_provinces), dtype=np.int64)
    households = Households(
        status, province, cell, proneness, size, stock, np.zeros_like(stock), np.zeros((worlds, 2), dtype=np.int64),
        np.empty(CHUNK, dtype=np.float32),
    )  # fmt: skip
    count_stock(cell, size, households.stock, households.movers)
    return households


def _share_out(size: npt.NDArray[np.int32], persons: Array) -> None:
    """Whole persons over slots (W, M), as evenly as whole numbers allow, adding up to `persons` (W,) rounded down."""
    slots = size.shape[1]
    total = persons.astype(np.int64)
    each, rest = total // slots, total % slots
    size[:] = each[:, np.newaxis] + (np.arange(slots) < rest[:, np.newaxis])


@kernel(void(array_in(uint8, 2), array_in(int32, 2), array_out(int64, 3), array_out(int64, 2)))
def count_stock(cell: Bytes, persons: npt.NDArray[np.int32], stock: Persons, movers: Persons) -> None:
    """Persons in Pakistan by status and province, and in Afghanistan by whether they have returned, written anew."""
    provinces = stock.shape[2]
    for w in range(cell.shape[0]):
        stock[w, :, :] = 0
        movers[w, :] = 0
        for i in range(cell.shape[1]):
            at = cell[w, i]
            if at < WOULD_BE:
                stock[w, at // provinces, at % provinces] += persons[w, i]
            elif at < ELSEWHERE:
                movers[w, at - WOULD_BE] += persons[w, i]


@njit
def _who_move(
    cell: Bytes, proneness: Floats, odds: Floats, u: Floats, count: int, own: Floats, moves: Bytes,
    who: npt.NDArray[np.int64],
) -> int:  # fmt: skip
    """How many of the first `count` households move, and which: written to `who`, with the odds of each in `own`. In
    passes without a branch, so that the processor takes many at once. moves: all zero, and left so.
    """
    for j in range(count):
        own[j] = odds[cell[j]] * proneness[j]
    for j in range(count):
        moves[j] = u[j] * (np.float32(1.0) + own[j]) < own[j]
    some = 0
    eight = moves.view(np.uint64)  # most of them do not move, so eight are looked at together
    for b in range((count + 7) >> 3):
        if eight[b]:
            for j in range(8 * b, 8 * b + 8):
                who[some] = j
                some += moves[j]
                moves[j] = 0
    return some


@kernel(
    void(
        uint64, array_in(int64), int64, array_in(uint8, 2), array_in(uint8, 2), array_out(uint8, 2), F32_IN2,
        array_out(int32, 2), array_in(float32, 3), F32_IN2, F32_IN2, array_in(float32), array_out(float32),
        array_out(int64, 3), array_out(int64, 2), array_out(int64, 3), array_out(int64, 3), array_out(int64, 2),
    )
)  # fmt: skip
def live(
    key: np.uint64, replicates: npt.NDArray[np.int64], week: int, status: Bytes, province: Bytes, cell: Bytes,
    proneness: Floats, persons: npt.NDArray[np.int32], leave: Floats, come: Floats, south: Floats, birth: Floats,
    scratch: Floats, moved: Persons, crossed: Persons, stock: Persons, left: Persons, movers: Persons,
) -> None:  # fmt: skip
    """One week of every household.

    leave (W, S * P, 2): weekly odds of leaving Pakistan, and the share of them that return rather than are deported;
    onward movement is in `come`. come (W, 3): weekly odds of arrival, of re-migration, and of moving on. south (W, P):
    share of returners from a province who take the southern crossing. birth (W,): weekly natural increase a person.
    moved (W, S, 6): persons by status and move, written. crossed (W, 2): returners by the northern and the southern
    crossing, written. stock, movers: updated in place. left: returned or deported, by status and province, written.

    Odds o act as o / (1 + o), so that no campaign moves more than everyone. Most households do nothing in most weeks:
    one uniform each says who moves (four to a block of random bits), and only they draw further. A slot's births come
    once in four weeks, four weeks' worth, so that a quarter of the slots draws in a week.
    """
    unit, provinces = np.float32(1.0), stock.shape[2]
    odds = np.empty(ELSEWHERE + 1, dtype=np.float32)
    born_in = np.empty(WOULD_BE, dtype=np.int64)
    own, moves = np.empty(CHUNK, dtype=np.float32), np.zeros(CHUNK, dtype=np.uint8)
    who = np.empty(CHUNK, dtype=np.int64)
    for w in range(cell.shape[0]):
        moved[w, :, :] = 0
        crossed[w, :] = 0
        left[w, :, :] = 0
        odds[ELSEWHERE], odds[WOULD_BE], odds[RETURNED] = np.float32(0.0), come[w, 0], come[w, 1]
        for c in range(WOULD_BE):
            odds[c] = leave[w, c, 0] + come[w, 2]
        for base in range(0, cell.shape[1], CHUNK):
            count = min(CHUNK, cell.shape[1] - base)
            draw_uniforms32(key, replicates[w], week, base >> 2, count, scratch)
            for n in range(_who_move(cell[w, base:], proneness[w, base:], odds, scratch, count, own, moves, who)):
                i = base + who[n]
                at, o = cell[w, i], own[who[n]]
                reach = scratch[who[n]] * (unit + o)
                s, p, people = status[w, i], province[w, i], persons[w, i]
                if at < WOULD_BE:
                    stock[w, s, p] -= people
                    onward = come[w, 2] * proneness[w, i]
                    if reach < onward:
                        cell[w, i] = ELSEWHERE
                        moved[w, s, ONWARD] += people
                    else:
                        back = (reach - onward) < (o - onward) * leave[w, at, 1]
                        cell[w, i] = RETURNED
                        movers[w, 1] += people
                        left[w, s, p] += people
                        moved[w, s, RETURN if back else DEPORTATION] += people
                        u = single_uniform64(key, replicates[w], week, i)
                        crossed[w, 1 if u < south[w, p] else 0] += people
                else:
                    cell[w, i] = s * provinces + p
                    stock[w, s, p] += people
                    movers[w, at - WOULD_BE] -= people
                    moved[w, s, ARRIVAL if at == WOULD_BE else REMIGRATION] += people
        rate = np.float32(4.0) * birth[w]
        born_in[:] = 0
        for base in range(week & 3, cell.shape[1], 4 * CHUNK):
            count = min(CHUNK, (cell.shape[1] - base + 3) >> 2)
            draw_uniforms32(key, replicates[w], week, _BIRTHS + (base >> 4), count, scratch)
            for j in range(count):
                i = base + 4 * j
                at = cell[w, i]
                if at < WOULD_BE:
                    born = int(rate * np.float32(persons[w, i]) + scratch[j])
                    persons[w, i] += born
                    born_in[at] += born
        for c in range(WOULD_BE):
            stock[w, c // provinces, c % provinces] += born_in[c]
            moved[w, c // provinces, BIRTH] += born_in[c]
