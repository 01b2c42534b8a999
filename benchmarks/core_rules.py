"""The core rules that are written three times: as Mesa objects, as plain NumPy, and in the project's own manner.

Core objects: `Rules` (their numbers), `QUANTITIES` (what is compared) and `Core`, what every manner offers. Each week:

1. An armed group attacks (Poisson, in proportion to its fighters), loses men by its attacks (Poisson, never more than
   it has) and recruits (Poisson). Alarm is the memory of attacks, 1 at the usual number, fading by a share a week.
2. Each of two crossings, if it is open as the week begins, shuts with odds that rise with alarm, on any day of the
   week, for an exponential number of days.
3. Households move by the rule of `regionsim.model.populations.households.live`. Odds of leaving rise with alarm, and
   nobody passes a crossing on days on which it is shut; arrivals take the mean of both crossings.

The numbers are round ones at which everything happens often enough to compare; they are not those of the model.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from regionsim.schema.categories import MOVES

type Arguments = dict[str, Any]

CROSSINGS = ("north", "south")
QUANTITIES = ("attacks", "fighters", "days shut", *MOVES, "by the southern crossing")


@dataclass(frozen=True)
class Rules:
    """A week is 7 days; odds o act as o / (1 + o)."""

    fighters: int = 6000
    attacks: float = 20.0
    """A week, by so many fighters."""
    losses: float = 1.5
    """Fighters lost by an attack."""
    recruits: float = 30.0
    keep: float = 0.8
    """Share of alarm that is left after a week."""
    shutting: float = 0.05
    """Odds a week, at the usual alarm."""
    days_shut: float = 20.0
    answer: float = 0.5
    """By how much of itself the odds of leaving rise when attacks are twice as many as usual."""


RULES = Rules()


class Core(Protocol):
    """W worlds played from the start for some weeks."""

    def totals(self) -> npt.NDArray[np.float64]:
        """Plays, and returns the quantities of each world, (W, Q), in the order of `QUANTITIES`."""
