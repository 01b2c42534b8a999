"""matplotlib, imported and used independently of the user's settings.

Core objects: `look` (everything is drawn inside it, with matplotlib's defaults and the house style).
Importing this module imports matplotlib even if a setting of the user would make that fail, so matplotlib is first
imported here and nowhere else.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

# Settings of the session, not of the look of a picture: windows, folders, the zero of dates.
_OF_SESSION = (
    "backend", "backend_fallback", "interactive", "toolbar", "date.epoch", "docstring.hardcopy", "savefig.directory",
    "figure.max_open_warning", "figure.raise_window", "tk.window_focus",
)  # fmt: skip
FONT = "DejaVu Sans"  # ships with matplotlib, so that all machines draw the same
_HOUSE: dict[str, Any] = {
    "font.family": [FONT],
    "text.parse_math": False,  # titles, names, paths and units are shown as they are typed
    "text.usetex": False,
    "timezone": "UTC",
}
_LOCK = threading.RLock()  # settings are the process's: two threads that draw take turns
_LOG = logging.getLogger("matplotlib")


@contextmanager
def _silence() -> Iterator[None]:
    """Silence matplotlib's remarks on the user's settings and folders, which do not concern these pictures."""
    before = _LOG.level
    _LOG.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            warnings.simplefilter("ignore", PendingDeprecationWarning)
            yield
    finally:
        _LOG.setLevel(before)


def _import() -> None:
    """Import matplotlib; if the user's settings make it fail, again without them."""
    if "matplotlib" in sys.modules:
        return
    with _silence(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import matplotlib as _  # noqa: F401
        except Exception:  # any error: an unknown backend, an unreadable file
            _import_without_settings()


def _import_without_settings() -> None:
    """Import matplotlib from the folder of its own settings, which it searches first."""
    spec = find_spec("matplotlib")
    if spec is None or spec.origin is None:
        import matplotlib as _  # raises ImportError

        return
    for name in [name for name in sys.modules if name.startswith("matplotlib.")]:
        del sys.modules[name]  # parts of the import that failed
    backend, here = os.environ.pop("MPLBACKEND", None), _folder()
    os.chdir(Path(spec.origin).parent / "mpl-data")
    try:
        import matplotlib as _  # noqa: F401
    finally:
        if here is not None:
            os.chdir(here)
        if backend is not None:
            os.environ["MPLBACKEND"] = backend


def _folder() -> str | None:
    """The working folder; None if it has been removed."""
    try:
        return os.getcwd()  # noqa: PTH109 - a string for chdir
    except OSError:
        return None


_import()

import matplotlib as mpl  # noqa: E402 - after the import that cannot fail

with _silence():
    mpl.get_cachedir()  # asked once here, where its warning about an unwritable folder is silenced


@cache
def _settings() -> dict[Any, Any]:
    return {key: mpl.rcParamsDefault[key] for key in mpl.rcParamsDefault if key not in _OF_SESSION} | _HOUSE


@contextmanager
def look() -> Iterator[None]:
    """Draw with matplotlib's defaults and the house style; restores the user's settings afterwards."""
    with _LOCK, _silence(), mpl.rc_context(_settings()):
        yield
