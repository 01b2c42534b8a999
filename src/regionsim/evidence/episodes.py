"""Reads `seeds/episodes.csv`: episodes of the record that are left out of a fit and then predicted.

Core objects: `Episode` and `read_episodes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from regionsim.evidence.base import load_evidence
from regionsim.evidence.holdout import Span
from regionsim.evidence.measures import read_measures
from regionsim.evidence.records import EvidenceError
from regionsim.evidence.tables import Faults, read_table
from regionsim.paths import seeds_dir

_COLUMNS = ("id", "title", "first", "last", "measures", "spells", "events", "note")


@dataclass(frozen=True)
class Episode:
    """An episode from its first day to its last: what is predicted of it and which events of the record make it.

    measures: series of `measures.csv`, of which windows that share a day with it are predicted; a yearly one from
    the first day of the fiscal year that the episode begins in. spells: closures and truces of the timeline whose
    lengths are. events: those of the timeline that the episode is known by, which name their sources.
    """

    id: str
    title: str
    first: date
    last: date
    measures: tuple[str, ...]
    spells: tuple[str, ...]
    events: tuple[str, ...]
    note: str

    @property
    def span(self) -> Span:
        """First and last day, which a fit leaves out."""
        return self.first, self.last

    @property
    def origin(self) -> date:
        """The day it is predicted from: the first of its month."""
        return self.first.replace(day=1)

    @property
    def origin_of_year(self) -> date:
        """The first day of the fiscal year that it begins in."""
        return date(self.first.year - (self.first.month < 7), 7, 1)


@cache
def read_episodes() -> dict[str, Episode]:
    """The episodes of this installation by id. Raises EvidenceError where a word of one leads nowhere."""
    faults, timeline, measures = Faults(seeds_dir()), load_evidence().timeline, read_measures()
    found: dict[str, Episode] = {}
    for row in read_table(seeds_dir() / "episodes.csv", _COLUMNS, faults):
        c = row.cells
        first, last = (date.fromisoformat(c[column]) for column in ("first", "last"))
        asked, spells, events = (tuple(filter(None, c[k].split("|"))) for k in ("measures", "spells", "events"))
        for name in asked:
            if name not in measures:
                faults.unknown(row.place, c["id"], "series", name, measures)
        for name in (*spells, *events):
            if name not in timeline:
                faults.unknown(row.place, c["id"], "event", name, timeline)
        if last < first:
            faults.add(row.place, c["id"], f"it ends on {last}, before its first day")
        found[c["id"]] = Episode(c["id"], c["title"], first, last, asked, spells, events, c["note"])
    if faults.found:
        raise EvidenceError(faults.lines())
    return found
