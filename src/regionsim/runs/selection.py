"""Lines of a story chosen by time, by kind, or by weight.

Core objects: `chosen`, `TURNING` (kinds that come first by weight).
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Protocol

from regionsim.doors import whole
from regionsim.errors import InputError, argument
from regionsim.yamlfile.faults import allowed, quoted

TURNING = (
    "rupture", "rupture_end", "truce", "truce_end", "expulsion_order", "expulsion_end", "expulsion_eased", "campaign",
    "operation", "escalation", "de-escalation", "india_crisis", "iran_expulsions", "deal", "deal_end", "regime",
    "running", "documents_lapsed", "documents_renewed",
)  # fmt: skip
"""Turning points, the weightiest first: they outweigh attacks, strikes and closures."""
_MEASURED = ("major_attack", "strike", "closure")
"""Kinds that weigh by their magnitude: people killed, days shut."""
_ALWAYS = ("why", "year")  # lines that are no events


class Line(Protocol):
    """A dated line of a story."""

    @property
    def date(self) -> date:
        """Its day."""

    @property
    def kind(self) -> str:
        """Its kind: of an event, or why or year."""

    @property
    def magnitude(self) -> float:
        """How large the event is."""


def chosen[L: Line](
    lines: Sequence[L],
    first: date | None = None,
    last: date | None = None,
    kinds: Collection[str] = (),
    top: int | None = None,
) -> tuple[L, ...]:
    """The lines from `first` to `last`, of some kinds (default: all), and of those the `top` that weigh most, by date.

    Turning points weigh most, then attacks and strikes by people killed and closures by days, then the rest; of equal
    weight the earlier ones are kept. Raises InputError for a first day after the last, a kind that the story has not,
    or a faulty number.
    """
    if first is not None and last is not None and first > last:
        raise InputError(f"{argument('first')}: {first} is after {argument('last')}, {last}")
    has = list(dict.fromkeys(line.kind for line in lines))
    missing = [kind for kind in kinds if kind not in has]
    if missing:
        option = argument("kinds")
        raise InputError(
            [f"{option}: no line of this world is {quoted(kind)} {allowed(kind, has)}" for kind in missing]
        )
    held = [
        line
        for line in lines
        if (first is None or line.date >= first)
        and (last is None or line.date <= last)
        and (not kinds or line.kind in kinds)
    ]
    if top is None:
        return tuple(held)
    count = whole(top, argument("top"))
    if count < 1:
        raise InputError(f"{argument('top')}: {count} is out of range (allowed: 1 or more)")
    events = held if kinds else [line for line in held if line.kind not in _ALWAYS]
    heaviest = sorted(range(len(events)), key=lambda k: _weight(events[k]))[:count]
    return tuple(events[k] for k in sorted(heaviest))


def _weight(line: Line) -> tuple[int, float]:
    """The rank of a line, the weightiest first."""
    if line.kind in TURNING:
        return 0, float(TURNING.index(line.kind))
    return (1, -line.magnitude) if line.kind in _MEASURED else (2, 0.0)
