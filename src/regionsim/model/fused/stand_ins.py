"""Stand-ins for what rules call: NumPy, `maths`, `samplers`, compiled kernels and the model's own functions.

Core object: `played` (a function of the model to be played on symbols: the same code with stand-ins for what it calls).
Only what is listed here is known; a rule that calls anything else on a symbol is played as written.
"""

from collections.abc import Callable
from functools import partial
from types import CellType, FunctionType, ModuleType
from typing import Any

import numpy as np

from regionsim.model import maths, measures, samplers
from regionsim.model.actors import quantal
from regionsim.model.fused.symbol import BOOL, FLOAT, Scalar, Symbol, Untraceable, binary, each, promoted, unary
from regionsim.model.fused.symbol import fixed_key as _fixed

_OURS = "regionsim.model"
_known: dict[Any, Any] = {}


def _trace_of(*values: Any) -> Any:
    """The trace that any of the values belongs to; None where all are plain."""
    for value in values:
        if isinstance(value, Symbol | Scalar):
            return value.trace
        if isinstance(value, list | tuple) and (trace := _trace_of(*value)) is not None:
            return trace
    return None


class current:  # noqa: N801  # a place to look, not a kind of thing
    """The trace that is made."""

    trace: Any = None


# -- NumPy -------------------------------------------------------------------------------------------------------------


def _filled(value: float) -> Any:
    def fill(shape: Any, dtype: Any = float) -> Symbol:
        kind = np.dtype(dtype)
        size = _fixed(tuple(shape) if isinstance(shape, list | tuple) else shape)
        return current.trace.symbol(np.full(size, value, dtype=kind))  # type: ignore[no-any-return]

    return fill


def _filled_like(value: float) -> Any:
    def fill(like: Any, dtype: Any = None) -> Symbol:
        kind = like.dtype if dtype is None else np.dtype(dtype)
        return current.trace.symbol(np.full(like.shape, value, dtype=kind))  # type: ignore[no-any-return]

    return fill


def _full(shape: Any, value: Any, dtype: Any = None) -> Symbol:
    symbol = current.trace.symbol(value)
    symbol = symbol if dtype is None else symbol.astype(dtype)
    size = _fixed(tuple(shape) if isinstance(shape, list | tuple) else shape)
    return Symbol(symbol.trace, np.broadcast_to(symbol.ids, size).copy(), symbol.dtype)


def _full_like(like: Any, value: Any) -> Symbol:
    return _full(like.shape, value, like.dtype)


def _where(mask: Any, a: Any, b: Any) -> Any:
    trace = _trace_of(mask, a, b)
    common, (x, y) = promoted(trace, a, b)
    condition = trace.symbol(mask)
    if condition.dtype != BOOL:
        raise Untraceable("a choice by numbers")
    return Symbol(trace, each(trace, "where" if common == FLOAT else "where_i", condition.ids, x.ids, y.ids), common)


def _divide(a: Any, b: Any, out: Any = None, where: Any = None) -> Any:
    quotient = binary(a, b, "divide")
    return quotient if where is None else _where(where, quotient, out)


def _copyto(out: Symbol, value: Any, where: Any = True) -> None:
    out[...] = _where(where, value, out).astype(out.dtype)


def _asarray(value: Any, dtype: Any = None) -> Any:
    symbol = current.trace.symbol(value)
    return symbol if dtype is None or symbol.dtype == np.dtype(dtype) else symbol.astype(dtype)


def _joined(do: Callable[..., Any]) -> Any:
    """Of a function of NumPy that puts arrays together: the same on nodes."""

    def join(parts: Any, axis: int = 0) -> Any:
        trace = _trace_of(*parts)
        common, symbols = promoted(trace, *parts)
        return Symbol(trace, do([symbol.ids for symbol in symbols], axis=axis), common)

    return join


def _rearranged(do: Callable[..., Any]) -> Any:
    """Of a function of NumPy that only moves elements: the same on nodes."""

    def move(x: Any, *arguments: Any, **more: Any) -> Any:
        symbol = current.trace.symbol(x)
        return Symbol(symbol.trace, do(symbol.ids, *_fixed(arguments), **more), symbol.dtype)

    return move


