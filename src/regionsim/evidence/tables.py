"""Strict reading of the tables and YAML files of the evidence base, and of tables that users supply.

Core objects: `Faults` (collects located faults), `read_table` (CSV rows whose cells know their places) and `read_yaml`
(a map whose values know their places).
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from regionsim.yamlfile.faults import MAX_FAULTS, Fault, Place, nearest, printable, quoted
from regionsim.yamlfile.locate import Map, read
from regionsim.yamlfile.texts import read_text

_CELL = re.compile(r'"(?:[^"]|"")*"|[^,\n]*')
_SEPARATORS = {";": "';'", "\t": "tabs", "|": "'|'"}


@dataclass
class Faults:
    """Faults of the files under one folder; files are named as `seeds/claims/actors.csv`.

    name: what messages call the folder; by default its last part.
    """

    folder: Path
    found: list[Fault] = field(default_factory=list)
    name: str = ""

    def label(self, path: Path) -> str:
        """The file's name in messages, the same on every platform."""
        return (Path(self.name or self.folder.name) / path.relative_to(self.folder)).as_posix()

    def place(self, path: Path) -> Place:
        """The file as a whole."""
        return Place(self.label(path))

    def unknown(self, place: Place, path: str, what: str, word: str, names: Iterable[str], kind: str = "") -> None:
        """Note an unknown reference, with the closest known name, else the command that lists a kind of names."""
        close = nearest(word, names)
        hint = f" (did you mean {close}?)" if close else f" (see `regionsim list {kind}`)" if kind else ""
        self.add(place, path, f"unknown {what} {quoted(word)}{hint}")

    def add(self, place: Place, path: str, message: str) -> None:
        """Note one fault; `path` is the row's id, or the dotted key, or the column."""
        self.found.append(Fault(place, printable(path, 200), message))

    def lines(self) -> list[str]:
        """Every fault as a line, in the order of the files."""
        return [str(fault) for fault in sorted(set(self.found))]

    def first_lines(self) -> list[str]:
        """The first MAX_FAULTS of `lines`, for files of a user, and how many there are."""
        lines = self.lines()
        more = [f"only the first {MAX_FAULTS} of {len(lines):,} faults are listed"] if len(lines) > MAX_FAULTS else []
        return [*lines[:MAX_FAULTS], *more]


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table: its cells by column, and the line it starts on."""

    cells: dict[str, str]
    place: Place
    written: tuple[str, ...] = ()
    """The columns in the order of the file."""
    lines: tuple[str, ...] = ()
    """The lines of the file that hold the row."""

    def at(self, column: str) -> Place:
        """Where a cell of the row begins."""
        if column not in self.written:
            return self.place
        text, start = "\n".join(self.lines), 0
        for _ in range(self.written.index(column)):
            cell = _CELL.match(text, start)
            start = cell.end() + 1 if cell is not None else start
        return Place(
            self.place.file, self.place.line + text.count("\n", 0, start), start - text.rfind("\n", 0, start)
        )  # fmt: skip


def text_of(path: Path, faults: Faults) -> str | None:
    """The file as text with plain line ends; None (and a fault) if it is missing or not UTF-8 text."""
    content = read_text(path, faults.label(path))
    if isinstance(content, Fault):
        faults.found.append(content)
        return None
    return content


def read_table(
    path: Path, columns: Sequence[str], faults: Faults, *, key: str | None = "id", text: str | None = None
) -> list[TableRow]:
    """Rows of a CSV file whose header holds exactly the `columns`, in any order; empty lines are skipped.

    A row with an empty or repeated `key` is a fault. `text` is the file's content if it has already been read.
    """
    text = text_of(path, faults) if text is None else text
    if text is None:
        return []
    label, lines = faults.label(path), text.split("\n")
    reader = csv.reader(io.StringIO(text), strict=True)
    rows: list[TableRow] = []
    seen: dict[str, int] = {}
    line = 1
    try:
        header = tuple(next(reader, []))
        if not _headed(
            header, columns, TableRow({}, Place(label, 1, 1), header, tuple(lines[: reader.line_num])), faults
        ):
            return []
        line = reader.line_num + 1
        for cells in reader:
            place, of_row, line = Place(label, line, 1), lines[line - 1 : reader.line_num], reader.line_num + 1
            if not any(cells):  # a spreadsheet writes an empty row as a line of commas
                continue
            if len(cells) != len(columns):
                faults.add(place, "", f"the row has {len(cells)} cells, must have {len(columns)}")
                continue
            named = dict(zip(header, cells, strict=True))
            row = TableRow({column: named[column] for column in columns}, place, header, tuple(of_row))
            if key is None or _keyed(row, key, seen, faults):
                rows.append(row)
    except csv.Error as error:
        faults.add(Place(label, line, 1), "", f"not valid CSV: {_problem(error)}")
    return rows


def _headed(header: tuple[str, ...], columns: Sequence[str], row: TableRow, faults: Faults) -> bool:
    """Whether the first row names the columns, each once."""
    before = len(faults.found)
    if not any(header):
        faults.add(row.place, "", f"the file has no header (needed: {', '.join(columns)})")
        return False
    if header[0].lower().startswith("sep="):
        faults.add(row.place, "", "the first line is a note to a spreadsheet (remove it: the header comes first)")
        return False
    for separator, name in _SEPARATORS.items():
        if len(header) < len(columns) and separator in header[0] and header[0].split(separator)[0] in columns:
            faults.add(row.place, "", f"the cells are separated by {name} (save it with commas)")
            return False
    for column in dict.fromkeys(header):
        place = row.at(column)
        if column not in columns:
            faults.unknown(place, "", "column", column, [name for name in columns if name not in header])
        elif header.count(column) > 1:
            faults.add(place, "", f"the column {column} is given twice")
    missing = [column for column in columns if column not in header]
    if missing:
        faults.add(row.place, "", f"missing: {', '.join(missing)} (the columns must be {', '.join(columns)})")
    return len(faults.found) == before


def _problem(error: csv.Error) -> str:
    """The parser's error in plain words."""
    message = str(error)
    if "unexpected end of data" in message:
        return "a quotation mark that is opened here is never closed"
    if "field larger" in message:
        return f"a cell is longer than {csv.field_size_limit():,} characters"
    return "text follows a closing quotation mark" if "expected after" in message else message


def _keyed(row: TableRow, key: str, seen: dict[str, int], faults: Faults) -> bool:
    """Whether the row has a key that no other row has."""
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
    """The root map of a YAML file; None (and faults) if it cannot be read."""
    text = text_of(path, faults)
    if text is None:
        return None
    label = faults.label(path)
    if not any(line.strip() and not line.lstrip().startswith("#") for line in text.split("\n")):
        faults.add(Place(label, 1, 1), "", "the file is empty")
        return None
    root, yaml_faults = read(text.encode(), label)
    faults.found.extend(yaml_faults)
    return root
