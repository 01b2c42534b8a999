"""Whether a share of worlds reaches what was asked: met, not met or undecided, with stated rates of error.

Core objects: `VerdictRule` (rates and zone), `Verdict`, `Answer`, `judge_share`, `judge_quantile`, `combine`. What is
asked for a quantile is asked of a share: the median is above 3 where more than half of the worlds are.

An expectation "in >= S of worlds" is *not met* where the whole interval of the share lies under S, and *met* where it
lies over S less the zone of indifference; where it does both, the share is within the zone and the expectation counts
as met. So a true expectation is called not met, and one missed by the zone or more is called met, with a chance of at
most the rate of the rule, whatever the true share. What is known to be contradicted is a surprise only where the whole
interval lies over S: the zone does not help it. Nor does it where
all worlds or none are asked for and one differs.
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
"""The chance that any of the true expectations judged together is called not met, at most."""
ZONE = 0.03
"""By how much a share may fall short and still count as met: 3 points."""
POWER = 0.8
"""The chance to decide that `more` worlds are to give."""
MOST = 1_000_000  # worlds beyond which no number is named

OPS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}

type Array = Any  # numpy, (worlds,)


class Verdict(StrEnum):
    """What is said of an expectation. `SURPRISE`: met, though known to be contradicted."""

    MET = "met"
    NOT_MET = "not met"
    UNDECIDED = "undecided"
    KNOWN = "contradicted as known"
    SURPRISE = "met, though known as contradicted"

    @property
    def unexpected(self) -> bool:
        """Whether it is an outcome that was not expected."""
        return self in (Verdict.NOT_MET, Verdict.SURPRISE)


@dataclass(frozen=True)
class VerdictRule:
    """`alpha`: chance of each kind of error of one test, at most. `zone`: indifference, as a share of worlds."""

    alpha: float = ALPHA
    zone: float = ZONE

    @property
    def level(self) -> float:
        """The chance with which an interval holds the share: it errs on either side with `alpha`."""
        return 1.0 - 2.0 * self.alpha

    def among(self, tests: int) -> VerdictRule:
        """The rule of each of so many tests, so that all of them together err with `alpha` at most (Bonferroni)."""
        return VerdictRule(self.alpha / max(1, tests), self.zone)


class Answer(NamedTuple):
    """A verdict on a share: `low` and `high` its interval; `within`: met although the share is clearly short, by less
    than the zone.

    `more`: worlds to add that would decide with a chance of 80% if the share stays as seen; None where decided, or
    where not even a million would.
    """

    verdict: Verdict
    low: float
    high: float
    within: bool
    more: int | None


def judge_share(
    count: int, n: int, op: Literal[">=", "<="], share: float, rule: VerdictRule, *, known: bool = False
) -> Answer:
    """Judge "in OP SHARE of worlds", where the claim holds in `count` of `n` worlds. known: marked as contradicted.

    Raises ValueError where `count` is none of `n`.
    """
    low, high = share_interval(count, n, rule.level)
    if op == ">=":
        verdict, within = _verdict(low, high, share, rule.zone, known)
        more = _more(count, n, share, rule, known) if verdict is Verdict.UNDECIDED else None
    else:  # at most this share are true: at least the rest are not
        verdict, within = _verdict(1.0 - high, 1.0 - low, 1.0 - share, rule.zone, known)
        more = _more(n - count, n, 1.0 - share, rule, known) if verdict is Verdict.UNDECIDED else None
    return Answer(verdict, low, high, within, more)


def judge_quantile(
    values: Array, op: Comparison, number: float, q: float, rule: VerdictRule, *, known: bool = False
) -> Answer:
    """Judge "the q-quantile of `values` (n,) is OP `number`"; the interval is that of the share this asks for."""
    count = int(OPS[op](values, number).sum())
    return judge_share(count, values.size, ">=", q if op[0] == "<" else 1.0 - q, rule, known=known)


def combine(answers: Sequence[Answer]) -> Answer:
    """One answer to several that must all be met; the interval is that of the worst. Raises ValueError for none."""
    order = (Verdict.NOT_MET, Verdict.KNOWN, Verdict.UNDECIDED, Verdict.SURPRISE, Verdict.MET)
    worst = min(answers, key=lambda one: order.index(one.verdict))
    undecided = [one.more for one in answers if one.verdict is Verdict.UNDECIDED]
    more = max((one for one in undecided if one is not None), default=None) if None not in undecided else None
    more = more if worst.verdict is Verdict.UNDECIDED else None
    within = worst.verdict is Verdict.MET and any(one.within for one in answers)
    return Answer(worst.verdict, worst.low, worst.high, within, more)


def edge(share: float, zone: float) -> float:
    """The lower end of the zone under a share asked for; at most half of the share is forgiven."""
    return share - min(zone, share / 2.0)


def _verdict(low: float, high: float, share: float, zone: float, known: bool) -> tuple[Verdict, bool]:
    """For "at least": of the interval and what is asked; and whether it is met within the zone alone."""
    refuted, sure = high < share, low > share or share <= 0.0
    if known:
        return (Verdict.SURPRISE if sure else Verdict.KNOWN if refuted else Verdict.UNDECIDED), False
    if share <= 0.0 or (low > edge(share, zone) and not (refuted and share >= 1.0)):
        return Verdict.MET, refuted
    return (Verdict.NOT_MET if refuted else Verdict.UNDECIDED), False


# -- how many more worlds would decide -------------------------------------------------------------------------------


def _more(count: int, n: int, share: float, rule: VerdictRule, known: bool) -> int | None:
    """Worlds to add to `n` for a chance of `POWER` to decide, if the share is as seen; None beyond `MOST`."""
    seen = (count + 0.5) / (n + 1.0)
    low = share if known else edge(share, rule.zone)
    wanted = n
    while wanted <= MOST:
        wanted = wanted + max(1, wanted // 8)
        if _decides(wanted, seen, low, share, rule.alpha) >= POWER:
            return wanted - n
    return None


def _decides(n: int, seen: float, low: float, share: float, alpha: float) -> float:
    """The chance that `n` worlds of the share `seen` lie clearly over `low` or clearly under `share`."""
    from scipy.special import bdtr, bdtrc

    over = _first(n, lambda k: k > 0 and float(bdtrc(k - 1, n, low)) <= alpha)
    under = _first(n, lambda k: float(bdtr(k, n, share)) > alpha) - 1
    chance = float(bdtrc(over - 1, n, seen)) if over <= n else 0.0
    return min(1.0, chance + (float(bdtr(under, n, seen)) if under >= 0 else 0.0))


def _first(n: int, true: Any) -> int:
    """The first of 0 .. n for which `true`, which stays true once it is; n + 1 where none is."""
    low, high = 0, n + 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if true(middle) else (middle + 1, high)
    return low


def quantile(values: Array, q: float) -> float:
    """The q-quantile of the values; NaN of none."""
    return float(np.quantile(values, q)) if values.size else float("nan")
