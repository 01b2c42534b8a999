"""Patterns of the border and of trade: P5 and P6 closures, P7 gates, P8 rules, P9 diversion, P11 season.

Core object: `BORDER`, a name for each finding and the function that makes it.
"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import pattern_observed as seen
from pattern_figures import ALPHA, MONTE_CARLO, Array, Finding, blocks, correlation, inside
from pattern_plays import (
    CLOSED_FROM,
    CLOSED_WEEKS,
    RULES_FROM,
    SINGLE_FROM,
    SINGLE_WEEKS,
    YEAR,
    Played,
    played,
)

EXPORT, IMPORT, TRANSIT = range(3)
SIDES = {"pakistan", "afghanistan"}

type Spell = tuple[float, float, str]  # first and last day, and the cause of the first closure in it


def closures() -> tuple[tuple[Spell, ...], ...]:
    """Ordinary closures in each world of the status quo, as it is played now."""
    return _closures(played("status_quo"))


@lru_cache(maxsize=1)
def _closures(play: Played) -> tuple[tuple[Spell, ...], ...]:
    """Ordinary closures in each world, joined where they overlap at one crossing.

    Both sides may shut a gate after one clash: that is one closure. Ruptures and sit-ins are not ordinary.
    """
    events = play.result.events
    by_gate: dict[tuple[int, str], list[Spell]] = {}
    chosen = (events.kind == "closure") & np.isin(events.actor, list(SIDES))
    for k in np.flatnonzero(chosen):
        first = 7.0 * events.week[k] + events.day[k]
        spells = by_gate.setdefault((int(events.world[k]), str(events.place[k])), [])
        last = first + float(events.magnitude[k])
        if spells and first <= spells[-1][1]:
            spells[-1] = (spells[-1][0], max(spells[-1][1], last), spells[-1][2])
        else:
            spells.append((first, last, str(events.cause[k])))
    worlds: list[list[Spell]] = [[] for _ in range(play.worlds)]
    for (world, _), spells in by_gate.items():
        worlds[world] += spells
    return tuple(tuple(sorted(spells)) for spells in worlds)


def _within(years: float) -> list[list[Spell]]:
    return [[spell for spell in spells if spell[0] < 365.25 * years] for spells in closures()]


def closures_a_year() -> Finding:
    years = seen.LISTED_YEARS
    model = np.array([len(spells) for spells in _within(years)]) / years
    observed = len(seen.closure_starts()) / years
    return inside("P5", "ordinary closures a year, listed from 2016", observed, model, f"{years:.1f} years")


def closures_a_year_now() -> Finding:
    years = seen.PRESENT_YEARS
    model = np.array([len(spells) for spells in _within(years)]) / years
    observed = len(seen.closure_starts("2022")) / years
    return inside("P5", "ordinary closures a year, listed from 2022", observed, model, f"{years:.1f} years")


def _of_lengths(statistic: Callable[[Array], float], at_most: int) -> Array:
    """A statistic of the log lengths of each world's first closures, as many as were observed; NaN under two, (W,)."""
    lengths = [np.log([last - first for first, last, _ in spells[:at_most]]) for spells in closures()]
    return np.array([statistic(each) if each.size > 1 else np.nan for each in lengths])


def median_length() -> Finding:
    days = seen.closure_days()
    model = _of_lengths(lambda each: float(np.exp(np.median(each))), days.size)
    return inside(
        "P5", "median length of an ordinary closure, days", float(np.median(days)), model, f"{days.size} closures"
    )


def spread_of_lengths() -> Finding:
    days = seen.closure_days()
    model = _of_lengths(lambda each: float(each.std(ddof=1)), days.size)
    return inside(
        "P5", "standard deviation of log lengths", float(np.log(days).std(ddof=1)), model, f"{days.size} closures"
    )


def share_after_a_clash() -> Finding:
    count = len(seen.ordinary_closures())
    first = [[cause == "clash" for *_, cause in spells[:count]] for spells in closures()]
    model = np.array([np.mean(each) if each else np.nan for each in first])
    return inside(
        "P6", "share of closures after a clash", seen.share_after_clash(), model, f"{count} closures", percent=True
    )


