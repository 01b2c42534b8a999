"""Pakistan's two organs that decide, the military and the civil government, and what all organs share.

Core objects: `Organ`, `PakistanArmy`, `PakistanGovernment`. Each week an organ declares intents, as masks (W,) or
(W, C); places and processes resolve them, so the order of organs does not matter. Each organ acts independently, so
talks and a strike can fall in one week (MC24: organs at cross-purposes).
"""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from regionsim.model import maths
from regionsim.model.actors.decider import Decider, Mask
from regionsim.model.bounds import room_left
from regionsim.model.choose import choose
from regionsim.model.processes.diplomacy import interruption
from regionsim.model.samplers import Array
from regionsim.schema.categories import CARGO, CROSSINGS
from regionsim.schema.units import WEEKS_PER_YEAR

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel


class Organ(Decider):
    """An organ: `threat` is what it perceives, (W,). `side`: its place on the border, 0 Pakistan, 1 Afghanistan."""

    side = 0

    def __init__(self, model: "RegionModel") -> None:
        super().__init__(model)
        worlds = model.n_worlds
        self.threat = np.zeros(worlds)
        """Violence it responds to, smoothed, in log points over the start."""
        self.suspicion = np.zeros(worlds)
        """Hostility of the other side over its long-run level, smoothed."""
        self.closes: Mask = np.zeros((worlds, len(CROSSINGS)), dtype=np.bool_)
        """Intent to shut a crossing after an incident there, (W, C)."""
        self.talks: Mask = np.zeros(worlds, dtype=np.bool_)
        """Intent to hold talks or receive a visit."""
        self.accuses: Mask = np.zeros(worlds, dtype=np.bool_)

    @property
    def shuts(self) -> Mask:
        """Whether it shuts any gate this week, (W,)."""
        return np.asarray(self.closes.any(axis=-1))

    def perceive(self) -> None:
        """Update threat and suspicion from last week's measures, so that nothing is circular within a week."""
        w = self.model
        share = 1.0 - w.fade("politics.perception_weeks")
        self.threat = self.threat + share * (w.violence.log_excess - self.threat)
        hostility = w.relations.excess[1 - self.side]
        self.suspicion = self.suspicion + share * (hostility - self.suspicion)

    def close_after(self, incident: Mask, odds: Array, u: Array) -> None:
        """Decide at each crossing whether to shut the gate after an incident there (MX09, CT35: either side may).

        incident: (W, C). odds: chance of closing at rest, (W, 1) or (W, C). u: the uniforms that decide, (W, C).
        """
        w, gates = self.model, self.arenas["gates"]
        base = maths.log(odds / (1.0 - odds)) + maths.log(w.policy["closure_from_clash"])[:, np.newaxis]
        terms = {
            "hostility": w.p["politics.hostility_weight"] * self.suspicion,
            "learned": gates.learned("close"),
            **w.linkage.terms(gates).get("close", {}),
        }
        utility = base / self.rationality[:, np.newaxis]
        for term in terms.values():
            utility = utility + term[:, np.newaxis]
        chosen = choose(u, {"close": utility, "nothing": 0.0}, self.rationality[:, np.newaxis]).is_("close")
        self.closes = incident & chosen & w.shocks.free
        gates.note_apart("close", self.shuts)
        if w.decisions is not None:
            usual = (base / self.rationality[:, np.newaxis]).max(axis=-1)
            w.decisions.note_closing(w, gates, self.shuts, {"usual": usual, **terms})

    def accusing(self, provoked: Array) -> dict[str, npt.ArrayLike]:
        """Terms of an accusation, where `provoked` is its chance in a week with cause for one, 0 without, (W,)."""
        usual = np.minimum(self.accusation_rate() / WEEKS_PER_YEAR, 0.9)
        chance = np.minimum(np.maximum(provoked, usual), 0.95)
        odds = chance / (1.0 - chance) * (1.0 - usual) / usual
        return {"provoked": maths.log(odds) / self.rationality}

    def accusation_rate(self) -> Array:
        """Accusations a year by this side without cause, (W,)."""
        yearly = self.model.p["politics.accusations_per_year"] + self.model.policy["accusation_rate"]
        return np.asarray(np.maximum(0.5 * yearly, 1e-6))  # with none a year, a side still answers an attack

    def own_gates_shut(self) -> Mask:
        """Where a closure of cargo by this side is in force that no scenario orders, (W, C)."""
        gates = self.model.gates
        until = gates.until[:, :, self.side, CARGO]
        return np.asarray((until > self.model.day) & (until > gates.ordered_until[:, :, self.side]))