def _take_along_axis(x: Any, at: Any, axis: int) -> Any:
    trace = _trace_of(x, at)
    table, index = trace.symbol(x), trace.symbol(at)
    if axis != 1 or index.shape[1] != 1:
        raise Untraceable("a table read otherwise than one element of each row")
    op = "where" if table.dtype == FLOAT else "where_i"
    found = table.ids[:, -1:]
    for j in range(table.shape[1] - 1):
        found = each(trace, op, binary(index, j, "equal").ids, table.ids[:, j : j + 1], found)
    return Symbol(trace, found, table.dtype)


def _clip(x: Any, low: Any, high: Any) -> Any:
    return binary(binary(x, low, "maximum"), high, "minimum")


_NUMPY: dict[str, Any] = {
    "zeros": _filled(0.0), "ones": _filled(1.0), "empty": _filled(0.0), "full": _full, "full_like": _full_like,
    "zeros_like": _filled_like(0.0), "ones_like": _filled_like(1.0), "empty_like": _filled_like(0.0),
    "where": _where, "minimum": partial(binary, op="minimum"), "maximum": partial(binary, op="maximum"),
    "abs": partial(unary, op="absolute"), "sign": partial(unary, op="sign"), "floor": partial(unary, op="floor"),
    "sqrt": partial(unary, op="sqrt"), "divide": _divide, "copyto": _copyto, "asarray": _asarray, "array": _asarray,
    "clip": _clip, "take_along_axis": _take_along_axis,
    **{name: _joined(getattr(np, name)) for name in ("stack", "concatenate")},
    **{name: _rearranged(getattr(np, name)) for name in ("swapaxes", "moveaxis", "repeat", "broadcast_to")},
    "ascontiguousarray": lambda x, dtype=None: _asarray(x, dtype),
}  # fmt: skip
_FRESH = frozenset({"zeros", "ones", "empty", "full", "zeros_like", "ones_like", "empty_like", "full_like"})


# -- maths and samplers ------------------------------------------------------------------------------------------------


def _function(op: str) -> Any:
    def call(x: Any) -> Any:
        return unary(current.trace.symbol(x).astype(FLOAT), op)

    return call


def _row_sum(x: Any) -> Any:
    values = current.trace.symbol(x).astype(FLOAT)
    total: Any = np.full(values.shape[:-1], values.trace.graph.constant(0.0, FLOAT))
    for j in range(values.shape[-1]):
        total = each(values.trace, "add", total, values.ids[..., j])
    return Symbol(values.trace, np.array(total), FLOAT)


def _drawn(op: str, dtype: Any = FLOAT) -> Any:
    def call(*arguments: Any) -> Any:
        symbols = [current.trace.symbol(value).astype(FLOAT) for value in arguments]
        return Symbol(current.trace, each(current.trace, op, *(symbol.ids for symbol in symbols)), dtype)

    return call


def _lognormal_where(where: Any, u: Any, mu: Any, sigma: Any) -> Any:
    mask, *rest = (current.trace.symbol(value) for value in (where, u, mu, sigma))
    shape = np.broadcast_shapes(mask.shape, *(symbol.shape for symbol in rest))
    ids = each(current.trace, "lognormal_where", np.broadcast_to(mask.ids, shape), *(symbol.ids for symbol in rest))
    return Symbol(current.trace, ids, FLOAT)


_MATHS: dict[Any, Any] = {
    **{getattr(maths, name): _function(name)
       for name in ("exp", "log", "log1p", "expm1", "tanh", "cos", "logistic", "sqrt")},
    maths.power: _drawn("power"),
    maths.clip: _clip,
    maths.row_sum: _row_sum,
    maths.some: lambda _mask: True,
    samplers.normal_inv: _drawn("normal"),
    samplers.truncated_normal_inv: _drawn("truncated_normal"),
    samplers.lognormal_inv: _drawn("lognormal"),
    samplers.lognormal_where: _lognormal_where,
    samplers.negative_binomial_inv: _drawn("negative_binomial", np.dtype("i8")),
}  # fmt: skip


def _bend(share: Any, score: Any) -> None:
    """`measures._bend` in operations: a kernel of its own costs more than its few steps."""
    low, high, unit = measures.BENT, 1.0 - measures.BENT, 1.0
    below = low / (unit + (low - share) / low)
    above = unit - low / (unit + (low - (unit - share)) / low)
    at = _where(share < low, below, _where(share > high, above, share))
    score[...] = _where(at < 0.01, 1.0, 100.0 * at)


