"""What plays the worlds: the model, given by the names of its functions so that worker processes can import it.

Core objects: `Engine` and `MODEL`, the engine of this installation. A process of the pool gets these names, a
`Scenario` and world numbers, never a model.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regionsim.model.play import BatchResult
    from regionsim.model.worlds import Worlds
    from regionsim.runs.table import Rows
    from regionsim.scenario import Scenario


@dataclass(frozen=True)
class Engine:
    """Dotted names "module:function".

    worlds: `(scenario, numbers) -> Worlds`, the rows of the worlds with these numbers.
    play: `(scenario, worlds, *, record_all, on_week) -> BatchResult`, a pure function.
    together: `(parts, *, record_all, on_worlds) -> list[BatchResult]`, the same for several (scenario, worlds) side by
    side, `on_worlds(n)` after each week of n worlds; empty if it plays one scenario at a time.
    """

    worlds: str
    play: str
    together: str = ""

    def load(self, *, for_good: bool = False) -> None:
        """Import the engine's functions, so that a batch's time does not include the import.

        for_good: in a process that only plays, where Python's collector of garbage need not go through what is
        imported, neither meanwhile nor ever after.
        """
        once = for_good and self.play.partition(":")[0] not in sys.modules and gc.isenabled()
        if once:
            gc.disable()
        try:
            for name in (self.worlds, self.play):
                _function(name)
        finally:
            if once:
                gc.freeze()
                gc.enable()

    def rows(self, scenario: Scenario, numbers: Sequence[int] | range, given: Rows | None = None) -> Worlds:
        """The rows of the worlds numbered `numbers`; given: their points and replicates in a study."""
        if given is None:
            plain: Worlds = _function(self.worlds)(scenario, numbers)
            return plain
        rows: Worlds = _function(self.worlds)(scenario, given.replicate)
        return replace(
            rows,
            number=np.asarray(numbers, dtype=np.int64),
            arm=given.point,
            parameters=rows.parameters | given.values,
            varied=tuple(dict.fromkeys((*given.values, *rows.varied))),
        )

    def result(
        self,
        scenario: Scenario,
        numbers: Sequence[int] | range,
        given: Rows | None = None,
        *,
        record_all: bool = False,
        on_week: Callable[[int], None] | None = None,
        reasons: bool = False,
    ) -> BatchResult:
        """Play the worlds numbered `numbers`; `on_week(k)` is called after week k. reasons: keep those of choices."""
        worlds = self.rows(scenario, numbers, given)
        more = {"reasons": True} if reasons else {}
        result: BatchResult = _function(self.play)(scenario, worlds, record_all=record_all, on_week=on_week, **more)
        return result

    def results(
        self,
        parts: Sequence[tuple[Scenario, Sequence[int] | range, Rows | None]],
        *,
        record_all: bool,
        on_worlds: Callable[[int], None],
    ) -> list[BatchResult]:
        """Play worlds of several scenarios, each given as for `result`; `on_worlds(n)` after each week of n worlds."""
        if len(parts) > 1:
            rows = [(scenario, self.rows(scenario, numbers, given)) for scenario, numbers, given in parts]
            several: list[BatchResult] = _function(self.together)(rows, record_all=record_all, on_worlds=on_worlds)
            return several
        ((scenario, numbers, given),) = parts
        size = len(numbers)
        return [self.result(scenario, numbers, given, record_all=record_all, on_week=lambda _week: on_worlds(size))]


MODEL = Engine(
    worlds="regionsim.model.worlds:plain_worlds",
    play="regionsim.model.play:play",
    together="regionsim.model.play:play_together",
)


def _function(name: str) -> Callable[..., Any]:
    module, _, attribute = name.partition(":")
    function: Callable[..., Any] = getattr(import_module(module), attribute)
    return function
