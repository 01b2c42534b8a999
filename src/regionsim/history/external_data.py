"""Observed data from outside the repository, in the file formats of `seeds/observed`; and forecasts frozen beforehand.

Core objects: `read_supplied` (rows by series, and events, of a folder) and `freeze` (draws with a hash). A folder holds
any of the tables of `seeds/observed` under their names and columns, and `timeline.csv` for the events that arms B to D
reveal; no catalogue is needed. Rows come after those of the repository; `unread` lists those that no score reads.
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
from regionsim.evidence import load_evidence
from regionsim.evidence.external import Foreign
from regionsim.evidence.inputs import load_inputs
from regionsim.evidence.measures import Measure, read_measures, reads
from regionsim.evidence.observed import TABLES
from regionsim.evidence.records import Cell
from regionsim.evidence.supplied import read_folder
from regionsim.evidence.timeline import Event
from regionsim.history.hindcast import Forecast, Forecasts, HindcastSpec
from regionsim.history.vintage import STATE_SERIES
from regionsim.paths import user_path, writable_path
from regionsim.schema.shocks import Shock
from regionsim.yamlfile.faults import printable


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
    shocks = sorted((event.shock for event in events.values()), key=lambda shock: (shock.on, shock.id or ""))
    named = {id: event.row for id, event in events.items()}
    return Supplied(records, tuple(shocks), named, added.records, tuple(added.notes))


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


def freeze(path: Path | str, made: Iterable[Forecasts], spec: HindcastSpec) -> str:
    """Write the draws of forecasts to a file that does not exist yet, and its SHA-256 beside it; returns the hash.

    The file is JSON: settings, version, evidence, and for each forecast the draws by month of the model and of each
    baseline. Raises InputError if the file exists: frozen forecasts are never overwritten.
    """
    from regionsim.runs.files import replacing, sha256_of, write_text

    path = not_yet(path)
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(_frozen(made, spec))  # one forecast at a time, to save memory
    digest = sha256_of(path)
    write_text(path.with_name(path.name + ".sha256"), f"{digest}  {path.name}\n")
    return digest


def not_yet(path: Path | str) -> Path:
    """The path. Raises InputError if forecasts cannot be frozen there."""
    path = writable_path(path, "--freeze")
    shown = printable(str(path), 1000)
    if os.path.lexists(path):
        raise InputError(f"--freeze: {shown} exists; frozen forecasts are never overwritten")
    if not path.parent.is_dir():
        raise InputError(f"--freeze: {printable(str(path.parent), 1000)} is no folder")
    try:  # before forecasts, which may take long; with the real name, as it may be too long
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
        path.unlink()
    except (OSError, ValueError) as error:
        why = (getattr(error, "strerror", None) or str(error)).lower()
        raise InputError(f"--freeze: {shown} cannot be written: {why}") from None
    return path


def _frozen(made: Iterable[Forecasts], spec: HindcastSpec) -> Iterator[str]:
    """The file in pieces: settings first, then a line for each forecast."""
    settings = {
        "from": spec.first.isoformat(), "to": spec.last.isoformat(), "every": spec.every, "arms": list(spec.arms),
        "draws": spec.draws, "seed": spec.seed, "set": list(spec.sets),
    }  # fmt: skip
    head = _json({"version": __version__, "evidence": load_inputs().digest, "asked": settings})
    yield f'{head[:-1]},"forecasts":['
    comma = "\n"
    for forecasts in made:
        for forecast in forecasts.series:
            yield comma + _json(_forecast(forecast))
            comma = ",\n"
    yield "\n]}\n"


def _forecast(forecast: Forecast) -> dict[str, Any]:
    baselines = {name: _rounded(values) for name, values in forecast.baselines.items() if np.isfinite(values).all()}
    settings = {"series": forecast.measure.id, "arm": forecast.arm, "origin": forecast.origin.isoformat()}
    return settings | {"model": _rounded(forecast.draws), "baselines": baselines}


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def _rounded(draws: np.typing.NDArray[np.float64]) -> list[list[float]]:
    """Draws (M, 12) with four decimals."""
    return [[round(float(value), 4) for value in row] for row in draws]
