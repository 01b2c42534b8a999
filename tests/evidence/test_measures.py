"""Series as windows: what a source says of which days, joined and spliced by data."""

from datetime import date

import pytest

from regionsim.evidence import load_evidence
from regionsim.evidence.cells import number_of, still_going, wrong
from regionsim.evidence.measures import Window, disjoint, longer_of, read_measures, windows_of

RECORDS = {id: series.records for id, series in load_evidence().series.items()}
DECEMBER_2022 = date(2022, 12, 31)


def windows(name: str, last: date = DECEMBER_2022):
    return windows_of(read_measures()[name], RECORDS, last)


def test_every_measure_reads_some_windows_of_its_own_days_and_none_overlaps_one_of_its_length():
    for name, measure in read_measures().items():
        found = windows(name)
        assert found or measure.first >= date(2023, 1, 1), name
        assert all(measure.first <= one.begin < one.end <= date(2023, 1, 1) for one in found), name
        assert len({(one.begin, one.end) for one in found}) == len(found), name


def test_months_of_ucdp_are_without_gaps_and_leave_out_what_the_models_groups_do_not_do():
    found = windows("attacks_ucdp")
    total = sum(
        float(row["events"])
        for row in RECORDS["attacks_monthly/ucdp_lethal_events"]
        if row["year"] == 2014 and "Kashmir" not in row["group"] and "drone" not in row["group"]
    )

    assert len(found) == 22 * 12
    assert sum(one.value for one in found if one.begin.year == 2014) == total


def test_the_splice_of_attacks_leaves_no_month_to_both_sources_as_one():
    ucdp, picss = windows("attacks_ucdp"), windows("attacks_picss")

    assert ucdp[-1].end == date(2022, 1, 1)
    assert [one.value for one in picss if one.begin == date(2022, 3, 1)] == [26.0]
    assert not [one for one in picss if one.begin == date(2022, 8, 1)]  # a gap stays a gap


def test_returns_at_two_crossings_are_added_up_and_years_stand_apart():
    found = {(one.begin, one.end): one.value for one in windows("returns_undocumented")}
    years = longer_of(read_measures()["returns_registered"], RECORDS, DECEMBER_2022)

    assert found[date(2022, 1, 1), date(2022, 4, 1)] == 3225 + 22370
    assert {one.begin.year: one.value for one in years}[2016] == 381275
    assert years[-1].end <= date(2023, 1, 1)


def test_a_fiscal_year_ends_in_june_and_two_prints_of_a_month_are_one():
    found = windows("exports_year")
    bank = [one for one in windows("exports_bank") if one.begin == date(2019, 7, 1)]

    assert all(one.begin.month == 7 and (one.end - one.begin).days in (365, 366) for one in found)
    assert len(bank) == 1


@pytest.mark.parametrize("last", [date(2018, 6, 30), date(2020, 2, 10)])
def test_nothing_that_ends_after_the_last_day_is_known(last):
    for name in read_measures():
        assert all(one.end <= date.fromordinal(last.toordinal() + 1) for one in windows(name, last)), name


def test_closures_of_one_month_are_counted_and_months_without_are_zero():
    found = {one.begin: one.value for one in windows("closures")}

    assert found[date(2016, 5, 1)] == 1
    assert found[date(2016, 7, 1)] == 0
    assert len(found) == 7 * 12


def test_windows_that_share_a_day_are_left_out_so_that_most_days_count_once():
    def span(first, last):
        return Window(date(2025, *first), date(2025, *last), 1.0)

    august, its_end, quarter = span((8, 1), (9, 1)), span((8, 28), (9, 1)), span((7, 1), (10, 1))
    july, september = span((7, 1), (8, 1)), span((9, 1), (10, 1))

    assert disjoint([its_end, august]) == [august]
    assert disjoint([quarter, august, july, its_end]) == [quarter]  # 92 days, not 62
    assert disjoint([quarter, september, august, july, its_end]) == [july, august, september]  # as many, and finer
    assert disjoint([september, july]) == [july, september]
    assert disjoint([]) == []


def test_a_length_that_was_still_growing_is_written_with_a_plus():
    assert wrong("111+", "length") is wrong("111", "length") is wrong("", "length") is None
    for text in ("+", "-3+", "about 111+", "111++", "111 +"):
        assert wrong(text, "length") is not None
    assert wrong("111+", "amount") is not None
    assert (number_of("111+"), number_of("111")) == ("111+", 111)
    assert [still_going(cell) for cell in ("111+", 111, None, "")] == [111.0, None, None, None]
