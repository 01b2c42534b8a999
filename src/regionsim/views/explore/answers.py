"""What the server answers: the page, values of the start, effects of levers, simulations, files.

Core object: `Answers`. Values travel as base64 of 32-bit floats, little-endian, in the order of their shape.
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any

import numpy as np

from regionsim.doors import whole
from regionsim.errors import InputError
from regionsim.views.explore import brief, page
from regionsim.views.explore.library import Library
from regionsim.views.explore.player import Floats, Part
from regionsim.views.explore.question import Question, question_of

MOST_PLAYS = 12
"""Plays at one time; one more stops the oldest."""
_NAME = 40


class Answers:
    """Answers of one explorer. `by_path`: what answers a POST to each path."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._ended = threading.Event()
        self._plays: dict[str, threading.Event] = {}
        self._lock = threading.Lock()
        self.by_path: dict[str, Callable[[dict[str, Any]], dict[str, Any] | Iterator[dict[str, Any]]]] = {
            "/api/ping": lambda _data: {"key": library.key},
            "/api/base": self.base,
            "/api/lever": self.lever,
            "/api/simulate": self.simulate,
            "/api/story": self.story,
            "/api/brief": self.brief,
            "/api/scenario": self.scenario,
            "/api/export": self.export,
        }

    def stop(self) -> None:
        """End every play."""
        self._ended.set()

    def page(self, token: str) -> tuple[str, str]:
        """The page and its content security policy."""
        return page.live(self.library, token)

    # -- streams -----------------------------------------------------------------------------------------------------

    def base(self, data: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The values under the starting scenario, stored or as they are simulated."""
        with self._play(f"base {_tab(data)}") as stop:
            found = self.library.base()
            if found is not None:
                yield _part(Part(0, 0, found))
            else:
                yield from self._kept(stop)
            yield {"type": "done", "limits": self.library.limits(), "known": self.library.known()}

    def _kept(self, stop: Callable[[], bool]) -> Iterator[dict[str, Any]]:
        library = self.library
        values = library.empty()
        for part in library.player.parts(None, stop):
            part.put_into(values)
            yield _part(part)
        library.keep_base(values)

    def lever(self, data: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """What a lever does by itself, simulated if it has not been; its progress before."""
        name = data.get("lever")
        if name not in self.library.levers:
            raise InputError(f"lever: {str(name)[:_NAME]!r} has no estimate here")
        return self._lever(name, _tab(data))

    def _lever(self, name: str, tab: str) -> Iterator[dict[str, Any]]:
        found = self.library.effects(name)
        if found is None:
            with self._play(f"lever {tab} {name}") as stop:
                yield from _beside(lambda say: self.library.learn(name, say, stop))
            found = self.library.effects(name)
        if found is not None:
            limits = self.library.limits()
            yield {"type": "lever", "lever": name, "values": encoded(found), "limits": limits}

    def simulate(self, data: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The values of a question as they are simulated; the newest question of a page ends the one before."""
        return self._simulated(self._question(data), _tab(data))

    def _simulated(self, question: Question, tab: str) -> Iterator[dict[str, Any]]:
        with self._play(f"simulate {tab}") as stop:
            for part in self.library.player.parts(question, stop):
                yield _part(part)
        yield {"type": "done"}

    def story(self, data: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The dated events of one world of a question, which is played alone for it."""
        question = self._question(data)
        world = whole(data.get("world"), "world", 0, self.library.worlds - 1)
        return self._told(question, world, _tab(data))

    def _told(self, question: Question, world: int, tab: str) -> Iterator[dict[str, Any]]:
        from regionsim.model.play import result
        from regionsim.model.region import RegionModel
        from regionsim.model.worlds import plain_worlds
        from regionsim.runs.story import lines_of

        player = self.library.player
        with self._play(f"story {tab}") as stop:
            with player.turn:
                model = RegionModel(question.scenario, plain_worlds(question.scenario, [world]), record_all=True)
            while model.week + 1 < model.weeks:
                yield {"type": "progress", "share": round((model.week + 1) / model.weeks, 3)}
                player.play_to(model, min(model.week + 52, model.weeks - 1), stop)
        lines = [[line.date.isoformat(), line.kind, line.text] for line in lines_of(result(model), model.weeks)]
        yield {"type": "story", "world": world, "lines": lines}

    def brief(self, data: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The decision brief of a question beside the starting scenario, as one HTML file."""
        return self._briefed(self._question(data), str(data.get("title") or ""), _tab(data))

    def _briefed(self, question: Question, title: str, tab: str) -> Iterator[dict[str, Any]]:
        with self._play(f"brief {tab}") as stop:
            for text in brief.written(self.library, question, title, stop):
                yield {"type": "working"} if text is None else {"type": "brief", "html": text}

    # -- files -------------------------------------------------------------------------------------------------------

    def scenario(self, data: dict[str, Any]) -> dict[str, Any]:
        """A question as a scenario file, with the commands that reproduce what is seen."""
        question = self._question(data)
        file = question.file(str(data.get("title") or ""))
        base = self.library.start.extends
        same = "".join(f" --set parameters.{name}={value}" for name, value in question.parameters.items())
        return {
            "yaml": file,
            "commands": [
                "regionsim run explored.yaml",
                f"regionsim compare explored.yaml --baseline {base}{same}",
                f"regionsim report explored.yaml --baseline {base}{same} --out brief.html",
            ],
        }

    def export(self, data: dict[str, Any]) -> dict[str, Any]:
        """The page as one file that answers from disk: the start's values and the learned levers that were named."""
        if self.library.base() is None:
            raise InputError("export: the starting scenario is still being simulated")
        names = data.get("levers")
        listed = [name for name in names if isinstance(name, str)] if isinstance(names, list) else []
        known = [name for name in self.library.known() if name in listed]
        return {"html": page.exported(self.library, known[: page.MOST_EXPORTED])}

    # -- shared ------------------------------------------------------------------------------------------------------

    def _question(self, data: dict[str, Any]) -> Question:
        return question_of(self.library.start, data.get("question"))

    @contextmanager
    def _play(self, name: str) -> Iterator[Callable[[], bool]]:
        """Inside, a play; it is told to stop by a newer one of its name, by too many others, and by the end.

        One whose reader is gone stops too, as its stream is closed.
        """
        mine = threading.Event()
        with self._lock:
            if name in self._plays:
                self._plays.pop(name).set()
            self._plays[name] = mine
            while len(self._plays) > MOST_PLAYS:
                self._plays.pop(next(iter(self._plays))).set()
        try:
            yield lambda: mine.is_set() or self._ended.is_set()
        finally:
            mine.set()
            with self._lock:
                if self._plays.get(name) is mine:
                    del self._plays[name]


def encoded(values: Any) -> str:
    """Values as base64 of little-endian 32-bit floats."""
    return base64.b64encode(np.ascontiguousarray(values, dtype="<f4").tobytes()).decode("ascii")


def _part(part: Part) -> dict[str, Any]:
    _, worlds, points = part.values.shape
    return {
        "type": "part", "world": part.first_world, "point": part.first_point, "worlds": worlds, "points": points,
        "values": encoded(part.values),
    }  # fmt: skip


def _tab(data: dict[str, Any]) -> str:
    """The page that asks, by the name it gave itself."""
    return str(data.get("tab") or "")[:_NAME]


def _beside(work: Callable[[Callable[[float], None]], Floats]) -> Iterator[dict[str, Any]]:
    """Do work in a thread, and yield its progress. Raises what it raises."""
    told: SimpleQueue[float | BaseException | None] = SimpleQueue()

    def run() -> None:
        try:
            work(told.put)
            told.put(None)
        except BaseException as fault:
            told.put(fault)

    threading.Thread(target=run, daemon=True).start()
    while (said := told.get()) is not None:
        if isinstance(said, BaseException):
            raise said
        yield {"type": "progress", "share": round(said, 3)}
