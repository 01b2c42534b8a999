"""Parting: scenarios that are played side by side are played once for as long as the same happens in them.

Core objects: `stages` (from which week on which arms are played) and `spread` (a model of few arms goes on as one of
more). The arms have the same bits as if each had been played from the start.
"""

import copy
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
import numpy.typing as npt

from regionsim.evidence.inputs import Inputs
from regionsim.model import under_way
from regionsim.model.arms import Arms
from regionsim.model.branch import begun, pulled
from regionsim.model.deals import Deals
from regionsim.model.policy import Policy
from regionsim.model.region import RegionModel
from regionsim.model.shocks import Shocks
from regionsim.model.worlds import Worlds

if TYPE_CHECKING:
    from regionsim.scenario import Scenario

LEAST = 13
"""Weeks between two partings, and before the first: to set a model up takes as long as some weeks of it."""

type Rows = npt.NDArray[np.int64]


def stages(arms: Arms, inputs: Inputs) -> Iterator[tuple[int, int, list[int]]]:
    """Weeks from which and until which, and the arm that is played in place of each; in the last stage each is itself.

    The arms can share a batch, see `arms.batches`.
    """
    pasts = [_Past(*each, inputs) for each in zip(arms.scenarios, arms.tables, strict=True)]
    since, instead = [0] * len(pasts), list(range(len(pasts)))
    for k, past in enumerate(pasts):
        for before in range(k):
            week = past.parts_from(pasts[before], since[k])
            if week > since[k]:
                since[k], instead[k] = week, before
    weeks = [0]
    for week in sorted(set(since)):
        weeks += [week] if week - weeks[-1] >= LEAST else []
    for first, until in zip(weeks, [*weeks[1:], arms.scenarios[0].weeks], strict=True):
        played = list(range(len(pasts)))
        for k in played:  # those before k are settled
            if since[k] >= until and first < weeks[-1]:
                played[k] = played[instead[k]]
        yield first, until, played


class _Past:
    """What is imposed on the worlds of one arm."""

    def __init__(self, scenario: "Scenario", table: Worlds, inputs: Inputs) -> None:
        start, weeks, worlds = scenario.start, scenario.weeks, len(table)
        alone = Arms((scenario,), (table,))
        self.table, self.weeks = table, weeks
        self.policy = Policy(scenario.levers, table.parameters, start, weeks, worlds, inputs.levers, alone)
        self.deals = Deals(scenario.deals, start, worlds)
        ends = inputs.record_ends if scenario.timeline != "none" else None
        self.shocks = Shocks((*scenario.shocks, *scenario.history), start, ends)
        closure, _ = under_way.last_closure(scenario, inputs)
        self.told = closure is not None and any(shock.id == closure.id for shock in scenario.history)

    def parts_from(self, other: "_Past", known: int) -> int:
        """The first week in which something may differ, or `known` if it is not after that; `weeks` if none."""
        low, high = known, self.weeks + 1  # the same until low, if anything is; not the same until high
        if (
            self.told != other.told
            or not self._same_until(other, min(known + 1, self.weeks))
            or not self._paired(other)
        ):
            return known
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._same_until(other, middle) else (low, middle)
        return low

    def _paired(self, other: "_Past") -> bool:
        """Whether the worlds have the same draws, chance and parameters; settings of levers count by what they do."""
        mine, theirs = (
            {name: values for name, values in past.table.parameters.items() if not name.startswith("levers.")}
            for past in (self, other)
        )
        return (
            np.array_equal(self.table.draw, other.table.draw)
            and np.array_equal(self.table.replicate, other.table.replicate)
            and mine.keys() == theirs.keys()
            and all(values is theirs[name] or np.array_equal(values, theirs[name]) for name, values in mine.items())
        )

    def _same_until(self, other: "_Past", week: int) -> bool:
        """Whether the same levers, deals and shocks began before a week."""
        return (
            self.shocks.until(week) == other.shocks.until(week)
            and begun(self.deals, week) == begun(other.deals, week)
            and pulled(self.policy, self.deals, week) == pulled(other.policy, other.deals, week)
        )


def spread(w: RegionModel, arms: Arms, of: Rows, *, record_all: bool) -> RegionModel:
    """A model of these arms that goes on from where w stands. of: the world of w that each world goes on from, (W,)."""
    made = RegionModel(arms, record_all=record_all, inputs=w.inputs, told=w.told)
    week = w.week + 1
    heirs = _Heirs(w.n_worlds, of)
    kept = ("inputs", "told", "study", "arms", "worlds", "p", "policy", "deals", "shocks", "linkage", "log", "bindings")
    for name in kept:
        heirs.keep(getattr(w, name), getattr(made, name))
    own = {name: vars(made)[name] for name in vars(mesa.Model(rng=0))}  # mesa's clock goes with its schedule of steps
    heirs.take(w, made)
    made.__dict__.update(own)
    made.trailing.show()
    made.policy.follow(w.policy, of)
    made.deals.follow(w.deals, of)
    made.log.follow(w.log, of)
    for past in range(week):
        made.shocks.set_week(past)
    return made


class _Heirs:
    """Takes over the state of a model into one of more worlds, object by object.

    The axis of worlds is the one along which an array of the new model, as it was set up, has another length.
    """

    def __init__(self, worlds: int, of: Rows) -> None:
        self._worlds, self._of = worlds, of
        self._made: dict[int, Any] = {}
        self._held: list[Any] = []

    def keep(self, old: Any, new: Any) -> None:
        """Let the new object stand in the place of the old one, as it is."""
        self._made[id(old)] = new
        self._held.append(old)  # while it lives no other object has its id

    def take(self, old: Any, new: Any) -> Any:
        """What stands in the new model where `old` stands, and `new` has stood so far."""
        if id(old) in self._made:
            return self._made[id(old)]
        if old is None or isinstance(old, bool | str):
            return old
        if isinstance(old, int | float | np.generic):
            return new if (old, new) == (self._worlds, self._of.size) else old  # a number of worlds follows the new
        if isinstance(old, np.ndarray):
            made: Any = self._array(old, new)
        elif type(old) in (list, tuple):
            there = new if isinstance(new, list | tuple) and len(new) == len(old) else [None] * len(old)
            made = type(old)(self.take(a, b) for a, b in zip(old, there, strict=True))
        elif isinstance(old, dict):
            named = new if isinstance(new, dict) else {}
            made = copy.copy(old)
            made.update({key: self.take(value, named.get(key)) for key, value in old.items()})
        elif (
            type(old).__module__.startswith("regionsim.model.") and type(old) is type(new) and hasattr(old, "__dict__")
        ):
            self.keep(old, new)  # before its parts, which may point back
            for name, value in vars(old).items():
                object.__setattr__(new, name, self.take(value, vars(new).get(name)))
            return new
        else:  # functions and what is mesa's or Python's own
            return new
        self.keep(old, made)
        return made

    def _array(self, old: npt.NDArray[Any], new: Any) -> npt.NDArray[Any]:
        shape = np.shape(new)
        if shape == old.shape:
            return old.copy()
        axes = [axis for axis, (a, b) in enumerate(zip(old.shape, shape, strict=False)) if a != b]
        if len(shape) != old.ndim or len(axes) != 1 or old.shape[axes[0]] != self._worlds:
            axes = [0] if old.shape[:1] == (self._worlds,) else []  # made by a week, not at the start
        return np.take(old, self._of, axis=axes[0]) if axes else old.copy()
