"""Pictures and tables of runs. Holds no model logic.

Core objects: `fan_chart` (one indicator on matplotlib axes), `draw_figures` (the pictures of a run folder), and
`summary_table`, `summary_rows`, `error_in_words` (the summary of a run for a terminal or a script).
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from regionsim.views.fans import fan_chart
    from regionsim.views.figures import draw_figures, indicator_figure, overview_figure
    from regionsim.views.tables import error_in_words, summary_rows, summary_table

__all__ = [
    "draw_figures",
    "error_in_words",
    "fan_chart",
    "indicator_figure",
    "overview_figure",
    "summary_rows",
    "summary_table",
]

_HOMES = {
    "draw_figures": "figures",
    "error_in_words": "tables",
    "fan_chart": "fans",
    "indicator_figure": "figures",
    "overview_figure": "figures",
    "summary_rows": "tables",
    "summary_table": "tables",
}


def __getattr__(name: str) -> Any:
    """Public names, imported when first asked for: matplotlib is heavy."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
