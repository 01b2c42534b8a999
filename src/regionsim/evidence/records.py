"""The entries of the evidence base, one class per kind.

Core objects: `Document`, `Claim`, `Series`, `Parameter`, `Lever`, and `EvidenceError` for a faulty base.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from regionsim.errors import RegionsimError
from regionsim.schema.quantities import Choice, Draw

Role = Literal["observed", "brief", "calibrated", "literature", "assumption"]
ROLES: tuple[str, ...] = get_args(Role)
EXPLAINED_ROLES = ("calibrated", "assumption")  # these need a note: fitted to what, or assumed why

Level = Literal["unknown", "low", "medium", "high"]

CHOICE_UNITS = frozenset({"reading", "0 or 1", "rung"})
WHOLE_UNITS = CHOICE_UNITS | {"agents"}

How = Literal["cut", "lift", "add"]
Grade = Literal["measured", "documented", "assumption"]

type Cell = str | float | int | None


class EvidenceError(RegionsimError):
    """The evidence base is faulty: an error of the package, not of the user. `faults`: one located line per fault."""

    exit_code = 4

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(self.faults))


@dataclass(frozen=True, slots=True)
class Document:
    """A source: a brief, a publisher of observed series, or a reference. Unknown texts are empty."""

    id: str
    title: str
    kind: str
    """brief, publisher or literature."""
    author: str = ""
    date: str = ""
    url: str = ""
    file: str = ""
    licence: str = ""
    caveats: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """Something a brief says, or a row that organises what the briefs say (a loop, a scenario, a check)."""

    id: str
    kind: str
    """actor, quantity, lever, mechanism, variable, indicator, loop, event, relation, contradiction, scenario, ..."""
    title: str
    text: str
    sources: tuple[str, ...]
    """Ids of the documents that contain it."""
    locators: tuple[str, ...]
    """Its passages in them, such as `001:IMPL.p3.s2 [L61-87]`."""
    links: tuple[str, ...]
    """Ids of the claims its row names."""
    fields: Mapping[str, str]
    """The whole row, column to text."""
    place: str
    """File and line it was read from."""


@dataclass(frozen=True, slots=True)
class Series:
    """An observed series. `records` are its rows: number columns are numbers, None where unknown."""

    id: str
    title: str
    unit: str
    sources: tuple[str, ...]
    """Ids of the publishers."""
    file: str
    records: tuple[Mapping[str, Cell], ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of the model. `low` and `high` bound what a scenario may set; `draw` is its distribution over worlds.

    `whole`: it is a count or a choice, so only whole numbers have a meaning.
    """

    id: str
    title: str
    value: float
    unit: str
    low: float
    high: float
    draw: Draw | None
    role: str
    sources: tuple[str, ...]
    note: str
    place: str

    @property
    def description(self) -> str:
        """What the parameter means."""
        return self.title

    @property
    def whole(self) -> bool:
        """Whether it is a whole number."""
        return self.unit in WHOLE_UNITS

    @property
    def choices(self) -> tuple[float, ...]:
        """The values it may take if they are few; empty otherwise."""
        if self.unit not in CHOICE_UNITS:
            return ()
        if isinstance(self.draw, Choice):
            return tuple(sorted(set(self.draw.values)))
        return tuple(float(value) for value in range(math.ceil(self.low), math.floor(self.high) + 1))


@dataclass(frozen=True, slots=True)
class Effect:
    """One knob turned: `parameter` is the dotted name of the size at full intensity.

    `cut` multiplies the knob by 1 - size * intensity, `lift` by 1 + size * intensity, `add` adds size * intensity.
    """

    knob: str
    how: How
    parameter: str


@dataclass(frozen=True, slots=True)
class Cost:
    """What a lever costs: a figure with its unit and sources if one is stated, an assumed one, else a level."""

    level: str
    """`unknown`, or the level that a claim states: `low`, `medium`, `high`; empty if there is a figure."""
    value: float | None = None
    unit: str = ""
    sources: tuple[str, ...] = ()
    note: str = ""
    range: tuple[float, float] | None = None
    """Lowest and highest value of an assumed cost; None for one that a source states."""

    def __str__(self) -> str:
        cost = self.level if self.value is None else f"{self.value:,g} {self.unit}"
        if self.range is not None:
            cost += " assumed, {:,g} to {:,g}".format(*self.range)
        details = "; ".join(text for text in (", ".join(self.sources), self.note) if text)
        return f"{cost} ({details})" if details else cost


@dataclass(frozen=True, slots=True)
class Lever:
    """What a policymaker can do. It acts on its knobs and variables alone; further effects follow from the model."""

    id: str
    title: str
    who: str
    evidence: tuple[str, ...]
    """Ids of the claims it rests on; the briefs' own levers come first."""
    grade: Grade
    """`measured`, `documented` (a brief claims the effect, its size is assumed) or `assumption` (implied only)."""
    targets: tuple[str, ...]
    """Keys of the briefs' variables that it targets directly."""
    effects: tuple[Effect, ...]
    needs: str
    side_effects: str
    pushes: tuple[tuple[str, int], ...] = ()
    """Variables without a series that are its instruments, each with the direction, 1 or -1."""
    parts: tuple[str, ...] = ()
    """The levers that a package combines."""
    same_as: str = ""
    """The lever of which this is a second name: it has that one's effects, pushes and sizes; empty for a lever."""
    briefs: tuple[str, ...] = ()
    """Ids of the briefs' levers that it represents."""
    coercive: bool = False
    """Whether its means are force, the threat of force or compulsion."""
    cost: Cost = Cost("unknown")
    number: int | None = None
    """Its position among all levers; levers without a number come last, in the order of the files."""
    file: str = ""
    place: str = ""

    @property
    def push_parameter(self) -> str:
        """Name of the parameter that holds the size of the pushes at full intensity, in logits."""
        return f"levers.{self.same_as or self.id}_push"

    @property
    def sizes(self) -> tuple[str, ...]:
        """Names of its size parameters at full intensity: of each effect, then of the pushes."""
        effects = tuple(effect.parameter for effect in self.effects)
        return (*effects, self.push_parameter) if self.pushes else effects


def pulled(levers: Iterable[str], registry: Mapping[str, Lever]) -> list[str]:
    """What these levers pull, each once: a package pulls its parts."""
    return list(dict.fromkeys(part for name in levers for part in registry[name].parts or (name,)))
