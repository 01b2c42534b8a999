"""The parts of a decision brief, one class each. Plain values only, so that a page can be made of them.

Core object: `Brief`. Everything is by baseline and arms: the baseline stands first where there are several.
"""

from __future__ import annotations

from dataclasses import dataclass

from regionsim.runs.story import Story
from regionsim.studies.causes import CausePart, Column
from regionsim.studies.check import Judged
from regionsim.studies.compare import ComparisonRow

type Numbers = tuple[float, ...]


@dataclass(frozen=True)
class BriefSource:
    """Something of the evidence base: id, what it says or is, where it stands, and an address where there is one."""

    id: str
    title: str
    where: str
    url: str


@dataclass(frozen=True)
class Size:
    """How large an effect is taken to be: a parameter of the model. `drawn` says from what; empty if not varied.

    `identified`: whether the record identifies it, as `evidence.identified` has it.
    """

    id: str
    title: str
    value: float
    low: float
    high: float
    unit: str
    role: str
    drawn: str
    identified: str
    note: str
    sources: tuple[BriefSource, ...]


@dataclass(frozen=True)
class Change:
    """One override: what the baseline has there and what the scenario has; of a lever also what the registry says.

    `identified`: of an uncertain parameter, whether the record identifies it.
    """

    path: str
    kind: str
    title: str
    was: str
    now: str
    who: str = ""
    grade: str = ""
    needs: str = ""
    side_effects: str = ""
    sources: tuple[BriefSource, ...] = ()
    identified: str = ""


@dataclass(frozen=True)
class BriefFan:
    """Quantiles over worlds of one indicator in one run, by kept date: names p05 .. p95."""

    quantiles: dict[str, Numbers]


@dataclass(frozen=True)
class DifferenceFan:
    """Differences of one arm from the baseline by kept date: quantiles over pairs. None differ: same."""

    quantiles: dict[str, Numbers]
    same: bool


@dataclass(frozen=True)
class Chart:
    """One indicator: fans of baseline and arms, and the gaps of the arms."""

    id: str
    title: str
    unit: str
    family: str
    direction: str
    definition: str
    sources: tuple[BriefSource, ...]
    seen: tuple[float, float] | None
    fans: tuple[BriefFan, ...]
    gaps: tuple[DifferenceFan, ...]


@dataclass(frozen=True)
class Moment:
    """Where levers or shocks begin: `at` is a share of the time shown, None outside of it."""

    number: int
    date: str
    at: float | None
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Gate:
    """A crossing at the last date: medians over worlds, None where not recorded."""

    id: str
    closure_days: float | None
    closure_high: float | None
    trucks: float | None


@dataclass(frozen=True)
class Flows:
    """What the map shows of one run at the last date; medians over worlds by indicator, in USD bn/yr."""

    gates: tuple[Gate, ...]
    trade: dict[str, float]


@dataclass(frozen=True)
class WorldStory:
    """A world chosen by a rule, its figures at the end beside the medians and the baseline's, and its story.

    `figures`: title, unit, this world, the median over worlds, the same world in the baseline (None without one).
    """

    kind: str
    rule: str
    world: int
    figures: tuple[tuple[str, str, float, float, float | None], ...]
    story: Story


@dataclass(frozen=True)
class Causes:
    """Parts of the difference at the last date: of each indicator the total and the parts, the largest first."""

    how: str
    worlds: int
    columns: tuple[tuple[Column, CausePart, tuple[CausePart, ...]], ...]
    joint: tuple[CausePart, ...]


@dataclass(frozen=True)
class Ranked:
    """What a sensitivity study found: its outcome, a remark, and rows (input, indices with ends, warning)."""

    method: str
    outcome: str
    said: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    folder: str


@dataclass(frozen=True)
class Assumption:
    """A parameter that matters here, and why: the size of a lever pulled, or it goes with an outcome over worlds."""

    size: Size
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Beyond:
    """An indicator that leaves the yearly figures ever observed: in what share of the worlds, here and in the baseline.

    `low` and `high` are the ends of what has been observed; `base` is None where there is no baseline.
    """

    title: str
    unit: str
    low: float
    high: float
    above: float
    below: float
    base_above: float | None
    base_below: float | None


@dataclass(frozen=True)
class Made:
    """What made a run: label and text, line by line."""

    name: str
    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class BriefArm:
    """All that is said of one scenario. Fields are empty, or None, where a study was not made: `missing` says which.

    `rows` are of the last date, `asked` of further dates and spans asked for; `civilians` of all times judged.
    """

    name: str
    title: str
    question: str
    claims: tuple[BriefSource, ...]
    horizon: tuple[str, str]
    worlds: int
    draws: str
    moments: tuple[Moment, ...]
    changes: tuple[Change, ...]
    rows: tuple[ComparisonRow, ...]
    asked: tuple[ComparisonRow, ...]
    civilians: tuple[ComparisonRow, ...]
    flows: Flows
    told: tuple[WorldStory, ...]
    causes: Causes | None
    judged: tuple[Judged, ...]
    unjudged: tuple[str, ...]
    rule: tuple[float, float, int]
    ranked: tuple[Ranked, ...]
    assumptions: tuple[Assumption, ...]
    chance: float
    varied: int
    beyond: tuple[Beyond, ...]
    longest: tuple[tuple[str, float, float], ...]
    lacking: dict[str, str]


@dataclass(frozen=True)
class Base:
    """The baseline as it stands beside the arms."""

    name: str
    title: str
    question: str
    flows: Flows
    worlds: int


@dataclass(frozen=True)
class Brief:
    """A decision brief. `dates` are those kept for charts; `base` is None where one scenario stands alone."""

    title: str
    base: Base | None
    arms: tuple[BriefArm, ...]
    dates: tuple[str, ...]
    charts: tuple[Chart, ...]
    notes: tuple[str, ...]
    record_ends: str
    error: dict[str, float]
    made: tuple[Made, ...]
    command: str
