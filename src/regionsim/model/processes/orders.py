"""Orders held back at a shut or full gate: what waits to be shipped when the gate opens.

Core objects: `Orders`, `release` and `keep`. B' = B + held back - released - cancelled. Each week a share of what waits
for a gate is shipped as far as the gate is open, so that trade rebounds after a closure, and a share is cancelled.
Fresh goods do not wait. Trucks in the queue are not orders: they are counted at the gate.
"""

from typing import TYPE_CHECKING

import numpy as np

from regionsim.model import maths
from regionsim.schema.categories import CROSSINGS, GOODS, TRADE_KINDS

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

_KEEPS = np.array([float(goods != "perishable") for goods in GOODS])[:, np.newaxis]


class Orders:
    """`waiting` (W, K, G, C) USD mn; this week's `released` (W, K, G, C), `held` and `cancelled` likewise. Transit is
    counted without what comes back into Pakistan.
    """

    def __init__(self, worlds: int) -> None:
        shape = (worlds, len(TRADE_KINDS), len(GOODS), len(CROSSINGS))
        self.waiting = np.zeros(shape)
        self.released = np.zeros(shape)
        self.held = np.zeros(shape)
        self.cancelled = np.zeros(shape)


def release(w: "RegionModel") -> None:
    """Add to what is shipped a share of the orders that wait for each gate, as far as it is open."""
    o, t = w.trade.orders, w.trade
    pace = 1.0 - maths.exp(-w.p["trade.orders_pace"])
    o.released = o.waiting * (pace[:, np.newaxis] * w.gates.cargo_open)[:, np.newaxis, np.newaxis]
    t.shipped[:, :, :, : len(CROSSINGS)] += o.released


def keep(w: "RegionModel") -> None:
    """After the gates: what was held back this week waits, and part of what has waited is cancelled."""
    o, t = w.trade.orders, w.trade
    left = o.waiting - o.released
    fade = 1.0 - w.halve("trade.orders_half_life")
    o.cancelled = left * fade[:, np.newaxis, np.newaxis, np.newaxis]
    o.held = t.shipped[:, :, :, : len(CROSSINGS)] * t.held[:, np.newaxis, np.newaxis] * _KEEPS
    o.waiting = left - o.cancelled + o.held
