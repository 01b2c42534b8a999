"""Deaths per attack: a share of attacks kills, and their deaths follow a truncated power law.

Core objects: `death_toll` (kernel over the attacks of each world and group) and `mean_severity`. The tail exponent of
about 5/2 holds across insurgencies (Bohorquez et al. 2009, S46a; S46b); the scale by group follows deaths per lethal
event (P3). The tail is truncated at the worst possible attack, not cut off: attacks are drawn by inversion of the
truncated distribution, so that none pile up at the worst.
"""

import math

import numpy as np
import numpy.typing as npt

from regionsim.model import maths
from regionsim.model._jit import F64_IN2, I64_IN, array_in, array_out, float64, int64, kernel, uint64, void
from regionsim.model.philox import single_uniform64
from regionsim.model.random import Streams
from regionsim.model.samplers import Array, Counts

MOST_DEATHS = 400  # the upper end of the range of violence.worst_attack
_SLOTS = 1 << 12  # slots of one group in a week: deaths of further attacks are not counted


def mean_severity(severity: Array) -> Array:
    """Mean deaths of a lethal attack, from scale, tail and worst (..., 3): the sum over k of P(deaths >= k).

    Scale and worst as `death_toll` takes them.
    """
    scale, power, worst = severity[..., 0], severity[..., 1] - 1.0, severity[..., 2]
    total = np.zeros(scale.shape)
    beyond = maths.power(scale / (worst + 1.0), power)
    # the loop's length must not depend on the worlds: terms beyond a world's own worst add nothing
    for k in range(1, MOST_DEATHS + 1):
        total += np.where(k <= worst, maths.power(np.minimum(scale / k, 1.0), power) - beyond, 0.0)
    return np.asarray(total / (1.0 - beyond))


def death_toll(
    streams: Streams, purpose: str, attacks: Counts, lethal: Array, severity: Array
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Deaths (W, G) in `attacks` (W, G), of which the share `lethal` (W, G) kills, and deaths in the deadliest of them.

    severity (W, G, 3): scale (at least 1), tail exponent, and deaths in the worst attack, whole and at least the scale.
    """
    total, largest = np.zeros(attacks.shape, dtype=np.int64), np.zeros(attacks.shape, dtype=np.int64)
    key, attacks = streams.key(purpose), np.ascontiguousarray(attacks)
    _toll(key, streams.replicates, streams.week, attacks, lethal, severity, total, largest)
    return total, largest


_COUNTS_OUT = array_out(int64, 2)


@kernel(void(uint64, I64_IN, int64, array_in(int64, 2), F64_IN2, array_in(float64, 3), _COUNTS_OUT, _COUNTS_OUT))
def _toll(
    key: np.uint64,
    replicates: Counts,
    week: int,
    attacks: Counts,
    lethal: Array,
    severity: Array,
    out: npt.NDArray[np.int64],
    largest: npt.NDArray[np.int64],
) -> None:
    for w in range(attacks.shape[0]):
        for g in range(attacks.shape[1]):
            p = lethal[w, g]
            scale = severity[w, g, 0]
            power = severity[w, g, 1] - 1.0
            beyond = math.pow(scale / (severity[w, g, 2] + 1.0), power)  # chance of more than the worst, left out
            total = 0
            most = 0
            for k in range(min(attacks[w, g], _SLOTS)):
                u = single_uniform64(key, replicates[w], week, g * _SLOTS + k)
                if u < p:
                    deaths = scale * math.pow(beyond + (1.0 - beyond) * u / p, -1.0 / power)
                    # already between 1 and the worst: the bounds catch rounding
                    dead = int(min(max(deaths, 1.0), severity[w, g, 2]))
                    total += dead
                    most = max(most, dead)
            out[w, g] = total
            largest[w, g] = most
