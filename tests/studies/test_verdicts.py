"""Verdicts on counts: known answers, rates of error as stated, and power."""

import numpy as np
import pytest
from scipy.stats import binom

from regionsim.studies.verdicts import (
    MOST,
    POWER,
    Answer,
    Verdict,
    VerdictRule,
    combine,
    edge,
    judge_quantile,
    judge_share,
)

RULE = VerdictRule(alpha=0.025, zone=0.03)  # intervals of 95%
MET, NOT_MET, UNDECIDED = Verdict.MET, Verdict.NOT_MET, Verdict.UNDECIDED


@pytest.mark.parametrize(
    ("count", "n", "op", "share", "verdict"),
    [
        (200, 200, ">=", 0.8, MET),
        (100, 200, ">=", 0.8, NOT_MET),
        (160, 200, ">=", 0.8, UNDECIDED),
        (0, 200, "<=", 0.2, MET),
        (100, 200, "<=", 0.2, NOT_MET),
        (40, 200, "<=", 0.2, UNDECIDED),
        (5, 5, ">=", 0.9, UNDECIDED),  # five worlds say little
        (0, 0, ">=", 0.9, UNDECIDED),
        (199, 200, ">=", 1.0, NOT_MET),  # one exception refutes "all"
        (1, 200, "<=", 0.0, NOT_MET),
        (200, 200, ">=", 1.0, MET),
        (0, 7, ">=", 0.0, MET),  # nothing is asked
        (0, 0, "<=", 1.0, MET),
    ],
)
def test_a_share_is_judged_by_its_interval(count, n, op, share, verdict):
    assert judge_share(count, n, op, share, RULE).verdict is verdict


def test_the_interval_is_that_of_clopper_and_pearson():
    found = judge_share(8, 10, ">=", 0.5, RULE)

    assert (found.low, found.high) == pytest.approx((0.4439, 0.9748), abs=1e-4)  # a textbook's figures


def test_at_most_is_at_least_seen_from_the_other_side():
    for count in range(0, 101, 5):
        there, back = judge_share(count, 100, ">=", 0.7, RULE), judge_share(100 - count, 100, "<=", 0.3, RULE)
        assert (there.verdict, there.more) == (back.verdict, back.more)


def test_a_share_short_by_less_than_the_zone_is_met_and_says_so():
    found = judge_share(88_500, 100_000, ">=", 0.9, RULE)

    assert (found.verdict, found.within) == (MET, True)
    assert judge_share(86_500, 100_000, ">=", 0.9, RULE).verdict is NOT_MET
    assert judge_share(88_500, 100_000, ">=", 0.9, VerdictRule(0.025, 0.0)).verdict is NOT_MET
    assert not judge_share(91_000, 100_000, ">=", 0.9, RULE).within


def test_the_zone_forgives_at_most_half_of_what_is_asked():
    assert edge(0.9, 0.03) == pytest.approx(0.87)
    assert edge(0.02, 0.03) == pytest.approx(0.01)


def test_what_is_known_to_be_contradicted_surprises_only_when_clearly_met():
    assert judge_share(200, 200, ">=", 0.8, RULE, known=True).verdict is Verdict.SURPRISE
    assert judge_share(50, 200, ">=", 0.8, RULE, known=True).verdict is Verdict.KNOWN
    assert judge_share(160, 200, ">=", 0.8, RULE, known=True).verdict is UNDECIDED
    assert judge_share(88_500, 100_000, ">=", 0.9, RULE, known=True).verdict is Verdict.KNOWN  # no grace of the zone
    assert Verdict.SURPRISE.unexpected
    assert not Verdict.KNOWN.unexpected


@pytest.mark.parametrize(
    ("op", "number", "q", "verdict"),
    [(">", -1.0, 0.5, MET), (">", 1.0, 0.5, NOT_MET), ("<", 1.0, 0.5, MET),
     (">=", -2.0, 0.05, MET), (">=", -1.0, 0.05, NOT_MET), ("<=", 2.0, 0.95, MET), ("<=", 1.0, 0.95, NOT_MET)],
)  # fmt: skip
def test_a_quantile_is_judged_by_the_share_it_asks_for(op, number, q, verdict):
    values = np.random.default_rng(4).normal(size=2000)

    assert judge_quantile(values, op, number, q, RULE).verdict is verdict


def test_worlds_in_which_nothing_moves_do_not_make_a_median_rise():
    values = np.concatenate([np.zeros(300), np.ones(100)])

    assert judge_quantile(values, ">", 0.0, 0.5, RULE).verdict is NOT_MET
    assert judge_quantile(values, ">=", 0.0, 0.5, RULE).verdict is MET


