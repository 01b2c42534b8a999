"""How slides look: 16 by 9, titles that fit, text that shrinks or goes on, native tables, pictures with words, notes.

Core object: `Deck`.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from regionsim.views.raster import png_of
from regionsim.views.report.office import (
    FONT,
    INK,
    LINE,
    MUTED,
    TONES,
    clean,
    cut_words,
    describe_file,
    describe_picture,
    drop_thumbnail,
    lines_of,
    shares,
)
from regionsim.views.report.sentences import Words, plain, said

if TYPE_CHECKING:
    from regionsim.studies.briefing.data import Brief
    from regionsim.views.report.cells import Cell, Table
    from regionsim.views.report.svg import Drawing

WIDE, HIGH = 13.333, 7.5  # inches of a slide
LEFT, TOP, ROOM_WIDE, ROOM_HIGH = 0.5, 1.15, 12.333, 5.75  # of what stands below the title
_TITLE, _LEAST_TITLE = 26.0, 16.0  # points
_LARGEST, _LEAST = 16.0, 11.0
_TABLE, _LEAST_TABLE = 14.0, 9.0
_LEADING = 1.22  # height of a line, in font sizes
_PADDING = 0.07  # inches above and below the text of a cell, together
_SIDE = 0.12  # inches left and right of it, together
_APART = 4.0  # points between paragraphs
_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # a table without colours or lines of its own
_WORDS_HIGH = 1.6  # inches for sentences above a table
_TITLE_ONLY = 5  # of the library's layouts


class Deck:
    """Slides in the making. Boxes are left, top, width and height in inches."""

    def __init__(self, brief: Brief) -> None:
        from pptx import Presentation
        from pptx.util import Inches

        self.deck = Presentation()
        drop_thumbnail(self.deck.part.package._rels)
        self.deck.slide_width, self.deck.slide_height = Inches(WIDE), Inches(HIGH)
        self.title = brief.title
        self.layout = self.deck.slide_layouts[_TITLE_ONLY]
        self.slide: Any = None
        describe_file(self.deck.core_properties, brief)

    def bytes(self) -> bytes:
        """The file."""
        written = BytesIO()
        self.deck.save(written)
        return written.getvalue()

    def add(self, title: str, notes: Sequence[str]) -> None:
        """A new slide with a title, its number and the name of the brief below, and notes."""
        from pptx.enum.text import MSO_ANCHOR

        self.slide = self.deck.slides.add_slide(self.layout)
        shape = self.slide.shapes.title
        _place(shape, (LEFT, 0.3, ROOM_WIDE, 0.8))
        text, size = title_fit(title)
        frame = shape.text_frame
        frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.MIDDLE
        _plain_margins(frame)
        _write(frame.paragraphs[0], said(text), size, bold=True)
        self._foot()
        self.slide.notes_slide.notes_text_frame.text = "\n".join(clean(note) for note in notes if note)

    def _foot(self) -> None:
        from pptx.enum.text import PP_ALIGN

        box = self._box((LEFT, 7.05, ROOM_WIDE - 1.0, 0.3))
        name = cut_words(self.title, 110)
        _write(box.paragraphs[0], said(f"{name}. Not a forecast."), 9.0, colour=MUTED)
        number = self._box((WIDE - LEFT - 0.9, 7.05, 0.9, 0.3))
        number.paragraphs[0].alignment = PP_ALIGN.RIGHT
        _number_field(number.paragraphs[0], len(self.deck.slides))

    def _box(self, box: tuple[float, float, float, float]) -> Any:
        """An empty text box that wraps."""
        from pptx.util import Inches

        frame = self.slide.shapes.add_textbox(*map(Inches, box)).text_frame
        frame.word_wrap = True
        _plain_margins(frame)
        return frame

    def text(
        self, paragraphs: Sequence[Words], box: tuple[float, float, float, float], *, largest: float = _LARGEST,
        bold: bool = False, bullets: bool = False, colour: str = INK,
    ) -> float:  # fmt: skip
        """Paragraphs in a box, as large as they fit; returns the height that they take, in inches."""
        size = text_fit(paragraphs, box[2], box[3], largest, bullets=bullets, bold=bold)
        frame = self._box(box)
        for at, words in enumerate(paragraphs):
            paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
            if bullets:
                _bullet(paragraph)
            _write(paragraph, words, size, bold=bold, colour=colour)
        return text_height(paragraphs, size, box[2], bullets=bullets, bold=bold)

    def text_slides(self, title: str, paragraphs: Sequence[Words], notes: Sequence[str]) -> None:
        """Bullets on as many slides as they need."""
        for part in _parted(paragraphs):
            self.add(title, notes)
            self.text(part, (LEFT, TOP, ROOM_WIDE, ROOM_HIGH), bullets=True)

    def table(self, table: Table, box: tuple[float, float, float, float], size: float | None = None) -> float:
        """A table in a box; returns its height, in inches."""
        from pptx.util import Inches

        size = size or table_fit(table, box[2], box[3])
        widths = [box[2] * share for share in shares(table, size)]
        heights = row_heights(table, widths, size)
        frame = self.slide.shapes.add_table(len(heights), len(widths), *map(Inches, (*box[:3], sum(heights))))
        frame._element.nvGraphicFramePr.cNvPr.set("descr", clean(table.caption))
        made = frame.table
        made.horz_banding = False
        made._tbl.tblPr.find(f"{_A}tableStyleId").text = _NO_STYLE
        for column, width in zip(made.columns, widths, strict=True):
            column.width = Inches(width)
        for row, height in zip(made.rows, heights, strict=True):
            row.height = Inches(height)
        for at, head in enumerate(table.heads):
            _cell(made.cell(0, at), said(head), size, bold=True, right=at in table.numbers)
        for number, row in enumerate(table.rows, start=1):
            for at, each in enumerate(row):
                self._body_cell(made, number, at, each, size, right=at in table.numbers)
        return sum(heights)

    @staticmethod
    def _body_cell(made: Any, number: int, at: int, each: Cell | None, size: float, *, right: bool) -> None:
        cell = made.cell(number, at)
        if each is None:
            return
        if each.rows > 1:
            cell.merge(made.cell(number + each.rows - 1, at))
        colour = TONES.get(each.tone, INK)
        _cell(cell, said(f"{each.text}{each.mark}"), size, bold=at == 0, right=right, colour=colour)
        if each.more:
            _write(cell.text_frame.paragraphs[0], said(f" {each.more}"), size - 1.0, colour=MUTED)

    def table_slides(self, title: str, table: Table, notes: Sequence[str], words: Sequence[Words] = ()) -> None:
        """A table on as many slides as it needs, its caption above it and its heads on each; `words` stand first."""
        for number, part in enumerate(_parts_of(table, _WORDS_HIGH if words else 0.0)):
            self.add(title, notes)
            top = TOP
            if words and not number:
                top += self.text(words, (LEFT, top, ROOM_WIDE, _WORDS_HIGH - 0.2), largest=14.0) + 0.15
            top += self.text([said(table.caption)], (LEFT, top, ROOM_WIDE, 0.5), largest=12.0, colour=MUTED) + 0.1
            self.table(part, (LEFT, top, ROOM_WIDE, TOP + ROOM_HIGH - top))

    def picture(self, drawing: Drawing, box: tuple[float, float, float, float]) -> float:
        """A picture as large as the box allows, at its upper left; returns its height, in inches."""
        from pptx.util import Inches

        width, height = drawing.size
        wide = min(box[2], box[3] * width / height)
        made = self.slide.shapes.add_picture(
            BytesIO(png_of(drawing, wide)), Inches(box[0]), Inches(box[1]), width=Inches(wide)
        )
        describe_picture(made._element.nvPicPr.cNvPr, drawing)
        return wide * height / width

    def pictures(self, each: Sequence[tuple[Words, Drawing]], across: int, down: int, top: float = TOP) -> None:
        """Pictures side by side on this slide, each below its name."""
        wide, high = ROOM_WIDE / across, (HIGH - 0.55 - top) / down
        for at, (name, drawing) in enumerate(each):
            left, above = LEFT + wide * (at % across), top + high * (at // across)
            used = self.text([name], (left, above, wide - 0.2, 0.42), largest=11.0)
            self.picture(drawing, (left, above + used + 0.03, wide - 0.2, high - used - 0.12))


_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def title_fit(title: str) -> tuple[str, float]:
    """A title and its size, in points, so that it takes at most two lines; cut where the smallest is too large."""
    size, text = _TITLE, " ".join(clean(title).split())
    while size > _LEAST_TITLE and _title_high(text, size) > 0.8:
        size -= 1.0
    while _title_high(text, size) > 0.8:
        text = cut_words(text, len(text) - 4)
    return text, size


def _title_high(text: str, size: float) -> float:
    return lines_of(text, size, ROOM_WIDE, bold=True) * size * _LEADING / 72.0


def text_height(
    paragraphs: Sequence[Words], size: float, wide: float, *, bullets: bool = False, bold: bool = False
) -> float:
    """The height of paragraphs in letters of `size` points on lines of `wide` inches."""
    room = wide - (_indent(size) if bullets else 0.0) - 0.05
    lines = sum(lines_of(clean(plain(words)), size, room, bold=bold or _has_bold(words)) for words in paragraphs)
    return (lines * size * _LEADING + _APART * (len(paragraphs) - 1)) / 72.0


def _has_bold(words: Words) -> bool:
    """Whether enough of a sentence is bold to be measured so."""
    return sum(len(part.text) for part in words if part.look == "strong") > 0.5 * len(plain(words))


def text_fit(
    paragraphs: Sequence[Words], wide: float, high: float, largest: float, *, bullets: bool = False, bold: bool = False
) -> float:
    """The largest size at which paragraphs fit a box, in steps of half a point; at least 6."""
    size = largest
    while size > 6.0 and text_height(paragraphs, size, wide, bullets=bullets, bold=bold) > high:
        size -= 0.5
    return size


def _indent(size: float) -> float:
    return 1.1 * size / 72.0


def _parted(paragraphs: Sequence[Words]) -> list[list[Words]]:
    """Paragraphs in parts that each fit a slide at the smallest size for text."""
    parts: list[list[Words]] = [[]]
    for words in paragraphs:
        longer = [*parts[-1], words]
        if parts[-1] and text_height(longer, _LEAST, ROOM_WIDE, bullets=True) > ROOM_HIGH:
            parts.append([words])
        else:
            parts[-1] = longer
    return parts


def row_heights(table: Table, widths: Sequence[float], size: float) -> list[float]:
    """The height of every row in inches, the heads' first."""
    heads = [
        lines_of(clean(head), size, wide - _SIDE, bold=True) for head, wide in zip(table.heads, widths, strict=True)
    ]
    lines = [max(heads)]
    for row in table.rows:
        cells = zip(row, widths, range(len(widths)), strict=True)
        lines.append(
            max(
                lines_of(clean(cell.plain), size, wide - _SIDE, bold=at == 0)
                for cell, wide, at in cells
                if cell is not None and cell.rows == 1
            )
        )
    return [count * size * _LEADING / 72.0 + _PADDING for count in lines]


