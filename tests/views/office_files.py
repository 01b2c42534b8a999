"""Word files and slides, read back and laid out as a reader's program does."""

import re
import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pytest

SOFFICE = shutil.which("soffice")
PDFINFO = shutil.which("pdfinfo")
needs_office = pytest.mark.skipif(SOFFICE is None or PDFINFO is None, reason="there is no LibreOffice or no pdfinfo")


def word_text(data: bytes) -> str:
    """Every word of a Word file's body, tables included, in one line."""
    from docx import Document
    from docx.oxml.ns import qn

    body = Document(BytesIO(data)).element.body
    paragraphs = ("".join(run.text or "" for run in each.iter(qn("w:t"))) for each in body.iter(qn("w:p")))
    return " ".join(" ".join(paragraphs).split())


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
