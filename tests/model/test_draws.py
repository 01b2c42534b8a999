"""Parameter draws against scipy, truncated to the allowed range, and refused where invalid."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from regionsim.model.draws import draw_values
from regionsim.model.random import draw_uniform

U = (np.arange(2000) + 0.5) / 2000
DRAWS = [
    ({"distribution": "uniform", "low": 2.0, "high": 6.0}, stats.uniform(2, 4)),
    ({"distribution": "loguniform", "low": 0.5, "high": 8.0}, stats.loguniform(0.5, 8)),
    ({"distribution": "triangular", "low": 1.0, "mode": 3.0, "high": 9.0}, stats.triang(0.25, 1, 8)),
    ({"distribution": "triangular", "low": 1.0, "mode": 1.0, "high": 9.0}, stats.triang(0.0, 1, 8)),
    ({"distribution": "triangular", "low": 1.0, "mode": 9.0, "high": 9.0}, stats.triang(1.0, 1, 8)),
    ({"distribution": "normal", "mean": 4.0, "sd": 3.0}, stats.norm(4, 3)),
    ({"distribution": "lognormal", "median": 4.0, "sigma": 0.8}, stats.lognorm(0.8, scale=4)),
    ({"distribution": "beta", "a": 2.0, "b": 5.0}, stats.beta(2, 5)),
    ({"distribution": "beta", "a": 2.0, "b": 5.0, "low": 1.0, "high": 9.0}, stats.beta(2, 5, 1, 8)),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "law"), DRAWS)
@pytest.mark.parametrize("keep", [(0.0, 1.0), (0.2, 1.0), (0.0, 0.55), (0.3, 0.7)])
def test_a_draw_is_the_truncated_quantile(
    fields: dict[str, object], law: stats.rv_continuous, keep: tuple[float, float]
) -> None:
    low = -math.inf if keep[0] == 0 else float(law.ppf(keep[0]))
    high = math.inf if keep[1] == 1 else float(law.ppf(keep[1]))
    values = draw_values(SimpleNamespace(**fields), U, low, high)
    np.testing.assert_allclose(values, law.ppf(keep[0] + U * (keep[1] - keep[0])), rtol=1e-11)
    assert np.all(np.diff(values) >= 0)
    assert values.min() >= low
    assert values.max() <= high


def test_a_range_wider_than_the_draw_changes_nothing() -> None:
    for fields, _ in DRAWS[:5]:
        draw = SimpleNamespace(**fields)
        np.testing.assert_array_equal(draw_values(draw, U, -5.0, 50.0), draw_values(draw, U))


def test_a_choice_is_even_and_keeps_to_the_range() -> None:
    draw = SimpleNamespace(distribution="choice", values=[1.0, 2.0, 5.0, 70.0])
    values, counts = np.unique(draw_values(draw, U), return_counts=True)
    assert values.tolist() == [1.0, 2.0, 5.0, 70.0]
    assert counts.tolist() == [500] * 4
    assert set(draw_values(draw, U, 1.5, 10.0)) == {2.0, 5.0}


def test_a_draw_alone_equals_itself_among_many() -> None:
    draw = SimpleNamespace(distribution="beta", a=2.0, b=3.0)
    together = draw_values(draw, draw_uniform(1, np.arange(500), "x.y"), 0.1, 0.8)
    assert draw_values(draw, draw_uniform(1, [123], "x.y"), 0.1, 0.8)[0] == together[123]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"distribution": "gaussian"}, "must be one of uniform, .* choice"),
        ({"distribution": "uniform", "low": 1.0}, "needs numbers for low, high"),
        ({"distribution": "uniform", "low": 1.0, "high": math.nan}, "needs numbers"),
        ({"distribution": "uniform", "low": 2.0, "high": 1.0}, "low must be below high"),
        ({"distribution": "loguniform", "low": 0.0, "high": 1.0}, "0 < low"),
        ({"distribution": "triangular", "low": 1.0, "mode": 4.0, "high": 3.0}, "low <= mode"),
        ({"distribution": "normal", "mean": 1.0, "sd": 0.0}, "sd must be above 0"),
        ({"distribution": "lognormal", "median": -1.0, "sigma": 1.0}, "above 0"),
        ({"distribution": "beta", "a": 0.0, "b": 1.0}, "above 0"),
        ({"distribution": "choice", "values": []}, "no value"),
        ({"distribution": "choice", "values": [200.0]}, "no value within"),
        ({"distribution": "uniform", "low": 200.0, "high": 300.0}, "no part of it lies within 0 .. 100"),
    ],
)
def test_an_invalid_draw_is_refused(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw_values(SimpleNamespace(**fields), U, 0.0, 100.0)
