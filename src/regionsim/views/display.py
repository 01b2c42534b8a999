"""Registers with `regionsim.display`, on import, the tables that notebooks show of results; pandas escapes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from regionsim.display import page
from regionsim.indicators import INDICATORS
from regionsim.indicators.headlines import HEADLINES
from regionsim.runs import Plan, Run, Runs, Story
from regionsim.runs.numerals import in_percent, rounded, short
from regionsim.scenario import Scenario
from regionsim.studies.check import Checked
from regionsim.studies.compare import Comparison, ComparisonRow
from regionsim.studies.discovery import Discovery
from regionsim.studies.sensitivity import Sensitivity
from regionsim.studies.sweep import Sweep
from regionsim.studies.targets import TargetRow, targets_of
from regionsim.studies.times import TimeSpan
from regionsim.studies.why import Why
from regionsim.views.targets import whole

ROWS = 12  # of a table; further ones are counted
_QUANTILES = (0.05, 0.5, 0.95)


def html(*parts: str) -> str:
    """Parts of a page, one below the other."""
    return f"<div>{''.join(parts)}</div>"


def head(title: str, *lines: str) -> str:
    """A title and lines of text."""
    return "".join([f"<p><b>{escape(title)}</b></p>", *(f"<p>{escape(line)}</p>" for line in lines if line)])


def table(rows: Iterable[Mapping[str, Any]], caption: str = "", *, most: int = ROWS) -> str:
    """Rows as a table, the first `most` of them; nothing where there are none."""
    listed = list(rows)
    if not listed:
        return ""
    shown = pd.DataFrame(listed[:most]).map(_cell).to_html(index=False, border=0, escape=True, justify="left")
    more = f"<p>and {len(listed) - most:,} more rows</p>" if len(listed) > most else ""
    return f"{f'<p>{escape(caption)}</p>' if caption else ''}{shown}{more}"


def _cell(value: Any) -> str:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, float):
        return rounded(value)
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _interval(low: float, high: float) -> str:
    return f"{short(low)} to {short(high)}"


def _targets(rows: Sequence[TargetRow], *, arms: bool = False) -> str:
    """The targets, which answer the scenario's question."""
    return table(
        ({"scenario": row.arm} if arms else {})
        | {
            "target": row.name,
            "that": row.that,
            "reached in": f"{in_percent(row.share)}% of {row.worlds:,} worlds",
            "95% interval": f"{whole(row.low)}% to {whole(row.high)}%",
        }
        | ({} if row.base_share is None else {"baseline": f"{in_percent(row.base_share)}%"})
        for row in rows
    )


@page.register(Run)
def _(run: Run) -> str:
    rows = []
    for name in HEADLINES if run.numbers.size else ():
        if name in run.indicators:
            ends = np.concatenate([piece[:, -1] for piece in run.pieces(name)]).astype(np.float64)
            low, middle, high = np.quantile(ends, _QUANTILES)
            entry = INDICATORS[name]
            rows.append({"indicator": entry.title, "unit": entry.unit, "median": short(middle),
                         "90% of worlds": _interval(low, high)})  # fmt: skip
    last = str(run.dates[-1]) if run.weeks else ""
    size = f"{run.numbers.size:,} worlds, {run.weeks:,} weeks from {run.manifest.start}"
    failed = f"{len(run.failed):,} worlds failed and are left out" if run.failed else ""
    return html(
        head(run.manifest.title, f"{size}; {run.path}", failed, run.scenario.question or ""),
        _targets(targets_of(run)),
        table(rows, f"Week of {last}"),
    )


@page.register(Runs)
def _(runs: Runs) -> str:
    return html(
        table(
            {"name": name, "title": run.manifest.title, "worlds": int(run.numbers.size), "weeks": run.weeks,
             "folder": str(run.path)}
            for name, run in runs.items()
        )
    )  # fmt: skip


@page.register(Comparison)
def _(comparison: Comparison) -> str:
    last = str(comparison.dates[-1])
    harm = [row for row in comparison.civilians if row.date in list(TimeSpan)]
    several = len(comparison.arms) > 1

    def compared(rows: Iterable[ComparisonRow]) -> Iterable[dict[str, Any]]:
        return ({"scenario": row.arm} | _compared(row) if several else _compared(row) for row in rows)

    title = f"{', '.join(comparison.names)} compared with {comparison.base_name}"
    size = f"{max((row.worlds for row in comparison.rows), default=0):,} pairs of worlds; {comparison.folder}"
    return html(
        head(title, size),
        _targets(comparison.targets, arms=several),
        table(compared(row for row in comparison.rows if row.date == last), f"Medians, week of {last}"),
        table(compared(harm), "What civilians bear, at worst and in total", most=len(harm)),
        "".join(f"<p>{escape(note)}</p>" for note in comparison.notes),
    )


