"""The names a scenario may use: parameters with units and ranges, levers, indicators, places, claims, scenarios.

Core objects: `Vocabulary`, `Range`, and `vocabulary()`, which gathers it from the evidence base and the registries.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from regionsim.scenario.shocks import Shock


class Range(NamedTuple):
    """A parameter's unit and the lowest and highest value it may take."""

    unit: str
    low: float
    high: float
    description: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """What the checks and the editor's schema know of the rest of the program.

    `levers` maps ids to titles; `indicators` maps ids to their dimension (None without), the indicators first and then
    the variables that `run --record all` adds, which have none; `dimensions` lists places.
    `observed` maps an indicator and the last month of a year of the record to the lowest and highest figure of it;
    `timeline` maps the dated events of the record to the shocks they are played as.
    """

    parameters: Mapping[str, Range] = field(default_factory=dict)
    levers: Mapping[str, str] = field(default_factory=dict)
    indicators: Mapping[str, str | None] = field(default_factory=dict)
    dimensions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    observed: Mapping[str, Mapping[str, tuple[float, float]]] = field(default_factory=dict)
    claims: frozenset[str] = frozenset()
    timeline: Mapping[str, Shock] = field(default_factory=dict)
    scenarios: tuple[str, ...] = ()


def shipped_scenarios() -> tuple[str, ...]:
    """Names of the shipped scenarios, sorted."""
    from regionsim.paths import scenarios_dir

    return tuple(sorted(path.stem for path in scenarios_dir().glob("*.yaml")))


@cache
def vocabulary() -> Vocabulary:
    """The names of this installation."""
    from regionsim.evidence import load_evidence
    from regionsim.indicators import DIMENSIONS, INDICATORS
    from regionsim.indicators.variables import STATES
    from regionsim.levers import LEVERS
    from regionsim.scenario.observed import observed_figures

    evidence = load_evidence()
    return Vocabulary(
        parameters={
            name: Range(found.unit, found.low, found.high, found.description)
            for name, found in evidence.parameters.items()
        },
        levers={name: lever.title for name, lever in LEVERS.items()},
        indicators={name: indicator.dimension for name, indicator in INDICATORS.items()} | dict.fromkeys(STATES),
        dimensions=dict(DIMENSIONS),
        observed=observed_figures(evidence),
        claims=frozenset(evidence.claims),
        timeline={name: event.shock for name, event in evidence.timeline.items()},
        scenarios=shipped_scenarios(),
    )
