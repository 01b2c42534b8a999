"""Acts that fade: what is left of them, against what is usual.

Core object: `Fading`, shared by incidents at the border and by the acts of outside powers.
"""

import numpy as np
import numpy.typing as npt

from regionsim.model import maths
from regionsim.model.samplers import Array


class Fading:
    """`felt` is what is left of past acts, `usual` what that is on average at the rate of the start, (W,).

    weekly: acts a week at the start. weeks: over which an act fades. At the start what is usual is felt.
    """

    def __init__(self, weekly: Array, weeks: Array) -> None:
        self._keep = maths.exp(-1.0 / weeks)
        self.usual = weekly / (1.0 - self._keep)
        self.felt = self.usual.copy()

    def note(self, acts: npt.ArrayLike) -> None:
        """A week passes, with so many acts, (W,)."""
        self.felt = self._keep * self.felt + np.asarray(acts)