def table_fit(table: Table, wide: float, high: float) -> float:
    """The largest size of letters at which a table fits, in steps of half a point; at least 6."""
    size = _TABLE
    while size > 6.0 and _table_high(table, wide, size) > high:
        size -= 0.5
    return size


def _table_high(table: Table, wide: float, size: float) -> float:
    return sum(row_heights(table, [wide * share for share in shares(table, size)], size))


def _parts_of(table: Table, less: float = 0.0) -> list[Table]:
    """A table in parts that each fit a slide at the smallest size for tables; rows that are joined stay together.

    less: inches that other words take.
    """
    from dataclasses import replace

    widths = [ROOM_WIDE * share for share in shares(table, _LEAST_TABLE)]
    head, *heights = row_heights(table, widths, _LEAST_TABLE)
    room = ROOM_HIGH - 0.6 - less - head
    parts: list[list[Any]] = [[]]
    used = 0.0
    for start, stop in _blocks(table):
        high = sum(heights[start:stop])
        if parts[-1] and used + high > room:
            parts.append([])
            used = 0.0
        parts[-1] += table.rows[start:stop]
        used += high
    return [replace(table, rows=tuple(rows)) for rows in parts]


def _blocks(table: Table) -> list[tuple[int, int]]:
    starts = [at for at, row in enumerate(table.rows) if row[0] is not None]
    return list(zip(starts, [*starts[1:], len(table.rows)], strict=True))


