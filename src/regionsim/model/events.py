"""What happened: events as columns, appended in the weeks and sorted once at the end of a batch.

Core objects: `EventLog` (collects) and `Events` (the sorted columns). An event is a transition - a closure, a strike, a
truce, a campaign - with the day inside its week, the place, who did it, why, and a magnitude whose meaning is the
kind's (days, persons, deaths).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from regionsim.model.samplers import Array

_TEXTS = ("kind", "place", "actor", "cause")


@dataclass(frozen=True)
class Events:
    """Parallel arrays sorted by (world, week, day, kind, place); texts are object arrays, "" where not given."""

    world: npt.NDArray[np.int64]
    week: npt.NDArray[np.int32]
    day: Array
    kind: npt.NDArray[np.object_]
    place: npt.NDArray[np.object_]
    actor: npt.NDArray[np.object_]
    cause: npt.NDArray[np.object_]
    magnitude: Array

    def __len__(self) -> int:
        return self.world.size


class EventLog:
    """Collects the events of W worlds numbered `numbers`."""

    def __init__(self, numbers: npt.NDArray[np.int64]) -> None:
        self._numbers = numbers
        self._rows: list[tuple[npt.NDArray[np.int64], int, tuple[str, str, str, str], Array, Array]] = []

    def add(
        self,
        where: npt.NDArray[np.bool_],
        week: int,
        texts: tuple[str, str, str, str],
        day: npt.ArrayLike = 0.0,
        magnitude: npt.ArrayLike = 0.0,
    ) -> None:
        """Record an event of (kind, place, actor, cause) where the mask says; day and magnitude are (W,) or numbers."""
        (rows,) = where.nonzero()
        if rows.size:
            self._rows.append((self._numbers[rows], week, texts, _at(day, rows), _at(magnitude, rows)))

    def follow(self, before: "EventLog", of: npt.NDArray[np.int64]) -> None:
        """Take over the events of another log. of: the world there that each world here goes on from, (W,)."""
        order = np.argsort(of, kind="stable")
        counts = np.bincount(of, minlength=before._numbers.size)
        heirs = np.split(order, np.cumsum(counts)[:-1])  # exact: whole numbers
        row = dict(zip(before._numbers.tolist(), range(before._numbers.size), strict=True))
        for numbers, week, texts, day, magnitude in before._rows:
            rows = [row[number] for number in numbers.tolist()]
            times = counts[rows]
            mine = self._numbers[np.concatenate([heirs[k] for k in rows])]
            if mine.size:
                self._rows.append((mine, week, texts, np.repeat(day, times), np.repeat(magnitude, times)))

    def sorted(self) -> Events:
        """All events, sorted."""
        sizes = [row[0].size for row in self._rows]

        def joined(parts: list[Any], dtype: Any) -> Any:
            return np.concatenate(parts).astype(dtype) if parts else np.empty(0, dtype=dtype)

        world = joined([row[0] for row in self._rows], np.int64)
        week = np.repeat(np.array([row[1] for row in self._rows], dtype=np.int32), sizes)
        codes = {}
        columns: dict[str, npt.NDArray[np.object_]] = {}
        for i, name in enumerate(_TEXTS):
            values = sorted({row[2][i] for row in self._rows})
            rank = {value: k for k, value in enumerate(values)}
            codes[name] = np.repeat(np.array([rank[row[2][i]] for row in self._rows], dtype=np.int64), sizes)
            columns[name] = np.array(values, dtype=object)[codes[name]] if values else np.empty(0, dtype=object)
        day = joined([row[3] for row in self._rows], np.float64)
        magnitude = joined([row[4] for row in self._rows], np.float64)
        order = np.lexsort((magnitude, codes["cause"], codes["actor"], codes["place"], codes["kind"], day, week, world))
        texts = {name: column[order] for name, column in columns.items()}
        return Events(world[order], week[order], day[order], **texts, magnitude=magnitude[order])


def _at(value: npt.ArrayLike, rows: npt.NDArray[np.int64]) -> Array:
    """A number, or an array (W,), at these worlds."""
    given = np.asarray(value, dtype=np.float64)
    if given.ndim:
        return given[rows]
    at = np.empty(rows.size)
    at.fill(given)
    return at
