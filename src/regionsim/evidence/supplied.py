"""Newer rows that a user supplies: a folder of tables like `seeds/observed`, read after the record of the installation.

Core objects: `use_observed` (from then on the evidence of this process includes the folder), `extended` (an evidence
base with the folder's rows and events), and the two halves of it, `read_folder` and `with_rows`. Names, series and
units are those of the record; a folder with any fault is refused whole, with the place of each.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from regionsim.errors import InputError, argument
from regionsim.evidence.observed import TABLES
from regionsim.evidence.tables import Faults
from regionsim.evidence.timeline import Event, last_day, read_timeline
from regionsim.paths import OBSERVED_VARIABLE, user_path
from regionsim.schema.shocks import left_open
from regionsim.yamlfile.faults import Place, printable

if TYPE_CHECKING:
    from regionsim.evidence.base import Evidence
    from regionsim.evidence.external import Foreign

ENV = OBSERVED_VARIABLE  # so that every process of a run reads the same record
_SHEETS = (".csv", ".tsv", ".txt", ".xls", ".xlsx", ".ods")
"""Extensions of files that may be meant as tables."""


def use_observed(folder: str | Path | None) -> None:
    """Add the rows of a folder to the record of this process and of those it starts; None leaves it as it is.

    Raises InputError with every fault of the folder.
    """
    if folder is None:
        return
    from regionsim.evidence.base import load_evidence

    path = user_path(folder, argument("observed")).absolute()
    os.environ.pop(ENV, None)
    extended(load_evidence(), path)
    os.environ[ENV] = str(path)


def extended(evidence: Evidence, folder: Path) -> Evidence:
    """The evidence with the rows and events of the folder after its own. Raises InputError with every fault."""
    return with_rows(evidence, *read_folder(folder, evidence))


def with_rows(evidence: Evidence, added: Foreign, events: Mapping[str, Event]) -> Evidence:
    """The evidence with rows and events that `read_folder` has read after its own."""
    from regionsim.evidence.external import joined

    series = {
        id: replace(full, records=joined(id, full.records, added.records.get(id, ())))
        for id, full in evidence.series.items()
    }
    ends = last_day(row for full in series.values() for row in full.records)
    timeline = {id: _still_shut(event, ends) for id, event in evidence.timeline.items()} | dict(events)
    by_date = dict(sorted(timeline.items(), key=lambda item: item[1].shock.on))
    return replace(evidence, series=series, timeline=by_date)


def _still_shut(event: Event, ends: date) -> Event:
    """A closure that had not ended by the last day of the record has not by the last day of the longer one either."""
    shock = event.shock
    if not left_open(shock):
        return event
    days = float((ends - shock.on).days + 1)
    return replace(event, shock=shock.model_copy(update={"days": days}))


def read_folder(folder: Path, evidence: Evidence, option: str = "") -> tuple[Foreign, dict[str, Event]]:
    """The rows of a folder that the record does not have, with notes on the others, and its events by id.

    option: where the folder was given, for messages (default: `observed`). Raises InputError with every fault.
    """
    from regionsim.evidence.external import read_foreign

    option = option or argument("observed")
    shown = printable(str(folder), 1000)
    faults = Faults(folder, name=shown)
    files = _tables(folder, shown, option)
    for path in files:
        if path.suffix != ".csv" or path.stem not in (*TABLES, "timeline", "series"):
            faults.unknown(faults.place(path), "", "table", path.name, [f"{name}.csv" for name in TABLES])
    names = [path.stem for path in files if path.suffix == ".csv"]
    if not any(name in TABLES for name in names):
        lines = faults.first_lines()
        raise InputError([*lines, f"{option}: {shown} holds none of {', '.join(f'{name}.csv' for name in TABLES)}"])
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


def _tables(folder: Path, shown: str, option: str) -> list[Path]:
    """The files in the folder that look like tables, by name. Raises InputError if it cannot be read."""
    try:
        if not folder.is_dir():
            raise InputError(f"{option}: {shown} is no folder")
        return sorted(path for path in folder.iterdir() if path.suffix.lower() in _SHEETS and path.name[0] != ".")
    except (OSError, ValueError) as error:
        why = (getattr(error, "strerror", None) or str(error)).lower()
        raise InputError(f"{option}: {shown} cannot be read: {why}") from None


def _repeated_events(events: Mapping[str, Event], faults: Faults, folder: Path, evidence: Evidence) -> list[str]:
    """Adds a fault for each event whose id the record has; returns a line if events lie within the record's days."""
    label = faults.label(folder / "timeline.csv")
    for id, event in events.items():
        if id in evidence.timeline:
            line = int(event.place.rpartition(":")[2])
            faults.add(Place(label, line, 1), id, "the record has an event of this id (name yours otherwise)")
    within = sum(event.shock.on <= evidence.record_ends for event in events.values())
    return [f"{label}: {within} of its events lie in the days of the record and are added to it"] if within else []
