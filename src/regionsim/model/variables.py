"""The briefs' variables: those that no series measures, and how the measured ones enter among them.

Core objects: `SOFT` (from `named`; a soft variable's start and speed are parameters `climate.<variable>_initial` and
`climate.speed_weeks`) and `MEASURED` (variable -> function of the model: its distance from the start, in units of order
one).
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from regionsim.model import maths
from regionsim.model.actors.groups import sanctuary_pressure
from regionsim.model.named import SOFT
from regionsim.model.processes.projects import ENERGY
from regionsim.schema.categories import BALOCH, ISKP, TTP

__all__ = ["MEASURED", "SOFT"]


def _log(now: Any, start: Any) -> Any:
    """Log ratio of rates that may be small, clipped to -2..2."""
    return maths.clip(maths.log(np.maximum(now, 1e-6) / np.maximum(start, 1e-6)), -2.0, 2.0)


def _rate(w: Any, flow: str) -> Any:
    """Log ratio of a trailing flow, with 1 added to both so that no flow is not minus infinity."""
    total, start = w.trailing.total[flow], w.trailing_initial[flow]
    if total.ndim > 1:
        total, start = maths.row_sum(total), maths.row_sum(start)
    return _log(total + 1.0, start + 1.0)


MEASURED: Final[dict[str, Callable[[Any], Any]]] = {
    "ttp_violence": lambda w: _log(
        w.trailing.total["attacks_by_group"][:, TTP], w.trailing_initial["attacks_by_group"][:, TTP]
    ),
    "other_attacks": lambda w: _log(
        w.trailing.total["attacks_by_group"][:, ISKP] + w.trailing.total["attacks_by_group"][:, BALOCH],
        w.trailing_initial["attacks_by_group"][:, ISKP] + w.trailing_initial["attacks_by_group"][:, BALOCH],
    ),
    "af_sanctuary": lambda w: -2.0 * sanctuary_pressure(w),
    "iskp_strength": lambda w: _log(w.groups.fighters[:, ISKP], w.groups.fighters_initial[:, ISKP]),
    "infiltration": lambda w: _log(w.policy["infiltration"], 1.0),
    "border_incidents": lambda w: _rate(w, "clashes"),
    "crossing_closure": lambda w: _rate(w, "closure_days"),
    "ceasefire": lambda w: w.groups.truce.astype(np.float64),
    "dialogue": lambda w: _rate(w, "talks"),
    "trust": lambda w: 4.0 * w.relations.trust_change,
    "public_blame": lambda w: _rate(w, "accusations"),
    "trade": lambda w: _log(w.trade_ratio, 1.0),
    "transit": lambda w: _log(w.trailing.total["transit"], w.trailing_initial["transit"]),
    "trade_losses": lambda w: _rate(w, "perishable_loss"),
    "af_economy": lambda w: 4.0 * w.economy.af_income,
    "projects": lambda w: w.projects.since_start,
    "transit_fees_jobs": lambda w: maths.row_sum(1.0 * w.projects.running[:, ENERGY]),
    "mineral_output": lambda w: w.projects.minerals / 5.0,
    "border_welfare": lambda w: 4.0 * w.economy.border_income,
    "humanitarian_aid": lambda w: _log(w.economy.aid, w.p["economy.aid_initial"]),
    "smuggling": lambda w: _log(w.trailing.total["informal"], w.trailing_initial["informal"]),
    "pk_poverty": lambda w: 4.0 * (w.economy.poverty - w.p["economy.poverty_border_initial"]),
    "refugee_inflow": lambda w: _rate(w, "arrivals"),
    "refugee_stock": lambda w: _log(w.people.in_pakistan, w.people.stock_initial),
    "repatriation_forced": lambda w: _rate(w, "deportations"),
}
