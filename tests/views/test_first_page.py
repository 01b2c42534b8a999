"""The first page: every figure on it is computed a second time here, straight from the files of the runs.

Weeks are counted by hand from 18 August 2025.
"""

import math
import re
import shutil
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pyarrow.parquet as pq
import pytest
from scipy.stats import binomtest, spearmanr

from regionsim.indicators import INDICATORS
from regionsim.runs import run
from regionsim.studies.briefing.data import Beyond
from regionsim.studies.briefing.gather import brief
from regionsim.views.report.front import (
    all_caveats,
    answer,
    answer_more,
    burdens,
    moment_words,
    reach_words,
    rest_words,
    rests,
    turn_words,
    verdict,
)
from regionsim.views.report.page import page_of
from tests.toys.brief_toy import BRIEF_TOY, FROM, MORE
from tests.toys.toy import toy_scenario

WORLDS = 60
WEEKS = 28  # to 1 March 2026
AT = 24  # the last week that begins by 2 February 2026
LIMIT = 11.5
TARGETS = [
    {"name": "trade is above the line", "that": f"trade_volume@2026-02-02 >= {LIMIT}", "sources": ["Q06"]},
    {"name": "attacks are few", "that": "attacks@2026-02-28 < 895"},
]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The brief of a scenario with targets, and the folders of its runs."""
    out = tmp_path_factory.mktemp("runs")
    base = run(toy_scenario(WORLDS, name="base", **MORE | {"title": "As is"}), out=out, workers=1, engine=BRIEF_TOY)
    lever = {"trade_facilitation": FROM | {"intensity": 1.0, "ramp": "4 weeks"}}
    push = toy_scenario(
        WORLDS, name="push", question="Does trade grow?", targets=TARGETS, levers=lever, **MORE | {"title": "The push"}
    )
    arm = run(push, out=out, workers=1, engine=BRIEF_TOY)
    found = brief(arm, baseline=base, out=out, workers=1, engine=BRIEF_TOY, first_page=True)
    return found, base.path, arm.path


def table(path, indicator):
    """Values by world and week, (worlds, weeks), from the files of a run folder."""
    rows = [
        row
        for part in sorted((path / "trajectories").glob("*.parquet"))
        for row in pq.read_table(part, columns=["world", "date", indicator]).to_pylist()
    ]
    rows.sort(key=lambda row: (row["world"], row["date"]))
    return np.array([row[indicator] for row in rows], dtype=float).reshape(WORLDS, WEEKS)


def in_percent(count):
    """A count of the worlds in percent: one decimal, halves away from zero, none if whole."""
    tenths = (2000 * count + WORLDS) // (2 * WORLDS)
    return f"{tenths / 10:.1f}".removesuffix(".0") + "%"


def number(text):
    return float(text.replace("\N{MINUS SIGN}", "-").replace("+", "").replace(",", ""))


def test_the_answer_counts_worlds_and_says_how_sure_it_is(made):
    found, base, arm = made
    mine, theirs = (table(path, "trade_volume")[:, AT] >= LIMIT for path in (arm, base))
    count, other = int(mine.sum()), int(theirs.sum())
    assert 0 < other < count < WORLDS
    page = found.arms[0]

    assert answer(page).endswith(
        f"in February 2026, trade is above the line in {count} of {WORLDS} worlds ({in_percent(count)}), against "
        f"{other} of {WORLDS} worlds ({in_percent(other)}) in the baseline."
    )
    exact = binomtest(count, WORLDS).proportion_ci(0.95, "exact")
    assert f"95% interval {exact.low:.0%} to {exact.high:.0%} of worlds" in answer_more(page)
    change = 100 * (int((mine & ~theirs).sum()) - int((theirs & ~mine).sum())) / WORLDS
    assert f"; {change:+.1f}".removesuffix(".0") + " percentage points against the baseline (" in answer_more(page)
    middle = float(np.median(table(arm, "trade_volume")[:, AT]))
    assert number(re.search(r"median ([\d.,]+)", answer_more(page))[1]) == pytest.approx(middle, rel=5e-3)
    assert "target: at least 11.5 in February 2026" in answer_more(page)
    sides = {"Yes": exact.low > 0.5, "No,": exact.high < 0.5, "Und": exact.low <= 0.5 <= exact.high}
    assert sides[verdict(page.targets[0])[:3]]
    assert answer(page).startswith(f"First target: {verdict(page.targets[0]).lower()}: ")
    moved = [row for row in page.targets[1:] if row.change_low > 0 or row.change_high < 0]
    words = "Other targets that differ clearly" if moved else "On no other target is there a clear difference"
    assert words in answer_more(page)
    assert all(row.name in answer_more(page) for row in moved)


def test_the_chart_shows_the_target_and_counts_worlds_at_every_date(made):
    found, base, arm = made
    assert (found.front.id, found.front.targets) == ("trade_volume", (LIMIT,))
    days = {day: week for week, day in enumerate(np.arange(WEEKS) * 7 + np.datetime64("2025-08-18"))}
    for at, day in enumerate(found.dates):
        week = days[np.datetime64(day)]
        counts = [int((table(path, "trade_volume")[:, week] >= LIMIT).sum()) for path in (base, arm)]
        assert [reached[at] for reached in found.front.reached] == counts
    assert reach_words(found, found.front, -1).endswith(
        f"As is in {counts[0]} of {WORLDS} worlds; The push in {counts[1]} of {WORLDS} worlds."
    )
    for path, fan in zip((base, arm), found.front.fans, strict=True):
        levels = np.quantile(table(path, "trade_volume")[:, -1], (0.05, 0.5, 0.95))
        assert [fan.quantiles[name][-1] for name in ("p05", "p50", "p95")] == pytest.approx(list(levels), rel=1e-5)


def test_harm_is_told_at_its_worst_in_total_and_at_the_end(made):
    found, base, arm = made
    rows = {row.indicator: row for row in burdens(found.arms[0])}
    assert {"deportations", "closure_days"} <= rows.keys()
    assert rows["deportations"].who == "Afghans in Pakistan"
    a, b = (table(path, "deportations") for path in (base, arm))

    def total(values):
        """The flow of 28 weeks from sums over 52: the last, less what the first holds of the weeks before."""
        return values[:, -1] - (1 - WEEKS / 52) * values[:, 0]

    differences = [b.max(axis=1) - a.max(axis=1), total(b) - total(a), b[:, -1] - a[:, -1]]
    assert number(rows["deportations"].level) == pytest.approx(float(np.median(a[:, -1])), rel=5e-3)
    assert number(rows["deportations"].total) == pytest.approx(float(np.median(total(a))), rel=5e-3)
    month = date(2025, 8, 18) + timedelta(weeks=int(np.median(b.argmax(axis=1))))
    assert rows["deportations"].cells[0].more == f"(about {month:%b %Y})"
    assert rows["deportations"].cells[1].more == f"(baseline {rows['deportations'].total} persons in all)"
    for (text, word, _), values in zip(rows["deportations"].cells, differences, strict=True):
        assert word.startswith("worse")
        assert number(text.split()[0]) == pytest.approx(float(np.median(values)), rel=0.05)
        low, high = (number(end) for end in re.search(r"\((\S+) to (\S+)\)", text).groups())
        assert low <= np.median(values) * 1.05
        assert high >= np.median(values) * 0.95


def test_it_says_what_it_rests_on_and_what_could_turn_it(made):
    found, base, arm = made
    page = found.arms[0]
    first = rests(page)
    assert len(first) <= 3
    assert all(each.size.role in rest_words(each) or each.size.role for each in first)
    worlds = pq.read_table(arm / "worlds.parquet").to_pandas()
    gain = table(arm, "trade_volume")[:, AT] - table(base, "trade_volume")[:, AT]
    for each in page.assumptions:
        if each.rho:
            assert each.rho == pytest.approx(spearmanr(worlds[each.size.id], gain)[0], abs=1e-6)
            side = "higher" if each.rho > 0 else "lower"
            told = f"the {side} {page.targets[0].title} is against the baseline in February 2026 (rank correlation"
            assert told in rest_words(each)
    mine = table(arm, "trade_volume")[:, AT] >= LIMIT
    rarer = min(int(mine.sum()), WORLDS - int(mine.sum()))
    assert (page.turn.cases, page.turn.worlds) == (rarer, WORLDS)
    words = turn_words(page)
    if page.turn.limits:
        assert f"{page.turn.k} of {page.turn.n} worlds" in words
        assert page.turn.k <= page.turn.cases
    else:
        assert page.turn.why_not in words


@pytest.mark.parametrize(
    ("mine", "other", "words"),
    [
        ((0.0, 0.0), (0.0, 0.0), "No indicator leaves the range of observed years"),
        ((0.0, 0.125), (0.5, 0.0), "{title} falls at some time below the lowest year on record in 12.5% of worlds."),
        ((0.0, 0.0), (0.0, 0.875), "Transit falls at some time below the lowest year on record in 87.5% of worlds."),
        (
            (0.25, 0.5),
            (0.0, 1.0),
            "{title} rises at some time above the highest year on record in 25% of worlds, and falls at some time "
            "below the lowest year on record in 50% of worlds.",
        ),
    ],
)
def test_the_page_says_how_far_worlds_leave_the_record_either_way(made, mine, other, words):
    arm = made[0].arms[0]
    title = INDICATORS[arm.targets[0].indicator].title
    beyond = tuple(
        Beyond(name, "", 0.0, 1.0, *shares, None, None)
        for name, shares in ((title, mine), ("Transit", other))
        if any(shares)
    )
    assert words.format(title=title) in all_caveats(replace(made[0], arms=(replace(arm, beyond=beyond),)))[2]


def test_it_has_three_caveats_and_the_command_and_the_rest_is_left_out(made):
    found = made[0]
    texts = all_caveats(found)
    assert len(texts) == 3
    assert "Not a forecast. Data end on 30 June 2025" in texts[0]
    assert "has no effect that was measured on this border" in texts[1]
    assert "above the highest year on record" in texts[2]
    assert moment_words(found.arms[0]).startswith("Set by the scenario: 1: Aug 2025, ")
    page = page_of(found, first_page=True)
    assert found.command.split()[0] in page
    for words in (answer(found.arms[0]), turn_words(found.arms[0]), texts[0]):
        assert words.replace("'", "&#39;") in page
    assert 'id="answer"' in page
    assert 'id="effects"' not in page
    assert 'id="appendix"' not in page
    assert found.arms[0].told == ()
    assert len(page_of(found, first_page=True)) < len(page_of(found))


def test_years_are_told_by_their_last_weeks(made):
    found, base, arm = made
    assert found.years == ("2026-02-23",)
    for chart in found.charts:
        for path, rows in zip((base, arm), chart.yearly, strict=True):
            levels = np.quantile(table(path, chart.id)[:, -1], (0.05, 0.5, 0.95))
            assert rows[0] == pytest.approx(tuple(levels), rel=1e-4)
    assert not any(math.isnan(value) for chart in found.charts for row in chart.yearly for value in row[0])


def test_several_scenarios_share_a_page_and_one_without_targets_says_so(made, tmp_path):
    from regionsim.runs import Run

    _, base, arm = made
    idle = run(toy_scenario(WORLDS, name="idle", **MORE | {"title": "Idle"}), out=tmp_path, workers=1, engine=BRIEF_TOY)
    both = brief(Run(arm), idle, baseline=Run(base), out=tmp_path, workers=1, engine=BRIEF_TOY, first_page=True)
    assert both.arms[1].targets == ()
    assert answer(both.arms[1]).startswith("No target is set. ")
    assert both.arms[1].turn is None
    page = page_of(both, first_page=True)
    assert answer(both.arms[0]) in page
    assert "No target is set." in page
    assert len(both.front.reached) == 3


def test_the_first_page_of_one_scenario_is_one_sheet(made, tmp_path):
    sync_api = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("there is no Chromium")
    file = tmp_path / "first.html"
    file.write_text(page_of(made[0], first_page=True), encoding="utf-8")
    with sync_api.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        shown = browser.new_page(viewport={"width": 390, "height": 900})
        said = []
        shown.on("console", lambda message: said.append(message.text))
        shown.goto(file.as_uri())
        assert shown.evaluate("document.documentElement.scrollWidth") <= 390
        assert shown.locator("svg.panel:visible").count() == 1
        before = shown.locator(".reach").text_content()
        shown.get_by_label("Date in every chart and table").focus()
        shown.keyboard.press("Home")
        assert shown.locator(".reach").text_content() == reach_words(made[0], made[0].front, 0) != before
        sheets = re.findall(rb"/Type\s*/Page[^s]", shown.pdf(prefer_css_page_size=True))
        browser.close()
    assert said == []
    assert len(sheets) == 1
