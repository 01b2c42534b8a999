"""What is measured: definitions, units, directions and sources of the indicators; light to import."""

from regionsim.indicators.definitions import CIVILIANS, DIMENSIONS, INDICATORS, Indicator

__all__ = ["CIVILIANS", "DIMENSIONS", "INDICATORS", "Indicator"]
