"""What a run will take, before it is played: batches, memory, disk, time.

Core objects: `Plan`, `planned`, and `batch_ranges`, which sets the boundaries of new batches. No batch holds more than
about 256 MB in memory (or 250 worlds). Beyond that they are cut so that all processes have as much to do: a week costs
some milliseconds whatever the worlds of a batch, so fewer batches are cheaper, and more of them share the work better.
"""

from __future__ import annotations

import math
import os
import shutil
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from regionsim.errors import InputError
from regionsim.runs.key import digests
from regionsim.runs.manifest import NAME, Batch, Manifest, read_manifest
from regionsim.runs.settings import PlaySettings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regionsim.runs.table import Table
    from regionsim.scenario import Scenario

DEFAULT = PlaySettings()
BATCH_BYTES = 256 * 1024**2
MOST_WORLDS = 250  # that a batch may hold whatever their bytes
LEAST_WORLDS = 25  # of a batch, where worlds are shared out among processes
STATE_BYTES = 450_000  # of one world while it is played: households, traders, actors
BASE_BYTES = 350 * 1024**2  # of one process: Python, NumPy, numba, Arrow
SECONDS_START = 3.0  # of one process: imports and kept kernels
SECONDS_POOL = 1.5  # that a pool takes longer to start than this process alone
SECONDS_WEEK = 0.005  # of one batch, whatever its worlds
SECONDS_WORLD_WEEK = 4.5e-5
WORTH = 1.05  # how many times the best cut's time a coarser one may take and is still preferred
MEASURED_FROM = 10_000  # world-weeks of a batch whose time tells the machine's pace
LONGEST_NAME = 140  # bytes of a folder's name: file systems take 255, encrypted ones 143
BYTES_ON_DISK = 1.9  # of one stored float32 value, packed: smooth series pack by half
BYTES_RUN, BYTES_BATCH, BYTES_DRAWN, BYTES_LINE = 250_000, 40_000, 5_000, 100
# on disk too: of a run's own files, of the heads of a batch's, of a world's parameters, of a line of the summary


@dataclass(frozen=True)
class Plan:
    """What `run` would do. Sizes in bytes, time in seconds; estimates, except for the counts."""

    folder: Path
    name: str
    hash: str
    worlds: int
    weeks: int
    finished: int
    """Worlds already stored that the run needs."""
    batches: tuple[range, ...]
    """Worlds of each batch to be played."""
    workers: int
    memory: int
    disk: int
    disk_free: int
    seconds: float
    warnings: tuple[str, ...] = field(default=())

    @property
    def to_play(self) -> int:
        """Worlds to be played."""
        return sum(len(batch) for batch in self.batches)


def folder_of(out: Path, scenario: Scenario, short: str, kind: str = "") -> Path:
    """The run folder of a scenario, or its folder of a kind of study: `out`/NAME-[KIND-]HASH.

    A long name is cut to what every file system takes; the hash tells it from others. Raises InputError for a name that
    is no text.
    """
    behind = f"-{kind}-{short}" if kind else f"-{short}"
    try:
        name = scenario.name.encode("utf-8")
    except UnicodeEncodeError:
        shown = scenario.name.encode("utf-8", "backslashreplace").decode()
        raise InputError(f"{shown}: this name of a scenario is not UTF-8 text (rename the file)") from None
    kept = name[: LONGEST_NAME - len(behind)].decode("utf-8", "ignore")
    return out / f"{kept}{behind}"


def cpus() -> int:
    """Processors this process may use: those it may run on, and no more than its container has a share of."""
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = cpu_quota()
    return there if quota is None else max(1, min(there, math.ceil(quota)))


