"""All tables of a hindcast, from its forecasts and what was observed.

Core object: `judge`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from regionsim.evidence.measures import Record, Records
from regionsim.history.declared import Declaration, read_declared
from regionsim.history.hindcast import Forecasts, HindcastSpec
from regionsim.history.measurement import MONTHS
from regionsim.history.scoring import (
    by_month,
    lengths_of,
    path_table,
    running_of,
    score,
    share_table,
    spell_table,
    table,
)
from regionsim.history.totals import (
    event_rows,
    event_table,
    of_totals,
    score_events,
    score_totals,
    unknown_events,
    window_rows,
)


def judge(
    hindcast: Sequence[Forecasts], spec: HindcastSpec, records: Records, named: Mapping[str, str],
    declaration: Declaration | None = None,
) -> dict[str, list[dict[str, Any]]]:  # fmt: skip
    """All tables: scores by range of months ahead and by single month, totals, events, paths, spells and shares; and a
    row for each window (`windows`), each forecast of an event (`event_rows`), and each reason for which an event is not
    scored (`unknown_events`).

    named: the row of each event of the timeline, by its id. declaration: by default that of this installation.
    """
    declared = read_declared() if declaration is None else declaration
    months, totals = by_month(declared), of_totals(declared)
    series = [forecast for forecasts in hindcast for forecast in forecasts.series]
    results = [each for forecast in series for each in score(forecast, records, spec.last, spec.first)]
    sums = [each for forecast in series for each in score_totals(forecast, records, spec)]
    events = score_events(hindcast, records, spec, declared)
    closures: Iterable[Record] = records.get("border_closures", ())
    lengths, running = lengths_of(closures, named), running_of(closures, named)
    spans = [(k, k) for k in sorted({each.horizon for each in sums})]
    return {
        "scores": table(results, spec.every, spec.seed, declared=months),
        "by_month": table(results, spec.every, spec.seed, [(k, k) for k in range(1, MONTHS + 1)], months),
        "totals": [
            row | {"months": f"1-{row['months'].partition('-')[0]}"}
            for row in table(sums, spec.every, spec.seed, spans, totals)
        ],
        "events": event_table(events),
        "paths": path_table(series, records, spec.last, months),
        "spells": spell_table(hindcast, lengths, spec.last, running),
        "shares": share_table(hindcast, records, spec.last, spec.draws, spec.first),
        "windows": [*window_rows(results, months, "window"), *window_rows(sums, totals, "total")],
        "event_rows": event_rows(events),
        "unknown_events": unknown_events(hindcast, records, spec, declared),
    }
