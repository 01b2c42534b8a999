"""A model of a few arrays whose rules are fused like those of the real one."""

from collections.abc import Callable
from typing import Any

import numpy as np

from regionsim.model import fused
from regionsim.model.random import Streams

SPECIAL = np.array([0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan, 1e-300, 1e300, 0.5, 127.0, -128.0, 700.0, -2.5])


class Toy:
    """Arrays of W worlds: floats `a`, `b` (W, 3), `x` (W,); whole numbers `i`, `j` (W, 3); truths `m`, `n` (W, 3);
    small numbers `s` (W,); uniforms `u` and positive numbers `size` (W, 3).
    """

    def __init__(self, worlds: int, seed: int = 1) -> None:
        rng = np.random.default_rng(seed)
        self.n_worlds = worlds
        self.a, self.b = (rng.choice(SPECIAL, (worlds, 3)) for _ in range(2))
        self.x = rng.normal(size=worlds)
        self.i, self.j = (rng.integers(-5, 6, (worlds, 3)) for _ in range(2))
        self.i[0, 0], self.j[0, 0] = 2**63 - 1, 3  # sums and products wrap
        self.m, self.n = (rng.random((worlds, 3)) < 0.5 for _ in range(2))
        self.s = rng.integers(-128, 128, worlds).astype(np.int8)
        self.u, self.size = rng.random((worlds, 3)), 5.0 * rng.random((worlds, 3))
        self.out: Any = None
        self.level, self.week = 1.0, 0
        self.p = {"k": rng.normal(size=worlds)}
        self.streams = Streams(3, np.arange(worlds) + 7)
        self.decisions = self.policy = self.shocks = self.deals = self.linkage = None
        self.bindings = fused.Bindings()
        self.events: list[Any] = []

    def event(self, where: Any, kind: str, **more: Any) -> None:
        """Note an event."""
        more = {"place": "", "actor": "", "cause": "", "day": 0.0, "magnitude": 0.0} | more
        if np.any(where):
            self.events.append((kind, np.array(where).tolist(), {k: np.array(v).tolist() for k, v in more.items()}))


Toy.__module__ = "regionsim.model.toy"  # as rules see it


def same(left: Any, right: Any) -> bool:
    """Whether two arrays have one type, one shape and the same bits; of NaN any will do."""
    alike = left.dtype == right.dtype and left.shape == right.shape
    if alike and left.dtype.kind == "f":
        nan = np.isnan(left)
        return bool((nan == np.isnan(right)).all() and left[~nan].tobytes() == right[~nan].tobytes())
    return bool(alike and left.tobytes() == right.tobytes())


def traced(rule: Callable[[Any], None], *toys: Toy) -> int:
    """Play a rule in toys until it is traced, and once more; how many programs it has."""
    with np.errstate(all="ignore"):
        for _ in range(fused.WARM + 1):
            for toy in toys:
                fused.play(rule, toy)
    return fused.counts()[f"{rule.__module__}:{rule.__name__}"]
