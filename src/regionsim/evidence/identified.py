"""Which uncertain parameters the record identifies, as every table that names parameters says it.

Core objects: `identified` (a parameter's mark), `KEY` (the line under a table of marks), `narrowed_words` (how many are
narrowed). The shipped posterior decides; where there is none, every uncertain parameter is an assumption.
"""

from __future__ import annotations

from collections.abc import Iterable

from regionsim.evidence.base import load_evidence
from regionsim.evidence.posterior import narrowing

ASSUMED = "assumption"
KEY = (
    "Identified: by how much of its variance data narrowed the range that was declared; assumption where no series "
    "bears on it."
)


def identified(path: str) -> str:
    """The mark of a parameter, by its name or as `parameters.NAME`: "narrowed 0.87" (contraction) or "assumption".

    Empty for what is no uncertain parameter: a lever, a date, a parameter that is not varied.
    """
    name = path.removeprefix("parameters.")
    known = load_evidence().parameters.get(name)
    if known is None or known.draw is None:
        return ""
    line = narrowing(name)
    return ASSUMED if line is None else f"narrowed {line['contraction']:.2f}"


def marked(paths: Iterable[str]) -> str:
    """Of the uncertain parameters among some names the mark of each, in a line; empty where there are none."""
    return ", ".join(f"{path} {mark}" for path in dict.fromkeys(paths) if (mark := identified(path)))


def count_narrowed() -> tuple[int, int]:
    """How many uncertain parameters the record narrows, and how many there are."""
    marks = [mark for name in load_evidence().parameters if (mark := identified(name))]
    return sum(mark != ASSUMED for mark in marks), len(marks)


def narrowed_words() -> str:
    """The same as a sentence."""
    narrowed, uncertain = count_narrowed()
    return f"The record narrows {narrowed} of the {uncertain} uncertain parameters; the others are assumptions."
