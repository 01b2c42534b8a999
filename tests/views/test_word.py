"""The brief as a Word file: it says what the page says, keeps to its sheet, and is the same each time."""

from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pytest

from regionsim.errors import InputError
from regionsim.views.report.formats import bytes_of, format_of
from regionsim.views.report.office import lines_of
from regionsim.views.report.page import report
from regionsim.views.report.wordstyles import TABLE_ORDER
from tests.views.office_files import HOSTILE, SHOWN, needs_office, pages_of, passages, pdf_of, word_text, words_of

docx = pytest.importorskip("docx")


@pytest.fixture(scope="module")
def written(alone):
    return bytes_of(alone, "docx")


@pytest.fixture(scope="module")
def document(written):
    return docx.Document(BytesIO(written))


def test_it_says_every_sentence_and_every_cell_of_the_brief(alone, written):
    text = word_text(written)
    said = passages(alone)
    assert len(said) > 100
    assert [words for words in said if " ".join(words.split()) not in text] == []


def test_headings_are_styles_and_tables_are_words_own(document):
    heads = [each.text for each in document.paragraphs if each.style.name.startswith("Heading")]
    body = ["The answer", "Who bears it", "Effects by year", "What was changed", "What causes the differences"]
    assert [head for head in heads if head in body] == body
    assert heads[-1] == "Both, and a closure"
    captioned = [table for table in document.tables if table._tbl.xpath("./w:tblPr/w:tblCaption")]
    assert len(captioned) == 5  # no scenario of the toy's has a target
    for table in document.tables:
        names = [each.tag.partition("}")[2] for each in table._tbl.tblPr]
        assert names == sorted(names, key=TABLE_ORDER.index)
    assert all(table._tbl.xpath("./w:tr[1]/w:trPr/w:tblHeader") for table in captioned)
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert section.header.paragraphs[0].text
    assert [field.get(docx.oxml.ns.qn("w:instr")) for field in section.footer._element.xpath(".//w:fldSimple")] == [
        "PAGE", "NUMPAGES",
    ]  # fmt: skip


def test_every_picture_has_a_description_and_300_dots_per_inch(document):
    shapes = document.inline_shapes
    assert len(shapes) > 6
    for shape in shapes:
        assert len(shape._inline.docPr.get("descr")) > 10
        image = document.part.related_parts[shape._inline.xpath(".//a:blip")[0].embed].image
        assert image.px_width / shape.width.inches == pytest.approx(300, rel=0.01)


def test_numbers_of_each_list_start_at_one(document):
    used = {}
    for each in document.paragraphs:
        if each.style.name == "List Number":
            used.setdefault(each._p.pPr.numPr.numId.val, []).append(each.text)
    assert len(used) == 2  # what it rests on, and what to read with care
    assert all(len(items) <= 3 for items in used.values())


def test_the_same_runs_give_the_same_bytes_whenever_it_is_written(alone, written):
    assert bytes_of(alone, "docx") == written
    with ZipFile(BytesIO(written)) as archive:
        assert not any("thumbnail" in part.filename for part in archive.infolist())
        assert {part.date_time[0] for part in archive.infolist()} == {1980}
    about = docx.Document(BytesIO(written)).core_properties
    assert about.created == about.modified
    finished = max(text for part in alone.made for label, text in part.lines if label == "finished")
    assert about.created.isoformat()[:19] == finished[:19]


def test_hostile_titles_are_shown_as_text_and_the_file_opens(alone):
    arm = replace(alone.arms[0], title=HOSTILE, question=HOSTILE)
    made = bytes_of(replace(alone, title=HOSTILE, arms=(arm,)), "docx", first_page=True)
    opened = docx.Document(BytesIO(made))
    assert " ".join(opened.core_properties.title.split()) == SHOWN
    assert word_text(made).count(SHOWN) >= 3
    assert SHOWN in " ".join(opened.sections[0].header.paragraphs[0].text.split())


def test_the_format_comes_from_the_ending_or_from_its_name(tmp_path):
    assert format_of(tmp_path / "a.docx", None) == "docx"
    assert format_of(tmp_path / "a.DOCX", None) == "docx"
    assert format_of(tmp_path / "a", "docx") == "docx"
    assert format_of(tmp_path / "a.htm", None) == format_of(tmp_path / "a.txt", None) == "html"
    for name, given, words in (
        ("a.html", "docx", r"ends in \.html, but the format asked for is docx"),
        ("a.docx", "html", r"ends in \.docx, but the format asked for is html"),
        ("a.pdf", None, r"not written as \.pdf"),
        ("a.html", "odt", r"format odt: is not a format of reports \(html, docx"),
    ):
        with pytest.raises(InputError, match=words) as fault:
            report("status_quo", to=tmp_path / name, format=given)
        assert "\n" not in str(fault.value)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_library_is_named_with_a_line_to_paste(tmp_path, monkeypatch):
    monkeypatch.setattr("regionsim.views.report.office.find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"needs python-docx \(\S+ -m pip install 'regionsim\[office\]'\)"):
        report("status_quo", to=tmp_path / "deep" / "a.docx")
    assert list(tmp_path.iterdir()) == []


def test_lines_are_counted_as_words_wrap():
    assert lines_of("", 10.0, 3.0) == 1
    assert lines_of("a b", 10.0, 3.0) == 1
    assert lines_of("word " * 60, 10.0, 3.0) in range(6, 10)
    assert lines_of("w" * 400, 10.0, 3.0) > 9


@needs_office
def test_the_first_page_is_one_sheet_and_the_body_at_most_ten(alone, briefed, written, tmp_path):
    for sheets, brief in ((1, alone), (2, briefed)):  # two scenarios in letters that can be read
        file = tmp_path / f"{sheets}.docx"
        file.write_bytes(bytes_of(brief, "docx", first_page=True))
        assert pages_of(pdf_of(file)) <= sheets
    whole = tmp_path / "whole.docx"
    whole.write_bytes(written)
    pdf = pdf_of(whole)
    pages = [words_of(pdf, page) for page in range(1, pages_of(pdf) + 1)]
    assert "The answer" in pages[0]
    assert "To make this page again" in pages[0]
    assert "Effects by year" in pages[1]
    ends = next(at for at, text in enumerate(pages) if "Indicators, targets and sources" in text)
    assert ends <= 10  # the body begins on the second page
    assert all("Page" in text for text in pages)
