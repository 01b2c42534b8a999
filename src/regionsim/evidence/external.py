"""Reads tables of observed data that users supply; they must use the record's names, series and units.

Core objects: `Foreign` and `read_foreign`. A series, place, group or unit that the record does not have is a fault,
with its place and the nearest name; so are two different figures of the same thing. Notes list what is not used: a
repeated row counts once, and the record's own figure takes precedence for days it already covers. A closure that the
record saw no end of is an exception: a row that says more of it takes its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import get_args

from regionsim.evidence.cells import days_seen, still_going
from regionsim.evidence.measures import span_of
from regionsim.evidence.observed import TABLES, rows_of
from regionsim.evidence.records import Cell, Series
from regionsim.evidence.tables import Faults, TableRow, text_of
from regionsim.evidence.timeline import reports_nothing
from regionsim.schema.categories import Crossing
from regionsim.yamlfile.faults import quoted

type Record = Mapping[str, Cell]

_WORDS = (
    "country", "area", "group", "status", "crossing", "period_type", "closed_by", "confidence", "type", "trigger_class",
)  # fmt: skip
"""Columns that may hold only words of the record."""
_LASTING = {"border_closures": ("start_date", 1.0), "refugee_returns": ("period", 3.0)}
"""Tables whose rows span several days -> the column with the dates, and by how many days a stated number of days may
differ from them: both ends may count, and a month may count as 30 days.
"""


@dataclass
class Foreign:
    """`records`: the rows that are used, by series; `notes`: a line for each kind of row that is not."""

    records: dict[str, list[dict[str, Cell]]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def read_foreign(folder: Path, names: Iterable[str], recorded: Mapping[str, Series], faults: Faults) -> Foreign:
    """The named tables of a folder, checked against the recorded series; faults are noted."""
    foreign = Foreign()
    for name in names:
        path = folder / f"{name}.csv"
        text = text_of(path, faults)
        if text is None:
            continue
        of_table = {id: series for id, series in recorded.items() if id.partition("/")[0] == name}
        rows = rows_of(path, name, faults, text)
        words = _words(name, of_table.values())
        if not rows:
            foreign.notes.append(f"{faults.label(path)}: has no rows")
        for id, record, row in rows:
            _check_names(id, row, of_table, words, faults)
            _check_days(name, record, row, faults)
        _add(foreign, name, faults.label(path), rows, of_table, faults)
    return foreign


def _words(name: str, series: Iterable[Series]) -> dict[str, list[str]]:
    """The words that the record uses in the word columns of a table."""
    rows = [row for each in series for row in each.records]
    words = {
        column: list(dict.fromkeys(str(row[column]) for row in rows if row[column]))
        for column in _WORDS
        if column in TABLES[name].columns
    }
    if name == "border_closures":  # includes crossings that never shut alone in the record
        titles = [id.replace("_", " ").title() for id in get_args(Crossing)]
        words["crossing"] += [title for title in titles if title not in words["crossing"]]
    return words


def _check_names(
    id: str, row: TableRow, recorded: Mapping[str, Series], words: Mapping[str, Sequence[str]], faults: Faults
) -> None:
    """Note a series, unit or word that the record does not have."""
    name = TABLES[id.partition("/")[0]].name
    for column, choices in words.items():
        cell = row.cells[column]
        if cell and cell not in choices:
            faults.unknown(row.at(column), column, column.replace("_", " "), cell, choices)
    if name is None or not row.cells[name]:
        return
    if id not in recorded:
        faults.unknown(row.at(name), name, "series", row.cells[name], [key.partition("/")[2] for key in recorded])
        return
    unit = row.cells.get("unit", "")
    if unit and unit != recorded[id].unit:
        message = f"{quoted(unit)} is not the unit of {row.cells[name]} (must be {recorded[id].unit})"
        faults.add(row.at("unit"), "unit", message)


def _check_days(name: str, record: Record, row: TableRow, faults: Faults) -> None:
    """Note a number of days that differs from the dates in its row by more than the counting rule explains."""
    days = record.get("days")
    span = None if isinstance(days, str) or days is None else _span(name, record)
    if span is None or (name == "border_closures" and not record["end_date"]):
        return
    between = (span[1] - span[0]).days
    if abs(float(days or 0) - between) > _LASTING[name][1]:
        faults.add(row.at("days"), "days", f"{quoted(row.cells['days'])} contradicts the dates ({between:,} days)")


def _span(name: str, record: Record) -> tuple[date, date] | None:
    """First day of a row and the day after its last; None if its cells do not say."""
    with suppress(ValueError, OverflowError):  # a faulty cell is reported at its place
        if name == "refugee_returns":
            return span_of(record)
        if name == "border_closures":
            first, last, days = str(record["start_date"]), str(record["end_date"] or ""), record["days"]
            begun = date.fromisoformat(first)
            if last:
                return begun, date.fromisoformat(last)
            return begun, begun + timedelta(days=max(1, round(days_seen(days) or 1.0)))  # at least the day it began
    return None


class _Taken:
    """Days that rows of a table cover, by subject and place: a row is compared only with rows of its own place."""

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
        taken = self.rows.get(self._place(record), ()) if span else ()
        return [row for days, row in taken if span and span[0] < days[1] and days[0] < span[1]]

    def _place(self, record: Record) -> tuple[str, ...]:
        return tuple(str(record[column]).lower() for column in self.columns)


def _add(
    foreign: Foreign, name: str, label: str, rows: Sequence[tuple[str, dict[str, Cell], TableRow]],
    recorded_series: Mapping[str, Series], faults: Faults,
) -> None:  # fmt: skip
    """Add the rows that repeat neither an earlier row of the table nor one of the record."""
    table = TABLES[name]
    recorded: dict[tuple[str, ...], Record] = {}
    taken = _Taken(name)
    for record in (record for series in recorded_series.values() for record in series.records):
        recorded.setdefault(_key(name, record), record)
        taken.take(record, None)
    seen: dict[tuple[str, ...], tuple[TableRow, dict[str, Cell]]] = {}
    repeated = recorded_already = 0
    for id, record, row in rows:
        key = _key(name, record)
        if key in seen:
            first, earlier = seen[key]
            differ = [column for column in _figures_of(name) if record[column] != earlier[column]]
            if differ:
                column = differ[0]
                place = f"{quoted(first.cells[column])} at line {first.place.line}"
                message = f"{quoted(row.cells[column])} contradicts {place}"
                faults.add(row.at(column), column, f"{message} (one figure for {', '.join(table.key)})")
            repeated += not differ
            continue
        overlapping = taken.on(record)
        if twin := next(filter(None, overlapping), None):
            column = _LASTING[name][0]
            message = f"{quoted(row.cells[column])} overlaps {quoted(twin.cells[column])} at line {twin.place.line}"
            faults.add(row.at(column), column, f"{message} (days of one place count once)")
            continue
        seen[key] = row, record
        taken.take(record, row)
        if key in recorded and carries_on(name, recorded[key], record):
            foreign.records.setdefault(id, []).append(record)
            foreign.notes.append(f"{label}: {' '.join(key)} goes on from the record (the row takes its place)")
        elif key in recorded or overlapping:
            recorded_already += 1
        else:
            foreign.records.setdefault(id, []).append(record)
    unknown = sum(reports_nothing(record) for _, record, _ in rows)
    if unknown:
        foreign.notes.append(f"{label}: {unknown:,} row{'' if unknown == 1 else 's'} without a figure (unknown)")
    if repeated:
        foreign.notes.append(f"{label}: {_rows(repeated)} given twice (counted once)")
    if recorded_already:
        foreign.notes.append(f"{label}: {_rows(recorded_already)} already in the record (its figures are used)")


def carries_on(name: str, before: Record, now: Record) -> bool:
    """Whether a row of a table says how long a closure lasted that an earlier row of it saw no end of."""
    if name != "border_closures" or before.get("end_date") or isinstance(before["days"], float | int):
        return False
    seen, later = (still_going(row["days"]) or 0.0 for row in (before, now))
    return isinstance(now["days"], float | int) or bool(now.get("end_date")) or later > seen


def joined(id: str, rows: Sequence[Record], added: Sequence[Record]) -> tuple[Record, ...]:
    """Rows of a series of the record, then those added; a closure that an added row carries on is in it alone."""
    name = id.partition("/")[0]
    if name != "border_closures" or not added:
        return (*rows, *added)
    newer = {_key(name, row): row for row in added}
    left = (row for row in rows if not carries_on(name, row, newer.get(_key(name, row), row)))
    return (*left, *added)


def _rows(n: int) -> str:
    return "1 row is" if n == 1 else f"{n:,} rows are"


def _figures_of(name: str) -> tuple[str, ...]:
    """Columns that two rows with one key must agree on: figures, and for a closure also its end and whether partial."""
    more = ("end_date", "partial") if name == "border_closures" else ()
    return (*TABLES[name].figures, *more)


def _key(name: str, record: Record) -> tuple[str, ...]:
    """What the row measures, independent of how a year or a span of days is written."""
    cells = {column: str(record[column]) for column in TABLES[name].key}
    if name == "trade" and cells["period_type"] in ("CY", "FY") and not cells["series"].endswith("_partial"):
        cells["period"] = ""
    if name == "refugee_returns":
        cells["crossing"] = cells["crossing"].lower()
        with suppress(ValueError):  # not a period: reported as a fault of the cell
            cells["period"] = str(span_of(record))
    return tuple(cells.values())
