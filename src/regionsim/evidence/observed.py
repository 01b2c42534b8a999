"""Reads `observed/`: the measured series, each listed in the catalogue `series.csv`.

Core objects: `TABLES`, the columns of each file, and `read_observed`. A series is named `file/series`, such as
`trade/pk_af_total_customs`; a list of events is one series named after its file.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from regionsim.evidence.cells import NUMBERS, is_day, is_month, number_of, wrong
from regionsim.evidence.records import Cell, Series
from regionsim.evidence.tables import Faults, TableRow, read_table, text_of
from regionsim.yamlfile.faults import quoted


@dataclass(frozen=True)
class ObservedTable:
    """Columns of a file with their kinds ("" is any text), and the one that names the series (None: one for the file).

    source: the column that says who counted; it must not be empty. needed: other columns that must not be empty. key:
    columns that identify a row; two rows with the same cells would report the same thing twice.
    """

    columns: Mapping[str, str]
    name: str | None
    source: str
    needed: tuple[str, ...]
    key: tuple[str, ...]

    @property
    def figures(self) -> tuple[str, ...]:
        """The columns of figures, whose cells may be empty."""
        return tuple(name for name, kind in self.columns.items() if kind in ("count", "amount", "length", "number"))


def _table(
    columns: str, needed: str, key: str, name: str | None = "series", source: str = "source"
) -> ObservedTable:  # fmt: skip
    """`columns`: names, each followed by a colon and its kind if it has one."""
    kinds = {column.partition(":")[0]: column.partition(":")[2] for column in columns.split()}
    return ObservedTable(kinds, name, source, tuple(needed.split()), tuple(key.split()))


TABLES: dict[str, ObservedTable] = {
    "trade": _table(
        "year:year period_type period series value_musd:amount unit source source_url licence note",
        "year period_type period series unit", "series period_type year period",
    ),
    "attacks_monthly": _table(
        "series year:year month:month area group events:count deaths:count source note",
        "series year month area group", "series year month area group",
    ),
    "attacks_annual": _table(
        "year:year country group series value:amount unit source licence note", "year country series unit",
        "series year country group",
    ),
    "border_closures": _table(
        "start_date:day end_date:day days:length crossing closed_by trigger deaths:count trucks_stranded:count "
        "loss_musd:amount source_title source_url confidence trigger_class partial:flag note",
        "start_date crossing", "start_date crossing", None, "source_title",
    ),
    "cross_border_incidents": _table(
        "date:date type actor deaths:count source_title source_url confidence note", "date type",
        "date type actor", None, "source_title",
    ),
    "refugees_annual": _table(
        "year:year series value_persons:amount source source_url licence note", "year series", "series year"
    ),
    "refugee_returns": _table(
        "period:period days:amount crossing status series value_persons:amount source source_url licence note "
        "per_day:amount",
        "period crossing status series", "series period crossing status",
    ),
    "coverage": _table(
        "list first:day last:day share:amount source note", "list first", "list first", None
    ),
    "economy_annual": _table(
        "country year:years indicator value:number unit source source_url licence note",
        "country year indicator unit", "indicator country year", "indicator",
    ),
}  # fmt: skip
SUPPLIED_ONLY = ("attacks_monthly/acled_monthly_national", "attacks_monthly/acled_monthly_province")
"""Series whose terms allow no row here: only users bring them."""
_CATALOGUE = ("id", "title", "unit", "sources")


def read_observed(folder: Path, documents: Collection[str], faults: Faults) -> dict[str, Series]:
    """Series by id."""
    records = read_tables(folder, TABLES, faults)
    for path in sorted(folder.glob("*.csv")):
        if path.stem not in TABLES and path.stem not in ("series", "timeline"):
            faults.unknown(faults.place(path), "", "table", path.stem, TABLES)
    return _catalogued(folder / "series.csv", records, documents, faults)


def read_tables(folder: Path, names: Iterable[str], faults: Faults) -> dict[str, list[dict[str, Cell]]]:
    """Rows of the named tables of a folder, by series."""
    records: dict[str, list[dict[str, Cell]]] = {}
    for name in names:
        text = text_of(folder / f"{name}.csv", faults)
        if text is None:
            continue
        first: dict[tuple[str, ...], int] = {}
        for id, record, row in rows_of(folder / f"{name}.csv", name, faults, text):
            records.setdefault(id, []).append(record)
            columns = (*TABLES[name].key, TABLES[name].source, "source_url")  # two outlets may report the same figure
            key = tuple(row.cells.get(column, "").lower() for column in columns)
            if first.setdefault(key, row.place.line) != row.place.line:
                faults.add(
                    row.place, id, f"repeats line {first[key]} (one row per {', '.join(TABLES[name].key)} and source)"
                )
            if record.get("licence") == "":
                faults.add(row.at("licence"), "licence", "the row names no licence")
    return records


def rows_of(path: Path, name: str, faults: Faults, text: str) -> list[tuple[str, dict[str, Cell], TableRow]]:
    """The rows of a table of this name: series, record with numbers read, row. Faults of cells are noted."""
    table, rows = TABLES[name], []
    for row in read_table(path, tuple(table.columns), faults, key=None, text=text):
        id = name if table.name is None else f"{name}/{row.cells[table.name]}"
        record = _record(table, row, faults)
        rows.append((id, record, row))
    return rows


def _record(table: ObservedTable, row: TableRow, faults: Faults) -> dict[str, Cell]:
    """The row with its numbers read; whole numbers stay int."""
    record: dict[str, Cell] = {}
    for column, kind in table.columns.items():
        cell = row.cells[column]
        fault = wrong(cell, kind) if cell and kind else None
        if fault is not None:
            faults.add(row.at(column), column, fault)
        record[column] = number_of(cell) if kind in NUMBERS and fault is None else cell
    for column in table.needed:
        if not row.cells[column]:
            faults.add(row.at(column), column, f"the row has no {column}")
    if not row.cells[table.source]:
        faults.add(row.at(table.source), table.source, "the row names no source")
    if row.cells.get("period_type") == "MON":
        _month_of_row(row, faults)
    last = row.cells.get("end_date", "")
    if last and row.cells["days"].endswith("+"):
        faults.add(row.at("days"), "days", f"{quoted(row.cells['days'])} contradicts end_date (it was still shut)")
    if is_day(last) and is_day(row.cells["start_date"]) and last < row.cells["start_date"]:
        faults.add(row.at("end_date"), "end_date", f"{quoted(last)} is before start_date")
    return record


def _month_of_row(row: TableRow, faults: Faults) -> None:
    """Note a monthly row whose period is not a month, or several, or does not begin in the row's year."""
    period, year = row.cells["period"], row.cells["year"]
    if not all(map(is_month, period.split(".."))) or period.count("..") > 1:
        wanted = "a month such as 2025-07, or months such as 2025-07..2025-09"
        faults.add(row.at("period"), "period", f"{quoted(period)} must be {wanted} (period_type is MON)")
    elif period[:4] != year:
        faults.add(row.at("period"), "period", f"{quoted(period)} is not of the year {quoted(year)}")


