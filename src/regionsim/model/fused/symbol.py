"""Stand-ins for numbers while a rule is played once to see what it does: arrays of nodes of a graph.

Core objects: `Graph` (nodes: an operation and the nodes it reads, each made once), `Symbol` (stands for a NumPy array:
an array of node numbers of the shape it has with one world), `Scalar` (stands for one Python number of the model that
may differ from week to week) and `Untraceable`. Basic indexing of a symbol gives a view, as in NumPy, so assignment
into a part of it is seen by all who hold it.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from regionsim.model.fused.operations import OPERATIONS

type Ids = npt.NDArray[np.int64]

FLOAT, INT, BOOL, INT8, FLOAT32 = (np.dtype(name) for name in ("f8", "i8", "?", "i1", "f4"))
_KINDS = {FLOAT: "f", FLOAT32: "f", INT: "i", INT8: "i", BOOL: "i"}


class Untraceable(Exception):
    """A rule does something that the machine cannot replay; it is played as written."""


class Graph:
    """Nodes of one trace. `nodes[i]` is (operation, node numbers read..., further data)."""

    def __init__(self) -> None:
        self.nodes: list[tuple[Any, ...]] = []
        self.kinds: list[str] = []
        self.segment: list[int] = []
        """Number of the call of a kernel after which each node was made."""
        self.calls = 0
        self._known: dict[tuple[Any, ...], int] = {}

    def add(self, op: str, *read: Any, kind: str = "") -> int:
        """The node of an operation on nodes, made once; simplified where that changes no bit."""
        same = self._simplified(op, read)
        if same is not None:
            return same
        key = (op, *read)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = len(self.nodes)
            self.nodes.append(key)
            self.kinds.append(kind or OPERATIONS[op].gives)
            self.segment.append(self.calls)
        return found

    def constant(self, value: Any, dtype: np.dtype[Any]) -> int:
        """The node of a number."""
        if dtype in (FLOAT, FLOAT32):
            return self.add("constant", np.float64(value).tobytes(), kind="f")
        return self.add("constant", np.int64(value).tobytes(), kind="i")

    def value(self, node: int) -> Any:
        """The number of a constant node; None for others."""
        op, *data = self.nodes[node]
        if op != "constant":
            return None
        return np.frombuffer(data[0], dtype=np.float64 if self.kinds[node] == "f" else np.int64)[0]

    def _simplified(self, op: str, read: tuple[Any, ...]) -> int | None:
        if op in ("and", "or"):
            for mine, other in (read, read[::-1]):
                value = self.value(mine)
                if value is not None:
                    return int(other if bool(value) == (op == "and") else mine)
        elif op in ("where", "where_i"):
            value = self.value(read[0])
            if value is not None:
                return int(read[1] if value else read[2])
        elif op == "multiply":
            for mine, other in (read, read[::-1]):
                if self.value(mine) == 1.0:
                    return int(other)
        elif op == "add" and self.nodes[read[1]][0] == "to_float" and self._is_zero(read[0]):
            return int(read[1])  # a whole number as float is never -0
        elif op in ("not", "to_float") and (value := self.value(read[0])) is not None:
            return self.constant(1 - value, INT) if op == "not" else self.constant(value, FLOAT)
        return None

    def _is_zero(self, node: int) -> bool:
        return bool(self.value(node) == 0.0)


class Scalar:
    """One number of the model, which `read` finds in it. Where Python branches on it, its value becomes a guard."""

    __array_ufunc__ = None

    def __init__(self, trace: Any, read: Callable[[Any], Any], value: Any, *, lasts: bool = False) -> None:
        self.trace, self.read, self.now, self.lasts = trace, read, value, lasts

    def fixed(self) -> Any:
        """Its value, on which what follows depends."""
        self.trace.guard(self.read, self.now, lasts=self.lasts)
        return self.now

    def __bool__(self) -> bool:
        return bool(self.fixed())

    def __index__(self) -> int:
        return int(self.fixed())

    __int__ = __index__

    def __float__(self) -> float:
        return float(self.fixed())

    def __hash__(self) -> int:
        return hash(self.fixed())

    def _with(self, other: Any, do: Callable[[Any, Any], Any], *, turned: bool = False) -> Any:
        if isinstance(other, Symbol):
            return NotImplemented
        if isinstance(other, np.ndarray) and other.ndim:
            mine = self.trace.symbol(self)
            return do(other, mine) if turned else do(mine, other)
        mine, his = self.read, other.read if isinstance(other, Scalar) else None
        his_now = other.now if isinstance(other, Scalar) else other
        plain = None if his else other  # what is kept of a trace must not hold all of it

        def read(w: Any) -> Any:
            a, b = mine(w), plain if his is None else his(w)
            return do(b, a) if turned else do(a, b)

        now = do(his_now, self.now) if turned else do(self.now, his_now)
        return Scalar(self.trace, read, now, lasts=self.lasts and getattr(other, "lasts", True))

    def __neg__(self) -> "Scalar":
        read = self.read
        return Scalar(self.trace, lambda w: -read(w), -self.now, lasts=self.lasts)


def _scalar_operators() -> None:
    import operator

    for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "and", "or"):
        do = getattr(operator, f"{name}_" if name in ("and", "or") else name)
        setattr(Scalar, f"__{name}__", lambda self, other, do=do: self._with(other, do))
        setattr(Scalar, f"__r{name}__", lambda self, other, do=do: self._with(other, do, turned=True))
    for name in ("lt", "le", "gt", "ge", "eq", "ne"):
        do = getattr(operator, name)
        setattr(Scalar, f"__{name}__", lambda self, other, do=do: self._with(other, do))


_scalar_operators()


class Symbol:
    """An array of nodes with the element type of the array it stands for. origin: where that lies in the model, if it
    was read from there; its nodes are then made when they are needed.
    """

    __array_ufunc__ = None

    def __init__(self, trace: Any, ids: Ids | None, dtype: np.dtype[Any], origin: Any = None) -> None:
        self.trace, self.dtype, self.origin, self._ids = trace, np.dtype(dtype), origin, ids

    @property
    def ids(self) -> Ids:
        """The numbers of its nodes."""
        if self._ids is None:
            self._ids = self.trace.loaded(self)
        return self._ids

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape in one world."""
        return tuple(self.origin.shape) if self._ids is None else self._ids.shape

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of elements in one world."""
        return int(np.prod(self.shape, axis=None)) if self.shape else 1  # exact: whole numbers

    def __len__(self) -> int:
        return self.shape[0]

    def __bool__(self) -> bool:
        raise Untraceable("a branch on the state of worlds")

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise Untraceable("an array function that is not known")

    def __iter__(self) -> Any:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, key: Any) -> "Symbol":
        return Symbol(self.trace, np.asarray(self.ids[fixed_key(key)]), self.dtype)

    def __setitem__(self, key: Any, value: Any) -> None:
        given = self.trace.symbol(value).astype(self.dtype)
        self.ids[fixed_key(key)] = given.ids

    def astype(self, dtype: Any) -> "Symbol":
        """Cast as NumPy does; a copy always."""
        wanted = np.dtype(dtype)
        op = _cast(self.dtype, wanted)
        ids = self.ids.copy() if op is None else each(self.trace, op, self.ids)
        return Symbol(self.trace, ids, wanted)

    def copy(self) -> "Symbol":
        """A copy."""
        return Symbol(self.trace, self.ids.copy(), self.dtype)

    def reshape(self, *shape: Any) -> "Symbol":
        """A view of another shape."""
        sizes = shape[0] if len(shape) == 1 and isinstance(shape[0], tuple) else shape
        return Symbol(self.trace, self.ids.reshape(tuple(int(size) for size in sizes)), self.dtype)

    def any(self, axis: Any = None) -> "Symbol":
        """Whether any is true along the last axis."""
        return self._folded("or", axis)

    def all(self, axis: Any = None) -> "Symbol":
        """Whether all are true along the last axis."""
        return self._folded("and", axis)

    def _folded(self, op: str, axis: Any) -> "Symbol":
        if axis != -1 or self.dtype != BOOL:
            raise Untraceable("any or all over worlds")
        total = self.ids[..., 0]
        for j in range(1, self.shape[-1]):
            total = each(self.trace, op, total, self.ids[..., j])
        return Symbol(self.trace, np.array(total), BOOL)

    def sum(self, axis: Any = None) -> "Symbol":
        """The sum of whole numbers or truths along the last axis; of floats `maths.row_sum` knows the order."""
        if axis != -1 or self.dtype not in (INT, BOOL):
            raise Untraceable("a sum in an order of NumPy's own")
        total, *rest = (self.ids[..., j] for j in range(self.shape[-1]))
        for more in rest:
            total = each(self.trace, "add_i", total, more)
        return Symbol(self.trace, np.array(total), INT)

    def __neg__(self) -> "Symbol":
        return unary(self, "negative")

    def __abs__(self) -> "Symbol":
        return unary(self, "absolute")

    def __invert__(self) -> "Symbol":
        if self.dtype != BOOL:
            raise Untraceable("~ of numbers")
        return Symbol(self.trace, each(self.trace, "not", self.ids), BOOL)

    def __pow__(self, power: Any) -> "Symbol":
        if power != 2 or self.dtype != FLOAT:
            raise Untraceable("a power")
        return Symbol(self.trace, each(self.trace, "multiply", self.ids, self.ids), FLOAT)

    __hash__ = None  # type: ignore[assignment]


def fixed_key(key: Any) -> Any:
    """An index with numbers of the model at their values now. Raises Untraceable for one that depends on the state."""
    if isinstance(key, tuple):
        return tuple(fixed_key(part) for part in key)
    if isinstance(key, Symbol):
        raise Untraceable("an index that depends on the state of worlds")
    return int(key) if isinstance(key, Scalar) else key


def each(trace: Any, op: str, *operands: Any) -> Ids:
    """The nodes of an operation on arrays of nodes, element by element."""
    add = trace.graph.add
    arrays = [np.asarray(operand) for operand in operands]
    shape = np.broadcast_shapes(*(array.shape for array in arrays))
    # most are of one shape, and broadcast_to takes longer than the rest
    flat = [(a if a.shape == shape else np.broadcast_to(a, shape)).ravel().tolist() for a in arrays]
    return np.array([add(op, *read) for read in zip(*flat, strict=True)], dtype=np.int64).reshape(shape)


def _cast(given: np.dtype[Any], wanted: np.dtype[Any]) -> str | None:
    if wanted not in _KINDS or given not in _KINDS or (given == FLOAT32 and wanted != FLOAT32):
        raise Untraceable(f"a cast from {given} to {wanted}")
    if given == wanted or (given, wanted) in ((FLOAT, FLOAT32), (BOOL, INT), (BOOL, INT8), (INT8, INT)):
        return None
    if _KINDS[wanted] == "f":
        return "to_float"
    if wanted == BOOL:
        return "is_nonzero" if _KINDS[given] == "f" else "is_true"
    if wanted == INT8:
        if _KINDS[given] == "f":
            raise Untraceable("a cast from float to int8")
        return "wrap8"
    return "to_int"


def promoted(trace: Any, *values: Any) -> tuple[np.dtype[Any], list[Symbol]]:
    """The common type of operands as NumPy finds it, and each as a symbol of it."""
    types = [v.dtype if isinstance(v, Symbol) else trace.kind(v) for v in values]
    common = np.result_type(*types)
    if common not in (FLOAT, INT, BOOL, INT8):
        raise Untraceable(f"arithmetic of {common}")
    return common, [trace.symbol(v).astype(common) for v in values]


def binary(a: Any, b: Any, op: str) -> Any:
    """An operation of two operands, named as among floats."""
    if isinstance(b, str | dict | list | tuple) or b is None:
        return NotImplemented
    trace = a.trace if isinstance(a, Symbol | Scalar) else b.trace
    common, (x, y) = promoted(trace, a, b)
    if op in ("and", "or", "xor"):
        if common != BOOL:
            raise Untraceable("bits of numbers")
        return Symbol(trace, each(trace, op, x.ids, y.ids), BOOL)
    compares = op in ("less", "less_equal", "equal", "not_equal")
    if common == BOOL and not compares:
        if op not in ("multiply", "minimum", "maximum", "add"):
            raise Untraceable(f"{op} of truths")
        logic = "or" if op in ("maximum", "add") else "and"
        return Symbol(trace, each(trace, logic, x.ids, y.ids), BOOL)
    if op == "divide" and common != FLOAT:
        common, x, y = FLOAT, x.astype(FLOAT), y.astype(FLOAT)
    ids = each(trace, op if common == FLOAT else f"{op}_i", x.ids, y.ids)
    if common == INT8 and not compares:
        ids = each(trace, "wrap8", ids)
    return Symbol(trace, ids, BOOL if compares else common)


def unary(x: Symbol, op: str) -> Symbol:
    """An operation of one operand, of floats; of whole numbers `negative` alone."""
    if x.dtype == FLOAT:
        return Symbol(x.trace, each(x.trace, op, x.ids), FLOAT)
    if op == "negative" and x.dtype in (INT, INT8):
        ids = each(x.trace, "negative_i", x.ids)
        return Symbol(x.trace, each(x.trace, "wrap8", ids) if x.dtype == INT8 else ids, x.dtype)
    if op == "negative" or x.dtype == FLOAT32:
        raise Untraceable(f"{op} of {x.dtype}")
    return unary(x.astype(FLOAT), op)


def _symbol_operators() -> None:
    plain = {"add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "and": "and", "or": "or",
             "xor": "xor"}  # fmt: skip

    def in_place(self: Symbol, other: Any, op: str) -> Symbol:
        self[...] = binary(self, other, op)
        return self

    for name, op in plain.items():
        setattr(Symbol, f"__{name}__", lambda self, other, op=op: binary(self, other, op))
        setattr(Symbol, f"__r{name}__", lambda self, other, op=op: binary(other, self, op))
        setattr(Symbol, f"__i{name}__", lambda self, other, op=op: in_place(self, other, op))
    for name, op in (("lt", "less"), ("le", "less_equal"), ("eq", "equal"), ("ne", "not_equal")):
        setattr(Symbol, f"__{name}__", lambda self, other, op=op: binary(self, other, op))
    for name, op in (("gt", "less"), ("ge", "less_equal")):
        setattr(Symbol, f"__{name}__", lambda self, other, op=op: binary(other, self, op))


_symbol_operators()
