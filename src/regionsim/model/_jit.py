"""The only access to numba: typed decorators with common compile settings, and the array types of signatures.

Core objects: `njit` (a helper called from kernels), `inline` (a short helper copied into its caller, so that the
caller's loop can be vectorised), `kernel` (an entry called from Python, with an explicit signature), and the types
`F64_IN`, `F64_OUT`, `I64_IN`, ... to build signatures from; and `on_compiling`. Settings: machine code cached on
disk, the GIL released, NumPy's rules for division by zero, and **no fastmath**, which would let results depend on the
processor.

Arrays in a signature are C-contiguous. An `_IN` type is read-only, so it takes writable and frozen arrays alike.

numba keys a cached kernel by its own file only, so a kernel would go stale when a helper in another file changes. Here
the stamp of every cached kernel covers all files of this package that hold compiled code (those that name `_jit`).
"""

import hashlib
import os
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from regionsim.errors import InputError, RunInterrupted, same_again

_ADDRESSES = 1_200_000 * 1024  # bytes; with less, a small run ends in one of many ways or not at all, by chance


def _switch_error(fault: Exception) -> InputError | None:
    """Numba's failure as a fault of the switches set in the environment; None where none is set."""
    ours = ("NUMBA_NUM_THREADS", "1")  # set for the processes of a pool
    switches = sorted(name for name, value in os.environ.items() if name[:6] == "NUMBA_" and (name, value) != ours)
    if not switches or isinstance(fault, MemoryError | OSError):
        return None
    reason = " ".join(str(fault).split()).partition(". ")[0][:200]
    return InputError(f"rules cannot be compiled with {', '.join(switches)} set: unset them ({reason})")


def _check_addresses() -> None:
    """RunInterrupted where `ulimit -v` leaves too little: numba's libraries would end the process without a word."""
    try:
        from resource import RLIM_INFINITY, RLIMIT_AS, getrlimit
    except ImportError:  # not a POSIX system
        return
    limit = getrlimit(RLIMIT_AS)[0]
    if limit != RLIM_INFINITY and limit < _ADDRESSES:
        raise RunInterrupted(
            f"out of memory: ulimit -v is {limit // 1024}, and compiled rules need {_ADDRESSES // 1024}; "
            f"with more, {same_again()} goes on from what is finished"
        )


_check_addresses()
try:
    with warnings.catch_warnings():
        warnings.filterwarnings("error", "(?s).*Environment variable")  # a switch that numba cannot read
        import numba
        from numba import types
        from numba.extending import intrinsic
except Exception as fault:
    raise _switch_error(fault) or fault from fault

on_compiling: list[Callable[[bool], None]] = []
"""Called before each compilation of a kernel that is not in numba's cache: with whether it will be cached."""

if getattr(numba.config, "DISABLE_JIT", False):
    raise InputError(
        "NUMBA_DISABLE_JIT is set, and regionsim's rules are compiled code: unset it (NUMBA_DISABLE_JIT=0)"
    )

boolean, float32, float64, int32, int64, uint8, uint64, void = (
    types.boolean, types.float32, types.float64, types.int32, types.int64, types.uint8, types.uint64, types.void,
)  # fmt: skip


def array_in(dtype: Any, ndim: int = 1) -> Any:
    """The type of a C-contiguous array that a kernel only reads."""
    return types.Array(dtype, ndim, "C", readonly=True)


def array_out(dtype: Any, ndim: int = 1) -> Any:
    """The type of a C-contiguous array that a kernel writes."""
    return types.Array(dtype, ndim, "C")


F64_IN, F64_OUT = array_in(float64), array_out(float64)
F32_IN, F32_OUT = array_in(float32), array_out(float32)
I64_IN, I64_OUT = array_in(int64), array_out(int64)
F64_IN2, F64_OUT2 = array_in(float64, 2), array_out(float64, 2)
F32_IN2, F32_OUT2 = array_in(float32, 2), array_out(float32, 2)


