"""What a run will take, before it is played: batches, memory, disk, time.

Core objects: `Plan`, `planned`, and `batch_ranges`, which sets the boundaries of new batches. A batch takes at most
about 256 MB of memory (or 250 worlds). Within this limit, batches are sized to give all processes equal work: each week
costs some milliseconds per batch whatever its worlds, so fewer batches are cheaper, but more batches balance better.
"""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from regionsim.display import Shown, short
from regionsim.errors import InputError, argument
from regionsim.runs.key import digests
from regionsim.runs.manifest import NAME, Batch, Manifest, read_manifest
from regionsim.runs.settings import PlaySettings
from regionsim.scenario.truncate import left_out_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from regionsim.runs.table import Table
    from regionsim.scenario import Scenario

DEFAULT = PlaySettings()
BATCH_BYTES = 256 * 1024**2
MOST_WORLDS = 250  # of a batch, whatever their bytes
LEAST_WORLDS = 25  # of a batch, where worlds are divided among processes
STATE_BYTES = 450_000  # of one world while it is played: households, traders, actors
BASE_BYTES = 350 * 1024**2  # of one process: Python, NumPy, numba, Arrow
SECONDS_START = 3.0  # of one process: imports and cached kernels
SECONDS_POOL = 1.5  # extra time to start a pool
SECONDS_WEEK = 0.001  # of one batch, whatever its worlds
SECONDS_WORLD_WEEK = 4e-5
NEAR_BEST = 1.05  # fewer batches are preferred up to this multiple of the shortest time
MEASURED_FROM = 10_000  # least world-weeks of a batch whose time measures the machine's pace
LONGEST_NAME = 140  # bytes of a folder's name: file systems allow 255, encrypted ones 143
BYTES_ON_DISK = 1.9  # of one stored float32 value, compressed: smooth series shrink by half
BYTES_RUN, BYTES_BATCH, BYTES_DRAWN, BYTES_LINE = 250_000, 40_000, 5_000, 100
# also on disk: a run's own files, the headers of a batch's files, a world's parameters, a line of the summary


@dataclass(frozen=True, repr=False)
class Plan(Shown):
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

    def __repr__(self) -> str:
        time = f"{self.seconds:,.0f} s" if self.seconds < 120 else f"{self.seconds / 60.0:,.0f} min"
        size = f"{self.worlds:,} worlds x {self.weeks:,} weeks"
        return f"<Plan of {short(self.name)}: {size}, {self.to_play:,} to play in about {time}>"

    @property
    def to_play(self) -> int:
        """Worlds to be played."""
        return sum(len(batch) for batch in self.batches)


def folder_of(out: Path, scenario: Scenario, short: str, kind: str = "") -> Path:
    """The run folder of a scenario, or its folder for a kind of study: `out`/NAME-[KIND-]HASH.

    A long name is cut to what every file system allows; the hash keeps it distinct. Raises InputError for a name that
    is not UTF-8 text.
    """
    behind = f"-{kind}-{short}" if kind else f"-{short}"
    try:
        name = scenario.name.encode("utf-8")
    except UnicodeEncodeError:
        shown = scenario.name.encode("utf-8", "backslashreplace").decode()
        raise InputError(f"{shown}: this scenario name is not UTF-8 text (rename the file)") from None
    stem = name[: LONGEST_NAME - len(behind)].decode("utf-8", "ignore")
    return out / f"{stem}{behind}"


def cpus() -> int:
    """Number of processors this process may use: those it may run on, limited by its container's share."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = cpu_quota()
    return available if quota is None else max(1, min(available, math.ceil(quota)))


def cpu_quota(own: Path = Path("/proc/self/cgroup"), root: Path = Path("/sys/fs/cgroup")) -> float | None:
    """Number of processors that control groups grant (Linux, both versions); None if they set no limit.

    own: the file that names this process's groups. root: the folder of groups. The group and those above it count.
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
    """The limit that one group sets: quota over period, from either version's files."""
    try:
        if (folder / "cpu.max").is_file():
            quota, period = (folder / "cpu.max").read_text(encoding="utf-8").split()
        else:
            quota, period = (
                (folder / f"cpu.cfs_{name}_us").read_text(encoding="utf-8").strip() for name in ("quota", "period")
            )
        processors = float(quota) / float(period)  # "max" and -1 mean no limit
    except (OSError, ValueError, ZeroDivisionError):
        return None
    return processors if processors > 0.0 else None


