"""Who uses a thing: levers, indicators, phases of the week, actors, scenarios, parameters, and lines of the model.

Core objects: `used_by` and `mentions`. The index is made when asked, from the definitions and the sources themselves,
so that it cannot go stale.
"""

import re
from pathlib import Path

from regionsim.cli.catalog import Row, rows

_READS = {  # kind -> the fields of its rows that may name another thing
    "levers": ("evidence", "targets", "effects"),
    "indicators": ("evidence",),
    "schedule": ("evidence",),
    "actors": ("evidence",),
    "scenarios": ("evidence", "levers", "parameters", "shocks"),
    "parameters": ("evidence",),
    "variables": ("recorded_as",),
}
_ROOMS = ("model", "indicators", "levers")


def used_by(name: str) -> list[str]:
    """Things that name it, as "lever trade_facilitation", then lines of the sources, as "model/clock.py:12"."""
    found = [
        f"{_ONE[kind]} {row['id']}"
        for kind, fields in _READS.items()
        for row in rows(kind)
        if row["id"] != name and any(name in _words(row, field) for field in fields)
    ]
    return found + mentions(name)


def mentions(name: str) -> list[str]:
    """Lines of the model's, indicators' and levers' sources that hold the name as a whole word."""
    package = Path(__file__).resolve().parents[1]
    word = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-]|\.\w)")
    found = []
    for room in _ROOMS:
        for path in sorted((package / room).rglob("*.py")):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if word.search(line):
                    found.append(f"{path.relative_to(package).as_posix()}:{number}")
    return found


def _words(row: Row, field: str) -> list[str]:
    """The names in a field: a list of names, or of maps that hold names."""
    items = row.get(field) or []
    return [word for item in items for word in (item.values() if isinstance(item, dict) else (item,))]


_ONE = {
    "levers": "lever",
    "indicators": "indicator",
    "schedule": "phase",
    "actors": "actor",
    "scenarios": "scenario",
    "parameters": "parameter",
    "variables": "variable",
}
