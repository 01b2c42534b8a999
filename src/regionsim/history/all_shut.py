"""Closures of all gates: whether one lasted, how often they did before, and how often they do in simulations.

Core objects: `happened` (as the list of closures has it; `unknown` where it does not), `past_odds` (the baseline) and
`model_odds`. In each, days count from the forecast's origin on: a closure in force at the origin counts for what is
left of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from regionsim.evidence import record_ends
from regionsim.evidence.cells import still_going
from regionsim.evidence.measures import Record, Records, add_months, covered_to, month_of
from regionsim.history.measurement import MONTHS, Array

LIST = "border_closures"
_ALL = "all"
_HALF = 0.5  # Jeffreys' prior: half an event


def complete_to(records: Records) -> date:
    """The last day of which the list of closures is complete: as a row of `coverage` after the record says, else the
    last day of the record or, if later, of the month in which the last listed closure began.
    """
    said = covered_to((LIST,), records)
    if said is not None and said > record_ends():
        return said
    begun = (date.fromisoformat(str(row["start_date"])) for row in records.get(LIST, ()))
    return max([record_ends(), *(month_of(day)[1] - timedelta(days=1) for day in begun)])


def _spans(records: Records) -> list[tuple[date, date, str]]:
    """First day of each closure of all gates, the day to which it is known to have lasted, and whether it ended then:
    `ended`, `running` (still in force when last observed) or `unknown`.
    """
    spans = []
    for row in records.get(LIST, ()):
        if row["crossing"] != _ALL or row.get("partial"):
            continue
        begun, days, end = date.fromisoformat(str(row["start_date"])), row["days"], str(row.get("end_date") or "")
        running = still_going(days)
        if running is not None:
            spans.append((begun, begun + timedelta(days=running), "running"))
        elif isinstance(days, float | int):
            spans.append((begun, begun + timedelta(days=float(days)), "ended"))
        elif end:
            spans.append((begun, date.fromisoformat(end), "ended"))
        else:
            spans.append((begun, begun + timedelta(days=1), "unknown"))
    return spans


def happened(records: Records, begin: date, end: date, over: float) -> bool | None:
    """Whether all gates were shut for more than `over` days in a row between two days; None if the record cannot say:
    a closure was still in force when last observed, or the list ends sooner.
    """
    spans = [(max(first, begin), min(last, end), state) for first, last, state in _spans(records) if first < end]
    if any((last - first).days > over for first, last, _ in spans):
        return True
    unsure = any(state != "ended" and last < end and (end - first).days > over for first, last, state in spans)
    return None if unsure or complete_to(records) < end - timedelta(days=1) else False


def unknown(records: Records, end: date) -> str:
    """Why the record cannot say whether all gates were shut for so long before `end`, where `happened` is None."""
    covered = complete_to(records)
    if covered < end - timedelta(days=1):
        return f"the list of closures is complete to {covered} only"
    open_ended = [first for first, _, state in _spans(records) if state != "ended" and first < end]
    return f"no row says how long the closure of all gates of {max(open_ended)} lasted"


def past_odds(records: Records, origin: date, over: float) -> Array:
    """Probability of a closure of all gates of more than `over` days within the first 1, 2, ... months, (12,).

    Poisson at the rate of the list before the origin, with Jeffreys' prior: k + 1/2 events in the years since the
    list's first row. If all gates are shut at the origin, also that this closure lasts that long: the share of closures
    of any gate, known to have lasted as long as this one by then, that went on for more than `over` days.
    """
    rows = records.get(LIST, ())
    begun = [date.fromisoformat(str(row["start_date"])) for row in rows if str(row["start_date"]) < origin.isoformat()]
    years = (origin - min(begun, default=origin)).days / 365.25
    spans = [span for span in _spans(records) if span[0] < origin]
    known = [(min(last, origin) - first).days for first, last, _ in spans]
    events = sum(days > over for days in known)
    horizons = np.array([(add_months(origin, k + 1) - origin).days - over for k in range(MONTHS)]) / 365.25
    ahead = np.maximum(horizons, 0.0)  # one must begin soon enough to last
    odds = 1.0 - (years / np.maximum(years + ahead, 1e-9)) ** (events + _HALF)
    running = [(origin - first).days for first, last, state in spans if last >= origin or state == "running"]
    if running:
        left = _lasts(rows, origin, max(running), over)
        odds = 1.0 - (1.0 - odds) * (1.0 - np.where(horizons > 0.0, left, 0.0))
    return np.asarray(odds)


def _lasts(rows: Sequence[Record], origin: date, elapsed: float, over: float) -> float:
    """Chance that a closure that has lasted `elapsed` days lasts more than `over` more, by closures that had ended."""
    lengths = [
        float(row["days"])
        for row in rows
        if isinstance(row["days"], float | int) and not row.get("partial")
        and date.fromisoformat(str(row["start_date"])) + timedelta(days=float(row["days"])) <= origin
    ]  # fmt: skip
    longer = np.array([days for days in lengths if days > elapsed])
    return share_of(longer > elapsed + over)


def share_of(hits: npt.NDArray[np.bool_]) -> float:
    """The share of hits, with half a hit and half a miss more (Jeffreys' prior), so that no log score is infinite."""
    return float((hits.sum() + 0.5) / (hits.size + 1.0))


def model_odds(all_shut: Array, origin: date, end: date, over: float) -> float:
    """Share of worlds, (M, weeks) days of each week on which goods pass at no gate, with more than `over` such days in
    consecutive weeks before `end`; with half a world more on each side, so that no score is infinite.
    """
    weeks = int(np.ceil((end - origin).days / 7.0))
    days = all_shut[:, :weeks].copy()
    left = (end - origin).days - 7.0 * (weeks - 1)
    days[:, -1] *= min(left / 7.0, 1.0)
    run, longest = np.zeros(len(days)), np.zeros(len(days))
    for week in range(days.shape[1]):
        run = np.where(days[:, week] > 0.0, run + days[:, week], 0.0)
        longest = np.maximum(longest, run)
    return share_of(longest > over)
