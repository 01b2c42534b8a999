"""Wherever parameters are named, it is said which the record identifies: by the posterior that ships, no list in code.

Every surface is looked at twice: with the shipped posterior, and with another that narrows other parameters.
"""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from regionsim.cli.catalog import rows
from regionsim.evidence import load_evidence, posterior
from regionsim.evidence.identified import count_narrowed, identified, marked, narrowed_words
from regionsim.evidence.measures import LATENT, read_measures, scored_by, scored_mark, unscored_key
from regionsim.indicators import INDICATORS
from regionsim.paths import seeds_dir
from regionsim.scenario.show import show
from regionsim.studies.overrides import Override
from tests.conftest import Command

LEVER = "levers.trade_facilitation_clearance_time"
NAMES = ("people.return_odds", "trade.potential", LEVER)
OTHER = {"trade.potential": 0.77, LEVER: 0.66}
DAGGER = "\N{DAGGER}"


@pytest.fixture(params=["shipped", "other"])
def expected(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The mark of each of NAMES, under the shipped posterior and under one that narrows OTHER alone."""
    if request.param == "other":
        folder = tmp_path / "seeds" / "posterior"
        folder.mkdir(parents=True)
        (folder / "2025-06.csv").write_text(f"{','.join(OTHER)}\n1.0,0.5\n")
        lines = [
            {"name": name, "narrowed": True, "contraction": c, "series": ["x"], "n": 3} for name, c in OTHER.items()
        ]
        (folder / "2025-06.json").write_text(json.dumps({"parameters": lines}))
        monkeypatch.setattr(posterior, "seeds_dir", lambda: folder.parent)
        narrowed = OTHER
    else:
        about = json.loads((seeds_dir() / "posterior" / "2026-01.json").read_text("utf-8"))
        narrowed = {one["name"]: one["contraction"] for one in about["parameters"] if one["narrowed"]}
        assert narrowed["people.return_odds"] > 0.0
    return {name: f"narrowed {narrowed[name]:.2f}" if name in narrowed else "assumption" for name in NAMES}


def test_the_posterior_decides_and_only_uncertain_parameters_are_marked(expected: dict[str, str]) -> None:
    fixed = next(name for name, one in load_evidence().parameters.items() if one.draw is None)

    assert {name: identified(name) for name in NAMES} == expected
    assert identified("parameters.trade.potential") == expected["trade.potential"]
    assert {identified(name) for name in (fixed, "levers.trade_facilitation.intensity", "draws")} == {""}
    assert marked([fixed, *NAMES]) == ", ".join(f"{name} {expected[name]}" for name in NAMES)
    narrowed, uncertain = count_narrowed()
    assert narrowed == len(posterior.load_posterior().rows)
    assert uncertain == sum(one.draw is not None for one in load_evidence().parameters.values())
    assert narrowed_words().startswith(f"The record narrows {narrowed} of the {uncertain} uncertain parameters")


def test_without_a_posterior_all_that_is_uncertain_is_an_assumption(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posterior, "seeds_dir", lambda: tmp_path)

    assert {identified(name) for name in NAMES} == {"assumption"}
    assert count_narrowed()[0] == 0


def test_listings_and_explanations_mark_parameters(expected: dict[str, str], regionsim: Command) -> None:
    listed = {row["id"]: row for row in rows("parameters")}
    lines = {line.split()[0]: line for line in regionsim("list", "parameters").out.splitlines()}
    effects = next(row for row in rows("levers") if row["id"] == "trade_facilitation")["effects"]

    for name in NAMES:
        assert listed[name]["identified"] == expected[name]
        assert f"  {'not identified: ' * (expected[name] == 'assumption')}{expected[name]}  " in lines[name]
    assert {one["parameter"]: one["identified"] for one in effects}[LEVER] == expected[LEVER]
    assert f"{LEVER} {expected[LEVER]}" in " ".join(regionsim("explain", "trade_facilitation").out.split())


def test_show_marks_the_parameters_a_scenario_sets(expected: dict[str, str]) -> None:
    text = show("status_quo", sets=[f"parameters.{NAMES[0]}=0.001"])

    assert f"{NAMES[0]}: 0.001  # sets; {expected[NAMES[0]]}\n" in text


def test_generated_pages_mark_them(expected: dict[str, str], root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(root / "experiments"))
    import generate
    import sensitivity as page

    assert narrowed_words() in generate.pages()["odd.md"]
    sizes = next(line for line in generate.pages()["reference.md"].splitlines() if "| `trade_facilitation`" in line)
    assert expected[LEVER] in sizes
    assert page.marked(NAMES[0]) == f"`{NAMES[0]}` | {expected[NAMES[0]]}"


def test_the_page_of_sensitivity_has_the_shipped_marks(root: Path) -> None:
    lines = [line.split(" | ") for line in (root / "docs" / "sensitivity.md").read_text("utf-8").splitlines()]
    shown = [(cells[1].strip("`"), cells[2]) for cells in lines if len(cells) > 4 and cells[1].startswith("`")]

    assert len(shown) > 20
    assert [(name, mark) for name, mark in shown if identified(name) != mark] == []


def test_sensitivity_marks_its_inputs(
    expected: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("SALib")
    from regionsim.cli.commands.sensitivity import _say
    from regionsim.studies.sensitivity import Sensitivity, SensitivitySpec
    from regionsim.studies.sweep import run_study
    from regionsim.views.sensitivity import sensitivity_figure
    from tests.toys.analytic import ANALYTIC, ISHIGAMI, WHOLE_RANGES

    over = (*(word.removeprefix("--over=") for word in WHOLE_RANGES[:2]), *NAMES)
    asked = SensitivitySpec("status_quo", "morris", 4, over, 1, 0, ("end=2025-08-24",), (ISHIGAMI,))
    study = Sensitivity(asked, out=tmp_path, engine=ANALYTIC)
    run_study(study)
    table = study.tables.indices.set_index("input")["identified"]
    figure, words = sensitivity_figure(study, *next(study.tables.each()))
    bars = [label.get_text().replace("\n", " ") for label in figure.axes[0].get_yticklabels()]
    _say(study, figures=False, json=False, quiet=False)
    said = capsys.readouterr().out
    stored = (study.folder / "indices.csv").read_text("utf-8")

    for name in NAMES:
        assert table[name] == expected[name]
        assert f",{name},{expected[name]}," in stored
        assert sum(bar.endswith(f"({expected[name]})") for bar in bars) >= 1
        assert [name, *expected[name].split()] in [
            line.split()[1 : 2 + len(expected[name].split())] for line in said.splitlines()
        ]
    assert "no series constrains it" in words
    assert narrowed_words() in said


def test_discover_marks_the_inputs_of_its_boxes(expected: dict[str, str]) -> None:
    from regionsim.cli.commands.discover import _text
    from regionsim.studies.case_table import Input
    from regionsim.studies.discovery import discover, markdown
    from regionsim.views.discovery import discovery_figure
    from tests.studies.test_discovery import planted

    futures = planted(inputs=20)[0]
    inputs = list(futures.inputs)
    inputs[3], inputs[7] = (Input(name, name, "") for name in NAMES[:2])
    found = discover(replace(futures, inputs=tuple(inputs)), boxes=1)
    figure, words = discovery_figure(found)
    labels = [label.get_text() for ax in figure.axes for label in ax.get_yticklabels()]

    assert dict(zip(found.frame()["input"], found.frame()["identified"], strict=True)) == {
        name: expected[name] for name in NAMES[:2]
    }
    for name in NAMES[:2]:
        assert f"| `{name}` | {expected[name]} |" in markdown(found)
        assert any(name in label and f"\n{expected[name]}; quasi-p" in label for label in labels)
        assert f"({expected[name]})" in found.sentences()[1]
        assert f"  {expected[name]}  " in _text(found, [])
    assert "no series constrains it" in words


def test_sweep_marks_its_axes(expected: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from regionsim.cli.commands.sweep import _say
    from regionsim.studies.designs import read_axis
    from regionsim.studies.sweep import Study, Sweep, run_study
    from regionsim.views.sweeps import sweep_figure
    from tests.toys.toy import TOY

    axes = (read_axis("trade.potential", "8,10"), read_axis("levers.trade_facilitation.intensity", "0,1"))
    study = Study(
        "trade_push", axes, replicates=2, seed=0, sets=("end=2025-11-01",), outcomes=("trade_volume@2025-10",)
    )
    sweep = Sweep(study, out=tmp_path, engine=TOY)
    run_study(sweep)
    figure, _ = sweep_figure(sweep, "trade_volume@2025-10", sweep.results())
    _say(sweep, figures=False, json=False, quiet=False)
    stored = json.loads((sweep.folder / "study.json").read_text("utf-8"))["identified"]

    words = " ".join(figure.axes[0].get_xlabel().split())
    assert words.startswith("Afghan foreign trade that Pakistani goods")
    assert words.endswith(f"({expected['trade.potential']})")
    assert "intensity" in figure.axes[0].get_ylabel()
    assert "(" not in figure.axes[0].get_ylabel()
    assert f"\ntrade.potential {expected['trade.potential']}. Identified:" in capsys.readouterr().out
    assert stored == {"trade.potential": expected["trade.potential"], "levers.trade_facilitation.intensity": ""}


def test_why_marks_overrides_and_the_sizes_of_levers(expected: dict[str, str]) -> None:
    from regionsim.views.why import why_key

    asked: Any = SimpleNamespace(
        players=[Override("parameters.trade.potential", ""), Override("levers.trade_facilitation", "")],
        overrides=[Override("parameters.trade.potential", ""), Override("levers.trade_facilitation", "")],
        columns=[SimpleNamespace(indicator="trade_volume")],
        notes=[],
        parts=[],
    )
    first, second = why_key(asked)
    sizes = [name for name in load_evidence().parameters if name.startswith("levers.trade_facilitation_")]
    assumed = sum(identified(name) == "assumption" for name in sizes)

    assert first.startswith(f"parameters.trade.potential {expected['trade.potential']}. Identified:")
    assert second == f"Sizes of lever effects: {assumed} of {len(sizes)} are assumptions."


def test_the_report_marks_what_it_rests_on_and_counts(expected: dict[str, str], tmp_path: Path) -> None:
    pytest.importorskip("jinja2")
    from regionsim.studies.briefing.gather import brief
    from regionsim.views.report.page import page_of
    from tests.toys.brief_toy import BRIEF_TOY, scenarios

    base, _, both = scenarios()
    folder = tmp_path / "both-sensitivity-12345678"
    folder.mkdir()
    (folder / "study.json").write_text('{"method": "morris"}', encoding="utf-8")
    (folder / "outcomes.csv").write_text(
        "outcome,unit,said\ntrade_volume@2026,USD bn/yr,chance: 3%\n", encoding="utf-8"
    )
    (folder / "indices.csv").write_text(  # written before there were marks
        "outcome,unit,rank,input,mu_star,mu_star_low,mu_star_high,warning\n"
        f"trade_volume@2026,USD bn/yr,1,{NAMES[0]},2.5,2.1,2.9,\n",
        encoding="utf-8",
    )
    made = brief(both, baseline=base, out=tmp_path, workers=1, engine=BRIEF_TOY)
    page = page_of(made)
    named = {one.size.id: one.size.identified for one in made.arms[0].assumptions}
    (change,) = [one for one in made.arms[0].changes if one.path == "parameters.trade.potential"]

    assert named[LEVER] == expected[LEVER]
    assert f"<td>{expected[LEVER]}</td>" in page
    assert change.identified == expected["trade.potential"]
    assert f"); {expected['trade.potential']}." in page
    assert f'<th scope="row">{NAMES[0]}</th><td>{expected[NAMES[0]]}</td><td>2.5 [2.1, 2.9]</td>' in page
    assert page.count(narrowed_words()) == 1
    assert "Two-way trade <span" in page
    assert f'Deportations<abbr title="never checked against data">{DAGGER}</abbr>' in page


# Indicators that no series scores


def test_every_flow_that_is_measured_scores_indicators_and_soft_variables_are_scored_by_none() -> None:
    assert {one.latent for one in read_measures().values()} == LATENT.keys()
    assert {name for names in LATENT.values() for name in names} <= INDICATORS.keys()
    assert {name for name in INDICATORS if scored_by(name)} == {
        "attacks", "closure_days", "returns", "trade_bilateral", "trade_transit", "trade_volume",
    }  # fmt: skip
    assert [scored_mark(name) for name in ("attacks", "attacks[punjab]", "trust_pakistan", "sanctuary")] == [
        "", DAGGER, DAGGER, DAGGER,
    ]  # fmt: skip
    assert unscored_key(["attacks", "returns"]) == []
    assert unscored_key(["attacks", "trust_pakistan"])[0].startswith(f"{DAGGER} never checked against data")


def test_an_indicator_is_scored_as_long_as_a_measure_is_of_its_flow(monkeypatch: pytest.MonkeyPatch) -> None:
    from regionsim.evidence import measures

    kept = {id: one for id, one in read_measures().items() if one.latent != "attacks"}
    monkeypatch.setattr(measures, "read_measures", lambda: kept)

    assert scored_mark("attacks") == DAGGER
    assert scored_mark("returns") == ""


def test_listings_explanations_and_the_reference_say_it_of_indicators(regionsim: Command, root: Path) -> None:
    lines = {line.split()[0]: line for line in regionsim("list", "indicators").out.splitlines()}
    reference = (root / "docs" / "reference.md").read_text("utf-8")

    assert "never checked against data" in lines["trust_pakistan"]
    assert "not scored" not in lines["attacks"]
    assert "no series: never checked against data" in regionsim("explain", "trust_pakistan").out
    assert "attacks_picss" in regionsim("explain", "attacks").out
    assert "| `trust_pakistan` | scale 0-1 | up |  | no |" in reference
    assert "| `attacks` | per year | down | province | yes |" in reference


def test_tables_of_runs_and_comparisons_mark_them(tmp_path: Path, regionsim: Command) -> None:
    from regionsim.cli.summary import summary_text
    from regionsim.studies.compare import compare
    from regionsim.views.compare import comparison_figure, comparison_key, comparison_text
    from tests.toys.toy import TOY, toy_scenario

    base = toy_scenario(8, name="base")
    found = compare(toy_scenario(8, name="other", seed=base.seed), baseline=base, out=tmp_path, workers=1, engine=TOY,
                    indicators=("trade_volume", "trust_pakistan"))  # fmt: skip
    ((_, cells),) = comparison_text(found)
    figure, _ = comparison_figure(found, 0)
    titles = [ax.get_title(loc="left") for ax in figure.axes]
    small = " ".join(text.get_text() for text in figure.texts)

    assert [row[0] for row in cells[1:]] == ["trade_volume", f"trust_pakistan{DAGGER}"]
    assert "never checked against data" in comparison_key(found)[-1]
    assert [title.endswith(DAGGER) for title in titles] == [False, True]
    assert "never checked against data" in small
    assert [row["scored"] for row in found.about()["rows"]] == [True, False]
    text = summary_text(found.baseline)
    assert f"{INDICATORS['trust_pakistan'].title}{DAGGER}" in text
    assert f"{INDICATORS['trade_volume'].title}{DAGGER}" not in text
    assert "never checked against data" in " ".join(text.split())
    assert np.isfinite(found.rows[0].mean)
