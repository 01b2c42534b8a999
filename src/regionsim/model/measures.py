"""How each indicator is read from the model: one function from the model to a vector over worlds.

Core objects: `MEASURES` (one column for each indicator), `PLACES` (those with a dimension), `STATES` (further variables
of the briefs, recorded on request). Composite indices place each part between fixed goalposts, bent towards 0 and 100,
and take the geometric mean, so that a strong part does not offset a very weak one (OECD/JRC, S157). The humanitarian
index includes deaths by strikes, so that no strike looks good by its effect on attacks alone.
"""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

import numpy as np

from regionsim.indicators import DIMENSIONS
from regionsim.indicators.composite_weights import PARTS
from regionsim.model import maths
from regionsim.model._jit import F64_IN, F64_OUT, kernel, void
from regionsim.model.processes import projects, regimes
from regionsim.model.processes.projects import LINES
from regionsim.model.project_table import IDS
from regionsim.model.samplers import Array
from regionsim.model.trailing import YEAR
from regionsim.model.variables import SOFT
from regionsim.schema.categories import ACC, BALOCH, ISKP, POR, TORKHAM, TTP, UNDOCUMENTED

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

BENT = 0.1  # of the way between goalposts, at either end

type Read = Callable[[Any], Any]  # of a RegionModel; Any avoids circular types in the lambdas below


def _year(name: str) -> Read:
    """Trailing sum of a flow over all places, (W,)."""

    def read(w: "RegionModel") -> Any:
        total = w.trailing.total[name]
        return total if total.ndim == 1 else maths.row_sum(total)

    return read


def _soft(name: str) -> Read:
    """A variable that no series measures, scale 0-1, (W,)."""
    return lambda w: w.climate.of(name)


def _stage(j: int) -> Read:
    """Index of a project's stage in `STAGES`, (W,)."""
    return lambda w: w.projects.stage[:, j]


def _bilateral(w: "RegionModel") -> Any:
    return w.trailing.total["exports"] + w.trailing.total["imports"]


def _volume(w: "RegionModel") -> Any:
    return _bilateral(w) + w.trailing.total["transit"]


def _voluntary(w: "RegionModel") -> Any:
    total = w.trailing.total
    return np.maximum(total["returns"] - total["deportations"] - total["returns_pressed"], 0.0)


def _queue(w: "RegionModel") -> Any:
    return w.gates.queue.sum(axis=-1)


def _placed(w: "RegionModel", name: str, value: Any, *, log: bool = False) -> Any:
    """Where a value stands on the way from the goalpost `worst` to `best`, of 100; on a log scale for multiplicative
    quantities. The first and the last tenth of the way are bent, so that a value beyond a goalpost still counts: the
    goalposts themselves score 5 and 95, and nothing reaches 0 or 100. Kept at 1 at least, for the geometric mean.
    """
    worst, best = _goalposts(w, name, log=log)
    if log:
        value = maths.log(np.maximum(value, 1e-9))
    share = (value - worst) / (best - worst)
    score = np.empty(share.shape)
    _bend(share, score)
    return score


@kernel(void(F64_IN, F64_OUT))
def _bend(share: Array, score: Array) -> None:
    """Score of 100 by the share of the way, (W,) each; NaN stays NaN."""
    for w in range(share.size):
        at = share[w]
        if at < BENT:
            at = BENT / (1.0 + (BENT - at) / BENT)
        elif at > 1.0 - BENT:
            at = 1.0 - BENT / (1.0 + (BENT - (1.0 - at)) / BENT)
        score[w] = 1.0 if at < 0.01 else 100.0 * at


def _goalposts(w: "RegionModel", name: str, *, log: bool) -> Any:
    """The goalposts of a part, (W,) each; they never change, so their logarithms are taken once."""
    if name not in w.goalposts:
        posts = w.p[f"index.{name}_worst"], w.p[f"index.{name}_best"]
        w.goalposts[name] = tuple(maths.log(np.maximum(post, 1e-9)) for post in posts) if log else posts
    return w.goalposts[name]


def _geometric(*parts: Any) -> Any:
    """Geometric mean of a few parts of 1 to 100."""
    product = parts[0]
    for part in parts[1:]:
        product = product * part
    return maths.exp(maths.log(product) / len(parts))


def _once(index: Read) -> Read:
    """An index that is computed once while a week is being recorded, where two measures read it."""

    @wraps(index)
    def read(w: "RegionModel") -> Any:
        if w.recording is None:
            return index(w)
        if index.__name__ not in w.recording:
            w.recording[index.__name__] = index(w)
        return w.recording[index.__name__]

    return read


@_once
def security_index(w: "RegionModel") -> Any:
    """Attacks, deaths and TTP strength, on log scales."""
    return _geometric(
        _placed(w, "attacks", _year("attacks")(w), log=True),
        _placed(w, "fatalities", _year("fatalities")(w), log=True),
        _placed(w, "ttp_strength", w.groups.fighters[:, TTP], log=True),
    )


@_once
def connectivity_index(w: "RegionModel") -> Any:
    """Trade and transit on log scales, days shut."""
    return _geometric(
        _placed(w, "trade_volume", _volume(w), log=True),
        _placed(w, "closure_days", _year("closure_days")(w)),
        _placed(w, "trade_transit", w.trailing.total["transit"], log=True),
    )


@_once
def humanitarian_index(w: "RegionModel") -> Any:
    """Deportations, deaths by strikes, Afghan livelihoods, border poverty."""
    return _geometric(
        _placed(w, "deportations", _year("deportations")(w)),
        _placed(w, "strike_deaths", _year("strike_deaths")(w)),
        _placed(w, "livelihood_afghanistan", w.economy.livelihood),
        _placed(w, "poverty_rate_border", w.economy.poverty),
    )


