"""Plays security first, economy first and both: a surface over the doses of both, at full and at equal budget, and
what the interaction of the two rests on.

Core objects: `Results` (`results` plays them, in two processes), `interaction`, `budget`. `three_arms_page.py` writes
docs/three_arms.md and its picture from them. About ten minutes on two idle cores:
  ./dev python experiments/three_arms.py
"""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from regionsim.errors import RegionsimError
from regionsim.evidence import load_evidence
from regionsim.history.structural_alternatives import rivals
from regionsim.indicators import INDICATORS
from regionsim.levers import LEVERS
from regionsim.model.causal_map import idle_levers
from regionsim.model.play import BatchResult, play
from regionsim.model.worlds import Worlds, plain_worlds
from regionsim.runs.worker import follow_parent
from regionsim.scenario import Scenario, load
from regionsim.scenario.schema import LeverSetting
from regionsim.stats.differences import Difference, paired

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(Path(__file__).resolve().parent), str(ROOT / "tests" / "patterns")]
from families import FAMILIES  # noqa: E402  # next door, not a package

WORLDS, ABLATED = 500, 300  # worlds of the surface, and of each ablation
END, YEARS = "2030-08-18", 5
SMALL = (f"end={END}", "parameters.size.households=400", "parameters.size.traders=120")
DOSES = (0.0, 0.25, 0.5, 0.75, 1.0)
PROCESSES = 2
TOGETHER = 4  # points of one batch
UNIT = "USD mn a year"
AS_IT_IS, IN_FORCE = "as it is", "in force"
WHILE = "attacks_ttp < 400"  # what the economic levers hang on in the deal: TTP attacks under their level at the start

type Array = Any  # numpy
type Prices = Mapping[str, float]  # lever -> cost of a year at full intensity
type Played = dict[str, Array]  # outcome -> (points, worlds)


class Outcome(NamedTuple):
    """An indicator: its value at the end, or the mean of its values at the end of each year."""

    column: str
    yearly: bool = False

    @property
    def title(self) -> str:
        """For tables."""
        return INDICATORS[self.column].title + (", mean of the years" if self.yearly else "")

    @property
    def better(self) -> int:
        """1 if higher is better, -1 if lower is."""
        return 1 if INDICATORS[self.column].direction == "up" else -1


OUTCOMES = (
    Outcome("trade_bilateral"), Outcome("attacks"), Outcome("investment_minerals"),
    Outcome("closure_days", yearly=True), Outcome("fatalities", yearly=True), Outcome("strike_deaths", yearly=True),
    Outcome("deportations", yearly=True), Outcome("livelihood_afghanistan"),
)  # fmt: skip
COLUMNS = tuple(outcome.column for outcome in OUTCOMES)


class Point(NamedTuple):
    """Intensities of all security levers and of all economic levers."""

    security: float
    economy: float


NONE, SECURITY, ECONOMY, BOTH = CORNERS = Point(0, 0), Point(1, 0), Point(0, 1), Point(1, 1)


@dataclass(frozen=True)
class Variant:
    """The model with some parameters fixed: a family of mechanisms off, or one reading of a rival structure.

    against: the variant that it is compared with; empty for one that is only compared with.
    """

    name: str
    title: str
    sets: tuple[str, ...]
    against: str = ""


@dataclass(frozen=True)
class Results:
    """points: outcome -> (worlds,). drawn: uncertain parameter -> (worlds,). variants: outcome -> (corners, worlds)."""

    worlds: int
    ablated: int
    points: dict[Point, dict[str, Array]]
    deal: dict[str, Array]
    """Security at full intensity, the economic levers only while `WHILE` holds; and the share of time they are."""
    drawn: dict[str, Array]
    variants: dict[Variant, Played]


# -- levers, and what they cost ----------------------------------------------------------------------------------------


@cache
def arms() -> dict[str, dict[str, LeverSetting]]:
    """The levers of each arm with their ramps, as the shipped scenarios pull them."""
    return {arm: dict(load(f"{arm}_first").levers) for arm in ("security", "economy")}


def added() -> dict[str, str]:
    """Levers that the joint scenario adds to both arms, and why they move no outcome. Raises RegionsimError if one may.

    They are not played: a result of zero would be by construction.
    """
    names = set(load("security_and_economy").levers).difference(*arms().values())
    idle = idle_levers(LEVERS, load_evidence().kind("mechanism"))
    if names - idle.keys():
        raise RegionsimError(f"{', '.join(sorted(names - idle.keys()))}: moves outcomes, so it must be played")
    return {name: idle[name] for name in sorted(names)}


