"""Patterns of violence: P1 dispersion, P2 persistence, P3 severity, P4 truces, P12 growth and path.

Core object: `SECURITY`, a name for each finding and the function that makes it.
"""

from collections.abc import Callable

import numpy as np
import pattern_observed as seen
from pattern_figures import MONTE_CARLO, Array, Finding, blocks, inside, local_dispersion, persistence, stays, tail
from pattern_plays import MONTH, TRUCE_FROM, TRUCE_WEEKS, YEAR, played

from regionsim.schema.categories import BALOCH, ISKP, TTP

MONTHS_SEEN = len(seen.recent_months())
COVERED = (-0.19, -0.07)  # two readings of the truce months, by which other months they are held against


def national(arm: str = "status_quo") -> Array:
    """Attacks a week by all groups, (W, weeks)."""
    return np.asarray(played(arm).attacks.sum(axis=1))


def dispersion_of_months() -> Finding:
    model = local_dispersion(blocks(national(), MONTH, MONTHS_SEEN))
    observed = float(local_dispersion(seen.recent_months()))
    return inside("P1", "local variance over mean, national months", observed, model, "30 months")


def dispersion_of_a_small_group() -> Finding:
    counts, _ = seen.lethal_events("IS/IS-KP")
    months = blocks(lethal(ISKP), MONTH, counts.size)
    observed = float(local_dispersion(counts))
    return inside(
        "P1", "local variance over mean, lethal events of IS-KP by month", observed, local_dispersion(months), "7 years"
    )


def lethal(group: int) -> Array:
    """Lethal events of a group a week, (W, weeks): each attack kills with the group's share; our own fixed chance."""
    p = played("status_quo")
    chance = np.random.default_rng(20250818 + group)
    return chance.binomial(p.attacks[:, group].astype(np.int64), p.lethal[:, group, np.newaxis]).astype(np.float64)


def persistence_of_months() -> Finding:
    model = persistence(blocks(national(), MONTH, MONTHS_SEEN))
    observed = float(persistence(seen.recent_months()))
    return inside("P2", "lag-one autocorrelation about a line, national months", observed, model, "30 months")


def persistence_of_years() -> Finding:
    model = persistence(blocks(national(), YEAR, seen.yearly_attacks().size))
    observed = float(persistence(seen.yearly_attacks()))
    return inside("P2", "lag-one autocorrelation about a line, years", observed, model, "11 years")


def deaths_per_lethal_event(group: int, name: str, label: str) -> Finding:
    """Deaths over lethal events, in as many lethal events as were observed.

    The model counts deaths by week: lethal events are what the group's lethal share makes of its attacks.
    """
    counts, deaths = seen.lethal_events(name)
    p = played("status_quo")
    events = np.cumsum(p.attacks[:, group] * p.lethal[:, group, np.newaxis], axis=-1)
    toll = np.cumsum(p.deaths[:, group], axis=-1)
    last = np.minimum((events < counts.sum()).sum(axis=-1), p.weeks - 1)
    at = np.arange(len(last))
    return inside(
        "P3", f"deaths per lethal event, {label}", float(deaths.sum() / counts.sum()),
        toll[at, last] / events[at, last], f"until {counts.sum():.0f} lethal events",
    )  # fmt: skip


def deaths_per_attack() -> Array:
    """By month, (W, months), in as many months as were observed."""
    count = seen.recent_deaths_per_attack().size
    deaths = blocks(played("status_quo").deaths.sum(axis=1), MONTH, count)
    return np.asarray(deaths / np.maximum(blocks(national(), MONTH, count), 1.0))


def mean_deaths_per_attack() -> Finding:
    count = seen.recent_deaths_per_attack().size
    p = played("status_quo")
    model = p.deaths.sum(axis=1)[:, : count * MONTH].sum(axis=-1) / national()[:, : count * MONTH].sum(axis=-1)
    return inside("P3", "deaths per attack", seen.recent_mean_deaths_per_attack(), model, f"{count} months")


def worst_month() -> Finding:
    months = seen.recent_deaths_per_attack()
    model = deaths_per_attack().max(axis=-1)
    return inside("P3", "deaths per attack, worst month", float(months.max()), model, f"{months.size} months")


def mildest_month() -> Finding:
    months = seen.recent_deaths_per_attack()
    model = deaths_per_attack().min(axis=-1)
    return inside("P3", "deaths per attack, mildest month", float(months.min()), model, f"{months.size} months")


def _sum(weekly: Array, start: int, weeks: int) -> Array:
    return np.asarray(weekly[:, start : start + weeks].sum(axis=-1))


def truce() -> Finding:
    """A truce of half a year against the same world without: the interval covers what was read off 2021 and 2022."""
    model = _sum(national("truce"), TRUCE_FROM, TRUCE_WEEKS) / _sum(national(), TRUCE_FROM, TRUCE_WEEKS) - 1.0
    low, high = np.quantile(model, [0.05, 0.95])
    observed = seen.truce_change()[0]
    rule = "the 90 percent interval covers -19 to -7 percent and no effect"
    holds = bool(low <= COVERED[0] and high >= 0.0)
    return Finding(
        "P4", "change of national attacks under a truce", (observed,), model, tail(model, observed), holds, rule,
        "half a year", MONTE_CARLO, percent=True,
    )  # fmt: skip


def after_a_truce() -> Finding:
    """Shown, not matched: the month after a truce over its last month, as in January and December 2022."""
    end, p = TRUCE_FROM + TRUCE_WEEKS, national("truce")
    model = _sum(p, end, MONTH) / np.maximum(_sum(p, end - MONTH, MONTH), 1.0) - 1.0
    observed = seen.truce_endings()
    p_value = min(tail(model, each) for each in observed)
    return Finding(
        "P4", "month after a truce over its last month", observed, model, p_value, True, "shown, not matched",
        "2 months", "none", percent=True,
    )  # fmt: skip


