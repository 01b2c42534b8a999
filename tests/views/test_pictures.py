"""Words of the PNGs: within the figure, apart from each other, as typed, whatever the user's settings and fonts are."""

import os
import subprocess
import sys
import warnings
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from regionsim.runs import run
from regionsim.scenario import load
from regionsim.scenario.vocabulary import shipped_scenarios
from regionsim.studies.compare import compare
from regionsim.studies.discovery import discover
from regionsim.studies.why import why
from regionsim.views import fan_chart, indicator_figure, letters, overview_figure, style
from regionsim.views.calibration import ranks_figure
from regionsim.views.compare import comparison_figure, difference_chart
from regionsim.views.discovery import discovery_figure
from regionsim.views.hindcast import skill_figure
from regionsim.views.sweeps import sweep_figure
from regionsim.views.why import why_figure
from tests.studies.test_discovery import futures, planted
from tests.toys.lever_toy import LEVER_TOY
from tests.toys.toy import TOY, toy_scenario
from tests.views.label_boxes import png_faults

SIGNS = r"Toll $5 to $7, a_b^c {x} \frac{1 %s #3 & $\alpha"
CLOSE = [{"kind": "visit", "on": f"2026-{month:02d}-{day:02d}"} for month in range(1, 9) for day in (3, 17)]
FROM = {"from": "2025-09-01"}


def words_of(figure):
    return [text.get_text() for text in figure.findobj(mpl.text.Text)]


def played(tmp_path, **more):
    return run(toy_scenario(2, **more), out=tmp_path, engine=TOY)


def sheets(ran):
    return [overview_figure(ran)[0], indicator_figure(ran, "trade_volume")[0]]


def assert_readable(*figures):
    for figure in figures:
        assert png_faults(figure) == []


QUICK = {"trade_push", "torkham_closure", "history_2014"}


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in shipped_scenarios()]
)
def test_pictures_of_shipped_scenarios_are_whole(name, tmp_path):
    ran = run(load(name, sets=["worlds=2"]), out=tmp_path, engine=TOY)
    assert_readable(*sheets(ran), *(indicator_figure(ran, one)[0] for one in ("attacks", "closure_days")))


@pytest.mark.parametrize("end", ["2025-08-20", "2026-10-01", "2036-01-01"])
def test_marks_close_together_and_long_words_are_whole(end, tmp_path):
    ran = played(tmp_path, end=end, shocks=[one for one in CLOSE if one["on"] < end], title="W" * 200, name="n" * 90)
    figures = sheets(ran)
    assert_readable(*figures)
    assert any(words.startswith("WWWW") and words.endswith("...") for words in words_of(figures[1]))


def test_what_is_cut_or_run_together_is_noticed():
    figure = style.new_figure(3, 2)
    figure.text(0.9, 0.5, "over the edge")
    figure.text(0.1, 0.2, "one")
    figure.text(0.12, 0.2, "other")
    assert len(png_faults(figure)) == 2


def test_pictures_of_comparisons_and_causes_are_whole(tmp_path):
    more = {"name": "long", "title": "A title of some length, and then some more of it " * 3}
    levers = {one: FROM | {"intensity": 0.5} for one in ("trade_facilitation", "route_security")}
    base, other = toy_scenario(4, name="base", title="Where we stand"), toy_scenario(4, levers=levers, **more)
    how = {"baseline": base, "out": tmp_path, "engine": LEVER_TOY, "workers": 1}
    found = compare(other, **how)
    causes = why(other, base, **{key: how[key] for key in ("out", "engine", "workers")})
    chart = difference_chart(found, 0, found.outcomes[0])
    assert_readable(comparison_figure(found, 0)[0], chart.figure, why_figure(causes)[0])


def test_pictures_of_discoveries_are_whole():
    found = discover(planted(inputs=10)[0], boxes=1)
    long = replace(found, futures=replace(found.futures, claim=f"trade is {'very ' * 40}small", title=SIGNS * 4))
    chance = np.random.default_rng(5)
    x = np.column_stack([chance.integers(0, 3, 300), chance.random(300)])
    groups = discover(futures(x, (x[:, 0] == 1) & (x[:, 1] > 0.5), nominal=(0,)), boxes=1)
    for one in (found, long, groups):
        assert_readable(discovery_figure(one)[0])


def sweep(axes):
    study = SimpleNamespace(over=[SimpleNamespace(path=axis) for axis in axes], replicates=20, sample=None)
    return SimpleNamespace(study=study, title=SIGNS, folder=Path(f"runs/{'long-name-' * 12}sweep"))


def points(axes, values):
    grid = pd.MultiIndex.from_product(values, names=axes).to_frame(index=False)
    mean = np.linspace(-25_000.0, 400_000.0, len(grid))
    return grid.assign(unit="USD bn/yr", mean=mean, error=1e3, p05=mean - 5e3, p95=mean + 5e3)


def test_pictures_of_sweeps_are_whole_and_say_their_words_as_typed():
    words = [f"{'torkham' * 3} {i}" for i in range(9)]
    many = [float(value) for value in np.linspace(0.0, 1.0, 30) ** 3]
    for axes, values in (
        (["trade.potential"], [[5.0, 8.0]]),
        (["shocks.$one_a.crossing"], [words]),
        (["trade.potential", "levers.trade_facilitation.intensity"], [many, words]),
    ):
        figure, _ = sweep_figure(sweep(axes), "trade_volume@2035", points(axes, values))
        assert_readable(figure)
        assert SIGNS in words_of(figure)


