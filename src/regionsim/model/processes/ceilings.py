"""Ceilings of trade: what Afghanistan can pay for and has to sell.

Core objects: `within_means`, which bends the growth of trade from easier passage smoothly towards the size of the
market, and `for_use`, the transit that Afghanistan can use. What rival routes can carry is in `rivals`.
"""

from typing import TYPE_CHECKING

import numpy as np

from regionsim.model import maths
from regionsim.model.samplers import Array
from regionsim.schema.categories import CROSSINGS, EXPORT, IMPORT, TRADE_KINDS, TRANSIT
from regionsim.schema.units import USD_BN, WEEKS_PER_YEAR

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

LEAST_ROOM = 0.1  # least room over today's trade, however low a ceiling is drawn
_LEAST = 1e-12
_GROUPS = ((EXPORT, TRANSIT), (IMPORT,))  # into Afghanistan: exports and transit; out of it: imports


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


def for_use(w: "RegionModel") -> Array:
    """Transit of the last year for Afghan use, USD bn, (W,): less what came back into Pakistan (S93), and at most what
    Afghanistan can pay for beside Pakistan's exports.
    """
    total = w.trailing.total
    ceiling = w.p["trade.ceiling_into_afghanistan"] * w.economy.import_capacity
    return np.minimum(total["transit"] - total["round_trips"], np.maximum(ceiling - total["exports"], 0.0))
