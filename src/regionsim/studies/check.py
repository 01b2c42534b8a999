"""Judges the expectations of scenarios: plays each scenario and its comparisons, and states how sure verdicts are.

Core objects: `check`, `check_cases`, `Checked` (result of a call), `CaseChecked` (of a scenario), `Judged` (of an
expectation). The statistics are those of `verdicts`; the rate of false alarms covers all expectations of a call
together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any, Unpack

import numpy as np

from regionsim.display import Shown
from regionsim.doors import number
from regionsim.errors import InputError, argument
from regionsim.indicators import INDICATORS
from regionsim.runs import PlaySettings, Run
from regionsim.runs.key import digests
from regionsim.runs.settings import PlayOptions
from regionsim.scenario import Scenario
from regionsim.scenario.expect import Claim, Compare, Monotone, Ref, Share, parse_claim, parse_in, refs
from regionsim.scenario.load import Source
from regionsim.scenario.schema import Expectation
from regionsim.scenario.vocabulary import vocabulary
from regionsim.stats.intervals import quantile_interval
from regionsim.studies.arms import play_scenarios
from regionsim.studies.expectation_cases import Case, read_cases, with_lever
from regionsim.studies.expectations import ClaimValues, seen
from regionsim.studies.verdicts import (
    ALPHA,
    ZONE,
    Answer,
    Verdict,
    VerdictRule,
    combine,
    judge_quantile,
    judge_share,
    quantile,
)

type Array = Any  # numpy, (worlds,)
type Player = Callable[[Sequence[tuple[Scenario, bool]]], Sequence[Run]]
"""Plays scenarios, recording the model's variables if True; failed worlds are left out of the returned runs."""


@dataclass(frozen=True)
class Judged:
    """An expectation and its verdict.

    `observed`, `low`, `high`: the share (0 .. 1) or the quantile in `unit`, with its interval; None where unbounded or
    unknown. `asked`: the expected range, in words. `count`: of the `n` worlds or pairs (`of`), those in which the claim
    is true. `within`: met only within the zone. `more`: worlds to add that would likely decide.
    """

    scenario: str
    expectation: Expectation
    verdict: Verdict
    of: str
    n: int
    count: int
    is_share: bool
    observed: float | None
    low: float | None
    high: float | None
    unit: str
    asked: str
    within: bool
    more: int | None

    def row(self) -> dict[str, Any]:
        """The result as plain data."""
        expectation = self.expectation
        return {
            "scenario": self.scenario, "name": expectation.name, "that": expectation.that, "in": expectation.in_,
            "known": expectation.known, "reason": expectation.reason, "verdict": self.verdict.value, "of": self.of,
            "n": self.n, "count": self.count, "observed": self.observed, "low": self.low, "high": self.high,
            "unit": "share" if self.is_share else self.unit, "asked": self.asked, "within_zone": self.within,
            "more_worlds": self.more,
        }  # fmt: skip


@dataclass(frozen=True)
class CaseChecked:
    """A scenario's judged expectations; `runs`: the folders used; `failed`: one line per run with failed worlds."""

    case: Case
    judged: tuple[Judged, ...]
    runs: tuple[Path, ...]
    failed: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Checked(Shown):
    """Everything a call judged; `alpha` and `zone` as given, `tests`: the number of expectations that share `alpha`."""

    cases: tuple[CaseChecked, ...]
    alpha: float
    zone: float
    tests: int

    def __repr__(self) -> str:
        counts = (f"{count} {verdict.value}" for verdict in Verdict if (count := self.count(verdict)))
        return f"<Checked {len(self.judged)} expectations: {', '.join(counts) or 'none'}>"

    @property
    def judged(self) -> list[Judged]:
        """Every expectation, in order."""
        return [judged for case in self.cases for judged in case.judged]

    def count(self, verdict: Verdict) -> int:
        """The number of expectations with this verdict."""
        return sum(judged.verdict is verdict for judged in self.judged)

    @property
    def unexpected(self) -> list[Judged]:
        """Expectations not met, and those met though known as contradicted."""
        return [judged for judged in self.judged if judged.verdict.unexpected]

    @property
    def exit_code(self) -> int:
        """4 where worlds failed, else 1 for an unexpected verdict, else 0; undecided expectations do not count."""
        return 4 if any(case.failed for case in self.cases) else 1 if self.unexpected else 0

    def frame(self) -> Any:
        """A pandas frame with one row per expectation."""
        import pandas as pd

        return pd.DataFrame([judged.row() for judged in self.judged])


