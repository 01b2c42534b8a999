"""Rival routes: what Iran and the north can carry of the goods that leave Pakistan's routes.

Core objects: `Rivals`, `carry` and `relief`. Two readings (`structure.rivals`). With 1 rivals build up: beyond their
usual goods they carry at most the room they have, and room follows what comes to them (tau dK/dt = F* - K; P9); transit
by their routes gets cheaper with all that has gone there, so that part of a diversion lasts. With 0 they carry whatever
comes, a constant share of what is lost. Under both their gates limit them (`trade.rivals_headroom`).
"""

from typing import TYPE_CHECKING

import numpy as np

from regionsim.model import maths
from regionsim.model.samplers import Array
from regionsim.schema.categories import EXPORT, IMPORT, IRAN, TRANSIT
from regionsim.schema.units import WEEKS_PER_YEAR

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

LEAST_EXPERIENCE = -0.5  # however much transit Pakistan's routes gain, rivals forget no more than this
_LEAST = 1e-12


class Rivals:
    """Iran and the north, (W, 2). `initial`: carried at the start, USD mn a week; `room`: for goods beyond the usual,
    USD mn a week; `ready`: room at the start; `experience`: transit carried beyond the usual since the start, in years
    of the usual; negative where Pakistan's routes gained it.
    """

    def __init__(self, w: "RegionModel", elsewhere: Array, current: Array) -> None:
        """elsewhere: (W, K, 2), by rival routes at the start; current: (W, K), through Pakistan; USD mn a week."""
        self.initial = maths.row_sum(np.swapaxes(elsewhere, 1, 2))
        lost = maths.row_sum(current)[:, np.newaxis] * self.initial / maths.row_sum(self.initial)[:, np.newaxis]
        self.ready = w.p["trade.rivals_ready"][:, np.newaxis] * lost
        self.room = self.ready.copy()
        self.experience = np.zeros_like(self.room)


def carry(w: "RegionModel", demanded: Array) -> None:
    """Limit flows through Iran and the north to what they can carry; drop the rest.

    demanded (W, K, G): USD mn. Changes `shipped` in place, and shows traders next week the share that was carried: a
    full route loses the traders it turns away, and their memory of it.
    """
    p, t = w.p, w.trade
    r = t.rivals
    years = w.streams.week / WEEKS_PER_YEAR
    gates = p["trade.rivals_headroom"] * maths.exp(p["trade.rivals_growth"] * years)
    goods = maths.row_sum(np.moveaxis(t.shipped[:, :, :, IRAN:], 3, 2))  # (W, K, 2)
    usual = maths.row_sum(demanded)[:, :, np.newaxis] * t.share_initial[:, :, IRAN:]
    wanted, before = _kinds(goods), _kinds(usual)
    most = r.initial * gates[:, np.newaxis]
    builds = (p["structure.rivals"] == 1.0)[:, np.newaxis]
    most = np.where(builds, np.minimum(most, before + r.room), most)
    carried = np.minimum(1.0, most / np.maximum(wanted, _LEAST))
    t.shipped[:, :, :, IRAN:] *= carried[:, np.newaxis, np.newaxis]
    t.openness[:, IRAN:] = carried
    aim = np.maximum(p["trade.rivals_build"][:, np.newaxis] * (wanted - before), r.ready)
    speed = 1.0 - maths.exp(-1.0 / (WEEKS_PER_YEAR * p["trade.rivals_years"]))
    r.room = r.room + speed[:, np.newaxis] * (aim - r.room)
    gained = (goods[:, TRANSIT] * carried / np.maximum(usual[:, TRANSIT], _LEAST) - 1.0) / WEEKS_PER_YEAR
    r.experience = np.maximum(r.experience + np.where(builds, gained, 0.0), LEAST_EXPERIENCE)


def _kinds(flows: Array) -> Array:
    """Sum over kinds, (W, K, 2) -> (W, 2)."""
    return np.asarray(flows[:, EXPORT] + flows[:, IMPORT] + flows[:, TRANSIT])


def relief(w: "RegionModel") -> Array:
    """How far the cost of transit by rival routes lies below that at the start, against Pakistan's routes, USD 1,000 a
    container, (W, 2): freight falls by a power of the transit they have carried (S88, S90).
    """
    p = w.p
    left = maths.power(1.0 + w.trade.rivals.experience, -p["trade.rivals_learning"][:, np.newaxis] * np.ones(2))
    return np.asarray(p["trade.rivals_freight"][:, np.newaxis] * (1.0 - left))
