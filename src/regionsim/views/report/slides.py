"""The brief as slides: the first page on three, then the body; notes hold explanations and sources.

Core object: `slides_of`. Tables are PowerPoint's own, pictures are PNG of 300 dpi with descriptions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import batched

from regionsim.studies.briefing.changes import sources_of
from regionsim.studies.briefing.data import Brief, BriefArm, BriefSource
from regionsim.views.report import cells, front, pictures, schematic, sentences
from regionsim.views.report.office import MUTED, fixed_bytes, require
from regionsim.views.report.sentences import ELSEWHERE, Part, Words, plain, said
from regionsim.views.report.slidestyles import LEFT, ROOM_HIGH, ROOM_WIDE, TOP, Deck
from regionsim.views.report.svg import Drawing
from regionsim.views.report.texts import civil_words, day_words

_HALF = ROOM_WIDE / 2


def slides_of(brief: Brief, *, first_page: bool = False) -> bytes:
    """The brief as the bytes of a .pptx file, the same each time. first_page: the first page alone, on three slides.

    Raises InputError if python-pptx is not installed.
    """
    require("pptx")
    writer = _Writer(brief)
    writer.answer()
    writer.borne()
    writer.grounds()
    if not first_page:
        writer.effects()
        writer.changes()
        writer.maps()
        writer.assumed()
        writer.ends()
    return fixed_bytes(writer.deck.bytes())


class _Writer:
    """Slides in the making."""

    def __init__(self, brief: Brief) -> None:
        self.brief = brief
        self.deck = Deck(brief)
        self.several = len(brief.arms) > 1

    def _named(self, title: str, arm: BriefArm) -> str:
        """A title, with the scenario's where there are several."""
        return f"{title}: {arm.title}" if self.several else title

    def answer(self) -> None:
        """The question, the answer, the targets and the picture."""
        brief, deck = self.brief, self.deck
        targets, _ = cells.first_tables(brief, ELSEWHERE)
        opening = sentences.opening(brief)
        cited = [source for arm in brief.arms for row in arm.targets for source in sources_of(row.sources)]
        about = [plain(words) for kind, words in opening if kind != "lead"]
        deck.add(brief.title, [*about, *_targets_asked(brief), *_source_lines(cited)])
        left, wide = LEFT, 0.47 * ROOM_WIDE
        high = TOP
        questions = [words for kind, words in opening if kind == "lead"]
        if questions:
            high += deck.text(questions, (left, high, wide, 0.9), largest=14.0, colour=MUTED) + 0.12
        answers = [self._answer(arm) for arm in brief.arms]
        high += deck.text(answers, (left, high, wide, 2.0), largest=20.0, bold=not self.several) + 0.12
        more = [said(text) for arm in brief.arms if (text := front.answer_more(arm))]
        if more and not self.several:
            high += deck.text(more, (left, high, wide, 1.1), largest=13.0) + 0.12
        for table in targets:
            caption = [said(table.caption)]
            high += deck.text(caption, (left, high, wide, 0.4), largest=10.0, colour=MUTED) + 0.05
            deck.table(table, (left, high, wide, TOP + ROOM_HIGH - high))
        self._front()

    def _answer(self, arm: BriefArm) -> Words:
        named = (Part(arm.title, "strong"), ": ") if self.several else ()
        return said(*named, front.answer(arm))

    def _front(self) -> None:
        brief, deck = self.brief, self.deck
        if brief.front is None:
            return
        left, wide = LEFT + 0.5 * ROOM_WIDE, 0.5 * ROOM_WIDE
        narrow = pictures.front_pictures(brief, 0)[1]
        name = said(Part(brief.front.title, "strong"), f" {sentences.front_remark(brief)}")
        high = TOP + deck.text([name], (left, TOP, wide, 0.5), largest=11.0) + 0.05
        high += deck.picture(narrow.key, (left, high, wide, 1.0)) + 0.05
        high += deck.picture(narrow.picture, (left, high, wide, TOP + ROOM_HIGH - 0.8 - high)) + 0.08
        reach = front.reach_words(brief, brief.front, -1)
        words = [said(text) for text in (narrow.words, reach) if text]
        deck.text(words, (left, high, wide, TOP + ROOM_HIGH - high), largest=10.0, colour=MUTED)

    def borne(self) -> None:
        """Harm to civilians."""
        _, tables = cells.first_tables(self.brief, ELSEWHERE)
        told = [f"{arm.title}: {civil_words(arm.civilians)}" for arm in self.brief.arms]
        notes = told if self.brief.base else []
        words = sentences.bearing_items(self.brief)
        for table in tables:
            self.deck.table_slides("Who bears it", table, notes, words)
        if not tables:
            self.deck.text_slides("Who bears it", words, notes)

    def grounds(self) -> None:
        """What the answer rests on, what could turn it, and what to read with care."""
        brief, deck = self.brief, self.deck
        care = [said(text) for text in front.all_caveats(brief)]
        again = plain(sentences.again(brief))
        for arm in brief.arms:
            rests = sentences.rest_items(arm) or [said(sentences.NOTHING_RESTS)]
            cited = [source for each in front.rests(arm) for source in each.size.sources]
            title = "What it rests on, what could turn it, and how to read it"
            deck.add(self._named(title, arm), [again, *_source_lines(cited)])
            wide = _HALF - 0.2
            self._passage("What it rests on", rests, (LEFT, TOP, wide, ROOM_HIGH))
            right = LEFT + _HALF + 0.2
            turn = [said(front.turn_words(arm))]
            used = self._passage("What could turn it", turn, (right, TOP, wide, ROOM_HIGH / 2))
            below = TOP + used + 0.25
            self._passage("Read this with care", care, (right, below, wide, TOP + ROOM_HIGH - below))

    def _passage(self, head: str, words: Sequence[Words], box: tuple[float, float, float, float]) -> float:
        left, top, wide, high = box
        used = self.deck.text([said(Part(head, "strong"))], (left, top, wide, 0.4), largest=16.0) + 0.08
        many = len(words) > 1
        return used + self.deck.text(words, (left, top + used, wide, high - used), largest=14.0, bullets=many)

    def effects(self) -> None:
        """Effects in sentences, by year, and in pictures."""
        brief, deck = self.brief, self.deck
        notes = [*sentences.effect_notes(brief), *_source_lines(_of_charts(brief))]
        beside = cells.effects_table(brief)
        if beside:
            deck.table_slides("Effects by year", beside, notes)
        for arm in brief.arms:
            deck.text_slides(self._named("Effects by year", arm), sentences.effect_items(brief, arm), notes)
        deck.table_slides("Effects by year: medians", cells.years_table(brief), notes)
        key = pictures.keys(brief)[0][1]
        drawn = pictures.panels(brief)
        named = [
            (sentences.picture_name(chart), picture) for chart, (picture, _) in zip(brief.charts, drawn, strict=True)
        ]
        words = [text for _, text in drawn]
        moments = [
            f"{arm.title}, {moment.number}: {day_words(moment.date)}, {'; '.join(moment.texts)}"
            for arm in brief.arms
            for moment in arm.moments
        ]
        for part in batched(named, 6):
            deck.add("Effects by year: pictures", [sentences.picture_note(brief), *moments, *words, *notes[-1:]])
            used = deck.picture(key, (LEFT, TOP - 0.05, 0.75 * ROOM_WIDE, 0.7))
            deck.pictures(part, 3, 2, TOP + used)

    def changes(self) -> None:
        """What was changed, and the causes of the differences."""
        brief, deck = self.brief, self.deck
        if not brief.base:
            return
        head = plain(sentences.changed_words(brief, ELSEWHERE))
        for arm in brief.arms:
            cited = [source for each in arm.changes for source in each.sources]
            title = self._named("What was changed", arm)
            changed = cells.changed_table(arm)
            if changed:
                deck.table_slides(title, changed, [head, *_needs(arm), *_source_lines(cited)])
            else:
                deck.text_slides(title, [said(sentences.NOTHING_CHANGED)], [head])
        for number, arm in enumerate(brief.arms):
            title = self._named("What causes the differences", arm)
            words = sentences.cause_words(arm, ELSEWHERE)
            shown = pictures.cause_pictures(arm, number)[: pictures.MOST_CAUSES]
            if shown:
                deck.add(title, [plain(words)])
                deck.pictures([(sentences.cause_name(bars.column, bars.total), bars.picture) for bars in shown], 2, 2)
            else:
                deck.text_slides(title, [words], [])

    def maps(self) -> None:
        """The maps, two on a slide, and their figures."""
        notes = [sentences.map_words(self.brief), f"{schematic.CAPTION} {schematic.POSITIONS}"]
        named: list[tuple[Words, Drawing]] = [
            (said(Part(each.title, "strong")), each.picture) for each in pictures.maps(self.brief)
        ]
        for part in batched(named, 2):
            self.deck.add("Crossings and corridors", notes)
            self.deck.pictures(part, 2, 1)
        self.deck.table_slides("Crossings and corridors: figures", cells.map_table(self.brief), notes)

    def assumed(self) -> None:
        """The assumptions that matter."""
        for arm in self.brief.arms:
            title = self._named("Assumptions that matter", arm)
            assumed = cells.assumed_table(arm, ELSEWHERE)
            cited = [source for each in arm.assumptions[: cells.MOST_ASSUMED] for source in each.size.sources]
            notes = [sentences.assumed_words(), *_source_lines(cited)]
            if assumed:
                self.deck.table_slides(title, assumed, notes)
            else:
                self.deck.text_slides(title, [said(sentences.NOTHING_ASSUMED)], notes)

    def ends(self) -> None:
        """Beyond the record, limits, and how it was made."""
        brief, deck = self.brief, self.deck
        for arm in brief.arms:
            deck.text_slides(self._named("Beyond the record", arm), sentences.beyond_items(brief, arm), [])
        deck.text_slides("Limits", sentences.limit_items(brief), [])
        made = [said(Part(part.title, "strong"), f": {_made(part.lines)}") for part in brief.made]
        command = said("The command: ", Part(brief.command, "code"))
        lines = [f"{part.title}: {label}: {text}" for part in brief.made for label, text in part.lines]
        deck.text_slides("How this was made", [command, *made], lines)


def _made(lines: Sequence[tuple[str, str]]) -> str:
    shown = ("run", "worlds", "seed", "draws", "commit", "finished")
    return "; ".join(f"{label} {text}" for label, text in lines if label in shown)


def _targets_asked(brief: Brief) -> Iterator[str]:
    for arm in brief.arms:
        for row in arm.targets:
            yield f"Target of {arm.title}: {row.name}: {row.that}"


def _needs(arm: BriefArm) -> Iterator[str]:
    """What the levers need, and the side effects that sources claim."""
    for each in arm.changes:
        if each.needs:
            yield f"{each.title} needs: {each.needs}."
        if each.side_effects and each.side_effects != "none claimed":
            yield f"Side effects claimed of {each.title}: {each.side_effects}."


def _of_charts(brief: Brief) -> list[BriefSource]:
    return [source for chart in brief.charts for source in chart.sources]


def _source_lines(cited: Sequence[BriefSource]) -> list[str]:
    """Sources for the notes of a slide, each once."""
    every = {source.id: sentences.source_words(source) for source in cited}
    return [f"Sources: {'; '.join(every.values())}."] if every else []
