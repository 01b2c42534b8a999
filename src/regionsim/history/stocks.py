"""Yearly check: registered refugees in Pakistan at the end of a year, beside the last figure and its drift.

Core object: `stock_rows`. One forecast a year from the first of January, in each arm; shown, though too few to score.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from regionsim.evidence.measures import Records
from regionsim.history import scores
from regionsim.history.hindcast import HindcastSpec, played_from
from regionsim.schema.shocks import Shock

SERIES = "refugees_annual/unhcr_refugees_afg_in_pak"


def stock_rows(spec: HindcastSpec, records: Records, events: Sequence[Shock]) -> list[dict[str, Any]]:
    """A row for each full year of the hindcast and each arm: the figure observed at its end (UNHCR), the model's median
    and 90% interval, its CRPS of logs, and errors in logs of the last figure and of the last figure with its drift.

    The model's change over the year is applied to the last figure, as the model counts holders of registration cards
    and the source also counts others from 2022 on.
    """
    figures = {int(str(row["year"])): float(row["value_persons"]) for row in records[SERIES] if row["value_persons"]}
    rows = []
    for year in range(spec.first.year, spec.last.year + 1):
        first, end = date(year, 1, 1), date(year, 12, 31)
        if first < spec.first or end > spec.last or not {year, year - 1, year - 2} <= figures.keys():
            continue
        last, now = figures[year - 1], figures[year]
        drift = last**2 / figures[year - 2]
        for arm in spec.arms:
            stock = played_from(spec, first, arm, records, events).registered
            draws = last * stock[:, 52] / np.maximum(stock[:, 0], 1.0)
            low, median, high = (float(value) for value in np.quantile(draws, [0.05, 0.5, 0.95]))
            crps = float(scores.crps(draws[:, np.newaxis], [now], log=True)[0])
            errors = [abs(float(np.log(now / value))) for value in (last, drift)]
            rows.append({"year": year, "arm": arm, "n": 1, "observed": now, "low": low, "median": median, "high": high,
                         "crps": crps, "last value": errors[0], "drift": errors[1]})  # fmt: skip
    return rows
