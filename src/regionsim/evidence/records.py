"""What the evidence base holds, one class per kind of thing.

Core objects: `Document`, `Claim`, `Series`, `Parameter`, and `EvidenceError` for a base that does not hold together.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from regionsim.errors import RegionsimError
from regionsim.schema.quantities import Choice, Draw

ROLES = ("observed", "brief", "calibrated", "literature", "assumption")
EXPLAINED_ROLES = ("calibrated", "assumption")  # these say in a note to what, or why

CHOICE_UNITS = frozenset({"reading", "0 or 1", "rung"})
WHOLE_UNITS = CHOICE_UNITS | {"agents"}

type Cell = str | float | int | None


class EvidenceError(RegionsimError):
    """The evidence base is faulty, which is a fault of ours. `faults` holds every fault, one located line each."""

    exit_code = 4

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(self.faults))


@dataclass(frozen=True, slots=True)
class Document:
    """A source: a brief, a publisher of observed series, or a reference. Texts are empty where nothing is known."""

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
    """Ids of the documents it is in."""
    locators: tuple[str, ...]
    """Where it stands in them, such as `001:IMPL.p3.s2 [L61-87]`."""
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
    """A number the model uses. `low` and `high` bound what a scenario may set; `draw` is how worlds vary it.

    `whole`: a count or a choice, of which the model knows nothing between two whole numbers.
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
        """The values it may take where they are a few; empty for any other."""
        if self.unit not in CHOICE_UNITS:
            return ()
        if isinstance(self.draw, Choice):
            return tuple(sorted(set(self.draw.values)))
        return tuple(float(value) for value in range(math.ceil(self.low), math.floor(self.high) + 1))
