"""Documents: which statuses protect their holders, when cards lapse, and whether they are renewed.

Core object: `Statuses`. A status is what a household holds and does not change; its documents are valid or lapsed. Who
holds lapsed documents, or none, is exposed to campaigns and to deportation; who holds valid ones is not. Registration
cards ran to 30 June 2025 after many extensions, several of them late (S188 to S190); holders of citizen cards were told
to leave by 31 March 2025 (S191). What becomes of either after that is an assumption: on every occasion each is renewed
with a chance, drawn. Visas lapse person by person: here they protect until a scenario says otherwise.
"""

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from regionsim.schema.categories import STATUSES, UNDOCUMENTED
from regionsim.schema.dates import first_week

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

type Mask = npt.NDArray[np.bool_]

CARDS = ("por", "acc")
CARDS_VALID_TO = date(2025, 6, 30)
"""Last day of the last extension of registration cards in the record (S190)."""


class Statuses:
    """`valid` (W, S): whether documents protect. `lapsed`, `renewed` (W, S): whether they ceased to this week, or do
    again. `occasion` (W,): week of the next decision on cards. `stands` (S,): statuses that a scenario has settled.
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
        self.occasion = np.full(w.n_worlds, float(self.first))
        self.stands: Mask = np.zeros(len(STATUSES), dtype=np.bool_)


def renew(w: "RegionModel") -> None:
    """Cards run out and are renewed or not, by chance on each occasion and by the events of the scenario."""
    s, p = w.statuses, w.p
    before, now = s.valid, s.valid.copy()
    due = w.week >= s.occasion
    for card in CARDS:
        held = STATUSES.index(card)
        if not s.stands[held]:
            kept = w.streams.bernoulli(f"status.{card}", p[f"people.{card}_renewal"])
            now[:, held] = np.where(due, kept, now[:, held])
    s.occasion = np.where(due, w.week + p["people.renewal_weeks"], s.occasion)
    declared = np.zeros(len(STATUSES), dtype=np.bool_)
    for change in w.shocks.status_changes:
        held = STATUSES.index(change.status)
        declared[held] = change.to == "valid"
        now[:, held] = declared[held]
        s.stands[held] = w.week >= s.first
    # a renewal that is declared also ends an order that named holders of valid documents
    s.valid, s.lapsed, s.renewed = now, before & ~now, now & (~before | declared)
    for held, status in enumerate(STATUSES):
        w.event(s.lapsed[:, held], "documents_lapsed", place="pakistan", actor="pakistan_government", cause=status)
        w.event(s.renewed[:, held], "documents_renewed", place="pakistan", actor="pakistan_government", cause=status)
