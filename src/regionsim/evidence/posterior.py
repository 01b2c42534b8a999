"""The posterior that `regionsim calibrate` wrote: joint rows of the parameters that the record narrows.

Core objects: `Posterior`, `load_posterior` (of this installation), `read_posterior` and `check_posterior` (any file),
`narrowing` and `said_of` (of one parameter). Two files: rows as CSV, a column for each parameter, and beside it a JSON
of that name.
"""

from __future__ import annotations

import csv
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from regionsim.errors import InputError
from regionsim.evidence.records import Parameter
from regionsim.paths import seeds_dir

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


def shipped_file() -> Path | None:
    """The posterior of this installation: the last by name in `seeds/posterior`."""
    return max((seeds_dir() / "posterior").glob("*.csv"), default=None)


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
    try:
        text = path.read_text(encoding="utf-8")
        about_text = path.with_suffix(".json").read_text(encoding="utf-8")
        about = json.loads(about_text)
        head, *lines = csv.reader(text.splitlines())
        values = [[float(cell) for cell in line] for line in lines]
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: is no posterior: {error} (make it: {MAKE})") from None
    bad = any(len(line) != len(head) for line in values) or len(set(head)) < len(head)
    if bad or not values or not all(math.isfinite(value) for line in values for value in line):
        raise InputError(f"{path}: is no posterior: rows must hold a number for each parameter (make it: {MAKE})")
    digest = hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()
    _require_same(path, about, digest)
    return Posterior(dict(zip(head, zip(*values, strict=True), strict=True)), about, digest)


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
    until = found.about.get("until") if isinstance(found.about, dict) else None
    faults = [f"{name}: {one!r} is no parameter" for one in found.rows if one not in known]
    faults += [
        f"{name}: {one}: values of {min(values):g} to {max(values):g} are out of range (allowed: {known[one].low:g} to "
        f"{known[one].high:g})"
        for one, values in found.rows.items()
        if one in known and not known[one].low <= min(values) <= max(values) <= known[one].high
    ]
    try:
        date.fromisoformat(str(until))
    except ValueError:
        faults.append(f"{name}: does not say until which day it was fitted (until: {until!r})")
    if faults:
        raise InputError(faults)


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
