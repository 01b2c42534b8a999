"""Registered refugees at the end of a year, from its first day."""

from datetime import date

import pytest

from regionsim.history.external_data import read_supplied
from regionsim.history.hindcast import HindcastSpec
from regionsim.history.stocks import SERIES, stock_rows

RECORD = read_supplied()
ASK = HindcastSpec(date(2016, 1, 1), date(2017, 6, 30), arms=("A", "C"), draws=20)


@pytest.fixture(scope="module")
def rows():
    return stock_rows(ASK, RECORD.records, RECORD.events)


def test_only_whole_years_are_forecast_and_the_push_told_is_foreseen(rows):
    assert [(row["year"], row["arm"]) for row in rows] == [(2016, "A"), (2016, "C")]
    untold, told = rows
    assert untold["observed"] == told["observed"] == 1352160.0
    assert told["median"] < 0.95 * untold["median"]
    assert told["low"] <= told["median"] <= told["high"]
    assert untold["last value"] == pytest.approx(0.1434, abs=1e-3)


def test_figures_of_the_year_forecast_are_read_by_the_score_alone(rows):
    def spoilt(row):
        return {**row, "value_persons": 3.0 * row["value_persons"]} if row["year"] >= 2016 else row

    records = {**RECORD.records, SERIES: [spoilt(row) for row in RECORD.records[SERIES]]}
    again = stock_rows(ASK, records, RECORD.events)

    assert [row["median"] for row in again] == [row["median"] for row in rows]
    assert again[0]["crps"] > 5.0 * rows[0]["crps"]
