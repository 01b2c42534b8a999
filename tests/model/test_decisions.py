"""Actors that learn and expect: in the model, not in a toy; and the reasons that are kept of each choice."""

import numpy as np
import pytest

from regionsim.model.actors.decisions import Decisions
from regionsim.model.region import RegionModel
from tests.model.worlds import outcome, small

YEARS = "2027-08-18"
LEARNS_NOT = ("parameters.structure.learning=0",)
LEARNS = ("parameters.structure.learning=1", "parameters.decisions.learning_rate=0.3")
ANSWERED = (
    "parameters.politics.strikes_per_year=6", "parameters.politics.strikes_record=8",
    "parameters.decisions.close_after_strike=0.9", "parameters.border.closure_days_median=14",
    "parameters.border.closure_days_sigma=0.3", "parameters.decisions.memory_weeks=4",
    "parameters.decisions.pakistan_army_economy=2", "parameters.decisions.pakistan_army_security=0.2",
    "parameters.decisions.pakistan_army_standing=0",
)  # fmt: skip
"""Strikes are common, and Kabul shuts all gates for about two weeks after nearly each: closures that last as long as
the time between strikes could not be told from the average week."""
BROKEN = (
    "parameters.security.truces_per_year=2", "parameters.security.truce_end_hazard=0.5",
    "parameters.decisions.taliban_government_standing=5", "parameters.decisions.taliban_government_security=0",
    "parameters.decisions.taliban_government_economy=0", "parameters.decisions.taliban_government_cohesion=0",
    "parameters.decisions.broker_standing=0", "parameters.decisions.own_learning=0",
    "parameters.decisions.memory_weeks=4",
)  # fmt: skip
"""Truces break within weeks, and Kabul minds its standing alone. It expects no gain of standing from brokering, which
it would unlearn whether or not truces break, and learns replies alone: so nothing but breaks can teach it."""
COSTLY, FREE = ("parameters.decisions.broken_standing=-1",), ("parameters.decisions.broken_standing=0",)
"""What a break does to Kabul's standing."""


def learned(sets: tuple[str, ...], actor: str, arena: str, action: str, worlds: int = 100) -> np.ndarray:
    """Utility that an action has gained over the default by learning, after two years, (W,)."""
    w = RegionModel(small("status_quo", *sets, end=YEARS), worlds).run()
    return getattr(w, actor).arenas[arena].learned(action)


