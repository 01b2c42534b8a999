"""The brief of a question: `regionsim report` in a process of its own, which ends with the page that asked.

Core object: `written`. The process plays into the folder of runs, so that a second brief of the same question is fast.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from regionsim.errors import InputError
from regionsim.views.explore.library import Library
from regionsim.views.explore.player import Stopped
from regionsim.views.explore.question import Question, question_of, titled

_LOOK_EVERY = 0.5  # seconds


def written(library: Library, question: Question, title: str, stop: Callable[[], bool]) -> Iterator[str | None]:
    """The brief as HTML at last; None now and then before. Raises InputError with what the command says, or Stopped."""
    start = question_of(library.start, {"parameters": question.parameters}).scenario
    asked = question.scenario.model_copy(update={"title": titled(title)})
    with tempfile.TemporaryDirectory(dir=library.folder) as place:
        folder = Path(place)
        files = [folder / "explored.yaml", folder / f"{start.name}_start.yaml"]
        for path, scenario in zip(files, (asked, start), strict=True):
            path.write_text(scenario.resolved_yaml(), encoding="utf-8")
        words = [sys.executable, "-m", "regionsim", "report", str(files[0]), "--baseline", str(files[1]), "--quiet"]
        words += ["--runs", str(library.folder.parent), "--out", str(folder / "brief.html")]
        with (folder / "said").open("wb") as said:
            process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said)  # noqa: S603
            try:
                while process.poll() is None:
                    if stop():
                        raise Stopped
                    yield None
                    time.sleep(_LOOK_EVERY)
            finally:
                process.terminate()
                process.wait()
        if process.returncode:
            lines = (folder / "said").read_text(encoding="utf-8", errors="replace").strip().splitlines()
            raise InputError(lines[-5:] or ["brief: could not be written"])
        yield (folder / "brief.html").read_text(encoding="utf-8")
