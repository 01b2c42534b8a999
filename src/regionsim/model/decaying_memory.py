"""Decaying memory of acts, compared with its usual level.

Core object: `Fading`, used for border incidents and for the acts of outside powers.
"""

import numpy as np
import numpy.typing as npt

from regionsim.model import maths
from regionsim.model.samplers import Array


class Fading:
    """Exponentially decaying sum of acts: `felt` now, `usual` its mean at the starting rate, (W,); equal at the start.

    weekly: acts a week at the start. weeks: time constant of the decay.
    """

    def __init__(self, weekly: Array, weeks: Array) -> None:
        self._keep = maths.exp(-1.0 / weeks)
        self.usual = weekly / (1.0 - self._keep)
        self.felt = self.usual.copy()

    def note(self, acts: npt.ArrayLike) -> None:
        """Advance by a week with this many acts, (W,)."""
        self.felt = self._keep * self.felt + np.asarray(acts)
