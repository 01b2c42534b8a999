"""What every deciding actor shares: a weekly choice between one action and nothing.

Core object: `Decider`. Choices are logit quantal responses (`choose`): a base utility, set to give the observed or
assumed rate at the start, plus what moves it.
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

        The base utility gives the rate `per_year` where `push` is 0; `room`, 1 to 0, scales the odds. Each action has
        its own random stream, so what changes one action leaves the others unchanged, within an arm and between arms.
        """
        weekly = np.minimum(per_year / WEEKS_PER_YEAR, 0.9)
        base = maths.log(weekly / (1.0 - weekly) * room) / self.rationality  # room 0 gives -inf: never chosen
        u = self.model.streams.uniform(f"{self.name}.{action}")
        return choose(u, {action: base + push, "nothing": 0.0}, self.rationality).is_(action)
