"""Inputs of the two kernels as the model itself hands them over.

Core objects: `calls` (arguments by name, taken from a model that plays) and `alike` (one world repeated, for tests of
distributions). The kernels' own parameter names are used, so what is timed is what a run does.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from regionsim.model import fused
from regionsim.model.populations import households, traders
from regionsim.model.region import RegionModel
from regionsim.scenario import load

type Arguments = dict[str, Any]


def calls(worlds: int, weeks: int, scenario: str = "status_quo") -> tuple[Arguments, Arguments]:
    """Arguments of the last call of `households.live` and of `traders.ship` after so many weeks, before they change."""
    model = RegionModel(load(scenario), worlds)
    taken: dict[str, Arguments] = {}
    originals = {"live": households.live, "ship": traders.ship}

    def keep(name: str, kernel: Callable[..., None]) -> Callable[..., None]:
        names = list(inspect.signature(kernel.py_func).parameters)

        def call(*values: Any) -> None:
            taken[name] = copied(dict(zip(names, values, strict=True)))
            kernel(*values)

        return call

    try:
        households.live, traders.ship = keep("live", originals["live"]), keep("ship", originals["ship"])
        with fused.as_written():  # which looks the kernels up every week
            for _ in range(weeks):
                model.step()
    finally:
        households.live, traders.ship = originals["live"], originals["ship"]
    return taken["live"], taken["ship"]


def copied(arguments: Arguments) -> Arguments:
    """The same, with arrays of its own."""
    return {name: value.copy() if isinstance(value, np.ndarray) else value for name, value in arguments.items()}


def alike(live: Arguments, copies: int, slots: int | None = None, busier: float = 1.0) -> Arguments:
    """The first world of `live` `copies` times over, with replicates 0, 1, ...: worlds that differ by chance alone.

    slots: how many households, evenly taken; all by default. busier: all weekly odds are multiplied by this, so that
    rare moves happen often enough to compare.
    """
    made = copied(live)
    total = live["cell"].shape[1]
    chosen = np.arange(total) if slots is None else np.linspace(0, total - 1, slots).astype(np.int64)
    for name, value in live.items():
        if not isinstance(value, np.ndarray) or name in ("replicates", "scratch"):
            continue
        one = value[:1]
        if name in ("status", "province", "cell", "proneness", "persons"):
            one = one[:, chosen]
        made[name] = np.ascontiguousarray(np.repeat(one, copies, axis=0))
    made["replicates"] = np.arange(copies, dtype=np.int64)
    made["leave"][:, :, 0] *= np.float32(busier)
    made["come"] *= np.float32(busier)
    households.count_stock(made["cell"], made["persons"], made["stock"], made["movers"])
    return made


@dataclass
class KernelHouseholds:
    """`households.live` on given inputs."""

    given: Arguments
    weeks: int = 1

    def reset(self) -> None:
        """Back to the given state."""
        self.now = copied(self.given)
        self.moved = np.zeros_like(self.now["moved"])
        self.crossed = np.zeros_like(self.now["crossed"])

    def run(self) -> int:
        """Play the weeks; household-weeks."""
        for _ in range(self.weeks):
            self.now["week"] += 1
            households.live(*self.now.values())
            self.moved += self.now["moved"]
            self.crossed += self.now["crossed"]
        return int(self.now["cell"].size) * self.weeks


@dataclass
class KernelTraders:
    """`traders.ship` on given inputs."""

    given: Arguments
    weeks: int = 1

    def reset(self) -> None:
        """Back to the given state."""
        self.now = copied(self.given)

    def run(self) -> int:
        """Play the weeks; trader-weeks."""
        for _ in range(self.weeks):
            self.now["week"] += 1
            traders.ship(*self.now.values())
        return int(self.now["kind"].size) * self.weeks
