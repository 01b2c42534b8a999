"""The projects: what each is, its claims, and what it does when it runs. Data only; light to import.

Core objects: `Project`, `PROJECTS` (the order of the columns of `processes.projects`), `IDS`, `STAGES`. Their numbers
(share built at the start, years announced, fee, relief) are parameters `projects.<id>_...`.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Project:
    """One project. `serves` are the crossings whose road it shortens; `by_section`: finished parts already do."""

    id: str
    title: str
    evidence: tuple[str, ...]
    chinese: bool = False
    """Whether the money is China's, and works wait for it."""
    energy: bool = False
    """Whether it pays fees to Afghanistan once it runs."""
    serves: tuple[str, ...] = ()
    by_section: bool = False


PROJECTS: Final[tuple[Project, ...]] = (
    Project("casa", "CASA-1000", ("AC-CASA", "Q49", "MB76"), energy=True),
    Project("tapi", "TAPI", ("AC-TAPI", "Q50", "MB76"), energy=True),
    Project("tap", "TAP-500", ("MB76", "S185"), energy=True),
    Project("railway", "Trans-Afghan railway", ("AC-RAIL", "MA07", "S186"), serves=("kharlachi",)),
    # no document names a road of it: assumed to be roads to the two busiest gates
    Project(
        "cpec", "Extension of CPEC", ("AC-CPEC", "MA07", "MA53"),
        chinese=True, serves=("torkham", "chaman"), by_section=True,
    ),
    # it leads to China, not to a Pakistani gate: it serves no modelled route, and only ties gain (MA48)
    Project("wakhan", "Wakhan corridor", ("AC-WAKHAN", "MA48", "S187")),
    Project("minerals", "Afghan minerals", ("AC-MIN", "Q12", "CT29", "MA45"), chinese=True),
)  # fmt: skip

IDS: Final[tuple[str, ...]] = tuple(project.id for project in PROJECTS)

STAGES: Final[tuple[str, ...]] = ("agreed", "building", "suspended", "running")
"""Names of the stages 0 to 3."""
