"""`record`: how far the record goes, what a start rests on, newer rows; and `--observed` in other commands."""

import csv
import json
import os
import re
from pathlib import Path

import pytest

from regionsim.paths import OBSERVED_VARIABLE
from tests.conftest import Command

ATTACKS = "series,year,month,area,group,events,deaths,source,note\n"
MONTH = 'picss_monthly_national,2031,2,Pakistan (all),all militant groups,101,120,"Example, made up",\n'
RETURNS = "period,days,crossing,status,series,value_persons,source,source_url,licence,note,per_day\n"
TIMELINE = (
    "id,kind,date,days,crossing,by,flows,group,statuses,multiplier,deaths,burden,to,source,row,title,note\n"
    "opening_2031_02_20,border_opening,2031-02-20,,all,,cargo pedestrians,,,,,,,,,All gates open,made up\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A made-up February 2031."""
    made = tmp_path / "february"
    made.mkdir()
    (made / "attacks_monthly.csv").write_text(ATTACKS + MONTH)
    (made / "refugee_returns.csv").write_text(
        RETURNS + "2031-01-11..2031-01-31,21,all,all,returns,50000,Example,,made up,,\n"
        "2031-02,28,all,all,returns,60000,Example,,made up,,\n"
    )
    return made


def test_the_record_tells_its_end_its_gaps_and_what_a_start_rests_on(regionsim: Command) -> None:
    said = regionsim("record")

    assert said.code == 0, said.err
    assert said.out.startswith("The record ends on 2026-01-31")
    assert "read by attacks_picss" in said.out
    assert "months missing of the last 24" in said.out
    assert "A start on 2026-02-01 rests on:" in said.out
    assert re.search(r"violence\.attacks_initial = [89]\d\d\.\d per year", said.out)  # filtered; 1,063 were counted
    assert "people.por_valid_initial = 0 (0 or 1)" in said.out
    assert "day 112 (closure_all_2025_10_12)" in said.out
    assert "Registration cards no longer protect (since 2025-09-01)" in said.out


def test_as_json_and_on_another_day(regionsim: Command) -> None:
    told = json.loads(regionsim("record", "--on", "2025-10-01", "--json").out)

    assert told["record_ends"] == "2026-01-31"
    series = {each["series"]: each for each in told["series"]}
    assert series["attacks_monthly/picss_monthly_national"]["behind"] == 0
    assert "2025-12" in series["refugee_returns/returns"]["gaps"]
    rests = {each["parameter"]: each for each in told["start_rests_on"]}
    assert 950.0 < rests["violence.attacks_initial"]["value"] < 1400.0  # 987 in twelve months, and rising
    assert not any("closure_all" in line for line in told["under_way"])
    declared = regionsim("record", "--on", "2025-08-18").out
    assert "keeps its declared value" in declared
    assert "published by the day, to 2025-07-31" in declared
    assert "people.por_initial" not in declared  # of the briefs' present, persons are declared
    for text in ("soon", "9999-12-31", ""):
        assert regionsim("record", "--on", text).code == 2


def test_a_folder_without_faults_says_what_is_new(regionsim: Command, folder: Path) -> None:
    (folder / "timeline.csv").write_text(TIMELINE)
    said = regionsim("record", "--check", folder)

    assert said.code == 0, said.err
    assert "attacks_monthly/picss_monthly_national: 1 new row, 2031-02-01 to 2031-02-28" in said.out
    assert "refugee_returns/returns: 2 new rows, 2031-01-11 to 2031-02-28" in said.out
    assert "timeline: 1 new event (opening_2031_02_20)" in said.out
    assert "The record would end on 2031-02-28 (before: 2026-01-31)." in said.out
    assert json.loads(regionsim("record", "--check", folder, "--json").out)["record_ends"] == "2031-02-28"


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("attacks_monthly", ATTACKS + MONTH.replace("picss_monthly_national", "picss_month_national"),
         "attacks_monthly.csv:2:1: series: unknown series 'picss_month_national' (did you mean picss_monthly_"),
        ("attacks_monthly", ATTACKS + MONTH.replace("Pakistan (all)", "Pakistan"), "unknown area 'Pakistan'"),
        ("attacks_monthly", ATTACKS + MONTH.replace(",2,Pak", ",Feb-31,Pak"), "must be a month from 1 to 12"),
        ("attacks_monthly", ATTACKS + MONTH + MONTH.replace("101", "102"), "'102' contradicts '101' at line 2"),
        ("attacks_monthly", ATTACKS.replace("month", "mnth") + MONTH, "unknown column 'mnth' (did you mean month?)"),
        ("refugee_returns", RETURNS + "Feb-31,28,all,all,returns,6,E,,m,,\n",
         "refugee_returns.csv:2:1: period: 'Feb-31' must be a period such as 2025-07, 2025-07..2025-09 or "
         "2025-07-01..2025-07-15; it may mean 2031-02"),
        ("refugee_returns", RETURNS + "02/01/2031,1,all,all,returns,6,E,,m,,\n",
         "it may mean 2031-01-02 or 2031-02-01"),
        ("refugee_returns", RETURNS + "47880,1,all,all,returns,6,E,,m,,\n", "a spreadsheet's number for 2031-02-01"),
        ("refugee_returns", RETURNS + ",1,all,all,returns,6,E,,m,,\n", "the row has no period"),
        ("refugee_returns", RETURNS + "2031-02,28,all,all,returns,6,E,,m,,\n2031-02-10..2031-02-12,3,all,all,returns,6,"
         "E,,m,,\n", "'2031-02-10..2031-02-12' overlaps '2031-02' at line 2"),
        ("refugee_returns", RETURNS + "2031-02,90,all,all,returns,6,E,,m,,\n", "'90' contradicts the dates (28 days)"),
        ("trade", "year,period_type,period,series,value_musd,unit,source,source_url,licence,note\n"
         "2031,MON,2031-02,pk_exports_to_af_customs_month,3,thousand USD,E,,m,\n",
         "'thousand USD' is not the unit of pk_exports_to_af_customs_month (must be million USD)"),
        ("trade", "year,period_type,period,series,value_musd,unit,source,source_url,licence,note\n"
         "2030,MON,2031-02,pk_exports_to_af_customs_month,3,million USD,E,,m,\n", "is not of the year '2030'"),
    ],
)  # fmt: skip
def test_every_fault_is_told_at_its_place(regionsim: Command, folder: Path, name: str, text: str, fault: str) -> None:
    (folder / f"{name}.csv").write_text(text)
    said = regionsim("record", "--check", folder)

    assert said.code == 2
    assert f"{name}.csv:" in said.err
    assert fault in said.err


