"""What the core can do at most, measured in the same run: memory bandwidth and the random number generator.

Core objects: `contenders` (a triad in memory and one in the cache, Philox uniforms as the kernels draw them, exp) and
`ceilings`, the updates a second that each limit allows a kernel.
"""

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt
from measuring import Call, Contender

from regionsim.model import maths, philox

MEMORY = 1 << 23  # float64 in each of three arrays: 201 MB, beyond any cache
CACHE = 1 << 17  # 3 MB, like the households of 100 worlds
UNIFORMS = 1 << 16

# Bytes that one update reads and writes, at least. Household: cell 1, proneness 4; persons are read and written, 8, as
# births touch every fourth slot and so every line. Trader: kind, goods, route 3, memory 8, quick and weight 8.
HOUSEHOLD_BYTES, TRADER_BYTES = 13, 19


@numba.njit(nogil=True)
def _triad(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64], c: npt.NDArray[np.float64]) -> None:
    for i in range(a.size):
        a[i] = b[i] + 3.0 * c[i]


@numba.njit(nogil=True)
def _exp(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> None:
    for i in range(x.size):
        y[i] = np.exp(x[i])


@numba.njit(nogil=True)
def _exp32(x: npt.NDArray[np.float32], y: npt.NDArray[np.float32]) -> None:
    for i in range(x.size):
        y[i] = maths.exp32(x[i])


def contenders() -> dict[str, Contender]:
    """Bytes a second of a triad, numbers a second of the generator and of exp, by name."""
    x, y = np.linspace(-5.0, 1.0, UNIFORMS), np.empty(UNIFORMS)
    x32, y32 = x.astype(np.float32), y.astype(np.float32)
    far, near = np.ones((3, MEMORY)), np.ones((3, CACHE))
    key, world, worlds = np.uint64(5), np.arange(1), np.arange(UNIFORMS)
    row, flat = np.empty((1, UNIFORMS), dtype=np.float32), np.empty(UNIFORMS)
    return {
        "triad, memory": Call(lambda: _triad(far[0], far[1], far[2]), 24 * MEMORY),
        "triad, cache": Call(lambda: [_triad(near[0], near[1], near[2]) for _ in range(16)], 16 * 24 * CACHE),
        "Philox float32": Call(lambda: [philox.fill_uniforms32(key, world, w, row) for w in range(16)], 16 * UNIFORMS),
        "Philox float64": Call(
            lambda: [philox.fill_uniform(key, worlds, w, 0, flat) for w in range(16)], 16 * UNIFORMS
        ),
        "exp float32, the kernels' own": Call(lambda: [_exp32(x32, y32) for _ in range(16)], 16 * UNIFORMS),
        "exp float64, libm": Call(lambda: [_exp(x, y) for _ in range(4)], 4 * UNIFORMS),
    }


@dataclass(frozen=True)
class Ceiling:
    """Updates a second that a limit allows, and what it is."""

    limit: str
    rate: float


def ceilings(rates: dict[str, float], update_bytes: int, float32: float, float64: float) -> list[Ceiling]:
    """The lowest first: bandwidth, and chance alone (`float32` and `float64` uniforms drawn in an update)."""
    seconds = float32 / rates["Philox float32"] + float64 / rates["Philox float64"]
    found = [
        Ceiling("random numbers", 1.0 / seconds),
        Ceiling("memory bandwidth", rates["triad, memory"] / update_bytes),
        Ceiling("cache bandwidth", rates["triad, cache"] / update_bytes),
    ]
    return sorted(found, key=lambda ceiling: ceiling.rate)
