"""Diplomacy: talks and visits, accusations.

Core object: `Diplomacy`. Talks move relations a little and security not at all by themselves (CT20, MC36, MD28: talks
without delivery); closures bring visits (ME02), accusations put them off (MD37).
"""

from typing import TYPE_CHECKING

import numpy as np

from regionsim.model import maths
from regionsim.model.samplers import Array

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

WEEKS_PER_YEAR = 365.25 / 7.0
INCIDENTS = 3.0  # further incidents at once break off no more than this many do


class Diplomacy:
    """Of this week, and until the next meeting of last week: `talks` held, `accused` (1 where a side accused), (W,)."""

    def __init__(self, w: "RegionModel") -> None:
        worlds = w.n_worlds
        self.talks: Array = np.zeros(worlds)
        self.accused: Array = np.zeros(worlds)
        self.incidents: Array = usual_incidents(w)
        """Clashes and strikes of late, fading, (W,): they break off efforts for a while (MD36)."""


def usual_incidents(w: "RegionModel") -> Array:
    """What `incidents` is on average at the rates of the start, (W,)."""
    p = w.p
    weekly = (p["border.clashes_per_year"] + p["politics.strikes_usual"]) / WEEKS_PER_YEAR
    return np.asarray(weekly / (1.0 - maths.exp(-1.0 / p["politics.interruption_weeks"])))


def interruption(w: "RegionModel") -> Array:
    """Utility that talks lose to incidents over the usual, (W,) (MD36): the rate at the start holds them already."""
    over = np.maximum(np.minimum(w.diplomacy.incidents, INCIDENTS) - usual_incidents(w), 0.0)
    return np.asarray(w.p["politics.incidents_interrupt"] * over)


def meet_and_accuse(w: "RegionModel") -> None:
    """Talks where a side seeks them; accusations after major attacks and clashes (MC37, ME13, MC12)."""
    d, p = w.diplomacy, w.p
    each = w.government.talks.astype(np.float64) + w.taliban.talks + w.shocks.visits
    d.talks = each
    w.event(w.government.talks, "talks", place="border", actor="pakistan_government")
    w.event(w.taliban.talks, "talks", place="border", actor="taliban_government")
    w.event(w.shocks.visits > 0.0, "visit", place="border", actor="both", cause="scenario")
    fade = maths.exp(-1.0 / p["politics.interruption_weeks"])
    d.incidents = fade * d.incidents + w.border.clashes + w.violence.struck
    yearly = p["politics.accusations_per_year"] + w.policy["accusation_rate"]
    fire = p["politics.accusation_after_clash"] * np.maximum(np.minimum(w.border.clashes, 1.0), w.violence.struck)
    attack = p["politics.accusation_after_attack"] * w.violence.major_attack
    d.accused = np.full(w.n_worlds, w.shocks.accusations)
    w.event(d.accused > 0.0, "accusation", place="border", cause="scenario")
    for side, provoked in (("pakistan", np.maximum(fire, attack)), ("afghanistan", fire)):
        said = w.streams.bernoulli(f"accusation.{side}", np.minimum(0.5 * yearly / WEEKS_PER_YEAR + provoked, 0.95))
        d.accused = np.minimum(d.accused + said, 1.0)
        w.event(said, "accusation", place="border", actor=side)
