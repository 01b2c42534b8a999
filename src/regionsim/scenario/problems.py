"""The schema's errors in plain words, each at its place in the file.

Core object: `shape_faults`, which validates plain data against `ScenarioFile` and rewords pydantic's errors.
"""

import re
from itertools import islice
from typing import Any

from pydantic import BaseModel, ValidationError

from regionsim.scenario.schema import FILE_KEYS, Expectation, LeverSetting, ScenarioFile, Timeline
from regionsim.schema.quantities import DISTRIBUTIONS, TAG
from regionsim.schema.shocks import SHOCKS
from regionsim.yamlfile.faults import MAX_FAULTS, Fault, Path, allowed, dotted, figure, quoted
from regionsim.yamlfile.locate import REFUSED, Map, find, place_of, plain

_TAGGED: dict[str, type[BaseModel]] = {**SHOCKS, **DISTRIBUTIONS, "timeline": Timeline}
_INNER: dict[str, type[BaseModel]] = {"levers": LeverSetting, "expect": Expectation, "timeline": Timeline}


def shape_faults(root: Map, *, complete: bool = True) -> list[Fault]:
    """Faults of a merged scenario that the schema alone can find. `complete` False: missing keys are not faults."""
    try:
        ScenarioFile.model_validate(plain(root))
    except ValidationError as error:
        details = error.errors(include_url=False)
        faults = (_fault(root, detail) for detail in details if complete or detail["type"] != "missing")
        return list(islice((fault for fault in faults if fault is not None), MAX_FAULTS + 1))
    return []


def _fault(root: Map, error: Any) -> Fault | None:
    """One error as a fault; None if the value was already rejected as YAML."""
    if error["input"] is REFUSED:
        return None
    loc: tuple[str | int, ...] = error["loc"]
    path: Path = tuple(part for part in loc if not (isinstance(part, str) and part.startswith(TAG)))
    kind: str = error["type"]
    if kind.startswith("union_tag"):
        return _union_fault(root, path, error["input"])
    keys = allowed_keys(loc)
    if kind == "extra_forbidden":
        return Fault(place_of(root, path, key=True), dotted(path), f"unknown key {allowed(path[-1], keys)}")
    if kind == "missing":
        return Fault(place_of(root, path), dotted(path), f"the key is missing (needed: {', '.join(_required(loc))})")
    return Fault(place_of(root, path), dotted(path), _message(kind, error["input"], error.get("ctx", {}), error["msg"]))


def _model(loc: Path) -> type[BaseModel]:
    """The schema class of the map that holds the last part of a location."""
    tags = [part.removeprefix(TAG) for part in loc[:-1] if isinstance(part, str) and part.startswith(TAG)]
    if tags:
        return _TAGGED[tags[-1]]
    return _INNER.get(str(loc[0]), ScenarioFile) if len(loc) > 1 else ScenarioFile


def allowed_keys(loc: Path) -> list[str]:
    """The keys allowed beside the last part of a location."""
    model = _model(loc)
    if model is ScenarioFile:
        return list(FILE_KEYS)
    return [field.alias or name for name, field in model.model_fields.items()]


def _required(loc: Path) -> list[str]:
    fields = _model(loc).model_fields.items()
    return [field.alias or name for name, field in fields if field.is_required()]


def _union_fault(root: Map, path: Path, given: Any) -> Fault | None:
    """Fault of a shock without a known kind, or of a value that is not a number, quantity or distribution."""
    if path[0] == "timeline" and "add" not in path:
        return Fault(place_of(root, path), dotted(path), f"{quoted(given)} is not understood (allowed: none, observed)")
    is_shock = path[0] != "parameters"
    key, choices = ("kind", list(SHOCKS)) if is_shock else ("distribution", list(DISTRIBUTIONS))
    if not isinstance(given, dict):
        what = "a map with its kind" if is_shock else "a number, a text such as '10 USD bn/yr', or a distribution"
        return Fault(place_of(root, path), dotted(path), f"{quoted(given)} must be {what}")
    if key not in given:
        message = f"the key {key} is missing {allowed('', choices)}"
        return Fault(place_of(root, path), dotted(path), message)
    if given[key] is REFUSED:
        return None
    here = (*path, key)
    place = place_of(root, here) if find(root, here) else place_of(root, path)
    return Fault(place, dotted(here), f"unknown {key} {quoted(given[key])} {allowed(given[key], choices)}")


_TYPES = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "dict_type": "a map of keys",
    "model_type": "a map of keys",
    "model_attributes_type": "a map of keys",
    "tuple_type": "a list",
    "list_type": "a list",
}


def _message(kind: str, given: Any, ctx: dict[str, Any], message: str) -> str:
    """What is wrong, and what is allowed."""
    if kind in _TYPES:
        return f"{quoted(given)} must be {_TYPES[kind]}"
    if kind == "literal_error":
        expected = str(ctx["expected"])
        return f"{quoted(given)} is not understood {allowed(given, re.findall(r"'([^']*)'", expected) or [expected])}"
    if kind == "value_error":
        problem = str(ctx["error"])
        return f"{quoted(given)}: {problem}" if problem.startswith("must") and not isinstance(given, dict) else problem
    bounds = {
        "greater_than_equal": ("ge", "{} or more"),
        "greater_than": ("gt", "more than {}"),
        "less_than_equal": ("le", "{} or less"),
        "less_than": ("lt", "less than {}"),
    }
    if kind in bounds:
        key, bound = bounds[kind]
        return f"{quoted(given)} is out of range (allowed: {bound.format(figure(ctx[key]))})"
    if kind in ("string_too_short", "too_short"):
        return "must not be empty"
    if kind in ("string_too_long", "too_long"):
        return f"is too long (at most {ctx['max_length']:,})"
    if kind == "string_pattern_mismatch":
        return f"{quoted(given)} must be small letters, digits and underscores, a letter first"
    return f"{quoted(given)}: {message}"
