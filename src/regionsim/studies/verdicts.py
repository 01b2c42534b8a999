"""Whether a share of worlds meets an expectation: met, not met or undecided, with stated error rates.

Core objects: `VerdictRule` (rates and zone), `Verdict`, `Answer`, `judge_share`, `judge_quantile`, `combine`. An
expectation of a quantile is judged as one of a share: the median is above 3 where more than half of the worlds are.

An expectation "in >= S of worlds" is *not met* where the whole interval of the share lies below S, and *met* where it
lies above S minus the zone of indifference; where both hold, the share is within the zone and the expectation counts as
met. So the chance that a true expectation is called not met, or that one missed by at least the zone is called met, is
at most the rate of the rule, whatever the true share. An expectation known to be contradicted is a surprise only where
the whole interval lies above S: the zone does not apply. Nor does it apply where all worlds or none are required and
one differs.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, NamedTuple

import numpy as np

from regionsim.scenario.expect import Comparison
from regionsim.stats.intervals import share_interval

ALPHA = 0.05
"""Upper bound of the chance that any true expectation of those judged together is called not met."""
ZONE = 0.03
"""How far a share may fall short and still count as met: 3 percentage points."""
POWER = 0.8
"""The chance of a decision with `more` worlds."""
MOST = 1_000_000  # worlds; larger numbers are not given

OPS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}

type Array = Any  # numpy, (worlds,)


class Verdict(StrEnum):
    """The verdict on an expectation. `SURPRISE`: met, though known to be contradicted."""

    MET = "met"
    NOT_MET = "not met"
    UNDECIDED = "undecided"
    KNOWN = "contradicted as known"
    SURPRISE = "met, though known as contradicted"

    @property
    def unexpected(self) -> bool:
        """Whether the verdict is not the expected one."""
        return self in (Verdict.NOT_MET, Verdict.SURPRISE)


@dataclass(frozen=True)
class VerdictRule:
    """`alpha`: highest chance of each kind of error in one test. `zone`: zone of indifference, as a share of worlds."""

    alpha: float = ALPHA
    zone: float = ZONE

    @property
    def level(self) -> float:
        """The coverage of the interval of a share: it misses on either side with chance `alpha`."""
        return 1.0 - 2.0 * self.alpha

    def among(self, tests: int) -> VerdictRule:
        """The rule of each of so many tests, so that together they err with chance at most `alpha` (Bonferroni)."""
        return VerdictRule(self.alpha / max(1, tests), self.zone)


class Answer(NamedTuple):
    """A verdict on a share. `low`, `high`: its interval. `within`: met although clearly short, by less than the zone.

    `more`: worlds to add for an 80% chance of a decision if the share stays as observed; None where decided, or where a
    million would not be enough.
    """

    verdict: Verdict
    low: float
    high: float
    within: bool
    more: int | None


def judge_share(
    count: int, n: int, op: Literal[">=", "<="], share: float, rule: VerdictRule, *, known: bool = False
) -> Answer:
    """Judge "in OP SHARE of worlds", where the claim holds in `count` of `n` worlds. known: known to be contradicted.

    Raises ValueError where `count` is not between 0 and `n`.
    """
    low, high = share_interval(count, n, rule.level)
    if op == ">=":
        verdict, within = _verdict(low, high, share, rule.zone, known)
        more = _more(count, n, share, rule, known) if verdict is Verdict.UNDECIDED else None
    else:  # at most this share is true: at least the rest is false
        verdict, within = _verdict(1.0 - high, 1.0 - low, 1.0 - share, rule.zone, known)
        more = _more(n - count, n, 1.0 - share, rule, known) if verdict is Verdict.UNDECIDED else None
    return Answer(verdict, low, high, within, more)


def judge_quantile(
    values: Array, op: Comparison, number: float, q: float, rule: VerdictRule, *, known: bool = False
) -> Answer:
    """Judge "the q-quantile of `values` (n,) is OP `number`"; the interval is that of the share of worlds."""
    count = int(OPS[op](values, number).sum())
    return judge_share(count, values.size, ">=", q if op[0] == "<" else 1.0 - q, rule, known=known)


def combine(answers: Sequence[Answer]) -> Answer:
    """Combine answers that must all be met; the interval is that of the worst. Raises ValueError for none."""
    order = (Verdict.NOT_MET, Verdict.KNOWN, Verdict.UNDECIDED, Verdict.SURPRISE, Verdict.MET)
    worst = min(answers, key=lambda answer: order.index(answer.verdict))
    undecided = [answer.more for answer in answers if answer.verdict is Verdict.UNDECIDED]
    more = max((count for count in undecided if count is not None), default=None) if None not in undecided else None
    more = more if worst.verdict is Verdict.UNDECIDED else None
    within = worst.verdict is Verdict.MET and any(answer.within for answer in answers)
    return Answer(worst.verdict, worst.low, worst.high, within, more)


def edge(share: float, zone: float) -> float:
    """The lower end of the zone below an expected share; the zone is at most half of the share."""
    return share - min(zone, share / 2.0)


def _verdict(low: float, high: float, share: float, zone: float, known: bool) -> tuple[Verdict, bool]:
    """The verdict on "at least `share`" for this interval, and whether it is met only within the zone."""
    refuted, sure = high < share, low > share or share <= 0.0
    if known:
        return (Verdict.SURPRISE if sure else Verdict.KNOWN if refuted else Verdict.UNDECIDED), False
    if share <= 0.0 or (low > edge(share, zone) and not (refuted and share >= 1.0)):
        return Verdict.MET, refuted
    return (Verdict.NOT_MET if refuted else Verdict.UNDECIDED), False


# -- how many more worlds would decide -------------------------------------------------------------------------------


def _more(count: int, n: int, share: float, rule: VerdictRule, known: bool) -> int | None:
    """Worlds to add to `n` for a chance of `POWER` of a decision at the observed share; None beyond `MOST`."""
    seen = (count + 0.5) / (n + 1.0)
    low = share if known else edge(share, rule.zone)
    size = n
    while size <= MOST:
        size = size + max(1, size // 8)
        if _decides(size, seen, low, share, rule.alpha) >= POWER:
            return size - n
    return None


def _decides(n: int, seen: float, low: float, share: float, alpha: float) -> float:
    """The chance that `n` worlds with true share `seen` lie clearly above `low` or clearly below `share`."""
    from scipy.special import bdtr, bdtrc

    over = _first(n, lambda k: k > 0 and float(bdtrc(k - 1, n, low)) <= alpha)
    under = _first(n, lambda k: float(bdtr(k, n, share)) > alpha) - 1
    chance = float(bdtrc(over - 1, n, seen)) if over <= n else 0.0
    return min(1.0, chance + (float(bdtr(under, n, seen)) if under >= 0 else 0.0))


def _first(n: int, true: Any) -> int:
    """The first of 0 .. n for which the monotone `true` holds; n + 1 where it never does."""
    low, high = 0, n + 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if true(middle) else (middle + 1, high)
    return low


def quantile(values: Array, q: float) -> float:
    """The q-quantile of the values; NaN without values."""
    return float(np.quantile(values, q)) if values.size else float("nan")
