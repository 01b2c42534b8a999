"""Stand-ins for the objects that a rule touches: the model, its processes, actors, dicts and lists.

Core objects: `wrapped` (the stand-in of a value) and `Twin`. Reading gives stand-ins of what the model holds, setting
is noted and seen by what is read later; the model itself is never changed. Methods and properties are played on the
stand-in, with stand-ins for NumPy (`stand_ins`).
"""

import inspect
from datetime import date
from types import FunctionType
from typing import Any

import numpy as np

from regionsim.model.actors.arenas import ArenaInfo
from regionsim.model.fused.stand_ins import played
from regionsim.model.fused.symbol import Scalar, Symbol, Untraceable
from regionsim.model.fused.trace import Path, Trace, lasting, reader
from regionsim.model.random import Streams

_KEPT = (ArenaInfo,)  # descriptions that never change


def wrapped(trace: Trace, value: Any, path: Path) -> Any:
    """The stand-in of what lies at a path of the model. Raises Untraceable for what has none."""
    if isinstance(value, np.ndarray):
        return trace.state(value, path)
    if id(value) in trace.twins:
        return trace.twins[id(value)]
    if value is None or isinstance(value, bool | np.bool_ | str | frozenset):
        trace.guard(reader(path), value, path, lasts=lasting(path))
        return value
    if isinstance(value, int | float | np.number):
        return Scalar(trace, reader(path), value, lasts=lasting(path))
    if isinstance(value, FunctionType) and value.__module__.startswith("regionsim.model"):
        return played(value)
    if isinstance(value, tuple) and value and (hasattr(value, "_fields") or isinstance(value[0], str)) and plain(value):
        trace.guard(reader(path), value, path, lasts=lasting(path))
        return value
    if isinstance(value, dict):
        return TwinDict(trace, value, path)
    if isinstance(value, list | tuple):
        return TwinList(trace, value, path)
    if isinstance(value, _KEPT):
        return value
    if isinstance(value, Streams):
        return TwinStreams(trace, value, path)
    if type(value).__module__.startswith("regionsim.model"):
        return Twin(trace, value, path)
    raise Untraceable(f"{path[-1][1]}: a {type(value).__name__}")


def plain(value: tuple[Any, ...]) -> bool:
    """Whether a tuple holds texts and numbers alone."""
    return all(isinstance(part, str | int | float) for part in value)


class Twin:
    """The stand-in of an object of the model."""

    def __init__(self, trace: Trace, real: Any, path: Path) -> None:
        if not isinstance(real, dict | list | tuple):  # one dict may lie in two places in this model alone
            trace.twins[id(real)] = self
        vars(self).update(_twin_trace=trace, _twin_real=real, _twin_path=path)

    @property  # type: ignore[misc]  # super() then finds the methods of its class
    def __class__(self) -> Any:
        return type(self._twin_real)

    def __getattr__(self, name: str) -> Any:
        trace, real = self._twin_trace, self._twin_real
        if name.startswith("__"):
            raise AttributeError(name)
        if (id(real), name) in trace.sets:
            return trace.sets[id(real), name][2]
        if not self._twin_path and name in _OF_MODEL:
            return _OF_MODEL[name](self)
        of_class = inspect.getattr_static(type(real), name, None)
        if isinstance(of_class, property):
            return played(of_class.fget)(self)
        if isinstance(of_class, FunctionType):
            return played(of_class).__get__(self)
        return wrapped(trace, getattr(real, name), (*self._twin_path, ("a", name)))

    def __setattr__(self, name: str, value: Any) -> None:
        self._twin_trace.set(self, self._twin_real, name, value)

    def __getitem__(self, key: Any) -> Any:
        return played(type(self._twin_real).__getitem__)(self, key)


class TwinStreams(Twin):
    """The stand-in of the streams: uniforms are made by the machine."""

    def uniform(self, purpose: str, slot: int = 0) -> Symbol:
        """One uniform."""
        return self._twin_trace.uniform(purpose, [slot])  # type: ignore[no-any-return]

    def uniforms(self, purpose: str, n_slots: int) -> Symbol:
        """Uniforms of slots 0 to n_slots - 1, (1, n)."""
        return self._twin_trace.uniform(purpose, range(int(n_slots))).reshape(1, -1)  # type: ignore[no-any-return]

    def key(self, purpose: str) -> Scalar:
        """The key of a purpose."""
        return Scalar(self._twin_trace, lambda w: w.streams.key(purpose), self._twin_real.key(purpose))


