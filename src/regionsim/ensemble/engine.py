"""What plays the worlds: the model, named by its functions so that a worker process can find it too.

Core objects: `Engine` and `MODEL`, the engine of this installation. An engine holds names, not functions: a process of
the pool is given the names, a `Scenario` and world numbers, never a model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regionsim.model.play import BatchResult
    from regionsim.model.worlds import Worlds
    from regionsim.scenario import Scenario


@dataclass(frozen=True)
class Engine:
    """Dotted names "module:function".

    worlds: `(scenario, numbers) -> Worlds`, the rows of the worlds with these numbers.
    play: `(scenario, worlds, *, record_all, on_week) -> BatchResult`, a pure function.
    """

    worlds: str
    play: str

    def rows(self, scenario: Scenario, numbers: Sequence[int] | range) -> Worlds:
        """The rows of the worlds numbered `numbers`."""
        rows: Worlds = _function(self.worlds)(scenario, numbers)
        return rows

    def result(
        self,
        scenario: Scenario,
        numbers: Sequence[int] | range,
        *,
        record_all: bool = False,
        on_week: Callable[[int], None] | None = None,
    ) -> BatchResult:
        """Play the worlds numbered `numbers`; `on_week(k)` is called when week k is over."""
        worlds = self.rows(scenario, numbers)
        result: BatchResult = _function(self.play)(scenario, worlds, record_all=record_all, on_week=on_week)
        return result


MODEL = Engine(worlds="regionsim.model.worlds:plain_worlds", play="regionsim.model.play:play")


def _function(name: str) -> Callable[..., Any]:
    module, _, attribute = name.partition(":")
    function: Callable[..., Any] = getattr(import_module(module), attribute)
    return function
