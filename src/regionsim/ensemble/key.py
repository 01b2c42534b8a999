"""The key of a run: what decides its numbers, digested.

Core objects: `Digests` and `digests`. The key covers the resolved scenario without worlds and words, the parameters and
observed series of the evidence base, the sources of the model, and the versions of numpy and numba. Its first eight
characters name the run folder.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from regionsim.ensemble.table import Table
    from regionsim.scenario import Scenario

ROOMS = ("model", "levers", "indicators")  # the rooms of the package whose code decides numbers
SHORT = 8


@dataclass(frozen=True)
class Digests:
    """SHA-256 of each part of the key, in hexadecimal; `key` covers them all."""

    scenario: str
    evidence: str
    model: str
    numpy: str
    numba: str
    design: str = ""
    """Of a study's points; a plain run has none."""

    @property
    def key(self) -> str:
        """The digest of the whole."""
        return digest_of(self.parts())

    def parts(self) -> dict[str, str]:
        """Each part by its name, without those there are none of."""
        return {name: digest for name, digest in asdict(self).items() if digest}

    @property
    def short(self) -> str:
        """The first characters of the key, as they stand in a folder's name and in captions."""
        return self.key[:SHORT]


def digests(scenario: Scenario, table: Table | None = None) -> Digests:
    """What decides the numbers of a scenario, and of the points of a study of it, in this installation."""
    return Digests(
        scenario=digest_of(scenario.numbers_key()),
        evidence=evidence_digest() if scenario.draws != "posterior" else digest_of([evidence_digest(), _posterior()]),
        model=model_digest(),
        numpy=metadata.version("numpy"),
        numba=metadata.version("numba"),
        design="" if table is None else digest_of(table.plain()),
    )


def digest_of(value: Any) -> str:
    """SHA-256 of plain data, whatever the order of keys. Floats are written in full."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@cache
def evidence_digest() -> str:
    """Digest of what the model takes from the evidence base: numbers of parameters, and the observed series.

    Words (titles, notes, sources) do not count, so a better note leaves results where they are.
    """
    from regionsim.evidence import load_evidence
    from regionsim.paths import seeds_dir

    parameters = {
        name: [found.value, found.unit, found.low, found.high, found.draw and found.draw.model_dump(mode="json")]
        for name, found in load_evidence().parameters.items()
    }
    observed = seeds_dir() / "observed"
    return digest_of([parameters, _files_digest(observed, sorted(observed.rglob("*.csv")))])


def _posterior() -> str:
    """Digest of the joint rows that a scenario with `draws: posterior` takes."""
    from regionsim.evidence.posterior import load_posterior

    return load_posterior().digest


@cache
def model_digest() -> str:
    """Digest of the sources, and of any data beside them, that decide the numbers."""
    package = Path(__file__).resolve().parents[1]
    files = [path for room in ROOMS for path in sorted((package / room).rglob("*")) if _is_source(path)]
    return _files_digest(package, files)


def _is_source(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts and path.suffix not in {".nbi", ".nbc", ".pyc"}


def _files_digest(root: Path, files: Iterable[Path]) -> str:
    """Digest of names and contents; line ends as on any system."""
    digest = hashlib.sha256()
    for path in files:
        data = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()
