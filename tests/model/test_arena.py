"""Choices in an arena: rates at rest, expected replies, learning; with a rival that may answer strikes by closures."""

import numpy as np
import pytest

from regionsim.model.actors.arena import Arena, ArenaDesign
from regionsim.model.random import Streams

WORLDS, YEARS = 200, 4
PER_YEAR = 6.0


def design(learning_rate: float, believed: float = 0.1) -> ArenaDesign:
    """Strikes gain a little security; a closure that follows one costs trade."""
    full = np.ones(WORLDS)
    own = np.zeros((WORLDS, 2, 2))
    own[:, 1, 0] = 0.1
    reply = np.full((WORLDS, 2, 1), 0.05)
    reply[:, 1, 0] = believed
    effect = np.zeros((WORLDS, 1, 2))
    effect[:, 0, 1] = -2.0
    return ArenaDesign(
        rates={"strike": PER_YEAR * full}, goals=("security", "trade"), replies=("closure",),
        weights={"security": full, "trade": full}, own=own, reply=reply, effect=effect,
        learning_rate=learning_rate * full, half_life=4.0 * full, rationality=1.8 * full,
    )  # fmt: skip


def chance(arena: Arena) -> np.ndarray:
    """Chance of a strike a week, (W,)."""
    utilities = arena.utilities()
    weights = [np.exp(arena.design.rationality * utilities[action]) for action in arena.design.actions]
    return weights[1] / (weights[0] + weights[1])


def play(learning_rate: float, answered: float, years: int = YEARS) -> tuple[np.ndarray, np.ndarray, Arena]:
    """Chance of a strike at the start and the end, (W,) each; answered: chance that a strike shuts gates 4 weeks."""
    streams, arena = Streams(7, np.arange(WORLDS)), Arena("army.security", design(learning_rate))
    before, shut = chance(arena), np.zeros(WORLDS)
    for week in range(round(52 * years)):
        streams.week = week
        struck = arena.decide(streams.uniform("army")).is_("strike")
        shut = np.where(struck & streams.bernoulli("closes", answered), 4.0, np.maximum(shut - 1.0, 0.0))
        closed = (shut > 0.0).astype(float)
        arena.see({"security": 0.1 * struck, "trade": -2.0 * closed}, {"closure": closed})
    return before, chance(arena), arena


def test_the_rate_at_rest_is_the_one_observed() -> None:
    before, _, _ = play(0.0, 0.0, 0.1)

    assert before == pytest.approx(PER_YEAR / (365.25 / 7))


def test_strikes_that_are_answered_by_closures_become_rarer_in_most_worlds() -> None:
    before, after, arena = play(0.3, 0.8, 2.0)

    assert (after < 0.8 * before).mean() >= 0.8
    assert (arena.expected("strike", "trade") < arena.expected("hold", "trade")).mean() >= 0.8


def test_without_learning_nothing_changes() -> None:
    before, after, _ = play(0.0, 0.8)

    np.testing.assert_array_equal(after, before)


def test_strikes_that_are_never_answered_do_not_become_rarer() -> None:
    before, after, _ = play(0.3, 0.0)

    assert (after < 0.8 * before).mean() <= 0.05


def test_a_world_alone_learns_as_it_does_among_others() -> None:
    _, after, _ = play(0.3, 0.8)
    whole, fields = design(0.3), ("own", "reply", "effect", "learning_rate", "half_life", "rationality")
    alone = Arena(
        "army.security",
        ArenaDesign(
            rates={"strike": PER_YEAR * np.ones(1)}, goals=whole.goals, replies=whole.replies,
            weights={goal: values[3:4] for goal, values in whole.weights.items()},
            **{name: getattr(whole, name)[3:4] for name in fields},
        ),
    )  # fmt: skip
    streams, shut = Streams(7, np.array([3])), np.zeros(1)
    for week in range(52 * YEARS):
        streams.week = week
        struck = alone.decide(streams.uniform("army")).is_("strike")
        shut = np.where(struck & streams.bernoulli("closes", 0.8), 4.0, np.maximum(shut - 1.0, 0.0))
        closed = (shut > 0.0).astype(float)
        alone.see({"security": 0.1 * struck, "trade": -2.0 * closed}, {"closure": closed})

    assert chance(alone)[0] == after[3]


def test_an_action_that_is_ruled_out_is_never_taken() -> None:
    arena = Arena("a", design(0.0))
    streams = Streams(7, np.arange(WORLDS))
    streams.week = 0

    assert not arena.decide(streams.uniform("x"), {"strike": -np.inf}).is_("strike").any()
