"""The brief as a Word file: the first page, the body, then sources and how it was made.

Core object: `word_of`. Tables are Word's own, headings are its styles, pictures are PNG of 300 dpi with descriptions.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from regionsim.studies.briefing.data import Brief
from regionsim.views.report import cells, front, pictures, schematic, sentences
from regionsim.views.report.office import fixed_bytes, require
from regionsim.views.report.sentences import Part, Words, said
from regionsim.views.report.texts import day_words
from regionsim.views.report.wordstyles import (
    WIDTH,
    add_picture,
    add_table,
    beside,
    columns,
    new_document,
    number_list,
    put,
)

_STYLES = {"lead": "Subtitle", "note": "Note", "banner": "Intense Quote"}
_SMALL = 7.0  # points in the tables of the first page


def word_of(brief: Brief, *, first_page: bool = False) -> bytes:
    """The brief as the bytes of a .docx file, the same each time. first_page: the first page alone.

    Raises InputError if python-docx is not installed.
    """
    require("docx")
    writer = _Writer(brief)
    writer.first()
    if not first_page:
        columns(writer.document, 1, new_page=True)
        writer.body()
        writer.ends()
    written = BytesIO()
    writer.document.save(written)
    return fixed_bytes(written.getvalue())


class _Writer:
    """A document in the making."""

    def __init__(self, brief: Brief) -> None:
        self.brief = brief
        self.document = new_document(brief)

    def _say(self, words: Words | str, style: str = "Normal") -> Any:
        made = self.document.add_paragraph(style=style)
        return put(made, said(words) if isinstance(words, str) else words)

    def _head(self, text: str, level: int) -> None:
        put(self.document.add_heading(level=level), said(text))

    def _numbered(self, items: list[Words]) -> None:
        item = number_list(self.document)
        for words in items:
            item(words)

    def _bullets(self, items: list[Words]) -> None:
        for words in items:
            self._say(words, "List Bullet")

    def _arms(self, level: int) -> Any:
        """The scenarios, each below its title where there are several."""
        for arm in self.brief.arms:
            if len(self.brief.arms) > 1:
                self._head(arm.title, level)
            yield arm

    def first(self) -> None:
        """The first page."""
        brief = self.brief
        put(self.document.add_paragraph(style="Title"), said(brief.title))
        for kind, words in sentences.opening(brief):
            self._say(words, _STYLES[kind])
        self._head("The answer", 1)
        for arm in self._arms(2):
            self._say(front.answer(arm), "Answer")
            more = front.answer_more(arm)
            if more:
                self._say(more)
        targets, borne = cells.first_tables(brief, sentences.ELSEWHERE)
        for table in targets:
            add_table(self.document, table, _SMALL)
        self._front()
        self._head("Who bears it", 2)
        for words in sentences.bearing_items(brief):
            self._say(words)
        for table in borne:
            add_table(self.document, table, _SMALL)
        columns(self.document, 2)
        self._grounds()
        columns(self.document, 1)
        self._say(sentences.again(brief), "Note")

    def _front(self) -> None:
        brief = self.brief
        if brief.front is None:
            return
        wide = pictures.front_pictures(brief, 0)[0]
        self._say(said(Part(brief.front.title, "strong"), f" {sentences.front_remark(brief)}"), "Caption")
        for drawing in (wide.key, wide.picture):
            paragraph = self.document.add_paragraph()
            paragraph.paragraph_format.keep_with_next = drawing is wide.key
            paragraph.paragraph_format.space_after = 0
            add_picture(paragraph, drawing, WIDTH)
        if len(brief.arms) == 1:
            self._say(wide.words, "Note")
        if len(brief.arms) == 1 and front.moment_words(brief.arms[0]):
            self._say(front.moment_words(brief.arms[0]), "Note")

    def _grounds(self) -> None:
        brief = self.brief
        several = len(brief.arms) > 1
        for arm in brief.arms:
            self._head(f"What it rests on: {arm.title}" if several else "What it rests on", 2)
            items = sentences.rest_items(arm)
            if items:
                self._numbered(items)
            else:
                self._say(sentences.NOTHING_RESTS)
            if several:
                self._say(f"What could turn it: {front.turn_words(arm)}")
        if not several:
            self._head("What could turn it", 2)
            self._say(front.turn_words(brief.arms[0]))
        self._head("Read this with care", 2)
        self._numbered([said(text) for text in front.all_caveats(brief)])

    def body(self) -> None:
        """Everything from the effects to the limits."""
        brief = self.brief
        self._effects()
        if brief.base:
            self._head("What was changed", 1)
            self._say(sentences.changed_words(brief, sentences.ELSEWHERE))
            for arm in self._arms(2):
                changed = cells.changed_table(arm)
                if changed:
                    add_table(self.document, changed)
                else:
                    self._say(sentences.NOTHING_CHANGED)
            self._causes()
        self._head("Crossings and corridors", 1)
        self._say(sentences.map_words(brief))
        beside(self.document, [(said(Part(each.title, "strong")), each.picture) for each in pictures.maps(brief)], 2)
        self._say(f"{schematic.CAPTION} {schematic.POSITIONS}", "Note")
        add_table(self.document, cells.map_table(brief))
        self._head("Assumptions that matter", 1)
        self._say(sentences.assumed_words())
        for arm in self._arms(2):
            assumed = cells.assumed_table(arm, sentences.ELSEWHERE)
            if assumed:
                add_table(self.document, assumed)
            else:
                self._say(sentences.NOTHING_ASSUMED)
        self._head("Beyond the record", 1)
        for arm in self._arms(2):
            self._bullets(sentences.beyond_items(brief, arm))
        self._head("Limits", 1)
        self._bullets(sentences.limit_items(brief))

    def _effects(self) -> None:
        brief = self.brief
        self._head("Effects by year", 1)
        effects = cells.effects_table(brief)
        if effects:
            add_table(self.document, effects)
        for arm in self._arms(2):
            self._bullets(sentences.effect_items(brief, arm))
        for note in sentences.effect_notes(brief):
            self._say(note, "Note")
        add_table(self.document, cells.years_table(brief))
        self._say(sentences.picture_note(brief), "Note")
        add_picture(self.document.add_paragraph(), pictures.keys(brief)[0][1], 0.8 * WIDTH)
        drawn = zip(brief.charts, pictures.panels(brief), strict=True)
        named = [(sentences.picture_name(chart), picture) for chart, (picture, _) in drawn]
        beside(self.document, named, 3)
        for arm in brief.arms:
            if arm.moments:
                self._head(f"Key to numbered events: {arm.title}", 3)
                for moment in arm.moments:
                    self._say(f"{moment.number}: {day_words(moment.date)}: {'; '.join(moment.texts)}", "Note")

    def _causes(self) -> None:
        self._head("What causes the differences", 1)
        for number, arm in enumerate(self._arms(2)):
            self._say(sentences.cause_words(arm, sentences.ELSEWHERE), "Normal" if arm.causes else "Intense Quote")
            shown = pictures.cause_pictures(arm, number)[: pictures.MOST_CAUSES]
            if shown:
                named = [(sentences.cause_name(bars.column, bars.total), bars.picture) for bars in shown]
                beside(self.document, named, 2)

    def ends(self) -> None:
        """Targets, sources, and how it was made."""
        self._head("Indicators, targets and sources", 1)
        for chart in self.brief.charts:
            if chart.definition:
                self._say(said(Part(chart.title, "strong"), f": {chart.definition}"), "Note")
        for arm in self.brief.arms:
            for row in arm.targets:
                self._say(
                    said(Part(row.name, "strong"), ": ", Part(row.that, "code"), _sources_of(row.sources)), "Note"
                )
        self._head("Sources", 1)
        for source in sentences.cited(self.brief):
            self._say(sentences.source_words(source), "Note")
        self._head("How this was made", 1)
        self._say("The same command on the same version finds the same runs and writes the same file.", "Note")
        self._say(said(Part(self.brief.command, "code")), "Note")
        for part in self.brief.made:
            self._head(part.title, 2)
            for label, text in part.lines:
                self._say(said(Part(label, "strong"), f": {text}"), "Note")


def _sources_of(ids: tuple[str, ...]) -> str:
    return f" ({', '.join(ids)})" if ids else ""
