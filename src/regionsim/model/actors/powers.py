"""Outside powers that decide: mediators of the Gulf, China, India. The others are stubs of the roster.

Core objects: `GulfMediators`, `China`, `India`, `POWERS`. A power is held to what a claim, sign or question uses
of it. China and India act through the variables of the climate that the briefs speak of, and only by what they do over
the usual: what was usual at the start is in the start. Mediators act on the ladder and on ruptures, which no variable
holds.
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

ACTS = 3.0  # no more than this many acts at once count, in acts over the usual


class Engagement(Fading):
    """Acts of a power that fade: `over` is what is felt of them over the usual, (W,), zero at the start."""

    def __init__(self, per_year: Array, weeks: Array) -> None:
        super().__init__(np.minimum(per_year / WEEKS_PER_YEAR, 0.9), weeks)

    @property
    def over(self) -> Array:
        """Acts felt over the usual, (W,)."""
        return np.clip(self.felt - self.usual, -ACTS, ACTS)


class GulfMediators(Decider):
    """Saudi Arabia, Qatar and the Emirates as one: they mediate in a clash, a war or a rupture while patience lasts.

    Mediation raises the odds of a deal now and lowers its durability later (Beardsley 2008, S125): after a mediated
    calm the ladder is climbed more readily in the months in which their leverage fades.
    """

    name = "gulf_mediators"

    def __init__(self, model: "RegionModel") -> None:
        super().__init__(model)
        worlds = model.n_worlds
        self.at_work: Mask = np.zeros(worlds, dtype=np.bool_)
        self.patience = np.ones(worlds)
        """1 rested, 0 run out, (W,)."""
        self.hold = np.zeros(worlds)
        """Leverage left after a mediated calm, fading from 1, (W,)."""

    def decide(self) -> None:
        """Offer, go on or give up; sooner in a war or a rupture."""
        w, p = self.model, self.model.p
        crisis = (w.relations.escalation >= CLASH) | w.border.rupture
        grave = (w.relations.escalation == WAR) | w.border.rupture
        rate = p["politics.mediation_per_year"] * np.maximum(self.patience, 1e-3)
        offers = self.takes("mediate", rate, p["politics.mediation_gravity"] * grave) & crisis
        before = self.at_work
        self.at_work = (before | offers) & crisis & (self.patience > 0.0)
        spent = np.where(self.at_work, -1.0, 1.0) / p["politics.mediation_patience_weeks"]
        self.patience = np.clip(self.patience + spent, 0.0, 1.0)
        fading = self.hold * maths.exp(-1.0 / p["politics.mediation_fade_weeks"])
        self.hold = np.where(before & ~crisis, 1.0, np.where(crisis, 0.0, fading))
        w.event(self.at_work & ~before, "mediation", place="border", actor=self.name)
        w.event(before & ~self.at_work, "mediation_end", place="border", actor=self.name)

    @property
    def calming(self) -> Array:
        """Log odds of a deal that they add this week, (W,)."""
        return np.asarray(np.where(self.at_work, maths.log(self.model.p["politics.mediation_leverage"]), 0.0))

    @property
    def relapse(self) -> Array:
        """Log hazard of climbing that a mediated calm adds, (W,): greatest when half of the leverage is gone."""
        hump = 4.0 * self.hold * (1.0 - self.hold)
        return np.asarray(maths.log(self.model.p["politics.mediation_relapse"]) * hump)


class China(Decider):
    """Convenes the trilateral, and commits money to Afghan minerals where it finds them safe (MA45, MA55, MA61).

    `commits`: whether its money stands by, (W,); a pledge of which nothing had been paid (CT29).
    """

    name = "china"

    def __init__(self, model: "RegionModel") -> None:
        super().__init__(model)
        p = model.p
        self.commits: Mask = np.zeros(model.n_worlds, dtype=np.bool_)
        self.rounds = Engagement(p["politics.rounds_per_year"], p["politics.power_weeks"])

    def decide(self) -> None:
        """A round is held where both would come, which in a war they do not; money follows security and interest."""
        w, p = self.model, self.model.p
        convenes = self.takes("convene", p["politics.rounds_per_year"])
        held = convenes & (w.relations.escalation < WAR)
        self.rounds.note(held)
        w.climate.acts[:, SOFT_PLACE["multilateralism"]] = p["politics.power_act"] * self.rounds.over
        w.event(held, "trilateral", place="region", actor=self.name)
        safe = w.climate.felt("china_investment") - p["politics.china_caution"] * projects.security(w)
        safe = np.clip(safe, -ACTS, ACTS)
        joins = self.takes("commit", p["politics.china_commits_per_year"], safe)
        leaves = self.takes("withdraw", p["politics.china_withdraws_per_year"], -safe)
        w.event(joins & ~self.commits, "commitment", place="afghanistan", actor=self.name)
        w.event(leaves & self.commits, "withdrawal", place="afghanistan", actor=self.name)
        self.commits = np.where(self.commits, ~leaves, joins)


class India(Decider):
    """Engages with Kabul, in a posture that Pakistan finds hostile or not (MB04, MB06, MB87; CT01).

    That ties with Pakistan drive Kabul to India is a link of the climate (MB22) and not a second time a choice here.
    `hostile`: its posture as Pakistan sees it, (W,).
    """

    name = "india"
    alarms = ("MB04", "MB87")
    """Links by which presence alone raises suspicion in Pakistan."""

    def __init__(self, model: "RegionModel") -> None:
        super().__init__(model)
        p = model.p
        self.hostile: Mask = np.ones(model.n_worlds, dtype=np.bool_)
        self.visits = Engagement(p["politics.india_engagements_per_year"], p["politics.power_weeks"])
        self.alarm = model.climate.weight_of(self.alarms)
        """Weight of presence among the causes of suspicion, (W,)."""

    def decide(self) -> None:
        """Visits and missions; the posture hardens and eases; what of its presence alarms Pakistan."""
        w, p, acts = self.model, self.model.p, self.model.climate.acts
        engages = self.takes("engage", p["politics.india_engagements_per_year"])
        self.visits.note(engages)
        w.event(engages, "engagement", place="afghanistan", actor=self.name)
        acts[:, SOFT_PLACE["india_presence"]] = p["politics.power_act"] * self.visits.over
        hardens = self.takes("harden", p["politics.india_hardens_per_year"])
        eases = self.takes("ease", p["politics.india_eases_per_year"])
        self.hostile = np.where(self.hostile, ~eases, hardens)
        # by one reading presence alone alarms; by the other only that of a hostile India, and the links are undone
        soothed = (p["structure.india"] == 1.0) & ~self.hostile
        presence = w.climate.soft("india_presence")
        undone = p["climate.gain"] * self.alarm * presence
        acts[:, SOFT_PLACE["pk_suspicion"]] = np.where(soothed, -undone, 0.0)


POWERS = (GulfMediators, China, India)
