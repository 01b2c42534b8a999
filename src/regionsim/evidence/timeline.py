"""Reads `observed/timeline.csv`: the dated events of the record that a scenario can play.

Core objects: `Event`, `read_timeline` and `last_day` (the end of the record). An event is a shock of the scenario
language and the row of the record that it comes from: `row` holds the cells that identify the row in its series, joined
by spaces.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import cast

from pydantic import ValidationError

from regionsim.evidence.cells import is_day, is_month, wrong
from regionsim.evidence.records import Cell, Series
from regionsim.evidence.tables import Faults, TableRow, read_table
from regionsim.schema.shocks import SHOCKS, Shock
from regionsim.yamlfile.faults import printable
from regionsim.yamlfile.shape import TAG

COLUMNS = (
    "id", "kind", "date", "days", "crossing", "by", "flows", "group", "statuses", "multiplier", "deaths", "burden",
    "to", "source", "row", "title", "note",
)  # fmt: skip
_KINDS = {"date": "day", "days": "amount", "multiplier": "amount", "burden": "amount", "deaths": "count"}
_FIGURES = ("events", "deaths", "value", "value_musd", "value_persons")
"""Columns that hold what a row of a series reports."""
NAMED_BY: Mapping[str, tuple[str, ...]] = {
    "border_closures": ("start_date", "crossing"),
    "cross_border_incidents": ("date", "type", "actor"),
    "refugee_returns": ("period", "crossing", "status"),
}
"""File of the record -> the columns that identify a row of it."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event of the record: the shock that represents it, and its source."""

    id: str
    title: str
    shock: Shock
    source: str
    """Id of the series, or of a document or claim if no series lists it."""
    row: str
    note: str
    """What is assumed."""
    place: str

    @property
    def sources(self) -> tuple[str, ...]:
        """The source as a tuple of one."""
        return (self.source,)


def last_day(rows: Iterable[Mapping[str, Cell]]) -> date:
    """The last day that any of the rows reports. A year says nothing of a day, and a row without a figure of nothing.

    Raises ValueError if no row is dated.
    """
    return max(day for row in rows for day in _ends(row))


def _ends(row: Mapping[str, Cell]) -> Iterator[date]:
    """Last days of the dates in a row: a day, or the last day of a month; none if its figures are unknown."""
    if reports_nothing(row):
        return
    texts = [str(row.get(column) or "") for column in ("start_date", "end_date", "date")]
    texts.append(str(row.get("period") or "").rpartition("..")[2])
    if row.get("month"):
        texts.append(f"{row['year']}-{int(str(row['month'])):02d}")
    for text in texts:
        if is_day(text):
            yield date.fromisoformat(text)
        elif is_month(text):
            year, month = int(text[:4]), int(text[5:])
            yield date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def reports_nothing(row: Mapping[str, Cell]) -> bool:
    """Whether a row of a series has no figure, as it is unknown; a row of a list of events reports its event."""
    figures = [row[column] for column in _FIGURES if column in row]
    return bool(figures) and all(figure is None for figure in figures) and not row.keys() & {"start_date", "date"}


def row_name(series: str, record: Mapping[str, object]) -> str:
    """How the timeline names a row of a series: its identifying cells, joined by spaces."""
    return " ".join(str(record[column]) for column in NAMED_BY[series.partition("/")[0]])


