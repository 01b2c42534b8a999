"""An arena: one choice a week among a few actions, by what an actor expects of each, and what it learns from results.

Core object: `Arena`. The probability of action a is proportional to exp(rationality * U(a)) (quantal response: McKelvey
and Palfrey 1995, S192; in international relations Signorino 1999, S128), with

    U(a) = base(a) + sum over goals k of weight_k * (E[k | a] - E0[k | a]) + terms(a)
    E[k | a] = own(a, k) + sum over the rival's replies r of reply(a, r) * effect(r, k)

The first action is the default. `base` gives the yearly rates observed at rest; E0 is what is expected at the start, so
only what has been learned moves a choice, beside the terms: the documented urges of the week. Two beliefs are learned,
both as what follows an action over what follows on average: `own`, the change of goals apart from replies, and `reply`,
how often a reply follows. Each moves towards what was seen while the action's trace lasted (error-driven learning: Roth
and Erev 1995, S193). An action that is never taken teaches nothing. Own effects are learned more slowly than replies,
by `own_learning`: at 0 an actor knows what its actions do and learns the other side's habits alone; at 1 it learns the
sum of both, whatever part of it was a reply (belief and reinforcement learning; Camerer and Ho 1999, S200).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from regionsim.model import maths
from regionsim.model.actors.arenas import REPLIES, ArenaInfo
from regionsim.model.actors.quantal import choose_action, note_week
from regionsim.model.actors.signals import columns
from regionsim.model.choose import ChosenAction
from regionsim.model.samplers import Array
from regionsim.schema.units import WEEKS_PER_YEAR

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

LEARN_EVERY = 4  # weeks between updates
_ORDINARY_WEEKS = 26  # of weeks over which the average course of events is known
_LEAST = 1e-9  # of a trace

type Mask = npt.NDArray[np.bool_]
type Terms = Mapping[str, Mapping[str, npt.ArrayLike]]


@dataclass(frozen=True)
class Beliefs:
    """What an actor wants and believes at the start. A actions, K goals, R replies, in the order of the arena.

    weights: of each goal, (W, K). own: (W, A, K), change of a goal in a week after an action. reply: (W, A, R), chance
    a week that a reply follows. Both are over the average week. effect: (W, R, K), change of a goal that a reply
    brings. learning_rate: share of an error about replies that four weeks correct, (W,); own_learning: the rate for own
    effects over that, (W,). half_life: of a trace in weeks, (W,).
    """

    weights: Array
    own: Array
    reply: Array
    effect: Array
    learning_rate: Array
    own_learning: Array
    half_life: Array


def beliefs(p: Mapping[str, Array], info: ArenaInfo) -> Beliefs:
    """The beliefs at the start of an arena's actor, from its parameters."""
    size = len(p["decisions.learning_rate"])
    wants = info.wants
    weights = np.stack([p[f"decisions.{wants}_{goal}"] for goal in info.goals], axis=1)
    own = np.zeros((size, len(info.actions), len(info.goals)))
    reply = np.zeros((size, len(info.actions), len(info.replies)))
    effect = np.zeros((size, len(info.replies), len(info.goals)))
    for (a, action), (k, goal) in product(enumerate(info.actions), enumerate(info.goals)):
        if (name := action.brings.get(goal)) is not None:
            own[:, a, k] = p[name]
    for r, answer in enumerate(info.replies):
        for a, action in enumerate(info.actions):
            if (name := action.answered.get(answer)) is not None:
                reply[:, a, r] = p[name]
        for k, goal in enumerate(info.goals):
            if (name := REPLIES[answer].brings.get(goal)) is not None:
                effect[:, r, k] = p[name]
    rate = p["decisions.learning_rate"] * p["structure.learning"]
    return Beliefs(weights, own, reply, effect, rate, p["decisions.own_learning"], p["decisions.memory_weeks"])


