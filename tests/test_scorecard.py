"""The scorecard is of this model: the page is made of the scores kept, and the scores are those of plays."""

import importlib.util
import json
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from regionsim.views.hindcast import skill_figure

DOCS = Path(__file__).resolve().parents[1] / "docs"


def scorecard() -> ModuleType:
    if "scorecard" not in sys.modules:
        spec = importlib.util.spec_from_file_location("scorecard", DOCS.parent / "experiments" / "scorecard.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules["scorecard"] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules["scorecard"]


def kept() -> dict[str, object]:
    return json.loads((DOCS / "scores.json").read_text("utf-8"))  # type: ignore[no-any-return]


def test_the_page_is_what_the_scores_kept_make_of_it() -> None:
    written = (DOCS / "scorecard.md").read_text("utf-8")

    assert written == scorecard().page(kept()), "run ./dev python experiments/scorecard.py --text"


def test_the_readme_says_in_one_line_what_the_scorecard_says() -> None:
    readme = " ".join((DOCS.parent / "README.md").read_text("utf-8").split())
    line = scorecard().scorecard_page.headline(kept()).strip("*.")

    assert line in readme
    assert "(docs/scorecard.md)" in readme


@pytest.mark.slow
def test_a_small_scorecard_is_whole(tmp_path: Path) -> None:
    """Plays, frozen draws, a posterior that knows less, scores, and a page with every part."""
    scorecard().main(["--smoke", str(tmp_path)])

    page = (tmp_path / "scorecard.md").read_text("utf-8")
    scores = json.loads((tmp_path / "scores.json").read_text("utf-8"))
    heads = [line for line in page.splitlines() if line.startswith("## ")]
    assert [head.split(",")[0] for head in heads] == [
        "## In one table", "## Goals", "## CRPS by months ahead", "## The days held back",
        "## July 2025 to January 2026: one look at frozen forecasts", "## The start of 1 October 2025",
        "## Every score", "## Every score", "## Every score",
        "## Patterns and signs", "## What the model cannot do",
    ]  # fmt: skip
    assert {row["series"] for row in scores["tuned"]["scores"]} >= {"attacks_ucdp", "closures", "exports_bank"}
    assert all(row["crps"] >= -1.0 for row in scores["tuned"]["scores"])
    tables = ("scores", "totals", "events", "paths", "spells", "shares")
    assert all("n" in row and "effective" in row for name in tables for row in scores["tuned"][name])
    assert all(scores["tuned"][name] for name in ("totals", "events", "paths", "spells"))
    assert {row["declared"] for row in scores["tuned"]["scores"] if row["series"] == "closures"} == {"climatology"}
    assert scores["late"]["asked"]["origins"] == 1
    assert "### The same months by the model as it is now, in hindsight" in page
    assert "### Outcomes of July 2025 to January 2026, in hindsight" in page
    assert [row["happened"] for row in scores["rupture"]["odds"]] == [True, True]
    assert [row["seen"] for row in scores["rupture"]["lengths"]] == [111.0]
    assert [(row["arm"], row["observed"]) for row in scores["rupture"]["returns"]] == [("A", 171100.0), ("C", 171100.0)]
    for name in ("prior", "posterior"):
        digest = scores["window"][name]["asked"]["sha256"]
        assert (tmp_path / f"{name}.json.sha256").read_text().split()[0] == digest
        assert digest in page


def test_what_a_goal_misses_is_said_with_its_figure() -> None:
    page = scorecard().scorecard_page
    row = {
        "series": "attacks_ucdp", "arm": "A", "months": "1-12", "skill": -0.2, "skill_low": -0.3, "skill_high": -0.1,
        "coverage": 0.7, "coverage_low": 0.6, "coverage_high": 0.8, "note": "",
    }  # fmt: skip
    good = {"coverage": 0.9, "coverage_low": 0.8, "coverage_high": 0.95}
    rows = [
        row, row | {"arm": "C", "skill": 0.1, "skill_low": 0.05, "skill_high": 0.2} | good,
        row | {"series": "exports_bank", "skill": -0.04, "skill_low": -0.3, "skill_high": 0.2} | good,
        row | {"series": "exports_bank", "arm": "C", "skill": 0.02, "skill_low": None, "skill_high": None} | good,
        row | {"series": "imports_bank", "arm": "B", "skill": -0.9} | good,  # no goal is about this arm
    ]  # fmt: skip

    lines = {line.split(" | ")[0].strip("| "): line for line in page.goals({"scores": rows}, "some year").splitlines()}

    assert (
        "**missed** | attacks_ucdp A -20% [-30%, -10%]"
        in lines["attacks, arm A, the year ahead: skill no worse than -5%"]
    )
    assert "| met | attacks_ucdp C +10%" in lines["attacks, arm C, the year ahead: skill above zero"]
    for arm in ("A, the year ahead: skill no worse than -5%", "C, the year ahead: skill above zero"):
        assert "| met, within chance |" in lines[f"exports, arm {arm}"]
        assert "too few to score" in lines[f"returns, arm {arm}"]
        assert "too few to score" in lines[f"imports, arm {arm}"]
    assert "attacks_ucdp A 70% [60%, 80%]" in page.goals({"scores": rows}, "some year")
    tried = {name: line.split(" | ")[-1].strip("| ") for name, line in lines.items()}
    assert tried["attacks, arm A, the year ahead: skill no worse than -5%"] == page.TRIED["attacks"]
    assert tried["attacks, arm C, the year ahead: skill above zero"] == ""


def test_the_one_look_at_frozen_forecasts_stands_on_the_page_with_its_figures() -> None:
    page = scorecard().page(kept())

    of = page.partition("## July 2025 to January 2026: one look at frozen forecasts")[2].partition("\n## ")[0]
    for figure in ("613 (459 to 833)", "635", "| 1% | 6%", "111 days", "4.6", "2.6", "5.9", "130,000", "326,000",
                   "642,000", "-181%", "-37%", "53%"):  # fmt: skip
        assert figure in of, figure
    assert "once" in of
    assert "hindsight" in of


def test_the_start_before_the_rupture_says_which_of_its_goals_are_missed() -> None:
    october = scorecard().scorecard_page.rupture_text
    days = {"low": 7.0, "median": 20.0, "high": 90.0, "longer": 0.02}
    found = {
        "asked": {"from": "2025-10-01", "to": "2026-01-31", "origins": 1, "every": 0, "draws": 40, "seed": 1},
        "months": 7,
        "odds": [{"over": 30.0, "p": 0.01, "p_declared": 0.05, "happened": True},
                 {"over": 100.0, "p": 0.001, "p_declared": 0.01, "happened": None}],
        "lengths": [{"on": "2025-10-12", "seen": 111.0, "model": days, "past": days,
                     "scores": [{"log": 2.0}, {"log": 1.0}]}],
        "returns": [{"arm": arm, "observed": 171055.0, "low": 1000.0, "median": 9000.0, "high": 99000.0, "crps": 0.4,
                     "declared": "pulse curves", "crps_declared": 1.0} for arm in ("A", "C")],
    }  # fmt: skip

    missed = october(found)
    found["odds"][0]["p"] = 0.06  # type: ignore[index]
    found["lengths"][0]["scores"][0]["log"] = 0.6  # type: ignore[index]
    found["returns"][1]["high"] = 300000.0  # type: ignore[index]
    met = october(found)

    assert (missed.count("**missed**"), met.count("**missed**"), met.count(": met")) == (3, 0, 3)
    assert "one origin, 40 draws" in met
    assert "| 6.0% | 5.0% (past rate) | it happened | 3% to 15%: met |" in met
    assert "111 and on" in met
    assert "not known" in met


def test_the_picture_names_each_line_and_leaves_out_what_claims_nothing() -> None:
    row = {"series": "closures", "arm": "A", "months": "1-12", "skill": 0.1, "skill_low": -0.2, "skill_high": 0.3}

    figure = skill_figure([row, row | {"arm": "B", "skill_low": None}, row | {"arm": "C"}], date(2020, 1, 1))

    assert figure is not None
    (ax,) = figure.axes
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "Closures begun (press), C, 1-12", "Closures begun (press), A, 1-12",
    ]  # fmt: skip
    assert "0%" in {ax.xaxis.get_major_formatter()(tick) for tick in ax.get_xticks()}
    assert skill_figure([row | {"skill_low": None}], date(2020, 1, 1)) is None
    assert "Pseudo-out-of-sample" in figure.texts[-1].get_text()
    new = skill_figure([row], date(2030, 1, 1))
    assert new is not None
    assert "New data" in new.texts[-1].get_text()


@pytest.mark.slow
def test_scores_kept_are_what_plays_make_of_them() -> None:
    """Arm A anew, for attacks and closures. Equal to the digits kept, as draws are."""
    module = scorecard()
    series = ("attacks_picss", "attacks_ucdp", "closures")
    again = module.played(replace(module.TUNED, arms=("A",), measures=series))["scores"]

    known = [row for row in kept()["tuned"]["scores"] if row["arm"] == "A" and row["series"] in series]  # type: ignore[index]
    assert again == known, "run ./dev python experiments/scorecard.py"
