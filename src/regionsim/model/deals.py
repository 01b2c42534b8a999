"""Deals: levers that are pulled only while a condition over indicators holds, in each world by itself.

Core object: `Deals`. The condition is read at the beginning of a week from the measures as they stand, which are those
last recorded.
"""

import operator
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from math import inf
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from regionsim.model import maths
from regionsim.model.arms import Mask
from regionsim.model.measures import MEASURES, PLACES, STATES
from regionsim.model.samplers import Array
from regionsim.scenario.condition import Condition, parse_conditions
from regionsim.scenario.schema import Deal
from regionsim.scenario.vocabulary import vocabulary

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

_VIOLENCE = frozenset({"attacks", "attacks_ttp", "fatalities"})
_COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


class Deals:
    """The deals of the scenarios of W worlds. `in_force`: (D, W). `changed`: whether any did this week in any world.

    where: the worlds of each deal, by default all.
    """

    def __init__(self, deals: Sequence[Deal], start: date, worlds: int, where: Sequence[Mask] = ()) -> None:
        self.terms = tuple(deals)
        self.where = tuple(where) or (np.True_,) * len(self.terms)
        self._conditions = [parse_conditions(deal.while_, vocabulary()) for deal in deals]
        days = [((deal.from_ - start).days, inf if deal.until is None else (deal.until - start).days) for deal in deals]
        # a deal acts from the first week that begins on or after its date
        self._weeks = [(np.ceil(begin / 7.0), np.ceil(end / 7.0)) for begin, end in days]
        self.in_force = np.zeros((len(deals), worlds), dtype=np.bool_)
        self._since = np.full((len(deals), worlds), -inf)
        """Week of the last change, (D, W); -inf before the first."""
        self.changed = False
        self._restrain = tuple(
            any(deal.levers.values()) and any(item.indicator in _VIOLENCE and item.op[0] == "<" for item in conditions)
            for deal, conditions in zip(deals, self._conditions, strict=True)
        )

    @property
    def restrained(self) -> npt.NDArray[np.bool_]:
        """Where a deal is in force that holds while violence stays low, and brings something, (W,)."""
        held = np.zeros(self.in_force.shape[1], dtype=np.bool_)
        for d, restrains in enumerate(self._restrain):
            if restrains:
                held = held | self.in_force[d]
        return held

    def review(self, w: "RegionModel") -> None:
        """Let deals begin or lapse this week."""
        self.changed = False
        for d, deal in enumerate(self.terms):
            begin, end = self._weeks[d]
            active = begin <= w.week < end
            if not active and not self.in_force[d].any():
                continue
            before = self.in_force[d].copy()
            lapsed_once = ~before & (self._since[d] > -inf)
            may_change = w.week - self._since[d] >= deal.review_days / 7.0
            holds = np.where(lapsed_once, self._hold(w, d, deal.margin), self._hold(w, d, 0.0))
            after = np.where(may_change, holds, before) & active & self.where[d]
            begun, lapsed = after & ~before, before & ~after
            self.in_force[d] = after
            self._since[d] = np.where(begun | lapsed, float(w.week), self._since[d])
            self.changed |= bool(begun.any() or lapsed.any())
            w.event(begun, "deal", actor=deal.id, cause="scenario")
            w.event(lapsed, "deal_end", actor=deal.id, cause="scenario" if active else "")

    def pulls(self) -> Mapping[str, Array]:
        """Intensity of each lever of the deals in force this week, (W,): the highest of several deals."""
        levers: dict[str, Array] = {}
        for d, deal in enumerate(self.terms):
            for lever, intensity in deal.levers.items():
                pull = np.where(self.in_force[d], float(intensity), 0.0)
                levers[lever] = np.maximum(levers[lever], pull) if lever in levers else pull
        return levers

    def begins(self, d: int) -> float:
        """The first week in which deal d may be in force."""
        return float(self._weeks[d][0])

    def follow(self, before: "Deals", of: npt.NDArray[np.int64] | slice = slice(None)) -> None:
        """Take over the state of the deals that are the same. of: the world there of each world here."""
        self.changed = before.changed
        for d, deal in enumerate(self.terms):
            if deal in before.terms:
                past = before.terms.index(deal)
                self.in_force[d], self._since[d] = before.in_force[past][of], before._since[past][of]

    def runs(self, d: int, week: int) -> bool:
        """Whether deal d may be in force in a week."""
        begin, end = self._weeks[d]
        return bool(begin <= week < end)

    def review_weeks(self, d: int) -> float:
        """Weeks between two changes of deal d."""
        return self.terms[d].review_days / 7.0

    def distances(self, w: "RegionModel", d: int) -> Iterator[tuple[Condition, Array]]:
        """Each comparison of deal d, with how far its indicator lies on the wrong side of the number, (W,).

        In log points of both; in units of the number where either is not positive.
        """
        for condition in self._conditions[d]:
            value, limit = _read(w, condition), condition.number
            if limit > 0.0:
                beyond = maths.log(np.maximum(value, 1e-3 * limit) / limit)
            else:
                beyond = (value - limit) / max(abs(limit), 1.0)
            yield condition, beyond if condition.op in ("<", "<=") else -beyond

    def _hold(self, w: "RegionModel", d: int, margin: float) -> npt.NDArray[np.bool_]:
        """Whether every comparison of a deal holds, by a margin given as a share of its number, (W,)."""
        holds = np.ones(w.n_worlds, dtype=np.bool_)
        for condition in self._conditions[d]:
            reach = abs(condition.number) * margin
            limit = condition.number - reach if condition.op in ("<", "<=") else condition.number + reach
            holds &= _COMPARE[condition.op](_read(w, condition), limit)
        return holds


def _read(w: "RegionModel", condition: Condition) -> Array:
    """The indicator of a condition, (W,)."""
    if condition.place is None:
        return np.asarray((MEASURES | STATES)[condition.indicator](w), dtype=np.float64)
    places, read = PLACES[condition.indicator]
    return np.asarray(read(w), dtype=np.float64)[:, places.index(condition.place)]