def _catalogued(
    path: Path, records: dict[str, list[dict[str, Cell]]], documents: Collection[str], faults: Faults
) -> dict[str, Series]:
    """The series of the catalogue with their records; either without the other is a fault."""
    catalogue: dict[str, Series] = {}
    for row in read_table(path, _CATALOGUE, faults):
        id, sources = row.cells["id"], row.cells["sources"].split()
        for column in ("title", "unit", "sources"):
            if not row.cells[column]:
                faults.add(row.place, id, f"the series has no {column}")
        for source in sources:
            if source not in documents:
                faults.unknown(row.place, id, "document", source, documents)
        if id not in records and id not in SUPPLIED_ONLY:
            faults.add(row.place, id, "the catalogue lists a series that has no rows")
        units = {str(record["unit"]) for record in records.get(id, ()) if "unit" in record}
        for unit in sorted(units - {row.cells["unit"]}):
            faults.add(row.place, id, f"rows are in {quoted(unit)}, the catalogue says {quoted(row.cells['unit'])}")
        file = f"observed/{id.partition('/')[0]}.csv"
        rows = tuple(records.get(id, []))
        catalogue[id] = Series(id, row.cells["title"], row.cells["unit"], tuple(sources), file, rows)
    for id in records.keys() - catalogue.keys():
        faults.add(faults.place(path), id, "the series is not in the catalogue (add a row for it)")
    return catalogue
