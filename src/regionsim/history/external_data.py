"""Observed data from outside the repository, in the file formats of `seeds/observed`; and forecasts frozen beforehand.

Core objects: `read_supplied` (rows by series, and events, of a folder) and `freeze` (draws with a hash). A folder holds
any of the tables of `seeds/observed` under their names and columns, and `timeline.csv` for the events that arms B to D
tell; no catalogue is needed. Rows come after those of the repository; `unread` says which of them no score reads.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from regionsim import __version__
from regionsim.errors import InputError
from regionsim.evidence import Evidence, load_evidence
from regionsim.evidence.external import Foreign, read_foreign
from regionsim.evidence.inputs import load_inputs
from regionsim.evidence.measures import Measure, read_measures, reads
from regionsim.evidence.observed import TABLES
from regionsim.evidence.records import Cell
from regionsim.evidence.tables import Faults
from regionsim.evidence.timeline import RECORD_ENDS, Event, read_timeline
from regionsim.history.hindcast import Forecast, Forecasts, HindcastSpec
from regionsim.history.vintage import STATE_SERIES
from regionsim.paths import user_path, writable_path
from regionsim.schema.shocks import Shock
from regionsim.yamlfile.faults import Place, printable

_SHEETS = (".csv", ".tsv", ".txt", ".xls", ".xlsx", ".ods")
"""Endings of files that may be meant as tables."""


@dataclass(frozen=True)
class Supplied:
    """Rows by series, those of the repository first; shocks of the timeline by date; the rows of events by their id.

    added: the rows of the folder alone. notes: what of the folder is not used, a line each.
    """

    records: dict[str, Sequence[Mapping[str, Cell]]]
    events: tuple[Shock, ...]
    named: dict[str, str]
    added: Mapping[str, Sequence[Mapping[str, Cell]]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def read_supplied(folder: Path | str | None = None) -> Supplied:
    """The record of this installation, and after it that of a folder where one is given.

    Raises InputError with every fault found in the folder.
    """
    known = load_evidence()
    records: dict[str, Sequence[Mapping[str, Cell]]] = {id: one.records for id, one in known.series.items()}
    events: dict[str, Event] = dict(known.timeline)
    added = Foreign()
    if folder is not None:
        added, found = _read(user_path(folder, "--observed"), known)
        records = {id: (*rows, *added.records.get(id, ())) for id, rows in records.items()}
        events |= found
    shocks = sorted((event.shock for event in events.values()), key=lambda shock: (shock.on, shock.id or ""))
    named = {id: event.row for id, event in events.items()}
    return Supplied(records, tuple(shocks), named, added.records, tuple(added.notes))


def _read(folder: Path, known: Evidence) -> tuple[Foreign, dict[str, Event]]:
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
    found = read_foreign(folder, [name for name in TABLES if name in names], known.series, faults)
    events = {}
    if "timeline" in names:
        events = read_timeline(folder / "timeline.csv", known.series, (), faults, found.records)
        found.notes += _told_twice(events, faults, folder, known)
    if "series" in names:
        found.notes.append(f"{faults.label(folder / 'series.csv')}: not read (the catalogue is that of the record)")
    if faults.found:
        raise InputError(faults.first_lines())
    return found, events


def _tables(folder: Path, shown: str) -> list[Path]:
    """What lies in the folder and looks like a table, by name. Raises InputError where it cannot be looked into."""
    try:
        if not folder.is_dir():
            raise InputError(f"--observed: {shown} is no folder")
        return sorted(path for path in folder.iterdir() if path.suffix.lower() in _SHEETS and path.name[0] != ".")
    except (OSError, ValueError) as error:
        why = (getattr(error, "strerror", None) or str(error)).lower()
        raise InputError(f"--observed: {shown} cannot be read: {why}") from None


def _told_twice(events: Mapping[str, Event], faults: Faults, folder: Path, known: Evidence) -> list[str]:
    """Notes a fault for an event whose id the record has; a line where events lie within the record's days."""
    label = faults.label(folder / "timeline.csv")
    for id, event in events.items():
        if id in known.timeline:
            line = int(event.place.rpartition(":")[2])
            faults.add(Place(label, line, 1), id, "the record has an event of this id (name yours otherwise)")
    within = sum(event.shock.on <= RECORD_ENDS for event in events.values())
    return [f"{label}: {within} of its events lie in the days of the record, and are told besides"] if within else []


