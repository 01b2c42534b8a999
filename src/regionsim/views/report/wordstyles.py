"""How a Word file looks: A4, its styles, header and footer, tables, lists that start at one, and pictures with words.

Core objects: `new_document`, `add_table`, `add_picture`, `number_list`, `columns`.
"""

from __future__ import annotations

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
    shares,
)

if TYPE_CHECKING:
    from regionsim.studies.briefing.data import Brief
    from regionsim.views.report.cells import Cell, Table
    from regionsim.views.report.sentences import Words
    from regionsim.views.report.svg import Drawing

WIDTH = 7.26  # inches between the margins of A4
_MARGIN_MM, _TOP_MM = 13, 16
_SIZES: dict[str, tuple[float, bool, str, float, float]] = {  # style -> points, bold, colour, points before and after
    "Normal": (8.5, False, INK, 0, 2),
    "Title": (15, True, INK, 0, 2),
    "Heading 1": (12.5, True, INK, 8, 2),
    "Heading 2": (10, True, INK, 5, 1),
    "Heading 3": (9, True, INK, 4, 1),
    "Subtitle": (10, False, INK, 0, 1),
    "Caption": (7, False, MUTED, 3, 1),
    "List Bullet": (8.5, False, INK, 0, 1),
    "List Number": (8.5, False, INK, 0, 1),
    "Intense Quote": (8.5, False, INK, 2, 2),
    "Header": (7, False, MUTED, 0, 0),
    "Footer": (7, False, MUTED, 0, 0),
}
_OWN: dict[str, tuple[float, bool, str, float, float]] = {
    "Answer": (11, True, INK, 0, 2),
    "Note": (7, False, MUTED, 0, 1),
}


def new_document(brief: Brief) -> Any:
    """An empty A4 document with the house styles, the brief's title above and page numbers below every page."""
    from docx import Document
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Mm

    document = Document()
    drop_thumbnail(document.part.package.rels)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(_MARGIN_MM)
    section.top_margin, section.bottom_margin = Mm(_TOP_MM), Mm(_TOP_MM - 2)
    section.header_distance = section.footer_distance = Mm(7)
    for name in _OWN:
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = document.styles["Normal"]
    for name, look in (_SIZES | _OWN).items():
        _style(document.styles[name], *look)
    document.styles["Normal"].paragraph_format.line_spacing = 1.0
    section.header.paragraphs[0].text = clean(cut_words(brief.title, 120))
    _numbered_pages(section.footer.paragraphs[0])
    describe_file(document.core_properties, brief)
    return document


def _style(style: Any, size: float, bold: bool, colour: str, before: float, after: float) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    font = style.font
    font.name, font.size, font.bold, font.italic = FONT, Pt(size), bold, False
    font.color.rgb = RGBColor.from_string(colour)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for key in list(fonts.attrib):
        if "Theme" in key:
            del fonts.attrib[key]
    for kind in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(kind), FONT)
    layout = style.paragraph_format
    layout.space_before, layout.space_after = Pt(before), Pt(after)
    if style.name == "Caption" or style.name.startswith("Heading"):
        layout.keep_with_next = True
    for border in style.element.findall(f".//{qn('w:pBdr')}"):
        border.getparent().remove(border)
    for spacing in style.element.findall(f"{qn('w:rPr')}/{qn('w:spacing')}"):
        spacing.getparent().remove(spacing)
    if style.name == "Intense Quote":
        layout.left_indent = layout.right_indent = Pt(8)


def _numbered_pages(paragraph: Any) -> None:
    """Page numbers as fields, which Word counts."""
    paragraph.add_run("Made with regionsim. Not a forecast.    Page ")
    _field(paragraph, "PAGE")
    paragraph.add_run(" of ")
    _field(paragraph, "NUMPAGES")


def _field(paragraph: Any, code: str) -> None:
    field = _element("w:fldSimple", **{"w:instr": code})
    run = paragraph.add_run("1")._r
    field.append(run)
    paragraph._p.append(field)


