"""The key of a run: a digest of everything that decides its numbers.

Core objects: `Digests` and `digests`. The key covers the resolved scenario without the number of worlds and the texts,
the model's inputs (`evidence.inputs`), its source files (`sources`), and the versions of numpy and numba. Its first
eight characters are in the name of the run folder.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from importlib import metadata
from typing import TYPE_CHECKING

from regionsim.evidence.inputs import digest_of as digest_of
from regionsim.evidence.inputs import load_inputs
from regionsim.runs.sources import playing_sources

if TYPE_CHECKING:
    from regionsim.runs.table import Table
    from regionsim.scenario import Scenario

SHORT = 8
OF_FILE = 12  # characters of a file's digest that a manifest keeps


@dataclass(frozen=True)
class Digests:
    """SHA-256 of each part of the key, in hexadecimal; `key` covers all parts."""

    scenario: str
    evidence: str
    model: str
    numpy: str
    numba: str
    design: str = ""
    """Of a study's points; empty for a plain run."""

    @property
    def key(self) -> str:
        """The digest of all parts."""
        return digest_of(self.parts())

    def parts(self) -> dict[str, str]:
        """Each part by its name, without empty ones."""
        return {name: digest for name, digest in asdict(self).items() if digest}

    @property
    def short(self) -> str:
        """The first characters of the key, as in folder names and captions."""
        return self.key[:SHORT]


def digests(scenario: Scenario, table: Table | None = None) -> Digests:
    """Digests of what decides the numbers of a scenario, or of a study's points, in this installation."""
    return Digests(
        scenario=digest_of(scenario.numbers_key()),
        evidence=load_inputs().digest_for(scenario.draws),
        model=digest_of(playing_sources()),
        numpy=metadata.version("numpy"),
        numba=metadata.version("numba"),
        design="" if table is None else digest_of(table.plain()),
    )


def files_of_key(scenario: Scenario) -> dict[str, dict[str, str]]:
    """Part of the key -> file -> the first characters of its digest, which show later which file changed."""
    parts = {"evidence": load_inputs().tables_for(scenario.draws), "model": playing_sources()}
    return {part: {name: digest[:OF_FILE] for name, digest in files.items()} for part, files in parts.items()}