def _place(shape: Any, box: tuple[float, float, float, float]) -> None:
    from pptx.util import Inches

    shape.left, shape.top, shape.width, shape.height = map(Inches, box)


def _plain_margins(frame: Any) -> None:
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0


def _write(
    paragraph: Any, words: Words, size: float, *, bold: bool = False, colour: str = INK
) -> None:  # fmt: skip
    """Add a sentence to a paragraph."""
    from pptx.dml.color import RGBColor
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Pt

    if paragraph.alignment is None:
        paragraph.alignment = PP_ALIGN.LEFT
    paragraph.space_before, paragraph.space_after = Pt(0), Pt(_APART)
    for part in words:
        run = paragraph.add_run()
        run.text = clean(part.text)
        run.font.size, run.font.bold = Pt(size), bold or part.look == "strong"
        run.font.name = "Courier New" if part.look == "code" else FONT
        run.font.color.rgb = RGBColor.from_string(colour)  # type: ignore[no-untyped-call]


def _bullet(paragraph: Any) -> None:
    from pptx.oxml.ns import qn

    layout = paragraph._p.get_or_add_pPr()
    layout.set("marL", "200000")
    layout.set("indent", "-200000")
    mark = layout.makeelement(qn("a:buChar"), {"char": "\N{BULLET}"})
    layout.append(mark)


