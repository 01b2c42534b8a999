"""Observed data from outside the repository, in the file formats of `seeds/observed`.

Core object: `read_supplied` (rows by series, and events, of a folder). A folder holds any of the tables of
`seeds/observed` under their names and columns, and `timeline.csv` for the events that arms B to D reveal; no catalogue
is needed. Rows come after those of the repository; `unread` lists those that no score reads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from regionsim.errors import InputError
from regionsim.evidence import Evidence, load_evidence
from regionsim.evidence.external import Foreign, read_foreign
from regionsim.evidence.measures import Measure, read_measures, reads
from regionsim.evidence.observed import TABLES
from regionsim.evidence.records import Cell
from regionsim.evidence.tables import Faults
from regionsim.evidence.timeline import RECORD_ENDS, Event, read_timeline
from regionsim.history.hindcast import HindcastSpec
from regionsim.history.scoring import running_of
from regionsim.history.vintage import STATE_SERIES
from regionsim.paths import user_path
from regionsim.schema.shocks import Shock
from regionsim.yamlfile.faults import Place, printable

_SHEETS = (".csv", ".tsv", ".txt", ".xls", ".xlsx", ".ods")
"""Extensions of files that may be meant as tables."""

_LONG = 3650.0
"""Days of a closure whose end was not observed: longer than any forecast."""


@dataclass(frozen=True)
class Supplied:
    """Rows by series, those of the repository first; shocks of the timeline by date; the rows of events by their id.

    added: the rows of the folder alone. notes: a line for each part of the folder that is not used.
    """

    records: dict[str, Sequence[Mapping[str, Cell]]]
    events: tuple[Shock, ...]
    named: dict[str, str]
    added: Mapping[str, Sequence[Mapping[str, Cell]]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def read_supplied(folder: Path | str | None = None) -> Supplied:
    """The record of this installation, followed by that of a folder if given.

    Raises InputError with all faults of the folder.
    """
    evidence = load_evidence()
    records: dict[str, Sequence[Mapping[str, Cell]]] = {id: series.records for id, series in evidence.series.items()}
    events: dict[str, Event] = dict(evidence.timeline)
    added = Foreign()
    if folder is not None:
        added, added_events = _read(user_path(folder, "--observed"), evidence)
        records = {id: (*rows, *added.records.get(id, ())) for id, rows in records.items()}
        events |= added_events
    named = {id: event.row for id, event in events.items()}
    running = running_of(records.get("border_closures", ()), named)
    found = (_going_on(event.shock, id in running) for id, event in events.items())
    shocks = sorted(found, key=lambda shock: (shock.on, shock.id or ""))
    return Supplied(records, tuple(shocks), named, added.records, tuple(added.notes))


def _going_on(shock: Shock, running: bool) -> Shock:
    """A closure that was in force when last observed is in force at every later origin, whatever length is written."""
    return shock.model_copy(update={"days": max(shock.days, _LONG)}) if running and hasattr(shock, "days") else shock


def _read(folder: Path, evidence: Evidence) -> tuple[Foreign, dict[str, Event]]:
    shown = printable(str(folder), 1000)
    faults = Faults(folder, name=shown)
    files = _tables(folder, shown)
    for path in files:
        if path.suffix != ".csv" or path.stem not in (*TABLES, "timeline", "series"):
            faults.unknown(faults.place(path), "", "table", path.name, [f"{name}.csv" for name in TABLES])
    names = [path.stem for path in files if path.suffix == ".csv"]
    if not any(name in TABLES for name in names):
        lines = faults.first_lines()
        raise InputError([*lines, f"--observed: {shown} holds none of {', '.join(f'{name}.csv' for name in TABLES)}"])
    foreign = read_foreign(folder, [name for name in TABLES if name in names], evidence.series, faults)
    events = {}
    if "timeline" in names:
        events = read_timeline(folder / "timeline.csv", evidence.series, (), faults, foreign.records)
        foreign.notes += _repeated_events(events, faults, folder, evidence)
    if "series" in names:
        foreign.notes.append(f"{faults.label(folder / 'series.csv')}: not read (the catalogue is that of the record)")
    if faults.found:
        raise InputError(faults.first_lines())
    return foreign, events


def _tables(folder: Path, shown: str) -> list[Path]:
    """The files in the folder that look like tables, by name. Raises InputError if it cannot be read."""
    try:
        if not folder.is_dir():
            raise InputError(f"--observed: {shown} is no folder")
        return sorted(path for path in folder.iterdir() if path.suffix.lower() in _SHEETS and path.name[0] != ".")
    except (OSError, ValueError) as error:
        why = (getattr(error, "strerror", None) or str(error)).lower()
        raise InputError(f"--observed: {shown} cannot be read: {why}") from None


def _repeated_events(events: Mapping[str, Event], faults: Faults, folder: Path, evidence: Evidence) -> list[str]:
    """Adds a fault for each event whose id the record has; returns a line if events lie within the record's days."""
    label = faults.label(folder / "timeline.csv")
    for id, event in events.items():
        if id in evidence.timeline:
            line = int(event.place.rpartition(":")[2])
            faults.add(Place(label, line, 1), id, "the record has an event of this id (name yours otherwise)")
    within = sum(event.shock.on <= RECORD_ENDS for event in events.values())
    return [f"{label}: {within} of its events lie in the days of the record and are added to it"] if within else []


def unread(record: Supplied, spec: HindcastSpec) -> list[str]:
    """A line for each series with rows of the folder that no score reads, as outcomes or as prior knowledge."""
    measures = [measure for id, measure in read_measures().items() if not spec.measures or id in spec.measures]
    lines = []
    for id, rows in sorted(record.added.items()):
        left = sum(not _is_read(id, row, measures, spec) for row in rows)
        if left:
            lines.append(f"--observed: no score that is asked for reads {left:,} of {len(rows):,} rows of {id}")
    return lines


def _is_read(id: str, row: Mapping[str, Cell], measures: Sequence[Measure], spec: HindcastSpec) -> bool:
    figure = any(isinstance(row[column], float | int) for column in TABLES[id.partition("/")[0]].figures)
    shares = id == "refugee_returns/returns" and str(row["crossing"]).lower() in ("torkham", "chaman")
    longer = any(id == measure.longer for measure in measures)
    if id in STATE_SERIES or shares or longer:
        return figure
    lengths = id == "border_closures" and figure  # lengths of closures are scored too
    return lengths or any(id in measure.series and reads(measure, row, spec.last) for measure in measures)
