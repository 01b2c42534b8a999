"""The command `sweep`: play a scenario at many points of its inputs, and tabulate what came out."""

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from regionsim.cli.options import (
    Dask,
    DryRun,
    Fresh,
    Json,
    NoFigures,
    Observed,
    Runs,
    Seed,
    Sets,
    Shard,
    Short,
    Workers,
    check_place,
    flag,
    read_shard,
    use_observed,
)
from regionsim.cli.write import chosen_columns, note, number_words, out, out_json, process_words, size_words, time_words

if TYPE_CHECKING:
    import pandas as pd

    from regionsim.studies.sweep import Study, Sweep

_ROWS, _LEAST_POINTS = 60, 5  # rows of all tables on the terminal, and of each at least


def sweep(
    scenario: Annotated[str, Parameter(help="A scenario file or shipped name, or a study file (study: 1).")],
    /,
    *,
    over: Annotated[
        tuple[str, ...],
        Parameter(negative="", show_default=False, help="PATH=LO:HI:N, PATH=LO:HI or PATH=A,B,C; repeatable."),
    ] = (),
    sample: Annotated[str | None, Parameter(help="lhs:N or sobol:N points instead of the whole grid.")] = None,
    replicates: Annotated[int | None, Parameter(help="Worlds per point (default: 20).")] = None,
    outcome: Annotated[
        tuple[str, ...],
        Parameter(negative="", show_default=False, help="INDICATOR@DATE to tabulate (default: the headlines)."),
    ] = (),
    seed: Seed = None,
    sets: Sets = (),
    observed: Observed = None,
    out_dir: Runs = "runs",
    workers: Workers = None,
    dask: Dask = None,
    shard: Shard = None,
    fresh: Fresh = False,
    dry_run: DryRun = False,
    no_figures: NoFigures = False,
    short: Short = False,
    json: Json = False,
    quiet: Annotated[bool, flag("Print only the study's folder.")] = False,
) -> int:
    """Play a scenario at many points of its inputs: parameters, intensities and dates of levers, shocks.

    All points share draws and chance, so they differ by their inputs alone. The same command resumes.

    Example: regionsim sweep trade_push --over levers.trade_facilitation.intensity=0:1:5 --replicates 50
    """
    use_observed(observed)
    from regionsim.studies.sweep import Sweep

    part = read_shard(shard)
    study = _study(scenario, over, sample, replicates, seed, sets, outcome)
    result = Sweep(study, out=out_dir, workers=workers, dask=dask, shard=part, fresh=fresh)
    if not play_study(result, dry_run=dry_run, json=json, quiet=quiet):
        return 0
    return _say(result, figures=not no_figures, short=short, json=json, quiet=quiet)


def play_study(study: "Sweep", *, dry_run: bool, json: bool, quiet: bool) -> bool:
    """Print the cost of a study and play its missing runs; returns whether there are results to show."""
    from regionsim.cli.progress import bar, load_kernels
    from regionsim.studies.sweep import run_study

    settings = study.settings
    cost = study_cost(study)
    for line in study.notes:
        note(f"note: {line}")
    check_place(settings.folder, settings.dask if cost["to_play"] and dry_run else None)
    if dry_run:
        if json:
            out_json(cost)
        else:
            out(cost_words(cost))
        return False
    silent = quiet or json
    if not silent:
        note(cost_words(cost))
    if cost["to_play"] and settings.dask is None:
        load_kernels(cost["workers"], quiet=silent)
    with bar(study.name, quiet=silent) as progress:
        run_study(study, progress)
    if settings.shard is None:
        return True
    part, parts = settings.shard
    note(f"shard {part}/{parts} is finished; the command without --shard combines the shards")
    out(str(study.folder))
    return False


def _study(
    scenario: str, over: tuple[str, ...], sample: str | None, replicates: int | None, seed: int | None,
    sets: tuple[str, ...], outcomes: tuple[str, ...],
) -> "Study":  # fmt: skip
    """The study: from the options alone, or from a file that the options extend."""
    from dataclasses import replace

    from regionsim.errors import InputError
    from regionsim.studies.designs import read_axis
    from regionsim.studies.study_file import is_study, read_study
    from regionsim.studies.sweep import REPLICATES, Study

    axes = []
    for text in over:
        path, equals, values = text.partition("=")
        if not equals:
            raise InputError(f"--over: {text!r} is not PATH=VALUES (such as trade.potential=5:15:5)")
        axes.append(read_axis(path.strip(), values.strip()))
    if not is_study(scenario):
        count = REPLICATES if replicates is None else replicates
        return Study(scenario, tuple(axes), sample, count, seed, sets, outcomes)
    study = read_study(scenario)
    changes: dict[str, Any] = {"sample": sample, "replicates": replicates, "seed": seed, "outcomes": outcomes or None}
    changes |= {"over": (*study.over, *axes), "sets": (*study.sets, *sets)}
    return replace(study, **{key: value for key, value in changes.items() if value is not None})


