"""Where the names on a map stand: beside what they name, within the picture, on no other name and on no circle.

Core object: `Labels`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import cos, pi, sin
from typing import NamedTuple

from regionsim.views.report.svg import GAP, PlotArea, box_of

_TURNS = 16  # directions tried around a point
_STEPS = (0.0, 5.0, 10.0, 16.0, 24.0, 34.0, 46.0, 60.0)  # pixels further away, nearest first
_LINE = 1.18  # height of a line, in font sizes


class Spot(NamedTuple):
    """Where a label stands: the start, middle or end of its first line."""

    x: float
    y: float
    anchor: str


class Labels:
    """The labels of a picture of `width` by `height`; `taken` are the boxes that no label may touch."""

    def __init__(self, width: float, height: float, taken: Sequence[PlotArea] = ()) -> None:
        self.width, self.height = width, height
        self.taken = list(taken)

    def place(
        self, point: tuple[float, float], lines: Sequence[str], size: float, *, radius: float = 0.0,
        wish: Spot | None = None,
    ) -> Spot | None:  # fmt: skip
        """The nearest free place beside a point, of a circle of `radius`; at `wish` if that is free.

        None where no place is free. The place is taken from then on.
        """
        for spot in self._tried(point, len(lines), size, radius, wish):
            boxes = boxes_of(spot, lines, size)
            if all(map(self._free, boxes)):
                self.taken += boxes
                return spot
        return None

    def _tried(
        self, point: tuple[float, float], count: int, size: float, radius: float, wish: Spot | None
    ) -> Iterator[Spot]:
        if wish is not None:
            yield wish
        rise = 0.35 * size - 0.5 * _LINE * size * (count - 1)  # of the first line, for a block whose middle is at y
        for step, turn in product(_STEPS, range(_TURNS)):
            angle = 2.0 * pi * turn / _TURNS
            away = radius + 4.0 + step
            x, y = point[0] + away * cos(angle), point[1] - away * sin(angle)
            across = round(cos(angle), 6)
            anchor = "middle" if abs(across) < 0.3 else "start" if across > 0.0 else "end"
            lift = 0.5 * _LINE * size * count * -round(sin(angle), 6)  # whole above or below where it is so beside
            yield Spot(x, y + rise + lift, anchor)

    def _free(self, box: PlotArea) -> bool:
        inside = (
            box.left >= 1.0 and box.top >= 1.0 and box.right <= self.width - 1.0 and box.bottom <= self.height - 1.0
        )
        return inside and not any(box.meets(other, GAP) for other in self.taken)


def boxes_of(spot: Spot, lines: Sequence[str], size: float) -> list[PlotArea]:
    """The boxes of a label's lines."""
    return [
        box_of(spot.x, line_height(spot, at, size), text, anchor=spot.anchor, size=size)
        for at, text in enumerate(lines)
    ]


def line_height(spot: Spot, at: int, size: float) -> float:
    """The baseline of a label's line, counted from 0."""
    return spot.y + _LINE * size * at
