"""The machine that plays fused rules: one compiled loop over the steps of a program, for blocks of worlds.

Core objects: `check` (reads where arrays lie and refuses others than the program was made for) and `run`. A step is
(operation, register written, registers read); a register holds one number for each world of a block. Arrays are read
and written in place, by the address and the strides that the array object holds (NumPy's C structure), so that any
view will do and nothing is copied.
"""

import numpy as np
import numpy.typing as npt

from regionsim.model._jit import (
    F64_IN2,
    I64_IN,
    I64_OUT,
    array_in,
    array_out,
    float64,
    inline,
    int32,
    int64,
    kernel,
    njit,
    peek8,
    peek32,
    peek64,
    peek_float,
    poke8,
    poke32,
    poke64,
    poke_float,
    uint64,
    void,
)
from regionsim.model.fused import registers
from regionsim.model.fused.operations import CODES
from regionsim.model.philox import uniform64
from regionsim.model.samplers import Array, Counts

type Whole = npt.NDArray[np.int32]

BLOCK = 128
"""Worlds in a register."""

SQRT, NOT_EQUAL, NOT_EQUAL_I, NOT, IS_NONZERO, POWER, LOGNORMAL_WHERE, UNIFORM = (
    CODES[name]
    for name in ("sqrt", "not_equal", "not_equal_i", "not", "is_nonzero", "power", "lognormal_where", "uniform")
)
"""The last operation of each part of `registers`, and what follows."""
LOAD_F8, LOAD_I8, LOAD_B1, LOAD_I1 = (CODES[f"load_{kind}"] for kind in ("f8", "i8", "b1", "i1"))
STORE_F8, STORE_I8, STORE_B1, STORE_I1, STORE_F4 = (CODES[f"store_{kind}"] for kind in ("f8", "i8", "b1", "i1", "f4"))
FLAG = CODES["flag"]

# where the C structure of an array keeps its type, data, dimensions, strides, element type and flags (bytes)
_TYPE, _DATA, _NDIM, _DIMS, _STRIDES, _ELEMENT, _FLAGS = 8, 16, 24, 32, 40, 56, 64
_NUMBER, _WRITEABLE = 28, 0x0400
_WORD = 8  # bytes


@kernel(void(I64_IN, int64, array_in(int64, 2), int64, int64, I64_OUT, I64_OUT, array_out(int64, 2), I64_OUT))
def check(
    ids: Counts,
    array_type: int,
    wanted: Counts,
    first: int,
    worlds: int,
    base: Counts,
    step: Counts,
    strides: Counts,
    fault: Counts,
) -> None:
    """Note where the arrays of these ids lie, from the place `first` on; fault[0]: 1 + the place of one that is not as
    wanted, or 0.

    wanted (n, 8): number of the element type, dimensions, axis of worlds or -1, whether it is written, and sizes of the
    four axes. base, step, strides (n, 4), written: address, bytes from world to world, bytes along the other axes.
    """
    fault[0] = 0
    for k in range(ids.size):
        n = first + k
        at = ids[k]
        ndim = wanted[n, 1]
        if peek64(at, _TYPE) != array_type or peek32(at, _NDIM) != ndim:
            fault[0] = n + 1
            return
        if peek32(peek64(at, _ELEMENT), _NUMBER) != wanted[n, 0]:
            fault[0] = n + 1
            return
        if wanted[n, 3] and not peek32(at, _FLAGS) & _WRITEABLE:
            fault[0] = n + 1
            return
        dims, along = peek64(at, _DIMS), peek64(at, _STRIDES)
        base[n], step[n] = peek64(at, _DATA), 0
        other = 0
        for axis in range(ndim):
            size, stride = peek64(dims, 8 * axis), peek64(along, 8 * axis)
            if axis == wanted[n, 2]:
                step[n] = stride if size > 1 else 0
                if size != worlds and (size != 1 or wanted[n, 3]):
                    fault[0] = n + 1
                    return
            else:
                strides[n, other] = stride
                other += 1
                if size != wanted[n, 4 + axis]:
                    fault[0] = n + 1
                    return


@inline
def _address(s: int, start: int, steps: Whole, places: Whole, base: Counts, world: Counts, strides: Counts) -> int:
    """Address of the element that a step moves, in the first world of the block."""
    a, b = steps[s, 2], steps[s, 3]
    along = places[b, 0] * strides[a, 0] + places[b, 1] * strides[a, 1] + places[b, 2] * strides[a, 2]
    return int(base[a] + start * world[a] + along)


