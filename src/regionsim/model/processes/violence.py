"""Violence: attacks by group and province, deaths, recruitment and attrition, truces, strikes.

Core object: `Violence`, this week's counts and their memory. Attacks are negative binomial around a slow
rate, the fighters of a group times their tempo, plus a short self-excitation (SCIENCE 1a; patterns P1, P2). Strikes
respond to violence and provoke it, so each step of that loop is bounded: the effect of strikes, attacks per fighter,
the level of a theatre, strikes per year. No effect of trade on violence is built in (no document claims one), and
neither forced return nor a strike lowers violence by construction.
"""

from typing import TYPE_CHECKING

import numpy as np

from regionsim.model import maths, samplers
from regionsim.model.actors.groups import sanctuary_pressure
from regionsim.model.bounds import bent, saturated
from regionsim.model.processes.regimes import THEATRES, level, trend_at_start
from regionsim.model.processes.severity import death_toll, mean_severity
from regionsim.model.samplers import Array
from regionsim.schema.categories import GROUPS, ISKP, OTHER, PROVINCES, TTP
from regionsim.schema.units import WEEKS_PER_YEAR

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

GUARD = 2.0  # changes of the climate are clipped to this, in logits


class Violence:
    """Counts of this week: `attacks` (W, G, P) and `deaths` (W, G); `weights` (W, G, P) spread a group's attacks."""

    def __init__(self, w: "RegionModel") -> None:
        p = w.p
        shares = np.stack([p[f"violence.share_{group}"] for group in GROUPS], axis=1)
        shares = shares / maths.row_sum(shares)[:, np.newaxis]
        self.attacks_initial = p["violence.attacks_initial"][:, np.newaxis] * shares / WEEKS_PER_YEAR
        """Attacks a week at the start, (W, G)."""
        rows = [np.stack([p[f"violence.{group}_in_{place}"] for place in PROVINCES], axis=1) for group in GROUPS]
        weights = np.stack(rows, axis=1)
        self.weights = weights / maths.row_sum(weights)[:, :, np.newaxis]
        worst = np.floor(p["violence.worst_attack"])[:, np.newaxis]
        scale = np.minimum(np.stack([p[f"violence.severity_{group}"] for group in GROUPS], axis=1), worst)
        alpha = np.broadcast_to(p["violence.severity_tail"][:, np.newaxis], scale.shape)
        self.severity = np.ascontiguousarray(np.stack([scale, alpha, np.broadcast_to(worst, scale.shape)], axis=-1))
        deaths = np.stack([p[f"violence.deaths_per_attack_{group}"] for group in GROUPS], axis=1)
        self.lethal = np.minimum(deaths / mean_severity(self.severity), 1.0)
        """Share of a group's attacks that kill, (W, G)."""
        self.attacks = np.zeros(self.weights.shape, dtype=np.int64)
        self.deaths = np.zeros(shares.shape, dtype=np.int64)
        self.largest = np.zeros(shares.shape, dtype=np.int64)
        """Deaths in the deadliest single attack of each group this week, (W, G)."""
        self.smooth = maths.row_sum(self.attacks_initial)
        """Attacks a week, smoothed, (W,)."""
        self.smooth_initial = self.smooth.copy()
        self.log_excess = np.zeros(w.n_worlds)
        self.major_attack = np.zeros(w.n_worlds, dtype=np.bool_)
        self.regime = np.zeros(shares.shape)
        """Change of each theatre's tempo from the start, in log points, by group, (W, G); `regimes.level` bounds it."""
        self.trend = trend_at_start(w)
        """Trend of each theatre's walk, (W, 2), log points a year."""
        self.walk: tuple[Array, ...] = ()
        """Noise of its own, share of the trend kept and noise of the trend a week, (W, 1) each, once it has walked."""
        self.recorded = np.zeros((w.n_worlds, len(THEATRES)))
        """Level of each theatre's walk when it was last an event, (W, 2)."""
        self.tempo_record = np.maximum(p["violence.attacks_record"] / p["violence.attacks_initial"], 1.0)
        """Tempo of the worst year on record as a multiple of the start, at least 1, (W,)."""
        self.struck = np.zeros(w.n_worlds, dtype=np.bool_)
        """Whether there was a strike across the border this week."""


