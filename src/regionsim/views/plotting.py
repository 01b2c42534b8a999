"""matplotlib, imported and used whatever the user's own settings are.

Core objects: `look` (everything is drawn inside it: the defaults and the house's settings, and nothing of the user's).
Importing this module imports matplotlib, also where a setting of the user's would make that fail; so it, and no other
module, is where matplotlib is first imported.
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

# What belongs to the session and not to the look of a picture: windows, folders, the zero of dates.
_OF_SESSION = (
    "backend", "backend_fallback", "interactive", "toolbar", "date.epoch", "docstring.hardcopy", "savefig.directory",
    "figure.max_open_warning", "figure.raise_window", "tk.window_focus",
)  # fmt: skip
FONT = "DejaVu Sans"  # ships with matplotlib, so that every machine draws the same
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
    """Nothing of what matplotlib says of the user's settings or folders: it is not about these pictures."""
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
    """Import matplotlib; where the user's settings make it fail, once more without them."""
    if "matplotlib" in sys.modules:
        return
    with _silence(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import matplotlib as _  # noqa: F401
        except Exception:  # of any kind: a backend that is none, a file that is no text or may not be read
            _import_without_settings()


def _import_without_settings() -> None:
    """Import matplotlib from the folder of its own settings, which it looks into before all others."""
    spec = find_spec("matplotlib")
    if spec is None or spec.origin is None:
        import matplotlib as _  # says that there is none

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
    """The working folder; None where it has been removed."""
    try:
        return os.getcwd()  # noqa: PTH109 - a text that chdir takes back
    except OSError:
        return None


_import()

import matplotlib as mpl  # noqa: E402 - after the import that cannot fail

with _silence():
    mpl.get_cachedir()  # asked for once: where the user's folder cannot be written, it says so here


@cache
def _settings() -> dict[Any, Any]:
    return {key: mpl.rcParamsDefault[key] for key in mpl.rcParamsDefault if key not in _OF_SESSION} | _HOUSE


@contextmanager
def look() -> Iterator[None]:
    """Draw with matplotlib's defaults and the house's settings; afterwards the user's are as they were."""
    with _LOCK, _silence(), mpl.rc_context(_settings()):
        yield
