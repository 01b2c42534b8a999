"""Why a scenario differs from its baseline: how much of the mean difference each override causes.

Core objects: `why` (plays what is missing and writes the tables) and `Why`. Every set of overrides is an arm, played in
the same worlds, and an override's part is its Shapley value: the mean of what it adds over all orders of applying the
overrides to the baseline. Up to `EXACT` overrides all sets are played; above, the sets on the path of a sample of
orders.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from regionsim.display import Shown
from regionsim.errors import InputError, argument
from regionsim.evidence.identified import identified
from regionsim.indicators.headlines import HEADLINES
from regionsim.plots import plot
from regionsim.runs import Plan, PlaySettings, Run
from regionsim.runs.files import write_text
from regionsim.runs.key import SHORT, digest_of, digests
from regionsim.runs.lock import WAIT
from regionsim.runs.planning import DEFAULT, folder_of, planned
from regionsim.runs.play import play_runs, writing
from regionsim.runs.run_folder import RunFolder
from regionsim.runs.settings import PlayOptions
from regionsim.runs.tables import write_csv
from regionsim.runs.together import planned_together, seconds_together
from regionsim.scenario import Scenario, ending
from regionsim.scenario.truncate import lost
from regionsim.stats.differences import beyond_interval, holm
from regionsim.studies import arms as reading
from regionsim.studies import shapley as sums
from regionsim.studies.arms import Outcome, Source
from regionsim.studies.causes import CausePart, Column, find_parts
from regionsim.studies.compare import make_folder, plain_row
from regionsim.studies.grouping import Groups, grouped
from regionsim.studies.overrides import Override, acting, mixed, players
from regionsim.studies.times import At, TimeSpan, over, read_at, spans_of, unit_of, weeks_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

type Array = Any  # numpy
type Set = frozenset[str]

EXACT = 8
"""The most overrides for which all sets are played: 256 arms."""
ORDERS = 20
"""Orders sampled above `EXACT`, half of them reverses of the other half."""
TOP = 4
"""Overrides whose interactions are computed where orders are sampled."""
NAMED = 3
"""The most interactions reported per indicator."""
NAMED_FROM = 0.1
"""The least size of a reported interaction, as a share of the largest part."""
NONE: Set = frozenset()


class Why(Shown):
    """An attribution ready to be played: overrides, sets of them, their arms. Raises InputError with the faults.

    `columns` (indicators at dates) and `parts` need the arms played.
    """

    _internal = frozenset({
        "about", "between", "cost", "ends", "every", "looked_at", "outcomes", "plans", "play", "settings",
        "spans", "strongest", "values", "weeks", "words", "write",
    })  # fmt: skip

    def __init__(
        self,
        scenario: Scenario,
        baseline: Scenario,
        outcomes: Sequence[Outcome] = (),
        times: Sequence[At] = (),
        *,
        groups: Groups | None = None,
        exact: int = EXACT,
        orders: int = ORDERS,
        settings: PlaySettings = DEFAULT,
    ) -> None:
        worlds = max(scenario.worlds, baseline.worlds)
        self.scenario, self.baseline = (arm.model_copy(update={"worlds": worlds}) for arm in (scenario, baseline))
        self.overrides: tuple[Override, ...] = players(self.baseline, self.scenario)
        """Everything that the scenario changes in its baseline."""
        self.grouping = grouped(self.overrides, groups or {})
        self.players: tuple[Override, ...] = self.grouping.causes
        """The causes: groups, and overrides in no group."""
        self.words = {player.path: player.words for player in self.players}
        self.every: Set = frozenset(self.words)
        self.outcomes, self.spans = tuple(outcomes), spans_of(times)
        self.notes: list[str] = []
        """Limits of the answer, in sentences."""
        self.settings = settings.recording(reading.needs_variables(self.outcomes))
        self.weeks = weeks_of(times, self.baseline.start, self.baseline.end)
        if orders < 4 or orders % 2:
            raise InputError(
                f"{argument('orders')}: {orders} is not an even number from 4 on "
                "(each order is played with its reverse)"
            )
        sampled = len(self.players) > exact
        self.orders = sums.orders(tuple(self.words), orders // 2, self.baseline.seed) if sampled else []
        key = [digests(arm).key for arm in (self.baseline, self.scenario)]
        named = {name: sorted(self.grouping.members[name]) for name in groups or {}}
        self.folder = self.settings.folder / f"why-{digest_of([*key, named] if named else key)[:SHORT]}"
        self._arms: dict[str, Scenario] = {}
        self._of: dict[Set, str] = {}
        sets = sums.prefixes(self.orders) if sampled else sums.subsets(tuple(self.words))
        for chosen in (NONE, self.every, *sets):
            self._add(chosen)

    def __repr__(self) -> str:
        count = f"{len(self.players)} overrides, {len(self._arms)} sets"
        return f"<Why {self.scenario.name} differs from {self.baseline.name}: {count}, {self.folder}>"

    def _add(self, chosen: Set) -> None:
        """Register the arm of a set; sets with equal results share an arm, so that it is played once."""
        if chosen in self._of:
            return
        on = "; ".join(player.words for player in self.players if player.path in chosen)
        made = mixed(self.baseline, self.scenario, self.grouping.paths(chosen), f"{self.scenario.title}: {on}")
        self._of[chosen] = digest_of(acting(made))
        self._arms.setdefault(self._of[chosen], made)

    @property
    def _end_keys(self) -> list[str]:
        return list(dict.fromkeys((self._of[NONE], self._of[self.every])))

    @property
    def ends(self) -> list[Scenario]:
        """The baseline and the scenario: their runs lie where `regionsim run` puts them."""
        return [self._arms[key] for key in self._end_keys]

    @property
    def between(self) -> list[Scenario]:
        """The arms with some but not all overrides; their runs lie in the folder `arms`."""
        return [arm for key, arm in self._arms.items() if key not in self._end_keys]

    @property
    def _inside(self) -> PlaySettings:
        """Settings of the arms between."""
        return replace(self.settings, out=self.folder / "arms")

    def plans(self) -> list[Plan]:
        """The plan of each arm; nothing is written."""
        groups = ((self.settings, self.ends), (self._inside, self.between))
        return [planned(arm, settings) for settings, arms in groups for arm in arms]

    def cost(self) -> dict[str, Any]:
        """Overrides, arms, worlds to play, and estimated time and disk space."""
        plans = self.plans()
        processes, seconds = seconds_together(plans, self.settings)
        return {
            "folder": str(self.folder),
            "overrides": [asdict(override) for override in self.overrides],
            "causes": self.grouping.rows,
            "exact": not self.orders,
            "orders": len(self.orders),
            "arms": len(plans),
            "arms_later": TOP * (TOP + 1) // 2 if self.orders else 0,
            "worlds": self.baseline.worlds,
            "to_play": sum(plan.to_play for plan in plans),
            "weeks": self.baseline.weeks,
            "workers": processes,
            "seconds": round(seconds, 1),
            "disk_bytes": sum(plan.disk for plan in plans),
            "disk_free_bytes": plans[0].disk_free,
        }

    def play(self) -> None:
        """Play what is missing of the arms. Raises RunInterrupted: repeat the call to resume."""
        self._play(self.ends, self.between)
        if self.orders:
            before = set(self._arms)
            for some in sums.subsets(self.strongest())[1:]:
                if len(some) <= 2:
                    self._add(some)
            self._play([], [arm for key, arm in self._arms.items() if key not in before])

    def _play(self, ends: Sequence[Scenario], between: Sequence[Scenario]) -> None:
        """Play arms together."""
        make_folder(self._inside.folder)
        groups = ((self.settings, ends), (self._inside, between))
        plans = [planned(arm, settings) for settings, arms in groups for arm in arms]
        if not plans:
            return
        combined = planned_together(f"{len(plans)} sets of overrides", plans, self.settings)
        with writing(self.folder, WAIT), self.settings.watched(combined) as progress:
            own, inside = (
                [RunFolder(arm, replace(settings, progress=progress)) for arm in arms] for settings, arms in groups
            )
            play_runs(own, inside)

    def _run(self, key: str) -> Run:
        """The run of an arm."""
        arm = self._arms[key]
        place = (self.settings if key in self._end_keys else self._inside).folder
        return Run(folder_of(place, arm, digests(arm).short), worlds=arm.worlds)

    def run_of(self, chosen: Set) -> Run:
        """The run of a set of overrides."""
        return self._run(self._of[chosen])

    @cached_property
    def numbers(self) -> Array:
        """The worlds finished in every arm."""
        return self._numbers([self._run(key) for key in self._arms])

    @staticmethod
    def _numbers(runs: Sequence[Run]) -> Array:
        numbers = runs[0].numbers
        for run in runs[1:]:
            numbers = np.intersect1d(numbers, run.numbers)
        if not numbers.size:
            raise InputError("no world is finished in every arm")
        return numbers

    @property
    def looked_at(self) -> list[tuple[Outcome, int | TimeSpan]]:
        """The indicators (by default the recorded headlines) at each of the weeks and spans."""
        recorded = self.run_of(NONE).indicators
        outcomes = self.outcomes or tuple(Outcome(name) for name in HEADLINES if name in recorded)
        times: list[int | TimeSpan] = [*self.weeks, *self.spans]
        return [(outcome, when) for outcome in outcomes for when in times]

    @property
    def columns(self) -> list[Column]:
        """The indicators and times as columns, with titles and units."""
        dates = self.run_of(NONE).dates
        return [
            Column(str(outcome), outcome.title, unit_of(outcome.unit, when, outcome.indicator), when.value)
            if isinstance(when, TimeSpan)
            else Column(str(outcome), outcome.title, outcome.unit, str(dates[when]))
            for outcome, when in self.looked_at
        ]

    def values(self) -> dict[Set, Array]:
        """The values of every set played, (worlds, columns)."""
        runs = {key: self._run(key) for key in self._arms}
        numbers = self._numbers(list(runs.values()))
        read: dict[str, Array] = {}
        for key, run in runs.items():
            rows = np.searchsorted(run.numbers, numbers)
            columns = []
            for outcome, when in self.looked_at:
                values = run.values(outcome.indicator, outcome.place)[rows]
                columns.append(over(values, when, outcome.indicator) if isinstance(when, TimeSpan) else values[:, when])
            read[key] = np.stack(columns, axis=1).astype(np.float64)
        return {chosen: read[key] for chosen, key in self._of.items()}

    def strongest(self) -> list[str]:
        """The overrides with the largest effects over all columns, in units of the baseline's spread over worlds."""
        values = self.values()
        spread = values[NONE].std(axis=0)
        scale = np.where(spread > 0.0, spread, 1.0)
        added = sums.marginals(values, self.orders)
        size = {name: float(np.abs(part.mean(axis=(0, 1)) / scale).sum()) for name, part in added.items()}
        return sorted(self.words, key=lambda name: -size[name])[:TOP]

    @cached_property
    def parts(self) -> list[CausePart]:
        """Total, parts and interactions of every column; parts add up to the total."""
        return find_parts(self.values(), self.words, self.orders, self.columns)

    @cached_property
    def _interactions_held(self) -> list[CausePart]:
        """Interactions that hold for all columns together (Holm)."""
        interactions = [part for part in self.parts if part.kind == "interaction" and part.high > part.low]
        # means in half widths of the interval
        t = np.array([2.0 * part.mean / (part.high - part.low) for part in interactions])
        held = holm(beyond_interval(t, self.numbers.size - 1.0)) if interactions else []
        return [part for part, holds in zip(interactions, held, strict=True) if holds]

    def named(self, column: Column) -> list[CausePart]:
        """A column's largest interactions that are clear (5% family-wise error rate) and not small beside the parts."""
        interactions = [part for part in self._interactions_held if _is_of(part, column)]
        _, parts = self.of(column)
        least = NAMED_FROM * abs(parts[0].mean)
        clear = [part for part in interactions if abs(part.mean) > least]
        return sorted(clear, key=lambda part: -abs(part.mean))[:NAMED]

    def of(self, column: Column) -> tuple[CausePart, list[CausePart]]:
        """The total of a column and its parts, the largest first."""
        own = [part for part in self.parts if _is_of(part, column)]
        parts = sorted((part for part in own if part.kind == "part"), key=lambda part: -abs(part.mean))
        return next(part for part in own if part.kind == "total"), parts

    def table(self) -> pd.DataFrame:
        """The parts as a pandas frame."""
        import pandas as pd

        return pd.DataFrame([asdict(part) | {"identified": identified(part.override)} for part in self.parts])

    def about(self) -> dict[str, Any]:
        """The result as plain data; None for what is not finite."""
        return {
            "path": str(self.folder), "scenario": self.scenario.name, "baseline": self.baseline.name,
            "runs": {"baseline": str(self.run_of(NONE).path), "scenario": str(self.run_of(self.every).path)},
            "overrides": [asdict(override) | {"identified": identified(override.path)} for override in self.overrides],
            "causes": self.grouping.rows,
            "exact": not self.orders, "orders": len(self.orders), "arms": len(self._arms),
            "worlds": int(self.numbers.size), "notes": self.notes,
            "parts": [plain_row(part) for part in self.parts],
        }  # fmt: skip

    def write(self) -> None:
        """Write why.csv and why.json into the folder."""
        write_csv(self.table(), self.folder / "why.csv", digits=9)
        write_text(self.folder / "why.json", json.dumps(self.about(), indent=1, allow_nan=False) + "\n")

    def plot(self) -> Figure:
        """Plot the parts at the end as bars, a panel per indicator."""
        drawn: Figure = plot(self)
        return drawn


