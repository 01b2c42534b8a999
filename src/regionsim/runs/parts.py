"""The Parquet files of a batch: how they are written, checked and read.

Core objects: `write_batch`, `part_is_whole`, `require_whole`, and the readers `read_column`, `read_place`,
`read_events`, `read_groups`, which first check a part against its digest. Trajectories are wide (world, date, one
float32 column per indicator), sorted by world and date. Places are long (world, date, indicator, place, value), with
one row group per indicator and place, so that one series can be read alone. Events are sorted by world and time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from regionsim.runs.content import Content
from regionsim.runs.files import inner_folder, replacing, sha256_of
from regionsim.runs.integrity import Damaged, is_same
from regionsim.runs.manifest import Batch, Kind, StoredPart

if TYPE_CHECKING:
    from regionsim.model.play import BatchResult

_DATE = pa.timestamp("ms")
_KEYS = [("world", pa.int64()), ("date", _DATE)]
_PLACES = pa.schema([*_KEYS, ("indicator", pa.string()), ("place", pa.string()), ("value", pa.float32())])
EVENTS = pa.schema(
    [*_KEYS, *((name, pa.string()) for name in ("kind", "place", "actor", "cause")), ("magnitude", pa.float64())]
)


@dataclass(frozen=True)
class Columns:
    """What a batch recorded, in order: columns of the trajectories, and indicators with their places."""

    trajectories: tuple[str, ...]
    places: dict[str, tuple[str, ...]]


def part_path(folder: Path, batch: Batch, kind: Kind) -> Path:
    """The path of a part."""
    return folder / kind / f"{batch.stem}.parquet"


def write_batch(folder: Path, batch: Batch, result: BatchResult, stamp: dict[str, str]) -> Columns:
    """Write the three parts of a batch and note their digests in `batch`.

    `stamp` goes into the files' key-value metadata (hash, version). Raises OSError if a file cannot be written.
    """
    stamped = {f"regionsim.{key}": value for key, value in stamp.items()}
    keys = _keys(result)
    wide = keys | {name: values.ravel() for name, values in result.columns.items()}
    contents: dict[Kind, tuple[Any, Iterator[dict[str, Any]]]] = {
        "trajectories": (_wide(result), iter([wide])),
        "places": (_PLACES, _place_groups(result, keys)),
        "events": (EVENTS, iter([_events(result)])),
    }
    for kind, (schema, groups) in contents.items():
        path = part_path(folder, batch, kind)
        inner_folder(path.parent)
        batch.parts[kind] = _write(path, schema.with_metadata(stamped), groups)
    return Columns(tuple(result.columns), {name: tuple(by_place) for name, by_place in result.places.items()})


def _wide(result: BatchResult) -> pa.Schema:
    return pa.schema([*_KEYS, *((name, pa.float32()) for name in result.columns)])


def _write(path: Path, schema: pa.Schema, groups: Iterator[dict[str, Any]]) -> StoredPart:
    """Write groups of columns, each as a row group; floats byte-stream split, keys and texts dictionary-encoded."""
    floats = [field.name for field in schema if pa.types.is_floating(field.type)]
    content, rows = Content(), 0
    with replacing(path) as temporary:
        # an open file: pyarrow reads a path such as run:1/x as a network address
        with (
            pa.OSFile(str(temporary), "wb") as sink,
            pq.ParquetWriter(
                sink,
                schema,
                compression="zstd",
                use_dictionary=[name for name in schema.names if name not in floats],
                column_encoding=dict.fromkeys(floats, "BYTE_STREAM_SPLIT"),
                write_page_checksum=True,
            ) as writer,
        ):
            for columns in groups:
                table = pa.table([_array(columns[field.name], field.type) for field in schema], schema=schema)
                writer.write_table(table, row_group_size=max(1, table.num_rows))
                rows += table.num_rows
                _digest(content, table)
        return StoredPart(rows=rows, sha256=sha256_of(temporary), content=content.hexdigest())


def _array(values: Any, kind: pa.DataType) -> pa.Array:
    if isinstance(values, np.ndarray) and values.dtype.kind == "M":
        return pa.array(values.astype("datetime64[ms]"))
    return values if isinstance(values, pa.Array) else pa.array(values, type=kind)


def _digest(content: Content, table: pa.Table) -> None:
    """Add a table's rows; each place's series is a column of its own, so that the order of places does not matter."""
    if "indicator" in table.column_names:
        if table.num_rows:
            name = f"{table['indicator'][0].as_py()}[{table['place'][0].as_py()}]"
            content.add(name, to_numpy(table["value"]))
        return
    for name in table.column_names:
        column = table[name]
        content.add(name, column.to_pylist() if pa.types.is_string(column.type) else to_numpy(column))


def _keys(result: BatchResult) -> dict[str, npt.NDArray[Any]]:
    """World and date of each row, sorted by world, then date."""
    dates = week_dates(result.start, result.weeks)
    count = result.worlds.number.size
    return {"world": np.repeat(result.worlds.number, result.weeks), "date": np.tile(dates, count)}


def week_dates(start: date, weeks: int) -> npt.NDArray[np.datetime64]:
    """The first day of each week, (weeks,)."""
    return np.datetime64(start, "D") + (7 * np.arange(weeks)).astype("timedelta64[D]")


def _place_groups(result: BatchResult, keys: dict[str, Any]) -> Iterator[dict[str, Any]]:
    rows = keys["world"].size
    for indicator, by_place in result.places.items():
        for place, values in by_place.items():
            labels = {"indicator": pa.repeat(indicator, rows), "place": pa.repeat(place, rows)}
            yield keys | labels | {"value": values.ravel()}


def _events(result: BatchResult) -> dict[str, Any]:
    events = result.events
    days = 7 * events.week.astype(np.int64) + np.floor(events.day).astype(np.int64)
    columns: dict[str, Any] = {
        "world": events.world,
        "date": np.datetime64(result.start, "D") + days.astype("timedelta64[D]"),
    }
    for name in ("kind", "place", "actor", "cause"):
        columns[name] = pa.array(getattr(events, name), type=pa.string())
    return columns | {"magnitude": np.asarray(events.magnitude, dtype=np.float64)}


def events_table(result: BatchResult) -> pa.Table:
    """The events of a batch as they are stored."""
    columns = _events(result)
    return pa.table([_array(columns[field.name], field.type) for field in EVENTS], schema=EVENTS)


def part_is_whole(folder: Path, batch: Batch, kind: Kind) -> bool:
    """Whether a part exists and is unchanged. Raises InputError if its path is not a regular file."""
    part = batch.parts.get(kind)
    return part is not None and is_same(part_path(folder, batch, kind), part.sha256)


def to_numpy(column: Any) -> npt.NDArray[Any]:
    """Values of a column without nulls; dates by day."""
    values: npt.NDArray[Any] = column.to_numpy()
    return values.astype("datetime64[D]") if values.dtype.kind == "M" else values


def read_column(folder: Path, batch: Batch, column: str, weeks: int) -> npt.NDArray[np.float32]:
    """One column of a batch's trajectories, (worlds, weeks). All readers raise Damaged for a damaged part."""
    table = _read(folder, batch, "trajectories", columns=[column])
    return _by_world(folder, batch, "trajectories", table[column], weeks)


