"""Prices in Afghan markets: an index that answers scarcity, and nothing else.

Core object: `Prices`. What comes in by any way is held against what markets want; the index rises as less comes than is
wanted, and fades over the weeks in which stocks are drawn down and filled again. It is a reading: no document says by
how much scarcity holds back buyers, and what it does to incomes is in trade already. World prices are not in the model.
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
STORES = 0.05  # yards and stores give at least this part of what is wanted: a week without deliveries has a price


class Prices:
    """`scarcity` (W,): log of what markets want over what they got, smoothed; 0 at the start."""

    def __init__(self, w: "RegionModel") -> None:
        self.scarcity = np.zeros(w.n_worlds)

    def index(self, w: "RegionModel") -> Array:
        """Prices of traded goods in Afghan markets from scarcity alone, start = 100, (W,)."""
        return 100.0 * maths.exp(w.p["trade.price_response"] * self.scarcity)


def answer(w: "RegionModel") -> None:
    """Prices after this week's deliveries (S82, ME09): formal trade and transit, informal trade, Iran and the north.

    Transit that returns to Pakistan feeds no Afghan market and is left out; what markets want has its season.
    """
    t = w.trade
    elsewhere = np.ascontiguousarray(t.shipped[:, _INTO, :, len(CROSSINGS) :]).reshape(w.n_worlds, -1)
    delivered = maths.row_sum(np.swapaxes(t.delivered, 1, 2))
    got = delivered[:, EXPORT] + delivered[:, TRANSIT] / (1.0 + round_trip(w)) + maths.row_sum(elsewhere)
    wanted = t.wanted[:, EXPORT] + t.wanted[:, TRANSIT]
    short = maths.log(wanted / np.maximum(got, STORES * wanted))
    speed = 1.0 - maths.exp(-1.0 / w.p["trade.price_weeks"])
    w.prices.scarcity = w.prices.scarcity + speed * (short - w.prices.scarcity)
