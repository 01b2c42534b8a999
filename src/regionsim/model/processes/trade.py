"""Trade: desired flows, route choice, passage through the gates, diversion, spoilage.

Core object: `Trade`. Afghan foreign trade that Pakistani goods and routes could carry is a pool for each kind (exports
to Afghanistan, imports from it, transit for it); traders divide it among routes; goods queue at gates in whole trucks.
Route constants are solved at the start so that the route shares of 2024-25 are in equilibrium while costs, reliability
and demand are constant: in the status quo only events move them (role: calibrated).

The cost of passage acts once. On two-way goods the mean cost over the crossings acts through the price elasticity of
flows through them (S83, which includes buying elsewhere), and only differences between crossings move goods among them.
Transit has rival ports: its cost acts only through the choice of route.
"""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from regionsim.model import maths
from regionsim.model.places.service import serve
from regionsim.model.populations import traders
from regionsim.model.processes import ceilings, orders, rivals, tariffs
from regionsim.model.processes.projects import route_relief
from regionsim.model.processes.relations import trust_feeds_trade
from regionsim.model.samplers import Array
from regionsim.schema.categories import (
    CARGO,
    CROSSINGS,
    EXPORT,
    GOODS,
    IMPORT,
    INFORMAL,
    IRAN,
    NORTH,
    ROUTES,
    TRADE_KINDS,
    TRANSIT,
)
from regionsim.schema.units import USD_BN, WEEKS_PER_YEAR

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

_FRESH = GOODS.index("perishable")
LEAST_POOL = 1.1  # a pool is at least this multiple of what passes Pakistan today
_NEVER = -60.0  # utility of a route that a kind cannot take


class Trade:
    """Weekly flows in USD mn. `delivered` (W, C, K) passes the gates; `pool` (W, K) is demand over all routes."""

    def __init__(self, w: "RegionModel") -> None:
        p, worlds = w.p, w.n_worlds
        crossings = _shares_of_crossings(w)
        current = np.stack([p[f"trade.{kind}_initial"] for kind in TRADE_KINDS], axis=1) * USD_BN / WEEKS_PER_YEAR
        # forwarders choose routes for what Afghans use; what returns to Pakistan goes along and uses no other route
        current[:, TRANSIT] = current[:, TRANSIT] * (1.0 - p["trade.round_trip_share"])
        informal = p["trade.informal_initial"][:, np.newaxis] * USD_BN / WEEKS_PER_YEAR * _split(w)
        part = np.stack([p[f"trade.potential_{kind}"] for kind in TRADE_KINDS], axis=1)
        potential = p["trade.potential"][:, np.newaxis] * USD_BN / WEEKS_PER_YEAR * part
        # other routes keep a minimum, however low a potential is drawn
        self.pool = np.maximum(potential, LEAST_POOL * current) + informal
        self.pool_initial = self.pool.copy()
        elsewhere = self.pool - current - informal
        iran = p["trade.elsewhere_by_iran"][:, np.newaxis]
        share = np.empty((worlds, len(TRADE_KINDS), len(ROUTES)))
        share[:, :, : len(CROSSINGS)] = crossings[:, np.newaxis, :] * current[:, :, np.newaxis]
        share[:, :, INFORMAL] = informal
        share[:, :, IRAN], share[:, :, NORTH] = elsewhere * iran, elsewhere * (1.0 - iran)
        self.share_initial = share / self.pool[:, :, np.newaxis]
        self.crossing_share = crossings
        self.current = current
        self.constant = _constants(self.share_initial, p["trade.habit"])
        self.reliability = np.ones((worlds, len(ROUTES)))
        self.reliability[:, : len(CROSSINGS)] = p["trade.reliability_initial"][:, np.newaxis]
        self.reliability_initial = self.reliability.copy()
        self.openness = np.ones((worlds, len(ROUTES)))
        self.rivals = rivals.Rivals(w, share[:, :, IRAN:], current)
        self.orders = orders.Orders(worlds)
        self.level = np.zeros((worlds, len(TRADE_KINDS), len(GOODS)))
        """Slow part of demand, in log points over the start, (W, K, G)."""
        self.mix = np.stack([_mix(w, kind) for kind in TRADE_KINDS])
        self.mix_total = self.mix.sum(axis=-1)
        n = int(p["size.traders"][0])
        spread = p["trade.trader_size_sigma"], p["trade.memory_spread"]
        self.traders = traders.create(w.streams, n, self.share_initial, self.mix, self.reliability, spread)
        self.per_truck = w.table(*["trade.usd_per_truck"] * 2, "trade.usd_per_truck_transit") / 1e6
        """Value of goods on a truck by kind, USD mn, (W, K)."""
        year = np.arange(52.0)
        waves = [
            _wave(year, p[f"trade.season_{name}"], p[f"trade.season_{name}_peak"]) for name in TRADE_KINDS[:TRANSIT]
        ]
        self.season_mean = np.stack([maths.row_sum(wave) / 52.0 for wave in waves], axis=1)
        """Mean of the seasonal wave over a year, (W, 2): exports, imports."""
        self.shipped = np.zeros((worlds, len(TRADE_KINDS), len(GOODS), len(ROUTES)))
        self.demand = np.zeros((worlds, len(TRADE_KINDS)))
        """This week's seasonal demand over all routes, USD mn, (W, K)."""
        gates = (worlds, len(CROSSINGS), len(TRADE_KINDS))
        self.arrived, self.cleared = np.zeros(gates, dtype=np.int64), np.zeros(gates, dtype=np.int64)
        self.turned = np.zeros(gates, dtype=np.int64)  # trucks that left the queue at a shut gate this week
        self.delivered = np.zeros(gates)
        self.fresh = np.zeros((worlds, len(CROSSINGS)))
        """Perishable goods in the queues, USD mn, (W, C)."""
        self.fresh_days = np.zeros((worlds, len(CROSSINGS)))
        """Mean days they have waited, (W, C)."""
        self.perishable_loss = np.zeros(worlds)
        self.held = np.zeros((worlds, len(CROSSINGS)))
        """Share of this week's demand at a gate that shippers hold back, (W, C)."""
        self.informal, self.diverted = np.zeros(worlds), np.zeros(worlds)
        self.returned = np.zeros(worlds)
        """Transit goods of this week that come back into Pakistan, USD mn, (W,)."""