def test_several_answers_are_met_only_together():
    met, not_met = Answer(MET, 0.9, 1.0, False, None), Answer(NOT_MET, 0.0, 0.1, False, None)
    open_, far = Answer(UNDECIDED, 0.4, 0.6, False, 50), Answer(UNDECIDED, 0.4, 0.6, False, None)

    assert combine([met, met]).verdict is MET
    assert combine([met, not_met]).verdict is NOT_MET
    assert combine([open_, not_met]).more is None
    assert combine([met, open_]) == open_
    assert combine([far, open_]).more is None


# -- rates of error, over simulated worlds -----------------------------------------------------------------------------

FOLDERS, EXPECTATIONS, WORLDS = 4000, 100, 200


def verdicts(n, share, rule, op=">="):
    """The verdict for every count 0 .. n."""
    return np.array([judge_share(count, n, op, share, rule).verdict for count in range(n + 1)])


def highest(rate, n):
    """More than this many of n would be rarer than once in a thousand at this rate."""
    return binom.ppf(0.999, n, rate)


@pytest.mark.parametrize("share", [0.5, 0.8, 0.9, 0.99])
def test_a_folder_of_a_hundred_true_expectations_raises_a_false_alarm_in_at_most_one_of_twenty(share):
    """Each as hard as can be: the true share is just what is asked. 4,000 folders of 100 expectations, 200 worlds."""
    rng = np.random.default_rng(20250818)
    wrong = verdicts(WORLDS, share, VerdictRule().among(EXPECTATIONS)) == NOT_MET

    alarms = wrong[rng.binomial(WORLDS, share, (FOLDERS, EXPECTATIONS))].any(axis=1).sum()

    assert alarms <= highest(0.05, FOLDERS)
    if share < 0.99:
        assert alarms > 0  # the rule uses some of what it may


@pytest.mark.parametrize("share", [0.5, 0.8, 0.9])
def test_expectations_missed_by_the_zone_are_called_met_no_more_often(share):
    rng = np.random.default_rng(7)
    rule = VerdictRule().among(EXPECTATIONS)
    wrong = verdicts(WORLDS, share, rule) == MET

    alarms = wrong[rng.binomial(WORLDS, edge(share, rule.zone), (FOLDERS, EXPECTATIONS))].any(axis=1).sum()

    assert alarms <= highest(0.05, FOLDERS)


def test_one_true_median_raises_a_false_alarm_in_at_most_one_of_twenty():
    """Worlds drawn from a skewed distribution whose median is just the number asked for: 2,000 times 150 worlds."""
    worlds = np.random.default_rng(3).exponential(size=(2000, 150))

    assert judge_quantile(worlds[0], ">=", float(np.log(2.0)), 0.5, VerdictRule()).verdict is not NOT_MET
    wrong = verdicts(150, 0.5, VerdictRule()) == NOT_MET
    alarms = wrong[(worlds >= np.log(2.0)).sum(axis=1)].sum()

    assert binom.ppf(0.001, 2000, 0.02) <= alarms <= highest(0.05, 2000)


@pytest.mark.parametrize(
    ("asked", "true", "verdict", "least"),
    [(0.9, 0.75, NOT_MET, 0.95), (0.8, 0.65, NOT_MET, 0.9), (0.8, 0.9, MET, 0.9), (0.5, 0.65, MET, 0.95)],
)
def test_among_twenty_expectations_a_clear_case_is_decided_by_two_hundred_worlds(asked, true, verdict, least):
    """15 points short, or 10 to 15 over: 20,000 simulated expectations; the stated power within a binomial band."""
    right = verdicts(WORLDS, asked, VerdictRule().among(20)) == verdict

    found = right[np.random.default_rng(5).binomial(WORLDS, true, 20_000)].mean()

    assert found >= least
    assert found == pytest.approx(binom.pmf(np.arange(WORLDS + 1), WORLDS, true)[right].sum(), abs=0.01)


@pytest.mark.parametrize(("count", "share"), [(165, 0.8), (185, 0.9), (105, 0.5), (150, 0.8), (199, 0.99)])
def test_as_many_more_worlds_as_it_says_decide_as_often_as_it_says(count, share):
    rule = VerdictRule().among(20)
    found = judge_share(count, WORLDS, ">=", share, rule)
    assert found.verdict is UNDECIDED
    assert found.more

    n = WORLDS + found.more
    decided = verdicts(n, share, rule) != UNDECIDED
    chance = binom.pmf(np.arange(n + 1), n, (count + 0.5) / (WORLDS + 1))[decided].sum()

    assert POWER <= chance < 0.95


def test_where_no_number_of_worlds_decides_none_is_named():
    found = judge_share(MOST // 2, MOST, ">=", 0.5, VerdictRule(0.025, 0.0))

    assert found.verdict is UNDECIDED
    assert found.more is None
