"""Results in a notebook: a short line, a small escaped table, and completion without noise."""

import re
from html.parser import HTMLParser

import pytest

import regionsim as rs
from regionsim.runs import run
from regionsim.runs.play import run_all
from regionsim.studies.api import discover, sensitivity, sweep
from regionsim.studies.check import check
from regionsim.studies.compare import compare
from regionsim.studies.why import why
from tests.toys.analytic import ANALYTIC
from tests.toys.toy import TOY

TITLE = "<script>alert(1)</script> & <img src=x onerror=y>"
MADE = {
    "format": 1, "title": TITLE, "question": "<b>Will it?</b>", "start": "2025-08-18", "end": "2026-02-01",
    "worlds": 4,
    "levers": {"trade_facilitation": {"from": "2026-01-01", "intensity": 0.5}},
    "shocks": [
        {"kind": "border_closure", "crossing": "torkham", "on": "2025-09-01", "for": "2 weeks", "by": "pakistan"}
    ],
    "targets": [{"name": "<i>much trade</i>", "that": "trade_volume@2025-12 >= 1"}],
    "expect": [{"name": "<u>some</u>", "that": "trade_volume@2025-12 > 0", "in": ">= 50% of worlds"}],
}  # fmt: skip
PLAIN = MADE | {"levers": {}, "shocks": []}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    out = tmp_path_factory.mktemp("runs")
    how = {"out": out, "workers": 1, "engine": TOY}
    played = run(MADE, worlds=40, **how)
    swept = sweep(MADE, {"trade.potential": "5:15:3"}, replicates=2, outcomes=["attacks@2025-12"], **how)
    over = ["trade.potential", "trade.habit"]
    of_salib = sensitivity(
        "status_quo", over=over, samples=4, replicates=2, outcomes=["trade_volume@2025-08"], workers=1,
        sets=["end=2025-08-24"], out=out, engine=ANALYTIC,
    )  # fmt: skip
    return {
        "Run": played,
        "Runs": run_all([MADE, "status_quo"], worlds=4, sets=["end=2025-12-20", "targets=null"], **how),
        "Comparison": compare(MADE, baseline=PLAIN, **how),
        "Why": why(MADE, PLAIN, indicators=["trade_volume"], **how),
        "Checked": check(MADE, **how),
        "Sweep": swept,
        "Sensitivity": of_salib,
        "Discovery": discover(played, "attacks@2025-12 < 900"),
        "Plan": rs.plan(MADE, out=out),
        "Story": _story(played),
        "Scenario": rs.load(MADE),
    }


def _story(played):
    from regionsim.runs.story import replay

    return replay(played, 0, engine=TOY)


KINDS = (
    "Run", "Runs", "Comparison", "Why", "Checked", "Sweep", "Sensitivity", "Discovery", "Plan", "Story", "Scenario",
)  # fmt: skip


class Page(HTMLParser):
    """Tags and text of a fragment."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.said: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        assert not any(name.startswith("on") or name in ("src", "href") for name, _ in attrs)

    def handle_data(self, data):
        self.said.append(data)


@pytest.mark.parametrize("kind", KINDS)
def test_a_result_is_one_short_line_that_says_what_it_is(results, kind):
    line = repr(results[kind])

    assert "\n" not in line
    assert line.isprintable()
    assert len(line.replace(str(getattr(results[kind], "folder", getattr(results[kind], "path", "-"))), "")) < 200
    assert kind in line or kind == "Runs"


@pytest.mark.parametrize("kind", KINDS)
def test_a_result_is_a_small_table_in_a_notebook_and_all_of_it_is_escaped(results, kind):
    page = Page(results[kind]._repr_html_())

    assert set(page.tags) <= {"div", "p", "b", "table", "thead", "tbody", "tr", "th", "td"}
    assert "table" in page.tags or kind == "Discovery"
    assert page.tags.count("tr") < 80
    assert "".join(page.said).strip()
    if kind in ("Run", "Runs", "Comparison", "Why", "Sweep", "Discovery", "Scenario"):
        assert TITLE in "".join(page.said) or kind == "Comparison"


def test_the_answer_to_the_question_comes_first(results):
    said = Page(results["Run"]._repr_html_()).said
    text = "|".join(piece.strip() for piece in said if piece.strip())

    assert text.index("Will it?") < text.index("much trade") < text.index("Week of")
    assert re.search(r"much trade.*\d+% of 40 worlds", text)


@pytest.mark.parametrize("kind", KINDS)
def test_completion_offers_what_is_public_and_nothing_private(results, kind):
    names = [name for name in dir(results[kind]) if not name.startswith("__")]

    assert names
    assert [name for name in names if name.startswith(("_", "model_"))] == []
    assert [name for name in names if not hasattr(results[kind], name)] == []


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("Run", {
            "complete", "dates", "events", "export", "failed", "frame", "hash", "indicators", "name", "numbers",
            "path", "places", "plot", "replay", "scenario", "summary", "to_ema", "to_xarray", "until", "values",
            "variables", "weeks", "worlds",
        }),
        ("Runs", {"count", "frame", "index", "items", "keys", "summary", "to_ema"}),
        ("Sweep", {
            "folder", "hash", "means", "name", "notes", "plot", "points", "results", "seed", "source", "study", "title",
            "to_ema",
        }),
    ],
)  # fmt: skip
def test_completion_offers_what_the_page_of_the_api_shows_people_to_use(results, kind, names):
    assert {name for name in dir(results[kind]) if not name.startswith("__")} == names


def test_a_damaged_run_shows_why_it_cannot_be_shown(results, tmp_path):
    played = run(MADE, worlds=2, out=tmp_path, workers=1, engine=TOY)
    next((played.path / "trajectories").glob("*.parquet")).write_bytes(b"no table")
    said = " ".join(Page(rs.open_run(played.path)._repr_html_()).said)
    assert "is damaged" in said
    assert "fresh=True" in said
