"""Relations: fast hostility and slow memory on both sides, trust, and the ladder from normal to war.

Core object: `Relations`. h' = mu + phi (h - mu) + reciprocity + acts; m' = (1 - delta) m + delta h; trust = logistic of
-m (Liebovitch and Gottman's form, S67, S68; short-run reciprocity around a long-run level, S69). No series identifies
trust: its level, speed and responses are assumptions with wide ranges, and are shown as such.
"""

from typing import TYPE_CHECKING

import numpy as np

from regionsim.model import maths
from regionsim.model.samplers import Array

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

WEEKS_PER_YEAR = 365.25 / 7.0
PK, AF = 0, 1
RUNGS = ("normal", "tension", "clash", "war")


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

    @property
    def excess(self) -> Array:
        """Hostility over its long-run level, (2, W)."""
        return np.asarray(self.hostility - self.set_point)

    @property
    def excess_mean(self) -> Array:
        """Mean of both sides, (W,)."""
        excess = self.excess
        return np.asarray(0.5 * (excess[PK] + excess[AF]))

    @property
    def trust_change(self) -> Array:
        """Mean trust over its start, (W,)."""
        change = self.trust - self.trust_initial
        return np.asarray(0.5 * (change[PK] + change[AF]))


def react(w: "RegionModel") -> None:
    """Each side answers the week's acts, and the other's mood (MA25, MC33, MD33, ME01, ME14, MX06, MX10, MX15, MX17).

    What was usual at the start is already in the set point: acts count by their difference from the usual rate.
    Negative acts weigh `relations.negativity` times positive ones (prior 2 to 5).
    """
    p, r = w.p, w.relations
    scale = p["relations.act_size"]
    closed = maths.row_sum(w.gates.closed_share[:, :, 0]) - p["border.closure_days_initial"] / 365.25
    # a week with fighting weighs the same however many posts fired
    clashes = np.minimum(w.border.clashes, 1.0) - p["border.clashes_per_year"] / WEEKS_PER_YEAR
    strikes = w.violence.struck - p["politics.strikes_per_year"] / WEEKS_PER_YEAR
    harm = w.strike_deaths / p["relations.deaths_per_act"]
    gone = (w.week_returns - w.usual_returns) / p["relations.returns_per_act"]
    accused = w.diplomacy.accused - p["politics.accusations_per_year"] / WEEKS_PER_YEAR
    violence = p["relations.violence_act"] * w.violence.log_excess + w.violence.major_attack
    both = clashes + p["relations.closure_act"] * closed + p["relations.accusation_act"] * accused
    burden = p["relations.burden_act"] * w.policy["civilian_burden"]
    bad_pk = both + violence
    bad_af = both + strikes + harm + gone + burden
    positive = p["politics.talks_per_year"] * 2.0 / WEEKS_PER_YEAR
    good = w.diplomacy.talks - positive + p["relations.trade_act"] * maths.log(np.maximum(w.trade_ratio, 0.02))
    weight = p["relations.negativity"]
    acts = np.stack([scale * (weight * bad_pk - good), scale * (weight * bad_af - good)])
    excess = r.excess
    other = excess[::-1]
    answer = p["relations.reciprocity_negative"] * np.maximum(other, 0.0)
    answer = answer + p["relations.reciprocity_positive"] * np.minimum(other, 0.0)
    keep = p["relations.inertia"]
    # reciprocity works on the part that does not persist, which keeps the pair stable whatever is drawn (SCIENCE 1b)
    bound = p["relations.bound"]
    r.hostility = r.set_point + bound * maths.tanh((keep * excess + (1.0 - keep) * answer + acts) / bound)
    fade = p["relations.memory_speed"]
    r.memory = r.memory + fade * (r.hostility - r.memory)
    r.trust = maths.logistic(-(r.memory - w.policy["confidence"]))


def climb(w: "RegionModel") -> None:
    """Up or down one rung of the ladder at most in a week (SCIENCE 1b; MC12, MX10).

    The cost of a crisis grows with its length, so that the hazard of stepping down does too.
    """
    p, r = w.p, w.relations
    level = r.escalation
    push = (
        p["relations.up_hostility"] * r.excess_mean
        + p["relations.up_attack"] * w.violence.major_attack
        + p["relations.up_strike"] * w.violence.struck
        + p["relations.up_clash"] * np.minimum(w.border.clashes, 3.0)
    )
    base = np.stack([p[f"relations.up_from_{rung}"] for rung in RUNGS[:3]] + [np.zeros(w.n_worlds)], axis=1)
    up_hazard = np.take_along_axis(base, level[:, np.newaxis], axis=1)[:, 0] * maths.exp(np.clip(push, -3.0, 5.0))
    calm = p["relations.down_talks"] * np.minimum(w.diplomacy.talks, 1.0)
    calm = (
        calm - p["relations.down_hostility"] * r.excess_mean + maths.log1p(r.rung_weeks / p["relations.fatigue_weeks"])
    )
    downs = np.stack([np.zeros(w.n_worlds)] + [p[f"relations.down_from_{rung}"] for rung in RUNGS[1:]], axis=1)
    down_hazard = np.take_along_axis(downs, level[:, np.newaxis], axis=1)[:, 0] * maths.exp(np.clip(calm, -3.0, 3.0))
    u = w.streams.uniform("ladder")
    up = u < np.minimum(up_hazard, 0.9)
    down = (u > 1.0 - np.minimum(down_hazard, 0.9)) & ~up
    r.escalation = level + up - down
    r.rung_weeks = np.where(up | down, 0.0, r.rung_weeks + 1.0)
    for rung, name in enumerate(RUNGS):
        w.event(up & (r.escalation == rung), "escalation", place="border", cause=name, magnitude=rung)
        w.event(down & (r.escalation == rung), "de-escalation", place="border", cause=name, magnitude=rung)
