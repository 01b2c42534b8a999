"""Reads `claims/`: what the briefs say, row by row, with every cross-reference resolved.

Core objects: `TABLES` (kind, titles and columns of each file) and `read_claims`.
"""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from regionsim.evidence.records import Claim
from regionsim.evidence.tables import Faults, TableRow, read_table


@dataclass(frozen=True)
class ClaimTable:
    """One file: the kind of its rows, its columns, and templates for title and text, filled from a row."""

    kind: str
    title: str
    text: str
    columns: tuple[str, ...]


def _table(kind: str, title: str, text: str, columns: str) -> ClaimTable:
    return ClaimTable(kind, title, text, tuple(columns.split()))


TABLES: dict[str, ClaimTable] = {
    "actors": _table(
        "actor",
        "{name}",
        "{description}",
        "id name type description interests behaviours relations sources locators importance",
    ),
    "quantities": _table(
        "quantity",
        "{quantity}",
        "{value} {unit} ({date})",
        "id quantity value unit date kind sources locators caveat low high independent_note independent_status "
        "suggested_parameter",
    ),
    "levers": _table(
        "lever",
        "{lever}",
        "{mechanism}",
        "id lever actor targets instruments direction mechanism recommendation status sources locators mechanisms",
    ),
    "mechanisms": _table(
        "mechanism",
        "{cause} -> {effect}",
        "{paraphrase}",
        "id cause effect sign strength lag condition paraphrase sources locators confidence claim_kind form epoch "
        "cause_variable effect_variable loops loop_type in_documents",
    ),
    "contradictions": _table(
        "contradiction",
        "{topic}",
        "{claim_a} / {claim_b}",
        "id topic claim_a locators_a claim_b locators_b treatment",
    ),
    "events": _table("event", "{event}", "{date}: {effect}", "id date event actors effect sources locators note"),
    "relations": _table(
        "relation",
        "{from_actor} {sign} {to_actor}",
        "{relation}",
        "id from_actor to_actor sign relation period sources locators",
    ),
    "variables": _table("variable", "{name}", "{definition}", "id key name definition scale good_direction group"),
    "indicators": _table("indicator", "{indicator}", "{why}", "id indicator unit why direction data_source variable"),
    "loops": _table(
        "loop", "{name}", "{reading}", "id name type mechanisms variables signs inferred_links length reading"
    ),
    "scenarios": _table(
        "scenario",
        "{title}",
        "{question}",
        "id title question horizon levers timing shocks tests conflicts signs",
    ),
    "scenario_signs": _table(
        "sign",
        "{scenario}: {variable} {sign}",
        "{evidence}",
        "id scenario variable indicators sign basis contested evidence",
    ),
    "hypotheses": _table("hypothesis", "{hypothesis}", "{evidence}", "id hypothesis evidence"),
    "backcasts": _table("backcast", "{period}", "{pattern}", "id period pattern evidence"),
    "external_checks": _table("check", "{finding}", "{url} ({page_date})", "id checks finding url page_date"),
    "locators": _table("passage", "{id} in {source}", "line {line} of its text", "id source line sentences cited_by"),
}

# What the cells of a column refer to; a column has the same meaning in every table.
_TO_DOCUMENTS = ("sources", "source")
_TO_PASSAGES = ("locators", "locators_a", "locators_b")
_TO_VARIABLES = ("targets", "instruments", "cause_variable", "effect_variable", "variable", "variables")
_TO_CLAIMS = (
    *("mechanisms", "loops", "levers", "indicators", "scenario", "evidence", "conflicts"),
    *("from_actor", "to_actor", "checks", "cited_by"),
)
_CLAIM_ID = re.compile(r"AC-[A-Z0-9]+|\b[A-Z]{1,2}\d+[ab]?\b")
_VARIABLE = re.compile(r"[a-z]\w+")
_LINES = re.compile(r" \[L[\d-]+\]$")
_SENTENCE = re.compile(r"\.s\d+$")
_NOT_IN_A_BRIEF = "external check"


def _listed(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def passage_of(locator: str) -> str:
    """The passage a locator stands in: `001:IMPL.p3` of `001:IMPL.p3.s2 [L61-87]`."""
    return _SENTENCE.sub("", _LINES.sub("", locator))


def read_claims(folder: Path, documents: Collection[str], faults: Faults) -> tuple[dict[str, Claim], dict[str, Claim]]:
    """Claims, and passages (the places that locators name), by id."""
    tables = {name: read_table(folder / f"{name}.csv", table.columns, faults) for name, table in TABLES.items()}
    for path in sorted(folder.glob("*.csv")):
        if path.stem not in TABLES:
            faults.unknown(faults.place(path), "", "table", path.stem, TABLES)
    variables = {row.cells["key"]: row.cells["id"] for row in tables["variables"]}
    passages = {row.cells["id"] for row in tables["locators"]}
    ids: dict[str, TableRow] = {}
    for name, rows in tables.items():
        for row in rows if name != "locators" else ():
            id = row.cells["id"]
            if id in ids:
                faults.add(row.place, id, f"the id is given twice, first at {ids[id].place}")
            ids.setdefault(id, row)
    links = _Links(documents, passages, variables, ids, faults)
    made = {name: {row.cells["id"]: _claim(TABLES[name], row, links) for row in rows} for name, rows in tables.items()}
    places = made.pop("locators")
    return {id: claim for group in made.values() for id, claim in group.items()}, places


@dataclass(frozen=True)
class _Links:
    """Resolves the references of a row and notes those that do not resolve."""

    documents: Collection[str]
    passages: Collection[str]
    variables: dict[str, str]
    ids: Collection[str]
    faults: Faults

    def follow(
        self,
        row: TableRow,
        columns: Iterable[str],
        split: Callable[[str], list[str]],
        targets: Collection[str],
        what: str,
    ) -> list[str]:
        resolved = []
        for column in columns:
            for word in split(row.cells.get(column, "")):
                if word in targets:
                    resolved.append(word)
                else:
                    self.faults.unknown(row.place, f"{row.cells['id']}.{column}", what, word, targets)
        return resolved


def _claim(table: ClaimTable, row: TableRow, links: _Links) -> Claim:
    cells = row.cells
    locators = [word for column in _TO_PASSAGES for word in _listed(cells.get(column, "")) if word != _NOT_IN_A_BRIEF]
    sources = links.follow(row, _TO_DOCUMENTS, _listed, links.documents, "document")
    links.follow(row, _TO_PASSAGES, _passages, links.passages, "locator")
    variables = links.follow(row, _TO_VARIABLES, _VARIABLE.findall, links.variables, "variable")
    claims = links.follow(row, _TO_CLAIMS, _CLAIM_ID.findall, links.ids, "claim")
    title = table.title.format_map(cells)
    if not title.strip():
        links.faults.add(row.place, cells["id"], "the row has no title")
    return Claim(
        id=cells["id"],
        kind=table.kind,
        title=title,
        text=table.text.format_map(cells),
        sources=tuple(sources),
        locators=tuple(locators),
        links=tuple(dict.fromkeys([*claims, *(links.variables[key] for key in variables)])),
        fields=cells,
        place=f"{row.place.file}:{row.place.line}",
    )


def _passages(cell: str) -> list[str]:
    return [passage_of(locator) for locator in _listed(cell) if locator != _NOT_IN_A_BRIEF]
