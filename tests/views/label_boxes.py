"""Where the words of pictures stand: what lies over the edge, and what runs into each other."""

from itertools import combinations
from xml.etree import ElementTree as Xml

from matplotlib.text import Text

from regionsim.views.report.svg import FONT, GAP, PlotArea, box_of
from regionsim.views.style import look

_EDGE = 0.6  # of a pixel, as boxes are of whole ones
_NEAR = 4.0  # pixels between two words of one line of a figure


def png_faults(figure) -> list[str]:
    """What is wrong with the words of a figure: over the edge, or on each other."""
    with look():
        figure.draw_without_rendering()
        renderer = figure.canvas.get_renderer()
        found, undrawn = [], _undrawn(figure)
        for text in figure.findobj(Text):
            if text.get_visible() and text.get_text().strip() and id(text) not in undrawn:
                box = (text.get_bbox_patch() or text).get_window_extent(renderer)
                found.append((text, PlotArea(box.x0, box.y0, box.x1, box.y1)))
    canvas = figure.bbox
    wrong = [
        f"{text.get_text()!r} over the edge: {box}"
        for text, box in found
        if box.left < -_EDGE or box.top < -_EDGE or box.right > canvas.x1 + _EDGE or box.bottom > canvas.y1 + _EDGE
    ]
    pairs = combinations(found, 2)
    wrong += [f"{a.get_text()!r} on {b.get_text()!r}" for (a, one), (b, other) in pairs if one.meets(other, _NEAR)]
    return wrong


def _undrawn(figure) -> set[int]:
    """Words of ticks that are kept and not drawn: beyond what an axis shows, or of an axis that is off."""
    found = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            spare = 1e-9 * (high - low)
            for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
                if not (axes.axison and low - spare <= tick.get_loc() <= high + spare):
                    found |= {id(tick.label1), id(tick.label2)}
    return found


def svg_faults(markup) -> list[str]:
    """What is wrong with the words of a picture of the page: over the edge, or so near another as to read as one."""
    root = Xml.fromstring(str(markup))
    _, _, wide, high = (float(word) for word in root.get("viewBox").split())
    found = []
    for one in root.iter("text"):
        size = float(one.get("font-size", FONT))
        bold = one.get("font-weight") == "bold"
        at = float(one.get("x")), float(one.get("y"))
        found.append((one.text, box_of(*at, one.text, anchor=one.get("text-anchor"), size=size, bold=bold)))
    wrong = [
        f"{words!r} over the edge: {box}"
        for words, box in found
        if box.left < -_EDGE or box.top < 0 or box.right > wide + _EDGE or box.bottom > high
    ]
    pairs = combinations(found, 2)
    near = 0.9 * GAP
    return wrong + [f"{a!r} at {b!r}" for (a, one), (b, other) in pairs if one.meets(other, near)]
