"""Scores of forecasts against observations, beside those of baselines, and how much evidence they are.

Core objects: `score` (one row for each forecast of each observed window), `table` (rows by series, arm and horizon),
`spell_table`, `share_table`, `path_table`. Overlapping forecasts of one outcome add no evidence: `n` counts forecasts,
`outcomes` observations, and `effective` is the effective sample size of the scores by their autocorrelation. With fewer
than ten outcomes no skill is claimed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from regionsim.evidence.measures import Record, Records, Window, add_months, span_of, windows_of
from regionsim.history import scores
from regionsim.history.baselines import frozen_shares
from regionsim.history.hindcast import Forecast, Forecasts, HindcastSpec
from regionsim.history.measurement import MONTHS, Array, prorate

HORIZONS = ((1, 3), (4, 6), (7, 12), (1, 12))
"""First and last month ahead of a row of the table."""
TOO_FEW = "too few to score"
LEVELS = (0.5, 0.9)
_USUAL = 0.7  # a baseline is compared if it has this share of the forecasts that any baseline has


@dataclass(frozen=True)
class Score:
    """Scores of one forecast of one observed window. `crps`, `log`, `interval`: the model's; `theirs` by baseline."""

    series: str
    arm: str
    origin: date
    window: Window
    horizon: int
    draws: Array
    crps: float
    log: float
    interval: tuple[float, ...]
    theirs: dict[str, float]
    their_logs: dict[str, float]


def score(forecast: Forecast, records: Records, last: date) -> list[Score]:
    """Scores of a forecast on every observed window that begins on or after its origin and ends within its year.

    The CRPS of counts is that of log(1 + x). Only counts have a log score.
    """
    measure, origin = forecast.measure, forecast.origin
    end = add_months(origin, MONTHS)
    windows = [window for window in windows_of(measure, records, last) if window.begin >= origin and window.end <= end]
    if not windows:
        return []
    observed = np.array([window.value for window in windows])
    draws = forecast.over(windows)
    baselines = {name: forecast.baseline_over(name, windows) for name in forecast.baselines}
    baselines = {name: values for name, values in baselines.items() if np.isfinite(values).all()}
    ours = scores.crps(draws, observed, log=measure.counts)
    logs = scores.log_score(draws, observed) if measure.counts else np.full(observed.size, np.nan)
    interval_scores = [scores.interval_score(draws, observed, level) for level in LEVELS]
    theirs = {name: scores.crps(values, observed, log=measure.counts) for name, values in baselines.items()}
    their_logs = {name: scores.log_score(values, observed) for name, values in baselines.items() if measure.counts}
    result = []
    for n, window in enumerate(windows):
        horizon = (window.end.year - origin.year) * 12 + window.end.month - origin.month + (window.end.day > 1)
        result.append(
            Score(
                measure.id, forecast.arm, origin, window, max(horizon, 1), draws[:, n], float(ours[n]), float(logs[n]),
                tuple(float(level[n]) for level in interval_scores), {name: float(v[n]) for name, v in theirs.items()},
                {name: float(v[n]) for name, v in their_logs.items()},
            )
        )  # fmt: skip
    return result


def table(
    results: Sequence[Score], every: int, seed: int = 0, horizons: Sequence[tuple[int, int]] = HORIZONS
) -> list[dict[str, Any]]:
    """Rows by series, arm and months ahead: scores, those of baselines, skill with its interval, coverage, n.

    Skill is 1 minus the ratio of the summed scores of the model and of the baseline that scores best on these very
    outcomes, which is harder to beat than one chosen beforehand. Its interval resamples blocks of origins that span
    half a year.
    """
    rows = []
    keys = sorted({(score.series, score.arm) for score in results})
    for series, arm in keys:
        of_series = [score for score in results if (score.series, score.arm) == (series, arm)]
        for low, high in horizons:
            within = [score for score in of_series if low <= score.horizon <= high]
            if within:
                rows.append({"series": series, "arm": arm, "months": f"{low}-{high}"} | _row(within, every, seed))
    return rows


def _row(within: Sequence[Score], every: int, seed: int) -> dict[str, Any]:
    """One row. Baselines that most forecasts have are compared, over the forecasts that have all of them."""
    ordered = sorted(within, key=lambda score: (score.origin, score.horizon))
    outcomes = len({(score.window.begin, score.window.end) for score in ordered})
    row: dict[str, Any] = {
        "n": len(ordered), "outcomes": outcomes, "effective": None,
        "crps": float(np.mean([score.crps for score in ordered])),
        "log": _mean([score.log for score in ordered]),
        **{f"interval_{level:.0%}": float(np.mean([score.interval[k] for score in ordered]))
           for k, level in enumerate(LEVELS)},
        "compared": 0, "compared_outcomes": 0, "crps_compared": None,
        "baselines": {}, "baseline_logs": {}, "best": None,
        "skill": None, "skill_low": None, "skill_high": None,
        "coverage": None, "coverage_low": None, "coverage_high": None, "pit": None, "note": "",
    }  # fmt: skip
    rng = np.random.default_rng(seed)
    if outcomes < scores.TOO_FEW:
        row["note"] = TOO_FEW
    else:
        draws = np.stack([score.draws for score in ordered], axis=1)
        observed = np.array([score.window.value for score in ordered])
        origins = [score.origin.toordinal() for score in ordered]
        coverage = scores.coverage(draws, observed, 0.9, origins, outcomes)
        row |= {"coverage": coverage.value, "coverage_low": coverage.low, "coverage_high": coverage.high}
        row["pit"] = scores.uniformity(scores.pit(draws, observed, rng), origins, outcomes)
    return row | _against(ordered, every, rng)


