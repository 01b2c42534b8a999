"""Documents: which statuses protect their holders, when cards lapse, and whether they are renewed.

Core object: `Statuses`. A household's status is fixed; its documents are valid or lapsed. Households with lapsed or no
documents are exposed to campaigns and to deportation; those with valid ones are not. Registration cards ran to 30 June
2025 after many extensions, several of them late (S188 to S190), and are honoured until it is decided what follows;
holders of citizen cards were ordered to leave by 31 March 2025 (S191). What is decided is an assumption: on every
occasion each card is renewed with a drawn probability, less likely the more threat is perceived, which also brings
orders. A decision of the record after that extension is followed by the next occasion. Cards that end and an order to
leave are one event, as with citizen cards in 2025: one draw decides on both.
Visas lapse person by person; here they protect until a scenario says otherwise.
"""

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from regionsim.evidence.knowledge import knowledge
from regionsim.model import maths
from regionsim.model.samplers import Array
from regionsim.schema.categories import STATUSES, UNDOCUMENTED
from regionsim.schema.dates import first_week
from regionsim.schema.shocks import StatusChange

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

type Mask = npt.NDArray[np.bool_]

CARDS = ("por", "acc")
CARDS_VALID_TO = date(2025, 6, 30)
"""Last day of the last extension of registration cards in the record (S190)."""


class Statuses:
    """`valid` (W, S): whether documents protect. `lapsed`, `renewed` (W, S): whether protection ended or began this
    week. `orders` (W,): whether an order to leave came with the end of cards this week. `occasion` (W,): week of the
    next decision on cards. `settled` (W, S): statuses that a scenario has set.
    """

    def __init__(self, w: "RegionModel") -> None:
        shape = (w.n_worlds, len(STATUSES))
        self.valid: Mask = np.zeros(shape, dtype=np.bool_)
        for s, status in enumerate(STATUSES):
            if s != UNDOCUMENTED:
                self.valid[:, s] = w.p[f"people.{status}_valid_initial"] > 0.0
        self.lapsed: Mask = np.zeros(shape, dtype=np.bool_)
        self.renewed: Mask = np.zeros(shape, dtype=np.bool_)
        self.first = max(first_week(w.start, CARDS_VALID_TO), 0)
        ended = (CARDS_VALID_TO - w.start).days / 7.0
        self.occasion = np.maximum(ended + w.p["people.decision_late_weeks"], float(self.first))
        decided = _decided(w)
        if decided is not None:
            self.occasion = np.maximum((decided - w.start).days / 7.0 + w.p["people.renewal_weeks"], 0.0)
        self.orders: Mask = np.zeros(w.n_worlds, dtype=np.bool_)
        self.settled: Mask = np.zeros(shape, dtype=np.bool_)


def _decided(w: "RegionModel") -> date | None:
    """The day of the last decision of the record on cards that followed the last extension, before the start."""
    known = knowledge(w.start, w.inputs.record_ends)
    changes = [event.shock for event in w.inputs.timeline.values() if isinstance(event.shock, StatusChange)]
    days = [change.on for change in changes if change.status in CARDS and CARDS_VALID_TO < change.on <= known]
    return max(days, default=None)


def pressure(w: "RegionModel") -> Array:
    """What brings orders to leave also keeps cards from being renewed, (W,): threat and hostility as the military sees
    them, by its weight in the government. 0 at rest.
    """
    p = w.p
    return np.asarray(p["politics.threat_weight"] * p["politics.military_weight"] * (w.army.threat + w.army.suspicion))


def renew(w: "RegionModel") -> None:
    """Cards run out and are renewed or not, by chance on each occasion and by the events of the scenario."""
    s, p = w.statuses, w.p
    before, now = s.valid, s.valid.copy()
    due = w.week >= s.occasion
    ends = np.zeros_like(before)
    held_back = maths.exp(-pressure(w))
    for card in CARDS:
        column = STATUSES.index(card)
        open_ = ~s.settled[:, column]
        if maths.some(open_):
            odds = p[f"people.{card}_renewal"] * held_back
            chance = odds / (1.0 - p[f"people.{card}_renewal"] + odds)
            u = w.streams.uniform(f"status.{card}")
            decided = due & open_
            now[:, column] = np.where(decided, u < chance, now[:, column])
            # the part of the same draw furthest from renewal brings an order too
            brings = u >= 1.0 - (1.0 - chance) * p["people.lapse_brings_order"]
            ends[:, column] |= decided & before[:, column] & brings
    s.occasion = np.where(due, w.week + p["people.renewal_weeks"], s.occasion)
    declared = np.zeros(now.shape, dtype=np.bool_)
    for change, where in w.shocks.status_changes:
        column = STATUSES.index(change.status)
        declared[:, column] = np.where(where, change.to == "valid", declared[:, column])
        now[:, column] = np.where(where, change.to == "valid", now[:, column])
        s.settled[:, column] = np.where(where, w.week >= s.first, s.settled[:, column])
        if change.status in CARDS:
            u = w.streams.uniform(f"status.{change.status}")
            ends[:, column] |= where & before[:, column] & (u >= 1.0 - p["people.lapse_brings_order"])
    # an order in force, or one that the scenario gives, covers those whose cards end: no second one
    given = np.zeros(w.n_worlds, dtype=np.bool_)
    for _, where in w.shocks.expulsions:
        given |= where
    s.orders = (ends & ~now).any(axis=-1) & (w.people.until <= w.day) & w.shocks.free & ~given
    # a declared renewal also ends an order against holders of valid documents
    s.valid, s.lapsed, s.renewed = now, before & ~now, now & (~before | declared)
    for column, status in enumerate(STATUSES):
        w.event(s.lapsed[:, column], "documents_lapsed", place="pakistan", actor="pakistan_government", cause=status)
        w.event(s.renewed[:, column], "documents_renewed", place="pakistan", actor="pakistan_government", cause=status)
