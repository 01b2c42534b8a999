"""Trucks at a gate: what arrives, waits and is cleared, in whole trucks.

Core object: `serve`, a compiled pass over worlds and crossings. Q' = Q + arrivals - cleared, with cleared limited by
the share of the week the gate is open; shippers hold back as the queue nears what yards and roads hold (SCIENCE 1c).
"""

import numpy as np
import numpy.typing as npt

from regionsim.model._jit import F64_IN2, array_in, array_out, float64, int64, kernel, void
from regionsim.model.samplers import Array

type Trucks = npt.NDArray[np.int64]


@kernel(
    void(
        array_out(int64, 3), array_in(float64, 3), array_in(float64, 3), F64_IN2, F64_IN2,
        array_out(int64, 3), array_out(int64, 3), array_out(float64, 2),
    )
)  # fmt: skip
def serve(
    queue: Trucks, trucks: Array, u: Array, capacity: Array, limit: Array,
    arrived: Trucks, cleared: Trucks, held: Array,
) -> None:  # fmt: skip
    """Move a week's trucks through every gate.

    queue (W, C, K): trucks waiting, changed in place. trucks (W, C, K): demand in trucks, rounded at random by u.
    capacity (W, C): trucks that can be cleared this week. limit (W, C): length at which no truck joins the queue.
    arrived, cleared (W, C, K): written; queue after = queue before + arrived - cleared. held (W, C): written, the share
    of the demand that shippers hold back.
    """
    for w in range(queue.shape[0]):
        for c in range(queue.shape[1]):
            waiting = 0
            for k in range(queue.shape[2]):
                waiting += queue[w, c, k]
            room = min(max(1.0 - waiting / limit[w, c], 0.0), 1.0) if limit[w, c] > 0.0 else 0.0
            demand = 0.0
            for k in range(queue.shape[2]):
                demand += trucks[w, c, k]
            # with free passage nobody waits, however small the yard
            flowing = min(capacity[w, c] / demand, 1.0) if demand > 0.0 else 1.0
            willing = max(room, flowing)
            held[w, c] = 1.0 - willing
            total = 0
            for k in range(queue.shape[2]):
                came = int(trucks[w, c, k] * willing + u[w, c, k]) if trucks[w, c, k] > 0.0 else 0
                arrived[w, c, k] = came
                queue[w, c, k] += came
                total += queue[w, c, k]
            clearable = min(int(capacity[w, c]), total) if capacity[w, c] > 0.0 else 0
            left = clearable
            for k in range(queue.shape[2]):
                part = int(queue[w, c, k] * (clearable / total)) if total > 0 else 0
                cleared[w, c, k] = part
                left -= part
            for k in range(queue.shape[2]):  # trucks left over by rounding
                more = min(left, queue[w, c, k] - cleared[w, c, k])
                cleared[w, c, k] += more
                left -= more
                queue[w, c, k] -= cleared[w, c, k]
