"""A quick reader for plainly written YAML: the shape almost every file of the evidence base has.

Core object: `read_plain`. The pure-Python YAML parser takes about two milliseconds a parameter, too long for a command
to start with. This reader knows maps nested by indentation whose values are one-line scalars, one-line lists and maps
of scalars, or plain text that runs on over indented lines. At anything else - an anchor, a block scalar, a key given
twice, a fault - it gives up and returns None, and the file goes to `regionsim.yamlfile.locate.read`, which gives the
same nodes for what both can read. A test holds the two together.
"""

import re
from dataclasses import dataclass

from regionsim.yamlfile.faults import Place
from regionsim.yamlfile.locate import REFUSED, Items, Leaf, Map, Node, resolve

_KEY = re.compile(r"( *)([A-Za-z0-9][\w.-]*):(?:( +)(.*))?", re.ASCII)
_QUOTED = re.compile(r"(?:\"([^\"\\]*)\"|'([^']*)')(?: +#.*)?")
_FLOW = re.compile(r"([\[{])([^\[\]{}\"'#]*)([\]}])(?: +#.*)?")
_FLOW_KEY = re.compile(r"([A-Za-z]\w*): +(\S.*)", re.ASCII)
_ODD_START = tuple("[]{}#&*!|>%@`,?:\"'")
_UNUSUAL = re.compile("[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]")


class _Odd(Exception):  # a signal, not an error of the program
    """The text is not plainly written."""


@dataclass
class _Text:
    """A plain scalar being read, which indented lines may go on."""

    owner: Map
    key: str
    indent: int
    parts: list[str]
    place: Place


def read_plain(text: str, file: str) -> Map | None:
    """The root map of a plainly written file, or None: read it with the full parser."""
    if _UNUSUAL.search(text):
        return None
    try:
        return _Reader(file).read(text)
    except _Odd:
        return None


class _Reader:
    """Reads line by line; `maps` are the open maps by indentation, `waiting` a key whose value has not come yet."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.maps: list[tuple[int, Map]] = []
        self.waiting: tuple[int, Map, str] | None = None
        self.text: _Text | None = None

    def read(self, text: str) -> Map:
        for number, line in enumerate(text.split("\n"), 1):
            stripped = line.strip()
            if not stripped or stripped.startswith("#"):
                self.close_text()
                continue
            indent = len(line) - len(line.lstrip(" "))
            if self.text is not None and indent > self.text.indent:
                self.go_on(stripped)
            else:
                self.entry(line, number)
        self.close_text()
        self.close_waiting()
        if not self.maps:
            raise _Odd
        return self.maps[0][1]

    def go_on(self, stripped: str) -> None:
        if ": " in stripped or " #" in stripped or stripped.endswith(":") or self.text is None:
            raise _Odd
        self.text.parts.append(stripped)

    def close_text(self) -> None:
        if self.text is not None:
            value = resolve(" ".join(self.text.parts))
            if value is REFUSED:
                raise _Odd
            self.text.owner.items[self.text.key] = Leaf(value, self.text.place)
            self.text = None

    def close_waiting(self) -> None:
        if self.waiting is not None:
            _, owner, key = self.waiting
            owner.items[key] = Leaf(None, owner.keys[key])
            self.waiting = None

    def entry(self, line: str, number: int) -> None:
        """A line that starts a key of a map."""
        found = _KEY.fullmatch(line.rstrip())
        if found is None:
            raise _Odd
        self.close_text()
        indent, key, start = len(found[1]), found[2], found.start(4) + 1
        place = Place(self.file, number, indent + 1)
        owner = self.owner(indent, place)
        if key in owner.items or key in owner.keys:
            raise _Odd
        owner.keys[key] = place
        if not found[4] or found[4].startswith("#"):
            self.waiting = (indent, owner, key)
            return
        value = self.value(found[4], Place(self.file, number, start))
        if isinstance(value, str):
            plain, comment, _ = value.partition(" #")
            self.text = _Text(owner, key, indent, [plain.rstrip()], Place(self.file, number, start))
            if comment:
                self.close_text()
        else:
            owner.items[key] = value

    def owner(self, indent: int, place: Place) -> Map:
        """The map a key at this indentation belongs to."""
        if not self.maps or (self.waiting is not None and indent > self.waiting[0]):
            opened = Map({}, place, {})
            if self.waiting is not None:
                _, outer, key = self.waiting
                outer.items[key] = opened
                self.waiting = None
            self.maps.append((indent, opened))
            return opened
        self.close_waiting()
        while self.maps and self.maps[-1][0] > indent:
            self.maps.pop()
        if not self.maps or self.maps[-1][0] != indent:
            raise _Odd
        return self.maps[-1][1]

    def value(self, raw: str, place: Place) -> Node | str:
        """A node, or the text of a plain scalar."""
        if raw[0] in "\"'":
            found = _QUOTED.fullmatch(raw)
            if found is None:
                raise _Odd
            return Leaf(found[1] if found[1] is not None else found[2], place)
        if raw[0] in "[{":
            return self.flow(raw, place)
        plain = raw.partition(" #")[0]
        if ": " in plain or plain.endswith(":") or not _starts_plainly(plain):
            raise _Odd
        return raw

    def flow(self, raw: str, place: Place) -> Node:
        """A list or map of scalars on one line."""
        found = _FLOW.fullmatch(raw)
        if found is None or found[1] + found[3] not in ("[]", "{}") or not found[2].strip():
            raise _Odd
        items: list[Node] = []
        keyed = Map({}, place, {})
        column = place.column + 1
        for part in found[2].split(","):
            text = part.strip()
            start = Place(self.file, place.line, column + len(part) - len(part.lstrip()))
            column += len(part) + 1
            if found[1] == "[":
                items.append(_scalar(text, start))
                continue
            pair = _FLOW_KEY.fullmatch(text)
            if pair is None or pair[1] in keyed.items:
                raise _Odd
            keyed.keys[pair[1]] = start
            keyed.items[pair[1]] = _scalar(pair[2], Place(self.file, start.line, start.column + pair.start(2)))
        return Items(items, place) if found[1] == "[" else keyed


def _scalar(text: str, place: Place) -> Leaf:
    if not text or ":" in text or not _starts_plainly(text):
        raise _Odd
    value = resolve(text)
    if value is REFUSED:
        raise _Odd
    return Leaf(value, place)


def _starts_plainly(text: str) -> bool:
    return not text.startswith(_ODD_START) and (text[0] != "-" or text[1:2].isalnum() or text[1:2] == ".")
