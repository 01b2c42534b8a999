"""What a user sees while worlds are played: a bar with the time left, on a terminal only, and a note on compiling.

Core objects: `bar`, `announce_compiling`, `load_kernels`.
"""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from regionsim.cli.write import note
from regionsim.console import on_one_line, screen_width

_MODEL = Path(__file__).resolve().parents[1] / "model"
_ONCE = "once per machine"
_EVERY_TIME = "as they cannot be kept: no cache folder can be written (set NUMBA_CACHE_DIR to another)"


@contextlib.contextmanager
def bar(title: str, *, quiet: bool = False) -> Iterator[Callable[[int, int], None] | None]:
    """Inside, `progress(done, of_all)` moves a bar on stderr; None if stderr is no terminal or `quiet` is set."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    parts = (
        TextColumn("{task.description}", markup=False),  # a name is not markup
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        TextColumn("left"),
    )
    screen = Console(stderr=True, width=screen_width(sys.stderr))
    with Progress(*parts, console=screen, transient=True) as shown:
        task = shown.add_task(on_one_line(title), total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)


@contextlib.contextmanager
def announce_compiling(*, quiet: bool = False) -> Iterator[None]:
    """Inside, kernels are loaded; if numba's cache lacks them, one note says that they are compiled."""
    from regionsim.model import _jit

    announced: list[bool] = []

    def announce(cached: bool) -> None:
        if not announced and not quiet:
            note(f"compiling kernels, {_ONCE if cached else _EVERY_TIME}; this takes up to a minute ...")
        announced.append(cached)

    _jit.on_compiling.append(announce)
    try:
        yield
    finally:
        _jit.on_compiling.remove(announce)


def load_kernels(processes: int, *, quiet: bool = False) -> None:
    """Load or compile the kernels once, before workers need them; skipped if workers can load them from the cache.

    Kernels newer than every source of the model are taken to be current; if they are not, each process compiles.
    """
    if processes > 1 and _kernels_are_current():
        return
    with announce_compiling(quiet=quiet):
        import mesa  # noqa: F401  # it looks through all modules there are, so it comes before most

        from regionsim.runs.engine import MODEL

        MODEL.load(for_good=True)


def _kernels_are_current() -> bool:
    """Whether kernels of this Python are newer than the sources beside them, and NUMBA_CACHE_DIR is not set."""
    if os.environ.get("NUMBA_CACHE_DIR"):
        return False
    mine = f"__pycache__/*.py{sys.version_info.major}{sys.version_info.minor}*.nbi"
    return max(map(_changed, _MODEL.rglob("*.py"))) < max(map(_changed, _MODEL.rglob(mine)), default=0.0)


def _changed(path: Path) -> float:
    return path.stat().st_mtime
