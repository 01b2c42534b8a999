"""The command `check`: judge what scenarios expect."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from regionsim.cli.options import Json, Runs, Seed, Sets, Workers, flag
from regionsim.cli.write import columns, note, out, out_json

if TYPE_CHECKING:
    from regionsim.analysis.check import Checked, Player


def check(
    sources: Annotated[
        tuple[str, ...],
        Parameter(show_default=False, help="Scenario files, folders of them, shipped names (default: ./scenarios)."),
    ] = (),
    /,
    *,
    worlds: Annotated[
        int | None, Parameter(help="How many worlds; no fewer than each scenario asks for, which is the default.")
    ] = None,
    seed: Seed = None,
    sets: Sets = (),
    out_dir: Runs = "runs",
    workers: Workers = None,
    alpha: Annotated[float, Parameter(help="Chance of any false alarm among all expectations.")] = 0.05,
    zone: Annotated[
        float, Parameter(help="By how much a share of worlds may fall short and still count as met.")
    ] = 0.03,
    junit: Annotated[str | None, Parameter(help="Also write JUnit XML to this file.")] = None,
    markdown: Annotated[str | None, Parameter(help="Also write a summary in Markdown to this file.")] = None,
    json: Json = False,
    quiet: Annotated[bool, flag("Print only what is unexpected.")] = False,
) -> int:
    """Judge every scenario's expect: block, statistically, over worlds.

    Each expectation is met, not met or undecided. Exit code: 0 if nothing is unexpected (undecided is no fault), 1 if
    one is not met or is met though known as contradicted, 4 if worlds failed.

    Example: regionsim check trade_push --junit check.xml --markdown check.md
    """
    from regionsim.analysis.cases import read_cases
    from regionsim.analysis.check import check_cases, checked_rule
    from regionsim.ensemble.files import check_file
    from regionsim.views.checks import check_junit, check_markdown

    rule = checked_rule(alpha, zone)
    cases = read_cases(sources, worlds=worlds, seed=seed, sets=sets)
    for path, option in ((junit, "--junit"), (markdown, "--markdown")):  # now rather than after an hour of playing
        if path is not None:
            check_file(Path(path), option)
    checked = check_cases(cases, rule, _player(out_dir, workers, quiet=quiet or json))
    if junit is not None:
        Path(junit).write_text(check_junit(checked), encoding="utf-8", newline="\n")
    if markdown is not None:
        # a step of GitHub Actions may have written to its summary before
        added = "a" if markdown == os.environ.get("GITHUB_STEP_SUMMARY") else "w"
        with Path(markdown).open(added, encoding="utf-8", newline="\n") as file:
            file.write(check_markdown(checked))
    _say(checked, json=json, quiet=quiet)
    return checked.exit_code


def _player(out_dir: str, workers: int | None, *, quiet: bool) -> "Player":
    """Plays a scenario as `run` does, with a word before and a bar."""
    from regionsim.cli.commands.run import play_one
    from regionsim.ensemble import Run, plan
    from regionsim.scenario import Scenario

    def player(scenario: Scenario, record_all: bool) -> Run:
        expected = plan(scenario, out=out_dir, workers=workers, record_all=record_all)
        return play_one(scenario, expected, out_dir, (workers, None, None), record_all, False, quiet)

    return player


def _say(checked: "Checked", *, json: bool, quiet: bool) -> None:
    from regionsim.views.checks import HEAD, check_table, closing_words, figures

    for case in checked.cases:
        for failed in case.failed:
            note(f"{failed}; they are left out")
    if json:
        rows = [one.row() for one in checked.judged]
        runs = {case.case.scenario.name: [str(path) for path in case.runs] for case in checked.cases}
        about = {"exit_code": checked.exit_code, "alpha": checked.alpha, "zone": checked.zone, "runs": runs}
        out_json(about | {"expectations": rows})
        return
    if quiet:
        for one in checked.unexpected:
            out(f"{one.scenario}: {one.verdict.value}: {one.expectation.name}: {figures(one)}")
        return
    for number, case in enumerate(checked.cases):
        scenario = case.case.scenario
        out(
            "\n" * (number > 0)
            + f"{scenario.name}: {scenario.title} ({scenario.worlds:,} worlds x {scenario.weeks:,} weeks)"
        )
        out(_indented(columns([HEAD, *check_table(case)], right=(1,))))
        out(f"  runs: {', '.join(str(path) for path in case.runs)}")
    out("\n" + closing_words(checked))


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())
