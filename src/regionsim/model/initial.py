"""The state at a start within the record: parameters that hold the starting point, as the observed series have them.

Core object: `initial_state`. Parameters are written for a start in mid-2025; a start between July 2022 and June 2025
takes its stocks and flows from the series instead. What no series gives (poverty, trust, hostility, informal trade,
strength of groups other than the TTP) stays as it is in 2025.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

from regionsim.errors import InputError
from regionsim.evidence import RECORD_ENDS, Evidence, load_evidence
from regionsim.scenario.dates import FIRST_START
from regionsim.scenario.shocks import CROSSINGS, BorderClosure

YEAR = timedelta(days=365)
CAMPAIGN = date(2023, 9, 15)
"""From this day the record counts the returns of the campaign of 2023 on."""
_FISCAL = {
    "trade.export_initial": "trade/pk_exports_to_af_customs",
    "trade.import_initial": "trade/pk_imports_from_af_customs",
    "trade.transit_initial": "trade/att_forward_via_pakistan",
}
_ATTACKS = {
    "violence.attacks_initial": ("attacks_annual/picss_militant_attacks", "events"),
    "history.fatalities": ("attacks_annual/picss_deaths_in_attacks", "deaths"),
}
_TTP = (3500.0, date(2022, 5, 31))  # 3,000-4,000 by the UN monitoring team in May 2022 (Q84)
_QUIET_DEPORTATIONS = ("2023-07..2023-09", "2024-01..2024-10")  # before and after the order of 2023
_POR, _ACC = "refugees_annual/por_holders", "refugees_annual/acc_holders"
_UNDOCUMENTED = ("refugees_annual/undocumented_estimate", "refugees_annual/undocumented_estimate_government")


@cache
def initial_state(start: date) -> dict[str, float]:
    """Parameters that a start on this day sets, in their declared units; none for a start after the record.

    Raises InputError for a start before the first state.
    """
    if start > RECORD_ENDS:
        return {}
    if start < FIRST_START:
        raise InputError(f"start: {start} is before the first state of the record (allowed: {FIRST_START} or later)")
    evidence = load_evidence()
    fiscal = start.year + (start.month >= 7)
    trade = {name: _of_year(evidence, series, fiscal) / 1000.0 for name, series in _FISCAL.items()}
    attacks = {name: _trailing(evidence, start, *where) for name, where in _ATTACKS.items()}
    strength = evidence.parameters["security.ttp_strength_initial"].value
    fighters = _between([_TTP, (strength, date(2024, 7, 1))], start)
    return trade | attacks | _people(evidence, start) | _closed(evidence, start) | {
        "security.ttp_strength_initial": fighters,
        "economy.aid_initial": _aid(evidence, start),
    }  # fmt: skip


def _of_year(evidence: Evidence, series: str, year: int) -> float:
    """The first figure of a series for a year."""
    return next(float(row["value_musd"] or 0.0) for row in evidence.series[series].records if row["year"] == year)


def _latest(evidence: Evidence, series: str) -> float:
    """The last figure of a series of persons."""
    return float(evidence.series[series].records[-1]["value_persons"] or 0.0)


def _between(points: Sequence[tuple[float, date]], when: date) -> float:
    """Straight lines between dated points, flat beyond the first and last."""
    if when <= points[0][1]:
        return points[0][0]
    for (low, since), (high, until) in pairwise(points):
        if when <= until:
            return low + (high - low) * (when - since).days / (until - since).days
    return points[-1][0]


def _trailing(evidence: Evidence, start: date, series: str, column: str) -> float:
    """The year before the start: calendar years by their share in it, 2025 at the pace of its months known."""
    years = {row["year"]: float(row["value"] or 0.0) for row in evidence.series[series].records}
    months = evidence.series["attacks_monthly/picss_monthly_national"].records
    known = [float(row[column] or 0.0) for row in months if row["year"] == 2025 and row[column] is not None]
    years[2025] = 12.0 * sum(known) / len(known)
    before = (start - date(start.year, 1, 1)).days / 365.0
    return before * years[start.year] + (1.0 - before) * years[start.year - 1]


def _returns(evidence: Evidence) -> Callable[[date], float]:
    """Persons returned since the campaign began, by day; negative before it, at the pace of 2023 up to then."""
    points = [(0.0, CAMPAIGN)]
    for row in evidence.series["refugee_returns/cumulative_returns"].records:
        begin, _, end = str(row["period"]).partition("..")
        if begin == CAMPAIGN.isoformat():
            points.append((float(row["value_persons"] or 0.0), date.fromisoformat(end)))
    points.sort(key=lambda point: point[1])
    returns = evidence.series["refugee_returns/returns"].records
    april = next(row for row in returns if row["period"] == "2025-04" and row["crossing"] == "all")
    points.append((points[-1][0] + float(april["value_persons"] or 0.0) + _BEFORE_APRIL, RECORD_ENDS))
    derived = evidence.series["refugee_returns/returns_derived"].records
    of_campaign = next(row for row in derived if row["period"] == "2023-09-15..2023-12-31")
    whole = _latest_of(evidence, "refugees_annual/returns_all", 2023)
    pace = (whole - float(of_campaign["value_persons"] or 0.0)) / (CAMPAIGN - date(2023, 1, 1)).days
    return lambda day: pace * (day - CAMPAIGN).days if day < CAMPAIGN else _between(points, day)


_BEFORE_APRIL = 103763.0  # 861,763 to 5 April 2025 (Q89) less 758,000 to October 2024


def _latest_of(evidence: Evidence, series: str, year: int) -> float:
    return next(float(row["value_persons"] or 0.0) for row in evidence.series[series].records if row["year"] == year)


def _people(evidence: Evidence, start: date) -> dict[str, float]:
    """Stocks: those of mid-2023 until the campaign, then toward those of 2025 as people returned. And the returns."""
    returned = _returns(evidence)
    left = 1.0 - max(returned(start), 0.0) / returned(RECORD_ENDS)
    low, high = (_latest(evidence, series) for series in _UNDOCUMENTED)
    stocks = {"por": _latest_of(evidence, _POR, 2023), "acc": _latest_of(evidence, _ACC, 2023)}
    stocks["undocumented"] = (low + high) / 2.0
    state = {}
    for status, then in stocks.items():
        name = f"people.{status}_initial"
        now = evidence.parameters[name].value
        state[name] = now + (then - now) * left
    state["history.returns"] = returned(start) - returned(start - YEAR)
    period = _QUIET_DEPORTATIONS[start >= CAMPAIGN]
    rows = evidence.series["refugee_returns/deportations"].records
    if start < date(2025, 4, 1):  # in April 2025 their pace changed to that of the parameter
        row = next(row for row in rows if row["period"] == period)
        state["history.deportations"] = 365.0 * float(row["value_persons"] or 0.0) / float(row["days"] or 1.0)
    if start < CAMPAIGN:
        state["people.tail_initial"] = 1.0  # no campaign lingers yet
    return state


def _closed(evidence: Evidence, start: date) -> dict[str, float]:
    """Days each crossing was shut to goods by a government in the year before the start."""
    days: dict[str, set[int]] = {name: set() for name in CROSSINGS}
    for event in evidence.timeline.values():
        shock = event.shock
        if not isinstance(shock, BorderClosure) or "cargo" not in shock.flows or shock.by == "protesters":
            continue
        first = shock.on.toordinal()
        shut = range(max(first, (start - YEAR).toordinal()), min(first + round(shock.days), start.toordinal()))
        for name in CROSSINGS if shock.crossing == "all" else (shock.crossing,):
            days[name].update(shut)
    return {f"border.closure_days_initial_{name}": float(len(found)) for name, found in days.items()}


def _aid(evidence: Evidence, start: date) -> float:
    """Aid in USD bn a year: the yearly figures at mid-year, then toward that of 2025."""
    rows = evidence.series["economy_annual/oda_net_received_constant_2023_usd"].records
    points = [
        (float(row["value"] or 0.0) / 1e9, date(int(str(row["year"])), 7, 1))
        for row in rows
        if row["country"] == "AFG" and int(str(row["year"])) >= 2021
    ]
    return _between([*points, (evidence.parameters["economy.aid_initial"].value, RECORD_ENDS)], start)
