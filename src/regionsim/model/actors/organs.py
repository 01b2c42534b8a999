"""The three organs that decide: Pakistan's military, Pakistan's civil government, the Afghan Taliban government.

Core objects: `PakistanArmy`, `PakistanGovernment`, `TalibanGovernment`. Each week an organ declares intents, as masks
(W,) or (W, C); places and processes resolve them, so the order of organs does not matter. Choices are logit quantal
responses (`choose`): a base utility, set to give the observed rate at the start, plus what moves it. Each organ acts
independently, so talks and a strike can fall in one week (MC24: organs at cross-purposes).
"""

from typing import TYPE_CHECKING

import numpy as np

from regionsim.model import maths
from regionsim.model.actors.decider import Decider, Mask
from regionsim.model.bounds import room_left
from regionsim.model.choose import choose
from regionsim.model.processes.diplomacy import interruption
from regionsim.schema.categories import CARGO, CROSSINGS
from regionsim.schema.units import WEEKS_PER_YEAR

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

TRADE_FELT = 4.0  # changes of trade beyond this multiple, up or down, have no further effect


class Organ(Decider):
    """An organ: `threat` is what it perceives, (W,)."""

    def __init__(self, model: "RegionModel") -> None:
        super().__init__(model)
        worlds = model.n_worlds
        self.threat = np.zeros(worlds)
        """Violence it responds to, smoothed, in log points over the start."""
        self.suspicion = np.zeros(worlds)
        """Hostility of the other side over its long-run level, smoothed."""
        self.closes = np.zeros((worlds, len(CROSSINGS)), dtype=np.bool_)
        """Intent to shut a crossing after a clash there, (W, C)."""
        self.talks = np.zeros(worlds, dtype=np.bool_)
        """Intent to hold talks or receive a visit."""

    def perceive(self) -> None:
        """Update threat and suspicion from last week's measures, so that nothing is circular within a week."""
        w = self.model
        share = 1.0 - maths.exp(-1.0 / w.p["politics.perception_weeks"])
        self.threat = self.threat + share * (w.violence.log_excess - self.threat)
        hostility = w.relations.excess[1] if self.name.startswith("pakistan") else w.relations.excess[0]
        self.suspicion = self.suspicion + share * (hostility - self.suspicion)

    def answer_clashes(self, clash: Mask) -> None:
        """Decide at each crossing whether to shut the gate after a clash there (MX09, CT35: either side may)."""
        w = self.model
        side = "pakistan" if self.name.startswith("pakistan") else "afghanistan"
        odds = w.p[f"border.close_after_clash_{side}"]
        base = maths.log(odds / (1.0 - odds)) + maths.log(w.policy["closure_from_clash"])
        u = w.streams.uniforms(f"{self.name}.close", len(CROSSINGS))
        utility = (base / self.rationality + w.p["politics.hostility_weight"] * self.suspicion)[:, np.newaxis]
        chosen = choose(u, {"close": utility, "nothing": 0.0}, self.rationality[:, np.newaxis]).is_("close")
        self.closes = clash & chosen & w.shocks.free


class PakistanArmy(Organ):
    """Pakistan's military: operations at home, strikes across the border, gates."""

    name = "pakistan_army"

    def decide(self) -> None:
        """Strikes and operations, by threat and by major attacks (MC12, LI06, LI07).

        Above the record number of strikes in a year each further strike is less likely, up to a hard bound. Operations
        need no bound: there have been years with operations in every week.
        """
        w, p = self.model, self.model.p
        threat = p["politics.threat_weight"] * self.threat
        anger = p["politics.hostility_weight"] * self.suspicion
        provoked = p["politics.strike_after_major_attack"] * w.violence.major_attack
        push = provoked + threat + anger - w.policy["army_support"]
        usual = p["politics.strikes_per_year"]
        record = np.maximum(p["politics.strikes_record"], usual)
        room = room_left(w.trailing.total["strikes"], record, p["violence.beyond_record"])
        self.strikes = self.takes("strike", usual, push, room) & w.shocks.free
        ordered = w.policy["strike_rate"] / WEEKS_PER_YEAR
        self.ordered_strikes = w.streams.bernoulli("pakistan_army.ordered_strike", ordered)
        self.operates = self.takes("operate", p["politics.operations_per_year"], threat)


class PakistanGovernment(Organ):
    """Pakistan's civil government: talks, expulsion campaigns; the military weighs in on both."""

    name = "pakistan_government"

    def decide(self) -> None:
        """Talks and expulsion campaigns (MC35 against MC34; MA37, ME02)."""
        w, p = self.model, self.model.p
        # the military's view of Afghan residents counts by its sway, unless the organs act independently this week
        apart = w.streams.bernoulli("pakistan_government.apart", p["politics.acting_apart"])
        sway = np.where(apart, 0.0, p["politics.military_weight"])
        army = sway * (w.army.threat + w.army.suspicion)
        closed = (w.gates.closed_share[:, :, CARGO] > 0.0).any(axis=-1)
        push = (
            p["politics.talks_after_closure"] * closed
            - p["politics.accusations_chill"] * w.diplomacy.accused
            - interruption(w)
            + w.policy["army_support"]
        )
        self.talks = self.takes("talk", p["politics.talks_per_year"] + w.policy["talks_rate"], push)
        expels = self.takes("expel", p["people.campaigns_per_year"], p["politics.threat_weight"] * army)
        self.expels = expels & w.shocks.free


BLOCS = ("kandahar", "haqqani", "economic")


class TalibanGovernment(Organ):
    """The Afghan Taliban government: talks, curbs on militants, mediation of truces, gates.

    Its blocs weigh on each choice in proportion to their sway (CT07): Kandahar holds back while Pakistan is
    hostile, the Haqqanis broker truces regardless, the economic bloc in Kabul wants talks where trade suffers.
    """

    name = "taliban_government"

    def __init__(self, model: "RegionModel") -> None:
        super().__init__(model)
        sway = np.stack([model.p[f"politics.bloc_{bloc}"] for bloc in BLOCS], axis=1)
        total = maths.row_sum(sway)
        self.sway = {bloc: sway[:, b] / total for b, bloc in enumerate(BLOCS)}
        """Share of each bloc in choices, (W,)."""

    def decide(self) -> None:
        """Talks, curbs on militants, brokered truces (MB60, ME11, MB57; MX20 for relations)."""
        w, p = self.model, self.model.p
        reluctance = -p["politics.hostility_weight"] * self.suspicion
        lost = -maths.log(np.clip(w.trade_ratio, 1.0 / TRADE_FELT, TRADE_FELT))
        trade = self.sway["economic"] * p["politics.trade_interest"] * lost
        held = reluctance * (1.0 - self.sway["economic"])
        self.talks = self.takes("talk", p["politics.talks_per_year"], held + trade - interruption(w))
        self.curbs = self.takes("curb", p["politics.curbs_per_year"], reluctance)
        held = reluctance * (1.0 - self.sway["haqqani"])
        brokers = self.takes("broker", p["security.truces_per_year"] * w.policy["truce_odds"], held)
        self.brokers = brokers & ~w.groups.truce & w.shocks.free
