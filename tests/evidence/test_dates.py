"""Data end in June 2025: nothing dated later is in the evidence base, but for the few mentions listed here."""

import re

import pytest

from regionsim.evidence import load_evidence
from regionsim.paths import seeds_dir

_MONTHS = "(?:jul|aug|sep|sept|oct|nov|dec)[a-z]*"
LATE = re.compile(
    rf"\b(?:\d{{1,2}}\W)?{_MONTHS}\W{{1,2}}(?:\d{{1,2}}\W{{1,2}})?2025\b"  # 20 Aug 2025, July 2025, Aug 20, 2025
    r"|\b2025[-/.]?(?:0[7-9]|1[0-2])(?!\d)"  # 2025-08, 2025/08, 202508
    r"|(?<![\d.@])20(?:2[6-9]|3\d)(?![\d.])",  # any later year
    re.IGNORECASE,
)

# What may stand, by file: the briefs' own date, what was then still to come, and names that look like dates.
ALLOWED = {
    "README.md": {"18 August 2025"},  # the webinar
    "documents.yaml": {"2025-08", "2025.12"},  # the webinar; the version of an R package
    "literature.csv": set(),
    "claims/actors.csv": {"Aug 2025"},  # the trilateral round, upcoming at the webinar
    "claims/events.csv": {"18 Aug 2025", "2030"},  # the webinar, twice; a Chinese target
    "claims/mechanisms.csv": {"Aug 2025", "2030"},  # the upcoming round; the Chinese target
    "claims/quantities.csv": {
        *("18 Aug 2025", "2025-08"),  # the webinar
        "Jul 2025",  # published then, on the fiscal year that ended in June
        "2030",  # the Chinese target
    }
    | {"Dec 2028", "2028"},  # a closing date as planned in April 2025
    "claims/external_checks.csv": {"2030", "2028"},
    "parameters/projects.yaml": {"December 2028", "2028"},  # the same closing date
    "observed/refugees_annual.csv": {"2025.12"},  # the version of an R package
}
TEXT_FILES = sorted(path for path in seeds_dir().rglob("*") if path.suffix in (".csv", ".yaml", ".md"))


@pytest.mark.parametrize("path", TEXT_FILES, ids=lambda path: path.relative_to(seeds_dir()).as_posix())
def test_no_date_after_june_2025(path):
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


def test_no_observed_row_is_about_a_time_after_june_2025():
    late = []
    for series in load_evidence().series.values():
        for record in series.records:
            dates = [
                str(record[key]) for key in ("start_date", "end_date", "date", "period", "year") if record.get(key)
            ]
            if any(text[:4] == "2025" and text[5:7].isdigit() and text[5:7] > "06" for text in dates):
                late.append((series.id, dates))
            if str(record.get("year")) == "2025" and not _ended_by_june(record):
                late.append((series.id, dates))
    assert late == []


def _ended_by_june(record) -> bool:
    """Whether a row of 2025 is of a month or a period that ended by June."""
    if "month" in record:
        return record["month"] <= 6
    period, kind = str(record.get("period", "")), record.get("period_type")
    return kind == "FY" or (kind == "CY" and "Jan-Jun" in period) or (kind == "MON" and period[5:7] <= "06")


@pytest.mark.parametrize(
    "text",
    [
        *("20 Aug 2025", "August 2025", "Aug 20, 2025", "2025-07-23", "2025/08/01", "Sept 2025", "in 2026", "202507"),
        *("1 July 2025", "Nov, 2025", "2031"),
    ],
)
def test_the_scan_sees_late_dates(text):
    assert LATE.search(f"a {text} b")


@pytest.mark.parametrize(
    "text", ["June 2025", "2025-06-30", "FY2024-25", "Jul 2024", "2025", "1202607 persons", "2026.5"]
)
def test_the_scan_lets_earlier_dates_and_figures_pass(text):
    assert not LATE.search(f"a {text} b")
