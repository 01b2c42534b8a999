"""Starts after the briefs' present: the state of the record, and the rupture that is under way."""

from datetime import date

import numpy as np
import pytest

from regionsim.evidence import load_evidence
from regionsim.evidence.inputs import load_inputs
from regionsim.evidence.knowledge import knowledge, known_by
from regionsim.model.initial_state import initial_state
from regionsim.model.processes.trade import costs
from regionsim.model.region import RegionModel
from regionsim.scenario import load
from regionsim.schema.categories import CARGO, NORMAL, PEDESTRIANS, RETURNEES, TENSION
from regionsim.schema.dates import DECLARED, PRESENT

ENDS = load_evidence().record_ends
RUPTURE = "closure_all_2025_10_12"


def model(start: str, worlds: int = 20, sets: tuple[str, ...] = (), weeks: int = 30) -> RegionModel:
    scenario = load("status_quo", sets=(f"start={start}", f"end=start + {weeks} weeks", *sets))
    return RegionModel(scenario, worlds)


def test_a_start_uses_what_was_known_on_the_day_before():
    assert knowledge(PRESENT, ENDS) == DECLARED
    assert knowledge(date(2020, 3, 1), ENDS) == DECLARED  # states of the past lead up to the declared one
    assert knowledge(date(2025, 10, 1), ENDS) == date(2025, 9, 30)
    assert knowledge(date(2030, 1, 1), ENDS) == ENDS
    known = known_by(load_inputs(), date(2025, 9, 30))
    assert RUPTURE not in known.timeline
    months = known.series["attacks_monthly/picss_monthly_national"].records
    assert max((row["year"], row["month"]) for row in months) == (2025, 9)


def test_of_the_briefs_present_only_levels_published_by_the_day_are_set_and_people_from_the_next_day_on():
    levels = initial_state(PRESENT)
    assert {name.partition(".")[0] for name in levels} == {"trade", "violence", "history"}
    assert "people.por_initial" not in levels
    after = initial_state(date(2025, 9, 1))
    assert 900.0 < after["violence.attacks_initial"] < 1_100.0  # 995 in the twelve months to August 2025 by PICSS
    assert after["people.por_valid_initial"] == 1.0


def test_the_state_of_february_2026():
    state = initial_state(date(2026, 2, 1))
    assert 850.0 < state["violence.attacks_initial"] < 1150.0  # 1,063 in twelve months to January 2026
    assert state["people.por_valid_initial"] == state["people.acc_valid_initial"] == 0.0
    assert 1.3 < state["trade.export_initial"] < 1.6  # at open gates; 1.391 in the last fiscal year
    assert 0.95e6 < state["people.por_initial"] < 1.1e6  # 1,061,447 were counted on 30 November
    assert 0.99e6 < state["history.returns"] < 1.1e6  # 995,700 in 2025
    assert state["border.closure_days_initial_torkham"] == 26.0  # ordinary closures alone


def test_the_rupture_under_way_goes_on_with_its_history():
    played = model("latest")
    assert played.start == date(2026, 2, 1)
    year = played.trailing.total
    assert (year["closure_days"].min(axis=1) >= 112.0).all()  # every crossing, sixteen weeks
    usual = played.p["trade.export_initial"]
    assert (year["exports"] < 0.8 * usual).all()
    assert (year["exports"] > 0.5 * usual).all()
    assert (year["diverted"] > 0.0).all()
    assert (played.gates.queue.sum(axis=(1, 2)) > 1000).all()
    assert (played.trade.traders.idle > 0.0).any(axis=1).all()
    played.step()
    assert played.border.rupture.all()
    assert (played.border.rupture_weeks == 16.0).all()
    shut = played.gates.closed_share
    assert (shut[:, :, [CARGO, PEDESTRIANS]] == 1.0).all()
    assert (shut[:, :2, RETURNEES] == 0.0).all()  # Torkham and Chaman, as on record
    log = played.log.sorted()
    assert set(log.kind) >= {"rupture_goes_on", "people_pass"}
    assert "rupture" not in set(log.kind)


def test_traders_come_back_slowly_after_the_gates_have_opened():
    played = model("latest", worlds=30, sets=("shocks=[{kind: border_opening, crossing: all, on: start}]",))
    played.step()
    assert not played.border.rupture.any()
    assert (played.gates.closed_share[:, :, CARGO] < 1.0).any()
    played.run()
    weekly = np.median(played.flows["exports"]) * 52.0
    assert weekly < np.median(played.p["trade.export_initial"])


