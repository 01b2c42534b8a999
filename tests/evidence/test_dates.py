"""Data end in January 2026: nothing dated later is in the evidence base, but for the few mentions listed here."""

import re
from datetime import date

import pytest

from regionsim.evidence import load_evidence, record_ends
from regionsim.evidence.timeline import last_day
from regionsim.paths import seeds_dir

ENDS = date(2026, 1, 31)
_MONTHS = "(?:feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*"
LATE = re.compile(
    rf"\b(?:\d{{1,2}}\W)?{_MONTHS}\W{{1,2}}(?:\d{{1,2}}\W{{1,2}})?2026\b"  # 20 Feb 2026, July 2026, Aug 20, 2026
    r"|\b2026[-/.]?(?:0[2-9]|1[0-2])(?!\d)"  # 2026-02, 2026/02, 202602
    r"|(?<![\d.@])20(?:2[7-9]|3\d)(?![\d.])",  # any later year
    re.IGNORECASE,
)

# What may stand, by file: what was planned for later.
ALLOWED = {
    "claims/events.csv": {"2030"},  # a Chinese target
    "claims/mechanisms.csv": {"2030"},
    "claims/quantities.csv": {"2030", "Dec 2028", "2028"},  # the target; a closing date as planned in April 2025
    "claims/external_checks.csv": {"2030", "2028"},
    "parameters/projects.yaml": {"December 2028", "2028"},  # the same closing date
}
TEXT_FILES = sorted(path for path in seeds_dir().rglob("*") if path.suffix in (".csv", ".yaml", ".md"))


@pytest.mark.parametrize("path", TEXT_FILES, ids=lambda path: path.relative_to(seeds_dir()).as_posix())
def test_no_date_after_january_2026(path):
    name = path.relative_to(seeds_dir()).as_posix()
    if name.startswith("observed/") and path.suffix == ".csv":
        text = "\n".join(_without_decimals(line) for line in path.read_text(encoding="utf-8").splitlines())
    else:
        text = path.read_text(encoding="utf-8")
    found = {match.group() for match in LATE.finditer(text)}
    assert found <= ALLOWED.get(name, set()), found - ALLOWED.get(name, set())


def _without_decimals(line: str) -> str:
    """The line without cells that are a bare number other than a year: values are not dates."""
    return re.sub(r"(?<=,)-?\d+\.\d+(?=,)", "", line)


def test_the_record_ends_with_its_last_dated_row():
    assert record_ends() == ENDS
    assert last_day([{"period": "2026-03-02..2026-03-08"}, {"year": 2026, "month": 2}]) == date(2026, 3, 8)
    assert last_day([{"period": "FY2025-26", "year": 2026}, {"year": 2024, "month": 12}]) == date(2024, 12, 31)
    assert last_day([{"start_date": "2025-10-12", "end_date": ""}]) == date(2025, 10, 12)


def test_no_observed_row_is_of_a_later_year():
    years = {str(row.get("year", "")) for series in load_evidence().series.values() for row in series.records}
    assert max(year for year in years if year.isdigit()) == "2026"  # the fiscal year under way


@pytest.mark.parametrize(
    "text",
    [
        *("20 Aug 2026", "August 2026", "Aug 20, 2026", "2026-07-23", "2026/08/01", "Sept 2026", "in 2027", "202607"),
        *("1 February 2026", "Nov, 2026", "2031"),
    ],
)
def test_the_scan_sees_late_dates(text):
    assert LATE.search(f"a {text} b")


@pytest.mark.parametrize(
    "text", ["January 2026", "2026-01-31", "FY2025-26", "Jul 2025", "2026", "1202607 persons", "2027.5"]
)
def test_the_scan_lets_earlier_dates_and_figures_pass(text):
    assert not LATE.search(f"a {text} b")


def test_a_number_too_long_to_be_a_date_is_no_spreadsheets_number() -> None:
    from regionsim.evidence.cells import wrong

    said = wrong("9" * 5000, "day")
    assert said is not None
    assert "spreadsheet" not in said
