"""Where the Python API begins: NumPy's, pandas' and the calendar's values become plain ones, once.

Core objects: `plain_value` (any value, containers included), `whole` and `number` (one argument), `texts` (a list of
words), `seed_of`. Behind these doors an int is an int. Neither NumPy nor pandas is imported to start: their values are
told by what they can do.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from regionsim.errors import InputError

_DEEPEST = 100  # levels of containers: more, or endless, is what holds itself


def plain_value(value: Any, _depth: int = 0) -> Any:
    """The value as a file would hold it: dict, list, text, number, truth value, None; a date as its ISO text.

    NumPy's scalars and arrays without dimensions give the scalar, other arrays, tuples, sets and series a list. What is
    none of all this is handed back as it is, for the reader behind to refuse. Raises InputError where values are nested
    without end.
    """
    if _depth > _DEEPEST:
        raise InputError(f"values are nested too deep (at most {_DEEPEST} levels)")
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, Mapping):
        return {plain_value(key, _depth + 1): plain_value(item, _depth + 1) for key, item in value.items()}
    if isinstance(value, datetime):  # pandas' Timestamp is one; its time of day must be nothing
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
    for base in (int, float, str):  # of a class made from one of these, such as numpy.str_ or an enumeration
        if isinstance(value, base):
            return base(value)
    return value


def _day(value: datetime) -> str:
    if value != value:  # pandas' "not a time"
        raise InputError("NaT: is no day")
    midnight = value.hour == value.minute == value.second == value.microsecond == 0
    return value.date().isoformat() if midnight else value.isoformat()


def counted(value: Any) -> Any:
    """As `plain_value`; a float without anything behind its point is the whole number, as tables of numbers hold it."""
    plain = plain_value(value)
    return int(plain) if isinstance(plain, float) and plain.is_integer() else plain


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}..."


def whole(value: Any, name: str, least: int | None = None, most: int | None = None) -> int:
    """A whole number between the ends, both allowed; a float is one where nothing stands behind its point.

    Raises InputError, which calls it `name`.
    """
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


def texts(value: Any, name: str) -> tuple[str, ...]:
    """Several words; one by itself is one word. Raises InputError, which calls them `name`."""
    plain = [value] if isinstance(value, str) else plain_value(list(value) if isinstance(value, Iterable) else value)
    if not isinstance(plain, list) or not all(isinstance(word, str) for word in plain):
        raise InputError(f"{name}: {_shown(plain)} must be a list of words")
    return tuple(plain)


def seed_of(rng: Any) -> int:
    """The seed that an argument `rng` stands for: a whole number, or what NumPy takes as a seed. Raises InputError."""
    import numpy as np  # only where a model is made: by then it is there

    plain = plain_value(rng) if isinstance(rng, str | float | bool | np.generic | np.ndarray) else rng
    if isinstance(plain, int | float | str):
        return whole(plain, "rng", 0, 2**63 - 1)
    try:
        return int(np.random.default_rng(plain).integers(2**63 - 1))
    except (TypeError, ValueError) as error:
        raise InputError(f"rng: is no seed of chance ({error})") from None
