"""The Afghan Taliban government, whose blocs weigh on its choices by their sway.

Core object: `TalibanGovernment`. Kandahar holds back while Pakistan is hostile and minds what curbs cost in cohesion,
the Haqqanis broker truces regardless, the economic bloc in Kabul wants talks where trade suffers (CT07). Sway moves: a
bloc gains where the actions it prefers were followed by gains, and loses where they were not (replicator dynamics,
slow and bounded).
"""

from typing import TYPE_CHECKING

import numpy as np

from regionsim.model import maths
from regionsim.model.actors.arenas import BLOCS
from regionsim.model.actors.decider import Mask
from regionsim.model.actors.organs import Organ
from regionsim.model.processes.diplomacy import interruption
from regionsim.model.samplers import Array
from regionsim.schema.categories import CARGO, CROSSINGS

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

TRADE_FELT = 4.0  # changes of trade beyond this multiple, up or down, have no further effect
LEAST_SWAY = 0.02  # no bloc leaves the government


class TalibanGovernment(Organ):
    """The Afghan Taliban government: talks, curbs on militants, mediation of truces, gates and trade."""

    name = "taliban_government"
    side = 1

    def __init__(self, model: "RegionModel") -> None:
        super().__init__(model)
        names = [bloc.id for bloc in BLOCS]
        sway = np.stack([model.p[f"politics.bloc_{name}"] for name in names], axis=1)
        self._sway = sway / maths.row_sum(sway)[:, np.newaxis]
        self.turned_away = np.zeros(model.n_worlds)
        """How far trade is turned away from Pakistan, 0-1, (W,): fades."""
        self._weigh()

    @property
    def sway(self) -> dict[str, Array]:
        """Share of each bloc in choices, (W,)."""
        return {bloc.id: self._sway[:, b] for b, bloc in enumerate(BLOCS)}

    def _weigh(self) -> None:
        """Let blocs weigh goals: each gives its own goal more than the others do, by `decisions.bloc_focus`."""
        focus = self.model.p["decisions.bloc_focus"]
        for arena in self.arenas.values():
            for k, goal in enumerate(arena.info.goals):
                share = np.zeros(self.model.n_worlds)
                for b, bloc in enumerate(BLOCS):
                    share = share + self._sway[:, b] * (bloc.goal == goal)
                own = any(bloc.goal == goal for bloc in BLOCS)
                arena.weights[:, k] = arena.start.weights[:, k] * (1.0 + focus * (2.0 * share - 1.0) * own)
            arena.revalue()

    def learn(self) -> bool:
        """See what followed the actions of the last weeks; after four weeks, let sway follow."""
        learned = super().learn()
        if learned:
            speed = self.model.p["decisions.sway_speed"] * self.model.p["structure.learning"]
            gains = np.zeros_like(self._sway)
            for b, bloc in enumerate(BLOCS):
                for name, action in bloc.prefers:
                    arena = self.arenas[name]
                    gains[:, b] += arena.gain[:, arena.names.index(action)]
            grown = self._sway * maths.exp(speed[:, np.newaxis] * gains)
            grown = np.maximum(grown / maths.row_sum(grown)[:, np.newaxis], LEAST_SWAY)
            self._sway = np.where(speed[:, np.newaxis] > 0.0, grown / maths.row_sum(grown)[:, np.newaxis], self._sway)
            self._weigh()
        return learned

    def decide(self) -> None:
        """Curbs on militants, brokered truces (MB60, ME11, MB57; MX20 for relations)."""
        w, p = self.model, self.model.p
        reluctance = -p["politics.hostility_weight"] * self.suspicion
        rates = {
            "curb": p["politics.curbs_per_year"],
            "broker": p["security.truces_per_year"] * w.policy["truce_odds"] / p["decisions.truce_accept"],
        }
        terms = {
            "curb": {"hostility": reluctance},
            "broker": {"hostility": reluctance * (1.0 - self.sway["haqqani"])},
        }
        chosen = self.choose_in("militants", rates, terms, {"broker": ~w.groups.truce & w.shocks.free})
        self.curbs, self.brokers = chosen.is_("curb"), chosen.is_("broker")

    def speak(self, provoked: Array) -> None:
        """Talk or accuse. provoked: chance of an accusation with cause, (W,)."""
        w, p = self.model, self.model.p
        economic = self.sway["economic"]
        reluctance = -p["politics.hostility_weight"] * self.suspicion
        lost = -maths.log(maths.clip(w.trade_ratio, 1.0 / TRADE_FELT, TRADE_FELT))
        terms = {
            "talk": {
                "hostility": reluctance * (1.0 - economic),
                "trade lost": economic * p["politics.trade_interest"] * lost,
                "incidents": -interruption(w),
            },
            "accuse": self.accusing(provoked),
        }
        rates = {"talk": p["politics.talks_per_year"], "accuse": self.accusation_rate()}
        chosen = self.choose_in("diplomacy", rates, terms)
        self.talks, self.accuses = chosen.is_("talk"), chosen.is_("accuse")

    def answer_clashes(self, clash: Mask) -> None:
        """Shut gates after clashes and strikes; turn trade away from Pakistan (MB22)."""
        w, p = self.model, self.model.p
        fade = w.fade("decisions.turn_away_weeks")
        struck = np.broadcast_to(w.violence.struck[:, np.newaxis], (w.n_worlds, len(CROSSINGS)))
        odds = np.where(
            clash,
            p["border.close_after_clash_afghanistan"][:, np.newaxis],
            p["decisions.close_after_strike"][:, np.newaxis],
        )
        # the answer to a strike is one choice for all gates, that to a clash is made at its gate
        at_gate = w.streams.uniforms("taliban_government.close", len(CROSSINGS))
        for_all = w.streams.uniform("taliban_government.close_all")[:, np.newaxis]
        self.close_after(clash | struck, odds, np.where(clash, at_gate, for_all))
        shut = maths.row_sum(w.gates.closed_share[:, :, CARGO]) / len(CROSSINGS)
        hostility = p["politics.hostility_weight"] * self.suspicion * (1.0 - self.sway["economic"])
        terms = {"turn_away": {"hostility": hostility, "gates shut": p["decisions.turn_away_when_shut"] * shut}}
        rates = {"close": np.zeros(w.n_worlds), "turn_away": p["decisions.turn_away_per_year"]}
        possible = ~self.shuts & w.shocks.free
        turns = self.choose_in("gates", rates, terms, {"turn_away": possible}).is_("turn_away")
        self.turned_away = np.where(turns, 1.0, self.turned_away * fade)
        w.event(turns, "turn_away", place="afghanistan", actor=self.name)
