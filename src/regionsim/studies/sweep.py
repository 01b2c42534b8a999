"""Studies: a scenario played at many points of its inputs, each with the same replicates.

Core objects: `Study`, `Sweep` (a study, its arms and its folder), `run_study`. Points
that differ only in parameters and lever settings share an arm: one scenario, its worlds side by side in batches. Any
other difference makes a separate arm. All arms share draws and chance, and are played in one pool.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from regionsim.display import Shown
from regionsim.doors import whole
from regionsim.errors import InputError, argument, spoken, unwritable
from regionsim.evidence.identified import identified
from regionsim.plots import plot
from regionsim.runs import Plan, PlaySettings, Run
from regionsim.runs.integrity import FORMAT, digest, write_record
from regionsim.runs.key import SHORT, digest_of, digests
from regionsim.runs.planning import folder_of, planned
from regionsim.runs.play import play, play_shard, writing
from regionsim.runs.provenance import versions
from regionsim.runs.run_folder import RunFolder
from regionsim.runs.settings import PlayOptions, Progress
from regionsim.runs.table import Array, Table
from regionsim.runs.tables import write_csv
from regionsim.scenario import load
from regionsim.scenario.expect import Ref, parse_claim, refs
from regionsim.scenario.truncate import left_out_words
from regionsim.scenario.vocabulary import goalposts, vocabulary
from regionsim.stats.precision import mean_error, more_to_halve
from regionsim.studies.designs import Axis, Value, design_points, remarks, typed
from regionsim.studies.sweep_tables import means_by_point, sweep_experiments
from regionsim.yamlfile.faults import allowed

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from regionsim.scenario import Scenario
    from regionsim.scenario.load import Source

REPLICATES = 20


@dataclass(frozen=True)
class Study:
    """A scenario, axes, how they are sampled, and replicates per point."""

    scenario: Source
    over: tuple[Axis, ...]
    sample: str | None = None
    replicates: int = REPLICATES
    seed: int | None = None
    sets: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    positions: tuple[tuple[int, ...], ...] = ()
    """Of a design made elsewhere: for each point the position of its value on each axis."""


@dataclass(frozen=True)
class SweepArm:
    """Points that share one scenario except for what the table sets."""

    scenario: Scenario
    table: Table


class Sweep(Shown):
    """A study ready to be played: points, arms and folder. Raises InputError with all faults of study and scenarios."""

    kind = "sweep"  # part of the folder's name
    _internal = frozenset({
        "arms", "failed", "folders", "kind", "plans", "refs", "runs", "settings", "write", "write_study",
    })  # fmt: skip

    def __init__(self, study: Study, **options: Unpack[PlayOptions]) -> None:
        if not study.over:
            example = spoken("--over trade.potential=5:15:5", "over={'trade.potential': '5:15:5'}")
            raise InputError(f"nothing to sweep over (such as {example})")
        names = [axis.path for axis in study.over]
        if len(set(names)) < len(names):
            raise InputError("an input is swept over twice")
        study = replace(study, replicates=whole(study.replicates, argument("replicates"), 1))
        if study.seed is not None:
            study = replace(study, seed=whole(study.seed, argument("seed"), 0, 2**63 - 1))
        self.study, self.settings = study, PlaySettings(**options)
        if "seed" in names and study.seed is not None:
            raise InputError(f"seed: is swept over and set as well (leave out {argument('seed')})")
        base = load(study.scenario, sets=study.sets, seed=study.seed)
        self.study = study = replace(study, over=_typed(study.over, base))
        self.name, self.title, self.seed = base.name, base.title, base.seed
        self.points = self._design(base)
        self.notes = [*remarks(study.over, study.sample, self.points), *left_out_words(base)]
        self.arms = self._arms()
        self.hash = digest_of([digests(arm.scenario, arm.table).key for arm in self.arms])[:SHORT]
        self.folder = folder_of(self.settings.folder, base, self.hash, self.kind)
        self.refs = self._refs()

    def __repr__(self) -> str:
        size = f"{len(self.points):,} points of {len(self.study.over)} inputs, {self.study.replicates} worlds each"
        return f"<{type(self).__name__} of {self.name}: {size}, {self.folder}>"

    def _design(self, base: Scenario) -> list[tuple[Value, ...]]:
        """The points, a value per axis."""
        if self.study.positions:
            return [
                tuple(axis.listed[i] for axis, i in zip(self.study.over, row, strict=True))
                for row in self.study.positions
            ]
        return design_points(self.study.over, self.study.sample, base.seed)

    def _arms(self) -> list[SweepArm]:
        """Points grouped by their scenarios apart from lever settings."""
        read = self._scenarios()
        groups: dict[str, list[int]] = {}
        alike = {values: _apart_from_levers(scenario) for values, scenario in read.items()}
        for number, point in enumerate(self.points):
            groups.setdefault(alike[self._apart(point)], []).append(number)
        arms = []
        for numbers in groups.values():
            scenarios = [read[self._apart(self.points[n])] for n in numbers]
            columns = _settings(scenarios) | {
                axis.path: np.array([_number(self.points[n][i], scenarios[0].start) for n in numbers])
                for i, axis in enumerate(self.study.over)
                if axis.column
            }
            _check_order(scenarios[0], columns)
            _check_goalposts(scenarios[0], columns)
            worlds = len(numbers) * self.study.replicates
            table = Table(np.array(numbers, dtype=np.int64), columns)
            arms.append(SweepArm(scenarios[0].model_copy(update={"worlds": worlds}), table))
        return arms

    def _apart(self, point: tuple[Value, ...]) -> tuple[Value, ...]:
        """The values of a point that are read as part of a scenario."""
        return tuple(value for axis, value in zip(self.study.over, point, strict=True) if not axis.column)

    def _scenarios(self) -> dict[tuple[Value, ...], Scenario]:
        """The scenario of each combination of values that are read; also checks points at the ends of the others."""
        settings = [i for i, axis in enumerate(self.study.over) if axis.column and not axis.parameter]
        ends = [end(self.points, key=itemgetter(i)) for i in settings for end in (min, max)]
        firsts = {self._apart(point): point for point in reversed(self.points)}
        read: dict[tuple[Value, ...], Scenario] = {}
        faults: list[str] = []
        for point in dict.fromkeys((*ends, *reversed(firsts.values()))):
            pairs = zip(self.study.over, point, strict=True)
            sets = [f"{axis.path}={axis.written(value)}" for axis, value in pairs if not axis.parameter]
            try:
                scenario = load(self.study.scenario, sets=(*self.study.sets, *sets), seed=self.study.seed)
            except InputError as error:
                faults += error.faults
                continue
            if point == firsts[self._apart(point)]:
                read[self._apart(point)] = scenario
        if faults:
            raise InputError(list(dict.fromkeys(faults))[:20])
        return read

    def _refs(self) -> tuple[Ref, ...]:
        """The outcomes in the table; by default the headlines at the end."""
        from regionsim.runs.story import HEADLINES

        end = min(arm.scenario.end for arm in self.arms)
        texts = self.study.outcomes or tuple(f"{name}@{end.isoformat()}" for name in HEADLINES)
        outcomes, faults = [], []
        for text in texts:
            try:
                ref = refs(parse_claim(f"{text} > 0", vocabulary()))[0]
                for arm in self.arms:
                    if self.study.outcomes and ref.period.week(arm.scenario.start, arm.scenario.end) is None:
                        raise ValueError(f"@{ref.period.text} is outside the horizon")
                outcomes.append(ref)
            except ValueError as fault:
                faults.append(f"{argument('outcomes')}: {text}: {fault}")
        if faults:
            raise InputError(faults)
        return tuple(outcomes)

    @property
    def _inside(self) -> PlaySettings:
        """Settings of the arms."""
        return replace(self.settings, out=self.folder / "arms")

    @property
    def source(self) -> str:
        """The scenario as it was given: a path or a name; the name of one that has no file."""
        given = self.study.scenario
        return str(given) if isinstance(given, str | Path) else self.name

    def plans(self) -> list[Plan]:
        """The plan of each arm; nothing is written."""
        return [planned(arm.scenario, self._inside, table=arm.table, runs=len(self.arms)) for arm in self.arms]

    def folders(self, progress: Progress | None = None) -> list[RunFolder]:
        """The folder of each arm, for writing."""
        settings = self._inside if progress is None else replace(self._inside, progress=progress)
        return [RunFolder(arm.scenario, settings, arm.table) for arm in self.arms]

    def runs(self) -> Iterator[tuple[SweepArm, Run]]:
        """The arms with a run folder, and their runs."""
        for arm in self.arms:
            path = folder_of(self.folder / "arms", arm.scenario, digests(arm.scenario, arm.table).short)
            if (path / "manifest.json").is_file():
                yield arm, Run(path, worlds=arm.scenario.worlds)

    @property
    def failed(self) -> int:
        """Number of failed worlds."""
        return sum(len(run.failed) for _, run in self.runs())

    def results(self) -> pd.DataFrame:
        """A frame with one row per point and outcome, from the worlds finished so far, sorted by point.

        Columns: point, the axes' values, outcome, unit, worlds, mean, p05, p50, p95, error (half the width of the
        mean's 95% interval over replicates), more (worlds to add to this point to halve it).
        """
        import pandas as pd

        rows = [row for arm, run in self.runs() for row in self._rows(arm, run)]
        frame = pd.DataFrame(rows)
        return frame.sort_values(["point", "outcome"], kind="stable", ignore_index=True) if rows else frame

    def means(self) -> pd.DataFrame:
        """A row per point, in the order of the design, and a column per outcome: means over worlds.

        NaN where no world is finished.
        """
        return means_by_point(self.results(), len(self.points))

    def to_ema(self) -> tuple[pd.DataFrame, dict[str, Array]]:
        """Experiments and outcomes as the analyses of the EMA Workbench take them.

        experiments: a row per world, by point and replicate, with the swept inputs and all other varied parameters, and
        the columns scenario (the replicate), policy (the point) and model. outcomes: outcome -> (worlds,).
        """
        return sweep_experiments(self)

    def _rows(self, arm: SweepArm, run: Run) -> Iterator[dict[str, Any]]:
        from regionsim.indicators import INDICATORS

        which = run.numbers % len(arm.table)
        for ref in self.refs:
            if ref.indicator not in run.indicators or not which.size:
                continue
            column = column_of(arm, run, ref)
            order = np.argsort(which, kind="stable")
            edges = np.searchsorted(which[order], np.arange(len(arm.table) + 1))
            for i, number in enumerate(arm.table.points.tolist()):
                values = column[order[edges[i] : edges[i + 1]]]
                if values.size:
                    yield self._row(number, ref, INDICATORS[ref.indicator].unit, values)

    def _row(self, number: int, ref: Ref, unit: str, values: Any) -> dict[str, Any]:
        n = values.size
        axes = {axis.path: _word(v) for axis, v in zip(self.study.over, self.points[number], strict=True)}
        low, middle, high = np.quantile(values, (0.05, 0.5, 0.95)).tolist()
        return {"point": number} | axes | {
            "outcome": outcome_text(ref), "unit": unit, "worlds": n,
            "mean": float(values.mean()), "p05": low, "p50": middle, "p95": high, "error": mean_error(values),
            "more": more_to_halve(n),
        }  # fmt: skip

    def plot(self, outcome: str | None = None) -> Figure:
        """Plot an outcome, such as "trade_volume@2030" (default: the first)."""
        table = self.results()
        names = set(table["outcome"]) if len(table) else set()
        name = self._named(outcome, [text for text in map(outcome_text, self.refs) if text in names])
        drawn: Figure = plot(self, name, table[table["outcome"] == name])
        return drawn

    def _named(self, outcome: str | None, names: list[str]) -> str:
        """An outcome with results. Raises InputError for any other."""
        if outcome is None and names:
            return names[0]
        if outcome not in names:
            raise InputError(f"{outcome!r} is not an outcome of {self.folder} {allowed(str(outcome), names)}")
        return outcome

    def write(self) -> None:
        """Write the table and the study's record. Only while its folder is locked."""
        write_csv(self.results(), self.folder / "results.csv")
        self.write_study(("results.csv",), identified={axis.path: identified(axis.path) for axis in self.study.over})

    def write_study(self, tables: Sequence[str], **more: Any) -> None:
        """Write study.json: the study, further entries of its kind, and the digests of its tables."""
        record = {
            "study": FORMAT, "regionsim": versions()["regionsim"],
            "scenario": self.source, "sample": self.study.sample, "seed": self.seed,
            "replicates": self.study.replicates, "points": len(self.points), "hash": self.hash,
            "over": [axis.path for axis in self.study.over], "arms": [folder.path.name for folder in self.folders()],
            "failed": self.failed, "notes": self.notes,
            "files": {name: digest(self.folder / name) for name in tables},
        }  # fmt: skip
        write_record(self.folder / "study.json", record | more)


