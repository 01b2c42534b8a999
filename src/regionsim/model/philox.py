"""Philox4x32-10, the counter-based generator behind every random number: (key, counter) -> 128 bits, no state.

Core objects: `philox` (the bijection), `purpose_key` (seed and purpose -> key), `uniform64` and `uniform32x4`, which
kernels call with (key, replicate, week, slot). Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy
as 1, 2, 3", SC11 (2011); known answers from the kat_vectors file of their Random123 library.

Counter words: week, block, low and high half of the replicate; the two top bits of the last word say which kind of
number is drawn, so that 64-bit and 32-bit draws of one purpose never share bits.
"""

import hashlib
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from regionsim.model._jit import F32_OUT2, F64_OUT, F64_OUT2, I64_IN, inline, int64, kernel, njit, uint64, void

type Word = np.uint32
type Block = tuple[Word, Word, Word, Word]
type Four = tuple[np.float32, np.float32, np.float32, np.float32]
type Worlds = npt.NDArray[np.int64]

SEEDS = 2**63  # seeds are 0 .. SEEDS - 1
REPLICATES = 2**62  # replicates are 0 .. REPLICATES - 1: two bits of the counter are taken

_HALF, _DROP12 = np.uint64(32), np.uint64(12)
_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint32(0x9E3779B9), np.uint32(0xBB67AE85)
_KIND64, _KIND32 = np.uint32(0), np.uint32(1 << 30)
_DROP9 = np.uint32(9)
FIRST: int = np.int64(0)  # type: ignore[assignment]
"""The first block, for callers of `draw_uniforms32`: called with Python's own 0 it would be compiled for that alone."""
_TWO52 = np.uint64(0x4330000000000000)  # 2.0**52 as bits


@lru_cache(maxsize=65536)
def purpose_key(seed: int, purpose: str) -> np.uint64:
    """The 64-bit key of a purpose under a seed: blake2b of both. Seeds are 0 .. 2**63 - 1, and 0 is a seed.

    Raises ValueError for a seed out of range.
    """
    if not 0 <= seed < SEEDS:
        raise ValueError(f"seed {seed}: must be in 0 .. 2**63 - 1")
    digest = hashlib.blake2b(f"{seed}\x00{purpose}".encode(), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "little"))


@inline
def philox(c0: Word, c1: Word, c2: Word, c3: Word, k0: Word, k1: Word) -> Block:
    """Ten rounds on a counter of four 32-bit words and a key of two. Kept in 32 bits so that loops vectorise."""
    for _ in range(10):
        p0 = _M0 * np.uint64(c0)
        p1 = _M1 * np.uint64(c2)
        c0 = np.uint32(np.uint32(p1 >> _HALF) ^ c1 ^ k0)
        c2 = np.uint32(np.uint32(p0 >> _HALF) ^ c3 ^ k1)
        c1 = np.uint32(p1)
        c3 = np.uint32(p0)
        k0 = np.uint32(k0 + _W0)
        k1 = np.uint32(k1 + _W1)
    return c0, c1, c2, c3


@inline
def _block(key: np.uint64, replicate: int, week: int, block: int, kind: Word) -> Block:
    """128 bits for (key, replicate, week, block); a week may be negative (it wraps round 2**32)."""
    high = np.uint32(np.uint32(np.uint64(replicate) >> _HALF) | kind)
    return philox(
        np.uint32(week), np.uint32(block), np.uint32(replicate), high, np.uint32(key), np.uint32(key >> _HALF)
    )


@inline
def _to64(high: Word, low: Word) -> float:
    """64 bits -> (n + 1/2) / 2**52: never 0 or 1, and 1 - u is on the same grid."""
    bits = (np.uint64(high) << _HALF) | np.uint64(low)
    # the 52 bits as the last of a float64 in 2**52 .. 2**53: exact, and no processor has to convert whole numbers
    return (np.uint64(bits >> _DROP12 | _TWO52).view(np.float64) - 2.0**52 + 0.5) * 2.0**-52


@inline
def _to32(word: Word) -> np.float32:
    """32 bits -> (n + 1/2) / 2**23 in float32: never 0 or 1."""
    return (np.float32(np.int32(word >> _DROP9)) + np.float32(0.5)) * np.float32(2.0**-23)


@inline
def uniform64(key: np.uint64, replicate: int, week: int, slot: int) -> float:
    """A float64 uniform in (0, 1). A block holds two: slots 2b and 2b + 1 are the halves of block b."""
    a, b, c, d = _block(key, replicate, week, slot >> 1, _KIND64)
    odd = slot & 1 == 1
    return _to64(c if odd else a, d if odd else b)


@njit
def single_uniform64(key: np.uint64, replicate: int, week: int, slot: int) -> float:
    """`uniform64` where few are drawn: a call, as copying it into each caller takes long to compile."""
    return uniform64(key, replicate, week, slot)


@inline
def uniform64x2(key: np.uint64, replicate: int, week: int, block: int) -> tuple[float, float]:
    """Two float64 uniforms in (0, 1) for the cost of one: slots 2 * block and 2 * block + 1."""
    a, b, c, d = _block(key, replicate, week, block, _KIND64)
    return _to64(a, b), _to64(c, d)


@inline
def uniform32x4(key: np.uint64, replicate: int, week: int, block: int) -> Four:
    """Four float32 uniforms in (0, 1): slots 4 * block .. 4 * block + 3."""
    a, b, c, d = _block(key, replicate, week, block, _KIND32)
    return _to32(a), _to32(b), _to32(c), _to32(d)


@njit
def draw_uniforms32(
    key: np.uint64, replicate: int, week: int, block: int, count: int, out: npt.NDArray[np.float32]
) -> None:
    """The float32 uniforms of `count` slots from a block on, rounded up to whole blocks."""
    for b in range((count + 3) >> 2):
        out[4 * b], out[4 * b + 1], out[4 * b + 2], out[4 * b + 3] = uniform32x4(key, replicate, week, block + b)


@kernel(void(uint64, I64_IN, int64, int64, F64_OUT))
def fill_uniform(key: np.uint64, replicates: Worlds, week: int, slot: int, out: npt.NDArray[np.float64]) -> None:
    """out[w] = the uniform of world w at one slot."""
    for w in range(replicates.size):
        out[w] = uniform64(key, replicates[w], week, slot)


@kernel(void(uint64, I64_IN, int64, F64_OUT2))
def fill_uniforms(key: np.uint64, replicates: Worlds, week: int, out: npt.NDArray[np.float64]) -> None:
    """out[w, s] = the float64 uniform of world w at slot s."""
    slots = out.shape[1]
    for w in range(replicates.size):
        for block in range(slots >> 1):
            out[w, 2 * block], out[w, 2 * block + 1] = uniform64x2(key, replicates[w], week, block)
        if slots & 1:
            out[w, slots - 1] = single_uniform64(key, replicates[w], week, slots - 1)


@kernel(void(uint64, I64_IN, int64, F32_OUT2))
def fill_uniforms32(key: np.uint64, replicates: Worlds, week: int, out: npt.NDArray[np.float32]) -> None:
    """out[w, s] = the float32 uniform of world w at slot s."""
    slots = out.shape[1]
    row = np.empty((slots + 3) >> 2 << 2, dtype=np.float32)
    for w in range(replicates.size):
        draw_uniforms32(key, replicates[w], week, FIRST, slots, row)
        for s in range(slots):
            out[w, s] = row[s]