class PakistanArmy(Organ):
    """Pakistan's military: operations at home, strikes across the border, gates."""

    name = "pakistan_army"

    def __init__(self, model: "RegionModel") -> None:
        super().__init__(model)
        worlds = model.n_worlds
        self.anger = np.zeros(worlds)
        """Public anger after major attacks, 0-1, (W,): fades by its half-life."""
        self.stands_down: Mask = np.zeros(worlds, dtype=np.bool_)
        self.opens: Mask = np.zeros(worlds, dtype=np.bool_)

    def decide(self) -> None:
        """Strikes and operations, by threat and by public anger after major attacks (MC12, LI06, LI07).

        Above the record number of strikes in a year each further strike is less likely, up to a hard bound. Operations
        need no bound: there have been years with operations in every week.
        """
        w, p = self.model, self.model.p
        self.anger = np.where(w.violence.major_attack, 1.0, self.anger * w.halve("decisions.anger_weeks"))
        threat = p["politics.threat_weight"] * self.threat
        usual = p["politics.strikes_per_year"]
        record = np.maximum(p["politics.strikes_record"], usual)
        room = room_left(w.trailing.total["strikes"], record, p["violence.beyond_record"])
        calm = w.groups.truce | w.deals.restrained
        active = 1.0 - p["decisions.stand_down"] * calm
        rates = {
            "operate": p["politics.operations_per_year"] * active,
            "strike": usual * room * active,
            "stand_down": p["decisions.stand_down"] * WEEKS_PER_YEAR,
        }
        terms = {
            "operate": {"threat": threat},
            "strike": {
                "threat": threat,
                "public anger": p["politics.strike_after_major_attack"] * self.anger,
                "hostility": p["politics.hostility_weight"] * self.suspicion,
                "restraint": -w.policy["army_support"],
            },
        }
        chosen = self.choose_in("security", rates, terms, {"stand_down": calm})
        self.stands_down = chosen.is_("stand_down")
        self.strikes = chosen.is_("strike") & w.shocks.free
        self.operates = chosen.is_("operate")
        ordered = w.policy["strike_rate"] / WEEKS_PER_YEAR
        self.ordered_strikes = w.streams.bernoulli("pakistan_army.ordered_strike", ordered)

    def answer_clashes(self, clash: Mask) -> None:
        """Shut gates after clashes; open own gates early, as a signal (MX01, ME02)."""
        w, p = self.model, self.model.p
        u = w.streams.uniforms("pakistan_army.close", len(CROSSINGS))
        self.close_after(clash, p["border.close_after_clash_pakistan"][:, np.newaxis], u)
        terms = {"open": {"hostility": -p["politics.hostility_weight"] * self.suspicion}}
        rates = {"close": np.zeros(w.n_worlds), "open": p["decisions.open_per_year"]}
        possible = self.own_gates_shut().any(axis=-1) & ~self.shuts & w.shocks.free
        self.opens = self.choose_in("gates", rates, terms, {"open": possible}).is_("open")


class PakistanGovernment(Organ):
    """Pakistan's civil government: talks, accusations, concessions, campaigns; the military weighs in on campaigns."""

    name = "pakistan_government"

    def __init__(self, model: "RegionModel") -> None:
        super().__init__(model)
        self.concedes: Mask = np.zeros(model.n_worlds, dtype=np.bool_)

    def decide(self) -> None:
        """Expulsion campaigns, and their early end (MC34; MA37)."""
        w, p = self.model, self.model.p
        # the military's view of Afghan residents counts by its sway, unless the organs act independently this week
        apart = w.streams.bernoulli("pakistan_government.apart", p["politics.acting_apart"])
        sway = np.where(apart, 0.0, p["politics.military_weight"])
        army = p["politics.threat_weight"] * sway * (w.army.threat + w.army.suspicion)
        # the other orders that the yearly rate counts come with the end of cards (`statuses`)
        apart_from_cards = p["people.campaigns_per_year"] * (1.0 - p["people.orders_with_cards"])
        rates = {"expel": apart_from_cards, "ease": p["decisions.eases_per_year"]}
        terms = {"expel": {"the military's view": army}, "ease": {"the military's view": -army}}
        ordered = w.people.until > w.day
        chosen = self.choose_in("people", rates, terms, {"expel": ~ordered, "ease": ordered})
        self.expels = chosen.is_("expel") & w.shocks.free
        self.eases = chosen.is_("ease") & w.shocks.free

    def speak(self, provoked: Array) -> None:
        """Talk, accuse or concede (MC35 against MC34; ME02, MC37). provoked: chance to accuse with cause, (W,)."""
        w, p = self.model, self.model.p
        closed = (w.gates.closed_share[:, :, CARGO] > 0.0).any(axis=-1)
        accused = -p["politics.accusations_chill"] * w.diplomacy.accused
        broken = -interruption(w)
        rates = {
            "talk": p["politics.talks_per_year"] + w.policy["talks_rate"],
            "accuse": self.accusation_rate(),
            "concede": p["decisions.concessions_per_year"],
        }
        terms = {
            "talk": {
                "gates shut": p["politics.talks_after_closure"] * closed,
                "accusations": accused,
                "incidents": broken,
                "the military": w.policy["army_support"],
            },
            "accuse": self.accusing(provoked),
            "concede": {"accusations": accused, "incidents": broken, "the military": w.policy["army_support"]},
        }
        chosen = self.choose_in("diplomacy", rates, terms)
        self.talks, self.accuses = chosen.is_("talk"), chosen.is_("accuse")
        self.concedes = chosen.is_("concede")
