"""Tables of returns (UNHCR, IOM) and of trade by country (State Bank, Customs).

Core objects: `returns` and `trade`.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from regionsim.evidence.import_sheets import Imported, Sheet, day_of, month_of_text, number_in
from regionsim.evidence.measures import add_months
from regionsim.evidence.tables import Faults
from regionsim.yamlfile.faults import quoted

type Key = tuple[str, str]
"""Series and status."""

_DAY = timedelta(days=1)
_LICENCE = "figures quoted as facts; text is copyright of the publisher"
_PERSONS = ("individuals", "returnees", "number of individuals", "persons", "returns", "total individuals")
_BEGINS = ("date", "month", "date from", "from", "start date", "reporting period start", "return date")
_ENDS = ("date to", "to", "end date", "reporting period end")
_STATUS = ("status", "category", "documentation", "population group", "type of return")
_STATUSES: tuple[tuple[str, Key], ...] = (
    ("deport", ("deportations", "forced")),
    ("all", ("returns", "all")),
    ("total", ("returns", "all")),
    ("undocumented", ("returns", "undocumented")),
    ("por", ("returns", "registered(PoR)")),
    ("proof of registration", ("returns", "registered(PoR)")),
    ("registered", ("returns", "registered(PoR)")),
    ("refugee", ("returns", "registered(PoR)")),
)
"""Words of a status -> series and status of the record; the first that fits counts."""
_HEAD = 12
"""Lines above the months of a table of trade in which the unit and the direction are looked for."""
_UNITS = (("thousand", 1e-3), ("'000", 1e-3), ("000 us", 1e-3), ("million", 1.0), ("mn", 1.0))


def returns(sheet: Sheet, faults: Faults, kind: str) -> Imported:
    """Persons by day, week or month, added up over crossings to months, or to windows where days are missing at an end.

    Without a status, UNHCR's table is of holders of registration cards and IOM's of people without papers.
    """
    usual: Key = ("returns", "registered(PoR)" if kind == "unhcr-returns" else "undocumented")
    spans: dict[Key, dict[tuple[date, date], float]] = defaultdict(lambda: defaultdict(float))
    imported, unread = Imported(), 0
    columns = {"begins": _BEGINS, "persons": _PERSONS}
    for row, cells in sheet.records(columns, faults, {"ends": _ENDS, "status": _STATUS}):
        span, persons = _span(sheet, row, cells, faults), _persons(sheet, row, cells["persons"], faults)
        status = cells.get("status", "").lower()
        key = next((key for word, key in _STATUSES if word in status), None) if status else usual
        if key is None:
            unread += 1
        elif span is not None and persons is not None:
            spans[key][span] += persons
    source = "UNHCR" if kind == "unhcr-returns" else "IOM"
    for (series, status), values in sorted(spans.items()):
        for period, days, n in _periods(values):
            imported.rows.append({
                "period": period, "days": days, "crossing": "all", "status": status, "series": series,
                "value_persons": round(n), "source": f"{source} table, file {sheet.name}", "source_url": "",
                "licence": _LICENCE, "note": "", "per_day": round(n / days, 1),
            })  # fmt: skip
    if unread:
        imported.notes.append(f"{unread:,} rows of another status are left out (cards of 2017, asylum seekers, visas)")
    return imported


def _span(sheet: Sheet, row: int, cells: dict[str, str], faults: Faults) -> tuple[date, date] | None:
    """First and last day of a row; None and a fault if they are not understood."""
    text, month = cells["begins"], month_of_text(cells["begins"])
    if month is not None:
        first = date.fromisoformat(f"{month}-01")
        return first, add_months(first, 1) - _DAY
    first_day = day_of(text)
    last_day = day_of(cells["ends"]) if cells.get("ends") else first_day
    if first_day is None or last_day is None or last_day < first_day:
        wrong = text if first_day is None else cells.get("ends", "")
        faults.add(sheet.place(row), "", f"{quoted(wrong)} must be a day such as 2025-10-12 or a month such as 2025-10")
        return None
    return first_day, last_day


def _persons(sheet: Sheet, row: int, text: str, faults: Faults) -> float | None:
    try:
        return number_in(text)
    except ValueError:
        faults.add(sheet.place(row), "", f"{quoted(text)} must be a number of persons")
        return None


def _periods(values: dict[tuple[date, date], float]) -> list[tuple[str, int, float]]:
    """Periods with days and persons: single days added up by month; weeks and months as they are."""
    days = {first: n for (first, last), n in values.items() if first == last}
    longer = [
        (_written(first, last), (last - first).days + 1, n) for (first, last), n in values.items() if first < last
    ]
    by_month: dict[date, list[date]] = defaultdict(list)
    for day in sorted(days):
        by_month[day.replace(day=1)].append(day)
    for month, its in by_month.items():
        first = month if its[0] == month or min(days) < month else its[0]
        end = add_months(month, 1) - _DAY
        last = end if its[-1] == end or max(days) > end else its[-1]
        longer.append((_written(first, last), (last - first).days + 1, sum(days[day] for day in its)))
    return sorted(longer)


def _written(first: date, last: date) -> str:
    whole = first.day == 1 and last == add_months(first, 1) - _DAY
    return f"{first:%Y-%m}" if whole else f"{first}..{last}"


# -- trade ------------------------------------------------------------------------------------------------------------


def trade(sheet: Sheet, faults: Faults, kind: str) -> Imported:
    """Months of a table with countries down the side and months along the top, in million USD; Afghanistan's row.

    The unit (thousand or million US dollars) and the direction (exports or imports) are read above the months.
    """
    head = next((row for row, cells in enumerate(sheet.cells) if sum(map(bool, map(month_of_text, cells))) >= 1), None)
    if head is None:
        faults.add(sheet.place(0) if sheet.cells else faults.place(faults.folder / sheet.name), "",
                   "no row of months is found (such as Jul-25, Aug-25)")  # fmt: skip
        return Imported()
    above = " ".join(cell for cells in sheet.cells[max(head - _HEAD, 0) : head + 1] for cell in cells).lower()
    factor = next((factor for word, factor in _UNITS if word in above), None)
    if factor is None or "rupee" in above or "rs." in above:
        faults.add(sheet.place(head), "", "the unit is not given above the months (thousand or million US dollars)")
    exports, imports = "export" in above, "import" in above
    if exports == imports:
        faults.add(sheet.place(head), "", "the lines above the months must say whether these are exports or imports")
    rows = [row for row, cells in enumerate(sheet.cells) if row > head and _is_afghanistan(cells)]
    if len(rows) != 1:
        faults.add(sheet.place(head), "", f"{len(rows)} rows are Afghanistan's (must be one)")
    if faults.found or factor is None:
        return Imported()
    basis = "sbp" if kind == "sbp" else "customs"
    series = f"pk_{'exports_to' if exports else 'imports_from'}_af_{basis}_month"
    return _months(sheet, head, rows[0], factor, series, faults)


def _is_afghanistan(cells: tuple[str, ...]) -> bool:
    return any(cell.strip().lower() in ("afghanistan", "afghanistan islamic republic of") for cell in cells[:4])


def _months(sheet: Sheet, head: int, row: int, factor: float, series: str, faults: Faults) -> Imported:
    """The row's figures under each month; totals under other heads are not read."""
    imported = Imported()
    source = f"{'State Bank of Pakistan' if '_sbp_' in series else 'Pakistan Customs'}, file {sheet.name}"
    for column, text in enumerate(sheet.cells[head]):
        month = month_of_text(text)
        if month is None or column >= len(sheet.cells[row]):
            continue
        try:
            number = number_in(sheet.cells[row][column])
        except ValueError:
            faults.add(sheet.place(row, column), text, f"{quoted(sheet.cells[row][column])} must be a number")
            continue
        if number is not None:
            imported.rows.append({
                "year": month[:4], "period_type": "MON", "period": month, "series": series,
                "value_musd": round(number * factor, 4), "unit": "million USD", "source": source, "source_url": "",
                "licence": _LICENCE, "note": "",
            })  # fmt: skip
    return imported
