"""Estimates how the tempo of violence wanders, from the record before the start: the ranges of `violence.walk_*`.

Core objects: `Counts` (what was counted, of which theatres, in which years), `record`, `posterior` (draws and their
weights) and `figures` (quantiles). The log tempo L of each of the two theatres follows a trend g that fades,
dL = g dt + s dW and dg = -g/T dt + e dB, where rho is the correlation of both noises between the theatres. Levels of
the series are unknown and different, so that only changes from year to year enter. All yearly means are normal given
the parameters, and the likelihood is exact. Draws from wide priors are weighted by it. Events of known date, such as
the operation of 2014 and the takeover of 2021, are in the record and not taken out: the next ones are unknown.
Five seconds on one core, writes nothing:  ./dev python experiments/tempo.py
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from regionsim.evidence import load_evidence

type Array = npt.NDArray[np.float64]

FIRST, LAST = 2007, 2025  # years; of the last the first half is used: what came after is kept for forecasts
STEPS = 6  # in a year, of the sums that stand for integrals
OF_KP = 0.6
"""Share of the attacks of both theatres that falls in Khyber Pakhtunkhwa (PIPS by province: 0.56 to 0.67)."""
SCATTER = 3.0
"""Variance over mean of counts at a given tempo: 1.5 to 4 in months (P1)."""
DRAWS, SEED = 20_000, 20250818
PRIORS: Mapping[str, tuple[float, float]] = {
    "sd": (0.05, 1.0), "trend": (0.0, 1.0), "years": (np.log(1.0 / 3.0), np.log(5.0)), "common": (0.0, 1.0),
    "miscounted": (0.0, 0.4), "miscounted_kp": (0.0, 1.2), "miscounted_balochistan": (0.0, 1.2),
}  # fmt: skip
"""Uniform between these ends; `years` in logs.

`sd`: of the change of log tempo over a year; `trend`: share of its variance that is due to the trend; `years`: T;
`common`: rho; `miscounted`: sd of errors in logs of a year's count, for all of Pakistan and in lethal events.
"""


@dataclass(frozen=True)
class Counts:
    """Attacks by year; `of`: weight of each theatre in their log, (2,); `errors`: which of the priors' errors."""

    name: str
    of: tuple[float, float]
    by_year: Mapping[int, float]
    errors: str


def record() -> tuple[Counts, ...]:
    """The series: two counts of all Pakistan, one by province in a few years, and lethal events by theatre."""
    series = load_evidence().series

    def years(name: str, *areas: str) -> dict[int, float]:
        counts: dict[int, float] = {}
        for row in series[f"attacks_annual/{name}"].records:
            if int(row["year"] or 0) == LAST:
                continue
            if not areas or str(row["group"]).removeprefix("province: ").startswith(areas):
                counts[int(row["year"] or 0)] = counts.get(int(row["year"] or 0), 0.0) + float(row["value"] or 0.0)
        return counts

    def lethal(area: str, first: int, *groups: str) -> dict[int, float]:
        counts = dict.fromkeys(range(first, 2022), 0.0)
        for row in series["attacks_monthly/ucdp_lethal_events"].records:
            year = int(row["year"] or 0)
            if row["area"] == area and str(row["group"]).startswith(groups) and year in counts:
                counts[year] += float(row["events"] or 0.0)
        return counts

    months = series["attacks_monthly/picss_monthly_national"].records
    half = [float(row["events"] or 0.0) for row in months if row["year"] == LAST and int(row["month"] or 0) <= 6]
    picss = {year: 12.0 * mean for year, mean in years("picss_mean_attacks_per_month").items()}
    picss |= years("picss_militant_attacks") | {LAST: 12.0 * sum(half) / len(half)}
    both, kp, balochistan = (OF_KP, 1.0 - OF_KP), (1.0, 0.0), (0.0, 1.0)
    provinces = "pips_attacks_by_province"
    return (
        Counts("PIPS", both, years("pips_terrorist_attacks"), "miscounted"),
        Counts("PICSS", both, picss, "miscounted"),
        Counts("PIPS, Khyber Pakhtunkhwa", kp, years(provinces, "KP", "former FATA"), "miscounted"),
        Counts("PIPS, Balochistan", balochistan, years(provinces, "Balochistan"), "miscounted"),
        # the TTP was founded in December 2007
        Counts("UCDP, Khyber Pakhtunkhwa", kp, lethal("KP and former FATA", 2008, "TTP", "Lashkar-e-Islam", "IS/"),
               "miscounted_kp"),
        Counts("UCDP, Balochistan", balochistan, lethal("Balochistan", FIRST, "Baloch ("), "miscounted_balochistan"),
    )  # fmt: skip


def variance_of_trend(years: Array) -> Array:
    """Variance of a trend's sum over one year, for a trend of variance 1 that fades over `years`."""
    return np.asarray(2.0 * years * (1.0 - years * (1.0 - np.exp(-1.0 / years))))


