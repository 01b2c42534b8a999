"""What was known on a day of the levels of trade and violence, from all that was reported by then, with its error.

Core objects: `Level`, `known_levels` and `known_rates`. Months, parts of years and years are read together
(`stats.levels`): a year says as much about the months in it as it can, and no month counts twice. Goods are those of
open gates: what shut gates held up says nothing of demand.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from operator import sub
from typing import NamedTuple

import numpy as np

from regionsim.evidence.holdout import Span, days_of, overlaps
from regionsim.evidence.measures import Measure, add_months, longer_of, read_measures, windows_of
from regionsim.evidence.publication import Known, Record
from regionsim.evidence.records import Parameter
from regionsim.schema.categories import CROSSINGS, GROUPS
from regionsim.schema.shocks import BorderClosure, Shock
from regionsim.schema.units import WEEKS_PER_YEAR
from regionsim.stats.levels import Array, Rate, Report, level_at_end, rates_at_end

type Parameters = Mapping[str, Parameter]

BACK = 96
"""Months before the day from which reports are read."""
_FEWEST = 0.3  # a window whose gates were open for less of it says nothing of demand
_GOODS = {
    "export": ("exports", "trade/pk_exports_to_af_customs"),
    "import": ("imports", "trade/pk_imports_from_af_customs"),
    "transit": ("transit", "trade/att_forward_via_pakistan"),
}
_PARTS = ("_month", "_two_months", "_partial", "")
_BOTH_WAYS, _BOTH_ERROR = "trade/att_total_via_pakistan", 0.1
"""Transit with what goes the other way, of which a declared share is forward, give or take a tenth."""
_ENOUGH = 3  # months whose deaths say how deadly attacks are
_PICSS, _PIPS, _UCDP = "attacks_monthly/picss_monthly_national", "attacks_pips", "attacks_ucdp"
_MEANS = "attacks_annual/picss_mean_attacks_per_month"
_BY_PROVINCE = ("attacks_monthly/picss_monthly_province", "attacks_annual/picss_attacks_by_province",
                "attacks_annual/pips_attacks_by_province")  # fmt: skip
_SETTLED = ("khyber pakhtunkhwa", "kp", "kp (settled)")
_TRIBAL, _WHOLE = ("former fata", "fata (merged into kp 2018)"), ("kp incl. former fata",)


class Level(NamedTuple):
    """A value in the unit of its parameter, the standard deviation of its log, its series, the last day it rests on."""

    value: float
    error: float
    series: str
    through: date


class _Months(NamedTuple):
    """The months before a day: first days, with the day after the last, and what passes in each by day, (T,)."""

    edges: list[date]
    passing: Array


def known_levels(
    records: Known, events: Iterable[Shock], parameters: Parameters, left_out: Sequence[Span] = (),
    measures: Mapping[str, Measure] | None = None,
) -> dict[str, Level]:  # fmt: skip
    """The level of each flow on the day of which `records` are what was known, by the parameter that starts it.

    Exports, imports and transit at open gates in USD bn a year; attacks a year in terms of PICSS, deaths in them, and
    the weight of Baloch groups. A flow of which nothing was known is missing. left_out: days whose rows were removed.
    measures: by default those of this installation.
    """
    edges = [add_months(records.day, k) for k in range(-BACK, 1)]
    shut = _shut(events, records.day, parameters)
    levels = {}
    for kind, (flow, series) in _GOODS.items():
        level = _goods(records, _passing(edges, shut, kind, parameters), flow, series, parameters)
        if level is not None:
            levels[f"trade.{kind}_initial"] = level
    return levels | _violence(records, edges, parameters, left_out, measures) | _theatres(records, edges, parameters)


def error_of_count(parameters: Parameters) -> float:
    """Standard deviation of the log of returns, given their count: by the range of the share that is counted."""
    return log_spread(parameters["measurement.returns_reported"])


def log_spread(parameter: Parameter) -> float:
    """Standard deviation of the log of a parameter, by the range of its draws; 0 without one."""
    low, high = (getattr(parameter.draw, end, 1.0) for end in ("low", "high"))
    return math.log(high / low) / math.sqrt(12.0)


def _held(level: float, name: str, parameters: Parameters) -> float:
    """A level within the range of its parameter."""
    return min(max(level, parameters[name].low), parameters[name].high)


# -- goods -------------------------------------------------------------------------------------------------------------


def _shut(events: Iterable[Shock], day: date, parameters: Parameters) -> dict[int, float]:
    """Share of goods that shut gates held up, by day before `day`; protesters let goods pass elsewhere no more."""
    shares = {name: parameters[f"trade.share_{name}"].value for name in CROSSINGS}
    total = sum(shares.values())
    gates: dict[int, set[str]] = {}
    for shock in events:
        if isinstance(shock, BorderClosure) and "cargo" in shock.flows and shock.on < day:
            end = min(shock.on.toordinal() + round(shock.days), day.toordinal())
            for one in range(shock.on.toordinal(), end):
                gates.setdefault(one, set()).update(shock.gates)
    return {one: sum(shares[name] for name in names) / total for one, names in gates.items()}


def _passing(edges: list[date], shut: Mapping[int, float], kind: str, parameters: Parameters) -> _Months:
    """Share of a mean month's goods in each month: by days, season and open gates, (T,)."""
    days = np.diff([edge.toordinal() for edge in edges])
    held = [sum(shut.get(one, 0.0) for one in range(first.toordinal(), last.toordinal()))
            for first, last in pairwise(edges)]  # fmt: skip
    wave = np.ones(days.size)
    if kind != "transit":
        strength, peak = (parameters[f"trade.season_{kind}{name}"].value for name in ("", "_peak"))
        weeks = (np.array([edge.month for edge in edges[:-1]]) - 0.5) * WEEKS_PER_YEAR / 12.0
        wave = np.exp(strength * np.cos(2.0 * np.pi / WEEKS_PER_YEAR * (weeks - peak)))
        wave = wave / wave[-12:].mean()
    return _Months(edges, np.asarray((1.0 - np.array(held) / days) * wave))


