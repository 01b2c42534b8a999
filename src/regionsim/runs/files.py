"""Atomic files: written under a temporary name, forced to disk, then renamed.

Core objects: `replacing` (files in our own folders), `putting` and `check_target` (files that a user names),
`require_writable` and `check_writable`, `write_text`, `put_text`, `regular` and `read_regular` (read regular files
only), `sha256_of`, `remove_temporary`.
"""

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from regionsim.errors import InputError, unwritable

TEMPORARY = ".tmp"
_KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
    stat.S_IFDIR: "a folder",
}


def kind_of(mode: int) -> str | None:
    """What a path is other than a regular file, in words; None for a regular file."""
    return None if stat.S_ISREG(mode) else _KINDS.get(stat.S_IFMT(mode), "not a file")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside `path`; it becomes `path` if the block succeeds and is removed otherwise.

    The name is unique to this writer, so two writers of one file, even on two machines, do not mix. A link at `path` is
    replaced, never followed. Raises InputError if `path` is a folder, pipe or device: only files are replaced.
    """
    with contextlib.suppress(FileNotFoundError):
        mode = path.lstat().st_mode
        if not stat.S_ISLNK(mode) and (kind := kind_of(mode)):
            raise InputError(f"{path}: is {kind}, not a file (remove it first)")
    temporary = path.with_name(f".{path.name[:40]}.{secrets.token_hex(6)}{TEMPORARY}")
    try:
        yield temporary
        _force(temporary)
        os.replace(temporary, path)
        _force_folder(path.parent)
    except BaseException as fault:
        temporary.unlink(missing_ok=True)
        if isinstance(fault, OSError) and fault.filename is None:
            fault.filename = str(path)  # so that the message of a full disk names the file
        raise


@contextmanager
def putting(path: Path) -> Iterator[Path]:
    """As `replacing`, for a file that a user names: links are followed, pipes and devices are written to in place.

    Raises InputError if nothing can be written there.
    """
    check_target(path)
    if _is_stream(path):
        with tempfile.TemporaryDirectory() as folder:
            staged = Path(folder) / "made"
            yield staged
            with staged.open("rb") as source, os.fdopen(_stream(path), "wb") as sink:
                shutil.copyfileobj(source, sink)
        return
    with replacing(Path(os.path.realpath(path))) as temporary:
        yield temporary


def check_target(path: Path, option: str = "") -> None:
    """Raises InputError if a file that a user names cannot be written: a folder, a socket, a disk, a circle of links.

    A YAML file that is there, as scenarios are, is never written over. A pipe must have a reader. option: the option
    that names the path, for the message.
    """
    where = f"{option} {path}".strip()
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return
    except OSError as fault:
        raise InputError(f"{where}: cannot be written ({fault.strerror or fault})") from None
    kind = kind_of(mode)
    if kind is not None and not _is_stream(path):
        raise InputError(f"{where}: is {kind} (name a file)")
    if stat.S_ISREG(mode) and path.suffix.lower() in (".yaml", ".yml"):
        raise InputError(f"{where}: is a YAML file, such as a scenario, and is kept (name another file)")
    if stat.S_ISFIFO(mode):
        os.close(_stream(path, where))


def require_target(path: Path, option: str) -> None:
    """Raises InputError if a file that a user names cannot be written; tried before a long run.

    Nothing is left behind, and an existing file is not changed.
    """
    check_target(path, option)
    if _is_stream(path):
        return
    try:
        with tempfile.TemporaryFile(dir=Path(os.path.realpath(path)).parent):
            pass
    except OSError as fault:
        raise InputError(f"{option} {path}: cannot be written ({(fault.strerror or str(fault)).lower()})") from None


def _is_stream(path: Path) -> bool:
    """Whether a path, links followed, is written to in place: a pipe or a character device."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)


def _stream(path: Path, where: str = "") -> int:
    """A handle to a pipe or device, opened without waiting: a pipe without a reader would block for ever."""
    try:
        handle = os.open(path, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError as fault:
        why = "nobody reads this pipe" if fault.errno == errno.ENXIO else fault.strerror or str(fault)
        raise InputError(f"{where or path}: cannot be written ({why})") from None
    if hasattr(os, "set_blocking"):
        os.set_blocking(handle, True)
    return handle


def require_writable(folder: Path, label: str) -> None:
    """Make a folder and try to write to it, before a long run. Raises InputError if nothing can be written there.

    label: what the user named, such as `--out DIR`.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".{secrets.token_hex(6)}{TEMPORARY}"
        probe.touch()
        probe.unlink()
    except OSError as fault:
        raise unwritable(label, fault) from None


def inner_folder(folder: Path) -> Path:
    """Make a folder within one of ours, and return it. Raises InputError if a link or a file has its name."""
    if folder.is_symlink():
        raise InputError(f"{folder}: is a link, and nothing is written through it (remove it)")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise InputError(f"{folder}: is not a folder (remove it first)") from None
    except OSError as fault:
        raise unwritable(str(folder), fault) from None
    return folder


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text with Unix line ends into one of our own folders, atomically."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def put_text(path: Path, text: str) -> None:
    """As `write_text`, into a file that a user names; see `putting`."""
    with putting(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


@contextmanager
def regular(path: Path) -> Iterator[BufferedReader]:
    """A file opened for reading, never waiting.

    Raises InputError if the path is a pipe, device or folder, and OSError if it is missing or may not be read.
    """
    # without O_NONBLOCK, opening a named pipe would wait for a writer that may never come
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as fault:
        if fault.errno in {errno.ENXIO, errno.ENODEV}:  # a socket, or the node of a device that is not there
            raise InputError(f"{path}: is a device or socket, not a file") from None
        if fault.errno == errno.ELOOP:
            raise InputError(f"{path}: is a link in a circle, not a file") from None
        raise
    kind = kind_of(os.fstat(handle).st_mode)
    if kind is not None:
        os.close(handle)
        raise InputError(f"{path}: is {kind}, not a file (remove it first)")
    with os.fdopen(handle, "rb") as file:
        yield file


def read_regular(path: Path, most: int) -> bytes:
    """The bytes of a file. Raises as `regular` does, and OSError for more than `most` bytes."""
    with regular(path) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"is larger than {most:,} bytes", str(path))
    return data


def check_writable(folder: Path, option: str) -> None:
    """Raises InputError, which names the option, if no file can be written to a folder; nothing is left behind.

    A missing folder is made for the test, as its writer would make it, and removed.
    """
    created: list[Path] = []
    try:
        for part in reversed((folder, *folder.parents)):
            if not part.exists():
                part.mkdir()
                created.append(part)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except (OSError, ValueError) as fault:
        why = (getattr(fault, "strerror", None) or str(fault)).lower()
        raise InputError(f"{option} {folder}: cannot be written ({why})") from None
    finally:
        for part in reversed(created):
            part.rmdir()


def remove_temporary(folder: Path) -> None:
    """Remove what a killed process left half-written. Only under the folder's lock."""
    for path in folder.rglob(f".*{TEMPORARY}"):
        with contextlib.suppress(OSError):  # a folder of that name is not ours
            path.unlink(missing_ok=True)


def sha256_of(path: Path) -> str:
    """Digest of a file's bytes. Raises as `regular` does."""
    with regular(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _force(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _force_folder(folder: Path) -> None:
    """Force the rename itself to disk; not every system can open a folder."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:  # some network file systems refuse
        pass
    finally:
        os.close(handle)
