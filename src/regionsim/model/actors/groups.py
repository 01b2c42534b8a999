"""Armed groups: the TTP, IS-KP, the Baloch groups, and other militants (allied, splinter, unattributed).

Core objects: `Groups` (all groups of all worlds in stacked arrays, with a ledger of fighters) and `ArmedGroup` (one
group as a mesa agent whose state variables are views, (W,)). The TTP, IS-KP and the Baloch groups set the tempo of
their attacks for weeks at a time; the TTP also accepts or refuses truces, and keeps or breaks them.
"""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from regionsim.model import maths
from regionsim.model.actors.decider import Decider, Mask
from regionsim.model.samplers import Array
from regionsim.schema.categories import GROUPS, TTP
from regionsim.schema.units import WEEKS_PER_YEAR

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel


class Groups:
    """Arrays (W, G) in the order of `GROUPS`.

    `fighters` is a float64 stock with a ledger: recruited, killed and defected of this week add up to its change.
    `truce`: whether the TTP keeps a truce, (W,). `excitation`: smoothed attacks that raise the next ones, per week.
    """

    def __init__(self, fighters: Array, attacks_per_week: Array) -> None:
        self.fighters = np.array(fighters)
        self.fighters_initial = np.array(fighters)
        self.excitation = np.array(attacks_per_week)
        self.recruited = np.zeros_like(self.fighters)
        self.killed = np.zeros_like(self.fighters)
        self.defected = np.zeros_like(self.fighters)
        worlds = self.fighters.shape[0]
        self.gone_over = np.zeros(worlds)
        """TTP fighters who have defected to IS-KP since the start, (W,)."""
        self.truce = np.zeros(worlds, dtype=np.bool_)
        self.truce_week = np.zeros(worlds)
        """Weeks the truce has held."""
        self.truce_until = np.full(worlds, -1.0)
        """Day on which an agreed truce ends; -1 for a brokered one, which has no end date."""
        self.pressure = np.zeros(worlds)
        """Pressure of the Afghan authorities on the TTP's sanctuary from curbs, 0-1, decaying."""
        self.degraded = np.zeros(worlds)
        """Degradation of the TTP's attack tempo, in log points: sums over strikes and decays."""
        self.backlash = np.zeros(worlds)
        """Backlash to strikes, in log points: sums over strikes and decays."""
        self.posture = np.zeros(self.fighters.shape, dtype=np.int8)
        """What each group has chosen for these weeks, (W, G): -1 lies low, 0 usual, 1 surges."""
        self.chosen_tempo = np.ones_like(self.fighters)
        """Tempo that follows from it, relative to the mean at rest, (W, G)."""
        self.truce_broken = np.zeros(worlds, dtype=np.bool_)
        """Whether the TTP broke a truce this week."""


def sanctuary_pressure(w: "RegionModel") -> Array:
    """Pressure of the Afghan authorities on the TTP's sanctuary, from policy and curbs together, 0-1, (W,)."""
    return maths.clip(w.policy["sanctuary_pressure"] + w.groups.pressure, 0.0, 1.0)


class ArmedGroup(Decider):
    """One armed group; `index` is its position in `GROUPS`. A group without an arena keeps its usual tempo."""

    def __init__(self, model: "RegionModel", name: str) -> None:
        self.name = name
        super().__init__(model)
        self.index = GROUPS.index(name)
        p = model.p
        if "tempo" in self.arenas:
            weeks = p["decisions.posture_weeks"] / WEEKS_PER_YEAR
            low, high = p["decisions.lie_low_per_year"] * weeks, p["decisions.surge_per_year"] * weeks
            mean = 1.0 + low * p["decisions.lie_low_tempo"] + high * p["decisions.surge_tempo"]
            self._usual = (1.0 + low + high) / mean
            model.groups.chosen_tempo[:, self.index] = self._usual

    def decide(self) -> None:
        """Lie low or step up attacks, for weeks at a time; caution under pressure on the sanctuary (MB57)."""
        if "tempo" not in self.arenas:
            return
        w, p = self.model, self.model.p
        posture = w.groups.posture[:, self.index]
        rates = {"lie_low": p["decisions.lie_low_per_year"], "surge": p["decisions.surge_per_year"]}
        caution = p["decisions.caution"] * (1.0 - self.sanctuary) if self.index == TTP else np.zeros(w.n_worlds)
        terms = {"lie_low": {"pressure": caution}, "surge": {"pressure": -caution}}
        usual = posture == 0
        chosen = self.choose_in("tempo", rates, terms, {"lie_low": usual, "surge": usual})
        over = ~usual & w.streams.bernoulli(f"{self.name}.posture_ends", 1.0 / p["decisions.posture_weeks"])
        begun = chosen.is_("surge").astype(np.int8) - chosen.is_("lie_low").astype(np.int8)
        posture = np.where(over, 0, np.where(usual, begun, posture))
        w.groups.posture[:, self.index] = posture
        by_posture = np.where(posture > 0, p["decisions.surge_tempo"], p["decisions.lie_low_tempo"])
        w.groups.chosen_tempo[:, self.index] = self._usual * np.where(posture == 0, 1.0, by_posture)
        w.event(begun > 0, "surge", actor=self.name)
        w.event(begun < 0, "lull", actor=self.name)

    def answer(self, offered: Mask, may_break: Mask) -> tuple[Mask, Mask]:
        """Where the TTP accepts a truce that is offered, and where it breaks one that has no end date, (W,) (ME10)."""
        w, p = self.model, self.model.p
        pressed = p["decisions.caution"] * (1.0 - self.sanctuary)
        rates = {
            "accept": p["decisions.truce_accept"] * WEEKS_PER_YEAR,
            "break": p["security.truce_end_hazard"] * WEEKS_PER_YEAR,
        }
        terms = {
            "accept": {"pressure": pressed},
            "break": {"pressure": -pressed, "strike": p["decisions.strike_breaks_truce"] * w.violence.struck},
        }
        chosen = self.choose_in("truce", rates, terms, {"accept": offered, "break": may_break})
        return chosen.is_("accept"), chosen.is_("break")

    @property
    def fighters(self) -> Array:
        """Fighters, (W,)."""
        return np.asarray(self.model.groups.fighters[:, self.index])

    @property
    def tie(self) -> Array:
        """Tie to the Afghan Taliban, 0-1, (W,): TTP only, 0 for other groups (MC40, MC46)."""
        return self._soft("tta_ttp_link")

    @property
    def morale(self) -> Array:
        """Morale, 0-1, (W,): TTP only, as in the briefs (MB30)."""
        return self._soft("ttp_morale")

    @property
    def resources(self) -> Array:
        """Money and arms, 0-1, (W,): TTP only, as in the briefs (MC39)."""
        return self._soft("ttp_resources")

    @property
    def sanctuary(self) -> Array:
        """Sanctuary in Afghanistan, 1 untouched to 0 none, (W,); modelled for the TTP only (MC46)."""
        if self.index != TTP:
            return np.zeros(self.model.n_worlds)
        return np.asarray(1.0 - sanctuary_pressure(self.model))

    def _soft(self, name: str) -> Array:
        """A climate variable of the TTP; zero for other groups, which no document covers."""
        return self.model.climate.of(name) if self.index == TTP else np.zeros(self.model.n_worlds)

    @property
    def attacks(self) -> npt.NDArray[np.int64]:
        """Attacks this week, (W,)."""
        return np.asarray(self.model.violence.attacks[:, self.index].sum(axis=-1))
