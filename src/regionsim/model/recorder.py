"""The record: one copy of every measure a week, float32, in buffers made once.

Core object: `Recorder`. Recording reads and never writes the model, so it changes nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from regionsim.model._jit import F64_IN2, array_out, float32, int64, kernel, void
from regionsim.model.samplers import Array

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

type Floats = npt.NDArray[np.float32]
type Read = Callable[["RegionModel"], Any]


@kernel(void(F64_IN2, int64, array_out(float32, 3)))
def _keep(values: Array, week: int, columns: Floats) -> None:
    """A week's values (W, columns) into (columns, weeks, W)."""
    for w in range(values.shape[0]):
        for c in range(values.shape[1]):
            columns[c, week, w] = np.float32(values[w, c])


@kernel(void(F64_IN2, int64, array_out(float32, 3)))
def _keep_places(values: Array, week: int, by_place: Floats) -> None:
    """A week's values (W, places) into (weeks, W, places)."""
    for w in range(values.shape[0]):
        for k in range(values.shape[1]):
            by_place[week, w, k] = np.float32(values[w, k])


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

    def __getstate__(self) -> dict[str, Any]:
        """The recorded values and the names of the measures, whose functions cannot be pickled."""
        return vars(self) | {
            "_read": list(self._read),
            "_places": {k: labels for k, (labels, _) in self._places.items()},
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        from regionsim.model.measures import MEASURES, PLACES, STATES

        readers = MEASURES | STATES
        vars(self).update(state)
        self._read = {name: readers[name] for name in state["_read"]}
        self._places = {name: (labels, PLACES[name][1]) for name, labels in state["_places"].items()}

    def record(self, w: "RegionModel", week: int) -> None:
        """Copy this week's values."""
        values = [np.asarray(read(w), dtype=np.float64) for read in self._read.values()]
        _keep(np.stack(values, axis=1), week, self._columns)
        for name, (_, read) in self._places.items():
            _keep_places(np.ascontiguousarray(read(w), dtype=np.float64), week, self._by_place[name])

    def weekly(self, weeks: int) -> dict[str, list[float]]:
        """Each column's mean over worlds in each of the first weeks; of one world its values."""
        means = self._columns[:, :weeks].astype(np.float64).mean(axis=2)
        return dict(zip(self._read, means.tolist(), strict=True))

    def at(self, weeks: Sequence[int], name: str, place: str | None = None) -> Floats:
        """A column at some weeks, in total or at one place, (W, weeks)."""
        if place is None:
            return self._columns[list(self._read).index(name), list(weeks)].T
        return self._by_place[name][list(weeks), :, self._places[name][0].index(place)].T

    def columns(self) -> dict[str, Floats]:
        """Each column as (W, weeks)."""
        return {name: np.ascontiguousarray(self._columns[i].T) for i, name in enumerate(self._read)}

    def places(self) -> dict[str, dict[str, Floats]]:
        """Indicator -> place -> (W, weeks)."""
        return {
            name: {label: np.ascontiguousarray(self._by_place[name][:, :, k].T) for k, label in enumerate(labels)}
            for name, (labels, _) in self._places.items()
        }
