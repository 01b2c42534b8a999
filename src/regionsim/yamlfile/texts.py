"""Text files as people save them: a byte order mark and any line ends are accepted, anything else is a named fault.

Core object: `read_text`, which returns the text or the fault that prevents reading it.
"""

from __future__ import annotations

import codecs
import os
import re
import stat
from pathlib import Path

from regionsim.yamlfile.faults import Fault, Place

MOST_BYTES = 16 * 1024 * 1024
"""A larger file is rejected; the largest table of the record has a sixtieth of this."""
SAVE_AS = "save it as UTF-8"
_WIDE = {
    codecs.BOM_UTF32_LE: "UTF-32", codecs.BOM_UTF32_BE: "UTF-32", codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def read_text(path: Path, label: str) -> str | Fault:
    """The file's text with plain line ends and without a byte order mark, or a fault at `label`.

    Control characters other than tabs and line ends are a fault: they are never intended, and terminals obey them.
    """
    data = _bytes(path)
    if isinstance(data, str):
        return Fault(Place(label), "", data)
    if len(data) > MOST_BYTES:
        return Fault(Place(label), "", f"the file is too large (allowed: up to {MOST_BYTES // 1024**2} MiB)")
    wide = _wide(data)
    if wide is not None:
        return Fault(Place(label), "", f"the file is {wide} ({SAVE_AS})")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode("utf-8", "replace")
        return Fault(_place(label, before), "", f"byte {error.start} is not UTF-8 ({SAVE_AS})")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    control = _CONTROL.search(text)
    if control is not None:
        what = f"the character U+{ord(control[0]):04X} is not allowed (allowed: text without control characters)"
        return Fault(_place(label, text[: control.start()]), "", what)
    return text


def _bytes(path: Path) -> bytes | str:
    """The file's bytes, at most one more than allowed; or what is wrong."""
    try:
        # without O_NONBLOCK, opening a named pipe would wait for a writer that may never come
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as stream:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                return "is not a regular file"
            return stream.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return "the file is missing"
    except IsADirectoryError:
        return "is a folder, must be a file"
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        return f"cannot be read: {(getattr(error, 'strerror', None) or str(error)).lower()}"


def _wide(data: bytes) -> str | None:
    """The encoding of text with two or four bytes per character, from its mark or the zeros between letters."""
    for mark, name in _WIDE.items():
        if data.startswith(mark):
            return name
    head = data[:200]
    return "UTF-16" if len(head) > 3 and head.count(0) * 3 > len(head) else None


def _place(label: str, before: str) -> Place:
    """The place after this much of a file."""
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return Place(label, len(lines), len(lines[-1].removeprefix("\ufeff")) + 1)