def outcome_text(ref: Ref) -> str:
    """An outcome as users write it."""
    place = f"[{ref.place}]" if ref.place else ""
    return f"{ref.indicator}{place}@{ref.period.text}"


def column_of(arm: SweepArm, run: Run, ref: Ref) -> Array:
    """An outcome in every world of an arm's run, (W,); at the last week if its time is outside the horizon."""
    week = ref.period.week(arm.scenario.start, arm.scenario.end)
    at = run.weeks - 1 if week is None else week
    return np.concatenate([part[:, at] for part in run.pieces(ref.indicator, ref.place)]).astype(np.float64)


def _apart_from_levers(scenario: Scenario) -> str:
    """Digest of a scenario without its lever settings: scenarios that share it can be played side by side."""
    bare = scenario.model_copy(update={"levers": {}})
    return digest_of([bare.model_dump(mode="json"), list(scenario.levers)])


def _settings(scenarios: list[Scenario]) -> dict[str, Array]:
    """The lever settings that differ between scenarios with the same levers: path -> (P,)."""
    rows = [
        {
            f"levers.{name}.{key}": value
            for name, lever in scenario.levers.items()
            for key, value in lever.numbers(scenario.start).items()
        }
        for scenario in scenarios
    ]
    return {path: np.array([row[path] for row in rows]) for path in rows[0] if len({row[path] for row in rows}) > 1}


