"""Gathers a decision brief: plays what is missing, compares, and collects the results of every study.

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
from regionsim.indicators import INDICATORS
from regionsim.runs import PlaySettings, Run
from regionsim.runs.deals import deals_in_words
from regionsim.runs.provenance import command_line
from regionsim.runs.settings import PlayOptions
from regionsim.runs.summaries import NAMES, bands
from regionsim.scenario.expect import Band, Compare, parse_claim
from regionsim.scenario.timeline import data_until
from regionsim.scenario.vocabulary import vocabulary
from regionsim.stats.precision import median_error
from regionsim.studies import arms as reading
from regionsim.studies.arms import Outcome, Source
from regionsim.studies.briefing.assumed import assumptions, beyond, longest_closures
from regionsim.studies.briefing.changes import changes_of, moments, sources_of
from regionsim.studies.briefing.chosen import stories
from regionsim.studies.briefing.data import Base, Brief, BriefArm, BriefFan, Chart, DifferenceFan, Made
from regionsim.studies.briefing.places import flows
from regionsim.studies.briefing.studies import causes, command_of, judge, ranked
from regionsim.studies.briefing.turning import turns
from regionsim.studies.compare import Comparison, ComparisonRow, compare
from regionsim.studies.expectations import ClaimValues, tests_of
from regionsim.studies.targets import TargetRow, targets_of
from regionsim.studies.times import YEAR, TimeSpan, read_at
from regionsim.studies.verdicts import VerdictRule

POINTS = 105  # dates in charts, with the first and the last
MONTH = 4  # weeks: a year that ends so shortly before the last date is not shown beside it
MOST = 8  # scenarios compared with the baseline


def brief(
    *sources: Source,
    baseline: Source | None = None,
    worlds: int | None = None,
    seed: int | None = None,
    sets: Sequence[str] = (),
    indicators: Sequence[str] = (),
    at: Sequence[str] = (),
    full: bool = False,
    first_page: bool = False,
    title: str | None = None,
    **options: Unpack[PlayOptions],
) -> Brief:
    """Gather a decision brief of scenarios or runs against a baseline (default: the one they name); see `compare`.

    full: also play what causes and expectations need. first_page: only what the first page says. options: see
    `PlaySettings`. Raises InputError and RunInterrupted.
    """
    if not sources:
        raise InputError("nothing to report: name scenarios or run folders")
    how: dict[str, Any] = {"worlds": worlds, "seed": seed, "sets": sets}
    comparison = _compared(sources, baseline, how, {"indicators": indicators, "at": at}, options)
    if len(comparison.arms) > MOST:
        raise InputError(f"a page holds at most {MOST} scenarios besides the baseline ({len(comparison.arms)} given)")
    for run in (comparison.baseline, *comparison.arms):
        if not run.numbers.size:
            raise InputError(f"{run.path}: has no finished world")
    names = [str(source) for source in sources if isinstance(source, str | Path)]
    asked = _Asked(comparison, PlaySettings(**options), names, sets, full=full, first_page=first_page)
    return asked.brief(title)


def _compared(
    sources: Sequence[Source],
    baseline: Source | None,
    how: dict[str, Any],
    selection: dict[str, Any],
    options: PlayOptions,
) -> Comparison:
    """The comparison; without arms where the only scenario is its own baseline."""
    if baseline is None:
        baseline = reading.meant_baseline(sources, reading.read_arms(sources, **how))
    try:
        return compare(*sources, baseline=baseline, **how, **selection, **options)
    except InputError as fault:
        if not str(fault).startswith("nothing to compare"):
            raise
    (base,) = reading.read_arms([baseline], **(how | {"sets": reading.of_baseline(how["sets"])}))
    (run,) = reading.play_arms([base], PlaySettings(**options))
    return Comparison(run, [], reading.read_outcomes(selection["indicators"]), read_at(selection["at"]), out=None)


class _Asked:
    """A brief in the making, from a comparison."""

    def __init__(
        self, comparison: Comparison, settings: PlaySettings, sources: list[str], sets: Sequence[str], *, full: bool,
        first_page: bool,
    ) -> None:  # fmt: skip
        self.comparison, self.settings, self.sources, self.sets, self.full = comparison, settings, sources, sets, full
        self.first_page = first_page
        last = comparison.weeks - 1
        self.weeks = np.unique(np.linspace(0, last, min(POINTS, comparison.weeks)).round().astype(int))
        self.years = np.array([*(week for week in range(YEAR - 1, last, YEAR) if last - week > MONTH), last])
        base = comparison.baseline
        runs = (
            zip(comparison.names, comparison.arms, strict=True) if comparison.arms else [(comparison.base_name, base)]
        )
        self.targets = [
            targets_of(run, base if comparison.arms else None, arm=name, pairing=comparison.pairing)
            for name, run in runs
        ]
        self.lead = next((claim for claim in map(_claim, self.targets) if claim is not None), None)
        outcomes = comparison.outcomes
        if self.lead is not None:
            first = Outcome(self.lead.left.indicator, self.lead.left.place)
            outcomes = (first, *(outcome for outcome in outcomes if outcome != first))
        self.outcomes = outcomes

    def brief(self, title: str | None) -> Brief:
        """The finished brief."""
        comparison = self.comparison
        base = comparison.baseline
        last = comparison.weeks - 1
        titles = [arm.manifest.title for arm in comparison.arms] or [base.manifest.title]
        error = {
            outcome.title: median_error(base.values(outcome.indicator, outcome.place)[:, last])
            for outcome in comparison.outcomes
        }
        baseline = Base(
            comparison.base_name, base.manifest.title, base.scenario.question, flows(base, last),
            int(base.numbers.size), deals_in_words(base).strip(),
        )  # fmt: skip
        arms = tuple(self._arm(i) for i in range(len(comparison.arms))) or (self._arm(None),)
        runs = zip((comparison.base_name, *comparison.names), (base, *comparison.arms), strict=True)
        return Brief(
            title=title or "; ".join(titles), base=baseline if comparison.arms else None, arms=arms,
            dates=self._days(self.weeks), years=self._days(self.years),
            front=self._front() if self.outcomes else None,
            charts=tuple(self._chart(outcome) for outcome in comparison.outcomes),
            notes=tuple(comparison.notes), record_ends=str(data_until(base.scenario)), error=error,
            made=tuple(_made(name, run) for name, run in runs), command=command_line(),
        )  # fmt: skip

    def _days(self, weeks: Any) -> tuple[str, ...]:
        return tuple(str(day) for day in np.asarray(self.comparison.dates)[weeks])

    def _front(self) -> Chart:
        """The chart of the first target, with the worlds that reach it at every date."""
        chart = self._chart(self.outcomes[0])
        row = next((rows[0] for rows in self.targets if rows), None)
        if self.lead is None or row is None or not row.bounds:
            return chart
        claim, runs = self.lead, (self.comparison.baseline, *self.comparison.arms)
        reached = []
        for run in runs:
            values = run.values(claim.left.indicator, claim.left.place)[:, self.weeks].astype(np.float64)
            reached.append(tuple(int(count) for count in ClaimValues(values, tests_of(claim)).true.sum(axis=0)))
        return replace(chart, asked=row.asked, reached=tuple(reached))

    def _chart(self, outcome: Outcome) -> Chart:
        entry = INDICATORS.get(outcome.indicator)
        fans, yearly = [], []
        for run in (self.comparison.baseline, *self.comparison.arms):
            levels_of = bands(run, outcome.indicator, outcome.place)
            fans.append(BriefFan({name: _numbers(levels_of[name][self.weeks]) for name in NAMES}))
            low, middle, high = (_numbers(levels_of[name][self.years]) for name in ("p05", "p50", "p95"))
            yearly.append(tuple(zip(low, middle, high, strict=True)))
        gaps = []
        for arm in range(len(self.comparison.arms)):
            difference = self.comparison.difference(arm, outcome)
            levels = np.quantile(difference.values[:, self.weeks], (0.05, 0.25, 0.5, 0.75, 0.95), axis=0)
            quantiles = {name: _numbers(values) for name, values in zip(NAMES, levels, strict=True)}
            gaps.append(DifferenceFan(quantiles, bool(difference.identical.all())))
        return Chart(
            str(outcome), outcome.title, outcome.unit, outcome.family, outcome.direction,
            entry.definition if entry else "", tuple(sources_of(entry.source)) if entry else (),
            entry.seen if entry and outcome.place is None else None, tuple(fans), tuple(gaps),
            targets=tuple(dict.fromkeys(
                bound for rows in self.targets for row in rows if row.indicator == str(outcome) for bound in row.bounds
            )),
            yearly=tuple(yearly),
        )  # fmt: skip

    def _arm(self, arm: int | None) -> BriefArm:
        """Everything about one scenario; None: the baseline alone."""
        comparison = self.comparison
        run = comparison.baseline if arm is None else comparison.arms[arm]
        base = None if arm is None else comparison.baseline
        name = comparison.base_name if arm is None else comparison.names[arm]
        first, last = (date.fromisoformat(str(comparison.dates[i])) for i in (0, -1))
        settings = replace(self.settings, out=run.path.parent)
        parts, why_not, playable = None, "", False
        if base is not None and not self.first_page:
            parts, why_not, playable = causes(run, base, comparison.outcomes, comparison.end, settings, full=self.full)
        rule = VerdictRule()
        judged, unjudged = ((), ()) if self.first_page else judge(run, base, rule, settings, full=self.full)
        targets = self.targets[arm or 0]
        assumed, chance, varied = assumptions(comparison, arm, self.outcomes, targets[0].date if targets else None)
        scenario = run.scenario
        return BriefArm(
            name=name, title=run.manifest.title, question=scenario.question,
            claims=tuple(sources_of(scenario.evidence)), horizon=(str(scenario.start), str(comparison.end)),
            worlds=int(run.numbers.size), draws=scenario.draws, moments=moments(scenario, first, last),
            changes=() if base is None else changes_of(base.scenario, scenario),
            targets=tuple(targets), turn=turns(run, targets[0]) if targets else None,
            rows=self._rows(name, end=True), asked=self._rows(name, end=False),
            civilians=tuple(row for row in comparison.civilians if row.arm == name),
            flows=flows(run, comparison.weeks - 1),
            told=() if self.first_page else stories(run, base, comparison.outcomes, engine=settings.engine),
            causes=parts, judged=judged, unjudged=unjudged, rule=(rule.alpha, rule.zone, len(judged)),
            ranked=() if self.first_page else ranked(run), assumptions=assumed, chance=chance, varied=varied,
            beyond=beyond(run, base), longest=longest_closures(scenario),
            lacking=self._lacking(run, why_not, playable=playable), deals=deals_in_words(run).strip(),
            worst={} if base is None else self._worst(name, run),
        )  # fmt: skip

    def _worst(self, name: str, run: Run) -> dict[str, str]:
        """Indicator of harm -> the day of its worst week, as the median over worlds; the first week of a tie."""
        found = {}
        for row in self.comparison.civilians:
            if row.arm == name and row.date in (TimeSpan.PEAK, TimeSpan.LOW):
                values = run.values(row.indicator)[:, : self.comparison.weeks]
                weeks = values.argmax(axis=1) if row.date == TimeSpan.PEAK else values.argmin(axis=1)
                found[row.indicator] = str(self.comparison.dates[int(np.median(weeks))])
        return found

    def _rows(self, name: str, *, end: bool) -> tuple[ComparisonRow, ...]:
        """The rows of an arm at the last date, or at all other requested times; none for a baseline alone."""
        last = str(self.comparison.dates[-1])
        return tuple(row for row in self.comparison.rows if row.arm == name and (row.date == last) is end)

    def _lacking(self, run: Run, why_not: str, *, playable: bool) -> dict[str, str]:
        """Studies -> the command that makes each, "" where none can; "why_not": why there are no causes."""
        word = next((source for source in self.sources if Path(source).stem == run.name), run.name)
        sets = [part for override in self.sets for part in ("--set", override)]
        base, outcomes = self.comparison.base_name, self.comparison.outcomes
        outcome = outcomes[0] if outcomes else "trade_volume"
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


def _claim(rows: Sequence[TargetRow]) -> Compare | Band | None:
    """The claim of the first target."""
    claim = parse_claim(rows[0].that, vocabulary()) if rows else None
    return claim if isinstance(claim, Compare | Band) else None


def _numbers(values: Any) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


def _made(name: str, run: Run) -> Made:
    """The provenance of a run."""
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
