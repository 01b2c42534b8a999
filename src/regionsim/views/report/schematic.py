"""The schematic map: crossings, towns and corridors at their coordinates, with closures and trade of one run.

Core objects: `map_of`, `CAPTION`. Positions are in `places.csv`, to a tenth of a degree, with the offset of each label;
`links.csv` lists the stops of each corridor. No line of the map is a boundary.
"""

from __future__ import annotations

import csv
import math
from functools import cache
from pathlib import Path

from regionsim.studies.briefing.data import Flows
from regionsim.views.report.labels import Labels, Spot, line_height
from regionsim.views.report.svg import FONT, INK, MUTED, Drawing, LinearScale, PlotArea
from regionsim.views.report.texts import amount, plain_number
from regionsim.views.style import COLOURS

CAPTION = "Schematic; not a statement on boundaries."
POSITIONS = (
    "Towns and gates are placed to about a tenth of a degree (some 10 km); the lines between them do not follow roads."
)
_WIDE, _HIGH, _EDGE = 420.0, 426.0, 14.0
_WEST, _EAST, _SOUTH, _NORTH = 60.0, 75.2, 24.3, 37.9
_THIN, _WIDEST, _LARGEST = 1.4, 9.0, 17.0  # of lines and of the radius of a gate, in pixels
_AREAS = {"country": 12, "province": 9}  # sizes of the names of areas, which have no lines
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
    gates = {gate.id: gate for gate in flows.gates if gate.id in at}
    radii = {id: _radius(gate.closure_days, largest[0]) for id, gate in gates.items()}
    for id, row in _places().items():
        if id in gates:
            _circle(picture, at[id], radii[id])
        elif row["kind"] not in _AREAS:
            _spot(picture, at[id], row["kind"])
    _name_all(picture, at, flows, radii)
    return picture


def _name_all(
    picture: Drawing, at: dict[str, tuple[float, float]], flows: Flows, radii: dict[str, float]
) -> None:  # fmt: skip
    """The names: of crossings with their closures first, then of flows, areas, and other places."""
    spots = {id: radii.get(id, 3.0) for id, row in _places().items() if row["kind"] not in _AREAS}
    labels = Labels(_WIDE, _HIGH, [_around(at[id], radius) for id, radius in spots.items()])
    days = {gate.id: gate.closure_days for gate in flows.gates}
    rows = _places()
    for id, radius in radii.items():
        shut = days[id]
        text = rows[id]["title"] if shut is None else f"{rows[id]['title']} {plain_number(shut)} d"
        _name(picture, labels, at[id], rows[id], [text], radius=radius, colour=INK)
    for stops, lines, colour in _flow_names(flows):
        middle = tuple(sum(at[stop][axis] for stop in stops) / len(stops) for axis in (0, 1))
        _name(picture, labels, (middle[0], middle[1]), None, lines, colour=colour)
    for kinds in (tuple(_AREAS), ("town", "port"), ("other_gate", "gate")):
        for id, row in rows.items():
            if row["kind"] in kinds and id not in radii:
                size = _AREAS.get(row["kind"], FONT)
                _name(picture, labels, at[id], row, [row["title"]], radius=spots.get(id, 0.0), size=size)


def _flow_names(flows: Flows) -> list[tuple[tuple[str, str], list[str], str]]:
    """Trade along corridors: the stops between which it is named, and the lines of its name."""
    named = []
    through = widths(flows)["pakistan"]
    if "trade_bilateral" in flows.trade:
        lines = ["Two-way and transit", f"{amount(through, '', short=True)} bn/yr"]
        named.append((("karachi", "dera_ismail_khan"), lines, COLOURS["trade"]))
    if "trade_diverted" in flows.trade:
        size = amount(flows.trade["trade_diverted"], "", short=True)
        named.append((("chabahar", "milak"), ["Diverted, Iran", f"and north {size} bn/yr"], MUTED))
    return named


def _around(point: tuple[float, float], radius: float) -> PlotArea:
    return PlotArea(point[0] - radius, point[1] - radius, point[0] + radius, point[1] + radius)


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


def _spot(picture: Drawing, at: tuple[float, float], kind: str) -> None:
    """A town, a port, or a gate whose closures are not simulated."""
    if kind == "other_gate":
        picture.put("rect", x=at[0] - 3.0, y=at[1] - 3.0, width=6, height=6, fill="#ffffff", stroke=MUTED)
    else:
        picture.put("circle", cx=at[0], cy=at[1], r="2.6", fill=INK)


def _radius(days: float | None, largest: float) -> float:
    """The radius of a crossing's circle, whose area is proportional to the days it is shut."""
    return 3.0 if days is None else max(3.0, _LARGEST * math.sqrt(max(days, 0.0) / largest))


def _circle(picture: Drawing, at: tuple[float, float], radius: float) -> None:
    picture.put(
        "circle", cx=at[0], cy=at[1], r=radius, fill=COLOURS["security"], fill_opacity="0.55", stroke=INK,
        stroke_width="0.8",
    )  # fmt: skip


def _name(
    picture: Drawing, labels: Labels, at: tuple[float, float], row: dict[str, str] | None, lines: list[str], *,
    radius: float = 0.0, size: float = FONT, colour: str = MUTED,
) -> None:  # fmt: skip
    """A name where it is free, first where `row` wishes it; none where nothing is free."""
    wish = Spot(at[0] + float(row["dx"]), at[1] + float(row["dy"]), row["anchor"]) if row else None
    spot = labels.place(at, lines, size, radius=radius, wish=wish)
    if spot is None:
        return
    halo = {"paint_order": "stroke", "stroke": "#ffffff", "stroke_width": 3, "stroke_linejoin": "round"}
    for number, line in enumerate(lines):
        y = line_height(spot, number, size)
        picture.text(spot.x, y, line, anchor=spot.anchor, fill=colour, font_size=size, **halo)


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
