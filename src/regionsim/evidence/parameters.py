"""Reads `parameters/`: every number of the model, with unit, range, distribution, role and sources.

Core objects: `read_parameters`, and `read_parameter` of one entry. A parameter's name is its path: key
`clearance_torkham` of `parameters/border.yaml` is `border.clearance_torkham`. The sizes of levers are read with the
levers (`regionsim.evidence.levers`).
"""

import re
from collections.abc import Collection
from pathlib import Path
from typing import cast

from pydantic import ValidationError

from regionsim.evidence.entries import Entry, is_number
from regionsim.evidence.records import EXPLAINED_ROLES, ROLES, Parameter
from regionsim.evidence.tables import Faults, read_yaml
from regionsim.schema.quantities import DISTRIBUTIONS, Draw, support
from regionsim.yamlfile.faults import allowed, figure

_KEYS = ("title", "value", "unit", "range", "distribution", "role", "sources", "note")
_NEEDED = ("title", "value", "unit", "range", "role", "sources")
NAME = re.compile(r"[a-z][a-z0-9_]*")
LEVERS = "levers"
"""The group of parameters that are effect sizes of levers."""


def read_parameters(folder: Path, source_ids: Collection[str], faults: Faults) -> dict[str, Parameter]:
    """Parameters by dotted name, in the order of the files. source_ids: the ids that `sources` may name."""
    parameters: dict[str, Parameter] = {}
    for path in sorted(folder.rglob("*.yaml")):
        group = path.relative_to(folder).with_suffix("").parts
        if not all(NAME.fullmatch(part) for part in group):
            faults.add(faults.place(path), "", "a file of parameters is named in lower case, digits and underscores")
        if group[0] == LEVERS:
            faults.add(faults.place(path), "", "a size of a lever is written with the lever (in levers/)")
            continue
        root = read_yaml(path, faults)
        for key, node in root.items.items() if root is not None else ():
            id = ".".join((*group, key))
            entry = Entry(id, node, faults)
            if not NAME.fullmatch(key):
                entry.fault("", "a parameter is named in lower case, digits and underscores")
            parameter = read_parameter(id, entry, source_ids)
            if parameter is not None:
                parameters[id] = parameter
    for id, parameter in parameters.items():
        parent = id.rpartition(".")[0]
        if parent in parameters:
            faults.add(
                faults.place(folder), id, f"{parent} is a parameter, so it cannot be a group (at {parameter.place})"
            )
    return parameters


def read_parameter(id: str, entry: Entry, source_ids: Collection[str], title: str = "") -> Parameter | None:
    """The parameter of an entry, or None if the entry is faulty. title: used instead of the entry's own title."""
    keys, needed = (names[1:] if title else names for names in (_KEYS, _NEEDED))
    if not entry.keyed(keys, needed):
        return None
    title, unit, note = title or entry.text("title"), entry.text("unit"), entry.text("note")
    value, (low, high) = entry.number("value"), _range(entry)
    if value is not None and low is not None and high is not None and not low <= value <= high:
        entry.fault("value", f"{figure(value)} is outside the range {figure(low)} to {figure(high)}")
    role, sources = _role(entry, note), entry.ids("sources", "claim, document or series", source_ids)
    draw = _draw(entry, low, high)
    if not entry.sound or value is None or low is None or high is None:
        return None
    return Parameter(id, title, value, unit, low, high, draw, role, sources, note, entry.place)


def _range(entry: Entry) -> tuple[float | None, float | None]:
    value = entry.value("range")
    if isinstance(value, list) and len(value) == 2 and all(is_number(end) for end in value):
        if value[0] <= value[1]:
            return float(value[0]), float(value[1])
        entry.fault("range", "the lower end is above the upper end")
    elif "range" in entry.items:
        entry.fault("range", "must be a list of two numbers, the lowest and highest value allowed")
    return None, None


def _role(entry: Entry, note: str) -> str:
    role = entry.word("role", "role", ROLES)
    if role in EXPLAINED_ROLES and not note.strip():
        entry.fault("note", f"a parameter of role {role} needs a note that says {_SAYS[role]}")
    return role


def _draw(entry: Entry, low: float | None, high: float | None) -> Draw | None:
    """The distribution, checked against the range."""
    if "distribution" not in entry.items:
        return None
    value = entry.value("distribution")
    name = value.get("distribution") if isinstance(value, dict) else None
    if not isinstance(name, str) or name not in DISTRIBUTIONS:
        entry.fault("distribution", f"must be a map with a known distribution {allowed(name, DISTRIBUTIONS)}")
        return None
    try:
        draw = cast(Draw, DISTRIBUTIONS[name].model_validate(value))
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            where = ".".join(str(part) for part in ("distribution", *detail["loc"]))
            entry.fault("distribution", f"{where}: {detail['msg'].removeprefix('Value error, ')}")
        return None
    for end, number in support(draw):
        if low is not None and high is not None and not low <= number <= high:
            entry.fault("distribution", f"{end} {figure(number)} is outside the range {figure(low)} to {figure(high)}")
    return draw


_SAYS = {"calibrated": "to what it was fitted", "assumption": "why it is assumed so"}