def read_timeline(
    path: Path, series: Mapping[str, Series], source_ids: Collection[str], faults: Faults,
    foreign: Mapping[str, Sequence[Mapping[str, Cell]]] | None = None,
) -> dict[str, Event]:  # fmt: skip
    """Events by id, in the order of the file. Notes unknown kinds, sources and rows, and values that a shock rejects.

    foreign: rows by series of a user's record that the events belong to. Such events may lie after the record's end,
    and their sources need not be in the evidence base.
    """
    rows = [row for full in series.values() for row in full.records]
    ends = last_day([*rows, *(row for more in (foreign or {}).values() for row in more)])
    events: dict[str, Event] = {}
    for row in read_table(path, COLUMNS, faults):
        cells = row.cells
        if foreign is None:
            _sourced(row, series, source_ids, faults)
        elif cells["row"] and cells["source"] in series and cells["source"].partition("/")[0] in NAMED_BY:
            _named(row, [*series[cells["source"]].records, *foreign.get(cells["source"], ())], faults)
        shock = _shock(row, faults, ends, foreign is None)
        if shock is not None:
            place = f"{row.place.file}:{row.place.line}"
            events[cells["id"]] = Event(
                cells["id"], cells["title"], shock, cells["source"], cells["row"], cells["note"], place
            )
    return events


def _sourced(row: TableRow, series: Mapping[str, Series], source_ids: Collection[str], faults: Faults) -> None:
    """Note a source that does not exist, or a row that its series does not have."""
    cells = row.cells
    source = cells["source"]
    if not cells["title"]:
        faults.add(row.place, cells["id"], "the event has no title")
    if source not in source_ids:
        faults.unknown(row.place, cells["id"], "source", source, source_ids)
    elif source in series and source.partition("/")[0] in NAMED_BY:
        _named(row, series[source].records, faults)


def _named(row: TableRow, records: Sequence[Mapping[str, Cell]], faults: Faults) -> None:
    """Note an event whose row is not in its series."""
    source, names = row.cells["source"], [row_name(row.cells["source"], record) for record in records]
    if row.cells["row"] not in names:
        faults.unknown(row.at("row"), row.cells["id"], f"row of {source}", row.cells["row"], names)


def _shock(row: TableRow, faults: Faults, ends: date, within: bool) -> Shock | None:
    """The shock of a row; None (and faults) if the row is faulty.

    ends: the last day of the record. within: whether the shock must lie within it.
    """
    id, kind = row.cells["id"], row.cells["kind"]
    if kind not in SHOCKS:
        faults.unknown(row.place, id, "kind", kind, SHOCKS)
        return None
    wrong_cells = [(column, fault) for column, kind in _KINDS.items() if (fault := wrong(row.cells[column], kind))]
    for column, fault in wrong_cells:
        faults.add(row.at(column), id, f"{column}: {fault}")
    if wrong_cells:
        return None
    try:
        values = {"id": id, "kind": kind, "on": row.cells["date"]} | dict(_fields(row, ends))
        made = cast("Shock", SHOCKS[kind].model_validate(values))  # every class of SHOCKS is one of the union
    except ValidationError as error:
        for detail in error.errors():
            where = ".".join(part for part in map(str, detail["loc"]) if not part.startswith(TAG))
            faults.add(row.place, id, f"{where}: {_detail(detail['msg'])}")
        return None
    if within and made.on > ends:
        faults.add(row.place, id, f"{made.on} is after the end of the record ({ends})")
    return made


def _detail(message: str) -> str:
    return printable(message.removeprefix("Value error, "), 300)  # it may repeat the cell


def _fields(row: TableRow, ends: date) -> Iterator[tuple[str, object]]:
    """The fields of the shock, from the cells that are filled.

    A closure of all crossings without a number of days had not ended by the last day of the record.
    """
    cells = row.cells
    if cells["days"]:
        yield "for", f"{cells['days']} days"
    elif cells["kind"] == "border_closure" and cells["crossing"] == "all":
        yield "for", f"{max((ends - date.fromisoformat(cells['date'])).days, 0) + 1} days"
        yield "until_agreed", True
    for column in ("crossing", "by", "group"):
        if cells[column]:
            yield column, cells[column]
    if cells["to"]:
        yield "to", cells["to"]
    for column in ("flows", "statuses"):
        if cells[column] and not cells["to"]:
            yield column, cells[column].split()
        elif cells[column]:  # a change of documents concerns one status
            yield "status", cells[column]
    for column, read in (("multiplier", float), ("burden", float), ("deaths", int)):
        if cells[column]:
            yield column, read(float(cells[column]))
