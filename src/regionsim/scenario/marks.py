"""A scenario's levers and shocks as numbered marks on a date axis, with a key.

Core objects: `Mark`, `marks`, `key_lines`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from regionsim.schema.shocks import BorderClosure

if TYPE_CHECKING:
    from regionsim.scenario import Scenario


@dataclass(frozen=True)
class Mark:
    """A lever or shock that begins on a date. `until` is the end of a shock with a duration, else None."""

    start: date
    until: date | None
    text: str
    is_shock: bool


def marks(scenario: Scenario) -> list[Mark]:
    """Levers and shocks of a scenario in order of their dates."""
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
    for shock in scenario.shocks:
        days = getattr(shock, "days", None)
        until = None if days is None else shock.on + timedelta(days=round(days))
        dated.append(Mark(shock.on, until, _shock_text(shock), is_shock=True))
    return sorted(dated, key=lambda mark: (mark.start, mark.is_shock))


def _shock_text(shock: object) -> str:
    """A shock in words: "Torkham closed for 4 weeks"; other shocks by kind and crossing or group."""
    if isinstance(shock, BorderClosure):
        where = "All crossings" if shock.crossing == "all" else shock.crossing.replace("_", " ").title()
        agreed = ", then until both sides agree" if shock.until_agreed else ""
        return f"{where} closed for {_lasting(shock.days)}{agreed}"
    kind = str(getattr(shock, "kind", "shock")).replace("_", " ")
    what = [str(getattr(shock, name)).replace("_", " ") for name in ("crossing", "group") if hasattr(shock, name)]
    return ", ".join([kind, *what]).replace("ttp", "TTP").replace("iskp", "IS-KP")


def _lasting(days: float) -> str:
    """Whole weeks as weeks, else days."""
    if days % 7 == 0 and days >= 14:
        return f"{days / 7:,.0f} weeks"
    return "1 day" if days == 1 else f"{days:,.0f} days"


def key_lines(dated: list[Mark], *, most: int = 9) -> list[str]:
    """The key of the numbers on the axis: one line per date, numbered from 1."""
    lines = []
    for number, (day, begun) in enumerate(by_date(dated).items(), start=1):
        lines.append(f"{number}  {day:%d %b %Y}: {'; '.join(mark.text for mark in begun)}")
    if len(lines) > most:
        return [*lines[: most - 1], f"{most}-{len(lines)}: see scenario.yaml"]
    return lines


def by_date(dated: list[Mark]) -> dict[date, list[Mark]]:
    """Marks grouped by the date on which they begin."""
    days: dict[date, list[Mark]] = {}
    for mark in dated:
        days.setdefault(mark.start, []).append(mark)
    return days
