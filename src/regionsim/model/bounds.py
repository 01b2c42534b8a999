"""Smooth bounds: quantities that cannot grow for ever bend towards a ceiling instead of being cut off at it.

Core objects: `saturated`, `bent`, `room_left`. All are monotone, so that arms with common random numbers stay in order,
and none piles worlds up at the ceiling, as a cut-off would.
"""

import numpy as np

from regionsim.model import maths
from regionsim.model.samplers import Array


def saturated(total: Array, most: Array) -> Array:
    """A total of at least 0, saturating: nearly itself while small, never more than `most` (above 0)."""
    return np.asarray(-most * maths.expm1(-total / most))


def bent(value: Array, record: Array, margin: Array) -> Array:
    """A value unchanged up to `record` (above 0), and beyond it ever flatter towards `margin` (above 1) times that."""
    return np.minimum(value, record) + saturated(np.maximum(value - record, 0.0), record * (margin - 1.0))


def room_left(count: Array, record: Array, margin: Array) -> Array:
    """Share of its odds, 1 to 0, left to one more: all up to a count of `record`, none at `margin` times that."""
    most = record * margin
    return np.asarray(np.clip((most - count) / (most - record), 0.0, 1.0))
