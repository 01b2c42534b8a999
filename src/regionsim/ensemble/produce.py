"""Produce or load: the same command finds the same folder, keeps what is finished and plays what is missing.

Core object: `run`. More worlds extend a folder and repeat nothing; fewer use the first ones. Parts that are missing or
damaged are played again.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from regionsim.doors import plain_value, whole, whole_or_none
from regionsim.ensemble import manifest as records
from regionsim.ensemble import sidecar
from regionsim.ensemble.engine import MODEL, Engine
from regionsim.ensemble.files import read_regular, remove_temporary, require_writable, write_text
from regionsim.ensemble.integrity import FRESH, MOST_BYTES, Damaged, digest, is_same
from regionsim.ensemble.key import digest_of, digests, files_of_key
from regionsim.ensemble.lock import SHARDS, FolderLock
from regionsim.ensemble.manifest import KINDS, Batch, Manifest, Stored, now, read_manifest, write_manifest
from regionsim.ensemble.parts import part_is_whole
from regionsim.ensemble.planning import Plan, bytes_per_world, check_counts, cut, folder_of, out_folder, pool_size
from regionsim.ensemble.planning import plan as plan_scenario
from regionsim.ensemble.provenance import command_line, commit, platform_name, versions
from regionsim.ensemble.runner import Progress, play_missing
from regionsim.ensemble.runs import Run
from regionsim.ensemble.tables import write_csv
from regionsim.ensemble.worker import Outcome, Task
from regionsim.ensemble.worldstable import write_worlds
from regionsim.errors import InputError, WorldsFailed
from regionsim.scenario.schema import MAX_WORLDS

if TYPE_CHECKING:
    from regionsim.ensemble.table import Table
    from regionsim.scenario import Scenario

SLAB = 10_000  # worlds whose parameters are held at a time
SHARD_PATIENCE = 120.0  # seconds that a shard waits for another one to set the folder up


def run(
    source: str | Path | Mapping[str, Any] | Scenario,
    *,
    worlds: int | None = None,
    seed: int | None = None,
    sets: Sequence[str] = (),
    out: str | Path | None = None,
    workers: int | None = None,
    record_all: bool = False,
    fresh: bool = False,
    figures: bool = True,
    progress: Progress | None = None,
    engine: Engine = MODEL,
    dask: str | None = None,
    shard: tuple[int, int] | None = None,
    patience: float = 0.0,
) -> Run:
    """Play a scenario into its run folder under `out`, and open it. source: a path, a shipped name, a Scenario, or what
    a file would hold as a dict.

    workers: processes; None takes as many as pay. record_all: also record the model's variables. fresh: start again.
    progress: called with (world-weeks done, of all). dask: the address of a scheduler whose workers see the folder.
    shard: (i, n) plays every n-th batch from the i-th only; the same call without it takes over what all shards have
    played, plays the rest, and writes the summary. patience: seconds to wait where another process plays the same run,
    whose worlds are then taken over. Raises InputError, RunInterrupted (finished batches are kept), and at the end
    WorldsFailed where worlds failed: its `run` is the run, with them left out.
    """
    scenario = _scenario(source, worlds, seed, sets)
    workers, shard = whole_or_none(workers, "--workers"), checked_shard(shard)
    check_counts(scenario.worlds, workers)
    work = Work(scenario, out_folder(out), record_all, engine)
    means = Means(workers, dask, shard, progress)
    if fresh or not work.is_done(figures):
        work.make_folder()
        if shard is not None:
            play_shard(work.folder, [work], means)
        else:
            with writing(work.folder, patience):
                play_all([work], means, fresh)
                work.outputs(figures)
    found = Run(work.folder, worlds=scenario.worlds)
    if found.failed:
        raise WorldsFailed(_failures(found), run=found)
    return found


def plan(source: str | Path | Mapping[str, Any] | Scenario, **how: Any) -> Plan:
    """What `run` would do with these arguments, see `planning.plan`; nothing is written. Raises InputError."""
    return plan_scenario(_scenario(source, None, None, ()), **how)


def checked_shard(shard: Sequence[int] | None) -> tuple[int, int] | None:
    """The shard (i, n) as plain numbers, 1 <= i <= n. Raises InputError."""
    if shard is None:
        return None
    given = plain_value(shard)
    if not isinstance(given, list) or len(given) != 2:
        raise InputError(f"--shard: {shard!r} is no shard (allowed: i and n, i from 1 to n)")
    count = whole(given[1], "--shard: n", 1, MAX_WORLDS)
    return whole(given[0], "--shard: i", 1, count), count


def _scenario(
    source: str | Path | Mapping[str, Any] | Scenario, worlds: int | None, seed: int | None, sets: Sequence[str]
) -> Scenario:
    from regionsim.scenario import Scenario, load
    from regionsim.scenario.load import changed

    if not isinstance(source, Scenario):
        return load(source, sets=sets, worlds=worlds, seed=seed)
    if sets:
        raise InputError("sets: go with a scenario's path or name; a Scenario object is final")
    return changed(source, worlds, seed)


def _failures(found: Run) -> str:
    shown = [f"world {world}: {why}" for world, why in list(found.failed.items())[:3]]
    more = f", and {len(found.failed) - 3} more" if len(found.failed) > 3 else ""
    return f"{len(found.failed)} of {found.limit} worlds failed and are left out ({'; '.join(shown)}{more})"


@dataclass(frozen=True)
class Means:
    """How batches are played: processes, or a Dask scheduler, or as shard (i, n); and who is told of progress."""

    workers: int | None = None
    dask: str | None = None
    shard: tuple[int, int] | None = None
    progress: Progress | None = None

    def play(self, tasks: Sequence[Task], note: Callable[[Outcome], None], beside: Callable[[], None]) -> None:
        """Play the tasks by these means; `beside` is done once as well, by a process of the pool where there is one."""
        if tasks:
            play_missing(tasks, pool_size(len(tasks), self.workers), note, beside, self.progress, self.dask)
        else:
            beside()


@contextmanager
def writing(folder: Path, patience: float = 0.0) -> Iterator[None]:
    """Hold a folder alone: no other writer, and no shard, while it is held. patience: seconds to wait for them."""
    with FolderLock(folder, patience=patience), FolderLock(folder, SHARDS, patience=patience):
        yield


def play_all(works: Sequence[Work], means: Means, fresh: bool) -> None:
    """Play what is missing of each work, in one pool. Only while their folders are held."""
    for work in works:
        remove_temporary(work.folder)
        if fresh:
            _empty(work.folder)
        work.prepare(means, len(works))
    by_folder = {work.folder.absolute(): work for work in works}
    tasks = [work.task(batch) for work in works for batch in work.wanted() if batch.status == "missing"]
    means.play(
        tasks, lambda outcome: by_folder[outcome.folder.absolute()].note(outcome), partial(_write_worlds, tuple(works))
    )
    for work in works:
        work.seal("worlds.parquet")
        sidecar.tidy(work.folder)


def _write_worlds(works: Sequence[Work]) -> None:
    """The tables of worlds. Takes the model's import, which only processes that play have to pay for."""
    for work in works:
        work.write_worlds()


