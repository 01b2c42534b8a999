"""Ceilings of trade: what rival routes can carry, and what Afghanistan can pay for and has to sell.

Core objects: `rivals`, which limits flows through Iran and the north to their capacity, and `within_means`, which bends
the growth of trade from easier passage smoothly towards the size of the market.
"""

from typing import TYPE_CHECKING

import numpy as np

from regionsim.model import maths
from regionsim.model.samplers import Array
from regionsim.schema.categories import CROSSINGS, EXPORT, IMPORT, IRAN, TRADE_KINDS, TRANSIT
from regionsim.schema.units import USD_BN, WEEKS_PER_YEAR

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

LEAST_ROOM = 0.1  # least room over today's trade, however low a ceiling is drawn
_LEAST = 1e-12
_GROUPS = ((EXPORT, TRANSIT), (IMPORT,))  # into Afghanistan: exports and transit; out of it: imports


def rivals(w: "RegionModel") -> None:
    """Limit flows through Iran and the north to the capacity of their gates, which grows slowly; drop the rest.

    Changes `shipped` in place, and shows traders next week the share that was carried: a full route loses the traders
    it turns away, and their memory of it.
    """
    p, t = w.p, w.trade
    years = w.streams.week / WEEKS_PER_YEAR
    room = p["trade.rivals_headroom"] * maths.exp(p["trade.rivals_growth"] * years)
    demanded = np.stack([_total(t.shipped[:, :, :, route]) for route in range(IRAN, t.shipped.shape[3])], axis=1)
    carried = np.minimum(1.0, t.rivals_initial * room[:, np.newaxis] / np.maximum(demanded, _LEAST))
    t.shipped[:, :, :, IRAN:] *= carried[:, np.newaxis, np.newaxis]
    t.openness[:, IRAN:] = carried


def _total(goods: Array) -> Array:
    """Sum over kinds and goods, (W, K, G) -> (W,)."""
    return maths.row_sum(np.ascontiguousarray(goods).reshape(goods.shape[0], -1))


def within_means(w: "RegionModel", crossings: Array) -> Array:
    """Flows through the crossings as multiples of the start, (W, K, G), with growth limited by the market (MA04, MA87).

    Added trade approaches the room under the ceiling and never exceeds it: room (1 - exp(-added / room)). Seasons do
    not count against the ceiling, and losses are unchanged.
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
        share = room * -maths.expm1(-grown / room) / np.maximum(grown, _LEAST)
        for k in kinds:
            part[:, k] = np.where(grown > 0.0, share, 1.0)
    return np.where(more > 0.0, 1.0 + more * part[:, :, np.newaxis], crossings)
