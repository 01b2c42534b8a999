"""The size of an export, told before it is written, beside what is written."""

import pyarrow.parquet as pq
import pytest

from regionsim.runs.export_sizes import TableSize, export_sizes, size_sentences
from regionsim.runs.workbook import SHEET_ROWS


def written(path) -> int:
    return (
        sum(file.stat().st_size for file in path.rglob("*") if file.is_file()) if path.is_dir() else path.stat().st_size
    )


@pytest.mark.parametrize("to", ["csv", "parquet", "xlsx", "netcdf"])
def test_rows_are_exact_and_bytes_of_the_right_size(play, tmp_path, to):
    run = play(40)
    sizes = {size.name: size for size in export_sizes(run, to)}
    path = run.export(to, tmp_path / ("out" if to in ("csv", "parquet") else f"out.{to}"))
    total = sum(size.bytes for size in sizes.values())

    assert total / 4 < written(path) < 4 * total + 20_000
    if to == "csv":
        rows = {file.stem: file.read_text().count("\n") - 1 for file in path.iterdir()}
        assert {name: size.rows for name, size in sizes.items()} == rows
        assert written(path) == pytest.approx(total, rel=0.4)


def test_parquet_has_a_file_per_table_with_all_rows_and_its_origin(play, tmp_path):
    run = play(3)
    folder = run.export("parquet", tmp_path / "out")
    sizes = {size.name: size.rows for size in export_sizes(run, "parquet")}

    assert {file.stem: pq.read_metadata(file).num_rows for file in folder.iterdir()} == sizes
    places = pq.read_table(folder / "places.parquet").to_pandas()
    assert list(places) == ["world", "date", "indicator", "place", "value"]
    assert pq.read_schema(folder / "places.parquet").metadata[b"regionsim.run"] == run.manifest.hash.encode()


def test_what_a_spreadsheet_cannot_hold_is_said_before():
    tables = [TableSize("worlds", 200, 10_000), TableSize("places", SHEET_ROWS, 90_000_000)]
    lines = size_sentences(tables, "csv")

    assert lines[0] == "csv: worlds 200 rows, places 1,048,576 rows; about 90 MB"
    assert lines[1].startswith("places: 1,048,576 rows are more than the 1,048,576 that a spreadsheet holds")
    assert len(size_sentences(tables, "parquet")) == 1
    assert size_sentences([TableSize("values", 10, 40)], "netcdf") == ["netcdf: values 10 numbers; at most 1 kB"]
