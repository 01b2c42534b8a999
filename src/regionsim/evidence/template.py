"""An empty folder for newer rows: tables with their first line, and a row for each month that is due.

Core object: `write_template`. Figures and sources are left empty; a row that is not filled is refused until it is.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from regionsim.errors import InputError, argument
from regionsim.evidence.measures import add_months
from regionsim.evidence.observed import TABLES
from regionsim.evidence.timeline import COLUMNS as TIMELINE

if TYPE_CHECKING:
    from regionsim.evidence.base import Evidence

MONTHLY: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("attacks_monthly", {"series": "picss_monthly_national", "area": "Pakistan (all)", "group": "all militant groups"}),
    ("refugee_returns", {"series": "returns", "crossing": "all", "status": "all"}),
    ("refugee_returns", {"series": "deportations", "crossing": "all", "status": "forced"}),
    ("trade", {"series": "pk_exports_to_af_customs_month", "unit": "million USD"}),
    ("trade", {"series": "pk_imports_from_af_customs_month", "unit": "million USD"}),
    ("trade", {"series": "pk_exports_to_af_sbp_month", "unit": "million USD"}),
    ("trade", {"series": "pk_imports_from_af_sbp_month", "unit": "million USD"}),
)
"""Series whose months a start or a score reads: table and cells that are the same every month."""
EVENTS: Mapping[str, tuple[str, ...]] = {
    "border_closures": tuple(TABLES["border_closures"].columns),
    "timeline": TIMELINE,
}
"""Tables of events: nothing is due, so they get their first line alone."""
MOST = 60  # months: five years


def write_template(folder: Path, evidence: Evidence, until: date | None = None) -> tuple[list[Path], list[str]]:
    """Write the tables to a folder; returns their paths, and the months that are due.

    until: months over before this day are due (default: the month after the record alone). Raises InputError if there
    is a table of the same name, or no month is due; nothing is overwritten.
    """
    months = _months(evidence.record_ends + timedelta(days=1), until)
    if not 0 < len(months) <= MOST:
        wanted = f"allowed: a month to {MOST} months after the record, which ends on {evidence.record_ends}"
        raise InputError(f"{argument('on')}: {len(months)} months are due by {until} ({wanted})")
    tables: dict[str, list[Mapping[str, object]]] = {}
    for table, fixed in MONTHLY:
        tables.setdefault(table, []).extend({**_cells(month), **fixed} for month in months)
    paths = {name: folder / f"{name}.csv" for name in (*tables, *EVENTS)}
    there = [path.name for path in paths.values() if path.exists() or path.is_symlink()]
    if there:
        raise InputError(
            f"{argument('template')}: {folder} has {', '.join(there)} (nothing is overwritten: name another folder)"
        )
    for name, path in paths.items():
        columns = EVENTS[name] if name in EVENTS else tuple(TABLES[name].columns)
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, columns, lineterminator="\n", extrasaction="ignore")
            writer.writeheader()
            writer.writerows(tables.get(name, ()))
    return list(paths.values()), [f"{month:%Y-%m}" for month in months]


def _months(after: date, until: date | None) -> list[date]:
    """First days of the months from the day `after` on that are over before `until`; without it the first of them."""
    return [month for month in _from(after) if until is None or add_months(month, 1) <= until][: None if until else 1]


def _from(after: date) -> Iterator[date]:
    """First days of months from the first whole one, more than can be due."""
    month = after if after.day == 1 else add_months(after, 1)
    for _ in range(MOST + 1):
        yield month
        month = add_months(month, 1)


def _cells(month: date) -> dict[str, object]:
    """Cells that say which month a row is about, by the column names of every table."""
    return {
        "year": month.year, "month": month.month, "period": f"{month:%Y-%m}", "period_type": "MON",
        "days": (add_months(month, 1) - month).days,
    }  # fmt: skip
