"""Fan charts: the median of an indicator over worlds, with the bands that hold half and nine tenths of them.

Core objects: `fan_chart` (on given axes), `indicator_figure` (one indicator with caption and key of marks),
`overview_figure` (small multiples on one sheet), `draw_figures` (all pictures of a run folder).
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np

from regionsim.ensemble.summaries import NAMES, Bands, bands
from regionsim.views import captions, style
from regionsim.views.marks import by_date, key_lines, marks
from regionsim.views.names import HEADLINES, OVERVIEW, OVERVIEW_FILE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from regionsim.ensemble.runs import Run

_LINE = 0.155  # inches per line of small print
_WRAP = 138  # characters of small print on a figure 8 inches wide


def fan_chart(run: Run, indicator: str, *, place: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw one indicator: median, 50% and 90% bands, levers and shocks marked. Returns the axes.

    Without `ax`, a figure of its own is made. Raises InputError for an indicator that is not recorded.
    """
    if ax is None:
        ax = style.new_figure(8, 4.5).add_subplot()
    _fan(ax, run, _bands(run, indicator, place), _colour(indicator))
    style.quiet(ax)
    title, unit = _words(indicator)
    ax.set_title(
        f"{title}, {place}" if place else title, loc="left", color=style.INK, fontsize=11, fontweight="bold", pad=22
    )
    ax.text(0, 1.03, unit, transform=ax.transAxes, color=style.MUTED, fontsize=9)
    _legend(ax)
    _mark(ax, run)
    return ax


def indicator_figure(run: Run, indicator: str) -> tuple[Figure, str]:
    """A figure of one indicator with the key of marks and the caption under it; returns the caption too."""
    words = captions.caption(run, indicator)
    keys = key_lines(marks(run.scenario))
    small = _wrapped(keys) + _wrapped([words, captions.provenance(run)])
    below = 0.55 + _LINE * len(small)
    height = 4.3 + below
    figure = style.new_figure(8, height)
    ax = figure.add_axes((0.085, below / height, 0.89, (height - below - 0.95) / height))
    fan_chart(run, indicator, ax=ax)
    figure.text(0.085, 1 - 0.36 / height, run.manifest.title, color=style.MUTED, fontsize=10)
    _small_print(figure, small, height, 0.085, keys=len(_wrapped(keys)))
    return figure, words


