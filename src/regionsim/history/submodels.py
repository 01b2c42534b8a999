"""The parts of the model that have a series of their own, and how they are fitted to it.

Core object: `FITS`. Each fit has one part of the model by itself: lengths of closures, counts of rare events, closures
after a clash, truces and their ends, attacks from month to month and from year to year.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from scipy.special import xlog1py, xlogy

from regionsim.evidence import Evidence, load_evidence
from regionsim.evidence.cells import still_going
from regionsim.evidence.holdout import overlaps, pieces
from regionsim.history.fitting import Array, Design, Fit, FittedSeries, Values
from regionsim.model.samplers import truncated_normal_inv
from regionsim.schema.units import WEEKS_PER_YEAR

LISTED = date(2016, 1, 1)
"""From this day the lists of closures and sit-ins are good."""
PRESENT = date(2022, 1, 1)
"""From this day clashes belong to the present tension, and strikes to the time after the takeover."""
_GROUPS = ("ttp", "iskp", "baloch", "other")
_MONTHS, _FEWEST_MONTHS, _FEWEST_YEARS, _FEWEST_LENGTHS = 30, 12, 8, 5
_EPISODE = 7  # days within which clashes at one place are one episode

type Row = Any


def _rows(evidence: Evidence, series: str, day: str, since: date, until: date) -> list[Row]:
    """Rows whose date, a day or a month, lies between `since` and `until`."""
    first, last = since.isoformat(), until.isoformat()
    return [row for row in evidence.series[series].records if first <= str(row[day]) <= last]


def _years(evidence: Evidence, since: date, until: date) -> float:
    """Years from one day to another, without the days left out of the evidence."""
    return sum((last - first).days + 1 for first, last in pieces(evidence.left_out, since, until)) / 365.25


def _ordinary(evidence: Evidence, since: date, until: date) -> list[Row]:
    """Listed closures, without partial ones and those of the pandemic."""
    rows = _rows(evidence, "border_closures", "start_date", since, until)
    return [row for row in rows if not row["partial"] and row["trigger_class"] != "pandemic"]


# -- lengths of closures ----------------------------------------------------------------------------------------------


def _lengths(evidence: Evidence, until: date) -> FittedSeries | None:
    rows = _ordinary(evidence, LISTED, until)
    ended = [r for r in rows if r["days"] and still_going(r["days"]) is None]
    logs = np.log([float(r["days"] or 0.0) for r in ended if str(r["end_date"]) <= until.isoformat()])
    if logs.size < _FEWEST_LENGTHS:
        return None
    return FittedSeries(np.array([logs.mean(), logs.std()]), (float(logs.size),), logs.size)


def _lengths_simulated(values: Values, design: Design, rng: np.random.Generator) -> Array:
    mu, sigma = np.log(values["border.closure_days_median"]), values["border.closure_days_sigma"]
    logs = mu[:, None] + sigma[:, None] * rng.standard_normal((mu.size, int(design[0])))
    return np.stack([logs.mean(axis=1), logs.std(axis=1)], axis=1)


def _lengths_likely(values: Values, figures: Array, design: Design) -> Array:
    """Normal log lengths, by their mean and standard deviation, which are sufficient statistics."""
    n, sigma = design[0], values["border.closure_days_sigma"]
    off = figures[0] - np.log(values["border.closure_days_median"])
    return np.asarray(-n * np.log(sigma) - n * (figures[1] ** 2 + off**2) / (2.0 * sigma**2))


# -- counts of rare events --------------------------------------------------------------------------------------------


def _count(evidence: Evidence, count: int, since: date, until: date) -> FittedSeries | None:
    years = _years(evidence, since, until)
    return FittedSeries(np.array([float(count)]), (years,), count) if years >= 1.0 else None


def _poisson(id: str, title: str, name: str, series: str, read: Any, note: str = "", *, bound: bool = False) -> Fit:
    def simulate(values: Values, design: Design, rng: np.random.Generator) -> Array:
        return rng.poisson(values[name] * design[0]).astype(np.float64)[:, None]

    def likely(values: Values, figures: Array, design: Design) -> Array:
        mean = values[name] * design[0]
        return np.asarray(xlogy(figures[0], mean) - mean)

    return Fit(id, title, (name,), (series,), read, simulate, likely, note=note, bound=bound)


def _blockades(evidence: Evidence, until: date) -> FittedSeries | None:
    rows = _rows(evidence, "border_closures", "start_date", LISTED, until)
    return _count(evidence, sum("protesters" in str(row["closed_by"]) for row in rows), LISTED, until)


def _strikes(evidence: Evidence, until: date) -> FittedSeries | None:
    rows = _rows(evidence, "cross_border_incidents", "date", PRESENT, until)
    return _count(evidence, sum(row["type"] == "airstrike" for row in rows), PRESENT, until)


def _campaigns(evidence: Evidence, until: date) -> FittedSeries | None:
    orders = [event.shock for event in evidence.timeline.values() if event.shock.kind == "expulsion_order"]
    begun = {shock.on for shock in orders if LISTED <= shock.on <= until}
    return _count(evidence, len(begun), LISTED, until)


def _is_clash(row: Row) -> bool:
    return "clash" in str(row["trigger"]) and row["trigger_class"] != "internal violence"


def _not_after_trouble(evidence: Evidence, until: date) -> tuple[list[str], int]:
    """Closures that followed no clash or attack: who closed, for those by one side, and the days on which any began."""
    rows = [r for r in _ordinary(evidence, LISTED, until) if not _is_clash(r) and r["trigger_class"] != "attack"]
    one_side = [str(row["closed_by"]) for row in rows if row["closed_by"] != "both"]
    count = len({row["start_date"] for row in rows})
    return one_side, count


def _others(evidence: Evidence, until: date) -> FittedSeries | None:
    _, count = _not_after_trouble(evidence, until)
    return _count(evidence, count, LISTED, until) if count else None


def _by_whom(evidence: Evidence, until: date) -> FittedSeries | None:
    one_side, _ = _not_after_trouble(evidence, until)
    by = float(sum(side.startswith("AF") for side in one_side))
    return FittedSeries(np.array([by]), (float(len(one_side)),), len(one_side)) if one_side else None


def _by_whom_simulated(values: Values, design: Design, rng: np.random.Generator) -> Array:
    return rng.binomial(int(design[0]), values["border.other_by_afghanistan"]).astype(np.float64)[:, None]


def _by_whom_likely(values: Values, figures: Array, design: Design) -> Array:
    return _binomial(figures[0], design[0], values["border.other_by_afghanistan"])


def _binomial(hits: float, n: float, p: Array) -> Array:
    return np.asarray(xlogy(hits, p) + xlog1py(n - hits, -p))


# -- closures after a clash -------------------------------------------------------------------------------------------


def clash_episodes(evidence: Evidence, since: date, until: date) -> int:
    """Number of listed clashes of border forces; clashes at one place within a week count once."""
    kinds = ("border clash", "border incident", "border dispute")
    last: dict[str, date] = {}
    count = 0
    for row in _rows(evidence, "cross_border_incidents", "date", since, until):
        if row["type"] in kinds and len(str(row["date"])) == len("2022-01-01"):
            day, place = date.fromisoformat(str(row["date"])), str(row["actor"]).split()[0]
            count += place not in last or (day - last[place]).days > _EPISODE
            last[place] = day
    return count


def _after_clash(evidence: Evidence, until: date) -> FittedSeries | None:
    clashes = clash_episodes(evidence, PRESENT, until)
    shut = [str(row["closed_by"]) for row in _ordinary(evidence, PRESENT, until) if _is_clash(row)]
    by = [sum(side.startswith((country, "both")) for side in shut) for country in ("PK", "AF")]
    figures = np.minimum(np.array(by, dtype=np.float64), clashes)
    return FittedSeries(figures, (float(clashes),), clashes) if clashes else None


_CLOSES = ("border.close_after_clash_pakistan", "border.close_after_clash_afghanistan")


def _after_clash_simulated(values: Values, design: Design, rng: np.random.Generator) -> Array:
    return np.stack([rng.binomial(int(design[0]), values[name]) for name in _CLOSES], axis=1).astype(np.float64)


def _after_clash_likely(values: Values, figures: Array, design: Design) -> Array:
    parts = [_binomial(figures[k], design[0], values[name]) for k, name in enumerate(_CLOSES)]
    return np.asarray(parts[0] + parts[1])


# -- deaths in strikes, ends of truces, attacks under them ------------------------------------------------------------


def _strike_deaths(evidence: Evidence, until: date) -> FittedSeries | None:
    rows = _rows(evidence, "cross_border_incidents", "date", PRESENT, until)
    deaths = [float(row["deaths"]) for row in rows if row["type"] == "airstrike" and row["deaths"] is not None]
    return FittedSeries(np.array([sum(deaths)]), (float(len(deaths)),), len(deaths)) if deaths else None


def _strike_deaths_simulated(values: Values, design: Design, rng: np.random.Generator) -> Array:
    share = 1.0 / (1.0 + values["security.strike_deaths"])
    return rng.negative_binomial(design[0], share).astype(np.float64)[:, None]


def _strike_deaths_likely(values: Values, figures: Array, design: Design) -> Array:
    """Geometric deaths, as in the model, by their sum."""
    share = 1.0 / (1.0 + values["security.strike_deaths"])
    return np.asarray(design[0] * np.log(share) + xlog1py(figures[0], -share))


def _truces(evidence: Evidence, until: date) -> FittedSeries | None:
    """Weeks until truces since 2021 ended, summed, and the number of ends; a truce that still held does not count."""
    shocks = sorted((event.shock for event in evidence.timeline.values()), key=lambda shock: shock.on)
    truces = [shock for shock in shocks if shock.kind.startswith("ceasefire") and date(2021, 1, 1) <= shock.on <= until]
    weeks, ends, since = 0.0, 0, None
    for shock in truces:
        if shock.kind == "ceasefire":
            since = since or shock.on
        elif since is not None:
            if not overlaps(evidence.left_out, since, shock.on):
                weeks, ends = weeks + (shock.on - since).days / 7.0, ends + 1
            since = None
    return FittedSeries(np.array([round(weeks)]), (float(ends),), ends) if ends else None


def _truces_simulated(values: Values, design: Design, rng: np.random.Generator) -> Array:
    ends = int(design[0])
    return (ends + rng.negative_binomial(ends, values["security.truce_end_hazard"])).astype(np.float64)[:, None]


def _truces_likely(values: Values, figures: Array, design: Design) -> Array:
    return _binomial(design[0], figures[0], values["security.truce_end_hazard"])


def _picss(evidence: Evidence, until: date) -> dict[tuple[int, int], float]:
    """Attacks by (year, month), of months that ended by the day."""
    rows = evidence.series["attacks_monthly/picss_monthly_national"].records
    counts = {(int(r["year"] or 0), int(r["month"] or 0)): float(r["events"]) for r in rows if r["events"] is not None}
    last = until.year * 12 + until.month - (date.fromordinal(until.toordinal() + 1).day != 1)
    return {key: value for key, value in counts.items() if key[0] * 12 + key[1] <= last}


def _under_truce(evidence: Evidence, until: date) -> FittedSeries | None:
    """Change of log monthly attacks with the share of a month under truce, about a linear trend, and its error."""
    share = {(2021, 11): 22 / 30, (2021, 12): 9 / 31, (2022, 5): 14 / 31, (2022, 11): 28 / 30}
    share |= {(2022, month): 1.0 for month in range(6, 11)}
    months = {key: n for key, n in _picss(evidence, until).items() if (2021, 8) <= key <= (2023, 6) and n > 0}
    if len(months) < _FEWEST_MONTHS or not months.keys() & share.keys():
        return None
    design = np.array([[1.0, year * 12 + month, share.get((year, month), 0.0)] for year, month in months])
    y = np.log(list(months.values()))
    coefficients = np.linalg.lstsq(design, y, rcond=None)[0]
    residuals = y - design @ coefficients
    variance = residuals @ residuals / (y.size - 3) * np.linalg.pinv(design.T @ design)[2, 2]
    return FittedSeries(coefficients[2:], (float(np.sqrt(variance)),), y.size)


def _truce_effect(values: Values) -> Array:
    """Log ratio of national attacks under a truce to those without."""
    shares = np.stack([values[f"violence.share_{group}"] for group in _GROUPS])
    ttp = shares[0] / shares.sum(axis=0)
    held, others = 1.0 - values["security.truce_suppression"], 1.0 + values["security.truce_leakage"]
    return np.asarray(np.log(ttp * held + (1.0 - ttp) * others))


def _under_truce_simulated(values: Values, design: Design, rng: np.random.Generator) -> Array:
    effect = _truce_effect(values)
    return (effect + design[0] * rng.standard_normal(effect.size))[:, None]


def _under_truce_likely(values: Values, figures: Array, design: Design) -> Array:
    return np.asarray(-0.5 * ((figures[0] - _truce_effect(values)) / design[0]) ** 2)


# -- attacks from month to month and from year to year ----------------------------------------------------------------


def _months(evidence: Evidence, until: date) -> FittedSeries | None:
    """Local dispersion and persistence of the last months without a gap, at most thirty."""
    by_month = {year * 12 + month: count for (year, month), count in _picss(evidence, until).items()}
    last = max(by_month, default=0)
    run: list[float] = []
    while last - len(run) in by_month and len(run) < _MONTHS:
        run.insert(0, by_month[last - len(run)])
    if len(run) < _FEWEST_MONTHS:
        return None
    counts = np.array(run)
    slope = np.polyfit(np.arange(counts.size), np.log(np.maximum(counts, 0.5)), 1)[0]
    return FittedSeries(
        _of_months(counts[None])[0], (float(counts.size), float(counts.mean()), float(slope)), counts.size
    )


def _of_months(counts: Array) -> Array:
    """Log ratio of local variance to mean, and lag-one autocorrelation of logs about a linear trend, (N, 2)."""
    middle = 0.5 * (counts[:, 1:] + counts[:, :-1]).sum(axis=1)
    local = (0.5 * np.diff(counts, axis=1) ** 2).sum(axis=1) / np.maximum(middle, 1e-9)
    return np.stack([np.log(np.maximum(local, 1e-3)), _persistence(counts)], axis=1)


def _persistence(counts: Array) -> Array:
    y = np.log(np.maximum(counts, 0.5))
    t = np.arange(y.shape[1]) - (y.shape[1] - 1) / 2.0
    rest = y - y.mean(axis=1)[:, None] - ((y @ t) / (t @ t))[:, None] * t
    return np.asarray((rest[:, 1:] * rest[:, :-1]).sum(axis=1) / np.maximum((rest**2).sum(axis=1), 1e-12))


def _months_simulated(values: Values, design: Design, rng: np.random.Generator) -> Array:
    """Weekly attacks of each group as the model draws them, at a rate with the observed growth, summed by month."""
    months, mean, slope = int(design[0]), design[1], design[2]
    weeks = round(months * WEEKS_PER_YEAR / 12.0)
    shares = np.stack([values[f"violence.share_{group}"] for group in _GROUPS], axis=1)
    shares = shares / shares.sum(axis=1, keepdims=True)
    trend = np.exp(slope * (np.arange(weeks) * 12.0 / WEEKS_PER_YEAR - months / 2.0))
    n, size = values["violence.branching"][:, None], values["violence.dispersion"][:, None]
    memory = 1.0 - np.exp(-1.0 / values["violence.excitation_weeks"])[:, None]
    base = shares * mean * 12.0 / WEEKS_PER_YEAR
    excited, counts = base * trend[0], np.zeros((len(base), months))
    for week in range(weeks):
        rate = base * trend[week] * (1.0 - n) + excited * n
        now = rng.poisson(rng.gamma(size, 1.0, rate.shape) * rate / size)
        excited = excited + memory * (now - excited)
        counts[:, min(week * months // weeks, months - 1)] += now.sum(axis=1)
    return _of_months(counts)


def _pips_years(evidence: Evidence, until: date) -> FittedSeries | None:
    rows = evidence.series["attacks_annual/pips_terrorist_attacks"].records
    by_year = {int(r["year"] or 0): float(r["value"] or 0.0) for r in rows}
    years = [year for year in sorted(by_year) if year >= 2014 and date(year, 12, 31) <= until]
    if len(years) < _FEWEST_YEARS:
        return None
    counts = np.array([[by_year[year] for year in years]])
    return FittedSeries(_of_years(counts)[0], tuple(float(year - years[0]) for year in years), len(years))


def _of_years(counts: Array) -> Array:
    logs = np.log(np.maximum(counts, 0.5))
    steps = np.diff(logs, axis=1)
    return np.stack([np.ptp(logs, axis=1), np.log(steps.std(axis=1, ddof=1) + 1e-3), _persistence(counts)], axis=1)


def _years_simulated(values: Values, design: Design, rng: np.random.Generator) -> Array:
    """Two theatres with steady growth and random changes of level; as in the model, each new level lies within the
    largest change on record.

    design: the known years, counted from the first.
    """
    years, draws = int(design[-1]) + 1, values["violence.regime_sigma"].size
    growth = np.stack([values["security.growth_ttp"], values["security.growth_baloch"]], axis=1)
    share = values["violence.share_baloch"]
    parts = np.stack([1.0 - share, share], axis=1)
    sigma, most = values["violence.regime_sigma"][:, None], load_evidence().parameters["violence.regime_most"].value
    within = most / np.maximum(sigma, 1e-9)
    level, months = np.zeros((draws, 2)), years * 12
    counts = np.zeros((draws, years))
    for month in range(months):
        changes = rng.random((draws, 2)) < values["violence.regimes_per_year"][:, None] / 12.0
        new = sigma * truncated_normal_inv(rng.random((draws, 2)), within)
        level = np.where(changes, new, level)
        counts[:, month // 12] += (parts * np.exp(level + growth * month / 12.0)).sum(axis=1) / 12.0
    return _of_years(np.take(counts, np.array(design, dtype=np.int64), axis=1) * 1000.0)


_SHARES = tuple(f"violence.share_{group}" for group in _GROUPS)
_CLOSURES, _INCIDENTS, _PICSS = "border_closures", "cross_border_incidents", "attacks_monthly/picss_monthly_national"

FITS: Sequence[Fit] = (
    Fit("closure_lengths", "Lengths of ordinary closures", ("border.closure_days_median", "border.closure_days_sigma"),
        (_CLOSURES,), _lengths, _lengths_simulated, _lengths_likely,
        note="a closure by both sides counts as one length"),
    _poisson("other_closures", "Closures not after a clash or attack", "border.other_closures_per_year", _CLOSURES,
             _others, "a gate that is shut makes others likelier to be shut, which the rate by itself leaves out",
             bound=True),
    Fit("other_side", "By whom gates are shut after no clash or attack", ("border.other_by_afghanistan",), (_CLOSURES,),
        _by_whom, _by_whom_simulated, _by_whom_likely),
    Fit("after_clash", "Closures after clashes, by side", _CLOSES, (_CLOSURES, _INCIDENTS), _after_clash,
        _after_clash_simulated, _after_clash_likely,
        note="a clash that shut a gate is likelier to be listed than one that did not", bound=True),
    _poisson("blockades", "Sit-ins that block a gate", "border.blockades_per_year", _CLOSURES, _blockades,
             "shorter road blocks are not listed"),
    _poisson("strikes", "Strikes across the border from 2022", "politics.strikes_per_year", _INCIDENTS, _strikes,
             "threat, anger and major attacks raise the rate, which it by itself leaves out", bound=True),
    Fit("strike_deaths", "Deaths in a strike", ("security.strike_deaths",), (_INCIDENTS,), _strike_deaths,
        _strike_deaths_simulated, _strike_deaths_likely),
    _poisson("campaigns", "Expulsion campaigns from 2016", "people.campaigns_per_year", "refugee_returns/returns",
             _campaigns, "threat raises the rate, which it by itself leaves out", bound=True),
    Fit("truce_ends", "Weeks until truces ended", ("security.truce_end_hazard",), (_INCIDENTS,), _truces,
        _truces_simulated, _truces_likely),
    Fit("under_truce", "Attacks in months of truce", ("security.truce_suppression", "security.truce_leakage"),
        (_PICSS,), _under_truce, _under_truce_simulated, _under_truce_likely, nuisance=_SHARES),
    Fit("months", "Attacks from month to month", ("violence.dispersion", "violence.branching",
        "violence.excitation_weeks"), (_PICSS,), _months, _months_simulated, nuisance=_SHARES),
    Fit("years", "Attacks from year to year", ("violence.regimes_per_year", "violence.regime_sigma"),
        ("attacks_annual/pips_terrorist_attacks",), _pips_years, _years_simulated,
        nuisance=("security.growth_ttp", "security.growth_baloch", "violence.share_baloch"),
        note="steps of known cause, an operation and the takeover, are among them"),
)  # fmt: skip
"""Every fit of a part to its own series."""
