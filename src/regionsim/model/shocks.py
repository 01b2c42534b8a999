"""Shocks: events that the scenario imposes on the actors, by week as masks and amounts.

Core object: `Shocks`. Every shock acts from the first week that begins on or after its date, in the worlds whose
scenario has it. Its fields hold this week's values, each (W,) or one number where they are equal in all worlds, and
exactly neutral where no shock acts.
While an observed timeline runs, to the end of the record, the model's own closures, blockades, ruptures, strikes,
truces and expulsion campaigns are off: `free` is False. `InformationSet` may end that sooner, and hide how events end.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from regionsim.model.arms import Mask
from regionsim.model.information_set import InformationSet
from regionsim.schema import shocks as kinds
from regionsim.schema.categories import GOODS, GROUPS
from regionsim.schema.dates import first_week

_WAYS = ("exports", "imports")


class Shocks:
    """The shocks of one week: the scenario's own and those of the history it plays.

    record_ends: the last day of the record, where an observed timeline is played. where: the worlds of each shock, by
    default all.
    """

    def __init__(
        self,
        shocks: Sequence[kinds.Shock],
        start: date,
        record_ends: date | None = None,
        information: InformationSet | None = None,
        where: Sequence[Mask] = (),
    ) -> None:
        self._record_ends = 0 if record_ends is None else first_week(start, record_ends)
        if information is not None:
            self._record_ends = first_week(start, information.own_from)
        self.hidden = frozenset[str]() if information is None else information.hidden
        """Kinds of shocks of which only the beginning is given."""
        self.running = {} if information is None else dict(information.running)
        """Days for which a closure in force at the start had lasted by then, by id."""
        self.under_way: tuple[kinds.Shock, ...] = ()
        """What the first week takes over from the record."""
        self._by_week: dict[int, list[tuple[kinds.Shock, Mask]]] = {}
        self._lasting: list[tuple[float, float, kinds.Shock, Mask]] = []
        for shock, mask in zip(shocks, where or [np.True_] * len(shocks), strict=True):
            week = first_week(start, shock.on)
            self._by_week.setdefault(week, []).append((shock, mask))
            days = getattr(shock, "days", None)
            if days is not None:
                self._lasting.append((7.0 * week, 7.0 * week + days, shock, mask))
        self.rules: Any = 0.0
        """Burden of the transit rules since the start, in multiples of those of October 2023."""
        self.duties: dict[tuple[int, int], Any] = {(k, g): 1.0 for k in range(len(_WAYS)) for g in range(len(GOODS))}
        """Duties over those at the start, by way (exports first) and class of goods."""
        self._quiet = False
        """Whether no shock acted in the week that was set last."""
        self.set_week(-1)

    def at_start(self, shocks: Sequence[tuple[kinds.Shock, Mask]]) -> None:
        """Shocks under way at the start and their worlds, for the first week, before those of the scenario."""
        self.under_way = tuple(shock for shock, _ in shocks)
        self._by_week[0] = [*shocks, *self._by_week.get(0, [])]

    def until(self, week: int) -> list[Any]:
        """The shocks that begin before a week, by week, in order, and those of them that last."""
        begun = [(k, [shock for shock, _ in new]) for k, new in sorted(self._by_week.items()) if k < week]
        return [*begun, *(shock for begin, _, shock, _ in self._lasting if begin < 7.0 * week)]

    def set_week(self, week: int) -> None:
        """Set the fields to the values of this week."""
        new = self._by_week.get(week, [])
        self.free = np.bool_(week >= self._record_ends)
        """Whether the model generates events of the recorded kinds itself, instead of taking them from the record."""
        lasting = [(part, shock, where) for begin, end, shock, where in self._lasting
                   if (part := _part(week, begin, end)) > 0.0]  # fmt: skip
        quiet, self._quiet = self._quiet, not new and not lasting
        if quiet and self._quiet:
            return  # as neutral as last week
        self._bear(new)
        self.closures = [(shock, where) for shock, where in new if isinstance(shock, kinds.BorderClosure)]
        self.openings = [(shock, where) for shock, where in new if isinstance(shock, kinds.BorderOpening)]
        self.status_changes = [(shock, where) for shock, where in new if isinstance(shock, kinds.StatusChange)]
        self.expulsions = [(shock, where) for shock, where in new if isinstance(shock, kinds.ExpulsionOrder)]
        self.strike = _any(kinds.Airstrike, new)
        strikes = [(shock.deaths, where) for shock, where in new if isinstance(shock, kinds.Airstrike)]
        self.strike_deaths: Any = sum(np.where(where, deaths, 0) for deaths, where in strikes)
        self.truce_end = _any(kinds.CeasefireEnd, new)
        self.truce_days: Any = 0.0
        for shock, where in new:
            if isinstance(shock, kinds.Ceasefire):
                self.truce_days = np.where(where, np.maximum(self.truce_days, shock.days), self.truce_days)
        self.visits: Any = np.float64(sum(np.where(where, 1.0, 0.0) for s, where in new if isinstance(s, kinds.Visit)))
        self.accusations = _any(kinds.Accusation, new) * np.float64(1.0)
        self.takeover = _any(kinds.Takeover, new) * np.float64(1.0)
        """1 in the week in which power changes hands in Kabul."""
        self.operation = _any(kinds.MajorOperation, new) * np.float64(1.0)
        self.campaign = np.ones((1, len(GROUPS)))
        """Multiple of each group's attacks, (W, G) or (1, G)."""
        self.disorder: Any = 0.0
        self.aid_cut: Any = 0.0
        self.wave_persons: Any = 0.0
        for part, shock, where in lasting:
            self._apply(shock, part, where)

    def _bear(self, new: Sequence[tuple[kinds.Shock, Mask]]) -> None:
        """Add what lasts from now on: rules and duties."""
        rules = [(shock.burden, where) for shock, where in new if isinstance(shock, kinds.TransitRules)]
        if rules:
            self.rules = self.rules + sum(np.where(where, burden, 0.0) for burden, where in rules)
        for shock, where in new:
            if isinstance(shock, kinds.DutyChange):
                for (k, g), before in self.duties.items():
                    if shock.direction in (_WAYS[k], "both") and GOODS[g] in shock.goods:
                        self.duties[k, g] = np.where(where, shock.multiple, before)

    def _apply(self, shock: kinds.Shock, part: float, where: Mask) -> None:
        if isinstance(shock, kinds.AttackCampaign):
            more = np.where(where, 1.0 + part * (shock.multiplier - 1.0), 1.0)
            if more.ndim and len(self.campaign) != more.size:
                self.campaign = np.repeat(self.campaign, more.size, axis=0)
            self.campaign[:, GROUPS.index(shock.group)] *= more
        elif isinstance(shock, kinds.AidCut):
            self.aid_cut = np.where(where, 1.0 - (1.0 - self.aid_cut) * (1.0 - part * shock.share), self.aid_cut)
        elif isinstance(shock, kinds.AfghanDisorder):
            self.disorder = np.where(where, np.maximum(self.disorder, part * shock.depth), self.disorder)
        elif isinstance(shock, kinds.RefugeeWave):
            self.wave_persons = self.wave_persons + np.where(where, shock.persons * 7.0 * part / shock.days, 0.0)


def _part(week: int, begin: float, end: float) -> float:
    """The share of a week for which a shock holds that lasts from one day to another."""
    return min(max(min(end, 7.0 * (week + 1)) - max(begin, 7.0 * week), 0.0), 7.0) / 7.0


def _any(kind: type[kinds.Shock], new: Sequence[tuple[kinds.Shock, Mask]]) -> Mask:
    """The worlds with a shock of this kind."""
    found: Mask = np.False_
    for shock, where in new:
        if isinstance(shock, kind):
            found = found | where
    return found
