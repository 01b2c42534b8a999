"""Reads `parameters/`: every number the model uses, with unit, range, distribution, role and sources.

Core object: `read_parameters`. A parameter's name is its path: key `clearance_torkham` of `parameters/border.yaml` is
`border.clearance_torkham`.
"""

import re
from collections.abc import Collection
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from regionsim.evidence.records import EXPLAINED_ROLES, ROLES, Parameter
from regionsim.evidence.tables import Faults, read_yaml
from regionsim.schema.quantities import DISTRIBUTIONS, Draw, support
from regionsim.yamlfile.faults import allowed, figure, quoted
from regionsim.yamlfile.locate import Items, Leaf, Map, Node, place_of, plain

_KEYS = ("title", "value", "unit", "range", "distribution", "role", "sources", "note")
_NEEDED = ("title", "value", "unit", "range", "role", "sources")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def read_parameters(folder: Path, known: Collection[str], faults: Faults) -> dict[str, Parameter]:
    """Parameters by dotted name, in the order of the files; `known` are the ids a source may be."""
    found: dict[str, Parameter] = {}
    for path in sorted(folder.rglob("*.yaml")):
        group = path.relative_to(folder).with_suffix("").parts
        if not all(_NAME.fullmatch(part) for part in group):
            faults.add(faults.place(path), "", "a file of parameters is named in lower case, digits and underscores")
        root = read_yaml(path, faults)
        for key, node in root.items.items() if root is not None else ():
            id = ".".join((*group, key))
            parameter = _Entry(id, key, node, faults).read(known)
            if parameter is not None:
                found[id] = parameter
    for id, parameter in found.items():
        parent = id.rpartition(".")[0]
        if parent in found:
            faults.add(
                faults.place(folder), id, f"{parent} is a parameter, so it cannot be a group (at {parameter.place})"
            )
    return found


class _Entry:
    """One parameter as written."""

    def __init__(self, id: str, key: str, node: Node, faults: Faults) -> None:
        self.id = id
        self.key = key
        self.node = node
        self.items = node.items if isinstance(node, Map) else {}
        self.faults = faults
        self.sound = True

    def fault(self, key: str, message: str, *, at_key: bool = False) -> None:
        """Note a fault at the value (or the key itself) of one of the entry's keys."""
        self.sound = False
        place = place_of(self.node, (key,), key=at_key) if isinstance(self.node, Map) and key else self.node.place
        self.faults.add(place, f"{self.id}.{key}" if key else self.id, message)

    def read(self, known: Collection[str]) -> Parameter | None:
        """The parameter, or None where a fault keeps it from being one."""
        if not _NAME.fullmatch(self.key):
            self.fault("", "a parameter is named in lower case, digits and underscores")
        if not isinstance(self.node, Map):
            self.fault("", f"must be a map of {', '.join(_KEYS)}")
            return None
        for key in self.items:
            if key not in _KEYS:
                self.fault(key, f"unknown key {allowed(key, _KEYS)}", at_key=True)
        for key in _NEEDED:
            if key not in self.items:
                self.fault(key, "the key is missing")
        title, unit, note = self.text("title"), self.text("unit"), self.text("note")
        value, (low, high) = self.number("value"), self.range()
        if value is not None and low is not None and high is not None and not low <= value <= high:
            self.fault("value", f"{figure(value)} is outside the range {figure(low)} to {figure(high)}")
        role, sources, draw = self.role(note), self.sources(known), self.draw(low, high)
        if not self.sound or value is None or low is None or high is None:
            return None
        place = f"{self.node.place.file}:{self.node.place.line}"
        return Parameter(self.id, title, value, unit, low, high, draw, role, sources, note, place)

    def value(self, key: str) -> Any:
        """The plain value of a key, None where it is missing."""
        return plain(self.items[key]) if key in self.items else None

    def text(self, key: str) -> str:
        value = self.value(key)
        if key in self.items and (not isinstance(value, str) or not value.strip()):
            self.fault(key, f"must be text (found {quoted(value)})")
        return value if isinstance(value, str) else ""

    def number(self, key: str) -> float | None:
        value = self.value(key)
        if _is_number(value):
            return float(value)
        if key in self.items:
            self.fault(key, f"must be a number (found {quoted(value)})")
        return None

    def range(self) -> tuple[float | None, float | None]:
        value = self.value("range")
        if isinstance(value, list) and len(value) == 2 and all(_is_number(end) for end in value):
            if value[0] <= value[1]:
                return float(value[0]), float(value[1])
            self.fault("range", "the lower end is above the upper end")
        elif "range" in self.items:
            self.fault("range", "must be a list of two numbers, the lowest and highest value allowed")
        return None, None

    def role(self, note: str) -> str:
        value = self.value("role")
        if "role" in self.items and value not in ROLES:
            self.fault("role", f"unknown role {quoted(value)} {allowed(value, ROLES)}")
        if value in EXPLAINED_ROLES and not note.strip():
            self.fault("note", f"a parameter of role {value} needs a note that says {_SAYS[value]}")
        return value if isinstance(value, str) else ""

    def sources(self, known: Collection[str]) -> tuple[str, ...]:
        node = self.items.get("sources")
        if node is None:
            return ()
        if not isinstance(node, Items) or not node.items:
            self.fault("sources", "must be a list of at least one id of a claim, document or series")
            return ()
        found = []
        for item in node.items:
            if not isinstance(item, Leaf) or not isinstance(item.value, str):
                self.fault("sources", "must be a list of ids")
            elif item.value not in known:
                self.sound = False
                self.faults.unknown(item.place, f"{self.id}.sources", "claim, document or series", item.value, known)
            else:
                found.append(item.value)
        return tuple(found)

    def draw(self, low: float | None, high: float | None) -> Draw | None:
        """The distribution, checked to lie in the range."""
        if "distribution" not in self.items:
            return None
        value = self.value("distribution")
        name = value.get("distribution") if isinstance(value, dict) else None
        if not isinstance(name, str) or name not in DISTRIBUTIONS:
            self.fault("distribution", f"must be a map with a known distribution {allowed(name, DISTRIBUTIONS)}")
            return None
        try:
            draw = cast(Draw, DISTRIBUTIONS[name].model_validate(value))
        except ValidationError as error:
            for one in error.errors(include_url=False):
                where = ".".join(str(part) for part in ("distribution", *one["loc"]))
                self.fault("distribution", f"{where}: {one['msg'].removeprefix('Value error, ')}")
            return None
        for end, number in support(draw):
            if low is not None and high is not None and not low <= number <= high:
                self.fault(
                    "distribution", f"{end} {figure(number)} is outside the range {figure(low)} to {figure(high)}"
                )
        return draw


_SAYS = {"calibrated": "to what it was fitted", "assumption": "why it is assumed so"}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
