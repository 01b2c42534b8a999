"""`calibrate`: from the words of the command to a posterior that can be read; bad input is one line."""

import json
from pathlib import Path

import pytest

from regionsim.evidence.posterior import read_posterior
from tests.conftest import Command

TRIAL = ("--until", "2022-12-31", "--worlds", "40", "--rows", "20", "--effort", "0.01", "--waves", "1")


def test_a_trial_writes_a_posterior_and_a_page(regionsim: Command, tmp_path: Path) -> None:
    path = tmp_path / "made" / "p.csv"
    said = regionsim("calibrate", *TRIAL, "--out", path, "--report", tmp_path / "page", "--quiet")

    assert said.code == 0, said.err
    assert "parameters are narrowed; all others are assumptions" in said.out
    made = read_posterior(path)
    assert len(made) == 20
    assert made.about["until"] == "2022-12-31"
    assert made.about["sha256"] == made.digest
    page = (tmp_path / "page" / "calibration.md").read_text()
    assert all(f"`{name}`" in page for name in made.rows)
    assert (tmp_path / "page" / "img" / "calibration.png").stat().st_size > 1000


def test_days_left_out_are_told_with_the_fit(regionsim: Command, tmp_path: Path) -> None:
    path, span = tmp_path / "p.csv", "2021-11-01..2022-04-30"
    said = regionsim("calibrate", *TRIAL, "--out", path, "--report", tmp_path, "--quiet", "--without", span)

    assert said.code == 0, said.err
    assert read_posterior(path).about["without"] == [span]
    assert f"**Left out: {span}**" in (tmp_path / "calibration.md").read_text()


def test_json_is_the_manifest(regionsim: Command, tmp_path: Path) -> None:
    said = regionsim("calibrate", *TRIAL, "--out", tmp_path / "p.csv", "--json")

    assert json.loads(said.out) == json.loads((tmp_path / "p.json").read_text())


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--until", "soon", "--out", "p.csv"), "--until: 'soon' is not a date"),
        (("--until", "2022-12-31", "--out", "p.csv", "--without", "2016-07-01.."), "is no span of days (allowed"),
        (("--until", "2022-12-31", "--out", "p.csv", "--without", "2016-07-01..2031-01-01"), "no span of days of the"),
        (("--until", "2031-01-01", "--out", "p.csv"), "--until: 2031-01-01 is out of range"),
        (("--until", "2022-12-31", "--out", "p.txt"), "--out: 'p.txt' is not a posterior file"),
        (("--until", "2022-12-31", "--out", "p.csv", "--worlds", "1"), "--worlds: 1 is out of range"),
        (("--until", "2022-12-31", "--out", "p.csv", "--without", "2020"), "--without: '2020' is no span of days"),
        (("--until", "2022-12-31", "--out", "p.csv", "--without", "2021-01-01..2020-01-01"), "is no span of days"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(
    regionsim: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    said = regionsim("calibrate", *words)

    assert said.code == 2
    assert told in said.err
    assert len(said.err.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_the_page_is_that_of_the_posterior_that_ships(root: Path) -> None:
    from regionsim.views.calibration import calibration_page

    about = json.loads((root / "seeds" / "posterior" / "2026-01.json").read_text("utf-8"))
    assert (root / "docs" / "calibration.md").read_text("utf-8") == calibration_page(about)