def test_newer_rows_move_the_latest_start_of_every_command_and_of_that_command_alone(
    regionsim: Command, folder: Path
) -> None:
    said = regionsim("show", "reopening_2026", "--observed", folder)

    assert "start: 2031-03-01" in said.out
    assert "on: 2031-03-29" in said.out
    assert "start: 2026-02-01" in regionsim("show", "reopening_2026").out
    assert OBSERVED_VARIABLE not in os.environ
    assert regionsim("validate", "long_rupture_2026", "--observed", folder).code == 0
    assert "The record ends on 2031-02-28" in regionsim("record", "--observed", folder).out
    refused = regionsim("run", "status_quo_2026", "--observed", folder / "none", "--worlds", "1")
    assert refused.code == 2
    assert "is no folder" in refused.err


def test_a_run_on_newer_rows_is_another_run(regionsim: Command, folder: Path, empty: Path) -> None:
    words = ("run", "status_quo", "--worlds", "1", "--set", "end=2025-09-01", "--no-figures", "--quiet")
    plain, newer = regionsim(*words), regionsim(*words, "--observed", folder)

    assert (plain.code, newer.code) == (0, 0), newer.err
    assert plain.out != newer.out  # its key holds the rows, though the briefs' present uses none of them
    summaries = [(Path(said.out.strip()) / "summary.csv").read_text() for said in (plain, newer)]
    assert summaries[0] == summaries[1]


def test_an_import_writes_rows_and_names_their_licence(regionsim: Command, tmp_path: Path) -> None:
    (tmp_path / "sbp.csv").write_text(
        "Export receipts by country,\n(Thousand US$),\nCountry,Feb-31\nAfghanistan,4500\n", encoding="utf-8"
    )
    said = regionsim("record", tmp_path / "sbp.csv", "--import", "sbp", "--out", tmp_path / "rows")

    assert said.code == 0, said.err
    assert "1 rows written to" in said.out
    assert "Licence: official statistics of Pakistan" in said.out
    assert regionsim("record", "--check", tmp_path / "rows").code == 0
    unknown = regionsim("record", tmp_path / "sbp.csv", "--import", "spb", "--out", tmp_path / "rows")
    assert unknown.code == 2
    assert "did you mean sbp" in unknown.err
    assert regionsim("record", "--import", "sbp").code == 2


