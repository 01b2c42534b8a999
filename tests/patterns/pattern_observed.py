"""What was observed, computed from `seeds/observed` each time.

Core objects: one function for each figure that a pattern is held against. Counting bases are never mixed inside one
figure: PICSS for months of attacks, PIPS for years, UCDP for lethal events by group, customs for yearly trade, bank
payments for the months of 2020.
"""

from collections.abc import Mapping
from datetime import date

import numpy as np
import numpy.typing as npt

from regionsim.evidence import load_evidence
from regionsim.evidence.holdout import days_of
from regionsim.schema.dates import DECLARED

type Array = npt.NDArray[np.float64]
type Row = Mapping[str, str | float | int | None]
type Months = dict[tuple[int, int], float]

LISTED_YEARS = (date(2025, 6, 30) - date(2015, 12, 31)).days / 365.25  # closures are listed well from 2016
PRESENT_YEARS = (date(2025, 6, 30) - date(2021, 12, 31)).days / 365.25  # the present tension, from 2022


def rows(series: str) -> tuple[Row, ...]:
    """Rows of periods that were over by the day to which declared values refer: the model's start."""
    return tuple(row for row in load_evidence().series[series].records if days_of(row)[1] <= DECLARED)


def number(row: Row, column: str) -> float:
    value = row[column]
    assert isinstance(value, float | int), (column, row)
    return float(value)


# -- violence ----------------------------------------------------------------------------------------------------------


def picss_months(column: str = "events") -> Months:
    """Attacks (or deaths in them) by year and month, where both are known."""
    found = rows("attacks_monthly/picss_monthly_national")
    return {
        (int(number(r, "year")), int(number(r, "month"))): number(r, column) for r in found if r[column] is not None
    }


