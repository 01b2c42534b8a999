"""The plays that the patterns are read from: one long status quo, and arms that differ from it in one thing.

Core objects: `Played` (weekly series of its worlds) and `played` (plays an arm once in a session). Worlds carry the
same numbers, parameters and chance in every arm, so arms are compared world by world.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from regionsim.model.play import BatchResult, result
from regionsim.model.region import RegionModel
from regionsim.model.worlds import plain_worlds
from regionsim.scenario import load
from regionsim.schema.categories import DEPORTATION, RETURN

type Array = npt.NDArray[np.float64]

WORLDS = 200
WIDE = 600  # worlds where a mean with a heavy tail is asked for
YEAR = 52  # weeks; indicators are sums over as many
MONTH = 4  # weeks; a month of the model, as a week is never split

CLOSED_FROM, CLOSED_WEEKS = 30, 8  # all gates, from 16 March 2026; the year's weeks begin on a Monday too
SINGLE_FROM, SINGLE_WEEKS = 27, 4  # Torkham, from 21 February 2026
TRUCE_FROM, TRUCE_WEEKS = 27, 26  # from 18 February 2026, half a year
RULES_FROM = 7  # from 6 October 2025

NOTHING_BUILT = "parameters.trade.rivals_ready=0"  # by rivals for goods from Pakistan's routes: 2010 and 2023

OVERRIDES: tuple[str, ...] = ()
"""Overrides that every play takes besides its own; `changed` sets them, nothing else does."""
MOST: int | None = None
"""At most this many worlds, where fewer are asked for."""

ARMS: dict[str, tuple[str, tuple[str, ...]]] = {
    # eleven years for the yearly counts of PIPS from 2014 to 2024; four times CASA-1000's announced 3.3 years need more
    "status_quo": ("status_quo", ("end=2038-12-31",)),
    "truce": ("ceasefire", ("levers.ttp_mediation.intensity=0", "end=2029-08-18")),
    "all_closed": (
        "torkham_closure",
        ("shocks.torkham.crossing=all", "shocks.torkham.on=2026-03-16", "shocks.torkham.for=8 weeks", "end=2027-08-18"),
    ),
    "torkham_closed": (
        "torkham_closure",
        ("shocks.torkham.on=2026-02-21", "shocks.torkham.for=26 days", "end=2027-08-18"),
    ),
    # The rules of October 2023 again: the cost of one set of rules more on each container. The lever lightens rules;
    # turned round at half strength it adds half the parameter, which is doubled for that.
    "rules": (
        "status_quo",
        (
            "levers.transit_agreement.from=2025-10-06",
            "levers.transit_agreement.intensity=1.0",
            "parameters.levers.transit_agreement_transit_rules=-0.5",
            "parameters.trade.rules_cost.distribution=uniform",
            "parameters.trade.rules_cost.low=2",
            "parameters.trade.rules_cost.high=8",
            NOTHING_BUILT,
            "end=2029-08-18",
        ),
    ),
    "before_rules": ("status_quo", (NOTHING_BUILT, "end=2029-08-18")),  # what `rules` is compared with
    "trade_push": ("trade_push", ("end=2030-08-18",)),
    "status_quo_wide": ("status_quo", ("end=2030-08-18",)),
    "short": ("status_quo", ("end=2027-08-18",)),
    # no order ever and none that lingers, as in the spring of 2023 that the record's multiples are taken over
    "no_campaigns": (
        "status_quo",
        (
            "parameters.people.campaigns_per_year=0",
            "parameters.people.lapse_brings_order=0",
            "parameters.people.earlier_orders=0",
            "end=2038-12-31",
        ),
    ),
    "forced_repatriation": ("forced_repatriation", ("end=2030-08-18",)),
}


@dataclass(frozen=True, eq=False)
class Played:
    """Weekly series: attacks and deaths (W, G, weeks), flows by kind (W, K, weeks) in USD mn, the rest (W, weeks).

    `lethal` is the share of a group's attacks that kills, (W, G); `exposed` the Afghans in Pakistan, persons.
    """

    result: BatchResult
    attacks: Array
    deaths: Array
    lethal: Array
    delivered: Array
    diverted: Array
    returns: Array
    exposed: Array
    casa: Array
    parameters: dict[str, Array]

    @property
    def weeks(self) -> int:
        return self.result.weeks

    @property
    def worlds(self) -> int:
        return self.returns.shape[0]

    def column(self, indicator: str) -> Array:
        """An indicator, (W, weeks)."""
        return np.asarray(self.result.columns[indicator], dtype=np.float64)


def played(arm: str, worlds: int = WORLDS, sets: tuple[str, ...] = ()) -> Played:
    """Play an arm, once."""
    return kept(arm, min(worlds, MOST or worlds), (*sets, *OVERRIDES))


@cache
def kept(arm: str, worlds: int, sets: tuple[str, ...]) -> Played:
    """An arm in so many worlds with all its overrides."""
    source, own = ARMS[arm]
    scenario = load(source, sets=(*own, *sets))
    model = RegionModel(scenario, plain_worlds(scenario, range(worlds)))
    weekly: dict[str, list[Array]] = {}
    while model.week + 1 < model.weeks:
        model.step()
        moved = model.people.moved.sum(axis=1)
        for name, now in {
            "attacks": model.violence.attacks.sum(axis=-1),
            "deaths": model.violence.deaths,
            "delivered": model.trade.delivered.sum(axis=1),
            "diverted": model.trade.diverted,
            "returns": moved[:, RETURN] + moved[:, DEPORTATION],
            "exposed": model.people.in_pakistan,
            "casa": model.projects.casa,
        }.items():
            weekly.setdefault(name, []).append(np.array(now, dtype=np.float64))
    series = {name: np.stack(rows, axis=-1) for name, rows in weekly.items()}
    return Played(result(model), lethal=np.array(model.violence.lethal), parameters=model.p, **series)


@contextmanager
def changed(overrides: tuple[str, ...], most: int | None = None) -> Iterator[None]:
    """Play with these overrides, and in at most so many worlds."""
    global OVERRIDES, MOST
    before = OVERRIDES, MOST
    OVERRIDES, MOST = overrides, most
    try:
        yield
    finally:
        OVERRIDES, MOST = before
