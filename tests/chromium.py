"""The browser of tests that open pages: where it is, how it is started so that it asks for nothing, and late frames."""

import os
import shutil

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
LATE_FRAMES = """const soon = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (draw) => setTimeout(() => soon(draw), 100);"""
"""Frames come late, as on a busy machine: a test that reads what is not yet drawn fails always, not at times."""
