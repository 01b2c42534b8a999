"""Random numbers a second: our Philox beside splitmix64 and NumPy's generators, in one run on one thread.

Run: python benchmarks/bench_random.py. Medians of repeats; compile time apart; compare ratios, not absolute figures.
"""

import statistics
import time
from collections.abc import Callable

import numba
import numpy as np

from regionsim.model import philox, samplers
from regionsim.model.random import Streams

N = 1 << 16  # numbers a call: half a megabyte of float64, which stays in the cache
REPEATS = 101
WORLDS = 1000


@numba.njit(nogil=True)
def _splitmix64(seed: int, out: np.ndarray) -> None:
    """A counter-based splitmix64 (Steele, Lea and Flood 2014): cheap, but its streams are not independent by design."""
    for i in range(out.size):
        z = np.uint64(seed) + np.uint64(i) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
        out[i] = (np.float64(np.int64(z >> np.uint64(12))) + 0.5) * 2.0**-52


def rate(run: Callable[[], object], numbers: int) -> float:
    """Millions of numbers a second, the median of repeats."""
    run()
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return numbers / statistics.median(times) / 1e6


def uniforms() -> dict[str, float]:
    """Uniforms laid out as one row of slots, and one a world."""
    key, one, worlds = np.uint64(5), np.arange(1), np.arange(N)
    row, row32 = np.empty((1, N)), np.empty((1, N), dtype=np.float32)
    flat, flat32 = np.empty(N), np.empty(N, dtype=np.float32)
    pcg, numpys = np.random.Generator(np.random.PCG64(1)), np.random.Generator(np.random.Philox(1))
    return {
        "Philox4x32-10, ours, float32, slots of a world": rate(lambda: philox.fill_uniforms32(key, one, 3, row32), N),
        "Philox4x32-10, ours, float64, slots of a world": rate(lambda: philox.fill_uniforms(key, one, 3, row), N),
        "Philox4x32-10, ours, float64, one a world": rate(lambda: philox.fill_uniform(key, worlds, 3, 0, flat), N),
        "splitmix64, float64": rate(lambda: _splitmix64(7, flat), N),
        "NumPy PCG64, float32": rate(lambda: pcg.random(out=flat32, dtype=np.float32), N),
        "NumPy PCG64, float64": rate(lambda: pcg.random(out=flat), N),
        "NumPy Philox4x64-10, float64": rate(lambda: numpys.random(out=flat), N),
    }


def distributions() -> dict[str, tuple[float, float]]:
    """Streams (by name, by inversion) and NumPy's Generator, each for one draw in each of 1,000 worlds."""
    ours, numpys = Streams(1, np.arange(WORLDS)), np.random.Generator(np.random.PCG64(1))
    pairs: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "uniform": (lambda: ours.uniform("a"), lambda: numpys.random(WORLDS)),
        "normal": (lambda: ours.normal("a"), lambda: numpys.normal(size=WORLDS)),
        "lognormal": (lambda: ours.lognormal("a", 1.0, 0.5), lambda: numpys.lognormal(1.0, 0.5, WORLDS)),
        "gamma 3": (lambda: ours.gamma("a", 3.0), lambda: numpys.gamma(3.0, size=WORLDS)),
        "Poisson 3": (lambda: ours.poisson("a", 3.0), lambda: numpys.poisson(3.0, WORLDS)),
        "Poisson 25": (lambda: ours.poisson("a", 25.0), lambda: numpys.poisson(25.0, WORLDS)),
        "Poisson 2000": (lambda: ours.poisson("a", 2000.0), lambda: numpys.poisson(2000.0, WORLDS)),
        "negative binomial 10, 4": (
            lambda: ours.negative_binomial("a", 10.0, 4.0),
            lambda: numpys.negative_binomial(4.0, 4 / 14, WORLDS),
        ),
        "binomial 80000, 0.01": (lambda: ours.binomial("a", 80000, 0.01), lambda: numpys.binomial(80000, 0.01, WORLDS)),
    }
    return {name: (rate(one, WORLDS), rate(other, WORLDS)) for name, (one, other) in pairs.items()}


def main() -> None:
    """Print both tables."""
    print(f"{'uniforms':<50} {'million/s':>10}")
    for name, millions in uniforms().items():
        print(f"{name:<50} {millions:>10.0f}")
    print(f"\n{'one draw in each of 1,000 worlds, million/s':<50} {'ours':>10} {'NumPy':>10}")
    for name, (ours, numpys) in distributions().items():
        print(f"{name:<50} {ours:>10.1f} {numpys:>10.1f}")
    u = Streams(1, np.arange(WORLDS)).uniform("a")
    print(f"\nnormal_inv alone: {rate(lambda: samplers.normal_inv(u), WORLDS):.0f} million/s")


if __name__ == "__main__":
    main()
