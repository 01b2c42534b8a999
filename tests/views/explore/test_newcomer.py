"""From the command in the README to a sentence about a target, as a newcomer gets there, and out again with Ctrl-C."""

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.chromium import CHROMIUM, FLAGS

sync_api = pytest.importorskip("playwright.sync_api")

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")]

SENTENCE = re.compile(
    r"(Estimate: )?Trade reaches 10 billion dollars a year in \d+ of \d+ worlds with Economic integration 100%, "
    r"Renewed transit agreement 100%\."
)


def test_the_command_leads_to_a_sentence_about_the_target(base_file: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-u", "-m", "regionsim", "explore", base_file, "--worlds", "8", "--port", "0"]
    started = subprocess.Popen(
        [*words, "--runs", tmp_path / "runs", "--no-browser"], stdout=subprocess.PIPE, text=True, bufsize=1,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # else as the shell left it
    )  # fmt: skip
    assert started.stdout is not None
    try:
        address = started.stdout.readline().removeprefix("Open ").strip()
        with sync_api.sync_playwright() as playing:
            browser = playing.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(address)
            for lever in ("trade_facilitation", "transit_agreement"):
                page.locator(f"#lever-{lever}").focus()
                page.keyboard.press("End")
            end = time.monotonic() + 120
            while page.locator("#state").inner_text() != "Simulated, 8 worlds":
                assert time.monotonic() < end, page.locator("#state").inner_text()
                page.wait_for_timeout(100)
            assert SENTENCE.fullmatch(page.locator("#headline").inner_text())
            browser.close()
        started.send_signal(signal.SIGINT)
        assert started.wait(60) == 0
    finally:
        started.kill()
        started.wait()
        started.stdout.close()