def _shares_of_crossings(w: "RegionModel") -> Array:
    """Share of each crossing in the goods that pass the gates, (W, C)."""
    shares = np.stack([w.p[f"trade.share_{name}"] for name in CROSSINGS], axis=1)
    return np.asarray(shares / maths.row_sum(shares)[:, np.newaxis])


def _split(w: "RegionModel") -> Array:
    """Share of informal trade by kind, (W, K): into Afghanistan, out of it, none in transit."""
    into = w.p["trade.informal_into_afghanistan"]
    return np.stack([into, 1.0 - into, np.zeros_like(into)], axis=1)


def _mix(w: "RegionModel", kind: str) -> npt.NDArray[np.float64]:
    """Goods of a kind, (G,): the same in every world, as slots are dealt once."""
    return np.array([w.p[f"trade.{kind}_{goods}"][0] for goods in GOODS])


def _constants(share: Array, habit: Array) -> Array:
    """Route constants (W, K, R) that keep the shares in equilibrium when every trader has the full habit.

    With habit H = e**h - 1 the equilibrium share of a route is e_r (S + H e_r) up to a factor, S the sum of e (detailed
    balance between routes). With S = 1 this is solved for e by the factor c that makes them sum to one.
    """
    extra = maths.expm1(habit)[:, np.newaxis, np.newaxis]
    low, high = np.zeros(share.shape[:2]), np.full(share.shape[:2], 1.0) + maths.exp(habit)[:, np.newaxis]
    for _ in range(60):
        middle = 0.5 * (low + high)
        total = maths.row_sum(_solve(share, extra, middle))
        low, high = np.where(total < 1.0, middle, low), np.where(total < 1.0, high, middle)
    e = _solve(share, extra, 0.5 * (low + high))
    return np.where(share > 0.0, maths.log(np.maximum(e, 1e-30)), _NEVER)


def _solve(share: Array, extra: Array, factor: Array) -> Array:
    """E >= 0 with e (1 + extra e) = factor * share."""
    right = factor[:, :, np.newaxis] * share
    return 2.0 * right / (1.0 + np.sqrt(1.0 + 4.0 * extra * right))


