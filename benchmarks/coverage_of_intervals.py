"""How often 95% intervals from 200 pairs of worlds hold what 2,000 pairs say: docs/intervals.md.

Core objects: `differences` (plays pairs), `coverage` (of one set of differences), `Cell` and `page`. Pairs are drawn
with replacement from those played, which stand for all there are, so that nothing is known but what 200 draws tell.
Run: python benchmarks/coverage_of_intervals.py docs/intervals.md [--worlds 2000] [--resamples 2000] [--keep FILE.npz]
It takes about 5 minutes on one core.
"""

import argparse
import math
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from regionsim.model.region import RegionModel
from regionsim.scenario import load
from regionsim.stats.averages import EQUAL, TRIMMED, mostly_equal
from regionsim.stats.intervals import LEVEL, mean_interval, quantile_interval, share_interval

type Array = npt.NDArray[np.float64]

BASELINE, ARMS, YEARS = "status_quo", ("trade_push", "ceasefire"), (3, 5, 10)
END = "2035-08-18"
INDICATORS = (
    "trade_volume", "trade_transit", "attacks", "fatalities", "ttp_strength", "closure_days", "returns", "deportations",
    "trust_pakistan", "livelihood_afghanistan", "poverty_rate_border", "security_index",
)  # fmt: skip
PAIRS, BATCH = 200, 250
FALSE_ALARM = 1e-4  # chance that an interval which holds 95% is marked: 3% for all 288 cells together

type Ends = tuple[Array, Array]


def _means(samples: Array) -> Ends:
    return mean_interval(samples.T)


def _trimmed_means(samples: Array) -> Ends:
    """Without a tenth on either side; by the winsorised spread (Tukey and McLaughlin 1963)."""
    n = samples.shape[1]
    cut = int(TRIMMED * n)
    ordered = np.sort(samples, axis=1)
    kept = ordered[:, cut : n - cut]
    drawn_in = np.clip(ordered, kept[:, :1], kept[:, -1:])
    error = drawn_in.std(axis=1, ddof=1) * math.sqrt(n) / kept.shape[1]
    reach = stdtrit(kept.shape[1] - 1, 0.5 + LEVEL / 2.0) * error
    return kept.mean(axis=1) - reach, kept.mean(axis=1) + reach


def _trimmed_mean(values: Array) -> float:
    cut = int(TRIMMED * values.size)
    return float(np.sort(values)[cut : values.size - cut].mean())


def _medians(samples: Array) -> Ends:
    ends = np.array([quantile_interval(sample, 0.5) for sample in samples])
    return ends[:, 0], ends[:, 1]


def _shares(samples: Array) -> Ends:
    """Of the share of pairs in which the arm lies above the baseline."""
    n = samples.shape[1]
    by_count = np.array([share_interval(count, n) for count in range(n + 1)])
    found = by_count[(samples > 0.0).sum(axis=1)]
    return found[:, 0], found[:, 1]


KINDS: Mapping[str, tuple[Callable[[Array], Ends], Callable[[Array], float]]] = {
    "mean": (_means, lambda values: float(values.mean())),
    "trimmed mean": (_trimmed_means, _trimmed_mean),
    "median": (_medians, lambda values: float(np.median(values))),
    "share": (_shares, lambda values: float((values > 0.0).mean())),
}


class Cell(NamedTuple):
    """How often (0..1) the intervals of one kind held the truth of one difference."""

    kind: str
    arm: str
    indicator: str
    year: int
    covered: float


def coverage(values: Array, kind: str, resamples: int, rng: np.random.Generator) -> float:
    """The share of `resamples` samples of 200 of `values` (n,) whose 95% interval holds the figure of all n."""
    interval, figure = KINDS[kind]
    low, high = interval(values[rng.integers(0, values.size, (resamples, PAIRS))])
    truth = figure(values)
    slack = 1e-9 * max(1.0, abs(truth))  # equal values summed in another order
    return float(((low <= truth + slack) & (truth <= high + slack)).mean())


def band(resamples: int, chance: float = FALSE_ALARM) -> tuple[float, float]:
    """Within which coverage of so many resamples lies, but for that chance, where it is 95%."""
    from scipy.stats import binom

    low, high = binom.interval(1.0 - chance, resamples, LEVEL)
    return float(low) / resamples, float(high) / resamples


def differences(worlds: int, sets: Iterable[str] = ()) -> dict[tuple[str, str, int], Array]:
    """Arm minus baseline of each pair, (worlds,), by arm, indicator and year."""
    base = _played(BASELINE, worlds, sets)
    found = {}
    for arm in ARMS:
        for (indicator, year), values in _played(arm, worlds, sets).items():
            found[arm, indicator, year] = values - base[indicator, year]
    return found