def _element(tag: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(tag)
    for key, value in attributes.items():
        made.set(qn(key), value)
    return made


def put(paragraph: Any, words: Words, size: float | None = None) -> Any:
    """Write a sentence into a paragraph."""
    from docx.shared import Pt

    for part in words:
        run = paragraph.add_run(clean(part.text))
        run.bold = True if part.look == "strong" else None
        if part.look == "code":
            run.font.name = "Courier New"
        if size is not None:
            run.font.size = Pt(size)
    return paragraph


def number_list(document: Any) -> Any:
    """A function that adds the numbered items of one list, which starts at 1."""
    numbering = document.part.numbering_part.element
    style = document.styles["List Number"].element.pPr.numPr.numId.val
    abstract = next(num.abstractNumId.val for num in numbering.num_lst if num.numId == style)
    num = numbering.add_num(abstract)
    num.add_lvlOverride(ilvl=0).add_startOverride(1)

    def item(words: Words) -> None:
        paragraph = document.add_paragraph(style="List Number")
        numbered = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        numbered.get_or_add_numId().val = num.numId
        numbered.get_or_add_ilvl().val = 0
        put(paragraph, words)

    return item


def columns(document: Any, count: int, *, new_page: bool = False) -> None:
    """What follows stands in so many columns; with `new_page`, on a new page."""
    from docx.enum.section import WD_SECTION
    from docx.oxml.ns import qn

    section = document.add_section(WD_SECTION.NEW_PAGE if new_page else WD_SECTION.CONTINUOUS)
    for name, value in (("w:num", str(count)), ("w:space", "340")):
        section._sectPr.find(qn("w:cols")).set(qn(name), value)


def add_table(document: Any, table: Table, size: float = 7.5) -> None:
    """A table with its caption above; its first row stands again on every page."""
    document.add_paragraph(clean(table.caption), style="Caption")
    made = _grid(document, len(table.rows) + 1, [WIDTH * share for share in shares(table, size)])
    _lines(made)
    _set(made, _element("w:tblCaption", **{"w:val": clean(table.label)}))
    rows = list(made.rows)
    rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader"))
    for cell, (at, head) in zip(rows[0].cells, enumerate(table.heads), strict=True):
        _fill(cell, clean(head), size, bold=True, right=at in table.numbers)
    for number, row in enumerate(table.rows, start=1):
        rows[number]._tr.get_or_add_trPr().append(_element("w:cantSplit"))
        cells = rows[number].cells
        for at, each in enumerate(row):
            if each is not None:
                _write(cells[at], each, size, right=at in table.numbers, bold=at == 0)
                if each.rows > 1:
                    cells[at].merge(rows[number + each.rows - 1].cells[at])
    _gap(document)


def _gap(document: Any) -> None:
    from docx.shared import Pt

    after = document.add_paragraph()
    after.paragraph_format.space_after = Pt(0)
    after.paragraph_format.line_spacing = Pt(3)


def _grid(document: Any, rows: int, widths: list[float]) -> Any:
    """A table of fixed columns, in inches."""
    from docx.shared import Inches

    made = document.add_table(rows=rows, cols=len(widths))
    made.autofit = False
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Inches(width)
        for cell in column.cells:
            cell.width = Inches(width)
    margins = _element("w:tblCellMar")
    for side, value in (("top", "10"), ("left", "30"), ("bottom", "10"), ("right", "70")):
        margins.append(_element(f"w:{side}", **{"w:w": value, "w:type": "dxa"}))
    _set(made, margins)
    return made


TABLE_ORDER = (
    "tblStyle", "tblpPr", "tblOverlap", "bidiVisual", "tblStyleRowBandSize", "tblStyleColBandSize", "tblW", "jc",
    "tblCellSpacing", "tblInd", "tblBorders", "shd", "tblLayout", "tblCellMar", "tblLook", "tblCaption",
)  # fmt: skip
"""Properties of a table in the order in which Word accepts them."""


def _set(made: Any, property: Any) -> None:
    """Set a property of a table, in its place."""
    held = made._tbl.tblPr
    held.append(property)
    held[:] = sorted(held, key=lambda each: TABLE_ORDER.index(each.tag.partition("}")[2]))


def _lines(made: Any) -> None:
    """Lines between rows only."""
    borders = _element("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        borders.append(
            _element(f"w:{side}", **{"w:val": "single", "w:sz": "4", "w:space": "0", "w:color": LINE})
        )  # fmt: skip
    _set(made, borders)


def _fill(cell: Any, text: str, size: float, *, bold: bool = False, right: bool = False, colour: str = INK) -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt, RGBColor

    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run = paragraph.add_run(text)
    run.bold, run.font.size, run.font.color.rgb = bold, Pt(size), RGBColor.from_string(colour)
    return paragraph


def _write(cell: Any, each: Cell, size: float, *, right: bool, bold: bool) -> None:
    from docx.shared import Pt, RGBColor

    colour = TONES.get(each.tone, INK)
    paragraph = _fill(cell, clean(f"{each.text}{each.mark}"), size, bold=bold, right=right, colour=colour)
    if each.more:
        run = paragraph.add_run(f" {clean(each.more)}")
        run.bold, run.font.size, run.font.color.rgb = False, Pt(size - 0.5), RGBColor.from_string(MUTED)


def add_picture(paragraph: Any, drawing: Drawing, inches: float) -> None:
    """A picture with 300 dots per inch, with its description for those who do not see it."""
    from docx.shared import Inches

    run = paragraph.add_run()
    shape = run.add_picture(BytesIO(png_of(drawing, inches)), width=Inches(inches))
    for side in "TBLR":
        shape._inline.set(f"dist{side}", "0")  # left out, some programs keep an eighth of an inch free
    describe_picture(shape._inline.docPr, drawing)


def beside(document: Any, each: list[tuple[Words, Drawing]], across: int) -> None:
    """Pictures side by side, each below its name."""
    from docx.shared import Pt

    width = WIDTH / across
    made = _grid(document, -(-len(each) // across), [width] * across)
    for at, (name, drawing) in enumerate(each):
        row = made.rows[at // across]
        if at % across == 0:
            row._tr.get_or_add_trPr().append(_element("w:cantSplit"))
        cell = row.cells[at % across]
        put(cell.paragraphs[0], name, 7.5)
        cell.paragraphs[0].paragraph_format.space_after = Pt(0)
        add_picture(cell.add_paragraph(), drawing, width - 0.12)
    _gap(document)
