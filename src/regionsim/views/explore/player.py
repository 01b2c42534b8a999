"""Simulates questions in the same worlds, from where they first differ from the start, and hands out half-years.

Core objects: `Player` and `Part`. A group of worlds is played at a time, a small one first, so that the first answer
comes soon; a world has the same bits in any group. Copies of the starting scenario's play are kept at the weeks from
which questions were asked.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise, repeat
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from regionsim.errors import InputError
from regionsim.views.explore.compose import Channel, week_of

if TYPE_CHECKING:
    from regionsim.model.region import RegionModel
    from regionsim.scenario import Scenario
    from regionsim.views.explore.question import Question

type Floats = npt.NDArray[np.float32]

FIRST = 32
"""Worlds of the group that is played first."""
HALF = 26
"""Weeks between two parts."""
KEPT = 4
"""Copies kept of each group, beside the one at the start."""


@dataclass(frozen=True)
class Part:
    """Values of some worlds at some points: channels x worlds x points."""

    first_world: int
    first_point: int
    values: Floats

    def put_into(self, whole: Floats) -> None:
        """Write the values to their place among those of all worlds and points."""
        _, worlds, points = self.values.shape
        rows = slice(self.first_world, self.first_world + worlds)
        whole[:, rows, self.first_point : self.first_point + points] = self.values


class Stopped(Exception):
    """A newer question, or the end of the program."""


class Player:
    """Plays one starting scenario and questions about it. `turn`: held for each week, so that plays take turns."""

    def __init__(self, start: Scenario, worlds: int, channels: Sequence[Channel], points: Sequence[int]) -> None:
        self.start, self.worlds = start, worlds
        self.channels, self.points = tuple(channels), tuple(points)
        self.turn = threading.Lock()
        edges = [0, min(FIRST, worlds), worlds]
        self.groups = [_Group(range(a, b)) for a, b in pairwise(edges) if b > a]

    def parts(self, question: Question | None, stop: Callable[[], bool]) -> Iterator[Part]:
        """Every value of a question, or of the starting scenario, in parts. Raises Stopped when told to stop."""
        for group in self.groups:
            with self.turn:
                model = self._opened(group, question)
            yield from self.play(model, stop, group.numbers.start)

    def play(self, model: RegionModel, stop: Callable[[], bool], first_world: int = 0) -> Iterator[Part]:
        """Play a model to its end, and hand out its values each half-year."""
        sent = 0
        for stride in chain((HALF // 2, HALF // 2), repeat(HALF)):  # the first half-year comes in two parts
            last = min(model.week + stride, model.weeks - 1)
            self.play_to(model, last, stop)
            ready = sum(week <= last for week in self.points)
            if ready > sent:
                yield Part(first_world, sent, self.values(model, sent, ready))
                sent = ready
            if last == model.weeks - 1:
                return

    def play_to(self, model: RegionModel, week: int, stop: Callable[[], bool]) -> None:
        """Play all weeks up to this one, taking turns with other plays. Raises Stopped."""
        with np.errstate(all="ignore"):  # a failed world's NaN reaches no other, and is shown as missing
            while model.week < week:
                if stop():
                    raise Stopped
                with self.turn:
                    model.step()

    def values(self, model: RegionModel, first: int, last: int) -> Floats:
        """The channels of a model at some points, (channels, worlds, points)."""
        weeks = self.points[first:last]
        return np.stack([model.recorder.at(weeks, *channel.place) for channel in self.channels])

    def _opened(self, group: _Group, question: Question | None) -> RegionModel:
        """A model of a group that is ready to go on under the question."""
        if question is None:
            return group.fresh(self.start)
        week = week_of(self.start.start, question.changed_from)
        if self.start.parameters == question.scenario.parameters and week > 0:
            try:
                return group.branched(self.start, question.scenario, min(week, self.start.weeks - 1))
            except InputError:  # something differs from the first week on
                pass
        return group.fresh(question.scenario)


class _Group:
    """Some worlds, and copies of their play under the starting scenario, by the week that they would play next."""

    def __init__(self, numbers: range) -> None:
        self.numbers = numbers
        self.copies: dict[int, RegionModel] = {}

    def fresh(self, scenario: Scenario) -> RegionModel:
        """A model before its first week."""
        from regionsim.model.region import RegionModel
        from regionsim.model.worlds import plain_worlds

        with np.errstate(all="ignore"):
            return RegionModel(scenario, plain_worlds(scenario, self.numbers))

    def branched(self, start: Scenario, scenario: Scenario, week: int) -> RegionModel:
        """A model under the scenario from a week on; before it, the play of the starting scenario."""
        with np.errstate(all="ignore"):
            if week not in self.copies:
                before = [each for each in self.copies if each < week]
                trunk = self.copies[max(before)] if before else self.fresh(start)
                made = trunk.branch(start, trunk.week + 1)
                while made.week + 1 < week:
                    made.step()
                self.copies[week] = made
            copy = self.copies.pop(week)
            self.copies[week] = copy  # the latest used is last
            while len(self.copies) > KEPT:
                del self.copies[next(iter(self.copies))]
            return copy.branch(scenario, week)
