"""Long ruptures: every gate shut over a dispute until both sides agree, then opened gate by gate, people first.

Core objects: `rupture` (one week), `is_rupture` (of a closure that the scenario gives), `open_by_scenario` and
`weekly_hazard`. The case of February 2017 gives the chance of a year and, with the stop of NATO supplies in 2011, the
length; that of October 2025, which had not ended when the record did, came after both were set. Where a rupture begins
is disputed (`structure.rupture_hazard`): as likely on every rung of the ladder, or mostly on its top rungs. That
ruptures exist as a state is structure chosen with hindsight.
"""

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from regionsim.model import maths
from regionsim.model.samplers import Array
from regionsim.schema.categories import (
    AID,
    CARGO,
    CHAMAN,
    CROSSINGS,
    GATE_FLOWS,
    PEDESTRIANS,
    RETURNEES,
    RUNGS,
    SIDES,
    TORKHAM,
)
from regionsim.schema.shocks import BorderClosure
from regionsim.schema.units import WEEKS_PER_YEAR

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

type Mask = npt.NDArray[np.bool_]

GUARD = 3.0  # log hazards are clipped to this, so that no product of rare causes runs away
MOST = 0.9  # the largest chance of anything in one week
LARGE = [TORKHAM, CHAMAN]


def weekly_hazard(w: "RegionModel") -> Array:
    """Chance a week that a rupture begins on each rung, (W, R), equal on all rungs by one reading.

    The share of weeks on each rung is that of the ladder at rest, so that both readings give as many ruptures a year.
    """
    p = w.p
    share = [np.ones(w.n_worlds)]
    for rung, above in pairwise(RUNGS):
        up, down = p[f"relations.up_from_{rung}"], np.maximum(p[f"relations.down_from_{above}"], 1e-6)
        share.append(share[-1] * up / down)
    shares = np.stack(share, axis=1)
    multiple = np.stack([p[f"border.rupture_in_{rung}"] for rung in RUNGS], axis=1)
    mean = maths.row_sum(shares * multiple) / maths.row_sum(shares)
    ladder = multiple / np.maximum(mean, 1e-9)[:, np.newaxis]
    relative = np.where(p["structure.rupture_hazard"][:, np.newaxis] == 1.0, ladder, 1.0)
    rate = -maths.log1p(-np.minimum(p["border.rupture_chance_per_year"], 0.99)) / WEEKS_PER_YEAR
    exists = p["structure.rupture_and_war"] > 0.0
    return np.asarray(np.where(exists[:, np.newaxis], np.minimum(rate[:, np.newaxis] * relative, MOST), 0.0))


def is_rupture(w: "RegionModel", shock: BorderClosure) -> bool:
    """Whether a closure of the scenario is a rupture: one of all gates by a government, whose end is not given, or left
    to both sides.

    A closure for a poll is announced with its end, but a hidden end hides that too: of the two closures of all gates on
    record to June 2025 one was of this kind, two days in 2019.
    """
    whole = shock.crossing == "all" and shock.by != "protesters" and {"cargo", "pedestrians"} <= set(shock.flows)
    return whole and (shock.kind in w.shocks.hidden or bool(shock.until_agreed))


def keep_shut(w: "RegionModel", shock: BorderClosure, where: Mask) -> None:
    """Both sides keep the gates shut for the days that a closure is given, where it is a rupture, (W,)."""
    if shock.kind not in w.shocks.hidden:
        w.border.kept = np.where(where, np.maximum(w.border.kept, w.day + shock.days), w.border.kept)


def rupture(w: "RegionModel", begun: Mask, lasted: Array) -> None:
    """A week of ruptures (P5, third state). begun (W,): where the scenario begins one that has `lasted` days, (W,).

    All gates are shut to everyone in the first week. Each side becomes ready to open with a weekly hazard: higher with
    talks, with mediation (S125) and as costs mount with its length, lower while hostility is high; a new clash or
    strike undoes readiness. The model's own begin while it is free to.
    """
    b = w.border
    hazard = w.relations.at_rung(b.rupture_hazard)
    begins = ((w.streams.bernoulli("rupture", hazard) & w.shocks.free) | begun) & ~b.rupture
    b.rupture_weeks = np.where(b.rupture, b.rupture_weeks + 1.0, np.where(begun, lasted / 7.0, 0.0))
    b.rupture = b.rupture | begins
    b.shut = b.shut | begins[:, np.newaxis, np.newaxis]
    b.let_through = b.let_through & ~begins[:, np.newaxis, np.newaxis]
    _agree(w, begins)
    _open(w, ~begins | (b.rupture_weeks >= 1.0))
    w.event(begins & (lasted == 0.0), "rupture", place="border", actor="both")
    w.event(begins & (lasted > 0.0), "rupture_goes_on", place="border", actor="both", magnitude=lasted)


