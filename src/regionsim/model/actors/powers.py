"""Outside powers that decide: Gulf mediators, China, India. Other powers are stubs in the roster.

Core objects: `GulfMediators`, `China`, `India`, `POWERS`. A power does only what a claim, sign or question of the
briefs needs. China and India act through climate variables of the briefs, and only by what exceeds their usual
activity, which the starting values include. Mediators act on the ladder and on ruptures, which no climate variable
covers.
"""

from typing import TYPE_CHECKING

import numpy as np

from regionsim.model import maths
from regionsim.model.actors.decider import Decider, Mask
from regionsim.model.decaying_memory import Fading
from regionsim.model.named import SOFT_PLACE
from regionsim.model.processes import projects
from regionsim.model.samplers import Array
from regionsim.schema.categories import CLASH, WAR
from regionsim.schema.units import WEEKS_PER_YEAR

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

ACTS = 3.0  # at most this many acts over the usual count at once


class Engagement(Fading):
    """Decaying memory of a power's acts: `over` is its level above the usual, (W,), zero at the start."""

    def __init__(self, per_year: Array, weeks: Array) -> None:
        super().__init__(np.minimum(per_year / WEEKS_PER_YEAR, 0.9), weeks)

    @property
    def over(self) -> Array:
        """Remembered acts above the usual level, (W,)."""
        return maths.clip(self.felt - self.usual, -ACTS, ACTS)


class GulfMediators(Decider):
    """Saudi Arabia, Qatar and the Emirates as one actor: mediate in a clash, war or rupture while patience lasts.

    Mediation raises the odds of a deal now and lowers its durability later (Beardsley 2008, S125): after a mediated
    calm, escalation is more likely in the months in which their leverage decays.
    """

    name = "gulf_mediators"

    def __init__(self, model: "RegionModel") -> None:
        super().__init__(model)
        worlds = model.n_worlds
        self.at_work: Mask = np.zeros(worlds, dtype=np.bool_)
        self.patience = np.ones(worlds)
        """1 full, 0 exhausted, (W,)."""
        self.hold = np.zeros(worlds)
        """Leverage left after a mediated calm, decaying from 1, (W,)."""

    def decide(self) -> None:
        """Offer mediation, continue or give up; offers are more likely in a war or a rupture."""
        w, p = self.model, self.model.p
        crisis = (w.relations.escalation >= CLASH) | w.border.rupture
        grave = (w.relations.escalation == WAR) | w.border.rupture
        rate = p["politics.mediation_per_year"] * np.maximum(self.patience, 1e-3)
        offers = self.takes("mediate", rate, p["politics.mediation_gravity"] * grave) & crisis
        before = self.at_work
        self.at_work = (before | offers) & crisis & (self.patience > 0.0)
        spent = np.where(self.at_work, -1.0, 1.0) / p["politics.mediation_patience_weeks"]
        self.patience = maths.clip(self.patience + spent, 0.0, 1.0)
        fading = self.hold * w.fade("politics.mediation_fade_weeks")
        self.hold = np.where(before & ~crisis, 1.0, np.where(crisis, 0.0, fading))
        w.event(self.at_work & ~before, "mediation", place="border", actor=self.name)
        w.event(before & ~self.at_work, "mediation_end", place="border", actor=self.name)

    @property
    def calming(self) -> Array:
        """Log odds that they add to a deal this week, (W,)."""
        return np.asarray(np.where(self.at_work, maths.log(self.model.p["politics.mediation_leverage"]), 0.0))

    @property
    def relapse(self) -> Array:
        """Log hazard of escalation that a mediated calm adds, (W,): highest when half the leverage is gone."""
        hump = 4.0 * self.hold * (1.0 - self.hold)
        return np.asarray(maths.log(self.model.p["politics.mediation_relapse"]) * hump)


class China(Decider):
    """Convenes trilateral rounds, and commits money to Afghan minerals where they look safe (MA45, MA55, MA61).

    `commits`: whether its money is committed, (W,); False at the start, as nothing of the pledge had been paid (CT29).
    """

    name = "china"

    def __init__(self, model: "RegionModel") -> None:
        super().__init__(model)
        p = model.p
        self.commits: Mask = np.zeros(model.n_worlds, dtype=np.bool_)
        self.rounds = Engagement(p["politics.rounds_per_year"], p["politics.power_weeks"])

    def decide(self) -> None:
        """Rounds are held except in a war, when the sides would not come; money follows security and interest."""
        w, p = self.model, self.model.p
        convenes = self.takes("convene", p["politics.rounds_per_year"])
        held = convenes & (w.relations.escalation < WAR)
        self.rounds.note(held)
        w.climate.acts[:, SOFT_PLACE["multilateralism"]] = p["politics.power_act"] * self.rounds.over
        w.event(held, "trilateral", place="region", actor=self.name)
        safe = w.climate.felt("china_investment") - p["politics.china_caution"] * projects.security(w)
        safe = maths.clip(safe, -ACTS, ACTS)
        joins = self.takes("commit", p["politics.china_commits_per_year"], safe)
        leaves = self.takes("withdraw", p["politics.china_withdraws_per_year"], -safe)
        w.event(joins & ~self.commits, "commitment", place="afghanistan", actor=self.name)
        w.event(leaves & self.commits, "withdrawal", place="afghanistan", actor=self.name)
        self.commits = np.where(self.commits, ~leaves, joins)


class India(Decider):
    """Engages with Kabul, in a posture that Pakistan finds hostile or not (MB04, MB06, MB87; CT01).

    That ties with Pakistan drive Kabul to India is a climate link (MB22), so it is not also a choice here.
    `hostile`: its posture as Pakistan sees it, (W,). `alarm`: its presence over that of the start where Pakistan sees
    it as hostile, (W,) between -1 and 1; it sours Pakistan's mood towards Kabul (`relations.react`).
    """

    name = "india"
    alarms = ("MB04", "MB87")
    """Links by which presence alone raises suspicion in Pakistan, while they act."""

    def __init__(self, model: "RegionModel") -> None:
        super().__init__(model)
        p = model.p
        self.hostile: Mask = np.ones(model.n_worlds, dtype=np.bool_)
        self.visits = Engagement(p["politics.india_engagements_per_year"], p["politics.power_weeks"])
        self.alarm = np.zeros(model.n_worlds)

    def decide(self) -> None:
        """Decide visits and posture, and how far its presence alarms Pakistan."""
        w, p, acts = self.model, self.model.p, self.model.climate.acts
        engages = self.takes("engage", p["politics.india_engagements_per_year"])
        self.visits.note(engages)
        w.event(engages, "engagement", place="afghanistan", actor=self.name)
        acts[:, SOFT_PLACE["india_presence"]] = p["politics.power_act"] * self.visits.over
        hardens = self.takes("harden", p["politics.india_hardens_per_year"])
        eases = self.takes("ease", p["politics.india_eases_per_year"])
        self.hostile = np.where(self.hostile, ~eases, hardens)
        # by one reading presence alone alarms; by the other only a hostile India does, and the links are offset
        soothed = (p["structure.india"] == 1.0) & ~self.hostile
        presence = w.climate.soft("india_presence")
        offset = p["climate.gain"] * self.model.climate.weight_of(self.alarms) * presence
        acts[:, SOFT_PLACE["pk_suspicion"]] = np.where(soothed, -offset, 0.0)
        self.alarm = np.where(soothed, 0.0, presence)


POWERS = (GulfMediators, China, India)