def _against(ordered: Sequence[Score], every: int, rng: np.random.Generator) -> dict[str, Any]:
    """The model and baselines: mean score of each over the same forecasts, the best baseline, and skill against it."""
    times = Counter(name for score in ordered for name in score.theirs)
    most = min(len(ordered), max(times.values(), default=0))
    usual = {name for name, count in times.items() if count >= _USUAL * most}
    pairs = [score for score in ordered if usual and usual <= score.theirs.keys()]
    if not pairs:
        return {"note": TOO_FEW}
    means = {name: float(np.mean([score.theirs[name] for score in pairs])) for name in sorted(usual)}
    logs = {name: _mean([score.their_logs.get(name, math.nan) for score in pairs]) for name in sorted(usual)}
    best = min(means, key=lambda name: means[name])
    row: dict[str, Any] = {
        "compared": len(pairs),
        "crps_compared": float(np.mean([score.crps for score in pairs])),
        "baselines": means,
        "baseline_logs": logs,
        "best": best,
    }
    origins = sorted({score.origin for score in pairs})
    by_origin = [[score for score in pairs if score.origin == origin] for origin in origins]
    a = np.array([sum(score.crps for score in of_origin) for of_origin in by_origin])
    b = np.array([sum(score.theirs[best] for score in of_origin) for of_origin in by_origin])
    outcomes = len({(score.window.begin, score.window.end) for score in pairs})
    row["compared_outcomes"] = outcomes
    row["effective"] = min(scores.effective_n(a - b), float(outcomes))
    if outcomes < scores.TOO_FEW or len(origins) < scores.TOO_FEW:
        return row | {"note": TOO_FEW}
    skill = scores.skill(a, b, math.ceil(MONTHS / (2 * every)), rng)  # half a year: see tests/history/test_scores.py
    if math.isnan(skill.low):
        return row | {"note": TOO_FEW}
    return row | {"skill": skill.value, "skill_low": skill.low, "skill_high": skill.high}


def _mean(values: Sequence[float]) -> float | None:
    mean = float(np.mean(values))
    return None if math.isnan(mean) else mean


# -- paths, spells, shares ---------------------------------------------------------------------------------------------


def path_table(forecasts: Iterable[Forecast], records: Records, last: date) -> list[dict[str, Any]]:
    """Energy score of the joint path of twelve months, where all twelve are known: the model's and each baseline's.

    Counts are on the scale of log(1 + x). Origins must come in the order of time, for `effective`.
    """
    by_series: dict[tuple[str, str], list[dict[str, float]]] = {}
    for forecast in forecasts:
        measure, end = forecast.measure, add_months(forecast.origin, MONTHS)
        windows = {w.begin: w for w in windows_of(measure, records, last) if w.end == add_months(w.begin, 1)}
        months = [add_months(forecast.origin, k) for k in range(MONTHS)]
        if measure.step == "year" or not all(month in windows and windows[month].end <= end for month in months):
            continue
        observed = np.array([windows[month].value for month in months])
        paths = {"model": forecast.draws} | {k: v for k, v in forecast.baselines.items() if np.isfinite(v).all()}
        if len(paths) == 1:  # no history, nothing to compare with
            continue
        if measure.counts:
            observed, paths = np.log1p(observed), {name: np.log1p(values) for name, values in paths.items()}
        values = {name: scores.energy_score(draws, observed) for name, draws in paths.items()}
        by_series.setdefault((measure.id, forecast.arm), []).append(values)
    rows = []
    for (series, arm), paths_scored in sorted(by_series.items()):
        names = set.intersection(*(set(each) for each in paths_scored))
        means = {name: float(np.mean([each[name] for each in paths_scored])) for name in sorted(names)}
        ours, n = means.pop("model"), len(paths_scored)
        best = min(means, key=lambda name: means[name], default="model")
        n_eff = scores.effective_n([each["model"] - (each[best] if means else 0.0) for each in paths_scored])
        note = TOO_FEW if n < scores.TOO_FEW else ""
        rows.append({"series": series, "arm": arm, "n": n, "effective": n_eff, "energy": ours, "baselines": means,
                     "note": note})  # fmt: skip
    return rows


