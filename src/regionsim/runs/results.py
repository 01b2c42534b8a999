"""A run folder, opened: its tables as pandas frames and arrays, its summary, its figures.

Core objects: `Run`, `open_run`, `list_runs`, `content_digest`. A `Run` may be limited to the first worlds; it reads
files on demand, one indicator at a time.
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

from regionsim.display import Shown
from regionsim.doors import whole
from regionsim.errors import InputError
from regionsim.paths import user_path
from regionsim.plots import plot
from regionsim.runs import parts
from regionsim.runs.content import Content
from regionsim.runs.frames import parse_column, read_dataset, read_experiments, read_frame
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
    import xarray as xr
    from matplotlib.axes import Axes

    from regionsim.runs.story import Story
    from regionsim.scenario import Scenario


class Run(Shown):
    """The finished worlds of a run folder, or the first `worlds` of them, over all its weeks or the first `weeks`.

    `numbers` (W,) are its worlds: requested, finished and not failed. Raises InputError for a folder that is not a run
    folder, and Damaged, here or on first reading a file, for a folder whose files have changed.
    """

    _internal = frozenset({
        "batches", "events_table", "figures_are_current", "limit", "manifest", "note_figures", "pieces", "rows",
        "summary_of",
    })  # fmt: skip

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
        """Number of weeks: those recorded, or the first ones requested."""
        return self._weeks

    def until(self, weeks: int) -> Run:
        """The same worlds over the first `weeks` weeks: everything read from it ends with the last of them."""
        return self if weeks >= self.weeks else Run(self.path, worlds=self.limit, weeks=weeks)

    @property
    def dates(self) -> npt.NDArray[np.datetime64]:
        """The first day of each recorded week, (weeks,)."""
        return parts.week_dates(date.fromisoformat(self.manifest.start), self.weeks)

    @property
    def batches(self) -> list[Batch]:
        """Finished batches that hold the run's worlds."""
        return [batch for batch in self.manifest.finished if batch.first < self.limit]

    @property
    def failed(self) -> dict[int, str]:
        """Failed worlds among those requested -> why they failed."""
        return {world: why for world, why in self.manifest.failed.items() if world < self.limit}

    @property
    def complete(self) -> bool:
        """Whether every requested world is finished."""
        finished = sum(len(range(batch.first, min(batch.last, self.limit))) for batch in self.batches)
        return finished == self.limit

    @cached_property
    def numbers(self) -> npt.NDArray[np.int64]:
        """World numbers, (W,): the rows of `values`."""
        numbers = [batch.first + np.flatnonzero(self._mask(batch)) for batch in self.batches]
        return np.concatenate(numbers) if numbers else np.empty(0, dtype=np.int64)

    @cached_property
    def scenario(self) -> Scenario:
        """The resolved scenario. Raises Damaged if its file is not that of this run."""
        from regionsim.scenario import from_resolved

        path = self.path / "scenario.yaml"
        text = self._scenario_text()
        try:
            scenario = from_resolved(text, self.name)
        except InputError as fault:
            raise Damaged(path, fault.faults[0]) from None
        stated = (self.manifest.start, self.manifest.weeks, self.manifest.seed)
        if (scenario.start.isoformat(), scenario.weeks, scenario.seed) != stated:
            raise Damaged(path, "its days and seed are not those of the manifest")
        return scenario

    def _scenario_text(self) -> str:
        path = self.path / "scenario.yaml"
        data = read_file(path, digest_now(self.path, self.manifest, "scenario.yaml"))
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            raise Damaged(path, "is not UTF-8 text") from None

    @property
    def indicators(self) -> tuple[str, ...]:
        """Recorded indicators, in the order of the files."""
        return tuple(self.manifest.indicators)

    @property
    def variables(self) -> tuple[str, ...]:
        """Recorded variables of the model (with `record_all`)."""
        return tuple(self.manifest.variables) if all(batch.record_all for batch in self.batches) else ()

    @property
    def places(self) -> dict[str, tuple[str, ...]]:
        """Indicators recorded by place -> their places."""
        return {name: tuple(places) for name, places in self.manifest.places.items()}

    @cached_property
    def worlds(self) -> pd.DataFrame:
        """A row per world: world, arm, draw, replicate, and every varied parameter."""
        self._require_whole()
        frame = read_worlds(self.path, self.manifest)
        worlds = frame[frame["world"].isin(self.numbers)].reset_index(drop=True)
        if len(worlds) < self.numbers.size:
            raise Damaged(self.path / FILE, f"has no rows for {self.numbers.size - len(worlds)} worlds")
        return worlds

    def rows(self, numbers: Sequence[int]) -> Rows | None:
        """Points and replicates of these worlds; None if the run is not part of a study."""
        if self.manifest.design is None:
            return None
        frame = self.worlds.set_index("world").loc[list(numbers)]
        values = {name: frame[name].to_numpy(np.float64) for name in self.manifest.design}
        return Rows(frame["arm"].to_numpy(np.int64), frame["replicate"].to_numpy(np.int64), values)

    def values(self, indicator: str, place: str | None = None) -> npt.NDArray[np.float32]:
        """One indicator or variable, (W, weeks): a row for each of `numbers`. Raises InputError for unknown names.

        indicator: such as "attacks" or "closure_days[torkham]".
        """
        pieces = list(self.pieces(indicator, place))
        return np.concatenate(pieces) if pieces else np.empty((0, self.weeks), dtype=np.float32)

    def pieces(self, indicator: str, place: str | None = None) -> Iterator[npt.NDArray[np.float32]]:
        """The rows of `values`, batch by batch, to save memory."""
        indicator, place = parse_column(indicator, place)
        self._check(indicator, place)
        self._require_whole()

        def read(batch: Batch) -> npt.NDArray[np.float32]:
            if place is None:
                values = parts.read_column(self.path, batch, indicator, self.manifest.weeks)
            else:
                values = parts.read_place(self.path, batch, indicator, place, self.manifest.weeks)
            return values[self._mask(batch), : self.weeks]

        yield from self._each(read)

    def frame(self, indicator: str | Iterable[str] | None = None, place: str | None = None) -> pd.DataFrame:
        """A tidy frame, sorted by world and date. One indicator: world, date, value.

        indicator: such as "attacks" or "closure_days[torkham]". A list of them, or None for all that is recorded, gives
        the columns world, date, indicator, place (missing for totals), value. Raises InputError for unknown names.
        """
        return read_frame(self, indicator, place)

    def to_xarray(self) -> xr.Dataset:
        """Everything recorded as an xarray Dataset (extra `export`), with titles and units.

        A variable per indicator has the dimensions world and date; NAME_by_place also crossing, province, group or
        status. Draw and replicate are coordinates of world. Raises InputError where xarray is not installed.
        """
        return read_dataset(self)

    def to_ema(
        self, indicators: str | Iterable[str] | None = None
    ) -> tuple[pd.DataFrame, dict[str, npt.NDArray[np.float64]]]:
        """Experiments and outcomes as the analyses of the EMA Workbench take them.

        experiments: a row per world with its varied parameters, and the columns scenario (the draw), policy (the run's
        name) and model. outcomes: indicator -> (worlds, weeks), for `indicators` (default: all), and "TIME", the week
        as a decimal year. Raises InputError for unknown names.
        """
        return read_experiments(self, indicators)

    def events(self) -> pd.DataFrame:
        """The events: world, date, kind, place, actor, cause, magnitude; sorted by world and time."""
        frame: pd.DataFrame = self.events_table().to_pandas()
        return frame

    def events_table(self) -> pa.Table:
        """The events as an Arrow table, without those of failed worlds."""
        self._require_whole()
        worlds = range(self.limit)
        tables = list(self._each(lambda batch: parts.read_events(self.path, batch, worlds)))
        table = pa.concat_tables(tables) if tables else parts.EVENTS.empty_table()
        if self.failed:
            table = table.filter(pa.array(np.isin(table["world"].to_numpy(), self.numbers)))
        if self.weeks < self.manifest.weeks:
            after = week_date(date.fromisoformat(self.manifest.start), self.weeks)
            table = table.filter(pa.array(parts.to_numpy(table["date"]) < np.datetime64(after)))
        return table

    def summary(self) -> pd.DataFrame:
        """Every indicator by date over worlds: date, indicator, unit, mean, p05, p25, p50, p75, p95, error.

        error: half the width of the median's (p50) 95% interval, from the finite number of worlds.
        """
        if self._summary is None:
            self._summary = self._make_summary()
        return self._summary.copy()

    def summary_of(self, indicator: str) -> pd.DataFrame:
        """The summary's rows for one indicator."""
        summary = self.summary() if self._summary is None else self._summary
        return summary[summary["indicator"] == indicator]

    _summary: pd.DataFrame | None = None

    def _make_summary(self) -> pd.DataFrame:
        import pandas as pd

        from regionsim.indicators import INDICATORS

        pieces = []
        for name in self.indicators:
            quantiles = bands(self, name)
            columns: dict[str, Any] = {"date": self.dates, "indicator": name, "unit": INDICATORS[name].unit}
            pieces.append(pd.DataFrame(columns | {key: quantiles[key] for key in ("mean", *NAMES, "error")}))
        return pd.concat(pieces, ignore_index=True).astype({"date": "datetime64[ms]"})

    def plot(self, indicator: str, place: str | None = None, ax: Axes | None = None) -> Axes:
        """A fan chart: median, 50% and 90% bands. Drawn on `ax`, or on a new figure."""
        drawn: Axes = plot(self, *parse_column(indicator, place), ax)
        return drawn

    def figures_are_current(self, names: Iterable[str]) -> bool:
        """Whether these figures exist and show the worlds and texts now stored."""
        drawn = all((self.path / "figures" / name).is_file() for name in names)
        return drawn and self.manifest.figures_of == shown_digest(self.manifest)

    def note_figures(self) -> None:
        """Record in the manifest that the figures show what is now stored. Only while the folder is held."""
        self.manifest.figures_of = shown_digest(self.manifest)
        write_manifest(self.path, self.manifest)

    def export(self, to: str, path: str | Path | None = None, *, say: Callable[[str], None] | None = None) -> Path:
        """Write the run as "csv", "parquet", "xlsx" or "netcdf"; returns the path. Default: `export` in the run folder.

        say: called with what does not fit into the format (default: a warning). Raises InputError and RunInterrupted.
        """
        from regionsim.runs.exporting import export

        return export(self, to, path, say)

    def replay(self, world: int, *, why: bool = False) -> Story:
        """Play one world again and tell its story; with `why` also the reasons of choices."""
        from regionsim.runs.story import replay

        return replay(self, world, why=why)

    def _mask(self, batch: Batch) -> npt.NDArray[np.bool_]:
        """Which worlds of a batch are among `numbers`, (worlds of the batch,)."""
        numbers = np.arange(batch.first, batch.last)
        return (numbers < self.limit) & ~np.isin(numbers, list(batch.failed))

    def _require_whole(self) -> None:
        """Check, once, every part, the table of worlds and the scenario, so that every reader reports damage."""
        if not self._whole:
            list(self._each(lambda batch: [parts.require_whole(self.path, batch, kind) for kind in KINDS]))
            if FILE in self.manifest.checksums:
                require_worlds(self.path, self.manifest)
            self._scenario_text()
            self._whole = True

    _whole = False

    def _each[T](self, read: Callable[[Batch], T]) -> Iterator[T]:
        """Read every batch. If another command has replaced its parts since the run was opened, to record more of the
        same worlds, they are read as the manifest now describes them.
        """
        for place, batch in enumerate(self.batches):
            try:
                result = read(batch)
            except Damaged:
                now = read_manifest(self.path)
                if now.hash != self.manifest.hash or now.batches == self.manifest.batches:
                    raise
                self.manifest = now
                result = read(self.batches[place])
            yield result

    def _check(self, indicator: str, place: str | None) -> None:
        """Raises InputError for an indicator or place that is not recorded."""
        from regionsim.yamlfile.faults import allowed

        columns = self.indicators + self.variables
        if place is None and indicator not in columns:
            raise InputError(f"{indicator!r} is not recorded in {self.path} {allowed(indicator, columns)}")
        if place is not None and place not in self.places.get(indicator, ()):
            places = self.places.get(indicator)
            if places is None:
                raise InputError(f"{indicator!r} is not recorded by place {allowed(indicator, sorted(self.places))}")
            raise InputError(f"{place!r} is not a place of {indicator} {allowed(place, places)}")


def _require_known(folder: Path, manifest: Manifest) -> None:
    """Raises InputError for indicators that this version does not have, whose units and titles are unknown."""
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
    """The run in a folder. Raises InputError if there is none."""
    return Run(path)


def list_runs(folder: str | Path | None = None) -> list[Run]:
    """The runs in a folder (default: `runs`), by name; folders without a run, or with a damaged one, are skipped.

    Raises InputError if the path is not a folder.
    """
    return list_runs_and_faults(folder)[0]


def list_runs_and_faults(folder: str | Path | None = None) -> tuple[list[Run], list[str]]:
    """As `list_runs`, and why damaged ones were skipped."""
    from regionsim.runs.settings import out_folder

    place = out_folder(folder)
    if place.exists() and not place.is_dir():
        raise InputError(f"{place}: is not a folder of runs")
    runs, faults = [], []
    for path in sorted(place.glob(f"*/{NAME}")):
        try:
            runs.append(open_run(path.parent))
        except InputError as fault:
            faults += fault.faults
    return runs, faults


def content_digest(run: Run | str | Path) -> str:
    """Digest of a run's indicators, places and events: equal if the column values sorted by world and date are equal.

    Batches, file bytes and recorded variables do not matter. run: a run or its folder.
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
