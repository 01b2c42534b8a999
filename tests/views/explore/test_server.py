"""The server answers its own page and nobody else."""

import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from regionsim.views.explore.explorer import Explorer
from regionsim.views.explore.library import Library
from regionsim.views.explore.server import MOST_BYTES
from tests.views.explore.asking import ask
from tests.views.explore.conftest import HOSTILE

LEVER = {"from": "2026-01-01", "intensity": 0.5, "ramp": "26 weeks"}


def page_path(explorer: Explorer) -> str:
    return f"/?{urlsplit(explorer.address).query}"


def test_it_listens_on_loopback_only(explorer: Explorer) -> None:
    assert explorer._server.server_address[0] == "127.0.0.1"


def test_the_page_is_given_to_who_knows_the_token(explorer: Explorer) -> None:
    said = ask(explorer, page_path(explorer), method="GET", X_Regionsim_Token=None)
    assert said.status == 200
    policy = said.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert said.headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in said.headers
    data, _, rest = said.body.decode().partition('<script type="application/json" id="data">')
    assert len((data + rest.partition("</script>")[2]).encode()) < 150_000


def test_a_hostile_title_is_text_and_nothing_else(explorer: Explorer) -> None:
    text = ask(explorer, page_path(explorer), method="GET").body.decode()
    assert "<img" not in text
    assert text.count("</script>") == 2
    assert "&lt;img src=x onerror=alert(1)&gt;&amp;$[ @DATA@ base</h1>" in text
    assert "@DATA@" in HOSTILE


@pytest.mark.parametrize("token", [None, "", "0" * 32, "\u00e9"])
def test_without_the_token_nothing_is_answered(explorer: Explorer, token: str | None) -> None:
    assert ask(explorer, "/api/ping", {}, X_Regionsim_Token=token).status == 403
    assert ask(explorer, "/?token=" + "0" * 32, method="GET").status == 403


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example", "", None])
def test_another_host_is_refused(explorer: Explorer, host: str | None) -> None:
    assert ask(explorer, "/api/ping", {}, Host=host).status == 421
    assert ask(explorer, page_path(explorer), method="GET", Host=host).status == 421


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", ""])
def test_another_origin_is_refused(explorer: Explorer, origin: str) -> None:
    assert ask(explorer, "/api/ping", {}, Origin=origin).status == 403


def test_its_own_origin_is_answered(explorer: Explorer) -> None:
    own = f"http://{urlsplit(explorer.address).netloc}"
    assert ask(explorer, "/api/ping", {}, Origin=own).data == {"key": explorer.library.key}


@pytest.mark.parametrize(
    "path", ["/../../etc/passwd", "/api/../../x", "/%2e%2e/%2e%2e/etc/passwd", "/page/app.js", "//etc/passwd", "/api/"]
)
def test_no_path_leads_to_a_file(explorer: Explorer, path: str) -> None:
    assert ask(explorer, path, {}).status == 404
    query = urlsplit(explorer.address).query
    assert ask(explorer, f"{path}?{query}", method="GET").status == 404


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"x" * (MOST_BYTES + 1), {}, 413),
        (b"{}", {"Content_Length": str(10**12)}, 413),
        (b"{}", {"Content_Length": "-1"}, 411),
        (b"{}", {"Content_Length": None}, 411),
        (b"{}", {"Transfer_Encoding": "chunked"}, 411),
        (b"[]", {}, 400),
        (b"{", {}, 400),
        (b"\xff\xfe", {}, 400),
        (b'{"a": NaN}', {}, 400),
        (b"[" * 60_000, {}, 400),
    ],
)
def test_what_is_too_large_or_no_map_is_refused(
    explorer: Explorer, body: bytes, headers: dict[str, str | None], status: int
) -> None:
    assert ask(explorer, "/api/scenario", body, **headers).status == status


