"""The grammar of `expect`, and the calendar behind INDICATOR@DATE."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regionsim.errors import InputError
from regionsim.scenario import load
from regionsim.scenario.expect import (
    Band,
    Claim,
    Compare,
    Monotone,
    Quantile,
    Ref,
    Share,
    Term,
    agree,
    parse_claim,
    parse_in,
    refs,
)
from regionsim.scenario.vocabulary import vocabulary
from regionsim.schema.dates import first_week, last_week, parse_period, week_date, weeks_between

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
        (
            "trade_volume@2030 rises with trade_facilitation",
            Monotone(TRADE, ">", "trade_facilitation", (0.0, 0.5, 1.0)),
        ),
        (
            "trade_volume@2030 never rises  with cross_border_strikes at 0,.4, 1",
            Monotone(TRADE, "<=", "cross_border_strikes", (0.0, 0.4, 1.0)),
        ),
        ("  trade_volume @ 2030   in  -3 ..  .5 ", Band(TRADE, -3.0, 0.5)),
    ],
)
def test_claims_are_read(text: str, claim: Claim) -> None:
    assert parse_claim(text, NAMES) == claim


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("trade_volume@2030 rises with trade_facilitatio", r"unknown lever .* did you mean trade_facilitation"),
        ("trade_volume@2030 rises with trade_facilitation at 0", "must be 2 to 10 rising intensities"),
        ("trade_volume@2030 rises with trade_facilitation at 1, 0", "must be 2 to 10 rising intensities"),
        ("trade_volume@2030 rises with trade_facilitation at 0, 2", "must be 2 to 10 rising intensities"),
        ("trade_volume@2030 rises with trade_facilitation at 0, much", "is not a list of intensities"),
        ("trade_volume@2030 climbs with trade_facilitation", "is not a comparison"),
        ("trade_volume@2030 in observed", r"no series counts trade_volume as the model does \(allowed: attacks"),
        ("attacks@2030 in observed", r"no year of the record ends with @2030 .*2024-12"),
        ("trade_bilateral@2024 in observed", r"no year of the record ends with @2024 .*2024-06"),
        ("attacks[former_fata]@2024 in observed", "no series counts attacks.former_fata. as the model does"),
        ("attacks@2024 in observed +- -5%", "cannot be narrowed"),
        ("attacks@2024 in observed twice", "is not a comparison"),
    ],
)
def test_a_claim_about_a_lever_or_the_record_says_what_would_be_right(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_claim(text, vocabulary())


def test_the_record_gives_the_band_of_its_own_years_in_the_units_of_the_indicator() -> None:
    """PICSS and PIPS count attacks by calendar year, customs count trade by fiscal year in millions."""
    attacks = parse_claim("attacks@2024 in observed", vocabulary())
    trade = parse_claim("trade_bilateral@2024-06 in observed +- 10%", vocabulary())

    assert isinstance(attacks, Band)
    assert (attacks.low, attacks.high) == (521.0, 908.0)
    assert isinstance(trade, Band)
    assert (trade.low, trade.high) == pytest.approx((1.603 * 0.9, 1.603 * 1.1))
    assert parse_claim("attacks@2024-12 in observed", vocabulary()) == replace(
        attacks, left=Ref("attacks", None, parse_period("2024-12"))
    )


def test_a_lever_in_a_claim_must_be_pulled_and_goes_with_it_where_the_horizon_is_cut(tmp_path: Path) -> None:
    claim = 'expect: [null, {name: up, that: "attacks@2025-12 rises with cross_border_strikes", in: median}]'
    text = f"format: 1\ntitle: A study\nextends: status_quo\n{claim}\n"
    file = tmp_path / "study.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(
        InputError, match=r"expect.0.that: the scenario does not pull cross_border_strikes \(write it under levers"
    ):
        load(file)

    file.write_text(text + "levers: {cross_border_strikes: {from: 2026-06-01}}\n", encoding="utf-8")

    assert len(load(file).expect) == 1
    assert load(file, sets=["end=2026-02-18"]).expect == ()


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
