"""Prices in Afghan markets: an index of scarcity alone.

Core object: `Prices`. The index compares supply by all routes with demand: it rises where supply falls short, and
adjusts over the weeks in which stocks are drawn down and refilled. It affects nothing else: no document says by how
much scarcity deters buyers, and its effect on incomes is already in trade. World prices are not in the model.
"""

from typing import TYPE_CHECKING

import numpy as np

from regionsim.model import maths
from regionsim.model.processes.trade import round_trip
from regionsim.model.samplers import Array
from regionsim.schema.categories import CROSSINGS, EXPORT, TRANSIT

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

_INTO = [EXPORT, TRANSIT]
STORES = 0.05  # stocks supply at least this share of demand, so that a week without deliveries has a price


class Prices:
    """`scarcity` (W,): log of demand over supply, smoothed; 0 at the start."""

    def __init__(self, w: "RegionModel") -> None:
        self.scarcity = np.zeros(w.n_worlds)

    def index(self, w: "RegionModel") -> Array:
        """Prices of traded goods in Afghan markets from scarcity alone, start = 100, (W,)."""
        return 100.0 * maths.exp(w.p["trade.price_response"] * self.scarcity)


def answer(w: "RegionModel") -> None:
    """Prices after this week's deliveries (S82, ME09): formal trade and transit, informal trade, Iran and the north.

    Transit that returns to Pakistan feeds no Afghan market and is left out; demand is seasonal.
    """
    t = w.trade
    elsewhere = np.ascontiguousarray(t.shipped[:, _INTO, :, len(CROSSINGS) :]).reshape(w.n_worlds, -1)
    delivered = maths.row_sum(np.swapaxes(t.delivered, 1, 2))
    supply = delivered[:, EXPORT] + delivered[:, TRANSIT] / (1.0 + round_trip(w)) + maths.row_sum(elsewhere)
    demand = t.demand[:, EXPORT] + t.demand[:, TRANSIT]
    short = maths.log(demand / np.maximum(supply, STORES * demand))
    speed = 1.0 - w.fade("trade.price_weeks")
    w.prices.scarcity = w.prices.scarcity + speed * (short - w.prices.scarcity)
