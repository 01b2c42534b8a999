import itertools
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regionsim.studies.indices import (
    LEVELS,
    MORRIS,
    SOBOL,
    chance,
    complete_samples,
    count,
    design,
    effect_chance,
    effects,
    indices,
    is_constant,
    means,
    ranks,
    shares,
)
from tests.toys.analytic import ishigami, ishigami_indices


@pytest.mark.parametrize("method", [MORRIS, SOBOL])
def test_a_design_is_the_same_for_a_seed_0_included_and_no_global_chance_is_used(method):
    np.random.seed(1)  # noqa: NPY002 - the global state is what must not matter
    one = design(method, 16, 5, 0)
    y = one.sum(axis=1) ** 2
    first = indices(method, one, y, 0)
    np.random.seed(2)  # noqa: NPY002
    np.testing.assert_array_equal(one, design(method, 16, 5, 0))
    for name, (value, half) in indices(method, one, y, 0).items():
        np.testing.assert_array_equal(value, first[name][0])
        np.testing.assert_array_equal(half, first[name][1])
    assert not np.array_equal(one, design(method, 16, 5, 1))
    assert one.shape == (count(method, 16, 5), 5)
    assert ((one >= 0) & (one <= 1)).all()


def test_a_morris_level_stands_for_the_middle_of_its_quarter():
    at = shares(MORRIS, design(MORRIS, 50, 3, 0))
    assert sorted(set(at.ravel().round(9))) == [0.125, 0.375, 0.625, 0.875]


def test_morris_indices_are_salibs_and_its_effects_ours():
    from SALib.analyze import morris

    points = design(MORRIS, 30, 12, 3)
    y = ishigami(points)
    found = indices(MORRIS, points, y, 3)
    problem = {"num_vars": 12, "names": [f"p{i}" for i in range(12)], "bounds": [[0, 1]] * 12}
    theirs = morris.analyze(problem, points, y, num_levels=LEVELS)
    ours = effects(points, y)
    for name, mine in (
        ("mu", ours.mean(axis=0)),
        ("mu_star", np.abs(ours).mean(axis=0)),
        ("sigma", ours.std(axis=0, ddof=1)),
    ):
        np.testing.assert_allclose(found[name][0], theirs[name], atol=1e-12)
        np.testing.assert_allclose(mine, theirs[name], atol=1e-12)


def exact_morris():
    """mu*, mu and sigma of Ishigami on the grid, over every trajectory's step there is."""
    grid = np.array(list(itertools.product(np.linspace(0, 1, LEVELS), repeat=3)))
    found = []
    for i in range(3):
        low = grid[grid[:, i] < 0.5]
        high = low.copy()
        high[:, i] += 2 / 3
        step = (ishigami(shares(MORRIS, high)) - ishigami(shares(MORRIS, low))) / (2 / 3)
        found.append((np.abs(step).mean(), step.mean(), step.std()))
    return np.array(found).T


def test_intervals_hold_the_known_value_as_often_as_they_say():
    """12 studies x 9 Morris indices and x 6 Sobol indices, each with a 95% interval.

    At most 12% of either may miss: with independent 95% intervals more would miss once in 500 for the 108 and once in
    150 for the 72; the seeds are fixed. Intervals by bootstrap are a little narrow for few samples, hence 100
    trajectories and 256 base points.
    """
    missed = {MORRIS: [], SOBOL: []}
    s1, total = ishigami_indices()
    exact = dict(zip(("mu_star", "mu", "sigma"), exact_morris(), strict=True)) | {"S1": s1, "ST": total}
    for seed in range(12):
        for method, samples in ((MORRIS, 100), (SOBOL, 256)):
            points = design(method, samples, 3, seed)
            for name, (value, half) in indices(method, points, ishigami(shares(method, points)), seed).items():
                missed[method] += (np.abs(value - exact[name]) > half + 1e-9).tolist()
    assert np.mean(missed[MORRIS]) < 0.12
    assert np.mean(missed[SOBOL]) < 0.12


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=30))
def test_ranks_are_a_permutation_with_the_largest_first(values):
    found = ranks(np.array(values))
    assert sorted(found) == list(range(1, len(values) + 1))
    order = [values[i] for i in np.argsort(found)]
    assert order == sorted(values, reverse=True)


