"""Deals: levers that hold while a condition does, in each world by itself."""

import numpy as np

from tests.model.worlds import assert_same, events, everything, outcome, small

END = "2027-08-18"
UNSEEN = ("parameters.structure.linkage=0", "parameters.decisions.stand_down=0")
"""No actor looks at deals, so that a deal does what its levers do and no more."""


def deal(condition: str, *more: str, levers: str = "{trade_facilitation: 0.8}") -> str:
    keys = [f"levers: {levers}", f'while: "{condition}"', "from: 2025-12-01", *more]
    return f"deals=[{{id: talks_for_trade, {', '.join(keys)}}}]"


def begun(result, world: int) -> list[tuple[int, str]]:
    return [(row[1], row[3]) for row in events(result, [world]) if row[3] in ("deal", "deal_end")]


def columns_same(one, other) -> None:
    for name, values in everything(one).items():
        assert values.tobytes() == everything(other)[name].tobytes(), name


def test_a_condition_that_always_holds_is_the_lever_and_one_that_never_does_is_none() -> None:
    pulled = outcome(
        small("status_quo", "levers.trade_facilitation={from: 2025-12-01, intensity: 0.8}", *UNSEEN, end=END), range(6)
    )
    always = outcome(small("status_quo", deal("attacks >= 0"), *UNSEEN, end=END), range(6))
    never = outcome(small("status_quo", deal("attacks < 0"), *UNSEEN, end=END), range(6))

    columns_same(always, pulled)
    columns_same(never, outcome(small("status_quo", *UNSEEN, end=END), range(6)))
    assert begun(always, 0) == [(15, "deal")]
    assert begun(never, 0) == []


def test_a_deal_that_brings_nothing_changes_nothing() -> None:
    nothing = deal("attacks < 5000", levers="{trade_facilitation: 0}")

    columns_same(
        outcome(small("status_quo", nothing, end=END), range(6)), outcome(small("status_quo", end=END), range(6))
    )


def test_the_military_stands_down_for_deals_that_hold_while_violence_stays_low_and_for_no_others() -> None:
    sees = ("parameters.structure.linkage=0", "parameters.politics.strikes_per_year=12")
    strikes = {}
    for condition in ("attacks < 50000", "attacks >= 0", "trade_volume < 50000"):
        result = outcome(small("status_quo", deal(condition), *sees, end=END), range(20))
        strikes[condition] = int((result.events.kind == "strike").sum())
    assert strikes["attacks >= 0"] == strikes["trade_volume < 50000"]
    assert strikes["attacks < 50000"] < 0.9 * strikes["attacks >= 0"]


def test_a_deal_of_a_package_pulls_its_parts_and_the_higher_intensity_counts() -> None:
    levers = "{trade_facilitation: 0.4}"
    own = "levers.trade_facilitation={from: 2025-12-01, intensity: 0.8}"
    both = outcome(small("status_quo", own, deal("attacks >= 0", levers=levers), *UNSEEN, end=END), range(4))

    columns_same(both, outcome(small("status_quo", own, *UNSEEN, end=END), range(4)))


def test_worlds_begin_and_lapse_by_themselves_and_a_world_alone_does_as_it_does_among_others() -> None:
    scenario = small("status_quo", deal("attacks < 900", "review: 4 weeks", "margin: 0.02"), end=END)
    whole = outcome(scenario, range(40))
    stories = {tuple(begun(whole, world)) for world in range(40)}

    assert len(stories) > 3
    assert_same(whole, outcome(scenario, [17]), [17])


def test_a_deal_begins_only_while_its_condition_holds_and_changes_no_sooner_than_its_review() -> None:
    scenario = small("status_quo", deal("attacks < 900", "review: 10 weeks", "margin: 0.05"), end=END)
    result = outcome(scenario, range(40))
    attacks = result.columns["attacks"]
    seen = 0
    for world in range(40):
        changes = begun(result, world)
        assert [kind for _, kind in changes] == ["deal", "deal_end"] * (len(changes) // 2) + ["deal"] * (
            len(changes) % 2
        )
        for number, (week, kind) in enumerate(changes):
            level = attacks[world, week - 1]  # as last recorded
            limit = 900.0 if kind == "deal_end" or number == 0 else 900.0 * 0.95
            assert (level < limit) == (kind == "deal")
        weeks = np.array([week for week, _ in changes])
        assert (np.diff(weeks) >= 10).all()
        seen += len(changes) > 1
    assert seen >= 3


def test_a_deal_ends_on_its_date() -> None:
    result = outcome(small("status_quo", deal("attacks >= 0", "until: 2026-12-07"), end=END), range(2))

    assert begun(result, 0) == [(15, "deal"), (68, "deal_end")]


def test_places_and_several_comparisons_are_read() -> None:
    scenario = small(
        "status_quo", deal("closure_days[torkham] < 9999 and escalation < 9 and trust_pakistan > 0"), end=END
    )

    assert begun(outcome(scenario, range(2)), 1) == [(15, "deal")]
