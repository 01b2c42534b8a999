"""Files that appear whole or not at all: written under a temporary name, forced to disk, then renamed.

Core objects: `replacing`, `write_text`, `check_writable` and `check_file` (before long work), `remove_temporary`,
`sha256_of`.
"""

import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from regionsim.errors import InputError

TEMPORARY = ".tmp"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside `path`; when the block ends well it becomes `path`, else it is removed.

    The name is of this writer alone, so two writers of one file, even on two machines, do not mix.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}{TEMPORARY}")
    try:
        yield temporary
        _force(temporary)
        os.replace(temporary, path)
        _force_folder(path.parent)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text with Unix line ends, whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def check_writable(folder: Path, option: str) -> None:
    """Raises InputError, which names the option, where no file can be put into a folder; nothing is left behind.

    A folder that is not there is made for the while, as its writer would make it.
    """
    made: list[Path] = []
    try:
        for part in reversed((folder, *folder.parents)):
            if not part.exists():
                part.mkdir()
                made.append(part)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except (OSError, ValueError) as fault:
        why = (getattr(fault, "strerror", None) or str(fault)).lower()
        raise InputError(f"{option} {folder}: cannot be written ({why})") from None
    finally:
        for part in reversed(made):
            part.rmdir()


def check_file(path: Path, option: str) -> None:
    """Raises InputError, which names the option, where a file cannot be written; none is made or changed."""
    try:
        if path.is_dir():
            raise InputError(f"{option} {path}: cannot be written (is a directory)")
        if path.exists():
            if not os.access(path, os.W_OK):
                raise InputError(f"{option} {path}: cannot be written (permission denied)")
        elif path.parent.is_dir():
            check_writable(path.parent, option)
        else:
            raise InputError(f"{option} {path}: cannot be written (no such file or directory)")
    except (OSError, ValueError) as fault:
        why = (getattr(fault, "strerror", None) or str(fault)).lower()
        raise InputError(f"{option} {path}: cannot be written ({why})") from None


def remove_temporary(folder: Path) -> None:
    """Remove what a killed process left half-written. Only under the folder's lock."""
    for path in folder.rglob(f".*{TEMPORARY}"):
        path.unlink(missing_ok=True)


def sha256_of(path: Path) -> str:
    """Digest of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _force(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _force_folder(folder: Path) -> None:
    """Make the rename itself last; not every system lets a folder be opened."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:  # some network file systems refuse
        pass
    finally:
        os.close(handle)
