"""The command `run`: play scenarios, print what came out and where the pictures are."""

from typing import TYPE_CHECKING, Annotated, Literal

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
    Worlds,
    check_place,
    flag,
    read_shard,
    use_observed,
)
from regionsim.cli.summary import where
from regionsim.cli.write import note, number_words, out, out_json, process_words, size_words, time_words

if TYPE_CHECKING:
    from regionsim.runs import Plan, PlaySettings, Run
    from regionsim.scenario import Scenario


def run(
    scenarios: Annotated[tuple[str, ...], Parameter(help="Scenario files, or names of shipped scenarios.")],
    /,
    *,
    worlds: Worlds = None,
    seed: Seed = None,
    sets: Sets = (),
    observed: Observed = None,
    out_dir: Runs = "runs",
    workers: Workers = None,
    dask: Dask = None,
    shard: Shard = None,
    record: Annotated[Literal["all"] | None, Parameter(help="all: also record the variables of the briefs.")] = None,
    fresh: Fresh = False,
    dry_run: DryRun = False,
    no_figures: NoFigures = False,
    short: Short = False,
    json: Json = False,
    quiet: Annotated[bool, flag("Print only the run folders.")] = False,
) -> int:
    """Play scenarios in many worlds, write a run folder each, print a summary table and where the pictures are.

    Finished batches are kept: the same command resumes, and more --worlds extend a run.

    Example: regionsim run trade_push --worlds 50 --set levers.trade_facilitation.intensity=0.5
    """
    use_observed(observed)
    from regionsim.scenario.load import load_all

    loaded = load_all(scenarios, sets=sets, worlds=worlds, seed=seed)
    from regionsim.runs import PlaySettings
    from regionsim.runs.planning import planned

    part = read_shard(shard)
    settings = PlaySettings(
        out=out_dir, workers=workers, dask=dask, shard=part, record_all=record is not None, fresh=fresh
    )
    plans = [planned(scenario, settings) for scenario in loaded]
    to_play = any(plan.to_play for plan in plans)
    if to_play or dry_run:
        check_place(settings.folder, dask if to_play and dry_run else None)  # a run finds its cluster by itself
    if dry_run:
        _say_plans(plans, json=json)
        return 0
    finished: list[Run] = []
    for scenario, expected in zip(loaded, plans, strict=True):
        played = play_one(scenario, expected, settings, quiet=quiet or json)
        if part is not None:
            note(f"shard {shard} is finished; the command without --shard combines the shards")
        elif not quiet and not json:
            # the table before the pictures, which take longer than a small run
            out(("\n" if finished else "") + _table(played, short=short))
        finished.append(played)
        if not no_figures and part is None:
            from regionsim.views.figures import update_figures

            update_figures(played)
        if not json:
            out(str(played.path) if quiet or part is not None else where(played, figures=not no_figures))
    return _end(finished, json=json and part is None)


def _table(run: "Run", *, short: bool) -> str:
    from regionsim.cli.summary import short_text, summary_text

    return short_text(run) if short else summary_text(run)


def _end(finished: list["Run"], *, json: bool) -> int:
    """Print the results for scripts if `json`; returns the exit code."""
    if json:
        from regionsim.cli.summary import summary_row

        out_json([summary_row(run) for run in finished])
    return 4 if any(run.failed for run in finished) else 0


def play_one(scenario: "Scenario", expected: "Plan", settings: "PlaySettings", *, quiet: bool) -> "Run":
    """Play one scenario, with a bar; a run with failed worlds is returned too."""
    from dataclasses import replace

    from regionsim.cli.progress import bar, load_kernels
    from regionsim.errors import WorldsFailed
    from regionsim.runs.play import play_scenario

    if not quiet:
        note(_opening(expected))
        for warning in expected.warnings:
            note(f"warning: {warning}")
    if expected.to_play:
        load_kernels(expected.workers, quiet=quiet)
    try:
        with bar(scenario.name, quiet=quiet) as progress:
            return play_scenario(scenario, replace(settings, progress=progress))
    except WorldsFailed as error:
        note(f"{scenario.name}: {error}")
        if error.run is None:
            raise
        failed: Run = error.run  # type: ignore[assignment]  # typed as an object, to keep errors.py light
        return failed


def _opening(expected: "Plan") -> str:
    """One line before playing."""
    if not expected.to_play:
        return f"{expected.name}: all {expected.worlds:,} worlds are finished in {expected.folder}"
    finished = f", {expected.finished:,} finished before are kept" if expected.finished else ""
    time = time_words(expected.seconds)
    return f"{expected.name}: playing {expected.to_play:,} worlds x {expected.weeks:,} weeks, about {time}{finished}"


def _say_plans(plans: list["Plan"], *, json: bool) -> None:
    if json:
        out_json([_plan_row(plan) for plan in plans])
        return
    for plan in plans:
        out(f"{plan.name}: {plan.worlds:,} worlds x {plan.weeks:,} weeks; {plan.to_play:,} to play in {_batches(plan)}")
        disk = f"disk about {size_words(plan.disk)} ({size_words(plan.disk_free)} free)"
        out(f"  time about {time_words(plan.seconds)}, memory about {size_words(plan.memory)}, {disk}")
        out(f"  folder {plan.folder}")
        for warning in plan.warnings:
            note(f"warning: {warning}")


def _plan_row(plan: "Plan") -> dict[str, object]:
    return {
        "name": plan.name,
        "path": str(plan.folder),
        "hash": plan.hash,
        "worlds": plan.worlds,
        "weeks": plan.weeks,
        "finished": plan.finished,
        "to_play": plan.to_play,
        "batches": [[batch.start, batch.stop] for batch in plan.batches],
        "workers": plan.workers,
        "memory_bytes": plan.memory,
        "disk_bytes": plan.disk,
        "disk_free_bytes": plan.disk_free,
        "seconds": round(plan.seconds, 1),
        "warnings": list(plan.warnings),
    }


def _batches(plan: "Plan") -> str:
    return f"{number_words(len(plan.batches), 'batch', 'batches')} by {process_words(plan.workers)}"