def overview_figure(run: Run) -> tuple[Figure, str]:
    """All headline indicators as small multiples on one sheet, and its caption."""
    names = [name for name in OVERVIEW if name in run.indicators]
    columns = min(4, max(1, len(names)))
    rows = -(-len(names) // columns)
    words = (
        f"Median over {captions.count_worlds(run)}, with the bands that hold 50% and 90% of them. {captions.DATA_END}"
    )
    keys = key_lines(marks(run.scenario))
    small = _wrapped(keys, 230) + _wrapped([words, captions.provenance(run)], 230)
    width, above, below = 13.5, 0.8, 0.45 + _LINE * len(small)
    height = above + below + 2.05 * rows
    figure = style.new_figure(width, height)
    grid = figure.add_gridspec(
        rows, columns, left=0.04, right=0.985, top=1 - above / height, bottom=below / height, hspace=0.62, wspace=0.2
    )
    for i, name in enumerate(names):
        ax = figure.add_subplot(grid[i // columns, i % columns])
        _fan(ax, run, _bands(run, name, None), _colour(name))
        style.quiet(ax, small=True)
        title, unit = _words(name)
        ax.set_title(title, loc="left", color=style.INK, fontsize=9, fontweight="bold", pad=13)
        ax.text(0, 1.04, unit, transform=ax.transAxes, color=style.MUTED, fontsize=7.5)
        _mark(ax, run, small=True)
    figure.text(0.04, 1 - 0.32 / height, run.manifest.title, color=style.INK, fontsize=14, fontweight="bold")
    _small_print(figure, small, height, 0.04, keys=len(_wrapped(keys, 230)))
    return figure, words


def draw_figures(run: Run) -> list[str]:
    """Write the pictures of a run into its folder `figures`; returns the names of the files."""
    folder = run.path / "figures"
    folder.mkdir(exist_ok=True)
    figure, words = overview_figure(run)
    style.save(figure, folder / OVERVIEW_FILE, captions.metadata(run, "Overview", words))
    written = [OVERVIEW_FILE]
    for name in HEADLINES:
        if name in run.indicators:
            figure, words = indicator_figure(run, name)
            style.save(figure, folder / f"{name}.png", captions.metadata(run, _words(name)[0], words))
            written.append(f"{name}.png")
    return written


def _bands(run: Run, indicator: str, place: str | None) -> Bands:
    """The bands to draw: from the run's summary where it holds them, so nothing is read twice."""
    if place is not None or indicator not in run.indicators:
        return bands(run, indicator, place)
    summary = run.summary_of(indicator)
    return Bands(summary["mean"].to_numpy(), np.stack([summary[name].to_numpy() for name in NAMES]))


def _fan(ax: Axes, run: Run, found: Bands, colour: str) -> None:
    dates = run.dates
    ax.fill_between(
        dates, found["p05"], found["p95"], color=colour, alpha=style.SHADE_90, linewidth=0, label="90% of worlds"
    )
    ax.fill_between(
        dates, found["p25"], found["p75"], color=colour, alpha=style.SHADE_50, linewidth=0, label="50% of worlds"
    )
    ax.plot(dates, found["p50"], color=colour, linewidth=1.8, label="median", solid_capstyle="round")
    ax.set_xlim(dates[0], dates[-1] if len(dates) > 1 else dates[0] + np.timedelta64(7, "D"))
    bottom, top = ax.get_ylim()
    lowest, highest = np.nanmin(found["p05"], initial=np.inf), np.nanmax(found["p95"], initial=-np.inf)
    if lowest >= 0 and lowest < 0.5 * highest:  # near zero the axis starts there, so areas do not mislead
        bottom = 0
    ax.set_ylim(bottom, top)


def _mark(ax: Axes, run: Run, *, small: bool = False) -> None:
    """Numbered lines where levers and shocks begin; shocks that last are shaded."""
    first, last = run.dates[0], run.dates[-1]
    for number, (day, there) in enumerate(by_date(marks(run.scenario)).items(), start=1):
        at = max(np.datetime64(day), first)
        if at > last:
            continue
        shock = any(mark.is_shock for mark in there)
        ax.axvline(at, color=style.MUTED, linewidth=0.8, linestyle="-" if shock else (0, (4, 3)), zorder=1.5)
        for mark in there:
            if mark.until is not None:
                ax.axvspan(
                    at, min(np.datetime64(mark.until), last), color="#999999", alpha=0.18, linewidth=0, zorder=0.5
                )
        if small:
            ax.text(
                at, 1.0, f" {number}", transform=ax.get_xaxis_transform(), fontsize=5.5, color=style.MUTED, va="top"
            )
        else:
            box = {"boxstyle": "circle,pad=0.2", "facecolor": "white", "edgecolor": style.MUTED, "linewidth": 0.7}
            ax.annotate(
                f"{number}", (at, 1.0), xycoords=("data", "axes fraction"), fontsize=7, color=style.MUTED,
                ha="center", va="center", bbox=box, annotation_clip=False,
            )  # fmt: skip


def _legend(ax: Axes) -> None:
    handles, labels = ax.get_legend_handles_labels()
    order = [labels.index(name) for name in ("median", "50% of worlds", "90% of worlds")]
    ax.legend(
        [handles[i] for i in order], [labels[i] for i in order], loc="lower right", bbox_to_anchor=(1, 1.03), ncols=3,
        frameon=False, fontsize=8.5, labelcolor=style.MUTED, borderaxespad=0, handlelength=1.4, columnspacing=1.4,
    )  # fmt: skip


def _small_print(figure: Figure, lines: Sequence[str], height: float, left: float, *, keys: int) -> None:
    """Lines of small print at the foot; the first `keys` of them, the key of marks, in ink."""
    for i, line in enumerate(lines):
        y = (0.12 + _LINE * (len(lines) - 1 - i)) / height
        figure.text(left, y, line, fontsize=7, color=style.INK if i < keys else style.MUTED, va="bottom")


def _wrapped(paragraphs: Sequence[str], width: int = _WRAP) -> list[str]:
    return [line for text in paragraphs for line in textwrap.wrap(text, width, subsequent_indent="")]


def _colour(indicator: str) -> str:
    from regionsim.indicators import INDICATORS

    known = INDICATORS.get(indicator)
    return style.COLOURS.get(known.family if known else "index", style.COLOURS["index"])


def _words(indicator: str) -> tuple[str, str]:
    """Title and unit of an indicator; a variable's own name."""
    from regionsim.indicators import INDICATORS

    known = INDICATORS.get(indicator)
    return (known.title, known.unit) if known else (indicator, "")