def play_shard(folder: Path, works: Sequence[Work], means: Means) -> None:
    """Play the batches of one shard. Others may play theirs; what is finished lies beside the parts until merged."""
    place, count = means.shard or (1, 1)
    with FolderLock(folder, patience=SHARD_PATIENCE):
        for work in works:
            work.prepare(means, len(works))
            work.write_worlds()
            work.seal("worlds.parquet")
    every = [(work, batch) for work in works for batch in work.wanted()]
    mine = every[place - 1 :: count]
    with FolderLock(folder, SHARDS, shared=True):
        tasks = [work.task(batch) for work, batch in mine if batch.status == "missing"]
        means.play(tasks, lambda _: None, lambda: None)


class Work:
    """One scenario, with a study's points where it is of one, its folder, and what is to be done there."""

    def __init__(
        self, scenario: Scenario, out: Path, record_all: bool, engine: Engine, table: Table | None = None
    ) -> None:
        self.scenario, self.out, self.record_all, self.engine, self.table = scenario, out, record_all, engine, table
        self.digests = digests(scenario, table)
        self.folder = folder_of(out, scenario, self.digests.short)
        self.manifest: Manifest

    def make_folder(self) -> None:
        """Make the run folder. Raises InputError where it cannot be written."""
        require_writable(self.folder, f"--out {self.out}")

    def is_done(self, figures: bool) -> bool:
        """Whether nothing is left to do, so the folder can be opened without waiting for its writer."""
        if not (self.folder / records.NAME).is_file():
            return False
        self.manifest = self.own_manifest()
        wanted = [batch for batch in self.manifest.batches if batch.first < self.scenario.worlds]
        return (
            self.manifest.planned >= self.scenario.worlds
            and all(self.is_kept(batch) for batch in wanted)
            and self.is_sealed("worlds.parquet")
            and self.text_is_current()
            and self.summary_is_current()
            and (not figures or self.figures_are_current())
        )

    def is_kept(self, batch: Batch) -> bool:
        """Whether a batch is finished, whole, and holds the columns asked for."""
        if batch.status == "missing" or (self.record_all and not batch.record_all):
            return False
        return all(part_is_whole(self.folder, batch, kind) for kind in KINDS)

    def wanted(self) -> list[Batch]:
        """The batches that hold worlds asked for."""
        return [batch for batch in self.manifest.batches if batch.first < self.scenario.worlds]

    def prepare(self, means: Means, runs: int) -> None:
        """Set the boundaries of batches, and take over what is finished. Only under the folder's lock.

        runs: how many runs are played together. Shards cut by their number alone, so that it does not matter on which
        machine the first one starts.
        """
        processes = means.workers if means.shard is None else means.shard[1]
        self.manifest = self.opened()
        per_world = bytes_per_world(self.scenario.weeks, self.record_all)
        planned, wanted, weeks = self.manifest.planned, self.scenario.worlds, self.scenario.weeks
        for new in cut(planned, wanted, per_world, processes, weeks, runs):
            self.manifest.batches.append(Batch(first=new.start, last=new.stop))
        for batch in self.wanted():
            if not self.is_kept(batch) and not self.take_over(batch):
                batch.status, batch.parts, batch.failed = "missing", {}, {}
        self.manifest.worlds = max(self.manifest.worlds, self.scenario.worlds)
        if self.manifest.planned > planned or not self.is_sealed("worlds.parquet"):
            self.manifest.checksums.pop("worlds.parquet", None)  # is written anew
        if not self.text_is_current():  # no reader may find one file of before and the other of after
            self.manifest.checksums.pop("scenario.yaml", None)
            write_manifest(self.folder, self.manifest)
            write_text(self.folder / "scenario.yaml", self.text())
        self.seal("scenario.yaml")
        for batch in self.manifest.finished:
            sidecar.drop(self.folder, batch)

    def take_over(self, batch: Batch) -> bool:
        """Enter a batch that was finished by a process whose command did not live to note it, or by a shard."""
        said = sidecar.found(self.folder, batch)
        if said is None or not self.is_kept(said[0]):
            return False
        self.enter(Outcome(self.folder, *said))
        return True

    def opened(self) -> Manifest:
        """The folder's manifest, or a new one, with what is true of this command."""
        if (self.folder / records.NAME).is_file():
            manifest = self.own_manifest()
            self.record_all = self.record_all or manifest.record_all  # once recorded, all worlds are to have them
        else:
            manifest = Manifest(
                name=self.scenario.name,
                title=self.scenario.title,
                hash=self.digests.key,
                digests=self.digests.parts(),
                sources=files_of_key(self.scenario),
                design=None if self.table is None else list(self.table.values),
                seed=self.scenario.seed,
                start=self.scenario.start.isoformat(),
                weeks=self.scenario.weeks,
                worlds=self.scenario.worlds,
                created=now(),
            )
        manifest.title, manifest.record_all = self.scenario.title, self.record_all
        manifest.versions, manifest.commit, manifest.platform = versions(), commit(), platform_name()
        manifest.command = command_line()
        return manifest

    def own_manifest(self) -> Manifest:
        """The folder's manifest. Raises Damaged where it is that of another run, whose numbers these would be."""
        manifest = read_manifest(self.folder)
        if manifest.hash != self.digests.key:
            raise Damaged(self.folder / records.NAME, f"it is that of another run, {manifest.hash[:8]}", FRESH)
        return manifest

    def is_sealed(self, name: Stored) -> bool:
        """Whether a file beside the parts is there as it was written."""
        return is_same(self.folder / name, self.manifest.checksums.get(name))

    def seal(self, name: Stored) -> None:
        """Note the digest of a file that was written, and write the manifest."""
        self.manifest.checksums[name] = digest(self.folder / name)
        write_manifest(self.folder, self.manifest)

    def task(self, batch: Batch) -> Task:
        """What a process needs to play a batch."""
        stamp = {"hash": self.digests.key, "scenario": self.scenario.name, "version": versions()["regionsim"]}
        rows = None if self.table is None else self.table.rows(batch.worlds)
        return Task(self.folder, self.scenario, batch.worlds, self.record_all, stamp, self.engine, rows)

    def note(self, outcome: Outcome) -> None:
        """Enter a finished batch into the manifest and write it, at once."""
        self.enter(outcome)
        write_manifest(self.folder, self.manifest)
        sidecar.drop(self.folder, outcome.batch)

    def enter(self, outcome: Outcome) -> None:
        """Enter a finished batch into the manifest."""
        from regionsim.indicators import INDICATORS

        batches = self.manifest.batches
        index = next(i for i, batch in enumerate(batches) if batch.first == outcome.batch.first)
        batches[index] = outcome.batch
        columns = outcome.columns
        self.manifest.indicators = [name for name in columns.trajectories if name in INDICATORS]
        self.manifest.variables = [name for name in columns.trajectories if name not in INDICATORS]
        self.manifest.places = {name: list(places) for name, places in columns.places.items()}

    def write_worlds(self) -> None:
        """The table of worlds: world, arm, draw, replicate, and every varied parameter; nothing where it is there."""
        if not self.is_sealed("worlds.parquet"):
            slabs = [range(k, min(k + SLAB, self.manifest.planned)) for k in range(0, self.manifest.planned, SLAB)]
            write_worlds(self.folder, map(self.worlds_table, slabs))

    def worlds_table(self, numbers: range) -> pa.Table:
        """Some rows of the table of worlds."""
        rows = self.engine.rows(self.scenario, numbers, None if self.table is None else self.table.rows(numbers))
        columns = {"world": rows.number, "arm": rows.arm, "draw": rows.draw, "replicate": rows.replicate}
        columns |= {name: np.asarray(rows.parameters[name]) for name in rows.varied}
        return pa.table(columns)

    def text(self) -> str:
        """The scenario as the folder keeps it: with the number of worlds the folder is meant to hold."""
        worlds = max(self.manifest.worlds, self.scenario.worlds)
        return self.scenario.model_copy(update={"worlds": worlds}).resolved_yaml()

    def text_is_current(self) -> bool:
        """Whether the folder's scenario says the same, words included."""
        try:
            data = read_regular(self.folder / "scenario.yaml", MOST_BYTES)
        except OSError:
            return False
        return data == self.text().encode("utf-8") and self.is_sealed("scenario.yaml")

    def stored(self) -> str:
        """Digest of what is finished: the summary and the figures are of this."""
        return digest_of([[b.first, b.last, b.parts["trajectories"].content] for b in self.manifest.finished])

    def summary_is_current(self) -> bool:
        """Whether the summary is of the worlds stored."""
        return self.manifest.summary_of == self.stored() and self.is_sealed("summary.csv")

    def figures_are_current(self) -> bool:
        """Whether the figures are of the worlds and words stored."""
        from regionsim.views.names import figure_names

        drawn = all((self.folder / "figures" / name).is_file() for name in figure_names(self.manifest.indicators))
        return drawn and self.manifest.figures_of == digest_of([self.stored(), self.text()])

    def outputs(self, figures: bool) -> None:
        """Write the summary, and the figures if wanted, of every world stored; nothing where they are current."""
        whole = Run(self.folder)
        if not self.summary_is_current():
            write_csv(whole.summary(), self.folder / "summary.csv")
            self.manifest.summary_of = self.stored()
            self.seal("summary.csv")
        if figures and not self.figures_are_current():
            from regionsim.views import draw_figures

            draw_figures(whole)
            self.manifest.figures_of = digest_of([self.stored(), self.text()])
            write_manifest(self.folder, self.manifest)


def _empty(folder: Path) -> None:
    """Remove what a run wrote, and nothing else. Raises InputError where something cannot be removed."""
    names = (
        *KINDS,
        sidecar.FOLDER,
        "figures",
        "export",
        records.NAME,
        "scenario.yaml",
        "worlds.parquet",
        "summary.csv",
    )
    for name in names:
        path = folder / name
        try:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        except OSError as fault:
            raise InputError(f"{path}: cannot be removed ({fault.strerror or fault})") from None