def _agree(w: "RegionModel", begins: Mask) -> None:
    """End the dispute where both sides are ready, though not in the week in which it begins."""
    p, b = w.p, w.border
    drive = (
        p["border.rupture_exit_talks"] * w.diplomacy.talks
        + w.gulf_mediators.calming
        + maths.log1p(b.rupture_weeks / p["relations.fatigue_weeks"])
    )
    anger = np.stack([w.relations.excess[0], w.relations.excess[1]], axis=1)
    reluctance = p["border.rupture_exit_hostility"][:, np.newaxis] * anger
    hazard = p["border.rupture_exit_hazard"][:, np.newaxis] * maths.exp(
        maths.clip(drive[:, np.newaxis] - reluctance, -GUARD, GUARD)
    )
    ready = w.streams.uniforms("rupture.exit", 2) < np.minimum(hazard, MOST)
    upset = (b.clashes > 0.0) | w.violence.struck
    free = b.rupture & ~begins & (b.kept <= w.day)
    before = b.willing
    b.willing = np.where(free[:, np.newaxis], (b.willing | ready) & ~upset[:, np.newaxis], False)
    ends = b.rupture & np.asarray(b.willing.all(axis=-1))
    b.rupture = b.rupture & ~ends
    for side, name in enumerate(SIDES):
        w.event(b.willing[:, side] & ~before[:, side] & ~ends, "rupture_ready", place="border", actor=name)
    w.event(ends, "rupture_end", place="border", actor="both", magnitude=b.rupture_weeks)


def _open(w: "RegionModel", later: Mask) -> None:
    """Open gates one by one, for people first. later (W,): where a rupture is past its first week.

    Returnees and aid pass before the sides agree: in 2017 and 2020 people who were stranded did after two to five
    weeks, while goods waited. After the agreement each gate opens to travellers, then to goods: the large gates soon,
    the small ones late, as Kharlachi in 2017, three months after Torkham.
    """
    b, p = w.border, w.p
    ordinary = [CARGO, PEDESTRIANS]
    b.shut[:, :, ordinary] |= b.rupture[:, np.newaxis, np.newaxis] & ~b.let_through[:, :, ordinary]
    if not maths.some(b.shut):
        return
    before = b.shut.copy()
    people = w.streams.uniforms("rupture.people", len(CROSSINGS)) < p["border.rupture_people_opening"][:, np.newaxis]
    pace = np.repeat(p["border.rupture_small_gate_opening"][:, np.newaxis], len(CROSSINGS), axis=1)
    large = p["border.rupture_large_gate_opening"][:, np.newaxis]
    pace[:, LARGE] = large
    opens = (w.streams.uniforms("rupture.gate", len(CROSSINGS)) < pace) & ~b.rupture[:, np.newaxis]
    goods = w.streams.uniforms("rupture.goods", len(CROSSINGS)) < large
    b.shut[:, :, PEDESTRIANS] &= ~opens
    for flow in (RETURNEES, AID):  # where anyone may travel, returnees may too
        b.shut[:, :, flow] &= ~(people & later[:, np.newaxis]) & ~opens
    b.shut[:, :, CARGO] &= b.shut[:, :, PEDESTRIANS] | ~goods
    now = before & ~b.shut
    for c, name in enumerate(CROSSINGS):
        w.event(now[:, c, RETURNEES] & b.shut[:, c, CARGO], "people_pass", place=name)
        w.event(now[:, c, CARGO], "goods_pass", place=name)


def open_by_scenario(w: "RegionModel") -> None:
    """Open the gates that a scenario opens, to the flows it names, in its worlds.

    Closures by a government and what a rupture stops end there; opened to goods and travellers, all gates end the
    dispute. A sit-in goes on. New closures may follow.
    """
    b, gates = w.border, w.gates
    for shock, where in w.shocks.openings:
        opened = np.isin(CROSSINGS, shock.gates)[:, np.newaxis] & np.isin(GATE_FLOWS, shock.flows)
        # what was open before the start is told as such, not as the scenario's doing
        cause = "record" if any(shock is one for one in w.shocks.under_way) else "scenario"
        whole = bool(opened[:, [CARGO, PEDESTRIANS]].all())
        opened = opened & np.asarray(where)[..., np.newaxis, np.newaxis]
        before = b.shut.copy()
        b.shut = b.shut & ~opened
        b.let_through = b.let_through | opened
        gates.until = np.where(opened[..., np.newaxis, :], np.minimum(gates.until, w.day), gates.until)
        ordered = np.minimum(gates.ordered_until, w.day)
        gates.ordered_until = np.where(opened[..., CARGO, np.newaxis], ordered, gates.ordered_until)
        for c, name in enumerate(CROSSINGS):
            now = before[:, c] & ~b.shut[:, c]
            people = now[:, RETURNEES] & b.shut[:, c, CARGO]
            w.event(people & ~b.shut[:, c, AID], "people_pass", place=name, cause=cause)
            w.event(people & b.shut[:, c, AID], "returnees_pass", place=name, cause=cause)
            w.event(now[:, CARGO], "goods_pass", place=name, cause=cause)
        if whole:
            w.event(b.rupture & where, "rupture_end", place="border", cause="scenario", magnitude=b.rupture_weeks)
            b.rupture, b.willing = b.rupture & ~where, b.willing & ~np.asarray(where)[..., np.newaxis]
