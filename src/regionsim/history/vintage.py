"""Vintage data: the state of a past day as it was known on that day, for forecasts made then.

Core objects: `known_state` (flows: values that are set), `known_stocks` (central values that draws are moved to) and
`carried_growth`. The model's initial state uses figures of the year in progress and interpolates to later figures; here
only periods that had ended by the day before count, and a stock is its last figure. Where the record has no earlier
figure, that of the model's initial state stands in (`KNOWN_TOO_WELL`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from regionsim.evidence import load_evidence
from regionsim.evidence.holdout import Span, days_of, overlaps
from regionsim.evidence.measures import Records, read_measures
from regionsim.evidence.records import Parameter
from regionsim.history.measurement import Array, known_before, monthly_history
from regionsim.model.initial_state import (
    QUIET_DEPORTATIONS,
    TTP_OF_2022,
    TTP_OF_2024,
    deportations_a_year,
    initial_state,
)
from regionsim.model.record_state import LATE
from regionsim.schema.dates import DECLARED

if TYPE_CHECKING:
    from regionsim.model.worlds import Worlds

KNOWN_TOO_WELL = ("people.undocumented_initial", "history.deportations", "security.ttp_strength_initial")
"""Read off later figures, as the record has none earlier: people without papers before July 2023, who were estimated
in 2016 and in 2023, deportations before October 2023, and fighters of the TTP before May 2022.
"""
COUNTED_2018 = date(2018, 5, 25)
"""From this day the number of citizen cards is known (a count of 24 May 2018)."""
COUNTED_2023 = date(2023, 7, 1)
"""From this day the counts and estimates of June 2023 are known."""
_ESTIMATES = ("undocumented_estimate", "undocumented_estimate_government")
_KNOWN_FROM = {("acc_applications", 2018): COUNTED_2018} | {
    (series, 2023): COUNTED_2023 for series in ("por_holders", "acc_holders", *_ESTIMATES)
}
"""Counts taken within a year, where the table gives the year alone -> the day from which they are known."""
_CLAIMS = "unhcr_asylum_seekers_afg_in_pak"
_AID = "economy_annual/oda_net_received_constant_2023_usd"
_DEPORTATIONS = "refugee_returns/deportations"
STATE_SERIES = frozenset(
    {_AID, _DEPORTATIONS}
    | {f"refugees_annual/{series}" for series, _ in _KNOWN_FROM}
    | {
        f"refugees_annual/{series}"
        for series in ("unhcr_refugees_afg_in_pak", _CLAIMS, "returns_undocumented",
                       "returns_all", "unhcr_returned_refugees_from_pak_to_afg")
    }
    | {
        f"attacks_annual/{series}"
        for series in ("picss_deaths_in_attacks", "picss_militant_attacks", "picss_mean_attacks_per_month",
                       "pips_terrorist_attacks")
    }
)  # fmt: skip
"""Series that determine the state known at an origin, whichever series are scored."""


def known_state(
    records: Records, origin: date, parameters: Mapping[str, Parameter], left_out: Sequence[Span] = ()
) -> dict[str, float]:
    """Parameters of the initial state from periods that had ended by the day before the origin, in declared units.

    Goods: the last complete fiscal year. Returns: the last complete calendar year; those lately returned: the last two.
    Attacks: PICSS in the last known months, else its last complete year, extrapolated to the origin by the months of
    UCDP. Deaths are proportional to attacks. left_out: days whose rows were removed from the records, where a month
    without a row is not a month without attacks.
    """
    values = _goods(records, origin) | _returns(records, origin)
    attacks = _attacks(records, origin, round(parameters["measurement.level_months"].value), left_out)
    if attacks is not None:
        per_attack = parameters["history.fatalities"].value / parameters["violence.attacks_initial"].value
        deaths = _years_over(records, "attacks_annual/picss_deaths_in_attacks", origin, "value")
        counts = _years_over(records, "attacks_annual/picss_militant_attacks", origin, "value")
        both = sorted(year for year in deaths.keys() & counts.keys() if counts[year] > 0.0)
        if both:
            per_attack = deaths[both[-1]] / counts[both[-1]]
        values |= {"violence.attacks_initial": attacks, "history.fatalities": attacks * per_attack}
    return {name: min(max(value, parameters[name].low), parameters[name].high) for name, value in values.items()}


def _years_over(records: Records, series: str, origin: date, column: str, **where: str) -> dict[int, float]:
    """The first figure of each calendar year that ended before the origin, of rows with the cells `where`."""
    years: dict[int, float] = {}
    for row in records.get(series, ()):
        year, value = str(row.get("year")), row.get(column)
        meets = year.isdigit() and all(row.get(name) == cell for name, cell in where.items())
        if meets and isinstance(value, float | int) and date(int(year), 12, 31) < origin:
            years.setdefault(int(year), float(value))
    return years


def unknown_flows(state: Mapping[str, float]) -> frozenset[str]:
    """Flows of goods without a figure at the origin: the model starts from a later one."""
    starts = {"exports": "trade.export_initial", "imports": "trade.import_initial", "transit": "trade.transit_initial"}
    return frozenset(flow for flow, name in starts.items() if name not in state)


def _goods(records: Records, origin: date) -> dict[str, float]:
    names = {"exports_year": "export", "imports_year": "import", "transit_year": "transit"}
    goods = {}
    for measure, name in names.items():
        windows = known_before(read_measures()[measure], records, origin)
        if windows:
            goods[f"trade.{name}_initial"] = windows[-1].value / 1000.0
    return goods


def _returns(records: Records, origin: date) -> dict[str, float]:
    registered, without, of_all = (
        _years_over(records, f"refugees_annual/{name}", origin, "value_persons")
        for name in ("unhcr_returned_refugees_from_pak_to_afg", "returns_undocumented", "returns_all")
    )
    if not registered:
        return {}
    last = max(registered.keys() | of_all.keys())
    others = without[max(without)] if without else 0.0
    total, before = (
        of_all.get(year, registered.get(year, 0.0) + without.get(year, others)) for year in (last, last - 1)
    )
    return {"history.returns": total, "people.returned_initial": total + before}


def _attacks(records: Records, origin: date, months: int, left_out: Sequence[Span]) -> float | None:
    """Attacks a year at the origin in terms of PICSS; None without earlier figures."""
    own_months = replace(read_measures()["attacks_picss"], longer="")
    picss = monthly_history(own_months, records, origin)[-months:]
    observed = picss[np.isfinite(picss)]
    if observed.size >= months / 2.0:
        return float(12.0 * observed.mean())
    per_month = _years_over(records, "attacks_annual/picss_mean_attacks_per_month", origin, "value")
    years = {year: 12.0 * value for year, value in per_month.items()}
    years |= _years_over(records, "attacks_annual/picss_militant_attacks", origin, "value")
    if not years:
        pips = _years_over(records, "attacks_annual/pips_terrorist_attacks", origin, "value")
        return pips[max(pips)] if pips else None
    last = max(years)
    ucdp = [w for w in known_before(read_measures()["attacks_ucdp"], records, origin)
            if w.begin.year >= last and not overlaps(left_out, w.begin, w.end - timedelta(days=1))]  # fmt: skip
    of_year = [w.value for w in ucdp if w.begin.year == last]
    recent = [w.value for w in ucdp[-months:]]
    current = bool(ucdp) and (origin - ucdp[-1].end).days < 31 * months
    growth = float(np.mean(recent) / np.mean(of_year)) if current and sum(of_year) > 0.0 else 1.0
    return years[last] * growth


# -- stocks -----------------------------------------------------------------------------------------------------------


def known_stocks(records: Records, origin: date) -> dict[str, float]:
    """Central values of stocks of people and fighters, of aid and of deportations a year, as known on the day.

    After the day to which declared values refer, only those with a later figure.
    """
    if origin > DECLARED:
        return _later(records, origin)
    stocks = _persons(records, origin) | _deportations(records, origin)
    aid = _years_over(records, _AID, origin, "value", country="AFG")
    stocks["economy.aid_initial"] = aid[max(aid)] / 1e9
    if origin < TTP_OF_2024:
        stocks["security.ttp_strength_initial"] = TTP_OF_2022[0]
    return stocks


def _counts(records: Records, series: str, origin: date) -> dict[int, float]:
    """Counts of persons by year that were known on the day: of complete years, or taken earlier within a year."""
    counts: dict[int, float] = {}
    for row in records.get(f"refugees_annual/{series}", ()):
        year, value = int(str(row["year"])), row["value_persons"]
        known_from = _KNOWN_FROM.get((series, year), date(year + 1, 1, 1))
        if isinstance(value, float | int) and known_from <= origin:
            counts.setdefault(year, float(value))
    return counts


def _last(figures: Mapping[int, float]) -> float:
    """The figure of the last year; 0 where there is none."""
    return figures[max(figures)] if figures else 0.0


def _persons(records: Records, origin: date) -> dict[str, float]:
    """Holders of registration cards: UNHCR's last complete year, only before 2022 as its later figures include others,
    and the count of June 2023. Holders of citizen cards: the counts of May 2018 and June 2023. Others without papers:
    those with neither card in the model's initial state, or the mean of the estimates of June 2023, less returns
    counted since. Visas and claims: the last complete year.
    """

    def years(series: str) -> dict[int, float]:
        return _years_over(records, f"refugees_annual/{series}", origin, "value_persons")

    registered = {year: value for year, value in years("unhcr_refugees_afg_in_pak").items() if year < LATE.year}
    por, acc = _last(registered), _last(_counts(records, "acc_applications", origin))
    state = initial_state(origin)
    others = state["people.undocumented_initial"] + state["people.acc_initial"] - acc
    holders = _counts(records, "por_holders", origin)
    if holders:
        por, acc = _last(holders), _last(_counts(records, "acc_holders", origin))
        others = _estimated(records, origin, 0) or 0.0
    values = {"por": por, "acc": acc, "undocumented": others, "visa": _last(years(_CLAIMS))}
    return {f"people.{name}_initial": value for name, value in values.items()}


def _estimated(records: Records, origin: date, after: int) -> float | None:
    """People without papers: the mean of the estimates of the last year that has any, less returns counted since; None
    unless that year is later than `after`.
    """
    estimates = [_counts(records, series, origin) for series in _ESTIMATES]
    last = max((year for counts in estimates for year in counts), default=0)
    if last <= after:
        return None
    values = [counts[last] for counts in estimates if last in counts]
    since = _KNOWN_FROM.get((_ESTIMATES[0], last), date(last + 1, 1, 1))
    return max(sum(values) / len(values) - _returned_since(records, since, origin), 0.0)


def _later(records: Records, origin: date) -> dict[str, float]:
    """Stocks with a figure after the day to which declared values refer, clipped to their declared ranges."""
    ended = DECLARED.year - 1  # the last year whose end declared values know
    later = {
        f"people.{name}_initial": _counts(records, series, origin)
        for name, series in (("por", "por_holders"), ("acc", "acc_holders"), ("visa", _CLAIMS))
    }  # fmt: skip
    stocks = {name: _last(figures) for name, figures in later.items() if max(figures, default=0) > ended}
    others = _estimated(records, origin, ended)
    if others is not None:
        stocks["people.undocumented_initial"] = others
    aid = _years_over(records, _AID, origin, "value", country="AFG")
    if max(aid, default=0) > ended:
        stocks["economy.aid_initial"] = _last(aid) / 1e9
    sent = [(days_of(row), float(row["value_persons"] or 0.0)) for row in records.get(_DEPORTATIONS, ())]
    counted = [((last - first).days + 1, n) for (first, last), n in sent if first > DECLARED and last < origin]
    if counted:
        stocks["history.deportations"] = 365.0 * sum(n for _, n in counted) / sum(days for days, _ in counted)
    parameters = load_evidence().parameters
    return {name: min(max(value, parameters[name].low), parameters[name].high) for name, value in stocks.items()}


def _returned_since(records: Records, since: date, origin: date) -> float:
    """Returns of all statuses counted in the months from `since`, the first of a month, to the origin."""
    months = (origin.year - since.year) * 12 + origin.month - since.month
    history = monthly_history(replace(read_measures()["returns_all"], longer=""), records, origin)
    return float(np.nansum(history[-months:])) if months else 0.0


def _deportations(records: Records, origin: date) -> dict[str, float]:
    """Deportations a year at the rate of the last quiet months that had ended."""
    rows = [row for row in records.get(_DEPORTATIONS, ()) if row["period"] in QUIET_DEPORTATIONS]
    over = [row for row in rows if days_of(row)[1] < origin]
    return {"history.deportations": deportations_a_year(over[-1])} if over else {}


# -- growth ------------------------------------------------------------------------------------------------------------


def carried_growth(records: Records, origin: date, worlds: Worlds, params: Mapping[str, Parameter]) -> dict[str, Array]:
    """Growth of each group, (W,), from the record before the origin: the draws, shifted so that their centre is the
    share carried (`measurement.growth_carried`) of the mean yearly change of attacks in the last two complete years.

    Declared growth was read off years after most origins, and would give a forecast later information.
    """
    years = _years_over(records, "attacks_annual/pips_terrorist_attacks", origin, "value")
    last = max(years, default=0)
    before = years.get(last - 2, 0.0)
    trend = np.log(years[last] / before) / 2.0 if before > 0.0 and years[last] > 0.0 else 0.0
    carried = worlds.parameters["measurement.growth_carried"] * trend
    return {
        name: worlds.parameters[name] - params[name].value + carried
        for name in worlds.varied
        if name.startswith("security.growth_") and name != "security.growth_ceiling"
    }
