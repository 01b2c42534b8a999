"""Importers, each on a file made to the published format."""

import csv

import pytest

from regionsim.errors import InputError
from regionsim.evidence import load_evidence
from regionsim.evidence.import_sheets import day_of, month_of_text, number_in
from regionsim.evidence.importers import IMPORTERS, import_file
from regionsim.evidence.supplied import extended, read_folder

GED = """\
id,relid,year,active_year,code_status,type_of_violence,conflict_dset_id,conflict_new_id,conflict_name,dyad_dset_id,\
dyad_new_id,dyad_name,side_a_dset_id,side_a_new_id,side_a,side_b_dset_id,side_b_new_id,side_b,number_of_sources,\
source_article,source_office,source_date,source_headline,source_original,where_prec,where_coordinates,\
where_description,adm_1,adm_2,latitude,longitude,geom_wkt,priogrid_gid,country,country_id,region,event_clarity,\
date_prec,date_start,date_end,deaths_a,deaths_b,deaths_civilians,deaths_unknown,best,high,low,gwnoa,gwnob
"""
_MIDDLE = "3,article,office,2025-07-02,headline,original,1,place,description"


def ged(
    number: int, a: str, b: str, area: str, day: str, best: int, country: str = "Pakistan", precision: int = 1
) -> str:
    return (
        f"{number},PAK-{number},2025,1,Clear,1,404,404,Pakistan: Government,862,862,{a} - {b},148,148,{a},1,1,{b},"
        f"{_MIDDLE},{area},district,33.1,70.2,POINT (70.2 33.1),170000,{country},770,Asia,1,{precision},"
        f"{day} 00:00:00.000,{day} 00:00:00.000,1,1,0,0,{best},{best},{best},770,\n"
    )


EVENTS = GED + "".join([
    ged(1, "Government of Pakistan", "TTP", "Khyber Pakhtunkhwa province", "2025-07-03", 4),
    ged(2, "Government of Pakistan", "TTP", "Federally Administered Tribal Areas", "2025-07-20", 2),
    ged(3, "Government of Pakistan", "BLA", "Balochistan province", "2025-08-01", 7),
    ged(4, "IS", "Civilians", "Balochistan province", "2025-08-02", 1),
    ged(5, "Government of India", "Government of Pakistan", "Azad Kashmir", "2025-08-03", 1),
    ged(6, "Government of Afghanistan", "IS", "Kunar province", "2025-08-03", 9, country="Afghanistan"),
    ged(7, "Government of Pakistan", "TTP", "Punjab province", "2025-01-01", 30, precision=5),
])  # fmt: skip
ACLED = """\
event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,assoc_actor_1,inter1,\
actor2,assoc_actor_2,inter2,interaction,civilian_targeting,iso,region,country,admin1,admin2,admin3,location,latitude,\
longitude,geo_precision,source,source_scale,notes,fatalities,tags,timestamp
PAK1,2025-07-03,2025,1,Political violence,Battles,Armed clash,TTP: Tehreek-i-Taliban Pakistan,,Rebel group,\
Military Forces of Pakistan,,State forces,State forces-Rebel group,,586,South Asia,Pakistan,Khyber Pakhtunkhwa,Bannu,,\
Bannu,32.9,70.6,1,Dawn,National,"A clash, with deaths",5,,1752000000
PAK2,04 July 2025,2025,1,Political violence,Explosions/Remote violence,Remote explosive/landmine/IED,\
BLA: Baloch Liberation Army,,2,Civilians,,7,27,Civilian targeting,586,South Asia,Pakistan,Balochistan,Quetta,,Quetta,\
30.1,67.0,1,Dawn,National,An attack,1,,1752000000
PAK3,2025-07-05,2025,1,Demonstrations,Protests,Peaceful protest,Protesters (Pakistan),,Protesters,,,,,,586,South Asia,\
Pakistan,Punjab,Lahore,,Lahore,31.5,74.3,1,Dawn,National,A protest,0,,1752000000
"""
UNHCR = "\ufeffDate,Province,Border Point,Individuals\n" + "".join(
    f"2031-01-{day:02d},KP,Torkham,{100 + day}\n2031-01-{day:02d},Balochistan,Chaman,50\n" for day in range(1, 32)
) + "2031-02-01,KP,Torkham,10\n2031-02-02,KP,Torkham,20\n"  # fmt: skip
IOM = """\
Date from;Date to;Border crossing point;Category;Number of individuals
2026-01-01;2026-01-15;Torkham;Undocumented;1,200
2026-01-01;2026-01-15;Chaman;Undocumented;800
2026-01-01;2026-01-15;Chaman;Deported;300
2026-01-01;2026-01-15;Torkham;Visa holder;5
"""
SBP = """\
Export Receipts by All Countries,,,,
(Thousand US Dollars),,,,
COUNTRY,Jul-25,Aug-25 R,Sep-25 P,Jul-Sep FY26
China,"201,000","190,500","210,100","601,600"
Afghanistan,"58,710","50,630","52,490","161,830"
"""
CUSTOMS = """\
Imports of Pakistan by country
US$ million
Country,2025-11,2025-12,2026-01
Afghanistan,0.0,-,1.5
Iran,90,95,99
"""
FILES = {"ucdp-ged": EVENTS, "ucdp-candidate": EVENTS, "acled": ACLED, "unhcr-returns": UNHCR, "iom-returns": IOM,
         "sbp": SBP, "customs": CUSTOMS}  # fmt: skip


