"""The state of a past day knows nothing that ended after it, but for what the module lists."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from regionsim.evidence import load_evidence
from regionsim.evidence.holdout import days_of
from regionsim.evidence.inputs import load_inputs
from regionsim.evidence.publication import known_from
from regionsim.history.hindcast import HindcastSpec, forecasts, played_from
from regionsim.history.vintage import KNOWN_TOO_WELL, known_state, known_stocks, unknown_flows
from regionsim.model import initial_state as initial
from regionsim.model import region, worlds

EVIDENCE = load_evidence()
RECORDS = {id: series.records for id, series in EVIDENCE.series.items()}
EVENTS = [event.shock for event in EVIDENCE.timeline.values()]
FIGURES = ("value", "events", "deaths", "value_musd", "value_persons", "days")


def spoilt(origin):
    """The evidence with every figure that was not yet published half as much again, and without later events."""

    def row(id, one):
        if "list" in one or known_from(EVIDENCE.waits, id, days_of(one)[1]) <= origin:
            return one
        return {**one, **{name: 1.5 * one[name] for name in FIGURES if isinstance(one.get(name), float | int)}}

    series = {
        id: replace(one, records=tuple(row(id, each) for each in one.records)) for id, one in EVIDENCE.series.items()
    }
    timeline = {id: one for id, one in EVIDENCE.timeline.items() if one.shock.on < origin}
    return replace(EVIDENCE, series=series, timeline=timeline)


@pytest.fixture
def known_as(monkeypatch):
    """Let the model's start read other evidence."""

    def put(evidence):
        inputs = replace(load_inputs(), series=evidence.series, timeline=evidence.timeline)
        for module in (initial, region, worlds):
            monkeypatch.setattr(module, "load_inputs", lambda: inputs)

    yield put
    monkeypatch.undo()


def told(origin, evidence):
    """What a hindcast in arm A plays from an origin."""
    ask = HindcastSpec(origin, date(origin.year + 1, 12, 31), 12, ("A",), draws=10)
    events = [one.shock for one in evidence.timeline.values()]
    return played_from(ask, origin, "A", {id: one.records for id, one in evidence.series.items()}, events)


@pytest.mark.parametrize(
    ("origin", "listed"),
    [
        (date(2014, 7, 1), {*KNOWN_TOO_WELL, "trade.import_initial"}),
        (date(2018, 4, 1), set(KNOWN_TOO_WELL)),
        (date(2021, 7, 1), set(KNOWN_TOO_WELL)),
        (date(2022, 10, 1), set(KNOWN_TOO_WELL)),
        (date(2023, 10, 1), set()),
        (date(2025, 2, 1), set()),
        (date(2025, 11, 1), set()),
    ],
)
def test_nothing_that_ended_after_the_origin_moves_what_is_played(origin, listed, known_as):
    before = told(origin, EVIDENCE)
    other = spoilt(origin)
    known_as(other)
    after = told(origin, other)

    moved = {name for name, values in before.parameters.items() if not np.array_equal(values, after.parameters[name])}
    assert moved <= listed
    if not listed:
        assert all(np.array_equal(flow, after.flows[name]) for name, flow in before.flows.items())


def test_spoiling_what_had_ended_does_move_what_is_played(known_as):
    other = spoilt(date(2022, 1, 1))
    known_as(other)
    before, after = told(date(2023, 10, 1), EVIDENCE), told(date(2023, 10, 1), other)

    moved = {name for name, values in before.parameters.items() if not np.array_equal(values, after.parameters[name])}
    assert moved >= {"people.por_initial", "people.undocumented_initial", "trade.export_initial",
                     "violence.attacks_initial", "economy.aid_initial"}  # fmt: skip


def test_stocks_are_the_last_figures_before_the_origin():
    days = date(2018, 1, 1), date(2022, 10, 1), date(2023, 7, 1), date(2023, 12, 1)
    of_2018, of_2022, of_july, of_2023 = (known_stocks(RECORDS, day) for day in days)

    assert of_2018["people.por_initial"] == 1_352_160  # end of 2016: that of 2017 appeared in June
    assert of_2018["people.acc_initial"] == 0.0  # counted in May 2018
    assert of_2022["people.acc_initial"] == 878_604
    assert of_2022["people.visa_initial"] < 50_000  # 198,610 at the end of 2024
    assert of_2022["economy.aid_initial"] < 4.8  # of 2020, as that of 2021 takes a year to appear
    assert of_2023["people.por_initial"] == 1_300_000
    returned = of_july["people.undocumented_initial"] - of_2023["people.undocumented_initial"]
    assert 10_000 < returned < 600_000  # counted from July to November 2023
    assert known_stocks(RECORDS, date(2025, 7, 1)) == {}


