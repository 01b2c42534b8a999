"""Reads `documents.yaml` (briefs and publishers) and `literature.csv` (references).

Core object: `read_documents`.
"""

from pathlib import Path

from regionsim.evidence.records import Document
from regionsim.evidence.tables import Faults, read_table, read_yaml
from regionsim.yamlfile.faults import allowed
from regionsim.yamlfile.locate import Leaf, Map

_KEYS = ("title", "author", "date", "kind", "url", "file", "licence", "caveats")
_NEEDED = ("title", "author", "kind")
_KINDS = ("brief", "publisher")


def read_documents(folder: Path, faults: Faults) -> dict[str, Document]:
    """Every document by id: briefs first, then publishers, then references."""
    root = read_yaml(folder / "documents.yaml", faults)
    entries: dict[str, Document] = {}
    for id, node in root.items.items() if root is not None else ():
        if not isinstance(node, Map):
            faults.add(node.place, id, "must be a map of title, author, kind and more")
            continue
        entries[id] = _document(id, node, faults)
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


def _document(id: str, node: Map, faults: Faults) -> Document:
    texts: dict[str, str] = {}
    for key, value in node.items.items():
        if key not in _KEYS:
            faults.add(node.keys[key], f"{id}.{key}", f"unknown key {allowed(key, _KEYS)}")
        elif not isinstance(value, Leaf) or not isinstance(value.value, str) or not value.value.strip():
            faults.add(value.place, f"{id}.{key}", "must be text")
        else:
            texts[key] = value.value
    for key in _NEEDED:
        if key not in node.items:
            faults.add(node.place, f"{id}.{key}", "the key is missing")
    kind = texts.get("kind", _KINDS[0])
    if kind not in _KINDS:
        faults.add(node.items["kind"].place, f"{id}.kind", f"unknown kind '{kind}' {allowed(kind, _KINDS)}")
    return Document(id, **({"title": "", "kind": ""} | texts))
