"""Gathers a decision brief: plays what is missing, compares, and asks every study what it has to say.

Core object: `brief`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Unpack

import numpy as np

from regionsim.errors import InputError
from regionsim.evidence import RECORD_ENDS
from regionsim.indicators import INDICATORS
from regionsim.runs import PlaySettings, Run
from regionsim.runs.provenance import command_line
from regionsim.runs.settings import PlayOptions
from regionsim.runs.summaries import NAMES, bands
from regionsim.stats.precision import median_error
from regionsim.studies import arms as reading
from regionsim.studies.arms import Outcome, Source
from regionsim.studies.briefing.assumed import assumptions, beyond, longest_closures
from regionsim.studies.briefing.changes import changes_of, moments, sources_of
from regionsim.studies.briefing.chosen import told
from regionsim.studies.briefing.data import Base, Brief, BriefArm, BriefFan, Chart, DifferenceFan, Made
from regionsim.studies.briefing.places import flows
from regionsim.studies.briefing.studies import causes, command_of, judge, ranked
from regionsim.studies.compare import Comparison, ComparisonRow, compare
from regionsim.studies.times import read_at
from regionsim.studies.verdicts import VerdictRule

POINTS = 105  # dates kept for charts, the first and the last among them
MOST = 8  # scenarios beside the baseline


def brief(
    *sources: Source,
    baseline: Source | None = None,
    worlds: int | None = None,
    seed: int | None = None,
    sets: Sequence[str] = (),
    indicators: Sequence[str] = (),
    at: Sequence[str] = (),
    full: bool = False,
    title: str | None = None,
    **options: Unpack[PlayOptions],
) -> Brief:
    """What a page says of scenarios or runs beside a baseline (default: the one they name); see `compare`.

    full: also plays what causes and expectations need. options: see `PlaySettings`. Raises InputError and
    RunInterrupted.
    """
    if not sources:
        raise InputError("nothing to report: name scenarios or run folders")
    how: dict[str, Any] = {"worlds": worlds, "seed": seed, "sets": sets}
    found = _compared(sources, baseline, how, {"indicators": indicators, "at": at}, options)
    if len(found.arms) > MOST:
        raise InputError(f"a page holds {MOST} scenarios beside the baseline at most ({len(found.arms)} given)")
    for run in (found.baseline, *found.arms):
        if not run.numbers.size:
            raise InputError(f"{run.path}: holds no finished world")
    words = [str(one) for one in sources if not isinstance(one, Run)]
    return _Asked(found, PlaySettings(**options), words, sets, full=full).brief(title)


def _compared(
    sources: Sequence[Source],
    baseline: Source | None,
    how: dict[str, Any],
    wanted: dict[str, Any],
    options: PlayOptions,
) -> Comparison:
    """The comparison; with no arm where the only scenario is its own baseline."""
    if baseline is None:
        read = reading.read_arms(sources, **how)
        word = reading.baseline_word(sources, read)
        runs = [one for one in read if isinstance(one, Run)]
        named = {one.scenario.baseline if isinstance(one, Run) else one.baseline for one in read}
        beside = next((run for run in runs if run.name in named), None)  # the baseline's own run folder, if it is given
        baseline = beside or word
        if beside is None and len(runs) == len(read) and runs:
            baseline = reading.played_like(word, runs[0].scenario.model_copy(update={"worlds": runs[0].limit}))
    try:
        return compare(*sources, baseline=baseline, **how, **wanted, **options)
    except InputError as fault:
        if not str(fault).startswith("nothing to compare"):
            raise
    (base,) = reading.read_arms([baseline], **(how | {"sets": reading.of_baseline(how["sets"])}))
    (run,) = reading.play_arms([base], PlaySettings(**options))
    return Comparison(run, [], reading.read_outcomes(wanted["indicators"]), read_at(wanted["at"]), out=None)


class _Asked:
    """A comparison that is being made into a brief."""

    def __init__(
        self, found: Comparison, settings: PlaySettings, words: list[str], sets: Sequence[str], *, full: bool
    ) -> None:
        self.found, self.settings, self.words, self.sets, self.full = found, settings, words, sets, full
        self.kept = np.unique(np.linspace(0, found.weeks - 1, min(POINTS, found.weeks)).round().astype(int))

    def brief(self, title: str | None) -> Brief:
        """The whole."""
        found = self.found
        base = found.baseline
        last = found.weeks - 1
        many = [arm.manifest.title for arm in found.arms] or [base.manifest.title]
        error = {one.title: median_error(base.values(one.indicator, one.place)[:, last]) for one in found.outcomes}
        stands = Base(
            found.base_name, base.manifest.title, base.scenario.question, flows(base, last), int(base.numbers.size)
        )
        arms = tuple(self._arm(i) for i in range(len(found.arms))) or (self._arm(None),)
        runs = zip((found.base_name, *found.names), (base, *found.arms), strict=True)
        return Brief(
            title=title or "; ".join(many), base=stands if found.arms else None, arms=arms,
            dates=tuple(str(day) for day in np.asarray(found.dates)[self.kept]),
            charts=tuple(self._chart(one) for one in found.outcomes),
            notes=tuple(found.notes), record_ends=str(RECORD_ENDS), error=error,
            made=tuple(_made(name, run) for name, run in runs), command=command_line(),
        )  # fmt: skip

    def _chart(self, one: Outcome) -> Chart:
        known = INDICATORS.get(one.indicator)
        fans = []
        for run in (self.found.baseline, *self.found.arms):
            there = bands(run, one.indicator, one.place)
            fans.append(BriefFan({name: _numbers(there[name][self.kept]) for name in NAMES}))
        gaps = []
        for arm in range(len(self.found.arms)):
            difference = self.found.difference(arm, one)
            levels = np.quantile(difference.values[:, self.kept], (0.05, 0.25, 0.5, 0.75, 0.95), axis=0)
            quantiles = {name: _numbers(values) for name, values in zip(NAMES, levels, strict=True)}
            gaps.append(DifferenceFan(quantiles, bool(difference.identical.all())))
        return Chart(
            str(one), one.title, one.unit, one.family, one.direction, known.definition if known else "",
            tuple(sources_of(known.source)) if known else (), known.seen if known else None, tuple(fans), tuple(gaps),
        )  # fmt: skip

    def _arm(self, arm: int | None) -> BriefArm:
        """All of one scenario; the baseline alone for None."""
        found = self.found
        run = found.baseline if arm is None else found.arms[arm]
        base = None if arm is None else found.baseline
        name = found.base_name if arm is None else found.names[arm]
        first, last = (date.fromisoformat(str(found.dates[i])) for i in (0, -1))
        settings = replace(self.settings, out=run.path.parent)
        parts, why_not, playable = None, "", False
        if base is not None:
            parts, why_not, playable = causes(run, base, found.outcomes, found.end, settings, full=self.full)
        rule = VerdictRule()
        judged, unjudged = judge(run, base, rule, settings, full=self.full)
        assumed, chance, varied = assumptions(found, arm)
        scenario = run.scenario
        return BriefArm(
            name=name, title=run.manifest.title, question=scenario.question,
            claims=tuple(sources_of(scenario.evidence)), horizon=(str(scenario.start), str(found.end)),
            worlds=int(run.numbers.size), draws=scenario.draws, moments=moments(scenario, first, last),
            changes=() if base is None else changes_of(base.scenario, scenario),
            rows=self._rows(name, end=True), asked=self._rows(name, end=False),
            civilians=tuple(row for row in found.civilians if row.arm == name),
            flows=flows(run, found.weeks - 1),
            told=told(run, base, found.outcomes, engine=settings.engine),
            causes=parts, judged=judged, unjudged=unjudged, rule=(rule.alpha, rule.zone, len(judged)),
            ranked=ranked(run), assumptions=assumed, chance=chance, varied=varied, beyond=beyond(run, base),
            longest=longest_closures(scenario), lacking=self._lacking(run, why_not, playable=playable),
        )  # fmt: skip

    def _rows(self, name: str, *, end: bool) -> tuple[ComparisonRow, ...]:
        """The rows of an arm at the last date, or at all others asked for; none of a baseline alone."""
        last = str(self.found.dates[-1])
        return tuple(row for row in self.found.rows if row.arm == name and (row.date == last) is end)

    def _lacking(self, run: Run, why_not: str, *, playable: bool) -> dict[str, str]:
        """Studies -> the command that makes each, "" where none can; and under "why_not" why there are no causes."""
        word = next((one for one in self.words if Path(one).stem == run.name), run.name)
        sets = [part for one in self.sets for part in ("--set", one)]
        base, outcome = self.found.base_name, str(self.found.outcomes[0]) if self.found.outcomes else "trade_volume"
        end = str(run.scenario.end)
        count = ["--worlds", str(run.limit)]
        return {
            "why_not": why_not,
            "why": command_of("why", [word, "--baseline", base, *count, *sets]) if playable else "",
            "check": command_of("check", [word, *sets]),
            "sensitivity": command_of(
                "sensitivity", [word, "--method", "morris", "--outcome", f"{outcome}@{end}", *sets]
            ),
        }


def _numbers(values: Any) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


def _made(name: str, run: Run) -> Made:
    """What made a run."""
    about = run.manifest
    failed = f", {len(run.failed)} failed and left out" if run.failed else ""
    lines = [
        ("run", f"{run.name}-{about.hash}"),
        ("folder", run.path.name),
        ("worlds", f"{run.numbers.size:,}{failed}, {about.weeks:,} weeks from {about.start}"),
        ("seed", str(about.seed)),
        ("draws", run.scenario.draws),
        ("versions", ", ".join(f"{key} {value}" for key, value in about.versions.items())),
        ("commit", about.commit or "not from a checkout"),
        ("played on", about.platform),
        ("finished", about.updated),
        ("made by", about.command),
        *((f"digest of {key}", value) for key, value in about.digests.items()),
    ]
    return Made(name, about.title, tuple(lines))