def read_place(folder: Path, batch: Batch, indicator: str, place: str, weeks: int) -> npt.NDArray[np.float32]:
    """One indicator in one place of a batch, (worlds, weeks)."""
    filters = [("indicator", "=", indicator), ("place", "=", place)]
    table = _read(folder, batch, "places", columns=["value"], filters=filters)
    return _by_world(folder, batch, "places", table["value"], weeks)


def read_events(folder: Path, batch: Batch, worlds: range) -> pa.Table:
    """The events of the batch's worlds that are in `worlds`."""
    table = _read(folder, batch, "events")
    try:
        table = table.select(EVENTS.names).cast(EVENTS)
    except (pa.ArrowException, KeyError, ValueError) as fault:
        raise Damaged(part_path(folder, batch, "events"), str(fault)) from None
    # filtered here: Arrow would trust the least and greatest values that the file states
    numbers = table["world"].to_numpy()
    return table.filter(pa.array((numbers >= worlds.start) & (numbers < worlds.stop)))


def read_groups(folder: Path, batch: Batch, kind: Kind) -> Iterator[pa.Table]:
    """The rows of a part, a row group at a time."""
    path = require_whole(folder, batch, kind)
    with pa.OSFile(str(path)) as source, pq.ParquetFile(source) as file:
        for group in range(file.num_row_groups):
            yield file.read_row_group(group)


def require_whole(folder: Path, batch: Batch, kind: Kind) -> Path:
    """The path of a part. Raises Damaged if the part is missing or has changed."""
    path = part_path(folder, batch, kind)
    if not part_is_whole(folder, batch, kind):
        raise Damaged(path, "does not hold what was written" if path.exists() else "is missing")
    return path


def _read(folder: Path, batch: Batch, kind: Kind, **how: Any) -> pa.Table:
    """Rows of a part, checked first."""
    path = require_whole(folder, batch, kind)
    try:
        with pa.OSFile(str(path)) as source:
            return pq.read_table(source, partitioning=None, **how)
    except (OSError, pa.ArrowException, KeyError, ValueError) as fault:
        raise Damaged(path, str(fault)) from None


def _by_world(folder: Path, batch: Batch, kind: Kind, column: Any, weeks: int) -> npt.NDArray[np.float32]:
    """Values of a column, (worlds, weeks). Raises Damaged for another type or number of values."""
    if column.type != pa.float32() or len(column) != len(batch.worlds) * weeks:
        raise Damaged(part_path(folder, batch, kind), "does not hold a number for each world and week")
    values: npt.NDArray[np.float32] = to_numpy(column)
    return values.reshape(len(batch.worlds), weeks)
