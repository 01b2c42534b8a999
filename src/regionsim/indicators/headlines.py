"""The figures of a run folder and the names of their files. Imports nothing of the package.

Core objects: `HEADLINES` (indicators with a figure of their own), `OVERVIEW` (those on the overview sheet),
`figure_names`.
"""

from collections.abc import Iterable

OVERVIEW_FILE = "overview.png"

HEADLINES = (
    "trade_volume",
    "trade_bilateral",
    "trade_transit",
    "closure_days",
    "attacks",
    "fatalities",
    "ttp_strength",
    "refugees_in_pakistan",
    "returns",
    "trust_pakistan",
    "trust_afghanistan",
    "cooperation_index",
)

OVERVIEW = (
    "trade_volume",
    "trade_bilateral",
    "trade_transit",
    "trade_informal",
    "closure_days",
    "attacks",
    "fatalities",
    "ttp_strength",
    "escalation",
    "refugees_in_pakistan",
    "returns",
    "deportations",
    "trust_pakistan",
    "trust_afghanistan",
    "poverty_rate_border",
    "livelihood_afghanistan",
    "security_index",
    "connectivity_index",
    "humanitarian_index",
    "cooperation_index",
)


def figure_names(indicators: Iterable[str]) -> list[str]:
    """The names of the files in `figures/` of a run with these indicators."""
    recorded = set(indicators)
    return [OVERVIEW_FILE, *(f"{name}.png" for name in HEADLINES if name in recorded)]