def planned(scenario: Scenario, settings: PlaySettings, *, table: Table | None = None, runs: int = 1) -> Plan:
    """What a scenario would take to play with these settings; nothing is written. Raises InputError as playing would.

    table: a study's points. runs: number of runs of this size that share the processes.
    """
    count = scenario.worlds
    check_worlds(count)
    key = digests(scenario, table)
    folder = folder_of(settings.folder, scenario, key.short)
    stored: list[Batch] = []
    if not settings.fresh and (folder / NAME).is_file():
        stored = [batch for batch in read_manifest(folder).batches if batch.first < count]
    finished = [b for b in stored if b.status != "missing" and (b.record_all or not settings.record_all)]
    planned = max((batch.last for batch in stored), default=0)
    per_world = bytes_per_world(scenario.weeks, settings.record_all)
    ranges = [batch.worlds for batch in stored if batch not in finished]
    ranges += batch_ranges(planned, count, per_world, settings.workers, scenario.weeks, runs)
    processes = pool_size(len(ranges), settings.workers)
    disk, free = disk_of(list(map(len, ranges)), scenario.weeks, settings.record_all), _free(folder)
    return Plan(
        folder=folder,
        name=scenario.name,
        hash=key.key,
        worlds=count,
        weeks=scenario.weeks,
        finished=sum(min(batch.last, count) - batch.first for batch in finished),
        batches=tuple(ranges),
        workers=processes,
        memory=processes * (BASE_BYTES + max((len(r) for r in ranges), default=0) * per_world),
        disk=disk,
        disk_free=free,
        seconds=_seconds(ranges, scenario.weeks, processes, _pace(folder.parent)),
        warnings=(*_too_little(folder.parent, disk, free), *left_out_words(scenario)),
    )


def _too_little(folder: Path, disk: int, free: int) -> list[str]:
    words = f"{folder}: has {free / 1e6:,.1f} MB free, about {disk / 1e6:,.1f} MB are needed"
    return [words] if disk > free else []


def warnings_of(plans: Sequence[Plan]) -> tuple[str, ...]:
    """The warnings of several plans, each once."""
    return tuple(dict.fromkeys(warning for plan in plans for warning in plan.warnings))


def check_worlds(worlds: int) -> None:
    """Raises InputError for a number of worlds out of range."""
    from regionsim.scenario.schema import MAX_WORLDS

    if not 1 <= worlds <= MAX_WORLDS:
        raise InputError(f"{argument('worlds')}: {worlds} is out of range (allowed: 1 to {MAX_WORLDS})")


def batch_ranges(first: int, last: int, per_world: int, workers: int | None, weeks: int, runs: int = 1) -> list[range]:
    """Boundaries of new batches for worlds first .. last - 1, as even as possible; empty if last <= first.

    per_world: bytes. runs: number of runs of this size that share the processes. Takes the fewest batches whose time is
    near the shortest; if the user sets `workers`, each has a batch when there are enough worlds.
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
    batches = next(n for n in range(least, most + 1) if seconds(n) <= NEAR_BEST * best)
    edges = [first + count * i // batches for i in range(batches + 1)]
    return [range(a, b) for a, b in pairwise(edges)]


def pool_size(batches: int, workers: int | None) -> int:
    """Number of processes for this number of batches; 1 is this process."""
    return max(1, min(batches, workers or cpus()))


def recorded(record_all: bool) -> tuple[int, int]:
    """Numbers of recorded series of a world: in trajectories and in places."""
    from regionsim.indicators import DIMENSIONS, INDICATORS

    variables = 0
    if record_all:
        from regionsim.indicators.variables import RECORDED_AS

        variables = len(RECORDED_AS)
    places = sum(len(DIMENSIONS[i.dimension]) for i in INDICATORS.values() if i.dimension is not None)
    return len(INDICATORS) + variables, places


def bytes_per_world(weeks: int, record_all: bool) -> int:
    """Bytes of memory of one world while its batch is played: its state and its record."""
    return STATE_BYTES + 4 * weeks * sum(recorded(record_all))


def disk_of(batches: Sequence[int], weeks: int, record_all: bool) -> int:
    """Bytes on disk of batches of these sizes and of a run's other files, without figures."""
    if not batches:
        return 0
    series, worlds = sum(recorded(record_all)), sum(batches)
    stored = BYTES_ON_DISK * worlds * weeks * series + BYTES_DRAWN * worlds
    return int(stored + BYTES_BATCH * len(batches) + BYTES_LINE * weeks * recorded(False)[0] + BYTES_RUN)


def seconds_of_all(sizes: Mapping[int, Sequence[int]], workers: int, out: Path) -> float:
    """Estimated seconds of batches in one pool, from weeks -> numbers of worlds of batches."""
    each = [_batch_seconds(worlds, weeks) for weeks, some in sizes.items() for worlds in some]
    return SECONDS_START + _pace(out) * max(sum(each) / workers, max(each)) if each else 0.0


def _seconds(ranges: list[range], weeks: int, workers: int, pace: float) -> float:
    """Estimated seconds: batches go to processes in turn; `pace` scales the constants to this machine."""
    if not ranges:
        return 0.0
    rounds = [max(ranges[i : i + workers], key=len) for i in range(0, len(ranges), workers)]
    return SECONDS_START + pace * sum(_batch_seconds(len(batch), weeks) for batch in rounds)


def _batch_seconds(worlds: int, weeks: int, beside: int = 0) -> float:
    """Seconds of a batch; of its part, where `beside` other worlds are played side by side with it."""
    return weeks * (SECONDS_WEEK * worlds / max(worlds + beside, 1) + SECONDS_WORLD_WEEK * worlds)


def _pace(out: Path) -> float:
    """Ratio of measured to expected time of batches in the neighbouring run folders; 1 if none is large enough.

    Small batches are left out: start-up takes most of their time.
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
                expected += _batch_seconds(len(batch.worlds), manifest.weeks, batch.beside)
    return min(max(seconds / expected, 0.1), 10.0) if expected else 1.0


def _free(folder: Path) -> int:
    """Free bytes on the disk of a folder that exists or will."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free