def _shares(months: _Months, begin: date, end: date) -> tuple[Array, float] | None:
    """Shares of the months in a window, (T,), adding up to 1, and what a level of 1 a month gives in it; None where it
    begins before them.
    """
    starts, ends = ([edge.toordinal() for edge in edges] for edges in (months.edges[:-1], months.edges[1:]))
    common = np.minimum(ends, end.toordinal()) - np.maximum(starts, begin.toordinal())
    within = np.maximum(common, 0.0) / np.subtract(ends, starts)
    parts, whole = within * months.passing, within.sum()
    if begin < months.edges[0] or end > months.edges[-1] or parts.sum() < _FEWEST * whole or not whole:
        return None
    return parts / parts.sum(), float(parts.sum())


def _goods(records: Known, months: _Months, flow: str, series: str, parameters: Parameters) -> Level | None:
    """The level of a flow of goods at open gates; the first figure of a window counts."""
    reports: dict[tuple[date, date], Report] = {}
    kinds = [(series, 1.0, parameters["measurement.figure_error"].value)]
    if flow == "transit":
        kinds.append((_BOTH_WAYS, parameters["history.forward_per_transit"].value, _BOTH_ERROR))
    for start, times, error in kinds:
        for row in (row for part in _PARTS for row in records.get(start + part, ())):
            first, last = days_of(row)
            begin, end, value = first, last + timedelta(days=1), row["value_musd"]
            shares = _shares(months, begin, end)
            if shares is not None and isinstance(value, float | int) and value > 0.0:
                log = math.log(times * value / shares[1])
                reports.setdefault((begin, end), Report(shares[0], log, error))
    if not reports:
        return None
    walk, noise = (parameters[f"measurement.{flow}_{name}"].value for name in ("walk", "noise"))
    log, sd = level_at_end(list(reports.values()), walk, noise, {})
    through = max(end for _, end in reports) - timedelta(days=1)
    name = f"trade.{flow.removesuffix('s')}_initial"
    return Level(_held(12.0 * math.exp(log) / 1000.0, name, parameters), sd, series, through)


# -- violence ----------------------------------------------------------------------------------------------------------


def known_rates(
    records: Known, parameters: Parameters, left_out: Sequence[Span] = ()
) -> dict[str, tuple[float, float]]:
    """Log of the rates at which PIPS and UCDP report attacks on the day, for one of PICSS, and their standard
    deviations, by measure; none where nothing was known.
    """
    edges = [add_months(records.day, k) for k in range(-BACK, 1)]
    reports, noise, rates = _attacks(records, edges, parameters, left_out, None)
    return rates_at_end(list(reports.values()), parameters["violence.walk_sd"].value, noise, rates) if reports else {}


