"""The summary of a run for a terminal or a script: one row per indicator.

Core objects: `summary_rows` (plain data), `summary_table` (for rich), `error_in_words` (the sampling error of medians,
and how many more worlds would halve it).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from regionsim.console import columns, folded, on_one_line
from regionsim.evidence.measures import scored_by, scored_mark, unscored_key
from regionsim.indicators.headlines import HEADLINES
from regionsim.runs.deals import deals_in_words
from regionsim.runs.numerals import rounded, short, short_unit
from regionsim.runs.summaries import QUANTILES, row_quantiles
from regionsim.stats.precision import LEAST, advice, mean_error, median_error, more_to_halve, share_error
from regionsim.views.captions import count_worlds, data_end

if TYPE_CHECKING:
    from rich.table import Table

    from regionsim.runs.results import Run

WIDTH = 120  # of a table written to a file
LEAST_NAME = 24  # columns kept for the names of indicators


@dataclass(frozen=True)
class SummaryRow:
    """One indicator: medians and 90% intervals over worlds at the start, in the middle and at the end.

    `change` is the median over worlds of end minus start, with its 90% interval; `error` the sampling error of the
    median at the end: half the width of its 95% interval; `mean` is the mean at the end, `mean_error` its error.
    `worlds`: those with a value at the end; `more` of them would halve the errors. `scored`: whether a series scores
    the indicator.
    """

    indicator: str
    title: str
    unit: str
    family: str
    dates: tuple[str, str, str]
    start: tuple[float, float, float]
    middle: tuple[float, float, float]
    end: tuple[float, float, float]
    change: tuple[float, float, float]
    error: float
    mean: float
    mean_error: float
    worlds: int
    more: int
    scored: bool


def summary_rows(run: Run) -> list[dict[str, Any]]:
    """The rows of the summary table as plain data; intervals are (p05, median, p95), NaN is None."""
    return [_plain(asdict(row)) for row in _rows(run)]


def _rows(run: Run) -> list[SummaryRow]:
    from regionsim.indicators import INDICATORS

    weeks = (0, _middle(run.weeks), run.weeks - 1)
    dates = tuple(str(run.dates[week]) for week in weeks)
    rows = []
    for name in run.indicators:
        entry = INDICATORS[name]
        values = np.concatenate([piece[:, list(weeks)] for piece in run.pieces(name)] or [np.empty((0, 3), np.float32)])
        last = values[:, 2].astype(np.float64)
        valid = last[~np.isnan(last)]
        mean, worlds = float(valid.mean()) if valid.size else float("nan"), int(valid.size)
        rest = (median_error(last), mean, mean_error(last), worlds, more_to_halve(worlds), bool(scored_by(name)))
        start, middle, end, change = (_interval(v) for v in (*values.T, values[:, 2] - values[:, 0]))
        when = (dates[0], dates[1], dates[2])
        rows.append(SummaryRow(name, entry.title, entry.unit, entry.family, when, start, middle, end, change, *rest))
    return rows


def _interval(values: npt.NDArray[np.float32]) -> tuple[float, float, float]:
    quantiles, _ = row_quantiles(values[np.newaxis].copy(), (QUANTILES[0], 0.5, QUANTILES[-1]))
    return float(quantiles[0, 0]), float(quantiles[1, 0]), float(quantiles[2, 0])


def _plain(value: Any) -> Any:
    """Tuples as lists, NaN as None."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and value != value else value


def summary_table(run: Run, width: int = WIDTH) -> Table:
    """A table for rich: indicator, unit, start, middle and end (median and 90% interval), its error, and the change.

    width: of the terminal. If it is narrow, columns are left out, but never the names of indicators.
    """
    from rich.table import Table
    from rich.text import Text

    rows = _rows(run)
    headings, cells, left_out = _fitting(rows, width)
    title = Text(f"{on_one_line(run.manifest.title)} ({run.name}-{run.hash})")
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.caption = Text(summary_caption(run, rows, left_out))
    table.caption_justify = "left"
    table.add_column("Indicator", overflow="fold")
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    family = None
    for row, texts in zip(rows, cells, strict=True):
        if family not in (None, row.family):
            table.add_section()
        family = row.family
        name = Text(f"{row.title}{scored_mark(row.indicator)}")
        name.append("  " + _unbroken(row.unit), style="dim")
        table.add_row(name, *map(Text, texts))
    return table


SHORT = ((0, 1, 2, 3, 4), (0, 1, 3, 4), (0, 3, 4), (0, 3))
"""Columns of the short table for ever narrower terminals."""


def short_table(run: Run) -> list[list[str]]:
    """The headlines as cells: indicator, unit, start, end with the interval that holds 90% of worlds, change."""
    rows = [row for row in _rows(run) if row.indicator in HEADLINES]
    first, _, last = map(_month, rows[0].dates) if rows else ("start", "middle", "end")
    lines = [
        [f"{row.indicator}{scored_mark(row.indicator)}", short_unit(row.unit), short(row.start[1]), _cell(row.end),
         _change(row)]
        for row in rows
    ]  # fmt: skip
    return [["indicator", "unit", first, f"{last} [90%]", "change"], *lines]


