"""What every deciding actor shares: a weekly choice between one action and nothing.

Core object: `Decider`. Choices are logit quantal responses (`choose`): a base utility set so that the rate at the start
is the observed or assumed one, and what moves it.
"""

from typing import TYPE_CHECKING

import mesa
import numpy as np
import numpy.typing as npt

from regionsim.model import maths
from regionsim.model.choose import choose
from regionsim.model.samplers import Array
from regionsim.schema.units import WEEKS_PER_YEAR

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel

type Mask = npt.NDArray[np.bool_]


class Decider(mesa.Agent):  # type: ignore[misc]  # mesa ships no types
    """An actor that decides: `rationality` is the precision of its choices, (W,)."""

    name = ""

    def __init__(self, model: "RegionModel") -> None:
        super().__init__(model)
        self.rationality = model.p["politics.rationality"]

    def takes(self, action: str, per_year: Array, push: Array | float = 0.0, room: Array | float = 1.0) -> Mask:
        """Whether it acts this week, (W,): a logit choice between the action and nothing.

        The base utility gives the yearly rate where nothing pushes; `room`, 1 to 0, is the share left of the odds.
        Each action is weighed by itself, with its own chance: what moves one action leaves the others as they were, in
        this arm and between arms.
        """
        weekly = np.minimum(per_year / WEEKS_PER_YEAR, 0.9)
        base = maths.log(weekly / (1.0 - weekly) * room) / self.rationality  # without room -inf: never chosen
        u = self.model.streams.uniform(f"{self.name}.{action}")
        return choose(u, {action: base + push, "nothing": 0.0}, self.rationality).is_(action)
