"""The indicators: definitions, units, directions and sources; light to import."""

from regionsim.indicators.definitions import CIVILIANS, DIMENSIONS, INDICATORS, Indicator

__all__ = ["CIVILIANS", "DIMENSIONS", "INDICATORS", "Indicator"]