def cpu_quota(own: Path = Path("/proc/self/cgroup"), root: Path = Path("/sys/fs/cgroup")) -> float | None:
    """Processors' worth of time that control groups grant (Linux, both versions); None where they set no limit.

    own: the file that names this process's groups. root: where their folders are. The group and those above it count.
    """
    try:
        groups = [line.split(":", 2) for line in own.read_text(encoding="utf-8").splitlines() if line.count(":") >= 2]
    except (OSError, UnicodeDecodeError):
        return None
    quotas = []
    for _, controllers, path in groups:
        names = controllers.split(",")
        if controllers and "cpu" not in names:
            continue
        mounts = [root / controllers, root / "cpu", root / "cpu,cpuacct"] if controllers else [root, root / "unified"]
        for mount in dict.fromkeys(mounts):
            parts = [part for part in path.split("/") if part not in ("", "..")]
            places = [mount.joinpath(*parts[:n]) for n in range(len(parts) + 1)]
            quotas += [quota for place in places if (quota := _quota_in(place)) is not None]
    return min(quotas, default=None)


def _quota_in(folder: Path) -> float | None:
    """The limit that one group sets: quota over period, in either version's files."""
    try:
        if (folder / "cpu.max").is_file():
            quota, period = (folder / "cpu.max").read_text(encoding="utf-8").split()
        else:
            quota, period = (
                (folder / f"cpu.cfs_{name}_us").read_text(encoding="utf-8").strip() for name in ("quota", "period")
            )
        found = float(quota) / float(period)  # "max" and -1 set none
    except (OSError, ValueError, ZeroDivisionError):
        return None
    return found if found > 0.0 else None


def planned(scenario: Scenario, settings: PlaySettings, *, table: Table | None = None, runs: int = 1) -> Plan:
    """What playing a scenario by these settings would take; nothing is written. Raises InputError as playing would.

    table: a study's points. runs: how many runs of this size share the processes.
    """
    count = scenario.worlds
    check_worlds(count)
    found = digests(scenario, table)
    folder = folder_of(settings.folder, scenario, found.short)
    kept: list[Batch] = []
    if not settings.fresh and (folder / NAME).is_file():
        kept = [batch for batch in read_manifest(folder).batches if batch.first < count]
    finished = [b for b in kept if b.status != "missing" and (b.record_all or not settings.record_all)]
    planned = max((batch.last for batch in kept), default=0)
    per_world = bytes_per_world(scenario.weeks, settings.record_all)
    ranges = [batch.worlds for batch in kept if batch not in finished]
    ranges += batch_ranges(planned, count, per_world, settings.workers, scenario.weeks, runs)
    processes = pool_size(len(ranges), settings.workers)
    disk, free = disk_of(list(map(len, ranges)), scenario.weeks, settings.record_all), _free(folder)
    return Plan(
        folder=folder,
        name=scenario.name,
        hash=found.key,
        worlds=count,
        weeks=scenario.weeks,
        finished=sum(min(batch.last, count) - batch.first for batch in finished),
        batches=tuple(ranges),
        workers=processes,
        memory=processes * (BASE_BYTES + max((len(r) for r in ranges), default=0) * per_world),
        disk=disk,
        disk_free=free,
        seconds=_seconds(ranges, scenario.weeks, processes, _pace(folder.parent)),
        warnings=(f"{folder.parent}: has {free / 1e6:,.1f} MB free, about {disk / 1e6:,.1f} MB are needed",)
        if disk > free
        else (),
    )


def check_worlds(worlds: int) -> None:
    """Raises InputError for a number of worlds that makes no sense."""
    from regionsim.scenario.schema import MAX_WORLDS

    if not 1 <= worlds <= MAX_WORLDS:
        raise InputError(f"--worlds: {worlds} is out of range (allowed: 1 to {MAX_WORLDS})")


