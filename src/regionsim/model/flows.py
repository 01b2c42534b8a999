"""The flows of a week: one table from which the trailing year, the recorder and hindcasts read.

Core objects: `Flow` and `FLOWS` (name -> unit, how it is read from the model, and its rate in the year before the
start), `of_week` and `year_before`. A flow is (W,), or (W, K) by province, group or crossing.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from regionsim.model import maths
from regionsim.model.processes import trade
from regionsim.model.processes.people import coming_back, patients
from regionsim.model.samplers import Array
from regionsim.model.trailing import YEAR
from regionsim.schema.categories import (
    ARRIVAL,
    CARGO,
    CHAMAN,
    CROSSINGS,
    DEPORTATION,
    EXPORT,
    IMPORT,
    REMIGRATION,
    RETURN,
    TORKHAM,
    TRANSIT,
)
from regionsim.schema.units import USD_BN

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

type Read = Callable[[Any], Any]  # of a RegionModel; Any avoids circular types in the lambdas below


class Flow(NamedTuple):
    """unit: of a week's flow. this_week: (W,) or (W, K). before: per year before the start, (W,), the same each week;
    or the 52 weeks themselves, (W, 52) or (W, K, 52), oldest first.
    """

    unit: str
    this_week: Read
    before: Read


def of_week(w: "RegionModel") -> dict[str, Array]:
    """Every flow of the current week."""
    return {name: flow.this_week(w) for name, flow in FLOWS.items()}


def year_before(w: "RegionModel") -> dict[str, Array]:
    """Weekly values of the 52 weeks before the start, oldest first: (W, 52), or (W, K, 52) with places.

    Flows without weekly history are spread evenly; trade follows the model's season, so that its trailing sum has no
    kink at the start.
    """
    return {name: _weeks(flow.before(w)) for name, flow in FLOWS.items()}


def _weeks(values: Array) -> Array:
    return np.repeat(values[:, np.newaxis] / YEAR, YEAR, axis=1) if values.ndim == 1 else values


def _rate(name: str) -> Read:
    """A parameter, per year."""
    return lambda w: w.p[name]


def _delivered(kind: int) -> Read:
    return lambda w: maths.row_sum(np.swapaxes(w.trade.delivered, 1, 2))[:, kind] / USD_BN


def _moved(w: "RegionModel", *ways: int) -> Array:
    """Persons who moved in these ways, of all statuses."""
    by_way = maths.row_sum(np.ascontiguousarray(np.swapaxes(w.people.moved.astype(np.float64), 1, 2)))
    total = by_way[:, ways[0]]
    for way in ways[1:]:
        total = total + by_way[:, way]
    return total


def _pressed(w: "RegionModel") -> Array:
    return maths.row_sum(w.people.moved.astype(np.float64)[:, :, RETURN] * w.people.pressed)


def _pressed_before(w: "RegionModel") -> Array:
    undeported = np.maximum(w.p["history.returns"] - w.p["history.deportations"], 0.0)
    return w.p["people.pressed_initial"] * undeported


def _attacks(w: "RegionModel") -> Array:
    return maths.row_sum(np.swapaxes(w.violence.attacks, 1, 2))


def _attacks_by_group(w: "RegionModel") -> Array:
    return maths.row_sum(w.violence.attacks)


def _attacks_before(w: "RegionModel") -> Array:
    by_place = w.violence.attacks_initial[:, :, np.newaxis] * w.violence.weights
    return np.repeat(by_place.sum(axis=1)[:, :, np.newaxis], YEAR, axis=2)


def _attacks_by_group_before(w: "RegionModel") -> Array:
    return np.repeat(w.violence.attacks_initial[:, :, np.newaxis], YEAR, axis=2)


def _closed_initial(w: "RegionModel") -> Array:
    """Days shut a year by crossing, (W, K)."""
    return np.stack([w.p[f"border.closure_days_initial_{name}"] for name in CROSSINGS], axis=1)


def _closed_before(w: "RegionModel") -> Array:
    return np.repeat(_closed_initial(w)[:, :, np.newaxis] / YEAR, YEAR, axis=2)


def _patients_before(w: "RegionModel") -> Array:
    """Patients of the year before: gates shut to goods are assumed shut to people."""
    north, closed = w.p["people.patients_at_torkham"], _closed_initial(w)
    shut = (north * closed[:, TORKHAM] + (1.0 - north) * closed[:, CHAMAN]) / (7.0 * YEAR)
    return np.asarray(YEAR * w.p["people.visa_valid_initial"] * (1.0 - np.minimum(shut, 1.0)))


def _round_trips_before(w: "RegionModel") -> Array:
    return np.asarray(w.p["trade.round_trip_share"] * w.p["trade.transit_initial"])


def _informal_before(w: "RegionModel") -> Array:
    return np.asarray(w.p["trade.informal_initial"] + _round_trips_before(w))


def _seasonal(name: str, kind: int) -> Read:
    return lambda w: w.p[name][:, np.newaxis] * _season(w, kind)


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


FLOWS: dict[str, Flow] = {
    "exports": Flow("USD bn", _delivered(EXPORT), _seasonal("trade.export_initial", EXPORT)),
    "imports": Flow("USD bn", _delivered(IMPORT), _seasonal("trade.import_initial", IMPORT)),
    "transit": Flow("USD bn", _delivered(TRANSIT), _rate("trade.transit_initial")),
    "round_trips": Flow("USD bn", lambda w: w.trade.returned / USD_BN, _round_trips_before),
    "informal": Flow("USD bn", lambda w: w.trade.informal / USD_BN, _informal_before),
    "diverted": Flow("USD bn", lambda w: w.trade.diverted / USD_BN, lambda w: np.zeros(w.n_worlds)),
    "perishable_loss": Flow("USD mn", lambda w: w.trade.perishable_loss, _rate("history.perishable_loss")),
    "attacks": Flow("attacks by province", _attacks, _attacks_before),
    "attacks_by_group": Flow("attacks by group", _attacks_by_group, _attacks_by_group_before),
    "fatalities": Flow(
        "deaths",
        lambda w: maths.row_sum(w.violence.deaths),
        _rate("history.fatalities"),
    ),
    "closure_days": Flow("days by crossing", lambda w: w.gates.closed_share[:, :, CARGO] * 7.0, _closed_before),
    "returns": Flow("persons", lambda w: _moved(w, RETURN, DEPORTATION), _rate("history.returns")),
    "deportations": Flow("persons", lambda w: _moved(w, DEPORTATION), _rate("history.deportations")),
    "returns_pressed": Flow("persons", _pressed, _pressed_before),
    "patients": Flow("patients", patients, _patients_before),
    "arrivals": Flow(
        "persons",
        lambda w: _moved(w, ARRIVAL, REMIGRATION),
        lambda w: w.p["people.arrivals_initial"] + coming_back(w),
    ),
    "clashes": Flow("clashes", lambda w: w.border.clashes, _rate("border.clashes_per_year")),
    "talks": Flow("meetings", lambda w: w.diplomacy.talks, _rate("politics.talks_usual")),
    "accusations": Flow("accusations", lambda w: w.diplomacy.accused, _rate("history.accusations")),
    "strikes": Flow("strikes", lambda w: w.violence.struck.astype(np.float64), _rate("politics.strikes_usual")),
    "strike_deaths": Flow(
        "deaths",
        lambda w: w.strike_deaths.astype(np.float64),
        lambda w: np.asarray(w.p["politics.strikes_usual"] * w.p["security.strike_deaths"]),
    ),
}
"""The flows of a week, in the order in which they are summed."""
