"""Units that several parts of the model share: the weeks of a year, and millions in a billion."""

WEEKS_PER_YEAR = 365.25 / 7.0
USD_BN = 1000.0  # USD mn in a billion
