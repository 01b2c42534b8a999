"""Observed data from outside the repository, in the file formats of `seeds/observed`.

Core object: `read_supplied` (rows by series, and events, of a folder). A folder holds any of the tables of
`seeds/observed` under their names and columns, and `timeline.csv` for the events that arms B to D reveal; no catalogue
is needed. Rows come after those of the repository; `unread` lists those that no score reads. A closure that the record
left open ends where a row of the list, or an opening of all gates in the timeline, says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from regionsim.errors import argument
from regionsim.evidence import load_evidence
from regionsim.evidence.cells import still_going
from regionsim.evidence.external import Foreign
from regionsim.evidence.inputs import Inputs, load_inputs
from regionsim.evidence.measures import Measure, read_measures, reads
from regionsim.evidence.observed import TABLES
from regionsim.evidence.records import Cell
from regionsim.evidence.supplied import read_folder, with_rows
from regionsim.evidence.timeline import Event
from regionsim.history.hindcast import HindcastSpec
from regionsim.history.scoring import lengths_of, running_of
from regionsim.history.vintage import STATE_SERIES
from regionsim.model.under_way import opened_on
from regionsim.paths import user_path
from regionsim.schema.shocks import BorderClosure, Shock, left_open

_LONG = 3650.0
"""Days of a closure whose end was not observed: longer than any forecast."""


@dataclass(frozen=True)
class Supplied:
    """Rows by series, those of the repository first; shocks of the timeline by date; the rows of events by their id.

    added: the rows of the folder alone. notes: a line for each part of the folder that is not used. inputs: what the
    model reads where a folder is given, so that what is under way at an origin is known to it; else None.
    """

    records: dict[str, Sequence[Mapping[str, Cell]]]
    events: tuple[Shock, ...]
    named: dict[str, str]
    added: Mapping[str, Sequence[Mapping[str, Cell]]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    inputs: Inputs | None = None


def read_supplied(folder: Path | str | None = None) -> Supplied:
    """The record of this installation, followed by that of a folder if given.

    Raises InputError with all faults of the folder.
    """
    evidence = load_evidence()
    added, whole = Foreign(), evidence
    if folder is not None:
        path = user_path(folder, argument("observed"))
        added, added_events = read_folder(path, evidence)
        whole = with_rows(evidence, added, added_events)
    records: dict[str, Sequence[Mapping[str, Cell]]] = {id: series.records for id, series in whole.series.items()}
    named = {id: event.row for id, event in whole.timeline.items()}
    closures = records.get("border_closures", ())
    lengths, running = lengths_of(closures, named), running_of(closures, named)
    events = {id: _ended(event, lengths.get(id)) for id, event in whole.timeline.items()}
    every = [event.shock for event in events.values()]
    found = (_opened(_going_on(event.shock, id in running), every) for id, event in events.items())
    shocks = sorted(found, key=lambda shock: (shock.on, shock.id or ""))
    inputs = None if folder is None else replace(load_inputs(), series=whole.series, timeline=events)
    return Supplied(records, tuple(shocks), named, added.records, tuple(added.notes), inputs)


def _for(shock: Shock, days: float) -> Shock:
    return shock.model_copy(update={"days": days, "until_agreed": None})


def _ended(event: Event, days: float | None) -> Event:
    """A closure left open in the timeline, with its days where the list of closures has them."""
    return event if days is None or not left_open(event.shock) else replace(event, shock=_for(event.shock, days))


def _opened(shock: Shock, every: Sequence[Shock]) -> Shock:
    """A closure left open ends on the day on which the timeline opens all gates to goods."""
    opened = opened_on(shock, every) if isinstance(shock, BorderClosure) and left_open(shock) else None
    return shock if opened is None else _for(shock, float((opened - shock.on).days))


def _going_on(shock: Shock, running: bool) -> Shock:
    """A closure that was in force when last observed is in force at every later origin, whatever length is written.

    One left open is so by itself; its days are those for which it is known to have lasted.
    """
    if not running or left_open(shock) or not hasattr(shock, "days"):
        return shock
    return shock.model_copy(update={"days": max(shock.days, _LONG)})


def unread(record: Supplied, spec: HindcastSpec) -> list[str]:
    """A line for each series with rows of the folder that no score reads, as outcomes or as prior knowledge."""
    measures = [measure for id, measure in read_measures().items() if not spec.measures or id in spec.measures]
    lines = []
    for id, rows in sorted(record.added.items()):
        left = sum(not _is_read(id, row, measures, spec) for row in rows)
        if left:
            lines.append(
                f"{argument('observed')}: no score that is asked for reads {left:,} of {len(rows):,} rows of {id}"
            )
    return lines


def _is_read(id: str, row: Mapping[str, Cell], measures: Sequence[Measure], spec: HindcastSpec) -> bool:
    figures = TABLES[id.partition("/")[0]].figures
    figure = any(isinstance(row[column], float | int) or still_going(row[column]) for column in figures)
    shares = id == "refugee_returns/returns" and str(row["crossing"]).lower() in ("torkham", "chaman")
    longer = any(id == measure.longer for measure in measures)
    if id in STATE_SERIES or shares or longer:
        return figure
    if id == "border_closures" and figure:  # lengths of closures are scored too
        return date.fromisoformat(str(row["start_date"])) <= spec.last
    return any(id in measure.series and reads(measure, row, spec.last) for measure in measures)
