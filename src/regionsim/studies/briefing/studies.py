"""What other studies say about a scenario: causes, expectations, sensitivity, where they have been played.

Core objects: `causes`, `judge`, `ranked`. With `full`, what causes and expectations need is played first.
"""

from __future__ import annotations

import csv
import glob
import shlex
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from regionsim.errors import InputError
from regionsim.evidence.identified import identified
from regionsim.runs import PlaySettings, Run
from regionsim.runs.folders import STUDY, checked_table, read_study_folder
from regionsim.runs.integrity import Damaged
from regionsim.runs.planning import planned
from regionsim.scenario import Scenario, ending
from regionsim.scenario.find import beside
from regionsim.scenario.vocabulary import shipped_scenarios
from regionsim.studies.arms import Outcome, play_scenarios, played_like
from regionsim.studies.briefing.data import Causes, Ranked
from regionsim.studies.check import Judged, check_cases
from regionsim.studies.expectation_cases import Case
from regionsim.studies.verdicts import VerdictRule
from regionsim.studies.why import Why

SHOWN = 8  # inputs shown per sensitivity study


class _Missing(Exception):
    """A run that an expectation needs has not been played."""


def causes(
    run: Run, base: Run, outcomes: Sequence[Outcome], end: date, settings: PlaySettings, *, full: bool
) -> tuple[Causes | None, str, bool]:
    """Parts of the difference at `end`, the first common end, where their arms are played.

    Otherwise the reason in words, and whether playing them would help.
    """
    scenario, baseline = (ending(each.scenario, end).model_copy(update={"worlds": each.limit}) for each in (run, base))
    try:
        why = Why(scenario, baseline, outcomes, settings=settings)
    except InputError as fault:
        return None, str(fault), False
    missing = sum(plan.to_play for plan in why.plans())
    if missing and not full:
        return None, f"{missing:,} worlds of the {len(why.plans())} sets of its overrides have not been played", True
    if missing:
        why.play()
        why.write()
    columns, joint = [], []
    for column in why.columns:
        total, parts = why.of(column)
        columns.append((column, total, tuple(parts)))
        joint += why.named(column)
    count = len(why.players)
    how = (
        f"the mean over {len(why.orders)} sampled orders of applying the {count} overrides to the baseline"
        if why.orders
        else f"Shapley values, the mean over all orders of applying the {count} overrides to the baseline"
    )
    return Causes(how, int(why.numbers.size), tuple(columns), tuple(joint)), "", False


def judge(
    run: Run, base: Run | None, rule: VerdictRule, settings: PlaySettings, *, full: bool
) -> tuple[tuple[Judged, ...], tuple[str, ...]]:
    """Verdicts on a scenario's expectations, and the names of the expectations whose runs have not been played.

    All expectations that can be judged share the rate of false alarms, as in `regionsim check`. A scenario is judged
    over its own full horizon, whatever it is compared with.
    """
    run = Run(run.path, worlds=run.limit)
    base = None if base is None else Run(base.path, worlds=base.limit)
    scenario = run.scenario.model_copy(update={"worlds": run.limit})
    if not scenario.expect:
        return (), ()
    baseline = _baseline(scenario, base)
    unknown = scenario.model_copy(update={"name": scenario.baseline})
    case = Case(scenario, baseline or unknown, str(run.path))

    def player(needed: Sequence[tuple[Scenario, bool]]) -> list[Run]:
        found = [stored(scenario, variables) for scenario, variables in needed]
        missing = [pair for pair, each in zip(needed, found, strict=True) if each is None]
        arms = [(scenario, settings.recording(variables)) for scenario, variables in missing]
        played = iter(play_scenarios(arms) if arms else ())
        return [next(played) if each is None else each for each in found]

    def stored(needed: Scenario, variables: bool) -> Run | None:
        if baseline is None and needed.name == unknown.name:
            raise _Missing
        for candidate in (run, base):
            if candidate is not None and candidate.scenario.name == needed.name and candidate.limit >= needed.worlds:
                # a longer run holds the shorter one
                same = ending(candidate.scenario, needed.end).numbers_key() == needed.numbers_key()
                if same and (candidate.variables or not variables):
                    return candidate.until(needed.weeks)
        recording = settings.recording(variables)
        if planned(needed, recording).to_play and not full:
            raise _Missing
        return None

    judgeable, lacking = [], []
    for expectation in scenario.expect:
        alone = Case(scenario.model_copy(update={"expect": (expectation,)}), case.baseline, case.source)
        try:
            check_cases([alone], rule, player)
        except _Missing:
            lacking.append(expectation.name)
        else:
            judgeable.append(expectation)
    if not judgeable:
        return (), tuple(lacking)
    case = Case(scenario.model_copy(update={"expect": tuple(judgeable)}), case.baseline, case.source)
    return tuple(check_cases([case], rule, player).judged), tuple(lacking)


