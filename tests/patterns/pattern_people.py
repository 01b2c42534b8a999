"""Patterns of people, projects and policy: P10 returns in pulses, P13 slips, and what no single measure does.

Core object: `PEOPLE`, a name for each finding and the function that makes it.
"""

from collections.abc import Callable

import numpy as np
import pattern_observed as seen
from pattern_figures import ALPHA, MONTE_CARLO, Array, Finding, inside, stays
from pattern_plays import WIDE, YEAR, played
from scipy.stats import t as student

from regionsim.schema.categories import TTP

DAYS_2023, DAYS_2025 = 49, 28  # whole weeks nearest to the windows of 50 and 30 days
QUIET_WEEKS = 13  # as long as the quarter that was quiet before 2023's order
CONVERGENCE = 150  # worlds
DOUBLED = ("parameters.size.households=4000", "parameters.size.traders=2000")
SLIPS = (1.5, 4.0)  # years needed over years announced: CASA-1000, TAPI and two lines inside Pakistan (S120, S121)


def campaigns() -> Array:
    """Week of each world's first order with a quiet year before and a quiet half year after, -1 where there is none."""
    p = played("status_quo")
    events = p.result.events
    first = np.full(p.worlds, -1)
    orders = (events.kind == "expulsion_order") & (events.cause == "government")
    for world in range(p.worlds):
        weeks = events.week[orders & (events.world == world)].astype(np.int64)
        gaps = np.diff(np.array([-YEAR, *weeks, p.weeks]))
        fits = (weeks >= QUIET_WEEKS) & (gaps[:-1] >= YEAR) & (gaps[1:] >= YEAR // 2)
        if fits.any():
            first[world] = weeks[fits][0]
    return np.asarray(first)


def around_orders(span: int) -> tuple[Array, Array]:
    """Returns a week from each world's first order on, (W, span), and in a quiet week, (W,); NaN if none.

    The record's quiet weeks are those of spring 2023, before any order: for 2025 too, and not the weeks before it, in
    which the order of 2023 still lingered. So the quiet weeks here are those before the order, in the same world
    without orders and without what earlier ones left.
    """
    p, calm, first = played("status_quo"), played("no_campaigns"), campaigns()
    after, quiet = np.full((p.worlds, span), np.nan), np.full(p.worlds, np.nan)
    for world in np.flatnonzero(first >= 0):
        week = int(first[world])
        after[world] = p.returns[world, week : week + span]
        quiet[world] = calm.returns[world, week - QUIET_WEEKS : week].mean()
    return after, quiet


def rise(days: int, per_day: float, label: str) -> Finding:
    """Returns a day in the first weeks of an order over those of a quiet day."""
    after, quiet = around_orders(days // 7)
    return inside(
        "P10",
        f"returns under an order over quiet ones, {label}",
        per_day / seen.quiet_per_day(),
        after.mean(axis=-1) / quiet,
        f"{days} days",
    )


def half_life_2023() -> Finding:
    """Days in which returns halve between the first week of an order and the eighth."""
    after, _ = around_orders(8)
    model = _half_life(after[:, 0], after[:, 7], 49.0)
    return inside("P10", "days in which returns halve, over seven weeks", seen.half_life_in_2023(), model, "8 weeks")


def half_life_2025() -> Finding:
    """Days in which returns halve between the first fortnight of an order and the second."""
    after, _ = around_orders(4)
    model = _half_life(after[:, :2].sum(axis=-1), after[:, 2:].sum(axis=-1), 14.0)
    return inside("P10", "days in which returns halve, over a month", seen.half_life_in_2025(), model, "4 weeks")


def _half_life(early: Array, late: Array, days: float) -> Array:
    """Very long, not negative, where returns did not fall."""
    fall = np.log(np.maximum(early, 1.0) / np.maximum(late, 1.0))
    slow = np.where(fall > 0.0, days * np.log(2.0) / np.where(fall > 0.0, fall, 1.0), 9999.0)
    return np.asarray(np.where(np.isfinite(early), slow, np.nan))


def hazard_rise() -> Finding:
    """The busiest week's returns over a quiet week's: the campaigns of 2016 to 2025 multiplied hazards by 25 to 250.

    The record's figures are those of the busiest days and weeks; that of 2016 lies in its fourth month.
    """
    after, quiet = around_orders(YEAR // 2)
    model = after.max(axis=-1) / quiet
    known = model[np.isfinite(model)]
    share = float(((known >= 10.0) & (known <= 250.0)).mean())
    return Finding(
        "P10", "returns of an order's busiest week over a quiet week's", (25.0, 250.0), model, float("nan"),
        share >= 0.9,
        f"between 10 and 250 in {share:.0%} of worlds (not all statuses are covered); must be 90%", "half a year",
        MONTE_CARLO,
    )  # fmt: skip


def returns_of_a_year() -> Finding:
    model = played("status_quo").column("returns")[:, 2 * YEAR - 1]
    return inside(
        "P10", "returns in the second year, persons; 2024 at a yearly rate", seen.returns_in_2024(), model, "2 years"
    )


def pulses() -> Finding:
    """Share of three years' returns that fall in the busiest tenth of weeks: a level would give a tenth."""
    weekly = np.sort(played("status_quo").returns[:, : 3 * YEAR], axis=-1)
    model = weekly[:, -3 * YEAR // 10 :].sum(axis=-1) / weekly.sum(axis=-1)
    share = float((model > 0.2).mean())
    return Finding(
        "P10", "share of returns in the busiest tenth of weeks", (), model, float("nan"), share >= 0.5,
        f"above 20 percent in {share:.0%} of worlds; must be half", "3 years", MONTE_CARLO, percent=True,
    )  # fmt: skip


def slips() -> Finding:
    """Years CASA-1000 needs over those announced: the chance that four projects all slip as the four known ones did."""
    p = played("status_quo")
    done = p.casa >= 1.0
    years = np.where(done.any(axis=-1), done.argmax(axis=-1) + 1.0, p.weeks) * 7.0 / 365.25
    announced = p.parameters["projects.casa_years_announced"]
    assert (p.weeks * 7.0 / 365.25 > SLIPS[1] * announced).all()  # so that what is not done has slipped further
    model = years / announced
    share = float(((model >= SLIPS[0]) & (model <= SLIPS[1])).mean())
    rule = f"{share:.0%} of worlds slip by 1.5 to 4; p is that share to the power of four, at least {ALPHA:g}"
    statistic = "years CASA-1000 needs over years announced (13.4 years or more count as 4.05)"
    return Finding("P13", statistic, SLIPS, model, share**4, share**4 >= ALPHA, rule, "13.4 years")


def _fifth_year(with_it: Array, without: Array) -> Array:
    """Log ratio of the fifth year's attacks in an arm to those in the same world in the status quo."""
    mine, usual = (each[:, 4 * YEAR : 5 * YEAR].sum(axis=-1) for each in (with_it, without))
    return np.asarray(np.log(np.maximum(mine, 0.5) / np.maximum(usual, 0.5)))


def trade_alone() -> Finding:
    """Trade facilitation moves attacks by the TTP by no more than a twentieth in the fifth year.

    Truces that come or fail to come give the change a heavy tail, hence the many worlds.
    """
    arms = [played(arm, WIDE).attacks[:, TTP] for arm in ("trade_push", "status_quo_wide")]
    statistic = "log ratio of TTP attacks under trade_push, fifth year"
    return stays("policy", statistic, _fifth_year(*arms), 0.05, "5 years, paired")


def forced_return() -> Finding:
    """Holds where forced repatriation does not lower attacks: the mean log ratio is above -0.05 with 98% confidence."""
    change = _fifth_year(*(played(arm).attacks.sum(axis=1) for arm in ("forced_repatriation", "status_quo")))
    mean, error = float(change.mean()), float(change.std(ddof=1)) / np.sqrt(change.size)
    return Finding(
        "policy", "log ratio of attacks under forced repatriation, fifth year", (), change, float("nan"),
        mean - 2.054 * error >= -0.05, f"mean {mean:+.3f}, standard error {error:.3f}: not below -0.05",
        "5 years, paired", "under 0.02 for no effect",
    )  # fmt: skip


def size_of_populations() -> Finding:
    """Doubling households and traders moves no indicator's mean: Student's t on paired worlds, Bonferroni over all."""
    few, many = (played("short", CONVERGENCE, sets).result.columns for sets in ((), DOUBLED))
    z = np.array([_paired_z(many[name][:, -1], few[name][:, -1]) for name in few])
    p = min(1.0, float(2.0 * student.sf(np.abs(z).max(), CONVERGENCE - 1)) * z.size)
    worst = list(few)[int(np.abs(z).argmax())]
    rule = f"largest |t| {np.abs(z).max():.2f} ({worst}); Bonferroni's p over {z.size} indicators is at least 0.01"
    statistic = "t of each indicator's change when households and traders are doubled"
    return Finding(
        "size", statistic, (), z, p, p >= 0.01, rule, f"2 years, {CONVERGENCE} paired worlds", "0.01 for all together",
        of="indicators",
    )  # fmt: skip


def _paired_z(many: Array, few: Array) -> float:
    difference = np.asarray(many, dtype=np.float64) - few
    error = float(difference.std(ddof=1)) / np.sqrt(difference.size)
    return float(difference.mean()) / error if error > 0.0 else 0.0


def near_the_start(indicator: str, within: float) -> Finding:
    """Holds where the typical world's third year is near the start; no row of the record asks for no change at all."""
    column = played("status_quo").column(indicator)
    model = column[:, 3 * YEAR - 1] / column[:, 0] - 1.0
    middle = float(np.median(model))
    return Finding(
        "start", f"change of {indicator} in three years", (), model, float("nan"), abs(middle) <= within,
        f"median {middle:+.1%}, within {within:.0%} either way", "3 years", MONTE_CARLO, percent=True,
    )  # fmt: skip


NEAR = {
    "trade_volume": 0.1,
    "trade_bilateral": 0.1,
    "trade_transit": 0.1,
    "trade_informal": 0.1,
    "refugees_in_pakistan": 0.1,
    "poverty_rate_border": 0.1,
    "livelihood_afghanistan": 0.1,
    "trust_pakistan": 0.15,
    "trust_afghanistan": 0.15,
    "perishable_loss": 0.5,
    "returns": 0.5,
    "deportations": 0.5,
    "arrivals": 0.5,
    "closure_days": 0.5,
}
"""Margins: a tenth for levels, half for flows that come in pulses."""

PEOPLE: dict[str, Callable[[], Finding]] = {
    "hazard_rise": hazard_rise,
    "rise_2023": lambda: rise(DAYS_2023, seen.per_day("2023-10-03..2023-11-21"), "October 2023"),
    "rise_2025": lambda: rise(DAYS_2025, seen.per_day("2025-04"), "April 2025"),
    "half_life_2023": half_life_2023,
    "half_life_2025": half_life_2025,
    "returns_of_a_year": returns_of_a_year,
    "pulses": pulses,
    "slips": slips,
    "trade_alone": trade_alone,
    "forced_return": forced_return,
    "size_of_populations": size_of_populations,
    **{f"near_{name}": lambda name=name, within=within: near_the_start(name, within) for name, within in NEAR.items()},
}