def spell_table(hindcast: Iterable[Forecasts], lengths: Mapping[str, float], last: date) -> list[dict[str, Any]]:
    """Lengths in days of the closures given in arm C: censored log score and CRPS of the model and of past lengths.

    Each closure counts once, forecast from the nearest origin before it; a closure that lasts beyond the last day is
    censored. lengths: days by id of the event, of closures whose end is known.
    """
    nearest = {}
    for forecasts in hindcast:
        for spell in forecasts.spells:
            if spell.id in lengths and spell.on <= last and np.isfinite(spell.past).all():
                nearest[spell.id] = spell  # origins come in order of time
    if not nearest:
        return []
    spells = list(nearest.values())
    limit = np.array([(last - spell.on).days + 1.0 for spell in spells])
    true = np.array([lengths[spell.id] for spell in spells])
    censored, observed = true > limit, np.minimum(true, limit)
    rows = []
    for name, draws in (("model", [each.draws for each in spells]), ("past lengths", [each.past for each in spells])):
        stacked = np.stack(draws, axis=1)
        ended = ~censored
        logs = scores.censored_log_score(stacked, np.rint(observed), censored)
        rows.append(
            {
                "forecast": name, "n": len(spells), "effective": scores.effective_n(logs),
                "censored": int(censored.sum()), "log": float(logs.mean()),
                "crps": _mean(list(scores.crps(stacked[:, ended], observed[ended], log=True))) if ended.any() else None,
                "note": TOO_FEW if len(spells) < scores.TOO_FEW else "",
            }
        )  # fmt: skip
    return rows


def share_table(hindcast: Iterable[Forecasts], records: Records, last: date, draws: int) -> list[dict[str, Any]]:
    """Error of the shares of Torkham and Chaman in returns, given the total: of the model and of constant shares. By
    arm, over the windows with figures of both crossings.
    """
    windows = _by_crossing(records, last)
    errors: dict[str, list[tuple[float, float]]] = {}
    outcomes: dict[str, set[tuple[date, date]]] = {}
    for forecasts in hindcast:
        end = add_months(forecasts.origin, MONTHS)
        past = [values for window, values in windows if window.end <= forecasts.origin]
        for window, values in windows:
            if forecasts.origin <= window.begin and window.end <= end and past and values.sum() > 0.0:
                flow = [prorate(forecasts.shares[:, k], forecasts.origin, [window])[:, 0] for k in range(2)]
                held = frozen_shares(np.array(past), 1, draws, np.random.default_rng(0))[:, 0]
                pair = scores.share_error(np.stack(flow, axis=1), values), scores.share_error(held, values)
                errors.setdefault(forecasts.arm, []).append(pair)
                outcomes.setdefault(forecasts.arm, set()).add((window.begin, window.end))
    return [
        {
            "arm": arm, "n": len(pairs), "outcomes": len(outcomes[arm]),
            "effective": min(scores.effective_n([a - b for a, b in pairs]), float(len(outcomes[arm]))),
            "error": float(np.mean([ours for ours, _ in pairs])),
            "frozen shares": float(np.mean([theirs for _, theirs in pairs])),
            "note": TOO_FEW if len(outcomes[arm]) < scores.TOO_FEW else "",
        }
        for arm, pairs in sorted(errors.items())
    ]  # fmt: skip


def _by_crossing(records: Records, last: date) -> list[tuple[Window, Array]]:
    """Windows with figures of returns at both Torkham and Chaman, and the two figures, (2,)."""
    by_span: dict[tuple[date, date], dict[str, float]] = {}
    for row in records.get("refugee_returns/returns", ()):
        crossing, value = str(row.get("crossing", "")).lower(), row.get("value_persons")
        span = span_of(row)
        if crossing in ("torkham", "chaman") and span is not None and isinstance(value, float | int):
            by_span.setdefault(span, {}).setdefault(crossing, float(value))
    return [
        (Window(begin, end, sum(persons.values())), np.array([persons["torkham"], persons["chaman"]]))
        for (begin, end), persons in sorted(by_span.items())
        if len(persons) == 2 and end - timedelta(days=1) <= last
    ]


def lengths_of(rows: Iterable[Record], named: Mapping[str, str]) -> dict[str, float]:
    """Days of closures whose end is known, by id of the event; `named` maps an id to the row of the event."""
    days = {f"{row['start_date']} {row['crossing']}": row["days"] for row in rows}
    return {id: float(n) for id, row in named.items() if isinstance(n := days.get(row), float | int) and n > 0}


def judge(
    hindcast: Sequence[Forecasts], spec: HindcastSpec, records: Records, lengths: Mapping[str, float]
) -> dict[str, list[dict[str, Any]]]:
    """All tables of a hindcast: scores by range of months ahead and by single month, paths, spells and shares."""
    series = [forecast for forecasts in hindcast for forecast in forecasts.series]
    results = [row for forecast in series for row in score(forecast, records, spec.last)]
    return {
        "scores": table(results, spec.every, spec.seed),
        "by_month": table(results, spec.every, spec.seed, [(month, month) for month in range(1, MONTHS + 1)]),
        "paths": path_table(series, records, spec.last),
        "spells": spell_table(hindcast, lengths, spec.last),
        "shares": share_table(hindcast, records, spec.last, spec.draws),
    }
