"""Armed groups: the TTP, IS-KP, the Baloch groups, and other militants (allied, splinter, unattributed).

Core objects: `Groups` (all groups of all worlds in stacked arrays, with a ledger of fighters) and `ArmedGroup` (one
group as a mesa agent whose state variables are views, (W,)).
"""

from typing import TYPE_CHECKING

import mesa
import numpy as np
import numpy.typing as npt

from regionsim.model.samplers import Array
from regionsim.schema.categories import GROUPS, TTP

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


def sanctuary_pressure(w: "RegionModel") -> Array:
    """Pressure of the Afghan authorities on the TTP's sanctuary, from policy and curbs together, 0-1, (W,)."""
    return np.asarray(np.clip(w.policy["sanctuary_pressure"] + w.groups.pressure, 0.0, 1.0))


class ArmedGroup(mesa.Agent):  # type: ignore[misc]  # mesa ships no types
    """One armed group; `index` is its position in `GROUPS`."""

    def __init__(self, model: "RegionModel", name: str) -> None:
        super().__init__(model)
        self.name = name
        self.index = GROUPS.index(name)

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
