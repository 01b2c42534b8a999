"""Writing for people and scripts: results to stdout, all else to stderr.

Core objects: `out`, `note`, `out_json`, `columns`, `time_words`, `size_words`. Text is plain: it reads the same
on a terminal and in a file.
"""

import json
import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from regionsim.errors import visible


def out(text: str) -> None:
    """A result, on stdout, ended by a line break."""
    sys.stdout.write(shown(text).rstrip("\n") + "\n")


def note(text: str) -> None:
    """A remark, on stderr. Control characters of what is repeated from a file or a word were made printable before."""
    sys.stdout.flush()
    sys.stderr.write(shown(text) + "\n")
    sys.stderr.flush()


def shown(text: str) -> str:
    """The text with control characters made visible, as a name from a file must not drive the terminal; not colours."""
    return "".join(part if i % 2 else visible(part) for i, part in enumerate(_COLOURS.split(text)))


_COLOURS = re.compile(r"(\x1b\[[0-9;]*m)")


def out_json(data: Any) -> None:
    """A result for scripts."""
    out(json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False, default=str))


def columns(rows: Iterable[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    """Rows as aligned columns, the last one as long as it is; columns in `right` are aligned right."""
    table = [list(row) for row in rows]
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))] if table else []
    lines = []
    for row in table:
        padded = enumerate(zip(row, widths, strict=True))
        cells = [cell.rjust(width) if i in right else cell.ljust(width) for i, (cell, width) in padded]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def flush() -> None:
    """Write out what is pending; raises BrokenPipeError now rather than at the interpreter's end."""
    sys.stdout.flush()


def forgiving() -> None:
    """Let a terminal that cannot show a character show ? for it instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def time_words(seconds: float) -> str:
    """A time as people say it."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def size_words(bytes: int) -> str:
    """A size in MB or GB."""
    return f"{bytes / 1e9:.1f} GB" if bytes >= 1e9 else f"{max(1, round(bytes / 1e6))} MB"
