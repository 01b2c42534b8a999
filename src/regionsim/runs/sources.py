"""The source files that decide numbers: those of the engine, all that they import, and data files beside them.

Core objects: `source_files` (of any copy of the package) and `playing_sources` (digests for this installation). Imports
are followed without importing anything, so a key does not load the model.
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
"""Files beside a source that it may read; imports do not show which, so all count."""
ROOTS = (
    *(name.partition(":")[0] for name in (MODEL.worlds, MODEL.play)),
    "regionsim.runs.engine",  # applies what a study sets to the model's rows
    "regionsim.runs.table",
)
"""Modules that play; their packages are followed only if something imports them."""


@cache
def playing_sources() -> dict[str, str]:
    """Digest of each source file that decides numbers, by its name in the package."""
    return digests_of_files(PACKAGE, source_files(PACKAGE, ROOTS))


def source_files(package: Path, roots: Iterable[str]) -> list[Path]:
    """The files of the roots and of all that they import, at any depth and inside functions, and data beside them.

    Importing a module runs the packages above it, so these count too; imports for type checking do not.
    """
    files: set[Path] = set()
    waiting = [path for name in roots if (path := _file_of(package, name)) is not None]
    while waiting:
        path = waiting.pop()
        if path in files:
            continue
        files.add(path)
        for name in _imported(path, package):
            parts = name.split(".")
            above = (_file_of(package, ".".join(parts[:k])) for k in range(1, len(parts) + 1))
            waiting += [file for file in above if file is not None]
    rooms = {path.parent for path in files} - {package}
    beside = {path for room in rooms for path in room.iterdir() if path.suffix in DATA}
    return sorted(files | beside)


def _file_of(package: Path, name: str) -> Path | None:
    """The file of a module or package of ours; None if the name is neither."""
    place = package.joinpath(*name.split(".")[1:])
    for path in (place / "__init__.py", place.with_suffix(".py")):
        if path.is_file():
            return path
    return None


def _imported(path: Path, package: Path) -> Iterator[str]:
    """Dotted names that a file imports from our package; some end with a name in a module."""
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
    """The import statements of a body and of all blocks in it, except those for type checking."""
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
            continue
        for_types = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for block in ("orelse",) if for_types else ("body", "orelse", "handlers", "finalbody", "cases"):
            inner = getattr(node, block, ())
            if isinstance(inner, list):  # of a lambda or an `a if b else c` it is one expression
                yield from _imports(inner)