def assumed_prices() -> Prices:
    """What each lever of the arms costs, in `UNIT`. Raises RegionsimError for one without a cost in this unit."""
    prices = {}
    for name in (name for arm in arms().values() for name in arm):
        cost = load_evidence().levers[name].cost
        if cost.value is None or cost.unit != UNIT:
            raise RegionsimError(f"{name}: its cost is {cost}, but must be in {UNIT}")
        prices[name] = cost.value
    return prices


def equal_prices() -> Prices:
    """One unit a year for every lever, as the shipped scenarios count their dosage."""
    return {name: 1.0 for arm in arms().values() for name in arm}


def drawn_prices(draws: int, seed: int = 0) -> dict[str, Array]:
    """Costs drawn from their ranges, evenly on a log scale, (draws,)."""
    rng = np.random.default_rng(seed)
    prices = {}
    for name in equal_prices():
        cost = load_evidence().levers[name].cost
        low, high = cost.range or (cost.value, cost.value)
        prices[name] = np.exp(rng.uniform(np.log(low), np.log(high), draws))
    return prices


def budget(arm: str, prices: Mapping[str, Any]) -> Any:
    """Cost of an arm at full intensity over the horizon: by the year, and half of it while a lever is ramped up."""
    settings = arms()[arm]
    return sum(prices[name] * (YEARS - 0.5 * setting.ramp_days / 365.25) for name, setting in settings.items())


def on_budget(shares: Iterable[float], prices: Prices) -> tuple[Point, ...]:
    """Points that cost as much as the cheaper arm at full intensity; shares: what part of it security is given."""
    security, economy = budget("security", prices), budget("economy", prices)
    total = min(security, economy)
    return tuple(Point(share * total / security, (1.0 - share) * total / economy) for share in shares)


# -- interaction -------------------------------------------------------------------------------------------------------


def interaction(none: Array, security: Array, economy: Array, both: Array) -> Difference:
    """What both bring beyond the sum of each: both - security - economy + none, (worlds, outcomes) each."""
    return paired(security - none, both - economy)


def mix_pays(security: float, economy: float, joint: float) -> bool:
    """Whether some mix at equal cost is better than the better arm alone, where higher is better.

    Effects grow in proportion to doses but for their interaction: a share x of the budget spent on security brings
    x security + (1 - x) economy + x (1 - x) joint. security, economy: effects of either arm given the whole budget.
    """
    return joint > abs(security - economy)


def between(surface: Array, security: Array, economy: Array) -> Array:
    """A surface (doses of security, doses of economy) at points in between, linear along each dose."""
    grid = np.asarray(DOSES)
    where = []
    for dose in (security, economy):
        low = np.clip(np.searchsorted(grid, dose, side="right") - 1, 0, len(grid) - 2)
        where.append((low, (dose - grid[low]) / (grid[low + 1] - grid[low])))
    (i, u), (j, v) = where
    lower = (1.0 - v) * surface[i, j] + v * surface[i, j + 1]
    upper = (1.0 - v) * surface[i + 1, j] + v * surface[i + 1, j + 1]
    return (1.0 - u) * lower + u * upper


# -- plays -------------------------------------------------------------------------------------------------------------


def scenario(sets: tuple[str, ...] = (), *, deal: bool = False) -> Scenario:
    """Every lever of the arms at full intensity, with its ramp; deal: the economic ones only while `WHILE` holds."""
    start = load("status_quo").start
    pulled = ("security",) if deal else tuple(arms())
    levers = [
        f"levers.{name}={{from: {start}, intensity: 1.0, ramp: {setting.ramp_days:g} days}}"
        for arm in pulled
        for name, setting in arms()[arm].items()
    ]
    if deal:
        offered = ", ".join(f"{name}: 1.0" for name in arms()["economy"])
        levers.append(f'deals=[{{id: trade_for_calm, levers: {{{offered}}}, while: "{WHILE}", from: {start}}}]')
    return load("status_quo", sets=(*SMALL, *levers, *sets))