def rows_on_the_page() -> list[tuple[str, list[str]]]:
    page = (Path(__file__).parents[2] / "docs" / "record.md").read_text(encoding="utf-8")
    tables = re.findall(r"^`(\w+)\.csv`(?:.+\n)+\n((?:    .*\n)+)", page, re.MULTILINE)
    return [(name, [line[4:] for line in block.splitlines()]) for name, block in tables]


def test_the_page_shows_each_table_by_a_row_of_the_record() -> None:
    shown = rows_on_the_page()
    assert [name for name, _ in shown] == [
        "attacks_monthly", "refugee_returns", "trade", "border_closures", "timeline",
    ]  # fmt: skip
    for name, (header, row) in shown:
        lines = (Path(__file__).parents[2] / "seeds" / "observed" / f"{name}.csv").read_text("utf-8").splitlines()
        assert header == lines[0]
        assert row in lines[1:]


def test_the_page_followed_to_the_letter_passes_the_check_and_moves_the_start(
    regionsim: Command, tmp_path: Path
) -> None:
    folder = tmp_path / "rows"
    made = json.loads(regionsim("record", "--template", folder, "--on", "2026-05-10", "--json").out)
    assert made["months"] == ["2026-02", "2026-03", "2026-04"]
    assert sorted(path.stem for path in folder.iterdir()) == sorted(name for name, _ in rows_on_the_page())
    empty = regionsim("record", "--check", folder)
    assert empty.code == 2
    assert empty.err.count("the row names no source") == 3 * 7
    for path in folder.iterdir():  # figures of nothing, for the months that are due
        rows = list(csv.DictReader(path.read_text().splitlines()))
        header = path.read_text().splitlines()[0].split(",")
        figure = {"attacks_monthly": "events", "refugee_returns": "value_persons", "trade": "value_musd"}.get(path.stem)
        with path.open("w", newline="") as stream:
            writer = csv.DictWriter(stream, header)
            writer.writeheader()
            writer.writerows({**row, "source": "made up", str(figure): "1"} for row in rows)

    said = regionsim("record", "--check", folder)

    assert said.code == 0, said.err
    assert said.out.count("3 new rows, 2026-02-01 to 2026-04-30") == 7
    assert json.loads(regionsim("record", "--observed", folder, "--json").out)["start"] == "2026-05-01"


def test_a_template_overwrites_nothing_and_its_months_are_after_the_record(regionsim: Command, tmp_path: Path) -> None:
    assert "Due: 2026-02." in regionsim("record", "--template", tmp_path / "rows").out
    again = regionsim("record", "--template", tmp_path / "rows")
    assert again.code == 2
    assert "nothing is overwritten" in again.err
    for day in ("2026-01-31", "2026-02-28", "2199-01-01"):
        refused = regionsim("record", "--template", tmp_path / "other", "--on", day)
        assert refused.code == 2
        assert "months are due" in refused.err


def test_a_row_without_a_figure_is_told_and_ends_no_record(regionsim: Command, folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    (folder / "attacks_monthly.csv").write_text(ATTACKS + MONTH.replace("101,120", ","))
    said = regionsim("record", "--check", folder)
    assert "1 row without a figure (unknown)" in said.out
    assert "The record still ends on 2026-01-31." in said.out


def test_options_that_do_different_things_are_refused_together(regionsim: Command, folder: Path) -> None:
    for words in (("--check", folder, "--template", "x"), ("a_file",), ("--out", "x"), ("--check", folder / "none")):
        said = regionsim("record", *words)
        assert said.code == 2
        assert len(said.err.splitlines()) == 1


@pytest.mark.parametrize("days", ["inf", "1e300", "1000000000", "36526+"])
def test_a_closure_of_more_than_a_hundred_years_is_a_fault_of_its_cell(
    regionsim: Command, tmp_path: Path, days: str
) -> None:
    (tmp_path / "border_closures.csv").write_text(
        "start_date,end_date,days,crossing,closed_by,trigger,deaths,trucks_stranded,loss_musd,source_title,source_url,"
        f"confidence,trigger_class,partial,note\n2031-02-10,,{days},all,both,clash,,,,me,http://x,med,clash,0,\n"
    )
    said = regionsim("record", "--check", str(tmp_path))

    assert said.code == 2
    assert f"border_closures.csv:2:13: days: '{days}' must be a number of days from 0 to 36,525" in said.err + said.out
