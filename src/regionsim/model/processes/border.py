"""The border: clashes, closures by either side, blockades by protesters, ruptures (`ruptures`).

Core object: `Border`. Ordinary closures are two to four a year over all crossings, half to two thirds after a local
clash, with lognormal lengths of 9-10 days at the median (P5, P6); a rupture is a state of its own with a hazard and a
condition on each side to leave it; third parties block gates too (Chaman 2023-24).
"""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from regionsim.model import maths
from regionsim.model.processes import ruptures
from regionsim.model.samplers import Array, lognormal_inv, lognormal_where
from regionsim.schema.categories import AFGHANISTAN, CARGO, CROSSINGS, GATE_FLOWS, PAKISTAN, RUNGS, SIDES
from regionsim.schema.shocks import BorderClosure
from regionsim.schema.units import WEEKS_PER_YEAR

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

type Mask = npt.NDArray[np.bool_]

ORDINARY = ("cargo", "pedestrians")
GUARD = 3.0  # log hazards are clipped to this, so that no product of rare causes runs away


class Border:
    """Clashes of this week (W, C), and the rupture: `rupture` (W,) until both sides agree, `willing` to by side (W, 2).

    `shut` (W, C, flow): what a rupture stops at each gate, until that gate opens after the agreement. `let_through`
    likewise: what a scenario has opened and this rupture does not stop again. `kept` (W,): day until which both sides
    are known to keep gates shut.
    """

    def __init__(self, w: "RegionModel") -> None:
        worlds, crossings = w.n_worlds, len(CROSSINGS)
        self.clash: Mask = np.zeros((worlds, crossings), dtype=np.bool_)
        self.clashes = np.zeros(worlds)
        self.rupture: Mask = np.zeros(worlds, dtype=np.bool_)
        self.rupture_weeks = np.zeros(worlds)
        self.willing: Mask = np.zeros((worlds, 2), dtype=np.bool_)
        self.shut: Mask = np.zeros((worlds, crossings, len(GATE_FLOWS)), dtype=np.bool_)
        self.let_through: Mask = np.zeros_like(self.shut)
        self.kept = np.full(worlds, -1.0)
        self.rupture_hazard = ruptures.weekly_hazard(w)
        """Chance a week that a rupture begins, by rung, (W, R)."""
        self.share = np.stack([w.p[f"border.incident_share_{name}"] for name in CROSSINGS], axis=1)
        """Share of clashes and closures at each crossing, (W, C)."""
        self.share = self.share / maths.row_sum(self.share)[:, np.newaxis]


def clash(w: "RegionModel") -> None:
    """Clashes between border forces, by crossing (ME08, MB79; rate from the incident file, P6).

    Their rate rises with hostility, with violence (closures and attacks moved together in 2016-24, r about 0.6) and
    with the rung of the ladder.
    """
    p, b = w.p, w.border
    ladder = w.relations.at_rung(w.table(*(f"border.clashes_in_{rung}" for rung in RUNGS)))
    drive = p["border.clash_hostility"] * w.relations.excess_mean + p["border.clash_violence"] * w.violence.log_excess
    yearly = (
        p["border.clashes_per_year"] * w.policy["clash_rate"] * ladder * maths.exp(maths.clip(drive, -GUARD, GUARD))
    )
    chance = np.minimum((yearly / WEEKS_PER_YEAR)[:, np.newaxis] * b.share, 0.9)
    b.clash = w.streams.uniforms("border.clash", len(CROSSINGS)) < chance
    b.clashes = maths.row_sum(b.clash)
    day = 7.0 * w.streams.uniforms("border.clash_day", len(CROSSINGS))
    for c, name in enumerate(CROSSINGS):
        w.event(b.clash[:, c], "clash", place=name, actor="border_forces", day=day[:, c])


