"""The names a scenario may use: parameters with units and ranges, levers, indicators, places, claims, scenarios.

Core objects: `Vocabulary`, `Range`, and `vocabulary()`, which gathers it from the evidence base and the registries.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from math import nan
from typing import NamedTuple

from regionsim.schema.shocks import Shock


class Range(NamedTuple):
    """A parameter's unit and the lowest and highest value it may take."""

    unit: str
    low: float
    high: float
    description: str = ""
    whole: bool = False
    """Whether only whole numbers are taken."""
    choices: tuple[float, ...] = ()
    """The only values taken, where they are a few."""
    value: float = nan
    """The evidence's central value."""

    @property
    def only(self) -> str:
        """What is taken of a whole number or a choice, in words."""
        return ", ".join(f"{value:g}" for value in self.choices) if self.choices else "whole numbers"

    def takes(self, value: float) -> bool:
        """Whether the value is one of those taken, whatever the range."""
        return value in self.choices if self.choices else not self.whole or float(value).is_integer()


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


def goalposts(names: Iterable[str]) -> list[tuple[str, str]]:
    """Of some parameters the pairs that are the goalposts of an index's part: where it scores 0, and 100."""
    there = set(names)
    found = [(one, f"{one.removesuffix('_worst')}_best") for one in sorted(there) if one.startswith("index.")]
    return [(worst, best) for worst, best in found if worst.endswith("_worst") and best in there]


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
            name: Range(found.unit, found.low, found.high, found.description, found.whole, found.choices, found.value)
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
