"""Runs in other formats: CSV files, an Excel workbook, a netCDF file.

Core object: `export`. Tables are written batch by batch or indicator by indicator, so memory stays bounded. The
libraries of Excel and netCDF come with the extra `export` and are imported where they are used.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from regionsim.ensemble import parts
from regionsim.ensemble.files import replacing
from regionsim.errors import InputError, unwritable
from regionsim.paths import user_path

if TYPE_CHECKING:
    from regionsim.ensemble.runs import Run

SHEET_ROWS = 1_048_576  # Excel's limit, the heading included
DATA_END = "data end June 2025"


def export(run: Run, to: str, path: str | Path | None = None) -> Path:
    """Write a run as `to`: "csv" (a folder of files), "xlsx" or "netcdf" (a file); returns where it is.

    path: the folder or file; by default inside the run folder's `export`. Raises InputError for another format, a path
    that cannot be written, or where the library is not installed.
    """
    if to not in _WRITERS:
        raise InputError(f"--to {to}: is no format known here (allowed: {', '.join(_WRITERS)})")
    write, name = _WRITERS[to]
    target = run.path / "export" / name.format(stem=f"{run.name}-{run.hash}") if path is None else user_path(path)
    try:
        (target if to == "csv" else target.parent).mkdir(parents=True, exist_ok=True)
        write(run, target)
    except OSError as fault:
        raise unwritable(str(target), fault) from fault
    return target


def _csv(run: Run, folder: Path) -> None:
    from pyarrow import csv

    def put(name: str, tables: Any) -> None:
        writer = None
        with replacing(folder / f"{name}.csv") as temporary:
            for table in tables:
                shown = _dates_as_days(table)
                if writer is None:
                    writer = csv.CSVWriter(temporary, shown.schema)
                writer.write(shown)
            if writer is not None:
                writer.close()
            else:
                temporary.touch()

    put("worlds", [pa.Table.from_pandas(run.worlds, preserve_index=False)])
    put("summary", [pa.Table.from_pandas(run.summary(), preserve_index=False)])
    put("trajectories", _groups(run, "trajectories"))
    put("places", _groups(run, "places"))
    put("events", [run.events_table()])


def _groups(run: Run, kind: Any) -> Any:
    """The rows of a run's parts, a row group at a time; worlds not looked at left out."""
    for batch in run.batches:
        for table in parts.read_groups(run.path, batch, kind):
            yield table.filter(pa.array(np.isin(table["world"].to_numpy(), run.numbers)))


def _dates_as_days(table: pa.Table) -> pa.Table:
    for i, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            table = table.set_column(i, field.name, table[field.name].cast(pa.date32()))
    return table.replace_schema_metadata(None)


def about(run: Run) -> dict[str, str]:
    """What made a run, for a file that leaves the folder."""
    manifest = run.manifest
    return {
        "title": manifest.title,
        "scenario": manifest.name,
        "run": manifest.hash,
        "worlds": f"{run.numbers.size}",
        "failed_worlds": f"{len(run.failed)}",
        "seed": f"{manifest.seed}",
        "weeks": f"{manifest.weeks}",
        "note": DATA_END,
        "command": manifest.command,
        "regionsim": manifest.versions.get("regionsim", ""),
        "commit": manifest.commit or "",
        "updated": manifest.updated,
    }


def _xlsx(run: Run, path: Path) -> None:
    """Sheets: about, summary, year ends of every world, worlds, events (as many as fit)."""
    try:
        from openpyxl import Workbook
    except ImportError:
        raise InputError("--to xlsx: needs openpyxl; pip install regionsim[export]") from None
    import pandas as pd

    ends = _year_ends(run)
    yearly = {"world": np.repeat(run.numbers, ends.size), "date": np.tile(run.dates[ends], run.numbers.size)}
    for name in run.indicators:
        yearly[name] = run.values(name)[:, ends].ravel()
    facts = pd.DataFrame({"what": list(about(run)), "value": list(about(run).values())})
    book = Workbook(write_only=True)
    tables = {"about": facts, "summary": run.summary(), "year_ends": pd.DataFrame(yearly)}
    for name, frame in (tables | {"worlds": run.worlds, "events": run.events()}).items():
        sheet = book.create_sheet(name)
        sheet.append(list(frame.columns))
        for row in frame.head(SHEET_ROWS - 1).itertuples(index=False):
            sheet.append([_cell(value) for value in row])
    with replacing(path) as temporary:
        book.save(temporary)


def _cell(value: Any) -> Any:
    """A value as Excel takes it: dates as days, nothing for NaN."""
    if hasattr(value, "date"):
        return value.date()
    plain = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(plain, float) and plain != plain else plain


def _year_ends(run: Run) -> np.ndarray:
    """Numbers of the last weeks that begin in each year."""
    years = run.dates.astype("datetime64[Y]")
    return np.flatnonzero(np.append(years[1:] != years[:-1], True))


def _netcdf(run: Run, path: Path) -> None:
    """Dimensions world and date, and one per kind of place; a variable per indicator, with title and unit."""
    try:
        import h5netcdf
    except ImportError:
        raise InputError("--to netcdf: needs h5netcdf and h5py; pip install regionsim[export]") from None
    from regionsim.indicators import INDICATORS

    with replacing(path) as temporary, h5netcdf.File(temporary, "w") as file:
        file.attrs.update({"Conventions": "CF-1.10"} | about(run))
        file.dimensions = {"world": run.numbers.size, "date": run.weeks}
        file.create_variable("world", ("world",), data=run.numbers)
        days = file.create_variable("date", ("date",), data=(run.dates - run.dates[0]).astype(np.int64))
        days.attrs.update({"units": f"days since {run.dates[0]}", "calendar": "proleptic_gregorian"})
        for name in run.indicators + run.variables:
            known = INDICATORS.get(name)
            words = {"long_name": known.title, "units": known.unit} if known else {"long_name": name}
            _variable(file, name, ("world", "date"), words, run.pieces(name))
        for name, places in run.places.items():
            dimension = str(INDICATORS[name].dimension)
            if dimension not in file.dimensions:
                file.dimensions[dimension] = len(places)
                file.create_variable(dimension, (dimension,), data=np.array(places, dtype="S"))
            for k, place in enumerate(places):
                words = {"long_name": f"{INDICATORS[name].title}, {place}", "units": INDICATORS[name].unit}
                shape = ("world", "date", dimension)
                _variable(file, f"{name}_by_place", shape, words if k == 0 else {}, run.pieces(name, place), k)


def _variable(
    file: Any, name: str, shape: tuple[str, ...], words: dict[str, str], pieces: Any, k: int | None = None
) -> None:
    """Fill a variable batch by batch; `k` is the index along a third dimension."""
    if name not in file.variables:
        variable = file.create_variable(name, shape, dtype="f4", compression="gzip", shuffle=True)
        variable.attrs.update(words)
    variable, first = file.variables[name], 0
    for values in pieces:
        rows = slice(first, first + len(values))
        if k is None:
            variable[rows, :] = values
        else:
            variable[rows, :, k] = values
        first = rows.stop


_WRITERS: dict[str, tuple[Callable[[Run, Path], None], str]] = {
    "csv": (_csv, "{stem}-csv"),
    "xlsx": (_xlsx, "{stem}.xlsx"),
    "netcdf": (_netcdf, "{stem}.nc"),
}
