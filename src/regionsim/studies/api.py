"""Studies in one line of Python: `sweep`, `sensitivity`, `discover`, each like the command of that name.

The commands do not use these functions, because they first report what a study costs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from regionsim.doors import number, texts, whole
from regionsim.errors import InputError
from regionsim.paths import user_path
from regionsim.runs import Run
from regionsim.runs.settings import PlayOptions
from regionsim.scenario import load
from regionsim.studies.designs import Axis, read_axis
from regionsim.studies.given_design import problem_of, read_design
from regionsim.studies.sensitivity import REPLICATES as OF_SENSITIVITY
from regionsim.studies.sensitivity import Sensitivity, SensitivitySpec
from regionsim.studies.sweep import REPLICATES, Study, Sweep, run_study

if TYPE_CHECKING:
    from regionsim.scenario.load import Source
    from regionsim.studies.discovery import Discovery


def sweep(
    scenario: Source,
    over: Mapping[str, Any] | None = None,
    *,
    design: Any = None,
    shares: bool | Sequence[str] = False,
    sample: str | None = None,
    replicates: int = REPLICATES,
    outcomes: Sequence[str] = (),
    seed: int | None = None,
    sets: Sequence[str] = (),
    **options: Unpack[PlayOptions],
) -> Sweep:
    """As `regionsim.sweep`. options: see `PlaySettings`."""
    sets, outcomes = texts(sets, "sets"), texts(outcomes, "outcomes")
    axes: tuple[Axis, ...]
    positions: tuple[tuple[int, ...], ...] = ()
    if design is None:
        if shares:
            raise InputError("shares: goes with a design")
        axes = tuple(read_axis(path, values) for path, values in (over or {}).items())
    elif over or sample is not None:
        raise InputError("design: has all points already (leave out over and sample)")
    else:
        axes, positions = read_design(design, load(scenario, sets=sets, seed=seed), shares)
        sample = f"given:{len(positions)}"
    return run_study(Sweep(Study(scenario, axes, sample, replicates, seed, sets, outcomes, positions), **options))


def problem(scenario: Source, over: Sequence[str] = (), *, sets: Sequence[str] = ()) -> dict[str, Any]:
    """The uncertain inputs of a scenario as a problem of SALib: num_vars, names, bounds.

    over: "PATH" (an uncertain parameter) or "PATH=LO:HI" (default: all uncertain parameters). A parameter without a
    range has the bounds 0 and 1: quantiles of its own distribution, which `sweep` takes as `shares`. sets: as in `run`.
    Raises InputError.
    """
    return problem_of(load(scenario, sets=texts(sets, "sets")), texts(over, "over"))


def sensitivity(
    scenario: Source,
    *,
    method: str = "morris",
    samples: int | None = None,
    over: Sequence[str] = (),
    replicates: int = OF_SENSITIVITY,
    outcomes: Sequence[str] = (),
    seed: int | None = None,
    sets: Sequence[str] = (),
    **options: Unpack[PlayOptions],
) -> Sensitivity:
    """Rank the uncertain inputs of a scenario; the `Sensitivity` has `tables` and `plot`.

    Needs the extra `analysis`. samples, replicates and outcomes: as in the command. method: "morris" (screening) or
    "sobol" (shares of variance). over: PATH (its own distribution) or PATH=LO:HI (default: all uncertain parameters).
    options: see `PlaySettings`. Raises InputError and RunInterrupted.
    """
    over, sets, outcomes = texts(over, "over"), texts(sets, "sets"), texts(outcomes, "outcomes")
    spec = SensitivitySpec(scenario, method, samples, over, replicates, seed, sets, outcomes)
    study = Sensitivity(spec, **options)
    run_study(study)
    return study


def discover(
    run: Run | Sweep | str | Path,
    where: str,
    *,
    over: Sequence[str] = (),
    boxes: int = 3,
    density: float | None = None,
) -> Discovery:
    """Find where in the inputs of a run or sweep (or its folder) a claim holds; see `sentences`, `frame`, `plot`.

    Writes nothing. where: a claim about one world, such as "trade_volume@2030 < 3". over: inputs to search (default:
    all that vary). boxes: the most to find. density: the least share of cases in a box. Raises InputError.
    """
    from regionsim.studies.case_table import read_futures
    from regionsim.studies.discovery import discover as search
    from regionsim.studies.prim import PrimRule

    folder = run.path if isinstance(run, Run) else run.folder if isinstance(run, Sweep) else user_path(run)
    least = None if density is None else number(density, "density")
    if least is not None and not 0.0 < least <= 1.0:
        raise InputError(f"density: {least:g} is out of range (allowed: above 0, up to 1)")
    count = whole(boxes, "boxes", 1)
    return search(read_futures(folder, where, texts(over, "over")), boxes=count, rule=PrimRule(density=least))
