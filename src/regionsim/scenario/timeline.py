"""The observed timeline of a scenario: which events of the record are played, when, and for how long.

Core objects: `observed_shocks` and `data_until`. An event is a shock whose id is its name in the record. Events before
the start are left out; a closure or truce that lasts into the horizon acts for its remaining days. The effects of
earlier expulsion orders and rules are part of the initial state.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

from regionsim.scenario.patterns import singles
from regionsim.scenario.schema import Scenario, Timeline
from regionsim.schema.shocks import AfghanDisorder, AidCut, AttackCampaign, BorderClosure, Ceasefire, Shock


def observed_shocks(
    choice: Timeline | Literal["none", "observed"], start: date, last: date, record: Mapping[str, Shock]
) -> tuple[Shock, ...]:
    """The shocks of a timeline from the start to the first day of the last week, by date and id."""
    if choice == "none":
        return ()
    changes = choice if isinstance(choice, Timeline) else Timeline(base="observed")
    events = [
        shock.model_copy(update={"on": changes.move[id]}) if id in changes.move else shock
        for id, shock in record.items()
        if id not in changes.remove
    ]
    added = [single for shock in changes.add for single in singles(shock, last)]
    left = [rest for shock in (*events, *added) if (rest := _left(shock, start)) is not None and rest.on <= last]
    return tuple(sorted(left, key=lambda shock: (shock.on, shock.id or "")))


def data_until(scenario: Scenario) -> date:
    """The last day of data that a scenario uses: known at its start, or of the record that it plays."""
    from regionsim.evidence import record_ends
    from regionsim.evidence.knowledge import knowledge

    known = knowledge(scenario.start, record_ends())
    return known if scenario.timeline == "none" else max(known, min(scenario.end, record_ends()))


def span(record: Iterable[Shock]) -> str:
    """The dates of the first and last event in words; `none` if there is no event."""
    dates = [shock.on for shock in record]
    return f"{min(dates)} to {max(dates)}" if dates else "none"


def _left(shock: Shock, start: date) -> Shock | None:
    """The part of a shock that acts after the start; None if there is none."""
    gone = (start - shock.on).days
    if gone <= 0:
        return shock
    if isinstance(shock, BorderClosure) and shock.until_agreed:
        return shock.model_copy(update={"on": start, "days": max(shock.days - gone, 0.0)})
    if isinstance(shock, BorderClosure | Ceasefire | AttackCampaign | AidCut | AfghanDisorder) and shock.days > gone:
        return shock.model_copy(update={"on": start, "days": shock.days - gone})
    return None
