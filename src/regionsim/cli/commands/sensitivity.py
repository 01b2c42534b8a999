"""The command `sensitivity`: which uncertain inputs move an outcome, and how much of it is chance."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from regionsim.cli.options import (
    Dask,
    DryRun,
    Fresh,
    Json,
    NoFigures,
    Observed,
    Runs,
    Scenario,
    Seed,
    Sets,
    Shard,
    Workers,
    flag,
    read_shard,
    use_observed,
)
from regionsim.cli.write import chosen_columns, note, out, out_json

if TYPE_CHECKING:
    import pandas as pd

    from regionsim.studies.sensitivity import Results, Sensitivity

_ROWS = 10  # inputs of each outcome on the terminal
_HEADINGS = {"mu_star": "mu*"}


def sensitivity(
    scenario: Scenario,
    /,
    *,
    method: Annotated[Literal["morris", "sobol"], Parameter(help="A screening, or shares of variance.")] = "morris",
    samples: Annotated[
        int | None, Parameter(help="Trajectories (morris, default 10) or base points (sobol, default 256).")
    ] = None,
    outcome: Annotated[
        tuple[str, ...],
        Parameter(negative="", show_default=False, help="INDICATOR@DATE (default: the headlines at the end)."),
    ] = (),
    over: Annotated[
        tuple[str, ...],
        Parameter(
            negative="",
            show_default=False,
            help="PATH (its own distribution) or PATH=LO:HI; repeatable (default: all uncertain ones).",
        ),
    ] = (),
    replicates: Annotated[int | None, Parameter(help="Worlds per point (default: 4).")] = None,
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
    json: Json = False,
    quiet: Annotated[bool, flag("Print only the study's folder.")] = False,
) -> int:
    """Rank the uncertain inputs of a scenario by their effect on outcomes, with intervals and the share of chance.

    morris ranks many inputs cheaply; sobol gives shares of variance for a few. The same command
    resumes. Needs the extra analysis; without it, a message says how to install it.

    Example: regionsim sensitivity trade_push --method morris --samples 10 --outcome trade_volume@2030
    """
    use_observed(observed)
    from regionsim.cli.commands.sweep import play_study
    from regionsim.studies import sensitivity as studies

    count = studies.REPLICATES if replicates is None else replicates
    spec = studies.SensitivitySpec(scenario, method, samples, over, count, seed, sets, outcome)
    part = read_shard(shard)
    study = studies.Sensitivity(spec, out=out_dir, workers=workers, dask=dask, shard=part, fresh=fresh)
    if not play_study(study, dry_run=dry_run, json=json, quiet=quiet):
        return 0
    return _say(study, figures=not no_figures, json=json, quiet=quiet)


def _say(study: "Sensitivity", *, figures: bool, json: bool, quiet: bool) -> int:
    from regionsim.evidence.identified import KEY, narrowed_words

    results = study.tables
    pictures = []
    if figures:
        from regionsim.views.sensitivity import draw_sensitivity

        pictures = [str(path) for path in draw_sensitivity(study, results)]
    if json:
        out_json(_plain(study, results, pictures))
    elif quiet:
        out(str(study.folder))
    else:
        out("\n\n".join(_table(study, about, rows) for about, rows in results.each()))
        out(f"\n{_KEYS[study.method.name]}\n{KEY}\n{narrowed_words()}\nstudy folder  {study.folder}")
        if pictures:
            out(f"pictures      {pictures[0]}" + (f" and {len(pictures) - 1} more beside it" if pictures[1:] else ""))
    if study.failed:
        note(f"{study.failed} worlds failed and are left out; the arms' manifests say which and why")
    return 4 if study.failed else 0


_KEYS = {
    "morris": (
        "mu*: mean size of the change, in the outcome's unit, from the lowest to the highest quarter of the input's "
        "distribution;\nmu: the same with its sign; sigma: how much the change depends on the other inputs; chance: "
        "share of the squared\neffects on which replicates disagree. [95% interval]; wide: wider than the index itself"
    ),
    "sobol": (
        "ST: share of the variance over inputs that involves the input; S1: the share it explains alone.\n"
        "[95% interval]; wide: wider than the index itself"
    ),
}


def _table(study: "Sensitivity", about: dict[str, Any], rows: "pd.DataFrame") -> str:
    """One outcome as text: its remark and its first inputs."""
    head = f"{about['outcome']} ({about['unit']}): {about['said']}"
    if about["verdict"] != "ranked":
        return head
    names = [_HEADINGS.get(name, name) for name in study.method.indices]
    shown = rows.head(_ROWS).to_dict("records")
    morris = "chance" in rows
    table = [["input", "identified", *names, *(["chance"] if morris else []), ""]]
    for row in shown:
        cells = [_cell(row, name) for name in study.method.indices] + ([_percent(row["chance"])] if morris else [])
        warning = row["warning"].replace("mu_star", "mu*")
        table.append([f"{row['rank']:>2} {row['input']}", row["identified"], *cells, warning])
    left = len(rows) - len(shown)
    more = f"\n... and {left:,} inputs more in indices.csv" if left > 0 else ""
    last = len(table[0]) - 1
    few = (0, 1, 2, last - 1) if morris else (0, 1, 2, 3)
    choices = (tuple(range(last + 1)), (*few, last), few, (0, 2))
    return f"{head}\n{chosen_columns(table, choices, right=range(2, last), where='indices.csv')}{more}"


def _cell(row: Mapping[Any, Any], name: str) -> str:
    return f"{row[name]:.3g} [{row[f'{name}_low']:.3g}, {row[f'{name}_high']:.3g}]"


def _percent(share: float) -> str:
    return f"{share:.0%}" if share == share else "-"


def _plain(study: "Sensitivity", results: "Results", pictures: list[str]) -> dict[str, Any]:
    from regionsim.studies.sensitivity import as_rows

    ranked = [as_rows(rows.drop(columns=["outcome", "unit"])) for _, rows in results.each()]
    about = zip(as_rows(results.outcomes), ranked, strict=True)
    return {
        "path": str(study.folder), "method": study.method.name, "samples": study.samples, "seed": study.seed,
        "inputs": len(study.inputs), "points": len(study.points), "replicates": study.study.replicates,
        "failed": study.failed, "figures": pictures,
        "outcomes": [outcome | {"indices": rows} for outcome, rows in about],
    }  # fmt: skip
