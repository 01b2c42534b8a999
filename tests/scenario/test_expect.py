"""The grammar of `expect`, and the calendar behind INDICATOR@DATE."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regionsim.scenario.dates import first_week, last_week, parse_period, week_date, weeks_between
from regionsim.scenario.expect import Band, Compare, Quantile, Ref, Share, Term, agree, parse_claim, parse_in, refs

from .names import NAMES

START, END = date(2025, 8, 18), date(2035, 8, 18)
TRADE = Ref("trade_volume", None, parse_period("2030"))


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("trade_volume@2030 > 3", Compare(TRADE, ">", Term(None, "+", 3.0))),
        ("trade_volume@2030<=-3.5e0", Compare(TRADE, "<=", Term(None, "+", -3.5))),
        ("trade_volume@2030 > baseline", Compare(TRADE, ">", Term("baseline", "+", 0.0))),
        ("trade_volume@2030 >= baseline * 1.1", Compare(TRADE, ">=", Term("baseline", "*", 1.1))),
        ("trade_volume@2030 < baseline - 2", Compare(TRADE, "<", Term("baseline", "-", 2.0))),
        ("trade_volume@2030 > trade_volume@2030 + 1", Compare(TRADE, ">", Term(TRADE, "+", 1.0))),
        ("trade_volume@2030 in 3..10", Band(TRADE, 3.0, 10.0)),
        ("  trade_volume @ 2030   in  -3 ..  .5 ", Band(TRADE, -3.0, 0.5)),
    ],
)
def test_claims_are_read(text: str, claim: Compare | Band) -> None:
    assert parse_claim(text, NAMES) == claim


def test_a_claim_may_name_a_place() -> None:
    claim = parse_claim("closure_days[ torkham ]@2030-08 > closure_days[chaman]@2030-08-15", NAMES)

    assert [(ref.indicator, ref.place, ref.period.text) for ref in refs(claim)] == [
        ("closure_days", "torkham", "2030-08"),
        ("closure_days", "chaman", "2030-08-15"),
    ]
    with pytest.raises(ValueError, match=r"unknown crossing 'torkam' .*did you mean torkham"):
        parse_claim("closure_days[torkam]@2030 > 1", NAMES)


@pytest.mark.parametrize(
    ("text", "within"),
    [
        (">= 80% of worlds", Share(">=", 0.8, "worlds")),
        ("<= 20% of worlds", Share("<=", 0.2, "worlds")),
        (">=90%of pairs", None),
        (" >=  99.5 %  of pairs", Share(">=", 0.995, "pairs")),
        ("median", Quantile(0.5)),
        ("p05", Quantile(0.05)),
        ("p99", Quantile(0.99)),
    ],
)
def test_shares_and_quantiles_are_read(text: str, within: Share | Quantile | None) -> None:
    if within is None:
        with pytest.raises(ValueError, match="is not understood"):
            parse_in(text)
    else:
        assert parse_in(text) == within


def test_a_quantile_goes_with_every_claim_and_a_share_with_its_own() -> None:
    plain, paired = parse_claim("trade_volume@2030 > 3", NAMES), parse_claim("trade_volume@2030 > baseline", NAMES)
    for claim in (plain, paired):
        agree(claim, Quantile(0.5))
    agree(plain, Share(">=", 0.8, "worlds"))
    agree(paired, Share(">=", 0.8, "pairs"))
    with pytest.raises(ValueError, match="in a share of pairs, not of worlds"):
        agree(paired, Share(">=", 0.8, "worlds"))


# -- the calendar ----------------------------------------------------------------------------------------------------


def test_a_horizon_of_ten_years_has_522_weeks() -> None:
    assert weeks_between(START, END) == 522
    assert weeks_between(START, START + timedelta(days=7)) == 1
    assert weeks_between(START, START + timedelta(days=8)) == 2


@pytest.mark.parametrize(
    ("text", "week"),
    [
        ("2025", 19),  # begins on 2025-12-29
        ("2035", 521),
        ("2035-08", 521),
        ("2035-08-18", 521),
        ("2025-08-18", 0),
        ("2025-08-24", 0),
        ("2025-08-25", 1),
        ("2025-08", 1),
        ("2025-07", None),
        ("2024", None),
        ("2035-09", None),
        ("2035-08-19", None),
        ("2036", None),
    ],
)
def test_a_period_means_its_last_recorded_week(text: str, week: int | None) -> None:
    assert parse_period(text).week(START, END) == week


@given(st.dates(date(2025, 8, 18), date(2035, 8, 18)))
def test_something_acts_from_the_first_week_that_begins_on_or_after_its_date(on: date) -> None:
    week = first_week(START, on)

    assert week_date(START, week) >= on > week_date(START, week - 1)
    assert week_date(START, last_week(START, on)) <= on < week_date(START, last_week(START, on) + 1)
