"""The compiled passes of an arena: one weekly choice in every world, and what is noted of a week.

Core objects: `choose_action` and `note_week`; `arena` says what they stand for.
"""

import math

import numpy as np
import numpy.typing as npt

from regionsim.model._jit import (
    F64_IN,
    F64_IN2,
    F64_OUT2,
    I64_IN,
    I64_OUT,
    array_out,
    boolean,
    float64,
    kernel,
    void,
)
from regionsim.model.samplers import Array, Counts

_LEAST = 1e-9  # chance of doing nothing: so that log odds stay finite

_FLAGS = array_out(boolean, 2)


@kernel(void(F64_IN2, F64_IN2, F64_IN2, F64_IN, F64_IN, F64_OUT2, F64_OUT2, _FLAGS, I64_OUT))
def choose_action(
    u: Array,
    chance: Array,
    push: Array,
    rationality: Array,
    decay: Array,
    utility: Array,
    trace: Array,
    apart: npt.NDArray[np.bool_],
    index: Counts,
) -> None:
    """Utilities (W, A), the action taken (W,) and traces (W, A), from uniforms, chances at rest and pushes (W, A).

    chance: a week, 0 where an action is not possible; that of the default is what the others leave. Logit odds by the
    highest sum of utility and chance (Gumbel's form), so that a rise of one action's utility moves no choice between
    two others. apart: actions that were taken before, gate by gate; they count for traces, and are cleared.
    """
    actions = u.shape[1]
    for w in range(index.size):
        rest = 1.0
        for a in range(1, actions):
            rest -= chance[w, a]
        rest = max(rest, _LEAST)
        best, taken = 0.0, 0
        for a in range(actions):
            base = 0.0
            if a > 0:
                base = math.log(chance[w, a] / rest) / rationality[w] if chance[w, a] > 0.0 else -math.inf
            utility[w, a] = base + push[w, a]
            score = rationality[w] * utility[w, a] - math.log(-math.log(u[w, a]))
            if a == 0 or score > best:
                best, taken = score, a
        index[w] = taken
        for a in range(actions):
            trace[w, a] = 1.0 if a == taken or apart[w, a] else trace[w, a] * decay[w]
            apart[w, a] = False


@kernel(void(F64_IN2, F64_IN2, I64_IN, array_out(float64, 3), F64_OUT2))
def note_week(trace: Array, values: Array, columns: Counts, after: Array, total: Array) -> None:
    """Add a week: `columns` of values (W, V), to sums by traces, after (W, A, K), and to plain ones (W, K)."""
    size = columns.size
    for w in range(trace.shape[0]):
        for k in range(size):
            value = values[w, columns[k]]
            total[w, k] += value
            for a in range(trace.shape[1]):
                after[w, a, k] += trace[w, a] * value
