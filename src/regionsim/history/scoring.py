"""Scores of forecasts against observations, beside those of baselines, and how much evidence they are.

Core objects: `score` (one `Score` for each forecast of each observed window), `table` (rows by series, arm and
horizon), `spell_table`, `share_table`, `path_table`. Windows that overlap count once
(`disjoint`). Overlapping forecasts of one outcome add no evidence: `n` counts forecasts, `outcomes` observations that
share no day, and `effective` is the effective sample size of the scores by their autocorrelation. Skill is against the
baseline declared beforehand; that against the best of all, known only afterwards, stands beside it. With fewer than ten
outcomes none is claimed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from regionsim.evidence.cells import still_going
from regionsim.evidence.measures import Measure, Record, Records, Window, add_months, disjoint, span_of, windows_of
from regionsim.history import scores
from regionsim.history.baselines import frozen_shares
from regionsim.history.declared import Declaration, read_declared
from regionsim.history.hindcast import Forecast, Forecasts
from regionsim.history.measurement import MONTHS, Array, prorate

HORIZONS = ((1, 3), (4, 6), (7, 12), (1, 12))
"""First and last month ahead of a row of the table."""
TOO_FEW = "too few to score"
NOT_DECLARED = "no forecast by the declared baseline"
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


def counted(forecast: Forecast, records: Records, last: date, first: date = date.min) -> list[Window]:
    """The windows that a forecast is scored on: those of the outcomes from `first` to `last` that share no day with one
    another, begin on or after its origin and end within its year.
    """
    origin, end = forecast.origin, add_months(forecast.origin, MONTHS)
    windows = outcomes_between(forecast.measure, records, first, last)
    return [window for window in windows if window.begin >= origin and window.end <= end]


def outcomes_between(measure: Measure, records: Records, first: date, last: date) -> list[Window]:
    """The observed windows of a series within two days that count: no two share a day."""
    return disjoint(window for window in windows_of(measure, records, last) if window.begin >= first)


def score(forecast: Forecast, records: Records, last: date, first: date = date.min) -> list[Score]:
    """Scores of a forecast on every window it is scored on (`counted`).

    The CRPS of counts is that of log(1 + x). Only counts have a log score.
    """
    windows = counted(forecast, records, last, first)
    if not windows:
        return []
    baselines = {name: forecast.baseline_over(name, windows) for name in forecast.baselines}
    return scored(forecast, windows, forecast.over(windows), baselines)


def scored(forecast: Forecast, windows: Sequence[Window], draws: Array, baselines: Mapping[str, Array]) -> list[Score]:
    """Scores of draws (M, N) of N windows, and of those of baselines."""
    measure, origin = forecast.measure, forecast.origin
    observed = np.array([window.value for window in windows])
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
    results: Sequence[Score], every: int, seed: int = 0, horizons: Sequence[tuple[int, int]] = HORIZONS,
    declared: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """Rows by series, arm and months ahead: scores, those of baselines, skill with its interval, coverage, n.

    Skill is 1 minus the ratio of the summed scores of the model and of a baseline, on the same outcomes: of the one
    declared for the series (`declared`, by default those of this installation), and of the one that scores best on
    these very outcomes (`skill_best`). Intervals resample blocks of origins that span half a year.
    """
    if declared is None:
        declared = by_month(read_declared())
    rows = []
    keys = sorted({(score.series, score.arm) for score in results})
    for series, arm in keys:
        of_series = [score for score in results if (score.series, score.arm) == (series, arm)]
        for low, high in horizons:
            within = [score for score in of_series if low <= score.horizon <= high]
            if within:
                row = _row(within, every, seed, declared.get(series))
                rows.append({"series": series, "arm": arm, "months": f"{low}-{high}"} | row)
    return rows


def by_month(declaration: Declaration) -> dict[str, str]:
    """The declared baseline of each series by month."""
    return {series: each.month for series, each in declaration.baselines.items()}


def outcomes_of(within: Iterable[Score]) -> int:
    """How many of the outcomes share no day."""
    return len(disjoint({score.window for score in within}))


def _row(within: Sequence[Score], every: int, seed: int, declared: str | None) -> dict[str, Any]:
    """One row. Baselines that most forecasts have, and the declared one, are compared, over the forecasts that have all
    of them.
    """
    ordered = sorted(within, key=lambda score: (score.origin, score.horizon))
    outcomes = outcomes_of(ordered)
    row: dict[str, Any] = {
        "n": len(ordered), "outcomes": outcomes, "effective": None,
        "crps": float(np.mean([score.crps for score in ordered])),
        "log": _mean([score.log for score in ordered]),
        **{f"interval_{level:.0%}": float(np.mean([score.interval[k] for score in ordered]))
           for k, level in enumerate(LEVELS)},
        "compared": 0, "compared_outcomes": 0, "crps_compared": None,
        "baselines": {}, "baseline_logs": {}, "declared": declared, "best": None,
        **{f"skill{of}{bound}": None for of in ("", "_best") for bound in ("", "_low", "_high")},
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
    return row | _against(ordered, every, rng, declared)


def _against(
    ordered: Sequence[Score], every: int, rng: np.random.Generator, declared: str | None
) -> dict[str, Any]:  # fmt: skip
    """The model and baselines: mean score of each over the same forecasts, the best baseline, and skill against the
    declared one and against the best.
    """
    times = Counter(name for score in ordered for name in score.theirs)
    most = min(len(ordered), max(times.values(), default=0))
    usual = {name for name, count in times.items() if count >= _USUAL * most or name == declared}
    pairs = [score for score in ordered if usual and usual <= score.theirs.keys()]
    if not pairs:
        return {"note": TOO_FEW}
    means = {name: float(np.mean([score.theirs[name] for score in pairs])) for name in sorted(usual)}
    logs = {name: _mean([score.their_logs.get(name, math.nan) for score in pairs]) for name in sorted(usual)}
    best = min(means, key=lambda name: means[name])
    rival = declared if declared in means else best
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
    outcomes = outcomes_of(pairs)
    row["compared_outcomes"] = outcomes
    theirs = {
        name: np.array([sum(score.theirs[name] for score in of_origin) for of_origin in by_origin])
        for name in (rival, best)
    }
    row["effective"] = min(scores.effective_n(a - theirs[rival]), float(outcomes))
    if outcomes < scores.TOO_FEW or len(origins) < scores.TOO_FEW:
        return row | {"note": TOO_FEW}
    block = math.ceil(MONTHS / (2 * max(every, 1)))  # half a year: see tests/history/test_scores.py
    for of, name in (("", rival), ("_best", best)):
        skill = scores.skill(a, theirs[name], block, rng)
        if math.isnan(skill.low):
            return row | {"note": TOO_FEW}
        if of or declared in means:
            row |= {f"skill{of}": skill.value, f"skill{of}_low": skill.low, f"skill{of}_high": skill.high}
    return row if declared in means else row | {"note": NOT_DECLARED}


def _mean(values: Sequence[float]) -> float | None:
    mean = float(np.mean(values))
    return None if math.isnan(mean) else mean


# -- paths, spells, shares ---------------------------------------------------------------------------------------------


def path_table(
    forecasts: Iterable[Forecast], records: Records, last: date, declared: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Energy score of the joint path of twelve months, where all twelve are known: the model's and each baseline's.

    Counts are on the scale of log(1 + x). Origins must come in the order of time, for `effective`, which is that of
    differences from the declared baseline, or from the best where it has no path.
    """
    declared = by_month(read_declared()) if declared is None else declared
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
        rival = declared[series] if declared.get(series) in means else best
        n_eff = scores.effective_n([each["model"] - (each[rival] if means else 0.0) for each in paths_scored])
        note = TOO_FEW if n < scores.TOO_FEW else ""
        rows.append({"series": series, "arm": arm, "n": n, "effective": n_eff, "energy": ours, "baselines": means,
                     "declared": rival, "note": note})  # fmt: skip
    return rows


