"""The formats of a report: which one is asked for, and its bytes.

Core objects: `FORMATS`, `format_of`, `bytes_of`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from regionsim.errors import InputError, argument, spoken

if TYPE_CHECKING:
    from regionsim.studies.briefing.data import Brief

FORMATS = ("html", "docx", "pptx")
_ENDINGS = {".html": "html", ".htm": "html"} | {f".{name}": name for name in FORMATS}
_OTHERS = {".doc", ".odp", ".odt", ".pdf", ".ppt", ".pptm", ".rtf"}  # what a reader could take the file for


def format_of(path: Path, given: str | None) -> str:
    """The format asked for by name or else by the ending of the file; HTML if neither says.

    Raises InputError for an unknown format, and where name and ending differ.
    """
    ending = path.suffix.lower()
    if given is not None and given not in FORMATS:
        raise InputError(f"{argument('format')} {given}: is not a format of reports ({', '.join(FORMATS)})")
    file = f"{file_argument()} {path}"
    if given is None and ending in _OTHERS:
        raise InputError(f"{file}: reports are not written as {ending} (name a file that ends in {_listed()})")
    named = _ENDINGS.get(ending)
    if given is not None and (ending in _OTHERS or named not in (None, given)):
        raise InputError(f"{file}: ends in {ending}, but the format asked for is {given} (let them agree)")
    return given or named or "html"


def file_argument() -> str:
    """The argument that names the file, as the user knows it."""
    return spoken("--out", "to")


def _listed() -> str:
    return ", ".join(f".{name}" for name in FORMATS)


def require_format(format: str) -> None:
    """Raises InputError, with the line that installs it, if a library that writes this format is not installed."""
    if format == "html":
        from regionsim.views.report.page import require_templates

        require_templates()
    else:
        from regionsim.views.report.office import require

        require(format)


def bytes_of(brief: Brief, format: str, *, first_page: bool = False) -> bytes:
    """The brief in a format of `FORMATS`. first_page: the first page alone."""
    if format == "docx":
        from regionsim.views.report.word import word_of

        return word_of(brief, first_page=first_page)
    if format == "pptx":
        from regionsim.views.report.slides import slides_of

        return slides_of(brief, first_page=first_page)
    from regionsim.views.report.page import page_of

    return page_of(brief, first_page=first_page).encode("utf-8")
