"""What a folder of newer rows says of a closure that the record left open, and when its rows are known."""

from datetime import date
from pathlib import Path

import pytest

from regionsim.evidence import load_evidence
from regionsim.history.external_data import Supplied, read_supplied, unread
from regionsim.history.hindcast import HindcastSpec, played_from
from regionsim.history.vintage import as_known, known_state, known_stocks
from regionsim.schema.shocks import BorderClosure

RUPTURE = "closure_all_2025_10_12"
CLOSURES = ("start_date,end_date,days,crossing,closed_by,trigger,deaths,trucks_stranded,loss_musd,source_title,"
            "source_url,confidence,trigger_class,partial,note")  # fmt: skip
EVENTS = "id,kind,date,days,crossing,by,flows,group,statuses,multiplier,deaths,burden,to,source,row,title,note"
RETURNS = "period,days,crossing,status,series,value_persons,source,source_url,licence,note,per_day"
TRADE = "year,period_type,period,series,value_musd,unit,source,source_url,licence,note"
ATTACKS = "series,year,month,area,group,events,deaths,source,note"


def folder(path: Path, **files: str) -> Supplied:
    """The record with tables of a folder: head and rows by name."""
    for name, text in files.items():
        (path / f"{name}.csv").write_text(text + "\n", encoding="utf-8")
    return read_supplied(path)


def closure(record: Supplied) -> BorderClosure:
    (shock,) = (each for each in record.events if each.id == RUPTURE)
    assert isinstance(shock, BorderClosure)
    return shock


def rows(record: Supplied) -> list[object]:
    return [row["days"] for row in record.records["border_closures"] if row["start_date"] == "2025-10-12"
            and row["crossing"] == "all"]  # fmt: skip


def test_a_row_that_ends_an_open_closure_takes_its_place(tmp_path: Path) -> None:
    record = folder(tmp_path, border_closures=f"{CLOSURES}\n2025-10-12,2026-03-01,140,all,,,,,,made up,,,,0,")

    assert rows(read_supplied()) == ["111+"]
    assert rows(record) == [140]
    assert (closure(record).days, closure(record).until_agreed) == (140.0, None)
    assert any("goes on from the record" in note for note in record.notes)
    assert unread(record, HindcastSpec(date(2025, 10, 1), date(2026, 2, 28), 0, ("A",), 10)) == []


def test_a_row_that_has_seen_more_of_it_leaves_it_open_and_one_that_has_not_is_not_used(tmp_path: Path) -> None:
    longer = folder(tmp_path, border_closures=f"{CLOSURES}\n2025-10-12,,200+,all,,,,,,made up,,,,0,")
    assert rows(longer) == ["200+"]
    assert closure(longer).until_agreed

    less = folder(tmp_path, border_closures=f"{CLOSURES}\n2025-10-12,,90+,all,,,,,,made up,,,,0,")
    assert rows(less) == ["111+"]
    assert any("already in the record" in note for note in less.notes)


def test_gates_that_the_timeline_opens_are_open_at_later_origins(tmp_path: Path) -> None:
    event = "opened,border_opening,2026-04-10,,all,,cargo pedestrians returnees aid,,,,,,,border_closures,,All open,"
    attacks = "picss_monthly_national,2026,4,Pakistan (all),all militant groups,90,,made up,"
    record = folder(tmp_path, timeline=f"{EVENTS}\n{event}", attacks_monthly=f"{ATTACKS}\n{attacks}")
    assert closure(record).days == 180.0
    before, after = date(2026, 4, 1), date(2026, 5, 1)
    ask = HindcastSpec(before, date(2026, 12, 31), 1, ("C",), draws=10)

    shut, opened = (
        played_from(ask, day, "C", record.records, record.events, record.inputs).all_shut[:, 0]
        for day in (before, after)
    )

    assert (shut == 7.0).all()
    assert (opened == 0.0).all()


@pytest.mark.parametrize(
    ("table", "text", "known"),
    [
        ("refugee_returns", f"{RETURNS}\n2026-02,28,all,all,returns,900000,made up,,quoted,,", date(2026, 3, 10)),
        ("trade", f"{TRADE}\n2026,MON,2026-02,pk_exports_to_af_customs_month,900,million USD,made up,,quoted,",
         date(2026, 3, 30)),
        ("attacks_monthly", f"{ATTACKS}\npicss_monthly_national,2026,2,Pakistan (all),all militant groups,900,900,"
         "made up,", date(2026, 3, 6)),
    ],
)  # fmt: skip
def test_no_supplied_row_is_used_before_it_is_published(tmp_path: Path, table: str, text: str, known: date) -> None:
    """What is known the day before is the same without the row; on the day the row is there."""
    record, parameters = folder(tmp_path, **{table: text}), load_evidence().parameters
    (series,) = record.added
    day_before = known.replace(day=known.day - 1)
    without = record.records | {series: record.records[series][:-1]}
    first = date(2026, 3, 1)

    for day in (first, day_before):
        assert known_state(record.records, day, parameters, record.events) == known_state(
            without, day, parameters, record.events)  # fmt: skip
        assert known_stocks(record.records, day) == known_stocks(without, day)
    assert record.records[series][-1] in as_known(record.records, known)[series]
    assert record.records[series][-1] not in as_known(record.records, day_before)[series]