def _number(value: Value, start: date) -> float:
    """A value for the table of worlds: dates in days after the start."""
    return float((value - start).days) if isinstance(value, date) else float(value)


def _check_order(scenario: Scenario, columns: dict[str, Array]) -> None:
    """Raise InputError where a lever ends before it begins, the only rule that involves two settings."""
    for name, lever in scenario.levers.items():
        own = {key: columns.get(f"levers.{name}.{key}", same) for key, same in lever.numbers(scenario.start).items()}
        if (np.asarray(own["until"]) <= own["from"]).any():
            raise InputError(f"levers.{name}.until: is not after from at some points (must be later)")


def _check_goalposts(scenario: Scenario, columns: dict[str, Array]) -> None:
    """Raise InputError where the goalposts of an index's part are equal or reversed at a point."""
    parameters = vocabulary().parameters
    for worst, best in goalposts(parameters):
        if worst not in columns and best not in columns:
            continue
        fixed = {name: scenario.parameters.get(name, parameters[name].value) for name in (worst, best)}
        low, high = (np.asarray(columns.get(name, value)) for name, value in fixed.items())
        if low.dtype == object or high.dtype == object:
            raise InputError(f"{worst}, {best}: sweep over one needs the other as a number")
        sign = 1.0 if parameters[worst].value < parameters[best].value else -1.0
        if (sign * (high - low) <= 0).any():
            raise InputError(f"{worst}: meets or passes the other goalpost, {best}, at some points (must not)")


def _typed(axes: tuple[Axis, ...], base: Scenario) -> tuple[Axis, ...]:
    """The axes with the types of the scenario's keys. Raises InputError with the faults of all."""
    result, faults = [], []
    for axis in axes:
        try:
            result.append(typed(axis, base))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return tuple(result)


def _word(value: Value) -> Any:
    """A value as plain data."""
    return value.isoformat() if isinstance(value, date) else value


def run_study(sweep: Sweep, progress: Progress | None = None) -> Sweep:
    """Play what is missing of a study, all arms in one pool, and write its table `results.csv`.

    Raises InputError where the folder cannot be written, and RunInterrupted: repeat the call to resume. Failed worlds
    are left out of the table: `sweep.failed` is their number.
    """
    try:
        sweep.folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise unwritable(f"{argument('out')} {sweep.settings.folder}", fault) from None
    folders = sweep.folders(progress)
    for folder in folders:
        folder.make()
    if sweep.settings.shard is not None:
        play_shard(sweep.folder, folders)
        return sweep
    with writing(sweep.folder):
        play(folders)
        sweep.write()
    return sweep
