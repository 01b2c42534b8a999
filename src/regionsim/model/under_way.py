"""What is under way at a start: a closure of all gates, and what it has done to trade so far.

Core object: `resume`. A start after the briefs' present takes such a closure from the record. It goes on as a rupture
that has lasted so long, through which returnees and aid pass where the record says so; trade is played through the
weeks since it began, with everything else as at the start, so that trucks stand at the gates, traders have gone other
ways or given up, and rivals have made room. One that ended less than a year ago is played likewise, and the weeks since
with open gates. Campaigns and documents under way are in `processes.people` and `statuses`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from regionsim.evidence.knowledge import knowledge, known_by
from regionsim.model import flows
from regionsim.model.policy import Policy
from regionsim.model.processes import prices, trade
from regionsim.scenario.schema import Timeline
from regionsim.schema.categories import CARGO
from regionsim.schema.dates import PRESENT
from regionsim.schema.shocks import BorderClosure, BorderOpening, Shock

if TYPE_CHECKING:
    from regionsim.evidence.inputs import Inputs
    from regionsim.evidence.timeline import Event
    from regionsim.model.region import RegionModel
    from regionsim.scenario import Scenario

type Array = npt.NDArray[np.float64]

DAYS = 7
YEAR = 52
LEAST = 0.25
"""Of a usual year: what the year before the start counts at least for."""
TRADE = ("exports", "imports", "transit", "round_trips", "informal", "diverted", "perishable_loss", "closure_days")
"""Flows whose last year includes the weeks that are played."""


def resume(w: RegionModel) -> dict[str, Array]:
    """Continue what is under way on the first day, if the start lies after the briefs' present.

    Returns the sums of the year before the start to which later years are compared. Those of trade are at least a
    share of a usual year, so that a closure of a year does not make any later trade infinitely more.
    """
    before = {name: total.copy() for name, total in w.trailing.total.items()}
    closure, opened = last_closure(w.study, w.inputs)
    if closure is None:
        return before
    tell(w)
    open_weeks = 0 if opened is None else (w.start - opened).days // DAYS
    _play_trade(w, (w.start - closure.on).days // DAYS, open_weeks)
    return {name: np.maximum(w.trailing.total[name], LEAST * usual) for name, usual in before.items()}


def tell(w: RegionModel) -> None:
    """Give the shocks the closure that is in force on the first day, if any."""
    closure, opened = last_closure(w.study, w.inputs)
    if closure is not None and opened is None:
        days, id = (w.start - closure.on).days, closure.id or ""
        w.shocks.running.setdefault(id, float(days))
        openings: list[Shock] = [opening.model_copy(update={"on": w.start}) for opening in _openings(w, closure)]
        now = closure.model_copy(update={"on": w.start, "days": 0.0})
        given = [any(shock.id == id for shock in arm.history) for arm in w.arms.scenarios]
        w.shocks.at_start(w.arms.merged([openings if has else [now, *openings] for has in given]))


def last_closure(scenario: Scenario, inputs: Inputs) -> tuple[BorderClosure | None, date | None]:
    """The last closure of all gates that was left to both sides and began at least a week, and ended less than a year,
    before the start; and the day on which all gates were opened to goods, None if they were not.
    """
    start = scenario.start
    if start <= PRESENT:
        return None, None
    removed = scenario.timeline.remove if isinstance(scenario.timeline, Timeline) else ()
    shocks = [event.shock for id, event in _known(start, inputs).items() if id not in removed]
    begun = [shock for shock in shocks if isinstance(shock, BorderClosure) and shock.until_agreed]
    last = max((shock for shock in begun if (start - shock.on).days >= DAYS), key=lambda shock: shock.on, default=None)
    if last is None:
        return None, None
    opened = opened_on(last, shocks)
    recent = opened is None or (start - opened).days < DAYS * YEAR
    return (last, opened) if recent else (None, None)


def opened_on(closure: BorderClosure, shocks: Iterable[Shock]) -> date | None:
    """The day after the closure began on which all gates were opened to goods; None if they were not."""
    days = [shock.on for shock in shocks if isinstance(shock, BorderOpening) and shock.on > closure.on
            and shock.crossing == "all" and "cargo" in shock.flows]  # fmt: skip
    return min(days, default=None)


def _known(start: date, inputs: Inputs) -> Mapping[str, Event]:
    return known_by(inputs, knowledge(start, inputs.record_ends)).timeline


def _openings(w: RegionModel, closure: BorderClosure) -> list[BorderOpening]:
    """Openings of the record between the closure and the start."""
    shocks = [event.shock for event in _known(w.start, w.inputs).values()]
    return [shock for shock in shocks if isinstance(shock, BorderOpening) and shock.on > closure.on]


def _play_trade(w: RegionModel, weeks: int, open_weeks: int) -> None:
    """Play trade alone through the last `weeks` weeks, without levers; all gates are shut to goods until the last of
    them, `open_weeks`.
    """
    now, policy = w.week, w.policy
    w.policy = Policy({}, w.p, w.start, 1, w.n_worlds, w.inputs.levers)
    w.policy.set_week(0)
    for week in range(-min(weeks, YEAR), 0):
        w.week = w.streams.week = week
        w.gates.closed_share[:, :, CARGO] = 1.0 if week < -open_weeks else 0.0
        trade.choose_routes_and_ship(w)
        prices.answer(w)
        w.trailing.replace(week, {name: flows.FLOWS[name].this_week(w) for name in TRADE})
    w.week = w.streams.week = now
    w.policy = policy
