"""Scenarios compared with a baseline, in worlds that share draws and chance.

Core objects: `compare` (plays what is missing and writes the tables), `Comparison` and its `ComparisonRow`s. For how a
difference is judged, see `stats.differences`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from regionsim.display import Shown
from regionsim.errors import InputError, argument, unwritable
from regionsim.evidence.measures import scored_by
from regionsim.indicators import CIVILIANS
from regionsim.indicators.headlines import HEADLINES
from regionsim.plots import plot
from regionsim.runs import PlaySettings, Run
from regionsim.runs.files import write_text
from regionsim.runs.key import SHORT, digest_of
from regionsim.runs.run_list import labels
from regionsim.runs.settings import PlayOptions, out_folder
from regionsim.runs.tables import write_csv
from regionsim.stats.differences import QUANTILES, Difference, holm, paired, unpaired
from regionsim.stats.intervals import share_interval
from regionsim.studies import arms as reading
from regionsim.studies.arms import Outcome, Source
from regionsim.studies.targets import TargetRow, targets_of
from regionsim.studies.times import YEAR, At, TimeSpan, over, read_at, spans_of, unit_of, weeks_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class ComparisonRow:
    """One indicator of one arm at one date.

    date: a day, or peak, low or total, which are taken in each world over all weeks compared. baseline, scenario: means
    over worlds; baseline_median, scenario_median: medians. mean, low, high: mean difference with its 95% interval,
    which can cover too rarely. average: the average to show, a trimmed mean or the median, with its interval;
    average_kind says which. p05 .. p95: quantiles of differences over worlds; median_low, median_high: 95% interval of
    the median p50. higher, lower, tied: shares of pairs; better and worse: the same by the indicator's direction, None
    where it has none. share_low, share_high: 95% interval of `better` (of `higher` without a direction), None where
    worlds are not paired. side: 1 where clearly more pairs are higher, -1 where lower, else 0. clear_from: see
    `stats.differences`; None where not clear by this date. clear_of_all: the side holds for all rows together.
    variance_ratio: of unpaired over paired differences, None where undefined. worlds: number of pairs. scored: whether
    an observed series scores the indicator.
    """

    arm: str
    indicator: str
    title: str
    unit: str
    direction: str
    date: str
    worlds: int
    baseline: float
    scenario: float
    mean: float
    low: float
    high: float
    p05: float
    p25: float
    p50: float
    p75: float
    p95: float
    baseline_median: float
    scenario_median: float
    median_low: float
    median_high: float
    average: float
    average_low: float
    average_high: float
    average_kind: str
    side: int
    higher: float
    lower: float
    tied: float
    better: float | None
    worse: float | None
    share_low: float | None
    share_high: float | None
    identical: bool
    clear_from: str | None
    clear_of_all: bool
    variance_ratio: float | None
    p: float
    scored: bool


class Comparison(Shown):
    """Runs compared with a baseline. `names` are those of `arms`, in order; `notes` state limits of the comparison.

    All runs are cut at the first common end, so that every number of `baseline` and `arms` is for the same days.
    """

    _internal = frozenset({
        "about", "pairing", "spans", "weeks", "write",
    })  # fmt: skip

    def __init__(
        self,
        baseline: Run,
        arms: Sequence[Run],
        outcomes: Sequence[Outcome],
        times: Sequence[At] = (),
        *,
        pairing: bool = True,
        out: Path | None = None,
    ) -> None:
        self.weeks = min(run.weeks for run in (baseline, *arms))
        self._ends = [run.scenario.end for run in (baseline, *arms)]
        self.baseline, *rest = (run.until(self.weeks) for run in (baseline, *arms))
        self.arms, self.pairing = tuple(rest), pairing
        self.base_name, *self.names = labels([baseline, *arms])
        self.outcomes = self._recorded(outcomes)
        self.at = weeks_of(times, date.fromisoformat(self.baseline.manifest.start), self.end)
        self.spans = spans_of(times)
        key = [pairing, [run.manifest.hash for run in (baseline, *arms)], list(map(str, self.outcomes)), self.at]
        key += [self.spans] if self.spans else []
        self.hash = digest_of(key)[:SHORT]
        self.folder = out_folder(out) / f"compare-{self.hash}"

    def __repr__(self) -> str:
        return f"<Comparison of {', '.join(self.names)} with {self.base_name}, {self.folder}>"

    def _recorded(self, outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
        """The requested outcomes, or the headlines that all runs hold."""
        runs = (self.baseline, *self.arms)
        if not outcomes:
            return tuple(Outcome(name) for name in HEADLINES if all(name in run.indicators for run in runs))
        for outcome in outcomes:
            for run in runs:
                next(run.pieces(outcome.indicator, outcome.place), None)  # raises InputError where it is not recorded
        return tuple(outcomes)

    @property
    def end(self) -> date:
        """The first common end."""
        return min(self._ends)

    @property
    def dates(self) -> Any:
        """The first days of the weeks compared, (weeks,)."""
        return self.baseline.dates

    @cached_property
    def notes(self) -> list[str]:
        """Limits of the comparison, in sentences."""
        names = [self.base_name, *self.names]
        titles = [run.manifest.title for run in (self.baseline, *self.arms)]
        told = titles if len(set(titles)) == len(titles) else names
        notes = reading.ends_note(dict(zip(told, self._ends, strict=True)))
        for name, arm in zip(self.names, self.arms, strict=True):
            if not self.pairing:
                why = ", ".join(reading.obstacles(self.baseline, arm)) or "nothing that affects results"
                notes.append(f"{name}: not paired, worlds of different numbers are compared (what differs: {why}).")
            if arm.scenario.draws != self.baseline.scenario.draws:
                draws = f"draws parameters differently ({arm.scenario.draws}, not {self.baseline.scenario.draws})"
                notes.append(f"{name}: {draws}, which contributes to the difference.")
            lost = len(set(arm.failed) | set(self.baseline.failed))
            if lost:
                notes.append(f"{name}: {lost} pairs are left out because a world failed.")
        return notes

    def difference(self, arm: int, outcome: Outcome) -> Difference:
        """Arm (by position) minus baseline, by week."""
        return self._pair(arm, outcome)[2]

    def _pair(self, arm: int, outcome: Outcome) -> tuple[Any, Any, Difference]:
        """The values of both, (W, weeks), and their difference."""
        base, scenario = (run.values(outcome.indicator, outcome.place) for run in (self.baseline, self.arms[arm]))
        if not self.pairing:
            return base, scenario, unpaired(base, scenario)
        _, first, second = np.intersect1d(self.baseline.numbers, self.arms[arm].numbers, return_indices=True)
        base, scenario = base[first], scenario[second]
        return base, scenario, paired(base, scenario)

    @cached_property
    def rows(self) -> list[ComparisonRow]:
        """One row per arm, indicator and date; peaks and totals follow the dates."""
        rows: list[ComparisonRow] = []
        for arm in range(len(self.arms)):
            for outcome in self.outcomes:
                rows += self._rows_of(arm, outcome, self._pair(arm, outcome), self.at, self.spans)
        return _judged_together(rows)

    @cached_property
    def targets(self) -> list[TargetRow]:
        """The targets of each arm's scenario, beside the baseline's worlds."""
        pairs = zip(self.names, self.arms, strict=True)
        return [row for name, run in pairs for row in targets_of(run, self.baseline, arm=name, pairing=self.pairing)]

    @cached_property
    def civilians(self) -> list[ComparisonRow]:
        """Rows of harm to civilians, always reported: at the end, after the first year, at worst, in total.

        They are judged together. At worst: at the peak, or at the lowest point where higher is better.
        """
        runs = (self.baseline, *self.arms)
        recorded = [Outcome(name) for name in CIVILIANS if all(name in run.indicators for run in runs)]
        weeks = sorted({min(YEAR, self.weeks) - 1, self.weeks - 1})
        rows: list[ComparisonRow] = []
        for arm in range(len(self.arms)):
            for outcome in recorded:
                worst = TimeSpan.LOW if outcome.direction == "up" else TimeSpan.PEAK
                rows += self._rows_of(arm, outcome, self._pair(arm, outcome), weeks, (worst, TimeSpan.TOTAL))
        return _judged_together(rows)

    def _rows_of(
        self, arm: int, outcome: Outcome, pair: tuple[Any, Any, Difference], weeks: Sequence[int],
        spans: Sequence[TimeSpan],
    ) -> Iterator[ComparisonRow]:  # fmt: skip
        base, scenario, difference = pair
        clear = difference.clear_from
        for week in weeks:
            since = None if clear is None or week < clear else str(self.dates[clear])
            ends = base[:, week], scenario[:, week]
            yield self._row(arm, outcome, str(self.dates[week]), ends, difference, week, since)
        for span in spans:
            a, b = (over(values, span, outcome.indicator)[:, np.newaxis] for values in (base, scenario))
            total = (paired if self.pairing else unpaired)(a, b)
            yield self._row(arm, outcome, span.value, (a[:, 0], b[:, 0]), total, 0, None)

    def _row(
        self, arm: int, outcome: Outcome, when: str, ends: tuple[Any, Any], difference: Difference, week: int,
        since: str | None,
    ) -> ComparisonRow:  # fmt: skip
        """The row of one column of a difference; ends: the values of baseline and arm, (W,)."""
        base, scenario = (np.asarray(values, dtype=np.float64) for values in ends)
        p05, p25, p50, p75, p95 = map(float, np.quantile(difference.values[:, week], QUANTILES))
        average, ratio = difference.middle(week), float(difference.ratio[week])
        low, high = difference.median_interval(week)
        span = TimeSpan(when) if when in list(TimeSpan) else None
        return ComparisonRow(
            arm=self.names[arm], indicator=str(outcome), title=outcome.title,
            unit=unit_of(outcome.unit, span, outcome.indicator), direction=outcome.direction, date=when,
            worlds=difference.worlds, baseline=float(base.mean()), scenario=float(scenario.mean()),
            mean=float(difference.mean[week]), low=float(difference.low[week]), high=float(difference.high[week]),
            p05=p05, p25=p25, p50=p50, p75=p75, p95=p95,
            baseline_median=float(np.median(base)), scenario_median=float(np.median(scenario)),
            median_low=low, median_high=high,
            average=average.value, average_low=average.low, average_high=average.high, average_kind=average.kind,
            side=int(difference.side[week]),
            **self._shares(difference.values[:, week], outcome.direction),
            identical=bool(difference.identical[week]), clear_from=since, clear_of_all=False,
            variance_ratio=ratio if math.isfinite(ratio) else None, p=float(difference.p[week]),
            scored=bool(scored_by(str(outcome))),
        )  # fmt: skip

    def _shares(self, differences: Any, direction: str) -> dict[str, Any]:
        """Shares of pairs that are higher, lower, tied and, by the indicator's direction, better or worse."""
        n, higher, lower = len(differences), int((differences > 0).sum()), int((differences < 0).sum())
        good, bad = {"up": (higher, lower), "down": (lower, higher)}.get(direction, (None, None))
        low, high = share_interval(higher if good is None else good, n) if self.pairing else (None, None)
        return {
            "higher": higher / n, "lower": lower / n, "tied": (n - higher - lower) / n,
            "better": None if good is None else good / n, "worse": None if bad is None else bad / n,
            "share_low": low, "share_high": high,
        }  # fmt: skip

    def table(self) -> pd.DataFrame:
        """The rows as a frame."""
        import pandas as pd

        return pd.DataFrame([asdict(row) for row in self.rows])

    def target_table(self) -> pd.DataFrame:
        """The targets as a frame, one row for each arm and target."""
        import pandas as pd

        values = (asdict(row) for row in self.targets)
        return pd.DataFrame(
            [row | {key: " ".join(map(str, row[key])) for key in ("sources", "bounds")} for row in values]
        )

    def about(self) -> dict[str, Any]:
        """The comparison as plain data, rows included; None for what is not finite."""
        runs = zip((self.base_name, *self.names), (self.baseline, *self.arms), strict=True)
        return {
            "path": str(self.folder),
            "paired": self.pairing,
            "baseline": self.base_name,
            "runs": [{"name": name, "path": str(run.path), "hash": run.manifest.hash} for name, run in runs],
            "notes": self.notes,
            "targets": [plain_row(row) for row in self.targets],
            "rows": [plain_row(row) for row in self.rows],
            "civilians": [plain_row(row) for row in self.civilians],
        }

    def write(self) -> None:
        """Write targets.csv, compare.csv and compare.json into the folder."""
        make_folder(self.folder)
        if self.targets:
            write_csv(self.target_table(), self.folder / "targets.csv")
        write_csv(self.table(), self.folder / "compare.csv")
        write_text(self.folder / "compare.json", json.dumps(self.about(), indent=1, allow_nan=False) + "\n")

    def plot(self, indicator: str | None = None, arm: str | None = None, ax: Axes | None = None) -> Axes | Figure:
        """Plot differences over time: one indicator on axes, or all on a sheet. Default: the first arm."""
        place = self.names.index(arm) if arm in self.names else 0
        if arm is not None and arm not in self.names:
            raise InputError(f"{arm!r} is not an arm (allowed: {', '.join(self.names)})")
        outcome = None if indicator is None else reading.read_outcomes([indicator])[0]
        drawn: Axes | Figure = plot(self, place, outcome, ax)
        return drawn


