"""The five crossings: gates open per flow class and side, queues of trucks, closures that last days.

Core objects: `Gates` (all crossings of all worlds in stacked arrays, and the verbs that change them) and `Crossing`
(one crossing as a mesa agent whose state variables are views, (W,)).
"""

from typing import TYPE_CHECKING

import mesa
import numpy as np
import numpy.typing as npt

from regionsim.model import maths
from regionsim.model.samplers import Array
from regionsim.schema.categories import (
    AFGHANISTAN,
    CARGO,
    CROSSINGS,
    GATE_FLOWS,
    PAKISTAN,
    PEDESTRIANS,
    SIDES,
    TRADE_KINDS,
)

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

type Mask = npt.NDArray[np.bool_]

WEEK_DAYS = 7.0
_NEVER = -1.0


class Gates:
    """All crossings: arrays (W, C, ...) with C in the order of `CROSSINGS`. Days count from the first day of week 0.

    `since`, `until`: (W, C, side, flow), the closure in force, or the last one. `blocked_until`: (W, C), a blockade by
    protesters. `queue`: trucks waiting, (W, C, kind), whole numbers.
    """

    def __init__(self, worlds: int) -> None:
        shape = (worlds, len(CROSSINGS))
        self.since = np.full((*shape, len(SIDES), len(GATE_FLOWS)), _NEVER)
        self.until = np.full((*shape, len(SIDES), len(GATE_FLOWS)), _NEVER)
        self.blocked_until = np.full(shape, _NEVER)
        self.ordered_until = np.full((*shape, len(SIDES)), _NEVER)
        """Day to which a scenario orders a side's closure, (W, C, side): no actor ends it sooner."""
        self.queue = np.zeros((*shape, len(TRADE_KINDS)), dtype=np.int64)
        self.closed_share = np.zeros((*shape, len(GATE_FLOWS)))
        """Share of this week for which each flow is stopped, (W, C, flow)."""
        self.reopened = np.zeros(shape, dtype=np.bool_)
        """Where the last closure of cargo ends within this week, on day `reopening_day` of it."""
        self.reopening_day = np.zeros(shape)

    def close(self, where: Mask, side: int, flows: tuple[str, ...], now: float, day: Array, days: Array) -> None:
        """Shut the named flows from one side where the mask (W, C) says; day within the week and days (W, C).

        Where closures overlap, the later end holds.
        """
        begin = now + day
        for flow in flows:
            f = GATE_FLOWS.index(flow)
            since, until = self.since[:, :, side, f], self.until[:, :, side, f]
            fresh = where & (until <= now)
            # closures of one week may come in any order: the earliest beginning counts
            np.copyto(since, np.where(fresh, begin, np.minimum(since, begin)), where=where)
            np.copyto(until, np.maximum(until, begin + days), where=where)

    def open_early(self, where: Mask, side: int, now: float) -> None:
        """End one side's closures now, in the worlds of the mask (W,), but not those that a scenario orders."""
        until = self.until[:, :, side]
        kept = np.maximum(self.ordered_until[:, :, side, np.newaxis], now)
        np.copyto(until, np.minimum(until, kept), where=where[:, np.newaxis, np.newaxis])

    def settle(self, now: float, blocked_cargo: Array, held: Mask) -> None:
        """Compute the share of the week in which either side or protesters stop each flow.

        blocked_cargo (W, 1): share of cargo that a blockade stops; it stops all pedestrians. held (W, C, flow): what a
        rupture stops all week. Closures continue during a rupture and keep their own ends.
        """
        week_end = now + WEEK_DAYS
        begin, end = np.maximum(self.since, now), np.minimum(self.until, week_end)
        length = np.maximum(end - begin, 0.0)
        earlier = np.minimum(end[:, :, PAKISTAN], end[:, :, AFGHANISTAN])
        later = np.maximum(begin[:, :, PAKISTAN], begin[:, :, AFGHANISTAN])
        both = np.maximum(earlier - later, 0.0)
        share = np.minimum((length[:, :, PAKISTAN] + length[:, :, AFGHANISTAN] - both) / WEEK_DAYS, 1.0)
        blocked = maths.clip((self.blocked_until - now) / WEEK_DAYS, 0.0, 1.0)
        share[:, :, CARGO] = np.maximum(share[:, :, CARGO], blocked * blocked_cargo)
        share[:, :, PEDESTRIANS] = np.maximum(share[:, :, PEDESTRIANS], blocked)
        share = np.where(held, 1.0, share)
        until = self.until[:, :, :, CARGO]
        last = np.maximum(np.maximum(until[:, :, PAKISTAN], until[:, :, AFGHANISTAN]), self.blocked_until)
        self.reopened = np.asarray((last >= now) & (last < week_end) & ~held[:, :, CARGO])
        self.reopening_day = last - now
        self.closed_share = share

    @property
    def cargo_open(self) -> Array:
        """Share of the week cargo passes, (W, C)."""
        return np.asarray(1.0 - self.closed_share[:, :, CARGO])


class Crossing(mesa.Agent):  # type: ignore[misc]  # mesa ships no types
    """One crossing; `index` is its position in `CROSSINGS`."""

    def __init__(self, model: "RegionModel", name: str) -> None:
        super().__init__(model)
        self.name = name
        self.index = CROSSINGS.index(name)

    @property
    def closed(self) -> Mask:
        """Whether cargo is stopped all week, (W,)."""
        return np.asarray(self.model.gates.closed_share[:, self.index, CARGO] >= 1.0)

    @property
    def closed_days(self) -> Array:
        """Days of this week on which cargo is stopped, (W,)."""
        return np.asarray(self.model.gates.closed_share[:, self.index, CARGO] * WEEK_DAYS)

    @property
    def queue(self) -> npt.NDArray[np.int64]:
        """Trucks waiting, (W,)."""
        queue = self.model.gates.queue[:, self.index]
        return np.asarray(queue.sum(axis=1))
