"""Runs in other formats: files of CSV or Parquet, an Excel workbook, a netCDF file.

Core object: `export`. Files of CSV and Parquet are written batch by batch, the others as whole files. The libraries for
Excel and netCDF come with the extra `export` and are imported on use.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from regionsim.errors import InputError, argument, install_line, unwritable
from regionsim.paths import user_path
from regionsim.runs import parts, workbook
from regionsim.runs.files import inner_folder, putting, replacing
from regionsim.runs.tables import plain_texts
from regionsim.scenario.timeline import data_until

if TYPE_CHECKING:
    from regionsim.runs.results import Run

SHEET_ROWS = workbook.SHEET_ROWS
type Place = Callable[[Path], AbstractContextManager[Path]]
"""How a file is put in place: links are followed where a user names the file, never in a folder of runs."""


def export(run: Run, to: str, path: str | Path | None = None, say: Callable[[str], None] | None = None) -> Path:
    """Write a run as `to`: "csv" or "parquet" (a folder of files), "xlsx" or "netcdf" (a file); returns the path.

    path: the folder or file; by default inside the run folder's `export`. say: called with what the format cannot hold
    and leaves out; by default a warning. Raises InputError for another format, a path that cannot be written or a
    missing library; Damaged for a run whose files have changed; RunInterrupted on a full disk.
    """
    if to not in _WRITERS:
        raise InputError(f"{argument('to')} {to}: unknown format (allowed: {', '.join(_WRITERS)})")
    write, name = _WRITERS[to]
    target = run.path / "export" / name.format(stem=f"{run.name}-{run.hash}") if path is None else user_path(path)
    try:
        folder = target if to in ("csv", "parquet") else target.parent
        if path is None:
            inner_folder(run.path / "export")
            inner_folder(folder)
        else:
            folder.mkdir(parents=True, exist_ok=True)
        left_out = write(run, target, replacing if path is None else putting)
    except OSError as fault:
        raise unwritable(str(target), fault) from fault
    for sentence in left_out:
        if say is None:
            warnings.warn(f"{target}: {sentence}", stacklevel=3)
        else:
            say(f"{target}: {sentence}")
    return target


def _csv(run: Run, folder: Path, _put: Place) -> list[str]:
    from pyarrow import csv

    for name, tables in _tables(run):
        _put_pieces(folder / f"{name}.csv", (plain_texts(_dates_as_days(table)) for table in tables), csv.CSVWriter)
    return []


def _parquet(run: Run, folder: Path, _put: Place) -> list[str]:
    """A file per table; the facts about the run are in the metadata of each."""
    from pyarrow import parquet

    facts = {f"regionsim.{key}": value for key, value in about(run).items()}
    writer = partial(parquet.ParquetWriter, compression="zstd")
    for name, tables in _tables(run):
        _put_pieces(folder / f"{name}.parquet", (table.replace_schema_metadata(facts) for table in tables), writer)
    return []


def _put_pieces(path: Path, pieces: Iterable[pa.Table], writer: Callable[[Any, pa.Schema], Any]) -> None:
    """Write a table in pieces. writer: opens one of pyarrow's writers for a file and the schema of the pieces."""
    opened = None
    # an open file: pyarrow reads a path such as run:1/x as a network address
    with replacing(path) as temporary, pa.OSFile(str(temporary), "wb") as sink:
        for piece in pieces:
            if opened is None:
                opened = writer(sink, piece.schema)
            opened.write_table(piece)
        if opened is not None:
            opened.close()


def _tables(run: Run) -> Iterator[tuple[str, Iterable[pa.Table]]]:
    """The tables of a run, each in pieces."""
    yield "worlds", [pa.Table.from_pandas(run.worlds, preserve_index=False)]
    yield "summary", [pa.Table.from_pandas(run.summary(), preserve_index=False)]
    yield "trajectories", _groups(run, "trajectories")
    yield "places", _groups(run, "places")
    yield "events", [run.events_table()]


