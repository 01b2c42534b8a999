"""What a process says of a batch it has finished, beside its parts, until the manifest has it.

Core objects: `leave`, `found`, `drop`, `tidy`. A batch finished by a process whose starter was killed, or by a shard,
is taken over by the next command and not played again.
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
    """Write down a finished batch."""
    path = _path(outcome.folder, outcome.batch)
    inner_folder(path.parent)
    said = {
        "format": FORMAT,
        "batch": outcome.batch.model_dump(mode="json"),
        "trajectories": outcome.columns.trajectories,
        "places": outcome.columns.places,
    }
    write_record(path, said)


def found(folder: Path, batch: Batch) -> tuple[Batch, Columns] | None:
    """What is said of a batch with these worlds; None where nothing is, or nothing readable."""
    try:
        said = read_record(_path(folder, batch), "format")
        places = {name: tuple(words) for name, words in said["places"].items()}
        read = Batch.model_validate(said["batch"])
        columns = Columns(tuple(said["trajectories"]), places)
    except (OSError, InputError, ValueError, KeyError, TypeError, AttributeError, ValidationError):
        return None
    return (read, columns) if read.worlds == batch.worlds else None


def drop(folder: Path, batch: Batch) -> None:
    """Forget a batch that the manifest has. The folder stays: another process may be about to write into it."""
    with contextlib.suppress(OSError):
        _path(folder, batch).unlink(missing_ok=True)


def tidy(folder: Path) -> None:
    """Remove the folder if nothing is in it. Only where no process plays batches of the run folder."""
    with contextlib.suppress(OSError):
        (folder / FOLDER).rmdir()
