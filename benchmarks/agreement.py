"""Do implementations of one rule agree in distribution? Asked before their speeds are compared.

Core objects: `compare` and `compare_samples` (one table row for each implementation and quantity) and `agree`. Worlds
that are alike but for chance are played for some weeks; a world's totals are the sample. Each quantity is tested by
ranks (Mann-Whitney, which sees a shift) and by the whole distribution (Kolmogorov-Smirnov, two samples). p-values are
adjusted by Holm's method over all tests together, so that where the rules are the same one run in 1 / `FALSE_ALARM`
raises an alarm, or fewer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy import stats

from regionsim.schema.categories import MOVES

FALSE_ALARM = 0.001
QUANTITIES = (*MOVES, "by the southern crossing")

type Sample = npt.NDArray[np.float64]


class Played(Protocol):
    """What an implementation tallies: persons by status and move, (W, S, moves), and returners by crossing, (W, 2)."""

    @property
    def moved(self) -> npt.NDArray[np.int64]: ...

    @property
    def crossed(self) -> npt.NDArray[np.int64]: ...

    def reset(self) -> None: ...

    def run(self) -> int: ...


@dataclass(frozen=True)
class Comparison:
    """One quantity in the reference's worlds and another's: means, and the smaller of the two tests' adjusted p."""

    other: str
    quantity: str
    kernel_mean: float
    other_mean: float
    p: float


def totals(played: Played) -> Sample:
    """What each world moved in all, (W, quantities); resets and plays."""
    played.reset()
    played.run()
    by_move = np.asarray(played.moved).sum(axis=1)
    return np.column_stack([by_move, np.asarray(played.crossed)[:, 1]]).astype(np.float64)


def compare(kernel: Played, others: Mapping[str, Played]) -> list[Comparison]:
    """Play households in all implementations and test each quantity."""
    return compare_samples(totals(kernel), {name: totals(other) for name, other in others.items()}, QUANTITIES)


def compare_samples(reference: Sample, others: Mapping[str, Sample], quantities: Sequence[str]) -> list[Comparison]:
    """Test each column of samples (W, quantities) against the reference's."""
    pairs = [
        (name, quantity, reference[:, i], sample[:, i])
        for name, sample in others.items()
        for i, quantity in enumerate(quantities)
    ]
    adjusted = holm([p for *_, a, b in pairs for p in _p_values(a, b)]).reshape(-1, 2).min(axis=1).tolist()
    return [
        Comparison(name, quantity, float(a.mean()), float(b.mean()), p)
        for (name, quantity, a, b), p in zip(pairs, adjusted, strict=True)
    ]


def agree(comparisons: Sequence[Comparison]) -> bool:
    """Whether no test is surprising at the level of the whole family."""
    return min(one.p for one in comparisons) >= FALSE_ALARM


def holm(values: Sequence[float]) -> Sample:
    """p-values adjusted for their number by Holm's step-down method, in the order given."""
    p = np.asarray(values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1))
    found = np.empty(p.size)
    found[order] = np.minimum(stepped, 1.0)
    return found


def _p_values(a: Sample, b: Sample) -> tuple[float, float]:
    if np.ptp(a) == 0.0 and np.ptp(b) == 0.0:  # nothing varies, so nothing is left to chance
        return (1.0, 1.0) if a[0] == b[0] else (0.0, 0.0)
    ranks = stats.mannwhitneyu(a, b, method="asymptotic").pvalue
    return float(ranks), float(stats.ks_2samp(a, b, method="asymp").pvalue)
