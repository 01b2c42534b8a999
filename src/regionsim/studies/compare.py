"""Scenarios against a baseline: what differs, in worlds that share draws and chance.

Core objects: `compare` (plays what is missing and writes the tables), `Comparison` and its `ComparisonRow`s. How a
difference is judged stands in `differences`.
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

from regionsim.errors import InputError, unwritable
from regionsim.evidence.measures import scored_by
from regionsim.indicators import CIVILIANS
from regionsim.indicators.headlines import HEADLINES
from regionsim.plots import plot
from regionsim.runs import PlaySettings, Run
from regionsim.runs.files import write_text
from regionsim.runs.key import SHORT, digest_of
from regionsim.runs.settings import PlayOptions, out_folder
from regionsim.runs.tables import write_csv
from regionsim.stats.differences import QUANTILES, Difference, holm, paired, unpaired
from regionsim.stats.intervals import share_interval
from regionsim.studies import arms as reading
from regionsim.studies.arms import Outcome, Source
from regionsim.studies.times import YEAR, At, TimeSpan, over, read_at, spans_of, unit_of, weeks_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class ComparisonRow:
    """One indicator of one arm at one date.

    date: a day, or peak, low or total, which are taken in each world over all weeks compared. baseline, scenario: means
    over worlds; baseline_median, scenario_median. mean, low, high: mean difference with its 95% interval. p05 .. p95:
    of differences over worlds; median_low, median_high: 95% interval of their median p50. average: that which may be
    shown, a trimmed mean or the median, with its interval; average_kind says which. The interval of the plain mean may
    hold it too seldom. higher, lower, tied: shares of pairs; better and worse name the same by the indicator's
    direction, None where it has none. share_low, share_high: 95% interval of `better` (of `higher` where there is
    none), None where worlds are not paired. side: 1 where higher, -1 where lower in clearly more pairs, else 0.
    clear_from: see `differences`; None where it is not clear by this date. clear_of_all: the side holds for all rows
    together. variance_ratio: of unpaired over paired differences, None where that is not defined. worlds: pairs.
    scored: whether a series scores the indicator.
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


