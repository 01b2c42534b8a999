"""Observed data from outside the repository, in the file formats of `seeds/observed`; and forecasts frozen beforehand.

Core objects: `read_supplied` (rows by series, and events, of a folder) and `freeze` (draws with a hash). A folder holds
any of the tables of `seeds/observed` under their names and columns, and `timeline.csv` for the events that arms B to D
tell; no catalogue is needed. Rows come after those of the repository.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from regionsim import __version__
from regionsim.analysis.hindcast import Ask, Forecast, Forecasts
from regionsim.errors import InputError
from regionsim.evidence import load_evidence
from regionsim.evidence.inputs import load_inputs
from regionsim.evidence.observed import TABLES, read_tables
from regionsim.evidence.records import Cell
from regionsim.evidence.tables import Faults
from regionsim.evidence.timeline import Event, read_timeline
from regionsim.scenario.shocks import Shock


@dataclass(frozen=True)
class Supplied:
    """Rows by series, those of the repository first; shocks of the timeline by date; the rows of events by their id."""

    records: dict[str, Sequence[Mapping[str, Cell]]]
    events: tuple[Shock, ...]
    named: dict[str, str]


def read_supplied(folder: Path | str | None = None) -> Supplied:
    """The record of this installation, and after it that of a folder where one is given.

    Raises InputError with every fault found in the folder.
    """
    known = load_evidence()
    records: dict[str, Sequence[Mapping[str, Cell]]] = {id: one.records for id, one in known.series.items()}
    events: dict[str, Event] = dict(known.timeline)
    if folder is not None:
        more, found = _read(Path(folder))
        records = {id: (*records.get(id, ()), *more.get(id, ())) for id in records.keys() | more.keys()}
        events |= found
    shocks = sorted((event.shock for event in events.values()), key=lambda shock: (shock.on, shock.id or ""))
    return Supplied(records, tuple(shocks), {id: event.row for id, event in events.items()})


def _read(folder: Path) -> tuple[dict[str, list[dict[str, Cell]]], dict[str, Event]]:
    if not folder.is_dir():
        raise InputError(f"--observed: {folder} is no folder")
    faults = Faults(folder)
    names = sorted(path.stem for path in folder.glob("*.csv"))
    for name in names:
        if name not in TABLES and name not in ("timeline", "series"):
            faults.unknown(faults.place(folder / f"{name}.csv"), "", "table", name, TABLES)
    if not any(name in TABLES for name in names):
        raise InputError(f"--observed: {folder} holds none of {', '.join(f'{name}.csv' for name in TABLES)}")
    records = read_tables(folder, [name for name in TABLES if name in names], faults)
    events = {}
    if "timeline" in names:
        events = read_timeline(folder / "timeline.csv", {}, (), faults, foreign=True)
    if faults.found:
        raise InputError(faults.lines())
    return records, events


def freeze(path: Path | str, made: Iterable[Forecasts], ask: Ask) -> str:
    """Write the draws of forecasts to a file that does not exist yet, and its SHA-256 beside it; returns the hash.

    The file is JSON: what was asked, version, evidence, and for each forecast the draws by month of the model and of
    each baseline. Raises InputError where the file exists: what is frozen is not written twice.
    """
    from regionsim.ensemble.files import replacing, sha256_of, write_text

    path = not_yet(path)
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(_frozen(made, ask))  # draws of years of origins are many; one forecast is held at a time
    digest = sha256_of(path)
    write_text(path.with_name(path.name + ".sha256"), f"{digest}  {path.name}\n")
    return digest


def not_yet(path: Path | str) -> Path:
    """The path. Raises InputError where forecasts cannot be frozen there."""
    path = Path(path)
    if path.exists():
        raise InputError(f"--freeze: {path} exists; frozen forecasts are not written over")
    if not path.parent.is_dir():
        raise InputError(f"--freeze: {path.parent} is no folder")
    return path


def _frozen(made: Iterable[Forecasts], ask: Ask) -> Iterator[str]:
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
