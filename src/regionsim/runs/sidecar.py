"""A process's record of a batch it has finished, stored beside the parts until the manifest has it.

Core objects: `leave`, `read`, `drop`, `tidy`. The next command takes over a batch that a shard finished, or a process
whose parent was killed, and does not play it again.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from regionsim.errors import InputError
from regionsim.runs.files import inner_folder
from regionsim.runs.integrity import FORMAT, read_record, write_record
from regionsim.runs.manifest import Batch
from regionsim.runs.parts import Columns

if TYPE_CHECKING:
    from regionsim.runs.worker import BatchOutcome

FOLDER = "finished"


def _path(folder: Path, batch: Batch) -> Path:
    return folder / FOLDER / f"{batch.stem}.json"


def leave(outcome: BatchOutcome) -> None:
    """Write the record of a finished batch."""
    path = _path(outcome.folder, outcome.batch)
    inner_folder(path.parent)
    record = {
        "format": FORMAT,
        "batch": outcome.batch.model_dump(mode="json"),
        "trajectories": outcome.columns.trajectories,
        "places": outcome.columns.places,
    }
    write_record(path, record)


def read(folder: Path, batch: Batch) -> tuple[Batch, Columns] | None:
    """The record of a finished batch with these worlds; None if there is none or it is not readable."""
    try:
        record = read_record(_path(folder, batch), "format")
        places = {name: tuple(names) for name, names in record["places"].items()}
        stored = Batch.model_validate(record["batch"])
        columns = Columns(tuple(record["trajectories"]), places)
    except (OSError, InputError, ValueError, KeyError, TypeError, AttributeError, ValidationError):
        return None
    return (stored, columns) if stored.worlds == batch.worlds else None


def drop(folder: Path, batch: Batch) -> None:
    """Remove the record of a batch that the manifest has. The folder stays: another process may be writing to it."""
    with contextlib.suppress(OSError):
        _path(folder, batch).unlink(missing_ok=True)


def tidy(folder: Path) -> None:
    """Remove the folder if it is empty. Only while no process plays batches of the run folder."""
    with contextlib.suppress(OSError):
        (folder / FOLDER).rmdir()
