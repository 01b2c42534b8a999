"""The posterior that `regionsim calibrate` wrote: joint rows of the parameters that the record narrows.

Core objects: `Posterior`, `load_posterior` (of this installation), `read_posterior` and `check_posterior` (any file),
`narrowing` and `said_of` (of one parameter). Two files: rows as CSV, a column for each parameter, and beside it a JSON
of that name.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from regionsim.errors import InputError
from regionsim.evidence.cells import is_day, is_number
from regionsim.evidence.records import Parameter
from regionsim.evidence.tables import Faults, read_table
from regionsim.paths import seeds_dir
from regionsim.yamlfile.faults import Fault, Place, nearest, printable, quoted
from regionsim.yamlfile.texts import read_text

MAKE = "regionsim calibrate --until 2025-06-30 --out seeds/posterior/2025-06.csv"
"""The command that makes the shipped posterior again."""
ASSUMPTION = "not identified: assumption"


@dataclass(frozen=True)
class Posterior:
    """`rows`: values by parameter, all of one length, row by row joint; `about`: how made; `digest` of the rows."""

    rows: Mapping[str, tuple[float, ...]]
    about: Mapping[str, Any]
    digest: str

    def __len__(self) -> int:
        return len(next(iter(self.rows.values()), ()))


def shipped_file(seeds: Path | None = None) -> Path | None:
    """The posterior of this installation, or of a folder like `seeds/`: the last by name in its `posterior`."""
    return max(((seeds_dir() if seeds is None else seeds) / "posterior").glob("*.csv"), default=None)


def load_posterior() -> Posterior:
    """The posterior of this installation, read once.

    Raises InputError, with the command that makes it, where there is none or where it is broken.
    """
    path = shipped_file()
    if path is None:
        raise InputError(f"draws: posterior: there is no posterior in {seeds_dir() / 'posterior'} (make it: {MAKE})")
    return _read_once(path)


@cache
def _read_once(path: Path) -> Posterior:
    return read_posterior(path)


def read_posterior(path: Path) -> Posterior:
    """A posterior from its CSV and the JSON beside it. Raises InputError for a file that is not one."""
    text, about = _text(path), _about(path.with_suffix(".json"))
    head = _names(text, str(path))
    faults = Faults(path.parent, name=str(path.parent))
    rows = read_table(path, head, faults, key=None, text=text)
    for row in rows:
        for name in head:
            if not is_number(row.cells[name]):
                faults.add(row.at(name), name, f"{quoted(row.cells[name])} must be a finite number")
    if not rows and not faults.found:
        faults.add(Place(str(path), 1, 1), "", "there are no rows (needed: a number for each parameter)")
    if faults.found:
        raise InputError([f"{Place(str(path))}: is no posterior (make it: {MAKE})", *faults.first_lines()])
    values = {name: tuple(float(row.cells[name]) for row in rows) for name in head}
    digest = hashlib.sha256(text.encode()).hexdigest()
    _require_same(path, about, digest)
    return Posterior(values, about, digest)


def _names(text: str, label: str) -> tuple[str, ...]:
    """The first row, which names the parameters."""
    try:
        head = tuple(next(csv.reader(text.split("\n")), []))
    except csv.Error:
        head = ()
    said = ""
    if not any(head):
        said = "the first row must name parameters"
    elif len(head) == 1 and (";" in head[0] or "\t" in head[0]):
        said = "the cells are not separated by commas (save it with commas)"
    elif len(set(head)) < len(head) or "" in head:
        said = f"each column must name a parameter, once (found {', '.join(map(quoted, head[:12]))})"
    if said:
        raise _no_posterior(Fault(Place(label, 1, 1), "", said))
    return head


def _text(path: Path) -> str:
    found = read_text(path, str(path))
    if isinstance(found, Fault):
        raise _no_posterior(found)
    return found


def _about(path: Path) -> dict[str, Any]:
    """The map of the JSON beside the rows."""
    text = _text(path)
    try:
        about = json.loads(text)
    except RecursionError:
        raise _no_posterior(Fault(Place(str(path)), "", "maps and lists are nested too deep")) from None
    except json.JSONDecodeError as error:
        place = Place(str(path), error.lineno, error.colno)
        raise _no_posterior(Fault(place, "", f"is not JSON: {error.msg.lower()}")) from None
    except ValueError:  # a number of thousands of digits
        raise _no_posterior(Fault(Place(str(path)), "", "holds a number that is too long")) from None
    if not isinstance(about, dict):
        raise _no_posterior(Fault(Place(str(path), 1, 1), "", "must be a map that says until which day it was fitted"))
    return about


def _no_posterior(fault: Fault) -> InputError:
    return InputError(f"{fault.place}: is no posterior: {fault.message} (make it: {MAKE})")


def _require_same(path: Path, about: Any, digest: str) -> None:
    """Raises InputError for rows that are not those the record beside them was written of, where it says which."""
    said = about.get("sha256") if isinstance(about, dict) else None
    if said is not None and said != digest:
        words = f"its rows are not those that {path.with_suffix('.json').name} was written of"
        raise InputError(f"{path} is damaged ({words}): make it again ({MAKE})")


def check_posterior(found: Posterior, name: str, known: Mapping[str, Parameter]) -> None:
    """Whether a posterior from outside is of parameters that are known, within their ranges, fitted up to a day.

    Raises InputError.
    """
    name = printable(name, 1000)
    until = found.about.get("until")
    faults = [f"{name}: {quoted(one)} is no parameter{_meant(one, known)}" for one in found.rows if one not in known]
    faults += [
        f"{name}: {one}: values of {min(values):g} to {max(values):g} are out of range (allowed: {known[one].low:g} to "
        f"{known[one].high:g})"
        for one, values in found.rows.items()
        if one in known and not known[one].low <= min(values) <= max(values) <= known[one].high
    ]
    if not isinstance(until, str) or not is_day(until):
        faults.append(f"{name}: does not say until which day it was fitted (until: {quoted(until)})")
    if faults:
        raise InputError(faults)


def _meant(name: str, known: Mapping[str, Parameter]) -> str:
    close = nearest(name, known)
    return f" (did you mean {close}?)" if close else ""


def narrowing(name: str) -> Mapping[str, Any] | None:
    """What the shipped posterior says of a parameter that the record narrows; None of any other."""
    path = shipped_file()
    return None if path is None else _narrowed(path).get(name)


@cache
def _narrowed(path: Path) -> dict[str, Mapping[str, Any]]:
    return {one["name"]: one for one in _read_once(path).about["parameters"] if one["narrowed"]}


def said_of(name: str) -> str:
    """Prior to posterior of an uncertain parameter in words."""
    line = narrowing(name)
    if line is None:
        return ASSUMPTION
    return f"contraction {line['contraction']:.2f} from the prior ({', '.join(line['series'])}, n = {line['n']})"
