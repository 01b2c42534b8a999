"""Vintage data: the state of a past day as it was known on that day, for forecasts made then.

Core objects: `as_known` (the record as published by a day), `known_state` (levels, with their errors, and flows),
`known_stocks` (central values that draws are moved to) and `carried_growth`. The model's start in the past plays what
happened and interpolates to later figures; here only what had been published counts, levels are filtered from all of it
(`evidence.known_levels`), and a stock is its last figure. Where the record has no earlier figure, that of the model's
initial state stands in (`KNOWN_TOO_WELL`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from regionsim.evidence import load_evidence
from regionsim.evidence.holdout import Span, days_of
from regionsim.evidence.known_levels import error_of_count, known_levels
from regionsim.evidence.measures import Records, read_measures
from regionsim.evidence.publication import Known, known_from
from regionsim.evidence.records import Parameter
from regionsim.history.measurement import Array, monthly_history
from regionsim.model.initial_state import (
    QUIET_DEPORTATIONS,
    TTP_OF_2022,
    TTP_OF_2024,
    deportations_a_year,
    initial_state,
)
from regionsim.model.record_state import LATE
from regionsim.schema.dates import DECLARED
from regionsim.schema.quantities import LogNormal
from regionsim.schema.shocks import Shock

if TYPE_CHECKING:
    from regionsim.model.worlds import Worlds

KNOWN_TOO_WELL = ("people.undocumented_initial", "history.deportations", "security.ttp_strength_initial")
"""Read off later figures, as the record has none earlier: people without papers before July 2023, who were estimated
in 2016 and in 2023, deportations before October 2023, and fighters of the TTP before May 2022.
"""
_ESTIMATES = ("undocumented_estimate", "undocumented_estimate_government")
_CARDS = ("acc_applications", "por_holders", "acc_holders")
_MOST = 0.75
"""Share of the months of a year that must be known for its returns to be those of the months."""
_CLAIMS = "unhcr_asylum_seekers_afg_in_pak"
_AID = "economy_annual/oda_net_received_constant_2023_usd"
_DEPORTATIONS = "refugee_returns/deportations"
STATE_SERIES = frozenset(
    {_AID, _DEPORTATIONS}
    | {f"refugees_annual/{series}" for series in (*_CARDS, *_ESTIMATES)}
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


def as_known(records: Records, day: date) -> Known:
    """The record as it was published by a day; one that already is so stays as it is."""
    if isinstance(records, Known) and records.day == day:
        return records
    return Known(records, day, load_evidence().waits, days_of)


def known_state(
    records: Records, origin: date, parameters: Mapping[str, Parameter], events: Iterable[Shock],
    left_out: Sequence[Span] = (),
) -> dict[str, float | LogNormal]:  # fmt: skip
    """Parameters of the initial state from what had been published by the origin, in declared units.

    Levels of trade and violence with their errors, from every report (`known_levels`). Returns, with the error of their
    count: of the last year where most of its months are known, else of the last complete calendar year; those lately
    returned: of two. left_out: days whose rows were removed from the records, where a month without a row is not a
    month without attacks.
    """
    known = as_known(records, origin)
    levels = known_levels(known, events, parameters, left_out)
    state: dict[str, float | LogNormal] = {
        name: LogNormal(distribution="lognormal", median=level.value, sigma=level.error) if level.error else level.value
        for name, level in levels.items()
    }
    error = error_of_count(parameters)
    for name, value in _returns(known, origin).items():
        median = min(max(value, parameters[name].low), parameters[name].high)
        exact = not error or median <= 0.0
        state[name] = median if exact else LogNormal(distribution="lognormal", median=median, sigma=error)
    return state


def _years_over(records: Records, series: str, origin: date, column: str, **where: str) -> dict[int, float]:
    """The first figure of each calendar year that ended before the origin, of rows with the cells `where`."""
    years: dict[int, float] = {}
    for row in records.get(series, ()):
        year, value = str(row.get("year")), row.get(column)
        meets = year.isdigit() and all(row.get(name) == cell for name, cell in where.items())
        if meets and isinstance(value, float | int) and date(int(year), 12, 31) < origin:
            years.setdefault(int(year), float(value))
    return years


def unknown_flows(state: Mapping[str, float | LogNormal]) -> frozenset[str]:
    """Flows of goods without a figure at the origin: the model starts from a later one."""
    starts = {"exports": "trade.export_initial", "imports": "trade.import_initial", "transit": "trade.transit_initial"}
    return frozenset(flow for flow, name in starts.items() if name not in state)


def _returns(records: Known, origin: date) -> dict[str, float]:
    registered, without, of_all = (
        _years_over(records, f"refugees_annual/{name}", origin, "value_persons")
        for name in ("unhcr_returned_refugees_from_pak_to_afg", "returns_undocumented", "returns_all")
    )
    months = monthly_history(replace(read_measures()["returns_all"], longer=""), records, origin)
    recent, earlier = months[-12:], months[-24:-12]
    if earlier.size == 12 and min(np.isfinite(recent).mean(), np.isfinite(earlier).mean()) >= _MOST:
        now, then = (12.0 * float(np.nanmean(part)) for part in (recent, earlier))
        return {"history.returns": now, "people.returned_initial": now + then}
    if not registered:
        return {}
    last = max(registered.keys() | of_all.keys())
    others = without[max(without)] if without else 0.0
    total, before = (
        of_all.get(year, registered.get(year, 0.0) + without.get(year, others)) for year in (last, last - 1)
    )
    return {"history.returns": total, "people.returned_initial": total + before}


# -- stocks -----------------------------------------------------------------------------------------------------------


def known_stocks(records: Records, origin: date) -> dict[str, float]:
    """Central values of stocks of people and fighters, of aid and of deportations a year, as known on the day.

    After the day to which declared values refer, only those with a later figure.
    """
    records = as_known(records, origin)
    if origin > DECLARED:
        return _later(records, origin)
    stocks = _persons(records, origin) | _deportations(records, origin)
    aid = _years_over(records, _AID, origin, "value", country="AFG")
    stocks["economy.aid_initial"] = aid[max(aid)] / 1e9
    if origin < TTP_OF_2024:
        stocks["security.ttp_strength_initial"] = TTP_OF_2022[0]
    return stocks


def _counts(records: Known, series: str) -> dict[int, float]:
    """Counts of persons by year that were known on the day."""
    counts: dict[int, float] = {}
    for row in records.get(f"refugees_annual/{series}", ()):
        value = row["value_persons"]
        if isinstance(value, float | int):
            counts.setdefault(int(str(row["year"])), float(value))
    return counts


def _last(figures: Mapping[int, float]) -> float:
    """The figure of the last year; 0 where there is none."""
    return figures[max(figures)] if figures else 0.0


def _persons(records: Known, origin: date) -> dict[str, float]:
    """Holders of registration cards: UNHCR's last complete year, only before 2022 as its later figures include others,
    and the count of June 2023. Holders of citizen cards: the counts of May 2018 and June 2023. Others without papers:
    those with neither card in the model's initial state, or the mean of the estimates of June 2023, less returns
    counted since. Visas and claims: the last complete year.
    """

    def years(series: str) -> dict[int, float]:
        return _years_over(records, f"refugees_annual/{series}", origin, "value_persons")

    registered = {year: value for year, value in years("unhcr_refugees_afg_in_pak").items() if year < LATE.year}
    por, acc = _last(registered), _last(_counts(records, "acc_applications"))
    state = initial_state(origin)
    others = state["people.undocumented_initial"] + state["people.acc_initial"] - acc
    holders = _counts(records, "por_holders")
    if holders:
        por, acc = _last(holders), _last(_counts(records, "acc_holders"))
        others = _estimated(records, origin, 0) or 0.0
    values = {"por": por, "acc": acc, "undocumented": others, "visa": _last(years(_CLAIMS))}
    return {f"people.{name}_initial": value for name, value in values.items()}


def _estimated(records: Known, origin: date, after: int) -> float | None:
    """People without papers: the mean of the estimates of the last year that has any, less returns counted since; None
    unless that year is later than `after`.
    """
    estimates = [_counts(records, series) for series in _ESTIMATES]
    last = max((year for counts in estimates for year in counts), default=0)
    if last <= after:
        return None
    values = [counts[last] for counts in estimates if last in counts]
    since = known_from(records.waits, f"refugees_annual/{_ESTIMATES[0]}", date(last, 12, 31))
    return max(sum(values) / len(values) - _returned_since(records, since, origin), 0.0)


def _later(records: Known, origin: date) -> dict[str, float]:
    """Stocks with a figure after the day to which declared values refer, clipped to their declared ranges."""
    ended = DECLARED.year - 1  # the last year whose end declared values know
    later = {
        f"people.{name}_initial": _counts(records, series)
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


def _returned_since(records: Known, since: date, origin: date) -> float:
    """Returns of all statuses counted in the months from `since`, the first of a month, to the origin."""
    months = max((origin.year - since.year) * 12 + origin.month - since.month, 0)
    history = monthly_history(replace(read_measures()["returns_all"], longer=""), records, origin)
    return float(np.nansum(history[-months:])) if months else 0.0


def _deportations(records: Known, origin: date) -> dict[str, float]:
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
    years = _years_over(as_known(records, origin), "attacks_annual/pips_terrorist_attacks", origin, "value")
    last = max(years, default=0)
    before = years.get(last - 2, 0.0)
    trend = np.log(years[last] / before) / 2.0 if before > 0.0 and years[last] > 0.0 else 0.0
    carried = worlds.parameters["measurement.growth_carried"] * trend
    return {
        name: worlds.parameters[name] - params[name].value + carried
        for name in worlds.varied
        if name.startswith("security.growth_") and name != "security.growth_ceiling"
    }
