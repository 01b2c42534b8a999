"""Armed groups: the TTP, IS-KP, the Baloch groups, and other militants (allied, splinter, unattributed).

Core objects: `Groups` (all groups of all worlds in stacked arrays, with a ledger of fighters) and `ArmedGroup` (one
group as a mesa agent whose state variables are views, (W,)).
"""

from typing import TYPE_CHECKING

import mesa
import numpy as np
import numpy.typing as npt

from regionsim.model.samplers import Array

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

GROUPS = ("ttp", "iskp", "baloch", "other")
TTP, ISKP, BALOCH, OTHER = range(4)


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
        """TTP fighters who have gone over to IS-KP since the start, (W,)."""
        self.truce = np.zeros(worlds, dtype=np.bool_)
        self.truce_week = np.zeros(worlds)
        """Weeks the truce has held."""
        self.truce_until = np.full(worlds, -1.0)
        """Day to which an agreed truce is kept; a brokered one has no end date."""
        self.pressure = np.zeros(worlds)
        """Pressure of the Afghan authorities on the TTP's sanctuary from curbs, 0..1, fading."""
        self.degraded = np.zeros(worlds)
        """Lasting effect of strikes on the TTP's tempo, in log points."""
        self.backlash = np.zeros(worlds)
        """Lasting backlash to strikes, in log points."""


class ArmedGroup(mesa.Agent):  # type: ignore[misc]  # mesa ships no types
    """One armed group; `index` is its place among `GROUPS`."""

    def __init__(self, model: "RegionModel", name: str) -> None:
        super().__init__(model)
        self.name = name
        self.index = GROUPS.index(name)

    @property
    def fighters(self) -> Array:
        """Fighters, (W,)."""
        return np.asarray(self.model.groups.fighters[:, self.index])

    @property
    def attacks(self) -> npt.NDArray[np.int64]:
        """Attacks this week, (W,)."""
        return np.asarray(self.model.violence.attacks[:, self.index].sum(axis=-1))
