"""The live page in a notebook: the same page in a frame, whose requests go to the kernel as messages.

Core object: `Widget`. Needs the extra `notebooks`. The frame has no origin of its own and may only run scripts and save
files; nothing is served, so it works wherever the notebook's kernel does.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from regionsim.errors import InputError, RegionsimError
from regionsim.views.explore import page
from regionsim.views.explore.answers import Answers
from regionsim.views.explore.player import Stopped
from regionsim.views.explore.server import MOST_AT_ONCE

_HEIGHT = 760


class Widget(anywidget.AnyWidget):
    """Shows the page of some answers. height: of the frame, in pixels."""

    _esm = Path(__file__).parent / "page" / "widget.js"
    html = traitlets.Unicode().tag(sync=True)
    height = traitlets.Int(_HEIGHT).tag(sync=True)

    def __init__(self, answers: Answers, height: int = _HEIGHT) -> None:
        super().__init__(html=page.bridged(answers.library), height=height)
        self._answers = answers
        self._open: dict[str, threading.Event] = {}
        self.on_msg(self._asked)

    def _asked(self, _widget: object, content: object, _buffers: object) -> None:
        """A message of the page: a question, which is answered in a thread, or the end of one."""
        if not isinstance(content, dict) or not isinstance(content.get("id"), str):
            return
        id, body = content["id"], content.get("body")
        if content.get("stop"):
            if id in self._open:
                self._open[id].set()
            return
        if len(self._open) >= MOST_AT_ONCE or id in self._open:
            self.send({"id": id, "busy": True})
            return
        self._open[id] = threading.Event()
        task = (id, str(content.get("path")), body if isinstance(body, dict) else {})
        threading.Thread(target=self._answer, args=task, daemon=True).start()

    def _answer(self, id: str, path: str, body: dict[str, Any]) -> None:
        """Answer a question, as the server does, by messages that carry its id."""
        try:
            self.send({"id": id, "began": True})
            answered = self._answers.by_path[path](body)
            if isinstance(answered, Iterator):
                self._stream(id, answered)
            else:
                self.send({"id": id, "data": answered})
        except KeyError:
            self.send({"id": id, "faults": ["not found"]})
        except Stopped:
            self.send({"id": id, "event": {"type": "stopped"}})
        except InputError as error:
            self.send({"id": id, "faults": error.faults})
        except RegionsimError as error:
            self.send({"id": id, "faults": [str(error)]})
        finally:
            self._open.pop(id, None)
            self.send({"id": id, "end": True})

    def _stream(self, id: str, events: Iterator[dict[str, Any]]) -> None:
        for event in events:
            if self._open[id].is_set():
                events.close()  # type: ignore[attr-defined]
                return
            self.send({"id": id, "event": event})
