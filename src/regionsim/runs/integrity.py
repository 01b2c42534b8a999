"""Checks that a stored file is unchanged before a number is read from it.

Core objects: `Damaged`, `digest` and `is_same` (a file's SHA-256, computed once per state of the file), `write_record`
and `read_record` (JSON with its own checksum and those of the tables beside it), `check_name`.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from pathlib import Path
from typing import Any

from regionsim.errors import InputError, spoken
from regionsim.runs.files import kind_of, read_regular, sha256_of, write_text
from regionsim.runs.key import digest_of
from regionsim.yamlfile.faults import hidden, printable

FORMAT = 2
"""Of run and study folders: format 2 has checksums of every file that is read, format 1 only of the parts."""
CHECKSUM = "checksum"
MOST_BYTES = 64 * 1024**2  # of a record; the manifest of a million worlds takes about 3 MB
_FRESHLY = 100_000_000  # nanoseconds; a file changed more recently might change again under the same time stamps
_NAME_BYTES = 255

_digests: dict[tuple[int, ...], str] = {}  # state of a file -> its SHA-256


def again() -> str:
    """The remedy for a damaged file that playing once more repairs."""
    made, add = spoken("command that made it", "call that made it"), spoken("--fresh", "fresh=True")
    return f"repeat the {made}, which repairs it, or add {add}"


def afresh() -> str:
    """The remedy for a damaged file that only a fresh start repairs."""
    return f"repeat the {spoken('command that made it, with --fresh', 'call that made it, with fresh=True')}"


class Damaged(InputError):
    """A stored file has changed or is missing; one line names the file, the reason and the remedy."""

    def __init__(self, path: Path, why: str, remedy: str | None = None) -> None:
        super().__init__(f"{path} is damaged ({printable(why, 200)}): {remedy or again()}")


def digest(path: Path) -> str:
    """The SHA-256 of a file's bytes, computed once per state of the file. Raises as `files.regular` does."""
    status = path.stat()
    if kind_of(status.st_mode):
        return sha256_of(path)  # raises InputError
    changed = max(status.st_mtime_ns, status.st_ctime_ns)
    state = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    if state not in _digests:
        sha256 = sha256_of(path)
        if time.time_ns() - changed < _FRESHLY:
            return sha256
        _digests[state] = sha256
    return _digests[state]


def is_same(path: Path, sha256: str | None) -> bool:
    """Whether the file exists with this digest. Raises InputError if the path is not a regular file."""
    try:
        return sha256 is not None and digest(path) == sha256
    except OSError:
        return False


def read_file(path: Path, sha256: str | None, most: int = MOST_BYTES) -> bytes:
    """The bytes of a small file, checked against a digest if given. Raises Damaged and InputError."""
    try:
        data = read_regular(path, most)
    except FileNotFoundError:
        raise Damaged(path, "is missing") from None
    except OSError as fault:
        raise Damaged(path, f"cannot be read: {fault.strerror or fault}") from None
    if sha256 is not None and hashlib.sha256(data).hexdigest() != sha256:
        raise Damaged(path, "does not have the bytes that were written")
    return data


def write_record(path: Path, data: dict[str, Any]) -> None:
    """Write plain data as JSON, with its checksum."""
    plain = json.loads(json.dumps(data, allow_nan=False))
    write_text(path, json.dumps(plain | {CHECKSUM: digest_of(plain)}, indent=1) + "\n")


def read_record(path: Path, version: str, remedy: str | None = None) -> dict[str, Any]:
    """A JSON record, checked. Records of format 1 have no checksum.

    version: the key that holds the record's format. Raises OSError if the file is missing or cannot be read, InputError
    if a newer version wrote it, and Damaged.
    """
    try:
        data = json.loads(read_regular(path, MOST_BYTES).decode("utf-8"))
        if not isinstance(data, dict):
            raise ValueError("is not a map")
        checksum = data.pop(CHECKSUM, None)
        format_ = data.get(version, 1)
        if not isinstance(format_, int) or isinstance(format_, bool) or format_ < 1:
            raise ValueError(f"{version}: is not a format number")
        if format_ > FORMAT:
            raise InputError(_newer(path, data, format_))
        if (checksum is not None or format_ > 1) and checksum != digest_of(data):
            raise ValueError("its checksum does not match its content")
    except (ValueError, RecursionError) as fault:
        raise Damaged(path, " ".join(str(fault).split()), remedy) from None
    return data


def _newer(path: Path, data: dict[str, Any], format_: int) -> str:
    from regionsim import __version__

    versions = data.get("versions")
    wrote = versions.get("regionsim") if isinstance(versions, dict) else data.get("regionsim")
    wrote = wrote if isinstance(wrote, str) and re.fullmatch(r"[\w.+-]{1,40}", wrote) else "of a later version"
    return f"{path}: written by regionsim {wrote}, format {format_}; this is regionsim {__version__}, format {FORMAT}"


def check_name(text: str) -> str:
    """The text, if it may be part of a file or folder name: no path, no control characters. Raises ValueError."""
    bad = not text or text.startswith(".") or hidden(text) is not None or re.search(r"[/\\:]", text)
    if bad or len(text.encode("utf-8", "replace")) > _NAME_BYTES:
        raise ValueError("is not a file name")
    return text