def _compared(row: ComparisonRow) -> dict[str, Any]:
    share = "" if row.better is None else f"{row.better:.0%}"
    return {
        "indicator": row.title, "unit": row.unit, "at": row.date,
        "baseline": short(row.baseline_median), "with it": short(row.scenario_median), "difference": short(row.p50),
        "90% of pairs": _interval(row.p05, row.p95), "better in": share,
    }  # fmt: skip


@page.register(Why)
def _(why: Why) -> str:
    how = f"{len(why.orders)} sampled orders" if why.orders else "all orders"
    size = f"Mean over {why.numbers.size:,} worlds and {how} of the overrides; {why.folder}"
    rows = []
    for column in why.columns:
        total, parts = why.of(column)
        rows += [
            {"indicator": column.title, "unit": column.unit, "at": column.date, "override": label,
             "difference": short(part.mean), "95% interval": _interval(part.low, part.high)}
            for label, part in [("all together", total), *((why.words.get(p.override, p.override), p) for p in parts)]
        ]  # fmt: skip
    return html(head(f"{why.scenario.title} compared with {why.baseline.title}", size, *why.notes), table(rows))


@page.register(Checked)
def _(checked: Checked) -> str:
    rows = (
        {"scenario": judged.scenario, "expectation": judged.expectation.name, "that": judged.expectation.that,
         "in": judged.expectation.in_, "verdict": judged.verdict.value, "of": f"{judged.n:,} {judged.of}"}
        for judged in checked.judged
    )  # fmt: skip
    failed = (line for case in checked.cases for line in case.failed)
    return html(head(repr(checked)[1:-1], *failed), table(rows))


@page.register(Sweep)
def _(sweep: Sweep) -> str:
    results = sweep.results()
    rows = results.drop(columns=["more"], errors="ignore").to_dict("records")
    return html(head(sweep.title, repr(sweep)[1:-1], *sweep.notes), table(_records(rows)))


@page.register(Sensitivity)
def _(study: Sensitivity) -> str:
    first = study.method.first
    rows = (
        {"outcome": row["outcome"], "rank": row["rank"], "input": row["input"], first: row[first],
         "95% interval": _interval(row[f"{first}_low"], row[f"{first}_high"]), "warning": row["warning"]}
        for row in study.tables.indices.to_dict("records")
    )  # fmt: skip
    said = [f"{row['outcome']}: {row['said']}" for row in study.tables.outcomes.to_dict("records")]
    return html(head(study.title, repr(study)[1:-1], *said), table(rows))


@page.register(Discovery)
def _(discovery: Discovery) -> str:
    rows = (
        {"box": number, "input": limit.input.title, "limit": limit.words, "identified": limit.identified}
        for number, box in enumerate(discovery.boxes, 1)
        for limit in box.limits
    )
    return html(head(discovery.futures.title, *discovery.sentences()), table(rows))


@page.register(Plan)
def _(plan: Plan) -> str:
    row = {
        "scenario": plan.name, "worlds": plan.worlds, "weeks": plan.weeks, "to play": plan.to_play,
        "minutes": plan.seconds / 60.0, "memory, MB": plan.memory / 1e6, "disk, MB": plan.disk / 1e6,
        "folder": str(plan.folder),
    }  # fmt: skip
    return html(table([row]), head("", *plan.warnings) if plan.warnings else "")


@page.register(Story)
def _(story: Story) -> str:
    rows = ({"date": line.date.isoformat(), "what happened": line.text} for line in story)
    return html(head(f"World {story.world}", story.note), table(rows))


@page.register(Scenario)
def _(scenario: Scenario) -> str:
    levers = (
        {"lever": name, "intensity": float(lever.intensity), "from": str(lever.from_),
         "until": "" if lever.until is None else str(lever.until)}
        for name, lever in scenario.levers.items()
    )  # fmt: skip
    shocks = (
        {key: str(value) for key, value in shock.model_dump(mode="json", by_alias=True, exclude_none=True).items()}
        for shock in scenario.shocks
    )
    size = (
        f"{scenario.start} to {scenario.end}, {scenario.worlds:,} worlds, seed {scenario.seed}, {scenario.draws} draws"
    )
    targets = ({"target": target.name, "that": target.that} for target in scenario.targets)
    return html(
        head(scenario.title, scenario.question or "", size, f"Baseline: {scenario.baseline}"),
        table(targets), table(levers), table(shocks),
        table({"parameter": name, "value": str(value)} for name, value in scenario.parameters.items()),
    )  # fmt: skip


def _records(rows: Iterable[Mapping[Any, Any]]) -> Iterable[dict[str, Any]]:
    return ({str(key): value for key, value in row.items()} for row in rows)