def check(
    *sources: Source,
    worlds: int | None = None,
    seed: int | None = None,
    sets: Sequence[str] = (),
    alpha: float = ALPHA,
    zone: float = ZONE,
    **options: Unpack[PlayOptions],
) -> Checked:
    """Play scenarios (default: ./scenarios or all shipped), or those in folders, and judge their expectations.

    worlds: instead of each scenario's. alpha: chance of any false alarm among all. zone: by how much a share of worlds
    may fall short. options: see `PlaySettings`. Raises InputError and RunInterrupted; failed worlds are left out and
    reported.
    """
    player = player_by(PlaySettings(**options))
    rule = checked_rule(alpha, zone)
    cases = read_cases(sources, worlds=worlds, seed=seed, sets=sets)
    return check_cases(cases, rule, player)


def player_by(settings: PlaySettings) -> Player:
    """A player with these settings."""
    return lambda needed: play_scenarios([(scenario, settings.recording(variables)) for scenario, variables in needed])


def checked_rule(alpha: float, zone: float) -> VerdictRule:
    """The rule of verdicts. Raises InputError for values out of range."""
    faults = []
    alpha, zone = number(alpha, argument("alpha")), number(zone, argument("zone"))
    if not 0.0 < alpha < _EVEN:
        faults.append(
            f"{argument('alpha')}: {alpha:g} is out of range (allowed: above 0, under {_EVEN:g}; such as 0.05)"
        )
    if not 0.0 <= zone < _EVEN:
        faults.append(f"{argument('zone')}: {zone:g} is out of range (allowed: 0 to under {_EVEN:g}; such as 0.03)")
    if faults:
        raise InputError(faults)
    return VerdictRule(alpha, zone)


def check_cases(cases: Sequence[Case], rule: VerdictRule, player: Player) -> Checked:
    """Play what the cases need, each scenario once, and judge them."""
    names = vocabulary()
    read = [[(expected, parse_claim(expected.that, names)) for expected in case.scenario.expect] for case in cases]
    needs = [[_needs(case, claim) for _, claim in pairs] for case, pairs in zip(cases, read, strict=True)]
    played = _play(read, needs, player)
    tests = sum(map(len, read))
    result = []
    for case, pairs, case_needs in zip(cases, read, needs, strict=True):
        judged = tuple(_judge(case, *pair, _Runs(case, played), rule.among(tests)) for pair in pairs)
        keys = dict.fromkeys(_key(scenario) for scenarios in case_needs for scenario in scenarios)
        runs = [played[key] for key in keys]
        failed = [f"{run.name}: {_failures(run, case)}" for run in runs if _failed(run, case)]
        result.append(CaseChecked(case, judged, tuple(run.path for run in runs), tuple(failed)))
    return Checked(tuple(result), rule.alpha, rule.zone, tests)


# -- what is played ---------------------------------------------------------------------------------------------------

_EVEN = 0.5

type _Key = tuple[str, str]


def _key(scenario: Scenario) -> _Key:
    return scenario.name, digests(scenario).key


def _needs(case: Case, claim: Claim) -> list[Scenario]:
    """The scenarios whose worlds a claim needs."""
    if isinstance(claim, Monotone):
        return [with_lever(case.scenario, claim.lever, each) for each in claim.steps]
    if isinstance(claim, Compare) and claim.right.of == "baseline":
        return [case.scenario, case.baseline]
    return [case.scenario]