def _played(name: str, worlds: int, sets: Iterable[str]) -> dict[tuple[str, int], Array]:
    scenario = load(name, sets=(f"end={END}", "draws=prior", *sets))
    parts: dict[tuple[str, int], list[Array]] = {(one, year): [] for one in INDICATORS for year in YEARS}
    for first in range(0, worlds, BATCH):
        columns = RegionModel(scenario, range(first, min(first + BATCH, worlds))).run().recorder.columns()
        for (indicator, year), part in parts.items():
            part.append(columns[indicator][:, 52 * year - 1].astype(np.float64))
    return {key: np.concatenate(part) for key, part in parts.items()}


def cells(found: Mapping[tuple[str, str, int], Array], resamples: int) -> list[Cell]:
    """Coverage of every kind of interval of every difference."""
    return [
        Cell(kind, *key, coverage(values, kind, resamples, np.random.default_rng([20250818, k, j])))
        for k, (key, values) in enumerate(found.items())
        for j, kind in enumerate(KINDS)
    ]


def shown(values: Array, kind: str) -> bool:
    """Whether tables, pages and pictures show this kind of interval of these differences."""
    return kind != "mean" and not (kind == "trimmed mean" and mostly_equal(values))


def short_of(found: Iterable[Cell], resamples: int) -> list[Cell]:
    """Those that hold the truth too seldom for chance."""
    lowest = band(resamples)[0]
    return [cell for cell in found if cell.covered < lowest]


def page(found: Mapping[tuple[str, str, int], Array], counted: list[Cell], resamples: int) -> str:
    """The page: a row for each arm and indicator; in a cell the percentages of the years."""
    low, high = band(resamples)
    years, pairs = ", ".join(map(str, YEARS)), len(next(iter(found.values())))
    fall = short_of(counted, resamples)
    told = [cell for cell in fall if shown(found[cell[1:4]], cell.kind)]
    heads = ["plain mean (not shown)", "trimmed mean", "median", "share"]
    at = {cell[:4]: cell.covered for cell in counted}
    rows = []
    for arm in ARMS:
        for indicator in INDICATORS:
            cells = (
                " / ".join(
                    _said(
                        at[kind, arm, indicator, year], low, shown(found[arm, indicator, year], kind) or kind == "mean"
                    )
                    for year in YEARS
                )
                for kind in KINDS
            )
            rows.append(f"| {arm} | `{indicator}` | {' | '.join(cells)} |")
    lines = [
        "<!-- Made by benchmarks/coverage_of_intervals.py; do not edit. -->",
        "# How often intervals contain the true value",
        "",
        f"A check of the 95% intervals of differences. Percent of intervals from {PAIRS} pairs of worlds that contain "
        f"the figure of {pairs:,} pairs, in years {years}: {resamples:,} samples each, drawn with replacement from "
        f"those pairs, with parameters from their priors. If the true coverage is 95%, a cell lies within {low:.1%} to "
        f"{high:.1%}, with one exception in 10,000 cells.",
        "",
        f"- **†** coverage too low to be chance: {len(fall)} of {len(counted)} cells, of which "
        f"{sum(cell.kind == 'mean' for cell in fall)} are plain means. {len(told)} of them appear in a table, page "
        "or figure.",
        f"- **( )** a trimmed mean that is not shown, because {EQUAL:.0%} of pairs or more are equal.",
        "- Medians and shares use whole ranks and counts, so their coverage may exceed 95%.",
        "",
        f"| against {BASELINE} | indicator | {' | '.join(heads)} |",
        "| --- | --- " + "| --- " * len(KINDS) + "|",
        *rows,
    ]
    return "\n".join(lines) + "\n"


def _said(covered: float, low: float, is_shown: bool) -> str:
    text = f"{100.0 * covered:.1f}" + (" †" if covered < low else "")
    return text if is_shown else f"({text})"


def main() -> None:
    """Play, or read what was kept, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", type=Path)
    parser.add_argument("--worlds", type=int, default=2000)
    parser.add_argument("--resamples", type=int, default=2000)
    parser.add_argument("--keep", type=Path, help="differences are read from this file, or written to it")
    given = parser.parse_args()
    if given.keep is not None and given.keep.exists():
        with np.load(given.keep) as kept:
            found = {(arm, one, int(year)): kept[name] for name in kept for arm, one, year in [name.split("/")]}
    else:
        found = differences(given.worlds)
        if given.keep is not None:
            np.savez_compressed(given.keep, **{f"{arm}/{one}/{year}": v for (arm, one, year), v in found.items()})
    text = page(found, cells(found, given.resamples), given.resamples)
    given.page.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
