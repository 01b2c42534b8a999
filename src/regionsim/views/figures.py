"""The pictures of a run folder: a figure for each headline indicator, and one sheet with all of them.

Core objects: `indicator_figure` (one indicator with caption and key to marks), `overview_figure` (small multiples on
one sheet), `draw_figures` (all pictures of a run folder).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from regionsim.indicators.headlines import HEADLINES, OVERVIEW, OVERVIEW_FILE, figure_names
from regionsim.runs.files import inner_folder
from regionsim.scenario.marks import key_lines, marks
from regionsim.views import captions, style
from regionsim.views.fans import draw, fan_chart, mark_events, title_of
from regionsim.views.sheets import LEFT, LINE, small_print, wrapped

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from regionsim.runs.results import Run


@style.look()
def indicator_figure(run: Run, indicator: str) -> tuple[Figure, str]:
    """A figure of one indicator above the key to marks and the caption; returns the caption too."""
    caption = captions.caption(run, indicator)
    width = 8.0
    keys = wrapped(key_lines(marks(run.scenario)), width)
    small = keys + wrapped([caption, captions.provenance(run)], width)
    below = 0.55 + LINE * len(small)
    height = 4.3 + below
    figure = style.new_figure(width, height)
    box = (LEFT / width, below / height, (width - LEFT - 0.2) / width, (height - below - 1.0) / height)
    fan_chart(run, indicator, ax=figure.add_axes(box))
    style.heading(figure, LEFT, 0.36, run.manifest.title, size=10, color=style.MUTED)
    small_print(figure, small, keys=len(keys))
    return figure, caption


@style.look()
def overview_figure(run: Run) -> tuple[Figure, str]:
    """All headline indicators as small multiples on one sheet, and its caption."""
    names = [name for name in OVERVIEW if name in run.indicators]
    columns = min(4, max(1, len(names)))
    rows = -(-len(names) // columns)
    worlds = captions.count_worlds(run)
    caption = f"Median over {worlds}, with bands that hold 50% and 90% of them. {captions.data_end(run.scenario)}"
    width = 3.4 * columns
    keys = wrapped(key_lines(marks(run.scenario)), width)
    small = keys + wrapped([caption, captions.provenance(run)], width)
    above, below = 0.85, 0.5 + LINE * len(small)
    height = above + below + 2.05 * rows
    figure = style.new_figure(width, height)
    grid = figure.add_gridspec(
        rows, columns, left=LEFT / width, right=1 - 0.2 / width, top=1 - above / height, bottom=below / height,
        hspace=0.62, wspace=0.24,
    )  # fmt: skip
    for i, name in enumerate(names):
        ax = figure.add_subplot(grid[i // columns, i % columns])
        unit = draw(ax, run, name)
        style.quiet(ax, small=True)
        title = title_of(name)
        size = min(9.0, 9.0 * 37 / len(title))
        ax.set_title(title, loc="left", color=style.INK, fontsize=size, fontweight="bold", pad=13)
        ax.text(0, 1.04, unit, transform=ax.transAxes, color=style.MUTED, fontsize=7.5)
        mark_events(ax, run, small=True)
    style.heading(figure, LEFT, 0.36, run.manifest.title, size=14, color=style.INK, fontweight="bold")
    small_print(figure, small, keys=len(keys))
    return figure, caption


def update_figures(run: Run) -> None:
    """Write the pictures of a run, from every stored world, unless they are current."""
    from regionsim.runs.play import writing
    from regionsim.runs.results import Run as Opened

    if not run.figures_are_current(figure_names(run.indicators)):
        with writing(run.path):
            stored = Opened(run.path)
            draw_figures(stored)
            stored.note_figures()


def draw_figures(run: Run) -> list[str]:
    """Write the pictures of a run into its folder `figures`; returns the names of the files."""
    folder = inner_folder(run.path / "figures")
    figure, caption = overview_figure(run)
    style.save(figure, folder / OVERVIEW_FILE, captions.metadata(run, "Overview", caption))
    written = [OVERVIEW_FILE]
    for name in HEADLINES:
        if name in run.indicators:
            figure, caption = indicator_figure(run, name)
            style.save(figure, folder / f"{name}.png", captions.metadata(run, title_of(name), caption))
            written.append(f"{name}.png")
    return written
