"""How long the deals of a run were in force, read from its events.

Core objects: `in_force`, `deals_in_words`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from regionsim.runs.results import Run


@dataclass(frozen=True)
class DealShare:
    """A deal in the worlds of a run. shares: of the weeks in which it may hold, those in which it did, (W,)."""

    id: str
    shares: npt.NDArray[np.float64]

    @property
    def never(self) -> float:
        """Share of worlds in which it never began."""
        return float((self.shares == 0.0).mean())


def in_force(run: Run) -> tuple[DealShare, ...]:
    """Each deal of the scenario that begins within the run, in their order."""
    scenario = run.scenario
    if not scenario.deals or not run.numbers.size:
        return ()
    events = run.events()
    begins = np.datetime64(scenario.start)
    week = ((events["date"].to_numpy().astype("datetime64[D]") - begins).astype(np.int64) // 7).astype(np.int64)
    row = np.searchsorted(run.numbers, events["world"].to_numpy())
    shares = []
    for deal in scenario.deals:
        first = -(-(deal.from_ - scenario.start).days // 7)
        last = run.weeks if deal.until is None else min(run.weeks, -(-(deal.until - scenario.start).days // 7))
        if first >= last:
            continue
        weeks = np.zeros(run.numbers.size)
        for kind, sign in (("deal", 1.0), ("deal_end", -1.0)):
            mine = ((events["kind"] == kind) & (events["actor"] == deal.id)).to_numpy()
            np.add.at(weeks, row[mine], sign * (last - np.minimum(week[mine], last)))
        shares.append(DealShare(deal.id, weeks / (last - first)))
    return tuple(shares)


def deals_in_words(run: Run) -> str:
    """A sentence for each deal: its share of time in force, and of worlds in which it never begins."""
    sentences = []
    for deal in in_force(run):
        low, median, high = np.quantile(deal.shares, (0.05, 0.5, 0.95))
        sentences.append(
            f" Deal {deal.id}: in force {median:.0%} of the time (90% of worlds: {low:.0%} to {high:.0%}); never in "
            f"{deal.never:.0%} of worlds."
        )
    return "".join(sentences)
