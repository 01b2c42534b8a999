"""The manifest of a run folder: what was run, what made it, which batches are finished.

Core objects: `Manifest`, `Batch`, `StoredPart`, `Status`. Batch boundaries, once written, do not change. The manifest
is written atomically after each finished batch, so a folder is consistent whenever its process ends.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from regionsim.errors import InputError, visible
from regionsim.evidence.inputs import digest_of
from regionsim.runs.integrity import FORMAT, Damaged, afresh, check_name, is_same, read_record, write_record
from regionsim.scenario.schema import MAX_WORLDS, MAX_YEARS

NAME = "manifest.json"
MAX_WEEKS = 53 * MAX_YEARS

Status = Literal["missing", "done", "failed"]
Kind = Literal["trajectories", "places", "events"]
KINDS: tuple[Kind, ...] = ("trajectories", "places", "events")
Stored = Literal["scenario.yaml", "worlds.parquet", "summary.csv"]


def _day(text: str) -> str:
    date.fromisoformat(text)
    return text


Words = Annotated[str, AfterValidator(visible)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[str, AfterValidator(check_name)]
Day = Annotated[str, AfterValidator(_day)]
World = Annotated[int, Field(ge=0, le=MAX_WORLDS)]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", validate_assignment=True)


class StoredPart(_Record):
    """One Parquet file of a batch."""

    rows: int = Field(ge=0)
    """Number of rows."""
    sha256: Digest
    """Digest of the file's bytes: shows whether the file has changed."""
    content: Digest
    """Digest of the column values: shows whether two parts hold equal results, however they are written."""


class Batch(_Record):
    """Worlds first .. last - 1, played together."""

    first: World
    last: World
    status: Status = "missing"
    """missing: not yet played; done; failed: played and stored, but some of its worlds failed."""
    record_all: bool = False
    """Whether the model's variables are recorded beside the indicators."""
    parts: dict[Kind, StoredPart] = Field(default_factory=dict)
    failed: dict[int, Words] = Field(default_factory=dict)
    """World number -> why it failed. Its values are missing (NaN)."""
    seconds: float = 0.0
    """Time taken to play and write it; its worlds' part of the time, if others were played beside it."""
    beside: int = Field(default=0, ge=0)
    """Number of worlds of other runs that were played side by side with it."""

    @property
    def stem(self) -> str:
        """The stem of its files' names: first and last world."""
        return f"part-{self.first:06d}-{self.last - 1:06d}"

    @property
    def worlds(self) -> range:
        """The numbers of its worlds."""
        return range(self.first, self.last)


class Manifest(_Record):
    """The description of a run folder, stored in it."""

    format: int = Field(default=FORMAT, ge=1, le=FORMAT)
    name: Name
    """The scenario's name."""
    title: Words
    hash: Digest
    """The run's key; its first eight characters are in the folder's name."""
    digests: dict[str, str]
    """Digest of each part of the key."""
    sources: dict[str, dict[str, str]] = Field(default_factory=dict)
    """Part of the key -> file -> the first characters of its digest, so that a later replay can name changed files.
    Empty in folders of older versions."""
    seed: int
    start: Day
    """The first day of week 0."""
    weeks: int = Field(ge=1, le=MAX_WEEKS)
    worlds: World
    """The largest number of worlds ever requested."""
    record_all: bool = False
    design: list[str] | None = None
    """Parameters and lever settings that the points of a study set; None for a plain run."""
    indicators: list[Name] = Field(default_factory=list)
    """Columns of the trajectories that are indicators."""
    variables: list[Name] = Field(default_factory=list)
    """Columns that are variables of the model (with `--record all`)."""
    places: dict[Name, list[Name]] = Field(default_factory=dict)
    """Indicators recorded by place -> their places."""
    batches: list[Batch] = Field(default_factory=list)
    versions: dict[str, str] = Field(default_factory=dict)
    commit: str | None = None
    """Commit of the checkout that started the run, with "+dirty" if files differed."""
    platform: Words = ""
    command: Words = ""
    """The command that last wrote to the folder."""
    checksums: dict[Stored, Digest] = Field(default_factory=dict)
    """Digests of the files beside the parts, except a file that is being written; empty in old folders."""
    summary_of: str = ""
    """Digest of the stored values that summary.csv summarises."""
    figures_of: str = ""
    """Digest of the stored values and scenario texts that the figures show."""
    created: str = ""
    updated: str = ""

    @property
    def failed(self) -> dict[int, str]:
        """World number -> why it failed, over all batches."""
        return {world: why for batch in self.batches for world, why in sorted(batch.failed.items())}

    @property
    def finished(self) -> list[Batch]:
        """Batches whose parts are written, in order of worlds."""
        return [batch for batch in self.batches if batch.status != "missing"]

    @property
    def planned(self) -> int:
        """Number of worlds in batches, finished or not."""
        return max((batch.last for batch in self.batches), default=0)


def now() -> str:
    """The time, in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a folder, checked.

    Raises InputError if there is none or a newer version wrote it, and Damaged.
    """
    path = folder / NAME
    try:
        data = read_record(path, "format", afresh())
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(f"{folder}: is not a run folder (it holds no {NAME})") from None
    except OSError as fault:
        raise InputError(f"{path}: cannot be read ({fault.strerror or fault})") from None
    try:
        manifest = Manifest.model_validate(data)
    except ValidationError as fault:
        first = fault.errors()[0]
        where = ".".join(str(word) for word in first["loc"])
        raise Damaged(path, f"{where}: {first['msg']}".removeprefix(": "), afresh()) from None
    if why := _disorder(manifest):
        raise Damaged(path, why, afresh())
    return manifest


def _disorder(manifest: Manifest) -> str:
    """What is wrong with the batches; empty if they follow one another and have the rows of their worlds and weeks."""
    edges = [(batch.first, batch.last) for batch in manifest.batches]
    follow = all(a[1] == b[0] for a, b in pairwise([(0, 0), *edges]))
    if not follow or any(first >= last for first, last in edges):
        return "its batches do not follow one another"
    for batch in manifest.finished:
        wide = batch.parts.get("trajectories")
        if set(batch.parts) != set(KINDS) or wide is None or wide.rows != len(batch.worlds) * manifest.weeks:
            return f"{batch.stem} does not have the parts of its worlds and weeks"
        if not set(batch.failed) <= set(batch.worlds):
            return f"{batch.stem} has failed worlds that are not its own"
    return ""


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest atomically."""
    manifest.format, manifest.updated = FORMAT, now()
    write_record(folder / NAME, manifest.model_dump(mode="json"))


def digest_now(folder: Path, manifest: Manifest, name: Stored) -> str | None:
    """The digest that a file beside the parts must have; None for a file that is being written, and in old folders.

    If the file does not match `manifest`, another command may have extended the run since: the folder's present
    manifest then decides. Raises as `read_manifest` does.
    """
    expected = manifest.checksums.get(name)
    if expected is None or is_same(folder / name, expected):
        return expected
    return read_manifest(folder).checksums.get(name)


def stored_digest(manifest: Manifest) -> str:
    """Digest of the finished worlds."""
    return digest_of([[b.first, b.last, b.parts["trajectories"].content] for b in manifest.finished])


def shown_digest(manifest: Manifest) -> str:
    """Digest of what the figures show: the finished worlds, and the scenario with its texts."""
    return digest_of([stored_digest(manifest), manifest.checksums.get("scenario.yaml", "")])