def spell_table(
    hindcast: Iterable[Forecasts], lengths: Mapping[str, float], last: date, running: Mapping[str, float] | None = None
) -> list[dict[str, Any]]:
    """Lengths in days of the closures given in arm C: censored log score and CRPS of the model and of past lengths.

    Each closure counts once, forecast from the nearest origin before it. lengths: days by id of the event, of closures
    whose end is known. running: days of those still in force when last observed, which are censored there, as is a
    closure that lasts beyond the last day.
    """
    nearest, true = {}, dict(running or {}) | dict(lengths)
    for forecasts in hindcast:
        for spell in forecasts.spells:
            if spell.id in true and spell.on <= last and np.isfinite(spell.past).all():
                nearest[spell.id] = forecasts.origin.toordinal(), spell  # origins come in order of time
    if not nearest:
        return []
    origins, spells = [origin for origin, _ in nearest.values()], [spell for _, spell in nearest.values()]
    limit = np.array([(last - spell.on).days + 1.0 for spell in spells])
    days = np.array([true[spell.id] for spell in spells])
    censored = (days > limit) | np.array([spell.id not in lengths for spell in spells])
    observed = np.minimum(days, limit)
    rows = []
    for name, draws in (("model", [each.draws for each in spells]), ("past lengths", [each.past for each in spells])):
        stacked = np.stack(draws, axis=1)
        ended = ~censored
        logs = scores.censored_log_score(stacked, np.rint(observed), censored)
        rows.append(
            {
                "forecast": name, "n": len(spells),
                "effective": scores.effective_n_of_groups(logs, origins, float(len(spells))),
                "censored": int(censored.sum()), "log": float(logs.mean()),
                "crps": _mean(list(scores.crps(stacked[:, ended], observed[ended], log=True))) if ended.any() else None,
                "note": TOO_FEW if len(spells) < scores.TOO_FEW else "",
            }
        )  # fmt: skip
    return rows


