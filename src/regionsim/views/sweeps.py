"""The pictures of a sweep: lines over one input, a heat map over two, a scatter plot of a sample.

Core object: `draw_sweep`. If a design has more inputs than a picture shows, points are averaged over the others, as
the caption says.
"""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from regionsim.evidence.identified import identified
from regionsim.runs.files import inner_folder
from regionsim.studies.case_table import input_title
from regionsim.views import style
from regionsim.views.fans import title_of
from regionsim.views.sheets import small_print, wrapped

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from regionsim.studies.sweep import Sweep

_LEFT = 0.16  # inches
_LINES, _BAND = "#0072B2", 0.18


def draw_sweep(sweep: Sweep, table: pd.DataFrame) -> list[Path]:
    """Write a picture of each outcome into the study's folder `figures`; returns the files."""
    folder = inner_folder(sweep.folder / "figures")
    written = []
    for outcome, rows in table.groupby("outcome", sort=False):
        path = folder / f"{re.sub(r'[^A-Za-z0-9_-]+', '_', str(outcome))}.png"
        figure, caption = sweep_figure(sweep, str(outcome), rows)
        about = {"Title": f"{outcome} - {sweep.title}", "Description": caption, "Source": f"study {sweep.folder.name}"}
        style.save(figure, path, about)
        written.append(path)
    return written


@style.look()
def sweep_figure(sweep: Sweep, outcome: str, rows: pd.DataFrame) -> tuple[Figure, str]:
    """The picture of one outcome, and its caption."""
    axes = [axis.path for axis in sweep.study.over]
    name = title_of(re.split(r"[\[@]", outcome)[0])
    unit = str(rows["unit"].iloc[0])
    if sweep.study.sample is not None:
        figure, reading = _scatter(rows, axes, unit)
    elif len(axes) == 1:
        figure, reading = _lines(rows, axes[0], unit)
    else:
        figure, reading = _heat(rows, axes, unit)
    style.heading(figure, _LEFT, 0.28, f"{name} ({outcome})", size=12, color=style.INK, fontweight="bold")
    style.heading(figure, _LEFT, 0.48, sweep.title, size=9, color=style.MUTED)
    caption = f"{reading} {sweep.study.replicates} worlds per point, all with the same draws and chance. Simulated."
    width = float(figure.get_size_inches()[0])
    lines = wrapped([f"{caption} Study {sweep.folder.name}."], width, left=_LEFT)
    small_print(figure, lines, keys=0, left=_LEFT)
    return figure, caption


def _lines(rows: pd.DataFrame, axis: str, unit: str) -> tuple[Figure, str]:
    figure = style.new_figure(8.0, 4.8)
    ax = figure.add_axes((0.1, 0.2, 0.86, 0.62))
    numbers = all(isinstance(value, float) for value in rows[axis])
    x = rows[axis].to_numpy() if numbers else range(len(rows))
    ax.fill_between(x, rows["p05"], rows["p95"], color=_LINES, alpha=_BAND, linewidth=0, label="90% of worlds")
    ax.errorbar(x, rows["mean"], yerr=rows["error"], color=_LINES, marker="o", capsize=3, label="mean, 95% interval")
    if not numbers:
        style.name_ticks(ax.xaxis, [str(value) for value in rows[axis]], 0.86 * 8.0 / max(1, len(rows)))
    _plain(ax, _named(axis), unit)
    ax.legend(frameon=False, fontsize=8)
    return figure, "Mean with its 95% interval, and the band that holds 90% of worlds."


def _heat(rows: pd.DataFrame, axes: list[str], unit: str) -> tuple[Figure, str]:
    grid = rows.pivot_table(index=axes[1], columns=axes[0], values="mean", aggfunc="mean")
    figure = style.new_figure(8.0, 5.4)
    ax = figure.add_axes((0.14, 0.2, 0.66, 0.63))
    image = ax.imshow(grid.to_numpy(), origin="lower", aspect="auto", cmap="viridis")
    style.name_ticks(ax.xaxis, [_tick(value) for value in grid.columns], 0.66 * 8.0 / grid.shape[1])
    style.name_ticks(ax.yaxis, [_tick(value) for value in grid.index], 0.63 * 5.4 / grid.shape[0], room=0.7)
    if grid.size <= 100:
        means = grid.to_numpy(dtype=float)
        middle = (means.min() + means.max()) / 2
        for i, j in _cells(means.shape):
            value = float(means[i, j])
            colour = "white" if value < middle else style.INK
            ax.text(j, i, f"{value:.3g}", ha="center", va="center", fontsize=8, color=colour)
    _plain(ax, _named(axes[0]), _named(axes[1]))
    ax.grid(visible=False)
    bar = figure.colorbar(image, cax=figure.add_axes((0.83, 0.2, 0.025, 0.63)))
    bar.set_label(unit, fontsize=8, color=style.MUTED)
    bar.ax.tick_params(labelsize=8, colors=style.MUTED)
    others = f", averaged over {', '.join(axes[2:])}" if axes[2:] else ""
    return figure, f"Mean over worlds{others}."


def _cells(shape: tuple[int, ...]) -> list[tuple[int, int]]:
    return [(i, j) for i in range(shape[0]) for j in range(shape[1])]


def _scatter(rows: pd.DataFrame, axes: list[str], unit: str) -> tuple[Figure, str]:
    shown = axes[:6]
    wide = min(3, len(shown))
    tall = -(-len(shown) // wide)
    height = 1.4 + 2.6 * tall
    figure = style.new_figure(2.9 * wide + 0.9, height)
    grid = figure.add_gridspec(
        tall, wide, left=0.1, right=0.98, top=1 - 0.75 / height, bottom=0.75 / height, hspace=0.5, wspace=0.35
    )
    for i, axis in enumerate(shown):
        ax = figure.add_subplot(grid[i // wide, i % wide])
        ax.plot(rows[axis], rows["mean"], ".", color=_LINES, markersize=4)
        _plain(ax, _named(axis, 32), unit if i % wide == 0 else "")
    more = f" {len(axes) - 6} inputs more are in the table." if axes[6:] else ""
    return figure, f"Each dot is a point of the sample: mean over its worlds.{more}"


def _plain(ax: Axes, x: str, y: str) -> None:
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    ax.grid(visible=True, color=style.GRID, linewidth=0.8)
    ax.set_axisbelow(True)
    ax.tick_params(colors=style.MUTED, labelsize=8)
    ax.set_xlabel(x, fontsize=8, color=style.MUTED)
    ax.set_ylabel(y, fontsize=8, color=style.MUTED)


def _named(path: str, width: int = 64) -> str:
    """An input's title and, for an uncertain parameter, whether the data identify it: two lines of so many letters."""
    mark = f" ({identified(path)})" if identified(path) else ""
    return textwrap.fill(
        textwrap.shorten(input_title(path), 2 * width - 8 - len(mark), placeholder=" ...") + mark, width
    )


def _tick(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
