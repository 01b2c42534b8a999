"""From what was noted of a rule to steps for the machine.

Core object: `build`. Steps keep the order of the rule, except that steps of one operation stand together where nothing
hinders; a register is used again when what it holds is not read any more. Between the calls of two kernels lies a
segment; what a later segment needs is kept in an array of the program's own.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from regionsim.model.fused.operations import CODES, OPERATIONS
from regionsim.model.fused.program import Array, Made, Program
from regionsim.model.fused.symbol import BOOL, FLOAT, FLOAT32, INT, INT8, Scalar, Symbol, Untraceable
from regionsim.model.fused.trace import LOADED, Event, Path, Place, Store, Trace

type Job = tuple[int, Any, tuple[int, ...], Any]
"""A node to be stored: node, array, index, element type."""

WINDOW = 400
"""Steps among which those of one operation are put together: more need more registers at once."""
_STORED = {FLOAT: "store_f8", INT: "store_i8", BOOL: "store_b1", INT8: "store_i1", FLOAT32: "store_f4"}
_FREE = ("constant", "scalar")  # nodes that are in a register from the beginning
_MAKE, _STORE, _SPILL = range(3)  # kinds of step


def build(trace: Trace) -> Program:
    """The program of a trace. Raises Untraceable for what the machine cannot make."""
    return _Builder(trace).program()


class _Builder:
    """Turns a trace into steps."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.arrays: list[Array] = []
        self._element: dict[tuple[int, ...], int] = {}
        self._places: dict[int, Array] = {}
        self._own: dict[tuple[str, int], Array] = {}
        self.outputs: list[Array] = []
        self._output_of: dict[int, int] = {}
        self.targets = [
            (vars(twin)["_twin_path"], name, self._made(value, name)) for twin, name, value in trace.sets.values()
        ]
        self.events = [self._event(k, event) for k, event in enumerate(trace.events)]
        graph, last = trace.graph, trace.graph.calls
        jobs: list[list[Job]] = [[] for _ in range(last + 1)]
        late: list[list[Job]] = [[] for _ in range(last + 1)]
        for segment, store, waits in trace.stores:
            job = (store.node, store.array, store.index, store.dtype)
            (late if waits else jobs)[segment].append(job)
        self._jobs, self._late = jobs, late
        self._reads = [self._read_by(node) for node in range(len(graph.nodes))]
        self._home = [self._home_of(node) for node in range(len(graph.nodes))]
        used = self._used()
        self.free = [node for node in used if graph.nodes[node][0] in _FREE]
        self._free_set = set(self.free)
        self.spilled = self._spills(used)
        self.width = 0
        self.segments = [self._segment(s, used) for s in range(last + 1)]

    # -- what comes out ------------------------------------------------------------------------------------------------

    def _array(self, dtype: np.dtype[Any], shape: tuple[int, ...], axis: int, *, written: bool) -> Array:
        made = Array(len(self.arrays), dtype, shape, axis, written=written)
        self.arrays.append(made)
        return made

    def _place(self, place: Place) -> Array:
        if place.number not in self._places:
            self._places[place.number] = self._array(place.dtype, place.shape, place.axis, written=False)
        return self._places[place.number]

    def _copied(self, kind: str, number: int, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
        if (kind, number) not in self._own:
            axis = shape.index(1) if 1 in shape else -1
            if axis < 0:
                raise Untraceable("an array without an axis of worlds is made")
            self._own[kind, number] = self._array(dtype, shape, axis, written=True)
        return self._own[kind, number]

    def _made(self, value: Any, name: Any) -> Made:
        """How a value that is set is made."""
        if isinstance(value, Symbol):
            return self._output(value)
        if isinstance(value, Scalar):
            return ("scalar", value.read)
        if isinstance(value, dict):
            return ("dict", {key: self._made(one, name) for key, one in value.items()})
        if isinstance(value, tuple | list):
            return ("tuple", [self._made(one, name) for one in value], type(value))
        if value is None or isinstance(value, bool | int | float | str | np.generic):
            return ("value", value)
        raise Untraceable(f"{name} is set to a {type(value).__name__}")

    def _output(self, symbol: Symbol) -> Made:
        if symbol.origin is not None:
            place: Place = symbol.origin
            return ("place", place)
        for state in self.trace.states.values():
            if state._ids is not None and np.may_share_memory(state._ids, symbol.ids):
                raise Untraceable("a view of the state is kept")
        if id(symbol) not in self._output_of:
            self._output_of[id(symbol)] = len(self.outputs)
            number = len(self.outputs)
            self.outputs.append(self._copied("output", number, symbol.shape, symbol.dtype))
            self._store_all(symbol, "output", number)
        return ("output", self._output_of[id(symbol)])

    def _store_all(self, symbol: Symbol, kind: str, number: int) -> None:
        for index in np.ndindex(symbol.shape):
            node = int(symbol.ids[index])
            store = Store(node, (kind, number), index, symbol.dtype)
            self.trace.stores.append((self.trace.graph.segment[node], store, False))

    def _event(self, number: int, event: Event) -> tuple[str, dict[str, str], list[Made]]:
        made: list[Made] = []
        for k, value in enumerate((event.mask, event.day, event.magnitude)):
            if not isinstance(value, Symbol):
                made.append(("scalar", value.read) if isinstance(value, Scalar) else ("value", value))
                continue
            flat = Symbol(self.trace, value.ids.reshape(-1), value.dtype)
            if flat.size != 1:
                raise Untraceable("an event of more than one number a world")
            self._copied("event", 3 * number + k, (1,), flat.dtype)
            self._store_all(flat, "event", 3 * number + k)
            made.append(("own", ("event", 3 * number + k)))
        node = int(event.mask.ids.reshape(-1)[0])
        self.trace.stores.append((self.trace.graph.segment[node], Store(node, ("flag", number), (), BOOL), False))
        return event.kind, event.texts, made

    # -- which nodes, in which segment ---------------------------------------------------------------------------------

    def _read_by(self, node: int) -> tuple[int, ...]:
        """The nodes that a node is made of."""
        op, *data = self.trace.graph.nodes[node]
        return tuple(data[: len(OPERATIONS[op].reads)]) if op in OPERATIONS else ()

    def _used(self) -> list[int]:
        """The nodes on which anything that comes out depends, in order."""
        waiting = [job[0] for part in (*self._jobs, *self._late) for job in part]
        found: set[int] = set()
        while waiting:
            node = waiting.pop()
            if node not in found:
                found.add(node)
                waiting += self._reads[node]
        return sorted(found)

    def _home_of(self, node: int) -> int:
        """The segment in which a node is made; -1 if it can be made in any."""
        op, *data = self.trace.graph.nodes[node]
        if op in _FREE or op == "uniform" or (op == "load" and not self.trace.places[data[0]].epoch):
            return -1
        return self.trace.graph.segment[node]

    def _spills(self, used: list[int]) -> dict[int, int]:
        """Nodes that are needed in a later segment than that in which they are made, each with its row."""
        graph, rows = self.trace.graph, dict[int, int]()

        def need(node: int, segment: int) -> None:
            home = self._home[node]
            if home >= 0 and home != segment:
                rows.setdefault(node, len(rows))

        for node in used:
            home = self._home[node]
            for read in self._reads[node]:
                need(read, home if home >= 0 else graph.segment[node])
        for segment, (now, late) in enumerate(zip(self._jobs, self._late, strict=True)):
            for job in (*now, *late):
                need(job[0], segment)
        if rows:
            self._own["spill", 0] = self._array(FLOAT, (len(rows), 1), 1, written=True)
        return rows

    def _segment(self, segment: int, used: list[int]) -> npt.NDArray[np.int32]:
        """The steps of a segment."""
        jobs = dict[int, list[Any]]()
        for job in self._jobs[segment]:
            jobs.setdefault(job[0], []).append(job)
        order = [node for node in used if self._home[node] == segment]
        steps: list[tuple[int, Any]] = []
        placed: set[int] = set(self.free)

        def make(node: int) -> None:
            if node in placed:
                return
            placed.add(node)
            if self._home[node] in (-1, segment):
                for read in self._reads[node]:
                    make(read)
            steps.append((_MAKE, node))
            if self._home[node] == segment and node in self.spilled:
                steps.append((_SPILL, node))
            steps.extend((_STORE, job) for job in jobs.pop(node, ()))

        for node in list(jobs):
            if node in placed:
                steps.extend((_STORE, job) for job in jobs.pop(node))
        for node in order:
            make(node)
        for node in list(jobs):
            make(node)
        for job in self._late[segment]:
            make(job[0])
        steps = self._together(steps, segment) + [(_STORE, job) for job in self._late[segment]]
        return self._assigned(steps, segment)

    def _together(self, steps: list[tuple[int, Any]], segment: int) -> list[tuple[int, Any]]:
        """Steps of one operation next to each other, as far as what they read allows, within windows: the machine then
        decodes an operation once for many steps.
        """
        done: list[tuple[int, Any]] = []
        for first in range(0, len(steps), WINDOW):
            window = steps[first : first + WINDOW]
            made = {it: at for at, (what, it) in enumerate(window) if what == _MAKE}
            waits = [0] * len(window)
            readers: list[list[int]] = [[] for _ in window]
            for at, (what, it) in enumerate(window):
                for node in set(self._needs(what, it, segment)):
                    if node in made:
                        waits[at] += 1
                        readers[made[node]].append(at)
            ready: dict[tuple[Any, ...], list[int]] = {}
            for at in range(len(window)):
                if not waits[at]:
                    ready.setdefault(self._operation(*window[at], segment), []).append(at)
            while ready:
                op = max(ready, key=lambda name: len(ready[name]))
                while ready.get(op):
                    at = ready[op].pop(0)
                    done.append(window[at])
                    for reading in readers[at]:
                        waits[reading] -= 1
                        if not waits[reading]:
                            ready.setdefault(self._operation(*window[reading], segment), []).append(reading)
                del ready[op]
        return done

    def _operation(self, what: int, it: Any, segment: int) -> tuple[Any, ...]:
        """What steps of one operation share."""
        if what == _MAKE:
            op, *data = self.trace.graph.nodes[it]
            if self._home[it] not in (-1, segment):
                return "again", self.trace.graph.kinds[it]
            return (op, self.trace.places[data[0]].dtype) if op == "load" else (op,)
        if what == _SPILL:
            return _SPILL, self.trace.graph.kinds[it]
        return _STORE, it[3], isinstance(it[1], tuple) and it[1][0] == "flag"

    # -- registers -----------------------------------------------------------------------------------------------------

    def _assigned(self, steps: list[tuple[int, Any]], segment: int) -> npt.NDArray[np.int32]:
        """Steps with registers, which are used again when what they hold is not read any more."""
        last: dict[int, int] = {}
        for at, (what, it) in enumerate(steps):
            last |= dict.fromkeys(self._needs(what, it, segment), at)
        register = {node: k for k, node in enumerate(self.free)}
        idle: list[int] = []
        count, rows = len(self.free), []
        for at, (what, it) in enumerate(steps):
            if what == _MAKE:
                reads = self._needs(what, it, segment)
                registers = [register[node] for node in reads]
                if idle:  # one that the step does not read: a loop over registers that overlap is not vectorised
                    register[it] = idle.pop()
                else:
                    register[it] = count
                    count += 1
                done = [node for node in set(reads) if last[node] == at and node not in self._free_set]
                idle += [register[node] for node in done]
                rows.append(self._made_step(it, segment, register[it], registers))
                if last.get(it, -1) < at:
                    idle.append(register[it])
                continue
            (node,) = self._needs(what, it, segment)
            rows.append(self._stored_step(what, it, register[node]))
            if last[node] == at and node not in self._free_set:
                idle.append(register[node])
        self.width = max(self.width, count)
        return np.array(rows or np.empty((0, 6)), dtype=np.int32)

    def _needs(self, what: int, it: Any, segment: int) -> tuple[int, ...]:
        """The nodes that a step reads: none where a node was made in a segment before and is loaded again."""
        if what == _MAKE:
            return self._reads[it] if self._home[it] in (-1, segment) else ()
        return (it[0] if what == _STORE else it,)

    def _at(self, index: tuple[int, ...], axis: int) -> int:
        other = [k for a, k in enumerate(index) if a != axis]
        key = tuple([*other, 0, 0, 0][:3])
        return self._element.setdefault(key, len(self._element))

    def _made_step(self, node: int, segment: int, register: int, reads: list[int]) -> list[int]:
        op, *data = self.trace.graph.nodes[node]
        if self._home[node] not in (-1, segment):
            spill = self._own["spill", 0]
            load = "load_f8" if self.trace.graph.kinds[node] == "f" else "load_i8"
            return [CODES[load], register, spill.number, self._at((self.spilled[node], 0), 1), 0, 0]
        if op == "load":
            place = self.trace.places[data[0]]
            array = self._place(place)
            return [CODES[LOADED[place.dtype]], register, array.number, self._at(data[2], place.axis), 0, 0]
        if op == "load_copy":
            array = self._own["copy", data[0]]
            return [CODES[LOADED[array.dtype]], register, array.number, self._at(data[1], array.axis), 0, 0]
        if op == "uniform":
            return [CODES[op], register, data[0], data[1], 0, 0]
        return [CODES[op], register, *[*reads, 0, 0, 0, 0][:4]]

    def _stored_step(self, what: int, it: Any, register: int) -> list[int]:
        if what == _SPILL:
            spill = self._own["spill", 0]
            store = "store_f8" if self.trace.graph.kinds[it] == "f" else "store_i8"
            return [CODES[store], register, spill.number, self._at((self.spilled[it], 0), 1), 0, 0]
        _, array, index, dtype = it
        if isinstance(array, Place):
            found = self._place(array)
            found.written = True
        else:
            kind, number = array
            if kind == "flag":
                return [CODES["flag"], register, number, 0, 0, 0]
            found = self._copied(kind, number, *self.trace.copies[number]) if kind == "copy" else self._own[array]
        return [CODES[_STORED[dtype]], register, found.number, self._at(index, found.axis), 0, 0]

    # -- the program ---------------------------------------------------------------------------------------------------

    def program(self) -> Program:
        """All of it: arrays in the order in which they are looked up, those of the week first, then what is made."""
        trace, graph = self.trace, self.trace.graph
        used = [(place, self._places[place.number]) for place in trace.places if place.number in self._places]
        fixed = [(place, array) for place, array in used if place.constant]
        weekly = [(place, array) for place, array in used if not place.constant]
        holders: dict[tuple[Path, str], list[int]] = {}
        for k, (place, _) in enumerate(weekly):
            holders.setdefault((place.path[:-1], place.path[-1][0]), []).append(k)
        weekly = [weekly[k] for members in holders.values() for k in members]
        names = iter([place.path[-1][1] for place, _ in weekly])
        groups = [(path, kind, [next(names) for _ in members]) for (path, kind), members in holders.items()]
        moved = sorted(range(len(self.outputs)), key=lambda k: not self.outputs[k].vector)
        outputs = [self.outputs[k] for k in moved]
        order = [array for _, array in weekly] + outputs
        order += [array for array in self.arrays if all(array is not one for one in order)]
        place_of = np.empty(len(order), dtype=np.int64)
        for k, array in enumerate(order):
            place_of[array.number], array.number = k, k
        for steps in self.segments:
            moves = (steps[:, 0] >= CODES["load_f8"]) & (steps[:, 0] <= CODES["store_f4"])
            steps[moves, 2] = place_of[steps[moves, 2]]
        for place in trace.places:
            place.original = None
        scalars = {k: trace.scalars[graph.nodes[node][1]] for k, node in enumerate(self.free)
                   if graph.nodes[node][0] == "scalar"}  # fmt: skip
        real = [graph.kinds[node] == "f" for node in self.free]
        return Program(
            guards=list(trace.guards.values()),
            once=list(trace.once.values()),
            segments=[(steps, _runs(steps)) for steps in self.segments],
            calls=[(call.kernel, [_plain(*argument) for argument in call.arguments]) for call in trace.calls],
            width=self.width,
            elements=np.array(list(self._element) or [(0, 0, 0)], dtype=np.int32),
            wanted=np.array([array.wanted() for array in order] or [[0] * 8], dtype=np.int64),
            weekly=[place for place, _ in weekly],
            groups=groups,
            fixed=fixed,
            outputs=outputs,
            own={key: array for key, array in self._own.items() if key[0] != "output"},
            constants=[(k, graph.value(node), real[k]) for k, node in enumerate(self.free) if k not in scalars],
            varying=[(k, scalar.read, type(scalar.now), real[k]) for k, scalar in scalars.items()],
            purposes=trace.purposes,
            events=self.events,
            targets=[(path, name, _renumbered(made, moved)) for path, name, made in self.targets],
        )


def _plain(kind: str, value: Any) -> tuple[str, Any]:
    """An argument without the trace."""
    if kind == "copy":
        return "own", (kind, value)
    return (kind, value.read) if kind == "scalar" else (kind, value)


def _renumbered(made: Made, moved: list[int]) -> Made:
    """How a value is made, with outputs by their new numbers."""
    if made[0] == "output":
        return "output", moved.index(made[1])
    if made[0] == "dict":
        return "dict", {key: _renumbered(one, moved) for key, one in made[1].items()}
    if made[0] == "tuple":
        return "tuple", [_renumbered(one, moved) for one in made[1]], made[2]
    return made


def _runs(steps: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Operation, first and end of each run of steps of one operation, (m, 3)."""
    first = np.flatnonzero(np.diff(steps[:, 0], prepend=-1))
    return np.stack([steps[first, 0], first, np.append(first[1:], len(steps))[: first.size]], axis=1).astype(np.int32)
