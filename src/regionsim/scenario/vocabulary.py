"""The names that a scenario may use: parameters with units and ranges, levers, indicators, places, claims, scenarios.

Core objects: `Vocabulary`, `Range`, and `vocabulary()`, which collects the names from evidence base and registries.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from math import nan
from typing import NamedTuple

from regionsim.evidence.supplied import ENV
from regionsim.schema.shocks import Shock


class Range(NamedTuple):
    """A parameter's unit, and the lowest and highest value it may take."""

    unit: str
    low: float
    high: float
    description: str = ""
    whole: bool = False
    """Whether only whole numbers are allowed."""
    choices: tuple[float, ...] = ()
    """The only values allowed, if they are few."""
    value: float = nan
    """The evidence's central value."""

    @property
    def only(self) -> str:
        """The values allowed for a whole number or a choice, in words."""
        return ", ".join(f"{value:g}" for value in self.choices) if self.choices else "whole numbers"

    def takes(self, value: float) -> bool:
        """Whether the value is a whole number or choice as required, apart from the range."""
        return value in self.choices if self.choices else not self.whole or float(value).is_integer()


@dataclass(frozen=True)
class Vocabulary:
    """Names from the rest of the program, for the checks and the editor's schema.

    `levers` maps ids to titles; `indicators` maps ids to their dimension or None, first the indicators, then the
    variables that `run --record all` adds, which have none; `dimensions` maps them to places. `observed` maps an
    indicator and the last month of a year of the record to that year's lowest and highest figure; `timeline` maps the
    record's dated events to their shocks.
    """

    parameters: Mapping[str, Range] = field(default_factory=dict)
    levers: Mapping[str, str] = field(default_factory=dict)
    indicators: Mapping[str, str | None] = field(default_factory=dict)
    dimensions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    observed: Mapping[str, Mapping[str, tuple[float, float]]] = field(default_factory=dict)
    claims: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    """Ids of series and documents, which may source a target as claims may."""
    timeline: Mapping[str, Shock] = field(default_factory=dict)
    scenarios: tuple[str, ...] = ()
    latest: date | None = None
    """The day after the last day of the record: what `start: latest` means."""


def goalposts(names: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of parameters that are the goalposts of a part of an index: where it scores 0, and where 100."""
    given = set(names)
    pairs = [(name, f"{name.removesuffix('_worst')}_best") for name in sorted(given) if name.startswith("index.")]
    return [(worst, best) for worst, best in pairs if worst.endswith("_worst") and best in given]


def shipped_scenarios() -> tuple[str, ...]:
    """Names of the shipped scenarios, sorted."""
    from regionsim.paths import scenarios_dir

    return tuple(sorted(path.stem for path in scenarios_dir().glob("*.yaml")))


def vocabulary() -> Vocabulary:
    """The names of this installation."""
    return _with_supplied(os.environ.get(ENV, ""))


@cache
def _with_supplied(_folder: str) -> Vocabulary:
    """The names with the folder of newer rows that is in use: its events are among them."""
    from regionsim.evidence import load_evidence
    from regionsim.indicators import DIMENSIONS, INDICATORS
    from regionsim.indicators.variables import STATES
    from regionsim.levers import LEVERS
    from regionsim.scenario.observed import observed_figures

    evidence = load_evidence()
    return Vocabulary(
        parameters={
            name: Range(p.unit, p.low, p.high, p.description, p.whole, p.choices, p.value)
            for name, p in evidence.parameters.items()
        },
        levers={name: lever.title for name, lever in LEVERS.items()},
        indicators={name: indicator.dimension for name, indicator in INDICATORS.items()} | dict.fromkeys(STATES),
        dimensions=dict(DIMENSIONS),
        observed=observed_figures(evidence),
        claims=frozenset(evidence.claims),
        sources=frozenset((*evidence.series, *evidence.documents)),
        timeline={name: event.shock for name, event in evidence.timeline.items()},
        scenarios=shipped_scenarios(),
        latest=evidence.record_ends + timedelta(days=1),
    )
