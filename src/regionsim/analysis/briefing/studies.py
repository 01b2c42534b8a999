"""What other studies say of a scenario: causes, expectations, sensitivity. Taken where they have been played.

Core objects: `causes`, `judge`, `ranked`. With `full` what causes and expectations need is played first.
"""

from __future__ import annotations

import csv
import glob
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from regionsim.analysis.arms import Outcome, Watch, play_arms, played_like
from regionsim.analysis.briefing.data import Causes, Ranked
from regionsim.analysis.cases import Case
from regionsim.analysis.check import Judged, check_cases
from regionsim.analysis.verdicts import Rule
from regionsim.analysis.why import Why
from regionsim.ensemble import MODEL, Engine, Run, plan
from regionsim.ensemble.folders import STUDY, checked_table, read_study_folder
from regionsim.ensemble.integrity import Damaged
from regionsim.errors import InputError
from regionsim.evidence.identified import identified
from regionsim.scenario import Scenario, ending
from regionsim.scenario.find import beside
from regionsim.scenario.vocabulary import shipped_scenarios

SHOWN = 8  # inputs of a sensitivity study that are shown


@dataclass(frozen=True)
class Means:
    """How a brief may play what is missing: whether it may, by how many processes, who is told, with which engine."""

    full: bool = False
    workers: int | None = None
    watch: Watch | None = None
    engine: Engine = MODEL


class _Missing(Exception):
    """A run that an expectation needs has not been played."""


def causes(
    run: Run, base: Run, outcomes: Sequence[Outcome], end: date, means: Means
) -> tuple[Causes | None, str, bool]:
    """Parts of the difference at `end`, the first common one, where their arms are played.

    Else why not, in words, and whether playing them would help.
    """
    one, other = (ending(each.scenario, end).model_copy(update={"worlds": each.limit}) for each in (run, base))
    try:
        asked = Why(one, other, outcomes, out=run.path.parent, workers=means.workers, engine=means.engine)
    except InputError as fault:
        return None, str(fault), False
    missing = sum(each.to_play for each in asked.plans())
    if missing and not means.full:
        return None, f"{missing:,} worlds of the {len(asked.plans())} sets of its overrides are not played", True
    if missing:
        asked.play(means.watch)
        asked.write()
    columns, joint = [], []
    for column in asked.columns:
        total, parts = asked.of(column)
        columns.append((column, total, tuple(parts)))
        joint += asked.named(column)
    many = len(asked.players)
    how = (
        f"the mean over {len(asked.orders)} sampled orders in which the {many} overrides may be laid on the baseline"
        if asked.orders
        else f"Shapley values, the mean over all orders in which the {many} overrides may be laid on the baseline"
    )
    return Causes(how, int(asked.numbers.size), tuple(columns), tuple(joint)), "", False


def judge(run: Run, base: Run | None, rule: Rule, means: Means) -> tuple[tuple[Judged, ...], tuple[str, ...]]:
    """Verdicts on what a scenario expects, and the names of the expectations whose runs are not played.

    All that can be judged share the rate of false alarms, as in `regionsim check`. A scenario is judged over the whole
    of its own horizon, whatever it is compared with.
    """
    run = Run(run.path, worlds=run.limit)
    base = None if base is None else Run(base.path, worlds=base.limit)
    scenario = run.scenario.model_copy(update={"worlds": run.limit})
    if not scenario.expect:
        return (), ()
    known_base = _baseline(scenario, base)
    unknown = scenario.model_copy(update={"name": scenario.baseline})
    case = Case(scenario, known_base or unknown, str(run.path))

    def player(wanted: Scenario, variables: bool) -> Run:
        if known_base is None and wanted.name == unknown.name:
            raise _Missing
        how = {"out": run.path.parent, "workers": means.workers, "record_all": variables}
        for known in (run, base):
            if known is not None and known.scenario.name == wanted.name and known.limit >= wanted.worlds:
                # a longer run holds the shorter one
                same = ending(known.scenario, wanted.end).numbers_key() == wanted.numbers_key()
                if same and (known.variables or not variables):
                    return known.until(wanted.weeks)
        expected = plan(wanted, **how)
        if expected.to_play and not means.full:
            raise _Missing
        return play_arms([wanted], watch=means.watch, engine=means.engine, **how)[0]  # type: ignore[arg-type]

    there, lacking = [], []
    for one in scenario.expect:
        alone = Case(scenario.model_copy(update={"expect": (one,)}), case.baseline, case.source)
        try:
            check_cases([alone], rule, player)
        except _Missing:
            lacking.append(one.name)
        else:
            there.append(one)
    if not there:
        return (), tuple(lacking)
    kept = Case(scenario.model_copy(update={"expect": tuple(there)}), case.baseline, case.source)
    return tuple(check_cases([kept], rule, player).judged), tuple(lacking)


def _baseline(scenario: Scenario, base: Run | None) -> Scenario | None:
    """The scenario that expectations mean by baseline, over the same weeks, with the same seed, draws and worlds.

    None where its file is not found: the run's own source may have been elsewhere.
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
    """The sensitivity studies of this scenario whose tables lie beside its run folder; unfinished ones left out.

    Raises Damaged for one that is not as it was written.
    """
    found = []
    for path in sorted(run.path.parent.glob(f"{glob.escape(run.name)}-sensitivity-*/{STUDY}")):
        folder = path.parent
        try:
            asked = read_study_folder(folder)
        except OSError:
            continue
        names = ("outcomes.csv", "indices.csv")
        if not all(name in asked["files"] or (folder / name).exists() for name in names):
            continue
        outcomes, rows = (_table(checked_table(folder, asked, name)) for name in names)
        if any("input" not in row for row in rows):
            raise Damaged(folder / "indices.csv", "it has no column of inputs")
        for one in outcomes:
            mine = [row for row in rows if row.get("outcome") == one.get("outcome")]
            found.append(_ranked(str(asked.get("method", "")), one, mine, path.parent))
    return tuple(found)


def _ranked(method: str, outcome: dict[str, str], rows: list[dict[str, str]], folder: Path) -> Ranked:
    skipped = ("outcome", "unit", "rank", "input", "identified", "warning")
    heads = [name for name in (rows[0] if rows else {}) if name not in skipped and not name.endswith(("_low", "_high"))]
    shown = tuple(
        (
            row.get("input", ""),
            identified(row.get("input", "")),
            *(_index(row, name) for name in heads),
            row.get("warning") or "",
        )
        for row in rows[:SHOWN]
    )
    words = f"{outcome.get('outcome', '')}, {outcome.get('unit', '')}".strip(", ")
    return Ranked(method, words, outcome.get("said", ""), ("input", "identified", *heads, "remark"), shown, str(folder))


def _index(row: dict[str, str], name: str) -> str:
    try:
        low, value, high = (float(row[f"{name}{end}"]) for end in ("_low", "", "_high"))
    except (KeyError, ValueError):
        return row.get(name, "")
    return f"{value:.3g} [{low:.3g}, {high:.3g}]"


def _table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def command_of(name: str, words: Sequence[str]) -> str:
    """A command that a reader may type."""
    return shlex.join(["regionsim", name, *words])