def shut(w: "RegionModel") -> None:
    """Closures: after clashes, after major attacks, for other reasons, by scenario; then the share of the week shut."""
    b, gates, p = w.border, w.gates, w.p
    gates.open_early(w.army.opens, PAKISTAN, w.day)
    w.event(w.army.opens, "opening", place="border", actor="pakistan_army")
    clash_day = 7.0 * w.streams.uniforms("border.clash_day", len(CROSSINGS))
    _close(w, w.army.closes, PAKISTAN, clash_day, "closure.days", "clash")
    _close(w, b.clash & w.taliban.closes, AFGHANISTAN, clash_day, "closure.days_afghanistan", "clash")
    _close(w, ~b.clash & w.taliban.closes, AFGHANISTAN, clash_day, "closure.days_afghanistan", "strike")
    day = 7.0 * w.streams.uniforms("closure.other_day", len(CROSSINGS))
    # a closed gate makes others likelier to close, this week's closures not yet counted
    contagion = maths.exp(p["border.contagion"] * (gates.closed_share[:, :, CARGO] > 0.0).any(axis=-1))
    yearly = p["border.other_closures_per_year"] * w.policy["closure_other"] * contagion
    administrative = _chance(w, "closure.other", yearly / WEEKS_PER_YEAR) & w.shocks.free
    side = w.streams.uniforms("closure.other_side", len(CROSSINGS)) < p["border.other_by_afghanistan"][:, np.newaxis]
    _close(w, administrative & ~side, 0, day, "closure.other_days", "administration")
    _close(w, administrative & side, 1, day, "closure.other_days", "administration")
    # after a major attack in Pakistan it is Pakistan that closes (CT35)
    after = np.where(w.violence.major_attack, p["border.close_after_major_attack"] * w.policy["closure_other"], 0.0)
    _close(w, _chance(w, "closure.attack", after) & w.shocks.free, 0, day, "closure.attack_days", "attack")
    begun, lasted = _scenario_closures(w)
    _blockades(w)
    ruptures.rupture(w, begun, lasted)
    ruptures.open_by_scenario(w)
    gates.settle(w.day, p["border.blockade_cargo"][:, np.newaxis], b.shut)
    for c, name in enumerate(CROSSINGS):
        w.event(gates.reopened[:, c], "reopening", place=name, day=gates.reopening_day[:, c])


def _chance(w: "RegionModel", purpose: str, weekly: Array) -> Mask:
    """Crossings hit this week, (W, C), where `weekly` (W,) is the rate over all of them."""
    return w.streams.uniforms(purpose, len(CROSSINGS)) < np.minimum(weekly[:, np.newaxis] * w.border.share, 0.9)


def _lengths(w: "RegionModel", purpose: str, where: Mask) -> Array:
    """Days an ordinary closure lasts, (W, C), where the mask (W, C) says; 0 elsewhere, as few gates shut in a week."""
    p = w.p
    mu, sigma = maths.log(p["border.closure_days_median"]), p["border.closure_days_sigma"]
    return _lognormal(w, purpose, where, mu, sigma) * w.policy["closure_length"][:, np.newaxis]


def _lognormal(w: "RegionModel", purpose: str, where: Mask, mu: Array, sigma: Array) -> Array:
    """Lognormal lengths (W, C) of `mu` and `sigma` (W,) where the mask says, 0 elsewhere."""
    u = w.streams.uniforms(purpose, len(CROSSINGS))
    return lognormal_where(where, u, mu[:, np.newaxis], sigma[:, np.newaxis])


def _close(w: "RegionModel", where: Mask, side: int, day: Array, purpose: str, cause: str) -> None:
    """Shut cargo and pedestrians where the mask (W, C) says, for days drawn for this purpose, and record it."""
    if not maths.some(where):
        return
    days = _lengths(w, purpose, where)
    w.gates.close(where, side, ORDINARY, w.day, day, days)
    for c, name in enumerate(CROSSINGS):
        w.event(where[:, c], "closure", place=name, actor=SIDES[side], cause=cause, day=day[:, c], magnitude=days[:, c])