def costs(w: "RegionModel") -> Array:
    """Cost of each crossing over that at the start, USD 1,000 a container, (W, C, K).

    Clearance and queues by the value of time, rules on transit, risk on the road, less what corridors save (MA07, MA93,
    MB42, MB84; S82, S88). Duties differ by goods and not by crossing (`tariffs`); `demand` has the cost of violence
    (S86).
    """
    p, policy = w.p, w.policy
    hours = w.table(*(f"border.clearance_{name}" for name in CROSSINGS))
    day = p["trade.container_value"] * p["trade.value_of_time"] / 100.0
    clearance = hours / 24.0 * (policy["clearance_time"] - 1.0)[:, np.newaxis]
    # what stands at a gate that a rupture shuts is no wait for passage: none is to be had, which `openness` says
    trucks = np.where(w.border.rupture[:, np.newaxis], 0.0, maths.row_sum(w.gates.queue))
    queueing = 7.0 * trucks / w.capacity
    time = day[:, np.newaxis] * (clearance + queueing) - route_relief(w)
    risk = p["trade.risk_premium"] * (policy["route_risk"] - 1.0)
    cost = np.empty((w.n_worlds, len(CROSSINGS), len(TRADE_KINDS)))
    rules = p["trade.rules_cost"] * (policy["transit_rules"] - 1.0 + w.shocks.rules)
    cost[:, :, :TRANSIT] = (time + risk[:, np.newaxis])[:, :, np.newaxis]
    cost[:, :, TRANSIT] = time + (risk + rules)[:, np.newaxis]
    return cost


def demand(w: "RegionModel", mean_cost: Array) -> tuple[Array, Array]:
    """Demand over all routes, (W, K), and flows through the crossings, (W, K, G), as multiples of the start.

    mean_cost (W, K, G) includes duties. Afghan import capacity drives trade into Afghanistan, Pakistani incomes trade
    out of it (MA04, MA87). At the crossings a price response, small at once and larger over years (S83), acts on
    two-way goods by class; distrust and violence reduce flows (MA02, MA03, S86); traders with ties on both sides add
    to them (MA30).
    """
    p, t = w.p, w.trade
    two_way = np.array([1.0, 1.0, 0.0])[:, np.newaxis]
    base = (p["trade.container_value"] + p["trade.freight"])[:, np.newaxis, np.newaxis]
    price = two_way * maths.log1p(mean_cost / base)
    price = np.where(price < 0.0, price * pays(w)[:, np.newaxis, np.newaxis], price)
    lasting = (
        p["trade.trust_effect"] * trust_feeds_trade(w) * w.relations.trust_change
        - p["trade.violence_effect"] * w.violence.log_excess
        + w.policy["contributor_trade"]
    )
    turned = 1.0 - p["decisions.turn_away_share"] * w.taliban.turned_away
    short = tariffs.elasticity(w, "short")[:, np.newaxis]
    slow = tariffs.elasticity(w, "long")[:, np.newaxis] - short
    speed = 1.0 - w.fade("trade.adjustment_weeks")[:, np.newaxis, np.newaxis]
    t.level = t.level + speed * (lasting[:, np.newaxis, np.newaxis] - slow * price - t.level)
    crossings = maths.exp(t.level - short * price)
    market = np.stack([w.economy.import_capacity, maths.exp(w.economy.pk_income), w.economy.import_capacity], axis=1)
    crossings = crossings * turned[:, np.newaxis, np.newaxis]
    return maths.power(market, p["trade.income_elasticity"][:, np.newaxis] * np.ones(3)), crossings


def pays(w: "RegionModel") -> Array:
    """Share of the response to easier passage that is realised, (W,): all of it; or, where security and economy are
    complements (`structure.security_and_economy`; H1, CT05), less with violence above the start and more below it.
    """
    hold = w.p["structure.security_and_economy"] * w.p["structure.complement_strength"]
    return maths.exp(-hold * w.violence.log_excess)


def season(w: "RegionModel") -> Array:
    """Season by kind and good, (W, K, G): Afghan goods leave in autumn, exports are higher in winter (P11)."""
    p = w.p
    factor = np.ones((w.n_worlds, len(TRADE_KINDS), len(GOODS)))
    for kind, name in ((EXPORT, "export"), (IMPORT, "import")):
        wave = _wave(np.array([w.week_of_year]), p[f"trade.season_{name}"], p[f"trade.season_{name}_peak"])
        factor[:, kind] = wave / w.trade.season_mean[:, kind, np.newaxis]
    return factor


def _wave(week_of_year: Array, strength: Array, peak: Array) -> Array:
    """exp(strength * cos), never negative and sharp where the season is strong; weeks (K,) or one -> (W, K)."""
    turn = 2.0 * np.pi / WEEKS_PER_YEAR
    return maths.exp(strength[:, np.newaxis] * maths.cos(turn * (week_of_year - peak[:, np.newaxis])))