def batch_ranges(first: int, last: int, per_world: int, workers: int | None, weeks: int, runs: int = 1) -> list[range]:
    """Boundaries of new batches for worlds first .. last - 1, as even as can be; empty where last <= first.

    per_world: bytes. runs: how many runs of this size share the processes. The fewest batches are taken whose time is
    near the shortest; where the user names the processes, each has a batch if there are worlds enough.
    """
    count, processes = last - first, workers or cpus()
    if count <= 0:
        return []
    least = -(-count // max(MOST_WORLDS, BATCH_BYTES // per_world))
    if workers is not None:
        least = max(least, min(-(-workers // runs), count // LEAST_WORLDS))
    most = max(least, min(least + processes - 1, count // LEAST_WORLDS))

    def seconds(batches: int) -> float:
        rounds = -(-batches * runs // processes)
        start = SECONDS_POOL if min(batches * runs, processes) > 1 else 0.0
        return start + rounds * _batch_seconds(-(-count // batches), weeks)

    best = min(map(seconds, range(least, most + 1)))
    batches = next(n for n in range(least, most + 1) if seconds(n) <= WORTH * best)
    edges = [first + count * i // batches for i in range(batches + 1)]
    return [range(a, b) for a, b in pairwise(edges)]


def pool_size(batches: int, workers: int | None) -> int:
    """Number of processes for so many batches; 1 is this process."""
    return max(1, min(batches, workers or cpus()))


def recorded(record_all: bool) -> tuple[int, int]:
    """Number of recorded series of a world: in trajectories, in places."""
    from regionsim.indicators import DIMENSIONS, INDICATORS

    variables = 0
    if record_all:
        from regionsim.indicators.variables import RECORDED_AS

        variables = len(RECORDED_AS)
    places = sum(len(DIMENSIONS[i.dimension]) for i in INDICATORS.values() if i.dimension is not None)
    return len(INDICATORS) + variables, places


def bytes_per_world(weeks: int, record_all: bool) -> int:
    """Memory of one world while its batch is played: its state and its record."""
    return STATE_BYTES + 4 * weeks * sum(recorded(record_all))


def disk_of(batches: Sequence[int], weeks: int, record_all: bool) -> int:
    """Bytes on disk of batches of so many worlds each, and of what a run writes beside them; pictures do not count."""
    if not batches:
        return 0
    series, worlds = sum(recorded(record_all)), sum(batches)
    stored = BYTES_ON_DISK * worlds * weeks * series + BYTES_DRAWN * worlds
    return int(stored + BYTES_BATCH * len(batches) + BYTES_LINE * weeks * recorded(False)[0] + BYTES_RUN)


def seconds_of_all(plans: list[Plan], workers: int, out: Path) -> float:
    """Estimated time of several runs in one pool."""
    each = [_batch_seconds(len(batch), one.weeks) for one in plans for batch in one.batches]
    return SECONDS_START + _pace(out) * max(sum(each) / workers, max(each)) if each else 0.0


def _seconds(ranges: list[range], weeks: int, workers: int, pace: float) -> float:
    """Estimated time: batches dealt to processes in turn; `pace` scales the constants to this machine."""
    if not ranges:
        return 0.0
    rounds = [max(ranges[i : i + workers], key=len) for i in range(0, len(ranges), workers)]
    return SECONDS_START + pace * sum(_batch_seconds(len(batch), weeks) for batch in rounds)


def _batch_seconds(worlds: int, weeks: int) -> float:
    return weeks * (SECONDS_WEEK + SECONDS_WORLD_WEEK * worlds)


def _pace(out: Path) -> float:
    """How much longer batches took than expected, in the neighbouring run folders; 1 where there are none of any size.

    Small batches are left out: starting up takes most of their time.
    """
    seconds = expected = 0.0
    for path in sorted(out.glob(f"*/{NAME}"))[:50]:
        try:
            manifest: Manifest = read_manifest(path.parent)
        except InputError:
            continue
        for batch in manifest.finished:
            if len(batch.worlds) * manifest.weeks >= MEASURED_FROM:
                seconds += batch.seconds
                expected += _batch_seconds(len(batch.worlds), manifest.weeks)
    return min(max(seconds / expected, 0.1), 10.0) if expected else 1.0


def _free(folder: Path) -> int:
    """Free bytes where the folder is or will be."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free
