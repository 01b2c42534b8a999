"""Paths: the evidence base and the shipped scenarios of this installation, and what a user means by a path.

Core objects: `seeds_dir`, `scenarios_dir`, and `user_path`, the one door for paths that a user gives.
"""

import errno
from pathlib import Path

from regionsim.errors import InputError

_SHOWN = 200  # characters of a path repeated in a fault
_PACKAGE = Path(__file__).resolve().parent


def _data_dir(name: str) -> Path:
    """Folder `name` of the installed package's data, or of the checkout.

    Raises FileNotFoundError when neither holds it: a broken installation.
    """
    for folder in (_PACKAGE / "_data" / name, _PACKAGE.parents[1] / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the folder {name}/ is missing from this installation of regionsim")


def seeds_dir() -> Path:
    """Folder of the evidence base: documents, claims, observed series, parameters, levers."""
    return _data_dir("seeds")


def scenarios_dir() -> Path:
    """Folder of the shipped scenarios."""
    return _data_dir("scenarios")


def user_path(given: str | Path, option: str = "") -> Path:
    """The path a user means: a leading ~ or ~NAME is the folder of that user, as in a shell.

    option: what it was given for, as `--out`. Raises InputError for what no file system takes.
    """
    prefix = f"{option} " if option else ""
    text = str(given)
    if "\0" in text:
        raise InputError(f"{prefix}{text!r}: is no path")
    if not text.startswith("~"):
        return Path(given)
    try:
        return Path(given).expanduser()
    except RuntimeError:
        raise InputError(f"{prefix}{text}: the folder of this user is unknown (write the path in full)") from None


def writable_path(given: str | Path, option: str) -> Path:
    """A path that something is to be written to, in text that can be recorded beside results. Raises InputError."""
    path = user_path(given, option)
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        shown = str(path).encode("utf-8", "backslashreplace").decode()
        raise InputError(f"{option} {shown}: the name is not UTF-8 text (choose another)") from None
    try:
        path.lstat()
    except OSError as fault:
        if fault.errno == errno.ENAMETOOLONG:  # what else is wrong with it is found where it is written to
            start = str(path)[:_SHOWN] + ("..." if len(str(path)) > _SHOWN else "")
            raise InputError(f"{option} {start}: cannot be written (the name is too long)") from None
    return path
