"""The operations of the machine: their numbers, how many registers each reads, and what its result is.

Core object: `OPERATIONS`, from which `machine` and `program` read. Each gives the bits of the NumPy or `maths` function
it stands for, element by element (`tests/model/fused/test_operations.py` compares them).
"""

from typing import Final, NamedTuple


class Operation(NamedTuple):
    """reads: the kind of each register it reads, "f" float64 or "i" whole number or truth; gives: that of its result,
    "" for none.
    """

    code: int
    reads: str
    gives: str


_TABLE = (
    # float arithmetic
    ("add", "ff", "f"), ("subtract", "ff", "f"), ("multiply", "ff", "f"), ("divide", "ff", "f"),
    ("minimum", "ff", "f"), ("maximum", "ff", "f"), ("negative", "f", "f"), ("absolute", "f", "f"),
    ("sign", "f", "f"), ("floor", "f", "f"), ("sqrt", "f", "f"),
    # comparisons
    ("less", "ff", "i"), ("less_equal", "ff", "i"), ("equal", "ff", "i"), ("not_equal", "ff", "i"),
    # whole numbers and truths
    ("add_i", "ii", "i"), ("subtract_i", "ii", "i"), ("multiply_i", "ii", "i"), ("minimum_i", "ii", "i"),
    ("maximum_i", "ii", "i"), ("negative_i", "i", "i"), ("less_i", "ii", "i"), ("less_equal_i", "ii", "i"),
    ("equal_i", "ii", "i"), ("not_equal_i", "ii", "i"), ("and", "ii", "i"), ("or", "ii", "i"), ("xor", "ii", "i"),
    ("not", "i", "i"),
    # choices and casts
    ("where", "iff", "f"), ("where_i", "iii", "i"), ("to_float", "i", "f"), ("to_int", "f", "i"),
    ("wrap8", "i", "i"), ("is_true", "i", "i"), ("is_nonzero", "f", "i"),
    # elementary functions
    ("exp", "f", "f"), ("log", "f", "f"), ("log1p", "f", "f"), ("expm1", "f", "f"), ("tanh", "f", "f"),
    ("cos", "f", "f"), ("logistic", "f", "f"), ("power", "ff", "f"),
    # draws
    ("normal", "f", "f"), ("truncated_normal", "ff", "f"), ("lognormal", "fff", "f"),
    ("negative_binomial", "fff", "i"), ("lognormal_where", "ifff", "f"), ("uniform", "", "f"),
    # memory
    ("load_f8", "", "f"), ("load_i8", "", "i"), ("load_b1", "", "i"), ("load_i1", "", "i"),
    ("store_f8", "f", ""), ("store_i8", "i", ""), ("store_b1", "i", ""), ("store_i1", "i", ""), ("store_f4", "f", ""),
    ("flag", "i", ""),
)  # fmt: skip

OPERATIONS: Final[dict[str, Operation]] = {
    name: Operation(code, reads, gives) for code, (name, reads, gives) in enumerate(_TABLE)
}
"""Operation by name."""

CODES: Final[dict[str, int]] = {name: operation.code for name, operation in OPERATIONS.items()}