def no_lasting_gain_from_a_truce() -> Finding:
    """Attacks by the TTP in the third year after the truce, against the same world without."""
    start = TRUCE_FROM + TRUCE_WEEKS + 2 * YEAR
    with_it, without = played("truce").attacks[:, TTP], played("status_quo").attacks[:, TTP]
    change = np.log(_sum(with_it, start, YEAR) / _sum(without, start, YEAR))
    return stays("P4", "log ratio of TTP attacks two to three years after a truce", change, 0.05, "3.5 years, paired")


def growth_of_the_first_year() -> Finding:
    """Holds where most worlds' growth in the first year lies in the range of yearly changes seen from 2014 to 2024."""
    changes = np.diff(np.log(seen.yearly_attacks()))
    years = blocks(national(), YEAR)
    model = np.log(years[:, 1] / years[:, 0])
    share = float(((model >= changes.min()) & (model <= changes.max())).mean())
    return Finding(
        "P12", "log growth of attacks, first year to second", (float(changes.min()), float(changes.max())), model,
        float("nan"), share >= 0.9, f"in the observed range in {share:.0%} of worlds; must be 90%", "2 years",
        MONTE_CARLO,
    )  # fmt: skip


def latest_growth() -> Finding:
    """PICSS attacks of January to June 2025 over those of a year before, and the model's first half years."""
    months = seen.picss_months()
    observed = sum(months[2025, k] for k in range(1, 7)) / sum(months[2024, k] for k in range(1, 7))
    model = _sum(national(), YEAR, YEAR // 2) / _sum(national(), 0, YEAR // 2)
    return inside("P12", "log growth of attacks, half year on half year", np.log(observed), np.log(model), "1.5 years")


def season_of_attacks() -> Finding:
    """Share of the variance of log months about their line that a yearly wave takes up; no season is known."""
    months = np.log(seen.recent_months())
    model = _yearly_wave(np.log(np.maximum(blocks(national(), MONTH, MONTHS_SEEN), 0.5)), YEAR / MONTH)
    return inside(
        "P11", "share of variance of log months in a yearly wave", _yearly_wave(months, 12.0), model, "30 months"
    )


def _yearly_wave(y: Array, period: float) -> Array:
    t = np.arange(y.shape[-1])
    line = np.stack([np.ones(t.size), t])
    wave = np.stack([np.cos(2.0 * np.pi * t / period), np.sin(2.0 * np.pi * t / period)])

    def left(design: Array) -> Array:
        rest = y - y @ np.linalg.pinv(design) @ design
        return np.asarray((rest**2).sum(axis=-1))

    return np.asarray(1.0 - left(np.concatenate([line, wave])) / left(line))


def swing_of_years() -> Finding:
    """How far yearly counts move: the range of log counts over eleven years."""
    observed = np.log(seen.yearly_attacks())
    years = np.log(blocks(national(), YEAR, observed.size))
    return inside(
        "P12", "range of log yearly attacks, 2014-24", float(np.ptp(observed)), np.ptp(years, axis=-1), "11 years"
    )


def unrest_of_years() -> Finding:
    """The standard deviation of yearly log changes."""
    observed = np.diff(np.log(seen.yearly_attacks()))
    steps = np.diff(np.log(blocks(national(), YEAR, observed.size + 1)), axis=-1)
    return inside(
        "P12", "standard deviation of yearly log changes, 2014-24", float(observed.std(ddof=1)),
        steps.std(axis=-1, ddof=1), "11 years",
    )  # fmt: skip


def fan_of_years(apart: int) -> Finding:
    """Share of the log changes over so many years that lie in the middle 90 percent of all the model's changes.

    Changes overlap, in the record as in each world, and the counting errors of the record are not in the model.
    """
    observed = np.log(seen.yearly_attacks(2013))
    years = np.log(blocks(national(), YEAR, observed.size))
    changes = years[:, apart:] - years[:, :-apart]
    low, high = np.quantile(changes, [0.05, 0.95])
    seen_changes = observed[apart:] - observed[:-apart]
    within = float(((seen_changes >= low) & (seen_changes <= high)).mean())
    model = ((changes >= low) & (changes <= high)).mean(axis=-1)
    statistic = f"share of log changes over {apart} year{'s' * (apart > 1)} within the model's 90 percent, 2013-24"
    return inside("P12", statistic, within, model, f"12 years, {seen_changes.size} changes")


SECURITY: dict[str, Callable[[], Finding]] = {
    "dispersion_of_months": dispersion_of_months,
    "dispersion_of_a_small_group": dispersion_of_a_small_group,
    "persistence_of_months": persistence_of_months,
    "persistence_of_years": persistence_of_years,
    "deaths_iskp": lambda: deaths_per_lethal_event(ISKP, "IS/IS-KP", "IS-KP"),
    "deaths_baloch": lambda: deaths_per_lethal_event(BALOCH, "Baloch", "Baloch groups"),
    "mean_deaths_per_attack": mean_deaths_per_attack,
    "worst_month": worst_month,
    "mildest_month": mildest_month,
    "truce": truce,
    "after_a_truce": after_a_truce,
    "no_lasting_gain_from_a_truce": no_lasting_gain_from_a_truce,
    "growth_of_the_first_year": growth_of_the_first_year,
    "latest_growth": latest_growth,
    "season_of_attacks": season_of_attacks,
    "swing_of_years": swing_of_years,
    "unrest_of_years": unrest_of_years,
    "fan_of_one_year": lambda: fan_of_years(1),
    "fan_of_three_years": lambda: fan_of_years(3),
    "fan_of_five_years": lambda: fan_of_years(5),
}
