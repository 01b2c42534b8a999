"""The house style of figures: colours for colour-blind readers, quiet axes, dates by year.

Core objects: `COLOURS`, `look` (inside which everything is drawn), `new_figure`, `new_axes`, `heading`, `broken` (lines
that fit), `quiet`, `save`. pyplot is not used and matplotlib's global settings are unchanged: figures and axes have
their own display method for notebooks.
"""

from __future__ import annotations

import warnings
from bisect import bisect
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from math import ceil
from pathlib import Path
from typing import Any

from regionsim.runs.files import replacing
from regionsim.views.letters import advance, show, show_letters
from regionsim.views.plotting import FONT, look

# isort: split
import matplotlib.dates as mdates
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

__all__ = [
    "COLOURS",
    "DPI",
    "GRID",
    "INK",
    "MUTED",
    "SHADE_50",
    "SHADE_90",
    "broken",
    "day_number",
    "few_ticks",
    "fit",
    "heading",
    "look",
    "name_ticks",
    "new_axes",
    "new_figure",
    "number_ticks",
    "one_line",
    "percent_ticks",
    "points_wide",
    "quiet",
    "save",
]  # fmt: skip

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


_WIDE = 0.75  # months per year on an axis of the same length, as their names are longer
SCREEN = 96  # pixels per inch in a notebook

type Shown = tuple[bytes, dict[str, int]]
"""A PNG, and its width and height on a page."""


class Picture(Figure):
    """A figure that a notebook shows as the last line of a cell."""

    def _repr_png_(self) -> Shown:
        return _shown(self)


class Panel(Axes):
    """Axes that a notebook shows as the figure they are on."""

    def _repr_png_(self) -> Shown | None:
        figure = self.get_figure(root=True)
        return None if figure is None else _shown(figure)