def acts(kinds: tuple[str, ...], sets: tuple[str, ...], end: str, worlds: int) -> np.ndarray:
    """Events of these kinds in each world by year, (W, years)."""
    result = outcome(small("status_quo", *sets, end=end), range(worlds))
    of, years = np.isin(result.events.kind, kinds), result.weeks // 52
    counts = np.zeros((worlds, years), dtype=np.int64)
    np.add.at(counts, (result.events.world[of], np.minimum(result.events.week[of] // 52, years - 1)), 1)
    return counts


@pytest.mark.slow
def test_strikes_that_are_answered_by_closures_fall_within_two_years_in_most_worlds() -> None:
    """In the second and third year, against the same worlds without learning: 94% had fewer when this was written."""
    learning, without = (
        acts(("strike",), (*sets, *ANSWERED), "2028-08-18", 100)
        for sets in (LEARNS, ("parameters.structure.learning=0",))
    )
    later = [counts[:, 1:].sum(axis=1) for counts in (learning, without)]

    assert (later[0] < later[1]).mean() >= 0.8, (later[0] < later[1]).mean()
    assert (later[0] > later[1]).mean() <= 0.1, (later[0] > later[1]).mean()
    assert later[0].mean() < 0.85 * later[1].mean()
    # without learning they do not fall: from the first year to the third in no more than the half that chance gives
    assert (without[:, 2] < without[:, 0]).mean() <= 0.6


@pytest.mark.slow
def test_brokering_falls_where_truces_that_break_cost_kabul_its_standing() -> None:
    """Against the same worlds in which breaks cost nothing.

    When this was written it was worth less in 89% of worlds after two years; in 65% there were fewer offers of a truce
    in three years, and in 5% more.
    """
    worth, offers, kept = [], [], []
    for cost in (COSTLY, FREE):
        worth.append(learned((*LEARNS, *BROKEN, *cost), "taliban", "militants", "broker"))
        offers.append(offered((*LEARNS, *BROKEN, *cost)))
        kept.append(offered((*LEARNS_NOT, *BROKEN, *cost)))

    assert (worth[0] < worth[1]).mean() >= 0.8, (worth[0] < worth[1]).mean()
    assert (offers[0] < offers[1]).mean() >= 0.5, (offers[0] < offers[1]).mean()
    assert (offers[0] > offers[1]).mean() <= 0.15, (offers[0] > offers[1]).mean()
    np.testing.assert_array_equal(kept[0], kept[1])  # who does not learn offers as many


def offered(sets: tuple[str, ...]) -> np.ndarray:
    """Truces that Kabul brokers, accepted or refused, in three years of each world, (W,)."""
    return acts(("refusal", "truce"), sets, "2028-08-18", 100).sum(axis=1)


@pytest.mark.slow
def test_a_deal_raises_curbs_above_the_same_lever_without_a_condition() -> None:
    """In 60 pairs over five years, at the level of TTP attacks at the start.

    When this was written, of 100 pairs 64% had more rounds of curbs and none had fewer: short of the 70% aimed at, as
    docs/knockouts.md says; 74% had more of curbs and offers of a truce together. If 61% and 72% are true, less than 45%
    and 55% of 60 pairs have more by a chance of 0.4% and 0.2%.
    """
    deal = 'deals=[{id: linked, levers: {trade_facilitation: 1}, while: "attacks_ttp < 400", from: 2025-12-01}]'
    plain = "levers.trade_facilitation={from: 2025-12-01, intensity: 1}"
    curbs, both = [], []
    for sets in (deal, plain):
        scenario = small("status_quo", "parameters.structure.linkage=1", sets, end="2030-08-18")
        events = outcome(scenario, range(60)).events
        offers = (events.kind == "refusal") | ((events.kind == "truce") & (events.cause == "brokered"))
        curbs.append(np.bincount(events.world[events.kind == "curb"], minlength=60))
        both.append(curbs[-1] + np.bincount(events.world[offers], minlength=60))

    for counts, least in ((curbs, 0.45), (both, 0.55)):
        assert (counts[0] > counts[1]).mean() >= least, (counts[0] > counts[1]).mean()
        assert (counts[0] < counts[1]).mean() <= 0.1, (counts[0] < counts[1]).mean()


@pytest.mark.parametrize(
    ("sets", "actor", "arena", "action"),
    [(ANSWERED, "army", "security", "strike"), (BROKEN, "taliban", "militants", "broker")],
)
def test_without_learning_neither_happens(sets: tuple[str, ...], actor: str, arena: str, action: str) -> None:
    change = learned((*LEARNS_NOT, *sets), actor, arena, action, worlds=20)

    np.testing.assert_array_equal(change, 0.0)


def test_sway_stays_a_share_and_moves_only_where_actors_learn() -> None:
    for learning in (0, 1):
        w = RegionModel(small("status_quo", f"parameters.structure.learning={learning}", end=YEARS), 20)
        before = np.stack(list(w.taliban.sway.values()), axis=1)
        w.run()
        after = np.stack(list(w.taliban.sway.values()), axis=1)

        np.testing.assert_allclose(after.sum(axis=1), 1.0)
        assert (after >= 0.01).all()
        assert (after == before).all() == (learning == 0)


def test_reasons_change_no_bit_and_add_up_to_the_utility_of_each_action() -> None:
    scenario = small(end="2026-08-18")
    plain, kept = outcome(scenario, range(4)), outcome(scenario, range(4), reasons=True)

    assert plain.decisions == ()
    for name, values in plain.columns.items():
        assert values.tobytes() == kept.columns[name].tobytes()
    assert {decision.actor for decision in kept.decisions} >= {"pakistan_army", "pakistan_government"}
    for decision in kept.decisions:
        assert decision.chosen in {option.action for option in decision.options}
        for option in decision.options:
            assert option.utility == pytest.approx(sum(option.terms.values()), abs=1e-9)


def test_every_choice_that_is_kept_is_an_action_of_its_arena() -> None:
    w = RegionModel(small(end="2026-02-18"), 10)
    w.decisions = Decisions()
    w.run()

    for decision in w.decisions.taken:
        arena = getattr(w, decision.actor).arenas[decision.arena]
        assert decision.chosen in arena.names[1:]