@_once
def diplomacy_index(w: "RegionModel") -> Any:
    """Trust on both sides, calm on the ladder."""
    return _geometric(
        _placed(w, "trust", w.relations.trust[0]),
        _placed(w, "trust", w.relations.trust[1]),
        _placed(w, "escalation", w.relations.escalation.astype(np.float64)),
    )


def cooperation_index(w: "RegionModel") -> Any:
    """Geometric mean of the four indices, weighted by a draw from the flat Dirichlet distribution (S157).

    The weights are those of `indicators.composite_weights.weights`, computed so that worlds stay bit-identical.
    """
    total, sum_of = np.zeros(w.n_worlds), np.zeros(w.n_worlds)
    for part, index in zip(
        PARTS, (security_index, connectivity_index, humanitarian_index, diplomacy_index), strict=True
    ):
        weight = -maths.log(maths.clip(w.p[f"index.weight_{part}"], 1e-12, 1.0 - 1e-12))
        total, sum_of = total + weight * maths.log(index(w)), sum_of + weight
    return maths.exp(total / sum_of)


MEASURES: dict[str, Read] = {
    "trade_volume": _volume,
    "trade_bilateral": _bilateral,
    "trade_transit": _year("transit"),
    "trade_informal": _year("informal"),
    "trade_diverted": _year("diverted"),
    "attacks": _year("attacks"),
    "attacks_ttp": lambda w: w.trailing.total["attacks_by_group"][:, TTP],
    "fatalities": _year("fatalities"),
    "strike_deaths": _year("strike_deaths"),
    "ttp_strength": lambda w: w.groups.fighters[:, TTP],
    "closure_days": _year("closure_days"),
    "trucks_stranded": lambda w: _queue(w).sum(axis=-1),
    "perishable_loss": _year("perishable_loss"),
    "refugees_in_pakistan": lambda w: w.people.in_pakistan,
    "returns": _year("returns"),
    "deportations": _year("deportations"),
    "arrivals": _year("arrivals"),
    "trust_pakistan": lambda w: w.relations.trust[0],
    "trust_afghanistan": lambda w: w.relations.trust[1],
    "escalation": lambda w: w.relations.escalation,
    "poverty_rate_border": lambda w: w.economy.poverty,
    "livelihood_afghanistan": lambda w: w.economy.livelihood,
    "investment_minerals": lambda w: w.projects.minerals,
    "energy_transit": projects.energy_mw,
    "transit_fees": projects.transit_fees,
    "security_index": security_index,
    "connectivity_index": connectivity_index,
    "humanitarian_index": humanitarian_index,
    "diplomacy_index": diplomacy_index,
    "cooperation_index": cooperation_index,
}

PLACES: dict[str, tuple[tuple[str, ...], Read]] = {
    "attacks": (DIMENSIONS["province"], lambda w: w.trailing.total["attacks"]),
    "closure_days": (DIMENSIONS["crossing"], lambda w: w.trailing.total["closure_days"]),
    "trucks_stranded": (DIMENSIONS["crossing"], _queue),
    "refugees_in_pakistan": (DIMENSIONS["status"], lambda w: w.people.households.stock.sum(axis=-1)),
}

STATES: dict[str, Read] = {
    "attacks_iskp": lambda w: w.trailing.total["attacks_by_group"][:, ISKP],
    "attacks_baloch": lambda w: w.trailing.total["attacks_by_group"][:, BALOCH],
    "iskp_strength": lambda w: w.groups.fighters[:, ISKP],
    "sanctuary": lambda w: w.ttp.sanctuary,
    "infiltration": lambda w: w.policy["infiltration"],
    "border_clashes": _year("clashes"),
    "truce": lambda w: w.groups.truce,
    "talks": _year("talks"),
    "accusations": _year("accusations"),
    "hostility_pakistan": lambda w: w.relations.hostility[0],
    "hostility_afghanistan": lambda w: w.relations.hostility[1],
    "threat_perceived": lambda w: w.army.threat,
    "route_risk": lambda w: w.policy["route_risk"],
    "aid": lambda w: w.economy.aid,
    "import_capacity": lambda w: w.economy.import_capacity,
    "border_income": lambda w: w.economy.border_income,
    "projects_built": lambda w: maths.row_sum(np.ascontiguousarray(w.projects.built[:, :LINES])) / LINES,
    **{f"stage_{name}": _stage(j) for j, name in enumerate(IDS)},
    "prices_afghanistan": lambda w: w.prices.index(w),
    "reliability_torkham": lambda w: w.trade.reliability[:, TORKHAM],
    "exports": _year("exports"),
    "imports": _year("imports"),
    "patient_access": lambda w: w.trailing.total["patients"] / YEAR,
    "returns_voluntary": _voluntary,
    "returns_pressed": _year("returns_pressed"),
    "por_valid": lambda w: w.statuses.valid[:, POR] * 1.0,
    "acc_valid": lambda w: w.statuses.valid[:, ACC] * 1.0,
    "rupture": lambda w: w.border.rupture,
    "campaign": lambda w: w.people.pulse[:, UNDOCUMENTED] + w.people.tail[:, UNDOCUMENTED],
    "regime_kp": lambda w: regimes.level(w)[:, TTP],
    "regime_balochistan": lambda w: regimes.level(w)[:, BALOCH],
    "mediation_abroad": lambda w: w.gulf_mediators.at_work,
    "china_commits": lambda w: w.china.commits,
    "india_hostile": lambda w: w.india.hostile,
    "civilian_burden": lambda w: w.policy["civilian_burden"],
    **{name: _soft(name) for name in SOFT},
}
