"""The type of value that a key of a scenario takes, as the schema declares it.

Core objects: `Kind` and `kind_of` (for a dotted path, as after --set). Studies use it to write the values of an axis.
"""

from collections.abc import Mapping
from datetime import date
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, PlainSerializer

from regionsim.scenario.schema import Scenario

Kind = Literal["whole", "number", "date", "duration", "name", "list", "other"]


def kind_of(scenario: Scenario, path: str) -> Kind:
    """The type of the key at a path of this scenario; "other" for a path that leads nowhere, or to a map.

    Shocks are named by number or id, as for `--set`. Parameters are numbers.
    """
    parts = path.split(".")
    if parts[0] == "parameters":
        return "number"
    here: Any = scenario
    for place, part in enumerate(parts):
        last = place == len(parts) - 1
        if isinstance(here, BaseModel):
            fields = type(here).model_fields
            name = next((name for name, field in fields.items() if (field.alias or name) == part), None)
            if name is None:
                return "other"
            if last:
                return _kind(fields[name].annotation, fields[name].metadata)
            here = getattr(here, name)
        elif isinstance(here, tuple):
            ids = [getattr(item, "id", None) for item in here]
            number = ids.index(part) if part in ids else int(part) if part.isdecimal() and len(part) < 7 else len(ids)
            here = here[number] if number < len(ids) else None
        elif isinstance(here, Mapping):
            here = here.get(part)
        else:
            return "other"
    return "date" if isinstance(here, date) else "other"


def _kind(annotation: Any, metadata: list[Any]) -> Kind:
    """The kind of a field. A duration is a number with a serializer of its own."""
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        return _kind(inner, [*metadata, *more])
    if get_origin(annotation) in (Union, UnionType):
        rest = [option for option in get_args(annotation) if option is not NoneType]
        options = {_kind(option, metadata) for option in rest}
        return next(iter(options)) if len(options) == 1 else "name" if options == {"name", "list"} else "other"
    if annotation is float and any(isinstance(item, PlainSerializer) for item in metadata):
        return "duration"
    if get_origin(annotation) is Literal:
        return "whole" if all(isinstance(value, int) for value in get_args(annotation)) else "name"
    kinds: dict[Any, Kind] = {int: "whole", float: "number", date: "date", str: "name"}
    return "list" if get_origin(annotation) is tuple else kinds.get(annotation, "other")
