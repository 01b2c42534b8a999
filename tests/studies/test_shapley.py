import numpy as np
import pytest

from regionsim.studies.shapley import interactions, marginals, orders, prefixes, shapley, subsets

NAMES = ("a", "b", "c", "d")


@pytest.fixture
def value():
    chance = np.random.default_rng(4)
    return {some: chance.normal(size=(9, 2)) for some in subsets(NAMES)}


def test_parts_sum_to_the_whole_in_every_world(value):
    whole = value[frozenset(NAMES)] - value[frozenset()]
    np.testing.assert_allclose(sum(shapley(value, NAMES).values()), whole, atol=1e-12)


def test_what_two_do_together_is_halved_and_named():
    value = {some: np.full(3, 1.0 + 2.0 * ("a" in some) + 4.0 * ({"a", "b"} <= some)) for some in subsets(NAMES)}
    found = shapley(value, NAMES)
    assert [found[name][0] for name in NAMES] == pytest.approx([4.0, 2.0, 0.0, 0.0])
    joint = {pair: float(part[0]) for pair, part in interactions(value, NAMES).items()}
    assert joint.pop(("a", "b")) == pytest.approx(4.0)
    assert set(joint.values()) == {0.0}


def test_a_player_that_changes_nothing_has_exactly_nothing():
    chance = np.random.default_rng(5)
    held = {some: chance.normal(size=50) * 1e6 for some in subsets(NAMES[:3])}
    value = {some: held[some - {"d"}] for some in subsets(NAMES)}
    assert (shapley(value, NAMES)["d"] == 0.0).all()
    assert (marginals(value, orders(NAMES, 5, 0))["d"] == 0.0).all()


def test_equal_players_have_equal_parts():
    value = {some: np.array([float(len(some)) ** 2]) for some in subsets(NAMES)}
    assert [float(part[0]) for part in shapley(value, NAMES).values()] == pytest.approx([4.0] * 4)


def test_sampled_orders_sum_to_the_whole_and_come_near_the_exact_parts(value):
    sample = orders(NAMES, 400, 7)
    found = marginals(value, sample)
    whole = value[frozenset(NAMES)] - value[frozenset()]
    np.testing.assert_allclose(sum(part[3] for part in found.values()), whole, atol=1e-12)
    exact = shapley(value, NAMES)
    for name in NAMES:
        error = found[name].std(axis=0).mean() / np.sqrt(400)
        np.testing.assert_allclose(found[name].mean(axis=0), exact[name], atol=6 * error)


def test_orders_come_with_their_reverses_and_by_seed():
    sample = orders(NAMES, 3, 1)
    assert sample[1] == sample[0][::-1]
    assert sample == orders(NAMES, 3, 1) != orders(NAMES, 3, 2)
    sets = prefixes(sample)
    assert (sets[0], sets[-1]) == (frozenset(), frozenset(NAMES))
    assert len(set(sets)) == len(sets)