def _scenario_closures(w: "RegionModel") -> tuple[Mask, Array]:
    """Closures that the scenario orders; `by: protesters` is a blockade.

    Returns where one of them begins a rupture, (W,), and the days for which it has lasted, (W,). Its length is not
    drawn: it is recorded as 0.
    """
    begun, lasted = np.zeros(w.n_worlds, dtype=np.bool_), np.zeros(w.n_worlds)
    for shock, ordered in w.shocks.closures:
        names = shock.gates
        of_rupture = np.zeros(w.n_worlds, dtype=np.bool_)
        if ruptures.is_rupture(w, shock):
            of_rupture = (w.p["structure.rupture_and_war"] > 0.0) & ordered
            before = w.shocks.running.get(shock.id or "", 0.0)
            begun, lasted = begun | of_rupture, np.where(of_rupture, np.maximum(lasted, before), lasted)
            ruptures.keep_shut(w, shock, of_rupture)
        where = np.isin(CROSSINGS, names) & (ordered & ~of_rupture)[:, np.newaxis]
        days = np.where(of_rupture[:, np.newaxis], 0.0, _scenario_days(w, shock, where))
        if shock.by == "protesters":
            until = np.where(where, w.day + days, -1.0)
            w.gates.blocked_until = np.maximum(w.gates.blocked_until, until)
        sides = {"pakistan": (0,), "afghanistan": (1,), "both": (0, 1), "protesters": ()}[shock.by]
        for side in sides:
            until = w.gates.ordered_until[:, :, side]
            np.copyto(until, np.maximum(until, w.day + days), where=where)
            w.gates.close(where, side, shock.flows, w.day, np.zeros(where.shape), days)
        for name in names:
            # of one under way at the start the log says already that the rupture goes on
            shown = ordered & (~of_rupture | (w.shocks.running.get(shock.id or "", 0.0) == 0.0))
            length = days[:, CROSSINGS.index(name)]
            w.event(shown, "closure", place=name, actor=shock.by, cause="scenario", magnitude=length)
    return begun, lasted


def _scenario_days(w: "RegionModel", shock: BorderClosure, where: Mask) -> Array:
    """Days a scenario's closure lasts from now, (W, C): drawn as for the model's own closures where its end is hidden,
    or left to both sides.

    One closure of all gates has one length. For one in force at the start the drawn length is conditional on exceeding
    the days it has already lasted.
    """
    if shock.kind not in w.shocks.hidden and not shock.until_agreed:
        return np.full(where.shape, float(shock.days))
    p, kind = w.p, "blockade" if shock.by == "protesters" else "closure"
    mu, sigma = maths.log(p[f"border.{kind}_days_median"]), p[f"border.{kind}_days_sigma"]
    u = w.streams.uniforms(f"{kind}.days_untold.{shock.id}", len(CROSSINGS))
    if shock.crossing == "all":
        u = np.repeat(u[:, :1], len(CROSSINGS), axis=1)
    elapsed = w.shocks.running.get(shock.id or "", 0.0)
    if elapsed > 0.0:
        before = ndtr((maths.log(np.full(w.n_worlds, elapsed)) - mu) / sigma)[:, np.newaxis]
        u = np.minimum(before + (1.0 - before) * u, 1.0 - 1e-12)
    length = lognormal_inv(u, mu[:, np.newaxis], sigma[:, np.newaxis])
    # one left to both sides lasts at least the days given
    given = 0.0 if shock.kind in w.shocks.hidden else float(shock.days)
    return np.asarray(np.maximum(length - elapsed, given))


def _blockades(w: "RegionModel") -> None:
    """Sit-ins that block a gate (Chaman from October 2023, 274 days): rare and long."""
    p = w.p
    begins = _chance(w, "blockade", p["border.blockades_per_year"] / WEEKS_PER_YEAR)
    begins &= (w.gates.blocked_until <= w.day) & w.shocks.free
    mu, sigma = maths.log(p["border.blockade_days_median"]), p["border.blockade_days_sigma"]
    days = _lognormal(w, "blockade.days", begins, mu, sigma)
    w.gates.blocked_until = np.where(begins, w.day + days, w.gates.blocked_until)
    for c, name in enumerate(CROSSINGS):
        w.event(begins[:, c], "closure", place=name, actor="protesters", cause="sit-in", magnitude=days[:, c])
