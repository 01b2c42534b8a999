"""The widget of notebooks: the same page in a frame, answered by messages; where it cannot be shown, a link."""

import queue
import time
from collections.abc import Iterator
from typing import Any

import pytest

from regionsim.errors import InputError
from regionsim.views.explore import explorer as explorer_module
from regionsim.views.explore import page as pages
from regionsim.views.explore.explorer import Explorer
from regionsim.views.explore.library import Library
from tests.chromium import CHROMIUM, FLAGS, LATE_FRAMES

pytest.importorskip("anywidget")

HOST = """<!doctype html><meta charset="utf-8"><title>A notebook</title><div id="cell"></div>"""
MODEL = """async ([script, html]) => {
    const hear = [], url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    const { default: widget } = await import(url);
    window.hear = (message) => hear.forEach((each) => each(message));
    widget.render({ el: document.getElementById("cell"), model: {
        get: (name) => ({ html, height: 700 })[name], send: (data) => window.asked(data),
        on: (name, each) => hear.push(each), off: () => {},
    } });
}"""

STATES = """() => { window.states = []; new MutationObserver(() => states.push($("state").textContent))
    .observe($("state"), { childList: true, characterData: true, subtree: true }); }"""


class Notebook:
    """A page that shows the widget as a notebook does, and the messages between the two."""

    def __init__(self, tab: Any, explorer: Explorer) -> None:
        self.tab, self.widget = tab, explorer.widget()
        self.messages: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.widget.send = lambda content, buffers=None: self.messages.put(content)
        self.said: list[str] = []
        self.requested: list[str] = []
        tab.on("console", lambda message: self.said.append(message.text))
        tab.on("pageerror", lambda error: self.said.append(str(error)))
        tab.on("request", lambda request: self.requested.append(request.url))
        tab.expose_function("asked", lambda data: self.widget._asked(None, data, []))
        tab.set_content(HOST)
        tab.evaluate(MODEL, [self.widget._esm, self.widget.html])

    @property
    def frame(self) -> Any:
        return self.tab.frames[1]

    def until(self, what: str, seconds: float = 60.0) -> None:
        end = time.monotonic() + seconds
        while not self.frame.evaluate(f"({what}) && !drawn"):  # the page draws a frame later than it knows
            assert time.monotonic() < end, (what, self.frame.locator("#state").inner_text(), self.said)
            while not self.messages.empty():
                self.tab.evaluate("hear", self.messages.get())
            self.tab.wait_for_timeout(20)


@pytest.fixture
def notebook(explorer: Explorer) -> Iterator[Notebook]:
    sync_api = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium")
    with sync_api.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        tab = browser.new_page(viewport={"width": 1000, "height": 800})
        tab.add_init_script(LATE_FRAMES)
        yield Notebook(tab, explorer)
        browser.close()


@pytest.mark.slow
def test_the_page_in_a_notebook_estimates_simulates_saves_and_undoes(notebook: Notebook, library: Library) -> None:
    library.learn("trade_facilitation")
    notebook.until("K.base && K.base.worldsAt(T - 1) >= W")
    frame = notebook.frame
    notebook.until("(learn('trade_facilitation'), K.effects.has('trade_facilitation'))")
    frame.evaluate(STATES)
    frame.locator("#lever-trade_facilitation").focus()
    for _ in range(4):
        notebook.tab.keyboard.press("ArrowRight")
    notebook.until("states.some((text) => text.startsWith('Estimate'))")
    notebook.until("K.sim && K.sim.done && $('yaml').textContent.includes('intensity: 0.2')")
    assert "of 12 worlds with Economic integration 20%" in frame.locator("#headline").inner_text()
    frame.evaluate("$('undo').click()")
    notebook.until("state.levers.trade_facilitation.intensity === 0.15")
    frame.fill("#while-trade_facilitation", "x") if frame.locator("#while-trade_facilitation").count() else None
    frame.evaluate("setShocks([{ kind: 'meteor', on: '2026-05-04' }], true)")
    notebook.until("$('trouble').textContent.includes('meteor')")
    assert frame.evaluate("self.origin") == "null"
    assert [url for url in notebook.requested if not url.startswith(("data:", "blob:", "about:"))] == []
    assert notebook.said == []


def test_messages_that_are_no_question_change_nothing(explorer: Explorer) -> None:
    widget = explorer.widget(300)
    sent: list[Any] = []
    widget.send = lambda content, buffers=None: sent.append(content)
    for content in (None, [], {}, {"id": 3}, {"id": "x", "stop": True}):
        widget._asked(None, content, [])
    assert sent == []
    assert widget.height == 300

    def answer(path: str, body: object) -> list[Any]:
        sent.clear()
        widget._asked(None, {"id": "a", "path": path, "body": body}, [])
        end = time.monotonic() + 30
        while not sent or sent[-1] != {"id": "a", "end": True}:
            assert time.monotonic() < end
            time.sleep(0.01)
        return [{key: value for key, value in each.items() if key != "id"} for each in sent[1:-1]]

    assert answer("/api/ping", {}) == [{"data": {"key": explorer.library.key}}]
    assert answer("/../etc/passwd", {}) == [{"faults": ["not found"]}]
    assert "unknown key" in answer("/api/simulate", {"question": {"worlds": 10**6}})[0]["faults"][0]
    assert answer("/api/scenario", "x") == [{"faults": ["question: must be a map"]}]
    assert answer("/api/scenario", {"question": {}})[0]["data"]["yaml"].startswith("# Save it beside")


def test_an_explorer_shows_the_widget_in_a_notebook_and_a_link_elsewhere(
    explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert explorer._repr_mimebundle_() == {}
    monkeypatch.setattr(explorer_module, "widgets_work", lambda: True)
    shown = explorer._repr_mimebundle_(include=None, exclude=None)
    data = shown[0] if isinstance(shown, tuple) else shown
    assert "application/vnd.jupyter.widget-view+json" in data


def test_without_anywidget_the_extra_is_named(explorer: Explorer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "regionsim.views.explore.widget", None)
    with pytest.raises(InputError, match=r"pip install 'regionsim\[notebooks\]'"):
        explorer.widget()


def test_the_page_of_a_notebook_holds_no_token(explorer: Explorer) -> None:
    text = pages.bridged(explorer.library)
    assert explorer.address.partition("token=")[2] not in text
    assert "connect-src &#x27;none&#x27;" in text
