"""Starts the live page: `explore` and the `Explorer` that it returns."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import secrets
import sys
import threading
import webbrowser
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from regionsim.display import Shown
from regionsim.doors import whole, whole_or_none
from regionsim.errors import InputError, argument, install_line
from regionsim.runs.files import read_regular, replacing
from regionsim.runs.settings import out_folder
from regionsim.scenario.load import Source
from regionsim.views.explore.answers import Answers
from regionsim.views.explore.library import Library
from regionsim.views.explore.question import Start
from regionsim.views.explore.server import Server

PORT = 8471
"""The port that is tried first, so that a page finds its simulator again after a restart."""
WORLDS = 100
MOST_WORLDS = 1000
_OWN = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_TOKEN = ".token"  # noqa: S105 - the file's name


class Explorer(Shown):
    """A live page that is being served. Use it in a `with` block, or call `close`."""

    _internal = frozenset({"library"})

    def __init__(self, library: Library, port: int | None) -> None:
        self.library = library
        port = whole_or_none(port, argument("port"), 0, 65535)
        library.make()
        self.answers = Answers(library)
        self._server = _opened(self.answers, port, _token(library.folder))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """What to open in a browser on this machine; it holds the token."""
        return self._server.address

    def close(self) -> None:
        """Stop the server and every simulation."""
        self._server.close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Explorer of {self.library.start.extends} at {self.address}>"

    def widget(self, height: int = 760) -> Any:
        """The page as a widget of a notebook, `height` pixels high. Raises InputError without the extra `notebooks`."""
        try:
            from regionsim.views.explore.widget import Widget
        except ImportError:
            raise InputError(f"widget: needs anywidget ({install_line('notebooks')})") from None
        return Widget(self.answers, height)

    def _repr_mimebundle_(self, **_options: Any) -> Any:
        """The widget where it can be shown; a notebook without it shows the link of `_repr_html_`."""
        return self.widget()._repr_mimebundle_() if widgets_work() else {}

    def _repr_html_(self) -> str:
        from html import escape

        return f'<a href="{escape(self.address)}" target="_blank" rel="noopener">{escape(repr(self)[1:-1])}</a>'


def explore(
    source: Source = "status_quo",
    *,
    worlds: int = WORLDS,
    port: int | None = None,
    out: str | Path | None = None,
    browser: bool | None = None,
) -> Explorer:
    """Serve the live page of a scenario on the loopback interface, and open it in a browser.

    source: a path, a shipped name, a Scenario, or a file's content as a dict. worlds: how many are simulated. port:
    that of the address, by default 8471 or any free one. out: the folder that holds run folders, where what is learned
    about levers is kept. browser: whether to open one; by default not where a notebook shows the page itself, as the
    last value of a cell, which needs the extra `notebooks`. Close what is returned, or use it in a `with` block.
    Raises InputError.
    """
    explorer = Explorer(library_of(source, worlds, out), port)
    if browser if browser is not None else not widgets_work():
        webbrowser.open(explorer.address)
    return explorer


def widgets_work() -> bool:
    """Whether this is the kernel of a notebook that can show a widget."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return hasattr(shell, "kernel") and importlib.util.find_spec("anywidget") is not None


def library_of(source: Source, worlds: int, out: str | Path | None) -> Library:
    """The library of a scenario in a folder of runs. Raises InputError."""
    count = whole(worlds, argument("worlds"), 2, MOST_WORLDS)
    return Library(Start.of(source, count), out_folder(out), count)


def _opened(answers: Answers, port: int | None, token: str) -> Server:
    """A server at the port, or where none is named at the usual one or any free one. Raises InputError."""
    ports = (PORT, 0) if port is None else (port,)
    for each in ports:
        try:
            return Server(answers, each, token)
        except OSError as fault:
            why = fault.strerror or str(fault)
    raise InputError(f"{argument('port')} {ports[-1]}: cannot be opened ({why})")


def _token(folder: Path) -> str:
    """The token of this library: kept in a file that only its owner can read, so that an open page goes on working."""
    path = folder / _TOKEN
    with contextlib.suppress(OSError, ValueError):
        if path.stat().st_mode & 0o077 == 0:
            found = read_regular(path, 100).decode("ascii")
            if len(found) == 32 and found.isalnum():
                return found
    token = secrets.token_hex(16)
    with replacing(path) as temporary, os.fdopen(os.open(temporary, _OWN, 0o600), "w", encoding="ascii") as file:
        file.write(token)
    return token
