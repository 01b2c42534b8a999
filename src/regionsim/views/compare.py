"""Pictures and the table of a comparison: differences from the baseline over time, with a line at zero.

Core objects: `difference_chart` (one indicator on axes), `comparison_figure` (a sheet of them), `draw_comparison`,
`comparison_text`.
"""

from __future__ import annotations

import math
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from regionsim.evidence.measures import scored_mark, unscored_key
from regionsim.runs.files import inner_folder
from regionsim.runs.numerals import short, short_unit
from regionsim.studies.arms import Outcome, file_word
from regionsim.studies.times import TimeSpan
from regionsim.views import captions, sheets, style
from regionsim.views.harm import harm_sentences
from regionsim.views.targets import target_table, whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from regionsim.studies.compare import Comparison, ComparisonRow

PANEL = (3.4, 2.05)  # inches
_TITLE = 96  # letters of the titles over a chart, which is eight inches wide
_RATIO = 1000  # of variances; larger ones are shown as ">1,000x"
RULE = (
    "Better/worse: shares of pairs in percent, and of those that are equal. Clear from: one side has more pairs of "
    "worlds than chance gives from this week to the end (sign test, 5%). If nothing differs, at most about 5% of rows "
    "say so by chance; rows marked * hold together at the 5% level. Trimmed mean: without a tenth of pairs on either "
    "side; - if pairs are few or many are equal."
)


@style.look()
def difference_chart(comparison: Comparison, arm: int, outcome: Outcome, *, ax: Axes | None = None) -> Axes:
    """Differences of one indicator over time: mean, bands of 50% and 90% of pairs, zero. Returns the axes."""
    if ax is None:
        ax = style.new_axes()
        ax.figure.subplots_adjust(top=0.82)  # room for three lines
    draw(ax, comparison, arm, outcome)
    style.quiet(ax)
    titles = (run.manifest.title for run in (comparison.arms[arm], comparison.baseline))
    words = textwrap.shorten(" compared with ".join(titles), _TITLE, placeholder=" ...")
    ax.set_title(outcome.title, loc="left", color=style.INK, fontsize=11, fontweight="bold", pad=38)
    for text, height in ((words, 21), (outcome.unit, 6)):
        ax.annotate(
            text, (0, 1), (0, height), xycoords="axes fraction", textcoords="offset points", color=style.MUTED,
            fontsize=9, parse_math=False,
        )  # fmt: skip
    if ax.get_legend_handles_labels()[0]:
        ax.legend(
            loc="lower right", bbox_to_anchor=(1, 1.0), ncols=3, frameon=False, fontsize=8, labelcolor=style.MUTED,
            borderaxespad=0, handlelength=1.4, columnspacing=1.4,
        )  # fmt: skip
    return ax


def draw(ax: Axes, comparison: Comparison, arm: int, outcome: Outcome) -> None:
    """Draw the differences without title or legend."""
    difference = comparison.difference(arm, outcome)
    dates = comparison.dates
    colour = style.COLOURS.get(outcome.family, style.COLOURS["index"])
    ax.axhline(0.0, color=style.INK, linewidth=0.9, zorder=2.5)
    if bool(difference.identical.all()):
        ax.text(0.5, 0.58, "identical", transform=ax.transAxes, ha="center", color=style.MUTED, fontsize=9)
        ax.set_ylim(-1.0, 1.0)
    else:
        bands = difference.quantiles()
        of = "pairs" if comparison.pairing else "differences"
        ax.plot(dates, bands[2], color=colour, linewidth=1.8, label="median", solid_capstyle="round")
        for low, high, alpha, share in ((1, 3, style.SHADE_50, 50), (0, 4, style.SHADE_90, 90)):
            label = f"{share}% of {of}"
            ax.fill_between(dates, bands[low], bands[high], color=colour, alpha=alpha, linewidth=0, label=label)
        clear = difference.clear_from
        if clear is not None:
            ax.plot([dates[clear]], [0.0], marker="o", markersize=4.5, color=style.INK, zorder=3)
    ax.set_xlim(dates[0], dates[-1] if len(dates) > 1 else dates[0] + np.timedelta64(7, "D"))


