"""The Python API of `import regionsim as rs`: `run`, `check`, `open_run`, `load`, `Run` and more.

Every function names its arguments; those of `PlaySettings` that it takes are passed on by `_play`. Importing this
module imports the model and other heavy modules; `regionsim` does so only when a name is used.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Unpack, overload

from regionsim import runs
from regionsim.doors import listed
from regionsim.errors import InputError, RegionsimError, RunInterrupted, WorldsFailed
from regionsim.evidence import load_evidence
from regionsim.runs import Plan, PlaySettings, Progress, Run, Runs, Story, content_digest, list_runs, open_run, replay
from regionsim.runs.settings import PlayOptions
from regionsim.scenario import Scenario
from regionsim.scenario import load as load_scenario
from regionsim.studies import api as studies
from regionsim.studies.api import discover, problem
from regionsim.studies.check import Checked
from regionsim.studies.check import check as check_expectations
from regionsim.studies.compare import Comparison
from regionsim.studies.compare import compare as compare_runs
from regionsim.studies.discovery import Discovery
from regionsim.studies.sensitivity import REPLICATES as OF_SENSITIVITY
from regionsim.studies.sensitivity import Sensitivity
from regionsim.studies.sweep import REPLICATES, Sweep
from regionsim.studies.verdicts import ALPHA, ZONE
from regionsim.studies.why import EXACT, ORDERS, Why
from regionsim.studies.why import why as find_causes
from regionsim.views.explore.explorer import Explorer, explore
from regionsim.views.report.page import report as write_report

type ScenarioSource = str | Path | Mapping[str, Any] | Scenario
"""A scenario: the path of a file, a shipped name, the content of a file as a dict, or a `Scenario`."""
type Several = list[Any] | tuple[Any, ...]
"""Scenarios in a list; where runs are taken, runs too."""
type Source = ScenarioSource | Run
"""A scenario to play, or a run (or the path of its folder) to open."""


@overload
def run(
    source: ScenarioSource, *, worlds: int | None = ..., seed: int | None = ..., sets: Sequence[str] = ...,
    figures: bool = ..., out: str | Path | None = ..., workers: int | None = ..., dask: str | None = ...,
    shard: tuple[int, int] | None = ..., fresh: bool = ..., record_all: bool = ..., progress: Progress | None = ...,
    patience: float = ...,
) -> Run: ...  # fmt: skip
@overload
def run(
    source: Several, *, worlds: int | None = ..., seed: int | None = ..., sets: Sequence[str] = ...,
    figures: bool = ..., out: str | Path | None = ..., workers: int | None = ..., dask: str | None = ...,
    shard: tuple[int, int] | None = ..., fresh: bool = ..., record_all: bool = ..., progress: Progress | None = ...,
    patience: float = ...,
) -> Runs: ...  # fmt: skip
def run(
    source: ScenarioSource | Several,
    *,
    worlds: int | None = None,
    seed: int | None = None,
    sets: Sequence[str] = (),
    figures: bool = True,
    out: str | Path | None = None,
    workers: int | None = None,
    dask: str | None = None,
    shard: tuple[int, int] | None = None,
    fresh: bool = False,
    record_all: bool = False,
    progress: Progress | None = None,
    patience: float = 0.0,
) -> Run | Runs:
    """Play a scenario into its run folder, draw its pictures unless `figures` is False, and open it.

    source: a path, a shipped name, a Scenario, or a scenario file's content as a dict. A list of them is played side by
    side and gives a `Runs`. worlds, seed: instead of the scenario's. sets: such as "levers.trade_facilitation.ramp=4
    weeks". out, workers, dask, shard, fresh, record_all, progress, patience: see `PlaySettings`.

    The same call finds the same folder, keeps what is finished and plays what is missing. Raises InputError,
    RunInterrupted (finished batches are kept) and, after the last batch, WorldsFailed if worlds failed: its `run` holds
    the others.
    """
    from regionsim.views.figures import update_figures  # matplotlib is heavy

    options = _play(
        out=out, workers=workers, dask=dask, shard=shard, fresh=fresh, record_all=record_all, progress=progress,
        patience=patience,
    )  # fmt: skip
    try:
        played: Run | Runs = (
            runs.run_all(source, worlds=worlds, seed=seed, sets=sets, **options)
            if isinstance(source, list | tuple)
            else runs.run(source, worlds=worlds, seed=seed, sets=sets, **options)
        )
    except WorldsFailed as failed:
        for each in listed(list(failed.run) if isinstance(failed.run, Runs) else failed.run):
            if figures and isinstance(each, Run):
                update_figures(each)
        raise
    if figures and shard is None:
        for each in played if isinstance(played, Runs) else [played]:
            update_figures(each)
    return played


def plan(
    source: ScenarioSource | Several,
    *,
    worlds: int | None = None,
    seed: int | None = None,
    sets: Sequence[str] = (),
    out: str | Path | None = None,
    workers: int | None = None,
    dask: str | None = None,
    shard: tuple[int, int] | None = None,
    fresh: bool = False,
    record_all: bool = False,
) -> Plan:
    """What `run` would do with these arguments: worlds, time, memory, disk. Nothing is written.

    Several scenarios give the plan of all together. worlds, seed, sets: as in `run`. out, workers, dask, shard, fresh,
    record_all: see `PlaySettings`. Raises InputError.
    """
    options = _play(out=out, workers=workers, dask=dask, shard=shard, fresh=fresh, record_all=record_all)
    return runs.plan(source, worlds=worlds, seed=seed, sets=sets, **options)


def load(
    source: ScenarioSource, *, sets: Sequence[str] = (), worlds: int | None = None, seed: int | None = None
) -> Scenario:
    """Read and check a scenario: a path, a shipped name, a Scenario, or a scenario file's content as a dict.

    sets: changes to it, such as "worlds=50" or "shocks.autumn.for=6 weeks". worlds, seed: instead of its own. Raises
    InputError with every fault, located by file and line, or by key for a dict; faults of the source are listed even if
    an argument replaces the value.
    """
    return load_scenario(source, sets=sets, worlds=worlds, seed=seed)


def compare(
    *sources: Source | Several,
    baseline: Source | None = None,
    worlds: int | None = None,
    seed: int | None = None,
    sets: Sequence[str] = (),
    indicators: Sequence[str] = (),
    at: Sequence[str] = (),
    across_versions: bool = False,
    out: str | Path | None = None,
    workers: int | None = None,
    dask: str | None = None,
    fresh: bool = False,
    progress: Progress | None = None,
) -> Comparison:
    """Play scenarios, or open runs, and compare them with a baseline, world by world.

    sources: scenarios, runs or run folders, or a list of them. baseline: the first source by default. worlds, seed:
    instead of the scenarios'. sets: apply to all sources; those of levers, deals, shocks and the timeline not to the
    baseline. indicators: such as "attacks" or "closure_days[torkham]" (default: the headlines). at: further dates, such
    as "2030-08", or "peak", "low", "total", "first_year"; the end is always included. across_versions: compare runs of
    different evidence, code or seed, unpaired. out, workers, dask, fresh, progress: see `PlaySettings`.

    The tables go into the folder `compare-<hash>` under `out`. Raises InputError, with the reasons why worlds cannot be
    paired, and RunInterrupted.
    """
    return compare_runs(
        *listed(sources), baseline=baseline, worlds=worlds, seed=seed, sets=sets, indicators=indicators, at=at,
        across_versions=across_versions,
        **_play(out=out, workers=workers, dask=dask, fresh=fresh, progress=progress),
    )  # fmt: skip


def why(
    scenario: ScenarioSource,
    baseline: ScenarioSource | None = None,
    *,
    worlds: int | None = None,
    seed: int | None = None,
    sets: Sequence[str] = (),
    indicators: Sequence[str] = (),
    at: Sequence[str] = (),
    groups: Mapping[str, Sequence[str]] | None = None,
    exact: int = EXACT,
    orders: int = ORDERS,
    out: str | Path | None = None,
    workers: int | None = None,
    dask: str | None = None,
    fresh: bool = False,
    progress: Progress | None = None,
) -> Why:
    """How much of a scenario's mean difference from the baseline (default: its own) each override causes.

    Plays every missing set of overrides, and writes tables into the folder `why-<hash>`. worlds, seed, sets, indicators
    and at: as in `compare`. groups: name -> levers, shocks and other changes that count as one cause. exact: with more
    causes than this, orders are sampled. orders: how many are sampled. out, workers, dask, fresh, progress: see
    `PlaySettings`. Raises InputError and RunInterrupted.
    """
    return find_causes(
        scenario, baseline, worlds=worlds, seed=seed, sets=sets, indicators=indicators, at=at, groups=groups,
        exact=exact, orders=orders, **_play(out=out, workers=workers, dask=dask, fresh=fresh, progress=progress),
    )  # fmt: skip


def check(
    *sources: ScenarioSource | Several,
    worlds: int | None = None,
    seed: int | None = None,
    sets: Sequence[str] = (),
    alpha: float = ALPHA,
    zone: float = ZONE,
    out: str | Path | None = None,
    workers: int | None = None,
    dask: str | None = None,
    fresh: bool = False,
    progress: Progress | None = None,
) -> Checked:
    """Play scenarios and judge their expectations.

    sources: scenarios, folders of them, or a list (default: ./scenarios, or all shipped). worlds: instead of each
    scenario's. alpha: chance of any false alarm among all. zone: by how much a share of worlds may fall short. out,
    workers, dask, fresh, progress: see `PlaySettings`. Raises InputError and RunInterrupted; failed worlds are left out
    and reported.
    """
    return check_expectations(
        *listed(sources), worlds=worlds, seed=seed, sets=sets, alpha=alpha, zone=zone,
        **_play(out=out, workers=workers, dask=dask, fresh=fresh, progress=progress),
    )  # fmt: skip


def report(
    *sources: Source | Several,
    to: str | Path,
    baseline: Source | None = None,
    worlds: int | None = None,
    seed: int | None = None,
    sets: Sequence[str] = (),
    indicators: Sequence[str] = (),
    at: Sequence[str] = (),
    full: bool = False,
    brief: bool = False,
    title: str | None = None,
    format: str | None = None,
    out: str | Path | None = None,
    workers: int | None = None,
    dask: str | None = None,
    fresh: bool = False,
    progress: Progress | None = None,
) -> Path:
    """Write a decision brief of scenarios or runs, beside a baseline, into the file `to`; returns its path.

    sources, baseline, worlds, seed, sets, indicators, at: as in `compare`; the default baseline is the one that the
    scenarios name. full: also play what causes and expectations need. brief: write the first page alone. title: instead
    of the titles of the scenarios. format: html, docx (Word) or pptx (PowerPoint); None takes it from the ending of
    `to`, and HTML where that says nothing. HTML needs the extra `report`, the others the extra `office`. out, workers,
    dask, fresh, progress: see `PlaySettings`. Raises InputError and RunInterrupted.
    """
    return write_report(
        *listed(sources), to=to, baseline=baseline, worlds=worlds, seed=seed, sets=sets, indicators=indicators, at=at,
        full=full, first_page=brief, title=title, format=format,
        **_play(out=out, workers=workers, dask=dask, fresh=fresh, progress=progress),
    )  # fmt: skip


def sweep(
    scenario: ScenarioSource,
    over: Mapping[str, Any] | None = None,
    *,
    design: Any = None,
    shares: bool | Sequence[str] = False,
    sample: str | None = None,
    replicates: int = REPLICATES,
    outcomes: Sequence[str] = (),
    seed: int | None = None,
    sets: Sequence[str] = (),
    out: str | Path | None = None,
    workers: int | None = None,
    dask: str | None = None,
    shard: tuple[int, int] | None = None,
    fresh: bool = False,
    record_all: bool = False,
    progress: Progress | None = None,
) -> Sweep:
    """Play a scenario at many points of its inputs; the `Sweep` has `results`, `means` and `plot`.

    over: path in the scenario -> values, a list or text such as "0:1:5". sample: "lhs:N" or "sobol:N" points between
    the ends instead of a grid. design: the points instead of over, as SALib or the EMA Workbench sample them: a frame,
    or a dict of columns, with a row per point and a column per path. shares: columns of the design (True: all) that
    hold quantiles 0-1 of a parameter's own distribution, see `problem`. replicates: worlds per point. outcomes: such as
    "trade_volume@2030" (default: the headlines at the end). seed, sets: as in `run`. out, workers, dask, shard, fresh,
    record_all, progress: see `PlaySettings`. Raises InputError and RunInterrupted.
    """
    return studies.sweep(
        scenario, over, design=design, shares=shares, sample=sample, replicates=replicates, outcomes=outcomes,
        seed=seed, sets=sets,
        **_play(
            out=out, workers=workers, dask=dask, shard=shard, fresh=fresh, record_all=record_all, progress=progress
        ),
    )  # fmt: skip


def sensitivity(
    scenario: ScenarioSource,
    *,
    method: str = "morris",
    samples: int | None = None,
    over: Sequence[str] = (),
    replicates: int = OF_SENSITIVITY,
    outcomes: Sequence[str] = (),
    seed: int | None = None,
    sets: Sequence[str] = (),
    out: str | Path | None = None,
    workers: int | None = None,
    dask: str | None = None,
    shard: tuple[int, int] | None = None,
    fresh: bool = False,
    record_all: bool = False,
    progress: Progress | None = None,
) -> Sensitivity:
    """Rank the uncertain inputs of a scenario; the `Sensitivity` has `tables` and `plot`.

    Needs the extra `analysis`. method: "morris" (screening) or "sobol" (shares of variance). samples: trajectories, or
    points of the sequence (default: by method). over: "PATH" (its own distribution) or "PATH=LO:HI" (default: all
    uncertain parameters). replicates: worlds per point. outcomes, seed, sets: as in `sweep`. out, workers, dask, shard,
    fresh, record_all, progress: see `PlaySettings`. Raises InputError and RunInterrupted.
    """
    return studies.sensitivity(
        scenario, method=method, samples=samples, over=over, replicates=replicates, outcomes=outcomes, seed=seed,
        sets=sets,
        **_play(
            out=out, workers=workers, dask=dask, shard=shard, fresh=fresh, record_all=record_all, progress=progress
        ),
    )  # fmt: skip


def _play(**options: Unpack[PlayOptions]) -> PlayOptions:
    """The arguments that are fields of `PlaySettings`, which takes them by these names."""
    return options


__all__ = [
    "Checked",
    "Comparison",
    "Discovery",
    "Explorer",
    "InputError",
    "Plan",
    "PlaySettings",
    "RegionsimError",
    "Run",
    "RunInterrupted",
    "Runs",
    "Scenario",
    "Sensitivity",
    "Story",
    "Sweep",
    "Why",
    "WorldsFailed",
    "check",
    "compare",
    "content_digest",
    "discover",
    "explore",
    "list_runs",
    "load",
    "load_evidence",
    "open_run",
    "plan",
    "problem",
    "replay",
    "report",
    "run",
    "sensitivity",
    "sweep",
    "why",
]
