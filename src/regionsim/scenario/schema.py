"""The scenario: what a file may hold, and what the rest of the program gets.

Core objects: `ScenarioFile` (the keys of a file after `extends`; the JSON Schema is made from it) and `Scenario`
(resolved: units checked, defaults filled). `checks.py` holds the rules that need several keys or names.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from importlib import import_module
from math import inf
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from regionsim.scenario.patterns import singles
from regionsim.schema.dates import week_date, weeks_between
from regionsim.schema.quantities import IN_DAYS, Day, Days, DaysOrZero, Draw, Model, Number, Quantity, Whole
from regionsim.schema.shocks import Shock
from regionsim.yamlfile.faults import quoted
from regionsim.yamlfile.shape import TAG

FORMAT = 1
MAX_WORLDS = 1_000_000
MAX_YEARS = 60
DEFAULT_SEED = 20250818
DEFAULT_WORLDS = 200
DEFAULT_BASELINE = "status_quo"

Draws = Literal["prior", "posterior", "fixed"]
Text = Annotated[str, Field(max_length=2000)]


class LeverSetting(Model):
    """How one lever is pulled."""

    from_: Day = Field(alias="from")
    """Date from which it is pulled; it acts from the first week that begins on or after it."""
    intensity: Number = Field(default=1.0, ge=0, le=1)
    """How hard, from 0 (not at all) to 1 (fully)."""
    ramp_days: DaysOrZero = Field(default=0.0, alias="ramp")
    """How long it takes to reach that intensity, with its unit: 52 weeks, 6 months."""
    until: Day | None = None
    """Date from which it is no longer pulled; if omitted, it is pulled until the end."""

    @property
    def ramp_weeks(self) -> float:
        """The ramp in weeks."""
        return self.ramp_days / 7.0

    def numbers(self, start: date) -> dict[str, float]:
        """The settings as numbers, by their keys in a file: `from` and `until` in days after `start`, `ramp` in days.

        A missing `until` is infinite. With `--over levers.NAME.KEY` each may differ between worlds of one batch.
        """
        until = inf if self.until is None else float((self.until - start).days)
        begun = float((self.from_ - start).days)
        return {"intensity": float(self.intensity), "from": begun, "until": until, "ramp": float(self.ramp_days)}


class Deal(Model):
    """Levers that are pulled only while a condition over indicators holds, in each world by itself.

    The condition is read every week from what was last recorded. Once the deal has begun or lapsed it stays so for the
    review period. To begin again, the condition must hold by the margin.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    """Its name in tables, stories and after --set: deals.ID.review."""
    levers: dict[str, Annotated[Number, Field(ge=0, le=1)]] = Field(min_length=1)
    """Lever -> intensity while the deal is in force. A lever that is also pulled by itself takes the higher one."""
    while_: str = Field(alias="while")
    """INDICATOR, then < <= > >= and a number in its unit; several joined by `and`."""
    from_: Day = Field(alias="from")
    """Date from which it may be in force."""
    until: Day | None = None
    """Date from which it is not in force any more; if omitted, it may last to the end."""
    review_days: Days = Field(default=91.0, alias="review")
    """How long it stays in force, or lapsed, before it may change again, with its unit."""
    margin: Number = Field(default=0.05, ge=0, le=1)
    """Share of the condition's number by which it must hold for the deal to begin again after a lapse."""


class Target(Model):
    """The question as a number: in how many worlds is it reached? Reported first, never judged."""

    name: str = Field(min_length=1, max_length=200)
    """What is reached, as a sentence or a few words."""
    that: str
    """INDICATOR@DATE, then < <= > >= and a number or INDICATOR@DATE; or in LOW..HIGH. @end is the scenario's end."""
    sources: tuple[str, ...] = ()
    """Where the number comes from: ids of claims, series or documents, such as Q06."""


class Expectation(Model):
    """One thing the scenario is expected to show. The grammar of `that` and `in` is in `regionsim.scenario.expect`."""

    name: str = Field(min_length=1, max_length=200)
    """A sentence that says what is expected."""
    that: str
    """INDICATOR@DATE, then < <= > >= and a number, baseline or INDICATOR@DATE; in LOW..HIGH; in observed; or rises with
    LEVER."""
    in_: str = Field(alias="in")
    """">= 80% of worlds", "<= 20% of worlds", ">= 90% of pairs", "median", or a quantile "p05"."""
    known: Literal["contradicted"] | None = None
    """contradicted: the model is known to disagree; needs a reason."""
    reason: Text | None = None
    """Why the model disagrees, where known."""


class Timeline(Model):
    """The observed events, with single events removed, moved or added."""

    base: Literal["observed"]
    """observed: the events as they happened."""
    remove: tuple[str, ...] = ()
    """Ids of observed events to remove."""
    move: dict[str, Day] = Field(default_factory=dict)
    """Observed events to shift: id -> new date."""
    add: tuple[Shock, ...] = ()
    """Further shocks."""


def _kind_of_timeline(value: Any) -> str | None:
    if isinstance(value, str):
        return TAG + "word"
    return TAG + "timeline" if isinstance(value, dict | Timeline) else None


TimelineChoice = Annotated[
    Annotated[Literal["none", "observed"], Tag(TAG + "word")] | Annotated[Timeline, Tag(TAG + "timeline")],
    Discriminator(_kind_of_timeline),
]


