"""Exogenous drivers: they follow the record, then their parameters; at size zero they change no bit."""

from datetime import date

import numpy as np
import pytest

from regionsim.evidence import load_evidence
from regionsim.model.drivers import DRIVERS
from regionsim.model.play import result
from regionsim.model.processes.economy import earn
from regionsim.model.record_state import aid_points, between, returned_from_iran
from regionsim.model.region import RegionModel
from regionsim.scenario import Scenario, load

WORLDS = 12
SMALL = ["parameters.size.households=400", "parameters.size.traders=100"]


@pytest.fixture(scope="module")
def onward() -> Scenario:
    return load("status_quo", sets=[*SMALL, "end=2028-08-18"])


def play(scenario: Scenario, **parameters: float) -> RegionModel:
    return RegionModel(scenario.model_copy(update={"parameters": scenario.parameters | parameters}), WORLDS).run()


def named(**values: float) -> dict[str, float]:
    return {f"drivers.{name}": value for name, value in values.items()}


def test_aid_and_returns_from_iran_follow_the_record_to_its_end() -> None:
    model = RegionModel(load("history_2021", sets=[*SMALL]), WORLDS).run()
    evidence, start = load_evidence(), date(2021, 7, 5)
    end = date(2025, 6, 30)
    aid = between(aid_points(evidence), end) / between(aid_points(evidence), start)

    assert np.allclose(model.drivers.aid, aid)
    assert (model.drivers.iran_returns > 200_000).all()
    assert returned_from_iran(evidence, date(2025, 1, 1)) == 237_452


def test_after_the_record_aid_follows_its_trend(onward: Scenario) -> None:
    model = play(onward, **{"economy.aid_trend": -0.1})

    assert np.allclose(np.log(model.drivers.aid), -0.1 * 7 * onward.weeks / 365.25)


def test_without_hazards_there_is_neither_crisis_nor_campaign(onward: Scenario) -> None:
    model = play(onward, **named(iran_campaigns_per_year=0.0, india_crises_per_year=0.0))

    assert not {"india_crisis", "iran_expulsions"} & set(result(model).events.kind)
    assert not model.drivers.push.any()
    assert not model.drivers.iran_returns.any()


def test_hazards_of_no_size_change_no_bit(onward: Scenario) -> None:
    none = named(iran_campaigns_per_year=0.0, india_crises_per_year=0.0)
    empty = named(iran_campaigns_per_year=1.0, iran_campaign_persons=0.0, india_crises_per_year=1.0)
    off, zero_size = (result(play(onward, **each)) for each in (none, empty | named(india_crisis_push=0.0)))

    for name, column in off.columns.items():
        assert np.array_equal(column, zero_size.columns[name]), name


def test_returns_from_iran_press_on_afghan_incomes(onward: Scenario) -> None:
    usual, pressed = (RegionModel(onward, WORLDS) for _ in range(2))
    for model in (usual, pressed):
        model.step()
    pressed.drivers.iran_returns = pressed.drivers.iran_returns + 1_000_000.0
    for model in (usual, pressed):
        earn(model)

    assert (pressed.economy.af_income < usual.economy.af_income).all()


def test_a_campaign_sends_whom_it_set_out_to_send_less_a_usual_year(onward: Scenario) -> None:
    sizes = named(iran_campaigns_per_year=3.0, iran_campaign_persons=100_000.0, iran_campaign_weeks=10.0)
    model = RegionModel(onward.model_copy(update={"parameters": onward.parameters | sizes}), WORLDS)
    week = 7.0 / 365.25
    begun = np.zeros(WORLDS)
    for _ in range(52):
        to_come, remaining = model.drivers.iran_to_come, model.drivers.iran_returns * (1.0 - week)
        model.step()
        sent = model.drivers.iran_returns - remaining + 3.0 * week * 100_000.0
        started = np.round((model.drivers.iran_to_come + sent - to_come) / 100_000.0)
        assert np.allclose(to_come + 100_000.0 * started - sent, model.drivers.iran_to_come)
        assert (sent >= -1e-6).all()
        begun += started

    assert begun.any()


def test_crises_raise_the_fear_of_encirclement(onward: Scenario) -> None:
    quiet = named(india_crises_per_year=0.0)
    often = named(india_crises_per_year=3.0, india_crisis_push=1.0)
    suspicion_quiet, suspicion_often = (play(onward, **each).climate.of("pk_suspicion") for each in (quiet, often))

    assert (suspicion_often > suspicion_quiet).mean() > 0.8


def test_disorder_pushes_afghan_stability_down_while_it_lasts() -> None:
    calm = load("status_quo", sets=[*SMALL, "end=2027-08-18"])
    shock = "{kind: afghan_disorder, on: 2025-09-01, for: 12 months, depth: 1}"
    quiet, shocked = (
        RegionModel(scenario, WORLDS)
        for scenario in (calm, load("status_quo", sets=[*SMALL, "end=2027-08-18", f"shocks=[{shock}]"]))
    )
    at_peak = []
    for week in range(calm.weeks):
        quiet.step()
        shocked.step()
        if week == 52:
            at_peak.append(quiet.climate.of("af_stability") - shocked.climate.of("af_stability"))

    assert (at_peak[0] > 0.05).all()
    assert (quiet.climate.of("af_stability") - shocked.climate.of("af_stability") < at_peak[0]).all()


def test_drivers_name_sources_that_exist() -> None:
    evidence = load_evidence()
    for driver in DRIVERS:
        for source in driver.sources:
            assert evidence.describe(source), source
