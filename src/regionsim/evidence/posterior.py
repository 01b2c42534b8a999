"""The posterior that `regionsim calibrate` writes: joint rows of the parameters that the record narrows.

Core objects: `Posterior`, `load_posterior` (of this installation), `read_posterior` and `check_posterior` (any file),
`narrowing` and `describe_narrowing` (of one parameter). A posterior is two files of one name: a CSV of rows with a
column per parameter, and a JSON that says how it was made.
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
"""The command that rebuilds the shipped posterior."""
ASSUMPTION = "not identified: assumption"


@dataclass(frozen=True)
class Posterior:
    """`rows`: values by parameter, equally long and joint by row; `about`: how it was made; `digest`: of the rows."""

    rows: Mapping[str, tuple[float, ...]]
    about: Mapping[str, Any]
    digest: str

    def __len__(self) -> int:
        return len(next(iter(self.rows.values()), ()))


def shipped_file(seeds: Path | None = None) -> Path | None:
    """The posterior file of this installation, or of a folder like `seeds/`: the last by name in `posterior/`."""
    return max(((seeds_dir() if seeds is None else seeds) / "posterior").glob("*.csv"), default=None)


def load_posterior() -> Posterior:
    """The posterior of this installation, read once.

    Raises InputError, with the command that makes it, if it is missing or faulty.
    """
    path = shipped_file()
    if path is None:
        raise InputError(f"draws: posterior: there is no posterior in {seeds_dir() / 'posterior'} (make it: {MAKE})")
    return _read_once(path)


@cache
def _read_once(path: Path) -> Posterior:
    return read_posterior(path)


def read_posterior(path: Path) -> Posterior:
    """A posterior from its CSV and the JSON beside it. Raises InputError if either is faulty."""
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
        raise InputError([f"{Place(str(path))}: is not a posterior (make it: {MAKE})", *faults.first_lines()])
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
    problem = ""
    if not any(head):
        problem = "the first row must name parameters"
    elif len(head) == 1 and (";" in head[0] or "\t" in head[0]):
        problem = "the cells are not separated by commas (save it with commas)"
    elif len(set(head)) < len(head) or "" in head:
        problem = f"each column must name a parameter, once (found {', '.join(map(quoted, head[:12]))})"
    if problem:
        raise _no_posterior(Fault(Place(label, 1, 1), "", problem))
    return head


def _text(path: Path) -> str:
    content = read_text(path, str(path))
    if isinstance(content, Fault):
        raise _no_posterior(content)
    return content


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
        raise _no_posterior(Fault(Place(str(path), 1, 1), "", "must be a map that says to which day it was fitted"))
    return about


def _no_posterior(fault: Fault) -> InputError:
    return InputError(f"{fault.place}: is not a posterior: {fault.message} (make it: {MAKE})")


def _require_same(path: Path, about: Any, digest: str) -> None:
    """Raises InputError if the JSON beside the rows names another digest than theirs."""
    recorded = about.get("sha256") if isinstance(about, dict) else None
    if recorded is not None and recorded != digest:
        problem = f"its rows do not match {path.with_suffix('.json').name}"
        raise InputError(f"{path} is damaged ({problem}): make it again ({MAKE})")


def check_posterior(posterior: Posterior, name: str, declared: Mapping[str, Parameter]) -> None:
    """Raises InputError unless a posterior has declared parameters, values in range and the day it was fitted to.

    name: what the messages call it.
    """
    name = printable(name, 1000)
    until = posterior.about.get("until")
    faults = [
        f"{name}: {quoted(id)} is not a parameter{_suggestion(id, declared)}"
        for id in posterior.rows
        if id not in declared
    ]
    for id, values in posterior.rows.items():
        allowed = declared.get(id)
        if allowed is not None and not allowed.low <= min(values) <= max(values) <= allowed.high:
            span = f"{min(values):g} to {max(values):g} are out of range (allowed: {allowed.low:g} to {allowed.high:g})"
            faults.append(f"{name}: {id}: values of {span}")
    if not isinstance(until, str) or not is_day(until):
        faults.append(f"{name}: does not say to which day it was fitted (until: {quoted(until)})")
    if faults:
        raise InputError(faults)


def _suggestion(name: str, declared: Mapping[str, Parameter]) -> str:
    close = nearest(name, declared)
    return f" (did you mean {close}?)" if close else ""


def narrowing(name: str) -> Mapping[str, Any] | None:
    """The shipped posterior's entry for a parameter that the record narrows; None for any other."""
    path = shipped_file()
    return None if path is None else _narrowed(path).get(name)


@cache
def _narrowed(path: Path) -> dict[str, Mapping[str, Any]]:
    return {line["name"]: line for line in _read_once(path).about["parameters"] if line["narrowed"]}


def describe_narrowing(name: str) -> str:
    """How far the record narrows an uncertain parameter, in words."""
    line = narrowing(name)
    if line is None:
        return ASSUMPTION
    return f"contraction {line['contraction']:.2f} from the prior ({', '.join(line['series'])}, n = {line['n']})"
