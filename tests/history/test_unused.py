"""Rows that no score uses are told, each with the reason."""

from datetime import date

from regionsim.evidence import load_evidence
from regionsim.history.hindcast import HindcastSpec
from regionsim.history.unused import unused

SPEC = HindcastSpec(date(2024, 7, 1), date(2024, 12, 31), 1)


def returns(period, crossing="all", status="all", value=100.0):
    return {"period": period, "crossing": crossing, "status": status, "value_persons": value}


def told(records, named=None, spec=SPEC):
    return {(each.series, each.reason): (each.n, each.of) for each in unused(records, named or {}, spec)}


def test_each_row_of_the_days_is_used_or_told_with_its_reason():
    rows = [
        returns("2024-07"), returns("2024-08"), returns("2024-08-28..2024-08-31"), returns("2024-06..2024-09"),
        returns("2024-09", value=None), returns("2024-09", status="visa"), returns("summer of 2024"),
        returns("2024-05"),
    ]  # fmt: skip

    found = told({"refugee_returns/returns": rows})

    series = "refugee_returns/returns"
    assert found == {
        (series, "its days count already in other rows"): (2, 7),
        (series, "it has no figure"): (1, 7),
        (series, "no score reads this place, status or basis"): (1, 7),
        (series, "its days cannot be read"): (1, 7),
    }


def test_rows_that_are_added_are_told_beside_those_of_the_record():
    added = {"refugee_returns/returns": [returns("2024-07-01..2024-07-15"), returns("2024-08")]}
    records = {"refugee_returns/returns": [returns("2024-07"), *added["refugee_returns/returns"]]}

    (found,) = unused(records, {}, SPEC, added)

    assert found.line() == (
        "1 row of 2 of refugee_returns/returns: its days count already in other rows (2024-07-01..2024-07-15 all all)"
    )


def test_a_row_that_no_origin_reaches_is_told():
    rows = [returns("2024-07"), returns("2024-08"), returns("2024-10")]
    late = HindcastSpec(date(2024, 7, 15), date(2024, 12, 31), 6)

    assert told({"refugee_returns/returns": rows}, spec=late) == {
        ("refugee_returns/returns", "no forecast holds all of its days"): (1, 3)
    }


def test_a_closure_without_a_length_or_without_an_event_is_told():
    def closed(day, days):
        return {"start_date": day, "end_date": "", "days": days, "crossing": "Torkham", "partial": 0}

    rows = [closed("2024-07-02", 3.0), closed("2024-08-02", None), closed("2024-09-02", 4.0),
            closed("2024-10-02", "60+")]  # fmt: skip
    named = {"one": "2024-07-02 Torkham", "four": "2024-10-02 Torkham"}

    assert told({"border_closures": rows}, named) == {
        ("border_closures", "its length is not known, so only its beginning counts"): (1, 4),
        ("border_closures", "no event of the timeline names it, so its length is not scored"): (1, 4),
    }


def test_the_record_itself_is_read_whole_and_a_line_names_the_first_row():
    records = {id: series.records for id, series in load_evidence().series.items()}
    named = {id: event.row for id, event in load_evidence().timeline.items()}

    found = unused(records, named, HindcastSpec(date(2014, 1, 1), date(2022, 12, 31), 3))

    assert found
    assert all(0 < each.n <= each.of for each in found)
    assert not [each for each in found if each.series == "attacks_monthly/picss_monthly_national"]
    assert any("2016" in each.line() for each in found)
