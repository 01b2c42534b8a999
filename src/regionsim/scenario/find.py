"""Finds and reads scenario files: shipped names, paths, and files beside another file, never outside its folder.

Core objects: `source_path` (the argument of a command), `beside` (what `extends` and `baseline` name), `completed`
(adds the file ending), `read_bytes`.
"""

import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path

from regionsim.errors import InputError
from regionsim.paths import scenarios_dir, user_path
from regionsim.scenario.vocabulary import shipped_scenarios
from regionsim.yamlfile.faults import allowed, hidden, nearest, printable, quoted
from regionsim.yamlfile.locate import MAX_BYTES

ENDINGS = (".yaml", ".yml")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*", re.ASCII)


def is_name(text: str) -> bool:
    """Whether the text is a bare scenario name rather than a path."""
    return _NAME.fullmatch(text) is not None


def completed(path: Path) -> Path | None:
    """The existing file: the path with .yaml or .yml added, or as it stands; None if there is neither.

    A dot in a name does not make an ending: `policy.v1` finds policy.v1.yaml. A path that ends in .yaml or .yml is
    tried unchanged first.
    """
    ended = path.suffix.lower() in ENDINGS
    longer = [path.parent / f"{path.name}{ending}" for ending in ENDINGS if path.name]
    for candidate in [path, *longer] if ended else [*longer, path]:
        if _exists(candidate) and (candidate is path or not candidate.is_dir()):
            return candidate
    return None


def source_path(source: str | Path) -> Path:
    """The file that a command's SCENARIO means: the name of a shipped scenario, or a path. Raises InputError.

    A path without .yaml or .yml is completed, as for `extends`.
    """
    if not isinstance(source, str | Path):
        raise InputError(
            f"{printable(repr(source))}: is not a scenario (allowed: a path, or a shipped scenario's name)"
        )
    if isinstance(source, str) and is_name(source) and _exists(shipped := scenarios_dir() / f"{source}.yaml"):
        return shipped
    path = completed(user_path(source))
    if path is not None:
        if sign := hidden(path.stem):
            raise InputError(
                f"{printable(str(source), 1000)}: the name holds {sign}, which is invisible (rename the file)"
            )
        return path
    if isinstance(source, str) and is_name(source):
        hint = allowed(source, shipped_scenarios(), _LIST)
        raise InputError(f"{printable(source)}: no shipped scenario and no file has this name {hint}")
    if meant := nearest(Path(source).name, _scenario_files(user_path(source).parent)):
        hint = f" (did you mean {printable(meant)}?)"
    elif meant := nearest(Path(source).stem, shipped_scenarios()):
        hint = f" (did you mean the shipped scenario {meant}?)"
    else:
        hint = ""
    raise InputError(f"{printable(str(source), 1000)}: there is no such file{hint}")


def _scenario_files(folder: Path) -> list[str]:
    """Names of the files in a folder that could be scenarios; none where it cannot be read."""
    try:
        return sorted(path.name for path in folder.iterdir() if path.suffix.lower() in ENDINGS)
    except (OSError, ValueError):
        return []


def beside(word: str, folder: Path, names: Iterable[str]) -> Path:
    """The file that `extends` or `baseline` names from a file in `folder`: one in that folder, or a shipped one.

    `names` are the shipped scenarios. Raises ValueError with a message for the user. Symbolic links are resolved before
    the folder is compared, so that none leads outside.
    """
    if not word.strip() or "\0" in word:
        raise ValueError("must be the name of a scenario")
    if Path(word).is_absolute() or re.match(r"[A-Za-z]:|[\\/~]", word):
        raise ValueError(f"{quoted(word)} is an absolute path {_ALLOWED}")
    local = completed(folder / word)
    if sign := hidden(word):
        raise ValueError(f"{quoted(word)} holds {sign}, which is invisible (rename the file)")
    if local is not None and not local.is_dir():
        return _inside(local, folder, word)
    _inside(folder / word, folder, word)
    shipped = scenarios_dir() / f"{word}.yaml"
    if word in names and shipped.is_file():
        return shipped
    if is_name(word):
        choices = allowed(word, {*names, *_stems(folder)}, _LIST)
        raise ValueError(f"there is no scenario {quoted(word)} beside this file or shipped {choices}")
    files = allowed(word, [f"{stem}.yaml" for stem in _stems(folder)][:_MANY])
    raise ValueError(f"there is no file {quoted(word)} beside this one {files}")


def read_bytes(path: Path) -> bytes:
    """The file's bytes, at most one more than allowed. Raises ValueError with a message for the user."""
    try:
        # without O_NONBLOCK, opening a named pipe would wait for a writer that may never come
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise ValueError("is not a file (must be a regular file of YAML text)")
            with os.fdopen(handle, "rb", closefd=False) as stream:
                return stream.read(MAX_BYTES + 1)
        finally:
            os.close(handle)
    except OSError as error:
        raise ValueError(f"cannot be read: {(error.strerror or str(error)).lower()}") from None


def display(path: Path) -> str:
    """The path as faults show it: relative to the working folder if it lies inside."""
    if not path.is_absolute():
        return str(path)
    try:
        return str(path.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _inside(path: Path, folder: Path, word: str) -> Path:
    """The path, if it lies inside the folder after links are resolved; else raises ValueError."""
    try:
        inside = path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):
        raise ValueError(f"{quoted(word)} is not a usable path {_ALLOWED}") from None
    if not inside:
        raise ValueError(f"{quoted(word)} leads outside this file's folder {_ALLOWED}")
    return path


def _stems(folder: Path) -> list[str]:
    try:
        return sorted(path.stem for path in folder.glob("*.yaml"))[:1000]
    except OSError:
        return []


_LIST = "regionsim list scenarios"
_MANY = 20  # files of a folder named in a fault
_ALLOWED = "(allowed: a shipped scenario, or a file beside this one)"
