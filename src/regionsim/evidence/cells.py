"""What a cell of an observed table may hold, by the kind of its column.

Core objects: `KINDS` (the rule for each kind), `wrong` (what is wrong with a cell) and `number_of`. Dates are ISO
dates; the forms that spreadsheets make of them (12/10/2025, Jul-25, 45000) are reported as faults, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from regionsim.evidence.records import Cell
from regionsim.yamlfile.faults import quoted

LARGEST = 1e15
"""No figure of the record comes near it; above it, whole numbers are no longer exact."""
MOST = 1e9
"""Persons, events, days or million USD: more than any of them can be."""
LONGEST = 36_525.0
"""Days for which a gate can be shut: a hundred years, so that its last day is within the calendar."""
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
_WHOLE = re.compile(r"-?[0-9]+")
_YEAR = re.compile(r"(19|20)[0-9]{2}")
_YEARS = re.compile(r"(FY)?(1[34]|19|20)[0-9]{2}($|[ -][^\n]*)")  # also 1400 (2021-22)
_MONTH = re.compile(r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])")


_SLASHED = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})")
_NAMED = re.compile(r"([A-Za-z]{3,9})[ -]([0-9]{4}|[0-9]{2})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SERIAL = re.compile(r"[0-9]{5}")
_FIRST_SERIAL, _LAST_SERIAL = 36526, 55153  # 2000 to 2050
_DATED = ("day", "date", "period")


def is_day(text: str) -> bool:
    """Whether the text is a day such as 2025-10-12."""
    try:
        return bool(_MONTH.fullmatch(text[:7])) and len(text) == len("2025-10-12") and bool(date.fromisoformat(text))
    except ValueError:
        return False


def is_month(text: str) -> bool:
    """Whether the text is a month such as 2025-07."""
    return bool(_MONTH.fullmatch(text))


def _is_period(text: str) -> bool:
    first, dots, last = text.partition("..")
    ends = [first, last] if dots else [first]
    return all(is_day(end) or is_month(end) for end in ends) and first[:7] <= (last or first)[:7] and (
        len(first) != len(last) or first <= last
    )  # fmt: skip


def _is_amount(text: str, most: float = MOST) -> bool:
    return _NUMBER.fullmatch(text) is not None and 0.0 <= float(text) <= most


def is_number(text: str) -> bool:
    """Whether the text is a finite number in plain digits, at most LARGEST in size."""
    return _NUMBER.fullmatch(text) is not None and abs(float(text)) <= LARGEST


KINDS: dict[str, tuple[str, Callable[[str], bool]]] = {
    "year": ("a year such as 2025", lambda text: bool(_YEAR.fullmatch(text))),
    "years": ("a year such as 2025 or FY2024-25", lambda text: bool(_YEARS.fullmatch(text))),
    "month": ("a month from 1 to 12", lambda text: len(text) < 3 and text.isdecimal() and text.isascii()
              and 1 <= int(text) <= 12),
    "day": ("a day such as 2025-10-12", is_day),
    "date": ("a day such as 2025-10-12, or a month such as 2025-07", lambda text: is_day(text) or is_month(text)),
    "period": ("a period such as 2025-07, 2025-07..2025-09 or 2025-07-01..2025-07-15", _is_period),
    "count": (f"a finite whole number from 0 to {MOST:,.0f}, or empty where unknown",
              lambda text: _is_amount(text) and float(text).is_integer()),
    "length": (f"a number of days from 0 to {LONGEST:,.0f}, such as 111+ if it was still shut after that many, or "
               "empty where unknown", lambda text: _is_amount(text.removesuffix("+"), LONGEST)),
    "amount": (f"a finite number from 0 to {MOST:,.0f}, or empty where unknown", _is_amount),
    "number": ("a finite number, or empty where unknown", is_number),
    "flag": ("0, 1 or empty", lambda text: text in ("0", "1")),
}  # fmt: skip
"""Kind of column -> what a cell must be, and a test of it. Empty cells are checked elsewhere."""
NUMBERS = frozenset({"year", "month", "count", "amount", "number", "flag", "length"})
"""Kinds whose cells are read as numbers; a length such as 111+ stays text."""


def wrong(cell: str, kind: str) -> str | None:
    """What is wrong with a cell; None if nothing is."""
    what, right = KINDS[kind]
    if right(cell) or (not cell and kind not in ("day", "date")):  # empty: unknown, or reported elsewhere as missing
        return None
    return f"{quoted(cell)} must be {what}{_meant(cell) if kind in _DATED else ''}"


def _meant(cell: str) -> str:
    """What a spreadsheet's form of a date may mean, as a hint; nothing where it is none."""
    if match := _SLASHED.fullmatch(cell):
        one, other, year = int(match[1]), int(match[2]), int(match[3])
        days = {f"{year}-{month:02d}-{day:02d}" for day, month in ((one, other), (other, one)) if month <= 12}
        found = [day for day in sorted(days) if is_day(day)]
        return f"; it may mean {' or '.join(found)}" if found else ""
    if match := _NAMED.fullmatch(cell):
        month = named_month(match[1], match[2])
        return "" if month is None else f"; it may mean {month}"
    if _SERIAL.fullmatch(cell) and _FIRST_SERIAL <= int(cell) <= _LAST_SERIAL:
        day = date(1899, 12, 30) + timedelta(days=int(cell))
        return f"; a spreadsheet's number for {day} (format the column as text before you type dates)"
    return ""


def month_number(name: str) -> int | None:
    """The month of a name such as Feb or February, 1 to 12; None for any other word."""
    short = name[:3].lower()
    return _MONTHS.index(short) + 1 if short in _MONTHS else None


def named_month(name: str, year: str) -> str | None:
    """The month of a name and a year of two or four digits as YYYY-MM; None if the name is none."""
    number = month_number(name)
    return None if number is None else f"{int(year) + (2000 if len(year) == 2 else 0)}-{number:02d}"


def number_of(cell: str) -> Cell:
    """The number in a valid cell, None for an empty one; whole numbers stay int."""
    if not cell:
        return None
    if cell.endswith("+"):  # a length that was still growing when last observed
        return cell
    return int(cell) if _WHOLE.fullmatch(cell) else float(cell)


def still_going(cell: Cell) -> float | None:
    """The days of a spell that had not ended when last observed, written `111+`; None for any other cell."""
    return float(cell[:-1]) if isinstance(cell, str) and cell.endswith("+") else None


def days_seen(cell: Cell) -> float | None:
    """The days for which a spell is known to have lasted, whether it ended then or not; None where unknown."""
    return float(cell) if isinstance(cell, float | int) else still_going(cell)