def folded_summary(run: Run, width: int) -> str:
    """The same for a terminal too narrow for columns: each name on its own line, the figures below."""
    rows = _rows(run)
    headings, cells, left_out = _fitting(rows, width)
    named = [f"{row.title}{scored_mark(row.indicator)}  {row.unit}" for row in rows]
    table = [["Indicator", *headings], *([name, *texts] for name, texts in zip(named, cells, strict=True))]
    title = f"{on_one_line(run.manifest.title)} ({run.name}-{run.hash})"
    right = range(1, len(headings) + 1)
    texts = [*folded(title, width), columns(table, right=right, width=width)]
    return "\n".join([*texts, *folded(summary_caption(run, rows, left_out), width)])


def summary_caption(run: Run, rows: list[SummaryRow], left_out: str) -> str:
    """The caption under the table."""
    return (
        f"Medians over {count_worlds(run)}, with the interval that holds 90% of them. {left_out}"
        f"{data_end(run.scenario)} {error_in_words(run)}{deals_in_words(run)}{beyond_in_words(run)} "
        f"{' '.join(unscored_key(row.indicator for row in rows))}"
    )


def _fitting(rows: list[SummaryRow], width: int) -> tuple[list[str], list[list[str]], str]:
    """Headings, the cells beside each name, and a sentence on columns left out so that names have room."""
    dates = list(map(_month, rows[0].dates)) if rows else ["start", "middle", "end"]
    lines = [
        [short(row.start[1]), _cell(row.middle), _cell(row.end), _error(row), _change(row), short(row.end[1])]
        for row in rows
    ]
    headings = [*dates, "Error", "Change", dates[2]]
    wide = [max(len(line[k]) for line in [headings, *lines]) for k in range(len(headings))]
    fitting = (choice for choice in _LESS if width - sum(wide[k] + 2 for k in choice[0]) >= LEAST_NAME)
    shown, left_out = next(fitting, _LESS[-1])
    remark = f"For lack of room, {left_out}. " if left_out else ""
    return [headings[k] for k in shown], [[line[k] for k in shown] for line in lines], remark


_LESS: tuple[tuple[tuple[int, ...], str], ...] = (  # columns shown and what is left out, widest first
    ((0, 1, 2, 3, 4), ""),
    ((0, 1, 2, 4), "errors are left out"),
    ((0, 2, 4), "the middle and errors are left out"),
    ((0, 5, 4), "intervals, the middle and errors are left out"),
    ((5, 4), "intervals, the start, the middle and errors are left out"),
)


def _middle(weeks: int) -> int:
    """The middle; of two years and more, the last week of the whole year that ends nearest to it, as in reports."""
    from regionsim.studies.times import YEAR

    middle = weeks // 2
    return middle if weeks < 2 * YEAR else min(range(YEAR - 1, weeks - 1, YEAR), key=lambda week: abs(week - middle))


def _month(day: str) -> str:
    return f"{date.fromisoformat(day):%b %Y}" if day[:1].isdigit() else day


def _unbroken(unit: str) -> str:
    """A short unit with non-breaking spaces."""
    return unit.replace(" ", "\N{NO-BREAK SPACE}") if len(unit) <= 16 else unit


def _cell(interval: tuple[float, float, float]) -> str:
    low, middle, high = interval
    return f"{short(middle)} [{short(low, 2)}, {short(high, 2)}]"


def _error(row: SummaryRow) -> str:
    return short(row.error, 2) if np.isfinite(row.error) else "?"


def _change(row: SummaryRow) -> str:
    """Median change with its sign: in percent of the start if that is sensible."""
    start, change = row.start[1], row.change[1]
    if not np.isfinite(change):
        return "-"
    # not sensible if the start is near zero or may be negative
    sensible = start > 0.01 * abs(change) and row.start[0] >= 0
    if sensible and row.family != "index" and not row.unit.startswith(("0", "scale", "share")):
        percent = f"{100 * change / start:+.0f}%"
        return percent if percent[1:] != "0%" else "0%"
    sign = "+" if change > 0 else ""
    return f"{sign}{rounded(change, 2)}"


def error_in_words(run: Run) -> str:
    """The sampling error of the medians at the end, and how many more worlds would halve it."""
    worlds = int(run.numbers.size)
    if worlds < LEAST:
        return f"The sampling error of medians is unknown with fewer than {LEAST} worlds."
    return (
        f"Error: ± sampling error of the median (half of its 95% interval) with {worlds:,} worlds; shrinks with more. "
        f"{advice(worlds)}"
    )


def beyond_in_words(run: Run) -> str:
    """One sentence: the share of worlds in which a yearly figure leaves, at some time, the range of years observed."""
    from regionsim.indicators import INDICATORS

    parts, errors = [], []
    for name in run.indicators:
        entry = INDICATORS.get(name)
        if entry is None or entry.seen is None:
            continue
        left = [np.logical_or(*entry.unseen(piece)) for piece in run.pieces(name)]
        share = float(np.concatenate(left).mean()) if left else 0.0
        if share > 0:
            parts.append(f"{entry.title} ({max(share, 0.01):.0%})")
            errors.append(share_error(share, int(run.numbers.size)))
    if not parts:
        return ""
    points = f"±{max(1.0, 100 * max(errors)):.0f} points"
    return f" Share of worlds that leave the observed range: {'; '.join(parts)}; {points}."