def _number_field(paragraph: Any, number: int) -> None:
    """The number of the slide, which the program counts."""
    from pptx.oxml.ns import qn

    field = paragraph._p.makeelement(qn("a:fld"), {"id": "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}", "type": "slidenum"})
    look = field.makeelement(qn("a:rPr"), {"lang": "en-GB", "sz": "900"})
    text = field.makeelement(qn("a:t"), {})
    text.text = str(number)
    field.append(look)
    field.append(text)
    paragraph._p.append(field)


def _cell(cell: Any, words: Words, size: float, *, bold: bool, right: bool, colour: str = INK) -> None:
    from pptx.enum.text import PP_ALIGN
    from pptx.oxml.ns import qn
    from pptx.util import Inches

    cell.margin_left, cell.margin_right = Inches(0.02), Inches(_SIDE - 0.02)
    cell.margin_top = cell.margin_bottom = Inches(_PADDING / 2)
    paragraph = cell.text_frame.paragraphs[0]
    if right:
        paragraph.alignment = PP_ALIGN.RIGHT
    _write(paragraph, words, size, bold=bold, colour=colour)
    paragraph.space_after = 0
    held = cell._tc.get_or_add_tcPr()
    line = held.makeelement(qn("a:lnB"), {"w": "6350"})
    filled = line.makeelement(qn("a:solidFill"), {})
    filled.append(filled.makeelement(qn("a:srgbClr"), {"val": LINE}))
    line.append(filled)
    held.append(line)
