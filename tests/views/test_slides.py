"""The brief as slides: they say what the page says, nothing runs over, sources stand in the notes."""

import re
import subprocess
from dataclasses import replace
from io import BytesIO
from xml.etree import ElementTree as Xml

import pytest

from regionsim.errors import InputError
from regionsim.views.report import sentences
from regionsim.views.report.formats import bytes_of, format_of
from regionsim.views.report.page import report
from tests.views.office_files import HOSTILE, SHOWN, needs_office, pages_of, passages, pdf_of, slide_text

pptx = pytest.importorskip("pptx")

LONG = "A title that goes on and on about trade, transit, security, returns, trust and all that else there is, " * 4


@pytest.fixture(scope="module")
def written(alone):
    return bytes_of(alone, "pptx")


@pytest.fixture(scope="module")
def slides(written):
    return list(pptx.Presentation(BytesIO(written)).slides)


def test_they_say_every_sentence_and_every_cell_of_the_brief(alone, written):
    text = slide_text(written)
    again = sentences.plain(sentences.again(alone))  # in the notes
    said = [words for words in passages(alone) if words != again]
    assert len(said) > 100
    assert [words for words in said if " ".join(words.split()) not in text] == []


def test_every_slide_has_a_title_a_number_and_notes_with_sources_where_it_rests_on_some(alone, slides):
    assert all(slide.shapes.title.text for slide in slides)
    titles = [slide.shapes.title.text for slide in slides]
    assert "Who bears it" in titles
    for number, slide in enumerate(slides, start=1):
        (field,) = slide.element.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}fld")
        assert field.get("type") == "slidenum"
        assert field[-1].text == str(number)
    notes = {slide.shapes.title.text: slide.notes_slide.notes_text_frame.text for slide in slides}
    for title in ("What was changed", "Assumptions that matter", "Effects by year"):
        assert "Sources: " in notes[title], title
    first = alone.arms[0].changes[0].sources[0]
    assert first.id in notes["What was changed"]
    assert alone.command in next(notes[title] for title in titles if title.startswith("What it rests on"))


def test_pictures_have_descriptions_and_300_dots_per_inch_and_tables_are_native(slides):
    pictures = [shape for slide in slides for shape in slide.shapes if shape.shape_type == 13]
    assert len(pictures) > 6
    for picture in pictures:
        assert len(picture._element.nvPicPr.cNvPr.get("descr")) > 10
        assert picture.image.size[0] / picture.width.inches == pytest.approx(300, rel=0.01)
    assert sum(shape.has_table for slide in slides for shape in slide.shapes) >= 5


def test_the_first_page_alone_is_three_slides(alone):
    assert len(pptx.Presentation(BytesIO(bytes_of(alone, "pptx", first_page=True))).slides) == 3


def test_the_same_runs_give_the_same_bytes(alone, written):
    assert bytes_of(alone, "pptx") == written


def test_hostile_titles_are_shown_as_text(alone):
    arm = replace(alone.arms[0], title=HOSTILE, question=HOSTILE)
    made = bytes_of(replace(alone, title=HOSTILE, arms=(arm,)), "pptx")
    assert slide_text(made).count(SHOWN) >= 3
    assert " ".join(pptx.Presentation(BytesIO(made)).core_properties.title.split()) == SHOWN


def test_a_missing_library_is_named_and_the_ending_chooses(tmp_path, monkeypatch):
    assert format_of(tmp_path / "a.pptx", None) == "pptx"
    monkeypatch.setattr("regionsim.views.report.office.find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"needs python-pptx \(\S+ -m pip install 'regionsim\[office\]'\)"):
        report("status_quo", to=tmp_path / "a.pptx")
    assert list(tmp_path.iterdir()) == []


def boxes(pdf):
    """By page: its size, and every word's box, in points."""
    made = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], check=True, capture_output=True, text=True).stdout
    root = Xml.fromstring(re.sub(r'xmlns="[^"]*"|<!DOCTYPE[^>]*>', "", made))
    for page in root.iter("page"):
        words = [(word.text, *(float(word.get(key)) for key in ("xMin", "yMin", "xMax", "yMax"))) for word in page]
        yield float(page.get("width")), float(page.get("height")), words


@needs_office
@pytest.mark.parametrize("title", ["Push", LONG, "x" * 300])
def test_nothing_runs_over_a_slide_or_into_its_foot(alone, tmp_path, title):
    many = replace(alone.arms[0], title=title, question=title, changes=alone.arms[0].changes * 6)
    file = tmp_path / "slides.pptx"
    file.write_bytes(bytes_of(replace(alone, title=title, arms=(many,)), "pptx"))
    pdf = pdf_of(file)
    assert pages_of(pdf) == len(pptx.Presentation(str(file)).slides)
    for wide, high, words in boxes(pdf):
        foot = 7.02 / 7.5 * high
        assert words
        for word, left, top, right, bottom in words:
            assert 0 <= left < right <= wide, word
            assert 0 <= top < bottom <= high, word
            assert bottom <= foot + 2 or top >= foot - 2, word  # nothing lies across the line of the foot
        above = sorted((top, bottom) for _, _, top, _, bottom in words if top < 1.1 / 7.5 * high)
        assert all(bottom <= 1.2 / 7.5 * high for _, bottom in above)  # the title ends above what follows
