"""Sensitivity studies: which uncertain inputs change an outcome, how much, and how much of that is chance.

Core objects: `SensitivitySpec`, `Sensitivity` (a study whose points are a Morris or Sobol design of the inputs' own
distributions), `Results`. A study is played, stored, resumed and sharded like a sweep: `run_study`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from regionsim import doors
from regionsim.errors import InputError, argument
from regionsim.evidence.identified import identified
from regionsim.plots import plot
from regionsim.runs.files import replacing
from regionsim.runs.key import digest_of
from regionsim.runs.settings import PlayOptions
from regionsim.runs.table import Table
from regionsim.runs.tables import write_csv
from regionsim.scenario import load
from regionsim.studies.designs import MAX_POINTS, Axis, Value, read_axis, typed
from regionsim.studies.indices import (
    METHODS,
    MORRIS,
    Array,
    Chance,
    Method,
    chance,
    check_samples,
    complete_samples,
    count,
    design,
    effect_chance,
    indices,
    is_constant,
    means,
    ranks,
    require_salib,
    shares,
)
from regionsim.studies.sweep import Study, Sweep, SweepArm, column_of, outcome_text
from regionsim.yamlfile.faults import allowed

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from regionsim.scenario import Scenario
    from regionsim.scenario.expect import Ref
    from regionsim.scenario.load import Source

REPLICATES = 4
NAMED = 5  # points named in a message


@dataclass(frozen=True)
class SensitivitySpec:
    """Options of a study. `over`: PATH (its own distribution) or PATH=LO:HI; empty: all uncertain parameters."""

    scenario: Source
    method: str = MORRIS.name
    samples: int | None = None
    over: tuple[str, ...] = ()
    replicates: int = REPLICATES
    seed: int | None = None
    sets: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Own(Axis):
    """A parameter that takes the values of its own distribution."""

    def rounds(self) -> bool:
        """Its values are never rounded."""
        return False


@dataclass(frozen=True)
class Results:
    """The tables of a study.

    indices: outcome, unit, rank, input, identified (see `evidence.identified`), then each index with the ends of its
    95% interval; in a screening, chance (the share of the input's squared effects that is chance); warning.
    outcomes: outcome, unit, points, samples (complete ones), worlds, mean and sd (over points), chance_single and
    chance_mean (see `Chance`), verdict ("ranked", "constant" or "refused"), said (a sentence).
    """

    indices: pd.DataFrame
    outcomes: pd.DataFrame

    def each(self) -> Iterator[tuple[dict[str, Any], pd.DataFrame]]:
        """The summary of each outcome, and its rows of indices."""
        for row in self.outcomes.to_dict("records"):
            about = {str(key): value for key, value in row.items()}
            yield about, self.indices[self.indices["outcome"] == about["outcome"]]


class _Design(Table):
    """A table of many inputs whose digest is computed once."""

    @cached_property
    def _digest(self) -> str:
        return digest_of(super().plain())

    def plain(self) -> dict[str, Any]:
        """As plain data, for the run's key."""
        return {"table": self._digest}


class Sensitivity(Sweep):
    """A study ready to be played. Raises InputError with the faults, and where SALib is not installed."""

    kind = "sensitivity"
    _internal = Sweep._internal | {"cube", "drawn", "values"}

    def __init__(self, spec: SensitivitySpec, **options: Unpack[PlayOptions]) -> None:
        require_salib()
        if spec.method not in METHODS:
            raise InputError(f"{argument('method')}: unknown method {spec.method!r} {allowed(spec.method, METHODS)}")
        self.method: Method = METHODS[spec.method]
        self.samples = self.method.samples if spec.samples is None else doors.whole(spec.samples, argument("samples"))
        check_samples(self.method, self.samples)
        base = load(spec.scenario, sets=spec.sets, seed=spec.seed)
        axes, free = read_inputs(spec.over, base)
        self.drawn = free - {axis.path for axis in axes} if base.draws != "fixed" else set()
        size = count(self.method, self.samples, len(axes))
        if size > MAX_POINTS:
            raise InputError(
                f"the design has {size:,} points for {len(axes)} inputs (allowed: up to {MAX_POINTS:,}); name fewer "
                f"with {argument('over')} (a Morris screening shows which matter), or use fewer {argument('samples')}"
            )
        name = f"{self.method.name}:{self.samples}"
        study = Study(spec.scenario, axes, name, spec.replicates, spec.seed, spec.sets, spec.outcomes)
        super().__init__(study, **options)

    def _design(self, base: Scenario) -> list[tuple[Value, ...]]:
        axes = self.study.over
        self.cube: Array = design(self.method, self.samples, len(axes), base.seed)
        return points_at(axes, shares(self.method, self.cube), base)

    def _arms(self) -> list[SweepArm]:
        return [SweepArm(arm.scenario, _Design(arm.table.points, arm.table.values)) for arm in super()._arms()]

    @property
    def inputs(self) -> tuple[str, ...]:
        """The paths of the inputs, in the order of the design's columns."""
        return tuple(axis.path for axis in self.study.over)

    def values(self, ref: Ref) -> Array:
        """An outcome in every world, (points, replicates); NaN where a world is missing or failed."""
        values = np.full((len(self.points), self.study.replicates), np.nan)
        for arm, run in self.runs():
            if ref.indicator in run.indicators and run.numbers.size:
                size = len(arm.table)
                values[arm.table.points[run.numbers % size], run.numbers // size] = column_of(arm, run, ref)
        return values

    def plot(self, outcome: str | None = None) -> Figure:
        """Plot the ranking of an outcome, such as "trade_volume@2030" (default: the first that has one)."""
        ranked = {about["outcome"]: (about, rows) for about, rows in self.tables.each() if about["verdict"] == "ranked"}
        drawn: Figure = plot(self, *ranked[self._named(outcome, list(ranked))])
        return drawn

    @cached_property
    def tables(self) -> Results:
        """The indices of each outcome, from the worlds finished at the first use."""
        import pandas as pd

        rows: list[dict[str, Any]] = []
        about = []
        for ref in self.refs:
            summary, ranked = self._outcome(ref, self.values(ref))
            about.append(summary)
            rows += ranked
        names = [name for index in self.method.indices for name in (index, f"{index}_low", f"{index}_high")]
        more = ["chance"] if self.method is MORRIS else []
        columns = ["outcome", "unit", "rank", "input", "identified", *names, *more, "warning"]
        rows = [row | {"identified": identified(row["input"])} for row in rows]
        return Results(pd.DataFrame(rows, columns=columns), pd.DataFrame(about))

    def _outcome(self, ref: Ref, values: Array) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The summary of an outcome, and its indices."""
        from regionsim.indicators import INDICATORS

        y, size, single = means(values), len(self.inputs), chance(values)
        name = {"outcome": outcome_text(ref), "unit": INDICATORS[ref.indicator].unit}
        complete, finite = complete_samples(self.method, size, y), np.isfinite(y)
        each, noise = None, single
        if self.method is MORRIS:
            each, share = effect_chance(self.cube, values)
            noise = Chance(single.single, share)
        about: dict[str, Any] = name | {
            "points": y.size, "samples": int(complete.sum()), "worlds": int(np.isfinite(values).sum()),
            "mean": float(y[finite].mean()) if finite.any() else np.nan,
            "sd": float(y[finite].std(ddof=1)) if finite.sum() > 1 else np.nan,
            "chance_single": noise.single, "chance_mean": noise.mean,
        }  # fmt: skip
        why = self._refusal(complete, finite)
        if why is not None:
            return about | {"verdict": "refused", "said": why}, []
        rows = np.repeat(complete, count(self.method, 1, size))
        if is_constant(self.method, size, y[rows]):
            return about | {"verdict": "constant", "said": "constant: no listed input changes it"}, self._still(name)
        sentence = self._chance_words(noise) + self._dropped_words(complete)
        result = indices(self.method, self.cube[rows], y[rows], self.seed)
        return about | {"verdict": "ranked", "said": sentence}, list(self._rows_of(name, result, each))

    def _refusal(self, complete: np.ndarray, finite: np.ndarray) -> str | None:
        """Why there are no indices; None where there are."""
        if complete.sum() >= self.method.least and (self.method is MORRIS or complete.all()):
            return None
        lost = np.flatnonzero(~finite).tolist()
        shown = ", ".join(map(str, lost[:NAMED])) + (" ..." if lost[NAMED:] else "")
        needs = f"{self.method.least} complete trajectories" if self.method is MORRIS else "every point"
        points = f"{len(lost)} of {finite.size} points have no world ({shown})"
        return f"no indices: {points}, and {self.method.name} needs {needs}"

    def _chance_words(self, noise: Chance) -> str:
        count = self.study.replicates
        if not np.isfinite(noise.mean):
            few = f"one replicate per point ({argument('replicates')}: 2 or more)"
            why = few if count == 1 else "too few points with all their worlds"
            return f"chance cannot be separated from the inputs: {why}"
        rest = f" and the {len(self.drawn)} uncertain parameters not listed" if self.drawn else ""
        of = "the squared effects" if self.method is MORRIS else "the variance"
        return (
            f"chance{rest}: {noise.single:.0%} of the variance of single worlds, {noise.mean:.0%} of {of} of means "
            f"over {count} replicates, from which the indices are computed"
        )

    def _dropped_words(self, complete: np.ndarray) -> str:
        lost = int((~complete).sum())
        return f"; {lost} of {complete.size} trajectories lack worlds and are left out" if lost else ""

    def _still(self, name: dict[str, str]) -> list[dict[str, Any]]:
        """The rows of an outcome that does not vary: indices 0, rank 0."""
        nothing: dict[str, Any] = {f"{i}{end}": 0.0 for i in self.method.indices for end in ("", "_low", "_high")}
        nothing |= {"chance": 0.0} if self.method is MORRIS else {}
        return [name | {"rank": 0, "input": path} | nothing | {"warning": "constant"} for path in self.inputs]

    def _rows_of(
        self, name: dict[str, str], result: dict[str, tuple[Array, Array]], each: Array | None
    ) -> Iterator[dict[str, Any]]:
        """The rows of an outcome by rank."""
        place = ranks(result[self.method.first][0])
        for i in np.argsort(place).tolist():
            row: dict[str, Any] = name | {"rank": int(place[i]), "input": self.inputs[i]}
            for index, (value, half) in result.items():
                row |= {index: value[i], f"{index}_low": value[i] - half[i], f"{index}_high": value[i] + half[i]}
            row |= {} if each is None else {"chance": each[i]}
            yield row | {"warning": _warning(self.method, {n: (v[i], h[i]) for n, (v, h) in result.items()})}

    def write(self) -> None:
        """Write the tables, the design and the study's record. Only while its folder is locked."""
        import pandas as pd

        write_csv(self.tables.indices, self.folder / "indices.csv")
        write_csv(self.tables.outcomes, self.folder / "outcomes.csv")
        at = {outcome_text(ref): means(self.values(ref)) for ref in self.refs}
        write_csv(pd.DataFrame({"point": range(len(self.points))} | at), self.folder / "points.csv")
        with replacing(self.folder / "design.parquet") as temporary, temporary.open("wb") as file:
            pd.DataFrame(self.cube, columns=list(self.inputs)).to_parquet(file, index=False)
        tables = ("indices.csv", "outcomes.csv", "points.csv", "design.parquet")
        self.write_study(tables, method=self.method.name, samples=self.samples, salib=version("SALib"))


def read_inputs(inputs: tuple[str, ...], scenario: Scenario) -> tuple[tuple[Axis, ...], set[str]]:
    """The inputs PATH or PATH=LO:HI (default: all uncertain parameters), and the names of the uncertain parameters.

    Raises InputError with every fault.
    """
    from regionsim.model.worlds import uncertain

    free = uncertain(scenario)
    axes: list[Axis] = []
    faults: list[str] = []
    for text in inputs or free:
        path, equals, values = (part.strip() for part in text.partition("="))
        try:
            axes.append(typed(read_axis(path, values), scenario) if equals else _own(path, free, scenario))
        except InputError as fault:
            faults += [f"{argument('over')}: {line}" for line in fault.faults]
    if not axes and not faults:
        faults.append(f"no parameter of the scenario is uncertain (name inputs with {argument('over')}: PATH=LO:HI)")
    if faults:
        raise InputError(faults)
    return tuple(axes), set(free)


def _own(path: str, free: tuple[str, ...], scenario: Scenario) -> Own:
    """The axis of a parameter's own distribution."""
    from regionsim.evidence import load_evidence

    name = path.removeprefix("parameters.")
    if name in free:
        return Own(name, True)
    parameter = load_evidence().parameters.get(name)
    if parameter is None and "." in path and path.split(".")[0] in ("levers", "deals", "shocks"):
        raise InputError(f"{path}: has no distribution of its own (write {path}=LO:HI)")
    if parameter is None:
        raise InputError(f"unknown parameter {path!r} {allowed(name, free, 'regionsim list parameters')}")
    fixed = name in scenario.parameters
    why = f"is set to {scenario.parameters[name]:g} by the scenario" if fixed else "has no distribution"
    bounds = f"{parameter.low:g} to {parameter.high:g} {parameter.unit}"
    raise InputError(f"{name}: {why} (write {name}=LO:HI, within {bounds})")


def points_at(axes: tuple[Axis, ...], at: Array, scenario: Scenario) -> list[tuple[Value, ...]]:
    """The points with inputs at shares (points, inputs) of their distributions; a range is uniform."""
    from regionsim.model.worlds import values_at

    own = values_at(scenario, {axis.path: at[:, i] for i, axis in enumerate(axes) if isinstance(axis, Own)})
    columns: list[list[Any]] = [
        own[axis.path].tolist() if isinstance(axis, Own) else [axis.at(u) for u in at[:, i].tolist()]
        for i, axis in enumerate(axes)
    ]
    return list(zip(*columns, strict=True))


def _warning(method: Method, result: dict[str, tuple[float, float]]) -> str:
    """A warning where an index says little: an interval wider than the index, or no effect at all."""
    value, half = result[method.first]
    if value == 0.0 and half == 0.0:
        return "no effect"
    judged = (method.first,) if method is MORRIS else method.indices
    wide = [name for name in judged if 2.0 * result[name][1] > abs(result[name][0])]
    return f"wide {' '.join(wide)}" if wide else ""


def as_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """A table as plain data, without NaN."""
    rows: list[dict[str, Any]] = json.loads(frame.to_json(orient="records", double_precision=10))
    return rows