def share_table(
    hindcast: Iterable[Forecasts], records: Records, last: date, draws: int, first: date = date.min
) -> list[dict[str, Any]]:
    """Error of the shares of Torkham and Chaman in returns, given the total: of the model and of constant shares. By
    arm, over the windows with figures of both crossings that share no day.
    """
    windows = _by_crossing(records, first, last)
    errors: dict[str, list[tuple[int, float, float]]] = {}
    outcomes: dict[str, set[tuple[date, date]]] = {}
    for forecasts in hindcast:
        end = add_months(forecasts.origin, MONTHS)
        past = [values for window, values in _by_crossing(records, date.min, forecasts.origin - timedelta(days=1))]
        for window, values in windows:
            if forecasts.origin <= window.begin and window.end <= end and past and values.sum() > 0.0:
                flow = [prorate(forecasts.shares[:, k], forecasts.origin, [window])[:, 0] for k in range(2)]
                held = frozen_shares(np.array(past), 1, draws, np.random.default_rng(0))[:, 0]
                pair = scores.share_error(np.stack(flow, axis=1), values), scores.share_error(held, values)
                errors.setdefault(forecasts.arm, []).append((forecasts.origin.toordinal(), *pair))
                outcomes.setdefault(forecasts.arm, set()).add((window.begin, window.end))
    return [
        {
            "arm": arm, "n": len(pairs), "outcomes": len(outcomes[arm]),
            "effective": scores.effective_n_of_groups(
                [a - b for _, a, b in pairs], [origin for origin, *_ in pairs], float(len(outcomes[arm]))),
            "error": float(np.mean([ours for _, ours, _ in pairs])),
            "frozen shares": float(np.mean([theirs for *_, theirs in pairs])),
            "note": TOO_FEW if len(outcomes[arm]) < scores.TOO_FEW else "",
        }
        for arm, pairs in sorted(errors.items())
    ]  # fmt: skip


def _by_crossing(records: Records, first: date, last: date) -> list[tuple[Window, Array]]:
    """Windows from `first` to `last` that share no day, with figures of returns at both Torkham and Chaman, (2,)."""
    by_span: dict[tuple[date, date], dict[str, float]] = {}
    for row in records.get("refugee_returns/returns", ()):
        crossing, value = str(row.get("crossing", "")).lower(), row.get("value_persons")
        span = span_of(row)
        if crossing in ("torkham", "chaman") and span is not None and isinstance(value, float | int):
            by_span.setdefault(span, {}).setdefault(crossing, float(value))
    both = [
        Window(begin, end, sum(persons.values()))
        for (begin, end), persons in by_span.items()
        if len(persons) == 2 and begin >= first and end - timedelta(days=1) <= last
    ]
    at = {window: by_span[window.begin, window.end] for window in both}
    return [(window, np.array([at[window]["torkham"], at[window]["chaman"]])) for window in disjoint(both)]


def lengths_of(rows: Iterable[Record], named: Mapping[str, str]) -> dict[str, float]:
    """Days of closures whose end is known, by id of the event; `named` maps an id to the row of the event."""
    days = {f"{row['start_date']} {row['crossing']}": row["days"] for row in rows}
    return {id: float(n) for id, row in named.items() if isinstance(n := days.get(row), float | int) and n > 0}


def running_of(rows: Iterable[Record], named: Mapping[str, str]) -> dict[str, float]:
    """Days of closures still in force when last observed (`111+`), by id of the event."""
    days = {f"{row['start_date']} {row['crossing']}": still_going(row["days"]) for row in rows}
    return {id: n for id, row in named.items() if (n := days.get(row)) is not None}