def strike_and_curb(w: "RegionModel") -> None:
    """Strikes across the border, with degradation, backlash or both (`structure.strikes`); curbs by Kabul (MC12, CT18;
    MB57, MA81).

    Where both act, the sign of the net effect follows from the intelligence share: hits degrade the TTP's tempo, misses
    raise it. Both sum over strikes here; `felt` bounds their effect.
    """
    p, groups = w.p, w.groups
    own = w.army.strikes | w.army.ordered_strikes
    w.violence.struck = struck = own | w.shocks.strike
    hit, reading = p["security.intelligence_share"], p["structure.strikes"]
    degrades, provokes = struck & (reading < 2.0), struck & (reading > 0.0)
    fade = w.fade("security.strike_degrade_weeks")
    groups.degraded = groups.degraded * fade + np.where(degrades, p["security.strike_degrade"] * hit, 0.0)
    fade = w.fade("security.strike_backlash_weeks")
    groups.backlash = groups.backlash * fade + np.where(provokes, p["security.strike_backlash"] * (1.0 - hit), 0.0)
    fade = w.fade("security.curb_weeks")
    groups.pressure = groups.pressure * fade + np.where(w.taliban.curbs, p["security.curb_size"], 0.0)
    day = 7.0 * w.streams.uniform("strike.day")
    # deaths are over-dispersed: most strikes kill few, some many (size 1: geometric)
    drawn = w.streams.negative_binomial("strike.deaths", p["security.strike_deaths"], 1.0)
    w.strike_deaths = np.where(own, drawn, 0) + w.shocks.strike_deaths
    for mask, cause in ((w.army.strikes, "threat"), (w.army.ordered_strikes & ~w.army.strikes, "policy")):
        w.event(mask, "strike", place="border", actor="pakistan", cause=cause, day=day, magnitude=drawn)
    w.event(w.shocks.strike, "strike", place="border", actor="pakistan", cause="scenario",
            day=day, magnitude=w.shocks.strike_deaths)  # fmt: skip
    w.event(w.taliban.curbs, "curb", place="afghanistan", actor="taliban_government")


def keep_or_break_truce(w: "RegionModel") -> None:
    """Truces with the TTP: brokered and accepted or refused, agreed by scenario, broken (ME10, ME11; P4, S57)."""
    groups, now = w.groups, w.day
    offered = w.taliban.brokers & ~groups.truce & ~w.shocks.truce_end & (w.shocks.truce_days <= 0.0)
    accepted, breaks = w.ttp.answer(offered, groups.truce & (groups.truce_until <= 0.0))
    groups.truce_broken = breaks
    over = breaks | (groups.truce & (groups.truce_until > 0.0) & (groups.truce_until <= now))
    over |= groups.truce & w.shocks.truce_end
    w.event(over, "truce_end", actor="ttp", magnitude=groups.truce_week)
    groups.truce &= ~over
    agreed = np.broadcast_to((w.shocks.truce_days > 0.0) & ~w.shocks.truce_end, groups.truce.shape)
    brokered = offered & accepted & ~groups.truce
    # an agreed truce lasts to its end date, and sets one for a truce already in force
    groups.truce_until = np.where(agreed, np.maximum(groups.truce_until, now + w.shocks.truce_days), groups.truce_until)
    open_ended = agreed & ("ceasefire" in w.shocks.hidden)  # its end is hidden: it ends as a brokered one does
    groups.truce_until = np.where(brokered | open_ended, -1.0, groups.truce_until)
    groups.truce_week = np.where(groups.truce, groups.truce_week + 1.0, 0.0)
    groups.truce |= agreed | brokered
    w.event(agreed, "truce", actor="ttp", cause="agreed", magnitude=w.shocks.truce_days)
    w.event(brokered, "truce", actor="ttp", cause="brokered")
    w.event(offered & ~accepted, "refusal", actor="ttp")


