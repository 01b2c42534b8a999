"""Designs made elsewhere: a table with a row per point, as SALib or the EMA Workbench sample it, played like a sweep.

Core objects: `read_design`, `problem_of` (the inputs of a scenario as a problem of SALib).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from regionsim.doors import plain_value, texts
from regionsim.errors import InputError, argument
from regionsim.studies.designs import MAX_POINTS, Axis, read_axis
from regionsim.studies.sensitivity import Own, read_inputs
from regionsim.yamlfile.faults import allowed, printable

if TYPE_CHECKING:
    from regionsim.scenario import Scenario

NOT_INPUTS = ("scenario", "policy", "model")
"""Columns that the EMA Workbench adds to its experiments."""


type Positions = tuple[tuple[int, ...], ...]


def read_design(
    design: Any, scenario: Scenario, shares: bool | Sequence[str] = False
) -> tuple[tuple[Axis, ...], Positions]:
    """Parse a design: a frame, or a map of columns, of values by point; a column is a path in the scenario.

    Returns an axis per column, with the values that occur, and for each point the position of its value on each axis.
    shares: columns that hold quantiles 0-1 of an uncertain parameter's own distribution instead of its values; True for
    all. Raises InputError with all faults.
    """
    columns = _columns(design)
    given = tuple(columns) if shares is True else () if shares is False else texts(shares, "shares")
    faults = [f"shares: {name} is not a column of the design {allowed(name, columns)}" for name in given
              if name not in columns]  # fmt: skip
    axes: list[Axis] = []
    rows: list[list[int]] = []
    for name, values in columns.items():
        try:
            values = _quantiles(name, values, scenario) if name in given else values
            distinct = list(dict.fromkeys(values))
            axes.append(read_axis(name, distinct))
            place = {value: i for i, value in enumerate(distinct)}
            rows.append([place[value] for value in values])
        except InputError as error:
            faults += [f"{argument('design')}: {fault}" for fault in error.faults]
    if faults:
        raise InputError(faults)
    return tuple(axes), tuple(zip(*rows, strict=True))


def _columns(design: Any) -> dict[str, list[Any]]:
    """The columns of a design as plain values. Raises InputError where it is no table of values."""
    if not isinstance(design, Mapping) and not hasattr(design, "columns"):
        kind = type(design).__name__
        raise InputError(f"{argument('design')}: type {kind} is not allowed (a frame, or a dict of columns)")
    columns = {}
    for name in design:
        values = plain_value(list(design[name]))
        if name in NOT_INPUTS:
            continue
        if not isinstance(name, str):
            raise InputError(f"{argument('design')}: column {name!r} must be the path of an input in the scenario")
        if bad := [value for value in values if not isinstance(value, str | int | float) or value != value]:
            raise InputError(f"{argument('design')}: {name}: {printable(repr(bad[0]))} must be a number or a text")
        columns[name] = values
    lengths = {len(values) for values in columns.values()}
    if len(lengths) != 1 or not 0 < max(lengths) <= MAX_POINTS:
        found = "no columns" if not lengths else f"columns of {', '.join(map(str, sorted(lengths)))} points"
        raise InputError(f"{argument('design')}: has {found} (allowed: 1 to {MAX_POINTS:,}, the same in each)")
    return columns


def _quantiles(name: str, shares: list[Any], scenario: Scenario) -> list[float]:
    """The values of a parameter at quantiles of its own distribution."""
    from regionsim.model.worlds import values_at

    if not all(isinstance(share, int | float) and 0.0 <= share <= 1.0 for share in shares):
        raise InputError(f"{name}: holds shares, which are numbers from 0 to 1")
    (axis,), _ = read_inputs((name,), scenario)
    if not isinstance(axis, Own):
        raise InputError(f"{name}: has no distribution of its own (leave it out of shares)")
    values: list[float] = values_at(scenario, {axis.path: np.asarray(shares, dtype=np.float64)})[axis.path].tolist()
    return values


def problem_of(scenario: Scenario, over: Sequence[str] = ()) -> dict[str, Any]:
    """The inputs as a problem of SALib: names and bounds; those with their own distribution have the bounds 0 and 1."""
    axes, _ = read_inputs(texts(over, "over"), scenario)
    bounds = []
    for axis in axes:
        if isinstance(axis, Own):
            bounds.append([0.0, 1.0])
        elif axis.listed or axis.kind == "duration" or isinstance(axis.low, date) or isinstance(axis.high, date):
            raise InputError(f"{argument('over')}: {axis.path}: is no range of numbers, which SALib needs")
        else:
            bounds.append([float(axis.low), float(axis.high)])
    return {"num_vars": len(axes), "names": [axis.path for axis in axes], "bounds": bounds}