def closures_with_violence() -> Finding:
    """Correlation of yearly closures and yearly attacks over nine years."""
    attacks = blocks(played("status_quo").attacks.sum(axis=1), YEAR, 9)
    counts = np.zeros(attacks.shape)
    for world, spells in enumerate(closures()):
        for first, *_ in spells:
            if first < 9 * YEAR * 7:
                counts[world, int(first // (YEAR * 7))] += 1
    observed = seen.closures_and_attacks()
    return inside(
        "P6", "correlation of closures and attacks, nine years", observed, correlation(counts, attacks), "9 years"
    )


def two_way(arm: str) -> Array:
    """Two-way trade a week, USD mn, (W, weeks)."""
    return np.asarray(played(arm).delivered[:, [EXPORT, IMPORT]].sum(axis=1))


def _over(weekly: Array, start: int, weeks: int) -> Array:
    return np.asarray(weekly[..., start : start + weeks].sum(axis=-1))


def _ratio(top: Array, bottom: Array) -> Array:
    """NaN where the bottom is zero: a world in which a rupture stops all trade anyway shows nothing."""
    return np.asarray(np.where(bottom > 0.0, top / np.where(bottom > 0.0, bottom, 1.0), np.nan))


def goods_stopped() -> Finding:
    """Two-way trade while every gate is shut, from the second week on, against the same world without."""
    start, weeks = CLOSED_FROM + 1, CLOSED_WEEKS - 1
    model = 1.0 - _ratio(_over(two_way("all_closed"), start, weeks), _over(two_way("status_quo"), start, weeks))
    observed = seen.stopped_in_2020()
    share = float((model[np.isfinite(model)] >= min(observed)).mean())
    rule = f"at least as much stops as in 2020 in {share:.0%} of worlds; must be 98%"
    return Finding(
        "P7", "two-way trade stopped by a full closure", observed, model, float("nan"), share >= 1.0 - ALPHA, rule,
        "8 weeks, paired", MONTE_CARLO, percent=True,
    )  # fmt: skip


def goods_back() -> Finding:
    """Four months after a full closure over the same weeks a year before; observed: September 2020 over 2019."""
    start = CLOSED_FROM + CLOSED_WEEKS + 15
    model = _ratio(_over(two_way("all_closed"), start, 4), _over(two_way("all_closed"), start - YEAR, 4))
    statistic = "two-way trade four months after a full closure, over a year before"
    return inside("P7", statistic, seen.open_again_in_2020(), model, "8 weeks shut")


def third_month_after_a_closure() -> Finding:
    """What the closure alone does to the third month after it, against the same world without; shown, not matched."""
    start = CLOSED_FROM + CLOSED_WEEKS + 9
    model = _ratio(_over(two_way("all_closed"), start, 4), _over(two_way("status_quo"), start, 4))
    return Finding(
        "P7", "two-way trade in the third month after a full closure, over that without", (), model, float("nan"), True,
        "shown, not matched", "3 months, paired", "none",
    )  # fmt: skip


def single_gate(weeks: int, label: str, *arms: str) -> Finding:
    """Two-way trade lost over some weeks by shutting Torkham for 26 days, as a share of a year's."""
    lost = _over(two_way("status_quo") - _padded("torkham_closed"), SINGLE_FROM, weeks)
    model = _ratio(lost, _over(two_way("status_quo"), SINGLE_FROM, YEAR))
    observed = seen.cost_of_a_single_gate()
    return inside(
        "P7",
        f"a year's two-way trade lost by 26 days at Torkham, {label}",
        observed,
        model,
        f"{weeks} weeks, paired",
        percent=True,
    )


def _padded(arm: str) -> Array:
    """Two-way trade of an arm, followed after its end by the status quo's."""
    whole = two_way("status_quo").copy()
    own = two_way(arm)
    whole[:, : own.shape[-1]] = own
    return whole


def transit_lost(arm: str, start: int, weeks: int) -> Array:
    """Share of transit lost against the same world without."""
    usual = "before_rules" if arm == "rules" else "status_quo"
    with_it, without = (played(each).delivered[:, TRANSIT] for each in (arm, usual))
    return 1.0 - _ratio(_over(with_it, start, weeks), _over(without, start, weeks))


def rules_bite(observed: float, label: str) -> Finding:
    """Change of transit in the first full year under one more set of rules."""
    model = -transit_lost("rules", RULES_FROM, YEAR)
    return inside(
        "P8", f"change of transit in the year after new rules, {label}", observed, model, "1 year, paired", percent=True
    )


def rules_bite_harder_than_gates() -> Finding:
    """The year's transit lost to rules over that lost to 26 days at Torkham."""
    model = transit_lost("rules", RULES_FROM, YEAR) - transit_lost("torkham_closed", SINGLE_FROM, YEAR)
    share = float((model > 0.0).mean())
    return Finding(
        "P8", "year's transit lost to rules less that lost to a single gate", (), model, float("nan"), share >= 0.95,
        f"above zero in {share:.0%} of worlds; must be 95%", "1 year, paired", MONTE_CARLO, percent=True,
    )  # fmt: skip


def reappeared(year: int) -> Array:
    """Goods found on Iranian and northern routes over transit lost to new rules, in a year under them (1 the first)."""
    rules, usual = played("rules"), played("before_rules")
    start = RULES_FROM + (year - 1) * YEAR
    lost = _over(usual.delivered[:, TRANSIT], start, YEAR) - _over(rules.delivered[:, TRANSIT], start, YEAR)
    gained = _over(rules.diverted, start, YEAR) - _over(usual.diverted, start, YEAR)
    return np.asarray(np.where(lost > 1.0, gained / np.where(lost > 1.0, lost, 1.0), np.nan))


def diverted_within_a_year() -> Finding:
    observed = seen.reappeared_within_a_year()
    return inside(
        "P9", "share of lost transit found on other routes, first year", observed, reappeared(1), "1 year, paired"
    )


def diverted_over_years() -> Finding:
    """Counted containers, with the growth of Afghan trade in them; the model's pairs have none."""
    statistic = "share of lost transit found on other routes, third year, growth of Afghan trade included"
    return inside("P9", statistic, seen.reappeared_over_years(), reappeared(3), "1 year, paired")


def diverted_over_years_less_growth() -> Finding:
    statistic = "share of lost transit found on other routes, third year, less the growth of the Afghan economy"
    return inside("P9", statistic, seen.reappeared_less_growth(), reappeared(3), "1 year, paired")


def _month(kind: int, year: int, month: int) -> Array:
    """A week's flow of a kind in a month of the status quo: the mean of weeks that begin in it, (W,)."""
    p = played("status_quo")
    begins = [p.result.start + timedelta(weeks=k) for k in range(p.weeks)]
    chosen = [(day.year, day.month) == (year, month) for day in begins]
    return np.asarray(p.delivered[:, kind][:, chosen].mean(axis=-1))


def season(kind: int, series: str, high: tuple[int, int], low: tuple[int, int], label: str) -> Finding:
    """One month's flow over another's; the model's months are those a year or two later in the calendar."""
    observed = seen.month_of(series, f"{high[0]}-{high[1]:02d}") / seen.month_of(series, f"{low[0]}-{low[1]:02d}")
    later = [date(year + 2, month, 1) for year, month in (high, low)]
    top, bottom = (_month(kind, day.year, day.month) for day in later)
    return inside("P11", label, observed, top / np.maximum(bottom, 1e-9), "2 years")


_EXPORTS, _IMPORTS = "pk_exports_to_af_customs_month", "pk_imports_from_af_customs_month"

BORDER: dict[str, Callable[[], Finding]] = {
    "closures_a_year": closures_a_year,
    "closures_a_year_now": closures_a_year_now,
    "median_length": median_length,
    "spread_of_lengths": spread_of_lengths,
    "share_after_a_clash": share_after_a_clash,
    "closures_with_violence": closures_with_violence,
    "goods_stopped": goods_stopped,
    "goods_back": goods_back,
    "third_month_after_a_closure": third_month_after_a_closure,
    "single_gate_while_shut": lambda: single_gate(SINGLE_WEEKS, "while it is shut"),
    "single_gate_over_a_year": lambda: single_gate(YEAR, "over the year"),
    "rules_of_2023": lambda: rules_bite(seen.transit_change(2024), "FY2024"),
    "rules_of_2024": lambda: rules_bite(seen.transit_change(2025), "FY2025"),
    "rules_of_2011": lambda: rules_bite(seen.transit_change(2012), "FY2012 by value"),
    "rules_of_2011_containers": lambda: rules_bite(seen.containers_change(), "FY2012 in containers"),
    "rules_bite_harder_than_gates": rules_bite_harder_than_gates,
    "diverted_within_a_year": diverted_within_a_year,
    "diverted_over_years": diverted_over_years,
    "diverted_over_years_less_growth": diverted_over_years_less_growth,
    "imports_in_october": lambda: season(IMPORT, _IMPORTS, (2024, 10), (2024, 7), "imports, October over July"),
    "imports_in_june": lambda: season(IMPORT, _IMPORTS, (2024, 10), (2025, 6), "imports, October over next June"),
    "exports_in_january": lambda: season(EXPORT, _EXPORTS, (2025, 1), (2024, 7), "exports, January over last July"),
    "exports_in_winter": lambda: season(EXPORT, _EXPORTS, (2024, 10), (2024, 7), "exports, October over July"),
}
