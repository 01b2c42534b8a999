"""Tables that users supply, spoilt in every way of `supplied_tables`: refused with a place or used, never a crash."""

from pathlib import Path

import pytest

from tests.reliability.supplied_tables import ALLOWED, answer, attack, sound, text_of

QUICK = 2 * len(ALLOWED)
MANY = 500


def files_of(tables):
    return {f"{name}.csv": text_of(table).encode() for name, table in tables.items()}


def judge(seed: int, folder: Path) -> None:
    """One attack and its answer: the code its kind must have, and lines that a terminal can show."""
    files, what = attack(seed)
    code, said = answer(files, folder)
    kind, name = what.partition(":")[0], what.partition(": ")[2].split()[0]

    assert code in ALLOWED[kind], f"seed {seed}, {what}: {code}\n{said}"
    assert all(sign.isprintable() or sign == "\n" for sign in said), f"seed {seed}, {what}: {said!r}"
    lines = said.splitlines()
    assert max(map(len, lines), default=0) < 1000, f"seed {seed}, {what}"
    assert len(lines) <= 101, f"seed {seed}, {what}"
    if code == 2:
        assert all(line.startswith(f"{folder}/{name}") for line in lines), f"seed {seed}, {what}: {said}"


@pytest.mark.parametrize("seed", range(QUICK))
def test_spoilt_tables_are_refused_with_their_place_or_used(tmp_path: Path, seed: int) -> None:
    judge(seed, tmp_path / "supplied")


@pytest.mark.slow
def test_many_more_are(tmp_path: Path) -> None:
    for seed in range(QUICK, QUICK + MANY):
        judge(seed, tmp_path / str(seed))


def test_a_sound_folder_is_used_without_a_word(tmp_path: Path) -> None:
    assert answer(files_of(sound()), tmp_path / "sound") == (0, "")


def test_every_fault_of_every_table_is_told_at_once_where_it_is(tmp_path: Path) -> None:
    tables = sound()
    tables["attacks_monthly"][3][2] = "13"
    tables["attacks_monthly"][4][5] = "-80"
    tables["border_closures"][1][3] = "Torkam"
    tables["trade"][2][5] = "bn USD"

    code, said = answer(files_of(tables), tmp_path / "four")

    assert code == 2
    assert [line.removeprefix(f"{tmp_path}/four/") for line in said.splitlines()] == [
        "attacks_monthly.csv:4:29: month: '13' must be a month from 1 to 12",
        "attacks_monthly.csv:5:67: events: '-80' must be a finite whole number from 0 to 1,000,000,000, or empty where "
        "unknown",
        "border_closures.csv:2:26: crossing: unknown crossing 'Torkam' (did you mean Torkham?)",
        "trade.csv:3:50: unit: 'bn USD' is not the unit of pk_exports_to_af_sbp_month (must be million USD)",
    ]


def test_the_place_of_a_cell_is_right_behind_quotes_and_line_ends(tmp_path: Path) -> None:
    tables = sound()
    tables["trade"][1][6:10] = ["one, two", "a\nb", "", 'say "so"']
    tables["trade"][2][4] = "x"
    files = files_of(tables)
    files["trade.csv"] = files["trade.csv"].replace(b"2031,MON,2031-08", b'"2031","M""ON",2031-08')

    code, said = answer(files, tmp_path / "quoted")

    assert code == 2
    assert "trade.csv:4:8: period_type: unknown period type 'M\"ON'" in said
    assert "trade.csv:4:51: value_musd: 'x' must be a finite number" in said


def test_rows_that_are_not_used_are_counted_and_named(tmp_path: Path) -> None:
    tables = sound()
    of_record = ["picss_monthly_national", "2025", "3", "Pakistan (all)", "all militant groups", "105", "228", "me", ""]
    tables["attacks_monthly"] += [of_record, list(tables["attacks_monthly"][1])]
    tables["attacks_annual"].append(
        ["2031", "Pakistan", "all", "gtd_attacks", "5", "attacks", "me", "", ""],
    )
    tables["trade"][3][4] = ""

    code, said = answer(files_of(tables), tmp_path / "unused")

    assert code == 0
    assert "attacks_monthly.csv: 1 row is given twice (counted once)" in said
    assert "attacks_monthly.csv: 1 row is already in the record (its figures are used)" in said
    assert "no score that is asked for reads 1 of 1 rows of attacks_annual/gtd_attacks" in said
    assert "no score that is asked for reads 1 of 12 rows of trade/pk_exports_to_af_sbp_month" in said


@pytest.mark.parametrize("what", ["folder", "pipe", "other table", "sheet"])
def test_what_is_no_table_is_told(tmp_path: Path, what: str) -> None:
    import os

    folder, files = tmp_path / "odd", files_of(sound())
    folder.mkdir()
    name = {"other table": "weather.csv", "sheet": "trade.xlsx"}.get(what, "trade.csv")
    if name == "trade.csv":
        del files[name]
    if what == "pipe":
        os.mkfifo(folder / name)
    elif what == "folder":
        (folder / name).mkdir()
    else:
        files[name] = b"a\n"

    code, said = answer(files, folder)

    told = {"folder": "is a folder", "pipe": "is not a regular file"}.get(what, "unknown table")
    assert code == 2
    assert told in said
