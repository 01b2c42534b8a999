"""The parts of a decision brief, one class each. They hold plain values only, from which a page can be made.

Core object: `Brief`. Sequences over runs hold the baseline first, then the arms.
"""

from __future__ import annotations

from dataclasses import dataclass

from regionsim.runs.story import Story
from regionsim.studies.causes import CausePart, Column
from regionsim.studies.check import Judged
from regionsim.studies.compare import ComparisonRow
from regionsim.studies.targets import TargetRow

type Numbers = tuple[float, ...]


@dataclass(frozen=True)
class BriefSource:
    """An entry of the evidence base: id, title, document and locator, and an address where there is one."""

    id: str
    title: str
    where: str
    url: str


@dataclass(frozen=True)
class Size:
    """A parameter of the model: the assumed size of an effect. `drawn`: its distribution; empty if not varied.

    `identified`: whether the record identifies it, see `evidence.identified`.
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
    """One override: the value in the baseline and in the scenario; for a lever also its entry in the registry.

    `identified`: for an uncertain parameter, whether the record identifies it.
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
    """Quantiles over worlds of one indicator in one run, by date of the charts: names p05 .. p95."""

    quantiles: dict[str, Numbers]


@dataclass(frozen=True)
class DifferenceFan:
    """Differences of one arm from the baseline, by date of the charts: quantiles over pairs. `same`: none differs."""

    quantiles: dict[str, Numbers]
    same: bool


@dataclass(frozen=True)
class Chart:
    """One indicator: fans of baseline and arms, and the arms' differences from the baseline (`gaps`).

    targets: the numbers that targets ask of it. asked: what the first target asks of it, in words; reached: by run and
    date of the charts, the worlds in which it holds. yearly: by run and year of the brief, p05, p50 and p95.
    """

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
    targets: tuple[float, ...] = ()
    asked: str = ""
    reached: tuple[tuple[int, ...], ...] = ()
    yearly: tuple[tuple[tuple[float, float, float], ...], ...] = ()


@dataclass(frozen=True)
class Moment:
    """A date on which levers or shocks begin: `at` is a share of the time shown, None outside it."""

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
    """What the map shows of one run at the last date: crossings, and median trade over worlds in USD bn/yr."""

    gates: tuple[Gate, ...]
    trade: dict[str, float]


@dataclass(frozen=True)
class WorldStory:
    """A world chosen by a rule, its figures at the end next to the medians and the baseline's, and its story.

    `figures`: title, unit, this world, the median over worlds, the same world in the baseline (None without one).
    """

    kind: str
    rule: str
    world: int
    figures: tuple[tuple[str, str, float, float, float | None], ...]
    story: Story


@dataclass(frozen=True)
class Causes:
    """Parts of the difference at the last date: for each indicator the total and the parts, the largest first."""

    how: str
    worlds: int
    columns: tuple[tuple[Column, CausePart, tuple[CausePart, ...]], ...]
    joint: tuple[CausePart, ...]


@dataclass(frozen=True)
class Ranked:
    """The result of a sensitivity study: its outcome, a remark, and rows (input, indices with ends, warning)."""

    method: str
    outcome: str
    said: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    folder: str


@dataclass(frozen=True)
class Assumption:
    """A parameter that matters here, and why: it sizes a lever used, or correlates with an outcome over worlds.

    rho: its rank correlation with the first outcome, that of the first target; 0 if it is listed for other reasons.
    of: that outcome in words, with what it is compared with and when. clear: whether the correlation is
    stronger than chance gives.
    """

    size: Size
    reasons: tuple[str, ...]
    rho: float = 0.0
    clear: bool = True
    of: str = ""


@dataclass(frozen=True)
class Turn:
    """What tells worlds that reach the first target (`reached`), or that fail it, from the others.

    cases: such worlds, of `worlds`. limits: of inputs, in words; all of them hold in `n` worlds, of which `k` are
    cases. held: share of cases where they hold in worlds kept out of the search. why_not: why there are no limits.
    """

    reached: bool
    cases: int
    worlds: int
    limits: tuple[str, ...]
    k: int
    n: int
    held: float
    why_not: str


@dataclass(frozen=True)
class Beyond:
    """An indicator that leaves the observed yearly range: shares of worlds above and below, here and in the baseline.

    `low` and `high` are the ends of the observed range; `base_above` and `base_below` are None without a baseline.
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
    """The provenance of a run: label and text, line by line."""

    name: str
    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class BriefArm:
    """Everything about one scenario. Fields are empty or None where a study was not made: `lacking` says which.

    `turn` is None without a target. `rows` are for the last date, `asked` for further requested dates and spans,
    `civilians` for all times judged; `worst`: by indicator of these, the day of its worst week, as the median over
    worlds. `deals`: for how much of the time each deal is in force, in sentences.
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
    targets: tuple[TargetRow, ...]
    turn: Turn | None
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
    deals: str
    worst: dict[str, str]


@dataclass(frozen=True)
class Base:
    """The baseline with which the arms are compared. deals: as in `BriefArm`."""

    name: str
    title: str
    question: str
    flows: Flows
    worlds: int
    deals: str


@dataclass(frozen=True)
class Brief:
    """A decision brief. `dates` are those of the charts; `base` is None where one scenario is reported alone.

    front: the chart of the first target's indicator, or of the first outcome. years: dates at which years end, the
    last date among them.
    """

    title: str
    base: Base | None
    arms: tuple[BriefArm, ...]
    dates: tuple[str, ...]
    years: tuple[str, ...]
    front: Chart | None
    charts: tuple[Chart, ...]
    notes: tuple[str, ...]
    record_ends: str
    error: dict[str, float]
    made: tuple[Made, ...]
    command: str
