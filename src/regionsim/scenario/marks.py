"""A scenario's levers and shocks as numbered marks on a date axis, with a key.

Core objects: `Mark`, `marks`, `key_lines`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from regionsim.scenario.patterns import dates
from regionsim.schema.dates import week_date
from regionsim.schema.durations import in_words
from regionsim.schema.shocks import BorderClosure, BorderOpening, Shock

if TYPE_CHECKING:
    from regionsim.scenario import Scenario


@dataclass(frozen=True)
class Mark:
    """A lever or shock that begins on a date. `until` is the end of a shock with a duration, else None."""

    start: date
    until: date | None
    text: str
    is_shock: bool
    again: bool = False
    """Whether it repeats an earlier one, whose text says so."""


def marks(scenario: Scenario) -> list[Mark]:
    """Levers and shocks of a scenario in order of their dates; a shock that repeats has a mark each time."""
    from regionsim.levers import LEVERS

    dated = []
    for name, setting in scenario.levers.items():
        if setting.intensity > 0:
            title = LEVERS[name].title if name in LEVERS else name
            end = f" until {setting.until}" if setting.until else ""
            dated.append(Mark(setting.from_, None, f"{title} ({setting.intensity:.0%}){end}", is_shock=False))
    for deal in scenario.deals:
        text = f"Deal {deal.id.replace('_', ' ')} possible, while {deal.while_}"
        dated.append(Mark(deal.from_, deal.until, text, is_shock=False))
    last = week_date(scenario.start, scenario.weeks - 1)
    for shock in scenario.shocks:
        days = getattr(shock, "days", None)
        for k, day in enumerate(dates(shock, last)):
            until = None if days is None else day + timedelta(days=round(days))
            dated.append(Mark(day, until, shock_text(shock), is_shock=True, again=k > 0))
    return sorted(dated, key=lambda mark: (mark.start, mark.is_shock))


def shock_text(shock: Shock) -> str:
    """A shock in words: "Torkham closed for 4 weeks, every year"; other shocks by kind and crossing or group."""
    return _once(shock) + repeats(shock)


def _once(shock: Shock) -> str:
    if isinstance(shock, BorderClosure):
        agreed = ", then until both sides agree" if shock.until_agreed else ""
        return f"{gate_names(shock.crossing)} closed for {in_words(shock.days)}{agreed}"
    if isinstance(shock, BorderOpening):
        return f"{gate_names(shock.crossing)} opened"
    words = [shock.kind.replace("_", " "), getattr(shock, "group", "")]
    return ", ".join(filter(None, words)).replace("ttp", "TTP").replace("iskp", "IS-KP")


def gate_names(crossing: str | tuple[str, ...]) -> str:
    """The crossings of a shock in words: "Torkham and Chaman", "All crossings"."""
    if crossing == "all":
        return "All crossings"
    names = [name.replace("_", " ").title() for name in ((crossing,) if isinstance(crossing, str) else crossing)]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def repeats(shock: Shock) -> str:
    """How often a shock repeats, in words after a comma: ", every year until 2030-01-01"; empty if it does not."""
    if shock.every is None:
        return ""
    limit = f" until {shock.until}" if shock.until else f", {shock.times} times in all" if shock.times else ""
    return f", every {in_words(shock.every).removeprefix('1 ')}{limit}"


def key_lines(dated: list[Mark], *, most: int = 9) -> list[str]:
    """The key of the numbers on the axis: a line per date, numbered from 1, without dates that only repeat."""
    lines = []
    for number, (day, begun) in enumerate(by_date(dated).items(), start=1):
        if any(not mark.again for mark in begun):
            lines.append((number, f"{number}  {day:%d %b %Y}: {'; '.join(mark.text for mark in begun)}"))
    if len(lines) > most:
        first = lines[most - 1][0]
        return [*(line for _, line in lines[: most - 1]), f"{first}-{lines[-1][0]}: see scenario.yaml"]
    return [line for _, line in lines]


def by_date(dated: list[Mark]) -> dict[date, list[Mark]]:
    """Marks grouped by the date on which they begin."""
    days: dict[date, list[Mark]] = {}
    for mark in dated:
        days.setdefault(mark.start, []).append(mark)
    return days