def unread(found: Supplied, ask: HindcastSpec) -> list[str]:
    """A line for each series with rows of the folder that no score reads: neither as outcome nor as what was known
    before.
    """
    measures = [one for id, one in read_measures().items() if not ask.measures or id in ask.measures]
    lines = []
    for id, rows in sorted(found.added.items()):
        left = sum(not _is_read(id, row, measures, ask) for row in rows)
        if left:
            lines.append(f"--observed: no score that is asked for reads {left:,} of {len(rows):,} rows of {id}")
    return lines


def _is_read(id: str, row: Mapping[str, Cell], measures: Sequence[Measure], ask: HindcastSpec) -> bool:
    figure = any(isinstance(row[column], float | int) for column in TABLES[id.partition("/")[0]].figures)
    shares = id == "refugee_returns/returns" and str(row["crossing"]).lower() in ("torkham", "chaman")
    longer = any(id == one.longer for one in measures)
    if id in STATE_SERIES or shares or longer:
        return figure
    lengths = id == "border_closures" and figure  # of a closure the length is scored too
    return lengths or any(id in one.series and reads(one, row, ask.last) for one in measures)


def freeze(path: Path | str, made: Iterable[Forecasts], ask: HindcastSpec) -> str:
    """Write the draws of forecasts to a file that does not exist yet, and its SHA-256 beside it; returns the hash.

    The file is JSON: what was asked, version, evidence, and for each forecast the draws by month of the model and of
    each baseline. Raises InputError where the file exists: what is frozen is not written twice.
    """
    from regionsim.runs.files import replacing, sha256_of, write_text

    path = not_yet(path)
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(_frozen(made, ask))  # draws of years of origins are many; one forecast is held at a time
    digest = sha256_of(path)
    write_text(path.with_name(path.name + ".sha256"), f"{digest}  {path.name}\n")
    return digest


def not_yet(path: Path | str) -> Path:
    """The path. Raises InputError where forecasts cannot be frozen there."""
    path = writable_path(path, "--freeze")
    shown = printable(str(path), 1000)
    if os.path.lexists(path):
        raise InputError(f"--freeze: {shown} exists; frozen forecasts are not written over")
    if not path.parent.is_dir():
        raise InputError(f"--freeze: {printable(str(path.parent), 1000)} is no folder")
    try:  # now, as forecasts may take long: under its own name, which may be too long
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
        path.unlink()
    except (OSError, ValueError) as error:
        why = (getattr(error, "strerror", None) or str(error)).lower()
        raise InputError(f"--freeze: {shown} cannot be written: {why}") from None
    return path


def _frozen(made: Iterable[Forecasts], ask: HindcastSpec) -> Iterator[str]:
    """The file, in pieces: what was asked, and a forecast a line."""
    asked = {
        "from": ask.first.isoformat(), "to": ask.last.isoformat(), "every": ask.every, "arms": list(ask.arms),
        "draws": ask.draws, "seed": ask.seed, "set": list(ask.sets),
    }  # fmt: skip
    head = _json({"version": __version__, "evidence": load_inputs().digest, "asked": asked})
    yield f'{head[:-1]},"forecasts":['
    comma = "\n"
    for each in made:
        for one in each.series:
            yield comma + _json(_forecast(one))
            comma = ",\n"
    yield "\n]}\n"


def _forecast(one: Forecast) -> dict[str, Any]:
    known = {name: _rounded(values) for name, values in one.baselines.items() if np.isfinite(values).all()}
    asked = {"series": one.measure.id, "arm": one.arm, "origin": one.origin.isoformat()}
    return asked | {"model": _rounded(one.draws), "baselines": known}


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def _rounded(draws: np.typing.NDArray[np.float64]) -> list[list[float]]:
    """Draws (M, 12) with four decimals."""
    return [[round(float(value), 4) for value in row] for row in draws]
