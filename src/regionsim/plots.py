"""The picture of a result, by its class: `views.plots` registers the functions that draw, so nothing imports upward.

Core objects: `plot` (of any result) and `drawing`, where the classes are registered.
"""

from functools import singledispatch
from importlib import import_module
from typing import Any


@singledispatch
def drawing(result: object, *_words: Any, **_options: Any) -> Any:
    """The picture of a result, by its class. Raises TypeError for one that has none."""
    raise TypeError(f"{type(result).__name__} has no picture")


def plot(result: object, *args: Any, **options: Any) -> Any:
    """The picture of a result; matplotlib is imported with the views."""
    import_module("regionsim.views.plots")
    return drawing(result, *args, **options)
