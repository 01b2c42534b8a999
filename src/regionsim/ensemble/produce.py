"""Produce or load: the same command finds the same folder, keeps what is finished and plays what is missing.

Core object: `run`. More worlds extend a folder and repeat nothing; fewer use the first ones. Parts that are missing or
damaged are played again.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from regionsim.ensemble import manifest as records
from regionsim.ensemble.engine import MODEL, Engine
from regionsim.ensemble.files import remove_temporary, replacing, write_text
from regionsim.ensemble.key import Digests, digest_of, digests
from regionsim.ensemble.lock import FolderLock
from regionsim.ensemble.manifest import KINDS, Batch, Manifest, now, read_manifest, write_manifest
from regionsim.ensemble.parts import part_is_whole
from regionsim.ensemble.planning import bytes_per_world, check_counts, cut, default_out, folder_of, pool_size
from regionsim.ensemble.provenance import command_line, commit, platform_name, versions
from regionsim.ensemble.runner import Progress, play_missing
from regionsim.ensemble.runs import Run
from regionsim.ensemble.worker import Outcome, Task
from regionsim.errors import InputError, WorldsFailed

if TYPE_CHECKING:
    from regionsim.scenario import Scenario


def run(
    source: str | Path | Scenario,
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
) -> Run:
    """Play a scenario (a path, a shipped name, or a Scenario) into its run folder under `out`, and open it.

    workers: processes; None takes as many as pay. record_all: also record the model's variables. fresh: start again.
    progress: called with (world-weeks done, of all). Raises InputError, RunInterrupted (finished batches are kept), and
    at the end WorldsFailed where worlds failed: its `run` is the run, with them left out.
    """
    scenario = _scenario(source, worlds, seed, sets)
    check_counts(scenario.worlds, workers)
    work = _Work(scenario, digests(scenario), default_out() if out is None else Path(out), record_all, engine)
    if fresh or not work.is_done(figures):
        work.make_folder()
        with FolderLock(work.folder):
            work.produce(workers, progress, fresh)
            work.outputs(figures)
    found = Run(work.folder, worlds=scenario.worlds)
    if found.failed:
        raise WorldsFailed(_failures(found), run=found)
    return found


def _scenario(source: str | Path | Scenario, worlds: int | None, seed: int | None, sets: Sequence[str]) -> Scenario:
    from regionsim.scenario import Scenario, load

    if not isinstance(source, Scenario):
        return load(source, sets=sets, worlds=worlds, seed=seed)
    if sets:
        raise InputError("sets: go with a scenario's path or name; a Scenario object is final")
    changes = {"worlds": worlds, "seed": seed}
    return source.model_copy(update={key: value for key, value in changes.items() if value is not None})


def _failures(found: Run) -> str:
    shown = [f"world {world}: {why}" for world, why in list(found.failed.items())[:3]]
    more = f", and {len(found.failed) - 3} more" if len(found.failed) > 3 else ""
    return f"{len(found.failed)} of {found.limit} worlds failed and are left out ({'; '.join(shown)}{more})"


class _Work:
    """One scenario, its folder, and what is to be done there."""

    def __init__(self, scenario: Scenario, found: Digests, out: Path, record_all: bool, engine: Engine) -> None:
        self.scenario, self.digests, self.out, self.record_all, self.engine = scenario, found, out, record_all, engine
        self.folder = folder_of(out, scenario, found.short)
        self.manifest: Manifest

    def make_folder(self) -> None:
        """Make the run folder. Raises InputError where it cannot be written."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            probe = self.folder / ".writable"
            probe.touch()
            probe.unlink()
        except OSError as fault:
            why = fault.strerror or str(fault)
            raise InputError(f"--out {self.out}: cannot be written ({why}: {fault.filename or self.folder})") from None

    def is_done(self, figures: bool) -> bool:
        """Whether nothing is left to do, so the folder can be opened without waiting for its writer."""
        if not (self.folder / records.NAME).is_file():
            return False
        self.manifest = read_manifest(self.folder)
        wanted = [batch for batch in self.manifest.batches if batch.first < self.scenario.worlds]
        return (
            self.manifest.planned >= self.scenario.worlds
            and all(self.is_kept(batch) for batch in wanted)
            and (self.folder / "worlds.parquet").is_file()
            and self.text_is_current()
            and self.summary_is_current()
            and (not figures or self.figures_are_current())
        )

    def is_kept(self, batch: Batch) -> bool:
        """Whether a batch is finished, whole, and holds the columns asked for."""
        if batch.status == "missing" or (self.record_all and not batch.record_all):
            return False
        return all(part_is_whole(self.folder, batch, kind) for kind in KINDS)

    def produce(self, workers: int | None, progress: Progress | None, fresh: bool) -> None:
        """Play what is missing. Only under the folder's lock."""
        remove_temporary(self.folder)
        if fresh:
            _empty(self.folder)
        self.manifest = self.opened()
        per_world = bytes_per_world(self.scenario.weeks, self.record_all)
        for new in cut(self.manifest.planned, self.scenario.worlds, per_world, workers):
            self.manifest.batches.append(Batch(first=new.start, last=new.stop))
        for batch in self.manifest.batches:
            if batch.first < self.scenario.worlds and not self.is_kept(batch):
                batch.status, batch.parts, batch.failed = "missing", {}, {}
        self.manifest.worlds = max(self.manifest.worlds, self.scenario.worlds)
        write_text(self.folder / "scenario.yaml", self.text())
        self.write_worlds()
        write_manifest(self.folder, self.manifest)
        missing = [b for b in self.manifest.batches if b.status == "missing" and b.first < self.scenario.worlds]
        if missing:
            tasks = [self.task(batch) for batch in missing]
            play_missing(tasks, pool_size(len(tasks), workers), self.note, progress)

    def opened(self) -> Manifest:
        """The folder's manifest, or a new one, with what is true of this command."""
        if (self.folder / records.NAME).is_file():
            manifest = read_manifest(self.folder)
            self.record_all = self.record_all or manifest.record_all  # once recorded, all worlds are to have them
        else:
            manifest = Manifest(
                name=self.scenario.name,
                title=self.scenario.title,
                hash=self.digests.key,
                digests=asdict(self.digests),
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

    def task(self, batch: Batch) -> Task:
        """What a process needs to play a batch."""
        stamp = {"hash": self.digests.key, "scenario": self.scenario.name, "version": versions()["regionsim"]}
        return Task(self.folder, self.scenario, batch.worlds, self.record_all, stamp, self.engine)

    def note(self, outcome: Outcome) -> None:
        """Enter a finished batch into the manifest, at once."""
        from regionsim.indicators import INDICATORS

        batches = self.manifest.batches
        index = next(i for i, batch in enumerate(batches) if batch.first == outcome.batch.first)
        batches[index] = outcome.batch
        columns = outcome.columns
        self.manifest.indicators = [name for name in columns.trajectories if name in INDICATORS]
        self.manifest.variables = [name for name in columns.trajectories if name not in INDICATORS]
        self.manifest.places = {name: list(places) for name, places in columns.places.items()}
        write_manifest(self.folder, self.manifest)

    def write_worlds(self) -> None:
        """The table of worlds: world, arm, draw, replicate, and every varied parameter."""
        path = self.folder / "worlds.parquet"
        rows = self.engine.rows(self.scenario, range(self.manifest.planned))
        columns = {"world": rows.number, "arm": rows.arm, "draw": rows.draw, "replicate": rows.replicate}
        columns |= {name: np.asarray(rows.parameters[name]) for name in rows.varied}
        with replacing(path) as temporary:
            pq.write_table(pa.table(columns), temporary, compression="zstd")

    def text(self) -> str:
        """The scenario as the folder keeps it: with the number of worlds the folder is meant to hold."""
        worlds = max(self.manifest.worlds, self.scenario.worlds)
        return self.scenario.model_copy(update={"worlds": worlds}).resolved_yaml()

    def text_is_current(self) -> bool:
        """Whether the folder's scenario says the same, words included."""
        path = self.folder / "scenario.yaml"
        return path.is_file() and path.read_text(encoding="utf-8") == self.text()

    def stored(self) -> str:
        """Digest of what is finished: the summary and the figures are of this."""
        return digest_of([[b.first, b.last, b.parts["trajectories"].content] for b in self.manifest.finished])

    def summary_is_current(self) -> bool:
        """Whether the summary is of the worlds stored."""
        return (self.folder / "summary.csv").is_file() and self.manifest.summary_of == self.stored()

    def figures_are_current(self) -> bool:
        """Whether the figures are of the worlds and words stored."""
        from regionsim.views.names import figure_names

        drawn = all((self.folder / "figures" / name).is_file() for name in figure_names(self.manifest.indicators))
        return drawn and self.manifest.figures_of == digest_of([self.stored(), self.text()])

    def outputs(self, figures: bool) -> None:
        """Write the summary, and the figures if wanted, of every world stored; nothing where they are current."""
        whole = Run(self.folder)
        if not self.summary_is_current():
            with replacing(self.folder / "summary.csv") as temporary:
                whole.summary().to_csv(temporary, index=False, float_format="%.7g", lineterminator="\n")
            self.manifest.summary_of = self.stored()
            write_manifest(self.folder, self.manifest)
        if figures and not self.figures_are_current():
            from regionsim.views import draw_figures

            draw_figures(whole)
            self.manifest.figures_of = digest_of([self.stored(), self.text()])
            write_manifest(self.folder, self.manifest)


def _empty(folder: Path) -> None:
    """Remove what a run wrote, and nothing else."""
    for name in (*KINDS, "figures", "export"):
        if (folder / name).is_dir():
            shutil.rmtree(folder / name)
    for name in (records.NAME, "scenario.yaml", "worlds.parquet", "summary.csv"):
        (folder / name).unlink(missing_ok=True)
