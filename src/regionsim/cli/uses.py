"""Users of a name: levers, indicators, phases of the week, actors, scenarios, parameters, and lines of the model.

Core objects: `used_by` and `mentions`. Users are found on request, in the definitions and sources, so
that the list is never stale.
"""

import ast
import re
from functools import cache
from pathlib import Path

from regionsim.cli.catalog import Row, rows
from regionsim.paths import seeds_dir

_READS = {  # kind -> the fields of its rows that may name another thing
    "levers": ("evidence", "targets", "effects", "pushes", "parts"),
    "indicators": ("evidence",),
    "schedule": ("evidence",),
    "actors": ("evidence",),
    "scenarios": ("evidence", "levers", "parameters", "shocks", "extends", "baseline"),
    "parameters": ("evidence",),
    "variables": ("recorded_as",),
}
READERS = ("evidence/known_levels.py", "model", "indicators", "history")
"""Parts of the package that read parameters: the model and its start, and what reports on it or fits it."""


_FOUND_IN = {  # noun of an entry -> the fields of a scenario that can name it; other nouns: all of them
    "scenario": ("extends", "baseline"),
    "shock": ("shocks",),
    "lever": ("levers",),
    "variable": ("evidence",),
}


def used_by(name: str, noun: str) -> list[str]:
    """Users, such as "lever trade_facilitation", then lines of the sources, such as "model/clock.py:12".

    noun: what the entry is, as several kinds may share a name: the scenario `ceasefire` has the shock `ceasefire`. A
    scenario is used by those that extend it, by way of others too, or take it as baseline.
    """
    users = []
    for kind, fields in _READS.items():
        if kind == "scenarios":
            fields = _FOUND_IN.get(noun, fields)
        elif noun == "scenario":
            continue
        for row in rows(kind):
            itself = row["id"] == name and _SINGULAR[kind] == noun
            if not itself and any(name in _words(row, field) for field in fields):
                users.append(f"{_SINGULAR[kind]} {row['id']}")
    return users if noun == "scenario" else users + mentions(name)


def mentions(name: str) -> list[str]:
    """Lines of `READERS` that contain the name or compose it, as `f"trade.{good}"` does.

    A plain word, such as `attacks`, counts only as a whole quoted string, as it is also a variable name in code.
    """
    edge = r"[\w.-]" if re.search(r"[.\d-]", name) else None
    word = re.compile(rf"(?<!{edge}){re.escape(name)}(?![\w-]|\.\w)" if edge else rf"([\"']){re.escape(name)}\1")
    places = []
    for file, lines, composed in _sources():
        numbers = {number for number, line in enumerate(lines, 1) if name in line and word.search(line)}
        numbers |= {number for number, pattern in composed if pattern.fullmatch(name)}
        places += [f"{file}:{number}" for number in sorted(numbers)]
    return places


@cache
def _sources() -> list[tuple[str, list[str], list[tuple[int, re.Pattern[str]]]]]:
    """File, lines, and patterns of the dotted names that its f-strings compose, each with its line."""
    package = Path(__file__).resolve().parents[1]
    sources = []
    for room in READERS:
        place = package / room
        for path in [place] if place.is_file() else sorted(place.rglob("*.py")):
            source = path.read_text(encoding="utf-8")
            sources.append((path.relative_to(package).as_posix(), source.splitlines(), _composed(source)))
    measures = (seeds_dir() / "measures.csv").read_text(encoding="utf-8")  # names rates of reporting
    return [*sources, ("seeds/measures.csv", measures.splitlines(), [])]


def _composed(source: str) -> list[tuple[int, re.Pattern[str]]]:
    patterns = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            fixed = [str(part.value) if isinstance(part, ast.Constant) else "" for part in node.values]
            if any("." in part and re.search("[a-z]{3}", part) for part in fixed):
                pattern = "".join(re.escape(part) or r"[\w.]+" for part in fixed)
                patterns.append((node.lineno, re.compile(pattern)))
    return patterns


def _words(row: Row, field: str) -> list[str]:
    """The names in a field: a list of names, or of maps that hold names."""
    items = row.get(field) or []
    if isinstance(items, str):
        return [items]
    return [word for item in items for word in (item.values() if isinstance(item, dict) else (item,))]


_SINGULAR = {
    "levers": "lever",
    "indicators": "indicator",
    "schedule": "phase",
    "actors": "actor",
    "scenarios": "scenario",
    "parameters": "parameter",
    "variables": "variable",
}