def study_cost(study: "Sweep") -> dict[str, Any]:
    """The cost of a study: counts, seconds, bytes."""
    from regionsim.runs.together import seconds_together

    plans = study.plans()
    batches = sum(len(plan.batches) for plan in plans)
    processes, seconds = seconds_together(plans, study.settings)
    return {
        "folder": str(study.folder),
        "points": len(study.points),
        "arms": len(plans),
        "worlds": sum(plan.worlds for plan in plans),
        "to_play": sum(plan.to_play for plan in plans),
        "weeks": max(plan.weeks for plan in plans),
        "batches": batches,
        "workers": processes,
        "seconds": round(seconds, 1),
        "memory_bytes": processes * max(plan.memory // plan.workers for plan in plans),
        "disk_bytes": sum(plan.disk for plan in plans),
        "disk_free_bytes": plans[0].disk_free,
    }


def cost_words(cost: dict[str, Any]) -> str:
    """The cost of a study in words."""
    seconds, memory, disk, free = (cost[key] for key in ("seconds", "memory_bytes", "disk_bytes", "disk_free_bytes"))
    points, worlds = number_words(cost["points"], "point"), number_words(cost["worlds"], "world")
    count = f"{points} in {number_words(cost['arms'], 'scenario')}; {worlds}"
    batches = number_words(cost["batches"], "batch", "batches")
    todo = f"{cost['to_play']:,} to play in {batches} by {process_words(cost['workers'])}"
    sizes = f"memory about {size_words(memory)}, disk about {size_words(disk)} ({size_words(free)} free)"
    lines = [f"{count} x {cost['weeks']} weeks, {todo}", f"  time about {time_words(seconds)}, {sizes}"]
    lines.append(f"  folder {cost['folder']}")
    if disk > free:
        lines.append("  warning: the disk has less free space than is needed")
    return "\n".join(lines)


def _say(result: "Sweep", *, figures: bool, json: bool, quiet: bool, short: bool = False) -> int:
    from regionsim.evidence.identified import KEY, identified, marked

    table = result.results()
    pictures = []
    if figures and len(table):
        from regionsim.views.sweeps import draw_sweep

        pictures = [str(path) for path in draw_sweep(result, table)]
    if json:
        import json as texts

        rows = texts.loads(table.to_json(orient="records"))
        about = {"path": str(result.folder), "points": len(result.points), "failed": result.failed, "figures": pictures}
        about["identified"] = {axis.path: identified(axis.path) for axis in result.study.over}
        out_json(about | {"results": rows})
    elif quiet:
        out(str(result.folder))
    else:
        out(_table(table, short=short))
        marks = marked(axis.path for axis in result.study.over)
        if marks:
            out(f"{marks}. {KEY}")
        out(f"\nstudy folder  {result.folder}")
        if pictures:
            out(f"pictures      {pictures[0]}" + (f" and {len(pictures) - 1} more beside it" if pictures[1:] else ""))
    if result.failed:
        note(f"{result.failed} worlds failed and are left out; the arms' manifests say which and why")
    return 4 if result.failed else 0


def _table(frame: "pd.DataFrame", *, short: bool = False) -> str:
    """A block per outcome, with a row for each of the first points."""
    from regionsim.runs.numerals import short as figure
    from regionsim.stats.precision import advice

    axes = [name for name in frame.columns[: frame.columns.get_loc("outcome")] if name != "point"]
    blocks, left = [], 0
    shown = max(_LEAST_POINTS, _ROWS // max(1, frame["outcome"].nunique()))
    for (outcome, unit), rows in frame.groupby(["outcome", "unit"], sort=False):
        head = [*axes, "mean", "error", "90% of worlds", "worlds"]
        cells = [
            [*(_cell(row[axis]) for axis in axes), figure(row["mean"]), figure(row["error"], 2),
             f"[{figure(row['p05'])}, {figure(row['p95'])}]", str(row["worlds"])]
            for row in rows.head(shown).to_dict("records")
        ]  # fmt: skip
        left += max(0, len(rows) - shown)
        every = tuple(range(len(head)))
        choices = (
            [every[: len(axes) + 2]] if short else [every, every[:-1], every[: len(axes) + 2], every[: len(axes) + 1]]
        )
        table = chosen_columns([head, *cells], choices, right=range(len(head)), say=False)
        blocks.append(f"{outcome}, {unit}\n{table}\n")
    more = [f"... and {left:,} rows more in results.csv"] if left else []
    fewest = int(frame["worlds"].min()) if len(frame) else 0
    notes = [] if short else [f"error: half of the mean's 95% interval. {advice(fewest, 'replicates')}"]
    return "\n".join([*blocks, *more, *notes])


def _cell(value: object) -> str:
    return f"{value:,.6g}" if isinstance(value, float) else str(value)