def _shown(figure: Figure) -> Shown:
    page = BytesIO()
    _write(figure, page, bbox_inches="tight", pad_inches=0.1)
    width, height = (int.from_bytes(page.getvalue()[at : at + 4], "big") * SCREEN // DPI for at in (16, 20))
    return page.getvalue(), {"width": width, "height": height}


@look()
def new_figure(width: float, height: float) -> Figure:
    """A new figure, drawn without a window; sizes in inches."""
    figure = Picture(figsize=(width, height), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


@look()
def new_axes(width: float = 8.0, height: float = 4.5) -> Axes:
    """Axes on a new figure; sizes in inches."""
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
    """At most about `most` ticks: years if the axis spans enough, else months, else weeks."""
    low, high = ax.get_xlim()
    months = (high - low) / 30.44
    if months >= 12 * most / 3:
        step = max(1, -(-int(months / 12) // most))
        locator: Any = mdates.YearLocator(step)  # type: ignore[no-untyped-call]
        pattern = "%Y"
    elif months >= 2:
        step = next((step for step in (1, 2, 3, 4, 6) if months / step <= _WIDE * most), 6)
        locator, pattern = mdates.MonthLocator(bymonth=range(1, 13, step)), "%b %Y"  # type: ignore[no-untyped-call]
    else:
        step = max(1, -(-int((high - low) / 7) // most))
        locator, pattern = mdates.WeekdayLocator(interval=step), "%d %b"  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(mdates.DateFormatter(pattern))  # type: ignore[no-untyped-call]


def _tick(value: float, _position: int | None = None) -> str:
    return f"{value / 1e6:,.10g}M" if abs(value) >= 1e6 else f"{value:,.10g}"


def number_ticks() -> FuncFormatter:
    """Numbers of an axis as in `quiet`: thousands separated, millions as M."""
    return FuncFormatter(_tick)


def few_ticks(most: int) -> MaxNLocator:
    """At most about `most` round numbers on an axis."""
    return MaxNLocator(nbins=most)


def percent_ticks() -> PercentFormatter:
    """Shares as whole percent."""
    return PercentFormatter(xmax=1.0, decimals=0)


def day_number(day: Any) -> float:
    """The position of a day on an axis of dates."""
    return float(mdates.date2num(day))  # type: ignore[no-untyped-call]


def save(figure: Figure, path: Path, metadata: dict[str, str]) -> None:
    """Write a PNG, whole or not at all, with its provenance as metadata."""
    with replacing(path) as temporary:
        _write(figure, temporary, metadata=_storable(metadata), pil_kwargs={"compress_level": 4})


def _write(figure: Figure, to: Path | BytesIO, **more: Any) -> None:
    """Draw a figure as PNG: in the house style, with letters that can be drawn, and without warnings of matplotlib."""
    with look(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        show_letters(figure)
        figure.savefig(to, format="png", dpi=DPI, **more)


def _storable(metadata: dict[str, str]) -> dict[str, Any]:
    """Text that a PNG can hold: all of Unicode but lone surrogates and the null character."""
    return {key: value.encode("utf-8", "replace").decode().replace("\0", " ") for key, value in metadata.items()}


def one_line(text: str) -> str:
    """A title as one line: breaks and tabs become spaces."""
    return " ".join(text.split())


def heading(
    figure: Figure, left: float, below: float, line: str, *, size: float, least: float = 7.0, right: float = 0.2,
    **more: Any,
) -> Text:  # fmt: skip
    """A line `left` and `below` inches from the upper left corner, as large as its room allows, cut if necessary.

    `right`: inches kept free at the right edge; `least`: the smallest size, in points, before it is cut.
    """
    width, height = figure.get_size_inches()
    text = figure.text(left / width, 1 - below / height, one_line(line), fontsize=size, **more)
    fit(text, float(width) - left - right, least)
    return text


def fit(text: Text, room: float, least: float) -> None:
    """Fit a line into `room` inches: first smaller, down to `least` points, then cut."""
    show(text)
    wide = _inches(text.get_text(), text.get_fontproperties())
    if wide <= room:
        return
    text.set_fontsize(max(least, float(text.get_fontsize()) * room / wide * 0.99))
    font = text.get_fontproperties()
    remaining = text.get_text()
    while remaining and _inches(text.get_text(), font) > room:
        remaining = remaining[: min(len(remaining) - 1, int(len(remaining) * 0.97))].rstrip()
        text.set_text(f"{remaining}...")


def broken(line: str, size: float, room: float, *, bold: bool = False) -> list[str]:
    """A line as lines of at most `room` inches in letters of `size` points; a word longer than that is cut up."""
    font = FontProperties(family=[FONT], size=size, weight="bold" if bold else "normal")
    if _inches(line, font) <= room:
        return [line]
    lines, now = [], ""
    for word in line.split(" "):
        longer = f"{now} {word}" if now else word
        if _inches(longer, font) <= room:
            now = longer
            continue
        lines += [now] if now else []
        now = word
        while _inches(now, font) > room:
            keep = max(1, bisect(range(len(now)), room, lo=1, key=lambda k: _inches(now[:k], font)) - 1)
            lines.append(now[:keep])
            now = now[keep:]
    return [*lines, now] if now else lines


def name_ticks(axis: Axis, names: Sequence[str], step: float, *, room: float | None = None, size: float = 8.0) -> None:
    """Names at 0, 1, ... on an axis, `step` inches apart: in two lines or cut if long, or only some of them.

    room: inches for a name beside an axis; without it, names are below the axis and have the room of a step.
    """
    least, wide = 0.45, room if room is not None else step - _BETWEEN
    every = 1 if room is None else max(1, ceil(1.4 * size / 72.0 / step))
    if room is None and wide < max(
        (_inches(name, FontProperties(family=[FONT], size=size)) for name in names), default=0
    ):
        every = max(1, ceil((least + _BETWEEN) / step))
        wide = every * step - _BETWEEN
    shown = range(0, len(names), every)
    axis.set_ticks(shown, [_in_two(names[i], size, wide, 1 if room is not None else 2) for i in shown], fontsize=size)


_BETWEEN = 0.08  # inches between two names below an axis


def _in_two(name: str, size: float, room: float, most: int) -> str:
    """A name in at most `most` lines of `room` inches; cut if longer."""
    lines = broken(name, size, room)
    if len(lines) <= most:
        return "\n".join(lines)
    last = lines[most - 1]
    while last and _inches(f"{last}...", FontProperties(family=[FONT], size=size)) > room:
        last = last[:-1]
    return "\n".join([*lines[: most - 1], f"{last}..."])


def points_wide(text: str, size: float, *, bold: bool = False) -> float:
    """The largest width of a line in letters of `size`, in the unit of `size`, such as points."""
    return size * sum(advance(letter, bold=bold) for letter in text)


@cache
def _measure() -> RendererAgg:
    return RendererAgg(1, 1, DPI)  # type: ignore[no-untyped-call]


def _inches(text: str, font: FontProperties) -> float:
    """The width of a line as drawn: letters take whole pixels, so small ones are wider."""
    with look(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        size = _measure().get_text_width_height_descent(text, font, ismath=False)  # type: ignore[no-untyped-call]
    return float(size[0]) / DPI
