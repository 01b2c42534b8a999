"""The levers of this installation, by id.

Core object: `LEVERS`. An entry of `seeds/levers/*.yaml` defines a lever: who can pull it, its targets, the knobs it
turns and how far, its needs and side effects. `regionsim.evidence.levers` reads and checks the entries.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from regionsim.evidence.base import load_evidence
from regionsim.evidence.records import Lever


class _Levers(Mapping[str, Lever]):
    """Reads the levers on first use, so that an import reads no file. Raises EvidenceError as `load_evidence` does."""

    def __getitem__(self, id: str) -> Lever:
        return load_evidence().levers[id]

    def __iter__(self) -> Iterator[str]:
        return iter(load_evidence().levers)

    def __len__(self) -> int:
        return len(load_evidence().levers)


LEVERS: Final[Mapping[str, Lever]] = _Levers()
