"""When a claim holds: the epochs of the table of mechanisms as spans of days.

Core objects: `EPOCHS` (words of the table -> first day and day of the end) and `overlaps`. An epoch says when the
relation stood, not when its text was written: texts of 2023 and 2024 speak of the government that still rules, so what
they say has not ended; what was said of the years before the takeover ended with them.
"""

from datetime import date
from typing import Final

from regionsim.model.record_state import TAKEOVER

type Span = tuple[date, date]
"""From its first day to the day before its second."""

_WARS = date(1979, 12, 27)  # the Soviet invasion (MA14)
_FORCES = date(2001, 10, 7)  # the arrival of foreign forces (MB15)

EPOCHS: Final[dict[str, Span]] = {
    "historic": (date.min, _WARS),
    "1979-80": (_WARS, date(1981, 1, 1)),
    "post-2001": (_FORCES, TAKEOVER),
    "pre-2021": (date.min, TAKEOVER),
    "pre-2021 phrasing": (date.min, TAKEOVER),
    "pre-2021 (text of 2018)": (date.min, TAKEOVER),
    "2021 onward": (TAKEOVER, date.max),
    "2021-2023": (TAKEOVER, date.max),
    "2021-2024": (TAKEOVER, date.max),
    "2025 / general": (date.min, date.max),
}


def spans(epoch: str) -> tuple[Span, ...]:
    """The spans of a cell of the column `epoch`, which may name several. Raises KeyError for unknown words."""
    return tuple(EPOCHS[words.strip()] for words in epoch.split(";"))


def overlaps(epoch: str, first: date, last: date) -> bool:
    """Whether an epoch covers any day from `first` to `last`."""
    return any(begin <= last and first < end for begin, end in spans(epoch))
