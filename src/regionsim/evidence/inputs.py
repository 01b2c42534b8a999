"""Everything beside scenario and code that decides numbers, as one object: the model is given it and reads no file.

Core objects: `Inputs`, `load_inputs` (of this installation) and `read_inputs` (of any folder). Its digest is the
evidence part of a run's key; posteriors and frozen draws name the same digest as their evidence.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from regionsim.evidence.base import Evidence, load_evidence
from regionsim.evidence.measures import Measure, measures_of, read_measures
from regionsim.evidence.posterior import Posterior, load_posterior, read_posterior, shipped_file
from regionsim.evidence.publication import Wait
from regionsim.evidence.records import Claim, Lever, Parameter, Series
from regionsim.evidence.starts import Rows
from regionsim.evidence.supplied import ENV
from regionsim.evidence.timeline import Event, last_day
from regionsim.schema.shocks import PATTERN_KEYS


@dataclass(frozen=True, eq=False)
class Inputs:
    """The part of the evidence base that decides numbers, by id. The model can read nothing else."""

    parameters: Mapping[str, Parameter]
    """Including the levers' effect sizes."""
    levers: Mapping[str, Lever]
    mechanisms: Mapping[str, Claim]
    series: Mapping[str, Series]
    """The record."""
    timeline: Mapping[str, Event]
    measures: Mapping[str, Measure]
    """Which series reports what; fits and hindcasts read them and name the same digest."""
    waits: tuple[Wait, ...] = ()
    """How long each series takes to be published."""
    starts: Mapping[date, Rows] = field(default_factory=dict)
    """Joint rows of the parameters of a start, by its day."""
    own_posterior: Posterior | None = None
    """A posterior that replaces that of this installation."""

    @cached_property
    def record_ends(self) -> date:
        """The last day of the record: the last that any dated row of a series reports."""
        return last_day(row for full in self.series.values() for row in full.records)

    @property
    def posterior(self) -> Posterior:
        """Joint rows for `draws: posterior`. Raises InputError if there are none."""
        return load_posterior() if self.own_posterior is None else self.own_posterior

    @cached_property
    def tables(self) -> dict[str, str]:
        """Digest of the content of each file under `seeds/`, by its name there; without the posterior."""
        digests = self._of_parameters() | self._of_levers() | self._of_record()
        digests["claims/mechanisms.csv"] = digest_of([dict(mechanism.fields) for mechanism in self.mechanisms.values()])
        digests["observed/timeline.csv"] = digest_of([_plain(event) for event in self.timeline.values()])
        digests |= {f"starts/{day}.csv": digest_of(rows) for day, rows in self.starts.items()}
        digests["publication.csv"] = digest_of([asdict(wait) for wait in self.waits])
        digests["measures.csv"] = digest_of([asdict(measure) for measure in self.measures.values()])
        return dict(sorted(digests.items()))

    @cached_property
    def digest(self) -> str:
        """Digest of everything but the posterior, which is itself made from the rest.

        Titles, notes and sources of parameters, texts of levers, the order of their files, and line ends do not affect
        it; any change to a cell of a table does.
        """
        return digest_of(self.tables)

    def tables_for(self, draws: str) -> dict[str, str]:
        """`tables` for a scenario with these `draws`, including the posterior if the scenario draws from it.

        Raises InputError if there is no posterior.
        """
        return self.tables | ({"posterior": self.posterior.digest} if draws == "posterior" else {})

    def digest_for(self, draws: str) -> str:
        """The evidence part of the key of a run with these `draws`. Raises InputError as `tables_for` does."""
        return digest_of(self.tables_for(draws)) if draws == "posterior" else self.digest

    def _of_parameters(self) -> dict[str, str]:
        """Digests of the parameter files; the levers' sizes are in other files."""
        files: dict[str, dict[str, Any]] = {}
        for id, parameter in self.parameters.items():
            if id not in self._sizes:
                file = f"parameters/{id.rpartition('.')[0].replace('.', '/')}.yaml"
                files.setdefault(file, {})[id] = _numbers(parameter)
        return {file: digest_of(values) for file, values in files.items()}

    def _of_levers(self) -> dict[str, str]:
        files: dict[str, dict[str, Any]] = {}
        for id, lever in self.levers.items():
            turned = [[effect.knob, effect.how, effect.parameter] for effect in lever.effects]
            sizes = [_numbers(self.parameters[name]) for name in lever.sizes]
            files.setdefault(lever.file, {})[id] = [turned, lever.pushes, lever.parts, sizes]
        return {file: digest_of(values) for file, values in files.items()}

    @cached_property
    def _sizes(self) -> frozenset[str]:
        return frozenset(name for lever in self.levers.values() for name in lever.sizes)

    def _of_record(self) -> dict[str, str]:
        files: dict[str, dict[str, Any]] = {}
        for id, series in self.series.items():
            files.setdefault(series.file, {})[id] = series.records
        catalogue = {id: [series.title, series.unit, series.sources] for id, series in self.series.items()}
        return {file: digest_of(rows) for file, rows in files.items()} | {"observed/series.csv": digest_of(catalogue)}


def _numbers(parameter: Parameter) -> list[Any]:
    """The fields of a parameter that decide numbers."""
    draw = None if parameter.draw is None else parameter.draw.model_dump(mode="json")
    return [parameter.value, parameter.unit, parameter.low, parameter.high, draw]


def _plain(event: Event) -> dict[str, Any]:
    """An event and its shock as plain data, without its place in the file. A shock that does not repeat, as none on
    record does, has no keys of repetition: posteriors that name this digest were made before shocks could repeat.
    """
    values = {each.name: getattr(event, each.name) for each in fields(event) if each.name != "place"}
    shock = event.shock.model_dump(mode="json", by_alias=True)
    return values | {
        "shock": {key: value for key, value in shock.items() if key not in PATTERN_KEYS or value is not None}
    }


def load_inputs() -> Inputs:
    """The inputs of this installation, built once. Raises EvidenceError, which lists every fault."""
    return _with_supplied(os.environ.get(ENV, ""))


@cache
def _with_supplied(_folder: str) -> Inputs:
    """The inputs of this installation with the folder of newer rows that is in use, which `load_evidence` reads."""
    return _inputs(load_evidence(), read_measures())


def read_inputs(folder: Path) -> Inputs:
    """The inputs of a folder laid out like `seeds/`, read each time. Raises EvidenceError, which lists every fault."""
    evidence = load_evidence(folder)
    file = shipped_file(folder)
    made = _inputs(evidence, measures_of(folder, evidence))
    return made if file is None else replace(made, own_posterior=read_posterior(file))


def _inputs(base: Evidence, measures: Mapping[str, Measure]) -> Inputs:
    mechanisms = base.kind("mechanism")
    return Inputs(
        base.parameters, base.levers, mechanisms, base.series, base.timeline, measures, base.waits, base.starts
    )


def digest_of(value: Any) -> str:
    """SHA-256 of plain data, independent of key order. Floats are written in full, days as ISO dates."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=date.isoformat)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def digests_of_files(root: Path, files: Iterable[Path]) -> dict[str, str]:
    """Digest of each file by its name under `root`, independent of line ends."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()
        for path in files
    }
