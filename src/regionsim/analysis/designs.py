"""Designs: which points of a space of inputs a study plays.

Core objects: `Axis` (an input and the values it takes), `read_axis`, `design_points` (a grid, a Latin hypercube or a
Sobol sequence). A point is one value per axis.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Any

from regionsim.errors import InputError

type Value = float | str | date

MAX_POINTS = 100_000
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_SETTING = re.compile(r"levers\.\w+\.(intensity|from|until)")
_DIGITS = 9  # of a number of points; more are too many whatever they are
_SAMPLE = re.compile(r"(lhs|sobol):(\d+)")


@dataclass(frozen=True)
class Axis:
    """An input, named by its path in a scenario, and its values: listed, or from `low` to `high`.

    A range has `count` values on a grid, and may take any between when sampled. `parameter`: a parameter of the model.
    """

    path: str
    parameter: bool
    listed: tuple[Value, ...] = ()
    low: float | date = 0.0
    high: float | date = 0.0
    count: int | None = None

    @property
    def column(self) -> bool:
        """Whether worlds side by side may differ in it, and any value between two that are allowed is allowed.

        So of a parameter, and of a lever's intensity and dates. Any other value must be read as part of a scenario.
        """
        found = _SETTING.fullmatch(self.path)
        kind = float if found is None or found[1] == "intensity" else date
        return self.parameter or (
            found is not None and all(isinstance(v, kind) for v in self.listed or (self.low, self.high))
        )

    def grid(self) -> tuple[Value, ...]:
        """The values on a grid. Raises InputError for a range without a number of values."""
        if self.listed:
            return self.listed
        if self.count is None:
            raise InputError(f"{self.path}: a grid needs LO:HI:N, the number of values (or --sample)")
        return tuple(self.at(i / (self.count - 1)) for i in range(self.count))

    def at(self, u: float) -> Value:
        """The value at share `u` (0 .. 1) of the way."""
        if self.listed:
            return self.listed[min(int(u * len(self.listed)), len(self.listed) - 1)]
        if isinstance(self.low, date) and isinstance(self.high, date):
            return self.low + timedelta(days=round(u * (self.high - self.low).days))
        low, high = float(self.low), float(self.high)  # type: ignore[arg-type]
        return float(f"{low + u * (high - low):.12g}")


def read_axis(path: str, values: Any) -> Axis:
    """An axis from what is written: "LO:HI", "LO:HI:N", "A,B,C", or a list. Raises InputError."""
    from regionsim.evidence import load_evidence

    known = load_evidence().parameters
    name = path.removeprefix("parameters.")
    parameter = name in known
    if isinstance(values, list | tuple):
        words = [str(value) for value in values]
    else:
        words = [word.strip() for word in str(values).split("," if ":" not in str(values) else ":")]
        if ":" in str(values):
            axis = _range(name if parameter else path, parameter, words)
            _check(axis, known)
            return axis
    if not words or not all(words):
        raise InputError(f"{path}: has an empty value (allowed: LO:HI:N or A,B,C)")
    listed = tuple(_value(word) for word in words)
    if len(set(listed)) < len(listed):
        raise InputError(f"{path}: a value is listed twice")
    axis = Axis(name if parameter else path, parameter, listed)
    _check(axis, known)
    return axis


def _range(path: str, parameter: bool, words: list[str]) -> Axis:
    allowed = f"{path}: {':'.join(words)!r} is no range (allowed: LO:HI or LO:HI:N, N from 2)"
    if len(words) not in (2, 3):
        raise InputError(allowed)
    low, high = _value(words[0]), _value(words[1])
    count = int(words[2]) if len(words) == 3 and words[2].isdecimal() and len(words[2]) <= _DIGITS else None
    if isinstance(low, str) or isinstance(high, str) or isinstance(low, date) != isinstance(high, date):
        raise InputError(allowed)
    if (len(words) == 3 and (count is None or not 2 <= count <= MAX_POINTS)) or not low < high:  # type: ignore[operator]
        raise InputError(allowed)
    return Axis(path, parameter, (), low, high, count)


def _value(word: str) -> Value:
    if _DATE.fullmatch(word):
        try:
            return date.fromisoformat(word)
        except ValueError:
            raise InputError(f"{word}: is no day of the calendar") from None
    try:
        number = float(word)
    except ValueError:
        return word
    return number if math.isfinite(number) else word


def _check(axis: Axis, known: Any) -> None:
    """Raises InputError for values out of a parameter's range."""
    if not axis.parameter:
        return
    found = known[axis.path]
    for value in axis.listed or (axis.low, axis.high):
        if not isinstance(value, float):
            raise InputError(f"{axis.path}: {value} is no number (in {found.unit})")
        if not found.low <= value <= found.high:
            raise InputError(f"{axis.path}: {value:g} is out of range (allowed: {found.low:g} to {found.high:g})")


def design_points(axes: tuple[Axis, ...], sample: str | None, seed: int) -> list[tuple[Value, ...]]:
    """The points: every combination of the axes' values, or "lhs:N" or "sobol:N" points, scrambled by `seed`."""
    if sample is None:
        size = math.prod(len(axis.grid()) for axis in axes)
        _check_size(size)
        return list(product(*(axis.grid() for axis in axes)))
    found = _SAMPLE.fullmatch(sample)
    if not found:
        raise InputError(f"--sample: {sample!r} is no sample (allowed: lhs:N, sobol:N with N a power of two)")
    count = int(found[2][:_DIGITS])
    _check_size(count)
    if found[1] == "sobol" and count & (count - 1):
        raise InputError(f"--sample: {count} is no power of two (allowed: sobol:64, sobol:128 ...)")
    from scipy.stats import qmc

    source = qmc.LatinHypercube if found[1] == "lhs" else qmc.Sobol
    shares = source(d=len(axes), rng=seed).random(count)
    return [tuple(axis.at(float(u)) for axis, u in zip(axes, row, strict=True)) for row in shares]


def _check_size(size: int) -> None:
    if not 1 <= size <= MAX_POINTS:
        raise InputError(f"the design has {size:,} points (allowed: 1 to {MAX_POINTS:,})")
