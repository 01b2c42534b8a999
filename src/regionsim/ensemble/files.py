"""Files that appear whole or not at all: written under a temporary name, forced to disk, then renamed.

Core objects: `replacing`, `write_text`, `require_writable`, `remove_temporary`, `sha256_of`.
"""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from regionsim.errors import unwritable

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


def require_writable(folder: Path, said: str) -> None:
    """Make a folder, and try it now, as playing may take long. Raises InputError where nothing can be written there.

    said: what the user named, as `--out DIR`.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".{secrets.token_hex(6)}{TEMPORARY}"
        probe.touch()
        probe.unlink()
    except OSError as fault:
        raise unwritable(said, fault) from None


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text with Unix line ends, whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


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
