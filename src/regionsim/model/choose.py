"""Bounded-rational choice: logit quantal response over a small set of actions, one per world.

Core objects: `choose` and `ChosenAction`. P(a) is proportional to exp(rationality * utility of a)
(McKelvey and Palfrey's quantal response; Signorino 1999, S128). The draw is an inversion: with u given, the
action is the first whose cumulative probability reaches u, so two arms that share u differ only where utilities do.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from regionsim.model import maths
from regionsim.model.samplers import Array

type Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class ChosenAction:
    """The action taken in each world: `index` (W,) or (W, K) into `actions`."""

    actions: tuple[str, ...]
    index: npt.NDArray[np.int64]

    def is_(self, action: str) -> Mask:
        """Where the action was chosen."""
        return np.asarray(self.index == self.actions.index(action))


def choose(u: Array, utilities: Mapping[str, npt.ArrayLike], rationality: npt.ArrayLike) -> ChosenAction:
    """One action per element of u, a uniform array (W,) or (W, K); utilities and rationality broadcast to it.

    A utility of -inf is never chosen; a world with NaN takes the last action.
    """
    weights = [maths.exp(rationality * np.asarray(value)) for value in utilities.values()]
    total = weights[0]
    for weight in weights[1:]:
        total = total + weight
    index = np.zeros(u.shape, dtype=np.int64)
    reached = np.zeros(u.shape)
    for weight in weights[:-1]:
        reached = reached + weight
        index += ~(u * total <= reached)
    return ChosenAction(tuple(utilities), index)
