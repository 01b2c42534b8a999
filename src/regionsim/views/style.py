"""The house style of figures: colours told apart by colour-blind readers, quiet axes, dates by year.

Core objects: `COLOURS`, `new_figure`, `new_axes`, `quiet`, `save`. Nothing here touches pyplot or matplotlib's global
settings: a notebook shows these figures, and axes, because they say themselves how they look.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib.dates as mdates
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from regionsim.ensemble.files import replacing

INK, MUTED, GRID = "#222222", "#666666", "#e3e3e3"
DPI = 150

# Okabe and Ito's palette, one colour per family of indicators
COLOURS = {
    "trade": "#0072B2",
    "security": "#D55E00",
    "border": "#8C564B",
    "people": "#009E73",
    "relations": "#8E4B86",
    "economy": "#B8860B",
    "index": "#444444",
}
SHADE_90, SHADE_50 = 0.18, 0.36


_WIDE = 0.75  # so many months find room on an axis as years do, their names being longer
SCREEN = 96  # pixels of an inch on a page of a notebook

type Shown = tuple[bytes, dict[str, int]]
"""A PNG, and the width and height it takes on a page."""


class Picture(Figure):
    """A figure that a notebook shows where it is the last line of a cell."""

    def _repr_png_(self) -> Shown:
        return _shown(self)


class Panel(Axes):
    """Axes that a notebook shows as the figure they are on."""

    def _repr_png_(self) -> Shown | None:
        figure = self.get_figure(root=True)
        return None if figure is None else _shown(figure)


def _shown(figure: Figure) -> Shown:
    page = BytesIO()
    figure.savefig(page, format="png", dpi=DPI, bbox_inches="tight", pad_inches=0.1)
    width, height = (int.from_bytes(page.getvalue()[at : at + 4], "big") * SCREEN // DPI for at in (16, 20))
    return page.getvalue(), {"width": width, "height": height}


def new_figure(width: float, height: float) -> Figure:
    """A figure of its own, drawn without a window; sizes in inches."""
    figure = Picture(figsize=(width, height), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def new_axes(width: float = 8.0, height: float = 4.5) -> Axes:
    """Axes on a figure of their own; sizes in inches."""
    return new_figure(width, height).add_subplot(axes_class=Panel)


def quiet(ax: Axes, *, small: bool = False) -> None:
    """Thin axes, a light grid, years on the date axis, thousands separated, millions as M."""
    size = 7.5 if small else 9
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.spines["bottom"].set_color(MUTED)
    ax.grid(visible=True, axis="y", color=GRID, linewidth=0.8)
    ax.set_axisbelow(True)
    ax.tick_params(colors=MUTED, labelsize=size, length=0, axis="y")
    ax.tick_params(colors=MUTED, labelsize=size, length=3, axis="x")
    ax.yaxis.set_major_locator(MaxNLocator(nbins=4 if small else 6))
    ax.yaxis.set_major_formatter(FuncFormatter(_tick))
    _date_ticks(ax, most=5 if small else 11)


def _date_ticks(ax: Axes, most: int) -> None:
    """At most about `most` ticks: years where the axis spans some, else months, else weeks."""
    low, high = ax.get_xlim()
    months = (high - low) / 30.44
    if months >= 12 * most / 3:
        step = max(1, -(-int(months / 12) // most))
        locator: Any = mdates.YearLocator(step)  # type: ignore[no-untyped-call]
        words = "%Y"
    elif months >= 2:
        step = next((step for step in (1, 2, 3, 4, 6) if months / step <= _WIDE * most), 6)
        locator, words = mdates.MonthLocator(bymonth=range(1, 13, step)), "%b %Y"  # type: ignore[no-untyped-call]
    else:
        step = max(1, -(-int((high - low) / 7) // most))
        locator, words = mdates.WeekdayLocator(interval=step), "%d %b"  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(mdates.DateFormatter(words))  # type: ignore[no-untyped-call]


def _tick(value: float, _position: int | None = None) -> str:
    return f"{value / 1e6:,.10g}M" if abs(value) >= 1e6 else f"{value:,.10g}"


def number_ticks() -> FuncFormatter:
    """Numbers of an axis as elsewhere: thousands separated, millions as M."""
    return FuncFormatter(_tick)


def save(figure: Figure, path: Path, metadata: dict[str, str]) -> None:
    """Write a PNG, whole or not at all, with what made it in its metadata."""
    with replacing(path) as temporary:
        figure.savefig(
            temporary, format="png", dpi=DPI, metadata=_printable(metadata), pil_kwargs={"compress_level": 4}
        )


def _printable(metadata: dict[str, str]) -> dict[str, Any]:
    return {key: value.encode("latin-1", "replace").decode("latin-1") for key, value in metadata.items()}
