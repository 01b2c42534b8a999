"""The JSON Schema of a scenario file, made from the pydantic models and the installed names.

Core object: `json_schema`. Editors (yaml-language-server) use it to complete keys, levers, parameters, indicators and
crossings, and to mark the same faults at the same places, as far as JSON Schema can express them.
"""

import re
from typing import Any

from regionsim.scenario.schema import ScenarioFile
from regionsim.scenario.vocabulary import Range, Vocabulary
from regionsim.scenario.vocabulary import vocabulary as installed_vocabulary

DIALECT = "http://json-schema.org/draft-07/schema#"  # the dialect that editors support best


def json_schema(vocabulary: Vocabulary | None = None) -> dict[str, Any]:
    """The schema as plain data. A file that extends another need not have the keys that a full scenario needs."""
    names = installed_vocabulary() if vocabulary is None else vocabulary
    schema = ScenarioFile.model_json_schema(mode="validation", ref_template="#/$defs/{model}")
    defs: dict[str, Any] = schema["$defs"]
    properties: dict[str, Any] = schema["properties"]
    required: list[str] = schema.pop("required")
    lever_required: list[str] = defs["LeverSetting"].pop("required")
    defs["LeverSetting"] = _nullable(defs["LeverSetting"])
    for name in _DISTRIBUTIONS:  # a file that extends another may give only some keys of one
        defs[name].pop("required")

    properties["extends"] = {
        "type": "string",
        "description": "The scenario this one differs from: a shipped name, or a file beside this one.",
        "examples": list(names.scenarios),
    }
    properties["baseline"]["examples"] = list(names.scenarios)
    properties["levers"] |= _named({name: _lever(title) for name, title in names.levers.items()})
    properties["parameters"] |= _named({name: _parameter(limits) for name, limits in names.parameters.items()})
    properties["evidence"]["items"] = {"enum": [*sorted(names.claims), None]}
    for key in ("deals", "shocks", "targets", "expect"):  # null as the first item: the list stands by itself
        properties[key]["items"] = {"anyOf": [properties[key]["items"], {"type": "null"}]}
    _deal(defs["Deal"], names)
    _timeline(defs["Timeline"], sorted(names.timeline))
    _expectation(defs["Expectation"], names)
    _target(defs["Target"], names)
    # null removes what the extended scenario sets
    schema["properties"] = {key: _nullable(entry) if key != "extends" else entry for key, entry in properties.items()}
    complete = {"properties": {"levers": {"additionalProperties": {"required": lever_required}}}, "required": required}
    schema |= {"if": {"not": {"required": ["extends"]}}, "then": complete}
    schema |= {"title": "regionsim scenario", "description": "A scenario of regionsim, format 1."}
    return {"$schema": DIALECT} | schema


def _named(entries: dict[str, Any]) -> dict[str, Any]:
    """A map with these keys only."""
    return {"properties": entries, "additionalProperties": False}


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema, allowing null as well; faults inside it stay where they are."""
    schema = dict(schema)
    if "const" in schema:
        schema["enum"] = [schema.pop("const")]
    if "enum" in schema:
        schema["enum"] = [*schema["enum"], None]
    if "type" in schema:
        schema["type"] = [schema["type"], "null"]
    return schema


def _lever(title: str) -> dict[str, Any]:
    return {"$ref": "#/$defs/LeverSetting", "description": title}


def _parameter(limits: Range) -> dict[str, Any]:
    """A number in the parameter's range, a text with its unit, or a distribution."""
    unit = r"\s+".join(re.escape(word) for word in limits.unit.split())
    choices: list[dict[str, Any]] = [
        {"type": ["number", "null"], "minimum": limits.low, "maximum": limits.high},
        {"type": "string", "pattern": rf"^\s*[-+]?[0-9.eE+-]+\s*{unit}\s*$"},
        *({"$ref": f"#/$defs/{name}"} for name in _DISTRIBUTIONS),
    ]
    span = f"{limits.low:g} to {limits.high:g} {limits.unit}".rstrip()
    return {"description": f"{limits.description} [{span}]".strip(), "anyOf": choices}


def _deal(definition: dict[str, Any], names: Vocabulary) -> None:
    """Add the levers, and a pattern for the condition, so that an editor marks a misspelt name."""
    levers = definition["properties"]["levers"]
    levers |= _named(
        {name: levers["additionalProperties"] | {"description": title} for name, title in names.levers.items()}
    )
    ids = "|".join(sorted(names.indicators)) or "(?!)"
    part = rf"\s*({ids})\s*(\[[^\]]*\])?\s*[<>]=?\s*[-+0-9.eE]+\s*"
    definition["properties"]["while"] |= {"pattern": rf"^{part}(and{part})*$"}


def _timeline(definition: dict[str, Any], events: list[str]) -> None:
    """Add the ids of the record's events, for completion and checks."""
    definition["properties"]["remove"]["items"] = {"enum": events}
    definition["properties"]["move"] |= {"propertyNames": {"enum": events}}


_DISTRIBUTIONS = ("Uniform", "LogUniform", "Triangular", "Normal", "LogNormal", "Beta", "Choice")


def _expectation(definition: dict[str, Any], names: Vocabulary) -> None:
    """Add patterns for `that` and `in`, so that an editor marks a misspelt indicator."""
    definition["properties"]["that"] |= {
        "pattern": rf"^{_ref(names)}(<=?|>=?|in\s|(never\s+)?(rises|falls)\s).+$",
        "examples": [f"{name}@2030 > baseline" for name in sorted(names.indicators)],
    }
    definition["properties"]["in"] |= {
        "pattern": r"^\s*([<>]=\s*\d+(\.\d+)?\s*%\s+of\s+(worlds|pairs)|median|p\d\d)\s*$",
        "examples": [">= 80% of worlds", "<= 20% of worlds", ">= 90% of pairs", "median", "p05", "p95"],
    }


def _target(definition: dict[str, Any], names: Vocabulary) -> None:
    """Add a pattern for `that`, and the ids of sources."""
    definition["properties"]["that"] |= {
        "pattern": rf"^{_ref(names)}(<=?|>=?|in\s).+$",
        "examples": [f"{name}@end >= 10" for name in sorted(names.indicators)],
    }
    known = sorted(names.claims | names.sources)
    definition["properties"]["sources"]["items"] = {"enum": known} if known else {"type": "string"}


def _ref(names: Vocabulary) -> str:
    """A pattern for an indicator at a date."""
    ids = "|".join(sorted(names.indicators)) or "(?!)"
    date = r"(\d{4}(-\d{2}(-\d{2})?)?|start(\s*\+\s*\d+ ?[a-z]+)?|end)"
    return rf"\s*({ids})\s*(\[[^\]]*\])?\s*@\s*{date}\s*"