def _baseline(scenario: Scenario, base: Run | None) -> Scenario | None:
    """The baseline of the scenario's expectations, over the same weeks, with the same seed, draws and worlds.

    None where its file is not found: the run may have been made in another folder.
    """
    if base is not None and base.name == scenario.baseline:
        same = all(getattr(base.scenario, key) == getattr(scenario, key) for key in ("start", "seed", "draws"))
        if same and base.scenario.end >= scenario.end:
            return ending(base.scenario, scenario.end).model_copy(update={"worlds": scenario.worlds})
    if scenario.baseline == scenario.name:
        return scenario
    try:
        return played_like(beside(scenario.baseline, Path.cwd(), shipped_scenarios()), scenario)
    except (ValueError, InputError):
        return None


def ranked(run: Run) -> tuple[Ranked, ...]:
    """The sensitivity studies of this scenario whose tables lie next to its run folder; unfinished ones are left out.

    Raises Damaged for one that was changed after it was written.
    """
    result = []
    for path in sorted(run.path.parent.glob(f"{glob.escape(run.name)}-sensitivity-*/{STUDY}")):
        folder = path.parent
        try:
            record = read_study_folder(folder)
        except OSError:
            continue
        names = ("outcomes.csv", "indices.csv")
        if not all(name in record["files"] or (folder / name).exists() for name in names):
            continue
        outcomes, rows = (_table(checked_table(folder, record, name)) for name in names)
        if any("input" not in row for row in rows):
            raise Damaged(folder / "indices.csv", "it has no column `input`")
        for outcome in outcomes:
            mine = [row for row in rows if row.get("outcome") == outcome.get("outcome")]
            result.append(_ranked(str(record.get("method", "")), outcome, mine, path.parent))
    return tuple(result)


def _ranked(method: str, outcome: dict[str, str], rows: list[dict[str, str]], folder: Path) -> Ranked:
    skipped = ("outcome", "unit", "rank", "input", "identified", "warning")
    heads = [name for name in (rows[0] if rows else {}) if name not in skipped and not name.endswith(("_low", "_high"))]
    shown = []
    for row in rows[:SHOWN]:
        input = row.get("input", "")
        shown.append((input, identified(input), *(_index(row, name) for name in heads), row.get("warning") or ""))
    title = f"{outcome.get('outcome', '')}, {outcome.get('unit', '')}".strip(", ")
    return Ranked(
        method, title, outcome.get("said", ""), ("input", "identified", *heads, "remark"), tuple(shown), str(folder)
    )


def _index(row: dict[str, str], name: str) -> str:
    try:
        low, value, high = (float(row[f"{name}{end}"]) for end in ("_low", "", "_high"))
    except (KeyError, ValueError):
        return row.get(name, "")
    return f"{value:.3g} [{low:.3g}, {high:.3g}]"


def _table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def command_of(name: str, arguments: Sequence[str]) -> str:
    """A command that a reader can type."""
    return shlex.join(["regionsim", name, *arguments])
