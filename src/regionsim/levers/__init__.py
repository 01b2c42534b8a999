"""What a policymaker can pull: one registry of levers, and the knobs of the model that they turn."""

from regionsim.evidence.records import Cost, Effect, Lever
from regionsim.levers.registry import LEVERS
from regionsim.schema.knobs import KNOBS, Knob

__all__ = ["KNOBS", "LEVERS", "Cost", "Effect", "Knob", "Lever"]
