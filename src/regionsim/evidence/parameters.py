"""Reads `parameters/`: every number of the model, with unit, range, distribution, role and sources.

Core objects: `read_parameters`, and `parameter_of` one entry. A parameter's name is its path: key
`clearance_torkham` of `parameters/border.yaml` is `border.clearance_torkham`. The sizes of levers are read with the
levers (`regionsim.evidence.levers`).
"""

import re
from collections.abc import Collection
from pathlib import Path as FilePath
from typing import Annotated

from pydantic import AfterValidator

from regionsim.evidence.entries import Entry, Ids, Text
from regionsim.evidence.records import EXPLAINED_ROLES, Parameter, Role
from regionsim.evidence.tables import Faults, read_yaml
from regionsim.schema.quantities import Model, Number, TaggedDraw, support
from regionsim.yamlfile.faults import Path, figure

NAME = re.compile(r"[a-z][a-z0-9_]*")
LEVERS = "levers"
"""The group of parameters that are effect sizes of levers."""
SOURCE = "claim, document or series"
_NOTED = {"calibrated": "to what it was fitted", "assumption": "why it is assumed so"}


def ends(both: tuple[float, ...]) -> tuple[float, ...]:
    """Both ends of a range, as written; raises ValueError where they are not two in order."""
    if len(both) != 2:
        raise ValueError("must be a list of two numbers, the lowest and highest value allowed")
    if both[0] > both[1]:
        raise ValueError("the lower end is above the upper end")
    return both


class SizeEntry(Model):
    """A parameter as written, apart from its title."""

    value: Number
    unit: Text
    range: Annotated[tuple[Number, ...], AfterValidator(ends)]
    distribution: TaggedDraw | None = None
    role: Role
    sources: Ids
    note: str = ""


class ParameterEntry(SizeEntry):
    """A parameter as written."""

    title: Text


def read_parameters(folder: FilePath, source_ids: Collection[str], faults: Faults) -> dict[str, Parameter]:
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
                entry.fault((), "a parameter is named in lower case, digits and underscores")
            written = entry.shaped(ParameterEntry)
            parameter = parameter_of(id, entry, written, written.title, source_ids) if written else None
            if parameter is not None:
                parameters[id] = parameter
    for id, parameter in parameters.items():
        parent = id.rpartition(".")[0]
        if parent in parameters:
            faults.add(
                faults.place(folder), id, f"{parent} is a parameter, so it cannot be a group (at {parameter.place})"
            )
    return parameters


def parameter_of(
    id: str, entry: Entry, written: SizeEntry, title: str, source_ids: Collection[str], at: Path = ()
) -> Parameter | None:
    """The parameter written in an entry at a path, or None if it is faulty."""
    low, high = written.range
    range_ = f"outside the range {figure(low)} to {figure(high)}"
    if not low <= written.value <= high:
        entry.fault((*at, "value"), f"{figure(written.value)} is {range_}")
    for end, number in support(written.distribution) if written.distribution else ():
        if not low <= number <= high:
            entry.fault((*at, "distribution"), f"{end} {figure(number)} is {range_}")
    if written.role in EXPLAINED_ROLES and not written.note.strip():
        entry.fault((*at, "note"), f"a parameter of role {written.role} needs a note that says {_NOTED[written.role]}")
    entry.known((*at, "sources"), SOURCE, written.sources, source_ids)
    if not entry.sound:
        return None
    return Parameter(
        id, title, written.value, written.unit, low, high, written.distribution, written.role, written.sources,
        written.note, entry.place_at(at),
    )  # fmt: skip
