"""Pictures of the page as PNG, for files that hold no SVG: every element is drawn where the page has it.

Core object: `png_of`.
"""

from __future__ import annotations

import re
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any

from regionsim.views.letters import show_letters
from regionsim.views.plotting import FONT, look
from regionsim.views.style import new_figure

# isort: split
from matplotlib.patches import Circle, PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.patheffects import withStroke

if TYPE_CHECKING:
    from xml.etree import ElementTree as Xml

    from matplotlib.axes import Axes

    from regionsim.views.report.svg import Drawing

DPI = 300
_STEP = re.compile(r"([MLZ])\s*(?:(-?[\d.]+)[ ,](-?[\d.]+))?")
_ANCHORS = {"start": "left", "middle": "center", "end": "right"}
_SKIPPED = {"title", "desc"}


def png_of(drawing: Drawing, inches: float) -> bytes:
    """A picture of the page as PNG with 300 dots per inch, `inches` wide; the same bytes each time."""
    width, height = drawing.size
    unit = inches * 72.0 / width  # points per unit of the picture
    figure = new_figure(inches, inches * height / width)
    with look():
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        axes.set_xlim(0.0, width)
        axes.set_ylim(height, 0.0)
        axes.axis("off")
        for order, element in enumerate(drawing.root):
            if element.tag not in _SKIPPED and element.get("visibility") != "hidden":
                _DRAWN[element.tag](axes, element, unit, order)
        show_letters(figure)
        page = BytesIO()
        figure.savefig(page, format="png", dpi=DPI, metadata={"Software": None})
    return page.getvalue()


def _number(element: Xml.Element, name: str, default: float = 0.0) -> float:
    return float(element.get(name, default))


def _colours(element: Xml.Element, unit: float) -> dict[str, Any]:
    """How a shape is filled and edged."""
    from matplotlib.colors import to_rgba

    fill, stroke = element.get("fill", "none"), element.get("stroke", "none")
    dashes = element.get("stroke-dasharray")
    width = _number(element, "stroke-width", 1.0) * unit if stroke != "none" else 0.0
    style: Any = "solid"
    if dashes and width:
        style = (0, tuple(float(word) * unit / width for word in dashes.split()))  # in widths of the line
    return {
        "facecolor": to_rgba(fill, _number(element, "fill-opacity", 1.0)) if fill != "none" else "none",
        "edgecolor": to_rgba(stroke, _number(element, "stroke-opacity", 1.0)) if stroke != "none" else "none",
        "linewidth": width,
        "linestyle": style,
        "joinstyle": "round",
        "capstyle": "butt",
    }


def _shape(axes: Axes, element: Xml.Element, unit: float, order: int, *, made: Any) -> None:
    axes.add_patch(made(element)(**_colours(element, unit), zorder=order))


def _rectangle(element: Xml.Element) -> Any:
    corner = _number(element, "x"), _number(element, "y")
    return partial(Rectangle, corner, _number(element, "width"), _number(element, "height"))


def _circle(element: Xml.Element) -> Any:
    return partial(Circle, (_number(element, "cx"), _number(element, "cy")), _number(element, "r"))


def _line(element: Xml.Element) -> Any:
    ends = [(_number(element, f"x{end}"), _number(element, f"y{end}")) for end in (1, 2)]
    return partial(PathPatch, Path(ends))


def _polyline(element: Xml.Element) -> Any:
    points = [tuple(map(float, word.split(","))) for word in element.get("points", "").split()]
    return partial(PathPatch, Path(points))


def _path(element: Xml.Element) -> Any:
    """Lines only: M, L and Z, as the pictures of the page have."""
    codes = {"M": Path.MOVETO, "L": Path.LINETO, "Z": Path.CLOSEPOLY}
    steps = _STEP.findall(element.get("d", ""))
    points = [(float(x), float(y)) if x else (0.0, 0.0) for _, x, y in steps]
    return partial(PathPatch, Path(points or [(0.0, 0.0)], [codes[sign] for sign, _, _ in steps] or None))


def _text(axes: Axes, element: Xml.Element, unit: float, order: int) -> None:
    text = axes.text(
        _number(element, "x"), _number(element, "y"), element.text or "",
        ha=_ANCHORS[element.get("text-anchor", "start")], va="baseline", color=element.get("fill", "#000000"),
        fontsize=_number(element, "font-size") * unit, fontfamily=FONT,
        fontweight=element.get("font-weight", "normal"), zorder=order,
    )  # fmt: skip
    if element.get("paint-order") == "stroke":
        halo = withStroke(linewidth=_number(element, "stroke-width") * unit, foreground=element.get("stroke"))
        text.set_path_effects([halo])


_DRAWN: dict[str, Any] = {
    "rect": partial(_shape, made=_rectangle),
    "circle": partial(_shape, made=_circle),
    "line": partial(_shape, made=_line),
    "polyline": partial(_shape, made=_polyline),
    "path": partial(_shape, made=_path),
    "text": _text,
}
