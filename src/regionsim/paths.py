"""Paths: the evidence base and the shipped scenarios of this installation, and paths given by users.

Core objects: `seeds_dir`, `scenarios_dir`, and `user_path`, which reads every path that a user gives.
"""

import errno
from pathlib import Path

from regionsim.errors import InputError

OBSERVED_VARIABLE = "REGIONSIM_OBSERVED"
"""Environment variable with a folder of newer rows of the record; `--observed` sets it for one command."""
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
    """A path given by a user: a leading ~ or ~NAME is that user's home folder, as in a shell.

    option: where it was given, such as `--out`. Raises InputError for text that no file system accepts.
    """
    prefix = f"{option} " if option else ""
    text = str(given)
    if "\0" in text:
        raise InputError(f"{prefix}{text!r}: is not a path")
    if not text.startswith("~"):
        return Path(given)
    try:
        return Path(given).expanduser()
    except RuntimeError:
        raise InputError(f"{prefix}{text}: the home folder of this user is unknown (write the path in full)") from None


def writable_path(given: str | Path, option: str) -> Path:
    """A path to write to, in text that a manifest can record. Raises InputError."""
    path = user_path(given, option)
    if not str(given):
        raise InputError(f"{option} '': names no file or folder (the current folder is .)")
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        shown = str(path).encode("utf-8", "backslashreplace").decode()
        raise InputError(f"{option} {shown}: the name is not UTF-8 text (choose another)") from None
    try:
        path.lstat()
    except OSError as fault:
        if fault.errno == errno.ENAMETOOLONG:  # other faults are found when it is written
            start = str(path)[:_SHOWN] + ("..." if len(str(path)) > _SHOWN else "")
            raise InputError(f"{option} {start}: cannot be written (the name is too long)") from None
    return path
