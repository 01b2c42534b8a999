"""Digests of values: "equal results" means equal column values sorted by world and date, not equal bytes of files.

Core object: `Content`. It takes columns piece by piece, so the digest does not depend on how worlds are split into
batches. All NaN are equal, and -0.0 equals 0.0.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt


class Content:
    """SHA-256 over named columns; the order of rows matters, the order of columns does not."""

    def __init__(self) -> None:
        self._columns: dict[str, Any] = {}

    def add(self, column: str, values: npt.NDArray[Any] | Sequence[str]) -> None:
        """Append rows to a column: numbers, dates or texts. Raises TypeError for arrays of other types."""
        digest = self._columns.setdefault(column, hashlib.sha256())
        if not isinstance(values, np.ndarray) or values.dtype.kind in "OUT":
            texts = list(map(str, values))
            pieces = {text: _piece(text) for text in set(texts)}  # most texts come many times
            digest.update(b"".join(map(pieces.__getitem__, texts)))
        elif values.dtype.kind == "f":
            plain = np.where(np.isnan(values), values.dtype.type(np.nan), values + values.dtype.type(0.0))
            digest.update(np.ascontiguousarray(plain, dtype=plain.dtype.newbyteorder("<")))
        elif values.dtype.kind == "M":
            digest.update(np.ascontiguousarray(values.astype("datetime64[D]").astype("<i8")))
        elif values.dtype.kind in "iu":
            digest.update(np.ascontiguousarray(values, dtype="<i8"))
        else:
            raise TypeError(f"column {column}: no digest of {values.dtype}")

    def hexdigest(self) -> str:
        """The digest of all columns with their names."""
        total = hashlib.sha256()
        for column, digest in sorted(self._columns.items()):
            total.update(f"{column}={digest.hexdigest()}\n".encode())
        return total.hexdigest()


def _piece(text: str) -> bytes:
    data = text.encode()
    return len(data).to_bytes(4, "little") + data
