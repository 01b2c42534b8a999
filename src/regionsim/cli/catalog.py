"""What can be listed and explained: every kind of thing as rows with id, title, unit, role and evidence.

Core objects: `KINDS` (kind -> function that makes its rows), `rows`, and `run_rows` for run folders. A row is a
dict, as `--json` prints it.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from regionsim.evidence import Claim, Document, Event, Parameter, Series
    from regionsim.model.mechanisms import Treatment

type Row = dict[str, Any]


def rows(kind: str) -> list[Row]:
    """Every entry of a kind, in its own order; `kind` is a key of `KINDS`."""
    return KINDS[kind]()


def run_rows(folder: str) -> list[Row]:
    """The run folders in a folder, by name."""
    from regionsim.cli.write import note
    from regionsim.runs.results import list_runs_and_faults

    runs, faults = list_runs_and_faults(folder)
    for fault in faults:
        note(f"left out: {fault}")
    return [
        {
            "id": run.path.name,
            "title": run.manifest.title,
            "path": str(run.path),
            "worlds": int(run.numbers.size),
            "failed": len(run.failed),
            "complete": run.complete,
            "weeks": run.weeks,
            "start": run.manifest.start,
            "seed": run.manifest.seed,
            "updated": run.manifest.updated,
        }
        for run in runs
    ]


def _scenarios() -> list[Row]:
    from regionsim.scenario import load
    from regionsim.scenario.load import extended
    from regionsim.scenario.vocabulary import shipped_scenarios

    scenarios = [load(name) for name in shipped_scenarios()]
    return [
        {
            "id": scenario.name,
            "title": scenario.title,
            "question": scenario.question,
            "evidence": list(scenario.evidence),
            "start": scenario.start.isoformat(),
            "end": scenario.end.isoformat(),
            "worlds": scenario.worlds,
            "levers": sorted({*scenario.levers, *(lever for deal in scenario.deals for lever in deal.levers)}),
            "deals": [deal.id for deal in scenario.deals],
            "parameters": sorted(scenario.parameters),
            "shocks": [shock.kind for shock in scenario.shocks],
            "baseline": scenario.baseline,
            "extends": extended(scenario.name),
        }
        for scenario in scenarios
    ]


def _levers() -> list[Row]:
    from regionsim.evidence import load_evidence
    from regionsim.evidence.identified import identified
    from regionsim.levers import LEVERS
    from regionsim.model.causal_map import idle_levers

    idle = idle_levers(LEVERS, load_evidence().kind("mechanism"))
    return [
        {
            "id": lever.id,
            "title": lever.title,
            "unit": "intensity, 0 to 1",
            "evidence": list(lever.evidence),
            "who": lever.who,
            "grade": lever.grade,
            "targets": list(lever.targets),
            "effects": [
                {"knob": e.knob, "how": e.how, "parameter": e.parameter, "identified": identified(e.parameter)}
                for e in lever.effects
            ],
            "pushes": [
                {"variable": name, "sign": "+" if sign > 0 else "-", "parameter": lever.push_parameter}
                for name, sign in lever.pushes
            ],
            "parts": list(lever.parts),
            "same_as": lever.same_as,
            "moves_nothing": idle.get(lever.id, ""),
            "needs": lever.needs,
            "side_effects": lever.side_effects,
            "coercive": lever.coercive,
            "cost": str(lever.cost),
            "place": lever.place,
        }
        for lever in LEVERS.values()
    ]


def _knobs() -> list[Row]:
    from dataclasses import asdict

    from regionsim.schema.knobs import KNOBS

    return [asdict(knob) | {"evidence": []} for knob in KNOBS.values()]


def _shocks() -> list[Row]:
    from regionsim.scenario.fields import example, keys_of
    from regionsim.schema.shocks import PATTERN_KEYS, SHOCKS

    general, shocks = ("id", *PATTERN_KEYS), []
    for kind, model in SHOCKS.items():
        keys = sorted((info._asdict() for info in keys_of(model)), key=lambda info: info["key"] in general)
        own = [info["key"] for info in keys if info["key"] not in general]
        title = " ".join((model.__doc__ or "").split())
        row = {"id": kind, "title": title, "keys": own, "values": keys, "example": example(kind), "evidence": []}
        shocks.append(row)
    return shocks


def _indicators() -> list[Row]:
    from regionsim.evidence.measures import scored_by
    from regionsim.indicators import INDICATORS

    return [
        {
            "id": indicator.id,
            "title": indicator.title,
            "unit": indicator.unit,
            "evidence": list(indicator.source),
            "direction": indicator.direction,
            "family": indicator.family,
            "dimension": indicator.dimension,
            "definition": indicator.definition,
            "scored_by": list(scored_by(indicator.id)),
        }
        for indicator in INDICATORS.values()
    ]


def _entries(kind: str) -> list[Row]:
    from regionsim.evidence import load_evidence

    return [evidence_row(entry) for entry in getattr(load_evidence(), kind).values()]


def _actors() -> list[Row]:
    from regionsim.model.roster import ACTORS

    return [
        {"id": actor.id, "title": actor.title, "kind": actor.kind, "text": actor.text, "evidence": list(actor.evidence),
         "arenas": _arenas(actor.id)}
        for actor in ACTORS.values()
    ]  # fmt: skip


def _arenas(actor: str) -> list[Row]:
    """What an actor chooses in: actions with the parameters of their rates, goals with those of their weights."""
    from regionsim.model.actors.arenas import REPLIES, of

    return [
        {
            "id": info.id,
            "title": info.title,
            "actions": [
                {"id": action.id, "title": action.title, "rate": action.rate, "evidence": list(action.evidence)}
                for action in info.actions
            ],
            "goals": {goal: f"decisions.{info.wants}_{goal}" for goal in info.goals},
            "replies": {reply: REPLIES[reply].title for reply in info.replies},
        }
        for info in of(actor)
    ]


def _mechanisms() -> list[Row]:
    from regionsim.evidence import load_evidence
    from regionsim.model.causal_map import became

    claims = load_evidence().kind("mechanism")
    treatments = became(claims)
    return [evidence_row(claim) | _treated(claim, treatments[id]) for id, claim in claims.items()]


def treated(claim: "Claim") -> Row:
    """What became of a mechanism: in the weekly step and where, or on the map only and why, or not built in and why."""
    from regionsim.evidence import load_evidence
    from regionsim.model.causal_map import became

    return _treated(claim, became(load_evidence().kind("mechanism"))[claim.id])


def _treated(claim: "Claim", treatment: "Treatment") -> Row:
    cause, effect = (claim.fields.get(key, "") for key in ("cause_variable", "effect_variable"))
    fields = {"treatment": treatment.kind, "where": treatment.where, "why": treatment.why}
    return fields | {"cause": cause, "effect": effect}


def _variables() -> list[Row]:
    from regionsim.evidence import load_evidence
    from regionsim.indicators.variables import RECORDED_AS

    return [
        {
            "id": key,
            "key": key,
            "title": claim.title,
            "unit": claim.fields["scale"],
            "evidence": [claim.id],
            "recorded_as": list(RECORDED_AS[key] or ()) or None,
            "definition": claim.text,
        }
        for key, claim in load_evidence().variables.items()
    ]


def _schedule() -> list[Row]:
    from regionsim.model.schedule import WEEK

    return [
        {
            "id": phase.id,
            "title": phase.title,
            "text": phase.text,
            "evidence": list(phase.claims),
            "calls": [_where(call) for call in phase.calls],
        }
        for phase in WEEK
    ]


def _where(call: str) -> str:
    """File and name of a function: "processes.trade:ship" is model/processes/trade.py:ship."""
    module, _, function = call.partition(":")
    return f"model/{module.replace('.', '/')}.py:{function}"


def evidence_row(entry: "Parameter | Claim | Document | Series | Event") -> Row:
    """The row of an entry of the evidence base."""
    from regionsim.evidence import Claim, Document, Event, Parameter
    from regionsim.evidence.identified import identified

    row: Row = {"id": entry.id, "title": entry.title}
    if isinstance(entry, Parameter):
        draw = None if entry.draw is None else entry.draw.model_dump(mode="json", exclude_none=True)
        row |= {"unit": entry.unit, "role": entry.role, "identified": identified(entry.id)}
        row |= {"evidence": list(entry.sources), "value": entry.value}
        return row | {"low": entry.low, "high": entry.high, "draw": draw, "note": entry.note, "place": entry.place}
    if isinstance(entry, Claim):
        row |= {"kind": entry.kind, "text": entry.text, "evidence": [entry.id], "sources": list(entry.sources)}
        return row | {"locators": list(entry.locators), "links": list(entry.links), "place": entry.place}
    if isinstance(entry, Document):
        row |= {"kind": entry.kind, "evidence": [entry.id], "author": entry.author, "date": entry.date}
        return row | {"url": entry.url, "licence": entry.licence, "caveats": entry.caveats}
    if isinstance(entry, Event):
        row |= {"kind": entry.shock.kind, "date": entry.shock.on.isoformat(), "evidence": [entry.source]}
        return row | {"row": entry.row, "note": entry.note, "place": entry.place}
    return row | {"unit": entry.unit, "evidence": list(entry.sources), "rows": len(entry.records), "file": entry.file}


ABOUT = {
    "scenarios": "shipped studies to run, edit and extend",
    "levers": "policies that a scenario pulls",
    "knobs": "points of the model at which levers act",
    "shocks": "events that a scenario imposes, with their keys",
    "indicators": "what a run measures",
    "parameters": "numbers of the model, with range and source",
    "actors": "who decides, and what they choose between",
    "mechanisms": "claims on cause and effect, and how the model treats each",
    "claims": "statements of the briefs and other sources",
    "series": "observed data",
    "variables": "variables that the briefs name",
    "schedule": "phases of the model's week",
    "timeline": "dated events of the record",
    "runs": "run folders on this machine",
}
"""Each kind that can be listed, in words."""
KINDS: dict[str, Callable[[], list[Row]]] = {
    "scenarios": _scenarios,
    "levers": _levers,
    "knobs": _knobs,
    "shocks": _shocks,
    "indicators": _indicators,
    "parameters": partial(_entries, "parameters"),
    "actors": _actors,
    "mechanisms": _mechanisms,
    "claims": partial(_entries, "claims"),
    "series": partial(_entries, "series"),
    "variables": _variables,
    "schedule": _schedule,
    "timeline": partial(_entries, "timeline"),
}