def choose_routes_and_ship(w: "RegionModel") -> None:
    """Traders remember, reconsider and ship; gates take what they can (MA07, ME09, MX08; P7-P9)."""
    p, t = w.p, w.trade
    cost = costs(w)
    mean_cost = maths.row_sum(np.swapaxes(cost, 1, 2) * t.crossing_share[:, np.newaxis, :])
    full_cost = mean_cost[:, :, np.newaxis] + tariffs.fees(w)
    market, crossings = demand(w, full_cost)
    t.pool = t.pool_initial * market
    utility = np.repeat(t.constant[:, :, np.newaxis, :], len(GOODS), axis=2)
    excess = cost.copy()
    excess[:, :, :TRANSIT] -= mean_cost[:, np.newaxis, :TRANSIT]
    sensitivity = p["trade.cost_sensitivity"][:, np.newaxis]
    utility[:, :, :, : len(CROSSINGS)] -= np.swapaxes(sensitivity[..., np.newaxis] * excess, 1, 2)[:, :, np.newaxis, :]
    # costly formal passage makes the informal route pay
    utility[:, :TRANSIT, :, INFORMAL] += sensitivity[:, np.newaxis] * full_cost[:, :TRANSIT]
    utility[:, TRANSIT, :, IRAN:] += (sensitivity * rivals.relief(w))[:, np.newaxis]
    closed = w.gates.closed_share[:, :, CARGO]
    dread = np.zeros((w.n_worlds, len(GOODS), len(ROUTES)))
    dread[:, :, : len(CROSSINGS)] = (p["trade.closed_gate_dread"][:, np.newaxis] * closed)[:, np.newaxis]
    dread[:, _FRESH, : len(CROSSINGS)] += p["trade.perishable_dread"][:, np.newaxis] * closed
    t.openness[:, : len(CROSSINGS)] = w.gates.cargo_open
    # part of informal trade passes the gates themselves
    hidden = p["trade.informal_at_gates"] * maths.row_sum(t.crossing_share * closed)
    dread[:, :, INFORMAL] = (p["trade.closed_gate_dread"] * hidden)[:, np.newaxis]
    t.openness[:, INFORMAL] = 1.0 - hidden
    utility[:, :, :, INFORMAL] += w.policy["informal_appeal"][:, np.newaxis, np.newaxis]
    rely = p["trade.reliability_weight"]
    stuck = p["trade.review_when_stuck"]
    ties = [p[f"trade.relation_{name}"] for name in ("weeks", "ends", "begins")]
    waits = maths.log(np.maximum(1.0 - stuck, 1e-9))
    habits = np.stack([p["trade.habit"], rely, p["trade.review_chance"], stuck, _memory_speed(w), *ties, waits], axis=1)
    goods = season(w) * t.mix[np.newaxis] / t.mix_total[np.newaxis, :, np.newaxis]
    demanded = t.pool[:, :, np.newaxis] * goods
    t.demand = maths.row_sum(demanded)
    own, f32 = t.traders, np.float32
    # the constants already include the utility of reliability at the start
    utility -= (rely[:, np.newaxis] * t.reliability_initial)[:, np.newaxis, np.newaxis]
    traders.ship(
        w.streams.key("traders"), w.streams.replicates, w.streams.week, own.kind, own.goods, own.route, own.memory,
        own.quick, own.weight, own.thin, own.idle, own.left, own.stirred, utility.astype(f32),
        t.reliability.astype(f32), t.openness.astype(f32), dread.astype(f32), demanded.astype(f32),
        habits.astype(f32), t.shipped,
    )  # fmt: skip
    crossings = ceilings.within_means(w, crossings)
    t.shipped[:, :, :, INFORMAL] *= t.openness[:, INFORMAL, np.newaxis, np.newaxis]
    rivals.carry(w, demanded)
    t.shipped[:, :, :, : len(CROSSINGS)] *= crossings[:, :, :, np.newaxis]
    orders.release(w)
    t.reliability = t.reliability + _memory_speed(w)[:, np.newaxis] * (t.openness - t.reliability)
    pass_gates(w)


def _memory_speed(w: "RegionModel") -> Array:
    """Share of the gap between memory and experience closed in a week."""
    return 1.0 - w.halve("trade.memory_half_life")


