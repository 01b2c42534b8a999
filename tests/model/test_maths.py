"""Elementary functions and sums: correct, and independent of the number of worlds and of memory layout."""

import math

import numpy as np
import pytest

from regionsim.model import maths
from regionsim.model._jit import F32_IN, F32_OUT, F64_IN, kernel, void

X = np.concatenate([np.linspace(-30, 30, 4001), [0.0, -0.0, 1e-300, 700.0, -700.0, 1e-9, -1e-9]])
FUNCTIONS = {
    "exp": (maths.exp, math.exp, X),
    "log": (maths.log, math.log, np.abs(X) + 1e-12),
    "log1p": (maths.log1p, math.log1p, np.abs(X)),
    "expm1": (maths.expm1, math.expm1, X),
    "tanh": (maths.tanh, math.tanh, X),
    "sqrt": (maths.sqrt, math.sqrt, np.abs(X)),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_is_the_c_library_bit_for_bit_in_any_layout(name: str) -> None:
    function, oracle, x = FUNCTIONS[name]
    y = function(x)
    np.testing.assert_array_equal(y, [oracle(value) for value in x.tolist()])
    np.testing.assert_array_equal(function(x[::3]), y[::3])
    np.testing.assert_array_equal(function(x[:4000].reshape(40, 100).T), y[:4000].reshape(40, 100).T)
    assert function(float(x[5])) == y[5]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_edges_follow_ieee_754() -> None:
    edges = [0.0, -1.0, np.inf, -np.inf, np.nan]
    np.testing.assert_array_equal(maths.log(edges), [-np.inf, np.nan, np.inf, np.nan, np.nan])
    np.testing.assert_array_equal(maths.exp([1000.0, -1000.0, np.nan]), [np.inf, 0.0, np.nan])
    np.testing.assert_array_equal(maths.logistic([1000.0, -1000.0, 0.0, np.nan]), [1.0, 0.0, 0.5, np.nan])
    np.testing.assert_array_equal(maths.power([-1.0, 0.0, 2.0, 0.0], [0.5, 0.0, -1.0, -1.0]), [np.nan, 1, 0.5, np.inf])


def test_power_and_logistic_are_right_and_broadcast() -> None:
    x, y = np.linspace(0.01, 9, 50), np.linspace(-3, 3, 7)
    np.testing.assert_array_equal(
        maths.power(x[:, None], y), [[math.pow(a, b) for b in y.tolist()] for a in x.tolist()]
    )
    np.testing.assert_allclose(maths.logistic(X), 0.5 * (1 + np.tanh(X / 2)), rtol=1e-14, atol=1e-15)


def test_a_row_sum_runs_from_first_to_last_whatever_the_number_of_rows() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(50, 6, 333)) * 10.0 ** rng.integers(-8, 8, size=(50, 6, 333))
    total = maths.row_sum(x)
    assert total.shape == (50, 6)
    oracle = 0.0
    for value in x[17, 2].tolist():
        oracle += value
    assert total[17, 2] == oracle
    np.testing.assert_array_equal(maths.row_sum(x[17:18]), total[17:18])
    np.testing.assert_array_equal(maths.row_sum(x[:, ::-1][:, ::-1]), total)
    np.testing.assert_array_equal(maths.row_sum(np.empty((3, 0))), np.zeros(3))
    assert maths.row_sum(np.ones((2, 4), dtype=np.int64)).tolist() == [4.0, 4.0]


@kernel(void(F32_IN, F32_OUT))
def _exp32(x: np.ndarray, out: np.ndarray) -> None:
    for i in range(x.size):
        out[i] = maths.exp32(x[i])


def test_the_float32_polynomial_is_within_one_and_a_half_units_of_libm() -> None:
    x = np.concatenate([np.linspace(-87.33, 88.72, 1_000_001), np.linspace(-1, 1, 200_001)]).astype(np.float32)
    out = np.empty_like(x)
    _exp32(x, out)
    exact = np.exp(x.astype(np.float64))
    assert (np.abs(out - exact) / np.spacing(exact.astype(np.float32))).max() < 1.5
    alone = np.empty(1, dtype=np.float32)
    for i in (0, 7, 500_001, 1_200_001):
        _exp32(x[i : i + 1], alone)
        assert alone[0] == out[i]


@kernel(void(F64_IN, F32_OUT))
def _exp32_of_float64(x: np.ndarray, out: np.ndarray) -> None:
    for i in range(x.size):
        out[i] = maths.exp32(x[i])


def test_the_float32_polynomial_of_a_float64_is_that_of_the_nearest_float32() -> None:
    x = np.linspace(-87.3, 88.7, 10_001)
    want, out = np.empty(x.size, dtype=np.float32), np.empty(x.size, dtype=np.float32)
    _exp32(x.astype(np.float32), want)
    _exp32_of_float64(x, out)
    np.testing.assert_array_equal(out, want)


def test_the_float32_polynomial_ends_in_zero_infinity_and_nan() -> None:
    x = np.array([-np.inf, -1e30, -87.4, 0.0, 88.73, 1e30, np.inf, np.nan], dtype=np.float32)
    out = np.empty_like(x)
    _exp32(x, out)
    np.testing.assert_array_equal(out, np.array([0, 0, 0, 1, np.inf, np.inf, np.inf, np.nan], dtype=np.float32))
