"""Lists of violent events, counted by month: UCDP (events with deaths) and ACLED.

Core objects: `ucdp` and `acled`.
"""

from __future__ import annotations

from collections import Counter

from regionsim.evidence.import_sheets import COUNTRY, Imported, Sheet, day_of, number_in
from regionsim.evidence.tables import Faults
from regionsim.yamlfile.faults import quoted

_VAGUE = 5  # date precision of UCDP: a year or more
_AREAS = {
    "khyber pakhtunkhwa": "KP and former FATA", "north-west frontier": "KP and former FATA",
    "federally administered tribal": "KP and former FATA", "fata": "KP and former FATA", "balochistan": "Balochistan",
}  # fmt: skip
_REST = "rest of Pakistan"
_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("India-Pakistan/Kashmir", ("government of india", "kashmir")),
    ("al-Qaida (mostly US drone strikes)", ("al-qaida", "al-qaeda")),
    ("TTP and factions", ("ttp", "tehrik-i-taleban pakistan", "jamaat-ul-ahrar", "tnsm", "hafiz gul bahadur")),
    ("Baloch (BLA/BLF/BRA/BRAS/UBA)", ("bla", "blf", "bra", "bras", "uba", "bna", "bluf", "baloch", "baluch")),
    ("IS/IS-KP", ("is", "islamic state")),
    ("Lashkar-e-Islam/Ansaar ul-Islam", ("lashkar-e-islam", "ansaar ul-islam", "ansar ul-islam")),
    ("LeJ (sectarian)", ("lashkar-e-jhangvi", "sipah-e-sahaba", "lej")),
    ("Kurram sectarian/tribal", ("kurram", "turi", "bangash")),
    ("Karachi ethnic/political (MQM etc.)", ("mqm", "muttahida")),
    ("Afghan Taliban/other Afghan dyads in PK", ("taleban", "taliban", "government of afghanistan")),
)
"""Group of the record -> words of UCDP's names of sides; the first group that a word names counts."""
_UCDP = {
    "country": ("country",), "area": ("adm_1",), "begins": ("date_start",), "deaths": ("best", "best_est"),
    "side_a": ("side_a",), "side_b": ("side_b",),
}  # fmt: skip
_ACLED = {
    "begins": ("event_date",), "type": ("event_type",), "actor1": ("actor1",), "inter1": ("inter1",),
    "country": ("country",), "area": ("admin1",), "deaths": ("fatalities",),
}  # fmt: skip
_ATTACKS = ("battles", "explosions/remote violence", "violence against civilians")
_ARMED = ("rebel group", "rebel forces", "political militia", "2", "3")
"""ACLED's type of the first actor: rebel groups and political militias, in words or by its earlier code."""
_PROVINCES = ("Punjab", "Sindh", "Balochistan", "Khyber Pakhtunkhwa", "Islamabad", "Gilgit-Baltistan")


def ucdp(sheet: Sheet, faults: Faults, kind: str) -> Imported:
    """Events with deaths in Pakistan and the deaths (best estimate), by month, area and group of the record."""
    counts: Counter[tuple[int, int, str, str]] = Counter()
    deaths: Counter[tuple[int, int, str, str]] = Counter()
    imported, vague, abroad = Imported(), 0, 0
    for row, cells in sheet.records(_UCDP, faults, {"precision": ("date_prec",)}):
        if cells["country"].lower() != COUNTRY:
            abroad += 1
            continue
        if cells.get("precision", "").isdigit() and int(cells["precision"]) >= _VAGUE:
            vague += 1
            continue
        read = _dated(sheet, row, cells, "best", faults)
        if read is not None:
            year, month, toll = read
            key = (year, month, _area(cells["area"]), _group(cells["side_a"], cells["side_b"]))
            counts[key] += 1
            deaths[key] += round(toll)
    name = "UCDP Candidate Events" if kind == "ucdp-candidate" else "UCDP GED"
    source = f"{name}, file {sheet.name}, CC BY 4.0"
    for key in sorted(counts):
        imported.rows.append(_row("ucdp_lethal_events", *key, counts[key], deaths[key], source))
    imported.notes += _left(abroad, "in other countries") + _left(vague, "whose day is known to a year at best")
    return imported


def acled(sheet: Sheet, faults: Faults, kind: str) -> Imported:
    """Attacks by armed groups in Pakistan and the deaths in them, by month, in the country and in each province."""
    counts: Counter[tuple[int, int, str]] = Counter()
    deaths: Counter[tuple[int, int, str]] = Counter()
    imported, abroad, others = Imported(), 0, 0
    for row, cells in sheet.records(_ACLED, faults):
        if cells["country"].lower() != COUNTRY:
            abroad += 1
        elif cells["type"].lower() not in _ATTACKS or cells["inter1"].lower() not in _ARMED:
            others += 1
        else:
            read = _dated(sheet, row, cells, "fatalities", faults)
            if read is None:
                continue
            year, month, toll = read
            provinces = [name for name in _PROVINCES if cells["area"].lower().startswith(name.lower())]
            for area in ("Pakistan (all)", *provinces):
                counts[year, month, area] += 1
                deaths[year, month, area] += round(toll)
    source = f"{kind.upper()} export, file {sheet.name}"
    for year, month, area in sorted(counts):
        series = "acled_monthly_national" if area == "Pakistan (all)" else "acled_monthly_province"
        key = year, month, area
        imported.rows.append(_row(series, *key, "all militant groups", counts[key], deaths[key], source))
    imported.notes += _left(abroad, "in other countries") + _left(others, "of other types or by other actors")
    return imported


def _dated(
    sheet: Sheet, row: int, cells: dict[str, str], column: str, faults: Faults
) -> tuple[int, int, float] | None:  # fmt: skip
    """Year, month and deaths of an event; None and a fault if a cell is not understood."""
    day = day_of(cells["begins"])
    if day is None:
        faults.add(sheet.place(row), "", f"{quoted(cells['begins'])} must be a day such as 2025-10-12")
        return None
    try:
        return day.year, day.month, number_in(cells["deaths"]) or 0.0
    except ValueError:
        faults.add(sheet.place(row), column, f"{quoted(cells['deaths'])} must be a number of deaths")
        return None


def _row(
    series: str, year: int, month: int, area: str, group: str, events: int, deaths: int, source: str
) -> dict[str, object]:  # fmt: skip
    return {
        "series": series, "year": year, "month": month, "area": area, "group": group, "events": events,
        "deaths": deaths, "source": source, "note": "counted from the file",
    }  # fmt: skip


def _area(text: str) -> str:
    return next((area for word, area in _AREAS.items() if word in text.lower()), _REST)


def _group(*sides: str) -> str:
    for group, words in _GROUPS:
        if any(_names(side.lower(), word) for side in sides for word in words):
            return group
    return "Other"


def _names(side: str, word: str) -> bool:
    """Whether a side is of this name: a short one must stand by itself, as IS in `IS` but not in `Islamists`."""
    return word in side if len(word) > 4 else word in _parts(side)


def _parts(side: str) -> set[str]:
    return set(side.replace("(", " ").replace(")", " ").replace("/", " ").replace(",", " ").replace("-", " ").split())


def _left(n: int, what: str) -> list[str]:
    return [f"{n:,} events {what} are left out"] if n else []
