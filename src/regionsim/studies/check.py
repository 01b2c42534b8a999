"""Judges what scenarios expect: plays each with what its claims compare it with, and says how sure the verdicts are.

Core objects: `check`, `check_cases`, `Checked` (all of a call), `CaseChecked` (a scenario's), `Judged` (an
expectation's). The statistics are those of `verdicts`; the rate of false alarms holds for all expectations of a call
together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any, Unpack

import numpy as np

from regionsim.doors import number
from regionsim.errors import InputError
from regionsim.indicators import INDICATORS
from regionsim.runs import PlaySettings, Run
from regionsim.runs.key import digests
from regionsim.runs.settings import PlayOptions
from regionsim.scenario import Scenario
from regionsim.scenario.expect import Claim, Compare, Monotone, Ref, Share, parse_claim, parse_in, refs
from regionsim.scenario.schema import Expectation
from regionsim.scenario.vocabulary import vocabulary
from regionsim.stats.intervals import quantile_interval
from regionsim.studies.arms import played
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
type Player = Callable[[Scenario, bool], Run]
"""Plays a scenario, with the model's variables where True; a run with failed worlds is returned without them."""


@dataclass(frozen=True)
class Judged:
    """An expectation and what is said of it.

    `observed`, `low`, `high`: the share (0 .. 1) with its interval, or the quantile in `unit` with its own; None where
    unbounded or unknown. `asked`: what they are held against, in words. `count` of the `n` worlds or pairs (`of`) the
    claim is true in. `within`: met only within the zone. `more`: worlds to add that would likely decide.
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
        """The same as plain data."""
        told = self.expectation
        return {
            "scenario": self.scenario, "name": told.name, "that": told.that, "in": told.in_, "known": told.known,
            "reason": told.reason, "verdict": self.verdict.value, "of": self.of, "n": self.n, "count": self.count,
            "observed": self.observed, "low": self.low, "high": self.high,
            "unit": "share" if self.is_share else self.unit, "asked": self.asked, "within_zone": self.within,
            "more_worlds": self.more,
        }  # fmt: skip


@dataclass(frozen=True)
class CaseChecked:
    """A scenario's expectations, judged; `runs`: the folders they rest on; `failed`: what failed, a line each."""

    case: Case
    judged: tuple[Judged, ...]
    runs: tuple[Path, ...]
    failed: tuple[str, ...]


@dataclass(frozen=True)
class Checked:
    """Everything a call judged; `alpha` and `zone` as asked, `tests` the expectations that share `alpha`."""

    cases: tuple[CaseChecked, ...]
    alpha: float
    zone: float
    tests: int

    @property
    def judged(self) -> list[Judged]:
        """Every expectation, in order."""
        return [one for case in self.cases for one in case.judged]

    def count(self, verdict: Verdict) -> int:
        """How many expectations this was said of."""
        return sum(one.verdict is verdict for one in self.judged)

    @property
    def unexpected(self) -> list[Judged]:
        """Those not met, and those met though known as contradicted."""
        return [one for one in self.judged if one.verdict.unexpected]

    @property
    def exit_code(self) -> int:
        """4 where worlds failed, else 1 where an outcome is unexpected, else 0: undecided ones are no fault."""
        return 4 if any(case.failed for case in self.cases) else 1 if self.unexpected else 0

    def frame(self) -> Any:
        """A row per expectation, as a pandas frame."""
        import pandas as pd

        return pd.DataFrame([one.row() for one in self.judged])


def check(
    *sources: str | Path,
    worlds: int | None = None,
    seed: int | None = None,
    sets: Sequence[str] = (),
    alpha: float = ALPHA,
    zone: float = ZONE,
    **options: Unpack[PlayOptions],
) -> Checked:
    """Play scenarios (files, folders, shipped names; default: ./scenarios or all shipped) and judge what they expect.

    worlds: at least as many as each scenario asks for. alpha: chance of any false alarm among all. zone: by how much a
    share of worlds may fall short. options: see `PlaySettings`. Raises InputError and RunInterrupted; failed worlds are
    left out and said.
    """
    player = player_by(PlaySettings(**options))
    rule = checked_rule(alpha, zone)
    cases = read_cases(sources, worlds=worlds, seed=seed, sets=sets)
    return check_cases(cases, rule, player)


def player_by(settings: PlaySettings) -> Player:
    """Plays by these settings."""
    return lambda scenario, record_all: played(scenario, settings.recording(record_all))


def checked_rule(alpha: float, zone: float) -> VerdictRule:
    """The rule, if it makes sense. Raises InputError."""
    faults = []
    alpha, zone = number(alpha, "--alpha"), number(zone, "--zone")
    if not 0.0 < alpha < _EVEN:
        faults.append(f"--alpha: {alpha:g} is out of range (allowed: above 0, under {_EVEN:g}; such as 0.05)")
    if not 0.0 <= zone < _EVEN:
        faults.append(f"--zone: {zone:g} is out of range (allowed: 0 to under {_EVEN:g}; such as 0.03)")
    if faults:
        raise InputError(faults)
    return VerdictRule(alpha, zone)