class Comparison:
    """Runs set against a baseline. `arms` and `names` go together; `notes` say what a reader must know.

    All runs are looked at up to the first common end, so that every number read of `baseline` and `arms` is of the same
    days.
    """

    def __init__(
        self,
        baseline: Run,
        arms: Sequence[Run],
        outcomes: Sequence[Outcome],
        asked: Sequence[At] = (),
        *,
        pairing: bool = True,
        out: Path | None = None,
    ) -> None:
        self.weeks = min(run.weeks for run in (baseline, *arms))
        self._ends = [run.scenario.end for run in (baseline, *arms)]
        self.baseline, *rest = (run.until(self.weeks) for run in (baseline, *arms))
        self.arms, self.pairing = tuple(rest), pairing
        self.base_name, *self.names = reading.labels([baseline, *arms])
        self.outcomes = self._recorded(outcomes)
        self.at = weeks_of(asked, date.fromisoformat(self.baseline.manifest.start), self.end)
        self.spans = spans_of(asked)
        key = [pairing, [run.manifest.hash for run in (baseline, *arms)], list(map(str, self.outcomes)), self.at]
        key += [self.spans] if self.spans else []
        self.hash = digest_of(key)[:SHORT]
        self.folder = out_folder(out) / f"compare-{self.hash}"

    def __repr__(self) -> str:
        return f"<Comparison of {', '.join(self.names)} with {self.base_name}, {self.folder}>"

    def _recorded(self, outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
        """Those asked for, or the headlines that all runs hold."""
        runs = (self.baseline, *self.arms)
        if not outcomes:
            return tuple(Outcome(name) for name in HEADLINES if all(name in run.indicators for run in runs))
        for one in outcomes:
            for run in runs:
                next(run.pieces(one.indicator, one.place), None)  # raises where it is not recorded
        return tuple(outcomes)

    @property
    def end(self) -> date:
        """The first common end."""
        return min(self._ends)

    @property
    def dates(self) -> Any:
        """The days on which the weeks compared begin, (weeks,)."""
        return self.baseline.dates

    @cached_property
    def notes(self) -> list[str]:
        """What limits the comparison, in sentences."""
        said = reading.ends_note(dict(zip((self.base_name, *self.names), self._ends, strict=True)))
        for name, arm in zip(self.names, self.arms, strict=True):
            if not self.pairing:
                why = ", ".join(reading.obstacles(self.baseline, arm)) or "nothing that decides numbers"
                said.append(f"{name}: not paired, worlds are set against those of other numbers (what differs: {why}).")
            if arm.scenario.draws != self.baseline.scenario.draws:
                words = f"draws parameters otherwise ({arm.scenario.draws}, not {self.baseline.scenario.draws})"
                said.append(f"{name}: {words}, which is part of the difference.")
            lost = len(set(arm.failed) | set(self.baseline.failed))
            if lost:
                said.append(f"{name}: {lost} pairs are left out because a world failed.")
        return said

    def difference(self, arm: int, outcome: Outcome) -> Difference:
        """Arm (by position) minus baseline, by week."""
        return self._pair(arm, outcome)[2]

    def _pair(self, arm: int, outcome: Outcome) -> tuple[Any, Any, Difference]:
        """The values of both, (W, weeks), and their difference."""
        base, other = (run.values(outcome.indicator, outcome.place) for run in (self.baseline, self.arms[arm]))
        if not self.pairing:
            return base, other, unpaired(base, other)
        _, first, second = np.intersect1d(self.baseline.numbers, self.arms[arm].numbers, return_indices=True)
        base, other = base[first], other[second]
        return base, other, paired(base, other)

    @cached_property
    def rows(self) -> list[ComparisonRow]:
        """A row per arm, indicator and date; peaks and totals behind the dates."""
        found = [row for arm in range(len(self.arms)) for one in self.outcomes for row in self._rows(arm, one)]
        return _judged_together(found)

    @cached_property
    def civilians(self) -> list[ComparisonRow]:
        """Rows of what civilians bear, whatever was asked for: at the end, after the first year, at worst, in total.

        They are judged together. At worst: at the peak, or the lowest point of what is better when higher.
        """
        runs = (self.baseline, *self.arms)
        recorded = [Outcome(name) for name in CIVILIANS if all(name in run.indicators for run in runs)]
        found: list[ComparisonRow] = []
        for arm in range(len(self.arms)):
            for one in recorded:
                base, other, difference = self._pair(arm, one)
                weeks = sorted({min(YEAR, self.weeks) - 1, self.weeks - 1})
                worst = TimeSpan.LOW if one.direction == "up" else TimeSpan.PEAK
                found += self._rows_of(arm, one, (base, other, difference), weeks, (worst, TimeSpan.TOTAL))
        return _judged_together(found)

    def _rows(self, arm: int, outcome: Outcome) -> Iterator[ComparisonRow]:
        return self._rows_of(arm, outcome, self._pair(arm, outcome), self.at, self.spans)

    def _rows_of(
        self,
        arm: int,
        outcome: Outcome,
        pair: tuple[Any, Any, Difference],
        weeks: Sequence[int],
        spans: Sequence[TimeSpan],
    ) -> Iterator[ComparisonRow]:
        base, other, found = pair
        clear = found.clear_from
        for week in weeks:
            since = None if clear is None or week < clear else str(self.dates[clear])
            yield self._row(arm, outcome, str(self.dates[week]), (base[:, week], other[:, week]), found, week, since)
        for span in spans:
            a, b = (over(one, span, outcome.indicator)[:, np.newaxis] for one in (base, other))
            whole = (paired if self.pairing else unpaired)(a, b)
            yield self._row(arm, outcome, span.value, (a[:, 0], b[:, 0]), whole, 0, None)

    def _row(
        self, arm: int, outcome: Outcome, when: str, ends: tuple[Any, Any], found: Difference, week: int,
        since: str | None,
    ) -> ComparisonRow:  # fmt: skip
        """The row of one column of a difference; ends: values of baseline and arm, (W,)."""
        base, other = (np.asarray(one, dtype=np.float64) for one in ends)
        p05, p25, p50, p75, p95 = map(float, np.quantile(found.values[:, week], QUANTILES))
        average, ratio = found.middle(week), float(found.ratio[week])
        low, high = found.median_interval(week)
        span = TimeSpan(when) if when in list(TimeSpan) else None
        return ComparisonRow(
            arm=self.names[arm], indicator=str(outcome), title=outcome.title,
            unit=unit_of(outcome.unit, span, outcome.indicator), direction=outcome.direction, date=when,
            worlds=found.worlds, baseline=float(base.mean()), scenario=float(other.mean()),
            mean=float(found.mean[week]), low=float(found.low[week]), high=float(found.high[week]),
            p05=p05, p25=p25, p50=p50, p75=p75, p95=p95,
            baseline_median=float(np.median(base)), scenario_median=float(np.median(other)),
            median_low=low, median_high=high,
            average=average.value, average_low=average.low, average_high=average.high, average_kind=average.kind,
            side=int(found.side[week]),
            **self._shares(found.values[:, week], outcome.direction),
            identical=bool(found.identical[week]), clear_from=since, clear_of_all=False,
            variance_ratio=ratio if math.isfinite(ratio) else None, p=float(found.p[week]),
            scored=bool(scored_by(str(outcome))),
        )  # fmt: skip

    def _shares(self, there: Any, direction: str) -> dict[str, Any]:
        """Shares of pairs that are higher, lower, tied, and by the indicator's direction better or worse."""
        n, higher, lower = len(there), int((there > 0).sum()), int((there < 0).sum())
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

    def about(self) -> dict[str, Any]:
        """The comparison as plain data, rows included; None for what is not finite."""
        runs = zip((self.base_name, *self.names), (self.baseline, *self.arms), strict=True)
        return {
            "path": str(self.folder),
            "paired": self.pairing,
            "baseline": self.base_name,
            "runs": [{"name": name, "path": str(run.path), "hash": run.manifest.hash} for name, run in runs],
            "notes": self.notes,
            "rows": [_plain(row) for row in self.rows],
            "civilians": [_plain(row) for row in self.civilians],
        }

    def write(self) -> None:
        """Write compare.csv and compare.json into the folder."""
        make_folder(self.folder)
        write_csv(self.table(), self.folder / "compare.csv")
        write_text(self.folder / "compare.json", json.dumps(self.about(), indent=1, allow_nan=False) + "\n")

    def plot(self, indicator: str | None = None, arm: str | None = None, ax: Axes | None = None) -> Axes | Figure:
        """Differences over time: of one indicator on axes, or of all on a sheet. Default: the first arm."""
        place = self.names.index(arm) if arm in self.names else 0
        if arm is not None and arm not in self.names:
            raise InputError(f"{arm!r} is no arm (allowed: {', '.join(self.names)})")
        outcome = None if indicator is None else reading.read_outcomes([indicator])[0]
        drawn: Axes | Figure = plot(self, place, outcome, ax)
        return drawn


def _judged_together(rows: list[ComparisonRow]) -> list[ComparisonRow]:
    """The rows, marked where their side holds with at most 5% that any of all is said wrongly."""
    judged = [i for i, row in enumerate(rows) if not row.identical]
    held = holm(np.array([rows[i].p for i in judged]))
    clear = {i for i, one in zip(judged, held, strict=True) if one}
    return [replace(row, clear_of_all=i in clear) for i, row in enumerate(rows)]


def _plain(row: ComparisonRow) -> dict[str, Any]:
    return {key: _finite(value) for key, value in asdict(row).items()}


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def make_folder(folder: Path) -> None:
    """Make a folder for tables. Raises InputError where it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise unwritable(f"--out {folder.parent}", fault) from None


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
    """Play scenarios (paths, shipped names, Scenario objects, or run folders) and set them against a baseline.

    Runs lie where `regionsim run` puts them; the tables go into the folder `compare-<hash>` under `out`. baseline: the
    first source if not given. sets: apply to all sources; those of levers, shocks and the timeline not to the baseline.
    indicators: such as attacks or closure_days[torkham] (default: the headlines). at: dates beside the end, such as
    2030-08, or peak, low, total, first_year. across_versions: set runs of different evidence, code or seed against each
    other, unpaired. options: see `PlaySettings`. Raises InputError, naming what keeps worlds from being paired, and
    RunInterrupted.
    """
    outcomes = reading.read_outcomes(indicators)
    asked = read_at(at)
    if baseline is None:
        if len(sources) < 2:
            raise InputError("nothing to compare with: name two scenarios, or a baseline")
        baseline, *rest = sources
    else:
        rest = list(sources)
    (base,) = reading.read_arms([baseline], sets=reading.of_baseline(sets), worlds=worlds, seed=seed)
    found = reading.read_arms(rest, sets=sets, worlds=worlds, seed=seed)
    found = [one for one in found if not _same(base, one)]
    if not found:
        raise InputError("nothing to compare: the only scenario is the baseline itself")
    for one in found:
        reading.require_one_clock(base, one, across_versions=across_versions)
    settings = PlaySettings(**options)
    runs = reading.play_arms([base, *found], settings.recording(reading.needs_variables(outcomes)))
    for run in runs[1:]:
        _require_worlds(runs[0], run, pairing=not across_versions)
    made = Comparison(runs[0], runs[1:], outcomes, asked, pairing=not across_versions, out=settings.folder)
    made.write()
    return made


def _same(base: Any, one: Any) -> bool:
    """Whether an arm is the baseline itself, named twice."""
    if isinstance(base, Run) or isinstance(one, Run):
        return isinstance(base, Run) and isinstance(one, Run) and base.path.resolve() == one.path.resolve()
    return bool(base.name == one.name and base.numbers_key() == one.numbers_key())


def _require_worlds(base: Run, run: Run, pairing: bool) -> None:
    """Raises InputError where there is nothing to set against each other."""
    there = np.intersect1d(base.numbers, run.numbers).size if pairing else min(base.numbers.size, run.numbers.size)
    if not there:
        raise InputError(
            f"{run.path}: has no finished world {'in common with' if pairing else 'or none is in'} {base.path}"
        )
