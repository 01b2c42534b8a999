"""Forecasts held against what was observed: scores, baselines beside them, and how little some of it can settle.

Core objects: `score` (one row for each forecast of each observed window), `table` (rows gathered by series, arm and
horizon), `spell_table`, `share_table`, `path_table`. Overlapping forecasts of one outcome are no further evidence: `n`
counts forecasts, `outcomes` what was observed, `effective` what the scores are worth by their autocorrelation; with
fewer than ten outcomes no skill is claimed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from regionsim.evidence.measures import Record, Records, Window, add_months, windows_of
from regionsim.history import scores
from regionsim.history.baselines import frozen_shares
from regionsim.history.hindcast import Forecast, Forecasts, HindcastSpec
from regionsim.history.measurement import MONTHS, Array, prorate

HORIZONS = ((1, 3), (4, 6), (7, 12), (1, 12))
"""Months ahead that a row of the table gathers, first and last."""
TOO_FEW = "too few to score"
LEVELS = (0.5, 0.9)
_USUAL = 0.7  # share of the forecasts with any baseline that one must have to be compared over all


@dataclass(frozen=True)
class Score:
    """One forecast of one observed window. `crps`, `log` and `interval` are of the model; `theirs` by baseline."""

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


def score(made: Forecast, records: Records, last: date) -> list[Score]:
    """Scores of a forecast on every window observed that begins on or after its origin and ends within its year.

    CRPS of counts is of log(1 + x). The log score is of counts only.
    """
    measure, origin = made.measure, made.origin
    end = add_months(origin, MONTHS)
    windows = [one for one in windows_of(measure, records, last) if one.begin >= origin and one.end <= end]
    if not windows:
        return []
    observed = np.array([one.value for one in windows])
    draws = made.over(windows)
    others = {name: made.baseline_over(name, windows) for name in made.baselines}
    others = {name: values for name, values in others.items() if np.isfinite(values).all()}
    ours = scores.crps(draws, observed, log=measure.counts)
    logs = scores.log_score(draws, observed) if measure.counts else np.full(observed.size, np.nan)
    wide = [scores.interval_score(draws, observed, level) for level in LEVELS]
    theirs = {name: scores.crps(values, observed, log=measure.counts) for name, values in others.items()}
    their_logs = {name: scores.log_score(values, observed) for name, values in others.items() if measure.counts}
    found = []
    for n, one in enumerate(windows):
        horizon = (one.end.year - origin.year) * 12 + one.end.month - origin.month + (one.end.day > 1)
        found.append(
            Score(
                measure.id, made.arm, origin, one, max(horizon, 1), draws[:, n], float(ours[n]), float(logs[n]),
                tuple(float(level[n]) for level in wide), {name: float(v[n]) for name, v in theirs.items()},
                {name: float(v[n]) for name, v in their_logs.items()},
            )
        )  # fmt: skip
    return found


def table(
    found: Sequence[Score], every: int, seed: int = 0, horizons: Sequence[tuple[int, int]] = HORIZONS
) -> list[dict[str, Any]]:
    """Rows by series, arm and months ahead: scores, the best baseline's, skill with interval, coverage, n.

    Skill is against the baseline that scores best on these very outcomes, which is harder than one named beforehand: 1
    minus the ratio of all scores added up. Its interval resamples blocks of origins that reach over half a year.
    """
    rows = []
    keys = sorted({(one.series, one.arm) for one in found})
    for series, arm in keys:
        of_series = [one for one in found if (one.series, one.arm) == (series, arm)]
        for low, high in horizons:
            within = [one for one in of_series if low <= one.horizon <= high]
            if within:
                rows.append({"series": series, "arm": arm, "months": f"{low}-{high}"} | _row(within, every, seed))
    return rows


def _row(within: Sequence[Score], every: int, seed: int) -> dict[str, Any]:
    """One row; baselines are compared over the forecasts that all of those have which nearly every forecast has."""
    ordered = sorted(within, key=lambda one: (one.origin, one.horizon))
    outcomes = len({(one.window.begin, one.window.end) for one in ordered})
    row: dict[str, Any] = {
        "n": len(ordered), "outcomes": outcomes, "effective": None,
        "crps": float(np.mean([one.crps for one in ordered])),
        "log": _mean([one.log for one in ordered]),
        **{f"interval_{level:.0%}": float(np.mean([one.interval[k] for one in ordered]))
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
        draws = np.stack([one.draws for one in ordered], axis=1)
        observed = np.array([one.window.value for one in ordered])
        origins = [one.origin.toordinal() for one in ordered]
        held = scores.coverage(draws, observed, 0.9, origins, outcomes)
        row |= {"coverage": held.value, "coverage_low": held.low, "coverage_high": held.high}
        row["pit"] = scores.uniformity(scores.pit(draws, observed, rng), origins, outcomes)
    return row | _against(ordered, every, rng)


def _against(ordered: Sequence[Score], every: int, rng: np.random.Generator) -> dict[str, Any]:
    """The model beside baselines: means of each over the same forecasts, the best of them, and skill against it."""
    times = Counter(name for one in ordered for name in one.theirs)
    most = min(len(ordered), max(times.values(), default=0))
    usual = {name for name, of in times.items() if of >= _USUAL * most}
    pairs = [one for one in ordered if usual and usual <= one.theirs.keys()]
    if not pairs:
        return {"note": TOO_FEW}
    means = {name: float(np.mean([one.theirs[name] for one in pairs])) for name in sorted(usual)}
    logs = {name: _mean([one.their_logs.get(name, math.nan) for one in pairs]) for name in sorted(usual)}
    best = min(means, key=lambda name: means[name])
    found: dict[str, Any] = {
        "compared": len(pairs),
        "crps_compared": float(np.mean([one.crps for one in pairs])),
        "baselines": means,
        "baseline_logs": logs,
        "best": best,
    }
    origins = sorted({one.origin for one in pairs})
    each = [[one for one in pairs if one.origin == origin] for origin in origins]
    a = np.array([sum(one.crps for one in of_origin) for of_origin in each])
    b = np.array([sum(one.theirs[best] for one in of_origin) for of_origin in each])
    outcomes = len({(one.window.begin, one.window.end) for one in pairs})
    found["compared_outcomes"] = outcomes
    found["effective"] = min(scores.effective_n(a - b), float(outcomes))
    if outcomes < scores.TOO_FEW or len(origins) < scores.TOO_FEW:
        return found | {"note": TOO_FEW}
    skill = scores.skill(a, b, math.ceil(MONTHS / (2 * every)), rng)  # half a year: see tests/history/test_scores.py
    if math.isnan(skill.low):
        return found | {"note": TOO_FEW}
    return found | {"skill": skill.value, "skill_low": skill.low, "skill_high": skill.high}


def _mean(values: Sequence[float]) -> float | None:
    mean = float(np.mean(values))
    return None if math.isnan(mean) else mean


# -- paths, spells, shares ---------------------------------------------------------------------------------------------


def path_table(made: Iterable[Forecast], records: Records, last: date) -> list[dict[str, Any]]:
    """Energy score of the joint path of twelve months, where all twelve are known: the model's and each baseline's.

    Counts on the scale of log(1 + x). Origins come in the order of time: `effective` is what they are worth by it.
    """
    found: dict[tuple[str, str], list[dict[str, float]]] = {}
    for one in made:
        end = add_months(one.origin, MONTHS)
        known = {w.begin: w for w in windows_of(one.measure, records, last) if w.end == add_months(w.begin, 1)}
        months = [add_months(one.origin, k) for k in range(MONTHS)]
        if one.measure.step == "year" or not all(month in known and known[month].end <= end for month in months):
            continue
        observed = np.array([known[month].value for month in months])
        paths = {"model": one.draws} | {k: v for k, v in one.baselines.items() if np.isfinite(v).all()}
        if len(paths) == 1:  # no history, nothing to compare with
            continue
        if one.measure.counts:
            observed, paths = np.log1p(observed), {name: np.log1p(values) for name, values in paths.items()}
        values = {name: scores.energy_score(draws, observed) for name, draws in paths.items()}
        found.setdefault((one.measure.id, one.arm), []).append(values)
    rows = []
    for (series, arm), paths_scored in sorted(found.items()):
        names = set.intersection(*(set(each) for each in paths_scored))
        means = {name: float(np.mean([each[name] for each in paths_scored])) for name in sorted(names)}
        ours, n = means.pop("model"), len(paths_scored)
        best = min(means, key=lambda name: means[name], default="model")
        worth = scores.effective_n([each["model"] - (each[best] if means else 0.0) for each in paths_scored])
        note = TOO_FEW if n < scores.TOO_FEW else ""
        rows.append({"series": series, "arm": arm, "n": n, "effective": worth, "energy": ours, "baselines": means,
                     "note": note})  # fmt: skip
    return rows


def spell_table(made: Iterable[Forecasts], lengths: Mapping[str, float], last: date) -> list[dict[str, Any]]:
    """Days that closures told in arm C lasted: censored log score and CRPS of the model and of past lengths.

    Each closure counts once, forecast from the nearest origin before it; one still shut on the last day is censored.
    lengths: days by id of the event, of those whose end is known.
    """
    nearest = {}
    for one in made:
        for spell in one.spells:
            if spell.id in lengths and spell.on <= last and np.isfinite(spell.past).all():
                nearest[spell.id] = spell  # origins come in order of time
    if not nearest:
        return []
    spells = list(nearest.values())
    limit = np.array([(last - one.on).days + 1.0 for one in spells])
    true = np.array([lengths[one.id] for one in spells])
    censored, observed = true > limit, np.minimum(true, limit)
    rows = []
    for name, draws in (("model", [one.draws for one in spells]), ("past lengths", [one.past for one in spells])):
        stacked = np.stack(draws, axis=1)
        whole = ~censored
        logs = scores.censored_log_score(stacked, np.rint(observed), censored)
        rows.append(
            {
                "forecast": name, "n": len(spells), "effective": scores.effective_n(logs),
                "censored": int(censored.sum()), "log": float(logs.mean()),
                "crps": _mean(list(scores.crps(stacked[:, whole], observed[whole], log=True))) if whole.any() else None,
                "note": TOO_FEW if len(spells) < scores.TOO_FEW else "",
            }
        )  # fmt: skip
    return rows


def share_table(made: Iterable[Forecasts], records: Records, last: date, draws: int) -> list[dict[str, Any]]:
    """Error of the shares of Torkham and Chaman among returns, the total given: the model's, and shares held as they
    were. By arm, over the windows of which both crossings are printed.
    """
    windows = _by_crossing(records, last)
    found: dict[str, list[tuple[float, float]]] = {}
    outcomes: dict[str, set[tuple[date, date]]] = {}
    for one in made:
        end = add_months(one.origin, MONTHS)
        past = [values for window, values in windows if window.end <= one.origin]
        for window, values in windows:
            if one.origin <= window.begin and window.end <= end and past and values.sum() > 0.0:
                flow = [prorate(one.shares[:, k], one.origin, [window])[:, 0] for k in range(2)]
                held = frozen_shares(np.array(past), 1, draws, np.random.default_rng(0))[:, 0]
                pair = scores.share_error(np.stack(flow, axis=1), values), scores.share_error(held, values)
                found.setdefault(one.arm, []).append(pair)
                outcomes.setdefault(one.arm, set()).add((window.begin, window.end))
    return [
        {
            "arm": arm, "n": len(pairs), "outcomes": len(outcomes[arm]),
            "effective": min(scores.effective_n([a - b for a, b in pairs]), float(len(outcomes[arm]))),
            "error": float(np.mean([ours for ours, _ in pairs])),
            "frozen shares": float(np.mean([theirs for _, theirs in pairs])),
            "note": TOO_FEW if len(outcomes[arm]) < scores.TOO_FEW else "",
        }
        for arm, pairs in sorted(found.items())
    ]  # fmt: skip


def _by_crossing(records: Records, last: date) -> list[tuple[Window, Array]]:
    """Windows of which returns at Torkham and at Chaman are both printed, with the two, (2,)."""
    from regionsim.evidence.measures import span_of

    found: dict[tuple[date, date], dict[str, float]] = {}
    for row in records.get("refugee_returns/returns", ()):
        crossing, value = str(row.get("crossing", "")).lower(), row.get("value_persons")
        span = span_of(row)
        if crossing in ("torkham", "chaman") and span is not None and isinstance(value, float | int):
            found.setdefault(span, {}).setdefault(crossing, float(value))
    return [
        (Window(begin, end, sum(of.values())), np.array([of["torkham"], of["chaman"]]))
        for (begin, end), of in sorted(found.items())
        if len(of) == 2 and end - timedelta(days=1) <= last
    ]


def lengths_of(rows: Iterable[Record], named: Mapping[str, str]) -> dict[str, float]:
    """Days of closures whose end is known, by id of the event; `named` maps an id to the row it is played from."""
    days = {f"{row['start_date']} {row['crossing']}": row["days"] for row in rows}
    return {
        id: float(found) for id, row in named.items() if isinstance(found := days.get(row), float | int) and found > 0
    }


def judge(
    made: Sequence[Forecasts], ask: HindcastSpec, records: Records, lengths: Mapping[str, float]
) -> dict[str, list[dict[str, Any]]]:
    """All tables of a hindcast: scores by spans of months ahead and by each month, paths, spells and shares."""
    series = [one for each in made for one in each.series]
    found = [row for one in series for row in score(one, records, ask.last)]
    return {
        "scores": table(found, ask.every, ask.seed),
        "by_month": table(found, ask.every, ask.seed, [(month, month) for month in range(1, MONTHS + 1)]),
        "paths": path_table(series, records, ask.last),
        "spells": spell_table(made, lengths, ask.last),
        "shares": share_table(made, records, ask.last, ask.draws),
    }
