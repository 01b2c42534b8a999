import numpy as np
import pytest
from PIL import Image

from regionsim.studies.sensitivity import Sensitivity, SensitivitySpec
from regionsim.studies.sweep import run_study
from regionsim.views.fans import title_of
from regionsim.views.sensitivity import draw_sensitivity, input_title, sensitivity_figure
from tests.toys.analytic import ANALYTIC, NAMES, NOISY, STILL, WHOLE_RANGES, G
from tests.views.label_boxes import png_faults


@pytest.fixture(scope="module", params=["morris", "sobol"])
def found(request, tmp_path_factory):
    over = tuple(word.removeprefix("--over=") for word in WHOLE_RANGES)
    asked = SensitivitySpec("status_quo", request.param, 8, over, 2, 0, ("end=2025-08-24",), (G, NOISY, STILL))
    study = Sensitivity(asked, out=tmp_path_factory.mktemp("runs"), engine=ANALYTIC)
    run_study(study)
    return study, study.tables


def test_each_outcome_that_varies_has_a_picture_that_says_what_made_it(found):
    study, results = found
    written = draw_sensitivity(study, results)
    kind = study.method.name
    assert [path.name for path in written] == [f"{kind}_fatalities_2025-08.png", f"{kind}_trade_bilateral_2025-08.png"]
    for path in written:
        with Image.open(path) as image:
            pixels = np.asarray(image.convert("RGB"))
            assert 0.02 < (pixels < 250).any(axis=2).mean() < 0.6
            text = image.text
        assert study.hash in text["Source"]
        assert "Made by: " in text["Comment"]
        assert "of the variance of single worlds" in text["Description"]
        assert "Data end June 2025" in text["Description"]


def test_a_picture_shows_the_indices_as_they_are_and_its_words_lie_inside(found):
    study, results = found
    about, rows = next(results.each())
    figure, words = sensitivity_figure(study, about, rows)
    bars, beside = figure.axes
    first = study.method.first
    drawn = sorted(round(patch.get_width(), 9) for patch in bars.patches)
    expected = [rows[name] for name in (("mu_star",) if first == "mu_star" else ("ST", "S1"))]
    assert drawn == sorted(round(value, 9) for column in expected for value in column)
    labels = [label.get_text().replace("\n", " ") for label in bars.get_yticklabels()]
    assert labels[0] == "1  " + input_title(NAMES[0]).replace("\n", " ")
    if first == "mu_star":
        assert [text.get_text() for text in beside.texts] == [str(rank) for rank in range(1, 9)]
    else:
        shares = [patch.get_height() for patch in beside.patches]
        assert sum(shares) == pytest.approx(1.0)
        assert shares[1] == pytest.approx(about["chance_single"])
    shown = " ".join(text.get_text() for text in figure.texts)
    for part in (study.folder.name, "seed 0", title_of("fatalities"), words[:20]):
        assert part in shown
    assert png_faults(figure) == []
    assert all(label.get_window_extent().x0 >= 0 for label in bars.get_yticklabels())