def _violence(
    records: Known, edges: list[date], parameters: Parameters, left_out: Sequence[Span],
    measures: Mapping[str, Measure] | None,
) -> dict[str, Level]:  # fmt: skip
    """Attacks a year by all groups in terms of PICSS, and deaths in them."""
    reports, noise, rates = _attacks(records, edges, parameters, left_out, measures)
    if not reports:
        return {}
    log, sd = level_at_end(list(reports.values()), parameters["violence.walk_sd"].value, noise, rates)
    name, through = "violence.attacks_initial", max(end for _, _, end in reports) - timedelta(days=1)
    attacks = _held(12.0 * math.exp(log), name, parameters)
    found = {name: Level(attacks, sd, _PICSS, through)}
    deaths = _held(attacks * _deaths_per_attack(records, parameters), "history.fatalities", parameters)
    return found | {"history.fatalities": Level(deaths, 0.0, _PICSS, through)}


def _attacks(
    records: Known, edges: list[date], parameters: Parameters, left_out: Sequence[Span],
    measures: Mapping[str, Measure] | None,
) -> tuple[dict[tuple[str, date, date], Report], float, dict[str, Rate]]:  # fmt: skip
    """Reports of attacks, scatter of a month about its level, and the rates of sources.

    Months and years of PICSS count as they are; those of PIPS and UCDP at rates of their own, which drift.
    """
    even = _Months(edges, np.ones(len(edges) - 1))
    measures, last = read_measures() if measures is None else measures, records.day - timedelta(days=1)
    own = measures["attacks_picss"]
    windows = [(_PICSS, window) for window in (*windows_of(own, records, last), *longer_of(own, records, last))]
    means = replace(own, longer=_MEANS)
    windows += [(_PICSS, w._replace(value=12.0 * w.value)) for w in longer_of(means, records, last)]
    windows += [(id, window) for id in (_PIPS, _UCDP) for window in windows_of(measures[id], records, last)]
    reports: dict[tuple[str, date, date], Report] = {}
    a_month: list[tuple[date, float]] = []
    """Attacks a month in terms of PICSS."""
    rates = {id: _rate(parameters, measures[id].rate) for id in (_PIPS, _UCDP)}
    for source, (begin, end, value) in windows:
        shares = _shares(even, begin, end)
        if shares is None or overlaps(left_out, begin, end - timedelta(days=1)):
            continue
        counted = max(value, 0.5)
        error = parameters["measurement.figure_error"].value if source == _PICSS else counted**-0.5
        reports.setdefault((source, begin, end), Report(shares[0], math.log(counted / shares[1]), error, source))
        a_month.append((end, counted / shares[1] / (math.exp(rates[source].mean) if source in rates else 1.0)))
    recent = [events for _, events in sorted(a_month)[-12:]] or [1.0]
    noise = math.sqrt(parameters["measurement.level_dispersion"].value / float(np.mean(recent)))
    return reports, noise, rates


def _rate(parameters: Parameters, name: str) -> Rate:
    """How a source's rate moves: about its declared value, by a quarter of its declared range, with drift."""
    rate = parameters[name]
    spread = (math.log(getattr(rate.draw, "high", rate.high)) - math.log(getattr(rate.draw, "low", rate.low))) / 4.0
    drift, half_life = (parameters[f"measurement.attack_rate_{part}"].value for part in ("drift", "half_life"))
    return Rate(math.log(rate.value), spread, drift, half_life)


def _deaths_per_attack(records: Known, parameters: Parameters) -> float:
    """Deaths in an attack: of the last six months of PICSS within a year that have both, of three at least, else of its
    last year with both, else as declared.
    """

    def number(row: Record, column: str) -> float | None:
        value = row.get(column)
        return float(value) if isinstance(value, float | int) else None

    months = [
        (days_of(row)[0], number(row, "events"), number(row, "deaths")) for row in records.get(_PICSS, ())
        if (records.day - days_of(row)[0]).days <= 366
    ]  # fmt: skip
    both: list[tuple[float, float | None]] = []
    both += [(events, deaths) for _, events, deaths in sorted(months) if events and deaths is not None][-6:]
    if len(both) < _ENOUGH:
        attacks, dead = (
            {row["year"]: number(row, "value") for row in records.get(f"attacks_annual/picss_{name}", ())}
            for name in ("militant_attacks", "deaths_in_attacks")
        )
        years = sorted(int(str(year)) for year in attacks.keys() & dead.keys() if attacks[year] and dead[year])
        both = [(attacks[years[-1]] or 1.0, dead[years[-1]])] if years else []
    if not both:
        return parameters["history.fatalities"].value / parameters["violence.attacks_initial"].value
    return sum(deaths or 0.0 for _, deaths in both) / sum(events for events, _ in both)


