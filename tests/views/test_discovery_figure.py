import numpy as np
from PIL import Image

from regionsim.studies.discovery import discover
from regionsim.views.discovery import discovery_figure, draw_discovery
from tests.studies.test_discovery import futures, planted


def test_the_picture_shows_the_box_the_trade_off_and_the_limits(tmp_path):
    found = discover(planted(inputs=10)[0], boxes=1)
    path = draw_discovery(found, tmp_path)
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("RGB"))
        assert min(pixels.shape[:2]) > 600
        assert 0.02 < (pixels < 250).any(axis=2).mean() < 0.6
        assert "On held-out worlds" in image.text["Description"]
    figure, words = discovery_figure(found)
    trade_off, worlds, bars = figure.axes
    taken = next(line for line in trade_off.lines if line.get_label() == "box taken")
    assert taken.get_xdata()[0] == found.boxes[0].coverage
    assert taken.get_ydata()[0] == found.boxes[0].density
    shown = {line.get_label(): len(line.get_xdata()) for line in worlds.lines}
    assert shown["cases"] == found.futures.case.sum()
    assert shown["cases"] + shown["other worlds"] == 300
    assert len(bars.get_yticks()) == 2
    assert "Everything shown is simulated" in words


def test_categories_dates_and_one_input_alone_are_drawn(tmp_path):
    from dataclasses import replace

    chance = np.random.default_rng(5)
    x = np.column_stack([chance.integers(0, 3, 300), 739_000.0 + chance.integers(0, 400, 300)])
    case = (x[:, 0] == 1) & (x[:, 1] > 739_150)
    told = futures(x, case, nominal=(0,))
    told = replace(told, inputs=(told.inputs[0], replace(told.inputs[1], is_date=True)))
    assert draw_discovery(discover(told, boxes=1), tmp_path).stat().st_size > 10_000
    alone = replace(told, case=x[:, 1] > 739_300)
    assert draw_discovery(discover(alone, boxes=1), tmp_path).stat().st_size > 10_000


def test_nothing_is_drawn_where_nothing_was_found(tmp_path):
    chance = np.random.default_rng(0)
    found = discover(futures(chance.random((100, 3)), chance.random(100) < 0.3), boxes=1)
    assert draw_discovery(found, tmp_path) is None
    assert list(tmp_path.iterdir()) == []
