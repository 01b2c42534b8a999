"""The command `compare`: scenarios against a baseline, in worlds that share draws and chance."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from regionsim.cli.options import (
    Fresh,
    Json,
    NoFigures,
    Observed,
    Runs,
    Seed,
    Sets,
    Short,
    Workers,
    Worlds,
    flag,
    use_observed,
)
from regionsim.cli.write import chosen_columns, note, out, out_json, time_words

if TYPE_CHECKING:
    from regionsim.runs import Plan, Progress, Run
    from regionsim.scenario import Scenario
    from regionsim.studies.compare import Comparison

Baseline = Annotated[
    str | None, Parameter(help="A scenario or run folder (default: the baseline that the scenario names).")
]
Indicators = Annotated[
    tuple[str, ...],
    Parameter(
        name="--indicator",
        negative="",
        show_default=False,
        help="Such as attacks or closure_days[torkham]; repeatable (default: the headlines).",
    ),
]
At = Annotated[
    tuple[str, ...],
    Parameter(
        negative="",
        show_default=False,
        help="A time besides the end: 2030, 2030-08, 2030-08-15, peak, low, total or first_year; repeatable.",
    ),
]


def compare(
    scenarios: Annotated[tuple[str, ...], Parameter(help="Scenario files, shipped names, or run folders.")],
    /,
    *,
    baseline: Baseline = None,
    worlds: Worlds = None,
    seed: Seed = None,
    sets: Sets = (),
    observed: Observed = None,
    indicators: Indicators = (),
    at: At = (),
    across_versions: Annotated[bool, flag("Compare runs of different evidence, code or seed, unpaired.")] = False,
    out_dir: Runs = "runs",
    workers: Workers = None,
    fresh: Fresh = False,
    no_figures: NoFigures = False,
    short: Short = False,
    json: Json = False,
    quiet: Annotated[bool, flag("Print only the comparison's folder.")] = False,
) -> int:
    """Compare scenarios with a baseline, world by world: differences, intervals, share better, since when.

    Missing runs are played. --set of levers, shocks and the timeline does not apply to the baseline.

    Example: regionsim compare trade_push --baseline status_quo --worlds 50 --at 2030
    """
    use_observed(observed)
    from regionsim.studies.compare import compare as compared

    comparison = compared(
        *scenarios, baseline=_baseline(scenarios, baseline, sets), worlds=worlds, seed=seed, sets=sets,
        indicators=indicators, at=at, across_versions=across_versions, out=out_dir, workers=workers, fresh=fresh,
        watch=watching(quiet=quiet or json),
    )  # fmt: skip
    return _say(comparison, figures=not no_figures, short=short, json=json, quiet=quiet)


def _baseline(scenarios: tuple[str, ...], given: str | None, sets: tuple[str, ...]) -> "str | Path | Run | Scenario":
    """The baseline given, or else the one that all scenarios name."""
    if given is not None:
        return given
    from regionsim.studies.arms import meant_baseline, read_arms

    return meant_baseline(scenarios, read_arms(scenarios, sets=sets))


def watching(*, quiet: bool) -> "Callable[[Plan], contextlib.AbstractContextManager[Progress | None]]":
    """A context for each run: prints a line before it, and a bar on a terminal."""

    @contextlib.contextmanager
    def watch(expected: "Plan") -> "Iterator[Progress | None]":
        from regionsim.cli.progress import bar, load_kernels

        for warning in () if quiet else expected.warnings:
            note(f"warning: {warning}")
        if expected.to_play:
            if not quiet:
                what = f"{expected.to_play:,} worlds x {expected.weeks:,} weeks"
                note(f"{expected.name}: playing {what}, about {time_words(expected.seconds)}")
            load_kernels(expected.workers, quiet=quiet)
        with bar(expected.name, quiet=quiet) as progress:
            yield progress

    return watch


def _say(comparison: "Comparison", *, figures: bool, short: bool, json: bool, quiet: bool) -> int:
    pictures = []
    if figures:
        from regionsim.views.compare import draw_comparison

        pictures = [str(path) for path in draw_comparison(comparison)]
    failed = any(run.failed for run in (comparison.baseline, *comparison.arms))
    if json:
        out_json(comparison.about() | {"figures": pictures})
    elif quiet:
        out(str(comparison.folder))
    else:
        from regionsim.views.compare import (
            BRIEF,
            CHOICES,
            civilian_lines,
            comparison_key,
            comparison_text,
            target_blocks,
        )
        from regionsim.views.targets import CHOICES as TARGETS

        for title, cells in target_blocks(comparison):
            out(f"{title}\n{chosen_columns(cells, TARGETS[2:] if short else TARGETS, say=not short)}")
            out("")
        for title, cells in comparison_text(comparison):
            fitting = [choice for choice in CHOICES if max(choice) < len(cells[0])]
            shown = fitting[fitting.index(BRIEF) :] if short else fitting
            table = chosen_columns(cells, shown, right=range(2, len(cells[0])), where="compare.csv", say=not short)
            out(f"{title}\n{table}")
            out("")
        out("\n".join(civilian_lines(comparison) + ([] if short else ["", *comparison_key(comparison)])))
        out(f"\nfolder    {comparison.folder}")
        for path in pictures:
            out(f"picture   {path}")
    return 4 if failed else 0
