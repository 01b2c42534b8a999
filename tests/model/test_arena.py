"""Choices in arenas: rates at rest, expected replies, learning; with a rival that may answer strikes by closures."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from regionsim.model.actors.arena import Arena, Beliefs
from regionsim.model.actors.arenas import ActionInfo, ArenaInfo
from regionsim.model.random import Streams

WORLDS, YEARS = 200, 4
PER_YEAR = 6.0
INFO = ArenaInfo(
    "army", "security", "security", (ActionInfo("hold", "hold"), ActionInfo("strike", "strike", "rate")),
    ("security", "economy"), ("kabul_closes",), "army",
)  # fmt: skip


def start(learning_rate: float, worlds: int = WORLDS, own_learning: float = 0.5) -> Beliefs:
    """Strikes gain a little security; a closure that follows one costs trade."""
    full = np.ones(worlds)
    own = np.zeros((worlds, 2, 2))
    own[:, 1, 0] = 0.1
    reply = np.zeros((worlds, 2, 1))
    reply[:, 1, 0] = 0.1
    effect = np.zeros((worlds, 1, 2))
    effect[:, 0, 1] = -2.0
    return Beliefs(np.ones((worlds, 2)), own, reply, effect, learning_rate * full, own_learning * full, 4.0 * full)


def chance(arena: Arena) -> np.ndarray:
    """Chance of a strike a week, (W,)."""
    odds = PER_YEAR / (365.25 / 7 - PER_YEAR) * np.exp(1.8 * arena.learned("strike"))
    return odds / (1.0 + odds)


def play(
    learning_rate: float, answered: float, years: float = YEARS, worlds: np.ndarray | None = None
) -> tuple[int, np.ndarray, Arena]:
    """Strikes in all, chance of a strike at the end (W,); answered: chance that a strike shuts gates for 4 weeks."""
    numbers = np.arange(WORLDS) if worlds is None else worlds
    n = numbers.size
    streams, arena = Streams(7, numbers), Arena(INFO, start(learning_rate, n), np.full(n, 1.8))
    shut, strikes = np.zeros(n), 0
    for week in range(round(52 * years)):
        streams.week = week
        chosen = arena.decide(streams.uniforms("army", 2), {"strike": np.full(n, PER_YEAR)}, {})
        struck = chosen.is_("strike")
        strikes += int(struck.sum())
        shut = np.where(struck & streams.bernoulli("closes", answered), 4.0, np.maximum(shut - 1.0, 0.0))
        closed = (shut > 0.0).astype(float)
        arena.see(np.stack([0.1 * struck, -2.0 * closed, closed], axis=1))
    return strikes, chance(arena), arena


def test_the_rate_at_rest_is_the_one_observed() -> None:
    strikes, _, _ = play(0.0, 0.0)

    expected = PER_YEAR * WORLDS * 52 * YEARS / (365.25 / 7)
    assert abs(strikes - expected) < 4.0 * np.sqrt(expected)


def test_strikes_that_are_answered_by_closures_become_rarer_in_most_worlds() -> None:
    _, after, arena = play(0.3, 0.8, 2.0)

    before = PER_YEAR / (365.25 / 7)
    assert (after < 0.8 * before).mean() >= 0.8
    assert (arena.expected("strike", "economy") < arena.expected("hold", "economy")).mean() >= 0.8


def test_without_learning_nothing_changes() -> None:
    _, after, _ = play(0.0, 0.8)

    np.testing.assert_array_equal(after, PER_YEAR / (365.25 / 7 - PER_YEAR) / (1 + PER_YEAR / (365.25 / 7 - PER_YEAR)))


def test_strikes_that_are_never_answered_do_not_become_much_rarer() -> None:
    _, after, _ = play(0.3, 0.0)

    assert (after < 0.8 * PER_YEAR / (365.25 / 7)).mean() <= 0.05


def test_what_is_believed_of_replies_matters_unless_own_effects_are_learned_as_fast() -> None:
    """A closure follows each strike but costs nothing: who looks at replies alone expects a loss all the same."""
    expected = {}
    for share in (0.0, 0.5, 1.0):
        feared = replace(start(0.3, 1, own_learning=share), reply=np.zeros((1, 2, 1)))
        arena = Arena(INFO, feared, np.ones(1))
        harmless = Arena(INFO, replace(feared, effect=np.zeros((1, 1, 2))), np.ones(1))
        for _ in range(40):
            for each in (arena, harmless):
                each.decide(np.array([[0.5, 1.0 - 1e-9]]), {"strike": np.full(1, PER_YEAR)}, {})
                each.see(np.array([[0.1, 0.0, 1.0]]))
                each.decide(np.array([[0.5, 1e-9]]), {"strike": np.full(1, PER_YEAR)}, {})
                each.see(np.zeros((1, 3)))
        expected[share] = float(arena.learned("strike")[0] - harmless.learned("strike")[0])
    assert expected[0.0] < expected[0.5] < -0.001
    assert abs(expected[1.0]) < 1e-12  # what followed is all that counts, whatever part of it was a reply


def test_an_action_that_was_not_taken_gains_nothing() -> None:
    arena = Arena(INFO, start(0.3, 1), np.ones(1))
    for _ in range(4):
        arena.decide(np.array([[0.5, 0.5]]), {"strike": np.zeros(1)}, {})
        arena.see(np.array([[1.0, 1.0, 0.0]]))

    assert (arena.gain[:, 1] == 0.0).all()


def test_a_world_alone_learns_as_it_does_among_others() -> None:
    _, after, _ = play(0.3, 0.8)
    _, alone, _ = play(0.3, 0.8, worlds=np.array([3]))

    assert alone[0] == after[3]


def test_an_action_that_is_ruled_out_is_never_taken() -> None:
    arena = Arena(INFO, start(0.0), np.full(WORLDS, 1.8))
    streams = Streams(7, np.arange(WORLDS))
    streams.week = 0
    u, often, nowhere = streams.uniforms("x", 2), {"strike": np.full(WORLDS, 52.0)}, np.zeros(WORLDS, dtype=bool)

    assert arena.decide(u, often, {}).is_("strike").any()
    assert not arena.decide(u, often, {}, {"strike": nowhere}).is_("strike").any()
    assert not arena.decide(u, {"strike": np.zeros(WORLDS)}, {}).is_("strike").any()


def test_a_rise_of_one_utility_moves_no_choice_between_two_others() -> None:
    actions = (ActionInfo("hold", "hold"), *(ActionInfo(name, name, "rate") for name in ("strike", "operate")))
    info = replace(INFO, actions=actions, replies=())
    zeros = np.zeros((WORLDS, 3, 2))
    beliefs = Beliefs(
        np.ones((WORLDS, 2)), zeros, zeros[:, :, :0], zeros[:, :0], np.zeros(WORLDS), np.ones(WORLDS), np.ones(WORLDS)
    )
    arena = Arena(info, beliefs, np.ones(WORLDS))
    u = Streams(7, np.arange(WORLDS)).uniforms("x", 3)
    rates = {"strike": np.full(WORLDS, 15.0), "operate": np.full(WORLDS, 15.0)}
    plain = arena.decide(u, rates, {})
    pushed = arena.decide(u, rates, {"strike": {"threat": 1.0}})

    changed = plain.index != pushed.index
    assert changed.any()
    assert pushed.is_("strike")[changed].all()


@pytest.mark.parametrize("rate", [0.2, 1.0])
def test_beliefs_move_towards_what_is_seen_and_never_past_it(rate: float) -> None:
    arena = Arena(INFO, start(rate, 1, own_learning=1.0), np.ones(1))
    always, u = {"strike": np.full(1, 52.0)}, np.array([[0.001, 0.999]])
    seen = []
    for _ in range(80):
        arena.decide(u, always, {})
        arena.see(np.array([[0.5, 0.0, 0.0]]))
        seen.append(float(arena.own[0, 1, 0]))

    # every week is alike, so an action brings nothing over the average week
    assert abs(seen[-1]) < 0.1 * abs(seen[0])
    assert all(abs(b) <= abs(a) + 1e-12 for a, b in pairwise(seen))
