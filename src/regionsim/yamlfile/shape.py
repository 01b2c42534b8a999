"""A map of a YAML file held against a pydantic model: every error in the user's words, at its place in the file.

Core object: `validated`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from regionsim.yamlfile.faults import MAX_FAULTS, Fault, Path, allowed, dotted, figure, quoted
from regionsim.yamlfile.locate import REFUSED, Node, place_of, plain

# Tags of unions start with a character that no file can hold, so the path of a fault is told from the file's keys.
TAG = "\0"

type Untagged = Callable[[Path, Any], Fault | None]  # the fault of a value that fits no member of a union


def validated[M: BaseModel](
    node: Node,
    model: type[M],
    *,
    name: str = "",
    tagged: Mapping[str, type[BaseModel]] | None = None,
    untagged: Untagged | None = None,
    keys: Sequence[str] = (),
    complete: bool = True,
) -> tuple[M | None, list[Fault]]:
    """A map as its model, or None and the faults that the model alone can find.

    name: what paths begin with. tagged: the models of unions by tag, without TAG. keys: those of the root in the order
    to list them, else the fields of the model. complete False: missing keys are not faults. Stops after the most faults
    that are listed, and one: a file may have very many.
    """
    try:
        return model.model_validate(plain(node)), []
    except ValidationError as error:
        details = error.errors(include_url=False)
        shape = _Shape(node, model, name, tagged or {}, untagged, keys)
        faults = (shape.fault(detail) for detail in details if complete or detail["type"] != "missing")
        return None, list(islice((fault for fault in faults if fault is not None), MAX_FAULTS + 1))


class _Shape:
    def __init__(
        self, node: Node, model: type[BaseModel], name: str, tagged: Mapping[str, type[BaseModel]],
        untagged: Untagged | None, keys: Sequence[str],
    ) -> None:  # fmt: skip
        self.node, self.model, self.name = node, model, name
        self.tagged, self.untagged, self.keys = tagged, untagged, keys

    def fault(self, error: Any) -> Fault | None:
        """One error as a fault; None if the value was already rejected as YAML."""
        given, kind, loc = error["input"], error["type"], error["loc"]
        if given is REFUSED:
            return None
        path: Path = tuple(part for part in loc if not _is_tag(part))
        if kind.startswith("union_tag") and self.untagged is not None:
            return self.untagged(path, given)
        if kind == "missing":
            message = f"the key is missing (needed: {', '.join(_names(self.holder(loc), required=True))})"
        elif kind == "extra_forbidden":
            keys = self.keys if self.keys and len(path) == 1 else _names(self.holder(loc))
            message = f"unknown key {allowed(path[-1], keys)}"
        elif kind.startswith("model_"):
            message = f"{quoted(given)} must be a map of {', '.join(_names(self.holder((*loc, ''))))}"
        else:
            message = _message(kind, given, error.get("ctx", {}), error["msg"])
        place = place_of(self.node, path, key=kind == "extra_forbidden")
        return Fault(place, ".".join(part for part in (self.name, dotted(path)) if part), message)

    def holder(self, loc: Path) -> type[BaseModel]:
        """The model of the map that holds the last part of a location."""
        kind: Any = self.model
        for part in loc[:-1]:
            kind = self.tagged[str(part)[1:]] if _is_tag(part) else _inner(kind, str(part))
        return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else self.model


def _names(model: type[BaseModel], *, required: bool = False) -> list[str]:
    """The keys of a model as a file has them."""
    fields = model.model_fields.items()
    return [field.alias or name for name, field in fields if field.is_required() or not required]


def _is_tag(part: str | int) -> bool:
    return isinstance(part, str) and part.startswith(TAG)


def _inner(kind: Any, part: str) -> Any:
    """The type of what a value of this type holds under a key or at an index."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        fields = kind.model_fields.items()
        kind = next((field.annotation for name, field in fields if part in (name, field.alias)), None)
    else:
        kind = get_args(kind)[-1 if get_origin(kind) is dict else 0]
    if get_origin(kind) in (Union, UnionType):
        return next(member for member in get_args(kind) if member is not type(None))
    return kind


_TYPES = {
    "string_type": "text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "dict_type": "a map of keys",
    "tuple_type": "a list",
    "list_type": "a list",
}
_BOUNDS = {
    "greater_than_equal": ("ge", "{} or more"),
    "greater_than": ("gt", "more than {}"),
    "less_than_equal": ("le", "{} or less"),
    "less_than": ("lt", "less than {}"),
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
    if kind in _BOUNDS:
        key, bound = _BOUNDS[kind]
        return f"{quoted(given)} is out of range (allowed: {bound.format(figure(ctx[key]))})"
    if kind in ("string_too_short", "too_short"):
        return "must not be empty"
    if kind in ("string_too_long", "too_long"):
        return f"is too long (at most {ctx['max_length']:,})"
    if kind == "string_pattern_mismatch":
        return f"{quoted(given)} must be small letters, digits and underscores, a letter first"
    return f"{quoted(given)}: {message}"
