import sys
import warnings

import numpy as np
import pandas as pd
import pytest

from regionsim.errors import InputError, RunInterrupted
from regionsim.indicators import INDICATORS
from regionsim.runs import exporting, files, workbook


def test_csv_holds_every_row(play):
    found = play(12, batch=5)
    folder = found.export("csv")
    assert folder.parent == found.path / "export"
    trajectories = pd.read_csv(folder / "trajectories.csv")
    assert len(trajectories) == 12 * found.weeks
    assert trajectories["date"][0] == "2025-08-18"
    np.testing.assert_allclose(trajectories["attacks"], found.values("attacks").ravel(), rtol=1e-6)
    assert len(pd.read_csv(folder / "places.csv")) == 12 * 5 * found.weeks
    assert len(pd.read_csv(folder / "events.csv")) == len(found.events())
    assert len(pd.read_csv(folder / "worlds.csv")) == 12
    assert len(pd.read_csv(folder / "summary.csv")) == len(found.summary())


def test_fewer_worlds_are_exported_where_fewer_are_looked_at(play):
    play(12, batch=5)
    folder = play(7).export("csv")
    assert set(pd.read_csv(folder / "trajectories.csv")["world"]) == set(range(7))


def test_an_excel_workbook_has_a_sheet_for_each_table(play, tmp_path):
    pytest.importorskip("openpyxl")
    found = play(6)
    path = found.export("xlsx", tmp_path / "study.xlsx")
    sheets = pd.read_excel(path, sheet_name=None)
    assert list(sheets) == ["about", "summary", "year_ends", "worlds", "events"]
    assert found.manifest.hash in set(sheets["about"]["value"].astype(str))
    assert len(sheets["year_ends"]) == 6
    np.testing.assert_allclose(sheets["year_ends"]["attacks"], found.values("attacks")[:, -1], rtol=1e-6)


def test_netcdf_has_dimensions_units_and_every_value(play, tmp_path):
    h5netcdf = pytest.importorskip("h5netcdf")
    found = play(6, batch=4, record_all=True)
    with h5netcdf.File(found.export("netcdf", tmp_path / "study.nc"), "r") as file:
        np.testing.assert_array_equal(file["attacks"][...], found.values("attacks"))
        np.testing.assert_array_equal(file["morale"][...], found.values("morale"))
        places = [place.decode() for place in file["crossing"][...]]
        by_place = file["closure_days_by_place"][..., places.index("chaman")]
        np.testing.assert_array_equal(by_place, found.values("closure_days", "chaman"))
        assert file["attacks"].attrs["units"] == INDICATORS["attacks"].unit
        assert file.attrs["run"] == found.manifest.hash
        assert file["date"].attrs["units"] == "days since 2025-08-18"


@pytest.mark.parametrize(("to", "library"), [("xlsx", "openpyxl"), ("netcdf", "h5netcdf")])
def test_an_absent_library_is_one_line_with_the_remedy(play, monkeypatch, to, library):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(InputError, match=rf"to {to}: needs {library}.*pip install 'regionsim\[export\]'"):
        play(3).export(to)


def test_an_unknown_format_and_an_unwritable_path_are_refused(play, tmp_path):
    found = play(3)
    with pytest.raises(InputError, match="allowed: csv, parquet, xlsx, netcdf"):
        found.export("pdf")
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(InputError, match="cannot be written"):
        found.export("csv", tmp_path / "taken")


def test_a_workbook_says_what_it_leaves_out_and_cuts(play, monkeypatch):
    openpyxl = pytest.importorskip("openpyxl")
    found = play(30)
    monkeypatch.setattr(exporting, "SHEET_ROWS", 22)
    monkeypatch.setattr(workbook, "SHEET_COLUMNS", 4)
    said = []
    book = openpyxl.load_workbook(found.export("xlsx", say=said.append))
    events = len(found.events())
    assert any(f"sheet events: {events - 21} of {events} rows do not fit" in words for words in said)
    assert any("sheet worlds: 1 of 5 columns do not fit" in words for words in said)
    assert all("export('csv') writes all" in words for words in said)
    told = {row[1].value for row in book["about"].iter_rows() if str(row[0].value).startswith("left out")}
    assert len(told) == len([words for words in said if "sheet about" not in words]) > 3
    assert book["events"].max_row == 22
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        found.export("xlsx")
    assert [str(one.message) for one in warned] == said
    monkeypatch.setattr(workbook, "CELL_CHARACTERS", 5)
    found.export("xlsx", say=said.append)
    assert any("sheet events: 42 cells are cut at 5 characters" in words for words in said)


def test_a_title_is_text_in_a_workbook_and_never_a_formula(play):
    openpyxl = pytest.importorskip("openpyxl")
    found = play(3)
    for title in ("=2+3", "#N/A", "=== Draft ===", "+5", "@home", "tab\tand \x1b escape"):
        found.manifest.title = title
        cell = openpyxl.load_workbook(found.export("xlsx"))["about"]["B2"]
        assert cell.data_type == "s"
        assert cell.value == title.replace("\x1b", "\\x1b")


@pytest.mark.parametrize("to", ["csv", "xlsx", "netcdf"])
def test_an_export_onto_a_full_disk_is_one_line_and_leaves_nothing_half(play, monkeypatch, tmp_path, to):
    pytest.importorskip({"csv": "pyarrow", "xlsx": "openpyxl", "netcdf": "h5netcdf"}[to])
    found = play(3)

    def full(_path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "_force", full)
    with pytest.raises(RunInterrupted, match=r"the disk is full.*the same call"):
        found.export(to, tmp_path / "made")
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and found.path not in path.parents]
