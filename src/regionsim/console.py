"""Plain text for a terminal: its width, and tables that fit it. Imports nothing heavy.

Core objects: `screen_width`, `columns`, `chosen_columns`, `fitted`, `on_one_line`. A table that is too wide first wraps
its last column and the names of its rows, then puts each name on its own line with the other cells below. `columns`
leaves no cell out; `chosen_columns` leaves out columns.
"""

import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from typing import TextIO

LEAST_WORDS = 24  # columns: minimum width of a last cell that is wrapped
LEAST_NAME, LONGEST_WORD = 20, 34  # the same of a name, and the longest word that is kept whole
FOLDS = 40  # in a narrower terminal, names have their own lines
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
    widths = _fitting(table, right, name, width)
    if widths is None:
        return _stacked(table, _widest(table), right, name, max(width or 0, _INDENT + 1))
    return "\n".join(line for row in table for line in _broken(row, widths, right))


def chosen_columns(
    rows: Sequence[Sequence[str]],
    choices: Sequence[Sequence[int]],
    *,
    right: Sequence[int] = (),
    width: int | None = None,
) -> tuple[str, tuple[str, ...]]:
    """As `columns`, of the first choice of columns that fits the width, and the headings left out.

    choices: the columns to show, most of them first; the first column names a row. Where none fits, the first that
    needs one line below the names is shown stacked, or else the last.
    """
    tables = [[[on_one_line(row[i]) for i in choice] for row in rows] for choice in choices]
    aligned = [[k for k, i in enumerate(choice) if i in right] for choice in choices]
    fits = (k for k, table in enumerate(tables) if _fitting(table, aligned[k], (0,), width) is not None)
    flat = (k for k, table in enumerate(tables) if width and _below(table) <= width)
    best = next(fits, next(flat, len(choices) - 1))
    left_out = tuple(dict.fromkeys(head for head in rows[0] if head and head not in tables[best][0]))
    return columns(tables[best], right=aligned[best], width=width), left_out


def _below(table: Sequence[Sequence[str]]) -> int:
    """Width of a stacked row below its name."""
    widths = _widest(table)[1:]
    return _INDENT + sum(widths) + _GAP * max(len(widths) - 1, 0)


def _widest(table: Sequence[Sequence[str]]) -> list[int]:
    return [max(cell_width(row[i]) for row in table) for i in range(len(table[0]))]


def _fitting(
    table: Sequence[Sequence[str]], right: Sequence[int], name: Sequence[int], width: int | None
) -> list[int] | None:
    """Widths of columns within `width`, the first and the last narrowed if need be; None if they must be stacked."""
    widths = _widest(table)
    last = len(widths) - 1
    over = 0 if width is None else sum(widths) + _GAP * last - width
    if over <= 0:
        return widths
    least = widths.copy()
    if last not in right:
        least[last] = min(widths[last], LEAST_WORDS)
    if last and tuple(name) == (0,) and 0 not in right:
        word = max(cell_width(part) for row in table for part in row[0].split() or [""])
        least[0] = min(widths[0], max(LEAST_NAME, min(word, LONGEST_WORD)))
    give = [full - small for full, small in zip(widths, least, strict=True)]
    if over > sum(give) or (width is not None and width < FOLDS):
        return None
    first = min(give[0], max(over - give[last], over * give[0] // max(give[0] + give[last], 1))) if last else 0
    widths[0] -= first
    widths[last] -= over - first
    return widths


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


def _broken(row: Sequence[str], widths: Sequence[int], right: Sequence[int]) -> list[str]:
    """A row in lines: cells wider than their columns are wrapped."""
    cells = [[cell] if cell_width(cell) <= wide else folded(cell, wide) for cell, wide in zip(row, widths, strict=True)]
    lines = max(map(len, cells))
    padded = [[*part, *[""] * (lines - len(part))] for part in cells]
    return [_line([part[k] for part in padded], widths, right) for k in range(lines)]


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
