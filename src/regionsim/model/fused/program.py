"""What the machine plays of a rule.

Core objects: `Program` (steps between the calls of kernels, and what they read, make and set) and `Array`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from regionsim.model.fused.symbol import FLOAT
from regionsim.model.fused.trace import Path, Place

type Read = Callable[[Any], Any]
"""From a model to something of it."""
type Guards = list[tuple[Read, Any]]
"""What must have which value."""
type Made = tuple[Any, ...]
"""How a value is made: ("output", number), ("place", Place), ("scalar", Read), ("own", name of an own array), ("value",
value), ("dict", {key: Made}) or ("tuple", [Made], type).
"""


class Array:
    """An array that the machine reads or writes: a place of the model, or one of the program's own."""

    def __init__(self, number: int, dtype: np.dtype[Any], shape: tuple[int, ...], axis: int, *, written: bool) -> None:
        self.number, self.dtype, self.shape, self.axis, self.written = number, dtype, shape, axis, written

    def wanted(self) -> list[int]:
        """Its row of the table that the machine checks."""
        sizes = [*self.shape, 0, 0, 0, 0][:4]
        return [self.dtype.num, len(self.shape), self.axis, int(self.written), *sizes]

    @property
    def vector(self) -> bool:
        """Whether it holds one float for each world."""
        return self.dtype == FLOAT and self.shape == (1,)

    def sizes(self, worlds: int) -> tuple[int, ...]:
        """Its shape in so many worlds."""
        return tuple(worlds if k == self.axis else n for k, n in enumerate(self.shape))

    def empty(self, worlds: int) -> npt.NDArray[Any]:
        """A new array of this kind in so many worlds."""
        return np.empty(self.sizes(worlds), dtype=self.dtype)


@dataclass(frozen=True, eq=False)
class Program:
    """A rule on one course through it, without anything of the model that it was traced in."""

    guards: Guards
    """What must hold in every week."""
    once: Guards
    """What must hold in a model."""
    segments: list[tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]]
    """Steps and runs, as `machine.run` takes them; between two a kernel is called."""
    calls: list[tuple[Any, list[tuple[str, Any]]]]
    """Kernels and arguments: ("place" | "read", Place), or as a value is made."""
    width: int
    """Registers."""
    elements: npt.NDArray[np.int32]
    wanted: npt.NDArray[np.int64]
    """As `machine.run` and `machine.check` take them: first the weekly arrays, then outputs, then the others."""
    weekly: list[Place]
    """Arrays of the model that are looked up every week."""
    groups: list[tuple[Path, str, list[str]]]
    """The same by the object or container that holds them: its path, "a" or "i", and their names or keys."""
    fixed: list[tuple[Place, Array]]
    """Arrays of the model that are looked up once."""
    outputs: list[Array]
    own: dict[tuple[str, int], Array]
    """Arrays of the program's own, which serve every week."""
    constants: list[tuple[int, Any, bool]]
    """Register, number, whether it is a float."""
    varying: list[tuple[int, Read, Any, bool]]
    """Register, how the number is read, its type, whether it is a float."""
    purposes: list[str]
    """Of random numbers."""
    events: list[tuple[str, dict[str, str], list[Made]]]
    """Kind, texts, and mask, day and magnitude."""
    targets: list[tuple[Path, Any, Made]]
    """What is set: the object or dict, attribute or key, value."""
