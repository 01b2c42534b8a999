"""What of the record a start may use: the rows and events known on the day before it.

Core objects: `knowledge` (the last day of data that a start uses), `known_by` (inputs without later rows and events),
`published` (the rows that had been published) and `published_by` (inputs without the others). A start in the past plays
what happened: there a row counts once its period is over. One after the briefs' present looks ahead: there a row counts
once it was published.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from regionsim.evidence.holdout import days_of
from regionsim.evidence.publication import Known
from regionsim.schema.dates import DECLARED, PRESENT

if TYPE_CHECKING:
    from regionsim.evidence.inputs import Inputs


def knowledge(start: date, ends: date) -> date:
    """The last day of data that a start on this day uses; ends: the last day of the record.

    Declared values of the state rest on the record to `DECLARED`. They hold for starts to the briefs' present, and
    states of earlier starts lead up to them.
    """
    return DECLARED if start <= PRESENT else min(start - timedelta(days=1), ends)


@cache
def known_by(inputs: Inputs, day: date) -> Inputs:
    """The inputs without rows of periods that end after this day, and without events dated after it."""
    series = {
        id: replace(full, records=tuple(row for row in full.records if days_of(row)[1] <= day))
        for id, full in inputs.series.items()
    }
    timeline = {id: event for id, event in inputs.timeline.items() if event.shock.on <= day}
    return replace(inputs, series=series, timeline=timeline)


@cache
def published(inputs: Inputs, day: date) -> Known:
    """The rows of all series that had been published by a day (`seeds/publication.csv`)."""
    return Known({id: full.records for id, full in inputs.series.items()}, day, inputs.waits, days_of)


@cache
def published_by(inputs: Inputs, start: date) -> Inputs:
    """The inputs as published by a start, and without events dated on it or later."""
    known = published(inputs, start)
    series = {id: replace(full, records=known[id]) for id, full in inputs.series.items()}
    timeline = {id: event for id, event in inputs.timeline.items() if event.shock.on < start}
    return replace(inputs, series=series, timeline=timeline)