@njit
def _load(
    op: int, first: int, end: int, n: int, start: int, steps: Whole, places: Whole, base: Counts, world: Counts,
    strides: Counts, f: Array, k: Counts,
) -> None:  # fmt: skip
    for s in range(first, end):
        r, step, at = steps[s, 1], world[steps[s, 2]], _address(s, start, steps, places, base, world, strides)
        if op == LOAD_F8 and step == _WORD:  # one number for each world: many are moved at once
            for i in range(n):
                f[r, i] = peek_float(at, i * _WORD)
        elif op == LOAD_F8:
            for i in range(n):
                f[r, i] = peek_float(at, i * step)
        elif op == LOAD_I8:
            for i in range(n):
                k[r, i] = peek64(at, i * step)
        elif op == LOAD_B1:
            for i in range(n):
                k[r, i] = peek8(at, i * step) != 0
        else:
            for i in range(n):
                k[r, i] = peek8(at, i * step)


@njit
def _store(
    op: int, first: int, end: int, n: int, start: int, steps: Whole, places: Whole, base: Counts, world: Counts,
    strides: Counts, f: Array, k: Counts,
) -> None:  # fmt: skip
    for s in range(first, end):
        r, step, at = steps[s, 1], world[steps[s, 2]], _address(s, start, steps, places, base, world, strides)
        if op == STORE_F8 and step == _WORD:
            for i in range(n):
                poke_float(at, i * _WORD, f[r, i])
        elif op == STORE_F8:
            for i in range(n):
                poke_float(at, i * step, f[r, i])
        elif op == STORE_I8:
            for i in range(n):
                poke64(at, i * step, k[r, i])
        elif op == STORE_F4:
            for i in range(n):
                poke32(at, i * step, np.float32(f[r, i]))
        else:
            for i in range(n):
                poke8(at, i * step, np.int8(k[r, i]))


@njit
def _draw(
    first: int, end: int, n: int, start: int, steps: Whole, keys: npt.NDArray[np.uint64], replicates: Counts, week: int,
    f: Array,
) -> None:  # fmt: skip
    for s in range(first, end):
        r, key, slot = steps[s, 1], keys[steps[s, 2]], steps[s, 3]
        for i in range(n):
            f[r, i] = uniform64(key, replicates[start + i], week, slot)


@kernel(
    void(
        array_in(int32, 2), array_in(int32, 2), F64_IN2, array_in(int32, 2), I64_IN, I64_IN, array_in(int64, 2),
        array_in(uint64), I64_IN, int64, array_out(float64, 2), array_out(int64, 2), I64_OUT, int64,
    )
)  # fmt: skip
def run(
    steps: Whole, runs: Whole, numbers: Array, places: Whole, base: Counts, world: Counts, strides: Counts,
    keys: npt.NDArray[np.uint64], replicates: Counts, week: int, f: Array, k: Counts, flags: Counts, worlds: int,
) -> None:  # fmt: skip
    """Play the steps of a segment.

    steps (n, 6): operation, register written, then what it reads; for memory: register, array, row of `places`. runs
    (m, 3): operation, first step and end of steps of one operation. places (m, 3): index of an element along the axes
    that are not the worlds'. numbers (1, n): the first registers. base, world, strides: of the arrays, as `check` notes
    them. f, k (registers, worlds of a block): the registers, as floats and as whole numbers over the same memory.
    flags: 1 where a flagged register is true in any world.
    """
    for c in range(numbers.shape[1]):
        for i in range(min(worlds, BLOCK)):
            f[c, i] = numbers[0, c]
    for start in range(0, worlds, BLOCK):
        n = min(BLOCK, worlds - start)
        for r in range(runs.shape[0]):
            op, first, end = runs[r, 0], runs[r, 1], runs[r, 2]
            if op <= SQRT:
                registers.calculate(op, first, end, n, steps, f)
            elif op <= NOT_EQUAL:
                registers.compare(op, first, end, n, steps, f, k)
            elif op <= NOT_EQUAL_I:
                registers.count(op, first, end, n, steps, k)
            elif op <= NOT:
                registers.combine(op, first, end, n, steps, k)
            elif op <= IS_NONZERO:
                registers.choose(op, first, end, n, steps, f, k)
            elif op <= POWER:
                registers.function(op, first, end, n, steps, f)
            elif op <= LOGNORMAL_WHERE:
                registers.draw(op, first, end, n, steps, f, k)
            elif op == UNIFORM:
                _draw(first, end, n, start, steps, keys, replicates, week, f)
            elif op <= LOAD_I1:
                _load(op, first, end, n, start, steps, places, base, world, strides, f, k)
            elif op <= STORE_F4:
                _store(op, first, end, n, start, steps, places, base, world, strides, f, k)
            else:
                for s in range(first, end):
                    for i in range(n):
                        flags[steps[s, 2]] |= k[steps[s, 1], i]
