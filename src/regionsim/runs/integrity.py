"""Whether a stored file is still what was written, before a number is read from it.

Core objects: `Damaged`, `verified` (a file against its SHA-256, once per state of the file), `write_record` and
`read_record` (JSON that carries its own checksum, and those of the tables beside it), `check_name`.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from pathlib import Path
from typing import Any

from regionsim.errors import InputError
from regionsim.runs.files import kind_of, read_regular, sha256_of, write_text
from regionsim.runs.key import digest_of
from regionsim.yamlfile.faults import hidden, printable

FORMAT = 2
"""Of run and study folders: 2 and later carry checksums of all that is read; 1 did for the parts alone."""
CHECKSUM = "checksum"
MOST_BYTES = 64 * 1024**2  # of a record: a manifest of a million worlds has about 3 MB
AGAIN = "run the same command that made it again, which repairs it, or with --fresh"
FRESH = "run the same command that made it with --fresh"
_FRESHLY = 100_000_000  # nanoseconds: a file changed less long ago might change again under the same time stamps
_NAME_BYTES = 255

_known: dict[tuple[int, ...], str] = {}  # state of a file -> its SHA-256


class Damaged(InputError):
    """A stored file is not what was written: its name, why, and what to do, in one line."""

    def __init__(self, path: Path, why: str, remedy: str = AGAIN) -> None:
        super().__init__(f"{path} is damaged ({printable(why, 200)}): {remedy}")


def digest(path: Path) -> str:
    """The SHA-256 of a file's bytes, read once per state of the file. Raises as `files.regular`."""
    found = path.stat()
    if kind_of(found.st_mode):
        return sha256_of(path)  # refuses it, in words
    changed = max(found.st_mtime_ns, found.st_ctime_ns)
    state = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
    if state not in _known:
        read = sha256_of(path)
        if time.time_ns() - changed < _FRESHLY:
            return read
        _known[state] = read
    return _known[state]


def is_same(path: Path, sha256: str | None) -> bool:
    """Whether a file is there with this digest. Raises InputError where something else than a file stands there."""
    try:
        return sha256 is not None and digest(path) == sha256
    except OSError:
        return False


def read_file(path: Path, sha256: str | None, most: int = MOST_BYTES) -> bytes:
    """The bytes of a small file, checked against a digest where there is one. Raises Damaged and InputError."""
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


def read_record(path: Path, version: str, remedy: str = AGAIN) -> dict[str, Any]:
    """A JSON record, checked. Those of format 1 had no checksum.

    version: the key that holds the record's format. Raises OSError where there is no such file or it cannot be read,
    InputError where a newer version wrote it, and Damaged.
    """
    try:
        data = json.loads(read_regular(path, MOST_BYTES).decode("utf-8"))
        if not isinstance(data, dict):
            raise ValueError("is no map")
        said = data.pop(CHECKSUM, None)
        format_ = data.get(version, 1)
        if not isinstance(format_, int) or isinstance(format_, bool) or format_ < 1:
            raise ValueError(f"{version}: is no number of a format")
        if format_ > FORMAT:
            raise InputError(_newer(path, data, format_))
        if (said is not None or format_ > 1) and said != digest_of(data):
            raise ValueError("its checksum is not that of its content")
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
    """The text, if it may be part of the name of a file or folder: no path, nothing that a terminal obeys.

    Raises ValueError.
    """
    bad = not text or text.startswith(".") or hidden(text) is not None or re.search(r"[/\\:]", text)
    if bad or len(text.encode("utf-8", "replace")) > _NAME_BYTES:
        raise ValueError("is no name of a file")
    return text
