"""What actors see of a week: how far it changed their goals, and which replies were given.

Core objects: `Signals` (goals, by side) and `replies`. Goals lie between -1 and 1; each compares the week with what has
been usual of late, so that an actor learns what follows its actions and not how the times are.
"""

from typing import TYPE_CHECKING

import numpy as np

from regionsim.model import maths
from regionsim.model.samplers import Array
from regionsim.model.trailing import YEAR
from regionsim.schema.categories import AFGHANISTAN, GROUPS, PAKISTAN, TTP
from regionsim.schema.units import WEEKS_PER_YEAR

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel


class Signals:
    """Goals of the last week. `pakistan`, `kabul`: by goal, (W,); `survival`: of each armed group, (W, G)."""

    def __init__(self, w: "RegionModel") -> None:
        self._hostility = w.relations.excess.copy()
        self.pakistan: dict[str, Array] = {}
        self.kabul: dict[str, Array] = {}
        self.survival = np.zeros(w.groups.fighters.shape)

    def update(self, w: "RegionModel") -> None:
        """Read the week that has just been played."""
        v, groups = w.violence, w.groups
        attacks = maths.row_sum(w.flows["attacks"])
        quiet = np.clip(1.0 - attacks / np.maximum(v.smooth, 0.5), -1.0, 1.0)
        flows, year = w.flows, w.trailing.total
        week = flows["exports"] + flows["imports"] + flows["transit"]
        usual = (year["exports"] + year["imports"] + year["transit"]) / YEAR
        trade = np.clip(week / np.maximum(usual, 1e-9) - 1.0, -1.0, 1.0)
        softer = np.clip(self._hostility - w.relations.excess, -1.0, 1.0)
        self._hostility = w.relations.excess.copy()
        face = softer[AFGHANISTAN] - v.major_attack
        fired = v.struck + 0.5 * (w.border.clashes > 0.0)
        pool = np.maximum(w.p["security.defection_pool"] * groups.fighters_initial[:, TTP], 1e-9)
        lost = np.clip(groups.defected[:, TTP] * WEEKS_PER_YEAR / pool, -1.0, 0.0)
        self.pakistan = {"security": quiet, "economy": trade, "standing": np.clip(face, -1.0, 1.0)}
        self.kabul = {
            "security": -np.minimum(fired, 1.0),
            "economy": trade,
            "standing": softer[PAKISTAN],
            "cohesion": lost,
        }
        change = groups.recruited - groups.killed + groups.defected
        self.survival = np.clip(WEEKS_PER_YEAR * change / np.maximum(groups.fighters, 1.0), -1.0, 1.0)

    def of_group(self, group: str) -> dict[str, Array]:
        """The goal of one armed group, (W,)."""
        return {"survival": self.survival[:, GROUPS.index(group)]}


def replies(w: "RegionModel") -> dict[str, Array]:
    """Which replies were given in the last week, 1 or 0, (W,)."""
    given = {
        "kabul_closes": w.taliban.shuts,
        "pakistan_closes": w.army.shuts,
        "strike": w.violence.struck,
        "operation": w.army.operates,
        "surge": w.groups.posture[:, TTP] > 0,
        "kabul_talks": w.taliban.talks,
        "pakistan_talks": w.government.talks,
        "kabul_accuses": w.taliban.accuses,
        "pakistan_accuses": w.government.accuses,
        "curb": w.taliban.curbs,
        "truce_broken": w.groups.truce_broken,
    }
    return {name: np.asarray(mask, dtype=np.float64) for name, mask in given.items()}