def table_of(ask: Scenario, points: Sequence[Point], worlds: int) -> Worlds:
    """The same worlds at each point, one after another: equal parameters and chance, other intensities."""
    base = plain_worlds(ask, range(worlds))
    rows = np.tile(np.arange(worlds), len(points))
    parameters = {name: values[rows] for name, values in base.parameters.items()}
    for k, arm in enumerate(("security", "economy")):
        doses = np.repeat([float(point[k]) for point in points], worlds)
        parameters |= {f"levers.{name}.intensity": doses for name in arms()[arm]}
    number = np.arange(rows.size, dtype=np.int64)
    return replace(
        base, number=number, arm=number // worlds, draw=base.draw[rows], replicate=base.replicate[rows],
        parameters=parameters,
    )  # fmt: skip


def outcomes(result: BatchResult, points: int) -> Played:
    """Every outcome at every point, (points, worlds). Raises RegionsimError where a world failed."""
    if result.failed:
        raise RegionsimError(f"worlds {sorted(result.failed)} failed")
    ends = np.arange(1, YEARS + 1) * result.weeks // YEARS - 1
    at = {outcome: ends if outcome.yearly else ends[-1:] for outcome in OUTCOMES}
    return {
        outcome.column: result.columns[outcome.column][:, weeks].astype(np.float64).mean(axis=1).reshape(points, -1)
        for outcome, weeks in at.items()
    }


def played(points: Sequence[Point], worlds: int, sets: tuple[str, ...] = ()) -> Played:
    """These points with these parameters fixed."""
    ask = scenario(sets)
    sys.stderr.write(f"{' '.join(sets)[:60]}: {len(points)} points of {worlds} worlds\n")
    return outcomes(play(ask, table_of(ask, points, worlds)), len(points))


def dealt(worlds: int) -> dict[str, Array]:
    """Outcomes under the deal, and the share of time that it is in force, (worlds,) each."""
    ask = scenario(deal=True)
    result = play(ask, plain_worlds(ask, range(worlds)))
    weeks = np.zeros(worlds)
    for kind, sign in (("deal", 1.0), ("deal_end", -1.0)):
        of = result.events.kind == kind
        np.add.at(weeks, result.events.world[of], sign * (result.weeks - result.events.week[of]))
    return {IN_FORCE: weeks / result.weeks} | {name: values[0] for name, values in outcomes(result, 1).items()}


def variants() -> tuple[Variant, ...]:
    """The model as it is, each family of mechanisms off, and each reading of each rival structure in every world."""
    families = [Variant(f"without {name}", family.title, family.sets, AS_IT_IS) for name, family in FAMILIES.items()]
    readings = [
        Variant(f"{rival.name}={reading:g}", rival.title, rival.sets(reading), f"{rival.name}={usual:g}" if k else "")
        for rival in rivals()
        for usual in rival.readings[:1]
        for k, reading in enumerate(rival.readings)
    ]
    return Variant(AS_IT_IS, "", ()), *families, *readings


def results(worlds: int = WORLDS, ablated: int = ABLATED, tried: Sequence[Variant] | None = None) -> Results:
    """Everything that is played. tried: variants, the model as it is first; all of them by default."""
    tried = variants() if tried is None else tried
    asked = [Point(s, e) for s in DOSES for e in DOSES]
    asked += [*on_budget(DOSES, equal_prices()), *on_budget(DOSES, assumed_prices())]
    points = list(dict.fromkeys(asked))
    groups = [points[k : k + TOGETHER] for k in range(0, len(points), TOGETHER)]
    # processes that do not share this one's threads
    processes = min(PROCESSES, os.cpu_count() or 1)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=follow_parent) as pool:
        surface = [pool.submit(played, group, worlds) for group in groups]
        deal = pool.submit(dealt, worlds)
        ablations: list[Future[Played]] = [pool.submit(played, CORNERS, ablated, variant.sets) for variant in tried]
        surfaces = {
            point: {name: values[k] for name, values in task.result().items()}
            for group, task in zip(groups, surface, strict=True)
            for k, point in enumerate(group)
        }
        made = {variant: task.result() for variant, task in zip(tried, ablations, strict=True)}
        agreed = deal.result()
    base = plain_worlds(scenario(), range(worlds))
    drawn = {name: base.parameters[name] for name in base.varied if np.ptp(base.parameters[name]) > 0.0}
    return Results(worlds, ablated, surfaces, agreed, drawn, made)


def main() -> None:
    """Play and write. Arguments: worlds of the surface, worlds of each ablation."""
    from three_arms_page import write

    write(results(*map(int, sys.argv[1:3])))


if __name__ == "__main__":
    main()
