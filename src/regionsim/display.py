"""Results as IPython shows them: one line as text, a small table as HTML, and names without noise for completion.

Core objects: `Shown`, the base of every public result, and `page`, whose tables `views.display` registers, so nothing
imports upward.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch
from importlib import import_module
from typing import Any, ClassVar

from regionsim.errors import RegionsimError, visible

_LONGEST = 80  # characters of a title in one line


def short(text: str) -> str:
    """A title on one line, without control characters, cut where it is long."""
    line = visible(" ".join(text.split()))
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 3]}..."


@singledispatch
def page(result: object) -> str:
    """A result as HTML, by its class. Raises TypeError for one that has none."""
    raise TypeError(f"{type(result).__name__} has no page")


class Shown:
    """A result that notebooks show as a table. `_internal`: public names that completion does not offer."""

    _internal: ClassVar[frozenset[str]] = frozenset()

    def _repr_html_(self) -> str:
        return html_of(self)

    def __dir__(self) -> Iterable[str]:
        return offered(super().__dir__(), self._internal)


def offered(names: Iterable[str], internal: frozenset[str]) -> list[str]:
    """The names that completion offers: dunder names, which Python needs, and public ones that are not internal."""
    kept = (name for name in names if name not in internal)
    return [name for name in kept if name.startswith("__") or not name.startswith("_")]


def html_of(result: Any) -> str:
    """A result as HTML; where its files cannot be read, its one line and the reason."""
    from html import escape

    import_module("regionsim.views.display")
    try:
        return page(result)
    except RegionsimError as fault:
        return f"<p>{escape(repr(result))}</p><p>{escape(str(fault))}</p>"
