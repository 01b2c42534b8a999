"""Sheets: small multiples under one heading, with small print at the foot.

Core objects: `new_sheet` (an empty sheet of panels), `head` (title and unit of a panel), `small_print`, `wrapped`.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from regionsim.views import style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LINE = 0.155  # inches per line of small print
LEFT = 0.68  # inches
SMALL = 7.0  # points
_WRAP = 18.3  # characters of small print per inch
_ABOVE, _BELOW, _RIGHT = 1.05, 0.5, 0.2  # inches: heading, room under the panels, margin
_TITLE = 37  # characters of a panel's title in its largest letters


@style.look()
def new_sheet(
    count: int,
    title: str,
    subtitle: str,
    small: Sequence[str],
    *,
    columns: int = 4,
    panel: tuple[float, float],
    labels: float = LEFT,
) -> tuple[Figure, list[Axes]]:
    """A figure with `count` panels, each `panel` inches wide and high, margins included; small print by paragraphs.

    `labels`: inches left of each panel, for the labels of its axis.
    """
    columns = max(1, min(columns, count))
    rows = -(-count // columns)
    width = max(panel[0] * columns, 6.8)
    lines = wrapped(small, width)
    below = _BELOW + LINE * len(lines)
    height = _ABOVE + below + panel[1] * rows
    figure = style.new_figure(width, height)
    grid = figure.add_gridspec(
        rows, columns, left=labels / width, right=1 - _RIGHT / width, top=1 - _ABOVE / height, bottom=below / height,
        hspace=0.62, wspace=labels / (panel[0] - labels),
    )  # fmt: skip
    style.heading(figure, LEFT, 0.34, title, size=14, color=style.INK, fontweight="bold")
    style.heading(figure, LEFT, 0.56, subtitle, size=9, color=style.MUTED)
    small_print(figure, lines, keys=0)
    return figure, [figure.add_subplot(grid[i // columns, i % columns]) for i in range(count)]


def head(ax: Axes, title: str, unit: str) -> None:
    """Title and unit above a panel."""
    size = min(9.0, 9.0 * _TITLE / max(1, len(title)))
    ax.set_title(title, loc="left", color=style.INK, fontsize=size, fontweight="bold", pad=13)
    ax.annotate(
        unit, (0, 1), xytext=(0, 3), xycoords="axes fraction", textcoords="offset points", color=style.MUTED,
        fontsize=7.5,
    )  # fmt: skip


def small_print(figure: Figure, lines: Sequence[str], *, keys: int, left: float = LEFT) -> None:
    """Lines of small print at the foot; the first `keys` of them, the key to marks, in ink."""
    width, height = figure.get_size_inches()
    for i, line in enumerate(lines):
        y = (0.12 + LINE * (len(lines) - 1 - i)) / height
        figure.text(left / width, y, line, fontsize=SMALL, color=style.INK if i < keys else style.MUTED, va="bottom")


def wrapped(paragraphs: Sequence[str], width: float, *, left: float = LEFT) -> list[str]:
    """Lines of small print for a figure `width` inches wide, broken by count and, for wide letters, by width."""
    room = width - left - 0.2
    lines = [line for text in paragraphs for line in textwrap.wrap(text, int(_WRAP * room))]
    return [part for line in lines for part in style.broken(line, SMALL, room)]
