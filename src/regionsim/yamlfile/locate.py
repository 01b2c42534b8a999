"""Reads YAML 1.2 into values that know their place, or located faults.

Core objects: `Leaf`, `Map`, `Items` (nodes), `read` for a file, `read_value` for a value on the command line, `built`
for a dict, `plain` and `find`. One walk over the parser's events builds the nodes, so a hostile file is rejected before
it grows: aliases are never followed, and size, depth and node count are limited. Scalars follow the core schema of YAML
1.2 (`NO` and `12:30` are text, 0777 is 777). Dates stay text here; the schema reads them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Final

import yaml

from regionsim.errors import InputError
from regionsim.yamlfile.faults import Fault, Path, Place, dotted, printable, quoted

MAX_BYTES: Final = 1024 * 1024
MAX_NODES: Final = 50_000
MAX_DEPTH: Final = 50


class Refused:
    """Replaces a rejected value, so that no further check takes it for the user's."""

    def __repr__(self) -> str:
        return "(refused)"


REFUSED: Final = Refused()


@dataclass
class Leaf:
    """A scalar: None, bool, int, float, str, or REFUSED."""

    value: Any
    place: Place


@dataclass
class Items:
    """A list of nodes."""

    items: list["Node"]
    place: Place


@dataclass
class Map:
    """A map from text keys to nodes; `keys` holds the place of each key."""

    items: dict[str, "Node"] = field(default_factory=dict)
    place: Place = field(default_factory=lambda: Place(""))
    keys: dict[str, Place] = field(default_factory=dict)


type Node = Leaf | Items | Map


def read(data: bytes, file: str) -> tuple[Map | None, list[Fault]]:
    """The root map of a scenario file (None if it cannot be read), and its faults as YAML."""
    start = Place(file, 1, 1)
    if len(data) > MAX_BYTES:
        return None, [Fault(start, "", "the file is too large (at most 1 MiB)")]
    text, fault = _decode(data, file)
    if fault:
        return None, [fault]
    node, faults = _build(text, file)
    if isinstance(node, Leaf) and node.value is None:
        node = None
    if node is None and not faults:
        faults = [Fault(start, "", "the file is empty (a scenario is a map of keys such as title, start, end)")]
    elif node is not None and not isinstance(node, Map):
        held = "a list" if isinstance(node, Items) else quoted(node.value) if node.value is not REFUSED else "a value"
        faults = [*faults, Fault(node.place, "", f"the file holds {held}, must be a map of keys")]
        node = None
    return node, faults


def read_value(text: str, file: str) -> tuple[Node | None, list[Fault]]:
    """One value from the command line and its faults; every place is `file` (such as `--set`)."""
    if len(text) > MAX_BYTES:
        return None, [Fault(Place(file), "", "the value is too large (at most 1 MiB)")]
    bad = _UNPRINTABLE.search(text)
    if bad:
        return None, [Fault(Place(file), "", f"character U+{ord(bad.group()):04X} is not allowed")]
    return _build(text, file, on_command_line=True) if text.strip() else (None, [])


def built(value: Any, name: str) -> Map:
    """Nodes of a map given as plain data; their place is `name`.

    Raises InputError for anything but a map of text keys, or for one too large or deep to be a scenario.
    """
    count = 0

    def node(data: Any, path: Path) -> Node:
        nonlocal count
        count += 1
        if count > MAX_NODES or len(path) > MAX_DEPTH:
            raise InputError(f"{name}: holds too many values, or too deep (at most {MAX_NODES:,}, {MAX_DEPTH} levels)")
        if isinstance(data, dict):
            odd = next((key for key in data if not isinstance(key, str) or _awkward(key)), None)
            if odd is not None:
                raise InputError(f"{name}: {dotted((*path, str(odd)))}: a key must be plain text")
            return Map({key: node(item, (*path, key)) for key, item in data.items()}, place, dict.fromkeys(data, place))
        if isinstance(data, list):
            return Items([node(item, (*path, i)) for i, item in enumerate(data)], place)
        if isinstance(data, str) and (bad := _awkward(data)):
            raise InputError(f"{name}: {dotted(path)}: character U+{ord(bad):04X} is not allowed (plain text only)")
        if isinstance(data, float) and not isfinite(data):
            raise InputError(f"{name}: {dotted(path)}: {data} must be a finite number")
        if data is not None and not isinstance(data, bool | int | float | str):
            kind = type(data).__name__
            raise InputError(f"{name}: {dotted(path)}: type {kind} is not allowed (allowed: text, numbers, dates)")
        return Leaf(data, place)

    place = Place(name)
    root = node(value, ())
    if not isinstance(root, Map):
        raise InputError(f"{name}: must be a map of keys")
    return root


