import io
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from regionsim.indicators import INDICATORS
from regionsim.runs import run
from regionsim.stats.precision import median_error
from regionsim.views import error_in_words, summary_rows, summary_table
from regionsim.views.tables import _middle, beyond_in_words
from tests.toys.toy import TOY, toy_scenario


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    return run(toy_scenario(50), out=tmp_path_factory.mktemp("runs"), engine=TOY)


def shown(table, width=120):
    stream = io.StringIO()
    Console(file=stream, width=width).print(table)
    return stream.getvalue()


def test_rows_hold_start_middle_end_and_change(played):
    rows = {row["indicator"]: row for row in summary_rows(played)}
    assert set(rows) == set(played.indicators)
    row, values = rows["trade_volume"], played.values("trade_volume").astype(float)
    for key, column in (("start", 0), ("middle", played.weeks // 2), ("end", -1)):
        np.testing.assert_allclose(row[key], np.quantile(values[:, column], [0.05, 0.5, 0.95]), rtol=1e-9)
    np.testing.assert_allclose(row["change"], np.quantile(values[:, -1] - values[:, 0], [0.05, 0.5, 0.95]), atol=1e-6)
    assert row["dates"][0] == "2025-08-18"
    assert row["error"] == median_error(values[:, -1]) > 0
    assert row["mean_error"] == pytest.approx(2.0096 * values[:, -1].std(ddof=1) / np.sqrt(50), rel=1e-3)
    assert (row["worlds"], row["more"]) == (50, 150)


def test_the_table_names_every_indicator_its_unit_and_where_data_end(played):
    text = shown(summary_table(played))
    for name in played.indicators:
        assert INDICATORS[name].title[:12] in text
    for part in (
        "Aug 2025",
        "Change",
        "50 worlds",
        "June 2025",
        "sampling error",
        "150 worlds more",
        played.hash,
        "[",
        "%",
    ):
        assert part in text


def test_the_table_fits_a_terminal_of_80_columns(played):
    text = shown(summary_table(played), width=80)
    assert all(len(line) <= 80 for line in text.splitlines())
    assert "…" not in text


def test_too_few_worlds_for_an_error_are_said_so(tmp_path):
    few = run(toy_scenario(3), out=tmp_path, engine=TOY)
    assert "unknown with fewer than 6 worlds" in error_in_words(few)
    assert summary_rows(few)[0]["error"] is None
    one = run(toy_scenario(1), out=tmp_path, engine=TOY)
    row = summary_rows(one)[0]
    assert (row["error"], row["mean_error"], row["worlds"]) == (None, None, 1)
    assert "?" in shown(summary_table(one))


@pytest.mark.parametrize(
    ("weeks", "middle"), [(12, 6), (52, 26), (60, 30), (103, 51), (104, 51), (157, 103), (522, 259)]
)
def test_the_middle_date_ends_a_whole_year_where_there_is_one(weeks, middle):
    assert _middle(weeks) == middle


def test_worlds_below_the_record_leave_it_too(played, monkeypatch):
    low, high = (float(end(played.values("attacks"))) for end in (np.min, np.max))
    entry = INDICATORS["attacks"]
    for seen, share in (((low, high), None), ((high * 1.1, high * 1.2), "100%"), ((low * 0.5, low * 0.9), "100%")):
        monkeypatch.setitem(INDICATORS, "attacks", replace(entry, seen=seen))
        words = f"{entry.title} ({share})"
        assert (words in beyond_in_words(played)) == (share is not None)
