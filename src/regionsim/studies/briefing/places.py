"""What the map shows of a run: closures and waiting trucks by crossing, and trade by kind.

Core object: `flows`.
"""

from __future__ import annotations

import numpy as np

from regionsim.indicators import DIMENSIONS
from regionsim.runs import Run
from regionsim.studies.briefing.data import Flows, Gate

TRADE = ("trade_bilateral", "trade_transit", "trade_informal", "trade_diverted")
_HIGH = 0.95


def flows(run: Run, week: int) -> Flows:
    """Closures and trucks by crossing, and trade, in one week: medians over worlds."""
    gates = []
    for place in DIMENSIONS["crossing"]:
        days, trucks = (_column(run, name, place, week) for name in ("closure_days", "trucks_stranded"))
        gates.append(
            Gate(
                place,
                None if days is None else float(np.median(days)),
                None if days is None else float(np.quantile(days, _HIGH)),
                None if trucks is None else float(np.median(trucks)),
            )
        )
    trade = {}
    for name in TRADE:
        if name in run.indicators and run.numbers.size:
            trade[name] = float(np.median(run.values(name)[:, week]))
    return Flows(tuple(gates), trade)


def _column(run: Run, indicator: str, place: str, week: int) -> np.ndarray | None:
    """Values over worlds, None where the indicator is not recorded by place or there is no world."""
    if place not in run.places.get(indicator, ()) or not run.numbers.size:
        return None
    return run.values(indicator, place)[:, week].astype(np.float64)
