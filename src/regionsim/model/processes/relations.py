"""Relations: fast hostility and slow memory on both sides, trust, and the ladder from normal to war.

Core object: `Relations`. With x = h - mu the distance of hostility from its long-run level, x' = phi x + (1 - phi) r(x
of the other side) + acts, bounded by tanh; m' = (1 - delta) m + delta (h - confidence in the other side); trust =
logistic of -m (the form of Liebovitch and Gottman, S67, S68; short-run reciprocity around a long-run level, S69). No
series identifies trust: its level, speed and responses are assumptions with wide ranges, and are shown as such.
"""

from typing import TYPE_CHECKING

import numpy as np

from regionsim.model import maths
from regionsim.model.samplers import Array
from regionsim.schema.categories import AFGHANISTAN, CARGO, CLASH, CROSSINGS, NORMAL, PAKISTAN, RUNGS, TENSION
from regionsim.schema.units import WEEKS_PER_YEAR

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

GUARD = 4.0  # log hazards of the ladder are clipped to this, so that no product of rare causes runs away


class Relations:
    """Two directed feelings, Pakistan's (0) and Afghanistan's (1): `hostility`, `memory` (2, W), in logits.

    `escalation` (W,): rung of the ladder, 0 normal to 3 war.
    """

    def __init__(self, w: "RegionModel") -> None:
        p = w.p
        start = np.stack([p["relations.trust_pakistan_initial"], p["relations.trust_afghanistan_initial"]])
        self.set_point = -maths.log(start / (1.0 - start))
        self.hostility = self.set_point.copy()
        self.memory = self.set_point.copy()
        self.escalation = np.full(w.n_worlds, int(p["relations.escalation_initial"][0]), dtype=np.int64)
        self.rung_weeks = np.zeros(w.n_worlds)
        self.trust = start.copy()
        self.trust_initial = start.copy()
        nowhere = np.zeros(w.n_worlds)
        up = [p[f"relations.up_from_{rung}"] for rung in RUNGS[:3]]
        # without ruptures and war the ladder ends below its top rung
        up[CLASH] = up[CLASH] * p["structure.rupture_and_war"]
        self.up = np.stack([*up, nowhere], axis=1)
        """Weekly hazard of climbing from each rung at rest, (W, R); `down`: of stepping down."""
        self.down = np.stack([nowhere, *(p[f"relations.down_from_{rung}"] for rung in RUNGS[1:])], axis=1)

    def at_rung(self, by_rung: Array) -> Array:
        """Of values for each rung, (W, R), those of the rung that each world is on, (W,)."""
        return np.take_along_axis(by_rung, self.escalation[:, np.newaxis], axis=1)[:, 0]

    @property
    def excess(self) -> Array:
        """Hostility over its long-run level, (2, W)."""
        return np.asarray(self.hostility - self.set_point)

    @property
    def excess_mean(self) -> Array:
        """Mean of both sides, (W,)."""
        excess = self.excess
        return np.asarray(0.5 * (excess[PAKISTAN] + excess[AFGHANISTAN]))

    @property
    def trust_change(self) -> Array:
        """Mean trust over its start, (W,)."""
        change = self.trust - self.trust_initial
        return np.asarray(0.5 * (change[PAKISTAN] + change[AFGHANISTAN]))


def react(w: "RegionModel") -> None:
    """Respond to the week's acts and to the other side's mood (MA25, MC33, MD33, ME01, ME14, MX06, MX10, MX15, MX17).

    India's presence over that of the start is an act against Pakistan where Pakistan sees it as hostile (MB87, MC25).

    The set point includes the usual acts of the start, so acts count by their difference from these (`usual_acts`).
    Negative acts weigh `relations.negativity` times positive ones (prior 2 to 5).
    """
    p, r = w.p, w.relations
    usual = usual_acts(w)
    # gates that a rupture shuts are part of the dispute, not further acts
    closed = maths.row_sum(np.where(w.border.shut[:, :, CARGO], 0.0, w.gates.closed_share[:, :, CARGO]))
    # a week with fighting counts the same however many posts fired
    both = (
        np.minimum(w.border.clashes, 1.0)
        + p["relations.closure_act"] * closed
        + p["relations.accusation_act"] * w.diplomacy.accused
        - usual["both"]
    )
    violence = p["relations.violence_act"] * w.violence.log_excess + w.violence.major_attack - usual["attacks"]
    strikes = w.violence.struck + w.strike_deaths / p["relations.deaths_per_act"] - usual["strikes"]
    gone = (w.flows["returns"] - w.usual_returns) / p["relations.returns_per_act"]
    burden = p["relations.burden_act"] * w.policy["civilian_burden"]
    shared = p["relations.trade_act"] * trade_feeds_trust(w) * maths.log(np.maximum(w.trade_ratio, 0.02))
    conceded = p["relations.concession_act"] * (w.government.concedes + w.army.opens - usual["concessions"])
    good = w.diplomacy.talks - usual["talks"] + shared + conceded
    weight = p["relations.negativity"]
    alarm = p["relations.india_act"] * w.india.alarm
    alarm = weight * np.maximum(alarm, 0.0) + np.minimum(alarm, 0.0)
    acts = p["relations.act_size"] * np.stack(
        [weight * (both + violence) + alarm - good, weight * (both + strikes + gone + burden) - good]
    )
    excess = r.excess
    opposite = excess[::-1]
    answer = p["relations.reciprocity_negative"] * np.maximum(opposite, 0.0)
    answer = (answer + p["relations.reciprocity_positive"] * np.minimum(opposite, 0.0)) * p["structure.reciprocity"]
    keep = p["relations.inertia"]
    # reciprocity works on the part that does not persist, which keeps the pair stable whatever is drawn (SCIENCE 1b)
    bound = p["relations.bound"]
    r.hostility = r.set_point + bound * maths.tanh((keep * excess + (1.0 - keep) * answer + acts) / bound)
    confidence = np.stack([w.policy["confidence"], w.policy["confidence"] + w.policy["confidence_afghanistan"]])
    r.memory = r.memory + p["relations.memory_speed"] * (r.hostility - confidence - r.memory)
    r.trust = maths.logistic(-r.memory)


