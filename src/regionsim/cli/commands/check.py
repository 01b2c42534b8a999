"""The command `check`: judge the expectations of scenarios."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from regionsim.cli.commands.compare import watching
from regionsim.cli.options import Json, Observed, Runs, Seed, Sets, Short, Workers, Worlds, flag, use_observed
from regionsim.cli.write import chosen_columns, columns, note, out, out_json

if TYPE_CHECKING:
    from regionsim.studies.check import Checked


def check(
    sources: Annotated[
        tuple[str, ...],
        Parameter(show_default=False, help="Scenario files, folders of them, shipped names (default: ./scenarios)."),
    ] = (),
    /,
    *,
    worlds: Worlds = None,
    seed: Seed = None,
    sets: Sets = (),
    observed: Observed = None,
    out_dir: Runs = "runs",
    workers: Workers = None,
    alpha: Annotated[float, Parameter(help="Probability of any false alarm among all expectations.")] = 0.05,
    zone: Annotated[float, Parameter(help="How far a share of worlds may fall short and still count as met.")] = 0.03,
    junit: Annotated[str | None, Parameter(help="Also write JUnit XML to this file.")] = None,
    markdown: Annotated[str | None, Parameter(help="Also write a summary in Markdown to this file.")] = None,
    short: Short = False,
    json: Json = False,
    quiet: Annotated[bool, flag("Print only unexpected results.")] = False,
) -> int:
    """Judge every scenario's expect: block, statistically, over worlds.

    Each expectation is met, not met or undecided. Exit code: 0 if nothing is unexpected (undecided is not), 1 if
    one is not met, or is met but known as contradicted, 4 if worlds failed.

    Example: regionsim check trade_push --junit check.xml --markdown check.md
    """
    use_observed(observed)
    from regionsim.runs.files import put_text
    from regionsim.runs.settings import PlaySettings
    from regionsim.studies.check import check_cases, checked_rule, player_by
    from regionsim.studies.expectation_cases import read_cases
    from regionsim.views.checks import check_junit, check_markdown

    rule = checked_rule(alpha, zone)
    junit_file, markdown_file = _target(junit, "--junit"), _target(markdown, "--markdown")
    cases = read_cases(sources, worlds=worlds, seed=seed, sets=sets)
    settings = PlaySettings(out=out_dir, workers=workers, watch=watching(quiet=quiet or json))
    checked = check_cases(cases, rule, player_by(settings))
    if junit_file is not None:
        put_text(junit_file, check_junit(checked))
    if markdown_file is not None:
        _put_markdown(markdown_file, check_markdown(checked))
    _say(checked, short=short, json=json, quiet=quiet)
    return checked.exit_code


def _put_markdown(path: Path, text: str) -> None:
    """Write the summary; that of a step of GitHub Actions is appended to if it exists."""
    from regionsim.runs.files import put_text

    if str(path) == os.environ.get("GITHUB_STEP_SUMMARY") and path.is_file():
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(text)
    else:
        put_text(path, text)


def _target(given: str | None, option: str) -> Path | None:
    """The path, if it can be written. Raises InputError before anything is played; leaves nothing there."""
    from regionsim.paths import writable_path
    from regionsim.runs.files import require_target

    if given is None:
        return None
    path = writable_path(given, option)
    require_target(path, option)
    return path


def _say(checked: "Checked", *, short: bool, json: bool, quiet: bool) -> None:
    from regionsim.views.checks import CHOICES, HEAD, check_table, closing_words, figures, verdict_counts

    for case in checked.cases:
        for failed in case.failed:
            note(f"{failed}; they are left out")
        if case.case.remark and not json and not quiet:
            note(case.case.remark)
    if json:
        rows = [judged.row() for judged in checked.judged]
        runs = {case.case.scenario.name: [str(path) for path in case.runs] for case in checked.cases}
        about = {"exit_code": checked.exit_code, "alpha": checked.alpha, "zone": checked.zone, "runs": runs}
        out_json(about | {"expectations": rows})
        return
    if quiet:
        for judged in checked.unexpected:
            out(f"{judged.scenario}: {judged.verdict.value}: {judged.expectation.name}: {figures(judged)}")
        return
    if short:
        lines = [[case.case.scenario.name, verdict_counts(case)] for case in checked.cases]
        out(columns([["scenario", "verdicts"], *lines]))
        out("")
        out(closing_words(checked).partition("\n")[0])
        return
    for number, case in enumerate(checked.cases):
        scenario = case.case.scenario
        out(
            "\n" * (number > 0)
            + f"{scenario.name}: {scenario.title} ({scenario.worlds:,} worlds x {scenario.weeks:,} weeks)"
        )
        out(chosen_columns([HEAD, *check_table(case)], CHOICES, right=(1,), say=False))
        out(f"  runs: {', '.join(str(path) for path in case.runs)}")
    out("\n" + closing_words(checked))
