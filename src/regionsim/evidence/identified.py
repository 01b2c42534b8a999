"""Which uncertain parameters the data identify, in the words of every table that names parameters.

Core objects: `identified` (a parameter's mark), `KEY` (the line under a table of marks), `narrowed_words` (how many are
narrowed). The shipped posterior decides; without one, every uncertain parameter is an assumption.
"""

from __future__ import annotations

from collections.abc import Iterable

from regionsim.evidence.base import load_evidence
from regionsim.evidence.posterior import narrowing

ASSUMED = "assumption"
KEY = "Identified: share of the declared range's variance that data removed; assumption: no series constrains it."


def identified(path: str) -> str:
    """The mark of a parameter, by its name or as `parameters.NAME`: "narrowed 0.87" (contraction) or "assumption".

    Empty for anything else: a lever, a date, a parameter that is not varied.
    """
    name = path.removeprefix("parameters.")
    parameter = load_evidence().parameters.get(name)
    if parameter is None or parameter.draw is None:
        return ""
    line = narrowing(name)
    return ASSUMED if line is None else f"narrowed {line['contraction']:.2f}"


def marked(paths: Iterable[str]) -> str:
    """The marks of the uncertain parameters among some names, in one line; empty if there are none."""
    return ", ".join(f"{path} {mark}" for path in dict.fromkeys(paths) if (mark := identified(path)))


def count_narrowed() -> tuple[int, int]:
    """Number of uncertain parameters that the record narrows, and number of all uncertain parameters."""
    marks = [mark for name in load_evidence().parameters if (mark := identified(name))]
    return sum(mark != ASSUMED for mark in marks), len(marks)


def narrowed_words() -> str:
    """The counts of `count_narrowed` as a sentence."""
    narrowed, uncertain = count_narrowed()
    return f"The record narrows {narrowed} of the {uncertain} uncertain parameters; the others are assumptions."
