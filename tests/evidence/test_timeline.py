"""The timeline: every event agrees with the row of the record it comes from; what does not hold together is told."""

import re
from datetime import date

import pytest

from regionsim.errors import InputError
from regionsim.evidence import Event, load_evidence, record_ends
from regionsim.evidence.cells import still_going
from regionsim.evidence.timeline import NAMED_BY, row_name
from regionsim.schema.shocks import Airstrike, BorderClosure, BorderOpening, StatusChange, TransitRules

from .conftest import Base

EVENTS = load_evidence().timeline
FILE = "observed/timeline.csv"
BY = {"PK": "pakistan", "AF": "afghanistan", "both": "both", "PK (protesters)": "protesters"}


def record_of(event: Event) -> dict[str, object]:
    series = load_evidence().series[event.source]
    (found,) = [dict(row) for row in series.records if row_name(event.source, row) == event.row][:1]
    return found


@pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.id)
def test_an_event_agrees_with_its_row(event: Event) -> None:
    assert date(2014, 1, 1) <= event.shock.on <= record_ends()
    if event.source.partition("/")[0] not in NAMED_BY:
        assert isinstance(event.shock, TransitRules | StatusChange)
        return
    row = record_of(event)
    written = str(row.get("start_date") or row.get("date") or row["period"]).partition("..")[0][:10]
    day = event.shock.on.isoformat()
    opened = isinstance(event.shock, BorderOpening) and day > written and event.note
    assert day == written or opened or (len(written) == 7 and day.startswith(written) and event.note)
    assert event.id.endswith(day.replace("-", "_"))
    if isinstance(event.shock, BorderClosure):
        assert event.shock.by == BY[str(row["closed_by"])]
        seen = still_going(row["days"])  # of one that had not ended with the record; both ends may count
        if seen is not None:
            assert event.shock.until_agreed
            assert seen <= event.shock.days <= seen + 1.0
        else:
            assert event.shock.days == row["days"] if row["days"] is not None else event.note
        assert event.shock.crossing.split("_")[0] in str(row["crossing"]).lower() or event.note
        if row["partial"] == 1:
            assert event.shock.by == "protesters" or event.shock.flows == ("pedestrians",) or event.note
            assert event.shock.days < 366 or event.shock.crossing == "ghulam_khan"
    if isinstance(event.shock, Airstrike):
        assert event.shock.deaths == row["deaths"] if row["deaths"] is not None else event.note


def test_every_closure_of_the_record_from_2014_is_in_the_timeline() -> None:
    rows = {row_name("border_closures", row) for row in load_evidence().series["border_closures"].records}
    told = {event.row for event in EVENTS.values() if event.source == "border_closures"}

    assert {row for row in rows if row >= "2014"} == told


def test_an_event_is_found_and_described() -> None:
    lines = dict(load_evidence().describe("closure_torkham_2025_02_21"))

    assert lines["played as"] == "crossing torkham, for 26 days, by pakistan, flows cargo and pedestrians"
    assert lines["on"] == "2025-02-21"
    with pytest.raises(InputError, match="is called 'closure_torkham_2025_02_'"):
        load_evidence().describe("closure_torkham_2025_02_")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("2025-02-21,26,", "2025-02-31,26,", "closure_torkham_2025_02_21: date: '2025-02-31' must be a day"),
        ("2025-02-21,26,", "2026-02-01,26,", "2026-02-01 is after the end of the record"),
        (
            "strike_2024_12_24,airstrike",
            "strike_2024_12_24,airstrik",
            "unknown kind 'airstrik'",
        ),
        (",,,46,,,cross_border_incidents", ",,,46,,,cross_border", "unknown source 'cross_border'"),
        (",2025-02-21 Torkham,", ",2025-02-22 Torkham,", "unknown row of border_closures '2025-02-22 Torkham'"),
        ("2025-02-21,26,torkham", "2025-02-21,26,torkam", "closure_torkham_2025_02_21: crossing: "),
        (",,,46,,", ",,,many,,", "strike_2024_12_24: deaths: "),
        ("2025-02-21,26,", "2025-02-21,soon,", "closure_torkham_2025_02_21: days: 'soon' must be a finite number"),
        ("visit_2025_04_19,", "visit_2023_02_22,", "the id is given twice"),
    ],
)
def test_a_faulty_event_is_told_at_its_line(base: Base, old: str, new: str, fault: str) -> None:
    line = base.change(FILE, old, new)

    (told,) = base.faults()
    assert told.startswith(f"seeds/{FILE}:{line}:")
    assert re.search(fault, told), told
