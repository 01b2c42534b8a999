"""Diplomacy: talks and visits, accusations, concessions.

Core object: `Diplomacy`. Talks move relations a little and security not at all by themselves (CT20, MC36, MD28: talks
without delivery); closures lead to visits (ME02), accusations deter them (MD37).
"""

from typing import TYPE_CHECKING

import numpy as np

from regionsim.model.decaying_memory import Fading
from regionsim.model.samplers import Array
from regionsim.schema.units import WEEKS_PER_YEAR

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

INCIDENTS = 3.0  # incidents beyond this many at once have no further effect


class Diplomacy:
    """`talks` held and `accused` (1 where a side accused) this week, (W,); last week's until `meet_and_accuse`."""

    def __init__(self, w: "RegionModel") -> None:
        worlds = w.n_worlds
        self.talks: Array = np.zeros(worlds)
        self.accused: Array = np.zeros(worlds)
        weekly = (w.p["border.clashes_per_year"] + w.p["politics.strikes_usual"]) / WEEKS_PER_YEAR
        self.incidents = Fading(weekly, w.p["politics.interruption_weeks"])
        """Recent clashes and strikes: they interrupt efforts for a while (MD36)."""


def interruption(w: "RegionModel") -> Array:
    """Utility that talks lose to incidents above the usual, (W,) (MD36); the rate at the start includes the usual."""
    incidents = w.diplomacy.incidents
    over = np.maximum(np.minimum(incidents.felt, INCIDENTS) - incidents.usual, 0.0)
    return np.asarray(w.p["politics.incidents_interrupt"] * over)


def meet_and_accuse(w: "RegionModel") -> None:
    """Talks where a side seeks them; accusations after major attacks and clashes; concessions (MC37, ME13, MC12)."""
    d, p = w.diplomacy, w.p
    fire = p["politics.accusation_after_clash"] * np.maximum(np.minimum(w.border.clashes, 1.0), w.violence.struck)
    attack = p["politics.accusation_after_attack"] * w.violence.major_attack
    w.government.speak(np.maximum(fire, attack))
    w.taliban.speak(fire)
    d.talks = w.government.talks.astype(np.float64) + w.taliban.talks + w.shocks.visits
    w.event(w.government.talks, "talks", place="border", actor="pakistan_government")
    w.event(w.taliban.talks, "talks", place="border", actor="taliban_government")
    w.event(w.shocks.visits > 0.0, "visit", place="border", actor="both", cause="scenario")
    d.incidents.note(w.border.clashes + w.violence.struck)
    d.accused = np.full(w.n_worlds, w.shocks.accusations)
    w.event(d.accused > 0.0, "accusation", place="border", cause="scenario")
    for side, organ in (("pakistan", w.government), ("afghanistan", w.taliban)):
        d.accused = np.minimum(d.accused + organ.accuses, 1.0)
        w.event(organ.accuses, "accusation", place="border", actor=side)
    w.event(w.government.concedes, "concession", place="border", actor="pakistan_government")
