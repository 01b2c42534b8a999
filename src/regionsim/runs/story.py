"""The story of one world: the world is replayed alone with everything recorded, and told as dated lines.

Core objects: `replay`, `Story`, `StoryLine`. Named randomness makes a world the same alone as among thousands; the
story confirms this, or says where the stored world differs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from regionsim.display import Shown
from regionsim.doors import whole
from regionsim.errors import InputError, argument
from regionsim.runs import parts
from regionsim.runs.changed import what_changed
from regionsim.runs.engine import MODEL, Engine
from regionsim.runs.reasons import WITHOUT_EVENT, reason
from regionsim.runs.results import open_run
from regionsim.runs.selection import chosen
from regionsim.runs.sentences import sentence

if TYPE_CHECKING:
    from regionsim.model.play import BatchResult
    from regionsim.runs.results import Run

HEADLINES = (
    "trade_volume",
    "attacks",
    "fatalities",
    "closure_days",
    "refugees_in_pakistan",
    "trust_pakistan",
    "trust_afghanistan",
)


@dataclass(frozen=True)
class StoryLine:
    """One line of a story. `kind` is an event's kind, "why" for reasons, or "year" for yearly figures.

    magnitude: of an event, such as people killed or days shut; 0 if it has none.
    """

    date: date
    kind: str
    text: str
    magnitude: float = 0.0

    def __str__(self) -> str:
        return f"{self.date.isoformat()}  {self.text}"


@dataclass(frozen=True, repr=False)
class Story(Shown):
    """The lines of a world in order of time; iterate over them, or `print` them all.

    same: whether the replayed world equals the stored one in every indicator, place and event, bit for bit. note: the
    same in words, with what differs.
    """

    world: int
    lines: tuple[StoryLine, ...]
    same: bool
    note: str

    def __repr__(self) -> str:
        return f"<Story of world {self.world}: {len(self):,} lines>"

    def __str__(self) -> str:
        return "\n".join(map(str, self.lines))

    def select(
        self,
        first: date | None = None,
        last: date | None = None,
        kinds: Collection[str] = (),
        top: int | None = None,
    ) -> Story:
        """The story from `first` to `last`, of some kinds of lines, with the `top` that weigh most; see `chosen`.

        Raises InputError.
        """
        return replace(self, lines=chosen(self.lines, first, last, kinds, top))

    def __iter__(self) -> Iterator[StoryLine]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)


def replay(run: Run | str | Path, world: int, *, why: bool = False, engine: Engine = MODEL) -> Story:
    """Play world `world` of a run again and tell its story. Raises InputError for a world that the run does not hold.

    run: a run or its folder. why: also give the reasons of every choice that is an event of the story.
    """
    world = whole(world, argument("world"))
    run = open_run(run) if isinstance(run, str | Path) else run
    if world not in run.numbers:
        if world in run.failed:
            raise InputError(f"{argument('world')} {world}: failed ({run.failed[world]})")
        raise InputError(f"{argument('world')} {world}: is not in {run.path} (allowed: 0 to {run.limit - 1})")
    result = engine.result(run.scenario, [world], run.rows([world]), record_all=True, reasons=why)
    differing = _differences(run, world, result)
    return Story(world, lines_of(result, run.weeks), not differing, _note(run, world, differing))


def lines_of(result: BatchResult, weeks: int) -> tuple[StoryLine, ...]:
    """The story of the first weeks of a result of one world, in the order of time."""
    lines = [*_events(result, weeks), *_reasons(result, weeks), *_years(result, weeks)]
    return tuple(
        sorted(
            lines,
            key=lambda line: (line.date, ("why", "year").index(line.kind) if line.kind in ("why", "year") else -1),
        )
    )


def _events(result: BatchResult, until: int) -> Iterator[StoryLine]:
    """A line for each event of the first `until` weeks."""
    events = result.events
    for i in np.flatnonzero(np.asarray(events.week) < until):
        day = result.start + timedelta(days=7 * int(events.week[i]) + int(events.day[i]))
        texts = [str(getattr(events, name)[i]) for name in ("kind", "place", "actor", "cause")]
        magnitude = float(events.magnitude[i])
        yield StoryLine(day, texts[0], sentence(*texts, magnitude=magnitude), magnitude)


def _reasons(result: BatchResult, until: int) -> Iterator[StoryLine]:
    """A line for each choice that is an event, dated at the end of its week."""
    for decision in result.decisions:
        if decision.week < until and decision.chosen not in WITHOUT_EVENT:
            day = result.start + timedelta(days=7 * decision.week + 6)
            yield StoryLine(day, "why", reason(decision))


def _years(result: BatchResult, until: int) -> Iterator[StoryLine]:
    """A line of headline figures for the last week of each year, and for the last of the `until` weeks."""
    from regionsim.indicators import INDICATORS
    from regionsim.runs.numerals import with_unit

    weeks = [result.start + timedelta(days=7 * week) for week in range(until)]
    ends = [w for w, day in enumerate(weeks) if w + 1 == len(weeks) or weeks[w + 1].year > day.year]
    for week in ends:
        figures = [
            f"{INDICATORS[name].title} {with_unit(float(result.columns[name][0, week]), INDICATORS[name].unit)}"
            for name in HEADLINES
            if name in result.columns
        ]
        yield StoryLine(weeks[week], "year", "; ".join(figures))


def _differences(run: Run, world: int, result: BatchResult) -> list[str]:
    """Names of the stored columns that differ in any bit from the replayed world."""
    batch = next(batch for batch in run.batches if world in batch.worlds)
    row = world - batch.first
    differing = []
    for name in (*run.indicators, *(run.variables if batch.record_all else ())):
        stored = parts.read_column(run.path, batch, name, run.manifest.weeks)[row]
        if name not in result.columns or not _equal(stored, result.columns[name][0]):
            differing.append(name)
    for name, places in run.places.items():
        for place in places:
            stored = parts.read_place(run.path, batch, name, place, run.manifest.weeks)[row]
            if place not in result.places.get(name, {}) or not _equal(stored, result.places[name][place][0]):
                differing.append(f"{name}[{place}]")
    stored_events = parts.read_events(run.path, batch, range(world, world + 1))
    if not stored_events.equals(parts.events_table(result).cast(stored_events.schema)):
        differing.append("events")
    return differing


def _equal(stored: np.ndarray, played: np.ndarray) -> bool:
    return stored.tobytes() == np.ascontiguousarray(played, dtype=np.float32).tobytes()


def _note(run: Run, world: int, differing: list[str]) -> str:
    if not differing:
        return f"world {world}, played again alone, equals the stored one in every value, bit for bit"
    shown = ", ".join(differing[:5]) + (f" and {len(differing) - 5} more" if len(differing) > 5 else "")
    return f"world {world}, played again, differs from the stored one in {shown} ({what_changed(run)})"
