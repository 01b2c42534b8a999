"""Plain text for a terminal: its width, and tables that fit it. Imports nothing heavy.

Core objects: `screen_width`, `columns`, `fitted`, `on_one_line`. A table that is too wide first wraps its last
column, then puts the name of each row on its own line with the other cells below. No name and no cell is left out.
"""

import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from typing import TextIO

LEAST_WORDS = 24  # columns: minimum width of a last cell that is wrapped
_INDENT = 2
_GAP = 2
_WIDEST = 1000  # no terminal is wider; a larger COLUMNS is ignored
_USUAL = 80


def screen_width(stream: TextIO | None = None) -> int | None:
    """Width in columns of the terminal `stream` (default: stdout); None if it is not a terminal.

    The environment variable COLUMNS takes precedence if it is a number from 1 to 1000.
    """
    stream = sys.stdout if stream is None else stream
    try:
        if stream is None or not stream.isatty():
            return None
    except ValueError:  # closed
        return None
    setting = os.environ.get("COLUMNS", "")
    if setting.isascii() and setting.isdigit() and 0 < int(setting[:9]) <= _WIDEST:
        return int(setting)
    try:
        width = os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        width = shutil.get_terminal_size((_USUAL, 24)).columns
    return min(width, _WIDEST) if width > 0 else _USUAL


def columns(
    rows: Iterable[Sequence[str]], *, right: Sequence[int] = (), name: Sequence[int] = (0,), width: int | None = None
) -> str:
    """Rows as aligned columns; those in `right` are aligned right.

    name: the columns that identify a row. width: maximum width of a line; None sets no limit.
    """
    table = [[on_one_line(cell) for cell in row] for row in rows]
    if not table:
        return ""
    widths = [max(cell_width(row[i]) for row in table) for i in range(len(table[0]))]
    last = len(widths) - 1
    room = None if width is None else width - sum(widths[:-1]) - _GAP * last
    if room is None or room >= widths[-1]:
        return "\n".join(_line(row, widths, right) for row in table)
    if room >= LEAST_WORDS and last not in right:
        return "\n".join(line for row in table for line in _broken(row, widths, right, room))
    return _stacked(table, widths, right, name, max(width or 0, _INDENT + 1))


def on_one_line(text: str) -> str:
    """The text with line breaks and tabs as spaces, so that columns stay aligned."""
    return text if text.isprintable() else "".join(c if c not in "\t\n\r\v\f" else " " for c in text)


def cell_width(text: str) -> int:
    """Width of a text in columns of a terminal: combining marks take none, wide letters two."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def folded(text: str, width: int) -> list[str]:
    """The text wrapped to lines of at most `width` columns, between words where possible; at least one line."""
    room = max(1, width)
    while True:
        lines = textwrap.wrap(text, room, break_on_hyphens=False) or [""]
        if room == 1 or all(cell_width(line) <= width for line in lines):
            return lines
        room = max(1, room // 2)  # for letters that take two columns


def fitted(line: str, width: int) -> str:
    """A line wrapped to at most `width` columns, with its indent repeated.

    A line that fits, has colours, or has a word wider than `width` (such as a path, to be copied) stays whole.
    """
    words = line.split()
    if not words or "\x1b" in line or cell_width(line) <= width:
        return line
    before = line[: len(line) - len(line.lstrip())]
    room = width - len(before)
    if max(map(cell_width, words)) > room:
        return line
    return "\n".join(before + part for part in folded(line.strip(), room))


def _padded(cell: str, width: int, right: bool) -> str:
    space = " " * (width - cell_width(cell))
    return space + cell if right else cell + space


def _line(row: Sequence[str], widths: Sequence[int], right: Sequence[int]) -> str:
    cells = [_padded(cell, width, i in right) for i, (cell, width) in enumerate(zip(row, widths, strict=True))]
    return (" " * _GAP).join(cells).rstrip()


def _broken(row: Sequence[str], widths: Sequence[int], right: Sequence[int], room: int) -> list[str]:
    """A row with its last cell wrapped."""
    first, *rest = folded(row[-1], room)
    head = _line([*row[:-1], first], widths, right)
    before = " " * (sum(widths[:-1]) + _GAP * (len(widths) - 1))
    return [head, *(before + line for line in rest)]


def _stacked(
    table: Sequence[Sequence[str]], widths: Sequence[int], right: Sequence[int], name: Sequence[int], width: int
) -> str:
    """The name of each row on its own line, the other columns below, aligned across rows."""
    room = width - _INDENT
    groups: list[list[int]] = []
    left = 0
    for i, wide in enumerate(widths):
        if i in name:
            continue
        if not groups or wide + _GAP > left:
            groups.append([])
            left = room + _GAP
        groups[-1].append(i)
        left -= wide + _GAP
    lines = []
    for row in table:
        lines += folded("  ".join(cell for i in name if (cell := row[i])), width)
        for group in groups:
            fitting = [min(widths[i], room) for i in group]
            where = [k for k, i in enumerate(group) if i in right]
            cells = [row[i] for i in group]
            if any(cells):
                text = cells[0] if len(group) == 1 else _line(cells, fitting, where)
                lines += [" " * _INDENT + line for line in (folded(text, room) if len(group) == 1 else [text])]
    return "\n".join(lines)