class Arena:
    """The choices of one actor in one arena, in W worlds. `own`, `reply`: its beliefs now, as in `Beliefs`.

    `weights` (W, K) may be moved by who has a say in the actor. `utility` and `push` (W, A) and `terms` are those of
    the last decision, for explanations. columns: places of the goals, then of the replies, in what `see` is given.
    """

    def __init__(self, info: ArenaInfo, start: Beliefs, rationality: Array, columns: Sequence[int] = ()) -> None:
        self.info = info
        self.start = start
        self.rationality = rationality
        self.names = tuple(action.id for action in info.actions)
        self.weights = start.weights.copy()
        self.own, self.reply = start.own.copy(), start.reply.copy()
        shape = self.own.shape[:2]
        self.utility, self.push = np.zeros(shape), np.zeros(shape)
        self.terms: Terms = {}
        self.gain = np.zeros(shape)
        """What followed each action in the last four weeks, over the average and by the weights now, as far as the
        action was taken in them, (W, A).
        """
        self._expected_start = self._expected()
        self._learned = np.zeros(shape)
        self._trace = np.zeros(shape)
        self._apart = np.zeros(shape, dtype=np.bool_)
        self._decay = maths.exp(-math.log(2.0) / start.half_life)
        size = len(info.goals) + len(info.replies)
        self._seen = _Seen(shape, np.array(columns or range(size), dtype=np.int64))

    def decide(
        self, u: Array, rates: Mapping[str, Array], terms: Terms, allowed: Mapping[str, Mask] | None = None
    ) -> ChosenAction:
        """The action of this week, drawn by the uniforms u (W, A); keeps its trace.

        rates: per year of each action but the default, (W,). terms: what moves an action's utility this week, by name.
        allowed: where an action can be taken at all, (W,); everywhere if it is not named.
        """
        chance = np.zeros(u.shape)
        self.push = self._learned.copy()
        for a, name in enumerate(self.names):
            if a:
                chance[:, a] = rates[name] / WEEKS_PER_YEAR
            if allowed and name in allowed:
                chance[:, a] *= allowed[name]
            for value in terms.get(name, {}).values():
                self.push[:, a] += np.asarray(value)
        self.terms = terms
        index = np.empty(u.shape[0], dtype=np.int64)
        choose_action(
            u, chance, self.push, self.rationality, self._decay, self.utility, self._trace, self._apart, index
        )
        return ChosenAction(self.names, index)

    def note_apart(self, action: str, where: Mask) -> None:
        """Count an action as taken this week where it was decided place by place, before `decide`, (W,)."""
        self._apart[:, self.names.index(action)] = where

    def learned(self, action: str) -> Array:
        """Utility that an action has gained over the default by what was learned, (W,)."""
        return self._learned[:, self.names.index(action)]

    def learned_by_goal(self, action: str) -> dict[str, Array]:
        """The same by goal, (W,) each."""
        change = self._expected() - self._expected_start
        over = change[:, self.names.index(action)] - change[:, 0]
        return {goal: self.weights[:, k] * over[:, k] for k, goal in enumerate(self.info.goals)}

    def see(self, week: Array) -> bool:
        """Note a week's changes of goals and the rival's replies, (W, V); whether it learned from four weeks."""
        self._seen.note(self._trace, week)
        if self._seen.weeks < LEARN_EVERY:
            return False
        self._learn()
        return True

    def expected(self, action: str, goal: str) -> Array:
        """Expected change of a goal in a week after an action, over the average week, (W,)."""
        a, k = self.names.index(action), self.info.goals.index(goal)
        return np.asarray(self._expected()[:, a, k])

    def _learn(self) -> None:
        """Move beliefs towards what was seen in the last weeks, for each action by its trace."""
        rate = self.start.learning_rate[:, np.newaxis]
        taken = np.minimum(self._seen.weight / LEARN_EVERY, 1.0)
        step = np.minimum(rate * taken, 1.0)[:, :, np.newaxis]
        slower = step * self.start.own_learning[:, np.newaxis, np.newaxis]
        seen, size = self._seen.over_average(), len(self.info.goals)
        goals, replied = seen[:, :, :size], seen[:, :, size:]
        self.gain = taken * _weighted(goals, self.weights)
        apart = goals
        for r in range(len(self.info.replies)):
            apart = apart - replied[:, :, r, np.newaxis] * self.start.effect[:, np.newaxis, r]
        self.own = self.own + slower * (apart - self.own)
        self.reply = self.reply + step * (replied - self.reply)
        self.revalue()

    def revalue(self) -> None:
        """Weigh what has been learned by the weights as they stand."""
        value = _weighted(self._expected() - self._expected_start, self.weights)
        self._learned = value - value[:, :1]

    def _expected(self) -> Array:
        """E[k | a], (W, A, K)."""
        expected = self.own.copy()
        for r in range(len(self.info.replies)):
            expected += self.reply[:, :, r, np.newaxis] * self.start.effect[:, np.newaxis, r]
        return expected


class _Seen:
    """Quantities of the last weeks, averaged over the weeks after each action by its trace, and over all weeks."""

    def __init__(self, shape: tuple[int, ...], columns: npt.NDArray[np.int64]) -> None:
        self.weeks = 0
        self.weight = np.zeros(shape)
        """Sum of the traces over the weeks noted, (W, A)."""
        self._columns = columns
        self._all_weeks = 0
        self._after = np.zeros((*shape, columns.size))
        self._sum = np.zeros((shape[0], columns.size))
        self._average = np.zeros_like(self._sum)

    def note(self, trace: Array, week: Array) -> None:
        """Add a week: trace (W, A), quantities (W, V) of which it reads its columns."""
        self.weeks += 1
        self.weight += trace
        note_week(trace, week, self._columns, self._after, self._sum)

    def over_average(self) -> Array:
        """Mean after each action less the average week of the last half-year, (W, A, K); starts new weeks."""
        self._all_weeks += self.weeks
        share = self.weeks / min(self._all_weeks, _ORDINARY_WEEKS)
        self._average += share * (self._sum / self.weeks - self._average)
        weight = self.weight[:, :, np.newaxis]
        over = np.where(weight > 0.0, self._after / np.maximum(weight, _LEAST) - self._average[:, np.newaxis], 0.0)
        self.weeks = 0
        for sums in (self.weight, self._after, self._sum):
            sums[:] = 0.0
        return np.asarray(over)


def _weighted(values: Array, weights: Array) -> Array:
    """Sum over goals of (W, A, K) by weights (W, K): (W, A)."""
    total = np.zeros(values.shape[:2])
    for k in range(values.shape[2]):
        total += weights[:, np.newaxis, k] * values[:, :, k]
    return total


def arena(w: "RegionModel", info: ArenaInfo) -> Arena:
    """The arena of an actor of the model, with the beliefs of its parameters."""
    return Arena(info, beliefs(w.p, info), w.p["politics.rationality"], columns(info))
