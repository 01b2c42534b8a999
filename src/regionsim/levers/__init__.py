"""What a policymaker can pull: one registry of levers, and the knobs of the model that they turn."""

from regionsim.levers.knobs import KNOBS, Knob
from regionsim.levers.registry import LEVERS, Effect, Lever

__all__ = ["KNOBS", "LEVERS", "Effect", "Knob", "Lever"]
