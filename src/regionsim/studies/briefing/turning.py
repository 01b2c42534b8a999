"""What could turn the answer: the inputs that separate worlds which reach the first target from those that do not.

Core object: `turns`, by scenario discovery (`studies.discovery`) over the worlds of one run.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from regionsim.errors import InputError
from regionsim.studies.briefing.data import Turn
from regionsim.studies.case_table import read_futures
from regionsim.studies.discovery import FEW, discover

if TYPE_CHECKING:
    from regionsim.runs import Run
    from regionsim.studies.targets import TargetRow

BOXES = 1  # one rule can be read; a search takes about ten seconds


def turns(run: Run, target: TargetRow) -> Turn:
    """Where the rarer outcome of a target happens: reaching it, or failing it if most worlds reach it."""
    reached = 2 * target.count <= target.worlds
    cases = target.count if reached else target.worlds - target.count
    if min(cases, target.worlds - cases) < FEW:
        why = f"a search needs at least {FEW} worlds of each kind"
        return Turn(reached, cases, target.worlds, (), 0, 0, 0.0, why)
    try:
        futures = read_futures(run.path, target.that)
    except InputError as fault:
        return Turn(reached, cases, target.worlds, (), 0, 0, 0.0, str(fault))
    futures = futures.at(np.arange(len(futures)) < run.numbers.size)  # a folder may hold more worlds than are shown
    futures = futures if reached else replace(futures, case=~futures.case)
    found = discover(futures, boxes=BOXES)
    if not found.boxes:
        return Turn(
            reached, cases, target.worlds, (), 0, 0, 0.0, "no range of one or more inputs holds them clearly more often"
        )
    box = found.boxes[0]
    limits = tuple(limit.marked_words for limit in box.limits)
    return Turn(reached, cases, target.worlds, limits, box.k, box.n, box.held_density, "")
