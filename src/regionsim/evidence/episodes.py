"""Reads `seeds/episodes.csv`: episodes of the record that a fit leaves out and then predicts.

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
    """An episode of the record: its days, what is predicted of it, and the events that define it.

    measures: series of `measures.csv`; their windows that share a day with the episode are predicted, those of a yearly
    series from the first day of the fiscal year in which the episode begins. spells: closures and truces of the
    timeline whose lengths are predicted. events: those of the timeline that define the episode and name its sources.
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
        """The day from which it is predicted: the first of its month."""
        return self.first.replace(day=1)

    @property
    def origin_of_year(self) -> date:
        """The first day of the fiscal year in which it begins."""
        return date(self.first.year - (self.first.month < 7), 7, 1)


@cache
def read_episodes() -> dict[str, Episode]:
    """The episodes of this installation by id. Raises EvidenceError if a reference does not resolve."""
    faults, timeline, measures = Faults(seeds_dir()), load_evidence().timeline, read_measures()
    episodes: dict[str, Episode] = {}
    for row in read_table(seeds_dir() / "episodes.csv", _COLUMNS, faults):
        c = row.cells
        first, last = (date.fromisoformat(c[column]) for column in ("first", "last"))
        series, spells, events = (tuple(filter(None, c[k].split("|"))) for k in ("measures", "spells", "events"))
        for name in series:
            if name not in measures:
                faults.unknown(row.place, c["id"], "series", name, measures)
        for name in (*spells, *events):
            if name not in timeline:
                faults.unknown(row.place, c["id"], "event", name, timeline)
        if last < first:
            faults.add(row.place, c["id"], f"it ends on {last}, before its first day")
        episodes[c["id"]] = Episode(c["id"], c["title"], first, last, series, spells, events, c["note"])
    if faults.found:
        raise EvidenceError(faults.lines())
    return episodes
