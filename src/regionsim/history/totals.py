"""Totals over the months ahead, and probabilities of events within them.

Core objects: `spans_of` (the months that totals are over), `score_totals` (a `Score` for each, as for windows),
`EventScore` and `score_events`, `event_table`, `unknown_events`. A total counts the windows that a source reported,
each day once (`scoring.counted`); the forecast's total is that of the same windows. Where they hold less than half of
the days there is no total.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from regionsim.evidence.measures import Records, Window, add_months, disjoint
from regionsim.history import scores
from regionsim.history.all_shut import happened, model_odds, share_of, unknown
from regionsim.history.declared import PAST_RATE, Declaration, ForecastEvent
from regionsim.history.hindcast import Forecast, Forecasts, HindcastSpec
from regionsim.history.measurement import MONTHS, Array
from regionsim.history.scoring import TOO_FEW, Score, counted, scored

SPANS = (3, 6, 12)
"""Months of totals, from the origin on."""
HELD = 0.5
"""The share of days that the windows of a total must hold."""


def spans_of(origin: date, spec: HindcastSpec) -> list[int]:
    """Months of the totals from an origin: those of `SPANS` that end by the last day; from the first origin, if less
    than a year of outcomes is left, also all whole months left.
    """
    after = date.fromordinal(spec.last.toordinal() + 1)
    left = (after.year - origin.year) * 12 + after.month - origin.month
    spans = {months for months in SPANS if months <= left}
    if origin == spec.origins[0] and 0 < left < MONTHS:
        spans.add(left)
    return sorted(spans)


@dataclass(frozen=True)
class Total:
    """An observed total over months from the origin, the share of days it holds, and draws of it: the model's (M,) and
    baselines'.
    """

    months: int
    window: Window
    held: float
    draws: Array
    baselines: dict[str, Array]


def totals_of(forecast: Forecast, records: Records, spec: HindcastSpec) -> list[Total]:
    """The totals that a forecast by month is scored on."""
    if forecast.measure.step == "year":
        return []
    windows = counted(forecast, records, spec.last, spec.first)
    if not windows:
        return []
    draws, origin = forecast.over(windows), forecast.origin
    by_window = {name: forecast.baseline_over(name, windows) for name in forecast.baselines}
    totals = []
    for months in spans_of(origin, spec):
        end = add_months(origin, months)
        within = np.array([window.end <= end for window in windows])
        days = sum((window.end - window.begin).days for window in windows if window.end <= end)
        held = days / (end - origin).days
        if held < HELD:
            continue
        value = sum(window.value for window in windows if window.end <= end)
        baselines = {name: values[:, within].sum(axis=1) for name, values in by_window.items()}
        baselines |= {name: held * values[:, months - 1] for name, values in forecast.totals.items()}
        totals.append(Total(months, Window(origin, end, value), held, draws[:, within].sum(axis=1), baselines))
    return totals


def score_totals(forecast: Forecast, records: Records, spec: HindcastSpec) -> list[Score]:
    """Scores of the totals of a forecast; the horizon of each is its months."""
    result = []
    for total in totals_of(forecast, records, spec):
        baselines = {name: values[:, np.newaxis] for name, values in total.baselines.items()}
        result += scored(forecast, [total.window], total.draws[:, np.newaxis], baselines)
    return result


def of_totals(declaration: Declaration) -> dict[str, str]:
    """The declared baseline of the totals of each series by month."""
    return {series: each.total for series, each in declaration.baselines.items() if each.total}


# -- events ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EventScore:
    """A forecast of an event from an origin to the day before `end`: probabilities of the model and of the declared
    baseline, and whether it happened.
    """

    event: ForecastEvent
    arm: str
    origin: date
    end: date
    happened: bool
    model: float
    baseline: str
    theirs: float | None

    @property
    def brier(self) -> float:
        """Squared error of the model's probability."""
        return (self.model - self.happened) ** 2

    @property
    def log(self) -> float:
        """Negative log of the probability that the model gave to what happened."""
        return -math.log(self.model if self.happened else 1.0 - self.model)


def score_events(
    hindcast: Iterable[Forecasts], records: Records, spec: HindcastSpec, declaration: Declaration
) -> list[EventScore]:
    """Every forecast of an event whose outcome is known, over the longest months of `spans_of`."""
    result = []
    for forecasts in hindcast:
        spans = spans_of(forecasts.origin, spec)
        for event in declaration.events if spans else ():
            if event.kind == "all_shut":
                result += _all_shut(event, forecasts, records, spans[-1])
            else:
                result += _total(event, forecasts, records, spec, declaration, spans[-1])
    return result


def _all_shut(event: ForecastEvent, forecasts: Forecasts, records: Records, months: int) -> list[EventScore]:
    if not forecasts.all_shut.size:  # closures are given
        return []
    origin, end = forecasts.origin, add_months(forecasts.origin, months)
    outcome = happened(records, origin, end, event.over)
    if outcome is None:
        return []
    model = model_odds(forecasts.all_shut, origin, end, event.over)
    odds = forecasts.past_odds.get(event.over)
    theirs = None if odds is None else float(odds[months - 1])
    return [EventScore(event, forecasts.arm, origin, end, outcome, model, PAST_RATE, theirs)]


