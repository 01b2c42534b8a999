"""Durations as users write them: `10 days`, `4 weeks`, `6 months`, `1 year`.

Core objects: `Duration` (days that keep their text), `parse_duration`, `write_days` (days in code, back to text) and
`later` (a date some durations on, by the calendar).
"""

import re
from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal

DAYS_PER = {"day": 1.0, "week": 7.0, "month": 365.25 / 12.0, "year": 365.25}  # a month is a twelfth of a mean year
LONGEST_DAYS = 60 * 366.0
PATTERN = r"\d+(\.\d+)? *(day|week|month|year)s?"

_DURATION = re.compile(r"(\d+(?:\.\d+)?) *(day|week|month|year)s?", re.ASCII)
_MONTHS = {"month": 1, "year": 12}


class Duration(float):
    """A number of days that keeps the text it was read from: its `text` is "6 weeks", not "42 days"."""

    text: str

    def __new__(cls, days: float, text: str) -> "Duration":
        """Days, and how they were written."""
        made = super().__new__(cls, days)
        made.text = text
        return made

    def __getnewargs__(self) -> tuple[float, str]:  # type: ignore[override]  # a float has no text
        """Copies and pickles keep the text."""
        return float(self), self.text


def parse_duration(text: object) -> Duration:
    """Days of a duration such as `4 weeks`, `1 week`, `10 days`, `6 months`, `1 year`. Raises ValueError."""
    match = _match(text)
    if match is None:
        raise ValueError("must be a duration with its unit, such as 10 days, 4 weeks, 6 months or 1 year")
    days = float(match[1]) * DAYS_PER[match[2]]
    if days > LONGEST_DAYS:
        raise ValueError("must be a duration of at most 60 years")
    return Duration(days, " ".join(str(text).split()))


def _match(text: object) -> re.Match[str] | None:
    return _DURATION.fullmatch(text.strip()) if isinstance(text, str) and len(text) < 80 else None


def write_days(days: float) -> str:
    """The duration in days as text; reading it gives the same number."""
    return f"{Decimal(repr(float(days))):f}".removesuffix(".0") + " days"


def written(days: float) -> str:
    """The duration as it was written, or else in days; reading it gives the same number."""
    return days.text if isinstance(days, Duration) else write_days(days)


def in_words(days: float) -> str:
    """A duration for readers: as it was written, or else in whole weeks, or in days."""
    if isinstance(days, Duration):
        return days.text
    if days % 7 == 0 and days >= 14:
        return f"{days / 7:,.0f} weeks"
    return "1 day" if days == 1 else f"{days:,.0f} days"


def later(day: date, days: float, times: int = 1) -> date:
    """The date that many durations later.

    Whole months and years go by the calendar, so that `1 year` after 1 October is 1 October; a day that a month lacks
    becomes its last. Raises OverflowError beyond the calendar.
    """
    match = _match(written(days))
    if match is not None and match[2] in _MONTHS and float(match[1]).is_integer():
        months = day.month - 1 + times * int(float(match[1])) * _MONTHS[match[2]]
        year, month = day.year + months // 12, months % 12 + 1
        if year > date.max.year:
            raise OverflowError(f"{year} is beyond the calendar")
        return date(year, month, min(day.day, monthrange(year, month)[1]))
    return day + timedelta(days=round(times * days))
