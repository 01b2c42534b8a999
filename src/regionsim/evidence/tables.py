"""Strict reading of the tables and YAML files of the evidence base.

Core objects: `Faults`, which gathers what is wrong with its place, `read_table` (CSV rows with their lines) and
`read_yaml` (a map whose values know their place).
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from regionsim.evidence.plainyaml import read_plain
from regionsim.scenario.faults import Fault, Place, nearest, quoted
from regionsim.scenario.locate import Map, read


@dataclass
class Faults:
    """Faults of the files under one folder; files are named as `seeds/claims/actors.csv`."""

    folder: Path
    found: list[Fault] = field(default_factory=list)

    def label(self, path: Path) -> str:
        """The file's name in messages, the same on every platform."""
        return f"{self.folder.name}/{path.relative_to(self.folder).as_posix()}"

    def place(self, path: Path) -> Place:
        """The file as a whole."""
        return Place(self.label(path))

    def unknown(self, place: Place, path: str, what: str, word: str, known: Iterable[str]) -> None:
        """Note a reference that leads nowhere, with the nearest that would."""
        close = nearest(word, known)
        self.add(place, path, f"unknown {what} {quoted(word)}" + (f" (did you mean {close}?)" if close else ""))

    def add(self, place: Place, path: str, message: str) -> None:
        """Note one fault; `path` is the row's id, or the dotted key."""
        self.found.append(Fault(place, path, message))

    def lines(self) -> list[str]:
        """Every fault as a line, in the order of the files."""
        return [str(fault) for fault in sorted(set(self.found))]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table and the line it starts on."""

    cells: dict[str, str]
    place: Place


def text_of(path: Path, faults: Faults) -> str | None:
    """The file as text with plain line ends; None (and a fault) if it is missing or not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8").replace("\r\n", "\n")
    except FileNotFoundError:
        faults.add(faults.place(path), "", "the file is missing")
    except UnicodeDecodeError as error:
        faults.add(faults.place(path), "", f"byte {error.start} is not UTF-8")
    return None


def read_table(
    path: Path, columns: Sequence[str], faults: Faults, *, key: str | None = "id", text: str | None = None
) -> list[Row]:
    """Rows of a CSV file whose header must be `columns`; a row without its `key`, or with one seen before, is a fault.

    `text` is the file's content where it has been read already.
    """
    text = text_of(path, faults) if text is None else text
    if text is None:
        return []
    label = faults.label(path)
    reader = csv.reader(io.StringIO(text), strict=True)
    rows: list[Row] = []
    seen: dict[str, int] = {}
    line = 1
    try:
        header = next(reader, [])
        if header != list(columns):
            faults.add(Place(label, 1, 1), "", f"the columns must be {', '.join(columns)} (found {', '.join(header)})")
            return []
        line = reader.line_num + 1
        for cells in reader:
            place, line = Place(label, line, 1), reader.line_num + 1
            if len(cells) != len(columns):
                faults.add(place, "", f"the row has {len(cells)} cells, must have {len(columns)}")
                continue
            row = Row(dict(zip(columns, cells, strict=True)), place)
            if key is None or _keyed(row, key, seen, faults):
                rows.append(row)
    except csv.Error as error:
        faults.add(Place(label, line, 1), "", f"not valid CSV: {error}")
    return rows


def _keyed(row: Row, key: str, seen: dict[str, int], faults: Faults) -> bool:
    """Whether the row has a key of its own."""
    name = row.cells[key]
    if not name:
        faults.add(row.place, "", f"the row has no {key}")
    elif name in seen:
        faults.add(row.place, name, f"the {key} is given twice, first at line {seen[name]}")
    else:
        seen[name] = row.place.line
        return True
    return False


def read_yaml(path: Path, faults: Faults) -> Map | None:
    """The root map of a YAML file; None (and faults) where it cannot be read."""
    text = text_of(path, faults)
    if text is None:
        return None
    label = faults.label(path)
    if not any(line.strip() and not line.lstrip().startswith("#") for line in text.split("\n")):
        faults.add(Place(label, 1, 1), "", "the file is empty")
        return None
    plain = read_plain(text, label)
    if plain is not None:
        return plain
    root, found = read(text.encode(), label)
    faults.found.extend(found)
    return root
