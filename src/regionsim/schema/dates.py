"""Dates and weeks: what a date in a scenario means on the weekly clock.

Core objects: `parse_date`, `weeks_between`, `week_date`, `first_week`, `Period`, `FIRST_START`, `DECLARED`, `PRESENT`.
Week k begins on start + 7 k days; a horizon has ceil(days / 7) weeks, so the last one may reach beyond its end. A lever
or shock acts from the first week that begins on or after its date. `INDICATOR@DATE` is the last recorded week that
begins inside the period DATE (a year or a month), or for a day the last week that begins on or before it.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

FIRST_YEAR, LAST_YEAR = 1900, 2200
FIRST_START = date(2014, 1, 1)
"""The earliest start: before it, a series that the initial state needs is missing."""
NOT_BEFORE = (
    "no series has Pakistan's customs imports from Afghanistan before July 2014, nor Afghans without papers before "
    "2016; attacks, transit, exports, registered refugees, aid and returns would allow 2011"
)
"""What is missing for an earlier start, series by series."""
DECLARED = date(2025, 6, 30)
"""The day to which declared values of the starting state refer; fits and the days held out end here too."""
PRESENT = date(2025, 8, 18)
"""The present of the briefs (their webinar). A start after `DECLARED` and up to this day has the declared state."""

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_PERIOD = re.compile(r"(\d{4})(-(\d{2}))?(-(\d{2}))?", re.ASCII)


def parse_date(text: object) -> date:
    """The date written YYYY-MM-DD. Raises ValueError with a message for the user."""
    if isinstance(text, date):
        return text
    if not isinstance(text, str) or not _DATE.fullmatch(text):
        raise ValueError("must be a date such as 2026-01-31")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text}' is not a day of the calendar (must be a date such as 2026-01-31)") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"the year {day.year} is out of range (allowed: {FIRST_YEAR} to {LAST_YEAR})")
    return day


def weeks_between(start: date, end: date) -> int:
    """Number of weekly steps of the horizon: ceil(days / 7)."""
    return -(-(end - start).days // 7)


def day_words(day: date) -> str:
    """A date such as 18 August 2026."""
    return f"{day.day} {day:%B %Y}"


def week_date(start: date, week: int) -> date:
    """The first day of the week numbered `week`, from 0."""
    return start + timedelta(days=7 * week)


def first_week(start: date, on: date) -> int:
    """Number of the first week that begins on or after `on`; negative weeks lie before the start."""
    return -((start - on).days // 7)


def last_week(start: date, on: date) -> int:
    """Number of the last week that begins on or before `on`; negative before the start."""
    return (on - start).days // 7


@dataclass(frozen=True)
class Period:
    """A year, month or day as written after @; `first` and `last` are its first and last day."""

    text: str
    first: date
    last: date

    @property
    def is_day(self) -> bool:
        """Whether it is a single day rather than a month or year."""
        return self.first == self.last

    def week(self, start: date, end: date) -> int | None:
        """Number of the recorded week that the period means within the horizon, or None if there is none.

        A day may be the end date itself, which means the last week.
        """
        if self.is_day and not start <= self.first <= end:
            return None
        week = min(last_week(start, self.last), weeks_between(start, end) - 1)
        if week < 0 or (not self.is_day and week_date(start, week) < self.first):
            return None
        return week


def parse_period(text: str) -> Period:
    """The period written YYYY, YYYY-MM or YYYY-MM-DD. Raises ValueError with a message for the user."""
    match = _PERIOD.fullmatch(text)
    if not match:
        raise ValueError(f"'{text}' is not a date (allowed: a year 2030, a month 2030-08, a day 2030-08-15)")
    year, month, day = int(match[1]), match[3], match[5]
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"the year {year} is out of range (allowed: {FIRST_YEAR} to {LAST_YEAR})")
    try:
        if day:
            exact = date(year, int(month), int(day))
            return Period(text, exact, exact)
        if month:
            first = date(year, int(month), 1)
            return Period(text, first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))
    except ValueError:
        raise ValueError(f"'{text}' is not a day or month of the calendar") from None
    return Period(text, date(year, 1, 1), date(year, 12, 31))
