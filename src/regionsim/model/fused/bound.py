"""A program in one model, and its replay.

Core objects: `Bound` and `fitting`. What never changes is looked up once; every week the arrays of the state are looked
up and checked, the steps and kernels are played, then what the rule sets is set and its events are recorded.
"""

import inspect
from collections.abc import Callable
from operator import attrgetter, itemgetter
from typing import Any

import numpy as np

from regionsim.model.fused import machine
from regionsim.model.fused.program import Guards, Made, Program, Read
from regionsim.model.fused.trace import Path, Place, reader

_ARRAY = id(np.ndarray)
MISSING = (AttributeError, KeyError, IndexError, TypeError, ValueError)
"""What reading raises where a model has not what a program reads."""


def fitting(w: Any, guards: Guards) -> bool:
    """Whether the model is as a program needs it."""
    try:
        for read, value in guards:
            now = read(w)
            if now is not value and (type(now) is not type(value) or now != value):
                return False
    except MISSING:
        return False
    return True


class Bound:
    """A program in one model: what never changes is looked up once."""

    def __init__(self, program: Program, w: Any) -> None:
        self.program = program
        n = len(program.wanted)
        self._worlds: int = w.n_worlds
        self._base, self._step = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
        self._strides, self._fault = np.zeros((n, 4), dtype=np.int64), np.zeros(1, dtype=np.int64)
        self._floats = np.zeros((max(program.width, 1), min(self._worlds, machine.BLOCK)))
        self._whole = self._floats.view(np.int64)
        self._flags = np.zeros(max(len(program.events), 1), dtype=np.int64)
        self._numbers = np.zeros((1, len(program.constants) + len(program.varying)))
        self._whole_numbers = self._numbers.view(np.int64)
        for k, value, real in program.constants:
            (self._numbers if real else self._whole_numbers)[0, k] = value
        self._keys = np.array([w.streams.key(purpose) for purpose in program.purposes] or [0], dtype=np.uint64)
        self._own = {key: array.empty(self._worlds) for key, array in program.own.items()}
        self._kept: list[Any] = []
        once = [(array, reader(place.path)(w)) for place, array in program.fixed]
        once += [(program.own[key], array) for key, array in self._own.items()]
        self.fits = fitting(w, program.once) and all(self._note(array.number, found) for array, found in once)
        self._readers = [(_owner(w, path), _all_of(kind, names)) for path, kind, names in program.groups]
        self._vectors = sum(array.vector for array in program.outputs)
        self._kinds = [(array.sizes(self._worlds), array.dtype) for array in program.outputs if not array.vector]
        self._count = len(program.weekly) + len(program.outputs)
        places = {place: at for at, place in enumerate(program.weekly)}
        self._calls = [
            (kernel, [_argument(kind, value, places, self._own) for kind, value in arguments])
            for kernel, arguments in program.calls
        ]
        self._events = [
            (name, texts, [_argument(kind, value, places, self._own) for kind, value in made])
            for name, texts, made in program.events
        ]
        self._sets: list[tuple[Read, list[Any], Callable[[Any], Any]]] = []
        self._targets: list[tuple[Read, Any, Callable[[Any, Any, Any], Any]]] = []
        self._aim(w, places)
        self._rebound = (w.policy, w.shocks, w.deals, w.linkage)

    def _aim(self, w: Any, places: dict[Place, int]) -> None:
        """Arrays that were just made are set for all of an object or dict at once, anything else one by one."""
        members: dict[Path, list[tuple[Any, Made]]] = {}
        for path, name, made in self.program.targets:
            members.setdefault(path, []).append((name, made))
        for path, these in members.items():
            find = _owner(w, path)
            owner = find(w)
            held = {name: made[1] for name, made in these if made[0] == "output" and _plainly(owner, name)}
            self._targets += [(find, name, _maker(made, places)) for name, made in these if name not in held]
            if held:
                inside = find if isinstance(owner, dict) else _inside(find)
                self._sets.append((inside, list(held), _all_of("i", list(held.values()))))

    def _note(self, number: int, array: Any) -> bool:
        self._kept.append(array)
        ids = np.array([id(array)], dtype=np.int64)
        machine.check(ids, _ARRAY, self.program.wanted, number, self._worlds, self._base, self._step,
                      self._strides, self._fault)  # fmt: skip
        return not self._fault[0]

    def play(self, w: Any) -> bool:
        """Play this week; False, with nothing done, where arrays or numbers are not of the kind the program needs."""
        program = self.program
        arrays: list[Any] = []
        try:
            for k, of, kind, real in program.varying:
                value = of(w)
                if type(value) is not kind:
                    return False
                (self._numbers if real else self._whole_numbers)[0, k] = value
            for find, read in self._readers:
                arrays += read(find(w))
        except MISSING:
            return False
        outputs = [*np.empty((self._vectors, self._worlds)), *[np.empty(sizes, dtype) for sizes, dtype in self._kinds]]
        arrays += outputs
        ids = np.fromiter(map(id, arrays), np.int64, self._count)
        machine.check(ids, _ARRAY, program.wanted, 0, self._worlds, self._base, self._step, self._strides, self._fault)
        if self._fault[0]:
            return False
        if program.events:
            self._flags[:] = 0
        streams, calls = w.streams, len(self._calls)
        for k, (steps, runs) in enumerate(program.segments):
            if steps.size:
                machine.run(
                    steps, runs, self._numbers, program.elements, self._base, self._step, self._strides, self._keys,
                    streams.replicates, streams.week, self._floats, self._whole, self._flags, self._worlds,
                )  # fmt: skip
            if k < calls:
                kernel, arguments = self._calls[k]
                kernel(*[argument(w, arrays) for argument in arguments])
        if program.events and np.count_nonzero(self._flags):
            self._record(w)
        done = [make(w, arrays, outputs) for _, _, make in self._targets]
        for (find, name, _), value in zip(self._targets, done, strict=True):
            owner = find(w)
            if isinstance(owner, dict):
                owner[name] = value
            else:
                setattr(owner, name, value)
        for inside, names, pick in self._sets:
            inside(w).update(zip(names, pick(outputs), strict=True))
        return True

    def _record(self, w: Any) -> None:
        for k in np.flatnonzero(self._flags):
            kind, texts, made = self._events[k]
            mask, day, magnitude = (get(w, ()) for get in made)
            w.event(mask, kind, **texts, day=day, magnitude=magnitude)

    def still(self, w: Any) -> bool:
        """Whether the objects that a branch replaces are those it was bound to."""
        policy, shocks, deals, linkage = self._rebound
        return w.policy is policy and w.shocks is shocks and w.deals is deals and w.linkage is linkage