def _theatres(records: Known, edges: list[date], parameters: Parameters) -> dict[str, Level]:
    """The weight of Baloch groups that gives the share of Balochistan in attacks there and in Khyber Pakhtunkhwa, and
    the declared weight, which rests on counts by group, together: each counts by its error.
    """
    even = _Months(edges, np.ones(len(edges) - 1))
    reports, through = [], date.min
    dispersion = parameters["measurement.level_dispersion"].value
    for (first, last), (south, north) in sorted(_by_theatre(records).items()):
        shares = _shares(even, first, last + timedelta(days=1))
        if shares is not None and south is not None and north is not None:
            south, north = south + 0.5, north + 0.5
            error = math.sqrt(dispersion * (1.0 / south + 1.0 / north))
            reports.append(Report(shares[0], math.log(south / north), error))
            through = max(through, last)
    if not reports:
        return {}
    apart = parameters["violence.walk_sd"].value * math.sqrt(2.0 * (1.0 - parameters["violence.walk_common"].value))
    log, sd = level_at_end(reports, apart, 0.0, {})
    name = "violence.share_baloch"
    low, centre, high = (_baloch_weight(log + step, parameters) for step in (-sd, 0.0, sd))
    declared = parameters[name]
    ends = (math.log(getattr(declared.draw, end, declared.value)) for end in ("low", "high"))
    declared_error = max(-sub(*ends), 1e-3) / math.sqrt(12.0)
    precise = (math.log(high / low) / 2.0) ** -2, declared_error**-2
    both = (precise[0] * math.log(centre) + precise[1] * math.log(declared.value)) / sum(precise)
    return {name: Level(_held(math.exp(both), name, parameters), sum(precise) ** -0.5, _BY_PROVINCE[0], through)}


def _by_theatre(records: Known) -> dict[Span, tuple[float | None, float | None]]:
    """Attacks in Balochistan and in Khyber Pakhtunkhwa with the former tribal areas by days, from one source each."""
    counts: dict[tuple[str, Span], dict[str, float]] = {}
    for id in _BY_PROVINCE:
        for row in records.get(id, ()):
            value = row.get("events", row.get("value"))
            if isinstance(value, float | int) and row.get("unit", "attacks") == "attacks":
                place = str(row.get("area", row["group"])).removeprefix("province: ").lower()
                counts.setdefault((id, days_of(row)), {}).setdefault(place, float(value))
    found: dict[Span, tuple[float | None, float | None]] = {}
    for (_, days), by_place in counts.items():
        settled, tribal, whole = (
            next((by_place[name] for name in names if name in by_place), None) for names in (_SETTLED, _TRIBAL, _WHOLE)
        )
        if whole is None and settled is not None and tribal is not None:
            whole = settled + tribal
        found.setdefault(days, (by_place.get("balochistan"), whole))
    return found


def _baloch_weight(log_odds: float, parameters: Parameters) -> float:
    """Weight of Baloch groups, beside those of the others, at which attacks have these odds of being in Balochistan
    rather than in Khyber Pakhtunkhwa.
    """

    def value(name: str) -> float:
        return parameters[f"violence.{name}"].value

    share = 1.0 / (1.0 + math.exp(-log_odds))
    weights = {group: value(f"share_{group}") for group in GROUPS}
    others = sum(weight for group, weight in weights.items() if group != "baloch")

    def places(group: str) -> tuple[float, float]:
        """Share of a group's attacks in Balochistan, and in both theatres."""
        south = value(f"{group}_in_balochistan")
        return south, south + value(f"{group}_in_khyber_pakhtunkhwa") + value(f"{group}_in_former_fata")

    south, both = (sum(weights[group] / others * places(group)[k] for group in GROUPS if group != "baloch")
                   for k in (0, 1))  # fmt: skip
    own_south, own_both = places("baloch")
    part = (share * both - south) / (own_south - south - share * (own_both - both))
    part = min(max(part, 0.02), 0.9)
    return others * part / (1.0 - part)
