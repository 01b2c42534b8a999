"""What decides numbers beside scenario and code, as one object: what the model is given, in place of files to read.

Core objects: `Inputs`, `load_inputs` (of this installation) and `read_inputs` (of any folder). Its digest is the
evidence part of a run's key, and what posteriors and frozen draws name as the evidence they are of. There is no other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from regionsim.evidence.base import Evidence, load_evidence
from regionsim.evidence.measures import Measure, measures_of, read_measures
from regionsim.evidence.posterior import Posterior, load_posterior, read_posterior, shipped_file
from regionsim.evidence.records import Claim, Lever, Parameter, Series
from regionsim.evidence.timeline import Event


@dataclass(frozen=True, eq=False)
class Inputs:
    """The part of the evidence base that numbers come from, each by id. What is not here, the model cannot read."""

    parameters: Mapping[str, Parameter]
    """With the sizes of levers."""
    levers: Mapping[str, Lever]
    mechanisms: Mapping[str, Claim]
    series: Mapping[str, Series]
    """The record."""
    timeline: Mapping[str, Event]
    measures: Mapping[str, Measure]
    """Which series reports what: read by fits and hindcasts, which name the same digest."""
    own_posterior: Posterior | None = None
    """A posterior in place of that of this installation."""

    @property
    def posterior(self) -> Posterior:
        """Joint rows for `draws: posterior`. Raises InputError where there are none."""
        return load_posterior() if self.own_posterior is None else self.own_posterior

    @cached_property
    def tables(self) -> dict[str, str]:
        """Digest of what each file under `seeds/` gives, by its name there; without the posterior."""
        found = self._of_parameters() | self._of_levers() | self._of_record()
        found["claims/mechanisms.csv"] = digest_of([dict(one.fields) for one in self.mechanisms.values()])
        found["observed/timeline.csv"] = digest_of([_plain(one) for one in self.timeline.values()])
        found["measures.csv"] = digest_of([asdict(one) for one in self.measures.values()])
        return dict(sorted(found.items()))

    @cached_property
    def digest(self) -> str:
        """Digest of all but the posterior, which is itself made from all this.

        Titles, notes and sources of parameters, the words of levers, the order of their files, and line ends do not
        change it; any cell of a table does.
        """
        return digest_of(self.tables)

    def tables_for(self, draws: str) -> dict[str, str]:
        """`tables` of a scenario with these `draws`: with the posterior where it draws from it.

        Raises InputError where there is none.
        """
        return self.tables | ({"posterior": self.posterior.digest} if draws == "posterior" else {})

    def digest_for(self, draws: str) -> str:
        """The evidence part of the key of a run with these `draws`. Raises InputError as `tables_for` does."""
        return digest_of(self.tables_for(draws)) if draws == "posterior" else self.digest

    def _of_parameters(self) -> dict[str, str]:
        """Digests of the files of parameters; the sizes of levers are in other files."""
        files: dict[str, dict[str, Any]] = {}
        for id, one in self.parameters.items():
            if id not in self._sizes:
                file = f"parameters/{id.rpartition('.')[0].replace('.', '/')}.yaml"
                files.setdefault(file, {})[id] = _numbers(one)
        return {file: digest_of(values) for file, values in files.items()}

    def _of_levers(self) -> dict[str, str]:
        files: dict[str, dict[str, Any]] = {}
        for id, one in self.levers.items():
            turned = [[effect.knob, effect.how, effect.parameter] for effect in one.effects]
            sizes = [_numbers(self.parameters[name]) for name in one.sizes]
            files.setdefault(one.file, {})[id] = [turned, one.pushes, one.parts, sizes]
        return {file: digest_of(values) for file, values in files.items()}

    @cached_property
    def _sizes(self) -> frozenset[str]:
        return frozenset(name for one in self.levers.values() for name in one.sizes)

    def _of_record(self) -> dict[str, str]:
        files: dict[str, dict[str, Any]] = {}
        for id, one in self.series.items():
            files.setdefault(one.file, {})[id] = one.records
        catalogue = {id: [one.title, one.unit, one.sources] for id, one in self.series.items()}
        return {file: digest_of(rows) for file, rows in files.items()} | {"observed/series.csv": digest_of(catalogue)}


def _numbers(one: Parameter) -> list[Any]:
    """What of a parameter decides numbers."""
    draw = None if one.draw is None else one.draw.model_dump(mode="json")
    return [one.value, one.unit, one.low, one.high, draw]


def _plain(event: Event) -> dict[str, Any]:
    """An event with its shock as plain data, without the line it stands on."""
    values = {one.name: getattr(event, one.name) for one in fields(event) if one.name != "place"}
    return values | {"shock": event.shock.model_dump(mode="json", by_alias=True)}


@cache
def load_inputs() -> Inputs:
    """The inputs of this installation, built once. Raises EvidenceError with every fault found."""
    return _inputs(load_evidence(), read_measures())


def read_inputs(folder: Path) -> Inputs:
    """The inputs of a folder laid out like `seeds/`, read each time. Raises EvidenceError with every fault found."""
    evidence = load_evidence(folder)
    file = shipped_file(folder)
    made = _inputs(evidence, measures_of(folder, evidence))
    return made if file is None else replace(made, own_posterior=read_posterior(file))


def _inputs(known: Evidence, measures: Mapping[str, Measure]) -> Inputs:
    return Inputs(known.parameters, known.levers, known.kind("mechanism"), known.series, known.timeline, measures)


def digest_of(value: Any) -> str:
    """SHA-256 of plain data, whatever the order of keys. Floats are written in full, days as ISO dates."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=date.isoformat)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def digests_of_files(root: Path, files: Iterable[Path]) -> dict[str, str]:
    """Digest of each file by its name under `root`; line ends as on any system."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()
        for path in files
    }
