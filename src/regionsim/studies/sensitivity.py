"""Sensitivity studies: which uncertain inputs move an outcome, how much, and how much of it is chance.

Core objects: `SensitivitySpec` (what is asked), `Sensitivity` (a study whose points are a Morris or Sobol design, made
of each input's own distribution), `Results`. A study is played, stored, resumed and sharded as a sweep is: `run_study`.
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
from regionsim.errors import InputError
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
    count,
    design,
    effect_chance,
    indices,
    is_constant,
    means,
    ranks,
    require_salib,
    shares,
    whole,
)
from regionsim.studies.sweep import Study, Sweep, SweepArm
from regionsim.yamlfile.faults import allowed

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from regionsim.runs import Run
    from regionsim.scenario import Scenario
    from regionsim.scenario.expect import Ref

REPLICATES = 4
NAMED = 5  # points named in a message


@dataclass(frozen=True)
class SensitivitySpec:
    """What is asked. `over`: words PATH (its own distribution) or PATH=LO:HI; none means all that is uncertain."""

    scenario: str
    method: str = MORRIS.name
    samples: int | None = None
    over: tuple[str, ...] = ()
    replicates: int = REPLICATES
    seed: int | None = None
    sets: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Own(Axis):
    """A parameter that takes the values of its own distribution, which knows of itself what it may give."""

    def rounds(self) -> bool:
        """Nothing is rounded."""
        return False


@dataclass(frozen=True)
class Results:
    """The tables of a study.

    indices: outcome, unit, rank, input, identified (see `evidence.identified`), then each index with the ends of its
    95% interval; of a screening, chance (the share of the input's squared effects that is chance); a word of warning.
    outcomes: outcome, unit, points, samples (whole ones), worlds, mean and sd (over points), chance_single and
    chance_mean (see `Chance`), verdict ("ranked", "constant" or "refused"), said (a sentence).
    """

    indices: pd.DataFrame
    outcomes: pd.DataFrame

    def each(self) -> Iterator[tuple[dict[str, Any], pd.DataFrame]]:
        """What is said of each outcome, and its rows of indices."""
        for row in self.outcomes.to_dict("records"):
            about = {str(key): value for key, value in row.items()}
            yield about, self.indices[self.indices["outcome"] == about["outcome"]]


class _Design(Table):
    """A table of many inputs, digested once."""

    @cached_property
    def _digest(self) -> str:
        return digest_of(super().plain())

    def plain(self) -> dict[str, Any]:
        """As plain data, for the run's key."""
        return {"table": self._digest}


class Sensitivity(Sweep):
    """A study made ready. Raises InputError for what is faulty, and where SALib is not installed."""

    kind = "sensitivity"

    def __init__(self, asked: SensitivitySpec, **options: Unpack[PlayOptions]) -> None:
        require_salib()
        if asked.method not in METHODS:
            raise InputError(f"--method: unknown method {asked.method!r} {allowed(asked.method, METHODS)}")
        self.method: Method = METHODS[asked.method]
        self.samples = self.method.samples if asked.samples is None else doors.whole(asked.samples, "--samples")
        check_samples(self.method, self.samples)
        base = load(asked.scenario, sets=asked.sets, seed=asked.seed)
        axes, free = read_inputs(asked.over, base)
        self.drawn = free - {axis.path for axis in axes} if base.draws != "fixed" else set()
        size = count(self.method, self.samples, len(axes))
        if size > MAX_POINTS:
            raise InputError(
                f"the design has {size:,} points for {len(axes)} inputs (allowed: up to {MAX_POINTS:,}); name fewer "
                "with --over (a Morris screening tells which matter), or ask for fewer --samples"
            )
        name = f"{self.method.name}:{self.samples}"
        study = Study(asked.scenario, axes, name, asked.replicates, asked.seed, asked.sets, asked.outcomes)
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
        found = np.full((len(self.points), self.study.replicates), np.nan)
        for arm, run in self.runs():
            if ref.indicator in run.indicators and run.numbers.size:
                size = len(arm.table)
                found[arm.table.points[run.numbers % size], run.numbers // size] = _column(arm, run, ref)
        return found

    def plot(self, outcome: str | None = None) -> Figure:
        """The picture of an outcome's ranking, such as of "trade_volume@2030" (default: the first that has one)."""
        ranked = {about["outcome"]: (about, rows) for about, rows in self.tables.each() if about["verdict"] == "ranked"}
        drawn: Figure = plot(self, *ranked[self._named(outcome, list(ranked))])
        return drawn

    @cached_property
    def tables(self) -> Results:
        """The indices of each outcome, of the worlds finished when this is first asked for."""
        import pandas as pd

        rows: list[dict[str, Any]] = []
        about = []
        for ref in self.refs:
            one, ranked = self._outcome(ref, self.values(ref))
            about.append(one)
            rows += ranked
        names = [name for index in self.method.indices for name in (index, f"{index}_low", f"{index}_high")]
        more = ["chance"] if self.method is MORRIS else []
        columns = ["outcome", "unit", "rank", "input", "identified", *names, *more, "warning"]
        rows = [row | {"identified": identified(row["input"])} for row in rows]
        return Results(pd.DataFrame(rows, columns=columns), pd.DataFrame(about))

    def _outcome(self, ref: Ref, values: Array) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """What is said of an outcome, and its indices."""
        from regionsim.indicators import INDICATORS

        y, size, single = means(values), len(self.inputs), chance(values)
        name = {"outcome": _name(ref), "unit": INDICATORS[ref.indicator].unit}
        kept, there = whole(self.method, size, y), np.isfinite(y)
        each, noise = None, single
        if self.method is MORRIS:
            each, share = effect_chance(self.cube, values)
            noise = Chance(single.single, share)
        about: dict[str, Any] = name | {
            "points": y.size, "samples": int(kept.sum()), "worlds": int(np.isfinite(values).sum()),
            "mean": float(y[there].mean()) if there.any() else np.nan,
            "sd": float(y[there].std(ddof=1)) if there.sum() > 1 else np.nan,
            "chance_single": noise.single, "chance_mean": noise.mean,
        }  # fmt: skip
        why = self._refusal(kept, there)
        if why is not None:
            return about | {"verdict": "refused", "said": why}, []
        rows = np.repeat(kept, count(self.method, 1, size))
        if is_constant(self.method, size, y[rows]):
            return about | {"verdict": "constant", "said": "constant: no input listed moves it"}, self._still(name)
        said = self._chance_words(noise) + self._dropped_words(kept)
        found = indices(self.method, self.cube[rows], y[rows], self.seed)
        return about | {"verdict": "ranked", "said": said}, list(self._rows_of(name, found, each))

    def _refusal(self, kept: np.ndarray, there: np.ndarray) -> str | None:
        """Why there are no indices, where there are none."""
        if kept.sum() >= self.method.least and (self.method is MORRIS or kept.all()):
            return None
        lost = np.flatnonzero(~there).tolist()
        shown = ", ".join(map(str, lost[:NAMED])) + (" ..." if lost[NAMED:] else "")
        needs = f"needs {self.method.least} whole trajectories" if self.method is MORRIS else "needs every point"
        return f"no indices: {len(lost)} of {there.size} points have no world ({shown}), and {self.method.name} {needs}"

    def _chance_words(self, noise: Chance) -> str:
        count = self.study.replicates
        if not np.isfinite(noise.mean):
            one = count == 1
            why = "one replicate per point" if one else "too few points with all their worlds"
            return f"chance cannot be told from the inputs: {why}" + (" (--replicates 2 or more)" if one else "")
        rest = f" and the {len(self.drawn)} uncertain parameters not listed" if self.drawn else ""
        of = "the squared effects" if self.method is MORRIS else "the variance"
        return (
            f"chance{rest}: {noise.single:.0%} of the variance of single worlds, {noise.mean:.0%} of {of} of means "
            f"over {count} replicates, which the indices are of"
        )

    def _dropped_words(self, kept: np.ndarray) -> str:
        lost = int((~kept).sum())
        return f"; {lost} of {kept.size} trajectories lack worlds and are left out" if lost else ""

    def _still(self, name: dict[str, str]) -> list[dict[str, Any]]:
        """The rows of an outcome that does not vary: no index, no rank."""
        nothing: dict[str, Any] = {f"{i}{end}": 0.0 for i in self.method.indices for end in ("", "_low", "_high")}
        nothing |= {"chance": 0.0} if self.method is MORRIS else {}
        return [name | {"rank": 0, "input": path} | nothing | {"warning": "constant"} for path in self.inputs]

    def _rows_of(
        self, name: dict[str, str], found: dict[str, tuple[Array, Array]], each: Array | None
    ) -> Iterator[dict[str, Any]]:
        """The rows of an outcome by rank."""
        place = ranks(found[self.method.first][0])
        for i in np.argsort(place).tolist():
            row: dict[str, Any] = name | {"rank": int(place[i]), "input": self.inputs[i]}
            for index, (value, half) in found.items():
                row |= {index: value[i], f"{index}_low": value[i] - half[i], f"{index}_high": value[i] + half[i]}
            row |= {} if each is None else {"chance": each[i]}
            yield row | {"warning": _warning(self.method, {n: (v[i], h[i]) for n, (v, h) in found.items()})}

    def write(self) -> None:
        """The study's own files: the tables, the design, and what was asked. Only while its folder is held."""
        import pandas as pd

        write_csv(self.tables.indices, self.folder / "indices.csv")
        write_csv(self.tables.outcomes, self.folder / "outcomes.csv")
        at = {_name(ref): means(self.values(ref)) for ref in self.refs}
        write_csv(pd.DataFrame({"point": range(len(self.points))} | at), self.folder / "points.csv")
        with replacing(self.folder / "design.parquet") as temporary, temporary.open("wb") as file:
            pd.DataFrame(self.cube, columns=list(self.inputs)).to_parquet(file, index=False)
        tables = ("indices.csv", "outcomes.csv", "points.csv", "design.parquet")
        self.write_asked(tables, method=self.method.name, samples=self.samples, salib=version("SALib"))


def read_inputs(words: tuple[str, ...], scenario: Scenario) -> tuple[tuple[Axis, ...], set[str]]:
    """The inputs of words PATH or PATH=LO:HI, all uncertain parameters where there are none; and what is uncertain.

    Raises InputError with every fault.
    """
    from regionsim.model.worlds import uncertain

    free = uncertain(scenario)
    found: list[Axis] = []
    faults: list[str] = []
    for text in words or free:
        path, equals, values = (part.strip() for part in text.partition("="))
        try:
            found.append(typed(read_axis(path, values), scenario) if equals else _own(path, free, scenario))
        except InputError as fault:
            faults += [f"--over: {line}" for line in fault.faults]
    if not found and not faults:
        faults.append("nothing of the scenario is uncertain (name inputs with --over PATH=LO:HI)")
    if faults:
        raise InputError(faults)
    return tuple(found), set(free)


def _own(path: str, free: tuple[str, ...], scenario: Scenario) -> Own:
    """The axis of a parameter's own distribution."""
    from regionsim.evidence import load_evidence

    name = path.removeprefix("parameters.")
    if name in free:
        return Own(name, True)
    known = load_evidence().parameters.get(name)
    if known is None and "." in path and path.split(".")[0] in ("levers", "shocks"):
        raise InputError(f"{path}: has no distribution of its own (write {path}=LO:HI)")
    if known is None:
        raise InputError(f"unknown parameter {path!r} {allowed(name, free, 'regionsim list parameters')}")
    fixed = name in scenario.parameters
    why = f"is set to {scenario.parameters[name]:g} by the scenario" if fixed else "has no distribution"
    raise InputError(f"{name}: {why} (write {name}=LO:HI, within {known.low:g} to {known.high:g} {known.unit})")


def points_at(axes: tuple[Axis, ...], at: Array, scenario: Scenario) -> list[tuple[Value, ...]]:
    """The points whose inputs lie at shares (points, inputs) of their distributions; a range is uniform."""
    from regionsim.model.worlds import values_at

    own = values_at(scenario, {axis.path: at[:, i] for i, axis in enumerate(axes) if isinstance(axis, Own)})
    columns: list[list[Any]] = [
        own[axis.path].tolist() if isinstance(axis, Own) else [axis.at(u) for u in at[:, i].tolist()]
        for i, axis in enumerate(axes)
    ]
    return list(zip(*columns, strict=True))


def _name(ref: Ref) -> str:
    place = f"[{ref.place}]" if ref.place else ""
    return f"{ref.indicator}{place}@{ref.period.text}"


def _column(arm: SweepArm, run: Run, ref: Ref) -> Array:
    week = ref.period.week(arm.scenario.start, arm.scenario.end)
    at = run.weeks - 1 if week is None else week
    return np.concatenate([part[:, at] for part in run.pieces(ref.indicator, ref.place)]).astype(np.float64)


def _warning(method: Method, found: dict[str, tuple[float, float]]) -> str:
    """A word where an index says little: an interval wider than the index, or nothing moved at all."""
    value, half = found[method.first]
    if value == 0.0 and half == 0.0:
        return "no effect"
    judged = (method.first,) if method is MORRIS else method.indices
    wide = [name for name in judged if 2.0 * found[name][1] > abs(found[name][0])]
    return f"wide {' '.join(wide)}" if wide else ""


def as_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """A table as plain data, without NaN."""
    rows: list[dict[str, Any]] = json.loads(frame.to_json(orient="records", double_precision=10))
    return rows