class TwinDict(Twin):
    """The stand-in of a dict."""

    def __getitem__(self, key: Any) -> Any:
        if (id(self._twin_real), key) in self._twin_trace.sets:
            return self._twin_trace.sets[id(self._twin_real), key][2]
        return wrapped(self._twin_trace, self._twin_real[key], (*self._twin_path, ("i", key)))

    def __setitem__(self, key: Any, value: Any) -> None:
        if key not in self._twin_real:
            raise Untraceable("a new key of a dict")
        self._twin_trace.set(self, self._twin_real, key, value)

    def _keys(self) -> tuple[Any, ...]:
        read = reader(self._twin_path)
        self._twin_trace.guard(lambda w: tuple(read(w)), tuple(self._twin_real), (self._twin_path, "keys"),
                                lasts=lasting(self._twin_path))  # fmt: skip
        return tuple(self._twin_real)

    def __contains__(self, key: Any) -> bool:
        return key in self._keys()

    def __iter__(self) -> Any:
        return iter(self._keys())

    def __len__(self) -> int:
        return len(self._keys())

    def get(self, key: Any, default: Any = None) -> Any:
        """As a dict's."""
        return self[key] if key in self._keys() else default

    def keys(self) -> tuple[Any, ...]:
        """As a dict's."""
        return self._keys()

    def values(self) -> list[Any]:
        """As a dict's."""
        return [self[key] for key in self._keys()]

    def items(self) -> list[tuple[Any, Any]]:
        """As a dict's."""
        return [(key, self[key]) for key in self._keys()]


class TwinList(Twin):
    """The stand-in of a list or a tuple."""

    def __len__(self) -> int:
        read = reader(self._twin_path)
        self._twin_trace.guard(lambda w: len(read(w)), len(self._twin_real), (self._twin_path, "length"),
                                lasts=lasting(self._twin_path))  # fmt: skip
        return len(self._twin_real)

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, Scalar) and not isinstance(self._twin_real[at.now], int | float):
            at = int(at)
        if isinstance(at, Scalar):
            lies, where = reader(self._twin_path), at.read
            return Scalar(self._twin_trace, lambda w: lies(w)[where(w)], self._twin_real[at.now])
        if isinstance(at, slice):
            return [self[k] for k in range(*at.indices(len(self)))]
        return wrapped(self._twin_trace, self._twin_real[at], (*self._twin_path, ("i", at)))

    def __iter__(self) -> Any:
        return (self[k] for k in range(len(self)))


# -- what the model itself offers to rules -----------------------------------------------------------------------------


def _constant(method: str) -> Any:
    """A method whose result never changes: `fade`, `halve`, `table`."""

    def of(twin: Twin) -> Any:
        def call(*arguments: str) -> Symbol:
            found = getattr(twin._twin_real, method)(*arguments)
            return twin._twin_trace.state(found, (("m", (method, arguments)),))  # type: ignore[no-any-return]

        return call

    return of


def _event(twin: Twin) -> Any:
    def event(
        where: Any,
        kind: str,
        *,
        place: str = "",
        actor: str = "",
        cause: str = "",
        day: Any = 0.0,
        magnitude: Any = 0.0,
    ) -> None:
        twin._twin_trace.event(where, kind, {"place": place, "actor": actor, "cause": cause}, day, magnitude)

    return event


def _scalar(name: str) -> Any:
    path: Path = (("a", name),)
    return lambda twin: Scalar(twin._twin_trace, reader(path), getattr(twin._twin_real, name))


def _start(twin: Twin) -> date:
    read = reader((("a", "start"),))
    twin._twin_trace.guard(read, twin._twin_real.start, "start")
    return twin._twin_real.start  # type: ignore[no-any-return]


_OF_MODEL = {
    "n_worlds": lambda _twin: 1,
    "fade": _constant("fade"),
    "halve": _constant("halve"),
    "table": _constant("table"),
    "event": _event,
    "week_of_year": _scalar("week_of_year"),
    "start": _start,
}