def felt(w: "RegionModel", total: Array) -> Array:
    """Bounded effect of strikes on the TTP's tempo, from the sum over strikes, (W,) in log points.

    Degradation and backlash share one bound, so that equal sums have equal effects.
    """
    return saturated(total, w.p["security.strike_saturation"])


def tempo(w: "RegionModel") -> Array:
    """Attacks per fighter relative to the start, (W, G): unchanged up to the tempo of the worst year on record, then
    bent towards `violence.beyond_record` times that.
    """
    p, groups, policy = w.p, w.groups, w.policy
    factor = np.ones(groups.fighters.shape)
    held = 1.0 - p["security.truce_suppression"]
    ttp = np.where(groups.truce, held, 1.0) * maths.exp(felt(w, groups.backlash) - felt(w, groups.degraded))
    across = 1.0 - p["security.infiltration_share"] * (1.0 - policy["infiltration"])
    factor[:, TTP] = ttp * across * policy["ttp_tempo"]
    leak = np.where(groups.truce, 1.0 + p["security.truce_leakage"], 1.0)
    factor[:, 1:] = leak[:, np.newaxis]
    unbounded = factor * groups.chosen_tempo * w.shocks.campaign * maths.exp(level(w))
    return bent(unbounded, w.violence.tempo_record[:, np.newaxis], p["violence.beyond_record"][:, np.newaxis])


def attack(w: "RegionModel") -> None:
    """Draw this week's attacks by group and province, and their deaths (MA20, MA43; S35, S46b)."""
    v, p = w.violence, w.p
    per_fighter = w.groups.fighters / w.groups.fighters_initial
    base = v.attacks_initial * per_fighter * tempo(w)
    n = p["violence.branching"][:, np.newaxis]
    rate = (base * (1.0 - n) + w.groups.excitation * n)[:, :, np.newaxis] * v.weights
    size = p["violence.dispersion"][:, np.newaxis, np.newaxis] * v.weights
    u = w.streams.uniforms("attacks", rate[0].size).reshape(rate.shape)
    v.attacks = samplers.negative_binomial_inv(u, rate, size)
    by_group = np.asarray(v.attacks.sum(axis=-1))
    share = 1.0 - w.fade("violence.excitation_weeks")[:, np.newaxis]
    w.groups.excitation = w.groups.excitation + share * (by_group - w.groups.excitation)
    lethal = v.lethal.copy()
    lethal[:, TTP] = np.minimum(lethal[:, TTP] * w.policy["ttp_severity"], 1.0)
    v.deaths, v.largest = death_toll(w.streams, "attack.deaths", by_group, lethal, v.severity)
    total = np.asarray(by_group.sum(axis=-1))
    v.smooth = v.smooth + (total - v.smooth) / p["violence.smoothing_weeks"]
    v.log_excess = maths.log(np.maximum(v.smooth, 0.1) / v.smooth_initial)
    major = v.largest >= p["violence.major_attack_deaths"][:, np.newaxis]
    v.major_attack = np.asarray(major.any(axis=-1))
    for g, group in enumerate(GROUPS):
        w.event(major[:, g], "major_attack", actor=group, magnitude=v.largest[:, g])


def uplifted(w: "RegionModel") -> Array:
    """Effect of uplift on recruitment in the border belt, (W,): lower, or, by the other reading (`structure.uplift`),
    lower where the state is in control and higher where contested (S43, S110).
    """
    knob = w.policy["local_recruitment"]
    contested = maths.clip(w.violence.log_excess / w.p["structure.contested_at"], 0.0, 1.0)
    turned = w.p["structure.uplift"] * contested
    return np.asarray(knob - 2.0 * turned * np.minimum(knob - 1.0, 0.0))


def order(w: "RegionModel") -> Array:
    """Order in Afghanistan that IS-KP faces, relative to the start, (W,) in logits (MB49)."""
    return maths.clip(w.climate.felt("af_stability"), -GUARD, GUARD)


