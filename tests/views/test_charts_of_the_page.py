"""Words of the page's pictures: within their canvas, whole, and none so near another that both read as one."""

import re
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from types import SimpleNamespace
from xml.etree import ElementTree as Xml

import numpy as np
import pytest
from matplotlib.image import imread

from regionsim.indicators import INDICATORS
from regionsim.scenario import load
from regionsim.scenario.vocabulary import shipped_scenarios
from regionsim.studies.briefing.changes import moments
from regionsim.studies.briefing.data import BriefFan, Chart, DifferenceFan, Flows, Gate, Moment
from regionsim.studies.causes import CausePart, Column
from regionsim.views.raster import png_of
from regionsim.views.report import charts, schematic
from regionsim.views.report.labels import Labels
from regionsim.views.report.svg import Drawing, PlotArea, box_of
from tests.views.label_boxes import svg_faults

NAMES = ("p05", "p25", "p50", "p75", "p95")
SIZES = (1e-4, 0.9, 31.0, 7_900.0, 31_000.0, 640_000.0, 4.1e6, 3.3e9)


def days(first, last, count=60):
    return tuple(str(first + timedelta(days=round(i * (last - first).days / (count - 1)))) for i in range(count))


def fan(low, high, count=60):
    return {name: tuple(np.linspace(low, low + (high - low) * (i + 1) / 5, count)) for i, name in enumerate(NAMES)}


def brief_of(dates, found, name="Some scenario", arms=1):
    arm = SimpleNamespace(title=name, moments=found, targets=())
    return SimpleNamespace(base=SimpleNamespace(title="Base"), arms=(arm,) * arms, dates=dates)


def chart_of(indicator, low, high):
    known = INDICATORS[indicator]
    quantiles = fan(low, high)
    gap = DifferenceFan(fan(-high, high), same=False)
    fans = (BriefFan(quantiles), BriefFan(quantiles))
    return Chart(indicator, known.title, known.unit, known.family, "", "", (), known.seen, fans, (gap,))


def pictures(found, dates, indicator, size):
    brief, chart = brief_of(dates, found), chart_of(indicator, 0.1 * size, size)
    made = [charts.overlay(brief, "one", 0, chart)[0]]
    # on the first page, with targets beside the range observed, wide and narrow; and several scenarios
    low, high = chart.seen or (0.2 * size, 0.8 * size)
    aimed = replace(chart, targets=(low, 1.02 * high, 3 * high), asked="at least 1,234,567")
    made += [charts.overlay(brief, "first", 0, aimed, first=True, large=large)[0] for large in (True, False)]
    many = brief_of(dates, found, "A scenario with a long name that goes on and on, and then some more of it", arms=4)
    made += [charts.overlay(many, "many", 0, replace(aimed, fans=chart.fans[:1] * 5))[0]]
    made += [charts.key_of(many, "key", "trade", targets=True, wide=wide) for wide in (360.0, 720.0)]
    return [*made, charts.gap_panel(brief, 0, chart, 0, chart.gaps[0])[0]]


@pytest.mark.parametrize("name", shipped_scenarios())
def test_words_of_every_shipped_scenarios_charts_stand_whole_and_apart(name):
    scenario = load(name)
    found = moments(scenario, scenario.start, scenario.end)
    dates = days(scenario.start, scenario.end)
    for place, indicator in enumerate(INDICATORS):
        size = (INDICATORS[indicator].seen or (0.0, SIZES[place % len(SIZES)]))[1]
        for picture in pictures(found, dates, indicator, 1.3 * size):
            assert svg_faults(picture) == [], f"{name}, {indicator}"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("weeks", [1, 9, 30, 70, 541])
def test_numbers_of_any_size_keep_their_sign_and_every_digit(size, weeks):
    dates = days(date(2025, 1, 1), date(2025, 1, 1) + timedelta(weeks=weeks))
    for picture in pictures((), dates, "refugees_in_pakistan", size):
        assert svg_faults(picture) == []
    words = [one.text for one in Xml.fromstring(str(pictures((), dates, "attacks", size)[-1])).iter("text")]
    assert sum(text.startswith("+") for text in words) >= 1
    assert sum(text.startswith("\N{MINUS SIGN}") for text in words) >= 1


def test_marks_of_one_fortnight_stand_in_rows_and_all_have_their_number():
    day = date(2025, 8, 18)
    found = tuple(
        Moment(i + 1, str(day), at, ("x",)) for i, at in enumerate(sorted([*np.linspace(0.1, 0.14, 14), 0.9]))
    )
    for picture in pictures(found, days(day, day + timedelta(days=3650)), "attacks", 1_000.0):
        assert svg_faults(picture) == []
    numbers = [one.text for one in Xml.fromstring(str(picture)).iter("text") if re.fullmatch(r"\d\d?", one.text)]
    assert set(map(str, range(1, 16))) <= set(numbers)


