"""The boundary of the Python API: values of NumPy, pandas and datetime become plain Python values here, once.

Core objects: `plain_value` (any value, containers included), `whole` and `number` (one argument), `texts` (a list of
words), `listed` (several sources), `seed_of`. Behind this boundary an int is an int. NumPy and pandas are not imported:
their values are recognised by their attributes.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from regionsim.errors import InputError

_DEEPEST = 100  # maximum nesting; a container that holds itself exceeds it


def plain_value(value: Any, _depth: int = 0) -> Any:
    """The value as a file would hold it: dict, list, text, number, boolean, None; a date as its ISO text.

    NumPy scalars and zero-dimensional arrays give a scalar; other arrays, tuples, sets and series give a list. Other
    values are returned unchanged, for the caller to refuse. Raises InputError if values are nested too deep.
    """
    if _depth > _DEEPEST:
        raise InputError(f"values are nested too deep (at most {_DEEPEST} levels)")
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, Mapping):
        return {plain_value(key, _depth + 1): plain_value(item, _depth + 1) for key, item in value.items()}
    if isinstance(value, datetime):  # pandas' Timestamp is one
        return _day(value)
    if isinstance(value, date):
        return value.isoformat()
    kind = getattr(getattr(value, "dtype", None), "kind", None)
    if kind == "M" and getattr(value, "ndim", 0) == 0:
        return plain_value(value.astype("datetime64[us]").item())
    if kind is not None and getattr(value, "ndim", 0) == 0 and hasattr(value, "item"):
        return plain_value(value.item())
    if kind == "M" and hasattr(value, "astype"):
        return [plain_value(item, _depth + 1) for item in value]
    if hasattr(value, "tolist"):
        return plain_value(value.tolist(), _depth + 1)
    if isinstance(value, list | tuple | set | frozenset | range):
        return [
            plain_value(item, _depth + 1) for item in (sorted(value) if isinstance(value, set | frozenset) else value)
        ]
    for base in (int, float, str):  # subclasses, such as numpy.str_ or an enum
        if isinstance(value, base):
            return base(value)
    return value


def _day(value: datetime) -> str:
    if value != value:  # pandas' "not a time"
        raise InputError("NaT: is not a date")
    midnight = value.hour == value.minute == value.second == value.microsecond == 0
    return value.date().isoformat() if midnight else value.isoformat()


def counted(value: Any) -> Any:
    """As `plain_value`, but an integral float becomes an int, as tables of numbers hold integers as floats."""
    plain = plain_value(value)
    return int(plain) if isinstance(plain, float) and plain.is_integer() else plain


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}..."


def whole(value: Any, name: str, least: int | None = None, most: int | None = None) -> int:
    """A whole number from `least` to `most`; an integral float counts. Raises InputError, which calls it `name`."""
    plain = counted(value)
    if not isinstance(plain, int) or isinstance(plain, bool):
        raise InputError(f"{name}: {_shown(plain)} must be a whole number")
    if (least is not None and plain < least) or (most is not None and plain > most):
        ends = f"{least:,} or more" if most is None else f"{least or 0:,} to {most:,}"
        raise InputError(f"{name}: {_shown(plain)} is out of range (allowed: {ends})")
    return plain


def whole_or_none(value: Any, name: str, least: int | None = None, most: int | None = None) -> int | None:
    """As `whole`; None stays None."""
    return None if value is None else whole(value, name, least, most)


def number(value: Any, name: str) -> float:
    """A finite number. Raises InputError, which calls it `name`."""
    plain = plain_value(value)
    if isinstance(plain, bool) or not isinstance(plain, int | float) or not abs(plain) < float("inf"):
        raise InputError(f"{name}: {_shown(plain)} must be a number")
    return float(plain)


def listed(value: Any) -> list[Any]:
    """Several sources: those of a list or tuple, with the lists in it laid out; any other value alone."""
    return [item for part in value for item in listed(part)] if isinstance(value, list | tuple) else [value]


def texts(value: Any, name: str) -> tuple[str, ...]:
    """Several words; a string is one word. Raises InputError, which calls them `name`."""
    plain = [value] if isinstance(value, str) else plain_value(list(value) if isinstance(value, Iterable) else value)
    if not isinstance(plain, list) or not all(isinstance(word, str) for word in plain):
        raise InputError(f"{name}: {_shown(plain)} must be a list of words")
    return tuple(plain)


def seed_of(rng: Any) -> int:
    """The seed that an argument `rng` stands for: a whole number, or what NumPy takes as a seed. Raises InputError."""
    import numpy as np  # imported by then, as only models call this

    plain = plain_value(rng) if isinstance(rng, str | float | bool | np.generic | np.ndarray) else rng
    if isinstance(plain, int | float | str):
        return whole(plain, "rng", 0, 2**63 - 1)
    try:
        return int(np.random.default_rng(plain).integers(2**63 - 1))
    except (TypeError, ValueError) as error:
        raise InputError(f"rng: is not a seed ({error})") from None
