"""The command `why`: which override of a scenario caused how much of its difference from a baseline."""

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from regionsim.cli.commands.compare import At, Baseline, Indicators, watching
from regionsim.cli.options import (
    DryRun,
    Fresh,
    Json,
    NoFigures,
    Observed,
    Runs,
    Scenario,
    Seed,
    Sets,
    Short,
    Workers,
    Worlds,
    check_place,
    flag,
    use_observed,
)
from regionsim.cli.write import chosen_columns, note, out, out_json, process_words, size_words, time_words

if TYPE_CHECKING:
    from regionsim.studies.why import Why


Group = Annotated[
    tuple[str, ...],
    Parameter(
        negative="", show_default=False,
        help="NAME=LEVER,SHOCK,...: changes that count as one cause; repeatable (default: each by itself).",
    ),
]  # fmt: skip


def why(
    scenario: Scenario,
    /,
    *,
    baseline: Baseline = None,
    worlds: Worlds = None,
    seed: Seed = None,
    sets: Sets = (),
    observed: Observed = None,
    indicators: Indicators = (),
    at: At = (),
    group: Group = (),
    orders: Annotated[int, Parameter(help="Orders sampled if a scenario has more than 8 overrides.")] = 20,
    out_dir: Runs = "runs",
    workers: Workers = None,
    fresh: Fresh = False,
    dry_run: DryRun = False,
    no_figures: NoFigures = False,
    short: Short = False,
    json: Json = False,
    quiet: Annotated[bool, flag("Print only the folder.")] = False,
) -> int:
    """Attribute a scenario's mean difference from its baseline to its overrides, by Shapley values.

    Overrides are levers, shocks, parameters and changes of the timeline; --group takes several for one cause. Every
    subset of up to 8 is played, with equal draws and chance; of more, the subsets along sampled orders. Finished runs
    are kept.

    Example: regionsim why trade_push --baseline status_quo --worlds 50 --indicator trade_volume --at 2030
    """
    use_observed(observed)
    from regionsim.studies.grouping import read_groups
    from regionsim.studies.why import read_why

    result = read_why(
        scenario, baseline, worlds=worlds, seed=seed, sets=sets, indicators=indicators, at=at,
        groups=read_groups(group), orders=orders, out=out_dir, workers=workers, fresh=fresh,
        watch=watching(quiet=quiet or json),
    )  # fmt: skip
    cost = result.cost()
    check_place(result.settings.folder, None)
    if dry_run:
        if json:
            out_json(cost)
        else:
            out(_cost_words(cost))
        return 0
    if not quiet and not json:
        note(_cost_words(cost))
    result.play()
    result.write()
    return _say(result, figures=not no_figures, short=short, json=json, quiet=quiet)


def _cost_words(cost: dict[str, Any]) -> str:
    how = "every subset" if cost["exact"] else f"the subsets along {cost['orders']} sampled orders"
    later = f", and up to {cost['arms_later']} more for interactions" if cost["arms_later"] else ""
    arms = f"{cost['arms']:,} arms{later} of {cost['worlds']:,} worlds x {cost['weeks']:,} weeks"
    disk, free = size_words(cost["disk_bytes"]), size_words(cost["disk_free_bytes"])
    time = f"time about {time_words(cost['seconds'])}" if cost["to_play"] else "nothing to play"
    from regionsim.studies.grouping import count_causes

    causes = count_causes(len(cost["causes"]), len(cost["overrides"]))
    lines = [f"{causes}, {how}: {arms}; {cost['to_play']:,} worlds to play"]
    lines.append(f"  {time}, by {process_words(cost['workers'])}; disk about {disk} ({free} free)")
    lines += [f"  {cause['path']}: {cause['words']}" for cause in cost["causes"]]
    return "\n".join(lines)


def _say(result: "Why", *, figures: bool, short: bool, json: bool, quiet: bool) -> int:
    from regionsim.views.why import CHOICES, draw_why, how_words, why_key, why_text

    pictures = [str(path) for path in draw_why(result)] if figures else []
    if json:
        out_json(result.about() | {"figures": pictures})
    elif quiet:
        out(str(result.folder))
    else:
        for title, cells, remarks in why_text(result):
            table = chosen_columns(cells, CHOICES[1:] if short else CHOICES, right=(1, 2, 3), say=False)
            out(f"{title}\n{table}")
            if not short:
                out("\n".join(f"  together: {line}" for line in remarks) if remarks else "")
            out("")
        out(f"Parts are {how_words(result)} They add up to the total. {result.numbers.size:,} worlds.")
        for line in [] if short else why_key(result):
            out(line)
        out(f"\nfolder    {result.folder}")
        for path in pictures:
            out(f"picture   {path}")
    failed = result.baseline.worlds - int(result.numbers.size)
    if failed:
        note(f"{failed} worlds failed in some arm and are left out of all")
    return 4 if failed else 0