def njit[F: Callable[..., Any]](function: F) -> F:
    """Compile a helper on first use by a kernel, for whatever types it is used with."""
    return cast(F, _jit(function))


def inline[F: Callable[..., Any]](function: F) -> F:
    """Like `njit`, but copied into the caller before it is compiled. Use it where a loop calls it for a tuple."""
    return cast(F, _jit(function, inline="always"))


def kernel[F: Callable[..., Any]](signature: Any) -> Callable[[F], F]:
    """Compile an entry for one signature, e.g. `@kernel(void(F64_IN, F64_OUT))`, when its file is imported."""

    def decorate(function: F) -> F:
        dispatcher = _jit(function)
        _report_misses(dispatcher)
        try:
            dispatcher.compile(signature)
        except Exception as fault:
            raise _switch_error(fault) or fault from fault
        dispatcher.disable_compile()
        return cast(F, dispatcher)

    return decorate


def _jit(function: Callable[..., Any], **more: Any) -> Any:
    """A numba dispatcher with the common settings; without a cache where no folder can be written."""
    settings: dict[str, Any] = {"nogil": True, "error_model": "numpy", **more}
    try:
        dispatcher = numba.njit(cache=True, **settings)(function)
    except RuntimeError:  # numba found no writable folder, neither beside the file nor in the user's cache
        return numba.njit(**settings)(function)
    # Private names of numba; if they change, kernels are still cached, but keyed by their own file only.
    file = getattr(getattr(dispatcher, "_cache", None), "_cache_file", None)
    if file is not None and hasattr(file, "_source_stamp"):
        file._source_stamp = _STAMP
    return dispatcher


def _report_misses(dispatcher: Any) -> None:
    """Call `on_compiling` where the cache does not hold a kernel. Private names of numba, as in `_jit`."""
    cache: Any = getattr(dispatcher, "_cache", None)
    load = getattr(cache, "load_overload", None)
    if load is None:
        return

    def load_or_report(*arguments: Any) -> Any:
        overload = load(*arguments)
        if overload is None:
            for listener in on_compiling:
                listener(hasattr(cache, "_cache_file"))
        return overload

    cache.load_overload = load_or_report


def _stamp() -> bytes:
    """A digest of every file of this package that holds compiled code."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        source = path.read_bytes()
        if b"_jit" in source:
            digest.update(source)
    return digest.digest()


_STAMP = _stamp()


def _place(context: Any, builder: Any, given: Any, kind: Any) -> Any:
    """A pointer to a number so many bytes from an address, which are kept apart: the compiler then sees how a loop goes
    through memory.
    """
    byte = builder.inttoptr(given[0], context.get_data_type(types.int8).as_pointer())
    return builder.bitcast(builder.gep(byte, [given[1]]), context.get_data_type(kind).as_pointer())


def _peek(kind: Any) -> Any:
    """A function for kernels that reads a number of this type so many bytes from an address."""

    def read(_context: Any, _address: Any, _offset: Any) -> Any:
        def code(context: Any, builder: Any, _signature: Any, given: Any) -> Any:
            return builder.load(_place(context, builder, given, kind))

        return kind(types.int64, types.int64), code

    return intrinsic(read)


def _poke(kind: Any) -> Any:
    """A function for kernels that writes a number of this type so many bytes from an address."""

    def write(_context: Any, _address: Any, _offset: Any, _value: Any) -> Any:
        def code(context: Any, builder: Any, _signature: Any, given: Any) -> Any:
            builder.store(given[2], _place(context, builder, given, kind))
            return context.get_dummy_value()

        return types.void(types.int64, types.int64, kind), code

    return intrinsic(write)


# memory by address, for the machine of `fused` alone
peek8, peek32, peek64, peek_float = _peek(types.int8), _peek(types.int32), _peek(types.int64), _peek(types.float64)
poke8, poke64, poke_float = _poke(types.int8), _poke(types.int64), _poke(types.float64)
poke32 = _poke(types.float32)
