"""Numbers for readers: a few significant digits, thousands separated, followed by the unit.

Core objects: `rounded`, `short`, `short_unit`, `with_unit`, `in_percent` (halves away from zero).
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


def in_percent(share: float, places: int = 1) -> str:
    """A share in percent, halves away from zero, with at most so many decimals and none that is zero.

    Counts out of up to 1,000 worlds are nearly always exact so; a difference of two then agrees with what is shown.
    """
    # 113 of 200 is a half, though 0.565 is stored less
    units = math.floor(abs(share) * 100.0 * 10**places + 0.5 + 1e-9)
    text = f"{units / 10**places:,.{places}f}"
    text = text.rstrip("0").rstrip(".") if places else text
    return f"-{text}" if share < 0.0 and units else text


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
