"""People: campaigns as pulses, voluntary return, deportation, arrivals, re-migration, births.

Core object: `People`. Returns come in pulses after announced deadlines: an order multiplies the weekly odds of those it
covers, at once or mounting over months as in 2016; most of that fades fast as in 2023 or slowly as in 2025, a small
part lingers for about a year, as returns did through 2024 (P10). What orders of the record have left by the start is
part of the start. No threshold of stock ends returns; households less ready to move remain, which is the floor the
briefs name (Q08, MA37).
"""

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from regionsim.evidence.knowledge import knowledge
from regionsim.model import maths
from regionsim.model.named import SOFT_PLACE
from regionsim.model.populations import households
from regionsim.model.samplers import Array
from regionsim.schema.categories import (
    CHAMAN,
    DEPORTATION,
    MOVES,
    PEDESTRIANS,
    PROVINCES,
    REMIGRATION,
    RETURN,
    RETURNEES,
    STATUSES,
    TORKHAM,
    UNDOCUMENTED,
    VISA,
)
from regionsim.schema.dates import first_week
from regionsim.schema.shocks import ExpulsionOrder
from regionsim.schema.units import WEEKS_PER_YEAR

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

type Mask = npt.NDArray[np.bool_]

RECALLED = 104
"""Weeks before the start within which an order still counts: what is left after them is lost in other uncertainty."""
SEEN_AFTER = 28
"""Days after an order by which the record shows its shape: the half-life of 2025 is that within April."""
SHAPES = {
    "expulsion_por_2016_07_01": (True, False),
    "expulsion_undocumented_2016_07_01": (True, False),
    "expulsion_2023_10_03": (False, False),
    "expulsion_2025_04_01": (False, True),
    "expulsion_2025_08_28": (False, True),
}
"""Orders of the record (timeline) -> whether their returns mounted, and whether they faded slowly (P10)."""
TIES_WEEKS = 8.0  # how long those who left are on the minds of their neighbours
RETURNED_YEARS = 2.0  # the time in which those counted as returned at the start came home


class People:
    """Flows of this week in persons: `moved` (W, S, moves). `pulse`, `tail` (W, S): fast and slow part that campaigns
    add, as multiples of quiet odds. `pressed` (W, S): share of returners who return under threat. `gone` (W, S, P):
    persons of a status and province who left in the last eight weeks, what their neighbours go by. `fresh` (W,):
    persons returned not long ago, who may come back.
    """

    def __init__(self, w: "RegionModel") -> None:
        p, worlds = w.p, w.n_worlds
        persons = np.stack([p[f"people.{status}_initial"] for status in STATUSES], axis=1)
        rows = [np.stack([p[f"people.{s}_in_{place}"] for place in PROVINCES], axis=1) for s in ("por", "others")]
        shares = np.stack([rows[0]] + [rows[1]] * (len(STATUSES) - 1), axis=1)
        shares = shares / maths.row_sum(shares)[:, :, np.newaxis]
        n = int(p["size.households"][0])
        self.households = households.settle(
            w.streams, n, persons, shares, p["people.would_be_movers"], p["people.returned_initial"],
            p["people.proneness_sigma"],
        )  # fmt: skip
        self.gone = np.zeros(self.households.stock.shape)
        statuses = len(STATUSES)
        self.south = np.stack([p[f"people.south_from_{place}"] for place in PROVINCES], axis=1)
        """Share of returners from each province who cross at Chaman, (W, P)."""
        self.moved = np.zeros((worlds, statuses, len(MOVES)), dtype=np.int64)
        self.crossed = np.zeros((worlds, 2), dtype=np.int64)
        self.pulse = np.zeros((worlds, statuses))
        self.until = np.full(worlds, -1.0)
        """Day on which the current campaign ends."""
        self.half_life = np.repeat(p["people.campaign_half_life_high"][:, np.newaxis], statuses, axis=1)
        """Half-life of the current pulse on a status in weeks, (W, S)."""
        self.step = np.zeros((worlds, statuses))
        """What a mounting campaign adds to its pulse each week; `rising` is the number of weeks left."""
        self.rising = np.zeros((worlds, statuses))
        self.tail = np.zeros((worlds, statuses))
        self.pressed = np.zeros((worlds, statuses))
        self.stock_initial = np.asarray(self.households.stock.sum(axis=-1).sum(axis=-1), dtype=np.float64)
        # those counted came evenly over two years, those of before at the pace of quiet years
        years = p["people.settling_years"]
        pace = self.households.movers[:, 1] / RETURNED_YEARS
        odds = p["people.return_odds"][:, np.newaxis] * _settled(w)
        quiet = maths.row_sum(odds * self.households.stock.sum(axis=-1)) * WEEKS_PER_YEAR
        self.fresh = years * (pace + (quiet - pace) * maths.exp(-RETURNED_YEARS / years))
        _recall(w, self)

    @property
    def in_pakistan(self) -> Array:
        """Afghans in Pakistan, all statuses, (W,)."""
        stock = self.households.stock
        return maths.row_sum(stock.reshape(len(stock), -1))


