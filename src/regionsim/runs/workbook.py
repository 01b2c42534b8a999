"""A run as an Excel workbook: sheets about, summary, year_ends, worlds, events.

Core object: `write_workbook`. Excel limits rows, columns and characters of a cell; what exceeds them is left out,
counted, and reported on the sheet `about` and to the caller. Texts are stored as text, so that none is a formula.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from regionsim.errors import InputError, argument, install_line, spoken

if TYPE_CHECKING:
    import pandas as pd

    from regionsim.runs.exporting import Place
    from regionsim.runs.results import Run

SHEET_ROWS = 1_048_576  # Excel's limits, the heading included
SHEET_COLUMNS = 16_384
CELL_CHARACTERS = 32_767


def _whole() -> str:
    """What leaves nothing out."""
    return f"{spoken('--to csv', "export('csv')")} writes all"


def write_workbook(run: Run, path: Path, facts: dict[str, str], put: Place, rows: int) -> list[str]:
    """Write the workbook; returns what did not fit, in sentences. `facts` go on the sheet `about`.

    rows: most rows of a sheet, the heading included. Raises InputError if openpyxl is not installed.
    """
    try:
        from openpyxl import Workbook
    except ImportError:
        raise InputError(f"{argument('to')} xlsx: needs openpyxl; {install_line('export')}") from None
    import pandas as pd

    book = Workbook(write_only=True)
    try:
        front = book.create_sheet("about")  # comes first and is filled last
        left_out: list[str] = []
        for name, frame in _tables(run):
            left_out += _fill(book.create_sheet(name), name, frame, rows)
        facts = facts | {f"left out {number}": text for number, text in enumerate(left_out, 1)}
        left_out += _fill(front, "about", pd.DataFrame({"what": list(facts), "value": list(facts.values())}), rows)
        with put(path) as temporary:
            book.save(temporary)
    except BaseException:
        for sheet in book.worksheets:  # an open sheet warns when it is collected
            with contextlib.suppress(Exception):
                sheet.close()
        raise
    return left_out


def _tables(run: Run) -> Iterator[tuple[str, pd.DataFrame]]:
    import pandas as pd

    yield "summary", run.summary()
    ends = year_ends(run)
    yearly = {"world": np.repeat(run.numbers, ends.size), "date": np.tile(run.dates[ends], run.numbers.size)}
    for name in run.indicators:
        yearly[name] = run.values(name)[:, ends].ravel()
    yield "year_ends", pd.DataFrame(yearly)
    yield "worlds", run.worlds
    yield "events", run.events()


def _fill(sheet: Any, name: str, frame: pd.DataFrame, most: int) -> list[str]:
    """Write a table onto a sheet; returns what did not fit, in sentences."""
    left_out = []
    rows, columns = min(len(frame), most - 1), min(frame.shape[1], SHEET_COLUMNS)
    if rows < len(frame):
        left_out.append(
            f"sheet {name}: {len(frame) - rows:,} of {len(frame):,} rows do not fit and are left out; {_whole()}"
        )
    if columns < frame.shape[1]:
        lost = f"{frame.shape[1] - columns:,} of {frame.shape[1]:,} columns"
        left_out.append(f"sheet {name}: {lost} do not fit and are left out; {_whole()}")
    shown, cut = frame.iloc[:rows, :columns], 0
    for row in [tuple(shown.columns)], shown.itertuples(index=False):
        for values in row:
            cells = [_cell(sheet, value) for value in values]
            cut += sum(long for _, long in cells)
            sheet.append([cell for cell, _ in cells])
    if cut:
        left_out.append(f"sheet {name}: {cut:,} cells are cut at {CELL_CHARACTERS:,} characters; {_whole()}")
    return left_out


def _cell(sheet: Any, value: Any) -> tuple[Any, bool]:
    """A value for Excel (dates as days, nothing for NaN, text as text), and whether it was cut."""
    if hasattr(value, "date"):
        return value.date(), False
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, str):
        return _text(sheet, plain)
    return None if isinstance(plain, float) and plain != plain else plain, False


def _text(sheet: Any, text: str) -> tuple[Any, bool]:
    """A text as a cell of text, so that Excel reads no formula (=...) or error (#N/A) in it."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    safe = ILLEGAL_CHARACTERS_RE.sub(lambda match: f"\\x{ord(match[0]):02x}", text)
    shown = safe[:CELL_CHARACTERS]
    if not shown.startswith(("=", "#")):
        return shown, len(safe) > len(shown)
    cell = WriteOnlyCell(sheet, shown)
    cell.data_type = "s"
    return cell, len(safe) > len(shown)


def year_ends(run: Run) -> np.ndarray:
    """Numbers of the weeks that are the last to begin in a year."""
    years = run.dates.astype("datetime64[Y]")
    return np.flatnonzero(np.append(years[1:] != years[:-1], True))
