"""The registry of levers, what a policymaker can do, and the model's knobs that they turn."""

from regionsim.evidence.records import Cost, Effect, Lever
from regionsim.levers.registry import LEVERS
from regionsim.schema.knobs import KNOBS, Knob

__all__ = ["KNOBS", "LEVERS", "Cost", "Effect", "Knob", "Lever"]
