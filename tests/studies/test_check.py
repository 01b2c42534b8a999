"""Expectations judged over runs of the toy model: every form a claim may have, pairs, failed worlds, exit codes."""

from functools import partial
from xml.etree import ElementTree

import numpy as np
import pytest

from regionsim.errors import InputError
from regionsim.runs import PlaySettings
from regionsim.studies.check import check_cases, checked_rule, player_by
from regionsim.studies.expectation_cases import Case, read_cases
from regionsim.studies.verdicts import Verdict, VerdictRule
from regionsim.views.checks import check_junit, check_markdown, check_table
from tests.toys.levered import LEVERED
from tests.toys.toy import toy_scenario

WORLDS = 400
LEVER = {"trade_facilitation": {"from": "2025-09-01", "intensity": 0.8}}


def judged(folder, *expected, worlds=WORLDS, known=(), **more):
    """Verdicts on (that, in), ...; the scenario pulls a lever that its baseline does not."""
    expect = [
        {"name": f"{number}: {that}", "that": that, "in": within}
        | ({"known": "contradicted", "reason": "a reason"} if number in known else {})
        for number, (that, within) in enumerate(expected)
    ]
    base = toy_scenario(worlds, name="base", **more)
    scenario = toy_scenario(worlds, levers=LEVER, expect=expect, **more)
    player = player_by(PlaySettings(out=folder, workers=1, engine=LEVERED))
    return check_cases([Case(scenario, base, "toy.yaml")], VerdictRule(), player)


@pytest.fixture
def judge(tmp_path):
    """As `judged`, in a folder of the test's own."""
    return partial(judged, tmp_path)


FORMS = [
    ("attacks@2025-10 > {}", ">= 80% of worlds", 5, 60),
    ("attacks@2025-10 > {}", "<= 20% of worlds", 95, 30),
    ("attacks@2025-10 <= {}", "median", 80, 20),
    ("attacks@2025-10 > {}", "p05", 0.5, 30),
    ("attacks@2025-10 in {}..90", ">= 60% of worlds", 10, 50),
    ("attacks@2025-10 in {}..90", "median", 10, 70),
    ("attacks@2025-10 > trust_pakistan@2025-10 + {}", ">= 80% of worlds", 0, 60),
    ("attacks@2025-10 > trust_pakistan@2025-10 + {}", "median", 0, 80),
    ("trade_volume@2025-10 > baseline * {}", ">= 90% of pairs", 1.2, 1.3),
    ("trade_volume@2025-10 > baseline + {}", "median", 0.7, 0.9),
    ("closure_days[torkham]@2025-10 > {}", ">= 50% of worlds", 0.5, 20),
    ("relations@2025-10 > {}", ">= 90% of worlds", 0.4, 0.6),
]


@pytest.fixture(scope="module")
def forms(tmp_path_factory):
    """Every form, once true and once false, judged together."""
    expected = [(that.format(number), within) for that, within, *numbers in FORMS for number in numbers]
    return judged(tmp_path_factory.mktemp("forms"), *expected)


@pytest.mark.parametrize("number", range(len(FORMS)), ids=[f"{that} in {within}" for that, within, *_ in FORMS])
def test_every_form_of_comparison_and_band_is_judged(forms, number):
    true, false = forms.judged[2 * number : 2 * number + 2]

    assert [true.verdict, false.verdict] == [Verdict.MET, Verdict.NOT_MET]
    assert all(one.n == WORLDS and one.low <= one.observed <= one.high for one in (true, false))
    assert forms.exit_code == 1


def test_a_lever_that_moves_an_indicator_at_each_step_is_seen(judge):
    ways = ("rises", "falls", "never falls", "never rises")
    steps = [(f"trade_volume@2025-10 {way} with trade_facilitation", ">= 90% of worlds") for way in ways]
    own = ("trade_volume@2025-10 rises with trade_facilitation at 0, 0.2, 0.8", ">= 90% of worlds")
    still = ("attacks@2025-10 never rises with trade_facilitation", ">= 100% of worlds")

    found = judge(*steps, own, still)

    met, not_met = Verdict.MET, Verdict.NOT_MET
    assert [one.verdict for one in found.judged] == [met, not_met, met, not_met, met, met]
    assert len(found.cases[0].runs) == 5  # at 0, 0.2, 0.5, 1 and 0.8, which is the scenario itself


def test_a_lever_that_works_the_other_way_in_a_quarter_of_the_worlds_is_seen(judge):
    that = "trade_volume@2025-10 rises with trade_facilitation at 0, 0.8"

    found = judge((that, ">= 90% of worlds"), (that, ">= 60% of worlds"), question="mixed").judged

    assert [one.verdict for one in found] == [Verdict.NOT_MET, Verdict.MET]
    assert found[0].observed == 0.75