@settings(max_examples=30)
@given(st.floats(0.01, 1e6), st.floats(-1e6, 1e6), st.integers(0, 100))
def test_scale_and_level_of_an_output_change_no_rank(scale, level, seed):
    points = design(MORRIS, 10, 4, seed)
    y = points @ np.array([4.0, 3.0, 2.0, 1.0])
    plain = effects(points, y)
    other = effects(points, scale * y + level)
    assert ranks(np.abs(plain).mean(axis=0)).tolist() == ranks(np.abs(other).mean(axis=0)).tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize("method", [MORRIS, SOBOL])
def test_an_output_that_hardly_varies_gives_numbers_and_no_warning(method):
    points = design(method, 16, 3, 0)
    y = np.zeros(len(points))
    assert is_constant(method, 3, y)
    y[0] = 1.0
    assert not is_constant(method, 3, y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for value, half in indices(method, points, y, 0).values():
            assert np.isfinite(value).all()
            assert np.isfinite(half).all()


def test_a_sobol_output_that_varies_off_the_base_points_alone_counts_as_constant():
    y = np.zeros(count(SOBOL, 16, 3))
    y[1] = 1.0
    assert is_constant(SOBOL, 3, y)


def test_chance_is_told_apart_from_points_and_from_what_replicates_share():
    rng = np.random.default_rng(0)
    point, replicate = rng.normal(size=(2000, 1)), rng.normal(size=(1, 8))
    own = chance(point + rng.normal(size=(2000, 8)))
    assert own.single == pytest.approx(0.5, abs=0.03)  # n = 2,000 points; about 4 standard errors
    assert own.mean == pytest.approx(1 / 9, abs=0.02)
    shared = chance(point + (replicate - replicate.mean()) / replicate.std(ddof=1))
    assert shared.single == pytest.approx(0.5, abs=0.03)
    assert shared.mean == pytest.approx(0.0, abs=1e-12)
    assert np.isnan(chance(point).single)
    assert chance(np.full((5, 3), 2.0)).single == 0.0


def test_chance_in_effects_is_what_replicates_do_not_agree_on():
    """1,000 trajectories, 4 replicates: effects 1 and 0; noise of variance v in each world makes 2v/(2/3)^2/4 of the
    squared effect of a mean. The tolerance is about 5 standard errors."""
    rng = np.random.default_rng(0)
    points = design(MORRIS, 1000, 2, 0)
    y = points[:, :1] + 0.3 * rng.normal(size=(3000, 4)) + 5.0 * rng.normal(size=(1, 4))
    noise = 2 * 0.09 / (2 / 3) ** 2 / 4
    each, whole_share = effect_chance(points, y)
    np.testing.assert_allclose(each, [noise / (1 + noise), 1.0], atol=0.05)
    assert whole_share == pytest.approx(2 * noise / (1 + 2 * noise), abs=0.03)
    np.testing.assert_allclose(effects(points, y).mean(axis=2), effects(points, y.mean(axis=1)), atol=1e-12)
    assert np.isnan(effect_chance(points, y[:, :1])[1])
    assert effect_chance(points, np.repeat(points[:, :1], 2, axis=1)) == (pytest.approx([0.0, 0.0]), 0.0)


def test_missing_worlds_do_not_set_a_point_apart():
    values = np.arange(6.0)[:, None] + np.array([[0.0, 100.0, 200.0]])
    whole_means = means(values)
    values[2, 2] = np.nan
    np.testing.assert_allclose(np.diff(means(values)), np.diff(whole_means))
    values[4] = np.nan
    assert np.isnan(means(values)).tolist() == [False] * 4 + [True, False]
    assert complete_samples(MORRIS, 2, means(values)).tolist() == [True, False]
