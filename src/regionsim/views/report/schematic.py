"""The schematic map: crossings, towns and corridors at their coordinates, with closures and trade of one run.

Core objects: `map_of`, `CAPTION`. Positions are in `places.csv`, to a tenth of a degree, with the offset of each label;
`links.csv` lists the stops of each corridor. No line of the map is a boundary.
"""

from __future__ import annotations

import csv
import math
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as Xml

from regionsim.studies.briefing.data import Flows
from regionsim.views.report.svg import INK, MUTED, Drawing, LinearScale
from regionsim.views.report.texts import plain_number
from regionsim.views.style import COLOURS

CAPTION = "Schematic; not a statement on boundaries."
POSITIONS = (
    "Towns and gates are placed to about a tenth of a degree (some 10 km); the lines between them do not follow roads."
)
_WIDE, _HIGH, _EDGE = 420.0, 426.0, 14.0
_WEST, _EAST, _SOUTH, _NORTH = 60.0, 75.2, 24.3, 37.9
_THIN, _WIDEST, _LARGEST = 1.4, 9.0, 17.0  # of lines and of the radius of a gate, in pixels
_AREAS = {"country": "12", "province": "9"}  # sizes of the names of areas, which have no lines
_DASHES = {"iran": "6 3", "north": "6 3", "potential": "2 4"}


@cache
def _places() -> dict[str, dict[str, str]]:
    path = Path(__file__).with_name("places.csv")
    return {row["id"]: row for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())}


@cache
def _links() -> tuple[tuple[str, tuple[str, ...]], ...]:
    path = Path(__file__).with_name("links.csv")
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    return tuple((row["group"], tuple(row["stops"].split())) for row in rows)


def title_of(place: str) -> str:
    """The title of a place of the map."""
    row = _places().get(place)
    return row["title"] if row else place.replace("_", " ")


def scales(every: list[Flows]) -> tuple[float, float]:
    """The largest yearly closure of a gate and the largest trade of a group, over all maps of a page."""
    days = [gate.closure_days for flows in every for gate in flows.gates if gate.closure_days is not None]
    trade = [value for flows in every for value in widths(flows).values()]
    return max([*days, 1.0]), max([*trade, 1.0])


def widths(flows: Flows) -> dict[str, float]:
    """The trade that sets a corridor's width, by group, in USD bn/yr."""
    through = flows.trade.get("trade_bilateral", 0.0) + flows.trade.get("trade_transit", 0.0)
    return {"pakistan": through}


def map_of(id: str, title: str, flows: Flows, largest: tuple[float, float]) -> Drawing:
    """The map of one run; `largest`: the scales shared by all maps of a page."""
    picture = Drawing(id, _WIDE, _HIGH, f"Map of crossings and corridors: {title}", _words(flows), "map")
    x = LinearScale(_WEST, _EAST, _EDGE, _WIDE - _EDGE)
    y = LinearScale(_SOUTH, _NORTH, _HIGH - _EDGE, _EDGE)
    at = {id: (x(float(row["lon"])), y(float(row["lat"]))) for id, row in _places().items()}
    _corridors(picture, at, flows, largest[1])
    for id, row in _places().items():
        if row["kind"] in _AREAS:
            _label(picture, at[id], row, row["title"], MUTED).set("font-size", _AREAS[row["kind"]])
        elif row["kind"] != "gate":
            _spot(picture, at[id], row)
    for gate in flows.gates:
        if gate.id in at:
            _gate(picture, at[gate.id], _places()[gate.id], gate.closure_days, largest[0])
    return picture


def _corridors(picture: Drawing, at: dict[str, tuple[float, float]], flows: Flows, largest: float) -> None:
    trade = widths(flows)
    for group, stops in _links():
        points = " ".join(f"{at[stop][0]:.1f},{at[stop][1]:.1f}" for stop in stops)
        width = _THIN + (_WIDEST - _THIN) * max(trade.get(group, 0.0), 0.0) / largest if group in trade else _THIN
        colour = COLOURS["trade"] if group == "pakistan" else MUTED
        line = picture.put(
            "polyline", points=points, fill="none", stroke=colour, stroke_width=width, stroke_linejoin="round",
            stroke_opacity="0.55" if group == "pakistan" else "0.7",
        )  # fmt: skip
        if group in _DASHES:
            line.set("stroke-dasharray", _DASHES[group])


def _spot(picture: Drawing, at: tuple[float, float], row: dict[str, str]) -> None:
    """A town, a port, or a gate whose closures are not simulated."""
    if row["kind"] == "other_gate":
        picture.put("rect", x=at[0] - 3.0, y=at[1] - 3.0, width=6, height=6, fill="#ffffff", stroke=MUTED)
    else:
        picture.put("circle", cx=at[0], cy=at[1], r="2.6", fill=INK)
    _label(picture, at, row, row["title"], MUTED)


def _gate(
    picture: Drawing, at: tuple[float, float], row: dict[str, str], days: float | None, largest: float
) -> None:  # fmt: skip
    """A crossing; its area is proportional to the days it is shut."""
    radius = 3.0 if days is None else max(3.0, _LARGEST * math.sqrt(max(days, 0.0) / largest))
    picture.put(
        "circle", cx=at[0], cy=at[1], r=radius, fill=COLOURS["security"], fill_opacity="0.55", stroke=INK,
        stroke_width="0.8",
    )  # fmt: skip
    label = row["title"] if days is None else f"{row['title']} {plain_number(days)} d"
    _label(picture, at, row, label, INK)


def _label(picture: Drawing, at: tuple[float, float], row: dict[str, str], label: str, colour: str) -> Xml.Element:
    x, y = at[0] + float(row["dx"]), at[1] + float(row["dy"])
    halo = {"paint_order": "stroke", "stroke": "#ffffff", "stroke_width": 3, "stroke_linejoin": "round"}
    return picture.text(x, y, label, anchor=row["anchor"], fill=colour, **halo)


def _words(flows: Flows) -> str:
    """The map in a sentence."""
    shut = [
        f"{title_of(gate.id)} {plain_number(gate.closure_days)}"
        for gate in flows.gates
        if gate.closure_days is not None
    ]
    days = (
        f"Days a year shut to goods, median over worlds: {', '.join(shut)}." if shut else "Closures are not recorded."
    )
    return f"{days} The width of corridors through Pakistan shows their trade; the table has all figures."
