"""Reads `documents.yaml` (briefs and publishers) and `literature.csv` (references).

Core object: `read_documents`.
"""

from pathlib import Path
from typing import Literal

from regionsim.evidence.entries import Entry, Text
from regionsim.evidence.records import Document
from regionsim.evidence.tables import Faults, read_table, read_yaml
from regionsim.schema.quantities import Model


class DocumentEntry(Model):
    """A brief or publisher as written."""

    title: Text
    author: Text
    date: str = ""
    kind: Literal["brief", "publisher"]
    url: str = ""
    file: str = ""
    licence: str = ""
    caveats: str = ""


def read_documents(folder: Path, faults: Faults) -> dict[str, Document]:
    """Every document by id: briefs first, then publishers, then references."""
    root = read_yaml(folder / "documents.yaml", faults)
    entries: dict[str, Document] = {}
    for id, node in root.items.items() if root is not None else ():
        written = Entry(id, node, faults).shaped(DocumentEntry)
        entries[id] = Document(id, **written.model_dump()) if written else Document(id, "", "")
    for row in read_table(folder / "literature.csv", ("id", "citation", "url", "note"), faults):
        cells = row.cells
        if cells["id"] in entries:
            faults.add(row.place, cells["id"], "another document has this id")
        if not cells["citation"]:
            faults.add(row.place, cells["id"], "the citation is missing")
        entries[cells["id"]] = Document(
            cells["id"], cells["citation"], "literature", url=cells["url"], caveats=cells["note"]
        )
    return entries
