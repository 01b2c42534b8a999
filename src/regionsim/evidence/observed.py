"""Reads `observed/`: the measured series, each listed in its catalogue `series.csv`.

Core objects: `TABLES`, the columns of each file, and `read_observed`. A series is named `file/series`, such as
`trade/pk_af_total_customs`; a list of events is one series named after its file.
"""

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from regionsim.evidence.records import Cell, Series
from regionsim.evidence.tables import Faults, Row, read_table, text_of


@dataclass(frozen=True)
class ObservedTable:
    """Columns of a file: all, those that hold numbers, the one that names the series (None: the file is one series)."""

    columns: tuple[str, ...]
    numbers: frozenset[str]
    name: str | None
    source: str


def _table(columns: str, numbers: str, name: str | None = "series", source: str = "source") -> ObservedTable:
    return ObservedTable(tuple(columns.split()), frozenset(numbers.split()), name, source)


TABLES: dict[str, ObservedTable] = {
    "trade": _table("year period_type period series value_musd unit source source_url licence note", "year value_musd"),
    "attacks_monthly": _table("series year month area group events deaths source note", "year month events deaths"),
    "attacks_annual": _table("year country group series value unit source licence note", "year value"),
    "border_closures": _table(
        "start_date end_date days crossing closed_by trigger deaths trucks_stranded loss_musd source_title source_url "
        "confidence trigger_class partial note",
        "days deaths trucks_stranded loss_musd partial",
        None,
        "source_title",
    ),
    "cross_border_incidents": _table(
        "date type actor deaths source_title source_url confidence note", "deaths", None, "source_title"
    ),
    "refugees_annual": _table("year series value_persons source source_url licence note", "year value_persons"),
    "refugee_returns": _table(
        "period days crossing status series value_persons source source_url licence note per_day",
        "days value_persons per_day",
    ),
    "economy_annual": _table("country year indicator value unit source source_url licence note", "value", "indicator"),
}
_CATALOGUE = ("id", "title", "unit", "sources")


def read_observed(folder: Path, documents: Collection[str], faults: Faults) -> dict[str, Series]:
    """Series by id."""
    records = read_tables(folder, TABLES, faults)
    for path in sorted(folder.glob("*.csv")):
        if path.stem not in TABLES and path.stem not in ("series", "timeline"):
            faults.unknown(faults.place(path), "", "table", path.stem, TABLES)
    return _catalogued(folder / "series.csv", records, documents, faults)


def read_tables(folder: Path, names: Iterable[str], faults: Faults) -> dict[str, list[dict[str, Cell]]]:
    """Rows of the named tables of a folder by series."""
    records: dict[str, list[dict[str, Cell]]] = {}
    for name in names:
        table, text = TABLES[name], text_of(folder / f"{name}.csv", faults)
        if text is None:
            continue
        for row in read_table(folder / f"{name}.csv", table.columns, faults, key=None, text=text):
            records.setdefault(_series_id(name, table, row, faults), []).append(_record(table, row, faults))
    return records


def _series_id(name: str, table: ObservedTable, row: Row, faults: Faults) -> str:
    if table.name is None:
        return name
    if not row.cells[table.name]:
        faults.add(row.place, "", f"the row has no {table.name}")
    return f"{name}/{row.cells[table.name]}"


def _record(table: ObservedTable, row: Row, faults: Faults) -> dict[str, Cell]:
    """The row with its numbers read; whole numbers stay whole."""
    record: dict[str, Cell] = {}
    for column, cell in row.cells.items():
        record[column] = _number(cell, column, row, faults) if column in table.numbers else cell
    if not row.cells[table.source]:
        faults.add(row.place, table.source, "the row names no source")
    return record


def _number(cell: str, column: str, row: Row, faults: Faults) -> Cell:
    if not cell:
        return None
    try:
        number = float(cell)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        faults.add(row.place, column, f"'{cell}' must be a finite number, or empty where unknown")
        return None
    return int(cell) if cell.lstrip("-").isdigit() else number


def _catalogued(
    path: Path, records: dict[str, list[dict[str, Cell]]], documents: Collection[str], faults: Faults
) -> dict[str, Series]:
    """The series of the catalogue with their records; one without the other is a fault."""
    found: dict[str, Series] = {}
    for row in read_table(path, _CATALOGUE, faults):
        id, sources = row.cells["id"], row.cells["sources"].split()
        for column in ("title", "unit", "sources"):
            if not row.cells[column]:
                faults.add(row.place, id, f"the series has no {column}")
        for source in sources:
            if source not in documents:
                faults.unknown(row.place, id, "document", source, documents)
        if id not in records:
            faults.add(row.place, id, "the catalogue lists a series that has no rows")
        file = f"observed/{id.partition('/')[0]}.csv"
        found[id] = Series(id, row.cells["title"], row.cells["unit"], tuple(sources), file, tuple(records.get(id, [])))
    for id in records.keys() - found.keys():
        faults.add(faults.place(path), id, "the series is not in the catalogue")
    return found
