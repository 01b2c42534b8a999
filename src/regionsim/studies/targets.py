"""Targets: in what share of worlds each is reached, and how that differs from the baseline.

Core objects: `targets_of` (the rows of a run, beside a baseline if there is one), `TargetRow`. A target is judged over
its scenario's whole horizon. A baseline that ends before the target's day is not compared on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from regionsim.evidence.measures import scored_by
from regionsim.indicators import INDICATORS
from regionsim.scenario.expect import Band, Compare, Ref, parse_claim, refs
from regionsim.scenario.vocabulary import vocabulary
from regionsim.schema.dates import week_date
from regionsim.stats.intervals import share_difference, share_interval, unpaired_share_difference
from regionsim.studies.expectations import seen, tests_of

if TYPE_CHECKING:
    from datetime import date

    from regionsim.runs import Run
    from regionsim.scenario import Scenario, Target
    from regionsim.scenario.expect import Claim

type Array = Any  # numpy


@dataclass(frozen=True)
class TargetRow:
    """A target of a scenario: reached in `count` of `worlds`, a `share` with its 95% interval `low` to `high`.

    arm: the scenario; date: the first day of the week it is about. median: of the indicator over worlds, in `unit`;
    asked: the values that reach it, in words. bounds: its numbers; none where it names another indicator. base_count
    to base_median: the same in the baseline; change: share less the baseline's, with its 95% interval; gained and lost:
    pairs of worlds in which only the scenario, or only the baseline, reaches it. All of these are None without a
    baseline, and where the baseline ends before. scored: whether an observed series scores the indicator.
    """

    arm: str
    name: str
    that: str
    sources: tuple[str, ...]
    indicator: str
    title: str
    unit: str
    date: str
    asked: str
    bounds: tuple[float, ...]
    count: int
    worlds: int
    share: float
    low: float
    high: float
    median: float
    base_count: int | None
    base_worlds: int | None
    base_share: float | None
    base_low: float | None
    base_high: float | None
    base_median: float | None
    change: float | None
    change_low: float | None
    change_high: float | None
    gained: int | None
    lost: int | None
    scored: bool


def targets_of(run: Run, base: Run | None = None, *, arm: str = "", pairing: bool = True) -> list[TargetRow]:
    """The targets of a run's scenario, in order; none where it has none, or no world.

    base: the baseline, which must start on the same day. arm: a name for the rows (default: the run's). pairing:
    whether equal world numbers share draws and chance; then only worlds that both hold are counted.
    """
    run = _whole(run)
    base = None if base is None else _whole(base)
    if not run.numbers.size:
        return []
    every: Array = slice(None)
    mine, theirs = every, every
    if base is not None and pairing:
        _, mine, theirs = np.intersect1d(run.numbers, base.numbers, return_indices=True)
    rows = []
    for target in run.scenario.targets:
        claim = parse_claim(target.that, vocabulary())
        worlds, against = _Worlds(run, run.scenario, every), None
        if base is not None and base.numbers.size and _lasts(claim, run.scenario, base.weeks):
            worlds, against = _Worlds(run, run.scenario, mine), _Worlds(base, run.scenario, theirs)
        rows.append(_row(arm or run.name, target, claim, worlds, against, pairing=pairing))
    return rows


def _whole(run: Run) -> Run:
    """The same worlds over all weeks: targets may lie after the weeks that a comparison shows."""
    from regionsim.runs import Run

    return Run(run.path, worlds=run.limit)


def _lasts(claim: Claim, scenario: Scenario, weeks: int) -> bool:
    """Whether a run of so many weeks, of the same start, reaches the dates of a claim."""
    return all(_week(ref, scenario.start, scenario.end) < weeks for ref in refs(claim))


def _week(ref: Ref, start: date, end: date) -> int:
    week = ref.period.week(start, end)
    if week is None:
        raise AssertionError(f"@{ref.period.text} was checked when the scenario was loaded")
    return week


class _Worlds:
    """The values of a claim in these rows of a run, (rows,), for the weeks that the scenario's dates mean."""

    def __init__(self, run: Run, scenario: Scenario, rows: Array) -> None:
        self.run, self.scenario, self.rows = run, scenario, rows

    def value(self, ref: Ref) -> Array:
        week = _week(ref, self.scenario.start, self.scenario.end)
        column = [piece[:, week].astype(np.float64) for piece in self.run.pieces(ref.indicator, ref.place)]
        return np.concatenate(column or [np.empty(0)])[self.rows]

    def baseline(self, ref: Ref) -> Array:
        raise AssertionError(f"a target names no baseline: {ref}")

    def stepped(self, ref: Ref, lever: str, intensity: float) -> Array:
        raise AssertionError(f"a target names no lever: {ref}, {lever} at {intensity}")


def _row(
    arm: str, target: Target, claim: Claim, worlds: _Worlds, base: _Worlds | None, *, pairing: bool
) -> TargetRow:  # fmt: skip
    scenario, left = worlds.scenario, claim.left
    true = seen(claim, worlds).true
    count, n = int(true.sum()), int(true.size)
    low, high = share_interval(count, n)
    entry = INDICATORS.get(left.indicator)
    name = f"{left.indicator}[{left.place}]" if left.place else left.indicator
    title = entry.title if entry else left.indicator
    return TargetRow(
        arm=arm, name=target.name, that=target.that, sources=target.sources, indicator=name,
        title=f"{title}: {left.place.replace('_', ' ')}" if left.place else title, unit=entry.unit if entry else "",
        date=str(week_date(scenario.start, _week(left, scenario.start, scenario.end))), asked=_asked(claim),
        bounds=tuple(number for _, number in tests_of(claim)),
        count=count, worlds=n, share=count / n, low=low, high=high,
        median=float(np.median(worlds.value(left))), scored=bool(scored_by(name)),
        **_against(claim, true, base, pairing=pairing),
    )  # fmt: skip


def _against(claim: Claim, true: Array, base: _Worlds | None, *, pairing: bool) -> dict[str, Any]:
    """The fields about the baseline. Where worlds are paired, `true` and the baseline's are in the same order."""
    if base is None:
        return dict.fromkeys(_OF_BASELINE)
    base_true = seen(claim, base).true
    count, n = int(base_true.sum()), int(base_true.size)
    low, high = share_interval(count, n)
    gained: int | None = None
    lost: int | None = None
    if pairing:
        gained, lost = int((true & ~base_true).sum()), int((base_true & ~true).sum())
        change, span = (gained - lost) / n, share_difference(int((true & base_true).sum()), gained, lost, n)
    else:
        change = float(true.mean()) - count / n
        span = unpaired_share_difference(int(true.sum()), true.size, count, n)
    values = (
        count, n, count / n, low, high, float(np.median(base.value(claim.left))), change, *span, gained, lost
    )  # fmt: skip
    return dict(zip(_OF_BASELINE, values, strict=True))


_OF_BASELINE = (
    "base_count", "base_worlds", "base_share", "base_low", "base_high", "base_median", "change", "change_low",
    "change_high", "gained", "lost",
)  # fmt: skip


def _asked(claim: Claim) -> str:
    """What must hold of the indicator, such as ">= 10"."""
    if isinstance(claim, Band):
        return f"{claim.low:,g} to {claim.high:,g}"
    if not isinstance(claim, Compare):
        raise AssertionError("a target is a comparison or a band")
    term = claim.right
    if not isinstance(term.of, Ref):
        return f"{_SIGNS[claim.op]} {term.number:,g}"
    place = f"[{term.of.place}]" if term.of.place else ""
    plain = (term.by, term.number) in (("+", 0.0), ("*", 1.0))
    return f"{_SIGNS[claim.op]} {term.of.indicator}{place}@{term.of.period.text}" + (
        "" if plain else f" {term.by} {term.number:g}"
    )


_SIGNS = {
    "<": "under",
    "<=": "at most",
    ">": "over",
    ">=": "at least",
}
