"""Designs: the points in the space of inputs that a study plays.

Core objects: `Axis` (an input and its values), `read_axis`, `typed` (values with the type of the scenario's key),
`design_points` (a grid, a Latin hypercube or a Sobol sequence), `remarks`. A point is one value per axis.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product
from typing import Any

from regionsim.doors import plain_value
from regionsim.errors import InputError, argument
from regionsim.scenario import Scenario
from regionsim.scenario.keys import Kind, kind_of
from regionsim.scenario.schema import NO_NUMBERS
from regionsim.schema.durations import parse_duration, write_days
from regionsim.yamlfile.faults import figure, printable, quoted

type Value = float | str | date  # a float, or an int where the key takes whole numbers

MAX_POINTS = 100_000
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_WHOLE = re.compile(r"[-+]?\d{1,40}", re.ASCII)
_SETTING = re.compile(r"levers\.\w+\.(intensity|from|until)")
_SAMPLE = re.compile(r"(lhs|sobol):(\d+)", re.ASCII)
_DIGITS = 9  # of a number of points; longer numbers exceed any limit


@dataclass(frozen=True)
class Axis:
    """An input, named by its path in a scenario, and its values: listed, or from `low` to `high`.

    A range has `count` values on a grid, and any value between when sampled. `parameter`: whether it is a parameter of
    the model. `kind`: the type of the key, which sets how values are written; durations are ranges of days. `choices`:
    the only allowed values, for a parameter that is a choice.
    """

    path: str
    parameter: bool
    listed: tuple[Value, ...] = ()
    low: float | date = 0.0
    high: float | date = 0.0
    count: int | None = None
    kind: Kind = "other"
    choices: tuple[float, ...] = ()

    @property
    def column(self) -> bool:
        """Whether worlds of one run may differ in it, and every value between two allowed ones is allowed.

        True for parameters and for a lever's intensity and dates. Other values are read as part of a scenario.
        """
        match = _SETTING.fullmatch(self.path)
        kind = float if match is None or match[1] == "intensity" else date
        return self.parameter or (
            match is not None and all(isinstance(v, kind) for v in self.listed or (self.low, self.high))
        )

    def grid(self) -> tuple[Value, ...]:
        """The values on a grid, each once. Raises InputError for a range without a number of values."""
        if self.listed:
            return self.listed
        if self.count is None:
            raise InputError(f"{self.path}: a grid needs LO:HI:N, the number of values (or {argument('sample')})")
        return tuple(dict.fromkeys(self.at(i / (self.count - 1)) for i in range(self.count)))

    def at(self, u: float) -> Value:
        """The value at share `u` (0 .. 1) of the range, with the key's type, rounded where values are discrete."""
        values = self.listed or self.within()
        if values:
            return values[min(int(u * len(values)), len(values) - 1)]
        if isinstance(self.low, date) and isinstance(self.high, date):
            return self.low + timedelta(days=round(u * (self.high - self.low).days))
        low, high = self.low, self.high
        if self.kind == "whole":
            first, last = math.ceil(low), math.floor(high)  # type: ignore[arg-type]
            return first + math.floor(u * (last - first) + 0.5)
        between = float(f"{low + u * (high - low):.12g}")  # type: ignore[operator]
        return write_days(between) if self.kind == "duration" else between

    def within(self) -> tuple[float, ...]:
        """The choices between the ends of a range."""
        return tuple(value for value in self.choices if self.low <= value <= self.high)  # type: ignore[operator]

    def rounds(self) -> bool:
        """Whether values of a range may be rounded, because the key's values are discrete."""
        return not self.listed and (self.kind == "whole" or bool(self.choices) or isinstance(self.low, date))

    def written(self, value: Value) -> str:
        """A value as --set takes it for this key."""
        if isinstance(value, date):
            return value.isoformat()
        return json.dumps(value) if self.kind == "name" and value not in _NOTHING else str(value)


_NOTHING = ("null", "~")  # remove a key instead of setting its value


def read_axis(path: str, values: Any) -> Axis:
    """Parse an axis: "LO:HI", "LO:HI:N", "A,B,C", or values (a list, an array). Raises InputError.

    Values of a scenario's keys get their type from `typed`.
    """
    from regionsim.evidence import load_evidence

    parameters = load_evidence().parameters
    name = path.removeprefix("parameters.")
    parameter = parameters.get(name)
    path = path if parameter is None else name
    values = plain_value(list(values) if isinstance(values, Iterator) else values)
    if isinstance(values, str) and ":" in values and not _is_flow(values):
        axis = _range(path, parameter is not None, [word.strip() for word in values.split(":")])
    else:
        items = _split(values) if isinstance(values, str) else [*map(_text, _listed(values))]
        if not items or not all(items):
            raise InputError(f"{path}: has an empty value (allowed: LO:HI:N or A,B,C)")
        axis = Axis(path, parameter is not None, tuple(_value(path, word) for word in items))
    if parameter is not None:
        axis = _of_parameter(axis, parameter)
    elif (match := _SETTING.fullmatch(path)) and match[1] == "intensity":
        axis = _numbers(axis)
    _check_twice(axis)
    return axis


