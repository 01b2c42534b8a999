"""The manifest of a run folder: what was run, what made it, which batches are finished.

Core objects: `Manifest`, `Batch`, `Part`, `Status`. Boundaries of batches, once written, stay. The manifest is written
after each finished batch, under a temporary name first, so a folder is consistent whenever its process ends.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from regionsim.ensemble.files import write_text
from regionsim.errors import InputError

NAME = "manifest.json"

Status = Literal["missing", "done", "failed"]
Kind = Literal["trajectories", "places", "events"]
KINDS: tuple[Kind, ...] = ("trajectories", "places", "events")


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", validate_assignment=True)


class Part(_Record):
    """One Parquet file of a batch."""

    rows: int
    """Number of rows."""
    sha256: str
    """Digest of the file's bytes: tells at once whether the file is still the one written."""
    content: str
    """Digest of the column values: tells whether two parts hold equal results, however they are written."""


class Batch(_Record):
    """Worlds first .. last - 1, played together."""

    first: int
    last: int
    status: Status = "missing"
    """missing: to be played; done; failed: played and kept, but some of its worlds failed."""
    record_all: bool = False
    """Whether the model's variables are recorded beside the indicators."""
    parts: dict[Kind, Part] = Field(default_factory=dict)
    failed: dict[int, str] = Field(default_factory=dict)
    """World number -> why it failed. Its values are missing (NaN)."""
    seconds: float = 0.0
    """Time it took to play and write."""

    @property
    def stem(self) -> str:
        """The stem of its files: named by the first and the last world."""
        return f"part-{self.first:06d}-{self.last - 1:06d}"

    @property
    def worlds(self) -> range:
        """The numbers of its worlds."""
        return range(self.first, self.last)


class Manifest(_Record):
    """What a run folder says of itself."""

    format: Literal[1] = 1
    name: str
    """The scenario's name."""
    title: str
    hash: str
    """The run's key; its first eight characters are in the folder's name."""
    digests: dict[str, str]
    """What the key covers, part by part."""
    files: dict[str, dict[str, str]] = Field(default_factory=dict)
    """Part of the key -> file -> the beginning of its digest, so that a later replay can say which file changed. Empty
    in folders of versions that did not keep it."""
    seed: int
    start: str
    """The first day of week 0."""
    weeks: int
    worlds: int
    """How many worlds the folder is meant to hold: the most ever asked for."""
    record_all: bool = False
    design: list[str] | None = None
    """What the points of a study set, parameters and settings of levers; None for a plain run."""
    indicators: list[str] = Field(default_factory=list)
    """Columns of the trajectories that are indicators."""
    variables: list[str] = Field(default_factory=list)
    """Columns that are the model's variables (with `--record all`)."""
    places: dict[str, list[str]] = Field(default_factory=dict)
    """Indicators recorded by place, and their places."""
    batches: list[Batch] = Field(default_factory=list)
    versions: dict[str, str] = Field(default_factory=dict)
    commit: str | None = None
    """Commit of the checkout that started the run, "+dirty" where files differed."""
    platform: str = ""
    command: str = ""
    """The command that last wrote to the folder."""
    summary_of: str = ""
    """Digest of the stored values that summary.csv is of."""
    figures_of: str = ""
    """The same for the figures, with the scenario's words."""
    created: str = ""
    updated: str = ""

    @property
    def failed(self) -> dict[int, str]:
        """World number -> why it failed, over all batches."""
        return {world: why for batch in self.batches for world, why in sorted(batch.failed.items())}

    @property
    def finished(self) -> list[Batch]:
        """Batches whose parts are written, by world."""
        return [batch for batch in self.batches if batch.status != "missing"]

    @property
    def planned(self) -> int:
        """Number of worlds that lie in batches, finished or not."""
        return max((batch.last for batch in self.batches), default=0)


def now() -> str:
    """The time, in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a folder. Raises InputError where there is none, or none that can be read."""
    path = folder / NAME
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(f"{folder}: is not a run folder (it holds no {NAME})") from None
    except (OSError, UnicodeDecodeError) as fault:
        raise InputError(f"{path}: cannot be read ({fault})") from None
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as fault:
        first = fault.errors()[0]
        where = ".".join(str(word) for word in first["loc"])
        raise InputError(f"{path}: is damaged ({where}: {first['msg']}); --fresh starts the run again") from None


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Put the manifest in place, whole or not at all."""
    manifest.updated = now()
    write_text(folder / NAME, manifest.model_dump_json(indent=1) + "\n")
