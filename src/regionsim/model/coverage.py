"""What represents each actor and indicator of the briefs in the model, or the reason why nothing does, as data.

Core objects: `STANDS` (claim id -> `Standing`, from `coverage.csv`) and `of_indicator` (the standing of an indicator).
"""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from regionsim.indicators.variables import RECORDED_AS


@dataclass(frozen=True)
class Standing:
    """What represents a claim: names such as "agent:ttp", "variable:trade", "lever:..", "shock:..", "indicator:.."."""

    names: tuple[str, ...]
    why: str


def _read() -> dict[str, Standing]:
    lines = Path(__file__).with_name("coverage.csv").read_text(encoding="utf-8").splitlines()
    return {row["claim"]: Standing(tuple(row["stands_as"].split()), row["why"]) for row in csv.DictReader(lines)}


STANDS: Final[dict[str, Standing]] = _read()


def of_indicator(id: str, variable: str) -> Standing:
    """Standing of an indicator of the briefs: its own row if there is one, else the variable it measures."""
    if id in STANDS:
        return STANDS[id]
    if RECORDED_AS.get(variable) == ():
        return Standing((f"variable:{variable}",), "on the causal map only: it reaches nothing measured")
    if variable in RECORDED_AS:
        return Standing((f"variable:{variable}",), "")
    return Standing((), "its variable is not recorded")