def supplied(**rows):
    """The record, and after it counts of persons by series: year and figure."""
    added = {f"refugees_annual/{series}": rows[series] for series in rows}
    return {
        id: (*of, *({"year": year, "value_persons": value} for year, value in added.get(id, ())))
        for id, of in RECORDS.items()
    }


def test_a_count_that_is_supplied_is_known_once_its_year_is_over_and_not_before():
    later = supplied(por_holders=[(2025, 900_000)], acc_holders=[(2024, 500_000)], acc_applications=[(2016, 7)])

    for day in (date(2017, 12, 1), date(2023, 7, 1), date(2023, 12, 1), date(2024, 12, 1)):
        if day.year != 2017:
            assert known_stocks(later, day) == known_stocks(RECORDS, day)
    assert known_stocks(later, date(2017, 12, 1))["people.acc_initial"] == 7.0
    assert known_stocks(later, date(2025, 2, 1))["people.acc_initial"] == 500_000
    assert known_stocks(later, date(2025, 2, 1))["people.por_initial"] == 1_300_000


def test_stocks_after_the_record_are_those_that_are_supplied_and_no_others():
    later = supplied(por_holders=[(2026, 900_000)], undocumented_estimate=[(2026, 400_000), (2027, 100_000)])
    low = EVIDENCE.parameters["people.por_initial"].low

    # deportations of autumn 2025 are counted in the record
    assert known_stocks(later, date(2025, 12, 1)).keys() == {"history.deportations"}
    assert known_stocks(later, date(2026, 2, 1))["people.por_initial"] == 1_061_447  # of 30 November 2025
    stocks = known_stocks(later, date(2027, 2, 1))
    assert stocks["people.por_initial"] == max(900_000.0, low)
    assert stocks["people.undocumented_initial"] == 400_000.0
    assert "people.acc_initial" not in stocks
    assert known_stocks(later, date(2028, 2, 1))["people.undocumented_initial"] == 100_000.0


def test_deportations_after_the_record_are_at_the_pace_of_the_months_over():
    rows = [{"period": "2025-07", "value_persons": 310}, {"period": "2025-08..2025-09", "value_persons": 610},
            {"period": "2025-10", "value_persons": 99_999}]  # fmt: skip
    later = RECORDS | {"refugee_returns/deportations": (*RECORDS["refugee_returns/deportations"], *rows)}

    assert known_stocks(later, date(2025, 10, 10))["history.deportations"] == pytest.approx(365.0 * 920 / 92)


def test_a_flow_of_which_nothing_was_known_is_not_forecast():
    early, later = date(2014, 7, 1), date(2015, 8, 1)

    assert unknown_flows(known_state(RECORDS, early, EVIDENCE.parameters, EVENTS)) == {"imports"}
    assert unknown_flows(known_state(RECORDS, later, EVIDENCE.parameters, EVENTS)) == frozenset()
    ask = HindcastSpec(early, date(2014, 12, 31), 12, ("A",), draws=10, measures=("imports_year", "exports_year"))
    (made,) = forecasts(ask, RECORDS, EVENTS)
    assert [one.measure.id for one in made.series] == ["exports_year"]


@pytest.mark.parametrize("start", [date(2025, 8, 19), date(2025, 9, 1), date(2025, 11, 1), date(2026, 2, 1)])
def test_a_start_that_looks_ahead_uses_no_figure_before_it_is_published(start):
    def state(evidence):
        inputs = replace(load_inputs(), series=evidence.series, timeline=evidence.timeline)
        return initial.provenance(start, inputs=inputs)

    found = state(EVIDENCE)

    assert state(spoilt(start)) == found
    assert all(0.06 < found[name].error < 0.5 for name in ("history.returns", "people.returned_initial"))


def test_a_month_of_returns_moves_a_start_from_the_day_on_which_it_is_published():
    returns = "refugee_returns/returns"
    left = [row for row in RECORDS[returns] if days_of(row)[1] != date(2025, 8, 31)]
    series = EVIDENCE.series | {returns: replace(EVIDENCE.series[returns], records=tuple(left))}
    other = replace(load_inputs(), series=series)

    def returned(day, inputs=None):
        return initial.provenance(day, inputs=inputs)["history.returns"].value

    assert returned(date(2025, 9, 9)) == returned(date(2025, 9, 9), other)
    assert returned(date(2025, 9, 10)) != returned(date(2025, 9, 10), other)
