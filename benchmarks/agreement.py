"""Do three implementations of the household rule agree in distribution? Asked before their speeds are compared.

Core objects: `compare` (one table row for each implementation and quantity) and `agree`. Worlds that are alike but for
chance are played for some weeks; a world's totals of persons moved, by kind, are the sample. Each quantity is tested by
means (Welch) and by the whole distribution (Kolmogorov-Smirnov, two samples); all tests together raise a false alarm
with at most the probability `FALSE_ALARM` (Bonferroni).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy import stats

from regionsim.model.populations.households import MOVES

FALSE_ALARM = 0.001
QUANTITIES = (*MOVES, "by the southern crossing")


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
    """One quantity in the kernel's worlds and another's: means, and the smaller of the two tests' p-values."""

    other: str
    quantity: str
    kernel_mean: float
    other_mean: float
    p: float


def totals(played: Played) -> npt.NDArray[np.float64]:
    """What each world moved in all, (W, quantities); resets and plays."""
    played.reset()
    played.run()
    by_move = np.asarray(played.moved).sum(axis=1)
    return np.column_stack([by_move, np.asarray(played.crossed)[:, 1]]).astype(np.float64)


def compare(kernel: Played, others: Mapping[str, Played]) -> list[Comparison]:
    """Play them all and test each quantity."""
    reference = totals(kernel)
    found = []
    for name, other in others.items():
        sample = totals(other)
        for i, quantity in enumerate(QUANTITIES):
            a, b = reference[:, i], sample[:, i]
            found.append(Comparison(name, quantity, float(a.mean()), float(b.mean()), _p_value(a, b)))
    return found


def agree(comparisons: Sequence[Comparison]) -> bool:
    """Whether no test is surprising at the level of the whole family; each comparison holds two."""
    return min(one.p for one in comparisons) >= threshold(len(comparisons))


def threshold(comparisons: int) -> float:
    """The p-value below which one test among two a comparison is an alarm."""
    return FALSE_ALARM / (2 * comparisons)


def _p_value(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> float:
    if np.ptp(a) == 0.0 and np.ptp(b) == 0.0:  # nothing varies, so nothing is left to chance
        return 1.0 if a[0] == b[0] else 0.0
    means = stats.ttest_ind(a, b, equal_var=False).pvalue
    return float(min(means, stats.ks_2samp(a, b, method="asymp").pvalue))
