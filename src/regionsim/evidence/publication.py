"""When a figure of the record became known: `seeds/publication.csv` gives each series the wait before it is published.

Core objects: `Wait` (one row), `read_publication`, `known_from` and `Known`, the record as it was known on a day. A row
is known from the day its wait is over; a row whose period cannot be dated is never known. A spell that had not ended is
known to have begun.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from regionsim.evidence.cells import days_seen
from regionsim.evidence.records import Cell
from regionsim.evidence.tables import Faults, TableRow, read_table

type Record = Mapping[str, Cell]

_COLUMNS = ("series", "years", "known", "role", "sources", "note")
_ROLES = ("observed", "literature", "assumption")
_YEARS = re.compile(r"(\d{4})(-?)")
_DAYS = re.compile(r"(\d{1,4}) days")
_RELEASE = re.compile(r"(\d\d)-(\d\d)")
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Wait:
    """When rows of a series become known: of all years, or of those from `first` to `last`.

    series: an id, or the beginning of one before `*`. known: days after the end of a row's period, or month and day in
    the year after it, or a day.
    """

    series: str
    first: int
    last: int
    known: int | tuple[int, int] | date

    def holds(self, series: str, year: int) -> bool:
        """Whether it is about rows of this series in this year."""
        named = series.startswith(self.series[:-1]) if self.series.endswith("*") else series == self.series
        return named and self.first <= year <= self.last

    def after(self, last: date) -> date:
        """The day from which a row is known whose period ends with the day `last`."""
        if isinstance(self.known, date):
            return self.known
        if isinstance(self.known, int):
            return last + timedelta(days=max(self.known, 1))
        return date(last.year + 1, *self.known)


def read_publication(path: Path, series: Collection[str], faults: Faults) -> tuple[Wait, ...]:
    """The waits of a file; each series of the record must have one."""
    waits: list[Wait] = []
    for row in read_table(path, _COLUMNS, faults, key=None):
        cells, id = row.cells, row.cells["series"]
        years = _YEARS.fullmatch(cells["years"])
        known = _known(row, faults)
        if cells["years"] and not years:
            faults.add(row.at("years"), id, "must be a year such as 2018, or 2018- for it and later ones")
        if cells["role"] not in _ROLES:
            faults.unknown(row.at("role"), id, "role", cells["role"], _ROLES)
        if not (cells["note"] if cells["role"] == "assumption" else cells["sources"]):
            faults.add(row.place, id, "a wait needs a source, and an assumption a note that says why it is assumed so")
        if not any(Wait(id, 0, 9999, 0).holds(one, 0) for one in series):
            faults.unknown(row.place, id, "series", id, series)
        first, last = (int(years[1]), 9999 if years[2] else int(years[1])) if years else (0, 9999)
        if any((wait.series, wait.first) == (id, first) for wait in waits):
            faults.add(row.place, id, "an earlier row is about the same rows")
        if known is not None:
            waits.append(Wait(id, first, last, known))
    for one in sorted(series):
        if not any(wait.holds(one, 0) for wait in waits):
            faults.add(faults.place(path), one, "no row says when the series is published")
    return tuple(waits)


def _known(row: TableRow, faults: Faults) -> int | tuple[int, int] | date | None:
    text = row.cells["known"]
    try:
        if days := _DAYS.fullmatch(text):
            return int(days[1])
        if release := _RELEASE.fullmatch(text):
            return date(2001, int(release[1]), int(release[2])).month, int(release[2])
        return date.fromisoformat(text)
    except ValueError:
        form = "must be a wait such as 30 days, a day of the next year such as 06-15, or a day such as 2018-05-25"
        faults.add(row.at("known"), row.cells["series"], form)
        return None


def known_from(waits: Sequence[Wait], series: str, last: date) -> date:
    """The day from which a row of a series is known whose period ends with the day `last`.

    Of several waits that hold, the one that names the series most fully counts, then the one that names its years.
    Raises KeyError for a series without a wait.
    """
    hold = [wait for wait in waits if wait.holds(series, last.year)]
    if not hold:
        raise KeyError(series)
    return max(hold, key=lambda wait: (not wait.series.endswith("*"), len(wait.series), wait.first)).after(last)


class Known(Mapping[str, Sequence[Record]]):
    """The record as it was known on a day: rows by series, each read when it is asked for.

    day: what was published before it is known. days_of: first and last day of a row; it raises KeyError, IndexError or
    ValueError for a row without a date, which is refused.
    """

    def __init__(
        self, records: Mapping[str, Sequence[Record]], day: date, waits: Sequence[Wait],
        days_of: Callable[[Record], tuple[date, date]],
    ) -> None:  # fmt: skip
        self.day, self.waits = day, waits
        self._all, self._days_of = records, days_of
        self._read: dict[str, tuple[Record, ...]] = {}
        self._refused: dict[str, int] = {}

    def __getitem__(self, series: str) -> tuple[Record, ...]:
        if series not in self._read:
            whole = series == "coverage"  # which days a list covers is no observation
            rows = [row if whole else self._as_known(series, row) for row in self._all[series]]
            self._read[series] = tuple(row for row in rows if row is not None)
        return self._read[series]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    @property
    def refused(self) -> dict[str, int]:
        """Rows without a date by series, of the series asked for so far."""
        return {series: n for series, n in self._refused.items() if n}

    def published_to(self, series: str) -> date:
        """The last day of which a row of the series would be known."""
        last = self.day - _DAY
        while known_from(self.waits, series, last) > self.day:
            last -= _DAY
        return last

    def _as_known(self, series: str, row: Record) -> Record | None:
        """The row as known on the day; None if it was not. A spell under way has neither end nor length."""
        try:
            first, last = self._days_of(row)
        except (KeyError, IndexError, ValueError):
            self._refused[series] = self._refused.get(series, 0) + 1
            return None
        if "end_date" in row and not row["end_date"] and (days := days_seen(row["days"])):
            last = first + timedelta(days=days)  # a spell without its last day
        if known_from(self.waits, series, last) <= self.day:
            return row
        if "end_date" in row and known_from(self.waits, series, first) <= self.day:
            return {**row, "end_date": None, "days": None}
        return None
