"""Word files and slides, read back and laid out as a reader's program does."""

import re
import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pytest

from regionsim.views.report import cells, front, sentences
from regionsim.views.report.office import clean

SOFFICE = shutil.which("soffice")
PDFINFO = shutil.which("pdfinfo")
HOSTILE = "Trade \x00\x08\x1f & <b>growth</b>\ud800\ufffe\u2028 'x' \"y\" {{ 7*7 }} =1+1 تجارت"
SHOWN = "Trade & <b>growth</b> 'x' \"y\" {{ 7*7 }} =1+1 تجارت"


needs_office = pytest.mark.skipif(SOFFICE is None or PDFINFO is None, reason="there is no LibreOffice or no pdfinfo")


def passages(brief) -> list[str]:
    """What every format must say of the first page and the body, of a brief of one scenario."""
    arm = brief.arms[0]
    first = [front.answer(arm), front.answer_more(arm), front.turn_words(arm), *front.all_caveats(brief)]
    words = [
        *sentences.bearing_items(brief),
        *sentences.rest_items(arm),
        sentences.again(brief),
        *sentences.effect_items(brief, arm),
    ]
    words += [*sentences.beyond_items(brief, arm), *sentences.limit_items(brief)]
    tables = [table for some in cells.first_tables(brief) for table in some]
    tables += [cells.years_table(brief), cells.changed_table(arm), cells.map_table(brief), cells.assumed_table(arm)]
    rows = [cell.plain for table in tables for row in table.rows for cell in row if cell is not None]
    return [clean(text) for text in [*first, *map(sentences.plain, words), *rows] if text]


def word_text(data: bytes) -> str:
    """Every word of a Word file's body, tables included, in one line."""
    from docx import Document
    from docx.oxml.ns import qn

    body = Document(BytesIO(data)).element.body
    paragraphs = ("".join(run.text or "" for run in each.iter(qn("w:t"))) for each in body.iter(qn("w:p")))
    return " ".join(" ".join(paragraphs).split())


def slide_text(data: bytes) -> str:
    """Every word of the slides, tables included, notes left out, in one line."""
    from pptx import Presentation

    found = []
    for slide in Presentation(BytesIO(data)).slides:
        for shape in slide.shapes:
            if shape.has_table:
                found += [cell.text for row in shape.table.rows for cell in row.cells]
            elif shape.has_text_frame:
                found += [paragraph.text for paragraph in shape.text_frame.paragraphs]
    return " ".join(" ".join(found).split())


def pdf_of(file: Path) -> Path:
    """The file as LibreOffice prints it."""
    profile = (file.parent / "profile").as_uri()
    command = [SOFFICE, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf", "--outdir"]
    subprocess.run([*command, str(file.parent), str(file)], check=True, capture_output=True, timeout=300)
    return file.with_suffix(".pdf")


def pages_of(pdf: Path) -> int:
    """The number of pages."""
    said = subprocess.run([PDFINFO, str(pdf)], check=True, capture_output=True, text=True).stdout
    return int(re.search(r"Pages:\s+(\d+)", said)[1])


def words_of(pdf: Path, page: int | None = None) -> str:
    """The words of a PDF, or of one of its pages."""
    pages = ["-f", str(page), "-l", str(page)] if page else []
    made = subprocess.run(["pdftotext", *pages, str(pdf), "-"], check=True, capture_output=True, text=True)
    return " ".join(made.stdout.split())
