"""How a scenario differs from its baseline, override by override, and scenarios with some of the overrides.

Core objects: `Override`, `players` (all overrides), and `mixed` (the baseline with some overrides applied). Overrides
are levers, parameters, shocks, single events of an observed timeline, the timeline itself, and how parameters are
drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from regionsim.errors import InputError, set_words, spoken
from regionsim.levers import LEVERS
from regionsim.scenario import Scenario, Timeline
from regionsim.scenario.marks import shock_text
from regionsim.scenario.timeline import observed_shocks
from regionsim.scenario.vocabulary import vocabulary
from regionsim.schema.dates import week_date
from regionsim.schema.shocks import Shock

type Set = frozenset[str]
type Event = Literal["struck"] | date
_ABSENT = object()


@dataclass(frozen=True)
class Override:
    """One override: its path in a scenario, and its value in words."""

    path: str
    words: str


def players(base: Scenario, scenario: Scenario) -> tuple[Override, ...]:
    """Every override that can affect results, in the order of a scenario file.

    Raises InputError where the two differ in start, end or seed, and so share no chance, or where nothing differs.
    """
    faults = [
        f"{key}: {scenario.name} has {getattr(scenario, key)}, {base.name} {getattr(base, key)} (give both the same: "
        f"{spoken('--seed N', 'seed=N') if key == 'seed' else set_words(f'{key}=...')})"
        for key in ("start", "end", "seed")
        if getattr(scenario, key) != getattr(base, key)
    ]
    if faults:
        raise InputError(faults)
    changed = [Override(name, _words(name, value)) for name, value in _differing(base, scenario).items()]
    if not changed:
        raise InputError(f"{scenario.name} differs from {base.name} in nothing that affects results")
    return tuple(changed)


def _differing(base: Scenario, scenario: Scenario) -> dict[str, Any]:
    """Path -> the scenario's value, for every path that differs."""
    a, b = _pieces(base), _pieces(scenario)
    paths = [*b, *(path for path in a if path not in b)]
    return {path: b.get(path, _ABSENT) for path in paths if a.get(path, _ABSENT) != b.get(path, _ABSENT)}


def _pieces(scenario: Scenario) -> dict[str, Any]:
    """The settings of a scenario: path -> value."""
    pieces: dict[str, Any] = {f"levers.{name}": setting for name, setting in scenario.levers.items()}
    pieces |= {f"parameters.{name}": value for name, value in scenario.parameters.items()}
    pieces |= {f"deals.{deal.id}": deal for deal in scenario.deals}
    pieces |= {f"shocks.{key}": shock for key, shock in keyed(scenario.shocks).items()}
    pieces["draws"] = scenario.draws
    if scenario.timeline != "none":
        pieces["timeline"] = "observed"
        pieces |= {f"timeline.{id}": event for id, event in _events(scenario.timeline).items()}
        if isinstance(scenario.timeline, Timeline):
            pieces |= {f"timeline.add.{key}": shock for key, shock in keyed(scenario.timeline.add).items()}
    return pieces


def keyed(shocks: Sequence[Shock]) -> dict[str, Shock]:
    """Shocks by id, or without one by kind, place or group, and date."""
    keyed: dict[str, Shock] = {}
    for shock in shocks:
        what = getattr(shock, "crossing", getattr(shock, "group", None))
        named = "_".join(what) if isinstance(what, tuple) else what
        plain = "_".join(filter(None, (shock.kind, named, shock.on.isoformat())))
        key = shock.id or plain
        keyed[f"{key}_{len(keyed)}" if key in keyed else key] = shock
    return keyed


def _events(timeline: Timeline | str) -> dict[str, Event]:
    """Observed events that are removed or moved."""
    if not isinstance(timeline, Timeline):
        return {}
    return {**timeline.move, **dict.fromkeys(timeline.remove, "struck")}


def _words(path: str, value: Any) -> str:
    """An override in words."""
    kind, _, name = path.partition(".")
    if kind == "levers":
        title = LEVERS[name].title if name in LEVERS else name
        return f"without {title}" if value is _ABSENT else f"{title} ({value.intensity:.0%})"
    if kind == "deals":
        return f"without the deal {name}" if value is _ABSENT else f"deal {name} (while {value.while_})"
    if kind == "timeline" and name:
        if isinstance(value, date):
            return f"{name} on {value} instead"
        if value is _ABSENT:
            return f"{name} as it happened"
        return f"without {name}" if value == "struck" else _shock_words(value)
    subject = name or kind
    if value is _ABSENT:
        return f"without {subject}"
    if isinstance(value, float | int | str):
        return f"{subject} = {value}"
    return _shock_words(value) if kind == "shocks" else f"{subject} drawn differently"


def _shock_words(shock: Shock) -> str:
    """A shock in words, with its date: "Torkham closed for 4 weeks, 01 Sep 2026"."""
    return f"{shock_text(shock)}, {'from ' if shock.every else ''}{shock.on:%d %b %Y}"


def mixed(base: Scenario, scenario: Scenario, chosen: Set, title: str = "") -> Scenario:
    """The baseline with the chosen overrides; all of them give the scenario itself, none the baseline itself."""
    every = frozenset(_differing(base, scenario))
    if chosen == every:
        return scenario
    if not chosen:
        return base
    a, b = _pieces(base), _pieces(scenario)
    held: dict[str, Any] = {}
    for path in [*a, *(path for path in b if path not in a)]:
        source = b if path in chosen or path not in every else a
        if path in source:
            held[path] = source[path]
    timeline = _timeline(held)
    last = week_date(base.start, base.weeks - 1)
    return scenario.model_copy(
        update={
            "title": title[:200] or scenario.title,
            "targets": (),
            "expect": (),
            "evidence": (),
            "levers": _under(held, "levers."),
            "parameters": _under(held, "parameters."),
            "deals": tuple(_under(held, "deals.").values()),
            "shocks": tuple(_under(held, "shocks.").values()),
            "draws": held["draws"],
            "timeline": timeline,
            "history": observed_shocks(timeline, base.start, last, vocabulary().timeline),
        }
    )


def _under(held: dict[str, Any], prefix: str) -> dict[str, Any]:
    return {path.removeprefix(prefix): value for path, value in held.items() if path.startswith(prefix)}


def _timeline(held: dict[str, Any]) -> Timeline | Literal["none", "observed"]:
    """The timeline of these settings; changes of a timeline that is not played are ignored."""
    if "timeline" not in held:
        return "none"
    added = tuple(_under(held, "timeline.add.").values())
    events = {k: v for k, v in _under(held, "timeline.").items() if not k.startswith("add.")}
    if not added and not events:
        return "observed"
    struck = tuple(id for id, event in events.items() if event == "struck")
    moved = {id: event for id, event in events.items() if isinstance(event, date)}
    return Timeline(base="observed", remove=struck, move=moved, add=added)


def acting(scenario: Scenario) -> dict[str, Any]:
    """The inputs that affect a scenario's results, without levers at intensity 0: equal where results are equal."""
    levers = {name: setting for name, setting in scenario.levers.items() if setting.intensity > 0}
    return scenario.model_copy(update={"levers": levers}).numbers_key()
