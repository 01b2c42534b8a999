"""Arms: scenarios that are played side by side in one batch, and which worlds are played under which.

Core objects: `Arms`, `merged` (what several arms have in a fixed order, as one list with the worlds of each entry) and
`batches` (arms that can share a batch). Arms may differ in levers, shocks, deals and drawn parameters, not in seed,
start, end or what shapes the arrays. A world has the same bits as in a batch of its own scenario.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from regionsim.evidence.inputs import Inputs
from regionsim.model.worlds import Worlds
from regionsim.schema.categories import GOODS, TRADE_KINDS

if TYPE_CHECKING:
    from regionsim.scenario import Scenario

type Mask = npt.NDArray[np.bool_] | np.bool_
"""Worlds (W,), or one value for all of them."""

# parameters that shape arrays or slots: equal in all worlds, or a world would depend on its neighbours
SHARED = frozenset(
    {"size.households", "size.traders", "relations.escalation_initial"}
    | {f"trade.{kind}_{goods}" for kind in TRADE_KINDS for goods in GOODS}
)


@dataclass(frozen=True)
class Arms:
    """A scenarios and the rows of the worlds that each is played in, one arm after the other."""

    scenarios: tuple["Scenario", ...]
    tables: tuple[Worlds, ...]

    @cached_property
    def of(self) -> npt.NDArray[np.int64]:
        """The arm of each world, (W,)."""
        return np.repeat(np.arange(len(self.tables)), [len(table) for table in self.tables])

    def spread(self, arms: npt.ArrayLike) -> Mask:
        """A mask over arms (A,) as one over worlds; a single True where it holds in all arms."""
        chosen = np.asarray(arms, dtype=np.bool_)
        return np.True_ if bool(chosen.all()) else np.asarray(chosen[self.of])

    def merged[T](self, sequences: Iterable[Sequence[T]]) -> list[tuple[T, Mask]]:
        """What each arm has, in the order of each arm, with the worlds that have it."""
        return [(item, self.spread(arms)) for item, arms in merged(sequences)]

    @cached_property
    def worlds(self) -> Worlds:
        """The rows of all worlds, numbered from 0 where there are several arms. Lever settings stay with their arm."""
        if len(self.tables) == 1:
            return self.tables[0]
        names = set.intersection(*(set(table.parameters) for table in self.tables))

        def joined(field: str) -> Any:
            return np.concatenate([getattr(table, field) for table in self.tables])

        parameters = {
            name: np.concatenate([table.parameters[name] for table in self.tables])
            for name in self.tables[0].parameters
            if name in names
        }
        varied = dict.fromkeys(name for table in self.tables for name in table.varied if name in names)
        number = np.arange(self.of.size)
        return Worlds(number, self.of, joined("draw"), joined("replicate"), parameters, tuple(varied))


def merged[T](sequences: Iterable[Sequence[T]]) -> list[tuple[T, list[bool]]]:
    """Sequences as one list that keeps the order of each, and who has each entry, (A,).

    The order matters: sums and products of floats depend on it. An entry that two sequences have in different orders is
    listed twice.
    """
    out: list[tuple[T, list[bool]]] = []
    for arm, sequence in enumerate(sequences):
        for _, owners in out:
            owners.append(False)
        place = 0
        for item in sequence:
            found = next((k for k in range(place, len(out)) if out[k][0] == item), None)
            if found is None:
                out.insert(place, (item, [False] * (arm + 1)))
                found = place
            out[found][1][arm] = True
            place = found + 1
    return out


def batches(parts: Sequence[tuple["Scenario", Worlds]], inputs: Inputs) -> list[list[int]]:
    """The parts that can share a batch, by their places."""
    from regionsim.model.under_way import last_closure

    groups: dict[Any, list[int]] = {}
    for place, (scenario, worlds) in enumerate(parts):
        shapes = tuple(tuple(np.unique(worlds.parameters[name]).tolist()) for name in sorted(SHARED))
        given = tuple(sorted(SHARED & set(worlds.varied)))  # a fault, which the model reports
        clock = scenario.seed, scenario.start, scenario.end, scenario.timeline != "none"
        closure, opened = last_closure(scenario, inputs)
        key = clock, shapes, given, None if closure is None else closure.model_dump_json(), opened
        groups.setdefault(key, []).append(place)
    return list(groups.values())
