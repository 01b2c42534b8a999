"""The projects: what each is, which claims speak of it, and what it does when it runs. Data only; light to import.

Core objects: `Project`, `PROJECTS` (the order of the columns of `processes.projects`), `IDS`, `STAGES`. Their numbers
(share built at the start, years announced, fee, relief) are parameters `projects.<id>_...`.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Project:
    """One project. `serves` are the crossings whose road it shortens; `by_section` says that parts of it already do."""

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
    # no project or road of it is named: it is taken for roads to the two gates that carry most
    Project(
        "cpec", "Extension of CPEC", ("AC-CPEC", "MA07", "MA53"),
        chinese=True, serves=("torkham", "chaman"), by_section=True,
    ),
    # it leads to China and not to a Pakistani gate: no route of the model is served, ties alone gain (MA48)
    Project("wakhan", "Wakhan corridor", ("AC-WAKHAN", "MA48", "S187")),
    Project("minerals", "Afghan minerals", ("AC-MIN", "Q12", "CT29", "MA45"), chinese=True),
)  # fmt: skip

IDS: Final[tuple[str, ...]] = tuple(project.id for project in PROJECTS)

STAGES: Final[tuple[str, ...]] = ("agreed", "building", "suspended", "running")
"""Names of the stages 0 to 3."""
