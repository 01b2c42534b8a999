"""What is measured: definitions, units, directions and sources of the indicators; light to import."""

from regionsim.indicators.definitions import DIMENSIONS, INDICATORS, Indicator

__all__ = ["DIMENSIONS", "INDICATORS", "Indicator"]
