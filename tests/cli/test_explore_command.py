"""The command `explore`: what it refuses, and that it ends with Ctrl-C and leaves nothing running."""

import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.conftest import Command
from tests.views.explore.conftest import BASE


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("no_such_scenario",), "no_such_scenario"),
        (("--worlds", "1"), "--worlds: 1 is out of range"),
        (("--worlds", "100000"), "--worlds: 100000 is out of range"),
        (("--port", "99999"), "--port: 99999 is out of range"),
        (("--shard", "3/2", "--build"), "--shard"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_played(
    regionsim: Command, empty: Path, words: tuple[str, ...], fault: str
) -> None:
    said = regionsim("explore", *words, "--no-browser")
    assert said.code == 2
    assert fault in said.err
    assert list(empty.rglob("*.npz")) == []


def test_a_port_that_is_taken_is_said(regionsim: Command, empty: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = regionsim("explore", "--port", port, "--no-browser")
    assert said.code == 2
    assert f"--port {port}: cannot be opened" in said.err


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_until_it_is_told_to_end(empty: Path, number: signal.Signals) -> None:
    (empty / "base.yaml").write_text(BASE, encoding="utf-8")
    words = [sys.executable, "-m", "regionsim", "explore", "base.yaml", "--worlds", "4", "--port", "0", "--no-browser"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        found = re.search(r"http://127\.0\.0\.1:(\d+)/\?token=\w{32}", process.stdout.readline())
        assert found
        with urllib.request.urlopen(found[0]) as page:
            assert b"regionsim explore" in page.read()
        process.send_signal(number)
        assert process.wait(20) == 0
        assert "stopped" in process.stderr.read()
    with pytest.raises(OSError, match=r".+"):
        socket.create_connection(("127.0.0.1", int(found[1])), timeout=1)