def defect(w: "RegionModel", pressure: Array) -> Array:
    """TTP fighters who defect to IS-KP this week, (W,): under pressure, from a limited pool who would leave rather than
    yield (MB57; feared in UN reports, S8).
    """
    p, groups = w.p, w.groups
    pool = p["security.defection_pool"] * groups.fighters_initial[:, TTP]
    desired = groups.fighters[:, TTP] * p["security.defection_per_year"] / WEEKS_PER_YEAR * pressure
    leaving = np.minimum(desired, np.maximum(pool - groups.gone_over, 0.0))
    groups.gone_over = groups.gone_over + leaving
    return np.asarray(leaving)


def recruit_and_lose(w: "RegionModel") -> None:
    """Fighters gained, killed and lost to another group (MA43, MC46, MB90, MX02, MA31; SCIENCE 1a).

    A logistic ceiling is assumed, as growth cannot continue as in 2023-25 for ever; no series shows it.
    """
    groups, p, policy = w.groups, w.p, w.policy
    fighters, start = groups.fighters, groups.fighters_initial
    loss = w.table(*(f"security.attrition_{group}" for group in GROUPS))
    growth = w.table(*(f"security.growth_{group}" for group in GROUPS))
    weekly_loss = loss / WEEKS_PER_YEAR
    ceiling = p["security.growth_ceiling"][:, np.newaxis]
    room = np.maximum(1.0 - fighters / (ceiling * start), 0.0) / (1.0 - 1.0 / ceiling)
    # recruitment is never negative: a group that shrinks faster than its attrition loses only its attrition
    gain = np.maximum(growth / WEEKS_PER_YEAR * room + weekly_loss, 0.0) * fighters
    pressure = sanctuary_pressure(w)
    sanctuary = p["security.sanctuary_multiplier"]
    sheltered = (1.0 + (sanctuary - 1.0) * (1.0 - pressure)) / sanctuary
    local = uplifted(w) * maths.exp(-p["security.livelihood_recruitment"] * w.economy.border_income)
    more = np.ones_like(fighters)
    more[:, TTP] = sheltered * local * (1.0 + p["security.collateral_recruitment"] * felt(w, groups.backlash))
    more[:, OTHER] = local
    more[:, ISKP] = policy["iskp_growth"] * maths.exp(-p["security.iskp_order"] * order(w))
    # the ceiling also limits what raises recruitment, or a lasting cause would grow a group without end
    gain *= 1.0 + (more - 1.0) * np.where(more > 1.0, room, 1.0)
    response = 1.0 + p["security.operation_response"] * maths.clip(w.violence.log_excess, -0.9, 2.0)
    # attrition at the start is that of a usual year, its operations included
    usual = 1.0 + p["security.operation_boost"] * p["politics.operations_per_year"] / WEEKS_PER_YEAR
    response = response * (1.0 + p["security.operation_boost"] * w.army.operates) / usual
    killed = fighters * np.minimum(weekly_loss * response[:, np.newaxis], 0.5)
    # Kabul fights IS-KP, Pakistan's operations do not: its attrition follows Kabul's effort (MB90)
    effort = maths.clip(w.climate.felt("taliban_ct_effort"), -GUARD, GUARD)
    fought = weekly_loss[:, ISKP] * maths.exp(p["security.iskp_effort"] * effort)
    killed[:, ISKP] = fighters[:, ISKP] * np.minimum(fought, 0.5)
    # at its ceiling a group only replaces its losses, and no week carries it past the ceiling
    gain = np.minimum(gain, np.maximum(ceiling * start - fighters, 0.0) + killed)
    # prisoners set free and groups that merge at a takeover
    freed = w.shocks.takeover * p["security.takeover_fighters"] * fighters[:, TTP]
    gain[:, TTP] += np.where(room[:, TTP] > 0.0, freed, 0.0)
    moved = np.zeros_like(fighters)
    moved[:, ISKP] = defect(w, pressure)
    moved[:, TTP] = -moved[:, ISKP]
    groups.recruited, groups.killed, groups.defected = gain, killed, moved
    groups.fighters = fighters + gain - killed + moved
