"""What a scenario changes of its baseline, override by override, and what stands behind each.

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
from regionsim.scenario import ending
from regionsim.scenario.marks import by_date, marks
from regionsim.studies.briefing.data import BriefSource, Change, Moment, Size
from regionsim.studies.overrides import players

if TYPE_CHECKING:
    from regionsim.scenario import Scenario

NOTHING = "not in the baseline"


def changes_of(base: Scenario, scenario: Scenario) -> tuple[Change, ...]:
    """Every override that may decide numbers; none where the two play the same."""
    end = min(base.end, scenario.end)  # what only one of them has the time for is no change
    base, scenario = ending(base, end), ending(scenario, end)
    same = {key: getattr(scenario, key) for key in ("start", "seed")}
    try:
        found = players(base.model_copy(update=same), scenario)
    except InputError:  # differs in nothing that decides numbers
        return ()
    return tuple(_change(player.path, player.words, base, scenario) for player in found)


def _change(path: str, words: str, base: Scenario, scenario: Scenario) -> Change:
    kind, _, name = path.partition(".")
    if kind == "levers":
        return _lever(path, name, base, scenario)
    if kind == "parameters":
        return _parameter(path, name, base, scenario)
    if kind == "shocks":
        was, now = (_shock(one, name) for one in (base, scenario))
        title = (now or was).partition(":")[0].capitalize() or words.replace("_", " ")
        return Change(path, "shock", f"{title} ({name})", was or NOTHING, now or "taken out")
    was, now = (str(getattr(one, kind, "")) for one in (base, scenario))
    if kind == "timeline" and name:
        return _event(path, name, words)
    return Change(path, kind, words, was if len(was) < 40 else "otherwise", now if len(now) < 40 else words)


def _event(path: str, id: str, words: str) -> Change:
    """An event of the record that is struck or moved, or one that is added to it."""
    known = load_evidence().timeline.get(id)
    if known is None:
        return Change(path, "timeline", words.replace("_", " "), "not on record", "added")
    now = "struck" if words.startswith("without ") else words.removeprefix(f"{id} ").removesuffix(" instead")
    cited = tuple(sources_of((known.source,)))
    return Change(path, "timeline", known.title, f"as observed, on {known.shock.on}", now, sources=cited)


def _lever(path: str, name: str, base: Scenario, scenario: Scenario) -> Change:
    was, now = (_setting(one.levers.get(name)) for one in (base, scenario))
    known = LEVERS.get(name)
    if known is None:
        return Change(path, "lever", name, was or NOTHING, now or "not pulled")
    return Change(
        path, "lever", known.title, was or NOTHING, now or "not pulled", known.who, known.grade, known.needs,
        known.side_effects, tuple(sources_of(known.evidence)),
    )  # fmt: skip


def _setting(setting: Any) -> str:
    """How a lever is pulled, in words; empty if it is not."""
    if setting is None:
        return ""
    ramp = f", reached over {setting.ramp_weeks:.0f} weeks" if setting.ramp_days else ""
    until = f", until {setting.until}" if setting.until else ""
    return f"{setting.intensity:.0%} from {setting.from_}{ramp}{until}"


def _parameter(path: str, name: str, base: Scenario, scenario: Scenario) -> Change:
    known = load_evidence().parameters.get(name)
    title, unit = (known.title, known.unit) if known else (name, "")
    was, now = (_value(one.parameters.get(name), unit) for one in (base, scenario))
    role = known.role if known else ""
    default = "as the evidence base has it" + (f": {known.value:g} {unit}" if known else "")
    cited = tuple(sources_of(known.sources)) if known else ()
    mark = identified(name)
    return Change(path, "parameter", title, was or default, now or default, grade=role, sources=cited, identified=mark)


def _value(value: Any, unit: str) -> str:
    if value is None:
        return ""
    if isinstance(value, float | int):
        return f"{value:g} {unit}"
    fields = value.model_dump(exclude_none=True)
    kind = fields.pop("distribution")
    return f"drawn, {kind} ({', '.join(f'{key} {one}' for key, one in fields.items())}) {unit}"


def _shock(scenario: Scenario, key: str) -> str:
    """A shock in words by its id; by its kind and date where it has none. Empty where there is none."""
    for shock in scenario.shocks:
        plain = f"{shock.kind}_"
        if shock.id == key or (shock.id is None and key.startswith(plain) and shock.on.isoformat() in key):
            fields = shock.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"id", "kind"})
            told = (f"{name} {_plain(value)}" for name, value in fields.items())
            return f"{shock.kind.replace('_', ' ')}: {', '.join(told)}"
    return ""


def _plain(value: Any) -> str:
    return " and ".join(map(str, value)) if isinstance(value, list | tuple) else str(value).replace("_", " ")


def sources_of(ids: Iterable[str]) -> list[BriefSource]:
    """The entries of the evidence base that these ids name."""
    return [source(id) for id in dict.fromkeys(ids)]


def source(id: str) -> BriefSource:
    """What an id of the evidence base names; a title of "" where nothing has it."""
    evidence = load_evidence()
    found = evidence.find(id)
    if found is None:
        table = [one for one in evidence.series if one.startswith(f"{id}/")]
        return BriefSource(id, f"the observed series of {id.replace('_', ' ')}" if table else "", "", "")
    documents = [evidence.documents[one] for one in getattr(found, "sources", ()) if one in evidence.documents]
    own = str(getattr(found, "url", "") or "")
    url = own or next((one.url for one in documents if one.url), "")
    where = "; ".join(dict.fromkeys(one.title for one in documents))
    locators = ", ".join(getattr(found, "locators", ()))
    return BriefSource(id, found.title, f"{where} ({locators})" if locators else where, _address(url))


def _address(url: str) -> str:
    """The first address of a cell, if it is one that a reader may follow."""
    first = url.replace(";", " ").split()[0] if url.strip() else ""
    return first if first.startswith(("https://", "http://")) else ""


def size(id: str) -> Size | None:
    """A parameter with its sources, None where there is none of the name."""
    known = load_evidence().parameters.get(id)
    if known is None:
        return None
    told = dict(load_evidence().describe(id))
    drawn = told.get("drawn from", "")
    return Size(
        id, known.title, known.value, known.low, known.high, known.unit, known.role,
        "" if drawn == "not varied" else drawn, identified(id), known.note, tuple(sources_of(known.sources)),
    )  # fmt: skip


def moments(scenario: Scenario, first: date, last: date) -> tuple[Moment, ...]:
    """Dates on which levers and shocks begin, numbered as in the figures of a run."""
    span = max((last - first).days, 1)
    found = []
    for number, (day, there) in enumerate(by_date(marks(scenario)).items(), start=1):
        share = (max(day, first) - first).days / span
        found.append(Moment(number, str(day), share if share <= 1.0 else None, tuple(mark.text for mark in there)))
    return tuple(found)