def _is_of(part: CausePart, column: Column) -> bool:
    return (part.indicator, part.date) == (column.indicator, column.date)


def read_why(
    scenario: Source,
    baseline: Source | None = None,
    *,
    worlds: int | None = None,
    seed: int | None = None,
    sets: Sequence[str] = (),
    indicators: Sequence[str] = (),
    at: Sequence[str] = (),
    groups: Groups | None = None,
    exact: int = EXACT,
    orders: int = ORDERS,
    **options: Unpack[PlayOptions],
) -> Why:
    """A `Why` ready to be played. Scenarios that end on different days are played to the earlier end."""
    how: dict[str, Any] = {"groups": groups, "exact": exact, "orders": orders, "settings": PlaySettings(**options)}
    outcomes, times = reading.read_outcomes(indicators), read_at(at)
    (arm,) = reading.read_arms([scenario], sets=sets, worlds=worlds, seed=seed)
    source = reading.baseline_word([scenario], [arm]) if baseline is None else baseline
    (base,) = reading.read_arms([source], sets=reading.of_baseline(sets), worlds=worlds, seed=seed)
    if isinstance(arm, Run) or isinstance(base, Run):
        raise InputError("why plays scenarios: name them by file or shipped name, not by run folder")
    if arm.start != base.start:
        return Why(arm, base, outcomes, times, **how)  # raises with the reason
    end = min(arm.end, base.end)
    cut = [ending(full, end) for full in (arm, base)]
    pairs = zip((arm, base), cut, strict=True)
    later = [f"{short.name}: {path}" for full, short in pairs for path in lost(full, short)]
    notes = [f"left out because it begins after {end}: {', '.join(later)}"] if later else []
    try:
        question = Why(cut[0], cut[1], outcomes, times, **how)
    except InputError as fault:
        raise InputError([*fault.faults, *notes]) from None
    question.notes = [*reading.ends_note({base.name: base.end, arm.name: arm.end}), *notes]
    return question


def why(
    scenario: Source,
    baseline: Source | None = None,
    *,
    worlds: int | None = None,
    seed: int | None = None,
    sets: Sequence[str] = (),
    indicators: Sequence[str] = (),
    at: Sequence[str] = (),
    groups: Groups | None = None,
    exact: int = EXACT,
    orders: int = ORDERS,
    **options: Unpack[PlayOptions],
) -> Why:
    """How much of a scenario's mean difference from the baseline (default: its own) each override causes.

    Plays every missing set of overrides, and writes tables into the folder `why-<hash>`. worlds, seed, sets, indicators
    and at: as in `compare`. groups: name -> levers, shocks and other changes that count as one cause. exact: with more
    causes than this, orders are sampled. orders: how many are sampled. options: see `PlaySettings`. Raises InputError
    and RunInterrupted.
    """
    question = read_why(
        scenario, baseline, worlds=worlds, seed=seed, sets=sets, indicators=indicators, at=at, groups=groups,
        exact=exact, orders=orders, **options,
    )  # fmt: skip
    question.play()
    question.write()
    return question