def test_what_is_cut_or_run_together_is_noticed():
    picture = Drawing("x", 100, 40, "", "")
    picture.text(20.0, 20.0, "+25,000", anchor="end")
    picture.text(50.0, 20.0, "2")
    picture.text(58.0, 20.0, "5")
    assert len(svg_faults(picture)) == 2


def test_names_of_causes_leave_room_for_their_numbers():
    column = Column("trade_volume", "Trade", "USD bn/yr", "2035-08-18")
    long = "Border closure, torkham and chaman and every other gate there is: from the spring on (80%)"
    sizes = [-31_250.0, 0.00123, 4.1e6]
    kinds = ["total", "part", "part"]
    rows = [
        CausePart(*column, kind, f"p{i}", long, value, 0.9 * value, 1.1 * value, 0.0, 0.0, None, zero=False)
        for i, (kind, value) in enumerate(zip(kinds, sizes, strict=True))
    ]
    picture = charts.cause_bars("why", column, rows[0], rows[1:], {})
    assert svg_faults(picture) == []


GATES = ("torkham", "chaman", "ghulam_khan", "kharlachi", "angoor_adda")
CLOSURES = [(shut,) * 5 for shut in (0.0, 3.2, 88.0, 365.0)] + [
    (365.0, 0.0, 12.0, 0.0, 88.0), (0.0, 88.0, 365.0, 365.0, 0.0), (12.0, 365.0, 0.0, 88.0, 365.0), (None,) * 5,
]  # fmt: skip
TRADE = [
    {}, {"trade_bilateral": 2.0, "trade_transit": 1.0, "trade_diverted": 0.0},
    {"trade_bilateral": 123.4, "trade_transit": 20.0, "trade_diverted": -0.25},
    {"trade_bilateral": 0.0001, "trade_diverted": 12.3},
]  # fmt: skip


@pytest.mark.parametrize("trade", TRADE)
@pytest.mark.parametrize("shut", CLOSURES)
def test_every_name_on_the_map_is_shown_apart_from_others_and_off_the_circles(shut, trade):
    gates = tuple(Gate(id, days, days, None) for id, days in zip(GATES, shut, strict=True))
    for largest in (365.0, max([days or 0.0 for days in shut] + [1.0])):
        picture = schematic.map_of("map", "x", Flows(gates, trade), (largest, 150.0))
        assert svg_faults(picture) == []
        texts = list(picture.root.iter("text"))
        for row in schematic._places().values():
            assert any(text.text == row["title"] or text.text.startswith(f"{row['title']} ") for text in texts), row
        assert sum("bn/yr" in text.text for text in texts) == ("trade_bilateral" in trade) + ("trade_diverted" in trade)
        assert sum(text.text.endswith(" d") for text in texts) == sum(days is not None for days in shut)
        for text in texts:
            at, size = (float(text.get("x")), float(text.get("y"))), float(text.get("font-size"))
            box = box_of(*at, text.text, anchor=text.get("text-anchor"), size=size)
            for circle in picture.root.iter("circle"):
                x, y, r = (float(circle.get(key)) for key in ("cx", "cy", "r"))
                assert not box.meets(PlotArea(x - r + 0.1, y - r + 0.1, x + r - 0.1, y + r - 0.1)), text.text


def test_a_map_as_a_png_has_the_same_names_in_the_same_places():
    flows = Flows(tuple(Gate(id, 88.0, 99.0, None) for id in GATES), TRADE[1])
    picture = schematic.map_of("map", "x", flows, (365.0, 3.0))
    image = imread(BytesIO(png_of(picture, 4.0)))
    wide = image.shape[1]
    assert wide == 1200
    unit = wide / picture.size[0]
    for text in picture.root.iter("text"):
        at, size = (float(text.get("x")), float(text.get("y"))), float(text.get("font-size"))
        box = box_of(*at, text.text, anchor=text.get("text-anchor"), size=size)
        inside = image[int(box.top * unit) : int(box.bottom * unit), int(box.left * unit) : int(box.right * unit), :3]
        assert (inside.min(axis=2) < 0.5).any(axis=0).mean() > 0.3, text.text  # ink from one end to the other
    assert png_of(picture, 4.0) == png_of(picture, 4.0)


def test_a_name_without_a_free_place_is_left_out():
    labels = Labels(60.0, 20.0, [PlotArea(0.0, 0.0, 60.0, 20.0)])
    assert labels.place((30.0, 10.0), ["Torkham"], 11.0) is None
