"""Parses the condition of a deal: comparisons of indicators with numbers, all of which must hold.

Core objects: `Condition` and `parse_conditions`.

    while:  REF OP NUMBER               OP is one of < <= > >=
            REF OP NUMBER and ...       every comparison must hold
    REF:    INDICATOR                   INDICATOR[PLACE] for one crossing, province, group or status; as last recorded
"""

import re
from dataclasses import dataclass
from typing import cast

from regionsim.scenario.expect import Comparison, Names, named_indicator
from regionsim.yamlfile.faults import quoted

_REF = r"([A-Za-z_][A-Za-z0-9_]*) ?(?:\[([^\[\]]*)\])?"
_PART = re.compile(rf"{_REF} ?(<=|>=|<|>) ?([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d{{1,2}})?)", re.ASCII)
_LONGEST = 500


@dataclass(frozen=True)
class Condition:
    """An indicator, in total or at one place, compared with a number in its unit."""

    indicator: str
    place: str | None
    op: Comparison
    number: float


def parse_conditions(text: str, names: Names) -> tuple[Condition, ...]:
    """The comparisons of `while`. Raises ValueError with a message for the user."""
    if len(text) > _LONGEST:
        raise ValueError(f"is too long (at most {_LONGEST} characters)")
    return tuple(_condition(part.strip(), names) for part in re.split(r"\band\b", " ".join(text.split())))


def _condition(text: str, names: Names) -> Condition:
    match = _PART.fullmatch(text)
    if not match:
        example = "attacks_ttp < 450, or closure_days[torkham] < 30 and escalation < 2"
        raise ValueError(f"{quoted(text)} is not INDICATOR, then < <= > >= and a number (such as {example})")
    place = None if match[2] is None else match[2].strip()
    named_indicator(match[1], place, names)
    return Condition(match[1], place, cast(Comparison, match[3]), float(match[4]))
