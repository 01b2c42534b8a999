"""Claims of `expect` evaluated in each world, independent of how the worlds are played.

Core objects: `ClaimSource` (an indicator in the scenario, in its baseline and with a lever at other intensities, over
the same worlds), `ClaimValues`, `tests_of`, `seen`, `sides`, and `holds`, which judges by the worlds played, without
intervals.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from regionsim.scenario.expect import Band, Claim, Compare, Comparison, Monotone, Quantile, Ref, Share
from regionsim.studies.verdicts import OPS, quantile

type Array = Any  # numpy, (worlds,)

_BY: dict[str, Callable[[Array, float], Array]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}


class ClaimSource(Protocol):
    """Values of the same worlds in every array, (worlds,)."""

    def value(self, ref: Ref) -> Array:
        """The indicator in the scenario."""

    def baseline(self, ref: Ref) -> Array:
        """The indicator in the scenario's baseline."""

    def stepped(self, ref: Ref, lever: str, intensity: float) -> Array:
        """The indicator in the scenario with the lever at this intensity, all else being equal."""


@dataclass(frozen=True)
class ClaimValues:
    """A claim in each world: true where `values` (worlds,) pass all `tests`.

    `values`: the indicator, or, if `difference`, its difference from the other side or between steps.
    """

    values: Array
    tests: tuple[tuple[Comparison, float], ...]
    difference: bool = False

    @property
    def true(self) -> Array:
        """Whether the claim is true, (worlds,)."""
        return np.logical_and.reduce([OPS[op](self.values, number) for op, number in self.tests])


def sides(claim: Compare, source: ClaimSource) -> tuple[Array, Array]:
    """Both sides of a comparison, world by world."""
    left, term = source.value(claim.left), claim.right
    if term.of is None:
        return left, np.full(left.shape, term.number)
    right = source.value(term.of) if isinstance(term.of, Ref) else source.baseline(claim.left)
    return left, _BY[term.by](right, term.number)


def tests_of(claim: Claim) -> tuple[tuple[Comparison, float], ...]:
    """What the indicator of a claim itself is tested against; none where it is compared with another."""
    if isinstance(claim, Band):
        return (">=", claim.low), ("<=", claim.high)
    if isinstance(claim, Compare) and claim.right.of is None:
        return ((claim.op, claim.right.number),)
    return ()


def seen(claim: Claim, source: ClaimSource) -> ClaimValues:
    """Evaluate the claim in each world."""
    if tests := tests_of(claim):
        return ClaimValues(source.value(claim.left), tests)
    if isinstance(claim, Monotone):
        steps = np.stack([source.stepped(claim.left, claim.lever, each) for each in claim.steps])
        changes = np.diff(steps, axis=0)
        worst = changes.min(axis=0) if claim.op[0] == ">" else changes.max(axis=0)
        return ClaimValues(worst, ((claim.op, 0.0),), difference=True)
    assert isinstance(claim, Compare)  # noqa: S101  # a band has tests
    left, right = sides(claim, source)
    return ClaimValues(left - right, ((claim.op, 0.0),), difference=True)


def holds(claimed: ClaimValues, within: Share | Quantile) -> bool:
    """Whether the played worlds meet the expectation, ignoring sampling error."""
    if isinstance(within, Share):
        return bool(OPS[within.op](float(claimed.true.mean()), within.share))
    middle = quantile(claimed.values, within.q)
    return all(bool(OPS[op](middle, number)) for op, number in claimed.tests)
