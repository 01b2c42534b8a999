"""What a rule does, noted while it is played once on stand-ins.

Core object: `Trace`: the graph of its operations, the arrays it reads and where they lie in the model, the guards on
which its course depends, and its effects: what it sets, changes in place, records as events and hands to kernels.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

import numpy as np
import numpy.typing as npt

from regionsim.model.fused.symbol import BOOL, FLOAT, FLOAT32, INT, INT8, Graph, Ids, Scalar, Symbol, Untraceable

type Path = tuple[tuple[str, Any], ...]
"""Steps from the model: ("a", name of an attribute), ("i", key of an item), ("m", method and its arguments)."""

LOADED = {FLOAT: "load_f8", INT: "load_i8", BOOL: "load_b1", INT8: "load_i1"}
SECOND = frozenset({"hostility", "_hostility", "memory", "set_point", "trust", "trust_initial", "in_force"})
"""Attributes of `Relations` and `Deals` whose second axis is the worlds'; elsewhere it is the first."""
ALIKE = frozenset({"mix", "mix_total"})
"""Attributes without an axis of worlds that may have as many rows as there are worlds."""


LASTING = frozenset(
    {"_brings", "_places", "_read", "_restrain", "alarms", "arenas", "gates", "goalposts", "index", "knobs", "links",
     "name", "names"}
)  # fmt: skip
"""Attributes that stay as they are once a model has played its first weeks: guards on them are checked once."""


def lasting(path: Path) -> bool:
    """Whether what lies at a path stays as it is."""
    return next((name in LASTING for kind, name in reversed(path) if kind == "a"), False)


def reader(path: Path) -> Callable[[Any], Any]:
    """A function from the model to what lies at a path."""
    if path and all(kind == "a" for kind, _ in path):
        return attrgetter(".".join(name for _, name in path))

    def read(w: Any) -> Any:
        found = w
        for kind, key in path:
            if kind == "a":
                found = getattr(found, key)
            elif kind == "i":
                found = found[key]
            else:
                found = getattr(found, key[0])(*key[1])
        return found

    return read


@dataclass(eq=False)
class Place:
    """An array of the model: its path, element type, shape in one world and axis of worlds (-1 for none)."""

    number: int
    path: Path
    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    axis: int
    epoch: int = 0
    """How often a kernel has written it."""
    original: Ids | None = None
    """Its nodes as they were loaded."""

    @property
    def constant(self) -> bool:
        """Whether it is the same array as long as the model lives."""
        return self.path[0] == ("a", "p") or self.path[-1][0] == "m"


@dataclass(frozen=True)
class Event:
    """An event where the mask says. The rest as `RegionModel.event` takes it."""

    mask: Symbol
    texts: dict[str, str]
    day: Any
    magnitude: Any
    kind: str


@dataclass(frozen=True)
class Call:
    """A call of a kernel after the operations of a segment. arguments: ("place", Place), ("copy", number of the copy),
    ("scalar", Scalar) or ("value", anything). copies: symbols that are copied into arrays first, with element type.
    """

    kernel: Any
    arguments: list[tuple[str, Any]]


@dataclass
class Store:
    """A node to be written to an element of an array: a place, or ("copy" | "output" | "event", number)."""

    node: int
    array: Any
    index: tuple[int, ...]
    dtype: np.dtype[Any]


