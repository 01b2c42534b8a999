"""The source files that decide numbers: those of the engine, all that they import, and data files beside them.

Core objects: `source_files` (of any copy of the package) and `playing_sources` (digests for this installation). Imports
are followed without importing anything, so a key does not load the model.
"""

from __future__ import annotations

import re
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


@cache
def _file_of(package: Path, name: str) -> Path | None:
    """The file of a module or package of ours; None if the name is neither."""
    place = package.joinpath(*name.split(".")[1:])
    for path in (place / "__init__.py", place.with_suffix(".py")):
        if path.is_file():
            return path
    return None


_STATEMENT = re.compile(
    r"(?:^|[;:])[ \t]*(?:from[ \t]+(?P<base>[.\w]+)[ \t]+import\b[ \t]*(?P<names>\([^)]*\)|[^\n;]*)"
    r"|import[ \t]+(?P<modules>[^\n;]*))"
    r"|^(?P<typed>[ \t]*)if [^\n]*\bTYPE_CHECKING\b[^\n]*\n(?:(?P=typed)[ \t]+[^\n]*\n|[ \t]*\n)*",
    re.MULTILINE,
)
"""An import, or a whole block for type checking. Text that only looks like an import can at most add a file."""


def _imported(path: Path, package: Path) -> Iterator[str]:
    """Dotted names that a file imports from our package; some end with a name in a module.

    Read from the text of the file, as a syntax tree of every file would take longer than loading a scenario.
    """
    text = re.sub(r"#[^\n]*", "", path.read_text(encoding="utf-8")).replace("\\\n", " ")
    for statement in _STATEMENT.finditer(text):
        base, modules = statement["base"], statement["modules"]
        if base is not None:
            dots = len(base) - len(base.lstrip("."))
            within = path.relative_to(package.parent).parent.parts
            above = [*within[: len(within) - dots + 1]] if dots else []
            stem = [*above, *filter(None, [base.lstrip(".")])]
            names = [".".join([*stem, name]) for name in _names(statement["names"])]
        else:
            names = _names(modules or "")
        yield from (name for name in names if name.split(".")[0] == package.name)


def _names(listed: str) -> list[str]:
    """The names of a list such as "(a, b as c)", over one line or several."""
    return [name.split()[0] for name in listed.strip("() \t\n").split(",") if name.strip()]