def _judged_together(rows: list[ComparisonRow]) -> list[ComparisonRow]:
    """The rows; `clear_of_all` where the side holds at a 5% family-wise error rate (Holm)."""
    judged = [i for i, row in enumerate(rows) if not row.identical]
    held = holm(np.array([rows[i].p for i in judged]))
    clear = {i for i, holds in zip(judged, held, strict=True) if holds}
    return [replace(row, clear_of_all=i in clear) for i, row in enumerate(rows)]


def plain_row(row: Any) -> dict[str, Any]:
    """A row, a dataclass, as plain data; None for what is not finite."""
    values = asdict(row).items()
    return {key: None if isinstance(value, float) and not math.isfinite(value) else value for key, value in values}


def make_folder(folder: Path) -> None:
    """Make a folder for tables. Raises InputError where that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise unwritable(f"{argument('out')} {folder.parent}", fault) from None


def compare(
    *sources: Source,
    baseline: Source | None = None,
    worlds: int | None = None,
    seed: int | None = None,
    sets: Sequence[str] = (),
    indicators: Sequence[str] = (),
    at: Sequence[str] = (),
    across_versions: bool = False,
    **options: Unpack[PlayOptions],
) -> Comparison:
    """Play scenarios (paths, shipped names, Scenario objects, or run folders) and compare them with a baseline.

    Runs lie where `regionsim run` puts them; the tables go into the folder `compare-<hash>` under `out`. baseline: the
    first source by default. sets: apply to all sources; those of levers, shocks and the timeline not to the baseline.
    indicators: such as attacks or closure_days[torkham] (default: the headlines). at: further dates, such as 2030-08,
    or peak, low, total, first_year; the end is always included. across_versions: compare runs of different evidence,
    code or seed, unpaired. options: see `PlaySettings`. Raises InputError, with the reasons why worlds cannot be
    paired, and RunInterrupted.
    """
    outcomes = reading.read_outcomes(indicators)
    times = read_at(at)
    if baseline is None:
        if len(sources) < 2:
            raise InputError("nothing to compare with: name two scenarios, or a baseline")
        baseline, *rest = sources
    else:
        rest = list(sources)
    (base,) = reading.read_arms([baseline], sets=reading.of_baseline(sets), worlds=worlds, seed=seed)
    arms = reading.read_arms(rest, sets=sets, worlds=worlds, seed=seed)
    arms = [arm for arm in arms if not _same(base, arm)]
    if not arms:
        raise InputError("nothing to compare: the only scenario is the baseline itself")
    for arm in arms:
        reading.require_one_clock(base, arm, across_versions=across_versions)
    settings = PlaySettings(**options)
    runs = reading.play_arms([base, *arms], settings.recording(reading.needs_variables(outcomes)))
    for run in runs[1:]:
        _require_worlds(runs[0], run, pairing=not across_versions)
    comparison = Comparison(runs[0], runs[1:], outcomes, times, pairing=not across_versions, out=settings.folder)
    comparison.write()
    return comparison


def _same(base: Any, arm: Any) -> bool:
    """Whether an arm is the baseline itself."""
    if isinstance(base, Run) or isinstance(arm, Run):
        return isinstance(base, Run) and isinstance(arm, Run) and base.path.resolve() == arm.path.resolve()
    return bool(base.name == arm.name and base.numbers_key() == arm.numbers_key())


def _require_worlds(base: Run, run: Run, pairing: bool) -> None:
    """Raise InputError where there are no worlds to compare."""
    count = np.intersect1d(base.numbers, run.numbers).size if pairing else min(base.numbers.size, run.numbers.size)
    if not count:
        raise InputError(
            f"{run.path}: has no finished world {'in common with' if pairing else 'or none is in'} {base.path}"
        )