@dataclass
class Trace:
    """See the module."""

    w: Any
    graph: Graph = field(default_factory=Graph)
    places: list[Place] = field(default_factory=list)
    states: dict[Path, Symbol] = field(default_factory=dict)
    guards: dict[Hashable, tuple[Callable[[Any], Any], Any]] = field(default_factory=dict)
    once: dict[Hashable, tuple[Callable[[Any], Any], Any]] = field(default_factory=dict)
    """Guards that need not be checked more than once in a model."""
    scalars: list[Scalar] = field(default_factory=list)
    purposes: list[str] = field(default_factory=list)
    sets: dict[tuple[int, Any], tuple[Any, Any, Any]] = field(default_factory=dict)
    """What is set: by (id of the object, name or key), (twin, name or key, value)."""
    events: list[Event] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    copies: list[tuple[tuple[int, ...], np.dtype[Any]]] = field(default_factory=list)
    stores: list[tuple[int, Store, bool]] = field(default_factory=list)
    """Segment, store, and whether it waits for the end of the segment."""
    kept: list[Any] = field(default_factory=list)
    twins: dict[int, Any] = field(default_factory=dict)
    """The stand-in of each object of the model, by its id: an object reached in two ways has one."""

    # -- what is read --------------------------------------------------------------------------------------------------

    def guard(self, read: Callable[[Any], Any], value: Any, key: Hashable = None, *, lasts: bool = False) -> None:
        """What follows holds only while `read` of the model gives this value. lasts: it never changes in a model."""
        self.kept.append(read)
        known = self.once if lasts else self.guards
        known.setdefault(id(read) if key is None else key, (read, value))

    def state(self, array: npt.NDArray[Any], path: Path) -> Symbol:
        """The symbol of an array of the model: one for each path, as in another model other arrays may lie there."""
        found = self.states.get(path)
        if found is None:
            shape, axis = _in_one_world(array, path, self.w.n_worlds)
            place = Place(len(self.places), path, array.dtype, shape, axis)
            self.places.append(place)
            self.kept.append(array)
            found = self.states[path] = Symbol(self, None, array.dtype, place)
        return found

    def loaded(self, symbol: Symbol) -> Ids:
        """The nodes that load the elements of an array of the model."""
        place: Place = symbol.origin
        op = LOADED.get(place.dtype)
        if op is None or sum(1 for axis in range(len(place.shape)) if axis != place.axis) > 3:
            raise Untraceable(f"an array of {place.dtype} {place.shape}")
        ids = np.empty(place.shape, dtype=np.int64)
        for index in np.ndindex(place.shape):
            kind = "f" if place.dtype == FLOAT else "i"
            ids[index] = self.graph.add("load", place.number, place.epoch, index, kind=kind)
        place.original = ids.copy()
        return ids

    def listed(self, symbol: Symbol) -> tuple[int, ...]:
        """The numbers of an array of the model that never changes."""
        if symbol.origin is None:
            raise Untraceable("an array of numbers that is not the model's")
        path: Path = symbol.origin.path
        read = reader(path)
        numbers = tuple(read(self.w).tolist())
        self.guard(lambda w: tuple(read(w).tolist()), numbers, (path, "numbers"), lasts=True)
        return numbers

    def uniform(self, purpose: str, slots: Any) -> Symbol:
        """Uniforms of these slots."""
        if purpose not in self.purposes:
            self.purposes.append(purpose)
        number = self.purposes.index(purpose)
        ids = [self.graph.add("uniform", number, int(slot), kind="f") for slot in slots]
        return Symbol(self, np.array(ids, dtype=np.int64), FLOAT)

    def kind(self, value: Any) -> Any:
        """What NumPy goes by in finding a common type."""
        now = value.now if isinstance(value, Scalar) else value
        if isinstance(now, np.ndarray | np.generic):
            return now.dtype
        if isinstance(now, bool | int | float):
            return type(now)(0)
        raise Untraceable(f"arithmetic with {type(now).__name__}")

    def symbol(self, value: Any) -> Symbol:
        """Anything as a symbol: a number of the model, a constant, an array of constants."""
        if isinstance(value, Symbol):
            return value
        if isinstance(value, Scalar) and isinstance(value.now, bool | np.bool_):
            return self.symbol(np.bool_(value.fixed()))
        if isinstance(value, Scalar):
            number = next((k for k, one in enumerate(self.scalars) if one is value), len(self.scalars))
            if number == len(self.scalars):
                self.scalars.append(value)
            kind = "f" if np.asarray(value.now).dtype == FLOAT else "i"
            node = self.graph.add("scalar", number, kind=kind)
            return Symbol(self, np.array(node), FLOAT if kind == "f" else INT)
        if isinstance(value, list | tuple):
            parts = [self.symbol(part) for part in value]
            common = np.result_type(*(part.dtype for part in parts))
            return Symbol(self, np.stack([part.astype(common).ids for part in parts]), common)
        array = np.asarray(value)
        if array.dtype not in LOADED:
            raise Untraceable(f"a constant of {array.dtype}")
        flat = [self.graph.constant(number, array.dtype) for number in array.ravel().tolist()]
        return Symbol(self, np.array(flat, dtype=np.int64).reshape(array.shape), array.dtype)

    # -- what is done --------------------------------------------------------------------------------------------------

    def set(self, twin: Any, real: Any, key: Any, value: Any) -> None:
        """An attribute or item is set."""
        self.kept.append(real)
        self.sets[id(real), key] = (twin, key, value)

    def event(self, mask: Any, kind: str, texts: dict[str, str], day: Any, magnitude: Any) -> None:
        """An event is recorded."""
        where = self.symbol(mask).astype(BOOL)
        if where.shape not in ((), (1,)):
            raise Untraceable("an event with a mask of another shape")
        if self.graph.value(int(where.ids.reshape(-1)[0])) != 0:
            self.events.append(Event(where.copy(), texts, self._snapshot(day), self._snapshot(magnitude), kind))

    def _snapshot(self, value: Any) -> Any:
        return value.copy() if isinstance(value, Symbol) else value

    def call(self, kernel: Any, arguments: tuple[Any, ...]) -> None:
        """A kernel is called."""
        given, written = [], list[tuple[Symbol, Any]]()
        for value, wanted in zip(arguments, kernel.signatures[0], strict=True):
            if not hasattr(wanted, "ndim"):
                given.append(("scalar" if isinstance(value, Scalar) else "value", value))
            elif isinstance(value, np.ndarray) and not wanted.mutable:
                given.append(("value", value))
            else:
                symbol = self.symbol(value)
                given.append(self._handed(symbol, wanted))
                if given[-1][0] == "place" and not wanted.mutable:
                    given[-1] = ("read", given[-1][1])
                if wanted.mutable:
                    written.append((symbol, given[-1][1]))
        self.calls.append(Call(kernel, given))
        self.graph.calls += 1
        for symbol, where in written:
            self._written(symbol, where)

    def _handed(self, symbol: Symbol, wanted: Any) -> tuple[str, Any]:
        dtype = np.dtype(wanted.dtype.name)
        if symbol.origin is not None:
            place: Place = symbol.origin
            if wanted.mutable:
                self.flush(symbol)
            if symbol._ids is None or (place.original is not None and np.array_equal(symbol._ids, place.original)):
                return "place", place
        if symbol.dtype != dtype or not symbol.ndim:
            raise Untraceable(f"a kernel is given {symbol.dtype} for {dtype}")
        number = len(self.copies)
        self.copies.append((symbol.shape, dtype))
        for index in np.ndindex(symbol.shape):
            self.stores.append((self.graph.calls, Store(int(symbol.ids[index]), ("copy", number), index, dtype), False))
        return "copy", number

    def _written(self, symbol: Symbol, where: Any) -> None:
        """What a kernel has written is read from where it wrote it."""
        if isinstance(where, Place):
            where.epoch += 1
            if symbol._ids is not None:
                symbol._ids[...] = self.loaded(symbol)
            return
        kind = "f" if symbol.dtype in (FLOAT, FLOAT32) else "i"
        if symbol.dtype not in LOADED:
            raise Untraceable(f"a kernel writes {symbol.dtype}")
        for index in np.ndindex(symbol.shape):
            symbol.ids[index] = self.graph.add("load_copy", where, index, kind=kind)

    def flush(self, symbol: Symbol) -> None:
        """Write what was changed in place of an array of the model, at the end of this segment."""
        place: Place = symbol.origin
        if symbol._ids is None or place.original is None:
            return
        for index in np.ndindex(place.shape):
            node = int(symbol._ids[index])
            if node != place.original[index]:
                self.stores.append((self.graph.calls, Store(node, place, index, place.dtype), True))
        place.original = symbol._ids.copy()

    def finish(self) -> None:
        """The rule has been played: note what was changed in place. Raises Untraceable where another array that the
        rule reads lies in the same memory.
        """
        for symbol in self.states.values():
            self.flush(symbol)
        arrays = {place.number: reader(place.path)(self.w) for place in self.places}
        changed = {store.array.number for _, store, _ in self.stores if isinstance(store.array, Place)}
        for number in changed | {place.number for place in self.places if place.epoch}:
            if any(np.may_share_memory(arrays[number], other) for k, other in arrays.items() if k != number):
                raise Untraceable("an array that is changed is read by another name")


def _in_one_world(array: npt.NDArray[Any], path: Path, worlds: int) -> tuple[tuple[int, ...], int]:
    """Shape of an array in a model of one world, and its axis of worlds."""
    name = path[-1][1]
    axis = 1 if name in SECOND and array.ndim == 2 else 0
    if not array.ndim or name in ALIKE or array.shape[axis] not in (1, worlds):
        return array.shape, -1
    return tuple(1 if k == axis else size for k, size in enumerate(array.shape)), axis
