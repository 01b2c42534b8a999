"""Every table of every command at several widths: what names a row is always there."""

import contextlib
import re
import sys

import pytest

from regionsim.cli import main

STYLE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
SMALL = "format: 1\ntitle: Small\nextends: status_quo\nend: 2025-10-01\nworlds: 24\nexpect: [null]\n"
PUSHED = """format: 1
title: 'Push [/b] [red] $5 = x'
extends: small
baseline: small
levers:
  trade_facilitation: {from: 2025-09-01, intensity: 0.8}
expect:
- {name: there is some trade, that: "trade_volume@2025-09 > 1", in: ">= 80% of worlds"}
"""
TABLES = {  # command -> names of rows
    "run": (["run", "small.yaml", "--no-figures"], ["Two-way trade", "Militant attacks", "TTP attacks"]),
    "compare": (["compare", "pushed.yaml", "--no-figures"], ["trade_volume", "attacks", "refugees_in_pakistan"]),
    "why": (["why", "pushed.yaml", "--no-figures"], ["levers.trade_facilitation", "total"]),
    "check": (["check", "pushed.yaml"], ["there is some trade", "verdict"]),
    "sweep": (
        ["sweep", "small.yaml", "--over", "trade.potential=6,9", "--replicates", "6", "--no-figures"],
        ["trade_volume@2025-10-01", "trade.potential"],
    ),
    "discover": (["discover", "small", "--where", "trade_volume@2025-09 > 2.96", "--no-figures"], ["trade_volume"]),
    "parameters": (["list", "parameters"], ["trade.potential", "security.ttp_strength_initial"]),
    "shocks": (["list", "shocks"], ["border_closure"]),
    "indicators": (["list", "indicators"], ["closure_days", "refugees_in_pakistan"]),
    "runs": (["list", "runs"], ["small-", "pushed-"]),
}  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("screens")
    (folder / "small.yaml").write_text(SMALL, encoding="utf-8")
    (folder / "pushed.yaml").write_text(PUSHED, encoding="utf-8")
    with contextlib.chdir(folder):  # some tables are of runs, whichever test comes first
        assert main(["compare", "pushed.yaml", "--no-figures", "--quiet"]) == 0
    return folder


@pytest.mark.parametrize("name", TABLES)
def test_what_names_a_row_is_there_at_every_width(name, place, monkeypatch, capsys) -> None:
    monkeypatch.chdir(place)
    words, names = TABLES[name]
    for width in (30, 40, 60, 80, 100):
        monkeypatch.setenv("COLUMNS", str(width))
        with monkeypatch.context() as on:
            on.setattr(sys.stdout, "isatty", lambda: True, raising=False)
            assert main(words) == 0
        shown = STYLE.sub("", capsys.readouterr().out)
        together = " ".join(shown.split())
        bare = together.replace(" ", "")
        for one in names:
            assert one in together or one.replace(" ", "") in bare, f"{one} at {width}:\n{shown[:2000]}"


@pytest.mark.parametrize("name", ["run", "compare", "why", "check", "sweep"])
def test_the_short_form_has_a_line_for_each_row_and_stays_within_the_screen(name, place, monkeypatch, capsys) -> None:
    monkeypatch.chdir(place)
    words, names = TABLES[name]
    long = {}
    for width in (48, 80, 120):
        monkeypatch.setenv("COLUMNS", str(width))
        for form in ([], ["--short"]):
            with monkeypatch.context() as on:
                on.setattr(sys.stdout, "isatty", lambda: True, raising=False)
                assert main([*words, *form]) == 0
            shown = STYLE.sub("", capsys.readouterr().out)
            paths = [line for line in shown.splitlines() if len(line.split()) <= 2]
            assert all(len(line) <= width or line in paths for line in shown.splitlines())
            long[bool(form)] = len(shown.splitlines())
        assert long[True] < long[False]
        if width == 80 and name in ("compare", "why"):
            assert all(
                any(line.startswith(each) and len(line.split()) > 2 for line in shown.splitlines()) for each in names
            )


@pytest.mark.parametrize("width", [36, 60, 90])
def test_a_table_of_a_run_stays_within_the_screen_and_says_what_is_left_out(width, place, monkeypatch, capsys) -> None:
    monkeypatch.chdir(place)
    monkeypatch.setenv("COLUMNS", str(width))
    with monkeypatch.context() as on:
        on.setattr(sys.stdout, "isatty", lambda: True, raising=False)
        assert main(["run", "pushed.yaml", "--no-figures"]) == 0
    shown = STYLE.sub("", capsys.readouterr().out)
    table = shown.split("\nrun folder")[0]
    assert max(map(len, table.splitlines())) <= width
    assert "Push [/b] [red] $5 = x" in " ".join(table.split())
    assert "For lack of room" in " ".join(table.split())


def test_calibrated_parameters_are_named_at_every_width() -> None:
    from regionsim.evidence.posterior import load_posterior
    from regionsim.views.calibration import calibration_text

    about = load_posterior().about
    names = [line["name"] for line in about["parameters"]]
    for width in (40, 60, 80, 100, None):
        text = calibration_text(about, width)
        assert all(name in text for name in names)


def test_scored_series_are_named_at_every_width() -> None:
    from regionsim.views.hindcast import _table

    rows = [["series", "arm", "n", "CRPS", "note"], ["attacks_by_all_groups", "A", "12/12/4", "0.31", "too few to say"]]
    for width in (30, 40, 60, 80, None):
        text = _table(rows, 2, width)
        assert all(word in text.replace("\n", " ") for row in rows for word in row[:4])
