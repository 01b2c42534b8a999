"""Exogenous drivers from outside the two countries: by the record up to its end, by assumption after it.

Core objects: `DRIVERS` (what each is, as the ODD lists it) and `Drivers`, their state this week, which processes and
outside powers read as `w.drivers`. With an observed timeline a driver that a series gives follows it to the end of the
record; after it, or without a timeline, it follows its parameters. A driver whose parameters are 0 changes no bit.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from regionsim.evidence.knowledge import known_by
from regionsim.model import maths
from regionsim.model.named import SOFT, SOFT_PLACE
from regionsim.model.record_state import aid_points, between, returned_from_iran
from regionsim.schema.dates import DECLARED, first_week, week_date
from regionsim.schema.units import WEEKS_PER_YEAR

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

MEMORY = 1.0 / WEEKS_PER_YEAR


class Driver(NamedTuple):
    """A driver: how it runs within the record and after it, what it acts on, and what that rests on."""

    id: str
    title: str
    record: str
    after: str
    effect: str
    sources: tuple[str, ...]


DRIVERS: tuple[Driver, ...] = (
    Driver(
        "aid",
        "Aid to Afghanistan",
        "yearly figures at mid-year, straight lines between",
        "a yearly trend, drawn (`economy.aid_trend`)",
        "Afghan incomes and import capacity",
        ("economy_annual/oda_net_received_constant_2023_usd", "MX04", "MB33"),
    ),
    Driver(
        "af_step",
        "Drop of the Afghan economy at a takeover",
        "at the event of 15 August 2021",
        "at a takeover that a scenario names",
        "Afghan incomes, and import capacity through them (`drivers.takeover_af_income`)",
        ("economy_annual/gdp_constant_2015_usd",),
    ),
    Driver(
        "iran_returns",
        "Afghans sent back from Iran",
        "yearly returns of refugees (UNHCR), less those at the start; deportations of others have no series",
        "campaigns at random times, of drawn size and length, less those of a usual year (`drivers.iran_*`)",
        "Afghan incomes, added to returns from Pakistan: both strain the same capacity to absorb people",
        ("refugees_annual/unhcr_returned_refugees_from_irn_to_afg", "S114"),
    ),
    Driver(
        "india_crisis",
        "Crises between India and Pakistan",
        "as after the record, which has no series of them",
        "crises at random times, which fade (`drivers.india_*`)",
        "Pakistani fear of encirclement, and its effects through links",
        ("MC25", "MB04"),
    ),
    Driver(
        "prices",
        "World prices",
        "not in the model: no claim ties them to a modelled quantity",
        "not in the model",
        "none; prices in Afghan markets respond to scarcity (`processes.prices`)",
        (),
    ),
)


class Drivers:
    """State of the drivers this week, each (W,) unless stated.

    `aid`: multiple of aid at the start, before cuts by shocks. `iran_returns`: persons returned from Iran in about the
    last year over those at the start. `india_crisis`: 1 in the week a crisis begins, fading. `af_step`: log points
    taken off Afghan incomes. `push`, `push_through` (W, V): push of drivers and shocks on the soft variables, in
    logits: the total, and the part that may act through channels.
    """

    def __init__(self, w: "RegionModel") -> None:
        worlds = w.n_worlds
        self.aid = np.ones(worlds)
        self.af_step = np.zeros(worlds)
        self.taken: Any = 0.0
        """Takeovers so far, (W,) or one number."""
        self.iran_returns = np.zeros(worlds)
        self.iran_to_come = np.zeros(worlds)
        """Persons still to be sent by current campaigns."""
        self.iran_pace = np.zeros(worlds)
        self.india_crisis = np.zeros(worlds)
        self.push = np.zeros((worlds, len(SOFT)))
        self.push_through = np.zeros((worlds, len(SOFT)))
        # figures of a year that ends after the horizon are not used: its numbers do not change when the record grows
        within = min(w.inputs.record_ends, max(w.study.end, DECLARED))
        until = within if w.study.timeline != "none" else w.start
        until = until if w.told is None else w.told.drivers_until
        self.record_weeks = max(first_week(w.start, until), 0)
        """Weeks from the start to the end of the record; 0 where none is followed."""
        days = [week_date(w.start, week) for week in range(self.record_weeks + 1)]
        known = known_by(w.inputs, max(until, DECLARED))
        points = aid_points(known)
        self.aid_record = [between(points, day) / between(points, days[0]) for day in days]
        """Aid as a multiple of the start, by week of the record and at its end."""
        from_iran = [returned_from_iran(known, day) for day in days]
        self.iran_record = [persons - from_iran[0] for persons in from_iran]


def move(w: "RegionModel") -> None:
    """Drivers of this week (MX04, MB33; S114; MC25, MB04)."""
    d, p = w.drivers, w.p
    _aid(w)
    d.taken = d.taken + w.shocks.takeover
    d.af_step = d.taken * p["drivers.takeover_af_income"]
    _iran(w)
    begins = w.streams.bernoulli("india.crisis", p["drivers.india_crises_per_year"] / WEEKS_PER_YEAR)
    d.india_crisis = np.where(begins, 1.0, d.india_crisis * w.fade("drivers.india_crisis_weeks"))
    w.event(begins, "india_crisis", actor="india", cause="chance")
    for name, size in (
        ("pk_suspicion", p["drivers.india_crisis_push"] * d.india_crisis),
        ("af_stability", -p["climate.disorder_push"] * w.shocks.disorder),
    ):
        d.push[:, SOFT_PLACE[name]] = size
        d.push_through[:, SOFT_PLACE[name]] = size
    # what a takeover does to measured processes is sized directly, so these act through links only
    d.push[:, SOFT_PLACE["taliban_rule"]] = d.taken * p["drivers.takeover_push"]
    d.push[:, SOFT_PLACE["foreign_forces"]] = -d.taken * p["drivers.takeover_push"]


def _aid(w: "RegionModel") -> None:
    d = w.drivers
    within = min(w.week + 1, d.record_weeks)
    years = (w.week + 1.0 - within) / WEEKS_PER_YEAR
    d.aid = d.aid_record[within] * maths.exp(w.p["economy.aid_trend"] * years)


def _iran(w: "RegionModel") -> None:
    """Returns from Iran, over a year: by the record to its end, then campaigns by chance.

    The level at the start, or at the end of the record, includes such campaigns, so those of a usual year are deducted.
    """
    d, p = w.drivers, w.p
    hazard = p["drivers.iran_campaigns_per_year"] / WEEKS_PER_YEAR
    begins = w.streams.bernoulli("iran.campaign", hazard) & (w.week >= d.record_weeks)
    d.iran_to_come = d.iran_to_come + np.where(begins, p["drivers.iran_campaign_persons"], 0.0)
    d.iran_pace = np.where(begins, d.iran_to_come / p["drivers.iran_campaign_weeks"], d.iran_pace)
    sent = np.minimum(d.iran_pace, d.iran_to_come)
    d.iran_to_come = d.iran_to_come - sent
    w.event(begins, "iran_expulsions", actor="iran", cause="chance", magnitude=p["drivers.iran_campaign_persons"])
    if w.week < d.record_weeks:
        d.iran_returns = np.full(w.n_worlds, d.iran_record[w.week])
    else:
        d.iran_returns = d.iran_returns * (1.0 - MEMORY) + sent - hazard * p["drivers.iran_campaign_persons"]
