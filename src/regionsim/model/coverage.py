"""How the briefs' actors and indicators stand in the model, as data: a thing of the model each, or the reason why not.

Core objects: `STANDS` (claim id -> `Standing`, from `coverage.csv`) and `of_indicator` (the measures that hold one of
the briefs' indicators).
"""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from regionsim.indicators.variables import RECORDED_AS


@dataclass(frozen=True)
class Standing:
    """What stands for a claim: names as "agent:ttp", "variable:trade", "lever:..", "shock:..", "indicator:.."."""

    names: tuple[str, ...]
    why: str


def _read() -> dict[str, Standing]:
    lines = Path(__file__).with_name("coverage.csv").read_text(encoding="utf-8").splitlines()
    return {row["claim"]: Standing(tuple(row["stands_as"].split()), row["why"]) for row in csv.DictReader(lines)}


STANDS: Final[dict[str, Standing]] = _read()


def of_indicator(id: str, variable: str) -> Standing:
    """An indicator of the briefs: its own row if it has one, else the variable it measures."""
    if id in STANDS:
        return STANDS[id]
    if variable in RECORDED_AS:
        return Standing((f"variable:{variable}",), "")
    return Standing((), "its variable is not among those recorded")
