"""Issue linkage: what an actor expects to win or lose by an action because a deal of the scenario depends on it.

Core object: `Linkage`. For a deal that holds while an indicator stays on one side of a number, an action that the actor
expects to move that indicator changes the odds that the deal holds:

    term = weight of the goal * what the deal brings * dP/dx * believed move * weeks until the next review

with P = logistic(-x / reach) and x the distance of the indicator beyond its limit in log points. Far from its limit a
deal moves no choice.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from regionsim.model import maths
from regionsim.model.samplers import Array

if TYPE_CHECKING:
    from regionsim.model.actors.arena import Arena
    from regionsim.model.region import RegionModel

SERVES: dict[str, frozenset[str]] = {
    goal: frozenset(variables.split())
    for goal, variables in (
        (
            "economy",
            "trade transit interdependence transit_agreement projects af_economy pk_economy pk_geoecon border_welfare",
        ),
        ("security", "ttp_violence af_sanctuary infiltration ct_cooperation ceasefire border_incidents"),
        ("standing", "trust relations dialogue mediation public_blame"),
    )
}
"""Goal -> variables of the briefs: a lever that aims at one of them serves the goal."""


class Linkage:
    """What the deals of a scenario bring, and to which goals. Neutral without deals, and with `structure.linkage` 0."""

    def __init__(self, w: "RegionModel") -> None:
        self._w = w
        levers = w.inputs.levers
        self._brings: list[dict[str, float]] = []
        for deal in w.deals.terms:
            brings = {
                goal: min(sum(float(i) for name, i in deal.levers.items() if served & set(levers[name].targets)), 1.0)
                for goal, served in SERVES.items()
            }
            self._brings.append({goal: size for goal, size in brings.items() if size > 0.0})

    def terms(self, arena: "Arena") -> dict[str, dict[str, Array]]:
        """Utility of each action of an arena that a deal depends on, by action and deal, (W,)."""
        w, out = self._w, dict[str, dict[str, Array]]()
        for d, brings in enumerate(self._brings):
            if not w.deals.runs(d, w.week) or not brings:
                continue
            stake = np.zeros(w.n_worlds)
            for k, goal in enumerate(arena.info.goals):
                stake = stake + arena.weights[:, k] * brings.get(goal, 0.0)
            stake = stake * w.p["decisions.deal_gain"] * w.p["structure.linkage"] * w.deals.review_weeks(d)
            for action in arena.info.actions:
                slope = self._slope(d, action.moves)
                if slope is not None:
                    named = out.setdefault(action.id, {})
                    # two scenarios of a batch may have different deals of one name
                    name = f"deal {w.deals.terms[d].id}"
                    name = f"{name} ({d})" if name in named else name
                    named[name] = np.where(w.deals.where[d], stake * slope * w.p[action.believed], 0.0)
        return out

    def _slope(self, d: int, moves: Mapping[str, int]) -> Array | None:
        """Change of the odds that deal d holds per log point by which an action moves its indicators, (W,)."""
        odds, slopes, helps = [], [], []
        for condition, beyond in self._w.deals.distances(self._w, d):
            reach = self._w.p["decisions.deal_reach"]
            holds = maths.logistic(-beyond / reach)
            odds.append(holds)
            slopes.append(holds * (1.0 - holds) / reach)
            wanted = -1 if condition.op in ("<", "<=") else 1
            helps.append(wanted * moves.get(condition.indicator, 0))
        if not any(helps):
            return None
        total = np.zeros(self._w.n_worlds)
        for i, (slope, sign) in enumerate(zip(slopes, helps, strict=True)):
            part = slope * sign
            for j, other in enumerate(odds):
                part = part * other if j != i else part
            total = total + part
        return total
