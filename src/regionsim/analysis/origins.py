"""A forecast made on a past day: the state as it was known then, and the events that an information arm tells.

Core objects: `ARMS`, `known_state` and `forecast_from`. The model's start reads yearly figures, of which that of the
year in progress was not known on the day; here only what had ended counts. Left as they are, and so known too well:
stocks of people, aid and the strength of the TTP, which are straight lines between dated figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, cast

import numpy as np

from regionsim.analysis.measurement import MONTHS, Array, known_before, monthly_history
from regionsim.evidence.leftout import Span, overlaps
from regionsim.evidence.measures import Records, add_months, read_measures
from regionsim.evidence.records import Parameter
from regionsim.evidence.timeline import RECORD_ENDS
from regionsim.model.told import Told
from regionsim.scenario import Scenario, load
from regionsim.scenario.shocks import Shock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regionsim.model.worlds import Worlds

_LASTING = ("border_closure", "ceasefire")
_OUTSIDE = ("takeover", "aid_cut", "afghan_disorder", "refugee_wave")
_ONSETS = ("border_closure", "airstrike", "expulsion_order", "ceasefire")


@dataclass(frozen=True)
class Arm:
    """What a forecast is told after its origin: `kinds` of events, with what is `hidden` of them, and the drivers.

    own: whether the model's own closures, strikes, orders and truces may happen. flows: the flows it is scored on, all
    where none is named, less those (`given`) of which the events told are a part.
    """

    id: str
    title: str
    kinds: tuple[str, ...]
    hidden: frozenset[str]
    own: bool
    drivers: bool
    flows: tuple[str, ...] = ()
    given: tuple[str, ...] = ()


_GOODS_AND_PEOPLE = ("exports", "imports", "transit", "returns_registered", "returns_other", "returns")
ARMS: dict[str, Arm] = {
    "A": Arm("A", "the calendar", (), frozenset(_ONSETS), own=True, drivers=False),
    "B": Arm("B", "and outside shocks", _OUTSIDE, frozenset(_ONSETS), own=True, drivers=True),
    "C": Arm(
        "C", "and when closures, strikes, orders and truces began", _OUTSIDE + _ONSETS, frozenset(_ONSETS),
        own=False, drivers=True, given=("closures",),
    ),
    "D": Arm(
        "D", "and when crossings were open", _OUTSIDE + _ONSETS, frozenset({"expulsion_order", "ceasefire"}),
        own=False, drivers=True, flows=_GOODS_AND_PEOPLE, given=("closures",),
    ),
}  # fmt: skip
"""Information arms. No arm tells what is scored: how many leave after an order is never told, nor how a truce ends."""


def scored_on(arm: Arm, flow: str) -> bool:
    """Whether a flow of the model is scored in this arm."""
    return flow not in arm.given and (not arm.flows or flow in arm.flows)


# -- the state, as known ----------------------------------------------------------------------------------------------


def known_state(
    records: Records, origin: date, parameters: Mapping[str, Parameter], left_out: Sequence[Span] = ()
) -> dict[str, float]:
    """Parameters of the start from what had ended by the day before the origin, in their declared units.

    Goods: the last fiscal year over. Returns: the last calendar year over. Attacks: PICSS in the last months known,
    else its last year over, carried to the origin by the months of UCDP. Deaths move with attacks. left_out: days
    whose rows were taken out of the records: there a month without a row is not one without an attack.
    """
    found = _goods(records, origin) | _returns(records, origin)
    attacks = _attacks(records, origin, round(parameters["measurement.level_months"].value), left_out)
    if attacks is not None:
        per_attack = parameters["history.fatalities"].value / parameters["violence.attacks_initial"].value
        deaths = _years_over(records, "attacks_annual/picss_deaths_in_attacks", origin, "value")
        counts = _years_over(records, "attacks_annual/picss_militant_attacks", origin, "value")
        both = sorted(deaths.keys() & counts.keys())
        if both:
            per_attack = deaths[both[-1]] / counts[both[-1]]
        found |= {"violence.attacks_initial": attacks, "history.fatalities": attacks * per_attack}
    return {name: min(max(value, parameters[name].low), parameters[name].high) for name, value in found.items()}


def _years_over(records: Records, series: str, origin: date, column: str) -> dict[int, float]:
    """The first figure of each calendar year over by the origin."""
    years: dict[int, float] = {}
    for row in records.get(series, ()):
        year, value = row.get("year"), row.get(column)
        if isinstance(year, int) and isinstance(value, float | int) and date(year, 12, 31) < origin:
            years.setdefault(year, float(value))
    return years


def _goods(records: Records, origin: date) -> dict[str, float]:
    names = {"exports_year": "export", "imports_year": "import", "transit_year": "transit"}
    found = {}
    for measure, name in names.items():
        windows = known_before(read_measures()[measure], records, origin)
        if windows:
            found[f"trade.{name}_initial"] = windows[-1].value / 1000.0
    return found


def _returns(records: Records, origin: date) -> dict[str, float]:
    registered, without, of_all = (
        _years_over(records, f"refugees_annual/{name}", origin, "value_persons")
        for name in ("unhcr_returned_refugees_from_pak_to_afg", "returns_undocumented", "returns_all")
    )
    if not registered:
        return {}
    last = max(registered.keys() | of_all.keys())
    others = without[max(without)] if without else 0.0
    return {"history.returns": of_all.get(last, registered.get(last, 0.0) + without.get(last, others))}


def _attacks(records: Records, origin: date, months: int, left_out: Sequence[Span]) -> float | None:
    """Attacks a year on the basis of PICSS at the origin; None where nothing had ended by then."""
    own_months = replace(read_measures()["attacks_picss"], longer="")
    picss = monthly_history(own_months, records, origin)[-months:]
    known = picss[np.isfinite(picss)]
    if known.size >= months / 2.0:
        return float(12.0 * known.mean())
    per_month = _years_over(records, "attacks_annual/picss_mean_attacks_per_month", origin, "value")
    years = {year: 12.0 * value for year, value in per_month.items()}
    years |= _years_over(records, "attacks_annual/picss_militant_attacks", origin, "value")
    if not years:
        pips = _years_over(records, "attacks_annual/pips_terrorist_attacks", origin, "value")
        return pips[max(pips)] if pips else None
    last = max(years)
    ucdp = [one for one in known_before(read_measures()["attacks_ucdp"], records, origin)
            if one.begin.year >= last and not overlaps(left_out, one.begin, one.end - timedelta(days=1))]  # fmt: skip
    of_year = [one.value for one in ucdp if one.begin.year == last]
    recent = [one.value for one in ucdp[-months:]]
    current = bool(ucdp) and (origin - ucdp[-1].end).days < 31 * months
    growth = float(np.mean(recent) / np.mean(of_year)) if current and sum(of_year) > 0.0 else 1.0
    return years[last] * growth


def carried_growth(records: Records, origin: date, worlds: Worlds, known: Mapping[str, Parameter]) -> dict[str, Array]:
    """Growth of each group, (W,), as the record before the origin has it: the draws, moved so that their middle is the
    share carried (`measurement.growth_carried`) of the mean yearly change of attacks in the last two years over.

    Declared growth was read off years after most origins, and would tell a forecast what came later.
    """
    years = _years_over(records, "attacks_annual/pips_terrorist_attacks", origin, "value")
    last = max(years, default=0)
    before = years.get(last - 2, 0.0)
    trend = np.log(years[last] / before) / 2.0 if before > 0.0 and years[last] > 0.0 else 0.0
    carried = worlds.parameters["measurement.growth_carried"] * trend
    return {
        name: worlds.parameters[name] - known[name].value + carried
        for name in worlds.varied
        if name.startswith("security.growth_") and name != "security.growth_ceiling"
    }


# -- what is told -----------------------------------------------------------------------------------------------------


def forecast_from(
    origin: date, arm: Arm, events: Iterable[Shock], state: Mapping[str, float], worlds: int, seed: int,
    sets: Sequence[str] = (),
) -> tuple[Scenario, Told]:  # fmt: skip
    """The scenario of a year from the origin in an information arm, and what it is told of the events of the record.

    events: the record's, with their ids. sets: parameters and draws as `--set` names them; they go before the state.
    Closures and truces in force at the origin are known to be, in every arm; how long they will last is not, but
    where the arm tells the path of the crossings.
    """
    end = add_months(origin, MONTHS)
    kept: list[Shock] = []
    running: dict[str, float] = {}
    for shock in events:
        gone = (origin - shock.on).days
        if gone <= 0:
            if shock.kind in arm.kinds and shock.on < end:
                kept.append(shock)
        elif shock.kind in _LASTING and cast("float", getattr(shock, "days", 0.0)) > gone:
            kept.append(shock.model_copy(update={"on": origin, "days": getattr(shock, "days", 0.0) - gone}))
            running[shock.id or ""] = float(gone)
    base = load("status_quo", sets=("timeline=none", *sets))
    scenario = base.model_copy(
        update={
            "name": f"hindcast_{arm.id.lower()}_{origin:%Y_%m}", "start": origin, "end": end, "worlds": worlds,
            "seed": seed, "levers": {}, "shocks": (), "expect": (), "history": tuple(kept),
            "parameters": dict(state) | dict(base.parameters),
        }
    )  # fmt: skip
    own_from = origin if arm.own else end + timedelta(days=7)
    drivers_until = min(end, RECORD_ENDS) if arm.drivers else origin
    return scenario, Told(own_from, drivers_until, arm.hidden, running)


def told_share(arm: Arm, kind: str, events: Sequence[Shock], first: date, months: int, origin: date) -> Array:
    """Share of each of `months` months from `first` with an event of a kind, as the arm tells it, (months,).

    Before the origin with its length; after it as far as the arm tells: a month from its onset where its end is hidden.
    """
    share = np.zeros(months)
    edges = [add_months(first, k) for k in range(months + 1)]
    for shock in events:
        if shock.kind != kind or (shock.on >= origin and kind not in arm.kinds):
            continue
        days = float(getattr(shock, "days", 31.0))
        if shock.on >= origin and kind in arm.hidden:
            days = 31.0
        until = shock.on + timedelta(days=min(days, 3650.0))
        if shock.on < origin < until and kind in arm.hidden:
            until = origin  # that it was still in force is known, how long it would be is not
        for k in range(months):
            common = (min(until, edges[k + 1]) - max(shock.on, edges[k])).days
            share[k] += max(common, 0) / (edges[k + 1] - edges[k]).days
    return np.minimum(share, 1.0)


def onset_months(arm: Arm, kind: str, events: Sequence[Shock], first: date, origin: date) -> tuple[int, ...]:
    """Months, counted from `first`, in which events of a kind began, as the arm tells them."""
    told = [shock.on for shock in events if shock.kind == kind and (shock.on < origin or kind in arm.kinds)]
    months = {(day.year - first.year) * 12 + day.month - first.month for day in told}
    return tuple(sorted(month for month in months if month >= 0))
