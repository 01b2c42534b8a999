"""Answers the page on the loopback interface, and nobody else.

Core objects: `Server` and `Handler`. The page is given to who knows the token in its address; every other request is a
POST that carries the token in a header, which no foreign page can send. Requests that name another host, come from
another origin, are too large, or too many at once are refused. Long answers are streams of server-sent events.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from regionsim.errors import InputError, RegionsimError
from regionsim.views.explore.player import Stopped

if TYPE_CHECKING:
    from regionsim.views.explore.answers import Answers

LOOPBACK = "127.0.0.1"
TOKEN = "X-Regionsim-Token"  # noqa: S105 - the header's name
MOST_BYTES = 64 * 1024
"""Largest body of a request."""
MOST_AT_ONCE = 32
"""Requests answered at one time; more are told to come back."""
PATIENCE = 20.0
"""Seconds to wait for a client that sends or takes nothing."""

type Event = dict[str, Any]


class Server(ThreadingHTTPServer):
    """Serves one explorer until it is closed. port: 0 takes any free one."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, answers: Answers, port: int, token: str) -> None:
        super().__init__((LOOPBACK, port), Handler)
        self.answers, self.token = answers, token
        self.room = threading.BoundedSemaphore(MOST_AT_ONCE)

    @property
    def address(self) -> str:
        """What to open in a browser, with the token."""
        return f"http://{LOOPBACK}:{self.server_port}/?token={self.token}"

    @property
    def hosts(self) -> tuple[str, str]:
        """The names under which a page may ask."""
        return f"{LOOPBACK}:{self.server_port}", f"localhost:{self.server_port}"

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread of its own, if there is room."""
        if self.room.acquire(blocking=False):
            super().process_request(request, client_address)
            return
        request.settimeout(1.0)
        with suppress(OSError):
            request.sendall(b"HTTP/1.0 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n")
        self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer, then make room."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no fault; what else fails was answered with 500."""

    def close(self) -> None:
        """Stop answering, and every play."""
        self.answers.stop()
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Server
    server_version, sys_version = "regionsim", ""
    timeout = PATIENCE

    def do_GET(self) -> None:
        """The page, for who knows the token."""
        parts = urlsplit(self.path)
        if self._refused(parse_qs(parts.query).get("token", [""])[0]):
            return
        if parts.path != "/":
            self._plain(HTTPStatus.NOT_FOUND, "not found")
            return
        text, policy = self.server.answers.page(self.server.token)
        self._send(HTTPStatus.OK, "text/html; charset=utf-8", text.encode("utf-8"), policy)

    def do_POST(self) -> None:
        """A question of the page."""
        if self._refused(self.headers.get(TOKEN, "")):
            return
        answer = self.server.answers.by_path.get(self.path)
        if answer is None:
            self._plain(HTTPStatus.NOT_FOUND, "not found")
            return
        data = self._body()
        if data is None:
            return
        try:
            answered = answer(data)
        except InputError as error:
            self._json(HTTPStatus.UNPROCESSABLE_ENTITY, {"faults": error.faults})
            return
        except RegionsimError as error:
            self._json(HTTPStatus.INTERNAL_SERVER_ERROR, {"faults": [str(error)]})
            return
        if isinstance(answered, Iterator):
            self._stream(answered)
        else:
            self._json(HTTPStatus.OK, answered)

    def _refused(self, token: str) -> bool:
        """Whether the request is refused, and answered so: another host or origin, or without the token."""
        host, origin = self.headers.get("Host", ""), self.headers.get("Origin")
        if host not in self.server.hosts:
            self._plain(HTTPStatus.MISDIRECTED_REQUEST, "this host is not served here")
        elif origin is not None and origin not in [f"http://{host}" for host in self.server.hosts]:
            self._plain(HTTPStatus.FORBIDDEN, "this origin may not ask")
        elif not secrets.compare_digest(token.encode("utf-8", "replace"), self.server.token.encode()):
            self._plain(HTTPStatus.FORBIDDEN, "open the address that regionsim explore printed: it holds a token")
        else:
            return False
        return True

    def _body(self) -> dict[str, Any] | None:
        """The JSON map that was sent; None if it is refused, and answered so."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()) or "Transfer-Encoding" in self.headers:
            self._plain(HTTPStatus.LENGTH_REQUIRED, "the length of the body must be given")
            return None
        if len(length) > 9 or int(length) > MOST_BYTES:
            self._plain(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"at most {MOST_BYTES} bytes")
            return None
        try:
            data = json.loads(self.rfile.read(int(length)), parse_constant=_no_number)
        except (ValueError, RecursionError, OSError):
            data = None
        if not isinstance(data, dict):
            self._plain(HTTPStatus.BAD_REQUEST, "must be a JSON map")
            return None
        return data

    def _stream(self, events: Iterator[Event]) -> None:
        """Send events as they come, until the end, a newer question, or the client is gone."""
        self.send_response(HTTPStatus.OK)
        self._headers("text/event-stream; charset=utf-8")
        try:
            for event in events:
                self.wfile.write(f"data: {json.dumps(event, allow_nan=False)}\n\n".encode())
                self.wfile.flush()
        except Stopped:
            self.wfile.write(b'data: {"type": "stopped"}\n\n')
        except InputError as error:
            self.wfile.write(f"data: {json.dumps({'type': 'fault', 'faults': error.faults})}\n\n".encode())

    def _json(self, status: HTTPStatus, data: Any) -> None:
        self._send(status, "application/json", json.dumps(data, allow_nan=False).encode())

    def _plain(self, status: HTTPStatus, text: str) -> None:
        self._send(status, "text/plain; charset=utf-8", text.encode())

    def _send(self, status: HTTPStatus, kind: str, body: bytes, policy: str = "default-src 'none'") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self._headers(kind, policy)
        self.wfile.write(body)

    def _headers(self, kind: str, policy: str = "default-src 'none'") -> None:
        """The headers of every answer: nothing is kept, framed, guessed or told to others."""
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", f"{policy}; frame-ancestors 'none'")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are not logged: addresses hold the token."""


def _no_number(word: str) -> float:
    raise ValueError(word)


type Answer = Callable[[dict[str, Any]], "dict[str, Any] | Iterator[Event]"]