def typed(axis: Axis, scenario: Scenario) -> Axis:
    """The axis with values of the type of the scenario's key. Raises InputError where the key takes no such range."""
    if axis.parameter:
        return axis
    kind = kind_of(scenario, axis.path)
    if axis.path in NO_NUMBERS:
        hint = f" (how many of each point: {argument('replicates')})" if axis.path == "worlds" else ""
        raise InputError(f"{axis.path}: does not affect results, so it cannot vary{hint}")
    if not axis.listed and kind != "other":
        given = "date" if isinstance(axis.low, date) else "duration" if axis.kind == "duration" else "number"
        if given != ("number" if kind == "whole" else kind):
            raise InputError(f"{axis.path}: has no range of {given}s (allowed: {_SUCH[kind]})")
    axis = replace(axis, kind=kind if kind != "other" else axis.kind)
    if kind == "whole":
        if not axis.listed and not math.ceil(axis.low) < math.floor(axis.high):  # type: ignore[arg-type]
            raise InputError(f"{axis.path}: takes whole numbers, and the range holds fewer than two")
        listed = (int(v) if isinstance(v, float) and v.is_integer() else v for v in axis.listed)
        axis = replace(axis, listed=tuple(listed))
    elif kind == "number":
        axis = _numbers(axis)
    elif kind == "name":
        axis = replace(axis, listed=tuple(v.isoformat() if isinstance(v, date) else str(v) for v in axis.listed))
    _check_twice(axis)
    return axis


_SUCH: dict[Kind, str] = {
    "whole": "1:9:3",
    "number": "0.5:1.5:3",
    "date": "2026-01-01:2027-01-01:3",
    "duration": "2 weeks:8 weeks:4",
    "name": "names, such as A,B",
    "list": "lists, such as [A],[A,B]",
}


def _listed(values: Any) -> list[Any]:
    return values if isinstance(values, list) else [values]


def _text(value: Any) -> str:
    """A plain value as text; lists and maps as JSON, which YAML reads too."""
    return value.strip() if isinstance(value, str) else json.dumps(value)


def _is_flow(text: str) -> bool:
    return text.lstrip().startswith(("[", "{", '"', "'"))


def _split(text: str) -> list[str]:
    """The texts between commas; a comma within brackets or braces does not split."""
    parts, depth = [""], 0
    for mark in text:
        depth += (mark in "[{") - (mark in "]}")
        if mark == "," and depth <= 0:
            parts.append("")
        else:
            parts[-1] += mark
    return [word.strip() for word in parts]


def _range(path: str, parameter: bool, parts: list[str]) -> Axis:
    allowed = f"{path}: {quoted(':'.join(parts))} is not a range (allowed: LO:HI or LO:HI:N, N 2 to {MAX_POINTS:,})"
    if len(parts) not in (2, 3):
        raise InputError(allowed)
    low, high = _value(path, parts[0]), _value(path, parts[1])
    count = int(parts[2]) if len(parts) == 3 and parts[2].isdecimal() and len(parts[2]) <= _DIGITS else None
    kind: Kind = "other"
    if isinstance(low, str) and isinstance(high, str):
        try:
            low, high, kind = parse_duration(low), parse_duration(high), "duration"
        except ValueError:
            raise InputError(allowed) from None
    if isinstance(low, str) or isinstance(high, str) or isinstance(low, date) != isinstance(high, date):
        raise InputError(allowed)
    if (len(parts) == 3 and (count is None or not 2 <= count <= MAX_POINTS)) or not low < high:  # type: ignore[operator]
        raise InputError(allowed)
    return Axis(path, parameter, (), low, high, count, kind)


def _value(path: str, word: str) -> Value:
    if _DATE.fullmatch(word):
        try:
            return date.fromisoformat(word)
        except ValueError:
            raise InputError(f"{path}: {word} is no day of the calendar") from None
    if _WHOLE.fullmatch(word):
        return int(word)  # exact: a seed may be larger than a float can tell from its neighbours
    try:
        number = float(word)
    except ValueError:
        return word
    return number if math.isfinite(number) else word


