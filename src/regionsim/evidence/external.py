"""Reads tables of observed data that users supply, held to the record: the same words, series and units.

Core objects: `Foreign` and `read_foreign`. A series, place, group or unit that the record does not know is a fault with
its place and the nearest name; so are two figures of the same thing. What is left out is told: a row given twice counts
once, and where the record has the days already, its figure stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import get_args

from regionsim.evidence.measures import span_of
from regionsim.evidence.observed import TABLES, rows_of
from regionsim.evidence.records import Cell, Series
from regionsim.evidence.tables import Faults, TableRow, text_of
from regionsim.schema.categories import Crossing
from regionsim.yamlfile.faults import quoted

type Record = Mapping[str, Cell]

_WORDS = (
    "country", "area", "group", "status", "crossing", "period_type", "closed_by", "confidence", "type", "trigger_class",
)  # fmt: skip
"""Columns whose words are those of the record."""
_LASTING = {"border_closures": ("start_date", 1.0), "refugee_returns": ("period", 3.0)}
"""Tables whose rows are of several days -> the column that says of which, and by how many a number of days may miss
them: both ends may count, and a month may be taken for 30 days.
"""


@dataclass
class Foreign:
    """Rows by series, those that are used; `notes`, a line for each kind of row that is not."""

    records: dict[str, list[dict[str, Cell]]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def read_foreign(folder: Path, names: Iterable[str], known: Mapping[str, Series], faults: Faults) -> Foreign:
    """The named tables of a folder, beside the series that are known; faults are noted."""
    found = Foreign()
    for name in names:
        path = folder / f"{name}.csv"
        text = text_of(path, faults)
        if text is None:
            continue
        of_table = {id: one for id, one in known.items() if id.partition("/")[0] == name}
        rows = rows_of(path, name, faults, text)
        words = _words(name, of_table.values())
        if not rows:
            found.notes.append(f"{faults.label(path)}: has no rows")
        for id, record, row in rows:
            _check_names(id, row, of_table, words, faults)
            _check_days(name, record, row, faults)
        _add(found, name, faults.label(path), rows, of_table, faults)
    return found


def _words(name: str, series: Iterable[Series]) -> dict[str, list[str]]:
    """The words that the record has in those columns of a table that hold words."""
    rows = [row for one in series for row in one.records]
    found = {
        column: list(dict.fromkeys(str(row[column]) for row in rows if row[column]))
        for column in _WORDS
        if column in TABLES[name].columns
    }
    if name == "border_closures":  # crossings that the record has never seen shut alone
        titles = [id.replace("_", " ").title() for id in get_args(Crossing)]
        found["crossing"] += [title for title in titles if title not in found["crossing"]]
    return found


def _check_names(
    id: str, row: TableRow, known: Mapping[str, Series], words: Mapping[str, Sequence[str]], faults: Faults
) -> None:
    """Note a series, unit or word that the record does not have."""
    name = TABLES[id.partition("/")[0]].name
    for column, choices in words.items():
        cell = row.cells[column]
        if cell and cell not in choices:
            faults.unknown(row.at(column), column, column.replace("_", " "), cell, choices)
    if name is None or not row.cells[name]:
        return
    if id not in known:
        faults.unknown(row.at(name), name, "series", row.cells[name], [one.partition("/")[2] for one in known])
        return
    unit = row.cells.get("unit", "")
    if unit and unit != known[id].unit:
        said = f"{quoted(unit)} is not the unit of {row.cells[name]} (must be {known[id].unit})"
        faults.add(row.at("unit"), "unit", said)


def _check_days(name: str, record: Record, row: TableRow, faults: Faults) -> None:
    """Note a number of days that contradicts the dates beside it, by more than the way of counting them may."""
    days = record.get("days")
    span = None if isinstance(days, str) or days is None else _span(name, record)
    if span is None or (name == "border_closures" and not record["end_date"]):
        return
    between = (span[1] - span[0]).days
    if abs(float(days or 0) - between) > _LASTING[name][1]:
        faults.add(row.at("days"), "days", f"{quoted(row.cells['days'])} contradicts the dates ({between:,} days)")


def _span(name: str, record: Record) -> tuple[date, date] | None:
    """First day and the day after the last that a row is of; None where its cells do not say."""
    with suppress(ValueError):  # a faulty cell is reported where it stands
        if name == "refugee_returns":
            return span_of(record)
        if name == "border_closures":
            first, last, days = str(record["start_date"]), str(record["end_date"] or ""), record["days"]
            begun = date.fromisoformat(first)
            if last:
                return begun, date.fromisoformat(last)
            known = days if isinstance(days, int | float) else 1  # at least the day it began
            return begun, begun + timedelta(days=max(1, round(known)))
    return None


class _Taken:
    """Days that rows of a table are of, by what and where: each row is held against those of its own place only."""

    def __init__(self, name: str) -> None:
        self.name = name
        when = _LASTING[name][0] if name in _LASTING else ""
        self.columns = [column for column in TABLES[name].key if column != when]
        self.rows: dict[tuple[str, ...], list[tuple[tuple[date, date], TableRow | None]]] = {}

    def take(self, record: Record, row: TableRow | None) -> None:
        """Add a row; None stands for one of the record."""
        if span := _span(self.name, record):
            self.rows.setdefault(self._place(record), []).append((span, row))

    def on(self, record: Record) -> list[TableRow | None]:
        """The rows of the same place on some of the same days."""
        span = _span(self.name, record)
        there = self.rows.get(self._place(record), ()) if span else ()
        return [row for other, row in there if span and span[0] < other[1] and other[0] < span[1]]

    def _place(self, record: Record) -> tuple[str, ...]:
        return tuple(str(record[column]).lower() for column in self.columns)


def _add(
    found: Foreign, name: str, label: str, rows: Sequence[tuple[str, dict[str, Cell], TableRow]],
    known: Mapping[str, Series], faults: Faults,
) -> None:  # fmt: skip
    """Put the rows to the records that neither repeat one of the table nor one of the record."""
    table = TABLES[name]
    recorded, taken = set(), _Taken(name)
    for record in (record for one in known.values() for record in one.records):
        recorded.add(_key(name, record))
        taken.take(record, None)
    seen: dict[tuple[str, ...], tuple[TableRow, dict[str, Cell]]] = {}
    repeated = had = 0
    for id, record, row in rows:
        key = _key(name, record)
        if key in seen:
            first, other = seen[key]
            differ = [column for column in _told_of(name) if record[column] != other[column]]
            if differ:
                column = differ[0]
                there = f"{quoted(first.cells[column])} at line {first.place.line}"
                said = f"{quoted(row.cells[column])} contradicts {there}"
                faults.add(row.at(column), column, f"{said} (one figure for {', '.join(table.key)})")
            repeated += not differ
            continue
        overlapping = taken.on(record)
        if twin := next(filter(None, overlapping), None):
            column = _LASTING[name][0]
            said = f"{quoted(row.cells[column])} overlaps {quoted(twin.cells[column])} at line {twin.place.line}"
            faults.add(row.at(column), column, f"{said} (days of one place count once)")
            continue
        seen[key] = row, record
        taken.take(record, row)
        if key in recorded or overlapping:
            had += 1
        else:
            found.records.setdefault(id, []).append(record)
    if repeated:
        found.notes.append(f"{label}: {_rows(repeated)} given twice (counted once)")
    if had:
        found.notes.append(f"{label}: {_rows(had)} of days that the record has already (its figures are used)")


def _rows(n: int) -> str:
    return "1 row is" if n == 1 else f"{n:,} rows are"


def _told_of(name: str) -> tuple[str, ...]:
    """What a row says of its key: figures, and of a closure also how it ended and whether it was of a part."""
    more = ("end_date", "partial") if name == "border_closures" else ()
    return (*TABLES[name].figures, *more)


def _key(name: str, record: Record) -> tuple[str, ...]:
    """What the row is of; of a whole year or a span of days however it is written."""
    cells = {column: str(record[column]) for column in TABLES[name].key}
    if name == "trade" and cells["period_type"] in ("CY", "FY") and not cells["series"].endswith("_partial"):
        cells["period"] = ""
    if name == "refugee_returns":
        cells["crossing"] = cells["crossing"].lower()
        with suppress(ValueError):  # no period: told as a fault of the cell
            cells["period"] = str(span_of(record))
    return tuple(cells.values())