@style.look()
def comparison_figure(comparison: Comparison, arm: int) -> tuple[Figure, str]:
    """All indicators of one arm on a sheet, and its caption."""
    run = comparison.arms[arm]
    count = max((row.worlds for row in comparison.rows if row.arm == comparison.names[arm]), default=0)
    how = "pairs of worlds with equal draws and chance" if comparison.pairing else "worlds on either side, not paired"
    caption = (
        f"Difference from {comparison.base_name} in {count:,} {how}: median, and bands that hold 50% and 90% of the "
        f"differences. Dot: one side has clearly more pairs from here to the end. {captions.data_end(run.scenario)}"
    )
    made = f"{captions.provenance(run)}. Baseline: {comparison.baseline.name}-{comparison.baseline.hash}."
    others = tuple(f"{name}:" for i, name in enumerate(comparison.names) if i != arm)
    notes = [note for note in comparison.notes if not note.startswith(others)]
    small = [caption, *unscored_key(map(str, comparison.outcomes)), *notes, made]
    title = f"{run.manifest.title} compared with {comparison.baseline.manifest.title}"
    figure, axes = sheets.new_sheet(len(comparison.outcomes), title, f"{count:,} {how}", small, panel=PANEL)
    for ax, outcome in zip(axes, comparison.outcomes, strict=True):
        draw(ax, comparison, arm, outcome)
        style.quiet(ax, small=True)
        sheets.head(ax, f"{outcome.title}{scored_mark(str(outcome))}", outcome.unit)
    return figure, caption


def draw_comparison(comparison: Comparison) -> list[Path]:
    """Write a sheet of each arm into the folder `figures`; returns the files."""
    folder = inner_folder(comparison.folder / "figures")
    written = []
    for i, name in enumerate(comparison.names):
        figure, caption = comparison_figure(comparison, i)
        about = captions.metadata(comparison.arms[i], f"Compared with {comparison.baseline.manifest.title}", caption)
        about["Source"] += f"; baseline {comparison.baseline.name}-{comparison.baseline.manifest.hash}"
        path = folder / f"{file_word(name)}.png"
        style.save(figure, path, about)
        written.append(path)
    return written


def target_blocks(comparison: Comparison) -> list[tuple[str, list[list[str]]]]:
    """A heading and a table, as cells, of the targets of each arm that has any."""
    blocks = []
    for arm, run in zip(comparison.names, comparison.arms, strict=True):
        rows = [row for row in comparison.targets if row.arm == arm]
        if rows:
            title = f"{run.manifest.title}: targets, and worlds that reach them (95% interval)"
            blocks.append((title, target_table(rows)))
    return blocks


def comparison_text(comparison: Comparison) -> list[tuple[str, list[list[str]]]]:
    """A heading and a table, as cells, of each arm and date."""
    blocks = []
    for arm, run in zip(comparison.names, comparison.arms, strict=True):
        rows = [row for row in comparison.rows if row.arm == arm]
        for day in dict.fromkeys(row.date for row in rows):
            dated = [row for row in rows if row.date == day]
            pairs = "pairs of worlds" if comparison.pairing else "worlds on either side, NOT paired"
            when = TimeSpan(day).words if day in list(TimeSpan) else day
            names = f"{run.manifest.title} compared with {comparison.baseline.manifest.title}"
            title = f"{names}, {when}: {dated[0].worlds:,} {pairs}"
            head = _HEAD if comparison.pairing else _HEAD[:-1]
            blocks.append((title, [head, *(_cells(row, comparison) for row in dated)]))
    return blocks