def check_cases(cases: Sequence[Case], rule: VerdictRule, player: Player) -> Checked:
    """Play what the cases need, each scenario once, and judge them."""
    read = [[(one, parse_claim(one.that, vocabulary())) for one in case.scenario.expect] for case in cases]
    needs = [[_needs(case, claim) for _, claim in pairs] for case, pairs in zip(cases, read, strict=True)]
    played = _play(read, needs, player)
    tests = sum(map(len, read))
    found = []
    for case, pairs, wanted in zip(cases, read, needs, strict=True):
        judged = tuple(
            _judge(case, one, claim, _Runs(case, played), rule.among(tests)) for one, claim in pairs
        )  # fmt: skip
        names = dict.fromkeys(_key(one) for needed in wanted for one in needed)
        runs = [played[name] for name in names]
        failed = [f"{one.name}: {_failures(one, case)}" for one in runs if _failed(one, case)]
        found.append(CaseChecked(case, judged, tuple(one.path for one in runs), tuple(failed)))
    return Checked(tuple(found), rule.alpha, rule.zone, tests)


# -- what is played ---------------------------------------------------------------------------------------------------

_EVEN = 0.5

type _Key = tuple[str, str]


def _key(scenario: Scenario) -> _Key:
    return scenario.name, digests(scenario).key


def _needs(case: Case, claim: Claim) -> list[Scenario]:
    """The scenarios whose worlds a claim is about."""
    if isinstance(claim, Monotone):
        return [with_lever(case.scenario, claim.lever, each) for each in claim.steps]
    if isinstance(claim, Compare) and claim.right.of == "baseline":
        return [case.scenario, case.baseline]
    return [case.scenario]


def _play(
    read: list[list[tuple[Expectation, Claim]]], needs: list[list[list[Scenario]]], player: Player
) -> dict[_Key, Run]:
    """Every scenario needed, played once, in as many worlds as any case wants of it."""
    wanted: dict[_Key, tuple[Scenario, bool]] = {}
    for pairs, of_case in zip(read, needs, strict=True):
        for (_, claim), scenarios in zip(pairs, of_case, strict=True):
            variables = any(ref.indicator not in INDICATORS for ref in refs(claim))
            for one in scenarios:
                before, had = wanted.get(_key(one), (one, False))
                wanted[_key(one)] = (one if one.worlds > before.worlds else before), variables or had
    return {key: player(scenario, variables) for key, (scenario, variables) in wanted.items()}


def _failed(one: Run, case: Case) -> list[int]:
    return [world for world in one.failed if world < case.scenario.worlds]


def _failures(one: Run, case: Case) -> str:
    failed = _failed(one, case)
    return f"{len(failed)} of {case.scenario.worlds} worlds failed (world {failed[0]}: {one.failed[failed[0]]})"


class _Runs:
    """What a claim is about, read from run folders, over the worlds that are finished in all of them."""

    def __init__(self, case: Case, played: dict[_Key, Run]) -> None:
        self.case, self.played = case, played
        self.numbers: Array = np.arange(case.scenario.worlds)

    def about(self, claim: Claim) -> _Runs:
        """Look only at the worlds finished in all that the claim is about."""
        runs = [self.played[_key(one)] for one in _needs(self.case, claim)]
        self.numbers = reduce(np.intersect1d, [one.numbers for one in runs], self.numbers)
        return self

    def value(self, ref: Ref) -> Array:
        return self._of(self.case.scenario, ref)

    def baseline(self, ref: Ref) -> Array:
        return self._of(self.case.baseline, ref)

    def stepped(self, ref: Ref, lever: str, intensity: float) -> Array:
        return self._of(with_lever(self.case.scenario, lever, intensity), ref)

    def _of(self, scenario: Scenario, ref: Ref) -> Array:
        one = self.played[_key(scenario)]
        week = ref.period.week(scenario.start, scenario.end)
        column = [part[:, week].astype(np.float64) for part in one.pieces(ref.indicator, ref.place)]
        return np.concatenate(column or [np.empty(0)])[np.isin(one.numbers, self.numbers)]


# -- verdicts ---------------------------------------------------------------------------------------------------------


def _judge(case: Case, told: Expectation, claim: Claim, runs: _Runs, rule: VerdictRule) -> Judged:
    within, known = parse_in(told.in_), told.known is not None
    found = seen(claim, runs.about(claim))
    true, n = int(found.true.sum()), found.values.size
    if isinstance(within, Share):
        answer = judge_share(true, n, within.op, within.share, rule, known=known)
        observed, low, high = true / n if n else float("nan"), answer.low, answer.high
        asked = f"{within.op} {100 * within.share:g}%"
    else:
        answer, rule = _of_quantile(found, within.q, rule, known)
        observed, (low, high) = quantile(found.values, within.q), quantile_interval(found.values, within.q, rule.level)
        asked = f"{told.in_} {_tests(found)}"
    indicator = INDICATORS.get(claim.left.indicator)
    pairs = isinstance(claim, Compare) and claim.right.of == "baseline"
    return Judged(
        case.scenario.name, told, answer.verdict, "pairs" if pairs else "worlds", n, true, isinstance(within, Share),
        _finite(observed), _finite(low), _finite(high), indicator.unit if indicator else "", asked, answer.within,
        answer.more,
    )  # fmt: skip


def _of_quantile(found: ClaimValues, q: float, rule: VerdictRule, known: bool) -> tuple[Answer, VerdictRule]:
    """The answer, and the rule of each of the one or two tests it is made of."""
    each = rule.among(len(found.tests))
    answers = [judge_quantile(found.values, op, number, q, each, known=known) for op, number in found.tests]
    return combine(answers), each


def _tests(found: ClaimValues) -> str:
    if len(found.tests) > 1:
        return f"in {found.tests[0][1]:.4g}..{found.tests[1][1]:.4g}"
    op, number = found.tests[0]
    return f"{op} {number:g}"


def _finite(number: float) -> float | None:
    return float(number) if np.isfinite(number) else None
