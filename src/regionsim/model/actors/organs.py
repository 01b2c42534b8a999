"""The three organs that decide: Pakistan's military, Pakistan's civil government, the Afghan Taliban government.

Core objects: `PakistanArmy`, `PakistanGovernment`, `TalibanGovernment`. Each week an organ declares intents, as masks
(W,) or (W, C); places and processes resolve them, so the order of organs does not matter. Choices are logit quantal
responses (`choose`): a base utility set so that the rate at the start is the observed one, and what moves it. With some
probability an organ acts on its own view alone, so talks and a strike can fall in one week (MODEL.md, cross-purposes).
"""

from typing import TYPE_CHECKING

import mesa
import numpy as np
import numpy.typing as npt

from regionsim.model import maths
from regionsim.model.choose import choose
from regionsim.model.samplers import Array
from regionsim.scenario.shocks import CROSSINGS

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

type Mask = npt.NDArray[np.bool_]

WEEKS_PER_YEAR = 365.25 / 7.0


def base_utility(per_year: Array, rationality: Array) -> Array:
    """Utility over doing nothing that gives an action its yearly rate, (W,); -inf where the rate is 0."""
    weekly = np.minimum(per_year / WEEKS_PER_YEAR, 0.9)
    return maths.log(weekly / (1.0 - weekly)) / rationality


class Organ(mesa.Agent):  # type: ignore[misc]  # mesa ships no types
    """An organ: `rationality` is the precision of its choices, (W,); `threat` what it perceives, (W,)."""

    name = ""

    def __init__(self, model: "RegionModel") -> None:
        super().__init__(model)
        self.rationality = model.p["politics.rationality"]
        worlds = model.n_worlds
        self.threat = np.zeros(worlds)
        """Violence it answers to, in log points over the start, with memory."""
        self.suspicion = np.zeros(worlds)
        """Hostility it sees on the other side, over the start."""
        self.closes = np.zeros((worlds, len(CROSSINGS)), dtype=np.bool_)
        """Intent to shut a crossing after a clash there, (W, C)."""
        self.talks = np.zeros(worlds, dtype=np.bool_)
        """Intent to hold talks or receive a visit."""

    def base(self, parameter: str) -> Array:
        """The base utility of an action whose yearly rate a parameter holds."""
        return base_utility(self.model.p[parameter], self.rationality)

    def perceive(self) -> None:
        """Update threat and suspicion with memory; measures are of last week, so nothing is circular in a week."""
        w = self.model
        share = 1.0 - maths.exp(-1.0 / w.p["politics.perception_weeks"])
        self.threat = self.threat + share * (w.violence.log_excess - self.threat)
        other = w.relations.excess[1] if self.name.startswith("pakistan") else w.relations.excess[0]
        self.suspicion = self.suspicion + share * (other - self.suspicion)

    def answer_clashes(self, clash: Mask) -> None:
        """Decide at each crossing whether to shut the gate after a clash there (MX09, CT35: either side may)."""
        w = self.model
        side = "pakistan" if self.name.startswith("pakistan") else "afghanistan"
        odds = w.p[f"border.close_after_clash_{side}"]
        base = maths.log(odds / (1.0 - odds)) + maths.log(w.policy["closure_from_clash"])
        u = w.streams.uniforms(f"{self.name}.close", len(CROSSINGS))
        utility = (base / self.rationality + w.p["politics.hostility_weight"] * self.suspicion)[:, np.newaxis]
        self.closes = clash & choose(u, {"close": utility, "nothing": 0.0}, self.rationality[:, np.newaxis]).is_(
            "close"
        )


class PakistanArmy(Organ):
    """Pakistan's military: operations at home, strikes across the border, gates."""

    name = "pakistan_army"

    def decide(self) -> None:
        """Strike, operate or neither, by threat and by major attacks (MC12, LI06, LI07)."""
        w = self.model
        p = w.p
        provoked = p["politics.strike_after_major_attack"] * w.violence.major_attack
        restraint = w.policy["army_support"]
        act = choose(
            w.streams.uniform("pakistan_army.action"),
            {
                "strike": self.base("politics.strikes_per_year")
                + provoked
                + p["politics.threat_weight"] * self.threat
                + p["politics.hostility_weight"] * self.suspicion
                - restraint,
                "operate": self.base("politics.operations_per_year") + p["politics.threat_weight"] * self.threat,
                "nothing": 0.0,
            },
            self.rationality,
        )
        ordered = w.streams.bernoulli("pakistan_army.ordered_strike", w.policy["strike_rate"] / WEEKS_PER_YEAR)
        self.strikes = act.is_("strike") | ordered
        self.operates = act.is_("operate")


class PakistanGovernment(Organ):
    """Pakistan's civil government: talks, expulsion campaigns; the military weighs in on both."""

    name = "pakistan_government"

    def decide(self) -> None:
        """Talk, order an expulsion campaign, or neither (MC35 against MC34; MA37, ME02)."""
        w = self.model
        p = w.p
        # the military's view of Afghan residents weighs in by its sway, unless the organs act apart this week
        apart = w.streams.bernoulli("pakistan_government.apart", p["politics.acting_apart"])
        sway = np.where(apart, 0.0, p["politics.military_weight"])
        army = sway * (w.army.threat + w.army.suspicion)
        support = w.policy["army_support"]
        act = choose(
            w.streams.uniform("pakistan_government.action"),
            {
                "talk": base_utility(p["politics.talks_per_year"] + w.policy["talks_rate"], self.rationality)
                + p["politics.talks_after_closure"] * w.border.any_closed_last_week
                - p["politics.accusations_chill"] * w.diplomacy.accused_last_week
                + support,
                "expel": self.base("people.campaigns_per_year")
                + p["politics.threat_weight"] * army
                + maths.log(w.policy["coercion"]) / self.rationality,
                "nothing": 0.0,
            },
            self.rationality,
        )
        self.talks = act.is_("talk")
        self.expels = act.is_("expel")


class TalibanGovernment(Organ):
    """The Afghan Taliban government: talks, curbs on militants, mediation of truces, gates."""

    name = "taliban_government"

    def decide(self) -> None:
        """Talk, curb militants, broker a truce, or none (MB60, ME11, MB57; MX20 for relations)."""
        w = self.model
        p = w.p
        reluctance = p["politics.hostility_weight"] * self.suspicion
        # brokering is called for by violence (MB60) and possible only while no truce holds
        brokered = base_utility(p["security.truces_per_year"] * w.policy["truce_odds"], self.rationality)
        act = choose(
            w.streams.uniform("taliban_government.action"),
            {
                "talk": self.base("politics.talks_per_year") - reluctance,
                "curb": self.base("politics.curbs_per_year") - reluctance,
                "broker": np.where(w.groups.truce, -np.inf, brokered - reluctance),
                "nothing": 0.0,
            },
            self.rationality,
        )
        self.talks = act.is_("talk")
        self.curbs = act.is_("curb")
        self.brokers = act.is_("broker")
