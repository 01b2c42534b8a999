import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from regionsim.indicators import INDICATORS
from regionsim.indicators.headlines import figure_names
from regionsim.runs import run
from regionsim.scenario.marks import key_lines, marks
from regionsim.views import draw_figures, fan_chart, indicator_figure, overview_figure
from regionsim.views.figures import update_figures
from tests.toys.toy import TOY, toy_scenario

MORE = {
    "end": "2028-08-18",
    "levers": {"trade_facilitation": {"from": "2026-01-01", "intensity": 0.8}},
    "shocks": [
        {"kind": "border_closure", "on": "2026-09-01", "for": "10 weeks", "crossing": "torkham", "by": "pakistan"}
    ],
}


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    run_of_toy = run(toy_scenario(30, **MORE), out=tmp_path_factory.mktemp("runs"), engine=TOY)
    update_figures(run_of_toy)
    return run_of_toy


def test_a_run_draws_the_pictures_it_names(played):
    files = {path.name for path in (played.path / "figures").iterdir()}
    assert files == set(figure_names(played.indicators))
    assert {"overview.png", "trade_volume.png", "attacks.png"} <= files


def test_pictures_are_not_blank_and_say_what_made_them(played):
    for name in figure_names(played.indicators):
        with Image.open(played.path / "figures" / name) as image:
            pixels = np.asarray(image.convert("RGB"))
            assert min(pixels.shape[:2]) > 400
            assert 0.02 < (pixels < 250).any(axis=2).mean() < 0.6
            text = image.text
        assert played.manifest.hash in text["Source"]
        assert played.manifest.command in text["Source"]
        assert "Data end June 2025" in text["Description"]
        assert "30 worlds" in text["Description"]
        assert text["Software"].startswith("regionsim ")


def test_captions_give_definition_unit_sources_hash_and_command(played):
    figure, words = indicator_figure(played, "trade_volume")
    known = INDICATORS["trade_volume"]
    shown = " ".join(text.get_text() for text in figure.texts)
    for part in (known.unit, known.source[0], known.definition[:20], "50% and 90%", "June 2025"):
        assert part in words
    for part in (played.hash, "Made by", "seed 0", "Data end June 2025", "01 Jan 2026", "Torkham closed"):
        assert part in shown
    assert all(text.get_window_extent().x1 <= figure.bbox.x1 for text in figure.texts)


def test_a_fan_shows_the_quantiles_of_the_summary(played):
    ax = fan_chart(played, "attacks")
    rows = played.summary_of("attacks")
    (line,) = [line for line in ax.lines if line.get_label() == "median"]
    np.testing.assert_array_equal(line.get_ydata(), rows["p50"])
    outer = ax.collections[1]
    heights = outer.get_paths()[0].vertices[:, 1]
    assert heights.min() == pytest.approx(rows["p05"].min())
    assert heights.max() == pytest.approx(rows["p95"].max())
    assert {text.get_text() for text in ax.get_legend().get_texts()} == {"median", "50% of worlds", "90% of worlds"}


def test_plot_draws_on_axes_of_the_user_and_by_place(played):
    ax = Figure().add_subplot()
    assert played.plot("closure_days", "torkham", ax) is ax
    assert "torkham" in ax.get_title(loc="left").lower()


def test_levers_and_shocks_are_marked_and_numbered(played):
    found = marks(played.scenario)
    assert [mark.is_shock for mark in found] == [False, True]
    assert (found[1].until - found[1].start).days == 70
    lines = key_lines(found)
    assert lines[0].startswith("1  01 Jan 2026: ")
    assert lines[1] == "2  01 Sep 2026: Torkham closed for 10 weeks"
    numbers = {text.get_text() for text in fan_chart(played, "attacks").texts}
    assert {"1", "2"} <= numbers


def test_a_long_key_is_cut(played):
    shocks = [{"kind": "visit", "on": f"2026-{month:02d}-01"} for month in range(1, 13)]
    lines = key_lines(marks(toy_scenario(2, shocks=shocks, end="2028-01-01")))
    assert len(lines) == 9
    assert "scenario.yaml" in lines[-1]


def test_the_overview_has_a_small_picture_for_each_recorded_headline(played):
    figure, words = overview_figure(played)
    titles = {ax.get_title(loc="left") for ax in figure.axes}
    assert titles == {INDICATORS[name].title for name in played.indicators}
    assert "30 worlds" in words


def test_drawing_leaves_no_trace_in_pyplot_and_needs_no_display(played):
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    draw_figures(played)
    assert plt.get_fignums() == before


def test_one_world_and_one_week_can_be_drawn(tmp_path):
    tiny = run(toy_scenario(1, end="2025-08-20"), out=tmp_path, engine=TOY)
    update_figures(tiny)
    assert tiny.weeks == 1
    assert (tiny.path / "figures" / "overview.png").stat().st_size > 5000


def test_a_notebook_shows_axes_and_figures_that_end_a_cell(played):
    ax = played.plot("attacks")
    axes, figure = ax._repr_png_(), ax.figure._repr_png_()

    assert axes == figure
    png, size = figure
    assert png.startswith(b"\x89PNG")
    assert 600 < size["width"] < 1000  # of a page, not of the picture
    assert ax.get_position().width > 0.5  # as it was: what is shown is cut to, not laid out again
