"""Figures of the record for a start on any day from January 2014: read, joined and interpolated.

Core objects: `RecordedValue` (a value, its series, and how it was obtained) and one function for each part of the
state. Sources are never mixed within a series: where one ends, another of the same quantity continues it by a declared
factor (`history.*_per_*`). Registration is not a flow: holders of citizen cards of 2018 are taken out of the
undocumented, not added to them.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from regionsim.evidence.inputs import Inputs
from regionsim.schema.dates import DECLARED, FIRST_START
from regionsim.schema.shocks import StatusChange

type Lookup = Callable[[str], float]
"""The value of a parameter."""

YEAR = timedelta(days=365)
LATE = date(2022, 7, 1)
"""From this day on `initial_state` gives the stocks of persons, from series around the campaign of 2023."""
TAKEOVER = date(2021, 8, 15)
"""The takeover of Kabul (cross_border_incidents)."""


class RecordedValue(NamedTuple):
    """A value in the unit of its parameter; the series or claim it rests on; how: figure, interpolated, held, ...; the
    standard deviation of its log, 0 where the draws of the parameter are taken as they are.
    """

    value: float
    source: str
    how: str
    error: float = 0.0


def between(points: Sequence[tuple[float, date]], when: date) -> float:
    """Linear interpolation between dated points, constant beyond the first and last."""
    if when <= points[0][1]:
        return points[0][0]
    for (low, since), (high, until) in pairwise(points):
        if when <= until:
            return low + (high - low) * (when - since).days / (until - since).days
    return points[-1][0]


def _years(evidence: Inputs, series: str, value: str) -> dict[int, float]:
    """The first figure of each year."""
    figures: dict[int, float] = {}
    for row in evidence.series[series].records:
        if row[value] is not None:
            figures.setdefault(int(str(row["year"])), float(row[value] or 0.0))
    return figures


def _of_year(years: Mapping[int, float], year: int) -> tuple[float, str]:
    """The figure of a year and how it was obtained: interpolated where missing, held beyond the first and last."""
    if year in years:
        return years[year], "figure"
    dated = sorted(years)
    if not dated[0] < year < dated[-1]:
        return years[dated[0] if year < dated[0] else dated[-1]], "held"
    low, high = max(y for y in dated if y < year), min(y for y in dated if y > year)
    return years[low] + (years[high] - years[low]) * (year - low) / (high - low), f"between {low} and {high}"


# -- trade ------------------------------------------------------------------------------------------------------------


def trade(evidence: Inputs, start: date, lookup: Lookup) -> dict[str, RecordedValue]:
    """Goods by customs and forward transit, USD bn in the fiscal year of the start."""
    fiscal = start.year + (start.month >= 7)
    exports, imports = (f"trade/pk_{kind}_customs" for kind in ("exports_to_af", "imports_from_af"))
    transit, both_ways = "trade/att_forward_via_pakistan", "trade/att_total_via_pakistan"
    state = {}
    for name, series in (("export", exports), ("import", imports)):
        value, how = _of_year(_years(evidence, series, "value_musd"), fiscal)
        state[f"trade.{name}_initial"] = RecordedValue(value / 1000.0, series, how)
    forward, total = (_years(evidence, series, "value_musd") for series in (transit, both_ways))
    share = lookup("history.forward_per_transit")
    joined = {year: value * share for year, value in total.items()} | forward
    value, how = _of_year(joined, fiscal)
    spliced = fiscal in total and fiscal not in forward
    state["trade.transit_initial"] = (
        RecordedValue(value / 1000.0, both_ways, "joined") if spliced else RecordedValue(value / 1000.0, transit, how)
    )
    return state


# -- violence ---------------------------------------------------------------------------------------------------------

_ATTACKS = ("attacks_annual/picss_militant_attacks", "attacks_annual/pips_terrorist_attacks", "events")
_DEATHS = ("attacks_annual/picss_deaths_in_attacks", "attacks_annual/pips_deaths_in_attacks", "deaths")
_MONTHLY_MEAN = "attacks_annual/picss_mean_attacks_per_month"


def violence(evidence: Inputs, start: date, lookup: Lookup) -> dict[str, RecordedValue]:
    """Attacks and deaths of the year before the start, on the counting basis of PICSS.

    Calendar years count by their share in it; 2025 is at the pace of its known months. A year without a PICSS count
    takes the PIPS count times the declared ratio of the two.
    """
    return {
        "violence.attacks_initial": _trailing(evidence, start, _ATTACKS, lookup("history.picss_per_pips_attacks")),
        "history.fatalities": _trailing(evidence, start, _DEATHS, lookup("history.picss_per_pips_deaths")),
    }


def _trailing(evidence: Inputs, start: date, names: tuple[str, str, str], factor: float) -> RecordedValue:
    picss, pips, column = names
    continued = {year: factor * value for year, value in _years(evidence, pips, "value").items()}
    if column == "events":
        continued |= {year: 12.0 * value for year, value in _years(evidence, _MONTHLY_MEAN, "value").items()}
    counted = _years(evidence, picss, "value")
    months = evidence.series["attacks_monthly/picss_monthly_national"].records
    monthly = [float(row[column] or 0.0) for row in months if row["year"] == 2025 and row[column] is not None]
    counted[2025] = 12.0 * sum(monthly) / len(monthly)
    years = continued | counted
    now, now_how = _of_year(years, start.year)
    last, last_how = _of_year(years, start.year - 1)
    before = (start - date(start.year, 1, 1)).days / 365.0
    own = counted.keys() | (_years(evidence, _MONTHLY_MEAN, "value").keys() if column == "events" else set())
    sources = {picss if year in own else f"{picss}, {pips}" for year in (start.year, start.year - 1)}
    how = "joined" if any(pips in source for source in sources) else " and ".join(sorted({now_how, last_how}))
    return RecordedValue(before * now + (1.0 - before) * last, max(sources, key=len), how)


# -- people before July 2022 ------------------------------------------------------------------------------------------

_REFUGEES = "refugees_annual/unhcr_refugees_afg_in_pak"
_BOTH = "refugees_annual/registered_plus_undocumented_stock"
_PRESS = "S188"
_CARDS = "refugees_annual/acc_applications"
_CAME = "refugees_annual/unhcr_new_displacement_flow_refugee_like_afg_to_pak"
_ASYLUM = "refugees_annual/unhcr_asylum_seekers_afg_in_pak"
_WITH_PAPERS = "refugees_annual/unhcr_returned_refugees_from_pak_to_afg"
_WITHOUT = "refugees_annual/returns_undocumented"
_CARDS_BEGIN, _CARDS_END = date(2017, 7, 1), date(2018, 5, 24)  # registration for citizen cards; the count is of May
_PUSH = date(2016, 7, 1)  # the stock of 2016 is that at the start of the push


def people(
    evidence: Inputs, start: date, later: Callable[[Inputs, date], dict[str, RecordedValue]]
) -> dict[str, RecordedValue]:
    """Stocks and returns before July 2022, joined to those of `later`."""
    then = later(evidence, LATE)
    registered = _years(evidence, _REFUGEES, "value_persons")
    por = [(value, date(year, 12, 31)) for year, value in sorted(registered.items()) if year < LATE.year]
    unregistered = _years(evidence, _BOTH, "value_persons")[_PUSH.year] - registered[_PUSH.year - 1]
    came = _years(evidence, _CAME, "value_persons")
    cards, at_last = then["people.acc_initial"], then["people.undocumented_initial"]
    # the estimates of 2023 include those who came after the takeover
    at_takeover = cards.value + at_last.value - came[2021] - came[2022] / 2.0
    held = [(0.0, _CARDS_BEGIN), (_years(evidence, _CARDS, "value_persons")[2018], _CARDS_END), (cards.value, LATE)]
    all_without = [(unregistered, _PUSH), (at_takeover, TAKEOVER), (cards.value + at_last.value, LATE)]
    acc = between(held, start)
    pace = then["history.returns"].value
    returned, before = _returned(evidence, start, pace), _returned(evidence, max(start - YEAR, FIRST_START), pace)
    asylum = [(value, date(year, 12, 31)) for year, value in _years(evidence, _ASYLUM, "value_persons").items()]
    return {
        "people.por_initial": RecordedValue(
            between([*por, (then["people.por_initial"].value, LATE)], start), _REFUGEES, "interpolated"
        ),
        "people.acc_initial": RecordedValue(acc, f"{_CARDS}, {cards.source}", "interpolated; registration, not a flow"),
        "people.undocumented_initial": RecordedValue(
            between(all_without, start) - acc, f"{_BOTH}, {at_last.source}, {_CAME}", "interpolated"
        ),
        "people.visa_initial": RecordedValue(
            between(sorted(asylum, key=lambda point: point[1]), start), _ASYLUM, "interpolated"
        ),
        "history.returns": returned,
        "people.returned_initial": returned._replace(value=returned.value + before.value),
        "history.deportations": then["history.deportations"]._replace(how="held"),
    }


def documents(evidence: Inputs, start: date) -> dict[str, RecordedValue]:
    """Whether the cards of each kind were valid: by the last dated change before the start, valid before the first."""
    state = {card: RecordedValue(1.0, _PRESS, "valid before the first change") for card in ("por", "acc")}
    for event in evidence.timeline.values():
        if isinstance(event.shock, StatusChange) and event.shock.on < start:
            state[event.shock.status] = RecordedValue(float(event.shock.to == "valid"), event.source, event.id)
    return {f"people.{card}_valid_initial": value for card, value in state.items()}


def _returned(evidence: Inputs, start: date, pace: float) -> RecordedValue:
    """Returns of the year before the start: with papers (UNHCR) and without (IOM), which are different people."""
    rows = evidence.series[_WITHOUT].records + evidence.series["refugees_annual/returns_undocumented_partial"].records
    without = {int(str(row["year"])): float(row["value_persons"] or 0.0) / _part(str(row["note"])) for row in rows}
    without |= _years(evidence, "refugees_annual/returns_undocumented_via_torkham", "value_persons")
    without |= _years(evidence, "refugees_annual/returns_undocumented_half_year", "value_persons")
    with_papers = _years(evidence, _WITH_PAPERS, "value_persons")
    years = {year: _of_year(without, year)[0] + with_papers[year] for year in range(2013, LATE.year)}
    years[LATE.year] = pace
    before = (start - date(start.year, 1, 1)).days / 365.0
    value = before * years[start.year] + (1.0 - before) * years[start.year - 1]
    gap = {2013, 2015, LATE.year} & {start.year, start.year - 1}
    return RecordedValue(value, f"{_WITH_PAPERS}, {_WITHOUT}", "interpolated" if gap else "figure")


def _part(note: str) -> float:
    """The part of a year that a count covers, from its note such as `11.5 months`; 1 where it names none."""
    number, _, unit = note.partition(" ")
    return float(number) / 12.0 if unit.startswith("months") else 1.0


# -- aid, and who governs ---------------------------------------------------------------------------------------------

_AID = "economy_annual/oda_net_received_constant_2023_usd"


def aid_points(evidence: Inputs) -> list[tuple[float, date]]:
    """Aid in USD bn a year by day: yearly figures at mid-year, and the declared value on its day."""
    points = [
        (float(row["value"] or 0.0) / 1e9, date(int(str(row["year"])), 7, 1))
        for row in evidence.series[_AID].records
        if row["country"] == "AFG"
    ]
    points.append((evidence.parameters["economy.aid_initial"].value, DECLARED))
    return sorted(points, key=lambda point: point[1])


def aid(evidence: Inputs, start: date) -> RecordedValue:
    """Aid in USD bn a year at the start."""
    return RecordedValue(between(aid_points(evidence), start), _AID, "interpolated")


_FROM_IRAN = "refugees_annual/unhcr_returned_refugees_from_irn_to_afg"


def returned_from_iran(evidence: Inputs, day: date) -> float:
    """Persons returned from Iran in the year before a day: calendar years by their share, the last figure held."""
    years = _years(evidence, _FROM_IRAN, "value_persons")
    before = (day - date(day.year, 1, 1)).days / 365.0
    return before * _of_year(years, day.year)[0] + (1.0 - before) * _of_year(years, day.year - 1)[0]


def politics(start: date, lookup: Lookup) -> dict[str, RecordedValue]:
    """What the takeover changed at once: who rules, foreign forces, and works not begun; nothing for later starts."""
    if start >= TAKEOVER:
        return {}
    state = {
        f"climate.{name}_initial": RecordedValue(lookup(f"history.{name}_before"), "cross_border_incidents", "assumed")
        for name in ("taliban_rule", "foreign_forces")
    }
    return state | {
        f"projects.{name}_built": RecordedValue(0.0, "Q50, CT14", "assumed") for name in ("casa", "tapi", "wakhan")
    }