def _groups(run: Run, kind: Any) -> Any:
    """The rows of a run's parts, a row group at a time, for the run's worlds."""
    for batch in run.batches:
        for table in parts.read_groups(run.path, batch, kind):
            yield table.filter(pa.array(np.isin(table["world"].to_numpy(), run.numbers)))


def _dates_as_days(table: pa.Table) -> pa.Table:
    for i, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            table = table.set_column(i, field.name, table[field.name].cast(pa.date32()))
    return table.replace_schema_metadata(None)


def about(run: Run) -> dict[str, str]:
    """Facts about a run for files outside its folder."""
    manifest = run.manifest
    return {
        "title": manifest.title,
        "scenario": manifest.name,
        "run": manifest.hash,
        "worlds": f"{run.numbers.size}",
        "failed_worlds": f"{len(run.failed)}",
        "seed": f"{manifest.seed}",
        "weeks": f"{manifest.weeks}",
        "note": f"data end {data_until(run.scenario):%B %Y}",
        "command": manifest.command,
        "regionsim": manifest.versions.get("regionsim", ""),
        "commit": manifest.commit or "",
        "updated": manifest.updated,
    }


def _xlsx(run: Run, path: Path, put: Place) -> list[str]:
    return workbook.write_workbook(run, path, about(run), put, SHEET_ROWS)


def _netcdf(run: Run, path: Path, put: Place) -> list[str]:
    """Write dimensions world, date and one per kind of place, and a variable per indicator, with title and unit."""
    try:
        import h5netcdf
    except ImportError:
        raise InputError(f"{argument('to')} netcdf: needs h5netcdf and h5py; {install_line('export')}") from None
    from regionsim.indicators import INDICATORS

    # in memory first: HDF5 ends the process if the disk fills while it writes
    buffer = io.BytesIO()
    with h5netcdf.File(buffer, "w") as file:
        file.attrs.update({"Conventions": "CF-1.10"} | about(run))
        file.dimensions = {"world": run.numbers.size, "date": run.weeks}
        file.create_variable("world", ("world",), data=run.numbers)
        days = file.create_variable("date", ("date",), data=(run.dates - run.dates[0]).astype(np.int64))
        days.attrs.update({"units": f"days since {run.dates[0]}", "calendar": "proleptic_gregorian"})
        for name in run.indicators + run.variables:
            indicator = INDICATORS.get(name)
            attributes = {"long_name": indicator.title, "units": indicator.unit} if indicator else {"long_name": name}
            _variable(file, name, ("world", "date"), attributes, run.pieces(name))
        for name, places in run.places.items():
            dimension = str(INDICATORS[name].dimension)
            if dimension not in file.dimensions:
                file.dimensions[dimension] = len(places)
                file.create_variable(dimension, (dimension,), data=np.array(places, dtype="S"))
            for k, place in enumerate(places):
                attributes = {"long_name": f"{INDICATORS[name].title}, {place}", "units": INDICATORS[name].unit}
                shape = ("world", "date", dimension)
                _variable(file, f"{name}_by_place", shape, attributes if k == 0 else {}, run.pieces(name, place), k)
    with put(path) as temporary, temporary.open("wb") as sink:
        sink.write(buffer.getbuffer())
    return []


def _variable(
    file: Any, name: str, shape: tuple[str, ...], attributes: dict[str, str], pieces: Any, k: int | None = None
) -> None:
    """Fill a variable batch by batch; `k` is the index along a third dimension."""
    if name not in file.variables:
        variable = file.create_variable(name, shape, dtype="f4", compression="gzip", shuffle=True)
        variable.attrs.update(attributes)
    variable, first = file.variables[name], 0
    for values in pieces:
        rows = slice(first, first + len(values))
        if k is None:
            variable[rows, :] = values
        else:
            variable[rows, :, k] = values
        first = rows.stop


_WRITERS: dict[str, tuple[Callable[[Run, Path, Place], list[str]], str]] = {
    "csv": (_csv, "{stem}-csv"),
    "parquet": (_parquet, "{stem}-parquet"),
    "xlsx": (_xlsx, "{stem}.xlsx"),
    "netcdf": (_netcdf, "{stem}.nc"),
}
