"""A study's table of worlds: the design point and replicate of each world, and what the point sets.

Core objects: `Table` (all points of a run folder) and `Rows` (some of its worlds, as given to a process). World k is
point k modulo P at replicate k // P, so more replicates extend a folder without repeating any. Draw = replicate: all
points share chance and the draws of what they do not set. A point sets parameters by their dotted names, and lever
settings by their paths in a scenario, as in `LeverSetting.numbers`: `levers.route_security.from`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

type Array = npt.NDArray[np.float64]
type Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Rows:
    """W worlds of a study: point and replicate (W,), and what their points set, name -> (W,)."""

    point: Numbers
    replicate: Numbers
    values: dict[str, Array]


@dataclass(frozen=True)
class Table:
    """P points: their numbers in the study (P,), and what they set, name -> (P,) in declared units."""

    points: Numbers
    values: dict[str, Array]

    def __len__(self) -> int:
        return int(self.points.size)

    def rows(self, numbers: Sequence[int] | range | Numbers) -> Rows:
        """The rows of the worlds numbered `numbers`."""
        world = np.asarray(numbers, dtype=np.int64)
        which = world % len(self)
        values = {name: column[which] for name, column in self.values.items()}
        return Rows(self.points[which], world // len(self), values)

    def plain(self) -> dict[str, Any]:
        """The table as plain data, for the run's key."""
        return {"points": self.points.tolist(), "values": {name: v.tolist() for name, v in self.values.items()}}
