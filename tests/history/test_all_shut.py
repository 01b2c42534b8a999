"""Closures of all gates: what the list says, what it said before, and what simulations do."""

from datetime import date

import numpy as np
import pytest

from regionsim.evidence import load_evidence
from regionsim.history.all_shut import LIST, complete_to, happened, model_odds, past_odds, unknown

RECORDS = {LIST: load_evidence().series[LIST].records}


def listed(*rows, covered=""):
    """A list of closures: first day, days, crossing; and the last day of which it is complete."""
    records = {LIST: [{"start_date": first, "end_date": "", "days": days, "crossing": crossing, "partial": 0}
                      for first, days, crossing in rows]}  # fmt: skip
    return records | ({"coverage": [{"list": LIST, "first": "2016-01-01", "last": covered}]} if covered else {})


def test_only_a_closure_of_all_gates_within_the_days_counts_and_only_its_days_there():
    records = listed(("2017-02-16", 32.0, "all"), ("2017-06-01", 90.0, "Torkham"))

    assert happened(records, date(2017, 1, 1), date(2018, 1, 1), 30) is True
    assert happened(records, date(2017, 1, 1), date(2018, 1, 1), 32) is False
    assert happened(records, date(2017, 3, 1), date(2018, 1, 1), 30) is False  # 19 days were left
    assert happened(records, date(2017, 1, 1), date(2017, 3, 1), 30) is False  # it had not lasted so long


def test_a_closure_in_force_when_last_observed_has_happened_as_far_as_it_was_seen_and_is_open_beyond():
    records = listed(("2025-10-12", "111+", "all"), covered="2026-12-31")

    assert happened(records, date(2025, 7, 1), date(2026, 2, 1), 100) is True
    assert happened(records, date(2025, 7, 1), date(2026, 12, 1), 200) is None
    assert happened(records, date(2025, 7, 1), date(2026, 2, 1), 120) is False  # there is no time for it
    assert happened(listed(("2025-10-12", None, "all")), date(2025, 1, 1), date(2026, 2, 1), 30) is None


def test_the_record_knows_that_the_closure_of_october_2025_lasted_beyond_thirty_and_a_hundred_days():
    begin, end = date(2025, 7, 1), date(2026, 2, 1)
    more = {"start_date": "2025-12-01", "end_date": "", "days": "30+", "crossing": "Ghulam Khan", "partial": 0}

    for records in (RECORDS, {LIST: [more, *RECORDS[LIST], more]}):
        assert [happened(records, begin, end, over) for over in (30, 100, 110, 111)] == [True, True, True, None]
        assert happened(records, date(2025, 12, 1), end, 30) is True
        assert happened(records, date(2026, 1, 10), end, 30) is False  # 22 days are left
        assert happened(records, date(2026, 1, 10), date(2026, 5, 1), 30) is None


def test_why_an_outcome_is_not_known_is_told():
    open_ended = listed(("2025-10-12", "111+", "all"), covered="2026-12-31")

    assert (
        unknown(open_ended, date(2026, 12, 1)) == "no row says how long the closure of all gates of 2025-10-12 lasted"
    )
    assert unknown(open_ended, date(2027, 6, 1)) == "the list of closures is complete to 2026-12-31 only"


def test_what_the_list_does_not_cover_is_not_known():
    nothing = listed(("2026-07-03", 4.0, "Torkham"), covered="2026-07-31")

    assert happened(nothing, date(2026, 7, 1), date(2026, 8, 1), 30) is False
    assert happened(nothing, date(2026, 7, 1), date(2026, 9, 1), 30) is None
    assert complete_to(nothing) == date(2026, 7, 31)
    assert complete_to(listed(("2026-06-03", 4.0, "Torkham"))) == date(2026, 6, 30)


def test_the_base_rate_is_that_of_the_list_before_the_origin_and_of_nothing_after_it():
    origin = date(2025, 7, 1)
    before = {LIST: [row for row in RECORDS[LIST] if str(row["start_date"]) < "2025-07-01"]}
    odds = past_odds(before, origin, 30.0)

    assert odds[6] == pytest.approx(0.06, abs=0.015)  # one in 13.6 years, seven months
    assert odds[0] == pytest.approx(0.0, abs=0.01)  # no month holds more than 30 days of a new one
    assert np.all(np.diff(odds) > 0.0)
    later = listed(("2025-10-12", "111+", "all"))[LIST]
    assert np.array_equal(past_odds({LIST: [*before[LIST], *later]}, origin, 30.0), odds)


def test_a_closure_in_force_at_the_origin_raises_the_odds_that_one_lasts():
    rows = [(f"20{year}-03-01", float(10 * (year - 10)), "Torkham") for year in range(12, 22)]
    shut = listed(*rows, ("2025-10-12", "20+", "all"))
    free = listed(*rows)
    origin = date(2025, 11, 1)

    assert past_odds(shut, origin, 30.0)[1] > past_odds(free, origin, 30.0)[1] + 0.3
    assert past_odds(shut, date(2025, 10, 1), 30.0)[1] == pytest.approx(past_odds(free, date(2025, 10, 1), 30.0)[1])


def test_the_models_odds_are_the_share_of_worlds_with_so_many_days_in_consecutive_weeks():
    weeks = np.zeros((4, 53))
    weeks[0, 3:8] = 7.0  # 35 days
    weeks[1, 3:5], weeks[1, 6:9] = 7.0, 7.0  # 14 and 21
    weeks[2, 20:40] = 7.0

    end = date(2026, 1, 1)
    assert model_odds(weeks, date(2025, 1, 1), end, 30.0) == pytest.approx((2 + 0.5) / 5)
    assert model_odds(weeks, date(2025, 1, 1), end, 100.0) == pytest.approx((1 + 0.5) / 5)
    assert model_odds(weeks, date(2025, 1, 1), date(2025, 4, 1), 30.0) == pytest.approx((1 + 0.5) / 5)
