"""What a forecast is scored against and by, declared before any outcome is known.

Core objects: `Declaration` (a baseline for each series, events whose probability is scored), `read_declared` (that of
`seeds/baselines.csv` and `seeds/forecast_events.csv`), `declare` and `read_declaration` (frozen in a file with a hash).
A baseline is chosen by sense, with its reason; which one turns out best on the outcomes is shown beside it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from regionsim.errors import InputError, argument
from regionsim.evidence.measures import read_measures
from regionsim.evidence.records import EvidenceError
from regionsim.evidence.tables import Faults, TableRow, read_table
from regionsim.history.baselines import BASELINES
from regionsim.paths import seeds_dir, user_path
from regionsim.yamlfile.faults import printable

TOTAL = "past totals"
"""The baseline that forecasts totals of several months at once; any other is the sum of its months."""
PAST_RATE = "past rate"
"""The baseline of closures of all gates: how often they happened before."""
SCORES = ("crps", "log", "interval_50%", "interval_90%", "coverage", "pit", "energy", "brier")
KINDS = ("all_shut", "total")
_MOST = 2**31
"""Bytes of a file that is read; a thousand draws from one origin in four arms are about 60 MB."""


@dataclass(frozen=True)
class DeclaredBaseline:
    """The baseline of a series by month (or window) and, for series by month, of its totals; and why."""

    series: str
    month: str
    total: str
    reason: str


@dataclass(frozen=True)
class ForecastEvent:
    """An event of the year from an origin. kind: `all_shut`, goods pass at no gate for more than `over` days in a row,
    counted from the origin on; or `total`, the series adds up to more than `over`.
    """

    id: str
    title: str
    kind: str
    series: str
    over: float
    reason: str


@dataclass(frozen=True)
class Declaration:
    """Baselines by series, and events. sha256: of the file it was read from, if any."""

    baselines: Mapping[str, DeclaredBaseline]
    events: tuple[ForecastEvent, ...]
    sha256: str | None = None

    def plain(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "baselines": [asdict(each) for each in self.baselines.values()],
            "events": [asdict(each) for each in self.events],
            "scores": list(SCORES),
        }


def read_declared() -> Declaration:
    """The declaration of this installation. Raises EvidenceError with every fault."""
    return _shipped()


@cache
def _shipped() -> Declaration:
    return declared_in(seeds_dir())


def declared_in(folder: Path) -> Declaration:
    """The declaration of a folder laid out like `seeds/`. Raises EvidenceError with every fault."""
    faults = Faults(folder)
    rows = read_table(folder / "baselines.csv", ("series", "month", "total", "reason"), faults, key="series")
    of_events = read_table(
        folder / "forecast_events.csv", ("id", "title", "kind", "series", "over", "reason"), faults
    )  # fmt: skip
    for row in rows:
        _check_baseline(row, faults)
    for row in of_events:
        _check_event(row, faults)
    for id in read_measures().keys() - {row.cells["series"] for row in rows}:
        faults.add(faults.place(folder / "baselines.csv"), id, "the series has no declared baseline")
    if faults.found:
        raise EvidenceError(faults.lines())
    baselines = {row.cells["series"]: DeclaredBaseline(**row.cells) for row in rows}
    events = tuple(ForecastEvent(**{**row.cells, "over": float(row.cells["over"])}) for row in of_events)  # type: ignore[arg-type]
    return Declaration(baselines, events)


def _check_baseline(row: TableRow, faults: Faults) -> None:
    cells, measures = row.cells, read_measures()
    if cells["series"] not in measures:
        faults.unknown(row.place, "series", "series", cells["series"], measures)
        return
    yearly = measures[cells["series"]].step == "year"
    if cells["month"] not in BASELINES:
        faults.unknown(row.at("month"), "month", "baseline", cells["month"], BASELINES)
    if not yearly and cells["total"] not in (*BASELINES, TOTAL):
        faults.unknown(row.at("total"), "total", "baseline", cells["total"], (*BASELINES, TOTAL))
    if not cells["reason"]:
        faults.add(row.place, "reason", "the baseline has no reason")


def _check_event(row: TableRow, faults: Faults) -> None:
    cells, measures = row.cells, read_measures()
    if cells["kind"] not in KINDS:
        faults.unknown(row.at("kind"), "kind", "kind", cells["kind"], KINDS)
    if cells["series"] not in measures:
        faults.unknown(row.at("series"), "series", "series", cells["series"], measures)
    if not cells["over"].isdecimal():
        faults.add(row.at("over"), "over", f"{cells['over']!r} must be a whole number")
    if not cells["reason"]:
        faults.add(row.place, "reason", "the event has no reason")


# -- files -------------------------------------------------------------------------------------------------------------


def declare(path: Path, declaration: Declaration, asked: Mapping[str, Any]) -> str:
    """Write a declaration with what is asked to a new file, and its SHA-256 beside it; returns the hash."""
    from regionsim import __version__

    text = json.dumps({"version": __version__, "asked": asked, "declared": declaration.plain()}, indent=1)
    return write_hashed(path, text + "\n")


def write_hashed(path: Path, text: str) -> str:
    """Write a text to a file, and its SHA-256 to FILE.sha256; returns the hash."""
    from regionsim.runs.files import write_text

    write_text(path, text)
    return write_hash(path)


def write_hash(path: Path) -> str:
    """Write the SHA-256 of a file to FILE.sha256; returns it."""
    from regionsim.runs.files import sha256_of, write_text

    digest = sha256_of(path)
    write_text(path.with_name(path.name + ".sha256"), f"{digest}  {path.name}\n")
    return digest


def read_declaration(given: str) -> Declaration:
    """The declaration that `declare` wrote to a file. Raises InputError if it is none, or no longer the one hashed."""
    path = user_path(given, argument("declared"))
    data, digest = read_hashed(path, argument("declared"))
    return of_plain(data.get("declared"), f"{argument('declared')}: {printable(given, 200)}", digest)


def read_hashed(path: Path, option: str) -> tuple[dict[str, Any], str]:
    """The JSON map in a file, and the file's hash. Raises InputError if it is not the one in FILE.sha256."""
    from regionsim.runs.files import read_regular

    shown = printable(str(path), 1000)
    beside = path.with_name(path.name + ".sha256")
    try:
        content = read_regular(path, _MOST)
        data, digest = json.loads(content.decode("utf-8")), hashlib.sha256(content).hexdigest()
        written = beside.read_text("utf-8").split()[:1] if beside.is_file() else None
    except (OSError, ValueError, RecursionError) as error:
        why = (getattr(error, "strerror", None) or "it is not JSON in UTF-8").lower()
        raise InputError(f"{option}: {shown} cannot be read: {why}") from None
    if written is not None and written != [digest]:
        raise InputError(f"{option}: {shown} is not the file whose hash is in {beside.name} (it was changed later)")
    if not isinstance(data, dict):
        raise InputError(f"{option}: {shown} is no file that hindcast wrote")
    return data, digest


def of_plain(data: object, shown: str, digest: str | None = None) -> Declaration:
    """The declaration in plain data. Raises InputError if it is none, or names what this version does not have."""
    try:
        plain: Any = data
        baselines = {each["series"]: DeclaredBaseline(**each) for each in plain["baselines"]}
        events = tuple(ForecastEvent(**each) for each in plain["events"])
    except (KeyError, TypeError):
        raise InputError(f"{shown} holds no declaration (`regionsim hindcast --declare` writes one)") from None
    unknown = [id for id in baselines if id not in read_measures()]
    unknown += [each.id for each in events if each.kind not in KINDS or each.series not in read_measures()]
    named = {name for each in baselines.values() for name in (each.month, each.total) if name}
    unknown += sorted(named - {*BASELINES, TOTAL})
    if unknown:
        raise InputError(f"{shown} names what this version does not have: {', '.join(map(str, unknown))}")
    return Declaration(baselines, events, digest)
