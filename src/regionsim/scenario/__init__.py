"""Scenarios: from YAML files to a validated `Scenario`, with every fault located. Reads nothing of the model."""

from regionsim.scenario.load import from_resolved, load, load_with_origins
from regionsim.scenario.schema import Deal, Expectation, LeverSetting, Scenario, Target, Timeline
from regionsim.scenario.truncate import ending
from regionsim.scenario.vocabulary import Vocabulary, vocabulary
from regionsim.schema.shocks import SHOCKS, Shock

__all__ = [
    "SHOCKS",
    "Deal",
    "Expectation",
    "LeverSetting",
    "Scenario",
    "Shock",
    "Target",
    "Timeline",
    "Vocabulary",
    "ending",
    "from_resolved",
    "load",
    "load_with_origins",
    "vocabulary",
]
