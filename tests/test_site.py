"""The site that `./dev docs` builds, in headless Chromium: no request, no fault, nothing too wide, on every page."""

from pathlib import Path

import pytest

from tests.chromium import CHROMIUM, FLAGS

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "build" / "docs"
PAGES = sorted(path for folder in ("docs", "notebooks", "seeds") for path in (SITE / folder).rglob("*.html"))
PAGES += [SITE / f"{name}.html" for name in ("README", "CHANGELOG", "CONTRIBUTING")]
LEFT_OPEN = """
() => [...document.querySelectorAll('article *')].filter(one => {
  if (one.getBoundingClientRect().right <= innerWidth + 1) return false
  for (let up = one.parentElement; up; up = up.parentElement)
    if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(up).overflowX)) return false
  return true
}).map(one => one.tagName + ' ' + one.textContent.slice(0, 40))
"""  # what runs over the window and is in nothing that scrolls

sync_api = pytest.importorskip("playwright.sync_api")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium"),
    pytest.mark.skipif(not (SITE / "index.html").exists(), reason="./dev docs has not built the site"),
]


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_asks_a_network_fails_or_is_wider_than_the_window(browser, width):
    context = browser.new_context(viewport={"width": width, "height": 900})
    shown = context.new_page()
    said, asked, faults = [], [], []
    shown.on("console", lambda message: said.append(message.text))
    shown.on("pageerror", lambda error: said.append(str(error)))
    shown.on("request", lambda request: asked.append(request.url))
    for path in PAGES:
        shown.goto(path.as_uri())
        faults += [f"{path.name}: {left}" for left in shown.evaluate(LEFT_OPEN)]
        if shown.evaluate("document.documentElement.scrollWidth") > width:
            faults.append(f"{path.name}: scrolls sideways")
    context.close()
    assert faults == []
    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def test_the_first_page_leads_to_every_section(browser):
    shown = browser.new_page()
    shown.goto((SITE / "index.html").as_uri())
    shown.wait_for_url("**/docs/docs/index.html")
    captions = shown.locator(".sidebar-tree .caption").all_inner_texts()
    assert [one.lower() for one in captions] == [
        "start here", "guide", "notebooks", "reference", "the model", "evidence", "how good is it", "what it shows",
        "for contributors",
    ]  # fmt: skip
    assert shown.locator("article a[href$='api.html']").count() == 1
    shown.close()


def test_the_api_page_shows_types_and_links_to_what_is_returned(browser):
    shown = browser.new_page()
    shown.goto((SITE / "docs" / "api.html").as_uri())
    signature = shown.locator("dt[id='regionsim.run']")
    assert "worlds: int | None" in signature.inner_text()
    assert signature.locator("a[href='#regionsim.Run']").count() == 1
    shown.close()
