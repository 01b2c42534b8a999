"""The evidence base: loading, checking and lookup.

Core objects: `Evidence`, `load_evidence` and `record_ends`.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from pathlib import Path

from regionsim.errors import InputError
from regionsim.evidence import describe as _describe
from regionsim.evidence.claims import read_claims
from regionsim.evidence.documents import read_documents
from regionsim.evidence.levers import Known, read_levers
from regionsim.evidence.observed import read_observed
from regionsim.evidence.parameters import LEVERS, read_parameters
from regionsim.evidence.publication import Wait, read_publication
from regionsim.evidence.records import Claim, Document, EvidenceError, Lever, Parameter, Series
from regionsim.evidence.starts import Rows, read_starts
from regionsim.evidence.supplied import ENV, extended
from regionsim.evidence.tables import Faults
from regionsim.evidence.timeline import Event, last_day, read_timeline
from regionsim.paths import seeds_dir, user_path
from regionsim.yamlfile.faults import nearest, quoted

type Thing = Parameter | Claim | Document | Series | Event


@dataclass(frozen=True)
class Evidence:
    """Every entry, by id. Every reference among the entries resolves."""

    parameters: dict[str, Parameter]
    claims: dict[str, Claim]
    documents: dict[str, Document]
    series: dict[str, Series]
    timeline: dict[str, Event]
    """The dated events of the record that a scenario can play, by date."""
    passages: dict[str, Claim] = field(repr=False)
    """The passages of the briefs that locators name, such as `001:IMPL.p3`."""
    levers: dict[str, Lever] = field(default_factory=dict)
    """What a policymaker can do; effect sizes are among the parameters."""
    waits: tuple[Wait, ...] = ()
    """How long each series takes to be published."""
    starts: dict[date, Rows] = field(default_factory=dict)
    """Joint rows of the parameters of a start, by its day."""
    left_out: tuple[tuple[date, date], ...] = ()
    """First and last days of spans whose rows and events were removed (`holdout.without`); empty as read."""

    @cached_property
    def variables(self) -> dict[str, Claim]:
        """The briefs' variables by key, such as `ttp_violence`."""
        return {claim.fields["key"]: claim for claim in self.claims.values() if claim.kind == "variable"}

    @cached_property
    def record_ends(self) -> date:
        """The last day of the record: the last that any dated row of a series reports."""
        return last_day(row for full in self.series.values() for row in full.records)

    def kind(self, kind: str) -> dict[str, Claim]:
        """The claims of one kind by id: `evidence.kind("mechanism")`."""
        return {id: claim for id, claim in self.claims.items() if claim.kind == kind}

    def find(self, name: str) -> Thing | None:
        """The entry with this id, or the variable with this key; None if there is none."""
        groups = (self.parameters, self.claims, self.documents, self.series, self.timeline)
        for group in (*groups, self.variables, self.passages):
            if name in group:
                return group[name]
        return None

    def names(self) -> Iterator[str]:
        """Every name that `find` and `describe` accept."""
        yield from (*self.parameters, *self.claims, *self.variables, *self.documents, *self.series, *self.timeline)
        yield from self.passages

    def describe(self, name: str) -> list[tuple[str, str]]:
        """Lines of (label, text) that describe a parameter, claim, document, series or event.

        Raises InputError, with the nearest name, if nothing has this name.
        """
        thing = self.find(name)
        if thing is None:
            close = nearest(name, self.names())
            hint = f" (did you mean {close}?)" if close else ""
            raise InputError(f"nothing in the evidence base is called {quoted(name)}{hint}")
        return _describe.lines(self, thing)

    def title(self, id: str) -> str:
        """The title of the entry with this id, empty if there is none."""
        thing = self.find(id)
        return thing.title if thing is not None else ""


def load_evidence(folder: Path | str | None = None) -> Evidence:
    """The evidence base of this installation (read once), or of a folder laid out like `seeds/` (read each time).

    That of this installation includes the newer rows of the folder that `use_observed` was given. Raises EvidenceError,
    which lists every fault.
    """
    return _shipped(os.environ.get(ENV, "")) if folder is None else _read(user_path(folder))


def record_ends() -> date:
    """The last day of this installation's record."""
    return load_evidence().record_ends


@cache
def _shipped(supplied: str) -> Evidence:
    return extended(_shipped(""), Path(supplied)) if supplied else _read(seeds_dir())


def _read(folder: Path) -> Evidence:
    faults = Faults(folder)
    documents = read_documents(folder, faults)
    claims, passages = read_claims(folder / "claims", documents, faults)
    series = read_observed(folder / "observed", documents, faults)
    ids = claims.keys() | documents.keys() | series.keys()
    if len(ids) < len(claims) + len(documents) + len(series):
        faults.add(faults.place(folder), "", "a claim, a document and a series must not share an id")
    timeline = read_timeline(folder / "observed" / "timeline.csv", series, ids, faults)
    parameters = read_parameters(folder / "parameters", ids, faults)
    waits = read_publication(folder / "publication.csv", series, faults)
    variables = frozenset(claim.fields["key"] for claim in claims.values() if claim.kind == "variable")
    levers, sizes = read_levers(folder / LEVERS, Known(claims, variables, frozenset(ids), parameters), faults)
    starts = read_starts(folder / "starts", parameters, faults)
    if faults.found:
        raise EvidenceError(faults.lines())
    whole = _with_sizes(parameters, sizes)
    return Evidence(whole, claims, documents, series, timeline, passages, levers, waits, starts)


def _with_sizes(parameters: dict[str, Parameter], sizes: dict[str, Parameter]) -> dict[str, Parameter]:
    """All parameters, the levers' sizes placed by group name; study designs rely on this order."""
    before = {name: parameter for name, parameter in parameters.items() if name < f"{LEVERS}."}
    return before | sizes | parameters