def _plainly(owner: Any, name: Any) -> bool:
    """Whether setting this is no more than an entry of a dict."""
    if isinstance(owner, dict):
        return True
    kind: Any = type(owner)
    of_class = inspect.getattr_static(kind, name, None)
    return kind.__setattr__ is object.__setattr__ and hasattr(owner, "__dict__") and not hasattr(of_class, "__set__")


def _inside(find: Read) -> Read:
    """The attributes of an object."""
    return lambda w: vars(find(w))


def _all_of(kind: str, names: list[Any]) -> Read:
    """A function from an object or container to a tuple of these attributes or items."""
    get: Read = attrgetter(*names) if kind == "a" else itemgetter(*names)
    return get if len(names) > 1 else lambda owner: (get(owner),)


def _owner(w: Any, path: Path) -> Read:
    """A function that finds the object or container at a path: an object is found once."""
    if not path:
        return lambda w: w
    found = reader(path)(w)
    if not isinstance(found, dict | list | tuple):
        return lambda _w: found
    last = next((k for k in range(len(path) - 1, 0, -1)
                 if not isinstance(reader(path[:k])(w), dict | list | tuple)), 0)  # fmt: skip
    if not last:
        return reader(path)
    owner, rest = reader(path[:last])(w), reader(path[last:])
    return lambda _w: rest(owner)


def _argument(kind: str, value: Any, places: dict[Place, int], own: dict[Any, Any]) -> Callable[[Any, Any], Any]:
    """A function from the model and the arrays of the week to an argument of a kernel."""
    if kind in ("place", "read"):
        if value in places:
            at = places[value]
            found: Callable[[Any, Any], Any] = lambda _w, arrays: arrays[at]  # noqa: E731
        else:
            read = reader(value.path)
            found = lambda w, _arrays: read(w)  # noqa: E731
        return found if kind == "place" else lambda w, arrays: np.ascontiguousarray(found(w, arrays))
    if kind == "own":
        held = own[value]
        return lambda _w, _arrays: held
    if kind == "scalar":
        return lambda w, _arrays: value(w)
    return lambda _w, _arrays: value


def _maker(made: Made, places: dict[Place, int]) -> Callable[[Any, Any, Any], Any]:
    """A function from the model, the arrays of the week and those just made to a value that a rule sets."""
    kind, what = made[0], made[1]
    if kind == "output":
        return lambda _w, _arrays, outputs: outputs[what]
    if kind == "place":
        get = _argument("place", what, places, {})
        return lambda w, arrays, _outputs: get(w, arrays)
    if kind == "scalar":
        return lambda w, _arrays, _outputs: what(w)
    if kind == "dict":
        parts = {key: _maker(one, places) for key, one in what.items()}
        return lambda w, arrays, outputs: {key: make(w, arrays, outputs) for key, make in parts.items()}
    if kind == "tuple":
        several, of_type = [_maker(one, places) for one in what], made[2]
        return lambda w, arrays, outputs: of_type(make(w, arrays, outputs) for make in several)
    return lambda _w, _arrays, _outputs: what
