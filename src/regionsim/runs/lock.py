"""One writer per run folder.

Core objects: `FolderLock`, `FolderLocked`, `WAIT`. The lock is the operating system's, on a small file in the folder:
it ends with its process, so no stale lock is left behind. The file names the holder.
"""

import contextlib
import os
import socket
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from regionsim.errors import InputError, RunInterrupted, argument, unwritable

NAME = ".lock"
SHARDS = ".shards"  # shared by the processes that play shards of a folder
WAIT = 4 * 3600.0  # seconds that a command waits for a run that another process is playing
_LOOK_EVERY = 0.1  # seconds
_QUIETLY = 1.0  # seconds of waiting before a message
SHARERS = 1024  # holders of a shared lock at a time, where locks are made of bytes
_BYTE = 1 << 20  # Windows locks bytes against reading, so the locked bytes lie beyond the text in the file


class FolderLocked(RunInterrupted):
    """Another process is writing this folder; repeat the command when it is done."""


class FolderLock:
    """Held while a folder is written: `with FolderLock(folder): ...`. Raises FolderLocked if another holds it."""

    def __init__(self, folder: Path, name: str = NAME, *, shared: bool = False, patience: float = 0.0) -> None:
        """shared: several shared locks may be held at a time, but none beside an exclusive one.

        patience: seconds to wait, announced on stderr.
        """
        self.path = folder / name
        self._shared, self._patience = shared, patience
        self._handle: int | None = None

    def __enter__(self) -> Self:
        handle = self._open()
        try:
            self._take(handle)
        except BaseException as fault:
            os.close(handle)
            if not isinstance(fault, OSError):
                raise
            holder = self._holder()
            raise FolderLocked(
                f"{self.path.parent} is being written by {holder}: wait until it is done, or choose another "
                f"{argument('out')}"
            ) from None
        self._handle = handle
        holder_line = f"process {os.getpid()} on {socket.gethostname()} since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"
        with contextlib.suppress(OSError):  # the text is a courtesy: the lock holds without it
            os.ftruncate(handle, 0)
            os.write(handle, holder_line.encode())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._handle is not None:
            with contextlib.suppress(OSError):
                os.ftruncate(self._handle, 0)  # the file stays: removing it would let two processes lock two files
            os.close(self._handle)
            self._handle = None

    def _open(self) -> int:
        """Open the lock file; its mode is the umask's, as a group may share a folder. Raises as `unwritable` does, and
        InputError for a link, which is not followed: its target would be overwritten.
        """
        try:
            return os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
        except OSError as fault:
            if self.path.is_symlink():
                raise InputError(f"{self.path}: cannot be opened (is a link; remove it)") from None
            raise unwritable(f"{self.path}", fault) from None

    def _take(self, handle: int) -> None:
        began, announced = time.monotonic(), False
        while True:
            try:
                return _lock(handle, self._shared)
            except OSError:
                waited = time.monotonic() - began
                if waited >= self._patience:
                    raise
                if waited >= _QUIETLY and not announced:
                    announced = True
                    self._say_waiting()
                time.sleep(_LOOK_EVERY)

    def _say_waiting(self) -> None:
        with contextlib.suppress(OSError, ValueError, AttributeError):  # no stderr, or a closed one
            limit = f"{self._patience / 3600:.0f} h" if self._patience >= 3600 else f"{self._patience:.0f} s"
            sys.stderr.write(f"waiting for {self.path.parent}, which {self._holder()} is writing (up to {limit})\n")
            sys.stderr.flush()

    def _holder(self) -> str:
        try:
            return self.path.read_text(encoding="utf-8").strip() or "another process"
        except OSError:
            return "another process"


def _lock_bytes(take: Callable[[int, int], None], shared: bool) -> None:
    """A lock made of bytes, each with one holder at a time: a shared lock takes one byte, an exclusive one all.

    take: locks a number of bytes from a position at once, or raises OSError if one of them is taken.
    """
    if not shared:
        return take(_BYTE, SHARERS)
    for place in range(_BYTE, _BYTE + SHARERS):
        with contextlib.suppress(OSError):
            return take(place, 1)
    raise BlockingIOError("every byte is taken")


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int, shared: bool) -> None:
        def take(place: int, count: int) -> None:
            os.lseek(handle, place, os.SEEK_SET)
            try:
                msvcrt.locking(handle, msvcrt.LK_NBLCK, count)
            finally:
                os.lseek(handle, 0, os.SEEK_SET)

        _lock_bytes(take, shared)

else:
    import errno
    import fcntl

    def _lock(handle: int, shared: bool) -> None:
        try:
            fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError as fault:
            # Some network file systems have no locks; the folder is then written without one.
            if fault.errno not in {errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS}:
                raise