def _play(
    read: list[list[tuple[Expectation, Claim]]], needs: list[list[list[Scenario]]], player: Player
) -> dict[_Key, Run]:
    """Every scenario needed, played once, in as many worlds as any case needs."""
    needed: dict[_Key, tuple[Scenario, bool]] = {}
    for pairs, of_case in zip(read, needs, strict=True):
        for (_, claim), scenarios in zip(pairs, of_case, strict=True):
            variables = any(ref.indicator not in INDICATORS for ref in refs(claim))
            for scenario in scenarios:
                before, recorded = needed.get(_key(scenario), (scenario, False))
                most = scenario if scenario.worlds > before.worlds else before
                needed[_key(scenario)] = most, variables or recorded
    return dict(zip(needed, player(list(needed.values())), strict=True)) if needed else {}


def _failed(run: Run, case: Case) -> list[int]:
    return [world for world in run.failed if world < case.scenario.worlds]


def _failures(run: Run, case: Case) -> str:
    failed = _failed(run, case)
    return f"{len(failed)} of {case.scenario.worlds} worlds failed (world {failed[0]}: {run.failed[failed[0]]})"


class _Runs:
    """The values of a claim, read from run folders, over the worlds that are finished in all of them."""

    def __init__(self, case: Case, played: dict[_Key, Run]) -> None:
        self.case, self.played = case, played
        self.numbers: Array = np.arange(case.scenario.worlds)

    def about(self, claim: Claim) -> _Runs:
        """Use only the worlds finished in every run that the claim needs."""
        runs = [self.played[_key(scenario)] for scenario in _needs(self.case, claim)]
        self.numbers = reduce(np.intersect1d, [run.numbers for run in runs], self.numbers)
        return self

    def value(self, ref: Ref) -> Array:
        return self._of(self.case.scenario, ref)

    def baseline(self, ref: Ref) -> Array:
        return self._of(self.case.baseline, ref)

    def stepped(self, ref: Ref, lever: str, intensity: float) -> Array:
        return self._of(with_lever(self.case.scenario, lever, intensity), ref)

    def _of(self, scenario: Scenario, ref: Ref) -> Array:
        run = self.played[_key(scenario)]
        week = ref.period.week(scenario.start, scenario.end)
        column = [part[:, week].astype(np.float64) for part in run.pieces(ref.indicator, ref.place)]
        return np.concatenate(column or [np.empty(0)])[np.isin(run.numbers, self.numbers)]


# -- verdicts ---------------------------------------------------------------------------------------------------------


def _judge(case: Case, expectation: Expectation, claim: Claim, runs: _Runs, rule: VerdictRule) -> Judged:
    within, known = parse_in(expectation.in_), expectation.known is not None
    claimed = seen(claim, runs.about(claim))
    true, n = int(claimed.true.sum()), claimed.values.size
    if isinstance(within, Share):
        answer = judge_share(true, n, within.op, within.share, rule, known=known)
        observed, low, high = true / n if n else float("nan"), answer.low, answer.high
        target = f"{within.op} {100 * within.share:g}%"
    else:
        answer, rule = _of_quantile(claimed, within.q, rule, known)
        observed = quantile(claimed.values, within.q)
        low, high = quantile_interval(claimed.values, within.q, rule.level)
        target = f"{expectation.in_} {_tests(claimed)}"
    indicator = INDICATORS.get(claim.left.indicator)
    pairs = isinstance(claim, Compare) and claim.right.of == "baseline"
    return Judged(
        case.scenario.name, expectation, answer.verdict, "pairs" if pairs else "worlds", n, true,
        isinstance(within, Share), _finite(observed), _finite(low), _finite(high), indicator.unit if indicator else "",
        target, answer.within, answer.more,
    )  # fmt: skip


def _of_quantile(claimed: ClaimValues, q: float, rule: VerdictRule, known: bool) -> tuple[Answer, VerdictRule]:
    """The answer, and the rule of each of its one or two tests."""
    each = rule.among(len(claimed.tests))
    answers = [judge_quantile(claimed.values, op, number, q, each, known=known) for op, number in claimed.tests]
    return combine(answers), each


def _tests(claimed: ClaimValues) -> str:
    if len(claimed.tests) > 1:
        return f"in {claimed.tests[0][1]:.4g}..{claimed.tests[1][1]:.4g}"
    op, number = claimed.tests[0]
    return f"{op} {number:g}"


def _finite(number: float) -> float | None:
    return float(number) if np.isfinite(number) else None
