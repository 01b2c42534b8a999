"""Writing for people and scripts: results to stdout, all else to stderr.

Core objects: `out`, `note`, `out_json`, `out_exact`, `columns`, `time_words`, `size_words`, `process_words`. Text is
plain, the same on a terminal and in a file. Output for programs is UTF-8, or escaped for any other code page.
"""

import codecs
import contextlib
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from regionsim import console
from regionsim.errors import visible


class NoReader(BrokenPipeError):
    """The reader of stdout has closed it, as `head` does; other broken pipes are faults."""


def out(text: str) -> None:
    """Print a result to stdout, ended by a line break; wrapped between words on a terminal. Raises NoReader."""
    text, width = shown(text).rstrip("\n"), console.screen_width()
    if width is not None:
        text = "\n".join(console.fitted(line, width) for line in text.split("\n"))
    with _for_a_reader():
        sys.stdout.write(text + "\n")


@contextlib.contextmanager
def _for_a_reader() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as fault:
        raise NoReader(*fault.args) from None


def note(text: str) -> None:
    """Print a remark to stderr, with control characters escaped and wrapped on a terminal.

    It is lost if stderr is closed or full.
    """
    flush()
    with contextlib.suppress(OSError, ValueError):
        text, width = shown(text), console.screen_width(sys.stderr)
        if width is not None:
            text = "\n".join(console.fitted(line, width) for line in text.split("\n"))
        sys.stderr.write(text + "\n")
        sys.stderr.flush()


def shown(text: str) -> str:
    """The text with control characters escaped, as a name from a file must not steer the terminal; colours stay."""
    return "".join(part if i % 2 else visible(part) for i, part in enumerate(_COLOURS.split(text)))


_COLOURS = re.compile(r"(\x1b\[[0-9;]*m)")


def out_json(data: Any) -> None:
    """Print a result as JSON: in UTF-8, or with escapes if stdout has another code page."""
    text = json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False, default=str)
    if not _holds(text):
        text = json.dumps(data, indent=2, ensure_ascii=True, allow_nan=False, default=str)
    out(text)


def out_exact(text: str) -> None:
    """Print the text of a file, such as a scenario: in UTF-8 if stdout is not a terminal."""
    if not sys.stdout.isatty() and not _is_utf8():
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    out(text)


def _is_utf8() -> bool:
    """Whether stdout is UTF-8 or has no encoding."""
    encoding = getattr(sys.stdout, "encoding", None)
    return encoding is None or codecs.lookup(encoding).name == "utf-8"


def _holds(text: str) -> bool:
    """Whether stdout can print the text as UTF-8: false for other code pages, and for names that are not Unicode."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return _is_utf8()


def columns(
    rows: Iterable[Sequence[str]], *, right: Sequence[int] = (), name: Sequence[int] = (0,), indent: int = 0
) -> str:
    """Rows as aligned columns that fit the terminal, if stdout is one; see `console.columns`."""
    width = console.screen_width()
    text = console.columns(rows, right=right, name=name, width=None if width is None else width - indent)
    return "\n".join(" " * indent + line for line in text.splitlines())


def chosen_columns(
    rows: Sequence[Sequence[str]],
    choices: Sequence[Sequence[int]],
    *,
    right: Sequence[int] = (),
    where: str = "",
    say: bool = True,
) -> str:
    """Rows as columns that fit the terminal: the first choice of columns that does, with a line on those left out.

    where: what holds the columns left out, such as a file. say: whether to add that line. See `console.chosen_columns`.
    """
    text, left_out = console.chosen_columns(rows, choices, right=right, width=console.screen_width())
    if left_out and say:
        text += f"\nLeft out for lack of room: {', '.join(left_out)}{f' ({where})' if where else ''}."
    return text


def flush() -> None:
    """Flush stdout; raises NoReader now rather than when Python exits."""
    with _for_a_reader():
        sys.stdout.flush()


def open_streams() -> None:
    """Make stdout and stderr writable: characters they lack become ?, and a closed stream goes to os.devnull.

    Otherwise the next file opened would take the number of a closed stream, and a library's output would go into it.
    """
    for number, name in ((1, "stdout"), (2, "stderr")):
        if getattr(sys, name) is None:
            handle = os.open(os.devnull, os.O_WRONLY)
            if handle != number:
                os.dup2(handle, number)
                os.close(handle)
            setattr(sys, name, open(number, "w", encoding="utf-8", closefd=False))  # noqa: SIM115 - a stream
        reconfigure = getattr(getattr(sys, name), "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def close_quietly() -> None:
    """Redirect streams that cannot be written to os.devnull, so that Python's last flush does not fail."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            with contextlib.suppress(OSError, ValueError):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, stream.fileno())
                os.close(nowhere)


def time_words(seconds: float) -> str:
    """A duration in s, min or h."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def size_words(bytes: int) -> str:
    """A size in MB or GB."""
    return f"{bytes / 1e9:.1f} GB" if bytes >= 1e9 else f"{max(1, round(bytes / 1e6))} MB"


def process_words(workers: int) -> str:
    """The number of processes that a study uses."""
    return number_words(workers, "process", "processes")


def number_words(count: int, one: str, many: str = "") -> str:
    """A number of things in words, such as "1 batch"; many: by default with an s."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"
