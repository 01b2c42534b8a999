"""Branching: a play that goes on under another scenario, as if it had been played under that one from the start.

Core objects: `branch`; `begun` and `pulled`, which say what has been imposed before a week. What happened until then
must be the same under both scenarios; it is played once.
"""

import copy
from typing import TYPE_CHECKING, Any

import numpy as np

from regionsim.errors import InputError
from regionsim.model import under_way
from regionsim.model.actors.linkage import Linkage
from regionsim.model.arms import Arms

if TYPE_CHECKING:
    from regionsim.model.deals import Deals
    from regionsim.model.policy import Policy
    from regionsim.model.region import RegionModel
    from regionsim.scenario import Scenario

_CLOCK = ("seed", "start", "end", "draws", "parameters")


def branch(w: "RegionModel", scenario: "Scenario", week: int) -> "RegionModel":
    """A copy of a model that goes on under another scenario from this week on; the model itself is only played to it.

    week: weeks played before. Raises IndexError for a week that the model has passed or that its scenario does not
    have, InputError where the scenarios differ in what happens before it, or in seed, start, end or parameters.
    """
    before = w.study
    faults = [f"{key}: differs from that of {before.name}" for key in _CLOCK if _differs(before, scenario, key)]
    if len(w.arms.scenarios) > 1:
        faults.append(f"{scenario.name}: a model of several scenarios cannot go on under another")
    if (before.timeline == "none") != (scenario.timeline == "none"):
        faults.append(f"timeline: one of {before.name} and {scenario.name} has none")
    elif under_way.last_closure(before, w.inputs) != under_way.last_closure(scenario, w.inputs):
        faults.append(f"timeline: {scenario.name} starts with other closures than {before.name}")
    if faults:
        raise InputError(faults)
    if not w.week + 1 <= week <= w.weeks:
        raise IndexError(f"week {week} is not among the {w.weeks - w.week - 1} weeks that are left")
    while w.week + 1 < week:
        w.step()
    return _under(w, scenario, week)


def _differs(before: "Scenario", after: "Scenario", key: str) -> bool:
    return bool(getattr(before, key) != getattr(after, key))


def _under(w: "RegionModel", scenario: "Scenario", week: int) -> "RegionModel":
    shared = (w.inputs, w.study, w.told, w.worlds, w.arms)
    made: RegionModel = copy.deepcopy(w, {id(each): each for each in shared})
    policy, deals, shocks = made.policy, made.deals, made.shocks
    made.arms, made.study = Arms((scenario,), (w.worlds,)), scenario
    made.impose()
    under_way.tell(made)
    faults = [
        *(["levers"] if pulled(policy, deals, week) != pulled(made.policy, made.deals, week) else []),
        *(["deals"] if begun(deals, week) != begun(made.deals, week) else []),
        *(["shocks"] if shocks.until(week) != made.shocks.until(week) else []),
    ]
    if faults:
        raise InputError([f"{key}: {scenario.name} differs from {w.study.name} before week {week}" for key in faults])
    made.policy.follow(policy)
    made.deals.follow(deals)
    for past in range(week):
        made.shocks.set_week(past)
    made.linkage = Linkage(made)
    return made


def begun(deals: "Deals", week: int) -> list[Any]:
    """The deals that may have been in force before a week."""
    return [deal for d, deal in enumerate(deals.terms) if deals.begins(d) < week]


def pulled(policy: "Policy", deals: "Deals", week: int) -> list[Any]:
    """The levers pulled before a week, in order, with their intensities.

    Those of the first week count always, as the state at the start depends on them.
    """
    week = max(week, 1)
    dealt = {lever for deal in begun(deals, week) for lever in deal.levers}
    rows = [(pull.lever, np.broadcast_to(pull.rows[:week], (week, policy.worlds))) for pull in policy.pulls]
    parts = set(policy.parts_of(dealt))
    return [(lever, table.tobytes()) for lever, table in rows if lever in parts or table.any()]