def test_a_world_alone_has_the_bits_it_has_among_others():
    many, alone = model("latest", 6, weeks=6).run(), model("latest", [4], weeks=6).run()
    assert (many.trailing.total["exports"][4] == alone.trailing.total["exports"][0]).all()
    assert many.trade.traders.route[4].tolist() == alone.trade.traders.route[0].tolist()


def test_an_opening_for_people_leaves_goods_shut_and_the_dispute_open():
    people = "shocks=[{kind: border_opening, crossing: all, on: start, flows: [pedestrians, returnees, aid]}]"
    played = model("latest", sets=(people,), weeks=4)
    played.step()
    assert played.border.rupture.all()
    assert (played.gates.closed_share[:, :, CARGO] == 1.0).all()
    assert (played.gates.closed_share[:, :, PEDESTRIANS] < 1.0).any(axis=1).all()
    played.step()  # the dispute does not shut travellers out again
    held = played.border.rupture
    assert not played.border.shut[held][:, :, PEDESTRIANS].any()


def test_a_closure_until_both_agree_lasts_at_least_the_time_given():
    long = "shocks=[{kind: border_closure, crossing: all, on: start, for: 20 weeks, by: both, until_agreed: true}]"
    played = model("2025-08-18", worlds=40, sets=(long,), weeks=60)
    played.run_for(20)
    assert (played.gates.closed_share[:, :, CARGO] == 1.0).all()
    played.run()
    assert 0.0 < played.border.rupture.mean() < 1.0 or not played.border.rupture.any()
    assert (played.gates.closed_share[:, 0, CARGO] < 1.0).any()


def test_the_record_keeps_the_gates_shut_to_its_end_and_leaves_the_rest_to_both_sides():
    played = model("2025-09-01", worlds=40, sets=("timeline=observed",), weeks=70)
    assert RUPTURE in {shock.id for shock in played.study.history}
    played.run_for(21)  # to 26 January 2026
    assert played.border.rupture.all()
    played.run()
    assert played.border.rupture.mean() < 1.0


@pytest.mark.parametrize(
    "shock",
    [
        "{kind: border_closure, crossing: torkham, on: start, for: 4 weeks, by: both, until_agreed: true}",
        "{kind: border_closure, crossing: all, on: start, for: 4 weeks, by: protesters, until_agreed: true}",
        "{kind: border_closure, crossing: all, on: start, for: 4 weeks, by: both, flows: [cargo], until_agreed: true}",
    ],
)
def test_only_governments_agree_and_only_on_all_gates(shock):
    with pytest.raises(Exception, match="until_agreed needs crossing all"):
        load("status_quo", sets=(f"shocks=[{shock}]",))


def test_the_story_tells_what_the_start_took_over_from_the_record_and_who_is_ready_to_open():
    played = model("latest", worlds=40, weeks=40)
    played.run_for(30)
    log = played.log.sorted()
    first = (log.week == 0) & (log.cause == "record")
    assert set(log.place[first & (log.kind == "returnees_pass")]) == {"chaman"}
    assert set(log.place[first & (log.kind == "people_pass")]) == {"torkham"}  # where aid passes too
    assert "scenario" not in set(log.cause)
    ready = log.kind == "rupture_ready"
    assert set(log.actor[ready]) == {"pakistan", "afghanistan"}


def test_relations_are_tense_at_least_while_a_rupture_lasts():
    played = model("latest", worlds=60, sets=("parameters.relations.down_from_tension=1",))
    for _ in range(8):
        played.step()
        assert (played.relations.escalation[played.border.rupture] >= TENSION).all()
    assert (played.relations.escalation[~played.border.rupture] == NORMAL).any()


def test_what_stands_at_gates_that_a_rupture_shuts_is_no_cost_of_passage():
    played = model("latest", worlds=4)
    played.step()
    assert played.border.rupture.all()
    assert (played.gates.queue.sum(axis=(1, 2)) > 1000).all()
    shut = costs(played)
    played.border.rupture[:] = False
    assert (costs(played)[:, 0] > shut[:, 0] + 0.01).all()
