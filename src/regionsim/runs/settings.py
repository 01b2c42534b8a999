"""How and where worlds are played: one frozen object, made at the door and passed down whole.

Core objects: `PlaySettings`, and `PlayOptions`, the same as keywords of public functions.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from regionsim.doors import plain_value, whole, whole_or_none
from regionsim.errors import InputError
from regionsim.paths import writable_path
from regionsim.runs.engine import MODEL, Engine
from regionsim.scenario.schema import MAX_WORLDS

if TYPE_CHECKING:
    from regionsim.runs.planning import Plan

type Progress = Callable[[int, int], None]
"""Called with world-weeks done, of all."""
type Watch = Callable[[Plan], AbstractContextManager[Progress | None]]
"""Given what a run will take before it is played; yields who hears of its progress."""


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
    many as pay. dask: the address of a scheduler whose workers see the folder. shard: (i, n) plays every n-th batch
    from the i-th only. fresh: start again. record_all: also record the model's variables. progress: called with
    (world-weeks done, of all). watch: gives the progress of each run of several. patience: seconds to wait where
    another process plays the same run. engine: what plays.

    Raises InputError for a folder that cannot be recorded, processes that are no whole number, or a shard that is none.
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
        """Values as the doors take them."""
        object.__setattr__(self, "workers", whole_or_none(self.workers, "--workers", 1))
        object.__setattr__(self, "shard", checked_shard(self.shard))
        out_folder(self.out)

    @property
    def folder(self) -> Path:
        """The folder that holds run folders."""
        return out_folder(self.out)

    def recording(self, record_all: bool) -> PlaySettings:
        """The same, with the model's variables recorded or not."""
        return replace(self, record_all=record_all)

    def watched(self, plan: Plan) -> AbstractContextManager[Progress | None]:
        """Who hears of the progress of this run, inside the block."""
        return nullcontext(self.progress) if self.watch is None else self.watch(plan)


def out_folder(out: str | Path | None) -> Path:
    """The folder that holds run folders, as a user names it. Raises InputError for a name that cannot be recorded."""
    return Path("runs") if out is None else writable_path(out, "--out")


def checked_shard(shard: object) -> tuple[int, int] | None:
    """The shard (i, n) as plain numbers, 1 <= i <= n. Raises InputError."""
    if shard is None:
        return None
    given = plain_value(shard)
    if not isinstance(given, list) or len(given) != 2:
        raise InputError(f"--shard: {shard!r} is no shard (allowed: i and n, i from 1 to n)")
    count = whole(given[1], "--shard: n", 1, MAX_WORLDS)
    return whole(given[0], "--shard: i", 1, count), count
