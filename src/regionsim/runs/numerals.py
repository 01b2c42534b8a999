"""Numbers for readers: a few significant digits, thousands separated, followed by the unit.

Core objects: `rounded`, `short`, `short_unit`, `with_unit`.
"""

import math

from regionsim.schema.units import is_bare


def rounded(value: float, digits: int = 3) -> str:
    """A number with `digits` significant digits, thousands separated, never in powers of ten; "-" for NaN."""
    if not math.isfinite(value):
        return "-"
    if value == 0.0:
        return "0"
    places = digits - 1 - math.floor(math.log10(abs(float(f"{value:.{digits - 1}e}"))))
    text = f"{round(value, places):,.{min(max(0, places), 6)}f}"
    return "0" if text.strip("-0.") == "" else text


def short(value: float, digits: int = 3) -> str:
    """As `rounded`, with M for millions, for tables."""
    return f"{rounded(value / 1e6, digits)}M" if abs(value) >= 999_500 else rounded(value, digits)


def short_unit(unit: str) -> str:
    """A unit for a narrow column: "persons/yr", "days/yr", "0-3"."""
    if unit.startswith("0 normal"):
        return "0-3"
    return unit.partition(",")[0].replace("crossing-days", "days").replace(" per year", "/yr")


def with_unit(value: float, unit: str) -> str:
    """A number and its unit; units such as "scale 0-1" and "index 0-100" are omitted."""
    if is_bare(unit):
        return rounded(value)
    return f"{rounded(value)} {unit}"
