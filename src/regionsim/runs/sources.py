"""The sources that decide numbers: every file that what plays imports, found by following imports, and data beside it.

Core objects: `source_files` (of any copy of the package) and `playing_sources` (digests of those of this installation).
Nothing is imported to find them, so a key costs no start of the model.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from regionsim.evidence.inputs import digests_of_files
from regionsim.runs.engine import MODEL

PACKAGE = Path(__file__).resolve().parents[1]
DATA = (".csv", ".json", ".yaml")
"""Files beside a source that it may read: which one does, imports do not say, so all count."""
ROOTS = (
    *(name.partition(":")[0] for name in (MODEL.worlds, MODEL.play)),
    "regionsim.runs.engine",  # lays what a study sets over the model's rows
    "regionsim.runs.table",
)
"""Modules that play; the packages that they lie in are followed only where something imports them."""


@cache
def playing_sources() -> dict[str, str]:
    """Digest of each file that decides numbers, by its name in the package."""
    return digests_of_files(PACKAGE, source_files(PACKAGE, ROOTS))


def source_files(package: Path, roots: Iterable[str]) -> list[Path]:
    """The files of the roots and of all that they import, at any depth, also inside functions, and data beside them.

    An import of a module runs the packages above it, so these count too. Imports for types only do not.
    """
    found: set[Path] = set()
    waiting = [path for name in roots if (path := _file_of(package, name)) is not None]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        for name in _imported(path, package):
            parts = name.split(".")
            above = (_file_of(package, ".".join(parts[:k])) for k in range(1, len(parts) + 1))
            waiting += [one for one in above if one is not None]
    rooms = {path.parent for path in found} - {package}
    beside = {path for room in rooms for path in room.iterdir() if path.suffix in DATA}
    return sorted(found | beside)


def _file_of(package: Path, name: str) -> Path | None:
    """The file of a module or package of ours, None where the name is of neither."""
    place = package.joinpath(*name.split(".")[1:])
    for path in (place / "__init__.py", place.with_suffix(".py")):
        if path.is_file():
            return path
    return None


def _imported(path: Path, package: Path) -> Iterator[str]:
    """What a file imports of ours by dotted names; the last word of some is no module but a name in one."""
    for node in _imports(ast.parse(path.read_bytes()).body):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            within = path.relative_to(package.parent).parent.parts
            base = [*within[: len(within) - node.level + 1]] if node.level else []
            base += [node.module] if node.module else []
            names = [".".join([*base, alias.name]) for alias in node.names]
        yield from (name for name in names if name.split(".")[0] == package.name)


def _imports(body: Iterable[ast.AST]) -> Iterator[ast.Import | ast.ImportFrom]:
    """The import statements of a body and of all blocks in it, but those that only a checker of types sees."""
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
            continue
        for_types = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for block in ("orelse",) if for_types else ("body", "orelse", "handlers", "finalbody", "cases"):
            inner = getattr(node, block, ())
            if isinstance(inner, list):  # of a lambda or an `a if b else c` it is one expression
                yield from _imports(inner)
