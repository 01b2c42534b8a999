"""A run folder that is being written: what is finished, what is missing, and what the manifest records.

Core object: `RunFolder`. More worlds extend a folder without repeating any; fewer worlds use the first ones. Missing or
damaged parts are played again.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from regionsim.errors import InputError, argument
from regionsim.runs import manifest as records
from regionsim.runs import sidecar
from regionsim.runs.files import read_regular, require_writable, write_text
from regionsim.runs.integrity import MOST_BYTES, Damaged, afresh, digest, is_same
from regionsim.runs.key import digests, files_of_key
from regionsim.runs.manifest import KINDS, Batch, Manifest, Stored, now, read_manifest, stored_digest, write_manifest
from regionsim.runs.parts import part_is_whole
from regionsim.runs.planning import batch_ranges, bytes_per_world, folder_of
from regionsim.runs.provenance import command_line, commit, platform_name, versions
from regionsim.runs.results import Run
from regionsim.runs.settings import PlaySettings
from regionsim.runs.tables import write_csv
from regionsim.runs.worker import BatchOutcome, BatchTask
from regionsim.runs.worlds_table import write_worlds

if TYPE_CHECKING:
    from regionsim.runs.table import Table
    from regionsim.scenario import Scenario

SLAB = 10_000  # worlds whose parameters are held at a time
SEALED = ("worlds.parquet", "summary.csv")


class RunFolder:
    """The folder of one scenario, with the points of its study if any, and what remains to be done in it."""

    def __init__(self, scenario: Scenario, settings: PlaySettings, table: Table | None = None) -> None:
        self.scenario, self.settings, self.table = scenario, settings, table
        self.record_all = settings.record_all
        self.digests = digests(scenario, table)
        self.path = folder_of(settings.folder, scenario, self.digests.short)
        self.manifest: Manifest

    def __getstate__(self) -> dict[str, Any]:
        """State for another process, without the progress callbacks."""
        return self.__dict__ | {"settings": replace(self.settings, progress=None, watch=None)}

    def make(self) -> None:
        """Make the folder. Raises InputError if it cannot be written."""
        require_writable(self.path, f"{argument('out')} {self.settings.folder}")

    def is_done(self) -> bool:
        """Whether nothing remains to be done, so that the folder can be opened without waiting for its writer."""
        if not (self.path / records.NAME).is_file():
            return False
        self.manifest = self.own_manifest()
        return (
            self.manifest.planned >= self.scenario.worlds
            and all(self.is_kept(batch) for batch in self.needed_batches())
            and self.is_sealed("worlds.parquet")
            and self.text_is_current()
            and self.summary_is_current()
        )

    def is_kept(self, batch: Batch) -> bool:
        """Whether a batch is finished and undamaged, and holds the requested columns."""
        if batch.status == "missing" or (self.record_all and not batch.record_all):
            return False
        return all(part_is_whole(self.path, batch, kind) for kind in KINDS)

    def needed_batches(self) -> list[Batch]:
        """The batches that hold requested worlds."""
        return [batch for batch in self.manifest.batches if batch.first < self.scenario.worlds]

    def prepare(self, runs: int) -> None:
        """Set the batch boundaries and take over what is finished. Only under the folder's lock.

        runs: number of runs played together. With shards, boundaries depend on the number of shards alone, so that the
        machine on which the first one starts does not matter.
        """
        settings = self.settings
        processes = settings.workers if settings.shard is None else settings.shard[1]
        self.manifest = self.opened()
        per_world = bytes_per_world(self.scenario.weeks, self.record_all)
        planned, worlds, weeks = self.manifest.planned, self.scenario.worlds, self.scenario.weeks
        for new in batch_ranges(planned, worlds, per_world, processes, weeks, runs):
            self.manifest.batches.append(Batch(first=new.start, last=new.stop))
        for batch in self.needed_batches():
            if not self.is_kept(batch) and not self.take_over(batch):
                batch.status, batch.parts, batch.failed = "missing", {}, {}
        self.manifest.worlds = max(self.manifest.worlds, worlds)
        if self.manifest.planned > planned or not self.is_sealed("worlds.parquet"):
            self.manifest.checksums.pop("worlds.parquet", None)  # will be rewritten
        if not self.text_is_current():  # no reader may find one old file and one new one
            self.manifest.checksums.pop("scenario.yaml", None)
            write_manifest(self.path, self.manifest)
            write_text(self.path / "scenario.yaml", self.text())
        self.seal("scenario.yaml")
        for batch in self.manifest.finished:
            sidecar.drop(self.path, batch)

    def take_over(self, batch: Batch) -> bool:
        """Enter a batch that a shard finished, or a process whose command ended before recording it."""
        finished = sidecar.read(self.path, batch)
        if finished is None or not self.is_kept(finished[0]):
            return False
        self.enter(BatchOutcome(self.path, *finished))
        return True

    def opened(self) -> Manifest:
        """The folder's manifest, or a new one, updated for this command."""
        if (self.path / records.NAME).is_file():
            manifest = self.own_manifest()
            self.record_all = self.record_all or manifest.record_all  # once recorded, for all worlds
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
        """The folder's manifest. Raises Damaged if it is that of another run."""
        manifest = read_manifest(self.path)
        if manifest.hash != self.digests.key:
            raise Damaged(self.path / records.NAME, f"it belongs to another run, {manifest.hash[:8]}", afresh())
        return manifest

    def is_sealed(self, name: Stored) -> bool:
        """Whether a file beside the parts exists and is unchanged."""
        return is_same(self.path / name, self.manifest.checksums.get(name))

    def seal(self, name: Stored) -> None:
        """Record the digest of a written file in the manifest, and write the manifest."""
        self.manifest.checksums[name] = digest(self.path / name)
        write_manifest(self.path, self.manifest)

    def task(self, batch: Batch) -> BatchTask:
        """What a process needs to play a batch."""
        stamp = {"hash": self.digests.key, "scenario": self.scenario.name, "version": versions()["regionsim"]}
        rows = None if self.table is None else self.table.rows(batch.worlds)
        return BatchTask(self.path, self.scenario, batch.worlds, self.record_all, stamp, self.settings.engine, rows)

    def note(self, outcome: BatchOutcome) -> None:
        """Enter a finished batch into the manifest and write the manifest."""
        self.enter(outcome)
        write_manifest(self.path, self.manifest)
        sidecar.drop(self.path, outcome.batch)

    def enter(self, outcome: BatchOutcome) -> None:
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
        """Write the table of worlds, unless it exists: world, arm, draw, replicate, and every varied parameter."""
        if not self.is_sealed("worlds.parquet"):
            slabs = [range(k, min(k + SLAB, self.manifest.planned)) for k in range(0, self.manifest.planned, SLAB)]
            write_worlds(self.path, map(self.worlds_table, slabs))

    def worlds_table(self, numbers: range) -> pa.Table:
        """The rows of some worlds in the table of worlds."""
        given = None if self.table is None else self.table.rows(numbers)
        rows = self.settings.engine.rows(self.scenario, numbers, given)
        columns = {"world": rows.number, "arm": rows.arm, "draw": rows.draw, "replicate": rows.replicate}
        columns |= {name: np.asarray(rows.parameters[name]) for name in rows.varied}
        return pa.table(columns)

    def text(self) -> str:
        """The scenario as the folder stores it, with the largest number of worlds ever requested."""
        worlds = max(self.manifest.worlds, self.scenario.worlds)
        return self.scenario.model_copy(update={"worlds": worlds}).resolved_yaml()

    def text_is_current(self) -> bool:
        """Whether the folder's scenario is the same, texts included."""
        try:
            data = read_regular(self.path / "scenario.yaml", MOST_BYTES)
        except OSError:
            return False
        return data == self.text().encode("utf-8") and self.is_sealed("scenario.yaml")

    def stored(self) -> str:
        """Digest of the finished worlds, which the summary names."""
        return stored_digest(self.manifest)

    def summary_is_current(self) -> bool:
        """Whether the summary is of the stored worlds."""
        return self.manifest.summary_of == self.stored() and self.is_sealed("summary.csv")

    def write_summary(self) -> None:
        """Write the summary of every stored world, unless it is current."""
        if not self.summary_is_current():
            write_csv(Run(self.path).summary(), self.path / "summary.csv")
            self.manifest.summary_of = self.stored()
            self.seal("summary.csv")

    def empty(self) -> None:
        """Remove what a run wrote, and nothing else. Raises InputError if something cannot be removed."""
        for name in (*KINDS, sidecar.FOLDER, "figures", "export", records.NAME, "scenario.yaml", *SEALED):
            path = self.path / name
            try:
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                else:
                    path.unlink(missing_ok=True)
            except OSError as fault:
                raise InputError(f"{path}: cannot be removed ({fault.strerror or fault})") from None
