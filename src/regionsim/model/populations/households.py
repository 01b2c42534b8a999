"""Households: Afghans in Pakistan and would-be movers in Afghanistan, each standing for many persons.

Core objects: `Households` (arrays (W, N)) and `live`, one fused pass a week: competing risks of returning, being
deported or moving on; re-migration and arrival; births. Slots are fixed: a household that leaves keeps its slot and may
come back, so draws are indexed by slot and never used for two households (SCIENCE 1e).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from regionsim.model import maths
from regionsim.model._jit import F32_IN2, array_in, array_out, float32, int32, int64, kernel, uint8, uint64, void
from regionsim.model.philox import uniform32x4
from regionsim.model.random import Streams
from regionsim.model.samplers import Array, normal_inv

type Bytes = npt.NDArray[np.uint8]
type Floats = npt.NDArray[np.float32]
type Persons = npt.NDArray[np.int64]

STATUSES = ("por", "acc", "undocumented", "visa")
UNDOCUMENTED, VISA = 2, 3
# where a household is
PAKISTAN, AFGHANISTAN, ELSEWHERE = 0, 1, 2
# what a household may do in a week; the first three take it out of Pakistan, the next two bring it in
MOVES = ("return", "deportation", "onward", "arrival", "remigration", "birth")
RETURN, DEPORTATION, ONWARD, ARRIVAL, REMIGRATION, BIRTH = range(6)


@dataclass
class Households:
    """Arrays (W, N): place, status, province, `returned` (1 once it has lived in Pakistan and left), `proneness` (how
    readily it moves, mean 1), `persons` it stands for. `stock` (W, S, P): persons in Pakistan by status and province."""

    place: Bytes
    status: Bytes
    province: Bytes
    returned: Bytes
    proneness: Floats
    persons: npt.NDArray[np.int32]
    stock: Persons
    movers: Persons
    """Persons (W, 2) in Afghanistan: would-be movers, and returned."""

    @property
    def size(self) -> int:
        """Households in each world, would-be movers included."""
        return self.place.shape[1]


def settle(
    streams: Streams, n: int, persons: Array, provinces: Array, would_be: Array, spread: Array
) -> Households:
    """N households in Pakistan and N // 2 would-be movers in each world.

    persons: (W, S) by status. provinces: (W, S, P) shares. would_be: (W,), persons who might come. spread: (W,), sigma
    of the lognormal proneness. Slots are dealt in the same proportions in every world; persons are whole, and the
    slots of a status add up to its persons.
    """
    worlds, statuses = persons.shape
    outside = n // 2
    total = n + outside
    status_of = np.empty(total, dtype=np.uint8)
    # equal numbers of slots for each status would waste them: half equal, half by the mean share
    share = maths.row_sum(np.ascontiguousarray(persons.T)) / max(float(persons.sum(axis=-1).sum(axis=-1)), 1.0)
    counts = np.maximum(np.floor(n * (0.5 / statuses + 0.5 * share)).astype(np.int64), 1)
    counts[0] += n - counts.sum(axis=-1)
    status_of[:n] = np.repeat(np.arange(statuses, dtype=np.uint8), counts)
    status_of[n:] = UNDOCUMENTED
    status = np.broadcast_to(status_of, (worlds, total)).copy()
    size = np.zeros((worlds, total), dtype=np.int32)
    first = 0
    for s in range(statuses):
        _share_out(size[:, first : first + counts[s]], persons[:, s])
        first += int(counts[s])
    _share_out(size[:, n:], would_be)
    u = streams.uniforms("households.province", total)
    province = np.zeros((worlds, total), dtype=np.uint8)
    reached = np.zeros((worlds, total))
    for place in range(provinces.shape[2] - 1):
        reached = reached + provinces[:, :, place][:, status_of]
        province += (u > reached).astype(np.uint8)
    z = normal_inv(streams.uniforms("households.proneness", total))
    sigma = spread[:, np.newaxis]
    proneness = maths.exp(sigma * z - 0.5 * sigma * sigma).astype(np.float32)
    place_of = np.zeros(total, dtype=np.uint8)
    place_of[n:] = AFGHANISTAN
    place = np.broadcast_to(place_of, (worlds, total)).copy()
    stock = np.zeros((worlds, statuses, provinces.shape[2]), dtype=np.int64)
    households = Households(
        place, status, province, np.zeros((worlds, total), dtype=np.uint8), proneness, size, stock,
        np.zeros((worlds, 2), dtype=np.int64),
    )  # fmt: skip
    count_stock(place, status, province, households.returned, size, stock, households.movers)
    return households


def _share_out(size: npt.NDArray[np.int32], persons: Array) -> None:
    """Whole persons over slots (W, M), as evenly as whole numbers allow, adding up to `persons` (W,) rounded down."""
    slots = size.shape[1]
    whole = persons.astype(np.int64)
    each, rest = whole // slots, whole % slots
    size[:] = each[:, np.newaxis] + (np.arange(slots) < rest[:, np.newaxis])


@kernel(
    void(
        array_in(uint8, 2), array_in(uint8, 2), array_in(uint8, 2), array_in(uint8, 2), array_in(int32, 2),
        array_out(int64, 3), array_out(int64, 2),
    )
)  # fmt: skip
def count_stock(
    place: Bytes, status: Bytes, province: Bytes, returned: Bytes, persons: npt.NDArray[np.int32], stock: Persons,
    movers: Persons,
) -> None:  # fmt: skip
    """Persons in Pakistan by status and province, and in Afghanistan by whether they have returned, written anew."""
    for w in range(place.shape[0]):
        stock[w, :, :] = 0
        movers[w, :] = 0
        for i in range(place.shape[1]):
            if place[w, i] == PAKISTAN:
                stock[w, status[w, i], province[w, i]] += persons[w, i]
            elif place[w, i] == AFGHANISTAN:
                movers[w, returned[w, i]] += persons[w, i]


@kernel(
    void(
        uint64, array_in(int64), int64,
        array_out(uint8, 2), array_out(uint8, 2), array_in(uint8, 2), array_out(uint8, 2), F32_IN2,
        array_out(int32, 2), array_in(float32, 4), F32_IN2, F32_IN2, array_out(int64, 3), array_out(int64, 2),
        array_out(int64, 3), array_out(int64, 2),
    )
)  # fmt: skip
def live(
    key: np.uint64, replicates: npt.NDArray[np.int64], week: int,
    place: Bytes, status: Bytes, province: Bytes, returned: Bytes, proneness: Floats,
    persons: npt.NDArray[np.int32], leave: Floats, others: Floats, gate: Floats,
    moved: Persons, crossed: Persons, stock: Persons, movers: Persons,
) -> None:  # fmt: skip
    """One week of every household.

    leave (W, S, P, 3): weekly odds of return, deportation and onward movement, for a household of proneness 1. others
    (W, 3): weekly odds of arrival and of re-migration, and natural increase a person. gate (W, P): share of returners
    from a province who take the southern crossing. moved (W, S, 6): persons by status and move, written. crossed
    (W, 2): returners and deported by the northern and the southern crossing, written. stock, movers: counted after.

    Odds o act as o / (1 + o), so that no campaign moves more than everyone. One uniform decides among the risks by
    inversion, another rounds births to whole persons, a third picks the crossing.
    """
    one = np.float32(1.0)
    for w in range(place.shape[0]):
        moved[w, :, :] = 0
        crossed[w, :] = 0
        stock[w, :, :] = 0
        movers[w, :] = 0
        arrive, again, birth = others[w, 0], others[w, 1], others[w, 2]
        for i in range(place.shape[1]):
            where = place[w, i]
            s = status[w, i]
            u0, u1, u2, _ = uniform32x4(key, replicates[w], week, i)
            if where == PAKISTAN:
                born = int(birth * np.float32(persons[w, i]) + u1)
                persons[w, i] += born
                moved[w, s, BIRTH] += born
                p = province[w, i]
                back = leave[w, s, p, 0] * proneness[w, i]
                forced = leave[w, s, p, 1] * proneness[w, i]
                onward = leave[w, s, p, 2]
                odds = back + forced + onward
                reach = u0 * (one + odds)
                if reach < odds:
                    count = persons[w, i]
                    if reach < back + forced:
                        place[w, i] = AFGHANISTAN
                        returned[w, i] = 1
                        moved[w, s, RETURN if reach < back else DEPORTATION] += count
                        crossed[w, 1 if u2 < gate[w, p] else 0] += count
                    else:
                        place[w, i] = ELSEWHERE
                        moved[w, s, ONWARD] += count
            elif where == AFGHANISTAN:
                odds = again if returned[w, i] == 1 else arrive
                odds *= proneness[w, i]
                if u0 * (one + odds) < odds:
                    place[w, i] = PAKISTAN
                    moved[w, s, REMIGRATION if returned[w, i] == 1 else ARRIVAL] += persons[w, i]
            where = place[w, i]
            if where == PAKISTAN:
                stock[w, status[w, i], province[w, i]] += persons[w, i]
            elif where == AFGHANISTAN:
                movers[w, returned[w, i]] += persons[w, i]
