"""The record: one copy of every measure a week, float32, in buffers made once.

Core object: `Recorder`. Recording reads and never writes the model, so it changes nothing.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

type Floats = npt.NDArray[np.float32]
type Read = Callable[["RegionModel"], Any]


class Recorder:
    """Buffers (columns, weeks, W): a week's values of a column lie together, so that recording is one copy."""

    def __init__(
        self, worlds: int, weeks: int, columns: Mapping[str, Read], places: Mapping[str, tuple[tuple[str, ...], Read]]
    ) -> None:
        self._read = dict(columns)
        self._places = dict(places)
        self._columns = np.full((len(columns), weeks, worlds), np.nan, dtype=np.float32)
        self._by_place = {
            name: np.full((weeks, worlds, len(labels)), np.nan, dtype=np.float32)
            for name, (labels, _) in places.items()
        }

    def record(self, w: "RegionModel", week: int) -> None:
        """Copy this week's values."""
        for i, read in enumerate(self._read.values()):
            self._columns[i, week] = read(w)
        for name, (_, read) in self._places.items():
            self._by_place[name][week] = read(w)

    def columns(self) -> dict[str, Floats]:
        """Each column as (W, weeks)."""
        return {name: np.ascontiguousarray(self._columns[i].T) for i, name in enumerate(self._read)}

    def places(self) -> dict[str, dict[str, Floats]]:
        """Indicator -> place -> (W, weeks)."""
        return {
            name: {label: np.ascontiguousarray(self._by_place[name][:, :, k].T) for k, label in enumerate(labels)}
            for name, (labels, _) in self._places.items()
        }
