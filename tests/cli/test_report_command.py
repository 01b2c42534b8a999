"""The command `report`, on the model itself: a few worlds, a short horizon."""

from pathlib import Path

import pytest

pytest.importorskip("jinja2")

SHORT = ("--worlds", "3", "--set", "end=2026-02-02")


def test_a_report_is_written_from_a_name_and_from_run_folders(regionsim, empty: Path) -> None:
    said = regionsim("report", "trade_push", "--out", "pages/brief.html", *SHORT, "--workers", "1")

    assert said.code == 0, said.err
    assert said.out.strip() == "pages/brief.html"
    page = (empty / "pages" / "brief.html").read_text(encoding="utf-8")
    assert "Can trade facilitation alone lift trade" in page
    assert "equals the stored one in every value, bit for bit" in page
    assert "regionsim why trade_push --baseline status_quo --worlds 3 --set end=2026-02-02" in page

    runs = sorted(str(path) for path in (empty / "runs").glob("*_*-*") if not path.name.startswith("compare"))
    again = regionsim("report", *runs, "--out", "again.html", "--quiet")
    assert again.code == 0, again.err
    assert again.err == ""
    assert "Trade push toward $10 billion" in (empty / "again.html").read_text(encoding="utf-8")


def test_a_run_folder_alone_finds_the_baseline_it_was_meant_for(regionsim, empty: Path) -> None:
    assert regionsim("run", "trade_push", "status_quo", *SHORT, "--workers", "1", "--no-figures").code == 0
    before = sorted(path.name for path in (empty / "runs").iterdir())
    (run,) = (empty / "runs").glob("trade_push-*")

    for _ in range(2):  # the run folders are as they were, so a second report finds them too
        said = regionsim("report", run, "--out", "brief.html", "--indicator", "trade_volume")
        assert said.code == 0, said.err
        assert "playing" not in said.err
    assert "playing" not in regionsim("compare", run, "--indicator", "trade_volume", "--no-figures").err
    now = {path.name for path in (empty / "runs").iterdir() if not path.name.startswith("compare-")}
    assert now == set(before)


def test_what_is_wrong_is_said_in_a_line(regionsim, empty: Path) -> None:
    said = regionsim("report", "trade_pusch", "--out", "brief.html")
    assert said.code == 2
    assert "trade_push" in said.err
    assert regionsim("report", "--out", "brief.html").code == 2
    assert regionsim("report", "trade_push").code == 2
    assert regionsim("run", "trade_push", "--out", "").err.startswith("--out '': names no file or folder")
    assert list(empty.iterdir()) == []