def campaigns(w: "RegionModel") -> None:
    """Expulsion orders, from the government or the scenario: pulses by status that fade (P10, MA37, LI23)."""
    p, people = w.p, w.people
    _fade(w, people)
    _follow_documents(w)
    _end_early(w)
    ordered = w.statuses.orders | w.government.expels
    size = p["people.campaign_multiplier"] * w.policy["coercion"]
    days = p["people.campaign_weeks"] * 7.0
    _begin(w, people, ordered, ~w.statuses.valid, size, days)
    _tell(w, ordered, "government", days)
    for shock, where in w.shocks.expulsions:
        given = np.broadcast_to(where, (w.n_worlds,))
        covered, size, days = _terms(w, shock)
        _begin(w, people, given, covered, size * w.policy["coercion"], days)
        _tell(w, given, "scenario", days)


def _tell(w: "RegionModel", where: Mask, cause: str, days: Array) -> None:
    w.event(where, "expulsion_order", place="pakistan", actor="pakistan_government", cause=cause, magnitude=days)


def _terms(w: "RegionModel", shock: ExpulsionOrder) -> tuple[Mask, Array, Array]:
    """Statuses covered (S,), multiple (W,) and days (W,) of a given order; strength and length may be hidden."""
    covered = np.array([status in shock.statuses for status in STATUSES])
    if shock.kind in w.shocks.hidden:
        return covered, w.p["people.campaign_multiplier"], w.p["people.campaign_weeks"] * 7.0
    return covered, np.full(w.n_worlds, shock.multiplier), np.full(w.n_worlds, float(shock.days))


def _fade(w: "RegionModel", people: People) -> None:
    """A week of pulses that mount or fade and of what lingers."""
    mounts = people.rising > 0.0
    fade = maths.exp(-math.log(2.0) / people.half_life)
    people.pulse = np.where(mounts, people.pulse + people.step, people.pulse * fade)
    people.rising = np.where(mounts, people.rising - 1.0, 0.0)
    people.tail = people.tail * w.halve("people.tail_half_life")[:, np.newaxis]


def _follow_documents(w: "RegionModel") -> None:
    """Lapsed documents expose their holders to the campaign against the undocumented, renewed ones to none."""
    people = w.people
    for name in ("pulse", "tail", "half_life", "step", "rising"):
        now = getattr(people, name)
        without = now[:, UNDOCUMENTED, np.newaxis]
        setattr(people, name, np.where(w.statuses.lapsed, without, now))
    for name in ("pulse", "tail", "step", "rising"):
        setattr(people, name, np.where(w.statuses.renewed, 0.0, getattr(people, name)))


def _end_early(w: "RegionModel") -> None:
    """The government ends its order: nothing is added any more, and what it added stops, as for renewed documents."""
    people, eases = w.people, w.government.eases
    people.until = np.where(eases, w.day, people.until)
    for name in ("pulse", "step", "rising"):
        setattr(people, name, np.where(eases[:, np.newaxis], 0.0, getattr(people, name)))
    w.event(eases, "expulsion_eased", place="pakistan", actor="pakistan_government")