def recent_months() -> Array:
    """PICSS attacks in the thirty months from January 2023 to June 2025, none missing."""
    months = picss_months()
    return np.array([months[2023 + k // 12, k % 12 + 1] for k in range(30)])


def recent_deaths_per_attack() -> Array:
    """PICSS deaths per attack in the months of 2023 to June 2025 for which both are known."""
    attacks, deaths = picss_months(), picss_months("deaths")
    return np.array([deaths[key] / attacks[key] for key in sorted(deaths) if key >= (2023, 1)])


def recent_mean_deaths_per_attack() -> float:
    """The same over all those months together."""
    attacks, deaths = picss_months(), picss_months("deaths")
    keys = [key for key in deaths if key >= (2023, 1)]
    return sum(deaths[key] for key in keys) / sum(attacks[key] for key in keys)


def yearly_attacks(since: int = 2014) -> Array:
    """PIPS attacks in the years from 2014 (or 2013) to 2024, none missing."""
    found = {int(number(r, "year")): number(r, "value") for r in rows("attacks_annual/pips_terrorist_attacks")}
    return np.array([found[year] for year in range(since, 2025)])


def lethal_events(group: str) -> tuple[Array, Array]:
    """UCDP lethal events and deaths of a group in Pakistan by month, 2015 to 2021; absent months are zero."""
    counts, deaths = np.zeros(84), np.zeros(84)
    for row in rows("attacks_monthly/ucdp_lethal_events"):
        month = int(number(row, "year") - 2015) * 12 + int(number(row, "month")) - 1
        if str(row["group"]).startswith(group) and month >= 0:
            counts[month] += number(row, "events")
            deaths[month] += number(row, "deaths")
    return counts, deaths


def truce_change() -> tuple[float, float, float]:
    """Change of national attacks in the truces of 2021 and 2022, and a 95 percent interval.

    Log counts of August 2021 to June 2023 on a straight line and the share of each month under a truce.
    """
    share = {(2021, 11): 22 / 30, (2021, 12): 9 / 31, (2022, 5): 14 / 31, (2022, 11): 28 / 30}
    share |= {(2022, month): 1.0 for month in range(6, 11)}
    months = {key: count for key, count in picss_months().items() if (2021, 8) <= key <= (2023, 6)}
    design = np.array([[1.0, year * 12 + month, share.get((year, month), 0.0)] for year, month in months])
    y = np.log(list(months.values()))
    fit = np.linalg.lstsq(design, y, rcond=None)[0]
    left = y - design @ fit
    variance = left @ left / (len(y) - 3) * np.linalg.inv(design.T @ design)[2, 2]
    low, high = fit[2] - 1.96 * np.sqrt(variance), fit[2] + 1.96 * np.sqrt(variance)
    return tuple(float(np.expm1(each)) for each in (fit[2], low, high))  # type: ignore[return-value]


def truce_endings() -> tuple[float, float]:
    """The month after each of the two truces over the month in which it ended: January and December 2022."""
    months = picss_months()
    return months[2022, 1] / months[2021, 12] - 1.0, months[2022, 12] / months[2022, 11] - 1.0


# -- the border --------------------------------------------------------------------------------------------------------


def ordinary_closures(since: str = "2016") -> list[Row]:
    """Listed closures from a year on, without partial ones and the pandemic."""
    return [
        row
        for row in rows("border_closures")
        if str(row["start_date"]) >= since and not row["partial"] and row["trigger_class"] != "pandemic"
    ]


def closure_starts(since: str = "2016") -> set[str]:
    """Their first days; what began on one day counts once."""
    return {str(row["start_date"]) for row in ordinary_closures(since)}


def closure_days() -> Array:
    """Their lengths where known, days."""
    return np.array([number(row, "days") for row in ordinary_closures() if row["days"] is not None])


def share_after_clash() -> float:
    """Share of ordinary closures whose listed trigger names a clash of the border forces."""
    listed = ordinary_closures()
    return sum("clash" in str(r["trigger"]) and r["trigger_class"] != "internal violence" for r in listed) / len(listed)


def closures_and_attacks() -> float:
    """Correlation over 2016 to 2024 of ordinary closures begun in a year and PIPS attacks in it."""
    starts = closure_starts()
    closures = [sum(day.startswith(str(year)) for day in starts) for year in range(2016, 2025)]
    return float(np.corrcoef(closures, yearly_attacks()[2:])[0, 1])


# -- trade -------------------------------------------------------------------------------------------------------------


def customs_year(series: str, year: int) -> float:
    """USD mn in the fiscal year ending in `year`; the first of two prints."""
    return next(number(r, "value_musd") for r in rows(f"trade/{series}") if r["year"] == year)


def month_of(series: str, month: str) -> float:
    """USD mn in a month such as 2020-04."""
    return next(number(r, "value_musd") for r in rows(f"trade/{series}") if r["period"] == month)


def _bank_payments(*months: str) -> float:
    return sum(month_of(f"pk_{way}_af_sbp_month", month) for month in months for way in ("exports_to", "imports_from"))


def stopped_in_2020() -> tuple[float, float]:
    """Fall of two-way trade in May and in April 2020 under the mean of July 2019 to March 2020, by bank payments."""
    year = customs_year("pk_exports_to_af_sbp", 2020) + customs_year("pk_imports_from_af_sbp", 2020)
    before = (year - _bank_payments("2020-04", "2020-05", "2020-06")) / 9.0
    return 1.0 - _bank_payments("2020-04") / before, 1.0 - _bank_payments("2020-05") / before


def open_again_in_2020() -> float:
    """Two-way trade of September 2020 over September 2019, by bank payments."""
    return _bank_payments("2020-09") / _bank_payments("2019-09")


def cost_of_a_single_gate() -> float:
    """Trade reported lost in the closure of Torkham of February 2025, as a share of the year's two-way trade."""
    row = next(r for r in rows("border_closures") if r["start_date"] == "2025-02-21")
    return number(row, "loss_musd") / customs_year("pk_af_total_customs", 2025)


def transit_change(year: int) -> float:
    """Change of transit through Pakistan from the fiscal year before, by value."""
    return customs_year("att_forward_via_pakistan", year) / customs_year("att_forward_via_pakistan", year - 1) - 1.0


def containers_change() -> float:
    """Change of transit containers from FY2010-11 to FY2011-12, when guarantees and tracking came."""
    return customs_year("att_commercial_containers", 2012) / customs_year("att_commercial_containers", 2011) - 1.0


def reappeared_within_a_year() -> float:
    """Rise of Afghan imports from Iran, 2023 to 2024, over the fall of transit through Pakistan, FY2023 to FY2024."""
    lost = customs_year("att_forward_via_pakistan", 2023) - customs_year("att_forward_via_pakistan", 2024)
    return (customs_year("af_imports_from_iran", 2024) - customs_year("af_imports_from_iran", 2023)) / lost


def reappeared_over_years() -> float:
    """Rise of Afghan containers through Iran, FY2009 to FY2014, over the fall of those through Pakistan from FY2010."""
    lost = customs_year("att_commercial_containers", 2010) - customs_year("att_commercial_containers", 2014)
    return (customs_year("afghan_containers_via_iran", 2014) - customs_year("afghan_containers_via_iran", 2009)) / lost


def reappeared_less_growth() -> float:
    """The same, where each figure of the first years has grown as the Afghan economy did to FY2013-14."""
    then = customs_year("afghan_containers_via_iran", 2009) * _growth(2009, 2014)
    lost = customs_year("att_commercial_containers", 2010) * _growth(2010, 2014)
    gained = customs_year("afghan_containers_via_iran", 2014) - then
    return gained / (lost - customs_year("att_commercial_containers", 2014))


def _growth(first: int, last: int) -> float:
    """Afghan product at constant prices in one fiscal year (July to June) over another: each the mean of two years."""
    table = rows("economy_annual/gdp_constant_2015_usd")
    product = {int(str(r["year"])): number(r, "value") for r in table if r["country"] == "AFG"}
    return (product[last] + product[last - 1]) / (product[first] + product[first - 1])


# -- people ------------------------------------------------------------------------------------------------------------


def returns(period: str, series: str = "returns") -> tuple[float, float]:
    """Persons and days of a window, added up over the crossings that the rows name."""
    found = [r for r in rows(f"refugee_returns/{series}") if r["period"] == period]
    return sum(number(r, "value_persons") for r in found), number(found[0], "days")


def quiet_per_day() -> float:
    """Returns a day in the second quarter of 2023, before any order."""
    persons, days = returns("2023-04..2023-06")
    return persons / days


def per_day(period: str, series: str = "returns") -> float:
    found = [r for r in rows(f"refugee_returns/{series}") if r["period"] == period and r["status"] == "all"]
    return number(found[0], "value_persons") / number(found[0], "days")


def returns_in_2024() -> float:
    """Returns of January to October 2024 at a yearly rate: printed totals, differenced."""
    until_october, _ = returns("2023-09-15..2024-10-31", "cumulative_returns")
    until_december, _ = returns("2023-09-15..2023-12-31", "returns_derived")
    return (until_october - until_december) / 305.0 * 365.25


def half_life_in_2023() -> float:
    """Days in which returns halved from the peak day of November 2023 to the second half of December."""
    peak, _ = returns("2023-11-01..2023-11-07", "daily_peak")
    late = per_day("2023-12-16..2023-12-31", "returns_derived")
    apart = (date(2023, 12, 24) - date(2023, 11, 4)).days
    return apart * float(np.log(2.0) / np.log(peak / late))


def half_life_in_2025() -> float:
    """Days in which returns halved from the first half of April 2025 to the second."""
    first, days = returns("2025-04-01..2025-04-15")
    second = (
        number(next(r for r in rows("refugee_returns/returns") if r["period"] == "2025-04"), "value_persons") - first
    )
    return days * float(np.log(2.0) / np.log(first / second))
