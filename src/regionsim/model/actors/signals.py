"""What actors see of a week: how far it changed their goals, and which replies were given.

Core objects: `Signals` and `columns`. Goals lie between -1 and 1; each compares the week with what has been usual of
late, so that an actor learns what follows its actions and not how the times are.
"""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from regionsim.model import maths
from regionsim.model.actors.arenas import REPLIES, ArenaInfo
from regionsim.model.trailing import YEAR
from regionsim.schema.categories import AFGHANISTAN, GROUPS, PAKISTAN, TTP
from regionsim.schema.units import WEEKS_PER_YEAR

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

_PAKISTAN, _KABUL = ("security", "economy", "standing"), ("security", "economy", "standing", "cohesion")
_NAMES = (
    *(f"pakistan.{goal}" for goal in _PAKISTAN),
    *(f"kabul.{goal}" for goal in _KABUL),
    *(f"survival.{group}" for group in GROUPS),
    *REPLIES,
)
_PLACE = {name: place for place, name in enumerate(_NAMES)}


def columns(info: ArenaInfo) -> tuple[int, ...]:
    """Places in `Signals.week` of the goals of an arena's actor, then of the replies it expects."""
    if info.actor in GROUPS:
        goals = [f"{goal}.{info.actor}" for goal in info.goals]
    else:
        goals = [f"{'pakistan' if info.actor.startswith('pakistan') else 'kabul'}.{goal}" for goal in info.goals]
    return tuple(_PLACE[name] for name in (*goals, *info.replies))


class Signals:
    """`week`: changes of goals and replies of the last week, one column each, (W, V)."""

    def __init__(self, w: "RegionModel") -> None:
        self._hostility = w.relations.excess.copy()
        self.week = np.zeros((w.n_worlds, len(_NAMES)))

    def update(self, w: "RegionModel") -> None:
        """Read the week that has just been played."""
        v, groups, place = w.violence, w.groups, 0
        attacks = maths.row_sum(w.flows["attacks"])
        quiet = maths.clip(1.0 - attacks / np.maximum(v.smooth, 0.5), -1.0, 1.0)
        flows, year = w.flows, w.trailing.total
        week = flows["exports"] + flows["imports"] + flows["transit"]
        usual = (year["exports"] + year["imports"] + year["transit"]) / YEAR
        trade = maths.clip(week / np.maximum(usual, 1e-9) - 1.0, -1.0, 1.0)
        softer = maths.clip(self._hostility - w.relations.excess, -1.0, 1.0)
        self._hostility = w.relations.excess.copy()
        face = maths.clip(softer[AFGHANISTAN] - v.major_attack, -1.0, 1.0)
        calm = -np.minimum(v.struck + 0.5 * (w.border.clashes > 0.0), 1.0)
        pool = np.maximum(w.p["security.defection_pool"] * groups.fighters_initial[:, TTP], 1e-9)
        lost = maths.clip(groups.defected[:, TTP] * WEEKS_PER_YEAR / pool, -1.0, 0.0)
        for value in (quiet, trade, face, calm, trade, softer[PAKISTAN], lost):
            self.week[:, place] = value
            place += 1
        change = groups.recruited - groups.killed + groups.defected
        growth = maths.clip(WEEKS_PER_YEAR * change / np.maximum(groups.fighters, 1.0), -1.0, 1.0)
        self.week[:, place : place + len(GROUPS)] = growth
        for name, mask in _replies(w).items():
            self.week[:, _PLACE[name]] = mask


def _replies(w: "RegionModel") -> dict[str, npt.NDArray[np.bool_]]:
    """Which replies were given in the last week, (W,)."""
    return {
        "kabul_closes": w.taliban.shuts,
        "pakistan_closes": w.army.shuts,
        "strike": w.violence.struck,
        "operation": w.army.operates,
        "surge": np.asarray(w.groups.posture[:, TTP] > 0),
        "kabul_talks": w.taliban.talks,
        "pakistan_talks": w.government.talks,
        "kabul_accuses": w.taliban.accuses,
        "pakistan_accuses": w.government.accuses,
        "curb": w.taliban.curbs,
        "truce_broken": w.groups.truce_broken,
    }
