"""The record's yearly figures that count the same thing as an indicator, by the last month of their year.

Core object: `observed_figures`. Years are calendar years, Pakistan's fiscal years (July to June) or Afghanistan's solar
years (March to March), as each series has them; they are never mixed, since an indicator sums a trailing year.
"""

from collections.abc import Mapping

from regionsim.evidence import Evidence
from regionsim.evidence.records import Cell
from regionsim.indicators.definitions import OBSERVED

_ENDS = {"FY": (0, 6), "AFY": (1, 3)}  # kind of year -> years after the one it is listed under, month; else December


def observed_figures(evidence: Evidence) -> dict[str, dict[str, tuple[float, float]]]:
    """Indicator -> last month of a year, such as 2024-06 -> lowest and highest figure, in the indicator's unit."""
    by_indicator: dict[str, dict[str, tuple[float, float]]] = {}
    for indicator, (series, column, factor) in OBSERVED.items():
        figures = by_indicator.setdefault(indicator, {})
        for name in series:
            for row in evidence.series[name].records:
                value = row[column]
                if isinstance(value, int | float):
                    month, figure = _month(row), factor * value
                    low, high = figures.get(month, (figure, figure))
                    figures[month] = min(low, figure), max(high, figure)
    return by_indicator


def _month(row: Mapping[str, Cell]) -> str:
    later, month = _ENDS.get(str(row.get("period_type")), (0, 12))
    return f"{int(str(row['year'])) + later}-{month:02d}"
