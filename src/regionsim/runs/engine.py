"""What plays the worlds: the model, given by the names of its functions so that worker processes can import it.

Core objects: `Engine` and `MODEL`, the engine of this installation. A process of the pool gets these names, a
`Scenario` and world numbers, never a model.
"""

from __future__ import annotations

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
    """

    worlds: str
    play: str

    def load(self) -> None:
        """Import the engine's functions, so that a batch's time does not include the import."""
        for name in (self.worlds, self.play):
            _function(name)

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


MODEL = Engine(worlds="regionsim.model.worlds:plain_worlds", play="regionsim.model.play:play")


def _function(name: str) -> Callable[..., Any]:
    module, _, attribute = name.partition(":")
    function: Callable[..., Any] = getattr(import_module(module), attribute)
    return function