_HEAD = [
    "indicator", "unit", "baseline", "median (95%)", "50% of pairs", "90% of pairs",
    "better/worse", "trimmed mean (95%)", "clear from", "pairing",
]  # fmt: skip
BRIEF = (0, 1, 3, 6)
"""Columns of the short table: indicator, unit, median, shares of pairs that are better and worse."""
CHOICES = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9), (0, 1, 2, 3, 4, 5, 6, 7, 8), (0, 1, 2, 3, 5, 6, 7, 8), (0, 1, 2, 3, 5, 6, 8),
    (0, 1, 2, 3, 6, 8), (0, 1, 2, 3, 6), BRIEF, (0, 3, 6), (0, 3),
)  # fmt: skip
"""Columns of the table for ever narrower terminals."""


def _cells(row: ComparisonRow, comparison: Comparison) -> list[str]:
    """One row as text; an indicator without a direction gets shares of higher (+) and lower (-)."""
    name = f"{row.indicator}{scored_mark(row.indicator)}"
    start = [name, short_unit(row.unit), short(row.baseline_median)]
    if row.identical:
        return [*start, "identical", "", "", "0/0/100%", "", "", ""][: len(_HEAD) - (not comparison.pairing)]
    shares = f"{whole(row.higher)}+ {whole(row.lower)}- {whole(row.tied)}%"
    if row.better is not None and row.worse is not None:
        shares = f"{whole(row.better)}/{whole(row.worse)}/{whole(row.tied)}%"
    ratio = "" if row.variance_ratio is None else f"{short(row.variance_ratio, 2)}x"
    if row.variance_ratio is not None and row.variance_ratio > _RATIO:
        ratio = f">{_RATIO:,}x"
    median = f"{signed(row.p50)}{_interval(row.median_low, row.median_high)}" + ("*" if row.clear_of_all else "")
    average = "-"
    if row.average_kind != "median":
        average = f"{signed(row.average)}{_interval(row.average_low, row.average_high)}"
    bands = [_span(row.p25, row.p75), _span(row.p05, row.p95)]
    cells = [*start, median, *bands, shares, average, row.clear_from or "-", ratio]
    return cells if comparison.pairing else cells[:-1]


def signed(value: float) -> str:
    """A difference with its sign."""
    text = short(value, 2)
    return f"+{text}" if value > 0 and text != "0" else text


def _span(low: float, high: float) -> str:
    return f"[{signed(low)}, {signed(high)}]"


def _interval(low: float, high: float) -> str:
    """An interval to print after its value; empty if there are too few worlds for one."""
    return f" {_span(low, high)}" if math.isfinite(low) and math.isfinite(high) else ""


def civilian_lines(comparison: Comparison) -> list[str]:
    """Harm to civilians in each arm, a line for each sentence."""
    lines = []
    for name in comparison.names:
        rows = [row for row in comparison.civilians if row.arm == name]
        lines += [f"Civilians, {name}:", *(f"  {line}" for line in harm_sentences(rows, _median_words))]
    return lines


def _median_words(row: ComparisonRow) -> str:
    """The median difference with its unit; if zero, the shares of pairs that are higher and lower."""
    if row.p50 == 0.0:
        return f"higher in {whole(row.higher)}%, lower in {whole(row.lower)}% of pairs"
    return f"{signed(row.p50)}{_interval(row.median_low, row.median_high)} {row.unit.partition(',')[0]}".rstrip()


def comparison_key(comparison: Comparison) -> list[str]:
    """The notes under the table."""
    pairing = (
        "pairing: variance of differences without pairing over that with it: without pairing, so many times the worlds "
        "are needed."
    )
    context: Any = any(row.better is None for row in comparison.rows)
    more = ["+ and -: shares of pairs that are higher and lower, if neither is better."] if context else []
    more += unscored_key([*(row.indicator for row in comparison.targets), *(row.indicator for row in comparison.rows)])
    return [*comparison.notes, RULE, *([pairing] if comparison.pairing else []), *more]
