"""A forecast made on a past day knows what was known on the day, and of what came after only what its arm tells."""

from datetime import date

import numpy as np
import pytest

from regionsim.evidence import load_evidence
from regionsim.history.origins import (
    ARMS,
    event_share,
    forecast_from,
    onset_months,
    scored_on,
)
from regionsim.history.vintage import carried_growth, known_state

EVIDENCE = load_evidence()
RECORDS = {id: series.records for id, series in EVIDENCE.series.items()}
EVENTS = [event.shock for event in EVIDENCE.timeline.values()]


def state(origin, records=RECORDS):
    return known_state(records, origin, EVIDENCE.parameters, EVENTS)


def kinds(scenario):
    return {shock.kind for shock in scenario.history}


def test_the_state_does_not_move_when_what_came_after_the_origin_changes():
    origin = date(2019, 4, 1)

    def spoilt(row):
        year = row.get("year")
        later = isinstance(year, int) and (year >= 2020 or (year >= 2019 and not row.get("month")))
        names = [name for name in ("value", "events", "value_musd", "value_persons") if later and row.get(name)]
        return {**row, **dict.fromkeys(names, 1e5)}

    records = {id: [spoilt(row) for row in rows] for id, rows in RECORDS.items()}

    assert state(origin, records) == state(origin)


def test_goods_are_those_of_the_last_years_published_and_of_their_months():
    before, after = (state(date(2018, month, day))["trade.export_initial"] for month, day in ((7, 29), (7, 31)))
    assert before.median == pytest.approx(1.645, rel=0.01)  # 1.271 to June 2017, before it 1.430, at gates not all open
    assert after.sigma < 0.8 * before.sigma  # 1.504 to June 2018
    assert after.median < before.median


def test_attacks_follow_picss_where_it_has_months_and_else_its_last_year_moved_by_others():
    known = state(date(2022, 4, 7))["violence.attacks_initial"]
    assert known.median == pytest.approx(12 * (33 + 24 + 28 + 24 + 13 + 26) / 6, rel=0.1)
    assert 0.1 < known.sigma < 0.3
    of_2020 = state(date(2021, 7, 1))["violence.attacks_initial"]
    assert 188.0 < of_2020.median < 400.0  # more months of PICSS than its mean of 2020


def test_growth_carries_on_as_before_the_origin_and_knows_nothing_of_later_years():
    from regionsim.model.worlds import plain_worlds
    from regionsim.scenario import load

    scenario = load("status_quo", sets=("parameters.security.growth_iskp=0.5",))
    worlds = plain_worlds(scenario, range(400))
    known = EVIDENCE.parameters
    found = {year: carried_growth(RECORDS, date(year, 1, 8), worlds, known) for year in (2016, 2023)}

    assert set(found[2016]) == {f"security.growth_{group}" for group in ("ttp", "baloch", "other")}
    assert found[2016]["security.growth_ttp"].mean() == pytest.approx(0.5 * np.log(625 / 1717) / 2.0, abs=0.04)
    assert found[2023]["security.growth_ttp"].mean() > 0.05
    spread = worlds.parameters["security.growth_ttp"].std()
    assert found[2016]["security.growth_ttp"].std() >= spread


def test_the_arms_tell_more_and_more():
    origin = date(2021, 7, 1)
    found = {id: forecast_from(origin, arm, EVENTS, state(origin), 4, 1) for id, arm in ARMS.items()}

    assert kinds(found["A"][0]) == set()
    assert kinds(found["B"][0]) == {"takeover"}
    assert kinds(found["C"][0]) == {"takeover", "border_closure", "airstrike", "ceasefire"}
    assert kinds(found["D"][0]) == kinds(found["C"][0])
    assert found["C"][1].hidden >= {"border_closure", "ceasefire", "expulsion_order"}
    assert "border_closure" not in found["D"][1].hidden
    assert [told.own_from <= origin for _, told in found.values()] == [True, True, False, False]
    assert [told.drivers_until == origin for _, told in found.values()] == [True, False, False, False]
    assert all(shock.on < date(2022, 7, 1) for scenario, _ in found.values() for shock in scenario.history)


def test_no_arm_tells_an_end_of_a_truce_or_documents_or_rules():
    for year in range(2014, 2023):
        for arm in ARMS.values():
            scenario, _ = forecast_from(date(year, 1, 1), arm, EVENTS, {}, 4, 1)
            assert not kinds(scenario) & {"ceasefire_end", "status_change", "transit_rules", "visit"}


def test_what_is_in_force_at_the_origin_is_known_in_every_arm_and_how_long_it_lasted():
    scenario, told = forecast_from(date(2016, 1, 1), ARMS["A"], EVENTS, {}, 4, 1)

    assert [shock.id for shock in scenario.history] == ["closure_ghulam_khan_2014_06_15"]
    assert told.running == {"closure_ghulam_khan_2014_06_15": (date(2016, 1, 1) - date(2014, 6, 15)).days}


def test_an_arm_is_not_scored_on_what_it_is_told():
    assert scored_on(ARMS["A"], "closures")
    assert not scored_on(ARMS["C"], "closures")
    assert not scored_on(ARMS["D"], "attacks")
    assert scored_on(ARMS["D"], "exports")


def test_shares_told_hide_ends_where_the_arm_does_and_the_past_keeps_its_lengths():
    origin, first = date(2022, 3, 1), date(2021, 1, 1)
    a, c = (event_share(ARMS[id], "ceasefire", EVENTS, first, 24, origin) for id in "AC")

    assert a[10] == pytest.approx(22 / 30)  # 9 to 30 November 2021
    assert a[14:].sum() == 0.0
    assert c[17] > 0.9  # begun on 1 June 2022
    assert c[19] == 0.0  # and not told that it held


def test_a_closure_that_holds_at_the_origin_is_told_to_simple_forecasts_for_a_month_more():
    origin, first = date(2018, 10, 20), date(2018, 9, 1)  # both main gates were shut on the day before, for two days
    a, d = (event_share(ARMS[id], "border_closure", EVENTS, first, 4, origin, "cargo") for id in "AD")

    assert a[1] > 0.7
    assert a[2] == 1.0  # a month from the origin, whatever came of it
    assert a[3] == 0.0
    assert d[1:] == pytest.approx([4 / 31, 0.0, 0.0])  # told when they ended


def test_small_crossings_and_closures_to_other_flows_are_no_closures_of_trade_to_simple_forecasts():
    origin = date(2018, 1, 1)
    share = event_share(ARMS["A"], "border_closure", EVENTS, date(2015, 1, 1), 36, origin, "cargo")

    assert share[:16].sum() == 0.0  # Ghulam Khan was shut
    assert share[25] > 0.4  # February 2017
    july_2021 = date(2021, 7, 1)
    assert event_share(ARMS["D"], "border_closure", EVENTS, july_2021, 1, july_2021, "pedestrians")[0] == pytest.approx(
        22 / 31
    )
    assert event_share(ARMS["D"], "border_closure", EVENTS, july_2021, 1, july_2021, "cargo")[0] == pytest.approx(
        13 / 31
    )


def test_onsets_are_months_counted_from_the_first():
    origin, first = date(2016, 4, 1), date(2015, 1, 1)

    assert onset_months(ARMS["A"], "expulsion_order", EVENTS, first, origin) == ()
    assert 18 in onset_months(ARMS["C"], "expulsion_order", EVENTS, first, origin)
