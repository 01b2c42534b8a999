"""Observed data from outside the repository, in the file formats of `seeds/observed`.

Core object: `read_supplied` (rows by series, and events, of a folder). A folder holds any of the tables of
`seeds/observed` under their names and columns, and `timeline.csv` for the events that arms B to D reveal; no catalogue
is needed. Rows come after those of the repository; `unread` lists those that no score reads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from regionsim.evidence import load_evidence
from regionsim.evidence.external import Foreign
from regionsim.evidence.measures import Measure, read_measures, reads
from regionsim.evidence.observed import TABLES
from regionsim.evidence.records import Cell
from regionsim.evidence.supplied import read_folder
from regionsim.evidence.timeline import Event
from regionsim.history.hindcast import HindcastSpec
from regionsim.history.scoring import running_of
from regionsim.history.vintage import STATE_SERIES
from regionsim.paths import user_path
from regionsim.schema.shocks import Shock

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
        added, added_events = read_folder(user_path(folder, "--observed"), evidence)
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
