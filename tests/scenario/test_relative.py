"""Dates relative to the record and to the start."""

from datetime import date

import pytest

from regionsim.errors import InputError
from regionsim.scenario import from_resolved, load


def test_latest_is_the_day_after_the_record_and_other_dates_follow_the_start():
    scenario = load("reopening_2026")
    assert (scenario.start, scenario.end) == (date(2026, 2, 1), date(2036, 2, 1))
    assert scenario.shocks[0].on == date(2026, 3, 1)
    assert from_resolved(scenario.resolved_yaml(), "again") == scenario.model_copy(update={"name": "again"})


def test_a_new_start_moves_what_is_relative_to_it():
    scenario = load("truce_and_reopening_2026", sets=("start=2026-06-01",))
    assert scenario.levers["ttp_mediation"].from_ == date(2026, 6, 29)
    assert scenario.end == date(2036, 6, 1)


@pytest.mark.parametrize("text", ["lates", "start + 4 weks", "start - 4 weeks", "start + weeks", "latest + 1 day"])
def test_what_is_not_understood_is_told_at_its_place(text):
    with pytest.raises(InputError, match="must be a date"):
        load("reopening_2026", sets=(f"end={text}",))


def test_latest_is_no_end():
    with pytest.raises(InputError, match="'latest': must be a date"):
        load("reopening_2026", sets=("end=latest",))


def test_claims_move_with_the_start_and_what_is_not_understood_in_them_is_told():
    later = load("status_quo_2026", sets=("start=2031-06-01",))
    assert later.expect[0].that == "trade_bilateral@2032-05-01 < 2.0"
    for text in ("start + 12 monthss", "start + 999999999 weeks", "starting"):
        with pytest.raises(InputError, match="that"):
            load("status_quo_2026", sets=(f"expect=[{{name: x, that: 'attacks@{text} < 1', in: median}}]",))
