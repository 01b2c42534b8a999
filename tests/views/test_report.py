import base64
import hashlib
import json
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from regionsim.errors import InputError
from regionsim.indicators import DIMENSIONS
from regionsim.scenario import load
from regionsim.studies.briefing import assumed
from regionsim.studies.briefing.assumed import chance_bound
from regionsim.studies.briefing.changes import changes_of
from regionsim.studies.briefing.chosen import choose
from regionsim.studies.briefing.gather import brief
from regionsim.views.report import schematic
from regionsim.views.report.page import page_of, report
from regionsim.views.report.svg import nice_ticks, tick_words, year_ticks
from regionsim.views.report.texts import amount, answers, change, civil_words, percent
from tests.toys.brief_toy import BRIEF_TOY, FROM, MORE, NASTY, scenarios
from tests.toys.toy import toy_scenario

SECTIONS = ("answer", "effects", "changed", "why", "map", "assumptions", "beyond", "limits", "appendix")
FOLDED = (
    "civilians", "differences", "parts", "levers", "expected", "sensitivity", "assumed", "stories", "sources", "made",
)  # fmt: skip


class Read(HTMLParser):
    """Elements with their attributes, and the text outside of scripts and styles."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.words, self.open = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self.open.append(tag)
        self.words.append(" " if tag in ("td", "th") else "")

    def handle_endtag(self, tag):
        if tag in ("script", "style"):
            self.open.pop()

    def handle_data(self, data):
        if not self.open:
            self.words.append(data)

    @property
    def text(self):
        return " ".join("".join(self.words).split())


@pytest.fixture(scope="module")
def read(page):
    return Read(page)


def inside(page, tag):
    return re.findall(rf"<{tag}[^>]*>(.*?)</{tag}>", page, flags=re.DOTALL)


def test_the_page_says_all_in_the_order_a_decision_maker_reads(read):
    ids = [attrs["id"] for tag, attrs in read.elements if tag == "h2"]
    assert tuple(ids) == SECTIONS
    folded = [attrs["id"] for tag, attrs in read.elements if tag == "details" and attrs.get("class") == "appendix"]
    assert tuple(folded) == FOLDED
    assert not any("open" in attrs for tag, attrs in read.elements if tag == "details")


def test_words_of_a_scenario_are_shown_as_text_wherever_they_stand(read, page):
    tags = [tag for tag, _ in read.elements]
    assert tags.count("script") == 2
    assert "img" not in tags
    assert "<script>alert" not in page
    for place in ("h1", "title", "figure"):
        assert place in tags
    assert read.text.count("<script>alert(1)</script>") > 20  # title, question, expectation, reason, captions
    assert f"known as contradicted: {NASTY}" in read.text


def test_the_policy_allows_the_pages_own_style_and_script_and_nothing_else(read, page):
    (policy,) = [attrs["content"] for tag, attrs in read.elements if attrs.get("http-equiv")]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        text = inside(page, tag)[-1]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    for tag, attrs in read.elements:
        assert not {name for name in attrs if name == "style" or name.startswith("on")}, tag
        assert not {"src", "srcset", "action", "background"} & attrs.keys(), tag
        if tag == "a":
            assert attrs["href"].startswith(("#", "https://", "http://"))
        if tag == "link":
            assert attrs["href"] == "data:,"
    assert "@import" not in page
    assert "url(" not in inside(page, "style")[0]


def test_the_numbers_for_the_script_cannot_end_their_element_and_are_those_of_the_charts(page, briefed):
    text = inside(page, "script")[0]
    assert not set("<>&") & set(text)
    data = json.loads(text)
    assert data["dates"] == list(briefed.dates)
    assert len(data["charts"]) == len(briefed.charts) + 1  # that of the first page is last
    last = data["charts"][0]["fans"][1]["p50"][-1]
    assert last == pytest.approx(briefed.charts[0].fans[1].quantiles["p50"][-1], rel=1e-3)


def test_a_brief_gives_the_same_page_each_time(page, briefed):
    assert page_of(briefed) == page


def test_harm_to_civilians_is_said_though_the_headline_is_good(briefed, read):
    push = briefed.arms[0]
    (trade,) = [row for row in push.rows if row.indicator == "trade_volume"]
    assert trade.mean > 0
    assert trade.clear_of_all
    assert "Worse: Deportations\N{DAGGER} +400 persons per year" in civil_words(push.civilians)
    assert dict(answers(briefed, push))["Side effects on civilians"] == civil_words(push.civilians)
    assert read.text.count("Worse: Deportations") == 4  # for each scenario on the first page and in the appendix
    told = (
        r"Worse: Deportations\N{DAGGER} \(Afghans in Pakistan; at worst, about \w{3} 20\d\d, in total, at the end\)\."
    )
    assert re.search(told, read.text)
    borne = r"Deportations\N{DAGGER} Afghans in Pakistan [\d,]+ persons in all \+2"
    assert re.search(borne, read.text)  # 400 a year, for 28 weeks
    weak = [replace(row, clear_of_all=False) for row in push.civilians]
    assert re.search(r"Worse: Deportations[^;.]* \(weak evidence\)", civil_words(weak))


def test_what_was_asked_first_is_answered_first_clear_or_not(briefed, read):
    push = briefed.arms[0]
    asked = replace(
        push, rows=(replace(push.rows[0], side=0, median_low=-1.0, median_high=9.0, clear_of_all=False), *push.rows[1:])
    )
    label, words = answers(briefed, asked)[0]
    assert label == f"{push.rows[0].title}, no clear difference"
    assert "95% interval \N{MINUS SIGN}1.00 to +9.00" in words
    assert [label for label, _ in answers(briefed, asked)].count("No clear difference") <= 1
    assert "Median differences from Where we stand" in read.text  # several scenarios stand side by side


def test_changes_say_what_was_and_what_is_who_can_do_it_and_what_stands_behind(briefed):
    by_path = {one.path: one for one in briefed.arms[1].changes}
    assert set(by_path) == {
        "levers.trade_facilitation", "levers.route_security", "shocks.shut", "parameters.trade.potential",
    }  # fmt: skip
    lever = by_path["levers.trade_facilitation"]
    assert (lever.was, lever.now) == ("not in the baseline", "50% from 2025-08-25")
    assert lever.who
    assert lever.grade == "documented"
    assert [one.id for one in lever.sources] == ["LS04", "MA84", "MA86", "MA07"]
    assert all(one.title for one in lever.sources)
    assert by_path["shocks.shut"].title == "Border closure (shut)"
    assert "400 days" in by_path["shocks.shut"].now
    assert by_path["parameters.trade.potential"].now.startswith("12 ")
    assert by_path["parameters.trade.potential"].was.startswith("as in the evidence base: ")


def test_an_event_of_the_record_that_is_struck_is_told_by_its_title_and_source():
    base = load("history_2023")
    changed = load("history_torkham_open")
    (one,) = changes_of(base, changed)
    assert (one.was, one.now) == ("as observed, on 2025-02-21", "removed")
    assert "_" not in one.title
    assert one.sources


def test_what_a_scenario_no_longer_has_is_a_change_too():
    base, push, _ = scenarios()
    (change,) = changes_of(push, base)
    assert (change.was, change.now) == ("100% from 2025-08-25, reached over 4 weeks", "not pulled")
    assert changes_of(base, base) == ()


def test_causes_and_verdicts_are_there_once_what_they_need_is_played(briefed, read):
    both = briefed.arms[1]
    column, total, parts = both.causes.columns[0]
    assert column.indicator == "trade_volume"
    assert sum(part.mean for part in parts) == pytest.approx(total.mean)
    assert [one.verdict.value for one in briefed.arms[0].judged[1:3]] == ["not met", "contradicted as known"]
    assert briefed.arms[0].unjudged == ()
    assert "Shapley values" in read.text


def test_studies_that_were_not_made_are_said_with_the_command_that_makes_them(tmp_path):
    base, push, _ = scenarios()
    made = brief(push, baseline=base, out=tmp_path, workers=1, engine=BRIEF_TOY)
    text = Read(page_of(made)).text
    assert made.arms[0].unjudged == ("needs more",)
    assert "regionsim check push" in text
    assert "There is no sensitivity study of this scenario beside its run." in text
    assert made.arms[0].causes is not None  # one override: nothing lies between baseline and scenario
    both = brief(scenarios()[2], baseline=base, out=tmp_path, workers=1, engine=BRIEF_TOY)
    assert both.arms[0].causes is None
    assert "regionsim why both --baseline base --worlds 30" in Read(page_of(both)).text


def test_claims_against_a_baseline_that_is_not_found_are_not_judged(tmp_path):
    base, push, _ = scenarios()
    lost = push.model_copy(update={"baseline": "nowhere"})
    made = brief(lost, baseline=base, out=tmp_path, workers=1, full=True, engine=BRIEF_TOY)
    assert made.arms[0].unjudged == (NASTY,)
    assert [one.expectation.name for one in made.arms[0].judged] == ["never so much", "known", "needs more"]


def test_a_sensitivity_study_beside_the_run_is_shown(tmp_path):
    base, push, _ = scenarios()
    folder = tmp_path / "push-sensitivity-12345678"
    folder.mkdir()
    (folder / "study.json").write_text('{"method": "morris"}', encoding="utf-8")
    (folder / "outcomes.csv").write_text(
        "outcome,unit,said\ntrade_volume@2026,USD bn/yr,chance: 3%\n", encoding="utf-8"
    )
    (folder / "indices.csv").write_text(
        "outcome,unit,rank,input,mu_star,mu_star_low,mu_star_high,warning\n"
        "trade_volume@2026,USD bn/yr,1,trade.potential,2.5,2.1,2.9,\n",
        encoding="utf-8",
    )
    made = brief(push, baseline=base, out=tmp_path, workers=1, engine=BRIEF_TOY)
    text = Read(page_of(made)).text
    assert "trade.potential assumption 2.5 [2.1, 2.9]" in text
    assert "chance: 3%" in text


def test_worlds_are_told_by_stated_rules(briefed):
    typical, extreme = briefed.arms[0].told
    assert (typical.kind, extreme.kind) == ("typical", "extreme")
    assert typical.world != extreme.world
    assert any(line.kind == "strike" for line in typical.story.lines)
    title, _, here, middle, twin = typical.figures[0]
    assert title.startswith("Trade")
    assert here > twin  # the lever lifts it in every world
    assert middle == pytest.approx(briefed.charts[0].fans[1].quantiles["p50"][-1], rel=1e-5)


def test_the_typical_world_is_nearest_the_medians_and_the_extreme_one_the_worst():
    values = np.array([[1.0, 9.0], [2.0, 8.0], [3.0, 5.0], [4.0, 2.0], [5.0, 1.0]])
    assert choose(values, ["up", "down"]) == (2, 0)
    assert choose(values, ["down", "up"]) == (2, 4)
    assert choose(values * np.array([1e-6, 1e6]), ["up", "down"]) == (2, 0)  # units do not matter
    assert choose(values, ["context", "context"])[1] in (0, 4)


def test_what_lies_beyond_the_record_is_flagged(briefed, read):
    push, both = briefed.arms
    (one,) = [one for one in push.beyond if one.title == "Two-way trade"]
    assert (one.above, one.base_above, one.below) == (1.0, 1.0, 0.0)
    assert push.longest == ()
    assert [(gate, days) for gate, days, _ in both.longest] == [("torkham", 400.0)]
    assert "The whole horizon lies after the last day of data used (2025-06-30)" in read.text
    assert "No effect of any of them has been measured" in read.text


def test_assumptions_have_role_range_and_sources(briefed):
    named = {one.size.id: one for one in briefed.arms[0].assumptions}
    assert {"levers.trade_facilitation_clearance_time", "levers.trade_facilitation_push"} <= named.keys()
    for one in named.values():
        assert one.size.role in ("observed", "brief", "calibrated", "literature", "assumption")
        assert one.size.sources
        assert one.reasons


def test_sizes_of_levers_that_neither_scenario_uses_are_no_assumption_of_its_answer():
    used, idle, other = "levers.trade_facilitation_push", "levers.joint_border_management_clash_rate", "trade.potential"
    frame = pd.DataFrame({"world": [1, 2], used: [0.1, 0.2], idle: [0.1, 0.2], other: [5.0, 8.0]})
    arm, base = (SimpleNamespace(worlds=frame, scenario=load(name)) for name in ("trade_push", "status_quo"))
    assert assumed._varied(arm, base)[0] == [used, other]
    assert assumed._varied(base, arm)[0] == [used, other]  # a difference depends on the baseline's levers too
    assert assumed._varied(base, base)[0] == [other]


def test_chance_passes_the_bound_of_rank_correlations_as_rarely_as_said():
    rng = np.random.default_rng(1)
    tests, worlds, rounds = 40, 30, 400
    bound = chance_bound(worlds, tests)
    passed = 0
    for _ in range(rounds):
        ranks = rng.random((worlds, tests + 1)).argsort(axis=0).argsort(axis=0).astype(float)
        ranks -= ranks.mean(axis=0)
        rho = (ranks[:, 1:] * ranks[:, :1]).sum(axis=0) / (ranks[:, 0] ** 2).sum()
        passed += bool((np.abs(rho) > bound).any())
    assert passed / rounds < 0.05 + 3 * np.sqrt(0.05 * 0.95 / rounds)
    assert passed  # it is no empty bound
    assert chance_bound(5, 40) == 1.0


def test_one_scenario_can_stand_alone(tmp_path):
    base = scenarios()[0]
    made = brief(base, baseline=base, out=tmp_path, workers=1, engine=BRIEF_TOY)
    assert made.base is None
    ids = [attrs["id"] for tag, attrs in Read(page_of(made)).elements if tag == "h2"]
    assert set(SECTIONS) - set(ids) == {"changed", "why"}
    assert answers(made, made.arms[0])[0][1].startswith("median ")


def test_a_lever_at_zero_is_said_to_be_identical(tmp_path):
    base = scenarios()[0]
    idle = toy_scenario(30, name="idle", levers={"trade_facilitation": FROM | {"intensity": 0.0}}, **MORE)
    made = brief(idle, baseline=base, out=tmp_path, workers=1, engine=BRIEF_TOY)
    assert all(row.identical for row in made.arms[0].rows)
    assert "Identical to the baseline" in dict(answers(made, made.arms[0]))
    assert "identical in every pair of worlds" in page_of(made)


def test_a_page_of_four_scenarios_and_a_dozen_indicators_stays_small(briefed):
    dozen = (
        tuple(
            replace(chart, fans=chart.fans[:1] * 5, gaps=chart.gaps[:1] * 4, yearly=chart.yearly[:1] * 5)
            for chart in briefed.charts[:1]
        )
        * 12
    )
    many = replace(briefed, arms=briefed.arms * 2, charts=dozen, front=dozen[0], dates=briefed.dates)
    assert len(page_of(many).encode()) * 105 / len(briefed.dates) < 5e6  # as if all dates were kept


def test_faults_are_said_before_anything_is_played(tmp_path, monkeypatch):
    with pytest.raises(InputError, match="is a folder"):
        report("status_quo", to=tmp_path)
    with pytest.raises(InputError, match="nothing to report"):
        report(to=tmp_path / "a.html")
    with monkeypatch.context() as refusing:
        refusing.setattr("tempfile.TemporaryFile", lambda **_: (_ for _ in ()).throw(PermissionError(13, "no leave")))
        with pytest.raises(InputError, match=r"a\.html: cannot be written \(no leave\)"):
            report("status_quo", to=tmp_path / "a.html")
    monkeypatch.setitem(__import__("sys").modules, "jinja2", None)
    with pytest.raises(InputError, match="needs jinja2"):
        report("status_quo", to=tmp_path / "a.html")
    assert list(tmp_path.iterdir()) == []


def test_the_map_stands_at_true_coordinates_and_its_links_join_known_places():
    places = schematic._places()
    assert set(DIMENSIONS["crossing"]) <= places.keys()
    assert all(stop in places for _, stops in schematic._links() for stop in stops)

    def km(a, b):
        (x, y), (u, v) = ([np.radians(float(places[one][key])) for key in ("lon", "lat")] for one in (a, b))
        return 6371 * np.arccos(np.sin(y) * np.sin(v) + np.cos(y) * np.cos(v) * np.cos(x - u))

    assert km("kabul", "peshawar") == pytest.approx(215, abs=20)
    assert km("karachi", "quetta") == pytest.approx(590, abs=20)
    assert km("torkham", "peshawar") == pytest.approx(40, abs=15)


def test_ticks_are_round_numbers_that_hold_the_values():
    assert nice_ticks(0.0, 10.2) == [0.0, 2.5, 5.0, 7.5, 10.0, 12.5]
    assert nice_ticks(-1.0, 4.1)[0] <= -1.0
    assert len(nice_ticks(3.0, 3.0)) > 1
    assert [tick_words(value, 2.5) for value in (0.0, 2.5, 10.0)] == ["0", "2.5", "10.0"]
    assert tick_words(-2_500_000.0, 500_000.0) == "\N{MINUS SIGN}2.5M"
    assert next(words for _, words in year_ticks(date(2025, 8, 18), date(2035, 8, 18))) == "2026"
    assert year_ticks(date(2025, 8, 18), date(2025, 11, 1))[0][1] == "Sep 2025"


def test_numbers_have_signs_units_and_points():
    assert change(-3e-8, "") == change(3e-8, "") == "0"
    assert change(0.021, "share") == "+2.1 points"
    assert change(-0.00082, "share") == "\N{MINUS SIGN}0.082 points"
    assert change(-1234.0, "per year") == "\N{MINUS SIGN}1,230 per year"
    assert amount(0.44, "share") == "44.0%"
    assert amount(2_930_000.0, "persons") == "2.93M persons"
    shares = (0.0, 0.0004, 0.5, 0.9996, 1.0)
    assert [percent(one) for one in shares] == ["0%", "under 0.1%", "50%", "over 99.9%", "100%"]
    assert [percent(one, 0) for one in shares] == ["0%", "under 1%", "50%", "over 99%", "100%"]
    assert [percent(count / 200) for count in (113, 75, 71, 1, 88)] == ["56.5%", "37.5%", "35.5%", "0.5%", "44%"]
    assert [percent(count / 200, 0) for count in (113, 75, 71)] == ["57%", "38%", "36%"]


def test_titles_keep_their_own_direction_and_are_escaped(briefed):
    from dataclasses import replace

    from regionsim.views.report.page import page_of

    title = "تجارت <b> & $5"
    first = replace(briefed.arms[0], title=title, question=title)
    page = page_of(replace(briefed, title=title, arms=(first, *briefed.arms[1:])))
    shown = "تجارت &lt;b&gt; &amp; $5"
    assert f'<h1 dir="auto">{shown}</h1>' in page
    assert f'<p class="lead" dir="auto">{shown}</p>' in page
    assert f"<h3><bdi>{shown}</bdi>" in page
    assert title not in page