def _begin(
    w: "RegionModel", people: People, where: Mask, covered: Mask, size: Array, days: Array,
    shape: tuple[bool, bool] | None = None,
) -> None:  # fmt: skip
    """Start a campaign where the mask (W,) says, against the covered statuses, (W, S) or (S,): quiet odds times `size`.

    Its shape is drawn among the episodes seen, or given: mounting for months, as in 2016, or at once; fading within
    weeks, as in 2023, or more slowly, as in 2025.
    """
    p = w.p
    hit = where[:, np.newaxis] & covered
    more = np.maximum(size - 1.0, 0.0)
    lingers = p["people.tail_share"] * more
    mounts = (w.streams.uniform("campaign.shape") < p["people.mounting_share"])[:, np.newaxis]
    slowly = w.streams.uniform("campaign.half_life") < p["people.slow_share"]
    if shape is not None:
        mounts, slowly = np.full_like(mounts, shape[0]), np.full_like(slowly, shape[1])
    top = np.maximum((more - lingers)[:, np.newaxis] - people.pulse, 0.0)
    weeks = np.maximum(np.floor(p["people.mounting_weeks"]), 1.0)[:, np.newaxis]
    people.step = np.where(hit & mounts, top / weeks, people.step)
    people.pulse = np.where(hit, people.pulse + np.where(mounts, people.step, top), people.pulse)
    people.rising = np.where(hit, np.where(mounts, weeks - 1.0, 0.0), people.rising)
    people.tail = np.where(hit, np.maximum(people.tail, lingers[:, np.newaxis]), people.tail)
    people.until = np.where(where, np.maximum(people.until, w.day + days), people.until)
    fade = np.where(slowly, p["people.campaign_half_life_high"], p["people.campaign_half_life_low"])
    people.half_life = np.where(hit, fade[:, np.newaxis], people.half_life)


def _recall(w: "RegionModel", people: People) -> None:
    """Play the orders of the record that were given before the start, week by week, to what is left of them.

    Those who left then are not taken out of the stocks, which are those of the start; they are remembered.
    """
    usual = (w.p["people.return_odds"][:, np.newaxis] * _settled(w))[:, :, np.newaxis] * people.households.stock
    now, everywhere = w.week, np.ones(w.n_worlds, dtype=np.bool_)
    known = knowledge(w.start, w.inputs.record_ends)
    given: dict[int, list[ExpulsionOrder]] = {}
    for event in w.inputs.timeline.values():
        if isinstance(event.shock, ExpulsionOrder) and event.shock.on < w.start and event.shock.on <= known:
            given.setdefault(min(first_week(w.start, event.shock.on), -1), []).append(event.shock)
    recent = [week for week in given if week >= -RECALLED]
    for week in range(min(recent, default=0), 0):
        w.week = w.streams.week = week
        _fade(w, people)
        for order in given.get(week, ()):
            covered, size, days = _terms(w, order)
            seen = (w.start - order.on).days >= SEEN_AFTER
            left = 1.0 + (size - 1.0) * w.p["people.earlier_orders"]
            _begin(w, people, everywhere, covered, left, days, SHAPES.get(order.id or "") if seen else None)
        _remember(people, usual * (people.pulse + people.tail)[:, :, np.newaxis])
    w.week = w.streams.week = now


def _push(w: "RegionModel", people: "People") -> Array:
    """What drives out those without papers, as a multiple of quiet odds, (W,): what others fear too."""
    return np.asarray((people.pulse + people.tail)[:, UNDOCUMENTED] + w.policy["expulsion_pace"])


def _settled(w: "RegionModel") -> Array:
    """Quiet odds of a status relative to others, (W, S)."""
    settled = np.ones((w.n_worlds, len(STATUSES)))
    settled[:, UNDOCUMENTED] = w.p["people.undocumented_factor"]
    return settled


def _remember(people: "People", leaving: npt.NDArray[np.int64] | Array) -> None:
    """A week of the memory of those who left, by status and province."""
    people.gone = people.gone * math.exp(-1.0 / TIES_WEEKS) + leaving


def odds_of_leaving(w: "RegionModel") -> tuple[Array, Array]:
    """Weekly odds of returning or being deported by status and province, (W, S, P), and the share who return, (W, S).

    Voluntary return follows conditions at home more than hardship where people are (S106); in a campaign the fear of
    arrest moves many more than are deported (S97), some with valid papers among them. Where neighbours have left,
    others follow. Nobody returns through a gate shut to returnees.
    """
    p, people, policy = w.p, w.people, w.policy
    base = p["people.return_odds"]
    home = maths.exp(p["people.home_conditions"] * w.economy.af_income)
    settled = _settled(w)
    voluntary = (base * home * policy["return_support"])[:, np.newaxis] * settled
    unsettled = ~w.statuses.valid
    exposed = unsettled * policy["expulsion_pace"][:, np.newaxis]
    # who is pushed out does not depend on the support for those who choose to go
    pushed = base[:, np.newaxis] * settled * (people.pulse + people.tail + exposed)
    afraid = (base * p["people.fear_share"] * _push(w, people))[:, np.newaxis] * w.statuses.valid
    share = maths.clip(p["people.deported_share"] * policy["coercion"], 0.0, 0.9)[:, np.newaxis]
    standing = (p["people.deportation_odds"] * policy["coercion"])[:, np.newaxis] * unsettled
    pressed = pushed * (1.0 - share) + afraid
    returning = voluntary + pressed
    people.pressed = np.divide(pressed, returning, out=np.zeros_like(returning), where=returning > 0.0)
    leaving = returning + pushed * share + standing
    shut = w.gates.closed_share[:, [TORKHAM, CHAMAN], RETURNEES]
    passage = 1.0 - (shut[:, :1] * (1.0 - people.south) + shut[:, 1:] * people.south)
    by_choice = np.divide(returning, leaving, out=np.ones_like(leaving), where=leaving > 0.0)
    seen = people.gone / np.maximum(people.gone + people.households.stock, 1.0)
    follow = maths.exp(p["people.ties"][:, np.newaxis, np.newaxis] * seen)
    return leaving[:, :, np.newaxis] * follow * passage[:, np.newaxis, :], by_choice


