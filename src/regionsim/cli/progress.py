"""What a user sees while worlds are played: a bar with the time left, on a terminal only, and a word on compiling.

Core objects: `bar`, `announce_compiling`, `load_kernels`.
"""

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from regionsim.cli.write import note
from regionsim.console import on_one_line, screen_width

_MODEL = Path(__file__).resolve().parents[1] / "model"
_PATIENCE = 8.0  # seconds before a slow start is explained where kernels are kept: they may be stale


@contextlib.contextmanager
def bar(title: str, *, quiet: bool = False) -> Iterator[Callable[[int, int], None] | None]:
    """Inside, `progress(done, of_all)` moves a bar on stderr; None where stderr is no terminal or `quiet` is set."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    words = (
        TextColumn("{task.description}", markup=False),  # a name is no style
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        TextColumn("left"),
    )
    screen = Console(stderr=True, width=screen_width(sys.stderr))
    with Progress(*words, console=screen, transient=True) as shown:
        task = shown.add_task(on_one_line(title), total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)


@contextlib.contextmanager
def announce_compiling(*, quiet: bool = False) -> Iterator[None]:
    """Inside, the kernels are loaded; where that takes long it is said why."""
    words = "compiling kernels, once per machine; this takes up to a minute ..."
    timer = threading.Timer(_PATIENCE if _kernels_are_kept() else 0.0, note, [words])
    timer.daemon = True
    if not quiet:
        timer.start()
    try:
        yield
    finally:
        timer.cancel()


def load_kernels(processes: int, *, quiet: bool = False) -> None:
    """Load the kernels, or compile them, once and before others need them; not where a pool can load them for itself.

    Kernels newer than every source of the model are taken to be current; if they are not, each process compiles.
    """
    if processes > 1 and _kernels_are_current():
        return
    with announce_compiling(quiet=quiet):
        import regionsim.model.play  # noqa: F401


def _kernels_are_current() -> bool:
    return max(map(_changed, _MODEL.rglob("*.py"))) < max(map(_changed, _MODEL.rglob("__pycache__/*.nbi")), default=0.0)


def _changed(path: Path) -> float:
    return path.stat().st_mtime


def _kernels_are_kept() -> bool:
    """Whether compiled kernels lie beside the model's sources."""
    return any(_MODEL.rglob("__pycache__/*.nbi"))
