"""What every deciding actor shares: arenas with beliefs, or a weekly choice between one action and nothing.

Core object: `Decider`. Choices are logit quantal responses: a base utility, set to give the observed or assumed rate at
the start, plus what moves it. Organs and armed groups choose in arenas (`arena`); outside powers by `takes`.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import mesa
import numpy as np
import numpy.typing as npt

from regionsim.model import maths
from regionsim.model.actors import arenas
from regionsim.model.actors.arena import Arena, Terms, arena
from regionsim.model.choose import ChosenAction, choose
from regionsim.model.samplers import Array
from regionsim.schema.units import WEEKS_PER_YEAR

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

type Mask = npt.NDArray[np.bool_]


class Decider(mesa.Agent):  # type: ignore[misc]  # mesa ships no types
    """An actor that decides. `rationality`: precision of its choices, (W,). `arenas`: what it chooses in, by id."""

    name = ""

    def __init__(self, model: "RegionModel") -> None:
        super().__init__(model)
        self.rationality = model.p["politics.rationality"]
        self.arenas: dict[str, Arena] = {info.id: arena(model, info) for info in arenas.of(self.name)}

    def learn(self) -> bool:
        """See what followed the actions of the last weeks; whether it learned, as it does every fourth week."""
        learned = [arena.see(self.model.signals.week) for arena in self.arenas.values()]
        return all(learned)

    def choose_in(
        self,
        name: str,
        rates: Mapping[str, Array],
        terms: Terms,
        allowed: Mapping[str, Mask] | None = None,
    ) -> ChosenAction:
        """The action of this week in an arena, with what deals of the scenario would win or lose by it."""
        w, a = self.model, self.arenas[name]
        if expected := w.linkage.terms(a):
            terms = {action: {**terms.get(action, {}), **expected.get(action, {})} for action in a.names}
        chosen = a.decide(w.streams.uniforms(a.info.key, len(a.names)), rates, terms, allowed)
        if w.decisions is not None:
            w.decisions.note(w, a, chosen)
        return chosen

    def takes(self, action: str, per_year: Array, push: Array | float = 0.0) -> Mask:
        """Whether it acts this week, (W,): a logit choice between the action and nothing.

        The base utility gives the rate `per_year` where `push` is 0. Each action has its own random stream, so what
        changes one action leaves the others unchanged, within an arm and between arms.
        """
        weekly = np.minimum(per_year / WEEKS_PER_YEAR, 0.9)
        base = maths.log(weekly / (1.0 - weekly)) / self.rationality
        u = self.model.streams.uniform(f"{self.name}.{action}")
        return choose(u, {action: base + push, "nothing": 0.0}, self.rationality).is_(action)
