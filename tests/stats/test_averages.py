"""Which average may be shown: never one outside the band that holds 90% of the worlds, with an honest interval."""

import numpy as np
import pytest
from scipy.stats import binom

from regionsim.stats.averages import middle


def few_carry(n, carriers, size):
    values = np.zeros(n)
    values[:carriers] = size
    return values


def test_a_mean_that_few_worlds_carry_is_not_shown():
    values = few_carry(200, 4, 1000.0)
    assert not 0.0 <= values.mean() <= np.quantile(values, 0.95)

    shown = middle(values)

    assert (shown.kind, shown.value) == ("median", 0.0)


@pytest.mark.parametrize("n", [1, 2, 5, 9, 10, 19, 20, 31, 200])
@pytest.mark.parametrize("draw", ["normal", "standard_cauchy", "exponential", "few"])
def test_whatever_is_shown_lies_in_the_middle_ninety_percent(n, draw):
    chance = np.random.default_rng(n)
    for _ in range(20):
        values = few_carry(n, 1, 1e6) if draw == "few" else getattr(chance, draw)(size=n)
        low, high = np.quantile(values, (0.05, 0.95))
        assert low - 1e-9 <= middle(values).value <= high + 1e-9


def test_many_values_have_a_trimmed_mean_and_few_or_mostly_equal_ones_the_median():
    values = np.random.default_rng(0).normal(size=200)
    assert middle(values).kind == middle(np.full(50, 3.0)).kind == "trimmed mean"
    assert middle(np.full(50, 3.0)).value == 3.0
    assert middle(np.where(np.arange(200) < 81, 0.0, np.abs(values))).kind == "trimmed mean"  # equal, and at one end
    assert middle(np.where(np.arange(200) < 81, 0.0, values)).kind == "median"
    assert middle([0.0, 0.0, 0.0, 0.0, 50.0]).kind == "median"


@pytest.mark.parametrize("draw", ["normal", "exponential", "lognormal"])
def test_intervals_hold_what_they_are_of_at_the_stated_rate(draw):
    chance, tries = np.random.default_rng(7), 600
    every = np.sort(getattr(chance, draw)(size=200_000))
    true = {"trimmed mean": every[20_000:-20_000].mean(), "median": np.median(every)}
    held = 0
    for _ in range(tries):
        shown = middle(getattr(chance, draw)(size=200))
        held += shown.low <= true[shown.kind] <= shown.high
    low, high = binom.ppf((0.0005, 0.9995), tries, 0.95)
    assert low <= held <= high, (held, low, high)
