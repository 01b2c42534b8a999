"""What Word files and slides share: plain text that XML can hold, the same bytes each time, widths of columns, times.

Core objects: `require`, `clean`, `fixed_bytes`, `shares`, `describe_file`, `describe_picture`.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from importlib.util import find_spec
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from regionsim.errors import InputError, install_line
from regionsim.studies.briefing.data import Brief
from regionsim.views.report.cells import Table
from regionsim.views.report.svg import Drawing
from regionsim.views.style import points_wide

LIBRARIES = {"docx": "python-docx", "pptx": "python-pptx"}
FONT = "Arial"  # on every machine, or in the same widths
TONES = {"worse": "9C3A00", "better": "00664B", "quiet": "5F5F5F"}
INK, MUTED, LINE = "222222", "5F5F5F", "BFBFBF"
_ZIP_START = (1980, 1, 1, 0, 0, 0)  # the earliest time that an archive can hold
_ARIAL = 0.92  # widths of Arial as a share of those measured, which are DejaVu's


def require(kind: str) -> None:
    """Raises InputError if the library that writes files of this kind is not installed."""
    if find_spec(kind) is None:
        raise InputError(f"report: .{kind} needs {LIBRARIES[kind]} ({install_line('office')})")


def clean(text: str) -> str:
    """Text that XML can hold: a space for each break and tab, nothing for other control characters and surrogates."""
    spaced = "".join(" " if letter in "\t\n\r\v\f\u2028\u2029" else letter for letter in text)
    return "".join(letter for letter in spaced if _printed(letter))


def _printed(letter: str) -> bool:
    return unicodedata.category(letter) not in {"Cc", "Cs"} and ord(letter) not in {0xFFFE, 0xFFFF}


def fixed_bytes(archive: bytes) -> bytes:
    """The same archive without the times at which its parts were written."""
    written = BytesIO()
    with ZipFile(BytesIO(archive)) as given, ZipFile(written, "w", ZIP_DEFLATED) as fixed:
        for part in given.infolist():
            entry = ZipInfo(part.filename, _ZIP_START)
            entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o600 << 16
            fixed.writestr(entry, given.read(part))
    return written.getvalue()


def _made_on(brief: Brief) -> datetime:
    """When the last of the brief's runs was finished: the time of the file, whenever it is written again."""
    words = [text for part in brief.made for label, text in part.lines if label == "finished"]
    times = [datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None) for text in words if text]
    return max(times, default=datetime(*_ZIP_START)).replace(microsecond=0)


def inches_wide(text: str, size: float, *, bold: bool = False) -> float:
    """The width of a line in Arial of `size` points."""
    return _ARIAL * points_wide(text, size, bold=bold) / 72.0


def shares(table: Table, size: float) -> list[float]:
    """The share of each column in a table's width: more for longer text, and enough for the longest word."""
    columns = [_texts(table, at) for at in range(len(table.heads))]
    least = [
        max(inches_wide(word, size, bold=True) for text in texts for word in (text.split() or [""]))
        for texts in columns
    ]
    wish = [max(inches_wide(text, size) for text in texts) ** 0.6 for texts in columns]
    weights = [max(a, 0.3 * b) for a, b in zip(least, wish, strict=True)]
    blended = [a + 1.2 * b for a, b in zip(weights, wish, strict=True)]
    return [value / sum(blended) for value in blended]


def _texts(table: Table, at: int) -> list[str]:
    cells = [row[at] for row in table.rows]
    return [table.heads[at], *(cell.plain for cell in cells if cell is not None)]


def lines_of(text: str, size: float, room: float, *, bold: bool = False) -> int:
    """How many lines of `room` inches a text takes; a longer word is cut up."""
    count, now = 1, 0.0
    space = inches_wide(" ", size)
    for word in text.split():
        wide = inches_wide(word, size, bold=bold)
        if now and now + space + wide > room:
            count, now = count + 1, 0.0
        now += wide + (space if now else 0.0)
        while now > room:
            count, now = count + 1, now - room
    return count


def cut_words(text: str, letters: int) -> str:
    """A text of at most so many letters, cut at a word."""
    return text if len(text) <= letters else f"{text[: letters - 3].rsplit(' ', 1)[0].rstrip(' ,;:')}..."


def describe_file(about: Any, brief: Brief) -> None:
    """Write what a file says of itself. about: its core properties."""
    about.title, about.author, about.last_modified_by = clean(brief.title)[:255], "regionsim", "regionsim"
    about.subject, about.comments, about.keywords, about.language = "Decision brief", "", "", "en-GB"
    about.created = about.modified = _made_on(brief)


def describe_picture(shape: Any, drawing: Drawing) -> None:
    """Write the words of a picture for those who do not see it. shape: its properties that are not visible."""
    shape.set("descr", clean(drawing.words))
    shape.set("name", clean(drawing.root.get("id", "picture")))


def drop_thumbnail(rels: Any) -> None:
    """Leave out the small picture of the library's own empty file. rels: of its package."""
    for key in [key for key, each in rels.items() if each.reltype.endswith("/thumbnail")]:
        rels.pop(key)
