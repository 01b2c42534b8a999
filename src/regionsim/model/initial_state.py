"""The state at a start within the record: parameters of the starting state, from the observed series.

Core objects: `initial_state`, and `provenance`, which gives the series of every such parameter and how it was obtained.
Parameters are written for a start in mid-2025; a start from January 2014 to June 2025 takes its stocks and flows from
the series instead (`record_state` for starts before July 2022), and so does one after the briefs' present
(`later_state`). What no series gives (poverty, trust, hostility, informal trade, arrivals, strength of groups other
than the TTP) keeps its value of 2025. A start in the past plays what happened and may read figures that came later; one
from July 2025 on looks ahead, and takes levels of trade and violence with their errors from what was published by its
day (`known`).
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache

from regionsim.errors import InputError
from regionsim.evidence.inputs import Inputs, load_inputs
from regionsim.evidence.knowledge import knowledge, known_by, published, published_by
from regionsim.evidence.known_levels import known_levels
from regionsim.evidence.records import Cell
from regionsim.model import later_state, record_state
from regionsim.model.record_state import YEAR, RecordedValue, between
from regionsim.schema.categories import CROSSINGS
from regionsim.schema.dates import DECLARED, FIRST_START, NOT_BEFORE, PRESENT
from regionsim.schema.shocks import BorderClosure

CAMPAIGN = date(2023, 9, 15)
"""Start of the campaign of 2023: the record counts its returns from this day."""
TTP_OF_2022 = (3500.0, date(2022, 5, 31))
"""Fighters of the TTP: 3,000-4,000 by the UN monitoring team in May 2022 (Q84)."""
TTP_OF_2024 = date(2024, 7, 1)
"""The day to which `security.ttp_strength_initial` refers (Q84)."""
QUIET_DEPORTATIONS = ("2023-07..2023-09", "2024-01..2024-10")  # before and after the order of 2023
_POR, _ACC = "refugees_annual/por_holders", "refugees_annual/acc_holders"
_UNDOCUMENTED = ("refugees_annual/undocumented_estimate", "refugees_annual/undocumented_estimate_government")
_RETURNS = "refugee_returns/cumulative_returns, refugees_annual/returns_all"


JOINTS = ("picss_per_pips_attacks", "picss_per_pips_deaths", "forward_per_transit", "taliban_rule_before",
          "foreign_forces_before")  # fmt: skip
"""Parameters `history.*` that enter the state at a start before July 2022; a scenario may fix them."""


def initial_state(
    start: date, given: tuple[tuple[str, float], ...] = (), inputs: Inputs | None = None
) -> dict[str, float]:
    """Parameters that a start on this day sets, in their declared units.

    given: name and value of those parameters of `JOINTS` that a scenario fixes.
    Raises InputError for a start before the first state.
    """
    return {name: recorded.value for name, recorded in provenance(start, given, inputs).items()}


def provenance(
    start: date, given: tuple[tuple[str, float], ...] = (), inputs: Inputs | None = None
) -> dict[str, RecordedValue]:
    """The source of each parameter that a start on this day sets: its value, its series, and how it was obtained.

    A parameter that is not named is not set by the start: no series gives it, and it keeps its value of mid-2025.
    Raises InputError for a start before the first state.
    """
    return _provenance(start, given, load_inputs() if inputs is None else inputs)


@cache
def _provenance(start: date, given: tuple[tuple[str, float], ...], inputs: Inputs) -> dict[str, RecordedValue]:
    if DECLARED < start <= PRESENT:
        return known(inputs, start)
    if start < FIRST_START:
        raise InputError(
            f"start: {start} is before the first state of the record (allowed: {FIRST_START} or later): {NOT_BEFORE}"
        )
    ahead = start > PRESENT
    evidence = published_by(inputs, start) if ahead else known_by(inputs, knowledge(start, inputs.record_ends))
    fixed = dict(given)

    def lookup(name: str) -> float:
        return fixed.get(name, evidence.parameters[name].value)

    if ahead:
        return later_state.later_state(evidence, start, lookup) | _closed(evidence, start) | known(inputs, start)
    state = record_state.trade(evidence, start, lookup) | record_state.violence(evidence, start, lookup)
    state |= _people(evidence, start) if start >= record_state.LATE else record_state.people(evidence, start, _people)
    state |= record_state.documents(evidence, start)
    strength = evidence.parameters["security.ttp_strength_initial"].value
    how = "held" if start < TTP_OF_2022[1] else "interpolated"
    fighters = RecordedValue(between([TTP_OF_2022, (strength, TTP_OF_2024)], start), "Q84", how)
    return state | _closed(evidence, start) | record_state.politics(start, lookup) | {
        "security.ttp_strength_initial": fighters,
        "economy.aid_initial": record_state.aid(evidence, start),
    }  # fmt: skip


def known(evidence: Inputs, start: date) -> dict[str, RecordedValue]:
    """Levels of trade and violence as they were known on the day of a start, with their errors."""
    events = [event.shock for event in evidence.timeline.values()]
    levels = known_levels(published(evidence, start), events, evidence.parameters, measures=evidence.measures)
    return {
        name: RecordedValue(level.value, level.series, f"published by the day, to {level.through}", level.error)
        for name, level in levels.items()
    }


def _latest(evidence: Inputs, series: str) -> float:
    """The last figure of a series of persons."""
    return float(evidence.series[series].records[-1]["value_persons"] or 0.0)


def _returns(evidence: Inputs) -> Callable[[date], float]:
    """Persons returned since the campaign began, by day; negative before it, at the pace of 2023 up to then."""
    points = [(0.0, CAMPAIGN)]
    for row in evidence.series["refugee_returns/cumulative_returns"].records:
        begin, _, end = str(row["period"]).partition("..")
        if begin == CAMPAIGN.isoformat():
            points.append((float(row["value_persons"] or 0.0), date.fromisoformat(end)))
    points.sort(key=lambda point: point[1])
    returns = evidence.series["refugee_returns/returns"].records
    april = next(row for row in returns if row["period"] == "2025-04" and row["crossing"] == "all")
    points.append((points[-1][0] + float(april["value_persons"] or 0.0) + _BEFORE_APRIL, DECLARED))
    derived = evidence.series["refugee_returns/returns_derived"].records
    of_campaign = next(row for row in derived if row["period"] == "2023-09-15..2023-12-31")
    in_2023 = _latest_of(evidence, "refugees_annual/returns_all", 2023)
    pace = (in_2023 - float(of_campaign["value_persons"] or 0.0)) / (CAMPAIGN - date(2023, 1, 1)).days
    return lambda day: pace * (day - CAMPAIGN).days if day < CAMPAIGN else between(points, day)


_BEFORE_APRIL = 103763.0  # 861,763 to 5 April 2025 (Q89) less 758,000 to October 2024


def _latest_of(evidence: Inputs, series: str, year: int) -> float:
    return next(float(row["value_persons"] or 0.0) for row in evidence.series[series].records if row["year"] == year)


def _people(evidence: Inputs, start: date) -> dict[str, RecordedValue]:
    """Stocks, as in mid-2023 until the campaign, then towards those of 2025 as people returned; and the returns."""
    returned = _returns(evidence)
    left = 1.0 - max(returned(start), 0.0) / returned(DECLARED)
    how = "held" if start < CAMPAIGN else "interpolated by returns"
    low, high = (_latest(evidence, series) for series in _UNDOCUMENTED)
    stocks = {
        "por": (_latest_of(evidence, _POR, 2023), _POR),
        "acc": (_latest_of(evidence, _ACC, 2023), _ACC),
        "undocumented": ((low + high) / 2.0, ", ".join(_UNDOCUMENTED)),
    }
    state = {}
    for status, (then, series) in stocks.items():
        name = f"people.{status}_initial"
        now = evidence.parameters[name].value
        state[name] = RecordedValue(now + (then - now) * left, series, how)
    state["history.returns"] = RecordedValue(returned(start) - returned(start - YEAR), _RETURNS, "interpolated")
    state["people.returned_initial"] = RecordedValue(
        returned(start) - returned(start - 2 * YEAR), _RETURNS, "interpolated"
    )
    rows = evidence.series["refugee_returns/deportations"].records
    if start < date(2025, 4, 1):  # in April 2025 their pace changed to that of the parameter
        row = next(row for row in rows if row["period"] == QUIET_DEPORTATIONS[start >= CAMPAIGN])
        yearly = deportations_a_year(row)
        state["history.deportations"] = RecordedValue(
            yearly, "refugee_returns/deportations", "pace of " + str(row["period"])
        )
    return state


def deportations_a_year(row: Mapping[str, Cell]) -> float:
    """Persons a year at the pace of a counted period."""
    return 365.0 * float(row["value_persons"] or 0.0) / float(row["days"] or 1.0)


def _closed(evidence: Inputs, start: date) -> dict[str, RecordedValue]:
    """Days each crossing was shut to goods by a government in the year before the start."""
    days: dict[str, set[int]] = {name: set() for name in CROSSINGS}
    for event in evidence.timeline.values():
        shock = event.shock
        if not isinstance(shock, BorderClosure) or "cargo" not in shock.flows or shock.by == "protesters":
            continue
        if shock.until_agreed:  # played into the year before the start, and no act of a usual year
            continue
        first = shock.on.toordinal()
        shut = range(max(first, (start - YEAR).toordinal()), min(first + round(shock.days), start.toordinal()))
        for name in shock.gates:
            days[name].update(shut)
    return {
        f"border.closure_days_initial_{name}": RecordedValue(float(len(shut)), "border_closures", "counted")
        for name, shut in days.items()
    }
