"""What a scenario changes in its baseline, override by override, and the evidence for each.

Core objects: `changes_of`, `source`, `size`, `moments`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from regionsim.errors import InputError
from regionsim.evidence import load_evidence
from regionsim.evidence.identified import identified
from regionsim.levers import LEVERS
from regionsim.scenario import Deal, ending
from regionsim.scenario.marks import by_date, marks
from regionsim.schema.durations import Duration, in_words
from regionsim.studies.briefing.data import BriefSource, Change, Moment, Size
from regionsim.studies.overrides import keyed, players

if TYPE_CHECKING:
    from regionsim.scenario import Scenario

NOTHING = "not in the baseline"


def changes_of(base: Scenario, scenario: Scenario) -> tuple[Change, ...]:
    """Every override that can affect results; empty where scenario and baseline give the same results."""
    end = min(base.end, scenario.end)  # what begins after the earlier end is not a change
    base, scenario = ending(base, end), ending(scenario, end)
    same = {key: getattr(scenario, key) for key in ("start", "seed")}
    try:
        changed = players(base.model_copy(update=same), scenario)
    except InputError:  # nothing differs that affects results
        return ()
    return tuple(_change(override.path, override.words, base, scenario) for override in changed)


def _change(path: str, label: str, base: Scenario, scenario: Scenario) -> Change:
    kind, _, name = path.partition(".")
    if kind == "levers":
        return _lever(path, name, base, scenario)
    if kind == "parameters":
        return _parameter(path, name, base, scenario)
    if kind == "deals":
        was, now = (next((_deal(deal) for deal in side.deals if deal.id == name), "") for side in (base, scenario))
        return Change(path, "deal", f"Deal {name.replace('_', ' ')}", was or NOTHING, now or "no deal")
    if kind == "shocks":
        was, now = (_shock(side, name) for side in (base, scenario))
        title = (now or was).partition(":")[0].capitalize() or label.replace("_", " ")
        return Change(path, "shock", f"{title} ({name})", was or NOTHING, now or "removed")
    was, now = (str(getattr(side, kind, "")) for side in (base, scenario))
    if kind == "timeline" and name:
        return _event(path, name, label)
    return Change(path, kind, label, was if len(was) < 40 else "different", now if len(now) < 40 else label)


def _event(path: str, id: str, label: str) -> Change:
    """An observed event that is removed or moved, or an event that is added."""
    event = load_evidence().timeline.get(id)
    if event is None:
        return Change(path, "timeline", label.replace("_", " "), "not in the record", "added")
    now = "removed" if label.startswith("without ") else label.removeprefix(f"{id} ").removesuffix(" instead")
    cited = tuple(sources_of((event.source,)))
    return Change(path, "timeline", event.title, f"as observed, on {event.shock.on}", now, sources=cited)


def _lever(path: str, name: str, base: Scenario, scenario: Scenario) -> Change:
    was, now = (_setting(side.levers.get(name)) for side in (base, scenario))
    lever = LEVERS.get(name)
    if lever is None:
        return Change(path, "lever", name, was or NOTHING, now or "not pulled")
    return Change(
        path, "lever", lever.title, was or NOTHING, now or "not pulled", lever.who, lever.grade, lever.needs,
        lever.side_effects, tuple(sources_of(lever.evidence)),
    )  # fmt: skip


def _deal(deal: Deal) -> str:
    """A deal in words: its levers, and the condition."""
    titles = (f"{LEVERS[name].title} ({share:.0%})" for name, share in deal.levers.items() if name in LEVERS)
    return f"{'; '.join(titles)}, from {deal.from_}, while {deal.while_}"


def _setting(setting: Any) -> str:
    """The setting of a lever in words; empty if it is not used."""
    if setting is None:
        return ""
    ramp = f", reached over {setting.ramp_weeks:.0f} weeks" if setting.ramp_days else ""
    until = f", until {setting.until}" if setting.until else ""
    return f"{setting.intensity:.0%} from {setting.from_}{ramp}{until}"


def _parameter(path: str, name: str, base: Scenario, scenario: Scenario) -> Change:
    parameter = load_evidence().parameters.get(name)
    title, unit = (parameter.title, parameter.unit) if parameter else (name, "")
    was, now = (_value(side.parameters.get(name), unit) for side in (base, scenario))
    role = parameter.role if parameter else ""
    default = "as in the evidence base" + (f": {parameter.value:g} {unit}" if parameter else "")
    cited = tuple(sources_of(parameter.sources)) if parameter else ()
    mark = identified(name)
    return Change(path, "parameter", title, was or default, now or default, grade=role, sources=cited, identified=mark)


def _value(value: Any, unit: str) -> str:
    if value is None:
        return ""
    if isinstance(value, float | int):
        return f"{value:g} {unit}"
    fields = value.model_dump(exclude_none=True)
    kind = fields.pop("distribution")
    return f"drawn, {kind} ({', '.join(f'{key} {field}' for key, field in fields.items())}) {unit}"


def _shock(scenario: Scenario, key: str) -> str:
    """A shock in words; empty if absent."""
    shock = keyed(scenario.shocks).get(key)
    if shock is None:
        return ""
    fields = shock.model_dump(by_alias=True, exclude_none=True, exclude={"id", "kind"})
    parts = (f"{'for' if name == 'days' else name} {_plain(value)}" for name, value in fields.items())
    return f"{shock.kind.replace('_', ' ')}: {', '.join(parts)}"


def _plain(value: Any) -> str:
    if isinstance(value, Duration):
        return in_words(value)
    return " and ".join(map(str, value)) if isinstance(value, list | tuple) else str(value).replace("_", " ")


def sources_of(ids: Iterable[str]) -> list[BriefSource]:
    """The entries of the evidence base with these ids."""
    return [source(id) for id in dict.fromkeys(ids)]


def source(id: str) -> BriefSource:
    """The entry of the evidence base with this id; its title is "" where there is none."""
    evidence = load_evidence()
    entry = evidence.find(id)
    if entry is None:
        table = any(name.startswith(f"{id}/") for name in evidence.series)
        return BriefSource(id, f"the observed series of {id.replace('_', ' ')}" if table else "", "", "")
    documents = [evidence.documents[key] for key in getattr(entry, "sources", ()) if key in evidence.documents]
    own = str(getattr(entry, "url", "") or "")
    url = own or next((document.url for document in documents if document.url), "")
    where = "; ".join(dict.fromkeys(document.title for document in documents))
    locators = ", ".join(getattr(entry, "locators", ()))
    return BriefSource(id, entry.title, f"{where} ({locators})" if locators else where, _address(url))


def _address(url: str) -> str:
    """The first address of a cell, if a reader can follow it."""
    first = url.replace(";", " ").split()[0] if url.strip() else ""
    return first if first.startswith(("https://", "http://")) else ""


def size(id: str) -> Size | None:
    """A parameter with its sources; None for an unknown id."""
    parameter = load_evidence().parameters.get(id)
    if parameter is None:
        return None
    described = dict(load_evidence().describe(id))
    drawn = described.get("drawn from", "")
    return Size(
        id, parameter.title, parameter.value, parameter.low, parameter.high, parameter.unit, parameter.role,
        "" if drawn == "not varied" else drawn, identified(id), parameter.note, tuple(sources_of(parameter.sources)),
    )  # fmt: skip


def moments(scenario: Scenario, first: date, last: date) -> tuple[Moment, ...]:
    """Dates on which levers and shocks begin, numbered as in the figures of a run."""
    span = max((last - first).days, 1)
    result = []
    for number, (day, group) in enumerate(by_date(marks(scenario)).items(), start=1):
        share = (max(day, first) - first).days / span
        result.append(Moment(number, str(day), share if share <= 1.0 else None, tuple(mark.text for mark in group)))
    return tuple(result)