def test_the_least_change_among_the_steps_is_what_a_quantile_is_of(judge):
    found = judge(("trade_volume@2025-10 rises with trade_facilitation at 0, 0.2, 1", "median")).judged[0]

    assert found.observed == pytest.approx(0.2, abs=1e-5)
    assert found.verdict is Verdict.MET


def test_an_indicator_is_held_against_what_was_observed(judge):
    found = judge(
        ("attacks@2024 in observed", ">= 20% of worlds"),
        ("attacks@2024 in observed +- 95%", ">= 20% of worlds"),
        start="2024-01-01", end="2024-12-31",
    ).judged  # fmt: skip

    assert [one.verdict for one in found] == [Verdict.NOT_MET, Verdict.MET]  # 521 to 908 attacks; the toy has under 100


def test_pairs_are_the_same_worlds_and_failed_ones_are_left_out_of_both(judge):
    found = judge(("trade_volume@2025-10 > baseline", ">= 90% of pairs"), question="fail 3 11")

    assert found.judged[0].n == WORLDS - 2
    assert found.judged[0].of == "pairs"
    assert found.exit_code == 4
    assert [line.split(" (")[0] for line in found.cases[0].failed] == [
        f"{name}: 2 of 400 worlds failed" for name in ("toy", "base")
    ]


def test_undecided_and_known_contradictions_pass_and_a_known_one_that_is_met_does_not(judge):
    near, bad, good = (f"attacks@2025-10 > {number}" for number in (10, 60, 1))
    within = ">= 90% of worlds"

    passed = judge((near, within), (bad, within), known=[1])
    assert [one.verdict for one in passed.judged] == [Verdict.UNDECIDED, Verdict.KNOWN]
    assert passed.judged[0].more > 0
    assert passed.exit_code == 0
    surprised = judge((good, within), known=[0])
    assert [one.verdict for one in surprised.unexpected] == [Verdict.SURPRISE]
    assert surprised.exit_code == 1


def test_the_verdict_takes_the_worlds_asked_for_even_where_more_are_stored(judge):
    judge(("attacks@2025-10 > 10", ">= 80% of worlds"), worlds=60)

    assert judge(("attacks@2025-10 > 10", ">= 80% of worlds"), worlds=40).judged[0].n == 40


def test_arms_that_differ_in_nothing_raise_no_alarm(judge):
    found = judge(
        ("attacks@2025-10 >= baseline", ">= 100% of pairs"),
        ("attacks@2025-10 > baseline", "<= 0% of pairs"),
        ("closure_days@2025-10 <= baseline", "median"),
    )

    assert [one.verdict for one in found.judged] == [Verdict.MET] * 3


def test_the_frame_has_a_row_for_each_expectation(judge):
    frame = judge(("attacks@2025-10 > 5", ">= 80% of worlds"), ("attacks@2025-10 > 5", "median")).frame()

    assert list(frame["verdict"]) == ["met", "met"]
    assert list(frame["unit"]) == ["share", "per year"]


# -- what is written ---------------------------------------------------------------------------------------------------

NASTY = 'a <script>alert("1")</script> & ]]> | *bold* \x1b[31mred\x07 \ufffe `x`'


@pytest.fixture
def nasty(tmp_path):
    expect = [
        {"name": NASTY, "that": "attacks@2025-10 > 60", "in": ">= 80% of worlds"},
        {"name": "open", "that": "attacks@2025-10 > 10", "in": ">= 90% of worlds"},
        {"name": "known", "that": "attacks@2025-10 > 60", "in": ">= 80% of worlds", "known": "contradicted",
         "reason": NASTY},
        {"name": "fine", "that": "attacks@2025-10 > 5", "in": ">= 80% of worlds"},
    ]  # fmt: skip
    scenario = toy_scenario(WORLDS).model_copy(update={"title": NASTY})
    sound = [one | {"name": str(number), "reason": "r"} for number, one in enumerate(expect)]
    expectations = toy_scenario(1, expect=sound).expect
    told = tuple(
        one.model_copy(update={"name": text["name"], "reason": text.get("reason")})
        for one, text in zip(expectations, expect, strict=True)
    )
    scenario = scenario.model_copy(update={"expect": told})
    player = player_by(PlaySettings(out=tmp_path, workers=1, engine=LEVERED))
    return check_cases([Case(scenario, scenario, "toy.yaml")], VerdictRule(), player)


def test_junit_is_xml_that_a_reader_counts_right(nasty):
    root = ElementTree.fromstring(check_junit(nasty))

    suite = root.find("testsuite")
    counts = [suite.get(key) for key in ("name", "tests", "failures", "errors", "skipped")]
    assert counts == ["toy", "4", "1", "0", "2"]
    assert (root.get("tests"), root.get("failures")) == ("4", "1")
    first, open_, known, fine = suite.findall("testcase")
    assert '<script>alert("1")</script> & ]]>' in first.get("name")
    assert not set(first.get("name")) & {"\x1b", "\x07", "\ufffe"}
    failure = first.find("failure")
    assert failure.get("type") == "not met"
    assert "of 400 worlds, required >= 80%" in failure.get("message")
    assert "more would decide" in open_.find("skipped").get("message")
    assert "contradicted as known" in known.find("skipped").get("message")
    assert [child.tag for child in fine] == ["system-out"]


