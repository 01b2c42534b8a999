"""The live page in headless Chromium: three states, no request elsewhere, by keyboard, in all widths, and from disk."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest

from regionsim.runs import run
from regionsim.scenario import load
from regionsim.studies.targets import targets_of
from regionsim.views.explore import held_out
from regionsim.views.explore.explorer import Explorer
from regionsim.views.explore.library import Library
from regionsim.views.explore.question import question_of
from tests.chromium import CHROMIUM, FLAGS, LATE_FRAMES
from tests.views.explore.asking import ask

sync_api = pytest.importorskip("playwright.sync_api")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")

LEVERS = ("trade_facilitation", "transit_agreement")

type Visit = Callable[..., Any]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def learned(library: Library) -> Library:
    for lever in LEVERS:
        library.learn(lever)
    return library


@pytest.fixture
def visit(browser: Any, explorer: Explorer, learned: Library) -> Iterator[Visit]:
    """Open a page; `said` and `asked` are what the console said and what was requested."""
    opened = []

    def visited(address: str = "", width: int = 1280, context: Any = None) -> Any:
        if context is None:
            context = browser.new_context(viewport={"width": width, "height": 900}, accept_downloads=True)
            opened.append(context)
        shown = context.new_page()
        shown.said, shown.asked = [], []
        shown.on("console", lambda message: shown.said.append(message.text))
        shown.on("pageerror", lambda error: shown.said.append(str(error)))
        shown.on("dialog", lambda dialog: (shown.said.append("a dialog"), dialog.dismiss()))
        shown.on("request", lambda request: shown.asked.append(request.url))
        shown.locator = drawn(shown)
        shown.add_init_script(LATE_FRAMES)
        shown.goto(address or explorer.address)
        until(shown, "K.base && K.base.worldsAt(T - 1) >= W")
        return shown

    yield visited
    for each in opened:
        each.close()


def until(page: Any, what: str, seconds: float = 60.0) -> None:
    """Wait until an expression of the page is true and drawn; the page's policy forbids playwright's own waiting."""
    end = time.monotonic() + seconds
    while not page.evaluate(f"({what}) && !drawn"):
        assert time.monotonic() < end, (what, page.evaluate("$('state').textContent"), page.said)
        page.wait_for_timeout(20)


def drawn(page: Any) -> Callable[[str], Any]:
    """`page.locator`, after all that the page knows is drawn: it draws a frame later, and a frame may take long."""
    find = page.locator

    def locator(selector: str) -> Any:
        until(page, "true")
        return find(selector)

    return locator


def pull(page: Any, lever: str, steps: int) -> None:
    page.evaluate(f"document.getElementById('lever-{lever}').closest('details').open = true")
    page.locator(f"#lever-{lever}").focus()
    for _ in range(abs(steps)):
        page.keyboard.press("ArrowRight" if steps > 0 else "ArrowLeft")


def test_a_lever_is_answered_by_an_estimate_then_by_a_simulation(visit: Visit, explorer: Explorer) -> None:
    page = visit()
    assert page.locator("#state").inner_text() == "Simulated: the start, 12 worlds"
    page.evaluate(f"learn('{LEVERS[0]}')")
    until(page, "K.effects.size === 1")
    pull(page, LEVERS[0], 10)
    until(page, "$('state').textContent.startsWith('Estimate')", 5)
    assert "Estimate: Better in" in page.locator(".say").first.inner_text()
    assert page.locator(".middle.guess").count() > 0
    until(page, "K.sim && K.sim.done")
    assert page.locator("#state").inner_text() == "Simulated, 12 worlds"
    assert "Better in" in page.locator(".say").first.inner_text()
    assert page.locator(".middle.set").count() == 6
    assert "in 0 of 12 worlds with Economic integration 50%" in page.locator("#headline").inner_text()
    until(page, "$('yaml').textContent.includes('intensity: 0.5')")
    assert {urlsplit(url).netloc for url in page.asked} == {urlsplit(explorer.address).netloc}
    assert page.said == []


def test_the_page_composes_what_python_composes(visit: Visit, learned: Library) -> None:
    page = visit()
    levers = {
        LEVERS[0]: {"from": "2026-03-02", "intensity": 0.45, "ramp": "52 weeks"},
        LEVERS[1]: {"from": "2026-01-01", "intensity": 0.9, "ramp": "26 weeks", "until": "2026-11-02"},
    }
    for lever in LEVERS:
        page.evaluate(f"learn('{lever}')")
    until(page, "K.effects.size === 2")
    estimate = held_out.estimated(learned, question_of(learned.start, {"levers": levers}))
    assert estimate is not None
    for k, channel in enumerate(learned.channels):
        there = page.evaluate(
            "([levers, id]) => Array.from(estimateOf({ ...pullsOf(levers), values: K.base, before: [], used: L }, id))",
            [levers, channel.id],
        )
        here = estimate[k]
        np.testing.assert_allclose(np.reshape(there, here.shape), here, rtol=1e-9, atol=1e-9, err_msg=channel.id)


@pytest.mark.slow
def test_targets_come_first_and_are_counted_as_in_the_run_of_the_saved_file(
    visit: Visit, base_file: Path, tmp_path: Path
) -> None:
    page = visit()
    names = [each.name for each in load(base_file).targets]
    assert [each.lower() for each in page.locator("#aims strong").all_inner_texts()] == [each.lower() for each in names]
    pull(page, LEVERS[0], 20)
    page.fill("#target-0", "2.4")
    page.keyboard.press("Tab")
    until(page, "K.sim && K.sim.done && $('yaml').textContent.includes('targets')")
    shown = page.evaluate("targetsNow().map((each) => hitsOf(each, estimator(state)))")
    saved = base_file.with_name("with_targets.yaml")
    saved.write_text(page.locator("#yaml").inner_text(), encoding="utf-8")
    rows = targets_of(run(saved, out=tmp_path, workers=1), run(base_file, out=tmp_path, worlds=12, workers=1))
    assert [row.name for row in rows] == [*names, "Trade: two-way and transit through Pakistan at least 2.4"]
    for row, hits in zip(rows, shown, strict=True):
        assert (row.count, row.worlds, row.base_count) == (hits["after"], hits["n"], hits["before"])
        assert (row.gained, row.lost) == (hits["gained"], hits["lost"])
    assert rows[-1].count > 0
    assert f"In {rows[-1].count} of 12 worlds; start" in page.locator("#aims li").last.inner_text()
    assert page.said == []


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 768, 390])
def test_nothing_is_too_wide_and_every_control_has_a_name(visit: Visit, width: int) -> None:
    page = visit(width=width)
    pull(page, LEVERS[0], 4) if width > 700 else page.click("#sheet")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    page.evaluate("document.querySelectorAll('.lever .more').forEach((one) => one.click())")
    page.evaluate("setShocks([{ kind: 'border_closure', on: '2026-05-04', ...D.shockKinds.border_closure }], true)")
    until(page, "true")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    unnamed = page.evaluate("""() => [...document.querySelectorAll('button, input, select')].filter((one) => {
        const named = one.getAttribute('aria-label') || [...(one.labels || [])].map((l) => l.textContent).join('');
        return !(named.trim() || (one.tagName === 'BUTTON' && one.textContent.trim()));
    }).map((one) => one.outerHTML.slice(0, 80))""")
    assert unnamed == []
    twice = page.evaluate("""() => { const ids = [...document.querySelectorAll('[id]')].map((one) => one.id);
        return ids.filter((id, k) => ids.indexOf(id) !== k); }""")
    assert twice == []
    assert page.said == []


@pytest.mark.slow
def test_the_keyboard_reaches_a_lever_and_the_buttons_in_order(visit: Visit) -> None:
    page = visit()
    reached = []
    for _ in range(26):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.dataset.view || ''"))
    assert reached.index("difference") < reached.index("save") < reached.index("search")
    assert reached.index("search") < reached.index("lever-trade_facilitation")
    page.locator("#lever-trade_facilitation").focus()
    page.keyboard.press("End")
    assert page.locator("#row-trade_facilitation .value").inner_text() == "100% from 2026-01"


@pytest.mark.slow
def test_everything_is_done_by_keyboard(visit: Visit) -> None:
    page = visit()

    def press(selector: str, *keys: str) -> None:
        page.locator(selector).first.focus()
        for key in keys:
            page.keyboard.press(key)

    press("#predict", "Space")
    press("#lever-trade_facilitation", "ArrowRight", "ArrowRight")
    press("#add", "Enter")
    press("#timeline [role=slider]", "PageUp", "ArrowRight")
    assert page.evaluate("state.shocks[0].on") == "2026-04-13"
    press("#guess-0", "3", "Tab", "Enter")
    until(page, "revealed && K.sim && K.sim.done")
    assert "You expected 3.00" in page.locator(".predict").inner_text()
    press("[data-view=worlds]", "Enter")
    press("#tell", "Enter")
    until(page, "$('lines').childElementCount > 2")
    press("#pin", "Enter")
    until(page, "pins.length === 1", 5)
    with page.expect_download() as wanted:
        press("#save", "Enter")
    assert b"border_closure" in Path(wanted.value.path()).read_bytes()
    press("#undo", "Enter")
    until(page, "state.shocks[0].on === '2026-04-06'", 5)
    assert page.said == []


@pytest.mark.slow
def test_the_address_keeps_the_setting_and_back_undoes_it(visit: Visit) -> None:
    page = visit()
    pull(page, LEVERS[0], 2)
    page.locator("#search").focus()
    pull(page, LEVERS[1], 3)
    page.reload()
    until(page, "K.base && K.base.worldsAt(T - 1) >= W")
    assert page.evaluate("Object.values(state.levers).map((each) => each.intensity)") == [0.1, 0.15]
    page.go_back()
    until(page, "Math.abs((state.levers.transit_agreement || {}).intensity - 0.1) < 1e-9", 5)
    page.click("#undo")
    until(page, "Math.abs((state.levers.transit_agreement || {}).intensity - 0.05) < 1e-9", 5)
    page.click("#reset")
    assert page.evaluate("Object.keys(state.levers).length") == 0
    page.goto(page.url.split("#")[0] + "#%7B%22levers%22%3A%7B%22x%22%3A1%2C%22constructor%22%3A%7B%7D%7D%7D")
    page.reload()
    until(page, "K.base && K.base.worldsAt(T - 1) >= W")
    assert page.evaluate("Object.keys(state.levers).length") == 0
    assert page.said == []


@pytest.mark.slow
def test_two_pages_do_not_disturb_each_other(visit: Visit) -> None:
    first = visit()
    second = visit(context=first.context)
    pull(first, LEVERS[0], 3)
    pull(second, LEVERS[1], 4)
    for page in (first, second):
        until(page, "K.sim && K.sim.done")
    assert first.evaluate("Object.keys(state.levers)") == [LEVERS[0]]
    assert second.evaluate("Object.keys(state.levers)") == [LEVERS[1]]


@pytest.mark.slow
def test_a_prediction_comes_before_the_answer(visit: Visit) -> None:
    page = visit()
    page.check("#predict")
    pull(page, LEVERS[0], 10)
    until(page, "K.sim && K.sim.done")
    assert page.locator(".say").first.inner_text() == "Say first what you expect; then see."
    assert page.locator(".middle.set, .middle.guess").count() == 0
    page.fill("#guess-0", "3.5")
    page.locator(".predict button").click()
    assert page.locator("#guess-0").is_hidden()
    assert "You expected 3.50. The middle world ends at" in page.locator(".predict").inner_text()
    assert page.locator(".middle.set").count() == 6


@pytest.mark.slow
def test_a_held_assumption_changes_the_start_too(visit: Visit) -> None:
    page = visit()
    pull(page, LEVERS[0], 10)
    until(page, "K.sim && K.sim.done")
    page.evaluate("$('drawer').open = true")
    before = page.evaluate("K.base.at(0, 0, T - 1)")
    page.check("#hold-trade\\.potential")
    until(page, "K.held !== '{}' && K.base && K.base.worldsAt(T - 1) === W && K.sim && K.sim.done")
    assert page.evaluate("K.base.at(0, 0, T - 1)") != before
    until(page, "$('yaml').textContent.includes('trade.potential: 10')")
    assert "--set parameters.trade.potential=10" in page.locator("#commands").inner_text()
    page.uncheck("#hold-trade\\.potential")
    until(page, "K.base === K.drawn && K.sim && K.sim.done")
    assert page.evaluate("K.base.at(0, 0, T - 1)") == before
    assert page.said == []


@pytest.mark.slow
def test_a_lever_can_hold_only_while_a_condition_does(visit: Visit) -> None:
    page = visit()
    pull(page, LEVERS[0], 10)
    page.locator(f"#row-{LEVERS[0]} .more").click()
    page.fill(f"#while-{LEVERS[0]}", "attacks_ttp < 900")
    page.keyboard.press("Tab")
    until(page, "$('yaml').textContent.includes('while:')")
    until(page, "K.sim && K.sim.done")
    assert page.locator(f"#row-{LEVERS[0]} .value").inner_text() == "50% from 2026-01, a deal"
    page.fill(f"#while-{LEVERS[0]}", "nothing < 900")
    page.keyboard.press("Tab")
    until(page, "!$('trouble').hidden")
    assert "nothing" in page.locator("#trouble").inner_text()


@pytest.mark.slow
def test_the_story_of_a_single_world_is_told(visit: Visit) -> None:
    page = visit()
    assert page.locator("#story").is_hidden()
    page.click("[data-view=worlds]")
    page.fill("#world", "3")
    page.click("#tell")
    until(page, "$('lines').childElementCount > 2")
    assert "Torkham" in page.locator("#lines").inner_text()
    assert page.locator(".world.picked").first.get_attribute("data-world") == "3"


@pytest.mark.slow
def test_a_stopped_simulator_is_said_and_found_again(library: Library, browser: Any, learned: Library) -> None:
    first = Explorer(library, 0)
    port, address = urlsplit(first.address).port, first.address
    context = browser.new_context()
    page = context.new_page()
    page.said = []
    page.goto(address)
    until(page, "K.base && K.base.worldsAt(T - 1) >= W")
    page.evaluate(f"learn('{LEVERS[0]}')")
    until(page, "K.effects.size === 1")
    first.close()
    pull(page, LEVERS[0], 6)
    until(page, "!$('trouble').hidden", 10)
    assert "The simulator has stopped. Estimates still answer." in page.locator("#trouble").inner_text()
    assert "Estimate: Better in" in page.locator(".say").first.inner_text()
    with Explorer(library, port):
        until(page, "K.sim && K.sim.done", 20)
        assert page.locator("#trouble").is_hidden()
    context.close()


@pytest.mark.slow
def test_an_exported_file_answers_from_disk(visit: Visit, browser: Any, explorer: Explorer, tmp_path: Path) -> None:
    text = ask(explorer, "/api/export", {"levers": [*LEVERS, "x"]}).data["html"]
    path = tmp_path / "explore.html"
    path.write_text(text, encoding="utf-8")
    page = visit(path.as_uri())
    pull(page, LEVERS[0], 10)
    assert page.locator("#state").inner_text() == "Estimate, 12 worlds; this file cannot simulate"
    assert "Estimate: Better in" in page.locator(".say").first.inner_text()
    assert page.locator("#aims li").first.inner_text().count("Estimate: in 0 of 12 worlds; start 0") == 1
    assert [url for url in page.asked if not url.startswith("data:")] == [path.as_uri()]
    page.reload()
    until(page, "state.levers.trade_facilitation.intensity === 0.5 && $('state').textContent.startsWith('Estimate')")
    assert page.said == []
    assert json.loads(page.locator("#data").inner_text())["token"] == ""


@pytest.mark.slow
def test_files_of_a_panel_and_the_scenario_are_saved(visit: Visit) -> None:
    page = visit()
    pull(page, LEVERS[0], 10)
    until(page, "K.sim && K.sim.done")
    saved = {}
    for name, click in (("csv", "text=CSV"), ("png", "text=PNG"), ("yaml", "#save")):
        with page.expect_download() as wanted:
            page.locator(click).first.click()
        saved[name] = Path(wanted.value.path()).read_bytes()
    lines = saved["csv"].decode().splitlines()
    assert lines[0] == "world,date,start,setting,kind"
    assert len(lines) == 1 + 12 * page.evaluate("T")
    assert all(line.endswith(",simulated") for line in lines[1:])
    assert saved["png"].startswith(b"\x89PNG")
    assert b"intensity: 0.5" in saved["yaml"]


@pytest.mark.slow
def test_a_shock_is_moved_on_the_timeline_by_pointer_and_keys(visit: Visit) -> None:
    page = visit()
    closure = "{ kind: 'border_closure', on: '2026-02-02', ...D.shockKinds.border_closure }"
    yearly = (
        "{ kind: 'border_closure', crossing: ['torkham', 'chaman'], on: '2025-11-03', for: '2 weeks', by: 'pakistan',"
    )
    page.evaluate(f"setShocks([{closure}, {yearly} every: '1 year' }}], true)")
    assert page.locator("#timeline .again").count() == 1  # the second closure of the yearly one
    handle = page.locator("#timeline [role=slider]").first
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    page.mouse.move(box["x"] + 6, box["y"] + 6)
    page.mouse.down()
    page.mouse.move(box["x"] + 56, box["y"] + 6, steps=4)
    page.mouse.up()
    moved = page.evaluate("state.shocks[0].on")
    assert moved > "2026-03-01"
    page.locator("#timeline [role=slider]").nth(1).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("PageUp")
    until(page, "true")
    assert page.evaluate("document.activeElement.getAttribute('aria-valuetext')") == "2026-02-09"
    page.click("#undo")
    until(page, "state.shocks[1].on === '2025-11-10'", 5)
    assert page.evaluate("state.shocks[0].on") == moved
    until(page, "K.sim && K.sim.done && $('yaml').textContent.includes('[torkham, chaman]')")
    assert "every: 1 year" in page.locator("#yaml").inner_text()
    page.locator("#shocks summary").nth(1).click()
    page.fill("#shock-1-crossing", "chaman")
    page.keyboard.press("Tab")
    until(page, "$('yaml').textContent.includes('[chaman]')")
    assert page.said == []


@pytest.mark.slow
def test_a_prediction_can_be_drawn(visit: Visit) -> None:
    page = visit()
    page.check("#predict")
    pull(page, LEVERS[0], 10)
    fan = page.locator(".fan").first
    fan.scroll_into_view_if_needed()
    box = fan.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 12, box["y"] + 60, steps=8)
    page.mouse.up()
    assert page.locator("polyline.drawn").count() == 1
    assert page.locator(".middle.set, .middle.guess").count() == 0
    page.locator(".predict button").click()
    until(page, "K.sim && K.sim.done")
    expected = page.evaluate("drawing.findLast(Number.isFinite)")
    said = page.locator(".predict").inner_text()
    assert f"You expected {expected:.2f}" in said
    assert "Your line lies inside the 90% band at" in said
    assert page.locator("polyline.drawn").count() == 1
    assert page.said == []


@pytest.mark.slow
def test_two_settings_are_pinned_beside_the_present_one(visit: Visit) -> None:
    page = visit()
    assert page.locator("#pin").is_disabled()
    for steps, name in ((4, "Pin B"), (4, "Unpin")):
        pull(page, LEVERS[0], steps)
        until(page, "K.sim && K.sim.done && !$('pin').disabled")
        page.click("#pin")
        until(page, f"$('pin').textContent === '{name}'", 5)
    pull(page, LEVERS[0], -6)
    until(page, "K.sim && K.sim.done")
    assert [page.locator(f".middle.{kind}").count() for kind in ("pin0", "pin1", "set")] == [6, 6, 6]
    assert "A: Economic integration 20%" in page.locator("#legend").inner_text()
    assert "B: Economic integration 40%" in page.locator("#legend").inner_text()
    page.click("#pin")
    assert page.locator(".middle.pin0").count() == 0


_AXE = """async () => (await axe.run(document, { resultTypes: ["violations"] }))
    .violations.map((each) => [each.id, each.nodes.map((node) => node.html.slice(0, 120))])"""


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 768, 390])
def test_axe_finds_no_fault_in_any_view(visit: Visit, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.base")
    page = visit(width=width)
    page.evaluate(axe.AXE_SCRIPT)
    assert page.evaluate(_AXE) == []
    if width < 701:
        page.click("#sheet")
    page.evaluate(f"setLever('{LEVERS[0]}', {{ ...D.setting, intensity: 0.8 }}, true)")
    page.evaluate("setShocks([{ kind: 'border_closure', on: '2026-05-04', ...D.shockKinds.border_closure }], true)")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    page.evaluate("document.querySelectorAll('.lever .more').forEach((one) => one.click())")
    until(page, "K.sim && K.sim.done")
    page.evaluate("pin()")
    assert page.evaluate(_AXE) == []
    if width < 701:
        page.click("#sheet")
    page.click("[data-view=worlds]")
    page.evaluate("tell()")
    until(page, "$('lines').childElementCount > 2")
    assert page.evaluate(_AXE) == []
    page.evaluate("$('reset').click(); $('predict').click()")
    page.evaluate(f"setLever('{LEVERS[0]}', {{ ...D.setting, intensity: 0.5 }}, true)")
    page.wait_for_timeout(300)
    assert page.evaluate(_AXE) == []
