"""A start weighted by the months before it: what was reported moves it, what came later does not."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from regionsim.errors import InputError
from regionsim.evidence import load_evidence
from regionsim.evidence.holdout import days_of
from regionsim.evidence.inputs import load_inputs
from regionsim.evidence.measures import Window
from regionsim.evidence.starts import read_starts
from regionsim.evidence.tables import Faults
from regionsim.history.assimilation import COURSE, Assimilated, _apart, assimilate, tempered
from regionsim.history.hindcast import HindcastSpec, forecasts
from regionsim.model.worlds import plain_worlds, values_at
from regionsim.scenario import load

EVIDENCE = load_evidence()
RECORDS = {id: series.records for id, series in EVIDENCE.series.items()}
EVENTS = [event.shock for event in EVIDENCE.timeline.values()]
DAY, WORLDS = date(2020, 1, 1), 120


def scaled(records, ids, times, begin):
    """The record with the figures of these series from a day on multiplied."""

    def row(one):
        names = [name for name in ("events", "value", "value_persons") if isinstance(one.get(name), float | int)]
        return one if days_of(one)[0] < begin else {**one, **{name: times * one[name] for name in names}}

    return records | {id: tuple(row(one) for one in records[id]) for id in ids}


def mean(made, name):
    return float(np.average(made.rows[name], weights=made.weights))


@pytest.fixture(scope="module")
def made():
    return assimilate(DAY, RECORDS, EVENTS, WORLDS, 3)


def test_weights_add_up_to_one_and_enough_worlds_carry_them(made):
    assert made.weights.sum() == pytest.approx(1.0)
    assert 0.02 * WORLDS < made.effective < 0.3 * WORLDS
    assert made.rows.keys() >= {"violence.attacks_initial", "violence.share_baloch", "people.return_odds"}
    assert set(made.rows) <= {*COURSE, *(f"violence.share_{group}" for group in ("ttp", "iskp", "baloch", "other")),
                              "violence.attacks_initial", "history.fatalities"}  # fmt: skip
    for name, values in made.rows.items():
        assert ((EVIDENCE.parameters[name].low <= values) & (values <= EVIDENCE.parameters[name].high)).all()


def test_what_was_reported_moves_the_weights_and_what_came_later_does_not(made):
    attacks = [
        id for id in RECORDS if id.startswith(("attacks_monthly/picss", "attacks_monthly/ucdp", "attacks_annual/p"))
    ]
    more = assimilate(DAY, scaled(RECORDS, attacks, 3.0, date(2018, 1, 1)), EVENTS, WORLDS, 3)
    later = assimilate(DAY, scaled(RECORDS, RECORDS, 3.0, DAY), EVENTS, WORLDS, 3)

    assert mean(more, "violence.attacks_initial") > 1.2 * mean(made, "violence.attacks_initial")
    assert np.array_equal(more.rows["people.return_odds"], made.rows["people.return_odds"])  # the same worlds
    assert np.array_equal(later.weights, made.weights)


def test_counts_of_returns_move_the_odds_of_return():
    series = "refugee_returns/returns"
    rows = [{"period": f"2019-{m:02d}", "status": "undocumented", "crossing": "all", "value_persons": 3000.0}
            for m in range(1, 12)]  # fmt: skip
    some = RECORDS | {series: (*RECORDS[series], *rows)}
    odds = [
        mean(assimilate(DAY, scaled(some, [series], times, date(2018, 1, 1)), EVENTS, WORLDS, 3, parts=("returns",)),
             "people.return_odds") for times in (0.1, 10.0)
    ]  # fmt: skip

    assert odds[0] < 0.9 * odds[1]


def test_a_likelihood_is_tempered_only_where_too_few_worlds_would_carry_it():
    logs = -0.5 * np.square(np.random.default_rng(0).standard_normal(4000))

    assert tempered(logs, 2000.0) == 1.0
    power = tempered(25.0 * logs, 2000.0)
    weights = np.exp(power * 25.0 * logs)
    assert power < 0.5
    assert weights.sum() ** 2 / np.square(weights).sum() == pytest.approx(2000.0, rel=1e-3)


def test_windows_that_share_days_count_once_the_shorter_first():
    day = [date(2019, m, 1) for m in range(1, 8)]
    month, other, whole, early = (Window(day[2], day[3], 1.0), Window(day[4], day[5], 2.0), Window(day[1], day[5], 3.0),
                                  Window(day[0], day[1], 4.0))  # fmt: skip

    assert _apart([whole, month, other, early], day[1]) == [month, other]


def test_rows_are_drawn_as_often_as_their_weight_says():
    made = Assimilated(DAY, {"people.return_odds": np.array([1e-4, 2e-4, 3e-4])}, np.array([0.2, 0.5, 0.3]), {}, {})

    drawn = made.drawn((np.arange(1000) + 0.5) / 1000)["people.return_odds"]

    assert [int((drawn == value).sum()) for value in (1e-4, 2e-4, 3e-4)] == [200, 500, 300]
    assert made.table(10).splitlines() == ["people.return_odds", *["0.0001"] * 2, *["0.0002"] * 5, *["0.0003"] * 3]


def test_a_file_of_a_start_gives_its_parameters_to_scenarios_from_its_day_alone(tmp_path):
    (tmp_path / "2025-08-18.csv").write_text("people.return_odds,people.tail_share\n0.0002,0.03\n0.0004,0.06\n")
    faults = Faults(tmp_path)
    inputs = replace(load_inputs(), starts=read_starts(tmp_path, EVIDENCE.parameters, faults))
    assert faults.lines() == []
    status_quo = load("status_quo")
    assert status_quo.start == date(2025, 8, 18)

    drawn = plain_worlds(status_quo, range(200), inputs=inputs).parameters
    odds, tail = drawn["people.return_odds"], drawn["people.tail_share"]
    other = plain_worlds(status_quo.model_copy(update={"start": date(2025, 9, 1)}), range(20), inputs=inputs).parameters
    given = plain_worlds(load("status_quo", sets=["parameters.people.return_odds=0.0003"]), [0], inputs=inputs)

    assert set(odds) == {0.0002, 0.0004}
    assert np.array_equal(tail == 0.03, odds == 0.0002)  # joint
    assert 0.4 < (odds == 0.0002).mean() < 0.6
    assert len(set(other["people.return_odds"])) == 20
    assert given.parameters["people.return_odds"][0] == 0.0003
    assert inputs.digest != load_inputs().digest


def test_a_faulty_file_of_a_start_is_told(tmp_path):
    (tmp_path / "latest.csv").write_text("people.return_odds\n0.0002\n")
    (tmp_path / "2025-08-18.csv").write_text("people.return_od,people.tail_share\n1,-3\n")
    faults = Faults(tmp_path)
    read_starts(tmp_path, EVIDENCE.parameters, faults)
    text = "\n".join(faults.lines())

    for part in ("must be named by the day", "people.return_odds?", "'-3' must be a number from 0"):
        assert part in text


def test_a_design_over_inputs_takes_rows_of_the_start(monkeypatch):
    from regionsim.model import worlds

    inputs = replace(load_inputs(), starts={date(2025, 8, 18): {"people.return_odds": (0.0002, 0.0004)}})
    monkeypatch.setattr(worlds, "load_inputs", lambda: inputs)

    found = values_at(load("status_quo"), {"people.return_odds": np.array([0.1, 0.9])})

    assert found["people.return_odds"].tolist() == [0.0002, 0.0004]


def test_a_hindcast_can_begin_from_weighted_starts():
    ask = HindcastSpec(date(2017, 1, 1), date(2017, 6, 30), 12, ("A",), 10, measures=("returns_undocumented",))
    (plain,), (weighted,) = (list(forecasts(one, RECORDS, EVENTS)) for one in (ask, replace(ask, start="returns")))

    assert plain.series[0].draws.shape == weighted.series[0].draws.shape == (10, 12)
    assert not np.array_equal(plain.series[0].draws, weighted.series[0].draws)
    with pytest.raises(InputError, match="start: 'x' is no start"):
        replace(ask, start="x")
