"""How and where worlds are played: one frozen object, made at the API and passed down unchanged.

Core objects: `PlaySettings`, and `PlayOptions`, its fields as keywords of public functions.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from regionsim.doors import plain_value, whole, whole_or_none
from regionsim.errors import InputError, argument
from regionsim.paths import writable_path
from regionsim.runs.engine import MODEL, Engine
from regionsim.scenario.schema import MAX_WORLDS

if TYPE_CHECKING:
    from regionsim.runs.planning import Plan

type Progress = Callable[[int, int], None]
"""Called with world-weeks done and world-weeks in all."""
type Watch = Callable[[Plan], AbstractContextManager[Progress | None]]
"""Called with a run's plan before it is played; yields the callback for its progress."""


class PlayOptions(TypedDict, total=False):
    """The fields of `PlaySettings` as keywords."""

    out: str | Path | None
    workers: int | None
    dask: str | None
    shard: tuple[int, int] | None
    fresh: bool
    record_all: bool
    progress: Progress | None
    watch: Watch | None
    patience: float
    engine: Engine


@dataclass(frozen=True)
class PlaySettings:
    """How and where worlds are played.

    out: the folder that holds run folders (default: `runs` in the working folder). workers: processes; None takes as
    many as are useful. dask: the address of a scheduler whose workers see the folder. shard: (i, n) plays only every
    n-th batch from the i-th. fresh: start again. record_all: also record the model's variables. progress: called with
    (world-weeks done, world-weeks in all). watch: gives the progress callback of each of several runs. patience:
    seconds to wait while another process plays the same run. engine: what plays.

    Raises InputError for a folder name that cannot be recorded, a faulty number of processes or a faulty shard.
    """

    out: str | Path | None = None
    workers: int | None = None
    dask: str | None = None
    shard: tuple[int, int] | None = None
    fresh: bool = False
    record_all: bool = False
    progress: Progress | None = None
    watch: Watch | None = None
    patience: float = 0.0
    engine: Engine = MODEL

    def __post_init__(self) -> None:
        """Check and convert the values."""
        object.__setattr__(self, "workers", whole_or_none(self.workers, argument("workers"), 1))
        object.__setattr__(self, "shard", checked_shard(self.shard))
        out_folder(self.out)

    @property
    def folder(self) -> Path:
        """The folder that holds run folders."""
        return out_folder(self.out)

    def recording(self, record_all: bool) -> PlaySettings:
        """The same settings, with the model's variables recorded or not."""
        return replace(self, record_all=record_all)

    def watched(self, plan: Plan) -> AbstractContextManager[Progress | None]:
        """The progress callback of this run, inside the block."""
        return nullcontext(self.progress) if self.watch is None else self.watch(plan)


def out_folder(out: str | Path | None) -> Path:
    """The folder that holds run folders, as a user names it. Raises InputError for a name that cannot be recorded."""
    return Path("runs") if out is None else writable_path(out, argument("out"))


def checked_shard(shard: object) -> tuple[int, int] | None:
    """The shard (i, n) as plain numbers, 1 <= i <= n. Raises InputError."""
    if shard is None:
        return None
    given = plain_value(shard)
    if not isinstance(given, list) or len(given) != 2:
        raise InputError(f"{argument('shard')}: {shard!r} is not a shard (allowed: i and n, i from 1 to n)")
    count = whole(given[1], f"{argument('shard')}: n", 1, MAX_WORLDS)
    return whole(given[0], f"{argument('shard')}: i", 1, count), count