def copied(node: Map) -> Map:
    """A deep copy of the map."""

    def copy(inner: Node) -> Node:
        if isinstance(inner, Map):
            return copied(inner)
        return Items([copy(item) for item in inner.items], inner.place) if isinstance(inner, Items) else inner

    return Map({key: copy(item) for key, item in node.items.items()}, node.place, dict(node.keys))


def plain(node: Node) -> Any:
    """The node as plain data: dict, list and scalars."""
    if isinstance(node, Map):
        return {key: plain(item) for key, item in node.items.items()}
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return node.value


def find(root: Node, path: Path) -> Node | None:
    """The node at a path, or None."""
    node: Node | None = root
    for part in path:
        if isinstance(node, Map) and isinstance(part, str):
            node = node.items.get(part)
        elif isinstance(node, Items) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
        else:
            return None
    return node


def place_of(root: Node, path: Path, *, key: bool = False) -> Place:
    """Place of the value at a path (`key`: of its key), or of the nearest enclosing value."""
    for length in range(len(path), 0, -1):
        parent, node = find(root, path[: length - 1]), find(root, path[:length])
        if node is not None:
            if key and length == len(path) and isinstance(parent, Map):
                return parent.keys[str(path[-1])]
            return node.place
    return root.place


# -- text ------------------------------------------------------------------------------------------------------------

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def _decode(data: bytes, file: str) -> tuple[str, Fault | None]:
    """The file as text, without a UTF-8 byte order mark."""
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        place = _position(data[: error.start].decode("utf-8", "replace"), file)
        return "", Fault(place, "", f"byte 0x{data[error.start]:02x} is not UTF-8 (save the file as UTF-8)")
    bad = _UNPRINTABLE.search(text)
    if bad:
        place = _position(text[: bad.start()], file)
        return "", Fault(place, "", f"character U+{ord(bad.group()):04X} is not allowed (plain text only)")
    return text, None


def _position(before: str, file: str) -> Place:
    return Place(file, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)


# -- nodes -----------------------------------------------------------------------------------------------------------


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is ten times faster; wheels include it


class _Stop(Exception):
    """Ends the walk: the rest of the file cannot or must not be read."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def _build(text: str, file: str, *, on_command_line: bool = False) -> tuple[Node | None, list[Fault]]:
    """The root node of the text's one document (None if there is none or it cannot be read), and its faults."""
    builder = _Builder(file, on_command_line)
    try:
        return builder.document(yaml.parse(text, Loader=_LOADER)), builder.faults
    except _Stop as stop:
        fault = stop.fault
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = builder.place(mark) if mark is not None else builder.last
        fault = Fault(
            place, "", f"not valid YAML: {printable(error.problem or error.context or 'cannot be read', 200)}"
        )
    except Exception as error:  # the parser's own failure on odd text is reported as a fault of the file
        fault = Fault(builder.last, "", f"not valid YAML: {printable(str(error) or type(error).__name__, 200)}")
    return None, [*builder.faults, fault]