def coming_back(w: "RegionModel") -> Array:
    """Persons a year who come back to Pakistan after they returned, (W,): some of those not yet settled (S104), fewer
    while people without papers are driven out there.
    """
    p = w.p
    deterred = maths.exp(-p["people.fear_deters"] * maths.log1p(_push(w, w.people)))
    return np.asarray(p["people.remigration_per_year"] * w.people.fresh * deterred)


def move(w: "RegionModel") -> None:
    """One week of all households, then the ledger of persons (MA14, MB67 for arrivals; S104 for re-migration)."""
    p, people, h = w.p, w.people, w.people.households
    worse = maths.exp(-p["people.arrival_by_conditions"] * w.economy.af_income)
    arriving = p["people.arrivals_initial"] * w.policy["arrivals"] * worse / WEEKS_PER_YEAR + w.shocks.wave_persons
    share = np.minimum(arriving / np.maximum(h.movers[:, 0], 1), 0.9)
    arrive = share / (1.0 - share)  # the odds that move this share
    again = coming_back(w) / WEEKS_PER_YEAR / np.maximum(h.movers[:, 1], 1)
    onward = p["people.onward_per_year"] / WEEKS_PER_YEAR
    come = np.stack([arrive, again, onward], axis=1).astype(np.float32)
    leaving, returning = odds_of_leaving(w)
    by_choice = np.broadcast_to(returning[:, :, np.newaxis], leaving.shape)
    leave = np.stack([leaving, by_choice], axis=-1).astype(np.float32).reshape(w.n_worlds, -1, 2)
    birth = (p["people.natural_increase"] / WEEKS_PER_YEAR).astype(np.float32)
    households.live(
        w.streams.key("households"), w.streams.replicates, w.streams.week, h.status, h.province, h.cell, h.proneness,
        h.persons, leave, come, people.south.astype(np.float32), birth, h.scratch, people.moved, people.crossed,
        h.stock, h.left, h.movers,
    )  # fmt: skip
    _remember(people, h.left)
    # who comes back is among those who came home not long ago
    home = people.moved[:, :, RETURN] + people.moved[:, :, DEPORTATION] - people.moved[:, :, REMIGRATION]
    restless = maths.exp(-1.0 / (WEEKS_PER_YEAR * p["people.settling_years"]))
    people.fresh = np.maximum(people.fresh * restless + maths.row_sum(home.astype(np.float64)), 0.0)
    # residents take their earnings, investment and trade along: fewer contribute less (MA30, MA34 to MA36)
    change = maths.log(np.maximum(people.in_pakistan, 1.0) / people.stock_initial)
    w.climate.acts[:, SOFT_PLACE["refugee_contribution"]] = p["people.contribution_by_number"] * change


def patients(w: "RegionModel") -> Array:
    """Share of a usual week's patients who can cross for treatment, (W,): those with valid visas, while gates are open.

    Closed gates and lapsed visas keep patients out, as in February 2023. Health cooperation raises how many are served,
    which no series measures (MA29: the variable `health_coop`).
    """
    north = w.p["people.patients_at_torkham"]
    shut = w.gates.closed_share[:, :, PEDESTRIANS]
    passing = 1.0 - (north * shut[:, TORKHAM] + (1.0 - north) * shut[:, CHAMAN])
    return np.asarray(np.where(w.statuses.valid[:, VISA], passing, 0.0))