def unknown_events(
    hindcast: Iterable[Forecasts], records: Records, spec: HindcastSpec, declaration: Declaration
) -> list[dict[str, Any]]:
    """A row for each reason for which forecasts of an event on closures are left out: how many, by arm."""
    left: dict[tuple[str, str, str], int] = {}
    for forecasts in hindcast:
        months = max(spans_of(forecasts.origin, spec), default=0)
        if not months or not forecasts.all_shut.size:
            continue
        end = add_months(forecasts.origin, months)
        for event in (each for each in declaration.events if each.kind == "all_shut"):
            if happened(records, forecasts.origin, end, event.over) is None:
                key = event.id, forecasts.arm, unknown(records, end)
                left[key] = left.get(key, 0) + 1
    return [{"event": id, "arm": arm, "n": n, "reason": reason} for (id, arm, reason), n in left.items()]


def _total(
    event: ForecastEvent, forecasts: Forecasts, records: Records, spec: HindcastSpec, declaration: Declaration,
    months: int,
) -> list[EventScore]:  # fmt: skip
    of_series = [each for each in forecasts.series if each.measure.id == event.series]
    totals = [total for each in of_series for total in totals_of(each, records, spec) if total.months == months]
    name = declaration.baselines[event.series].total
    result = []
    for total in totals:
        theirs = total.baselines.get(name)
        odds = None if theirs is None or not np.isfinite(theirs).all() else share_of(theirs > event.over)
        outcome = total.window.value > event.over
        model = share_of(total.draws > event.over)
        result.append(EventScore(event, forecasts.arm, forecasts.origin, total.window.end, outcome, model, name, odds))
    return result


def event_table(results: Sequence[EventScore]) -> list[dict[str, Any]]:
    """A row for each event and arm: how often it happened, and mean probability, Brier and log score of the model and
    of the declared baseline, over the forecasts that both have. `outcomes` share no day.
    """
    rows = []
    for id, arm in dict.fromkeys((each.event.id, each.arm) for each in results):
        of = [each for each in results if (each.event.id, each.arm) == (id, arm)]
        pairs = [each for each in of if each.theirs is not None] or of
        hits = np.array([each.happened for each in pairs], dtype=np.float64)
        ours = np.array([each.model for each in pairs])
        theirs = np.array([math.nan if each.theirs is None else each.theirs for each in pairs])
        gap = (ours - hits) ** 2 - (theirs - hits) ** 2
        outcomes = len(disjoint({Window(each.origin, each.end, 0.0) for each in pairs}))
        row: dict[str, Any] = {
            "event": id, "title": of[0].event.title, "arm": arm, "n": len(pairs), "outcomes": outcomes,
            "effective": min(scores.effective_n(gap), float(outcomes)), "happened": int(hits.sum()),
            "p": float(ours.mean()), "brier": float(((ours - hits) ** 2).mean()), "log": _log(ours, hits),
            "declared": pairs[0].baseline, "p_declared": None, "brier_declared": None, "log_declared": None,
            "note": TOO_FEW if outcomes < scores.TOO_FEW else "",
        }  # fmt: skip
        if np.isfinite(theirs).all():
            row |= {"p_declared": float(theirs.mean()), "brier_declared": float(((theirs - hits) ** 2).mean()),
                    "log_declared": _log(theirs, hits)}  # fmt: skip
        rows.append(row)
    return rows


def _log(odds: Array, hits: Array) -> float:
    return float(-np.log(np.maximum(np.where(hits > 0.0, odds, 1.0 - odds), 1e-300)).mean())


def event_rows(results: Sequence[EventScore]) -> list[dict[str, Any]]:
    """A row for each forecast of an event, as plain data."""
    return [
        {
            "event": each.event.id, "arm": each.arm, "origin": each.origin.isoformat(), "end": each.end.isoformat(),
            "happened": each.happened, "p": each.model, "brier": each.brier, "log": each.log,
            "declared": each.baseline, "p_declared": each.theirs,
        }
        for each in results
    ]  # fmt: skip


# -- rows by window ----------------------------------------------------------------------------------------------------

_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def window_rows(results: Iterable[Score], declared: Mapping[str, str], kind: str) -> list[dict[str, Any]]:
    """A row for each forecast of each window or total, as plain data: what was observed, quantiles of the model, its
    scores, the share of its draws below what was observed (half of those equal), and the declared baseline's scores.
    """
    rows = []
    for each in results:
        quantiles = np.quantile(each.draws, _QUANTILES)
        name = declared.get(each.series, "")
        below = (each.draws < each.window.value).mean() + 0.5 * (each.draws == each.window.value).mean()
        rows.append(
            {
                "kind": kind, "series": each.series, "arm": each.arm, "origin": each.origin.isoformat(),
                "begin": each.window.begin.isoformat(),
                "last": date.fromordinal(each.window.end.toordinal() - 1).isoformat(), "months_ahead": each.horizon,
                "observed": each.window.value,
                **{f"q{level:.0%}".rstrip("%"): float(q) for level, q in zip(_QUANTILES, quantiles, strict=True)},
                "place": float(below), "crps": each.crps, "log": None if math.isnan(each.log) else each.log,
                "declared": name, "crps_declared": each.theirs.get(name), "log_declared": each.their_logs.get(name),
            }
        )  # fmt: skip
    return rows
