"""Turns files as their publishers write them into rows of the record.

Core objects: `IMPORTERS` (kind -> how it is read, what it becomes, its licence) and `import_file`. A file is a CSV; a
sheet of a workbook is saved as one first. Nothing is guessed: a missing column, a date or a unit that is not understood
is a fault with its line, and what is left out is counted in a note.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from regionsim.errors import InputError, argument
from regionsim.evidence.import_events import acled, ucdp
from regionsim.evidence.import_flows import returns, trade
from regionsim.evidence.import_sheets import Imported, Sheet, read_sheet
from regionsim.evidence.observed import TABLES
from regionsim.evidence.tables import Faults


@dataclass(frozen=True)
class Importer:
    """read: from a sheet to rows of the table `table`. licence: what may be done with the file and with its rows."""

    title: str
    table: str
    read: Callable[[Sheet, Faults, str], Imported]
    licence: str


@dataclass(frozen=True)
class Done:
    """The table that was written, its rows, notes on what was left out, and the licence."""

    path: Path
    rows: int
    notes: tuple[str, ...]
    licence: str


_UCDP = "CC BY 4.0: cite UCDP (Sundberg and Melander 2013; Hegre and others 2020 for candidate events)"
_AGENCIES = "figures may be quoted with attribution to UNHCR and IOM; the text of their reports is theirs"
_PAKISTAN = "official statistics of Pakistan: figures may be quoted with their source"
IMPORTERS: Mapping[str, Importer] = {
    "ucdp-ged": Importer("UCDP Georeferenced Event Dataset", "attacks_monthly", ucdp, _UCDP),
    "ucdp-candidate": Importer("UCDP Candidate Events Dataset", "attacks_monthly", ucdp, _UCDP),
    "acled": Importer(
        "ACLED export", "attacks_monthly", acled,
        "ACLED's terms of use hold: for registered users; do not pass on its events, nor counts that replace them. "
        "Keep the rows to yourself",
    ),
    "unhcr-returns": Importer("UNHCR table of returns", "refugee_returns", returns, _AGENCIES),
    "iom-returns": Importer("IOM flow monitoring of returns", "refugee_returns", returns, _AGENCIES),
    "sbp": Importer("State Bank of Pakistan, receipts and payments by country", "trade", trade, _PAKISTAN),
    "customs": Importer("Pakistan Customs, trade by country", "trade", trade, _PAKISTAN),
}  # fmt: skip


def import_file(kind: str, file: Path, folder: Path) -> Done:
    """Write the rows of a file to the table of its kind in a folder, after those that are there.

    Raises InputError with every fault of the file; nothing is written then.
    """
    importer = IMPORTERS[kind]
    faults = Faults(file.parent, name=str(file.parent))
    sheet = read_sheet(file, faults)
    imported = importer.read(sheet, faults, kind) if sheet is not None else Imported()
    if faults.found:
        raise InputError(faults.first_lines())
    if not imported.rows:
        raise InputError([f"{argument('import')}: {file} holds nothing on Pakistan and Afghanistan", *imported.notes])
    path = folder / f"{importer.table}.csv"
    return Done(path, _append(path, importer.table, imported.rows), tuple(imported.notes), importer.licence)


def _append(path: Path, table: str, rows: Iterable[Mapping[str, object]]) -> int:
    """Add rows to a table, which gets its header if it is new; a row that is there already is not written again."""
    columns = list(TABLES[table].columns)
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text(encoding="utf-8-sig") if path.exists() else ""
    there = [tuple(row) for row in csv.reader(io.StringIO(before))]
    known = set(there)
    if there and list(there[0]) != columns:
        raise InputError(
            f"{argument('out')}: {path} is no table of this kind (its columns must be {', '.join(columns)})"
        )
    cells = (tuple(_cell(row.get(column)) for column in columns) for row in rows)
    new = dict.fromkeys(row for row in cells if row not in known)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([*(there or [tuple(columns)]), *new])
    path.write_text(text.getvalue(), encoding="utf-8", newline="\n")
    return len(new)


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.10g}" if isinstance(value, float) else str(value)
