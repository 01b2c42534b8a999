"""The keys of a map of a scenario file in words: the values that each takes, its default, its meaning.

Core objects: `KeyInfo`, `keys_of` (a model's keys) and `example` (a shock of a kind, as a line of a file).
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel

from regionsim.schema.shocks import SHOCKS
from regionsim.yamlfile.faults import figure

NONE = "none"
"""The default of a key that may be left out and then has no value."""


class KeyInfo(NamedTuple):
    """One key: the values it takes in words, its default in words (empty if it is needed), what it means."""

    key: str
    values: str
    default: str
    meaning: str


def keys_of(model: type[BaseModel]) -> list[KeyInfo]:
    """The keys of a model, in the order of its fields, without `kind`."""
    schema = model.model_json_schema()
    needed = schema.get("required", [])
    return [
        KeyInfo(key, _values(entry), "" if key in needed else _default(entry), _meaning(entry))
        for key, entry in schema["properties"].items()
        if key != "kind"
    ]


def example(kind: str) -> str:
    """A shock of this kind with the keys it needs, as an item of a list in a file."""
    schema = SHOCKS[kind].model_json_schema()
    values = {key: _sample(schema["properties"][key]) for key in schema["required"] if key != "kind"}
    pairs = {"kind": kind} | values
    return "- {" + ", ".join(f"{key}: {value}" for key, value in pairs.items()) + "}"


def _meaning(entry: Mapping[str, Any]) -> str:
    return " ".join(entry.get("description", "").split())


def _values(entry: Mapping[str, Any]) -> str:
    """What a value may be, from its JSON Schema."""
    if choices := [option for option in entry.get("anyOf", entry.get("oneOf", ())) if option.get("type") != "null"]:
        words = [_values(choices[0])]
        for choice in choices[1:]:
            same = choice.get("type") == "array" and "enum" in choices[0]
            words.append("a list of them" if same else _values(choice))
        return ", or ".join(words)
    if "const" in entry:
        return _word(entry["const"])
    if "enum" in entry:
        return " | ".join(map(_word, entry["enum"]))
    if entry.get("type") == "array":
        return f"a list of {_values(entry['items'])}"
    if entry.get("type") == "string":
        if "examples" in entry:
            return f"such as {' or '.join(entry['examples'][:2])}"
        return "small letters, digits and underscores"
    whole = "a whole number" if entry.get("type") == "integer" else "a number"
    return f"{whole} from {figure(entry['minimum'])} to {figure(entry['maximum'])}"


def _default(entry: Mapping[str, Any]) -> str:
    value = entry.get("default")
    if value is None:
        return NONE
    return ", ".join(map(_word, value)) if isinstance(value, list | tuple) else _word(value)


def _word(value: object) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _sample(entry: Mapping[str, Any]) -> str:
    """A value that the key takes."""
    for choice in entry.get("anyOf", entry.get("oneOf", ())):
        return _sample(choice)
    if entry.get("type") == "array":
        return f"[{_sample(entry['items'])}]"
    if "const" in entry or "enum" in entry:
        return _word(entry.get("const", entry.get("enum", [""])[0]))
    return str(entry["examples"][0])
