"""The reasons of every choice, kept on request: the utility of each action at that moment, and the terms behind it.

Core objects: `Decisions`, which a model fills while it plays if it is given one, and `Decision`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from regionsim.model.actors.arena import Arena
    from regionsim.model.choose import ChosenAction
    from regionsim.model.region import RegionModel

type Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Option:
    """One action an actor could take: its utility over the default, and the terms that add up to it, by name."""

    action: str
    utility: float
    terms: dict[str, float]


@dataclass(frozen=True)
class Decision:
    """One choice that was not the default. world: number of the world. options: every action that was possible."""

    world: int
    week: int
    actor: str
    arena: str
    chosen: str
    options: tuple[Option, ...]


class Decisions:
    """A list of `Decision`, in order of time. For few worlds: it is filled world by world."""

    def __init__(self) -> None:
        self.taken: list[Decision] = []

    def note_closing(self, w: "RegionModel", arena: "Arena", where: Mask, terms: Mapping[str, npt.ArrayLike]) -> None:
        """Keep the closures that were decided gate by gate, in the worlds of the mask (W,)."""
        for row in np.flatnonzero(where):
            named = {name: float(np.broadcast_to(value, where.shape)[row]) for name, value in terms.items()}
            options = (Option("leave", 0.0, {}), Option("close", sum(named.values()), named))
            info = arena.info
            self.taken.append(Decision(int(w.worlds.number[row]), w.week, info.actor, info.id, "close", options))

    def note(self, w: "RegionModel", arena: "Arena", chosen: "ChosenAction") -> None:
        """Keep the choice of every world in which an action was taken."""
        for row in np.flatnonzero(chosen.index > 0):
            options = [_option(arena, a, name, int(row)) for a, name in enumerate(arena.names)]
            possible = tuple(option for option in options if np.isfinite(option.utility))
            info = arena.info
            number, action = int(w.worlds.number[row]), arena.names[chosen.index[row]]
            self.taken.append(Decision(number, w.week, info.actor, info.id, action, possible))


def _option(arena: "Arena", a: int, name: str, row: int) -> Option:
    worlds = arena.utility.shape[:1]
    given = arena.terms.get(name, {})
    terms = {term: float(np.broadcast_to(value, worlds)[row]) for term, value in given.items()}
    if a:
        terms["usual"] = float(arena.utility[row, a] - arena.push[row, a])
    for goal, size in arena.learned_by_goal(name).items():
        if size[row] != 0.0:
            terms[f"learned: {goal}"] = float(size[row])
    return Option(name, float(arena.utility[row, a]), terms)
