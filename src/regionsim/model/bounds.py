"""Smooth bounds: what cannot go on adding up for ever bends towards a ceiling instead of being cut off at it.

Core objects: `saturated`, `bent`, `room_left`. All are monotone, so that arms which share their chance stay in order,
and none gathers worlds at the ceiling itself, as a cut would.
"""

import numpy as np

from regionsim.model import maths
from regionsim.model.samplers import Array


def saturated(total: Array, most: Array) -> Array:
    """What a total of at least 0 counts for: nearly itself while small, never more than `most` (above 0)."""
    return np.asarray(-most * maths.expm1(-total / most))


def bent(value: Array, known: Array, margin: Array) -> Array:
    """A value unchanged up to `known` (above 0), and beyond it ever flatter towards `margin` (above 1) times that."""
    return np.minimum(value, known) + saturated(np.maximum(value - known, 0.0), known * (margin - 1.0))


def room_left(count: Array, known: Array, margin: Array) -> Array:
    """Share, 1 to 0, of its odds that one more has: all up to a count of `known`, none at `margin` times that."""
    most = known * margin
    return np.asarray(np.clip((most - count) / (most - known), 0.0, 1.0))
