"""What can be listed and explained: every kind of thing as rows with id, title, unit, role and evidence.

Core objects: `KINDS` (kind -> function that makes its rows), `rows`, and `run_rows` for run folders. A row is a plain
map, as `--json` prints it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from regionsim.evidence import Claim, Document, Event, Parameter, Series

type Row = dict[str, Any]


def rows(kind: str) -> list[Row]:
    """Every thing of a kind, in its own order; `kind` is a key of `KINDS`."""
    return KINDS[kind]()


def run_rows(folder: str) -> list[Row]:
    """The run folders in a folder, by name."""
    from regionsim.cli.write import note
    from regionsim.runs.results import list_runs_and_faults

    found, faults = list_runs_and_faults(folder)
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
        for run in found
    ]


def _scenarios() -> list[Row]:
    from regionsim.scenario import load
    from regionsim.scenario.vocabulary import shipped_scenarios

    found = [load(name) for name in shipped_scenarios()]
    return [
        {
            "id": one.name,
            "title": one.title,
            "question": one.question,
            "evidence": list(one.evidence),
            "start": one.start.isoformat(),
            "end": one.end.isoformat(),
            "worlds": one.worlds,
            "levers": sorted(one.levers),
            "parameters": sorted(one.parameters),
            "shocks": [shock.kind for shock in one.shocks],
        }
        for one in found
    ]


def _levers() -> list[Row]:
    from regionsim.evidence.identified import identified
    from regionsim.levers import LEVERS

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
            "needs": lever.needs,
            "side_effects": lever.side_effects,
            "coercive": lever.coercive,
            "cost": str(lever.cost),
            "place": lever.place,
        }
        for lever in LEVERS.values()
    ]


def _shocks() -> list[Row]:
    from regionsim.schema.shocks import SHOCKS

    found = []
    for kind, model in SHOCKS.items():
        keys = [field.alias or name for name, field in model.model_fields.items() if name not in ("id", "kind")]
        title = " ".join((model.__doc__ or "").split())
        found.append({"id": kind, "title": title, "keys": keys, "evidence": []})
    return found


def _indicators() -> list[Row]:
    from regionsim.evidence.measures import scored_by
    from regionsim.indicators import INDICATORS

    return [
        {
            "id": one.id,
            "title": one.title,
            "unit": one.unit,
            "evidence": list(one.source),
            "direction": one.direction,
            "family": one.family,
            "dimension": one.dimension,
            "definition": one.definition,
            "scored_by": list(scored_by(one.id)),
        }
        for one in INDICATORS.values()
    ]


def _parameters() -> list[Row]:
    from regionsim.evidence import load_evidence

    return [evidence_row(one) for one in load_evidence().parameters.values()]


def _actors() -> list[Row]:
    from regionsim.model.roster import ACTORS

    return [
        {"id": one.id, "title": one.title, "kind": one.kind, "text": one.text, "evidence": list(one.evidence)}
        for one in ACTORS.values()
    ]


def _mechanisms() -> list[Row]:
    from regionsim.evidence import load_evidence

    return [evidence_row(one) | treated(one) for one in load_evidence().kind("mechanism").values()]


def treated(one: "Claim") -> Row:
    """What the model does with a mechanism: treatment, where, and why where there is none."""
    from regionsim.model.mechanisms import treatment

    cause, effect, sign = (one.fields.get(key, "") for key in ("cause_variable", "effect_variable", "sign"))
    found = treatment(one.id, cause, effect, sign)
    return {"treatment": found.kind, "where": found.where, "why": found.why, "cause": cause, "effect": effect}


def _claims() -> list[Row]:
    from regionsim.evidence import load_evidence

    return [evidence_row(one) for one in load_evidence().claims.values()]


def _series() -> list[Row]:
    from regionsim.evidence import load_evidence

    return [evidence_row(one) for one in load_evidence().series.values()]


def _variables() -> list[Row]:
    from regionsim.evidence import load_evidence
    from regionsim.indicators.variables import RECORDED_AS

    return [
        {
            "id": key,
            "key": key,
            "title": one.title,
            "unit": one.fields["scale"],
            "evidence": [one.id],
            "recorded_as": list(RECORDED_AS[key] or ()) or None,
            "definition": one.text,
        }
        for key, one in load_evidence().variables.items()
    ]


def _schedule() -> list[Row]:
    from regionsim.model.schedule import WEEK

    return [
        {
            "id": one.id,
            "title": one.title,
            "text": one.text,
            "evidence": list(one.claims),
            "calls": [_where(call) for call in one.calls],
        }
        for one in WEEK
    ]


def _where(call: str) -> str:
    """Where a function named "processes.trade:ship" stands: model/processes/trade.py:ship."""
    module, _, function = call.partition(":")
    return f"model/{module.replace('.', '/')}.py:{function}"


def _timeline() -> list[Row]:
    from regionsim.evidence import load_evidence

    return [evidence_row(one) for one in load_evidence().timeline.values()]


def evidence_row(one: "Parameter | Claim | Document | Series | Event") -> Row:
    """The row of an entry of the evidence base."""
    from regionsim.evidence import Claim, Document, Event, Parameter
    from regionsim.evidence.identified import identified

    row: Row = {"id": one.id, "title": one.title}
    if isinstance(one, Parameter):
        draw = None if one.draw is None else one.draw.model_dump(mode="json", exclude_none=True)
        row |= {"unit": one.unit, "role": one.role, "identified": identified(one.id)}
        row |= {"evidence": list(one.sources), "value": one.value}
        return row | {"low": one.low, "high": one.high, "draw": draw, "note": one.note, "place": one.place}
    if isinstance(one, Claim):
        row |= {"kind": one.kind, "text": one.text, "evidence": [one.id], "sources": list(one.sources)}
        return row | {"locators": list(one.locators), "links": list(one.links), "place": one.place}
    if isinstance(one, Document):
        row |= {"kind": one.kind, "evidence": [one.id], "author": one.author, "date": one.date, "url": one.url}
        return row | {"licence": one.licence, "caveats": one.caveats}
    if isinstance(one, Event):
        row |= {"kind": one.shock.kind, "date": one.shock.on.isoformat(), "evidence": [one.source], "row": one.row}
        return row | {"note": one.note, "place": one.place}
    return row | {"unit": one.unit, "evidence": list(one.sources), "rows": len(one.records), "file": one.file}


KINDS: dict[str, Callable[[], list[Row]]] = {
    "scenarios": _scenarios,
    "levers": _levers,
    "shocks": _shocks,
    "indicators": _indicators,
    "parameters": _parameters,
    "actors": _actors,
    "mechanisms": _mechanisms,
    "claims": _claims,
    "series": _series,
    "variables": _variables,
    "schedule": _schedule,
    "timeline": _timeline,
}
