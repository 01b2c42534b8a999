"""The operations of the machine on registers, each for a run of steps in a block of worlds.

Core objects: `calculate`, `compare`, `count`, `combine`, `choose`, `function` and `draw`. f and k are the registers
(registers, worlds) as floats and as whole numbers; `operations` says what each operation stands for.
"""

import math

import numpy as np
import numpy.typing as npt

from regionsim.model import inverse
from regionsim.model._jit import njit
from regionsim.model.fused.operations import CODES
from regionsim.model.samplers import Array, Counts

type Whole = npt.NDArray[np.int32]

ADD, SUBTRACT, MULTIPLY, DIVIDE = (CODES[name] for name in ("add", "subtract", "multiply", "divide"))
MINIMUM, MAXIMUM, NEGATIVE, ABSOLUTE = (CODES[name] for name in ("minimum", "maximum", "negative", "absolute"))
SIGN, FLOOR, SQRT = (CODES[name] for name in ("sign", "floor", "sqrt"))
LESS, LESS_EQUAL, EQUAL, NOT_EQUAL = (CODES[name] for name in ("less", "less_equal", "equal", "not_equal"))
ADD_I, SUBTRACT_I, MULTIPLY_I, MINIMUM_I, MAXIMUM_I, NEGATIVE_I = (
    CODES[f"{name}_i"] for name in ("add", "subtract", "multiply", "minimum", "maximum", "negative")
)
LESS_I, LESS_EQUAL_I, EQUAL_I, NOT_EQUAL_I = (
    CODES[f"{name}_i"] for name in ("less", "less_equal", "equal", "not_equal")
)
AND, OR, XOR, NOT = (CODES[name] for name in ("and", "or", "xor", "not"))
WHERE, WHERE_I, TO_FLOAT, TO_INT = (CODES[name] for name in ("where", "where_i", "to_float", "to_int"))
WRAP8, IS_TRUE, IS_NONZERO = (CODES[name] for name in ("wrap8", "is_true", "is_nonzero"))
EXP, LOG, LOG1P, EXPM1 = (CODES[name] for name in ("exp", "log", "log1p", "expm1"))
TANH, COS, LOGISTIC, POWER = (CODES[name] for name in ("tanh", "cos", "logistic", "power"))
NORMAL, TRUNCATED_NORMAL, LOGNORMAL = (CODES[name] for name in ("normal", "truncated_normal", "lognormal"))
NEGATIVE_BINOMIAL, LOGNORMAL_WHERE, UNIFORM = (
    CODES[name] for name in ("negative_binomial", "lognormal_where", "uniform")
)


@njit
def calculate(op: int, first: int, end: int, n: int, steps: Whole, f: Array) -> None:
    """Arithmetic of floats."""
    for s in range(first, end):
        d, a, b = steps[s, 1], steps[s, 2], steps[s, 3]
        if op == ADD:
            for i in range(n):
                f[d, i] = f[a, i] + f[b, i]
        elif op == SUBTRACT:
            for i in range(n):
                f[d, i] = f[a, i] - f[b, i]
        elif op == MULTIPLY:
            for i in range(n):
                f[d, i] = f[a, i] * f[b, i]
        elif op == DIVIDE:
            for i in range(n):
                f[d, i] = f[a, i] / f[b, i]
        elif op == MINIMUM:  # of equal numbers NumPy gives the second
            for i in range(n):
                f[d, i] = f[a, i] if f[a, i] < f[b, i] or f[a, i] != f[a, i] else f[b, i]
        elif op == MAXIMUM:
            for i in range(n):
                f[d, i] = f[a, i] if f[a, i] > f[b, i] or f[a, i] != f[a, i] else f[b, i]
        elif op == NEGATIVE:
            for i in range(n):
                f[d, i] = -f[a, i]
        elif op == ABSOLUTE:
            for i in range(n):
                f[d, i] = abs(f[a, i])
        elif op == SIGN:
            for i in range(n):
                f[d, i] = 1.0 if f[a, i] > 0.0 else (-1.0 if f[a, i] < 0.0 else (0.0 if f[a, i] == 0.0 else f[a, i]))
        elif op == FLOOR:
            for i in range(n):
                f[d, i] = np.floor(f[a, i])
        else:
            for i in range(n):
                f[d, i] = math.sqrt(f[a, i])


@njit
def compare(op: int, first: int, end: int, n: int, steps: Whole, f: Array, k: Counts) -> None:
    """Comparisons of floats."""
    for s in range(first, end):
        d, a, b = steps[s, 1], steps[s, 2], steps[s, 3]
        if op == LESS:
            for i in range(n):
                k[d, i] = f[a, i] < f[b, i]
        elif op == LESS_EQUAL:
            for i in range(n):
                k[d, i] = f[a, i] <= f[b, i]
        elif op == EQUAL:
            for i in range(n):
                k[d, i] = f[a, i] == f[b, i]
        else:
            for i in range(n):
                k[d, i] = f[a, i] != f[b, i]