class _Builder:
    """Makes nodes from parser events and notes faults. `last` is the place reached."""

    def __init__(self, file: str, on_command_line: bool) -> None:
        self.file = file
        self.on_command_line = on_command_line
        self.faults: list[Fault] = []
        self.last = Place(file) if on_command_line else Place(file, 1, 1)
        self.count = 0

    def place(self, mark: Any) -> Place:
        return Place(self.file) if self.on_command_line else Place(self.file, mark.line + 1, mark.column + 1)

    def fault(self, place: Place, path: Path, message: str) -> None:
        self.faults.append(Fault(place, dotted(path), message))

    def document(self, events: Iterator[Any]) -> Node | None:
        """The single document of the stream; notes another version's directive, and stops at a second document."""
        node: Node | None = None
        documents = 0
        for event in events:
            kind = _kind(event)
            self.last = self.place(event.start_mark)
            if kind == "DocumentStart":
                documents += 1
                if documents > 1:
                    raise _Stop(Fault(self.last, "", "a second document starts here (a file holds one scenario)"))
                if event.version not in (None, (1, 2)):
                    self.fault(self.last, (), "must be YAML 1.2: remove the %YAML directive")
            elif kind not in ("StreamStart", "StreamEnd", "DocumentEnd"):
                node = self.node(event, events, (), self.last)
        return node

    def node(self, event: Any, events: Iterator[Any], path: Path, key: Place) -> Node:
        """The node that starts with this event; `key` is the place of its key, used if the value is empty."""
        place = self.last = self.place(event.start_mark)
        self.count += 1
        if self.count > MAX_NODES:
            raise _Stop(Fault(place, "", f"the file holds too many values (at most {MAX_NODES:,})"))
        if len(path) > MAX_DEPTH:
            raise _Stop(Fault(place, "", f"nested too deep (at most {MAX_DEPTH} levels)"))
        kind = _kind(event)
        refused = self.refusal(event, kind)
        if refused:
            self.fault(place, path, refused)
        if kind == "Alias":
            return Leaf(REFUSED, place)
        if kind == "Scalar":
            written = event.value or event.style  # nothing after a key means null, placed at the key
            return Leaf(REFUSED, place) if refused else self.scalar(event, path, place if written else key)
        return self.map(events, path, place) if kind == "MappingStart" else self.items(events, path, place)

    @staticmethod
    def refusal(event: Any, kind: str) -> str | None:
        if kind == "Alias":
            return f"alias *{printable(str(event.anchor))} is not allowed (write the value out)"
        if event.anchor is not None:
            return f"anchor &{printable(str(event.anchor))} is not allowed (write values out)"
        if event.tag is not None:
            return f"tag {printable(str(event.tag))} is not allowed (plain values only)"
        return None

    def items(self, events: Iterator[Any], path: Path, place: Place) -> Items:
        items: list[Node] = []
        for event in events:
            if _kind(event) == "SequenceEnd":
                break
            items.append(self.node(event, events, (*path, len(items)), place))
        return Items(items, place)

    def map(self, events: Iterator[Any], path: Path, place: Place) -> Map:
        made = Map({}, place, {})
        for event in events:
            if _kind(event) == "MappingEnd":
                break
            name, key = self.key(event, events, path)
            value = self.node(next(events), events, (*path, name if name is not None else "?"), key)
            if name is None:
                continue
            if name in made.items:
                first = made.keys[name]
                where = "twice" if self.on_command_line else f"twice, first at line {first.line}, column {first.column}"
                self.fault(key, (*path, name), f"the key is given {where}")
                continue
            made.items[name], made.keys[name] = value, key
        return made

    def key(self, event: Any, events: Iterator[Any], path: Path) -> tuple[str | None, Place]:
        """Text of the key that starts with this event (None if it is not a valid key), and its place."""
        place = self.place(event.start_mark)
        kind = _kind(event)
        if kind != "Scalar":
            if kind == "Alias":
                self.fault(place, path, f"alias *{printable(str(event.anchor))} is not allowed (write the key out)")
            else:
                self.node(event, events, (*path, "?"), place)
                self.fault(place, path, "a key must be text, not a list or a map")
            return None, place
        refused = self.refusal(event, kind)
        if not refused and event.value == "<<" and event.implicit[0]:
            refused = "merge key << is not allowed (use extends, or write values out)"
        if not refused and _awkward(event.value):
            refused = "a key must be plain text"
        if refused:
            self.fault(place, path, refused)
            return None, place
        self.count += 1
        return str(event.value), place

    def scalar(self, event: Any, path: Path, place: Place) -> Leaf:
        text: str = event.value
        if not event.implicit[0]:
            return self.text(text, path, place)
        value = resolve(text)
        if isinstance(value, Refused):
            self.fault(place, path, f"{quoted(text)} must be a finite number of reasonable length")
        return self.text(value, path, place) if isinstance(value, str) else Leaf(value, place)

    def text(self, text: str, path: Path, place: Place) -> Leaf:
        bad = _awkward(text)
        if bad:
            self.fault(place, path, f"character U+{ord(bad):04X} is not allowed in a value (plain text only)")
            return Leaf(REFUSED, place)
        return Leaf(text, place)


def _kind(event: Any) -> str:
    return type(event).__name__.removesuffix("Event")


def _awkward(text: str) -> str | None:
    """The first control character or lone surrogate in a text (escapes can produce them), or None."""
    bad = _UNPRINTABLE.search(text)
    return bad.group() if bad else None


# -- scalars: the core schema of YAML 1.2 (section 10.3.2) -----------------------------------------------------------

_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_ENDLESS = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_WORDS |= {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_DIGITS = 40  # longest text read as a number


def resolve(text: str) -> Any:
    """The value of a plain scalar: None, bool, int, float or str; REFUSED for a number that is not finite."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text, 0 if text[:2] in ("0o", "0x") else 10) if len(text) <= _DIGITS else REFUSED
    if _FLOAT.fullmatch(text):
        number = float(text) if len(text) <= _DIGITS else float("inf")
        return number if abs(number) < float("inf") else REFUSED
    return REFUSED if _ENDLESS.fullmatch(text) else text
