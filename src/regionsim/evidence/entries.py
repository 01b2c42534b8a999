"""One entry of a YAML file of the evidence base: a map whose keys are read and checked one by one.

Core object: `Entry`. A fault is noted at the value (or the key) it concerns, and makes the entry unsound.
"""

from collections.abc import Collection, Sequence
from typing import Any

from regionsim.evidence.tables import Faults
from regionsim.yamlfile.faults import Place, allowed, quoted
from regionsim.yamlfile.locate import Items, Leaf, Map, Node, place_of, plain


class Entry:
    """A map as written. `path` is its name in faults; `sound` is true until a fault is found in it."""

    def __init__(self, path: str, node: Node, faults: Faults) -> None:
        self.path = path
        self.node = node
        self.items = node.items if isinstance(node, Map) else {}
        self.faults = faults
        self.sound = True

    @property
    def place(self) -> str:
        """Its file and line."""
        return f"{self.node.place.file}:{self.node.place.line}"

    def place_in(self, key: str, name: str) -> Place:
        """Where a name is written in the map under a key."""
        return place_of(self.node, (key, name), key=True)

    def fault(self, key: str, message: str, *, at_key: bool = False) -> None:
        """Note a fault at the value (or the key itself) of one of the entry's keys, or at the entry if it has none."""
        self.sound = False
        place = place_of(self.node, (key,), key=at_key) if isinstance(self.node, Map) and key else self.node.place
        self.faults.add(place, f"{self.path}.{key}" if key else self.path, message)

    def keyed(self, keys: Sequence[str], needed: Sequence[str]) -> bool:
        """Whether it is a map; notes a fault for each unknown or missing key."""
        if not isinstance(self.node, Map):
            self.fault("", f"must be a map of {', '.join(keys)}")
            return False
        for key in self.items:
            if key not in keys:
                self.fault(key, f"unknown key {allowed(key, keys)}", at_key=True)
        for key in needed:
            if key not in self.items:
                self.fault(key, "the key is missing")
        return True

    def value(self, key: str) -> Any:
        """The plain value of a key, None if it is missing."""
        return plain(self.items[key]) if key in self.items else None

    def text(self, key: str) -> str:
        """The text of a key, empty if it is missing."""
        value = self.value(key)
        if key in self.items and (not isinstance(value, str) or not value.strip()):
            self.fault(key, f"must be text (found {quoted(value)})")
        return value if isinstance(value, str) else ""

    def word(self, key: str, what: str, choices: Sequence[str]) -> str:
        """One of the choices, empty if the key is missing."""
        value = self.value(key)
        if key in self.items and value not in choices:
            self.fault(key, f"unknown {what} {quoted(value)} {allowed(value, choices)}")
        return value if isinstance(value, str) else ""

    def number(self, key: str) -> float | None:
        """The number of a key, None if it is missing."""
        value = self.value(key)
        if is_number(value):
            return float(value)
        if key in self.items:
            self.fault(key, f"must be a number (found {quoted(value)})")
        return None

    def ids(self, key: str, what: str, known_ids: Collection[str]) -> tuple[str, ...]:
        """The ids of a list, each of which must be known; empty if the key is missing."""
        node = self.items.get(key)
        if node is None:
            return ()
        if not isinstance(node, Items) or not node.items:
            self.fault(key, f"must be a list of at least one id of a {what}")
            return ()
        ids = []
        for item in node.items:
            if not isinstance(item, Leaf) or not isinstance(item.value, str):
                self.fault(key, "must be a list of ids")
            elif item.value not in known_ids:
                self.sound = False
                self.faults.unknown(item.place, f"{self.path}.{key}", what, item.value, known_ids)
            else:
                ids.append(item.value)
        return tuple(ids)

    def pairs(self, key: str, what: str) -> dict[str, Node]:
        """The map of a key, empty if it is missing."""
        node = self.items.get(key)
        if node is not None and not (isinstance(node, Map) and node.items):
            self.fault(key, f"must be a map of {what}")
        return node.items if isinstance(node, Map) else {}


def is_number(value: object) -> bool:
    """Whether a plain value is a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)