def test_junit_says_that_worlds_failed(judge):
    root = ElementTree.fromstring(check_junit(judge(("attacks@2025-10 > 5", ">= 80% of worlds"), question="fail 3")))

    assert root.find("testsuite").get("errors") == "1"
    assert "1 of 400 worlds failed" in root.find("testsuite/testcase/error").get("message")


def test_markdown_shows_text_as_text(nasty):
    page = check_markdown(nasty)

    assert page.startswith("# Expectations: 1 unexpected\n")
    assert "<script>" not in page
    assert not set(page) & {"\x1b", "\x07", "\ufffe"}
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    assert len(rows) == 2 + 4
    assert all(line.replace("\\|", "").count("|") == 7 for line in rows)
    assert "**not met**" in page


def test_the_table_has_no_character_that_steers_a_terminal(nasty):
    rows = check_table(nasty.cases[0])

    assert all(cell.isprintable() for row in rows for cell in row)
    assert rows[0][0] == "NOT MET"
    assert rows[0][4] == "400 worlds"


# -- what is judged ----------------------------------------------------------------------------------------------------

FILE = """\
format: 1
title: A study
extends: status_quo
end: 2026-02-18
worlds: {worlds}
expect:
  - null
  - {{name: trade, that: "trade_volume@2026-01 > baseline", in: median}}
"""


def test_files_folders_and_names_are_found_and_fewer_worlds_are_remarked(tmp_path, monkeypatch):
    folder = tmp_path / "scenarios"
    folder.mkdir()
    for name, worlds in (("one", 10), ("two", 30)):
        (folder / f"{name}.yaml").write_text(FILE.format(worlds=worlds))
    (folder / "grid.yaml").write_text("study: 1\nscenario: one.yaml\nover: {worlds: [1]}\n")
    monkeypatch.chdir(tmp_path)

    assert [(one.scenario.name, one.scenario.worlds) for one in read_cases()] == [("one", 10), ("two", 30)]
    assert len(read_cases([folder, folder / "one.yaml"])) == 2
    assert [one.scenario.worlds for one in read_cases(worlds=30)] == [30, 30]
    one, two = read_cases(worlds=20)
    assert (one.scenario.worlds, two.scenario.worlds, two.baseline.worlds) == (20, 20, 20)
    assert one.remark == ""
    assert two.remark.startswith("two: judged over 20 worlds, fewer than the 30 that it asks for")
    with pytest.raises(InputError, match="worlds: 0 is out of range"):
        read_cases(worlds=0)
    assert read_cases([folder], sets=["worlds=5"])[1].scenario.worlds == 5


def test_the_baseline_is_played_like_the_scenario(tmp_path):
    file = tmp_path / "one.yaml"
    file.write_text(FILE.format(worlds=10) + "seed: 5\ndraws: fixed\n")

    sets = ["parameters.trade.potential=9", "levers.trade_facilitation.from=2025-10-01"]
    case = read_cases([file], sets=sets)[0]

    for key in ("start", "end", "worlds", "seed", "draws", "parameters"):
        assert getattr(case.scenario, key) == getattr(case.baseline, key), key
    assert set(case.scenario.levers) == {"trade_facilitation"}
    assert case.baseline.levers == {}
    assert case.baseline.name == "status_quo"


def test_a_scenario_may_be_its_own_baseline():
    case = read_cases(["history_2023"])[0]

    assert case.baseline is case.scenario


def test_nothing_to_judge_is_a_fault(tmp_path):
    with pytest.raises(InputError, match="the folder holds no scenario"):
        read_cases([tmp_path])
    with pytest.raises(InputError, match="nothing to judge: no expectation within the horizon of trade_push"):
        read_cases(["trade_push"], sets=["end=2026-01-01"])


@pytest.mark.parametrize(("alpha", "zone"), [(0.0, 0.03), (0.5, 0.03), (float("nan"), 0.03), (0.05, -0.1), (0.05, 0.5)])
def test_rates_that_make_no_sense_are_refused(alpha, zone):
    with pytest.raises(InputError, match=r"out of range|must be a number"):
        checked_rule(alpha, zone)


def test_numbers_of_toy_worlds_are_what_the_tests_take_them_for(judge):
    found = judge(("attacks@2025-10 > 10", ">= 50% of worlds")).judged[0]

    assert found.observed == pytest.approx(0.9, abs=3 * np.sqrt(0.09 / WORLDS))