class Likelihood:
    """The normal likelihood of all changes from one known year to the next."""

    def __init__(self, counts: tuple[Counts, ...]) -> None:
        points = [(k, year) for k, each in enumerate(counts) for year in sorted(each.by_year)]
        self.names = [counts[k].errors for k, _ in points]
        values = np.array([counts[k].by_year[year] for k, year in points])
        self.chance = SCATTER / values
        steps = round((LAST - FIRST + 0.5) * STEPS)
        mean = np.zeros((len(points), steps))
        for row, (_, year) in enumerate(points):
            begin = (year - FIRST) * STEPS
            end = min(begin + STEPS, steps)
            mean[row, begin:end] = 1.0 / (end - begin)
        of = np.array([counts[k].of for k, _ in points])
        pairs = [(row, row + 1) for row in range(len(points) - 1) if points[row][0] == points[row + 1][0]]
        self.change = np.zeros((len(pairs), len(points)))
        for row, (before, after) in enumerate(pairs):
            self.change[row, before], self.change[row, after] = -1.0, 1.0
        self.seen = self.change @ np.log(values)
        at = np.arange(steps)
        self.apart = np.abs(at[:, np.newaxis] - at) / STEPS
        self.noise = mean @ (np.minimum.outer(at, at) + 1.0) @ mean.T / STEPS
        self.sums = mean @ np.tril(np.ones((steps, steps))) / STEPS
        self.together = of.sum(axis=1)[:, np.newaxis] * of.sum(axis=1)
        self.single = of @ of.T
        self.of = of

    def parts(self, values: Mapping[str, float]) -> tuple[Array, Array]:
        """Cholesky factor of the covariance of the changes, and the covariance of each with today's trends, (2, n)."""
        years, rho = np.exp(values["years"]), values["common"]
        steady = values["trend"] * values["sd"] ** 2 / variance_of_trend(years)
        faded = steady * np.exp(-self.apart / years)
        of_level = (1.0 - values["trend"]) * values["sd"] ** 2 * self.noise + self.sums @ faded @ self.sums.T
        between = rho * self.together + (1.0 - rho) * self.single
        errors = self.chance + np.array([values[name] ** 2 for name in self.names])
        whole = self.change @ (of_level * between + np.diag(errors)) @ self.change.T
        to_trend = self.sums @ faded[:, -1]
        theatres = rho * self.of.sum(axis=1) + (1.0 - rho) * self.of.T
        return np.linalg.cholesky(whole), (theatres * to_trend) @ self.change.T

    def log(self, values: Mapping[str, float]) -> float:
        """Log likelihood, up to a constant."""
        factor, _ = self.parts(values)
        scaled = np.linalg.solve(factor, self.seen)
        return float(-np.log(np.diag(factor)).sum() - 0.5 * scaled @ scaled)

    def trends(self, values: Mapping[str, float]) -> tuple[Array, Array]:
        """Mean and sd of each theatre's trend at the end of the record, (2,), given the record."""
        factor, covariance = self.parts(values)
        scaled = np.linalg.solve(factor, np.column_stack([self.seen, covariance.T]))
        steady = values["trend"] * values["sd"] ** 2 / variance_of_trend(np.exp(values["years"]))
        left = steady - (scaled[:, 1:] ** 2).sum(axis=0)
        return scaled[:, 1:].T @ scaled[:, 0], np.sqrt(np.maximum(left, 0.0))


@dataclass(frozen=True)
class Posterior:
    """Draws by name, (N,), and their weights, which add up to 1."""

    draws: dict[str, Array]
    weights: Array
    likelihood: Likelihood

    @property
    def n_eff(self) -> float:
        """Effective number of the weighted draws."""
        return float(1.0 / (self.weights**2).sum())

    def quantiles(self, values: Array, at: tuple[float, ...] = (0.05, 0.5, 0.95)) -> list[float]:
        """Weighted quantiles of a figure of each draw."""
        order = np.argsort(values)
        below = np.cumsum(self.weights[order])
        return [float(values[order][min(np.searchsorted(below, q), len(order) - 1)]) for q in at]


def posterior(draws: int = DRAWS, counts: tuple[Counts, ...] | None = None) -> Posterior:
    """Prior draws weighted by the likelihood of the record, or of other counts."""
    rng = np.random.default_rng(SEED)
    drawn = {name: rng.uniform(low, high, draws) for name, (low, high) in PRIORS.items()}
    likelihood = Likelihood(record() if counts is None else counts)
    logs = np.array([likelihood.log({name: drawn[name][k] for name in drawn}) for k in range(draws)])
    weights = np.exp(logs - logs.max())
    return Posterior(drawn, weights / weights.sum(), likelihood)


def figures(fit: Posterior) -> dict[str, list[float]]:
    """Quantiles 5, 50 and 95 percent of each parameter, and of the trends at the end of the record."""
    result = {name: fit.quantiles(np.exp(each) if name == "years" else each) for name, each in fit.draws.items()}
    likely = np.argsort(-fit.weights)[:400]
    at = [fit.likelihood.trends({name: each[k] for name, each in fit.draws.items()}) for k in likely]
    share = fit.weights[likely] / fit.weights[likely].sum()
    for place, name in enumerate(("Khyber Pakhtunkhwa", "Balochistan")):
        means, sds = (np.array([both[part][place] for both in at]) for part in (0, 1))
        middle = float(share @ means)
        result[f"trend now, {name}: mean, sd"] = [middle, float(np.sqrt(share @ (sds**2 + (means - middle) ** 2)))]
    return result


def main() -> None:
    """Print the estimates. An argument is the number of draws."""
    fit = posterior(int(sys.argv[1]) if len(sys.argv) > 1 else DRAWS)
    lines = [f"{fit.likelihood.seen.size} changes between years, effective draws {fit.n_eff:.0f}"]
    lines += [f"{name:40} {'  '.join(f'{value:6.3f}' for value in values)}" for name, values in figures(fit).items()]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
