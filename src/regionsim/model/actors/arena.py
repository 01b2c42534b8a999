"""An arena: one choice a week among a few actions, by what an actor expects of each, and what it learns from results.

Core object: `Arena`. The probability of action a is proportional to exp(rationality * U(a)) (quantal response: McKelvey
and Palfrey 1995; in international relations Signorino 1999, S128), with

    U(a) = base(a) + sum over goals k of weight_k * (E[k | a] - E0[k | a]) + push(a)
    E[k | a] = own(a, k) + sum over the rival's replies r of reply(a, r) * effect(r, k)

The first action is the default. `base` gives the yearly rates observed at rest; E0 is what is expected at the start, so
only what has been learned moves a choice. Two beliefs are learned: `own`, the change of goals in the weeks after an
action apart from replies, and `reply`, how often a reply follows it. Each moves towards what was seen, by a learning
rate times the action's trace, which fades with a half-life (error-driven learning: Roth and Erev 1995).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from regionsim.model import maths
from regionsim.model.choose import ChosenAction, choose
from regionsim.model.samplers import Array
from regionsim.schema.units import WEEKS_PER_YEAR

LEARN_EVERY = 4  # weeks between updates
_LEAST = 1e-9  # chance of an action a week: so that log odds stay finite


@dataclass(frozen=True)
class ArenaDesign:
    """What an actor may do, wants and believes at the start. A actions, K goals, R replies of the rival.

    rates: per year for each action but the default, (W,) each. weights: of each goal, (W,). own: (W, A, K), expected
    change of each goal a week after an action. reply: (W, A, R), chance that a reply follows. effect: (W, R, K), change
    of each goal a week that a reply brings. learning_rate, half_life (weeks of the trace), rationality: (W,).
    """

    rates: Mapping[str, Array]
    goals: Sequence[str]
    replies: Sequence[str]
    weights: Mapping[str, Array]
    own: Array
    reply: Array
    effect: Array
    learning_rate: Array
    half_life: Array
    rationality: Array
    actions: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "actions", ("hold", *self.rates))


class Arena:
    """The choices of one actor in one arena, in W worlds."""

    def __init__(self, name: str, design: ArenaDesign) -> None:
        self.name = name
        self.design = design
        self.own = design.own.copy()
        self.reply = design.reply.copy()
        chances = [np.clip(rate / WEEKS_PER_YEAR, _LEAST, 0.9) for rate in design.rates.values()]
        rest = np.maximum(1.0 - maths.row_sum(np.stack(chances, axis=1)), _LEAST)
        self._base = [np.zeros_like(rest), *(maths.log(chance / rest) / design.rationality for chance in chances)]
        self._at_start = self._value()
        shape = design.own.shape[:2]
        self._trace = np.zeros(shape)
        self._decay = maths.exp(-math.log(2.0) / design.half_life)
        self._goals_seen = np.zeros((shape[0], len(design.goals)))
        self._replies_seen = np.zeros((shape[0], len(design.replies)))
        self._weeks = 0

    def utilities(self, push: Mapping[str, npt.ArrayLike] | None = None) -> dict[str, Array]:
        """Utility of each action, (W,); -inf for one that a mask in `push` rules out."""
        learned = self._value() - self._at_start
        pushed = push or {}
        return {
            action: self._base[a] + learned[:, a] + np.asarray(pushed.get(action, 0.0))
            for a, action in enumerate(self.design.actions)
        }

    def decide(self, u: Array, push: Mapping[str, npt.ArrayLike] | None = None) -> ChosenAction:
        """The action of this week, drawn by the uniforms u (W,); keeps its trace."""
        chosen = choose(u, self.utilities(push), self.design.rationality)
        self._trace *= self._decay[:, np.newaxis]
        for a in range(len(self.design.actions)):
            self._trace[:, a] = np.where(chosen.index == a, 1.0, self._trace[:, a])
        return chosen

    def see(self, goals: Mapping[str, Array], replies: Mapping[str, Array]) -> None:
        """Note this week's changes of goals and the rival's replies, (W,) each; learn every fourth week."""
        for k, goal in enumerate(self.design.goals):
            self._goals_seen[:, k] += goals[goal]
        for r, reply in enumerate(self.design.replies):
            self._replies_seen[:, r] += replies[reply]
        self._weeks += 1
        if self._weeks == LEARN_EVERY:
            self._learn()

    def expected(self, action: str, goal: str) -> Array:
        """Expected change of a goal a week after an action, (W,)."""
        a, k = self.design.actions.index(action), self.design.goals.index(goal)
        return np.asarray(self._expected()[:, a, k])

    def _learn(self) -> None:
        """Move beliefs towards what was seen in the last weeks, for each action by its trace."""
        step = np.clip(self.design.learning_rate[:, np.newaxis] * self._trace, 0.0, 1.0)[:, :, np.newaxis]
        replied = np.clip(self._replies_seen / self._weeks, 0.0, 1.0)
        by_reply = np.zeros_like(self._goals_seen)
        for r in range(len(self.design.replies)):
            by_reply += replied[:, r, np.newaxis] * self.design.effect[:, r]
        apart = self._goals_seen / self._weeks - by_reply
        self.own += step * (apart[:, np.newaxis, :] - self.own)
        self.reply += step * (replied[:, np.newaxis, :] - self.reply)
        self._goals_seen[:] = 0.0
        self._replies_seen[:] = 0.0
        self._weeks = 0

    def _expected(self) -> Array:
        """E[k | a], (W, A, K)."""
        expected = self.own.copy()
        for r in range(len(self.design.replies)):
            expected += self.reply[:, :, r, np.newaxis] * self.design.effect[:, r, np.newaxis, :]
        return expected

    def _value(self) -> Array:
        """Weighted expectation of each action over that of the default, (W, A)."""
        expected = self._expected()
        value = np.zeros(expected.shape[:2])
        for k, goal in enumerate(self.design.goals):
            value += self.design.weights[goal][:, np.newaxis] * expected[:, :, k]
        return value - value[:, :1]