def _note_week(trace: Any, values: Any, columns: Any, after: Any, total: Any) -> None:
    """`quantal.note_week` in operations."""
    for k, column in enumerate(trace.trace.listed(columns)):
        value = values[:, column]
        total[:, k] += value
        after[:, :, k] += trace * value[:, np.newaxis]


_KERNELS = {measures._bend: _bend, quantal.note_week: _note_week}
"""Kernels of few steps, which cost more as calls."""


# -- functions of the model --------------------------------------------------------------------------------------------


class _Module:
    """A module of which every name is stood in for."""

    def __init__(self, real: ModuleType) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._real, name)
        if self._real is np:
            return _of_numpy(name, value)
        return stood_in(value)


def _of_numpy(name: str, value: Any) -> Any:
    known = _NUMPY.get(name)
    if isinstance(value, type) or not callable(value):
        return value
    if known is None:

        def refuse(*arguments: Any, **more: Any) -> Any:
            if _trace_of(*arguments, *more.values()) is not None:
                raise Untraceable(f"np.{name}")
            return value(*arguments, **more)

        return refuse

    def call(*arguments: Any, **more: Any) -> Any:
        if name not in _FRESH and _trace_of(*arguments, *more.values()) is None:
            return value(*arguments, **more)
        return known(*arguments, **more)

    return call


def _either(real: Any, known: Any) -> Any:
    """The stand-in where a symbol is given, else the function itself."""

    def call(*arguments: Any) -> Any:
        return known(*arguments) if _trace_of(*arguments) is not None else real(*arguments)

    return call


def stood_in(value: Any) -> Any:
    """The stand-in of anything that a function of the model can see; the thing itself where it needs none."""
    if isinstance(value, ModuleType):
        return _Module(value) if value is np or value.__name__.startswith(_OURS) else value
    if isinstance(value, FunctionType) and value in _MATHS:
        return _either(value, _MATHS[value])
    if isinstance(value, FunctionType) and value.__module__.startswith(_OURS):
        return played(value)
    if hasattr(value, "py_func") and hasattr(value, "signatures"):
        return _KERNELS.get(value) or (lambda *arguments: current.trace.call(value, arguments))
    if isinstance(value, type) and value.__module__.startswith(_OURS) and "__dataclass_fields__" in vars(value):
        return _class(value)
    if isinstance(value, dict):
        return {key: stood_in(one) for key, one in value.items()}
    if isinstance(value, tuple) and type(value) is not tuple and hasattr(value, "_make"):
        return type(value)(*(stood_in(one) for one in value))
    if isinstance(value, tuple):
        return tuple(stood_in(one) for one in value)
    return value


def _class(real: type) -> type:
    """A small class of values whose methods are played on symbols."""
    if real not in _known:
        kept = {key: stood_in(one) if isinstance(one, FunctionType) else one for key, one in vars(real).items()}
        _known[real] = type(real.__name__, real.__bases__, {k: v for k, v in kept.items() if k != "__dict__"})
    return _known[real]  # type: ignore[no-any-return]


class _Globals(dict[str, Any]):
    """The names a function sees, stood in for when they are looked up."""

    def __init__(self, real: dict[str, Any]) -> None:
        super().__init__(__builtins__=real["__builtins__"], __name__=real["__name__"])
        self._real = real

    def __missing__(self, name: str) -> Any:
        if name not in self._real:
            raise KeyError(name)
        self[name] = stood_in(self._real[name])
        return self[name]


def played(function: Any) -> Any:
    """A function of the model with stand-ins for all that it calls."""
    if function in _MATHS:
        return _either(function, _MATHS[function])
    if function not in _known:
        _known[function] = _copied(function, function.__closure__)  # what its cells lead back to finds it
        if function.__closure__:
            cells = tuple(CellType(stood_in(cell.cell_contents)) for cell in function.__closure__)
            _known[function] = _copied(function, cells)
    return _known[function]


def _copied(function: Any, cells: Any) -> Any:
    names = _known.setdefault(id(function.__globals__), _Globals(function.__globals__))
    made = FunctionType(function.__code__, names, function.__name__, function.__defaults__, cells)
    made.__kwdefaults__ = function.__kwdefaults__
    return made
