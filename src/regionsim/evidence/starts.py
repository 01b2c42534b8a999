"""Reads `starts/`: joint rows of the parameters of a start that were weighted by what was reported up to its day.

Core objects: `read_starts`. The file is named by its day, as `2026-02-01.csv`: a column for each parameter, rows of
equal weight. A scenario from that day draws these parameters from one row in each draw; no file, no weighting.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from regionsim.evidence.cells import is_day, is_number
from regionsim.evidence.records import Parameter
from regionsim.evidence.tables import Faults, read_table, text_of
from regionsim.yamlfile.faults import figure, quoted

type Rows = Mapping[str, tuple[float, ...]]
"""Values by parameter, equally long and joint by row."""


def read_starts(folder: Path, parameters: Mapping[str, Parameter], faults: Faults) -> dict[date, Rows]:
    """Rows by day; none where the folder does not exist."""
    starts: dict[date, Rows] = {}
    for path in sorted(folder.glob("*.csv")):
        text = text_of(path, faults)
        if text is None:
            continue
        if not is_day(path.stem):
            faults.add(faults.place(path), "", "must be named by the day of its start, such as 2026-02-01.csv")
            continue
        head = tuple(text.split("\n", 1)[0].split(","))
        for name in head:
            if name not in parameters:
                faults.unknown(faults.place(path), "", "parameter", name, parameters)
        rows = read_table(path, head, faults, key=None, text=text)
        for row in rows:
            for name in (name for name in head if name in parameters):
                cell, declared = row.cells[name], parameters[name]
                if not is_number(cell) or not declared.low <= float(cell) <= declared.high:
                    span = f"{figure(declared.low)} to {figure(declared.high)}"
                    faults.add(row.at(name), name, f"{quoted(cell)} must be a number from {span}")
        if not rows:
            faults.add(faults.place(path), "", "there are no rows")
        if not faults.found:
            starts[date.fromisoformat(path.stem)] = {
                name: tuple(float(row.cells[name]) for row in rows) for name in head
            }
    return starts
