"""Boxes in which cases are dense, found by peeling: the patient rule induction method (PRIM) on arrays.

Core objects: `Space` (worlds by inputs), `PrimBox` (limits on some inputs), `peel` (the trajectory of ever smaller
boxes), `search` (one box on few inputs, without limits that chance explains), `quasi_p`. After Friedman and Fisher
(1999), with the lenient objective of the EMA workbench (S153), which is the reference in the tests but too slow to
resample. There is no pasting: it seldom changes a box that keeps only its few significant limits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

type Array = npt.NDArray[np.float64]
type Mask = npt.NDArray[np.bool_]
type Whole = npt.NDArray[np.int64]
type Side = Literal["low", "high", "without"]

QUASI_P = 0.01  # limits above it are dropped; stricter than the usual 0.05, as many limits are tried
SCREENED = 6  # inputs searched after screening
INPUTS = 4  # most inputs of a box: more are hard to interpret
LEAST = 10  # least worlds in a box


@dataclass(frozen=True)
class Space:
    """The inputs of W worlds: `x` (W, P); columns marked in `nominal` (P,) hold numbers of unordered categories."""

    x: Array
    nominal: Mask

    def at(self, worlds: Mask | Whole) -> Space:
        """These worlds alone."""
        return replace(self, x=self.x[worlds])


@dataclass(frozen=True)
class PrimBox:
    """Inclusive limits by number of input; `without`: excluded categories."""

    low: dict[int, float] = field(default_factory=dict)
    high: dict[int, float] = field(default_factory=dict)
    without: dict[int, frozenset[float]] = field(default_factory=dict)

    @property
    def inputs(self) -> tuple[int, ...]:
        """The inputs with a limit."""
        return tuple(sorted({*self.low, *self.high, *self.without}))

    def limits(self) -> Iterator[tuple[Side, int]]:
        """Every limit."""
        for side in ("low", "high", "without"):
            for j in getattr(self, side):
                yield side, j

    def less(self, side: Side, j: int) -> PrimBox:
        """The box with one limit fewer."""
        return replace(self, **{side: {k: v for k, v in getattr(self, side).items() if k != j}})

    def more(self, side: Side, j: int, value: Any) -> PrimBox:
        """The box with a limit set; an excluded category is added to those excluded before."""
        value = self.without.get(j, frozenset()) | {value} if side == "without" else value
        return replace(self, **{side: getattr(self, side) | {j: value}})

    def renumbered(self, inputs: Sequence[int]) -> PrimBox:
        """The same limits with input i renumbered to `inputs[i]`."""
        low, high, without = ({inputs[j]: v for j, v in side.items()} for side in (self.low, self.high, self.without))
        return PrimBox(low, high, without)  # type: ignore[arg-type]

    def holds(self, space: Space) -> Mask:
        """Which worlds are in it, (W,)."""
        inside = np.ones(len(space.x), dtype=np.bool_)
        for j, low in self.low.items():
            inside &= space.x[:, j] >= low
        for j, high in self.high.items():
            inside &= space.x[:, j] <= high
        for j, categories in self.without.items():
            inside &= ~np.isin(space.x[:, j], list(categories))
        return inside


@dataclass(frozen=True)
class Step:
    """A box on a trajectory with `n` worlds, of which `k` are cases."""

    box: PrimBox
    n: int
    k: int


def peel(space: Space, case: Mask, *, alpha: float = 0.05, least: int = 1) -> list[Step]:
    """Ever smaller boxes from all worlds on: each step cuts about `alpha` with the best gain in density per world cut.

    case (W,). Ends where fewer than `least` worlds would remain; a cut without gain is made too, as the next one may
    gain. Of equal cuts, one on an input that already has a limit is preferred. Tied values are cut together, so a cut
    can be larger than `alpha`.
    """
    numeric = np.flatnonzero(~space.nominal)
    order = np.argsort(space.x[:, numeric].T, axis=1, kind="stable")
    values = np.take_along_axis(space.x[:, numeric].T, order, axis=1)
    inside = np.ones(len(case), dtype=np.bool_)
    trajectory = [Step(PrimBox(), len(case), int(case.sum()))]
    while True:
        last = trajectory[-1]
        cuts = [*_cuts(values, case[order], numeric, alpha), *_categories(space, case, inside)]
        cut = _best(cuts, last)
        if cut is None or cut.n < least:
            return trajectory
        box = last.box.more(cut.side, cut.input, cut.value)
        trajectory.append(Step(box, cut.n, cut.k))
        inside &= box.holds(space)
        staying = inside[order]
        order = order[staying].reshape(len(numeric), cut.n)
        values = values[staying].reshape(len(numeric), cut.n)


@dataclass(frozen=True)
class _Cut:
    """A cut that leaves `n` worlds and `k` cases."""

    side: Side
    input: int
    value: float
    n: int
    k: int


def _cuts(values: Array, case: Mask, numeric: Whole, alpha: float) -> Iterator[_Cut]:
    """Cuts from above and from below; `values` (P, n) are sorted along each row, `case` in the same order."""
    rows, n = np.arange(len(values)), values.shape[1]
    if not len(values):
        return
    before = np.zeros((len(values), n + 1), dtype=np.int64)
    np.cumsum(case, axis=1, out=before[:, 1:])
    top = values[:, int(np.ceil((n - 1) * (1 - alpha)))]
    remaining = (values < top[:, None]).sum(axis=1)
    foot = values[:, int((n - 1) * alpha)]
    gone = (values <= foot[:, None]).sum(axis=1)
    sound_high, sound_low = remaining > 0, gone < n
    high = (values[rows, remaining - 1] + values[rows, np.minimum(remaining, n - 1)]) / 2
    low = (values[rows, gone - 1] + values[rows, np.minimum(gone, n - 1)]) / 2
    above, below = before[rows, remaining], before[:, -1] - before[rows, gone]
    for i in rows.tolist():
        if sound_high[i]:
            yield _Cut("high", int(numeric[i]), float(high[i]), int(remaining[i]), int(above[i]))
        if sound_low[i]:
            yield _Cut("low", int(numeric[i]), float(low[i]), int(n - gone[i]), int(below[i]))


def _categories(space: Space, case: Mask, inside: Mask) -> Iterator[_Cut]:
    """Cuts that exclude one category."""
    n, k = int(inside.sum()), int(case[inside].sum())
    for j in np.flatnonzero(space.nominal).tolist():
        values = space.x[inside, j]
        categories = np.unique(values)
        for category in categories.tolist() if len(categories) > 1 else ():
            away = values == category
            yield _Cut("without", j, category, n - int(away.sum()), k - int(case[inside][away].sum()))


def _best(cuts: list[_Cut], last: Step) -> _Cut | None:
    """The cut with the largest gain in density per world cut; None without cuts."""
    best, most = None, (0.0, False)
    limited = set(last.box.inputs)
    for cut in cuts:
        score = ((cut.k / cut.n - last.k / last.n) / (last.n - cut.n), cut.input in limited)
        if best is None or score > most:
            best, most = cut, score
    return best


def quasi_p(box: PrimBox, side: Side, j: int, space: Space, case: Mask) -> float:
    """The chance of as many cases in the box if they were only as dense as without this limit.

    One-sided and binomial (Bryant and Lempert 2010). Not corrected for the search for the limit, so it is too often
    small.
    """
    from scipy.stats import binom

    inside, wider = box.holds(space), box.less(side, j).holds(space)
    return float(binom.sf(int(case[inside].sum()) - 1, int(inside.sum()), float(case[wider].mean())))


def agreement(n: Array, k: Array, worlds: int, cases: int) -> Array:
    """Correlation (phi) of being in a box with being a case; 0 where either holds in all worlds or in none."""
    n, k = np.asarray(n, dtype=np.float64), np.asarray(k, dtype=np.float64)
    spread = n * (worlds - n) * cases * (worlds - cases)
    return np.divide(worlds * k - n * cases, np.sqrt(spread), out=np.zeros_like(n), where=spread > 0)


@dataclass(frozen=True)
class PrimResult:
    """A box with `n` worlds, of which `k` are cases, and the trajectory it was taken from."""

    box: PrimBox
    n: int
    k: int
    trajectory: tuple[Step, ...]


@dataclass(frozen=True)
class PrimRule:
    """How boxes are searched: share peeled at a time, least share of worlds in a box, least density."""

    alpha: float = 0.05
    mass: float = 0.05
    density: float | None = None

    def score(self, n: Array, k: Array, worlds: int, cases: int) -> Array:
        """The score to maximise: agreement with being a case, or cases once `density` is reached."""
        if self.density is None:
            return agreement(n, k, worlds, cases)
        share = np.asarray(k, dtype=np.float64) / n
        return np.where(share >= self.density, 1.0 + np.asarray(k) / max(cases, 1), share / self.density)


def search(
    space: Space, case: Mask, rule: PrimRule | None = None, among: Sequence[int] | None = None
) -> PrimResult | None:
    """The box that best separates cases, built input by input; None where no input separates them.

    Peeling along many inputs at once cuts a little off each and follows noise. So only the `SCREENED` inputs that best
    separate cases, each on its own (or those of `among`), are used: first the one whose peeling gives the best score,
    then the one that raises it most, up to `INPUTS`. Limits with a quasi-p value above `QUASI_P` are dropped, the
    weakest first, and an input counts only while limits on it and on those before it remain.
    """
    rule = PrimRule() if rule is None else rule
    pool = screened(space, case, SCREENED) if among is None else list(among)
    taken: list[int] = []
    best: tuple[float, PrimResult] | None = None
    while pool and len(taken) < INPUTS:
        tried = [(scored, j) for j in pool if (scored := _peeled(space, case, sorted([*taken, j]), rule)) is not None]
        better = [(scored, j) for scored, j in tried if best is None or scored[0] > best[0]]
        if not better:
            break
        best, j = max(better, key=lambda pair: pair[0][0])
        taken.append(j)
        pool.remove(j)
    return None if best is None else best[1]


def _peeled(space: Space, case: Mask, inputs: list[int], rule: PrimRule) -> tuple[float, PrimResult] | None:
    """Score and box of peeling along these inputs only; None where one of them has no significant limit."""
    part = Space(space.x[:, inputs], space.nominal[inputs])
    worlds, cases = len(case), int(case.sum())
    steps = peel(part, case, alpha=rule.alpha, least=max(LEAST, int(np.ceil(rule.mass * worlds))))
    n, k = np.array([[step.n, step.k] for step in steps], dtype=np.float64).T
    box = steps[int(np.argmax(rule.score(n, k, worlds, cases)))].box
    box = _telling(box, part, case)
    if len(box.inputs) < len(inputs):
        return None
    inside = box.holds(part)
    size, hits = int(inside.sum()), int(case[inside].sum())
    score = float(rule.score(np.array([size]), np.array([hits]), worlds, cases)[0])
    steps = [Step(step.box.renumbered(inputs), step.n, step.k) for step in steps]
    return score, PrimResult(box.renumbered(inputs), size, hits, tuple(steps))


def _telling(box: PrimBox, space: Space, case: Mask) -> PrimBox:
    """The box without the limits that chance explains."""
    while limits := list(box.limits()):
        values = [quasi_p(box, side, j, space, case) for side, j in limits]
        worst = int(np.argmax(values))
        if values[worst] <= QUASI_P:
            break
        box = box.less(*limits[worst])
    return box


def screened(space: Space, case: Mask, most: int) -> list[int]:
    """The inputs whose values differ most between cases and other worlds, best first.

    By the largest gap between the two cumulative shares (Kolmogorov and Smirnov); for categories by half the sum of the
    gaps between shares.
    """
    cases = int(case.sum())
    others = len(case) - cases
    if not cases or not others:
        return []
    order = np.argsort(space.x, axis=0, kind="stable")
    values, hits = np.take_along_axis(space.x, order, axis=0), np.cumsum(case[order], axis=0)
    passed = np.arange(1, len(case) + 1)[:, None] - hits
    gap = np.abs(hits / cases - passed / others)
    gap[:-1][values[1:] == values[:-1]] = 0.0  # no gap is defined within tied values
    gaps = gap.max(axis=0)
    for j in np.flatnonzero(space.nominal).tolist():
        shares = [
            abs(float((space.x[case, j] == c).mean()) - float((space.x[~case, j] == c).mean()))
            for c in np.unique(space.x[:, j]).tolist()
        ]
        gaps[j] = sum(shares) / 2
    return [int(j) for j in np.argsort(-gaps, kind="stable")[:most] if gaps[j] > 0]
