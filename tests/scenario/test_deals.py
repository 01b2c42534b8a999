"""Deals in scenario files: what is read, what is refused and where, how they merge."""

import pytest

from regionsim.errors import InputError
from regionsim.scenario import ending, load
from regionsim.scenario.condition import Condition, parse_conditions
from regionsim.scenario.vocabulary import vocabulary

DEAL = """\
format: 1
title: A deal
extends: status_quo
deals:
  - id: quiet
    levers: {trade_facilitation: 0.8}
    while: "attacks_ttp < 450 and closure_days[torkham] <= 30"
    review: 13 weeks
    from: 2026-01-01
"""


@pytest.fixture
def written(tmp_path):
    def write(text: str, name: str = "deal"):
        path = tmp_path / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_deal_is_read_with_its_defaults_and_loads_again_the_same(written):
    scenario = load(written(DEAL))
    (deal,) = scenario.deals

    assert (deal.id, deal.levers, deal.review_days, deal.margin) == ("quiet", {"trade_facilitation": 0.8}, 91.0, 0.05)
    assert load(scenario.resolved()).deals == scenario.deals


def test_conditions_are_comparisons_of_indicators_with_numbers():
    conditions = parse_conditions("attacks_ttp<450 and  closure_days[ torkham ] <= 3e1", vocabulary())

    assert conditions == (Condition("attacks_ttp", None, "<", 450.0), Condition("closure_days", "torkham", "<=", 30.0))


FAULTS = {
    "unknown indicator": ("attacks_ttp <", "attack_ttp <", "7:12", "unknown indicator 'attack_ttp'"),
    "unknown place": ("[torkham]", "[torkam]", "7:12", "unknown crossing 'torkam' (allowed: torkham"),
    "no number": ("< 450", "< baseline", "7:12", "is not INDICATOR, then < <= > >= and a number"),
    "a date": ("attacks_ttp <", "attacks_ttp@2030 <", "7:12", "is not INDICATOR, then"),
    "unknown lever": ("trade_facilitation:", "trade_facilitatio:", "6:14", "unknown lever"),
    "intensity": ("0.8", "1.8", "6:34", "1.8 is out of range (allowed: 1 or less)"),
    "review": ("13 weeks", "13", "8:13", "must be a duration with its unit"),
    "no condition": (
        '    while: "attacks_ttp < 450 and closure_days[torkham] <= 30"\n',
        "",
        "5:5",
        "the key is missing",
    ),
    "too late": ("2026-01-01", "2099-01-01", "9:11", "2099-01-01 is too late to act"),
    "ends before": ("from: 2026-01-01", "from: 2026-01-01\n    until: 2025-12-01", "10:12", "is not after from"),
    "unknown key": (
        "review:",
        "reviews:",
        "8:5",
        "unknown key (allowed: id, levers, while, from, until, review, margin",
    ),
    "an id twice": (
        DEAL[DEAL.index("  - id") :],
        DEAL[DEAL.index("  - id") :] * 2,
        "10:9",
        "the id 'quiet' is taken by",
    ),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_faulty_deal_is_refused_at_its_place(written, kind):
    old, new, place, message = FAULTS[kind]
    assert old in DEAL
    with pytest.raises(InputError) as refused:
        load(written(DEAL.replace(old, new, 1)))
    assert any(f"deal.yaml:{place}: deals" in fault and message in fault for fault in refused.value.faults), (
        refused.value.faults
    )


def test_deals_append_under_extends_and_are_set_by_id(written):
    written(DEAL, "first")
    second = DEAL.replace("extends: status_quo", "extends: first").replace("id: quiet", "id: open")
    scenario = load(written(second, "second"), sets=["deals.quiet.review=4 weeks", "deals.open.levers.recognition=0.5"])

    assert [deal.id for deal in scenario.deals] == ["quiet", "open"]
    assert scenario.deals[0].review_days == 28.0


def test_a_deal_that_begins_after_an_earlier_end_is_left_out(written):
    scenario = load(written(DEAL))

    assert ending(scenario, scenario.start.replace(month=12)).deals == ()
    assert load(written(DEAL), sets=["end=2025-12-01"]).deals == ()
