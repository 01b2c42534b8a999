"""Days left out: every row and event that reaches into them is gone, and no other."""

from datetime import date

import pytest

from regionsim.evidence import load_evidence
from regionsim.evidence.holdout import days_of, overlaps, pieces, without

SPAN = (date(2016, 7, 1), date(2017, 6, 30))


@pytest.mark.parametrize(
    ("row", "first", "last"),
    [
        ({"start_date": "2017-02-16", "end_date": "2017-03-21"}, date(2017, 2, 16), date(2017, 3, 21)),
        ({"start_date": "2021-07-06", "end_date": ""}, date(2021, 7, 6), date(2021, 7, 6)),
        ({"date": "2016-06-12"}, date(2016, 6, 12), date(2016, 6, 12)),
        ({"date": "2017-02"}, date(2017, 2, 1), date(2017, 2, 28)),
        ({"year": 2016, "month": 12}, date(2016, 12, 1), date(2016, 12, 31)),
        ({"period": "2016-07..2016-12"}, date(2016, 7, 1), date(2016, 12, 31)),
        ({"period": "2016-01-01..2016-08-27"}, date(2016, 1, 1), date(2016, 8, 27)),
        ({"year": 2017, "period_type": "FY", "period": "FY2016-17"}, date(2016, 7, 1), date(2017, 6, 30)),
        ({"year": 2017}, date(2017, 1, 1), date(2017, 12, 31)),
        ({"year": "FY2024-25 first 10 months"}, date(2023, 1, 1), date(2025, 12, 31)),
        ({"year": "1399 (2020-21)"}, date(2019, 1, 1), date(2021, 12, 31)),
    ],
)
def test_a_row_speaks_of_these_days(row: dict[str, object], first: date, last: date) -> None:
    assert days_of(row) == (first, last)  # type: ignore[arg-type]


def test_what_is_left_of_some_days_has_neither_gaps_nor_days_left_out() -> None:
    first, last = date(2016, 1, 1), date(2016, 12, 31)
    spans = [(date(2016, 3, 1), date(2016, 4, 30)), (date(2016, 4, 1), date(2016, 5, 31)), (date(2016, 12, 1), last)]

    assert pieces(spans, first, last) == [(first, date(2016, 2, 29)), (date(2016, 6, 1), date(2016, 11, 30))]
    assert pieces([], first, last) == [(first, last)]
    assert pieces([(date(2015, 1, 1), date(2017, 1, 1))], first, last) == []
    assert overlaps(spans, date(2016, 5, 31), date(2016, 5, 31))
    assert not overlaps(spans, date(2016, 6, 1), date(2016, 11, 30))


def test_rows_and_events_of_the_days_are_gone_and_no_others() -> None:
    whole = load_evidence()
    left = without(whole, [SPAN])

    assert left.left_out == (SPAN,)
    assert without(whole, []) is whole
    assert left.parameters is whole.parameters
    for id, series in whole.series.items():
        kept = [row for row in series.records if id == "coverage" or not overlaps([SPAN], *days_of(row))]
        assert list(left.series[id].records) == kept
    years = {row["year"] for row in left.series["attacks_annual/pips_terrorist_attacks"].records}
    assert {2015, 2018} <= years
    assert not years & {2016, 2017}
    gone = whole.timeline.keys() - left.timeline.keys()
    assert {"expulsion_por_2016_07_01", "closure_all_2017_02_16", "closure_ghulam_khan_2014_06_15"} <= gone
    assert all(event.shock.on < date(2017, 7, 1) for id, event in whole.timeline.items() if id in gone)
