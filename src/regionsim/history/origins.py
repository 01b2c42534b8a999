"""A forecast made on a past day: the events that an information arm reveals to the model and to baselines.

Core objects: `ARMS` and `forecast_from`; `event_share` and `onset_months` for baselines. The state is that of
`vintage`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

import numpy as np

from regionsim.evidence import record_ends
from regionsim.evidence.measures import add_months
from regionsim.history.measurement import MONTHS, Array
from regionsim.model.information_set import InformationSet
from regionsim.scenario import Scenario, load
from regionsim.schema.quantities import LogNormal
from regionsim.schema.shocks import BorderClosure, Shock, left_open

_LASTING = ("border_closure", "ceasefire")
_OUTSIDE = ("takeover", "aid_cut", "afghan_disorder", "refugee_wave")
_SMALL = ("ghulam_khan", "kharlachi", "angoor_adda")
_A_MONTH = 31.0
_ONSETS = ("border_closure", "airstrike", "expulsion_order", "ceasefire")


@dataclass(frozen=True)
class InformationArm:
    """What a forecast is given after its origin: `kinds` of events, those whose course is `hidden`, and the drivers.

    own: whether the model's own closures, strikes, orders and truces may happen. flows: the flows it is scored on, all
    where none is named, except those (`given`) that contain the events revealed.
    """

    id: str
    title: str
    kinds: tuple[str, ...]
    hidden: frozenset[str]
    own: bool
    drivers: bool
    flows: tuple[str, ...] = ()
    given: tuple[str, ...] = ()


_GOODS_AND_PEOPLE = ("exports", "imports", "transit", "returns_registered", "returns_other", "returns")
ARMS: dict[str, InformationArm] = {
    "A": InformationArm("A", "the calendar", (), frozenset(_ONSETS), own=True, drivers=False),
    "B": InformationArm("B", "and outside shocks", _OUTSIDE, frozenset(_ONSETS), own=True, drivers=True),
    "C": InformationArm(
        "C", "and when closures, strikes, orders and truces began", _OUTSIDE + _ONSETS, frozenset(_ONSETS),
        own=False, drivers=True, given=("closures",),
    ),
    "D": InformationArm(
        "D", "and when crossings were open", (*_OUTSIDE, *_ONSETS, "border_opening"),
        frozenset({"expulsion_order", "ceasefire"}), own=False, drivers=True, flows=_GOODS_AND_PEOPLE,
        given=("closures",),
    ),
}  # fmt: skip
"""Information arms. No arm reveals what is scored: neither how many leave after an order nor how a truce ends."""


def scored_on(arm: InformationArm, flow: str) -> bool:
    """Whether a flow of the model is scored in this arm."""
    return flow not in arm.given and (not arm.flows or flow in arm.flows)


# -- information ------------------------------------------------------------------------------------------------------


def forecast_from(
    origin: date, arm: InformationArm, events: Iterable[Shock], state: Mapping[str, float | LogNormal], worlds: int,
    seed: int, sets: Sequence[str] = (), months: int = MONTHS,
) -> tuple[Scenario, InformationSet]:  # fmt: skip
    """The scenario of a year, or so many months, from the origin in an information arm, and its information on events.

    events: the record's, with their ids. sets: parameters and draws as `--set` names them; they go before the state.
    Every arm knows the closures and truces in force at the origin; only an arm that reveals the path of the crossings
    knows how long they will last.
    """
    end = add_months(origin, months)
    history: list[Shock] = []
    running: dict[str, float] = {}
    for shock in events:
        elapsed = (origin - shock.on).days
        if elapsed <= 0:
            if shock.kind in arm.kinds and shock.on < end:
                history.append(shock)
        elif shock.kind in _LASTING and (left_open(shock) or cast("float", getattr(shock, "days", 0.0)) > elapsed):
            left = max(getattr(shock, "days", 0.0) - elapsed, 0.0)
            history.append(shock.model_copy(update={"on": origin, "days": left}))
            running[shock.id or ""] = float(elapsed)
    base = load("status_quo", sets=("timeline=none", *sets))
    scenario = base.model_copy(
        update={
            "name": f"hindcast_{arm.id.lower()}_{origin:%Y_%m}", "start": origin, "end": end, "worlds": worlds,
            "seed": seed, "levers": {}, "shocks": (), "targets": (), "expect": (), "history": tuple(history),
            "parameters": {**state, **base.parameters},
        }
    )  # fmt: skip
    own_from = origin if arm.own else end + timedelta(days=7)
    drivers_until = min(end, record_ends()) if arm.drivers else origin
    return scenario, InformationSet(own_from, drivers_until, arm.hidden, running)


def event_share(
    arm: InformationArm, kind: str, events: Iterable[Shock], first: date, months: int, origin: date, held_up: str = "",
) -> Array:  # fmt: skip
    """Share of each of `months` months from `first` with an event of a kind, as the arm reveals it, (months,).

    Before the origin events have their full length. After it an event whose end is hidden counts for a month from its
    onset, or from the origin if it is in force then; so does, in every arm, a closure that was in force when the record
    ended. held_up: only closures that stop this flow count, and none at
    small crossings, one of which was shut for four years.
    """
    share = np.zeros(months)
    edges = [add_months(first, k) for k in range(months + 1)]
    for shock in events:
        if shock.kind != kind or (shock.on >= origin and kind not in arm.kinds):
            continue
        if isinstance(shock, BorderClosure) and (shock.crossing in _SMALL or held_up not in shock.flows):
            continue
        until = shock.on + timedelta(days=min(float(getattr(shock, "days", _A_MONTH)), 3650.0))
        going_on = until <= origin and left_open(shock)
        if going_on or (until > origin and kind in arm.hidden):  # its onset is known, its length is not
            until = max(shock.on, origin) + timedelta(days=_A_MONTH)
        for k in range(months):
            common = (min(until, edges[k + 1]) - max(shock.on, edges[k])).days
            share[k] += max(common, 0) / (edges[k + 1] - edges[k]).days
    return np.minimum(share, 1.0)


def onset_months(arm: InformationArm, kind: str, events: Sequence[Shock], first: date, origin: date) -> tuple[int, ...]:
    """Months, counted from `first`, in which events of a kind began, as the arm reveals them."""
    onsets = [shock.on for shock in events if shock.kind == kind and (shock.on < origin or kind in arm.kinds)]
    months = {(day.year - first.year) * 12 + day.month - first.month for day in onsets}
    return tuple(sorted(month for month in months if month >= 0))
