"""No row is used before it was published, rows without a date are refused, a spell under way has no end."""

from datetime import date

import pytest

from regionsim.evidence import load_evidence
from regionsim.evidence.holdout import days_of
from regionsim.evidence.measures import covered_to, read_measures, span_of, windows_of
from regionsim.evidence.publication import Known, known_from, read_publication
from regionsim.evidence.tables import Faults

EVIDENCE = load_evidence()
RECORDS = {id: series.records for id, series in EVIDENCE.series.items()}
HEAD = "series,years,known,role,sources,note\n"


def on(day, records=RECORDS):
    return Known(records, day, EVIDENCE.waits, days_of)


def read(tmp_path, text):
    (tmp_path / "publication.csv").write_text(HEAD + text, encoding="utf-8")
    faults = Faults(tmp_path)
    return read_publication(tmp_path / "publication.csv", ["trade/a", "trade/b"], faults), "\n".join(faults.lines())


@pytest.mark.parametrize(
    ("series", "last", "known"),
    [
        ("trade/pk_exports_to_af_customs_month", date(2025, 6, 30), date(2025, 7, 30)),
        ("trade/pk_exports_to_af_sbp_month", date(2025, 6, 30), date(2025, 8, 14)),
        ("attacks_monthly/ucdp_lethal_events", date(2016, 3, 31), date(2017, 6, 15)),
        ("attacks_monthly/ucdp_lethal_events", date(2021, 3, 31), date(2021, 4, 30)),
        ("refugees_annual/por_holders", date(2023, 12, 31), date(2023, 7, 1)),
        ("refugees_annual/por_holders", date(2024, 12, 31), date(2025, 1, 31)),
    ],
)
def test_a_row_is_known_when_its_wait_is_over(series, last, known):
    assert known_from(EVIDENCE.waits, series, last) == known


def test_a_month_appears_on_its_day_and_not_on_the_day_before():
    series = "trade/pk_exports_to_af_customs_month"
    months = [{row["period"] for row in on(date(2025, 7, day))[series]} for day in (29, 30)]

    assert months[1] - months[0] == {"2025-06"}


def test_every_row_of_the_record_is_known_in_the_end():
    later = on(date(2100, 1, 1))

    assert {id: len(later[id]) for id in later} == {id: len(rows) for id, rows in RECORDS.items()}
    assert later.refused == {}


def test_a_row_without_a_date_is_refused_and_told():
    rows = [{"year": 2020, "value_persons": 5.0}, {"year": "", "value_persons": 6.0}, {"value_persons": 7.0}]
    known = on(date(2100, 1, 1), {"refugees_annual/por_holders": rows})

    assert known["refugees_annual/por_holders"] == (rows[0],)
    assert known.refused == {"refugees_annual/por_holders": 2}


def test_a_closure_under_way_is_known_to_have_begun_but_not_how_long_it_lasts():
    shut = [
        [row for row in on(date(2025, 3, day))["border_closures"] if row["start_date"] == "2025-02-21"]
        for day in (1, 25)
    ]

    assert [(row["days"], row["end_date"]) for (row,) in shut] == [(None, None), (26.0, "2025-03-19")]


@pytest.mark.parametrize("days", [40.0, "40+"])
def test_a_closure_without_a_last_day_is_under_way_for_as_long_as_it_is_said_to_last(days):
    row = {"start_date": "2025-03-01", "end_date": "", "days": days, "crossing": "all"}
    known = [on(date(2025, month, 20), {"border_closures": (row,)})["border_closures"] for month in (3, 5)]

    assert known == [({**row, "end_date": None, "days": None},), (row,)]


def test_a_list_is_complete_as_far_as_it_says_and_was_published():
    ucdp = read_measures()["attacks_ucdp"]
    of_2017 = on(date(2017, 5, 1))

    assert covered_to(ucdp.series, of_2017) == date(2015, 12, 31)
    assert windows_of(ucdp, of_2017, date(2017, 4, 30))[-1].begin == date(2015, 12, 1)
    assert covered_to(ucdp.series, RECORDS) == date(2021, 12, 31)
    assert covered_to(["attacks_annual/gtd_attacks"], RECORDS) is None


def test_a_row_of_coverage_says_that_later_months_had_no_event():
    closures = read_measures()["closures"]
    more = {"list": "border_closures", "first": "2026-02-01", "last": "2026-04-30", "share": 0.95, "source": "x"}
    records = RECORDS | {"coverage": (*RECORDS["coverage"], more)}
    before, after = (windows_of(closures, each, date(2026, 12, 31)) for each in (RECORDS, records))

    assert [(w.begin.month, w.value) for w in after if w not in before][-3:] == [(2, 0.0), (3, 0.0), (4, 0.0)]
    assert before == after[: len(before)]


@pytest.mark.parametrize(
    ("period", "first", "after"),
    [
        ("2025-11..2025-12", date(2025, 11, 1), date(2026, 1, 1)),
        ("2025-09-01..2025-09-07", date(2025, 9, 1), date(2025, 9, 8)),
        ("FY2024-25 Jul-Feb (8m)", date(2024, 7, 1), date(2025, 3, 1)),
        ("2025 Jan-Jun (6m)", date(2025, 1, 1), date(2025, 7, 1)),
    ],
)
def test_periods_of_any_length_have_their_days(period, first, after):
    assert span_of({"period": period}) == (first, after)


def test_a_period_in_words_has_no_days():
    assert span_of({"period": "solar 1404 first half"}) is None
    assert span_of({"period": "FY2024-25 Jul-Foo (8m)"}) is None


def test_a_fault_is_told_with_its_place(tmp_path):
    waits, lines = read(tmp_path, "trade/*,,30 days,observed,x,\ntrade/a,2018-,06-15,assumption,,why\n")
    assert (len(waits), lines) == (2, "")

    _, lines = read(tmp_path, "trade/a,,soon,observed,x,\ntrade/c,18,30 days,guess,,\ntrade/a,,13-45,assumption,,\n")
    faults = (
        "must be a wait such as",
        "trade/c",
        "must be a year",
        "guess",
        "needs a source",
        "trade/b: no row",
        ":4:",
    )
    assert [part for part in faults if part not in lines] == []

    _, lines = read(tmp_path, "trade/*,,30 days,observed,x,\ntrade/*,,40 days,observed,x,\n")
    assert "an earlier row is about the same rows" in lines