def imported(tmp_path, kind, text, name="file.csv"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    done = import_file(kind, tmp_path / name, tmp_path / "rows")
    with done.path.open(encoding="utf-8", newline="") as stream:
        return done, list(csv.DictReader(stream))


@pytest.mark.parametrize("kind", IMPORTERS)
def test_what_an_importer_writes_passes_the_check_of_the_record(tmp_path, kind):
    done, rows = imported(tmp_path, kind, FILES[kind])
    assert done.rows == len(rows) > 0
    assert len(done.licence) > 20
    added, events = read_folder(tmp_path / "rows", load_evidence())
    assert not events
    assert sum(map(len, added.records.values())) + sum("already in the record" in note for note in added.notes) > 0
    extended(load_evidence(), tmp_path / "rows")


def test_events_of_ucdp_are_counted_by_month_area_and_group(tmp_path):
    done, rows = imported(tmp_path, "ucdp-ged", EVENTS)
    found = {(row["year"], row["month"], row["area"], row["group"]): (row["events"], row["deaths"]) for row in rows}
    assert found == {
        ("2025", "7", "KP and former FATA", "TTP and factions"): ("2", "6"),
        ("2025", "8", "Balochistan", "Baloch (BLA/BLF/BRA/BRAS/UBA)"): ("1", "7"),
        ("2025", "8", "Balochistan", "IS/IS-KP"): ("1", "1"),
        ("2025", "8", "rest of Pakistan", "India-Pakistan/Kashmir"): ("1", "1"),
    }
    assert done.notes == (
        "1 events in other countries are left out", "1 events whose day is known to a year at best are left out",
    )  # fmt: skip
    assert all("UCDP GED" in row["source"] for row in rows)
    _, again = imported(tmp_path, "ucdp-ged", EVENTS)
    assert again == rows  # nothing is written twice


def test_attacks_of_acled_are_those_of_armed_groups(tmp_path):
    _, rows = imported(tmp_path, "acled", ACLED)
    assert {(row["series"], row["area"], row["events"], row["deaths"]) for row in rows} == {
        ("acled_monthly_national", "Pakistan (all)", "2", "6"),
        ("acled_monthly_province", "Balochistan", "1", "1"),
        ("acled_monthly_province", "Khyber Pakhtunkhwa", "1", "5"),
    }


def test_days_of_returns_become_months_and_a_month_under_way_a_window(tmp_path):
    _, rows = imported(tmp_path, "unhcr-returns", UNHCR)
    assert [(row["period"], row["days"], row["value_persons"], row["status"]) for row in rows] == [
        ("2031-01", "31", str(sum(range(101, 132)) + 31 * 50), "registered(PoR)"),
        ("2031-02-01..2031-02-02", "2", "30", "registered(PoR)"),
    ]


def test_windows_of_iom_are_added_up_over_crossings_and_other_statuses_are_told(tmp_path):
    done, rows = imported(tmp_path, "iom-returns", IOM)
    assert {(row["series"], row["status"], row["period"], row["value_persons"]) for row in rows} == {
        ("returns", "undocumented", "2026-01-01..2026-01-15", "2000"),
        ("deportations", "forced", "2026-01-01..2026-01-15", "300"),
    }
    assert "1 rows of another status" in done.notes[0]


def test_months_of_trade_are_in_million_dollars(tmp_path):
    _, rows = imported(tmp_path, "sbp", SBP)
    assert [(row["series"], row["period"], row["value_musd"]) for row in rows] == [
        ("pk_exports_to_af_sbp_month", "2025-07", "58.71"), ("pk_exports_to_af_sbp_month", "2025-08", "50.63"),
        ("pk_exports_to_af_sbp_month", "2025-09", "52.49"),
    ]  # fmt: skip
    (tmp_path / "rows" / "trade.csv").unlink()
    _, rows = imported(tmp_path, "customs", CUSTOMS)
    assert [(row["series"], row["period"], row["value_musd"]) for row in rows] == [
        ("pk_imports_from_af_customs_month", "2025-11", "0"), ("pk_imports_from_af_customs_month", "2026-01", "1.5"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "old", "new", "fault"),
    [
        ("ucdp-ged", "date_start", "date_begin", r"file.csv:1:1: missing column date_start \(did you mean"),
        ("ucdp-ged", "2025-07-20 00", "20/07/2025 00", r"file.csv:3:1: .*must be a day such as 2025-10-12"),
        (
            "acled",
            ",5,,1752000000",
            ",five,,1752000000",
            r"file.csv:2:1: fatalities: 'five' must be a number of deaths",
        ),
        ("unhcr-returns", "2031-01-03,KP", "03/01/2031,KP", r"file.csv:6:1: '03/01/2031' must be a day"),
        ("iom-returns", "1,200", "-1", r"'-1' must be a number of persons"),
        ("sbp", "Thousand US Dollars", "Dollars", "the unit is not given above the months"),
        ("sbp", "Thousand US Dollars", "Million Rupees", "the unit is not given above the months"),
        ("sbp", "Export Receipts", "Receipts", "must say whether these are exports or imports"),
        ("sbp", "\nAfghanistan", "\nAlbania", "0 rows are Afghanistan's"),
        ("customs", "2025-11,2025-12,2026-01", "a,b,c", "no row of months is found"),
        ("customs", ",1.5", ",one", r"file.csv:4:4: 2026-01: 'one' must be a number"),
    ],
)
def test_what_is_not_understood_is_a_fault_and_nothing_is_written(tmp_path, kind, old, new, fault):
    assert old in FILES[kind]
    with pytest.raises(InputError, match=fault):
        imported(tmp_path, kind, FILES[kind].replace(old, new))
    assert not (tmp_path / "rows").exists()


def test_a_large_file_is_read_for_the_rows_of_pakistan(tmp_path, monkeypatch):
    monkeypatch.setattr("regionsim.evidence.import_sheets.MOST_BYTES", 1000)
    _, rows = imported(tmp_path, "ucdp-ged", EVENTS)
    assert sum(int(row["events"]) for row in rows) == 5


def test_a_workbook_and_a_file_of_elsewhere_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"save the sheet as CSV first"):
        imported(tmp_path, "sbp", SBP, name="file.xlsx")
    with pytest.raises(InputError, match="holds nothing on Pakistan and Afghanistan"):
        imported(tmp_path, "ucdp-ged", GED + ged(1, "a", "b", "c", "2025-07-03", 1, country="India"))


@pytest.mark.parametrize(
    ("text", "month"),
    [("Jul-25", "2025-07"), ("July 2025", "2025-07"), ("2025-07", "2025-07"), ("Sep-25 P", "2025-09"),
     ("Sept-2025 (R)", "2025-09"), ("Jul-Sep FY26", None), ("FY26", None), ("45000", None), ("07/2025", None)],
)  # fmt: skip
def test_months_as_publishers_write_them(text, month):
    assert month_of_text(text) == month


def test_days_and_numbers_as_publishers_write_them():
    assert str(day_of("2025-07-03 00:00:00.000")) == "2025-07-03"
    assert str(day_of("4 July 2025")) == "2025-07-04"
    assert day_of("07/04/2025") is day_of("2025-02-30") is None
    assert (number_in("1,234.5"), number_in("-"), number_in("")) == (1234.5, None, None)
    for text in ("-1", "nan", "1.2.3"):
        with pytest.raises(ValueError, match=r"."):
            number_in(text)