def test_pictures_of_hindcasts_and_calibrations_are_whole():
    row = {"series": "closures", "arm": "A", "months": "1-12", "skill": 0.1, "skill_low": -0.2, "skill_high": 0.3}
    day = date(2025, 7, 1)
    assert_readable(skill_figure([row] * 12, day), skill_figure([row], date(2030, 1, 1)))
    names = [f"{fit}: {name}" for fit in ("attacks by month", "closures by gate") for name in "abcd"]
    names += [f"the whole: structure.of_a_rather_long_parameter_{i}" for i in range(5)]
    assert_readable(ranks_figure({name: np.random.default_rng(0).random(100) for name in names}))


def test_words_of_users_stand_as_typed(tmp_path):
    ran = played(tmp_path, title=SIGNS, name="usd$1_to_$2")
    for figure in sheets(ran):
        with style.look():  # ticks are made when they are first looked at
            assert not any(text.get_parse_math() for text in figure.findobj(mpl.text.Text))
        shown = words_of(figure)
        assert SIGNS in shown
        assert any("usd$1_to_$2" in words for words in shown)
    style.save(figure, tmp_path / "x.png", {"Title": "تجارت \ud800"})
    with Image.open(tmp_path / "x.png") as image:
        assert image.text["Title"].startswith("تجارت")


@pytest.mark.parametrize(
    "setting",
    [
        {"text.usetex": True},
        {"axes.grid": True, "font.family": "serif"},
        {"savefig.bbox": "tight", "figure.dpi": 50, "timezone": "Asia/Karachi"},
    ],
)
def test_settings_of_the_user_change_no_picture_and_stay_as_they_were(setting, tmp_path):
    ran = played(tmp_path)
    drawn = []
    for place, settings in enumerate(({}, setting)):
        with mpl.rc_context(settings):
            before = dict(mpl.rcParams)
            ax = fan_chart(ran, "attacks")
            style.save(ax.figure, tmp_path / f"{place}.png", {})
            assert dict(mpl.rcParams) == before
        with Image.open(tmp_path / f"{place}.png") as image:
            drawn.append(np.asarray(image))
    np.testing.assert_array_equal(*drawn)


PROGRAM = "import regionsim.views.style as s; f = s.new_axes(2, 1).figure; s.save(f, s.Path('x.png'), {})"


@pytest.mark.parametrize(("backend", "settings"), [
    ("nonsense", b""), ("", b"\xff\xfe\x00 no text"), ("", b"backend: nonsense\ntext.usetex: True\nno such: key\n"),
])  # fmt: skip
def test_settings_that_cannot_be_read_do_not_matter(backend, settings, tmp_path):
    (tmp_path / "matplotlibrc").write_bytes(settings)
    told = os.environ | {"MPLBACKEND": backend, "PYTHONWARNINGS": "error"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=tmp_path, env=told, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "x.png").exists()


@pytest.fixture
def lone_font(monkeypatch):
    """A machine with no font but the one that ships with matplotlib."""
    monkeypatch.setattr(letters, "_families", lambda: (style.FONT,))
    letters._family_with.cache_clear()
    letters.unshown()
    yield
    letters._family_with.cache_clear()


def test_letters_without_a_font_are_replaced_and_named_once(lone_font, tmp_path):
    figure = style.new_figure(4, 2)
    text = figure.text(0.1, 0.5, "Road \N{MOTORWAY} of \N{HANGUL SYLLABLE GA}\N{VARIATION SELECTOR-18}\t\ud800")
    again = figure.text(0.1, 0.2, "\N{MOTORWAY}")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        style.save(figure, tmp_path / "x.png", {})
    assert text.get_text() == "Road ? of ? ?"
    assert again.get_text() == "?"
    assert letters.unshown() == ["MOTORWAY", "HANGUL SYLLABLE GA", "U+D800"]
    assert letters.unshown() == []


def test_names_on_an_axis_are_replaced_too(lone_font, tmp_path):
    ax = style.new_axes()
    ax.set_xticks([0, 1], ["plain", "\N{MOTORWAY}"])
    style.save(ax.figure, tmp_path / "x.png", {})
    assert [label.get_text() for label in ax.get_xticklabels()] == ["plain", "?"]


def test_a_letter_is_taken_from_another_font_of_the_machine(monkeypatch, tmp_path):
    monkeypatch.setattr(letters, "_families", lambda: ("STIXGeneral",))
    letters._family_with.cache_clear()
    there, ours = (letters._letters_of(font, "normal", "normal") for font in ("STIXGeneral", style.FONT))
    only = next(chr(one) for one in sorted(there - ours) if chr(one).isprintable())
    figure = style.new_figure(2, 1)
    text = figure.text(0, 0, f"x{only}")
    letters.unshown()
    style.save(figure, tmp_path / "x.png", {})
    assert text.get_text() == f"x{only}"
    assert text.get_fontfamily() == [style.FONT, "STIXGeneral"]
    assert letters.unshown() == []
    letters._family_with.cache_clear()


def test_a_command_names_the_letters_in_one_line(lone_font, tmp_path, capsys, monkeypatch):
    from regionsim.cli.app import main

    def drawing(words):
        figure = style.new_figure(2, 1)
        figure.text(0, 0, "\N{MOTORWAY}\N{MOTORWAY}")
        style.save(figure, tmp_path / "x.png", {})
        return lambda *_, **__: 0

    monkeypatch.setattr("regionsim.cli.app.build", drawing)
    assert main(["run", "x"]) == 0
    assert capsys.readouterr().err == "the pictures cannot show: MOTORWAY\n"