@pytest.mark.parametrize(
    ("question", "fault"),
    [
        ({"levers": {"no_such": LEVER}}, "no_such"),
        ({"levers": {"trade_facilitation": LEVER | {"intensity": 7}}}, "intensity"),
        ({"levers": {"trade_facilitation": LEVER | {"from": "2099-01-01"}}}, "2099"),
        ({"levers": {"trade_facilitation": None}}, "cannot be removed"),
        ({"levers": [1]}, "must be a map"),
        ({"extends": "/etc/passwd"}, "unknown key"),
        ({"worlds": 10**6}, "unknown key"),
        ({"shocks": [{"kind": "visit", "on": "2026-02-02"}] * 51}, "at most 50"),
        ({"shocks": [{"kind": "meteor", "on": "2026-02-02"}]}, "meteor"),
        ("x", "must be a map"),
    ],
)
def test_a_faulty_question_is_refused_with_its_faults(explorer: Explorer, question: object, fault: str) -> None:
    for path in ("/api/simulate", "/api/scenario"):
        said = ask(explorer, path, {"question": question})
        assert said.status == 422
        assert fault in " ".join(said.data["faults"])


def test_fifty_at_once_are_answered_or_told_to_come_back(explorer: Explorer) -> None:
    question = {"levers": {"trade_facilitation": LEVER}}

    def one(k: int) -> int:
        if k % 10 == 0:
            return ask(explorer, "/api/simulate", {"question": question, "tab": "one"}).status
        return ask(explorer, "/api/scenario", {"question": question}).status

    with ThreadPoolExecutor(50) as pool:
        assert set(pool.map(one, range(50))) <= {200, 503}
    assert ask(explorer, "/api/ping", {}).status == 200


def test_the_newest_question_of_a_page_ends_the_one_before(explorer: Explorer) -> None:
    question = {"levers": {"trade_facilitation": LEVER}}
    ends: list[str] = []

    def first() -> None:
        ends.append(ask(explorer, "/api/simulate", {"question": question, "tab": "t"}).events[-1]["type"])

    with explorer.library.player.turn:  # no week is played until the second question is there
        threads = []
        for _ in range(2):
            threads.append(threading.Thread(target=first))
            threads[-1].start()
            time.sleep(0.3)
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["done", "stopped"]


def test_a_client_that_sends_nothing_or_goes_away_stops_nobody(explorer: Explorer) -> None:
    parts = urlsplit(explorer.address)
    idle = [socket.create_connection((parts.hostname, parts.port)) for _ in range(5)]
    try:
        assert ask(explorer, "/api/ping", {}).status == 200
    finally:
        for each in idle:
            each.close()
    assert ask(explorer, "/api/ping", {}).status == 200


def test_a_client_that_reads_nothing_holds_up_nobody(explorer: Explorer) -> None:
    parts, body = urlsplit(explorer.address), json.dumps({"question": {}, "tab": "slow"})
    head = f"POST /api/simulate HTTP/1.0\r\nHost: {parts.netloc}\r\nX-Regionsim-Token: {parts.query[6:]}"
    with socket.create_connection((parts.hostname, parts.port)) as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        slow.sendall(f"{head}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
        question = {"levers": {"trade_facilitation": LEVER}}
        assert ask(explorer, "/api/simulate", {"question": question, "tab": "other"}).events[-1] == {"type": "done"}


def test_the_token_is_kept_for_its_owner_alone_and_a_closed_page_leaves_nothing(library: Library) -> None:
    before = {thread for thread in threading.enumerate() if thread.is_alive()}
    with Explorer(library, 0) as first:
        address = urlsplit(first.address)
    with Explorer(library, 0) as second:
        assert urlsplit(second.address).query == address.query
    token: Path = library.folder / ".token"
    assert token.stat().st_mode & 0o777 == 0o600
    token.chmod(0o644)
    with Explorer(library, 0) as third:
        assert urlsplit(third.address).query != address.query
    assert {thread for thread in threading.enumerate() if thread.is_alive()} <= before
    with pytest.raises(OSError, match=r".+"):
        socket.create_connection((address.hostname, address.port), timeout=1)
