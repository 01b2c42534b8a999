"""The year before the start: what trailing sums hold until the model's own weeks fill them.

Core object: `pre_history`. Yearly totals from the observed series are laid over 52 weeks, seasonal flows by the season
the model gives them, so that a trailing sum does not bend when the model takes over.
"""

from typing import TYPE_CHECKING

import numpy as np

from regionsim.model.processes import trade
from regionsim.model.samplers import Array
from regionsim.model.trailing import YEAR
from regionsim.schema.shocks import CROSSINGS

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

_FLAT = (
    "transit", "informal", "diverted", "perishable_loss", "fatalities", "returns", "deportations", "returns_pressed",
    "arrivals", "clashes", "talks", "accusations", "strikes", "strike_deaths",
)  # fmt: skip


def pre_history(w: "RegionModel") -> dict[str, Array]:
    """Weekly values of the 52 weeks before the start, oldest first: (W, 52), or (W, K, 52) with places."""
    p = w.p
    undeported = np.maximum(p["history.returns"] - p["history.deportations"], 0.0)
    yearly = {
        "exports": p["trade.export_initial"],
        "imports": p["trade.import_initial"],
        "transit": p["trade.transit_initial"],
        "informal": p["trade.informal_initial"] + p["trade.round_trip_share"] * p["trade.transit_initial"],
        "diverted": np.zeros(w.n_worlds),
        "perishable_loss": p["history.perishable_loss"],
        "fatalities": p["history.fatalities"],
        "returns": p["history.returns"],
        "deportations": p["history.deportations"],
        "returns_pressed": p["people.pressed_initial"] * undeported,
        "arrivals": p["people.arrivals_initial"],
        "clashes": p["border.clashes_per_year"],
        "talks": p["politics.talks_usual"],
        "strikes": p["politics.strikes_usual"],
        "strike_deaths": p["politics.strikes_usual"] * p["security.strike_deaths"],
        "accusations": p["history.accusations"],
    }
    history = {name: _flat(yearly[name]) for name in _FLAT}
    for k, name in ((trade.EXPORT, "exports"), (trade.IMPORT, "imports")):
        history[name] = yearly[name][:, np.newaxis] * _season(w, k)
    by_group = w.violence.attacks_initial
    history["attacks_by_group"] = np.repeat(by_group[:, :, np.newaxis], YEAR, axis=2)
    by_place = by_group[:, :, np.newaxis] * w.violence.weights
    history["attacks"] = np.repeat(by_place.sum(axis=1)[:, :, np.newaxis], YEAR, axis=2)
    closed = np.stack([p[f"border.closure_days_initial_{name}"] for name in CROSSINGS], axis=1)
    history["closure_days"] = np.repeat(closed[:, :, np.newaxis] / YEAR, YEAR, axis=2)
    # gates shut to goods were as a rule shut to people
    north = p["people.patients_at_torkham"]
    shut = (north * closed[:, 0] + (1.0 - north) * closed[:, 1]) / (7.0 * YEAR)
    history["patients"] = _flat(YEAR * p["people.visa_valid_initial"] * (1.0 - np.minimum(shut, 1.0)))
    return history


def _flat(yearly: Array) -> Array:
    return np.repeat(yearly[:, np.newaxis] / YEAR, YEAR, axis=1)


def _season(w: "RegionModel", kind: int) -> Array:
    """Share of the year in each of the 52 weeks before the start, (W, 52), adding up to 1."""
    weeks = np.empty((w.n_worlds, YEAR))
    now = w.week
    for k in range(YEAR):
        w.week = k - YEAR
        goods = trade.season(w)[:, kind] * w.trade.mix[kind]
        weeks[:, k] = goods.sum(axis=-1)
    w.week = now
    return np.asarray(weeks / weeks.sum(axis=-1)[:, np.newaxis])