class _Common(Model):
    """The keys that a file and a resolved scenario share."""

    title: str = Field(min_length=1, max_length=200)
    """The scenario's name in tables and figures."""
    question: Text = ""
    """The question it answers."""
    evidence: tuple[str, ...] = ()
    """The briefs' scenarios or claims that it is about: ids such as SC02."""
    baseline: str = DEFAULT_BASELINE
    """The baseline of comparisons and of `expect`."""
    start: Day
    """First day of the horizon."""
    end: Day
    """Last day of the horizon; the number of weeks is the days between, divided by 7 and rounded up."""
    worlds: Whole = Field(default=DEFAULT_WORLDS, ge=1, le=MAX_WORLDS)
    """Number of worlds."""
    seed: Whole = Field(default=DEFAULT_SEED, ge=0, lt=2**63)
    """The seed of every random number."""
    draws: Draws = "prior"
    """How each world draws the uncertain parameters: prior, posterior, or fixed (central values)."""
    levers: dict[str, LeverSetting] = Field(default_factory=dict)
    """Policy: for each lever, from when, how hard, how fast it ramps, until when."""
    deals: tuple[Deal, ...] = ()
    """Levers pulled only while a condition over indicators holds."""
    shocks: tuple[Shock, ...] = ()
    """Events that the scenario imposes on the actors."""
    timeline: TimelineChoice = "none"
    """none, or the observed events."""
    targets: tuple[Target, ...] = ()
    """The question as numbers, the first one first: in how many worlds each is reached."""
    expect: tuple[Expectation, ...] = ()
    """What the scenario is expected to show; `regionsim check` judges it."""


class ScenarioFile(_Common):
    """A scenario as written, after `extends`."""

    format: Literal[1]
    """Version of this format: 1."""
    parameters: dict[str, Quantity] = Field(default_factory=dict)
    """Parameters set to a value or made uncertain: a bare number is in the declared unit, "10 USD bn/yr" is checked."""


class Scenario(_Common):
    """A resolved scenario: checked, without units, defaults filled. Made by `regionsim.scenario.load`."""

    name: str
    """The stem of its file."""
    parameters: dict[str, float | Draw] = Field(default_factory=dict)
    """Parameters set to a value, or to a distribution, in their declared units."""
    history: tuple[Shock, ...] = ()
    """The timeline's events that act within the horizon, as shocks; computed when the scenario is loaded."""
    left_out: tuple[str, ...] = ()
    """Paths of levers, deals, shocks and added events that begin after the end set over them, and so do not act."""

    def __repr__(self) -> str:
        return f"<Scenario {self.name}: {quoted(self.title)}, {self.start} to {self.end}, {self.worlds:,} worlds>"

    def _repr_html_(self) -> str:
        shown: str = import_module("regionsim.display").html_of(self)  # by name: it decides no numbers
        return shown

    def __dir__(self) -> Iterable[str]:
        own = [name for name in vars(Scenario) if not name.startswith(("_", "model_"))]
        return [*(name for name in super().__dir__() if name.startswith("__")), *Scenario.model_fields, *own]

    @property
    def weeks(self) -> int:
        """Number of weekly steps: ceil(days / 7)."""
        return weeks_between(self.start, self.end)

    @property
    def single_shocks(self) -> tuple[Shock, ...]:
        """The shocks that act within the horizon: those that the entries of `shocks` stand for."""
        last = week_date(self.start, self.weeks - 1)
        return tuple(single for shock in self.shocks for single in singles(shock, last))

    def resolved(self) -> dict[str, Any]:
        """The scenario as plain data in the order of a file; loading it again gives the same scenario."""
        return self._plain()

    def _plain(self, context: str | None = None) -> dict[str, Any]:
        values = self.model_dump(
            mode="json", by_alias=True, exclude_none=True, exclude={"name", "history", "left_out"}, context=context
        )
        order = [key for key in FILE_KEYS if key in values]
        return {"format": FORMAT} | {key: values[key] for key in order}

    def resolved_yaml(self) -> str:
        """The scenario as YAML text, as stored in a run folder; `from_resolved` reads it."""
        from regionsim.yamlfile.emit import emit

        return emit(self.resolved())

    def numbers_key(self) -> dict[str, Any]:
        """What decides the numbers, as plain data: everything but name, worlds, texts, targets and expectations.

        Durations are in days and shocks one by one, however they were written.
        """
        values = {key: value for key, value in self._plain(IN_DAYS).items() if key not in NO_NUMBERS}
        played = {key: _dumped(shocks) for key, shocks in (("history", self.history), ("shocks", self.single_shocks))}
        return values | {key: shocks for key, shocks in played.items() if shocks}


def _dumped(shocks: Sequence[Shock]) -> list[dict[str, Any]]:
    return [shock.model_dump(mode="json", by_alias=True, exclude_none=True, context=IN_DAYS) for shock in shocks]


NO_NUMBERS = ("title", "question", "evidence", "targets", "expect", "baseline", "worlds")
"""Keys that decide no numbers: texts, targets, expectations, and the number of worlds."""
FILE_KEYS: tuple[str, ...] = (
    "format",
    "title",
    "question",
    "evidence",
    "extends",
    "baseline",
    "start",
    "end",
    "worlds",
    "seed",
    "draws",
    "parameters",
    "levers",
    "deals",
    "shocks",
    "timeline",
    "targets",
    "expect",
)


def horizon_end(start: date) -> date:
    """The latest end that a horizon may have."""
    last = start.year + MAX_YEARS
    return start.replace(year=last) if (start.month, start.day) != (2, 29) else date(last, 3, 1)
