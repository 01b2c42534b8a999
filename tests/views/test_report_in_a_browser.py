"""The page in headless Chromium: no request, no fault, nothing too wide, read by keyboard and without scripts."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from regionsim.views.report.page import page_of
from tests.chromium import CHROMIUM, FLAGS

sync_api = pytest.importorskip("playwright.sync_api")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")

LEAST_CONTRAST = 4.5
PAPER = 690  # pixels across A4 within its margins


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def file(page, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("page") / "brief.html"
    path.write_text(page, encoding="utf-8")
    return path


@pytest.fixture
def visit(browser, file):
    """Open the page; said and asked are what the console said and what was requested."""
    opened = []

    def visited(width=1280, **more):
        context = browser.new_context(viewport={"width": width, "height": 900}, **more)
        opened.append(context)
        shown = context.new_page()
        shown.said, shown.asked = [], []
        shown.on("console", lambda message: shown.said.append(message.text))
        shown.on("pageerror", lambda error: shown.said.append(str(error)))
        shown.on("dialog", lambda dialog: (shown.said.append("a dialog"), dialog.dismiss()))
        shown.on("request", lambda request: shown.asked.append(request.url))
        shown.goto(file.as_uri())
        return shown

    yield visited
    for context in opened:
        context.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_leaves_the_file_nothing_fails_and_nothing_is_too_wide(visit, file, width):
    shown = visit(width)
    shown.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert [url for url in shown.asked if not url.startswith("data:")] == [file.as_uri()]
    assert shown.said == []
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
    assert shown.evaluate("document.querySelectorAll('img, iframe, object, form').length") == 0


@pytest.mark.parametrize("width", [1280, 768, 390])
def test_no_column_of_a_table_of_indicators_is_cut_off(visit, width):
    shown = visit(width)
    ends = shown.locator(".rows td:last-child").evaluate_all("all => all.map(one => one.getBoundingClientRect().right)")
    assert ends
    assert max(ends) <= width
    hidden = shown.locator(".scroll:has(.rows)").evaluate_all(
        "all => all.filter(one => one.scrollWidth > one.clientWidth).length"
    )
    assert hidden == 0


@pytest.mark.parametrize("width", [1280, 390])
def test_words_of_pictures_stand_within_their_canvas_and_apart(visit, width):
    shown = visit(width)
    shown.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert shown.locator("svg.panel:visible").count() > 5
    wrong = shown.evaluate(
        """() => [...document.querySelectorAll("svg.drawing")].filter((svg) => svg.checkVisibility()).flatMap((svg) => {
          const { width, height } = svg.viewBox.baseVal;
          const all = [...svg.querySelectorAll("text")].map((one) => ({ words: one.textContent, box: one.getBBox() }));
          const out = all.filter(({ box }) => box.x < -0.5 || box.x + box.width > width + 0.5 ||
            box.y < -2 || box.y + box.height > height + 2);
          const near = all.flatMap((one, at) => all.slice(at + 1).filter((other) => {
            const [a, b] = [one.box, other.box];
            const apart = a.x + a.width + 1 <= b.x || b.x + b.width + 1 <= a.x;
            return !apart && Math.abs(a.y + a.height / 2 - b.y - b.height / 2) < 7;
          }));
          return [...out, ...near].map(({ words }) => `${svg.id}: ${words}`);
        })"""
    )
    assert wrong == []


def test_a_hostile_title_is_shown_as_text(visit):
    shown = visit()
    assert "<script>alert(1)</script>" in shown.title()
    assert "<script>alert(1)</script>" in shown.locator("h1").inner_text()
    assert shown.evaluate("document.scripts.length") == 2


def test_a_request_from_the_page_is_refused(visit):
    shown = visit()
    refused = shown.evaluate("fetch('http://127.0.0.1:9/').then(() => 'sent', error => String(error))")
    assert refused.startswith("TypeError")
    assert any("Content Security Policy" in words for words in shown.said)


def test_one_date_moves_through_all_charts_by_keyboard_and_by_pointer(visit):
    shown = visit()
    slider = shown.get_by_label("Date in every chart")
    before = shown.locator(".readout").all_text_contents()
    cells = shown.locator("td[data-chart]").all_text_contents()
    slider.focus()
    for _ in range(3):
        shown.keyboard.press("ArrowLeft")
    after = shown.locator(".readout").all_text_contents()
    assert any(a != b for a, b in zip(cells, shown.locator("td[data-chart]").all_text_contents(), strict=True))
    assert all(a != b for a, b in zip(before, after, strict=True) if "Identical" not in a)
    day = slider.get_attribute("aria-valuetext")
    assert after[0].startswith(f"{day}, medians: ")
    assert shown.locator("#table-date").text_content() == day
    panel = shown.locator("svg.panel").first
    panel.scroll_into_view_if_needed()
    panel.hover(position={"x": 60, "y": 60})
    assert shown.locator(".readout").first.inner_text() != after[0]
    assert panel.locator(".cursor").get_attribute("visibility") == "visible"


def test_the_script_says_the_last_date_as_the_page_does(visit):
    shown = visit()
    said = ".readout, td[data-chart], #table-date"
    written = shown.locator(said).all_text_contents()
    shown.get_by_label("Date in every chart").focus()
    shown.keyboard.press("ArrowLeft")
    shown.keyboard.press("ArrowRight")
    assert shown.locator(said).all_text_contents() == written


def test_the_page_reads_without_scripts(visit):
    shown = visit(390, java_script_enabled=False)
    assert not shown.locator("#steer").is_visible()
    assert all(words.strip() for words in shown.locator(".readout").all_text_contents())
    assert shown.locator("#answer").is_visible()
    assert shown.locator("svg.drawing:visible").count() > 5


def test_print_leaves_out_what_only_a_screen_needs(visit):
    shown = visit()
    shown.emulate_media(media="print")
    assert not shown.locator("nav").is_visible()
    assert not shown.locator("#steer").is_visible()
    assert shown.locator("#answer").is_visible()
    assert not shown.locator("#appendix").is_visible()
    shown.set_viewport_size({"width": PAPER, "height": 900})
    assert shown.evaluate("document.documentElement.scrollWidth") <= PAPER
    pages = len(re.findall(rb"/Type\s*/Page[^s]", shown.pdf(prefer_css_page_size=True)))
    assert 3 <= pages <= 12  # the first page of two scenarios, and a body of at most ten
    shown.evaluate("document.getElementById('made').open = true")
    assert shown.locator("#appendix").is_visible()
    assert shown.locator("#made dl").first.is_visible()
    assert not shown.locator("#stories").is_visible()


@pytest.mark.parametrize("arms", [1, 2])
def test_the_first_page_prints_on_one_sheet_or_two_for_two_scenarios(browser, briefed, alone, tmp_path, arms):
    found = alone if arms == 1 else briefed
    file = tmp_path / "first.html"
    file.write_text(page_of(found, first_page=True), encoding="utf-8")
    shown = browser.new_page()
    shown.goto(file.as_uri())
    assert 1 <= len(re.findall(rb"/Type\s*/Page[^s]", shown.pdf(prefer_css_page_size=True))) <= arms
    shown.close()


def test_structure_and_names_serve_those_who_do_not_see_the_page(visit):
    shown = visit()
    found = shown.evaluate(
        """() => {
          const all = (words) => [...document.querySelectorAll(words)];
          const ids = all("[id]").map((one) => one.id);
          const text = (id) => (document.getElementById(id) || { textContent: "" }).textContent.trim();
          return {
            lang: document.documentElement.lang,
            marks: ["header", "nav", "main", "footer"].map((one) => all(one).length),
            levels: all("h1,h2,h3,h4").map((one) => Number(one.tagName[1])),
            twice: ids.filter((id, at) => ids.indexOf(id) !== at),
            silent: all("svg").filter((one) => one.getAttribute("role") !== "img" ||
              !one.getAttribute("aria-labelledby").split(" ").every(text)).length,
            tables: all("table").filter((one) => !one.caption || !one.querySelector("thead th[scope=col]") ||
              [...one.querySelectorAll("th")].some((head) => !head.scope)).length,
            scrolls: all(".scroll").filter((one) => one.tabIndex !== 0 || !one.getAttribute("aria-label")).length,
            alike: all(".scroll").map((one) => one.getAttribute("aria-label")).filter((name, at, names) =>
              names.indexOf(name) !== at).length,
            empty: all("a, summary").filter((one) => !one.textContent.trim()).length,
            broken: all("a[href^='#']").filter((one) => !document.getElementById(one.hash.slice(1))).length,
            unlabelled: all("input").filter((one) => !one.labels.length).length,
          };
        }"""
    )
    assert found["lang"] == "en"
    assert found["marks"] == [1, 1, 1, 1]
    levels = found["levels"]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))
    rest = {key: found[key] for key in ("silent", "tables", "scrolls", "alike", "empty", "broken", "unlabelled")}
    assert rest == dict.fromkeys(rest, 0)
    assert found["twice"] == []


def test_the_keyboard_reaches_the_answer_first_and_focus_is_seen(visit):
    shown = visit()
    shown.keyboard.press("Tab")
    assert shown.evaluate("document.activeElement.className") == "skip"
    assert shown.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    shown.keyboard.press("Tab")
    style = shown.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert style == "solid"


def test_every_text_stands_out_from_what_is_behind_it(visit):
    shown = visit()
    pairs = shown.evaluate(
        """() => {
          const ground = (one) => {
            for (; one; one = one.parentElement) {
              const colour = getComputedStyle(one).backgroundColor;
              if (colour !== "rgba(0, 0, 0, 0)") return colour;
            }
            return "rgb(255, 255, 255)";
          };
          const found = new Set();
          for (const one of document.querySelectorAll("body *")) {
            const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
            if (!own || ["SCRIPT", "STYLE", "title", "desc"].includes(one.tagName)) continue;
            const ink = one.tagName === "text" ? getComputedStyle(one).fill : getComputedStyle(one).color;
            found.add(ink + "|" + ground(one));
          }
          return [...found];
        }"""
    )
    assert pairs
    for pair in pairs:
        ink, ground = (_luminance(words) for words in pair.split("|"))
        high, low = max(ink, ground), min(ink, ground)
        assert (high + 0.05) / (low + 0.05) >= LEAST_CONTRAST, pair


def _luminance(words: str) -> float:
    """Relative luminance of a colour such as rgb(34, 34, 34), after WCAG 2."""
    parts = [int(one) / 255 for one in re.findall(r"\d+", words)[:3]]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
