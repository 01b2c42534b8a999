"""What a user sees while worlds are played: a bar with the time left, on a terminal only, and a word on compiling.

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
_EVERY_TIME = "as they cannot be kept: no folder for them can be written (NUMBA_CACHE_DIR names another)"


@contextlib.contextmanager
def bar(title: str, *, quiet: bool = False) -> Iterator[Callable[[int, int], None] | None]:
    """Inside, `progress(done, of_all)` moves a bar on stderr; None where stderr is no terminal or `quiet` is set."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    parts = (
        TextColumn("{task.description}", markup=False),  # a name is no style
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
    """Inside, kernels are loaded; where numba's cache does not hold them, it is said once that they are compiled."""
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
    """Load the kernels, or compile them, once and before others need them; not where a pool can load them for itself.

    Kernels newer than every source of the model are taken to be current; if they are not, each process compiles.
    """
    if processes > 1 and _kernels_are_current():
        return
    with announce_compiling(quiet=quiet):
        import regionsim.model.play  # noqa: F401


def _kernels_are_current() -> bool:
    """Whether this Python's kernels lie beside the sources, and numba was not told to keep them elsewhere."""
    if os.environ.get("NUMBA_CACHE_DIR"):
        return False
    mine = f"__pycache__/*.py{sys.version_info.major}{sys.version_info.minor}*.nbi"
    return max(map(_changed, _MODEL.rglob("*.py"))) < max(map(_changed, _MODEL.rglob(mine)), default=0.0)


def _changed(path: Path) -> float:
    return path.stat().st_mtime
