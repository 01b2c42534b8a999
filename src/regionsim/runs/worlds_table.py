"""The table of worlds of a run folder, `worlds.parquet`: how it is written, checked and read.

Core objects: `write_worlds`, `require_worlds`, `read_worlds`. A row per world: world, arm, draw, replicate, and every
varied parameter.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from regionsim.runs.files import regular, replacing
from regionsim.runs.integrity import Damaged, is_same
from regionsim.runs.manifest import Manifest, digest_now
from regionsim.scenario.schema import MAX_WORLDS

if TYPE_CHECKING:
    import pandas as pd

FILE = "worlds.parquet"
KEYS = ("world", "arm", "draw", "replicate")


def write_worlds(folder: Path, tables: Iterator[pa.Table]) -> None:
    """Write the table, piece by piece."""
    first = next(tables)
    with (
        replacing(folder / FILE) as temporary,
        pa.OSFile(str(temporary), "wb") as sink,
        pq.ParquetWriter(sink, first.schema, compression="zstd", write_page_checksum=True) as writer,
    ):
        writer.write_table(first)
        for table in tables:
            writer.write_table(table)


def require_worlds(folder: Path, manifest: Manifest) -> None:
    """Raises Damaged if the table is missing or does not match its digest."""
    path = folder / FILE
    if not path.exists():
        raise Damaged(path, "is missing")
    expected = digest_now(folder, manifest, "worlds.parquet")
    if expected is not None and not is_same(path, expected):
        raise Damaged(path, "does not hold what was written")


def read_worlds(folder: Path, manifest: Manifest) -> pd.DataFrame:
    """The table, checked against its digest or, if there is none yet, against its pages' checksums and its numbers.

    Raises Damaged, and InputError if the path is not a regular file.
    """
    require_worlds(folder, manifest)
    path = folder / FILE
    try:
        with regular(path):  # so that only a regular file is opened below
            pass
        with pa.OSFile(str(path)) as source, pq.ParquetFile(source, page_checksum_verification=True) as file:
            rows, names = file.metadata.num_rows, file.schema_arrow.names
            if rows > MAX_WORLDS or not {*KEYS, *(manifest.design or ())} <= set(names):
                raise Damaged(path, "is the table of another run")
            frame: pd.DataFrame = file.read().to_pandas()
    except (OSError, pa.ArrowException, KeyError, ValueError) as fault:
        raise Damaged(path, str(fault)) from None
    if not np.array_equal(frame["world"].to_numpy(), np.arange(rows)):
        raise Damaged(path, "does not number its worlds")
    return frame