def _numbers(axis: Axis) -> Axis:
    """The axis with whole numbers as floats."""

    def plain(value: Any) -> Any:
        return float(value) if isinstance(value, int) else value

    return replace(axis, listed=tuple(map(plain, axis.listed)), low=plain(axis.low), high=plain(axis.high))


def _of_parameter(axis: Axis, parameter: Any) -> Axis:
    """The axis of a parameter. Raises InputError for values out of its range, or between its choices."""
    axis = replace(_numbers(axis), kind="whole" if parameter.whole else "number", choices=parameter.choices)
    for value in axis.listed or (axis.low, axis.high):
        if not isinstance(value, float):
            raise InputError(f"{axis.path}: {printable(str(value))} is not a number (in {parameter.unit})")
        if not parameter.low <= value <= parameter.high:
            low, high = parameter.low, parameter.high
            raise InputError(f"{axis.path}: {value:g} is out of range (allowed: {low:g} to {high:g})")
        if axis.listed and (value not in axis.choices if axis.choices else parameter.whole and not value.is_integer()):
            raise InputError(f"{axis.path}: {value:g} is not one of its values (allowed: {_only(axis)})")
    if not axis.listed and axis.choices and len(axis.within()) < 2:
        raise InputError(f"{axis.path}: the range does not hold two of its values ({_only(axis)})")
    return axis


def _only(axis: Axis) -> str:
    return ", ".join(map(figure, axis.choices)) if axis.choices else "whole numbers"


def _check_twice(axis: Axis) -> None:
    if len(set(axis.listed)) < len(axis.listed):
        raise InputError(f"{axis.path}: a value is listed twice")


def remarks(axes: tuple[Axis, ...], sample: str | None, points: list[tuple[Value, ...]]) -> list[str]:
    """Remarks on a design's rounding: a line for each rounded axis, and one for equal points."""
    notes = []
    for i, axis in enumerate(axes):
        if not axis.rounds():
            continue
        count, distinct = axis.count or 0, len({point[i] for point in points})
        what = f"takes {_only(axis)} only" if not isinstance(axis.low, date) else "takes whole days only"
        if sample is None and distinct < count:
            notes.append(f"{axis.path}: {what}: values are rounded, so {count - distinct} of {count} repeat others")
        elif not isinstance(axis.low, date) and (sample is not None or _is_off(axis)):
            notes.append(f"{axis.path}: {what}: other values are rounded")
    equal = len(points) - len(set(points))
    if equal and any(axis.rounds() for axis in axes):
        notes.append(f"{equal} of {len(points):,} points are equal to others after rounding")
    return notes


def _is_off(axis: Axis) -> bool:
    """Whether a grid's even steps from end to end differ from the values used."""
    low, high, count = axis.low, axis.high, axis.count or 2
    even = [low + (high - low) * i / (count - 1) for i in range(count)]  # type: ignore[operator]
    pairs: Any = zip(even, axis.grid(), strict=False)
    return any(abs(a - b) > 1e-9 * max(abs(a), 1.0) for a, b in pairs)


def design_points(axes: tuple[Axis, ...], sample: str | None, seed: int) -> list[tuple[Value, ...]]:
    """The points: every combination of the axes' values, or "lhs:N" or "sobol:N" points, scrambled by `seed`."""
    if sample is None:
        size = math.prod(len(axis.grid()) for axis in axes)
        _check_size(size)
        return list(product(*(axis.grid() for axis in axes)))
    kind, count = read_sample(sample)
    from scipy.stats import qmc

    source = qmc.LatinHypercube if kind == "lhs" else qmc.Sobol
    shares = source(d=len(axes), rng=seed).random(count)
    return [tuple(axis.at(float(u)) for axis, u in zip(axes, row, strict=True)) for row in shares]


def read_sample(sample: str) -> tuple[str, int]:
    """Kind and number of points of "lhs:N" or "sobol:N". Raises InputError."""
    match = _SAMPLE.fullmatch(sample)
    if not match:
        raise InputError(
            f"{argument('sample')}: {quoted(sample)} is not a sample (allowed: lhs:N, sobol:N with N a power of two)"
        )
    if len(match[2]) > _DIGITS:
        raise InputError(f"{argument('sample')}: {quoted(sample)} has too many points (allowed: 1 to {MAX_POINTS:,})")
    count = int(match[2])
    _check_size(count)
    if match[1] == "sobol" and count & (count - 1):
        raise InputError(f"{argument('sample')}: {count} is not a power of two (allowed: sobol:64, sobol:128 ...)")
    return match[1], count


def _check_size(size: int) -> None:
    if not 1 <= size <= MAX_POINTS:
        raise InputError(f"the design has {size:,} points (allowed: 1 to {MAX_POINTS:,})")
