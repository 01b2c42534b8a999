"""Shocks: events that the scenario imposes on the actors, by week as masks and amounts.

Core object: `Shocks`. Every shock acts from the first week that begins on or after its date. Its fields hold this
week's values, equal in all worlds, and exactly neutral while no shock acts.
While an observed timeline runs, to the end of the record, the model's own closures, blockades, ruptures, strikes,
truces and expulsion campaigns are off: `free` is False. `InformationSet` may end that sooner, and hide how events end.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np

from regionsim.model.information_set import InformationSet
from regionsim.schema import shocks as kinds
from regionsim.schema.categories import GOODS, GROUPS
from regionsim.schema.dates import first_week

_WAYS = ("exports", "imports")


class Shocks:
    """The shocks of one week: the scenario's own and those of the `history` it plays.

    record_ends: the last day of the record, where an observed timeline is played.
    """

    def __init__(
        self,
        shocks: Sequence[kinds.Shock],
        start: date,
        history: Sequence[kinds.Shock] = (),
        record_ends: date | None = None,
        information: InformationSet | None = None,
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
        self._by_week: dict[int, list[kinds.Shock]] = {}
        self._lasting: list[tuple[float, float, kinds.Shock]] = []
        for shock in (*shocks, *history):
            week = first_week(start, shock.on)
            self._by_week.setdefault(week, []).append(shock)
            days = getattr(shock, "days", None)
            if days is not None:
                self._lasting.append((7.0 * week, 7.0 * week + days, shock))
        self.rules = 0.0
        """Burden of the transit rules since the start, in multiples of those of October 2023."""
        self.duties = np.ones((len(_WAYS), len(GOODS)))
        """Duties by way and class of goods over those at the start, (2, G), exports first."""
        self.set_week(-1)

    def at_start(self, shocks: Sequence[kinds.Shock]) -> None:
        """Shocks under way at the start, for the first week, before those of the scenario."""
        self.under_way = tuple(shocks)
        self._by_week[0] = [*shocks, *self._by_week.get(0, [])]

    def set_week(self, week: int) -> None:
        """Set the fields to the values of this week."""
        new = self._by_week.get(week, [])
        self.free = np.bool_(week >= self._record_ends)
        """Whether the model generates events of the recorded kinds itself, instead of taking them from the record."""
        self.rules += sum(shock.burden for shock in new if isinstance(shock, kinds.TransitRules))
        for shock in new:
            if isinstance(shock, kinds.DutyChange):
                ways = [shock.direction in (way, "both") for way in _WAYS]
                self.duties[np.ix_(ways, [goods in shock.goods for goods in GOODS])] = shock.multiple
        self.closures = [shock for shock in new if isinstance(shock, kinds.BorderClosure)]
        self.openings = [shock for shock in new if isinstance(shock, kinds.BorderOpening)]
        self.status_changes = [shock for shock in new if isinstance(shock, kinds.StatusChange)]
        self.expulsions = [shock for shock in new if isinstance(shock, kinds.ExpulsionOrder)]
        strikes = [shock for shock in new if isinstance(shock, kinds.Airstrike)]
        self.strike = np.bool_(len(strikes) > 0)
        self.strike_deaths = sum(shock.deaths for shock in strikes)
        self.truce_end = np.bool_(any(isinstance(shock, kinds.CeasefireEnd) for shock in new))
        self.truce_days = max((shock.days for shock in new if isinstance(shock, kinds.Ceasefire)), default=0.0)
        self.visits = np.float64(sum(isinstance(shock, kinds.Visit) for shock in new))
        self.accusations = np.float64(any(isinstance(shock, kinds.Accusation) for shock in new))
        self.takeover = np.float64(any(isinstance(shock, kinds.Takeover) for shock in new))
        """1 in the week in which power changes hands in Kabul."""
        self.operation = np.float64(any(isinstance(shock, kinds.MajorOperation) for shock in new))
        self.campaign = np.ones((1, len(GROUPS)))
        self.disorder = 0.0
        self.aid_cut = 0.0
        self.wave_persons = 0.0
        for begin, end, shock in self._lasting:
            # the share of this week for which a lasting shock holds
            part = min(max(min(end, 7.0 * (week + 1)) - max(begin, 7.0 * week), 0.0), 7.0) / 7.0
            if part > 0.0:
                self._apply(shock, part)

    def _apply(self, shock: kinds.Shock, part: float) -> None:
        if isinstance(shock, kinds.AttackCampaign):
            self.campaign[0, GROUPS.index(shock.group)] *= 1.0 + part * (shock.multiplier - 1.0)
        elif isinstance(shock, kinds.AidCut):
            self.aid_cut = 1.0 - (1.0 - self.aid_cut) * (1.0 - part * shock.share)
        elif isinstance(shock, kinds.AfghanDisorder):
            self.disorder = max(self.disorder, part * shock.depth)
        elif isinstance(shock, kinds.RefugeeWave):
            self.wave_persons += shock.persons * 7.0 * part / shock.days
