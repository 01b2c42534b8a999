"""A run folder, opened: its tables as pandas frames and arrays, its summary, its pictures.

Core objects: `Run`, `open_run`, `list_runs`, `content_digest`. A `Run` may look at the first worlds only; it reads
files when asked, one indicator at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from regionsim.doors import whole
from regionsim.errors import InputError
from regionsim.paths import user_path
from regionsim.plots import plot
from regionsim.runs import parts
from regionsim.runs.content import Content
from regionsim.runs.integrity import Damaged, read_file
from regionsim.runs.key import SHORT
from regionsim.runs.manifest import (
    KINDS,
    NAME,
    Batch,
    Manifest,
    digest_now,
    read_manifest,
    shown_digest,
    write_manifest,
)
from regionsim.runs.summaries import NAMES, bands
from regionsim.runs.table import Rows
from regionsim.runs.worlds_table import FILE, read_worlds, require_worlds
from regionsim.schema.dates import week_date

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from regionsim.runs.story import Story
    from regionsim.scenario import Scenario


class Run:
    """The finished worlds of a run folder, or the first `worlds` of them, over all its weeks or the first `weeks`.

    `numbers` (W,) are the worlds looked at: finished, asked for, and not failed. Raises InputError for a folder that
    is no run folder, and Damaged, here or where a file is first read, for one that is not as it was written.
    """

    def __init__(self, path: str | Path, *, worlds: int | None = None, weeks: int | None = None) -> None:
        self.path = user_path(path)
        self.manifest: Manifest = read_manifest(self.path)
        self.limit = self.manifest.worlds if worlds is None else whole(worlds, "worlds")
        self._weeks = self.manifest.weeks if weeks is None else min(weeks, self.manifest.weeks)
        _require_known(self.path, self.manifest)

    def __repr__(self) -> str:
        return f"<Run {self.name}-{self.hash}: {self.numbers.size} worlds x {self.weeks} weeks, {self.path}>"

    @property
    def name(self) -> str:
        """The scenario's name."""
        return self.manifest.name

    @property
    def hash(self) -> str:
        """The first characters of the run's key."""
        return self.manifest.hash[:SHORT]

    @property
    def weeks(self) -> int:
        """Number of weeks looked at: those recorded, or the first ones asked for."""
        return self._weeks

    def until(self, weeks: int) -> Run:
        """The same worlds over the first `weeks` weeks: everything read of it ends with the last of them."""
        return self if weeks >= self.weeks else Run(self.path, worlds=self.limit, weeks=weeks)

    @property
    def dates(self) -> npt.NDArray[np.datetime64]:
        """The day on which each recorded week begins, (weeks,)."""
        return parts.week_dates(date.fromisoformat(self.manifest.start), self.weeks)

    @property
    def batches(self) -> list[Batch]:
        """Finished batches that hold worlds looked at."""
        return [batch for batch in self.manifest.finished if batch.first < self.limit]

    @property
    def failed(self) -> dict[int, str]:
        """Failed worlds among those looked at -> why they failed."""
        return {world: why for world, why in self.manifest.failed.items() if world < self.limit}

    @property
    def complete(self) -> bool:
        """Whether every world asked for is finished."""
        finished = sum(len(range(batch.first, min(batch.last, self.limit))) for batch in self.batches)
        return finished == self.limit

    @cached_property
    def numbers(self) -> npt.NDArray[np.int64]:
        """World numbers, (W,): the rows of `values`."""
        kept = [batch.first + np.flatnonzero(self._kept(batch)) for batch in self.batches]
        return np.concatenate(kept) if kept else np.empty(0, dtype=np.int64)

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario as it was resolved. Raises Damaged where its file is not that of this run."""
        from regionsim.scenario import from_resolved

        path = self.path / "scenario.yaml"
        text = self._scenario_text()
        try:
            found = from_resolved(text, self.name)
        except InputError as fault:
            raise Damaged(path, fault.faults[0]) from None
        known = self.manifest
        if (found.start.isoformat(), found.weeks, found.seed) != (known.start, known.weeks, known.seed):
            raise Damaged(path, "its days and seed are not those of the manifest")
        return found

    def _scenario_text(self) -> str:
        path = self.path / "scenario.yaml"
        data = read_file(path, digest_now(self.path, self.manifest, "scenario.yaml"))
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            raise Damaged(path, "is no UTF-8 text") from None

    @property
    def indicators(self) -> tuple[str, ...]:
        """Indicators recorded, in the order of the files."""
        return tuple(self.manifest.indicators)

    @property
    def variables(self) -> tuple[str, ...]:
        """Variables of the model recorded beside them (with `--record all`)."""
        return tuple(self.manifest.variables) if all(batch.record_all for batch in self.batches) else ()

    @property
    def places(self) -> dict[str, tuple[str, ...]]:
        """Indicators recorded by place, and their places."""
        return {name: tuple(places) for name, places in self.manifest.places.items()}

    @cached_property
    def worlds(self) -> pd.DataFrame:
        """One row per world: world, arm, draw, replicate, and every varied parameter."""
        self._require_whole()
        frame = read_worlds(self.path, self.manifest)
        kept = frame[frame["world"].isin(self.numbers)].reset_index(drop=True)
        if len(kept) < self.numbers.size:
            raise Damaged(self.path / FILE, f"has no rows for {self.numbers.size - len(kept)} worlds")
        return kept

    def rows(self, numbers: Sequence[int]) -> Rows | None:
        """Points and replicates of these worlds, where the run is part of a study."""
        if self.manifest.design is None:
            return None
        kept = self.worlds.set_index("world").loc[list(numbers)]
        values = {name: kept[name].to_numpy(np.float64) for name in self.manifest.design}
        return Rows(kept["arm"].to_numpy(np.int64), kept["replicate"].to_numpy(np.int64), values)

    def values(self, indicator: str, place: str | None = None) -> npt.NDArray[np.float32]:
        """One indicator, or variable, (W, weeks): a row for each of `numbers`. Raises InputError for unknown names."""
        found = list(self.pieces(indicator, place))
        return np.concatenate(found) if found else np.empty((0, self.weeks), dtype=np.float32)

    def pieces(self, indicator: str, place: str | None = None) -> Iterator[npt.NDArray[np.float32]]:
        """The rows of `values`, batch by batch, so that not all need be held."""
        self._check(indicator, place)
        self._require_whole()

        def read(batch: Batch) -> npt.NDArray[np.float32]:
            if place is None:
                found = parts.read_column(self.path, batch, indicator, self.manifest.weeks)
            else:
                found = parts.read_place(self.path, batch, indicator, place, self.manifest.weeks)
            return found[self._kept(batch), : self.weeks]

        yield from self._each(read)

    def frame(self, indicator: str, place: str | None = None) -> pd.DataFrame:
        """One indicator as a tidy frame: world, date, value; sorted by world and date."""
        import pandas as pd

        values = self.values(indicator, place)
        keys = {"world": np.repeat(self.numbers, self.weeks), "date": np.tile(self.dates, self.numbers.size)}
        return pd.DataFrame(keys | {"value": values.ravel()}).astype({"date": "datetime64[ms]"})

    def events(self) -> pd.DataFrame:
        """What happened: world, date, kind, place, actor, cause, magnitude; sorted by world and time."""
        frame: pd.DataFrame = self.events_table().to_pandas()
        return frame

    def events_table(self) -> pa.Table:
        """The same as an Arrow table. Failed worlds are left out."""
        self._require_whole()
        worlds = range(self.limit)
        found = list(self._each(lambda batch: parts.read_events(self.path, batch, worlds)))
        table = pa.concat_tables(found) if found else parts.EVENTS.empty_table()
        if self.failed:
            table = table.filter(pa.array(np.isin(table["world"].to_numpy(), self.numbers)))
        if self.weeks < self.manifest.weeks:
            after = week_date(date.fromisoformat(self.manifest.start), self.weeks)
            table = table.filter(pa.array(parts.to_numpy(table["date"]) < np.datetime64(after)))
        return table

    def summary(self) -> pd.DataFrame:
        """Every indicator by date over worlds: date, indicator, unit, mean, p05, p25, p50, p75, p95, error.

        error: half the width of the 95% interval of the median (p50), as there are finitely many worlds.
        """
        if self._summary is None:
            self._summary = self._make_summary()
        return self._summary.copy()

    def summary_of(self, indicator: str) -> pd.DataFrame:
        """The rows of the summary of one indicator."""
        summary = self.summary() if self._summary is None else self._summary
        return summary[summary["indicator"] == indicator]

    _summary: pd.DataFrame | None = None

    def _make_summary(self) -> pd.DataFrame:
        import pandas as pd

        from regionsim.indicators import INDICATORS

        pieces = []
        for name in self.indicators:
            found = bands(self, name)
            columns: dict[str, Any] = {"date": self.dates, "indicator": name, "unit": INDICATORS[name].unit}
            pieces.append(pd.DataFrame(columns | {key: found[key] for key in ("mean", *NAMES, "error")}))
        return pd.concat(pieces, ignore_index=True).astype({"date": "datetime64[ms]"})

    def plot(self, indicator: str, place: str | None = None, ax: Axes | None = None) -> Axes:
        """A fan chart: median, 50% and 90% bands. Drawn on `ax`, else on a figure of its own."""
        drawn: Axes = plot(self, indicator, place, ax)
        return drawn

    def figures_are_current(self, names: Iterable[str]) -> bool:
        """Whether pictures of these names are there, and of the worlds and words stored."""
        drawn = all((self.path / "figures" / name).is_file() for name in names)
        return drawn and self.manifest.figures_of == shown_digest(self.manifest)

    def note_figures(self) -> None:
        """Enter into the manifest that the pictures are of what is stored. Only while the folder is held."""
        self.manifest.figures_of = shown_digest(self.manifest)
        write_manifest(self.path, self.manifest)

    def export(self, to: str, path: str | Path | None = None, *, say: Callable[[str], None] | None = None) -> Path:
        """Write the run as "csv", "xlsx" or "netcdf"; returns where. Default: a folder `export` in the run folder.

        say: told what does not fit into the format (default: a warning). Raises InputError and RunInterrupted.
        """
        from regionsim.runs.exporting import export

        return export(self, to, path, say)

    def replay(self, world: int) -> Story:
        """Play one world again and tell its story."""
        from regionsim.runs.story import replay

        return replay(self, world)

    def _kept(self, batch: Batch) -> npt.NDArray[np.bool_]:
        """Which worlds of a batch are looked at, (worlds of the batch,)."""
        numbers = np.arange(batch.first, batch.last)
        return (numbers < self.limit) & ~np.isin(numbers, list(batch.failed))

    def _require_whole(self) -> None:
        """Every part of the worlds looked at, their table and scenario, checked once: all readers tell of damage."""
        if not self._whole:
            list(self._each(lambda batch: [parts.require_whole(self.path, batch, kind) for kind in KINDS]))
            if FILE in self.manifest.checksums:
                require_worlds(self.path, self.manifest)
            self._scenario_text()
            self._whole = True

    _whole = False

    def _each[T](self, read: Callable[[Batch], T]) -> Iterator[T]:
        """Read every batch looked at. Another command may have recorded more of the same worlds since this was opened
        and have replaced their parts: they are then read as the manifest describes them now.
        """
        for place, batch in enumerate(self.batches):
            try:
                found = read(batch)
            except Damaged:
                now = read_manifest(self.path)
                if now.hash != self.manifest.hash or now.batches == self.manifest.batches:
                    raise
                self.manifest = now
                found = read(self.batches[place])
            yield found

    def _check(self, indicator: str, place: str | None) -> None:
        """Raises InputError for an indicator or place that is not recorded."""
        from regionsim.yamlfile.faults import allowed

        columns = self.indicators + self.variables
        if place is None and indicator not in columns:
            raise InputError(f"{indicator!r} is not recorded in {self.path} {allowed(indicator, columns)}")
        if place is not None and place not in self.places.get(indicator, ()):
            known = self.places.get(indicator)
            if known is None:
                raise InputError(f"{indicator!r} is not recorded by place {allowed(indicator, sorted(self.places))}")
            raise InputError(f"{place!r} is no place of {indicator} {allowed(place, known)}")


def _require_known(folder: Path, manifest: Manifest) -> None:
    """Raises InputError for indicators that this version does not have: their units and titles would be guessed."""
    from regionsim.indicators import INDICATORS
    from regionsim.yamlfile.faults import printable

    named = dict.fromkeys([*manifest.indicators, *manifest.places])
    unknown = [name for name in named if name not in INDICATORS or (name in manifest.places and not _dimension(name))]
    if unknown:
        made = printable(manifest.versions.get("regionsim", "of another version"), 40)
        what = f"records {printable(unknown[0])}, which this version does not"
        raise InputError(f"{folder / NAME}: {what} (written by regionsim {made})")


def _dimension(name: str) -> str | None:
    from regionsim.indicators import INDICATORS

    return INDICATORS[name].dimension


def open_run(path: str | Path) -> Run:
    """The run in a folder. Raises InputError where there is none."""
    return Run(path)


def list_runs(folder: str | Path | None = None) -> list[Run]:
    """The runs in a folder (default: `runs`), by name; folders that hold none, or a damaged one, are passed over.

    Raises InputError where something else than a folder stands there.
    """
    return list_runs_and_faults(folder)[0]


def list_runs_and_faults(folder: str | Path | None = None) -> tuple[list[Run], list[str]]:
    """As `list_runs`, and what is wrong with each of those passed over."""
    from regionsim.runs.settings import out_folder

    place = out_folder(folder)
    if place.exists() and not place.is_dir():
        raise InputError(f"{place}: is no folder of runs")
    found, faults = [], []
    for path in sorted(place.glob(f"*/{NAME}")):
        try:
            found.append(open_run(path.parent))
        except InputError as fault:
            faults += fault.faults
    return found, faults


def content_digest(run: Run | str | Path) -> str:
    """Digest of a run's indicators, places and events: equal where column values sorted by world and date are equal.

    Batches, file bytes and recorded variables do not matter. run: a run, or its folder.
    """
    run = run if isinstance(run, Run) else open_run(run)
    content = Content()
    content.add("world", run.numbers)
    content.add("date", run.dates)
    for name in run.indicators:
        for values in run.pieces(name):
            content.add(name, values)
    for name, places in run.places.items():
        for place in places:
            for values in run.pieces(name, place):
                content.add(f"{name}[{place}]", values)
    events = run.events_table()
    for name in events.column_names:
        column = events[name]
        content.add(f"event.{name}", column.to_pylist() if pa.types.is_string(column.type) else parts.to_numpy(column))
    return content.hexdigest()
