"""Pieces of SVG, made as elements so that every text is escaped, and the scales of a chart.

Core objects: `Drawing` (a picture with title and description for screen readers), `PlotArea` and `box_of`
(the box of a text), `LinearScale` (a scale), `nice_ticks`, `year_ticks`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from xml.etree import ElementTree as Xml

from regionsim.views.style import points_wide

INK, MUTED, GRID = "#222222", "#5f5f5f", "#dcdcdc"
FONT = 11
GAP = 4.0  # between two texts of a line, so that they do not read as one
_WIDER = 1.04  # margin over the measured width, as readers' fonts differ
_RISE, _FALL = 0.78, 0.24  # height above and below the baseline, as shares of the font size


@dataclass(frozen=True)
class LinearScale:
    """A linear scale: values low .. high onto pixels start .. end."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The pixel of a value; the middle if low equals high."""
        width = self.high - self.low
        share = (value - self.low) / width if width else 0.5
        return self.start + share * (self.end - self.start)


@dataclass(frozen=True)
class PlotArea:
    """A rectangle: left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: PlotArea, gap: float = 0.0) -> bool:
        """Whether they overlap, or are nearer than `gap` sideways."""
        beside = self.right + gap <= other.left or other.right + gap <= self.left
        return not beside and self.top < other.bottom and other.top < self.bottom


def width_of(text: str, size: float = FONT, *, bold: bool = False) -> float:
    """The largest width of a text as drawn."""
    return _WIDER * points_wide(text, size, bold=bold)


def box_of(x: float, y: float, text: str, *, anchor: str = "start", size: float = FONT, bold: bool = False) -> PlotArea:
    """The box of a text."""
    wide = width_of(text, size, bold=bold)
    left = x - {"start": 0.0, "middle": wide / 2.0, "end": wide}[anchor]
    return PlotArea(left, y - _RISE * size, left + wide, y + _FALL * size)


def cut_to(text: str, room: float, *, bold: bool = False) -> str:
    """The text, cut to `room` if it is longer."""
    cut = text
    while cut and width_of(text, bold=bold) > room:
        cut = cut[:-1].rstrip()
        text = f"{cut}..."
    return text


class Drawing:
    """A picture of `width` by `height` in its own units; `id` must be unique on the page."""

    def __init__(self, id: str, width: float, height: float, title: str, description: str, kind: str = "") -> None:
        self.root = Xml.Element(
            "svg",
            {
                "viewBox": f"0 0 {width:g} {height:g}", "role": "img", "aria-labelledby": f"{id}-t {id}-d",
                "class": f"drawing {kind}".strip(), "id": id,
            },
        )  # fmt: skip
        Xml.SubElement(self.root, "title", id=f"{id}-t").text = title
        Xml.SubElement(self.root, "desc", id=f"{id}-d").text = description

    def put(self, tag: str, **attributes: object) -> Xml.Element:
        """Add an element; underscores in names become hyphens, numbers are rounded to a tenth."""
        plain = {key.strip("_").replace("_", "-"): _plain(value) for key, value in attributes.items()}
        return Xml.SubElement(self.root, tag, plain)

    def text(self, x: float, y: float, content: str, *, anchor: str = "start", **attributes: object) -> Xml.Element:
        """Add a text."""
        style = {"font_size": FONT, "fill": MUTED} | attributes
        made = self.put("text", x=x, y=y, text_anchor=anchor, **style)
        made.text = content
        return made

    def line(self, x1: float, y1: float, x2: float, y2: float, **attributes: object) -> Xml.Element:
        """Add a line."""
        return self.put("line", x1=x1, y1=y1, x2=x2, y2=y2, **({"stroke": GRID, "stroke_width": 1} | attributes))

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in the picture's own units."""
        _, _, width, height = (float(word) for word in self.root.get("viewBox", "").split())
        return width, height

    @property
    def words(self) -> str:
        """Title and description, for those who do not see the picture."""
        return ". ".join(filter(None, (self.root.findtext("title"), self.root.findtext("desc"))))

    def __str__(self) -> str:
        """The picture as SVG."""
        return Xml.tostring(self.root, encoding="unicode", short_empty_elements=True)

    def __html__(self) -> str:
        """The picture as a page holds it: escaped already."""
        return str(self)


def _plain(value: object) -> str:
    return f"{round(value, 1):g}" if isinstance(value, float) else str(value)


def curve(xs: Sequence[float], ys: Sequence[float]) -> str:
    """The path of a line, with gaps at missing values."""
    steps, pen = [], "M"
    for x, y in zip(xs, ys, strict=True):
        if not math.isfinite(y):
            pen = "M"
            continue
        steps.append(f"{pen}{x:.1f} {y:.1f}")
        pen = "L"
    return "".join(steps)


def band(xs: Sequence[float], lows: Sequence[float], highs: Sequence[float]) -> str:
    """The path around an area, without points at which either side is missing."""
    points = [(x, a, b) for x, a, b in zip(xs, lows, highs, strict=True) if math.isfinite(a) and math.isfinite(b)]
    if not points:
        return ""
    upper = "L".join(f"{x:.1f} {b:.1f}" for x, _, b in points)
    back = "L".join(f"{x:.1f} {a:.1f}" for x, a, _ in reversed(points))
    return f"M{upper}L{back}Z"


def nice_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round numbers that span low .. high in at most `most` steps; 0 and 1 if an end is not finite."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return [0.0, 1.0]
    if high <= low:
        high = low + (abs(low) or 1.0)
    raw = (high - low) / most
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1.0, 2.0, 2.5, 5.0, 10.0) if factor * power >= raw * (1.0 - 1e-9))
    first = math.floor(low / step + 1e-9)
    last = next(i for i in count(first) if i * step >= high - 1e-9 * step)
    return [i * step for i in range(first, last + 1)]


def tick_words(value: float, step: float) -> str:
    """A number of an axis, with the decimals its step needs; millions as M."""
    if max(abs(value), step) >= 1e6:
        value, step, sign = value / 1e6, step / 1e6, "M"
    else:
        sign = ""
    places = 0
    while places < 6 and abs(round(step, places) - step) > 1e-9 * step:
        places += 1
    text = f"{value:,.{places}f}"
    return "0" if text.strip("-0.") == "" else text.replace("-", "\N{MINUS SIGN}") + sign


def year_ticks(first: date, last: date, most: int = 6) -> list[tuple[date, str]]:
    """Days to mark on a date axis, with labels: years if there are two, else months, else the two ends."""
    years = [date(year, 1, 1) for year in range(first.year, last.year + 2) if first <= date(year, 1, 1) <= last]
    if len(years) >= 2:
        step = -(-len(years) // most)
        return [(day, str(day.year)) for day in years[::step]]
    months = [
        date(year, month, 1)
        for year in range(first.year, last.year + 1)
        for month in range(1, 13)
        if first <= date(year, month, 1) <= last
    ]
    if len(months) >= 2:
        step = -(-len(months) // (most - 2))
        return [(day, f"{day:%b %Y}") for day in months[::step]]
    return [(first, f"{first:%d %b}"), (last, f"{last:%d %b}")]