def trade_feeds_trust(w: "RegionModel") -> Array:
    """Part of trade's effect on trust that is at work, (W,), by `structure.trust_and_trade` (CT37, MA91)."""
    return np.where(w.p["structure.trust_and_trade"] == 1.0, w.p["structure.follower_share"], 1.0)


def trust_feeds_trade(w: "RegionModel") -> Array:
    """Part of trust's effect on trade that is at work, (W,), by `structure.trust_and_trade` (CT37, MA02)."""
    return np.where(w.p["structure.trust_and_trade"] == 2.0, w.p["structure.follower_share"], 1.0)


def usual_acts(w: "RegionModel") -> dict[str, Array]:
    """Acts in a usual week at the start, (W,), from the rates that generate them."""
    p = w.p
    clashes = p["border.clashes_per_year"] / WEEKS_PER_YEAR
    strikes = p["politics.strikes_usual"] / WEEKS_PER_YEAR
    major = p["violence.major_attacks_usual"] / WEEKS_PER_YEAR
    closed = sum(p[f"border.closure_days_initial_{name}"] for name in CROSSINGS) / 365.25
    accused = p["history.accusations"] / WEEKS_PER_YEAR
    return {
        "both": clashes + p["relations.closure_act"] * closed + p["relations.accusation_act"] * accused,
        "attacks": major,
        "strikes": strikes * (1.0 + p["security.strike_deaths"] / p["relations.deaths_per_act"]),
        "talks": p["politics.talks_usual"] / WEEKS_PER_YEAR,
        "concessions": (p["decisions.concessions_per_year"] + p["decisions.open_usual"]) / WEEKS_PER_YEAR,
    }


def climb(w: "RegionModel") -> None:
    """Move up or down the ladder by at most one rung a week (SCIENCE 1b; MC12, MX10; S125 for mediation).

    The cost of a crisis grows with its length, so the hazard of stepping down does too. While a rupture lasts, which is
    a dispute that keeps every gate shut, the lowest rung is tension.
    """
    p, r = w.p, w.relations
    level = r.escalation
    push = (
        p["relations.up_hostility"] * r.excess_mean
        + p["relations.up_attack"] * w.violence.major_attack
        + p["relations.up_strike"] * w.violence.struck
        + p["relations.up_clash"] * np.minimum(w.border.clashes, 3.0)
        + w.gulf_mediators.relapse
    )
    up_hazard = r.at_rung(r.up) * maths.exp(maths.clip(push, -GUARD, GUARD))
    calm = p["relations.down_talks"] * np.minimum(w.diplomacy.talks, 1.0) + w.gulf_mediators.calming
    calm = (
        calm - p["relations.down_hostility"] * r.excess_mean + maths.log1p(r.rung_weeks / p["relations.fatigue_weeks"])
    )
    down_hazard = r.at_rung(r.down) * maths.exp(maths.clip(calm, -GUARD, GUARD))
    u = w.streams.uniform("ladder")
    up = u < np.minimum(up_hazard, 0.9)
    down = (u > 1.0 - np.minimum(down_hazard, 0.9)) & ~up & ~(w.border.rupture & (level == TENSION))
    up = up | (w.border.rupture & (level == NORMAL))
    r.escalation = level + up - down
    r.rung_weeks = np.where(up | down, 0.0, r.rung_weeks + 1.0)
    for rung, name in enumerate(RUNGS):
        w.event(up & (r.escalation == rung), "escalation", place="border", cause=name, magnitude=rung)
        w.event(down & (r.escalation == rung), "de-escalation", place="border", cause=name, magnitude=rung)
