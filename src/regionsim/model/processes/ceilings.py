"""Ceilings of trade: what rival routes can carry, and what Afghanistan can pay for and has to sell.

Core objects: `rivals`, which holds flows by Iran and the north to what their gates take, and `within_means`, which
lets trade that easier passage adds grow smoothly towards what the market holds.
"""

from typing import TYPE_CHECKING

import numpy as np

from regionsim.model import maths
from regionsim.model.samplers import Array
from regionsim.schema.categories import CROSSINGS, EXPORT, IMPORT, IRAN, TRADE_KINDS, TRANSIT
from regionsim.schema.units import USD_BN, WEEKS_PER_YEAR

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

LEAST_ROOM = 0.1  # over what is traded today, however low a ceiling is drawn
_LEAST = 1e-12
_GROUPS = ((EXPORT, TRANSIT), (IMPORT,))  # into Afghanistan: exports and transit; out of it: imports


def rivals(w: "RegionModel") -> None:
    """Hold what goes by Iran and the north to what their gates carry, which widens slowly; the rest is not shipped.

    Changes `shipped` in place, and lets traders see next week which share was carried: a route that is full loses
    those who are turned away, and their memory of it.
    """
    p, t = w.p, w.trade
    years = w.streams.week / WEEKS_PER_YEAR
    room = p["trade.rivals_headroom"] * maths.exp(p["trade.rivals_growth"] * years)
    wanted = np.stack([_total(t.shipped[:, :, :, route]) for route in range(IRAN, t.shipped.shape[3])], axis=1)
    carried = np.minimum(1.0, t.rivals_initial * room[:, np.newaxis] / np.maximum(wanted, _LEAST))
    t.shipped[:, :, :, IRAN:] *= carried[:, np.newaxis, np.newaxis]
    t.openness[:, IRAN:] = carried


def _total(goods: Array) -> Array:
    """Sum over kinds and goods, (W, K, G) -> (W,)."""
    return maths.row_sum(np.ascontiguousarray(goods).reshape(goods.shape[0], -1))


def within_means(w: "RegionModel", crossings: Array) -> Array:
    """What passes the crossings as multiples of the start, (W, K, G), with growth held to the market (MA04, MA87).

    What is added to all that is traded nears the room under the ceiling and never exceeds it: room (1 - exp(-added /
    room)). Seasons do not count against the ceiling, and losses are not touched.
    """
    p, t = w.p, w.trade
    more = np.maximum(crossings - 1.0, 0.0)
    through = maths.row_sum(np.ascontiguousarray(t.shipped[:, :, :, : len(CROSSINGS)]))
    everything = maths.row_sum(maths.row_sum(t.shipped))
    added = t.pool * maths.row_sum(through * more) / np.maximum(everything, _LEAST)
    part = np.ones((w.n_worlds, len(TRADE_KINDS)))
    ceilings = p["trade.ceiling_into_afghanistan"], p["trade.ceiling_out_of_afghanistan"]
    for ceiling, kinds in zip(ceilings, _GROUPS, strict=True):
        pool, grown = sum(t.pool[:, k] for k in kinds), sum(added[:, k] for k in kinds)
        market = pool / sum(t.pool_initial[:, k] for k in kinds)
        room = np.maximum(ceiling * USD_BN / WEEKS_PER_YEAR * market - pool, LEAST_ROOM * pool)
        held = room * -maths.expm1(-grown / room) / np.maximum(grown, _LEAST)
        for k in kinds:
            part[:, k] = np.where(grown > 0.0, held, 1.0)
    return np.where(more > 0.0, 1.0 + more * part[:, :, np.newaxis], crossings)