@njit
def count(op: int, first: int, end: int, n: int, steps: Whole, k: Counts) -> None:
    """Arithmetic and comparisons of whole numbers."""
    for s in range(first, end):
        d, a, b = steps[s, 1], steps[s, 2], steps[s, 3]
        if op == ADD_I:
            for i in range(n):
                k[d, i] = k[a, i] + k[b, i]
        elif op == SUBTRACT_I:
            for i in range(n):
                k[d, i] = k[a, i] - k[b, i]
        elif op == MULTIPLY_I:
            for i in range(n):
                k[d, i] = k[a, i] * k[b, i]
        elif op == MINIMUM_I:
            for i in range(n):
                k[d, i] = min(k[a, i], k[b, i])
        elif op == MAXIMUM_I:
            for i in range(n):
                k[d, i] = max(k[a, i], k[b, i])
        elif op == NEGATIVE_I:
            for i in range(n):
                k[d, i] = -k[a, i]
        elif op == LESS_I:
            for i in range(n):
                k[d, i] = k[a, i] < k[b, i]
        elif op == LESS_EQUAL_I:
            for i in range(n):
                k[d, i] = k[a, i] <= k[b, i]
        elif op == EQUAL_I:
            for i in range(n):
                k[d, i] = k[a, i] == k[b, i]
        else:
            for i in range(n):
                k[d, i] = k[a, i] != k[b, i]


@njit
def combine(op: int, first: int, end: int, n: int, steps: Whole, k: Counts) -> None:
    """Logic of truths."""
    for s in range(first, end):
        d, a, b = steps[s, 1], steps[s, 2], steps[s, 3]
        if op == AND:
            for i in range(n):
                k[d, i] = k[a, i] & k[b, i]
        elif op == OR:
            for i in range(n):
                k[d, i] = k[a, i] | k[b, i]
        elif op == XOR:
            for i in range(n):
                k[d, i] = k[a, i] ^ k[b, i]
        else:
            for i in range(n):
                k[d, i] = 1 - k[a, i]


@njit
def choose(op: int, first: int, end: int, n: int, steps: Whole, f: Array, k: Counts) -> None:
    """Choices between two registers, and casts."""
    for s in range(first, end):
        d, a, b, c = steps[s, 1], steps[s, 2], steps[s, 3], steps[s, 4]
        if op == WHERE:
            for i in range(n):
                yes, no = f[b, i], f[c, i]  # both are read, so that many worlds are chosen at once
                f[d, i] = yes if k[a, i] != 0 else no
        elif op == WHERE_I:
            for i in range(n):
                true, false = k[b, i], k[c, i]
                k[d, i] = true if k[a, i] != 0 else false
        elif op == TO_FLOAT:
            for i in range(n):
                f[d, i] = np.float64(k[a, i])
        elif op == TO_INT:
            for i in range(n):
                k[d, i] = np.int64(f[a, i])
        elif op == WRAP8:
            for i in range(n):
                k[d, i] = np.int64(np.int8(k[a, i]))
        elif op == IS_TRUE:
            for i in range(n):
                k[d, i] = k[a, i] != 0
        else:
            for i in range(n):
                k[d, i] = f[a, i] != 0.0


@njit
def function(op: int, first: int, end: int, n: int, steps: Whole, f: Array) -> None:
    """Elementary functions."""
    for s in range(first, end):
        d, a, b = steps[s, 1], steps[s, 2], steps[s, 3]
        if op == EXP:
            for i in range(n):
                f[d, i] = math.exp(f[a, i])
        elif op == LOG:
            for i in range(n):
                f[d, i] = math.log(f[a, i])
        elif op == LOG1P:
            for i in range(n):
                f[d, i] = math.log1p(f[a, i])
        elif op == EXPM1:
            for i in range(n):
                f[d, i] = math.expm1(f[a, i])
        elif op == TANH:
            for i in range(n):
                f[d, i] = math.tanh(f[a, i])
        elif op == COS:
            for i in range(n):
                f[d, i] = math.cos(f[a, i])
        elif op == LOGISTIC:
            for i in range(n):
                e = math.exp(-abs(f[a, i]))
                f[d, i] = (1.0 if f[a, i] >= 0.0 else e) / (1.0 + e)
        else:
            for i in range(n):
                f[d, i] = math.pow(f[a, i], f[b, i])


@njit
def draw(op: int, first: int, end: int, n: int, steps: Whole, f: Array, k: Counts) -> None:
    """Quantiles of distributions."""
    for s in range(first, end):
        d, a, b, c, e = steps[s, 1], steps[s, 2], steps[s, 3], steps[s, 4], steps[s, 5]
        if op == NORMAL:
            for i in range(n):
                f[d, i] = inverse.normal(f[a, i])
        elif op == TRUNCATED_NORMAL:
            for i in range(n):
                f[d, i] = inverse.truncated_normal(f[a, i], f[b, i])
        elif op == LOGNORMAL:
            for i in range(n):
                f[d, i] = inverse.lognormal(f[a, i], f[b, i], f[c, i])
        elif op == NEGATIVE_BINOMIAL:
            for i in range(n):
                k[d, i] = inverse.negative_binomial(f[a, i], f[b, i], f[c, i])
        else:
            for i in range(n):
                f[d, i] = inverse.lognormal(f[b, i], f[c, i], f[e, i]) if k[a, i] != 0 else 0.0