def pass_gates(w: "RegionModel") -> None:
    """Trucks arrive, wait and are cleared; fresh goods spoil; what passed is this week's trade."""
    p, t, gates = w.p, w.trade, w.gates
    per_truck = t.per_truck[:, np.newaxis, :]
    through = t.shipped[:, :, :, : len(CROSSINGS)]
    value = np.swapaxes(maths.row_sum(np.moveaxis(through, 2, 3)), 1, 2)
    returned = round_trip(w)
    value[:, :, TRANSIT] *= 1.0 + returned[:, np.newaxis]
    trucks = np.ascontiguousarray(value / per_truck)
    u = w.streams.uniforms("gates.trucks", trucks[0].size).reshape(trucks.shape)
    clearing = w.capacity / w.policy["clearance_time"][:, np.newaxis] * gates.cargo_open
    limit = np.ascontiguousarray(w.capacity * p["border.queue_weeks"][:, np.newaxis])
    waiting = gates.queue.copy()
    serve(gates.queue, trucks, u, np.ascontiguousarray(clearing), limit, t.arrived, t.cleared, t.held)
    turn_back(w)
    orders.keep(w)
    t.delivered = t.cleared * per_truck
    spoil(w, waiting)
    t.informal = maths.row_sum(maths.row_sum(t.shipped[:, :, :, INFORMAL]))
    t.returned = returned / (1.0 + returned) * maths.row_sum(np.ascontiguousarray(t.delivered[:, :, TRANSIT]))
    t.informal = t.informal + t.returned
    elsewhere = maths.row_sum(np.swapaxes(t.shipped[:, :, :, IRAN:], 2, 3).reshape(w.n_worlds, len(TRADE_KINDS), -1))
    before = maths.row_sum(np.ascontiguousarray(t.share_initial[:, :, IRAN:])) * t.pool
    t.diverted = maths.row_sum(elsewhere - before)


def turn_back(w: "RegionModel") -> None:
    """Trucks leave the queue of a shut gate as fast as orders that wait for it are cancelled.

    Of 5,000 to 6,000 trucks at Torkham in short closures, 800 and 1,500 at all gates were left in the two long ones
    (border_closures: 2017, 2025).
    """
    gates, t = w.gates, w.trade
    chance = (1.0 - w.halve("trade.orders_half_life"))[:, np.newaxis] * gates.closed_share[:, :, CARGO]
    u = w.streams.uniforms("gates.turned", gates.queue[0].size).reshape(gates.queue.shape)
    t.turned[...] = np.minimum(gates.queue * chance[:, :, np.newaxis] + u, gates.queue)
    gates.queue -= t.turned


def round_trip(w: "RegionModel") -> Array:
    """Transit goods that come back into Pakistan untaxed, over those for Afghan use, (W,) (S93, MD11).

    They exist because of Pakistan's own duties, so rules on transit end them rather than divert them. They are at most
    `trade.round_trip_most` of all transit.
    """
    p = w.p
    share, most = p["trade.round_trip_share"], p["trade.round_trip_most"]
    odds = (
        share / (1.0 - share) * maths.power(w.policy["transit_rules"] + w.shocks.rules, -p["trade.round_trip_by_rules"])
    )
    return np.minimum(odds, most / (1.0 - most))


def spoil(w: "RegionModel", waiting: npt.NDArray[np.int64]) -> None:
    """Fresh goods that wait beyond their shelf life lose value by the day, at shut gates and in queues (S82; ME09)."""
    p, t = w.p, w.trade
    trucks = maths.row_sum(t.arrived[:, :, :TRANSIT])
    shipped = t.shipped[:, :TRANSIT, :, : len(CROSSINGS)]
    all_goods = maths.row_sum(np.moveaxis(shipped, 1, 3).reshape(w.n_worlds, len(GOODS), len(CROSSINGS), -1))
    total = maths.row_sum(np.swapaxes(all_goods, 1, 2))
    fresh_share = np.where(total > 0.0, all_goods[:, _FRESH] / np.maximum(total, 1e-12), 0.0)
    arriving = trucks * t.per_truck[:, :1] * fresh_share
    before = maths.row_sum(waiting) + maths.row_sum(t.arrived)
    left = maths.row_sum(w.gates.queue)
    held = np.where(before > 0.0, left / np.maximum(before, 1.0), 0.0)
    together = t.fresh + arriving
    # mean days waited; goods that have just arrived have waited none
    age = np.where(together > 0.0, t.fresh_days * t.fresh / np.maximum(together, 1e-12), 0.0)
    t.fresh = together * held
    week = 7.0 * np.minimum(np.maximum(w.gates.closed_share[:, :, CARGO], left / w.capacity), 1.0)
    t.fresh_days = np.where(held > 0.0, age + week, 0.0)
    days = maths.clip(t.fresh_days - p["trade.shelf_days"][:, np.newaxis], 0.0, week)
    lost = t.fresh * -maths.expm1(-p["trade.spoilage_per_day"][:, np.newaxis] * days)
    t.fresh = t.fresh - lost
    t.perishable_loss = maths.row_sum(lost)
