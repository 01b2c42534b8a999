"""The size of an export before it is written: rows of each table, and bytes on the disk.

Core objects: `TableSize`, `export_sizes`, `size_sentences`. Bytes of text are estimated from the first rows of each
table, those of Parquet are those of the run's own files, those of netCDF an upper bound.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from regionsim.errors import spoken
from regionsim.runs import parts
from regionsim.runs.tables import plain_texts
from regionsim.runs.workbook import SHEET_ROWS, year_ends

if TYPE_CHECKING:
    from regionsim.runs.manifest import Kind
    from regionsim.runs.results import Run

_SAMPLE = 2_000  # rows that are written to estimate the size of the rest
_PACKED = 0.4  # bytes of a workbook, which is compressed, per byte of the same table as text


class TableSize(NamedTuple):
    """One table of an export: its name, its rows, and its bytes, estimated."""

    name: str
    rows: int
    bytes: int


def export_sizes(run: Run, to: str) -> list[TableSize]:
    """The tables of an export as `to`: csv, parquet, xlsx or netcdf."""
    worlds, steps = int(run.numbers.size), int(run.numbers.size) * run.weeks
    series = sum(len(places) for places in run.places.values())
    if to == "netcdf":
        columns = len(run.indicators) + len(run.variables) + series
        return [TableSize("values", steps * columns, 4 * steps * columns)]
    rows = {"worlds": worlds, "summary": run.weeks * len(run.indicators), "events": _events(run)}
    if to == "xlsx":
        rows |= {"year_ends": worlds * year_ends(run).size}
        text = {name: _text_bytes(table) for name, table in _samples(run, "worlds", "summary", "events")}
        text["year_ends"] = _row_bytes(run, "trajectories")
        return [TableSize(name, n, math.ceil(_PACKED * n * text[name])) for name, n in rows.items()]
    rows |= {"trajectories": steps, "places": steps * series}
    if to == "parquet":
        stored = {kind: _stored(run, kind) for kind in ("trajectories", "places", "events")}
        small = {name: table.nbytes for name, table in _samples(run, "worlds", "summary")}
        return [TableSize(name, n, (stored | small)[name]) for name, n in rows.items()]
    text = {name: _text_bytes(table) for name, table in _samples(run, "worlds", "summary", "events")}
    text |= {kind: _row_bytes(run, kind) for kind in ("trajectories", "places")}
    return [TableSize(name, n, math.ceil(n * text[name])) for name, n in rows.items()]


def size_sentences(sizes: Iterable[TableSize], to: str) -> list[str]:
    """What is about to be written, and what a spreadsheet cannot hold of it."""
    tables = list(sizes)
    total = sum(table.bytes for table in tables)
    megabytes = f"{total / 1e6:,.0f} MB" if total >= 1e6 else f"{max(1, round(total / 1e3)):,} kB"
    about = "at most" if to == "netcdf" else "about"
    counts = ", ".join(f"{table.name} {table.rows:,} {'numbers' if to == 'netcdf' else 'rows'}" for table in tables)
    lines = [f"{to}: {counts}; {about} {megabytes}"]
    return lines + [
        f"{table.name}: {table.rows:,} rows are more than the {SHEET_ROWS:,} that a spreadsheet holds "
        f"({spoken('--to parquet', 'parquet')} writes a table that pandas and R read)"
        for table in tables
        if table.rows >= SHEET_ROWS and to in ("csv", "xlsx")
    ]


def _events(run: Run) -> int:
    return sum(batch.parts["events"].rows for batch in run.batches)


def _stored(run: Run, kind: Kind) -> int:
    return sum(parts.require_whole(run.path, batch, kind).stat().st_size for batch in run.batches)


def _samples(run: Run, *names: str) -> Iterable[tuple[str, pa.Table]]:
    for name in names:
        if name == "events":
            groups = parts.read_groups(run.path, run.batches[0], "events")
            yield name, next(groups).slice(0, _SAMPLE)
        else:
            frame = run.worlds if name == "worlds" else run.summary()
            yield name, pa.Table.from_pandas(frame.head(_SAMPLE), preserve_index=False)


def _row_bytes(run: Run, kind: Kind) -> float:
    """Bytes of a row of a kind of parts as text."""
    return _text_bytes(next(parts.read_groups(run.path, run.batches[0], kind)).slice(0, _SAMPLE))


def _text_bytes(table: Any) -> float:
    """Bytes of a row of this table as text."""
    from pyarrow import csv

    if not table.num_rows:
        return 0.0
    sink = io.BytesIO()
    csv.write_csv(plain_texts(table), sink)
    return float(sink.tell() / table.num_rows)
