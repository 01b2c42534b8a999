"""Scenarios against a baseline: what differs, in worlds that share draws and chance.

Core objects: `compare` (plays what is missing and writes the tables), `Comparison` and its `Row`s. How a difference is
judged stands in `differences`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from regionsim.analysis import arms as reading
from regionsim.analysis.arms import Outcome, Source, Watch
from regionsim.analysis.differences import Difference, holm, paired, unpaired
from regionsim.ensemble import MODEL, Engine, Run
from regionsim.ensemble.files import write_text
from regionsim.ensemble.intervals import share_interval
from regionsim.ensemble.key import SHORT, digest_of
from regionsim.ensemble.planning import default_out, out_folder
from regionsim.ensemble.tables import write_csv
from regionsim.errors import InputError, unwritable
from regionsim.evidence.measures import scored_by
from regionsim.scenario.dates import Period, parse_period, week_date
from regionsim.views.names import HEADLINES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Row:
    """One indicator of one arm at one date.

    baseline, scenario: means over worlds. mean, low, high: mean difference with its 95% interval. p05 .. p95: of
    differences over worlds. higher, lower, tied: shares of pairs; better and worse name the same by the indicator's
    direction, None where it has none. share_low, share_high: 95% interval of `better` (of `higher` where there is
    none), None where worlds are not paired. clear_from: see `differences`; None where it is not clear by this date.
    clear_of_all: the difference at this date holds for all rows together. variance_ratio: of unpaired over paired
    differences, None where that is not defined. worlds: pairs. scored: whether a series scores the indicator.
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
        periods: Sequence[Period] = (),
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
        self.at = self._weeks(periods)
        key = [pairing, [run.manifest.hash for run in (baseline, *arms)], list(map(str, self.outcomes)), self.at]
        self.hash = digest_of(key)[:SHORT]
        self.folder = (default_out() if out is None else out) / f"compare-{self.hash}"

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

    def _weeks(self, periods: Sequence[Period]) -> list[int]:
        """The weeks of these dates and the last one compared. Raises InputError for dates outside."""
        start = date.fromisoformat(self.baseline.manifest.start)
        end = min(week_date(start, self.weeks), self.end)
        found = {period.text: period.week(start, end) for period in periods}
        wrong = [text for text, week in found.items() if week is None]
        if wrong:
            raise InputError([f"--at: {text} is outside the horizon (allowed: {start} to {end})" for text in wrong])
        return sorted({week for week in found.values() if week is not None} | {self.weeks - 1})

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
    def rows(self) -> list[Row]:
        """A row per arm, indicator and date."""
        found = [row for arm in range(len(self.arms)) for one in self.outcomes for row in self._rows(arm, one)]
        judged = [i for i, row in enumerate(found) if not row.identical]
        held = holm(np.array([found[i].p for i in judged]))
        clear = {i for i, one in zip(judged, held, strict=True) if one}
        return [replace(row, clear_of_all=i in clear) for i, row in enumerate(found)]

    def _rows(self, arm: int, outcome: Outcome) -> Iterator[Row]:
        base, other, found = self._pair(arm, outcome)
        quantiles, clear = found.quantiles(), found.clear_from
        for week in self.at:
            since = None if clear is None or week < clear else str(self.dates[clear])
            ratio = float(found.ratio[week])
            p05, p25, p50, p75, p95 = map(float, quantiles[:, week])
            yield Row(
                arm=self.names[arm], indicator=str(outcome), title=outcome.title, unit=outcome.unit,
                direction=outcome.direction, date=str(self.dates[week]), worlds=found.worlds,
                baseline=float(base[:, week].mean(dtype=np.float64)),
                scenario=float(other[:, week].mean(dtype=np.float64)),
                mean=float(found.mean[week]), low=float(found.low[week]), high=float(found.high[week]),
                p05=p05, p25=p25, p50=p50, p75=p75, p95=p95,
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
            "rows": [{key: _finite(value) for key, value in asdict(row).items()} for row in self.rows],
        }

    def write(self) -> None:
        """Write compare.csv and compare.json into the folder."""
        make_folder(self.folder)
        write_csv(self.table(), self.folder / "compare.csv")
        write_text(self.folder / "compare.json", json.dumps(self.about(), indent=1, allow_nan=False) + "\n")

    def plot(self, indicator: str | None = None, arm: str | None = None, ax: Axes | None = None) -> Axes | Figure:
        """Differences over time: of one indicator on axes, or of all on a sheet. Default: the first arm."""
        from regionsim.views.compare import comparison_figure, difference_chart

        place = self.names.index(arm) if arm in self.names else 0
        if arm is not None and arm not in self.names:
            raise InputError(f"{arm!r} is no arm (allowed: {', '.join(self.names)})")
        if indicator is None:
            return comparison_figure(self, place)[0]
        return difference_chart(self, place, reading.read_outcomes([indicator])[0], ax=ax)


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
    out: str | Path | None = None,
    workers: int | None = None,
    fresh: bool = False,
    watch: Watch | None = None,
    engine: Engine = MODEL,
) -> Comparison:
    """Play scenarios (paths, shipped names, Scenario objects, or run folders) and set them against a baseline.

    Without `baseline`, the first source is it. `sets` go for all of them; those of levers, shocks and the timeline not
    for the baseline. indicators: such as attacks or closure_days[torkham] (default: the headlines); at: dates beside
    the end, such as 2030-08. across_versions: set runs
    of different evidence, code or seed against each other, unpaired. Runs lie where `regionsim run` puts them; the
    tables go into the folder `compare-<hash>` under `out`. Raises InputError, naming what keeps worlds from being
    paired, and RunInterrupted.
    """
    outcomes = reading.read_outcomes(indicators)
    periods = read_periods(at)
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
    record_all = reading.needs_variables(outcomes)
    runs = reading.play_arms(
        [base, *found], out=out, workers=workers, record_all=record_all, fresh=fresh, watch=watch, engine=engine
    )
    for run in runs[1:]:
        _require_worlds(runs[0], run, pairing=not across_versions)
    folder = out_folder(out)
    made = Comparison(runs[0], runs[1:], outcomes, periods, pairing=not across_versions, out=folder)
    made.write()
    return made


def _same(base: Any, one: Any) -> bool:
    """Whether an arm is the baseline itself, named twice."""
    if isinstance(base, Run) or isinstance(one, Run):
        return isinstance(base, Run) and isinstance(one, Run) and base.path.resolve() == one.path.resolve()
    return bool(base.name == one.name and base.numbers_key() == one.numbers_key())


def read_periods(words: Sequence[str]) -> list[Period]:
    """Dates of --at: years, months, days. Raises InputError with all faults."""
    found, faults = [], []
    for word in words:
        try:
            found.append(parse_period(word))
        except ValueError as fault:
            faults.append(f"--at: {fault}")
    if faults:
        raise InputError(faults)
    return found


def _require_worlds(base: Run, run: Run, pairing: bool) -> None:
    """Raises InputError where there is nothing to set against each other."""
    there = np.intersect1d(base.numbers, run.numbers).size if pairing else min(base.numbers.size, run.numbers.size)
    if not there:
        raise InputError(
            f"{run.path}: has no finished world {'in common with' if pairing else 'or none is in'} {base.path}"
        )
