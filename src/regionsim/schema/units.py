"""Units that several parts share: weeks of a year, millions in a billion, and which units are not written."""

WEEKS_PER_YEAR = 365.25 / 7.0
USD_BN = 1000.0  # USD mn in a billion

_BARE = ("0", "scale", "index", "share", "1", "-")


def is_bare(unit: str) -> bool:
    """Whether a number in this unit is written without it: a share, an index, a scale, a code, or no unit at all."""
    return not unit or unit.startswith(_BARE)
