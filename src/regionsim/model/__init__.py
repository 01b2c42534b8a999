"""The agent-based model: actors, places and populations of many parallel worlds, stepped week by week.

Core objects: `RegionModel` (a `mesa.Model` of W worlds), `play` (one batch from start to end) and `Worlds` (which arms,
draws and replicates the worlds are). Nothing here reads a file or knows who will look at the results.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from regionsim.model.play import BatchResult, play
    from regionsim.model.region import RegionModel
    from regionsim.model.worlds import Worlds, plain_worlds

__all__ = ["BatchResult", "RegionModel", "Worlds", "plain_worlds", "play"]

_HOMES = {"BatchResult": "play", "play": "play", "RegionModel": "region", "Worlds": "worlds", "plain_worlds": "worlds"}


def __getattr__(name: str) -> Any:
    """Import public names on first use: mesa and numba are heavy."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
