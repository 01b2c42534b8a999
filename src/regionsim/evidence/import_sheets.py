"""Sheets of publishers: their cells with places, their columns by name, and dates and numbers as they write them.

Core objects: `Sheet`, `read_sheet`, `Imported`, `day_of`, `month_of_text`, `number_in`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TextIO

from regionsim.evidence.cells import is_month, month_number, named_month
from regionsim.evidence.tables import Faults, text_of
from regionsim.yamlfile.faults import Place, nearest
from regionsim.yamlfile.texts import MOST_BYTES

COUNTRY = "pakistan"
"""Of a file too large to be kept whole, only rows of this country are."""
_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})([ T].*)?")
_WORDS = re.compile(r"(\d{1,2})[ -]([A-Za-z]{3,9})\.?[ -](\d{4})")
_MONTH = re.compile(r"([A-Za-z]{3,9})\.?[ \-'/]*(\d{4}|\d{2})(?:[ *]*\(?[RP]\)?)?")
_MARK = re.compile(r"[ *]*\(?[RP]\)?$")  # revised, provisional


@dataclass
class Imported:
    """Rows of a table of the record, and a line for each kind of row that was left out."""

    rows: list[dict[str, object]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Sheet:
    """The cells of a file, with the line on which each row begins; `name` of the file, `label` in messages."""

    name: str
    label: str
    cells: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]

    def place(self, row: int, column: int = 0) -> Place:
        """The place of a cell by row and column from 0; columns are counted in cells."""
        return Place(self.label, self.lines[row], column + 1)

    def records(
        self, needed: Mapping[str, Sequence[str]], faults: Faults, optional: Mapping[str, Sequence[str]] | None = None
    ) -> Iterator[tuple[int, dict[str, str]]]:
        """Rows below the header, as (row, cells by our name). needed, optional: our name -> headers that mean it.

        A needed column that the header lacks is a fault; nothing is read then.
        """
        names = {_plain(cell): column for column, cell in enumerate(self.cells[0])} if self.cells else {}
        columns = {}
        for ours, theirs in {**needed, **(optional or {})}.items():
            found = next((names[_plain(name)] for name in theirs if _plain(name) in names), None)
            if found is not None:
                columns[ours] = found
            elif ours in needed:
                close = nearest(theirs[0], names)
                hint = f" (did you mean {close}?)" if close else f" (the header: {', '.join(self.cells[0][:12])})"
                faults.add(self.place(0), "", f"missing column {theirs[0]}{hint}")
        if faults.found:
            return
        for row, cells in enumerate(self.cells[1:], start=1):
            if any(cells):
                yield (
                    row,
                    {ours: cells[column].strip() if column < len(cells) else "" for ours, column in columns.items()},
                )


def read_sheet(path: Path, faults: Faults) -> Sheet | None:
    """The cells of a CSV file, separated by commas, semicolons or tabs; None (and a fault) if it cannot be read."""
    label = faults.label(path)
    if path.suffix.lower() in (".xls", ".xlsx", ".ods"):
        faults.add(Place(label), "", "is a workbook (save the sheet as CSV first)")
        return None
    large = path.is_file() and path.stat().st_size > MOST_BYTES
    text = "" if large else text_of(path, faults)
    if text is None:
        return None
    try:
        with path.open(encoding="utf-8-sig", newline="") if large else io.StringIO(text) as stream:
            return _sheet(path.name, label, stream, only=COUNTRY if large else "")
    except csv.Error as error:
        faults.add(Place(label), "", f"not valid CSV: {error}")
    except (UnicodeDecodeError, OSError) as error:
        faults.add(Place(label), "", f"cannot be read: {error}")
    return None


def _sheet(name: str, label: str, stream: TextIO, only: str) -> Sheet:
    """The cells of a stream; only: of the rows below the first, keep those with a cell of this text (a large file)."""
    first = stream.readline()
    separator = max(",;\t", key=first.count)
    stream.seek(0)
    reader = csv.reader(stream, delimiter=separator)
    cells: list[tuple[str, ...]] = []
    lines, begins = [], 1
    for row in reader:
        if not only or not cells or any(cell.lower() == only for cell in row):
            cells.append(tuple(row))
            lines.append(begins)
        begins = reader.line_num + 1
    return Sheet(name, label, tuple(cells), tuple(lines))


def _plain(text: str) -> str:
    """A header without case, blanks and marks."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


def day_of(text: str) -> date | None:
    """The day of `2025-10-12`, with or without a time, or `12 October 2025`; None for anything else.

    12/10/2025 is not understood: it may be the tenth of December.
    """
    try:
        if match := _ISO.fullmatch(text):
            return date.fromisoformat(match[1])
        if (match := _WORDS.fullmatch(text)) and (month := month_number(match[2])):
            return date(int(match[3]), month, int(match[1]))
    except ValueError:
        return None
    return None


def month_of_text(text: str) -> str | None:
    """The month of `2025-07`, `Jul-25`, `July 2025` or `Jul-2025 P` as YYYY-MM; None for anything else."""
    text = text.strip()
    if is_month(text):
        return text
    match = _MONTH.fullmatch(_MARK.sub("", text))
    return None if match is None else named_month(match[1], match[2])


def number_in(text: str) -> float | None:
    """The number of `1,234.5`; None for an empty cell or a dash; raises ValueError for anything else."""
    plain = text.replace(",", "").replace("\u00a0", "").strip()
    if plain in ("", "-", "\u2013", "..", "n.a."):
        return None
    number = float(plain)
    if not number >= 0.0:
        raise ValueError(text)
    return number
